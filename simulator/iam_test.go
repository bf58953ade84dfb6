package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/sgexport/sgexport/simulator"
)

const iamPrefix = "arn:aws:iam::012345678901:"

// identities has n users, a group, a role, a policy of the account and one of
// AWS.
func identities(n int) string {
	var users []string
	for i := range n {
		users = append(users, fmt.Sprintf(`{"UserName": "u%02d", "Path": "/", "Arn": "%suser/u%02d", "GroupList": ["g"],
			"UserPolicyList": [{"PolicyName": "inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a b/${aws:username}/*", "Condition": {"StringLike": {"aws:UserAgent": "é <&+~>"}}}]}}]}`, i, iamPrefix, i))
	}
	version := `{"VersionId": "v1", "IsDefaultVersion": true, "Document": "not even JSON %41"}`
	return `{
		"AccountAliases": ["one", "two"],
		"UserDetailList": [` + strings.Join(users, ",") + `],
		"GroupDetailList": [{"GroupName": "g", "Path": "/x/", "Arn": "` + iamPrefix + `group/x/g", "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/Theirs"}]}],
		"RoleDetailList": [{"RoleName": "r", "Path": "/", "Arn": "` + iamPrefix + `role/r", "CreateDate": "2024-01-02T03:04:05Z", "AssumeRolePolicyDocument": {"Version": "2012-10-17"}}],
		"Policies": [
			{"PolicyName": "Mine", "Path": "/", "Arn": "` + iamPrefix + `policy/Mine", "DefaultVersionId": "v1", "PolicyVersionList": [` + version + `]},
			{"PolicyName": "Theirs", "Path": "/", "Arn": "arn:aws:iam::aws:policy/Theirs", "DefaultVersionId": "v1", "PolicyVersionList": [` + version + `]}
		],
		"SAMLProviderList": [{"Arn": "` + iamPrefix + `saml-provider/s", "ValidUntil": "2030-01-02T03:04:05Z"}],
		"OpenIDConnectProviderList": [{"Arn": "` + iamPrefix + `oidc-provider/o.example"}]
	}`
}

func iamClient(t *testing.T, options simulator.Options, n int) *iam.Client {
	t.Helper()
	return iam.NewFromConfig(start(t, serve(t, options, map[string]string{"IAM.json": identities(n)}), "eu-north-1"))
}

// authorization are the ARNs of all pages, and the number of things in each.
func authorization(t *testing.T, client *iam.Client, input iam.GetAccountAuthorizationDetailsInput) (arns []string, sizes []int) {
	t.Helper()
	for p := iam.NewGetAccountAuthorizationDetailsPaginator(client, &input); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		before := len(arns)
		for _, v := range out.UserDetailList {
			arns = append(arns, *v.Arn)
		}
		for _, v := range out.GroupDetailList {
			arns = append(arns, *v.Arn)
		}
		for _, v := range out.RoleDetailList {
			arns = append(arns, *v.Arn)
		}
		for _, v := range out.Policies {
			arns = append(arns, *v.Arn)
		}
		sizes = append(sizes, len(arns)-before)
	}
	return arns, sizes
}

func TestAuthorizationDetails(t *testing.T) {
	client := iamClient(t, simulator.Options{}, 7)
	arns, sizes := authorization(t, client, iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(4)})
	if len(arns) != 11 || !slices.Equal(sizes, []int{4, 4, 3}) {
		t.Errorf("%v, pages of %v", arns, sizes)
	}
	if arns, sizes := authorization(t, iamClient(t, simulator.Options{EmptyPages: true}, 7), iam.GetAccountAuthorizationDetailsInput{}); len(arns) != 11 || !slices.Equal(sizes, []int{0, 11}) {
		t.Errorf("%v, pages of %v", arns, sizes)
	}
	for want, filter := range map[string][]types.EntityType{
		"group/x/g role/r":         {"Role", "Group"},
		"policy/Mine":              {"LocalManagedPolicy"},
		"policy/Theirs":            {"AWSManagedPolicy"},
		"role/r policy/Theirs":     {"AWSManagedPolicy", "Role"},
		"user/u00 user/u01 role/r": {"User", "Role"},
	} {
		arns, _ := authorization(t, iamClient(t, simulator.Options{}, 2), iam.GetAccountAuthorizationDetailsInput{Filter: filter})
		got := strings.NewReplacer(iamPrefix, "", "arn:aws:iam::aws:", "").Replace(strings.Join(arns, " "))
		if got != want {
			t.Errorf("%v: %s, want %s", filter, got, want)
		}
	}
	for name, input := range map[string]iam.GetAccountAuthorizationDetailsInput{
		"filter": {Filter: []types.EntityType{"Ghost"}},
		"page":   {MaxItems: aws.Int32(1001)},
		"none":   {MaxItems: aws.Int32(0)},
		"marker": {Marker: aws.String("x")},
	} {
		if _, err := client.GetAccountAuthorizationDetails(t.Context(), &input); code(err) != "ValidationError" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := client.ListRoles(t.Context(), &iam.ListRolesInput{}); code(err) != "InvalidAction" {
		t.Errorf("not served: %v", err)
	}
}

