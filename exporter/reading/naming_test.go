package reading

import (
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// TestNaming finds names where entries say that they stand, and none where there is none.
func TestNaming(t *testing.T) {
	table := Compile(catalog.New())
	for _, c := range []struct {
		label, id, column string
		value             graph.Value
		want              string
	}{
		{"AWSEC2Subnet", "subnet-1", "tags", graph.MapValue([]string{"Env", "prod", "Name", "private-a"}), "private-a"},
		{"AWSEC2Subnet", "subnet-1", "tags", graph.MapValue([]string{"name", "not this"}), ""},
		{"AWSVpc", "vpc-1", "tags", graph.Null, ""},
		{"AWSNetworkInterface", "eni-1", "tag_set", graph.JSONValue(`[{"Key":"a","Value":"b"},{"Key":"Name","Value":"nat"}]`), "nat"},
		{"AWSNetworkInterface", "eni-1", "tag_set", graph.JSONValue(`"[redacted]"`), ""},
		{"AWSAccount", "012345678901", "account_aliases", graph.StringsValue([]string{"prod", "other"}), "prod"},
		{"AWSAccount", "012345678901", "account_aliases", graph.StringsValue(nil), ""},
		{"AWSManagedPrefixList", "pl-1", "prefix_list_name", graph.StringValue("offices"), "offices"},
		{"AWSPolicyStatement", "p/statement/1", "sid", graph.StringValue("Read"), "Read"},
		{"AWSPolicyStatement", "p/statement/1", "sid", graph.Null, ""},
		{"AWSPolicyVersion", "p/version/v2", "version_id", graph.StringValue("v2"), "v2"},
		{"AWSSAMLProvider", "arn:aws:iam::012345678901:saml-provider/Okta", "", graph.Null, "Okta"},
		{"AWSOpenIDConnectProvider", "arn:aws:iam::012345678901:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0A", "", graph.Null, "oidc.eks.eu-west-1.amazonaws.com/id/0A"},
	} {
		k := table.Kind(c.label)
		r := table.NewReader(k, record.Scope{Account: "012345678901", Region: "eu-west-1"}, true)
		rec := &record.Record{ID: c.id, Values: make([]graph.Value, len(k.Columns))}
		if c.column != "" && r.set(rec, c.column, c.value) < 0 {
			t.Errorf("%s has no column %s", c.label, c.column)
		}
		r.name(rec)
		if got := k.Text(rec, ColumnName); got != c.want || k.value(rec, ColumnName).IsNull() != (c.want == "") {
			t.Errorf("%s %v is called %q, want %q", c.label, c.value, got, c.want)
		}
	}
}

// TestKnownNames finds the name in ids that tell one.
func TestKnownNames(t *testing.T) {
	table := catalog.New()
	for id, want := range map[string]string{
		"GitRepository https://github.com/aws/examples.git":                                         "examples",
		"GitRepository https://git-codecommit.us-east-1.amazonaws.com/v1/repos/fraud/":              "fraud",
		"AWSECRRepositoryImage 012345678901.dkr.ecr.us-east-1.amazonaws.com/team/app:1.0@sha256:ab": "team/app:1.0",
		"AWSECRRepositoryImage localhost:5000/app":                                                  "app",
		"AWSECRRepositoryImage python:3":                                                            "python:3",
		"AWSECRRepositoryImage library/python":                                                      "library/python",
		"AWSServicePrincipal sagemaker.amazonaws.com":                                               "sagemaker.amazonaws.com",
		"AWSFederatedPrincipal accounts.google.com":                                                 "accounts.google.com",
	} {
		label, rest, _ := strings.Cut(id, " ")
		if got := table.Entry(label).Known(rest)["name"]; got != want {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
}
