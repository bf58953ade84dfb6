package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph"
)

const (
	iamARN       = "arn:aws:iam::" + testAccount + ":"
	sagemakerARN = "arn:aws:sagemaker:us-east-1:" + testAccount + ":"
)

// allowing is a document that allows actions on resources.
func allowing(actions, resources any) string {
	return document(map[string]any{"Effect": "Allow", "Action": actions, "Resource": resources})
}

func document(statements ...map[string]any) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func trusting(who any) string {
	return document(map[string]any{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": who})
}

func inline(documents ...string) []any {
	var list []any
	for i, d := range documents {
		list = append(list, map[string]any{"PolicyName": fmt.Sprintf("p%d", i+1), "PolicyDocument": d})
	}
	return list
}

func attached(names ...string) []any {
	var list []any
	for _, n := range names {
		list = append(list, map[string]any{"PolicyArn": iamARN + "policy/" + n, "PolicyName": n})
	}
	return list
}

// iamAccount is an account with something for each question, as an export has it.
func iamAccount() *testGraph {
	sagemaker := map[string]any{"Service": "sagemaker.amazonaws.com"}
	return &testGraph{
		nodes: map[string]map[string]properties{
			"AWSAccount": {testAccount: {
				"organization_id": "o-1", "organization_master_account_id": "999999999999", "parents": []any{map[string]any{"Id": "r-1", "Type": "ROOT"}},
				"service_control_policies":  []any{map[string]any{"Id": "p-full", "Arn": "scp-full", "Name": "Full"}},
				"resource_control_policies": []any{},
			}},
			"AWSOrganizationRoot": {"r-1": {
				"service_control_policies":  []any{map[string]any{"Id": "p-full", "Arn": "scp-full", "Name": "Full"}},
				"resource_control_policies": []any{},
			}},
			"AWSOrganizationPolicy": {"p-full": {"arn": "scp-full", "name": "Full", "content": allowing("*", "*")}},
			"AWSManagedPolicy": {
				iamARN + "policy/Invoke": {"default_version_id": "v2", "policy_version_list": []any{
					map[string]any{"VersionId": "v1", "IsDefaultVersion": false, "Document": allowing("*", "*")},
					map[string]any{"VersionId": "v2", "IsDefaultVersion": true, "Document": allowing("sagemaker:InvokeEndpoint", sagemakerARN+"endpoint/*")},
				}},
				iamARN + "policy/NoProd": {"default_version_id": "v1", "policy_version_list": []any{
					map[string]any{"VersionId": "v1", "IsDefaultVersion": true, "Document": document(
						map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"},
						map[string]any{"Effect": "Deny", "Action": "sagemaker:*", "Resource": "*", "Condition": map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/stage": "prod"}}},
					)},
				}},
			},
			"AWSGroup": {iamARN + "group/team/scientists": {"name": "scientists", "attached_managed_policies": attached("Invoke"), "group_policy_list": []any{}}},
			"AWSUser": {
				iamARN + "user/ada": {"name": "ada", "group_list": []any{"scientists"}, "attached_managed_policies": []any{}, "user_policy_list": inline(allowing("sagemaker:CallWithBearerToken", "*"))},
				iamARN + "user/ben": {"name": "ben", "group_list": []any{"scientists"}, "permissions_boundary_arn": iamARN + "policy/NoProd"},
			},
			"AWSRole": {
				iamARN + "role/Notebook": {"assume_role_policy_document": trusting(sagemaker), "role_policy_list": inline(allowing("s3:*", "*"))},
				iamARN + "role/Studio":   {"assume_role_policy_document": trusting(sagemaker), "role_policy_list": inline(allowing("s3:GetObject", "arn:aws:s3:::one/*"))},
				iamARN + "role/Ops": {"assume_role_policy_document": trusting(map[string]any{"AWS": iamARN + "user/ada"}), "role_policy_list": inline(
					allowing([]any{"sagemaker:CreatePresignedNotebookInstanceUrl", "sagemaker:CreatePresignedDomainUrl"}, "*"),
				)},
				iamARN + "role/Deleted": {"observed": false},
			},
			"AWSSageMakerEndpoint": {
				sagemakerARN + "endpoint/dev":  {"name": "dev", "status": "InService"},
				sagemakerARN + "endpoint/prod": {"name": "prod", "status": "InService", "tags": map[string]any{"stage": "prod"}},
				sagemakerARN + "endpoint/gone": {"observed": false},
			},
			"AWSSageMakerInferenceComponent":   {sagemakerARN + "inference-component/c": {"name": "c", "endpoint_arn": sagemakerARN + "endpoint/dev"}},
			"AWSSageMakerNotebookInstance":     {sagemakerARN + "notebook-instance/n": {"name": "n", "status": "InService", "role_arn": iamARN + "role/Notebook"}},
			"AWSSageMakerDomain":               {sagemakerARN + "domain/d-1": {"domain_id": "d-1", "auth_mode": "IAM", "default_user_settings_execution_role": iamARN + "role/Studio"}},
			"AWSSageMakerUserProfile":          {sagemakerARN + "user-profile/d-1/eve": {"name": "eve", "domain_id": "d-1"}},
			"AWSSageMakerTrainingJob":          {sagemakerARN + "training-job/t": {"status": "Completed"}},
			"AWSS3Bucket":                      {"models": {"policy": document(map[string]any{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::models/*", "Principal": map[string]any{"AWS": iamARN + "user/ben"}})}},
			"AWSSageMakerEndpointConfig":       {sagemakerARN + "endpoint-config/c": {}},
			"AWSSageMakerModel":                {sagemakerARN + "model/m": {"execution_role_arn": iamARN + "role/Notebook", "containers": []any{map[string]any{"ModelDataUrl": "s3://models/m.tar.gz"}}}},
			"AWSSageMakerModelPackage":         {},
			"AWSSageMakerMlflowTrackingServer": {},
		},
		edges: [][3]string{
			{"HAS_EXECUTION_ROLE", sagemakerARN + "notebook-instance/n", iamARN + "role/Notebook"},
			{"HAS_EXECUTION_ROLE", sagemakerARN + "model/m", iamARN + "role/Notebook"},
			{"HAS_EXECUTION_ROLE", sagemakerARN + "domain/d-1", iamARN + "role/Studio"},
			{"HAS_EXECUTION_ROLE", sagemakerARN + "training-job/t", iamARN + "role/Deleted"},
			{"USED", sagemakerARN + "endpoint/prod", sagemakerARN + "endpoint-config/c"},
			{"REFERENCED", sagemakerARN + "endpoint-config/c", sagemakerARN + "model/m"},
		},
	}
}

// lines are the answers about policies, one a line.
func lines(r *audit.Report) []string {
	var out []string
	short := func(arn string) string {
		return strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(arn, iamARN), sagemakerARN), "sagemaker:")
	}
	add := func(words ...string) {
		for i := range words {
			words[i] = short(words[i])
		}
		out = append(out, strings.Join(words, " "))
	}
	for v := range r.EachInvoker {
		if v.Component != "" {
			add("invoke", v.Principal, v.Action, v.Endpoint, v.Component, string(v.Verdict))
			continue
		}
		add("invoke", v.Principal, v.Action, v.Endpoint, string(v.Verdict))
	}
	for _, b := range r.Bearer {
		add("bearer", b.Principal, string(b.Verdict))
	}
	for _, o := range r.Openers {
		add("open", o.Principal, o.Resource, o.Role, string(o.Verdict))
	}
	for _, a := range r.Assume {
		add("assume", a.Principal, a.Role, string(a.Verdict))
	}
	for _, e := range r.Escalations {
		words := []string{"escalate", e.Principal, e.Path, string(e.Verdict)}
		add(append(append(words, e.Gains...), e.Writes...)...)
	}
	for _, role := range r.Roles {
		words := []string{"role", role.Role, string(role.Class)}
		for _, u := range role.UsedBy {
			words = append(words, short(u))
		}
		add(words...)
	}
	return out
}

func TestAccess(t *testing.T) {
	r := audit.Run(iamAccount().read(t))
	validate(t, compileSchema(t), r)
	want := []string{
		"invoke user/ada InvokeEndpoint endpoint/dev allowed",
		"invoke user/ada InvokeEndpoint endpoint/dev inference-component/c conditional",
		"invoke user/ada InvokeEndpoint endpoint/prod allowed",
		"invoke user/ben InvokeEndpoint endpoint/dev allowed",
		"invoke user/ben InvokeEndpoint endpoint/dev inference-component/c conditional",
		"bearer user/ada allowed",
		"open role/Ops notebook-instance/n role/Notebook allowed",
		"open role/Ops user-profile/d-1/eve role/Studio allowed",
		"assume user/ada role/Ops allowed",
		"escalate role/Ops open-user-profile allowed role/Studio",
		"escalate role/Ops sagemaker-004 allowed role/Notebook",
		"escalate user/ben model-poisoning allowed role/Notebook arn:aws:s3:::models/m.tar.gz",
		"role role/Deleted unknown training-job/t",
		"role role/Notebook permissive model/m notebook-instance/n",
		"role role/Studio ok domain/d-1",
	}
	if got := lines(r); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, u := range r.Unknown {
		for _, q := range u.Questions {
			if q != "exposure" && q != "buckets" {
				t.Errorf("unknown: %+v", u)
			}
		}
	}
	for v := range r.EachInvoker {
		if v.Principal == iamARN+"user/ada" && v.Component == "" && !slices.Contains(v.Via, audit.Via{Policy: iamARN + "policy/Invoke", Statement: iamARN + "policy/Invoke/statement/1", Effect: "Allow"}) {
			t.Errorf("%s by %+v", v.Endpoint, v.Via)
		}
	}
	for _, role := range r.Roles {
		if role.Role == iamARN+"role/Notebook" {
			if i := slices.IndexFunc(role.Reasons, func(r audit.Reason) bool { return r.Code == "service-wildcard" }); i < 0 || role.Reasons[i].Resource != role.Role+"/inline_policy/p1/statement/1" {
				t.Errorf("reasons %+v", role.Reasons)
			}
		}
	}
}

// TestAccessNotRead takes pieces of what was read away: each answer that needs them is conditional or unknown, and says how to export them.
func TestAccessNotRead(t *testing.T) {
	find := func(r *audit.Report, line string) string {
		for _, l := range lines(r) {
			if strings.HasPrefix(l, line) {
				return strings.TrimPrefix(l, line+" ")
			}
		}
		return ""
	}
	for _, c := range []struct {
		name    string
		change  func(g *testGraph)
		line    string // begins so
		want    string // and ends so
		unknown string // label in the list of what is missing, or ""
	}{
		{"organization", func(g *testGraph) { g.nodes["AWSAccount"][testAccount] = properties{"observed": false} }, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", "AWSAccount"},
		{"no SCP", func(g *testGraph) {
			g.nodes["AWSAccount"][testAccount]["service_control_policies"] = nil
			g.nodes["AWSAccount"][testAccount]["unread"] = []any{"service_control_policies"}
			delete(g.nodes["AWSAccount"][testAccount], "service_control_policies")
		}, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", "AWSAccount"},
		{"no SCP of the root", func(g *testGraph) {
			g.nodes["AWSOrganizationRoot"]["r-1"]["unread"] = []any{"service_control_policies"}
			delete(g.nodes["AWSOrganizationRoot"]["r-1"], "service_control_policies")
		}, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", "AWSOrganizationRoot"},
		{"no root", func(g *testGraph) { g.nodes["AWSOrganizationRoot"] = nil }, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"no text of an SCP", func(g *testGraph) { g.nodes["AWSOrganizationPolicy"] = nil }, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"nothing attached to the root", func(g *testGraph) {
			g.nodes["AWSOrganizationRoot"]["r-1"]["service_control_policies"] = []any{}
		}, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"IAM", func(g *testGraph) {
			g.unlisted = iamLabels
			for _, label := range iamLabels {
				g.nodes[label] = nil
			}
			g.nodes["AWSRole"] = map[string]properties{iamARN + "role/Notebook": {"observed": false}}
		}, "role role/Notebook", "unknown model/m notebook-instance/n", "AWSRole"},
		{"IAM, pairs", func(g *testGraph) {
			g.unlisted = iamLabels
			g.nodes["AWSRole"] = map[string]properties{iamARN + "role/Notebook": {"observed": false}}
		}, "invoke role/Notebook InvokeEndpoint endpoint/prod", "conditional", "AWSRole"},
		{"a policy", func(g *testGraph) { delete(g.nodes["AWSManagedPolicy"], iamARN+"policy/Invoke") }, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"its document", func(g *testGraph) {
			g.nodes["AWSManagedPolicy"][iamARN+"policy/Invoke"] = properties{"unread": []any{"policy_version_list"}}
		}, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"a list of policies", func(g *testGraph) { g.nodes["AWSUser"][iamARN+"user/ada"]["unread"] = []any{"user_policy_list"} }, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"groups", func(g *testGraph) { g.nodes["AWSGroup"] = nil }, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"tags", func(g *testGraph) {
			delete(g.nodes["AWSSageMakerEndpoint"][sagemakerARN+"endpoint/prod"], "tags")
			g.nodes["AWSSageMakerEndpoint"][sagemakerARN+"endpoint/prod"]["unread"] = []any{"tags"}
		}, "invoke user/ben InvokeEndpoint endpoint/prod", "conditional", ""},
		{"broken JSON", func(g *testGraph) {
			g.nodes["AWSUser"][iamARN+"user/ada"]["attached_managed_policies"] = `[{"PolicyArn":`
		}, "invoke user/ada InvokeEndpoint endpoint/prod", "conditional", ""},
		{"trust", func(g *testGraph) {
			g.nodes["AWSRole"][iamARN+"role/Ops"]["unread"] = []any{"assume_role_policy_document"}
			delete(g.nodes["AWSRole"][iamARN+"role/Ops"], "assume_role_policy_document")
		}, "assume * role/Ops", "conditional", ""},
		{"resource control policies at the root alone, without the one that lets everything through", func(g *testGraph) {
			g.nodes["AWSOrganizationRoot"]["r-1"]["resource_control_policies"] = []any{map[string]any{"Id": "p-rcp", "Arn": "rcp", "Name": "rcp"}}
			g.nodes["AWSOrganizationPolicy"]["p-rcp"] = properties{"arn": "rcp", "name": "rcp", "content": document(map[string]any{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"})}
		}, "assume user/ada role/Ops", "allowed", ""},
		{"endpoints", func(g *testGraph) {
			g.unlisted = []string{"AWSSageMakerEndpoint"}
			g.nodes["AWSSageMakerEndpoint"] = nil
		}, "bearer user/ada", "conditional", "AWSSageMakerEndpoint"},
		{"domain", func(g *testGraph) { g.nodes["AWSSageMakerDomain"] = nil }, "open role/Ops user-profile/d-1/eve ", "conditional", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := iamAccount()
			for label, byID := range g.nodes {
				for id, p := range byID {
					g.nodes[label][id] = maps.Clone(p)
				}
			}
			c.change(g)
			r := audit.Run(g.read(t))
			validate(t, compileSchema(t), r)
			if got := find(r, c.line); got != c.want {
				t.Errorf("%s: %q, want %q in\n%s", c.line, got, c.want, strings.Join(lines(r), "\n"))
			}
			if c.unknown != "" && !slices.ContainsFunc(r.Unknown, func(u audit.Unknown) bool { return u.Label == c.unknown && u.How != "" }) {
				t.Errorf("the list of what is missing lacks %s: %+v", c.unknown, r.Unknown)
			}
			for v := range r.EachInvoker {
				if v.Verdict == audit.Conditional && len(v.Conditions) == 0 {
					t.Errorf("%s %s is conditional and does not say why", v.Principal, v.Endpoint)
				}
			}
		})
	}
}

var iamLabels = []string{"AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy"}

// gather calls f with the edges of a type that a Gatherer makes of a graph's nodes.
func gather(t *testing.T, g *testGraph, typ string, f func(e *graph.Edge, value func(string) graph.Value)) {
	t.Helper()
	src, h, report := g.source(t)
	x := audit.NewGatherer(h, report)
	if err := src.Nodes(x.Node); err != nil {
		t.Fatal(err)
	}
	if err := x.Edges(func(e *graph.Edge) error {
		if e.Type.Name == typ {
			f(e, func(column string) graph.Value { return e.Values[e.Type.Column(column)] })
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestGatherer gets from the nodes alone the edges that the whole graph's invokers are.
func TestGatherer(t *testing.T) {
	g := iamAccount()
	g.nodes["AWSUser"][iamARN+"user/ben"]["user_policy_list"] = inline(
		document(map[string]any{"Effect": "Allow", "Action": "sagemaker:InvokeEndpointAsync", "Resource": "*", "Condition": map[string]any{"IpAddress": map[string]any{"aws:SourceIp": "192.0.2.0/24"}}}),
	)
	var items, edges []string
	gather(t, g, "CAN_INVOKE", func(e *graph.Edge, value func(string) graph.Value) {
		verdict := "allowed"
		if value("conditional").Bool() {
			verdict = "conditional"
		}
		for _, action := range value("actions").Strings() {
			items = append(items, e.From+" "+e.To+" "+e.Ref+" "+action+" "+verdict)
		}
		conditions := []string{}
		if v := value("conditions"); !v.IsNull() {
			conditions = v.Strings()
		}
		edges = append(edges, fmt.Sprint(strings.TrimPrefix(e.From, iamARN), " ", e.Path, " ", strings.TrimPrefix(e.To, sagemakerARN), " ", value("actions").Strings(), " ", len(value("via").Strings()), " ", conditions))
	})
	var want []string
	for v := range audit.Run(g.read(t)).EachInvoker {
		want = append(want, v.Principal+" "+v.Endpoint+" "+v.Component+" "+v.Action+" "+string(v.Verdict))
	}
	slices.Sort(items)
	slices.Sort(want)
	if len(want) == 0 || !slices.Equal(items, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(items, "\n"), strings.Join(want, "\n"))
	}
	own := iamARN + "user/ben/inline_policy/p1/statement/1"
	if want := []string{
		"user/ada Action endpoint/dev [sagemaker:InvokeEndpoint] 1 []",
		"user/ada Condition endpoint/dev [sagemaker:InvokeEndpoint] 1 [no statement allows the inference component itself, an optional resource of the call]",
		"user/ada Action endpoint/prod [sagemaker:InvokeEndpoint] 1 []",
		"user/ben Action endpoint/dev [sagemaker:InvokeEndpoint] 1 []",
		"user/ben Condition endpoint/dev [sagemaker:InvokeEndpointAsync] 1 [IpAddress aws:SourceIp 192.0.2.0/24 (Allow, " + own + ")]",
		"user/ben Condition endpoint/dev [sagemaker:InvokeEndpoint] 1 [no statement allows the inference component itself, an optional resource of the call]",
	}; !slices.Equal(edges, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(edges, "\n"), strings.Join(want, "\n"))
	}
}

// TestPermissiveIn gets from the nodes alone the reasons of roles that the whole graph's
// answers have, but for what a role gains from others, and for roles that are gone.
func TestPermissiveIn(t *testing.T) {
	g := iamAccount()
	past := map[string]any{"DateGreaterThan": map[string]any{"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
	g.nodes["AWSRole"][iamARN+"role/since"] = properties{
		"assume_role_policy_document": trusting(map[string]any{"Service": "sagemaker.amazonaws.com"}),
		"role_policy_list":            inline(document(map[string]any{"Effect": "Allow", "Action": []string{"s3:*", "secretsmanager:GetSecretValue"}, "Resource": "*", "Condition": past})),
	}
	// Where something is decides too: here in no other region than that of a notebook.
	g.nodes["AWSSageMakerNotebookInstance"]["arn:aws:sagemaker:eu-west-3:"+testAccount+":notebook-instance/far"] = properties{"name": "far", "role_arn": iamARN + "role/far"}
	g.nodes["AWSRole"][iamARN+"role/far"] = properties{
		"role_policy_list": inline(allowing("kms:Decrypt", "arn:aws:kms:eu-*:*:*")),
	}
	g.nodes["AWSRole"][iamARN+"role/broken"] = properties{"role_policy_list": inline("{")}
	for _, role := range []string{"since", "far", "broken"} {
		id := sagemakerARN + "model/" + role
		g.nodes["AWSSageMakerModel"] = merge(g.nodes, map[string]map[string]properties{"AWSSageMakerModel": {id: {"name": role}}})["AWSSageMakerModel"]
		g.edges = append(g.edges, [3]string{"HAS_EXECUTION_ROLE", id, iamARN + "role/" + role})
	}
	r := audit.Run(g.read(t))
	used := map[string]bool{}
	var want []string
	for _, role := range r.Roles {
		used[role.Role] = true
		for _, reason := range role.Reasons {
			if reason.Code != access.CodeEscalation && reason.Code != access.CodeGone {
				want = append(want, strings.TrimPrefix(role.Role, iamARN)+" "+reason.Code+" "+reason.Resource)
			}
		}
	}
	var got, edges []string
	gather(t, g, "PERMISSIVE_IN", func(e *graph.Edge, value func(string) graph.Value) {
		role, first := strings.TrimPrefix(e.From, iamARN), ""
		if via := value("via").Strings(); len(via) > 0 {
			first = via[0]
		}
		if used[e.From] {
			got = append(got, role+" "+e.Ref+" "+first)
		}
		edges = append(edges, fmt.Sprint(role, " ", e.Path, " ", e.To, " ", e.Ref, " ", value("actions").Strings()))
	})
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, line := range []string{
		"role/since Action " + testAccount + " data-all-buckets [s3:DeleteObject s3:GetObject s3:PutObject]",
		"role/since Action " + testAccount + " service-wildcard [s3:*]",
		"role/far Action " + testAccount + " decrypt-all [kms:Decrypt]",
		"role/broken Condition " + testAccount + " not-read []",
	} {
		if !slices.Contains(edges, line) {
			t.Errorf("%q is not among\n%s", line, strings.Join(edges, "\n"))
		}
	}
}

// TestInvokersAsJSON compares the JSON of invokers with what encoding/json makes of each.
func TestInvokersAsJSON(t *testing.T) {
	g := iamAccount()
	g.nodes["AWSUser"][iamARN+"user/<é\"&\u2028>"] = properties{"user_policy_list": inline(allowing("sagemaker:*", "*"))}
	r := audit.Run(g.read(t))
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var want []string
	for v := range r.EachInvoker {
		var one bytes.Buffer
		enc := json.NewEncoder(&one)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
		want = append(want, "    "+strings.TrimSuffix(one.String(), "\n"))
	}
	text := "  \"invokers\": [\n" + strings.Join(want, ",\n") + "\n  ],\n"
	if len(want) < 10 || !strings.Contains(b.String(), text) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), text)
	}
}

func TestExplainAccess(t *testing.T) {
	g := iamAccount().read(t)
	traces, err := audit.Explain(g, "ben", "prod")
	if err != nil {
		t.Fatal(err)
	}
	if len(traces) != 4 || traces[0].Action != "sagemaker:InvokeEndpoint" || traces[0].Verdict != "denied" {
		t.Fatalf("%+v", traces)
	}
	var layers []string
	for _, s := range traces[0].Steps {
		layers = append(layers, s.Layer)
		for _, v := range s.Statements {
			layers = append(layers, v.Effect+" "+v.Statement)
		}
	}
	want := []string{
		"service control policy of " + testAccount, "Allow scp-full/statement/1",
		"service control policy of r-1", "Allow scp-full/statement/1",
		"identity-based policy", "Allow " + iamARN + "policy/Invoke/statement/1",
		"permissions boundary", "Allow " + iamARN + "policy/NoProd/statement/1", "Deny " + iamARN + "policy/NoProd/statement/2",
	}
	if !slices.Equal(layers, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(layers, "\n"), strings.Join(want, "\n"))
	}
	if _, err := audit.Explain(g, "scientists", "prod"); err == nil {
		t.Error("a group is explained")
	}
	if traces, err := audit.Explain(g, "ada", "role/Ops"); err != nil || len(traces) != 2 || traces[1].Verdict != "allowed" {
		t.Errorf("%+v, %v", traces, err)
	}
}

// TestPathsAreDocumented finds each path, and each class's reasons, in docs/audit.md.
func TestPathsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/audit.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range access.Paths() {
		if !regexp.MustCompile(`(?m)^\| ([a-z0-9-]+, )*` + p.ID + `(, [a-z0-9-]+)* \| .*` + regexp.QuoteMeta(p.About)).Match(text) {
			t.Errorf("docs/audit.md lacks %s: %s", p.ID, p.About)
		}
	}
	for _, code := range []string{
		access.CodeAdministrator, access.CodeService, access.CodeData, access.CodePassRole, access.CodeCreate, access.CodeSecrets, access.CodeDecrypt,
		access.CodeAssume, access.CodeIAM, access.CodeEscalation, access.CodeNotRead, access.CodeGone,
	} {
		if !regexp.MustCompile(`(?m)^\| ([a-z-]+, )*` + code + `(, [a-z-]+)* \|`).Match(text) {
			t.Errorf("docs/audit.md lacks the reason %s", code)
		}
	}
}