// TestPolicyEncoding: documents come percent-encoded, whatever is in them.
func TestPolicyEncoding(t *testing.T) {
	out, err := iamClient(t, simulator.Options{}, 1).GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{})
	if err != nil {
		t.Fatal(err)
	}
	document := *out.UserDetailList[0].UserPolicyList[0].PolicyDocument
	if strings.ContainsAny(document, ` {"+*:/`) || !strings.Contains(document, "%20b%2F%24%7Baws%3Ausername%7D%2F%2A") || !strings.Contains(document, "%C3%A9%20%3C%26%2B~%3E") {
		t.Errorf("encoded %s", document)
	}
	plain, err := url.PathUnescape(document)
	if err != nil || plain != `{"Statement":[{"Action":"s3:*","Condition":{"StringLike":{"aws:UserAgent":"é <&+~>"}},"Effect":"Allow","Resource":"arn:aws:s3:::a b/${aws:username}/*"}],"Version":"2012-10-17"}` {
		t.Errorf("%s, %v", plain, err)
	}
	if odd := *out.Policies[0].PolicyVersionList[0].Document; odd != "not%20even%20JSON%20%2541" {
		t.Errorf("odd: %s", odd)
	}
	if trust := *out.RoleDetailList[0].AssumeRolePolicyDocument; trust != "%7B%22Version%22%3A%222012-10-17%22%7D" {
		t.Errorf("trust: %s", trust)
	}
}

// TestIdentityMembers reads everything back in which every member of the API
// has a value.
func TestIdentityMembers(t *testing.T) {
	values := map[string]any{"Path": "/", "UserName": "n", "GroupName": "n", "RoleName": "n", "GroupList": "n", "PolicyName": "n", "VersionId": "v1", "DefaultVersionId": "v1"}
	file := map[string]any{}
	for section, c := range map[string]struct {
		typ reflect.Type
		arn string
	}{
		"UserDetailList":  {reflect.TypeFor[types.UserDetail](), "user/n"},
		"GroupDetailList": {reflect.TypeFor[types.GroupDetail](), "group/n"},
		"RoleDetailList":  {reflect.TypeFor[types.RoleDetail](), "role/n"},
		"Policies":        {reflect.TypeFor[types.ManagedPolicyDetail](), "policy/n"},
	} {
		values["Arn"] = iamPrefix + c.arn
		values["PolicyArn"], values["PermissionsBoundaryArn"] = iamPrefix+"policy/n", iamPrefix+"policy/n"
		doc := filledWith(c.typ, "", values).(map[string]any)
		if versions, ok := doc["PolicyVersionList"].([]any); ok {
			doc["PolicyVersionList"] = versions[:1]
		}
		file[section] = []any{doc}
	}
	client := iam.NewFromConfig(start(t, serve(t, simulator.Options{}, map[string]string{"IAM.json": asJSON(file)}), "us-east-1"))
	out, err := client.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for section := range file {
		text := strings.NewReplacer(`"a PolicyDocument \u003c\u0026\u003e"`, `"a%20PolicyDocument%20%3C%26%3E"`, `"a AssumeRolePolicyDocument \u003c\u0026\u003e"`, `"a%20AssumeRolePolicyDocument%20%3C%26%3E"`, `"a Document \u003c\u0026\u003e"`, `"a%20Document%20%3C%26%3E"`).Replace(asJSON(file[section].([]any)[0]))
		var want map[string]any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		list := reflect.ValueOf(out).Elem().FieldByName(section)
		if list.Len() != 1 {
			t.Errorf("%s: %d", section, list.Len())
			continue
		}
		compare(t, section, list.Index(0).Interface(), want)
	}
}

