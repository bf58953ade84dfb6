package exporter_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

const (
	iamRole  = "arn:aws:iam::012345678901:role/ml/reader"
	identity = `{
  "RoleDetailList": [{
    "RoleName": "reader", "Path": "/ml/", "RoleId": "AROAEXAMPLE1", "Arn": "` + iamRole + `", "CreateDate": "2025-01-02T03:04:05Z",
    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com", "AWS": ["210987654321", "arn:aws:iam::012345678901:user/ana"]}},
      {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
      {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::012345678901:user/denied"}}]},
    "InstanceProfileList": [],
    "AttachedManagedPolicies": [{"PolicyName": "Invoke", "PolicyArn": "arn:aws:iam::012345678901:policy/Invoke"}],
    "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::012345678901:policy/Invoke"},
    "RolePolicyList": [{"PolicyName": "secrets", "PolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}}}],
    "Tags": [{"Key": "team", "Value": "ml"}]
  }],
  "UserDetailList": [{
    "UserName": "ana", "Path": "/", "UserId": "AIDAEXAMPLE1", "Arn": "arn:aws:iam::012345678901:user/ana", "CreateDate": "2025-01-02T03:04:05Z",
    "UserPolicyList": [], "GroupList": ["scientists"], "AttachedManagedPolicies": []
  }],
  "GroupDetailList": [{
    "GroupName": "scientists", "Path": "/people/", "GroupId": "AGPAEXAMPLE1", "Arn": "arn:aws:iam::012345678901:group/people/scientists", "CreateDate": "2025-01-02T03:04:05Z",
    "GroupPolicyList": [], "AttachedManagedPolicies": []
  }],
  "Policies": [{
    "PolicyName": "Invoke", "PolicyId": "ANPAEXAMPLE1", "Arn": "arn:aws:iam::012345678901:policy/Invoke", "Path": "/", "DefaultVersionId": "v2", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 1,
    "IsAttachable": true, "CreateDate": "2025-01-02T03:04:05Z", "UpdateDate": "2025-01-02T03:04:05Z",
    "PolicyVersionList": [
      {"VersionId": "v2", "IsDefaultVersion": true, "CreateDate": "2025-01-02T03:04:05Z", "Document": {"Version": "2012-10-17", "Statement": [
        {"Sid": "One", "Effect": "Allow", "Action": ["sagemaker:InvokeEndpoint"], "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Effect": "Deny", "NotAction": "sagemaker:*", "NotResource": ["arn:aws:s3:::b"]}]}},
      {"VersionId": "v1", "IsDefaultVersion": false, "CreateDate": "2024-01-02T03:04:05Z", "Document": {"Version": "2012-10-17", "Statement": []}}]
  }]
}`
)

