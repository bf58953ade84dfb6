package simulator_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/sgexport/sgexport/simulator"
)

// organization has n service control policies on the account.
func organization(n int, more string) string {
	var policies, ids []string
	for i := range n {
		policies = append(policies, fmt.Sprintf(`{"PolicySummary": {"Id": "p-scp%05d", "Name": "n%d", "Type": "SERVICE_CONTROL_POLICY"}, "Content": {"Version": "2012-10-17"}}`, i, i))
		ids = append(ids, fmt.Sprintf(`"p-scp%05d"`, i))
	}
	policies = append(policies, `{"PolicySummary": {"Id": "p-rcp00000", "Type": "RESOURCE_CONTROL_POLICY"}, "Content": "odd"}`)
	return `{` + more + `
		"Organization": {"Id": "o-example123", "Arn": "arn:aws:organizations::111122223333:organization/o-example123", "MasterAccountId": "111122223333", "FeatureSet": "ALL"},
		"Parents": [
			{"ChildId": "012345678901", "Id": "ou-abcd-11111111", "Type": "ORGANIZATIONAL_UNIT"},
			{"ChildId": "ou-abcd-11111111", "Id": "r-abcd", "Type": "ROOT"}
		],
		"Policies": [` + strings.Join(policies, ",") + `],
		"Targets": [{"TargetId": "012345678901", "PolicyIds": [` + strings.Join(append(ids, `"p-rcp00000"`), ",") + `]}, {"TargetId": "r-abcd"}]
	}`
}

func organizationsClient(t *testing.T, options simulator.Options, file string) *organizations.Client {
	t.Helper()
	files := map[string]string{"us-east-1/Model.json": "[]"}
	if file != "" {
		files["Organizations.json"] = file
	}
	return organizations.NewFromConfig(start(t, serve(t, options, files), "us-east-1"))
}

func TestOrganization(t *testing.T) {
	client := organizationsClient(t, simulator.Options{}, organization(23, ""))
	out, err := client.DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
	if err != nil || *out.Organization.Id != "o-example123" || *out.Organization.MasterAccountId != "111122223333" || out.Organization.FeatureSet != types.OrganizationFeatureSetAll {
		t.Errorf("%s, %v", asJSON(out), err)
	}
	child, chain := "012345678901", ""
	for {
		out, err := client.ListParents(t.Context(), &organizations.ListParentsInput{ChildId: &child})
		if err != nil || len(out.Parents) != 1 {
			t.Fatalf("parents of %s: %s, %v", child, asJSON(out), err)
		}
		child = *out.Parents[0].Id
		chain += child + " " + string(out.Parents[0].Type) + "; "
		if out.Parents[0].Type == types.ParentTypeRoot {
			break
		}
	}
	if chain != "ou-abcd-11111111 ORGANIZATIONAL_UNIT; r-abcd ROOT; " {
		t.Errorf("chain %s", chain)
	}
	var sizes []int
	for p := organizations.NewListPoliciesForTargetPaginator(client, &organizations.ListPoliciesForTargetInput{TargetId: aws.String("012345678901"), Filter: types.PolicyTypeServiceControlPolicy}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(out.Policies))
	}
	if !reflect.DeepEqual(sizes, []int{20, 3}) {
		t.Errorf("pages of %v", sizes)
	}
	rcp, err := client.ListPoliciesForTarget(t.Context(), &organizations.ListPoliciesForTargetInput{TargetId: aws.String("012345678901"), Filter: types.PolicyTypeResourceControlPolicy})
	if err != nil || len(rcp.Policies) != 1 || *rcp.Policies[0].Id != "p-rcp00000" {
		t.Errorf("resource control policies: %s, %v", asJSON(rcp), err)
	}
	none, err := client.ListPoliciesForTarget(t.Context(), &organizations.ListPoliciesForTargetInput{TargetId: aws.String("r-abcd"), Filter: types.PolicyTypeResourceControlPolicy})
	if err != nil || len(none.Policies) != 0 {
		t.Errorf("of the root: %s, %v", asJSON(none), err)
	}
	for id, want := range map[string]string{"p-scp00001": `{"Version":"2012-10-17"}`, "p-rcp00000": "odd"} {
		policy, err := client.DescribePolicy(t.Context(), &organizations.DescribePolicyInput{PolicyId: &id})
		if err != nil || *policy.Policy.Content != want || *policy.Policy.PolicySummary.Id != id {
			t.Errorf("%s: %s, %v", id, asJSON(policy), err)
		}
	}
	for name, c := range map[string]struct {
		operation string
		input     map[string]any
		want      string
	}{
		"child":      {"ListParents", map[string]any{"ChildId": "999999999999"}, "ChildNotFoundException"},
		"root":       {"ListParents", map[string]any{"ChildId": "r-abcd"}, "InvalidInputException"},
		"target":     {"ListPoliciesForTarget", map[string]any{"TargetId": "ou-abcd-99999999", "Filter": "SERVICE_CONTROL_POLICY"}, "TargetNotFoundException"},
		"filter":     {"ListPoliciesForTarget", map[string]any{"TargetId": "r-abcd", "Filter": "ALL"}, "InvalidInputException"},
		"no target":  {"ListPoliciesForTarget", map[string]any{"TargetId": "x", "Filter": "SERVICE_CONTROL_POLICY"}, "InvalidInputException"},
		"token":      {"ListParents", map[string]any{"ChildId": "012345678901", "NextToken": "x"}, "InvalidInputException"},
		"page":       {"ListParents", map[string]any{"ChildId": "012345678901", "MaxResults": 21}, "InvalidInputException"},
		"policy":     {"DescribePolicy", map[string]any{"PolicyId": "p-ghost000"}, "PolicyNotFoundException"},
		"no policy":  {"DescribePolicy", map[string]any{"PolicyId": "x"}, "InvalidInputException"},
		"not served": {"ListRoots", nil, "UnknownOperationException"},
	} {
		if _, err := invokeOn(t.Context(), client, c.operation, c.input); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestPlainMember: a member may ask for its organization and for nothing else;
// an account without one has none.
func TestPlainMember(t *testing.T) {
	for name, c := range map[string]struct{ file, organization, policies string }{
		"member": {organization(1, `"PlainMember": true,`), "<nil>", "AccessDeniedException"},
		"none":   {"", "AWSOrganizationsNotInUseException", "AWSOrganizationsNotInUseException"},
	} {
		client := organizationsClient(t, simulator.Options{}, c.file)
		if _, err := client.DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{}); code(err) != c.organization {
			t.Errorf("%s: %v", name, err)
		}
		for operation, input := range map[string]map[string]any{
			"ListParents":           {"ChildId": "012345678901"},
			"ListPoliciesForTarget": {"TargetId": "012345678901", "Filter": "SERVICE_CONTROL_POLICY"},
			"DescribePolicy":        {"PolicyId": "p-scp00000"},
		} {
			if _, err := invokeOn(t.Context(), client, operation, input); code(err) != c.policies {
				t.Errorf("%s, %s: %v", name, operation, err)
			}
		}
	}
	denied := organizationsClient(t, simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if action == "organizations:DescribePolicy" {
			return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
		}
		return nil
	}}, organization(1, ""))
	if _, err := denied.DescribePolicy(t.Context(), &organizations.DescribePolicyInput{PolicyId: aws.String("p-scp00000")}); code(err) != "AccessDeniedException" || !strings.Contains(err.Error(), "no") {
		t.Errorf("denied: %v", err)
	}
}