func TestAliasesAndProviders(t *testing.T) {
	client := iamClient(t, simulator.Options{}, 1)
	var aliases []string
	for p := iam.NewListAccountAliasesPaginator(client, &iam.ListAccountAliasesInput{MaxItems: aws.Int32(1)}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		aliases = append(aliases, out.AccountAliases...)
	}
	if strings.Join(aliases, " ") != "one two" {
		t.Errorf("aliases %v", aliases)
	}
	saml, err := client.ListSAMLProviders(t.Context(), &iam.ListSAMLProvidersInput{})
	if err != nil || len(saml.SAMLProviderList) != 1 || *saml.SAMLProviderList[0].Arn != iamPrefix+"saml-provider/s" || saml.SAMLProviderList[0].ValidUntil.Year() != 2030 {
		t.Errorf("SAML: %s, %v", asJSON(saml), err)
	}
	oidc, err := client.ListOpenIDConnectProviders(t.Context(), &iam.ListOpenIDConnectProvidersInput{})
	if err != nil || len(oidc.OpenIDConnectProviderList) != 1 || *oidc.OpenIDConnectProviderList[0].Arn != iamPrefix+"oidc-provider/o.example" {
		t.Errorf("OIDC: %s, %v", asJSON(oidc), err)
	}
	empty := iam.NewFromConfig(start(t, serve(t, simulator.Options{}, map[string]string{"us-east-1/Model.json": "[]"}), "us-east-1"))
	if arns, _ := authorization(t, empty, iam.GetAccountAuthorizationDetailsInput{}); len(arns) != 0 {
		t.Errorf("of an account without documents: %v", arns)
	}
	if out, err := empty.ListSAMLProviders(t.Context(), &iam.ListSAMLProvidersInput{}); err != nil || len(out.SAMLProviderList) != 0 {
		t.Errorf("of an account without documents: %s, %v", asJSON(out), err)
	}
}

func TestIdentityOptions(t *testing.T) {
	server := serve(t, simulator.Options{
		Fault: func(action string, call int, _ []byte) *simulator.Fault {
			switch {
			case action == "iam:ListSAMLProviders":
				return &simulator.Fault{Status: 403, Code: "AccessDenied", Message: "not authorized to perform: iam:ListSAMLProviders"}
			case action == "iam:ListAccountAliases" && call == 1:
				return &simulator.Fault{Status: 500, Code: "ServiceFailure"}
			}
			return nil
		},
		Edit: func(action string, doc map[string]any) []map[string]any {
			if action == "iam:GetAccountAuthorizationDetails" && doc["RoleName"] != nil {
				doc["AssumeRolePolicyDocument"] = "{"
				return []map[string]any{doc, doc}
			}
			return []map[string]any{doc}
		},
	}, map[string]string{"IAM.json": identities(1)})
	client := iam.NewFromConfig(start(t, server, "us-east-1"))
	if _, err := client.ListSAMLProviders(t.Context(), &iam.ListSAMLProvidersInput{}); code(err) != "AccessDenied" {
		t.Errorf("denied: %v", err)
	}
	if _, err := client.ListAccountAliases(t.Context(), &iam.ListAccountAliasesInput{}); err != nil {
		t.Errorf("after a failure: %v", err)
	}
	out, err := client.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{})
	if err != nil || len(out.RoleDetailList) != 2 || *out.RoleDetailList[1].AssumeRolePolicyDocument != "%7B" {
		t.Errorf("edited: %s, %v", asJSON(out), err)
	}
	if calls := server.Calls(); calls["iam:ListAccountAliases"] != 2 || calls["iam:GetAccountAuthorizationDetails"] != 1 {
		t.Errorf("calls %v", calls)
	}
}
