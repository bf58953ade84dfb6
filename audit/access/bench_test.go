package access

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// company is an account as large companies have them: many roles with a policy of their own, shared policies with wildcards, tags and
// variables, boundaries, and a few who may do all.
func company(principals, endpoints int) *Builder {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	team := func() string { return fmt.Sprintf("team-%02d", r.IntN(60)) }
	b := NewBuilder()
	doc := func(id string, statements ...map[string]any) Document {
		text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		if err != nil {
			panic(err)
		}
		return Document{ID: id, Text: string(text)}
	}
	allow := func(action, resource any) map[string]any {
		return map[string]any{"Effect": "Allow", "Action": action, "Resource": resource}
	}
	on := func(s map[string]any, op, key string, value any) map[string]any {
		s["Condition"] = map[string]any{op: map[string]any{key: value}}
		return s
	}
	iam := "arn:aws:iam::" + testAccount + ":"
	regions := doc("scp-regions", map[string]any{"Effect": "Deny", "NotAction": []string{"iam:*", "sts:*"}, "Resource": "*", "Condition": map[string]any{
		"StringNotEquals": map[string]any{"aws:RequestedRegion": []string{"eu-central-1", "us-east-1"}},
	}})
	b.AddAccount(Account{
		ID: testAccount, OrgID: "o-1", Management: "999999999999",
		SCP: []Level{{"account", []Document{{ID: "full", Text: everything}}}, {"ou", []Document{{ID: "full", Text: everything}, regions}}, {"root", []Document{{ID: "full", Text: everything}}}},
	})
	managed := []Document{
		doc(iam+"policy/InvokeOwnTeam", on(allow("sagemaker:InvokeEndpoint", "*"), "StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}")),
		doc(iam+"policy/ReadAll", allow([]string{"sagemaker:Describe*", "sagemaker:List*", "s3:Get*", "s3:List*"}, "*")),
		doc(iam+"policy/FullAccess", map[string]any{"Effect": "Allow", "Action": "sagemaker:*", "NotResource": []string{"arn:aws:sagemaker:*:*:domain/*", "arn:aws:sagemaker:*:*:user-profile/*"}}),
		doc(iam+"policy/Office", on(map[string]any{"Effect": "Deny", "Action": "sagemaker:*", "Resource": "*"}, "NotIpAddress", "aws:SourceIp", []string{"192.0.2.0/24"})),
		doc(iam+"policy/NotProd", on(map[string]any{"Effect": "Deny", "Action": "sagemaker:Invoke*", "Resource": "*"}, "StringEquals", "sagemaker:ResourceTag/stage", "prod")),
		doc(iam+"policy/Logs", allow([]string{"logs:*", "cloudwatch:PutMetricData"}, "*")),
		doc(iam+"policy/Boundary", allow([]string{"sagemaker:*", "s3:*", "logs:*"}, "*")),
		doc(iam+"policy/Admin", allow("*", "*")),
	}
	for _, d := range managed {
		b.AddManagedPolicy(d)
	}
	identity := func(arn string) Identity {
		i := Identity{ARN: arn, Tags: map[string]string{"team": team()}}
		add := func(name string) { i.Attached = append(i.Attached, iam+"policy/"+name) }
		switch n := r.IntN(100); {
		case n < 2:
			add("Admin")
		case n < 6:
			add("FullAccess")
		case n < 30:
			add("InvokeOwnTeam")
		default:
			add("Logs")
		}
		for _, name := range []string{"ReadAll", "Office", "NotProd"} {
			if r.IntN(3) == 0 {
				add(name)
			}
		}
		if r.IntN(4) == 0 {
			i.Boundary = iam + "policy/Boundary"
		}
		if r.IntN(10) < 7 { // a policy of its own
			var list []map[string]any
			for range 1 + r.IntN(5) {
				switch r.IntN(6) {
				case 0:
					list = append(list, allow(pick("sagemaker:InvokeEndpoint", "sagemaker:Invoke*"), fmt.Sprintf("arn:aws:sagemaker:%s:%s:endpoint/%s-%d", pick("eu-central-1", "us-east-1"), testAccount, team(), r.IntN(endpoints))))
				case 1:
					list = append(list, allow([]string{"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync"}, fmt.Sprintf("arn:aws:sagemaker:*:*:endpoint/%s-*", team())))
				case 2:
					list = append(list, allow("s3:GetObject", fmt.Sprintf("arn:aws:s3:::%s/*", team())))
				case 3:
					list = append(list, map[string]any{"Effect": "Deny", "Action": "sagemaker:*", "Resource": fmt.Sprintf("arn:aws:sagemaker:*:*:endpoint/*%d", r.IntN(100))})
				case 4:
					list = append(list, on(allow("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:*:"+testAccount+":endpoint/*"), "StringEquals", "aws:ResourceTag/team", team()))
				case 5:
					if r.IntN(20) == 0 {
						list = append(list, allow("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:*:*:endpoint/${aws:PrincipalTag/team}-*"))
					} else {
						list = append(list, allow("dynamodb:*", "*"))
					}
				}
			}
			i.Inline = []Document{doc(arn+"/inline_policy/own", list...)}
		}
		return i
	}
	trusting := func(who string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":` + who + `}}`
	}
	for n := range principals {
		if n%4 == 0 {
			b.AddUser(User{Identity: identity(fmt.Sprintf("%suser/u%05d", iam, n))})
			continue
		}
		arn := fmt.Sprintf("%srole/r%05d", iam, n)
		trust := trusting(`{"Service":"lambda.amazonaws.com"}`)
		switch m := r.IntN(20); {
		case m < 4:
			trust = trusting(`{"Service":"sagemaker.amazonaws.com"}`)
			b.AddUse(arn, fmt.Sprintf("arn:aws:sagemaker:eu-central-1:%s:training-job/j%d", testAccount, n))
		case m < 8:
			trust = trusting(`{"AWS":"` + testAccount + `"}`)
		case m < 10:
			trust = trusting(fmt.Sprintf(`{"AWS":"%srole/r%05d"}`, iam, r.IntN(principals)))
		}
		b.AddRole(Role{Identity: identity(arn), Trust: trust})
		if r.IntN(10) == 0 {
			b.AddResource(Resource{Kind: Notebook, ARN: fmt.Sprintf("arn:aws:sagemaker:eu-central-1:%s:notebook-instance/n%d", testAccount, n), Role: arn, Status: "InService", Tags: map[string]string{"team": team()}})
			b.AddResource(Resource{Kind: Pipeline, ARN: fmt.Sprintf("arn:aws:sagemaker:eu-central-1:%s:pipeline/p%d", testAccount, n), Role: arn})
			b.AddServing(Serving{Endpoint: "arn:aws:sagemaker:eu-central-1:" + testAccount + ":endpoint/x", Role: arn, Artifacts: []string{fmt.Sprintf("s3://%s/m%d/model.tar.gz", team(), n)}})
		}
	}
	for n := range 60 {
		b.AddResource(Resource{Kind: Bucket, ARN: fmt.Sprintf("arn:aws:s3:::team-%02d", n), Account: testAccount})
	}
	for n := range endpoints {
		own := team()
		b.AddResource(Resource{
			Kind: Endpoint, ARN: fmt.Sprintf("arn:aws:sagemaker:%s:%s:endpoint/%s-%d", pick("eu-central-1", "eu-central-1", "us-east-1"), testAccount, own, n),
			Tags: map[string]string{"team": own, "stage": pick("dev", "prod")},
		})
	}
	return b
}

// BenchmarkOthers asks the other questions of 5,000 principals.
func BenchmarkOthers(b *testing.B) {
	m := company(5000, 100).Build()
	b.Run("openers", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for range m.Openers() {
				n++
			}
			b.ReportMetric(float64(n), "items")
		}
	})
	b.Run("assume", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(float64(len(m.Assumptions())), "items")
		}
	})
	b.Run("escalations", func(b *testing.B) {
		for b.Loop() {
			n, gains := 0, 0
			for e := range m.Escalations() {
				n++
				gains += len(e.Gains)
			}
			b.ReportMetric(float64(n), "items")
			b.ReportMetric(float64(gains), "gains")
		}
	})
	b.Run("roles", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(float64(len(m.Roles())), "items")
		}
	})
}

// BenchmarkInvokers decides who of 5,000 principals can invoke which of 2,000 endpoints, and writes each item.
func BenchmarkInvokers(b *testing.B) {
	builder := company(5000, 2000)
	b.ReportAllocs()
	for b.Loop() {
		items := 0
		for i := range builder.Build().Invokers() {
			items++
			fmt.Fprintln(io.Discard, i.Principal, i.Endpoint, i.Action, i.Verdict)
		}
		b.ReportMetric(float64(items), "items")
	}
}