// withNeighbors is an inventory of a notebook that runs as a role in a subnet, and of
// what else files say.
func withNeighbors(t *testing.T, files map[string]string) fstest.MapFS {
	t.Helper()
	all := docs(t, map[string]string{"NotebookInstance": list(`{"NotebookInstanceName": "n", "NotebookInstanceArn": "arn:aws:sagemaker:us-east-1:012345678901:notebook-instance/n",
		"NotebookInstanceStatus": "InService", "CreationTime": "2025-01-02T03:04:05Z", "RoleArn": "` + iamRole + `", "SubnetId": "subnet-00000001", "SecurityGroups": ["sg-00000001"]}`)}).(fstest.MapFS)
	for name, text := range files {
		all[account+"/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// kindIn is the report on a label in a region.
func (r *result) kindIn(region, label string) (k graph.KindReport, ok bool) {
	for _, s := range r.report.Scopes {
		for _, k := range s.Kinds {
			if s.Region == region && k.Label == label {
				return k, true
			}
		}
	}
	return k, false
}

// TestIdentities reads IAM, what stands in its documents included.
func TestIdentities(t *testing.T) {
	cfg, server := serve(t, withNeighbors(t, map[string]string{"IAM.json": identity}), simulator.Options{})
	cfg.Neighbors = []string{"iam"}
	r := collect(t, cfg)
	role := r.node(t, "AWSRole", iamRole)
	for column, want := range map[string]string{
		"observed": "true", "name": `"reader"`, "iam_path": `"/ml/"`, "roleid": `"AROAEXAMPLE1"`, "account_id": `"012345678901"`, "tags": `{"team":"ml"}`,
		"permissions_boundary_arn": `"arn:aws:iam::012345678901:policy/Invoke"`, "redactions": "", "unread": "",
	} {
		if role[column] != want {
			t.Errorf("the role's %s is %s, want %s", column, role[column], want)
		}
	}
	if !strings.Contains(role["role_policy_list"], "secretsmanager:GetSecretValue") || !strings.Contains(role["assume_role_policy_document"], `sts:AssumeRole`) {
		t.Errorf("the role's policies are %s and %s", role["role_policy_list"], role["assume_role_policy_document"])
	}
	for _, want := range []string{
		"arn:aws:sagemaker:us-east-1:012345678901:notebook-instance/n -HAS_EXECUTION_ROLE(RoleArn)-> " + iamRole + " " + iamRole,
		"012345678901 -RESOURCE()-> " + iamRole + " ",
		iamRole + " -POLICY(AttachedManagedPolicies[].PolicyArn)-> arn:aws:iam::012345678901:policy/Invoke arn:aws:iam::012345678901:policy/Invoke",
		iamRole + " -PERMISSIONS_BOUNDARY(PermissionsBoundary.PermissionsBoundaryArn)-> arn:aws:iam::012345678901:policy/Invoke arn:aws:iam::012345678901:policy/Invoke",
		iamRole + " -POLICY(PolicyList[])-> " + iamRole + "/inline_policy/secrets secrets",
		iamRole + " -TRUSTS_AWS_PRINCIPAL(AssumeRolePolicyDocument)-> sagemaker.amazonaws.com sagemaker.amazonaws.com",
		iamRole + " -TRUSTS_AWS_PRINCIPAL(AssumeRolePolicyDocument)-> arn:aws:iam::210987654321:root 210987654321",
		iamRole + " -TRUSTS_AWS_PRINCIPAL(AssumeRolePolicyDocument)-> arn:aws:iam::012345678901:user/ana arn:aws:iam::012345678901:user/ana",
		iamRole + " -TRUSTS_AWS_PRINCIPAL(AssumeRolePolicyDocument)-> * *",
		"arn:aws:iam::012345678901:user/ana -MEMBER_AWS_GROUP(GroupList[])-> arn:aws:iam::012345678901:group/people/scientists scientists",
		iamRole + "/inline_policy/secrets -STATEMENT(Statement[])-> " + iamRole + "/inline_policy/secrets/statement/1 1",
		"arn:aws:iam::012345678901:policy/Invoke -STATEMENT(Statement[])-> arn:aws:iam::012345678901:policy/Invoke/statement/2 2",
		"arn:aws:iam::012345678901:policy/Invoke -CONTAINS(PolicyVersionList[])-> arn:aws:iam::012345678901:policy/Invoke/version/v1 v1",
	} {
		r.hasEdge(t, want)
	}
	if i := slices.IndexFunc(r.edges, func(e string) bool { return strings.Contains(e, "user/denied") }); i >= 0 {
		t.Errorf("whom a statement denies is trusted: %s", r.edges[i])
	}
	first := r.node(t, "AWSPolicyStatement", "arn:aws:iam::012345678901:policy/Invoke/statement/1")
	second := r.node(t, "AWSPolicyStatement", "arn:aws:iam::012345678901:policy/Invoke/statement/2")
	for _, c := range [][3]string{
		{first["sid"], `"One"`, "sid"},
		{first["effect"], `"Allow"`, "effect"},
		{first["action"], `["sagemaker:InvokeEndpoint"]`, "action"},
		{first["condition"], `"{\"Bool\":{\"aws:SecureTransport\":\"true\"}}"`, "condition"},
		{second["notaction"], `["sagemaker:*"]`, "notaction"},
		{second["notresource"], `["arn:aws:s3:::b"]`, "notresource"},
		{second["action"], "", "action"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %s, want %s", c[2], c[0], c[1])
		}
	}
	for _, label := range []string{"AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy", "AWSInlinePolicy", "AWSPolicyStatement", "AWSPolicyVersion", "AWSSAMLProvider", "AWSOpenIDConnectProvider"} {
		if k, ok := r.kindIn("global", label); !ok || k.State != graph.Complete {
			t.Errorf("%s: %v, %+v", label, ok, k)
		}
	}
	allowed := exporter.Actions(nil, cfg.Neighbors)
	for _, action := range server.Actions() {
		if !slices.Contains(allowed, action) {
			t.Errorf("%s was called and is not in the policy", action)
		}
	}
}

// TestIdentitiesDenied may not read IAM: that is a gap, and no account without roles.
func TestIdentitiesDenied(t *testing.T) {
	cfg, _ := serve(t, withNeighbors(t, map[string]string{"IAM.json": identity}), simulator.Options{Fault: failing("iam:GetAccountAuthorizationDetails", "AccessDenied", "no")})
	cfg.Neighbors = []string{"iam"}
	r := collect(t, cfg)
	for _, label := range []string{"AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy"} {
		if k, _ := r.kindIn("global", label); k.State != graph.Denied || k.IDs != graph.NoIDs {
			t.Errorf("%+v", k)
		}
		if !strings.Contains(r.gaps(), label+" iam:GetAccountAuthorizationDetails AccessDenied") {
			t.Errorf("no gap for %s among %s", label, r.gaps())
		}
	}
	if n := r.node(t, "AWSRole", iamRole); n["observed"] != "false" {
		t.Errorf("%v", n)
	}
}

// TestIdentitiesInPages reads lists of which each page is one item.
func TestIdentitiesInPages(t *testing.T) {
	whole, _ := serve(t, withNeighbors(t, map[string]string{"IAM.json": identity}), simulator.Options{})
	cfg, _ := serve(t, withNeighbors(t, map[string]string{"IAM.json": identity}), simulator.Options{EmptyPages: true})
	whole.Neighbors, cfg.Neighbors = []string{"iam"}, []string{"iam"}
	if a, b := collect(t, whole), collect(t, cfg); !slices.Equal(sortedKeys(a.nodes), sortedKeys(b.nodes)) || !slices.Equal(a.edges, b.edges) {
		t.Errorf("with empty pages the graph has %d nodes and %d edges, without %d and %d", len(b.nodes), len(b.edges), len(a.nodes), len(a.edges))
	}
}

// TestIDsInDocuments has a role whose path is that of another one's inline policy: two
// nodes have two ids.
func TestIDsInDocuments(t *testing.T) {
	twin := strings.NewReplacer(
		`"RoleName": "reader", "Path": "/ml/"`, `"RoleName": "secrets", "Path": "/ml/reader/inline_policy/"`,
		`"Arn": "`+iamRole+`"`, `"Arn": "`+iamRole+`/inline_policy/secrets"`,
	).Replace(identity)
	_, roles, _ := strings.Cut(twin, `"RoleDetailList": [`)
	roles, _, _ = strings.Cut(roles, "}],\n  \"UserDetailList\"")
	both := strings.Replace(identity, `"RoleDetailList": [`, `"RoleDetailList": [`+roles+"},", 1)
	cfg, _ := serve(t, withNeighbors(t, map[string]string{"IAM.json": both}), simulator.Options{})
	cfg.Neighbors = []string{"iam"}
	r := collect(t, cfg) // the sink fails where an id is two nodes
	r.node(t, "AWSRole", iamRole+"/inline_policy/secrets")
	r.node(t, "AWSInlinePolicy", "AWSInlinePolicy:"+iamRole+"/inline_policy/secrets")
}
