package audit_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph"
)

// companyGraph is an account as large companies have them, as nodes of a snapshot.
func companyGraph(tb testing.TB, principals, endpoints int) *testGraph {
	tb.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	team := func() string { return fmt.Sprintf("team-%02d", r.IntN(60)) }
	document := func(statements ...map[string]any) string {
		text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		if err != nil {
			tb.Fatal(err)
		}
		return string(text)
	}
	allow := func(action, resource any) map[string]any {
		return map[string]any{"Effect": "Allow", "Action": action, "Resource": resource}
	}
	iam := "arn:aws:iam::" + testAccount + ":"
	g := &testGraph{nodes: map[string]map[string]properties{
		"AWSAccount": {testAccount: {"organization_id": nil}}, "AWSRole": {}, "AWSUser": {}, "AWSManagedPolicy": {}, "AWSSageMakerEndpoint": {},
	}}
	delete(g.nodes["AWSAccount"][testAccount], "organization_id")
	managed := map[string]string{
		"OwnTeam": document(map[string]any{
			"Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "*",
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
		}),
		"Full":  document(allow("sagemaker:*", "*")),
		"Admin": document(allow("*", "*")),
		"Logs":  document(allow("logs:*", "*")),
		"Office": document(map[string]any{
			"Effect": "Deny", "Action": "sagemaker:*", "Resource": "*",
			"Condition": map[string]any{"NotIpAddress": map[string]any{"aws:SourceIp": "192.0.2.0/24"}},
		}),
	}
	for name, text := range managed {
		g.nodes["AWSManagedPolicy"][iam+"policy/"+name] = properties{"policy_version_list": []any{map[string]any{"VersionId": "v1", "IsDefaultVersion": true, "Document": text}}}
	}
	attached := func() []any {
		name := "Logs"
		switch n := r.IntN(100); {
		case n < 2:
			name = "Admin"
		case n < 6:
			name = "Full"
		case n < 30:
			name = "OwnTeam"
		}
		list := []any{map[string]any{"PolicyArn": iam + "policy/" + name, "PolicyName": name}}
		if r.IntN(3) == 0 {
			list = append(list, map[string]any{"PolicyArn": iam + "policy/Office", "PolicyName": "Office"})
		}
		return list
	}
	for n := range principals {
		own := document(
			allow("sagemaker:InvokeEndpoint", fmt.Sprintf("arn:aws:sagemaker:*:*:endpoint/%s-*", team())),
			allow("s3:GetObject", "arn:aws:s3:::"+team()+"/*"),
			map[string]any{"Effect": "Deny", "Action": "sagemaker:*", "Resource": fmt.Sprintf("arn:aws:sagemaker:*:*:endpoint/*%d", r.IntN(100))},
		)
		inline := []any{map[string]any{"PolicyName": "own", "PolicyDocument": own}}
		p := properties{"attached_managed_policies": attached(), "tags": map[string]any{"team": team()}}
		if n%4 == 0 {
			p["user_policy_list"] = inline
			g.nodes["AWSUser"][fmt.Sprintf("%suser/u%05d", iam, n)] = p
		} else {
			p["role_policy_list"] = inline
			p["assume_role_policy_document"] = document(map[string]any{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "lambda.amazonaws.com"}})
			g.nodes["AWSRole"][fmt.Sprintf("%srole/r%05d", iam, n)] = p
		}
	}
	for n := range endpoints {
		own := team()
		g.nodes["AWSSageMakerEndpoint"][fmt.Sprintf("arn:aws:sagemaker:us-east-1:%s:endpoint/%s-%d", testAccount, own, n)] = properties{"tags": map[string]any{"team": own}, "status": "InService"}
	}
	return g
}

// BenchmarkAccess reads an account of 5,000 principals and 2,000 endpoints, answers all questions and writes them as JSON.
func BenchmarkAccess(b *testing.B) {
	company := companyGraph(b, 5000, 2000)
	src, h, report := company.source(b)
	company = nil
	b.ReportAllocs()
	for b.Loop() {
		stop := make(chan struct{})
		var peak atomic.Uint64
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak.Store(max(peak.Load(), m.HeapInuse))
				}
			}
		}()
		g, err := audit.Read(src, h, report)
		if err != nil {
			b.Fatal(err)
		}
		w := &counter{}
		if err := audit.Run(g).WriteJSON(w); err != nil {
			b.Fatal(err)
		}
		close(stop)
		b.ReportMetric(float64(w.n)/1e6, "MB-json")
		b.ReportMetric(float64(peak.Load())/1e6, "MB-heap")
	}
}

// BenchmarkPermissiveIn makes the edges of 3,750 roles while an export would write its nodes; there is no endpoint to invoke.
func BenchmarkPermissiveIn(b *testing.B) {
	src, h, report := companyGraph(b, 5000, 0).source(b)
	b.ReportAllocs()
	for b.Loop() {
		x := audit.NewGatherer(h, report)
		if err := src.Nodes(x.Node); err != nil {
			b.Fatal(err)
		}
		edges := 0
		if err := x.Edges(func(*graph.Edge) error { edges++; return nil }); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(edges), "edges")
	}
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) { c.n += int64(len(p)); return io.Discard.Write(p) }
