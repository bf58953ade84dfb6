package exporter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// kind returns the report on one kind.
func (r *result) kind(t *testing.T, label string) graph.KindReport {
	t.Helper()
	for _, k := range r.report.Scopes[0].Kinds {
		if k.Label == label {
			return k
		}
	}
	t.Fatalf("no report on %s", label)
	return graph.KindReport{}
}

// names returns the names of the nodes of a label that were read.
func (r *result) names(label string) []string {
	var all []string
	for id, n := range r.nodes {
		if strings.HasPrefix(id, label+" ") && n["observed"] == "true" {
			all = append(all, strings.Trim(n["name"], `"`))
		}
	}
	slices.Sort(all)
	return all
}

func (r *result) gaps() string {
	var all []string
	for _, g := range r.report.Gaps {
		text := g.Label + " " + g.Action
		if g.Count > 1 {
			text += fmt.Sprint(" × ", g.Count)
		} else if len(g.IDs) == 1 {
			text += " " + g.IDs[0]
		}
		all = append(all, text+" "+g.Code)
	}
	return strings.Join(all, "\n")
}

// many is a list of n documents.
func many(n int, document func(i int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = document(i)
	}
	return list(all...)
}

func models(n int) string {
	return many(n, func(i int) string { return model(fmt.Sprintf("m%05d", i), "") })
}

func configs(n int) string {
	return many(n, func(i int) string { return config(fmt.Sprintf("c%05d", i), "m") })
}

func failing(action, code, message string) func(string, int, []byte) *simulator.Fault {
	return func(a string, _ int, _ []byte) *simulator.Fault {
		if a == action {
			return &simulator.Fault{Code: code, Message: message}
		}
		return nil
	}
}

func TestPages(t *testing.T) {
	for _, empty := range []bool{false, true} {
		cfg, server := serve(t, docs(t, map[string]string{"EndpointConfig": configs(250)}), simulator.Options{EmptyPages: empty})
		r := collect(t, cfg)
		if n := len(r.names("AWSSageMakerEndpointConfig")); n != 250 || !r.report.Complete() {
			t.Errorf("read %d of 250, gaps %s", n, r.gaps())
		}
		want := 3
		if empty {
			want = 4
		}
		if n := server.Calls()["sagemaker:ListEndpointConfigs"]; n != want {
			t.Errorf("%d list calls, want %d", n, want)
		}
		k := r.kind(t, "AWSSageMakerEndpointConfig")
		if k.Calls != int64(want+250) || k.Listed != 250 || k.Written != 250 || k.State != graph.Complete || k.Detail != "describe" {
			t.Errorf("the report is %+v", k)
		}
		total := 0
		for action, n := range server.Calls() {
			if action != "sts:GetCallerIdentity" {
				total += n
			}
		}
		if r.report.Scopes[0].Calls != int64(total) {
			t.Errorf("the report says %d calls, the server saw %d", r.report.Scopes[0].Calls, total)
		}
	}
}

// TestDuplicates lists every item twice, so that some stand on both sides of a
// page's end.
func TestDuplicates(t *testing.T) {
	cfg, server := serve(t, docs(t, map[string]string{"EndpointConfig": configs(120), "Model": models(120)}), simulator.Options{
		Edit: func(action string, doc map[string]any) []map[string]any {
			if strings.HasPrefix(action, "sagemaker:List") || action == "sagemaker:Search" {
				return []map[string]any{doc, doc}
			}
			return []map[string]any{doc}
		},
	})
	r := collect(t, cfg)
	for _, label := range []string{"AWSSageMakerEndpointConfig", "AWSSageMakerModel"} {
		if k := r.kind(t, label); k.Listed != 120 || k.Written != 120 || len(r.names(label)) != 120 {
			t.Errorf("%s: %+v, %d nodes", label, k, len(r.names(label)))
		}
	}
	if n := server.Calls()["sagemaker:DescribeEndpointConfig"]; n != 120 {
		t.Errorf("%d describe calls", n)
	}
}

// TestGone has a resource of each dialect that is listed and is then gone.
func TestGone(t *testing.T) {
	created := `"CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z"`
	domain := func(id string) string {
		return fmt.Sprintf(`{"DomainId": %q, "DomainName": %q, "DomainArn": %q, %s}`, id, id, arnOf("domain/"+id), created)
	}
	cfg, _ := serve(t, docs(t, map[string]string{
		"EndpointConfig": list(config("here", "m"), config("gone", "m")), "Domain": list(domain("here"), domain("gone")), "Model": list(model("here", ""), model("gone", "")),
		"NotebookInstance": list(notebook("here", "2026-01-02T03:04:05Z", role), notebook("gone", "2026-01-02T03:04:05Z", role)),
	}), simulator.Options{
		Edit: func(action string, doc map[string]any) []map[string]any {
			if strings.HasPrefix(action, "sagemaker:List") {
				return []map[string]any{doc}
			}
			for _, v := range doc {
				if v == "gone" {
					return nil
				}
			}
			return []map[string]any{doc}
		},
	})
	r := collect(t, cfg)
	if !r.report.Complete() {
		t.Errorf("gaps %s", r.gaps())
	}
	for _, label := range []string{"AWSSageMakerEndpointConfig", "AWSSageMakerDomain", "AWSSageMakerModel", "AWSSageMakerNotebookInstance"} {
		k := r.kind(t, label)
		if got := r.names(label); !slices.Equal(got, []string{"here"}) || k.State != graph.Complete || k.Listed != 2 || k.Written != 1 || k.Gone != 1 {
			t.Errorf("%s: %v, %+v", label, got, k)
		}
	}
}

func TestDescribeDenied(t *testing.T) {
	cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": list(config("c", "m"))}), simulator.Options{Fault: failing("sagemaker:DescribeEndpointConfig", "AccessDeniedException", "not\nyou")})
	r := collect(t, cfg)
	n := r.node(t, "AWSSageMakerEndpointConfig", arnOf("endpoint-config/c"))
	if n["name"] != `"c"` || n["creation_time"] != `"2026-01-02T03:04:05.000000Z"` || n["observed"] != "true" {
		t.Errorf("the node from the list is %v", n)
	}
	if k := r.kind(t, "AWSSageMakerEndpointConfig"); k.State != graph.Partial || k.Written != 1 {
		t.Errorf("%+v", k)
	}
	want := graph.Gap{Scope: account + "/" + region, Label: "AWSSageMakerEndpointConfig", Action: "sagemaker:DescribeEndpointConfig", Code: "AccessDeniedException", Message: "not you", Count: 1, IDs: []string{arnOf("endpoint-config/c")}}
	if len(r.report.Gaps) != 1 || !reflect.DeepEqual(*r.report.Gaps[0], want) {
		t.Errorf("gaps %s", r.gaps())
	}
}

func TestListFails(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault simulator.Fault
		after int // calls that succeed
		state graph.State
		code  string
		calls int // of the list
	}{
		{"denied", simulator.Fault{Code: "AccessDeniedException", Message: "no"}, 0, graph.Denied, "AccessDeniedException", 1},
		{"unknown operation", simulator.Fault{Code: "UnknownOperationException"}, 0, graph.Unoffered, "", 1}, // not a gap: the region has none
		{"HTML", simulator.Fault{Status: 500, Body: "<html>oops</html>", ContentType: "text/html"}, 0, graph.Unavailable, "HTTP500", 4},
		{"server error", simulator.Fault{Status: 500, Code: "InternalFailure", Message: "x"}, 0, graph.Unavailable, "InternalFailure", 4},
		{"not JSON", simulator.Fault{Status: 200, Body: "<html>hello</html>", ContentType: "text/html"}, 0, graph.Unavailable, "UnreadableAnswer", 1},
		{"denied on the second page", simulator.Fault{Code: "AccessDeniedException", Message: "no"}, 1, graph.Partial, "AccessDeniedException", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, server := serve(t, docs(t, map[string]string{"EndpointConfig": configs(150), "Model": models(1)}), simulator.Options{
				Fault: func(action string, call int, _ []byte) *simulator.Fault {
					if action == "sagemaker:ListEndpointConfigs" && call > c.after {
						return &c.fault
					}
					return nil
				},
			})
			r := collect(t, cfg)
			want := ""
			if c.code != "" {
				want = "AWSSageMakerEndpointConfig sagemaker:ListEndpointConfigs " + c.code
			}
			if r.gaps() != want || r.report.Complete() != (c.code == "") {
				t.Errorf("gaps %s, want %s", r.gaps(), want)
			}
			k := r.kind(t, "AWSSageMakerEndpointConfig")
			if k.State != c.state || k.Written != int64(100*c.after) {
				t.Errorf("%+v", k)
			}
			if n := server.Calls()["sagemaker:ListEndpointConfigs"]; n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
			if len(r.names("AWSSageMakerModel")) != 1 {
				t.Error("another kind was lost")
			}
		})
	}
}

// TestOddLists answers with lists that the API would not give.
func TestOddLists(t *testing.T) {
	for body, c := range map[string]struct {
		code  string
		state graph.State
		read  int
	}{
		`{"EndpointConfigs": [], "NextToken": "again"}`:                                   {"EndlessPages", graph.Partial, 0},
		`{"EndpointConfigs": [{}, {"EndpointConfigName": "c00000"}], "NextToken": ""}`:    {"NoIdentity", graph.Partial, 1},
		`{"EndpointConfigs": [{"CreationTime": 1}, {"EndpointConfigName": "c00000"}]}`:    {"NoIdentity", graph.Partial, 1},
		`{"EndpointConfigs": [{"EndpointConfigName": "c00000", "NewerThanTheSDK": [1]}]}`: {"", graph.Complete, 1},
		`{"EndpointConfigs": []}`:            {"", graph.Complete, 0},
		`{}`:                                 {"NoAnswer", graph.Unavailable, 0},
		``:                                   {"NoAnswer", graph.Unavailable, 0},
		`null`:                               {"UnreadableAnswer", graph.Unavailable, 0},
		`[]`:                                 {"UnreadableAnswer", graph.Unavailable, 0},
		`{"EndpointConfigs": null}`:          {"NoAnswer", graph.Unavailable, 0},
		`{"NextToken": null}`:                {"NoAnswer", graph.Unavailable, 0},
		`{"message": "Service Unavailable"}`: {"NoAnswer", graph.Unavailable, 0},
		`{"EndpointConfigs": {"EndpointConfigName": "c"}}`:  {"UnreadableAnswer", graph.Unavailable, 0},
		`{"EndpointConfigs": [{"EndpointConfigName": 12}]}`: {"UnreadableAnswer", graph.Unavailable, 0},
	} {
		cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(1)}), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if action == "sagemaker:ListEndpointConfigs" {
				return &simulator.Fault{Status: 200, Body: body, ContentType: "application/x-amz-json-1.1"}
			}
			return nil
		}})
		r := collect(t, cfg)
		k, gaps := r.kind(t, "AWSSageMakerEndpointConfig"), ""
		if c.code != "" {
			gaps = "AWSSageMakerEndpointConfig sagemaker:ListEndpointConfigs " + c.code
		}
		if k.State != c.state || r.gaps() != gaps || len(r.names(k.Label)) != c.read {
			t.Errorf("%s: %+v, gaps %s", body, k, r.gaps())
		}
	}
}

// TestEndlessDescribe answers every page of a describe with the same token.
func TestEndlessDescribe(t *testing.T) {
	group := fmt.Sprintf(`{"FeatureGroupName": "f", "FeatureGroupArn": %q, "CreationTime": "2026-01-02T03:04:05Z"}`, arnOf("feature-group/f"))
	cfg, server := serve(t, docs(t, map[string]string{"FeatureGroup": list(group)}), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		switch action {
		case "sagemaker:DescribeFeatureGroup":
			return &simulator.Fault{Status: 200, Body: `{"FeatureGroupName": "f", "FeatureDefinitions": [{"FeatureName": "x"}], "NextToken": "again"}`, ContentType: "application/x-amz-json-1.1"}
		case "sagemaker:Search": // so that it is described
			return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
		}
		return nil
	}})
	r := collect(t, cfg)
	k := r.kind(t, "AWSSageMakerFeatureGroup")
	want := "AWSSageMakerFeatureGroup sagemaker:DescribeFeatureGroup " + arnOf("feature-group/f") + " EndlessPages"
	unread := []graph.Unread{{Column: "feature_definitions", Because: graph.ByGap, Count: 1}}
	if k.State != graph.Partial || k.Written != 1 || r.gaps() != want || !reflect.DeepEqual(k.Unread, unread) {
		t.Errorf("%+v, gaps %s", k, r.gaps())
	}
	if n := r.node(t, k.Label, arnOf("feature-group/f")); n["unread"] != `["feature_definitions"]` || n["feature_definitions"] != `"[{\"FeatureName\":\"x\"}]"` {
		t.Errorf("the node is %v", n)
	}
	if n := server.Calls()["sagemaker:DescribeFeatureGroup"]; n != 2 {
		t.Errorf("%d calls", n)
	}
}

// TestExpired lets the credentials expire at each action in turn.
func TestExpired(t *testing.T) {
	for _, action := range []string{"sts:GetCallerIdentity", "sagemaker:ListModels", "sagemaker:DescribeEndpointConfig", "sagemaker:Search", "tag:GetResources", "sagemaker:ListTags"} {
		cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(150), "Model": models(5)}), simulator.Options{
			Fault: func(a string, call int, _ []byte) *simulator.Fault {
				switch {
				case a == action:
					return &simulator.Fault{Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}
				case a == "tag:GetResources":
					return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
				}
				return nil
			},
		})
		_, err := tryCollect(t, t.Context(), cfg)
		var expired *exporter.CredentialsError
		if !errors.As(err, &expired) || expired.Code != "ExpiredTokenException" || err.Error() != expired.Error() {
			t.Errorf("%s: the error is %v", action, err)
		}
	}
}

func TestNoCredentials(t *testing.T) {
	cfg, server := serve(t, docs(t, map[string]string{"Model": models(1)}), simulator.Options{})
	cfg.Targets[0].AWS.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("the chain has nothing")
	})
	_, err := tryCollect(t, t.Context(), cfg)
	var none *exporter.CredentialsError
	if !errors.As(err, &none) || none.Code != "" || !strings.Contains(err.Error(), "the chain has nothing") {
		t.Errorf("the error is %v", err)
	}
	if len(server.Actions()) != 0 {
		t.Errorf("called %v", server.Actions())
	}
}

// TestTrouble has each call fail for a while; nothing is lost and nothing is a
// gap.
func TestTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		fault simulator.Fault
		calls int // of each action that fail; how long a throttled call is tried, TestRetries says
	}{
		"throttled":  {simulator.Fault{Code: "ThrottlingException", Message: "Rate exceeded"}, 1},
		"dropped":    {simulator.Fault{Drop: true}, 3},
		"overloaded": {simulator.Fault{Status: 503, Body: "busy", ContentType: "text/plain"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(4), "Model": models(4)}), simulator.Options{
				Fault: func(_ string, call int, _ []byte) *simulator.Fault {
					if call <= c.calls {
						return &c.fault
					}
					return nil
				},
			})
			r := collect(t, cfg)
			if n, m := len(r.names("AWSSageMakerEndpointConfig")), len(r.names("AWSSageMakerModel")); n != 4 || m != 4 || !r.report.Complete() {
				t.Errorf("read %d and %d of 4, gaps %s", n, m, r.gaps())
			}
		})
	}
}

func TestSearch(t *testing.T) {
	t.Run("all", func(t *testing.T) {
		cfg, server := serve(t, docs(t, map[string]string{"Model": models(250)}), simulator.Options{})
		r := collect(t, cfg)
		k := r.kind(t, "AWSSageMakerModel")
		if len(r.names("AWSSageMakerModel")) != 250 || k.Detail != "search" || k.Calls != 6 || server.Calls()["sagemaker:DescribeModel"] != 0 {
			t.Errorf("%+v, %v", k, server.Calls())
		}
	})
	t.Run("fails", func(t *testing.T) {
		cfg, _ := serve(t, docs(t, map[string]string{"Model": models(150)}), simulator.Options{Fault: failing("sagemaker:Search", "AccessDeniedException", "no")})
		r := collect(t, cfg)
		k := r.kind(t, "AWSSageMakerModel")
		if len(r.names("AWSSageMakerModel")) != 150 || k.State != graph.Complete || k.Detail != "describe" || !r.report.Complete() {
			t.Errorf("%+v, gaps %s", k, r.gaps())
		}
	})
	t.Run("several side by side", func(t *testing.T) {
		// So many are made in each minute that a time is in two spans.
		made := func(i int) string {
			return strings.Replace(model(fmt.Sprintf("m%05d", i), ""), "2026-01-02T03:04:05Z", fmt.Sprintf("2026-01-02T03:%02d:05Z", i/500), 1)
		}
		cfg, server := serve(t, docs(t, map[string]string{"Model": many(5000, made)}), simulator.Options{})
		r := collect(t, cfg)
		k := r.kind(t, "AWSSageMakerModel")
		if len(r.names("AWSSageMakerModel")) != 5000 || k.Written != 5000 || k.Detail != "search" || server.Calls()["sagemaker:DescribeModel"] != 0 {
			t.Errorf("%+v, %v", k, server.Calls())
		}
		if n := server.Calls()["sagemaker:Search"]; n < 50 || n > 80 {
			t.Errorf("%d searches", n)
		}
	})
	t.Run("a part fails", func(t *testing.T) {
		// Whatever is fast, the other searches give what they have.
		made := func(i int) string {
			return strings.Replace(model(fmt.Sprintf("m%05d", i), ""), "2026-01-02T03:04:05Z", fmt.Sprintf("2026-01-02T%02d:%02d:%02dZ", 3+i/3600, i/60%60, i%60), 1)
		}
		files := docs(t, map[string]string{"Model": many(9000, made)})
		var described []int
		for _, slow := range []string{`"LessThan"`, "GreaterThan"} { // the first span, or the others
			cfg, server := serve(t, files, simulator.Options{
				Fault: func(action string, _ int, body []byte) *simulator.Fault {
					if action != "sagemaker:Search" {
						return nil
					}
					if strings.Contains(string(body), "GreaterThan") == (slow == "GreaterThan") {
						time.Sleep(5 * time.Millisecond)
					}
					if strings.Contains(string(body), "T03:") || !strings.Contains(string(body), "GreaterThan") {
						return &simulator.Fault{Code: "ValidationException"}
					}
					return nil
				},
			})
			r := collect(t, cfg)
			if len(r.names("AWSSageMakerModel")) != 9000 {
				t.Errorf("%+v", r.kind(t, "AWSSageMakerModel"))
			}
			described = append(described, server.Calls()["sagemaker:DescribeModel"])
		}
		if described[0] != described[1] {
			t.Errorf("%d were described", described)
		}
	})
	t.Run("fails on its second page", func(t *testing.T) {
		cfg, server := serve(t, docs(t, map[string]string{"Model": models(150)}), simulator.Options{
			Fault: func(action string, _ int, body []byte) *simulator.Fault {
				if action == "sagemaker:Search" && (bytes.Contains(body, []byte("NextToken")) || bytes.Contains(body, []byte("SearchExpression"))) {
					return &simulator.Fault{Code: "ValidationException", Message: "too deep"}
				}
				return nil
			},
		})
		cfg.Kinds = []string{"AWSSageMakerModel"}
		r := collect(t, cfg)
		if len(r.names("AWSSageMakerModel")) != 150 || r.report.HasGaps() || r.kind(t, "AWSSageMakerModel").State != graph.Complete || server.Calls()["sagemaker:DescribeModel"] != 50 {
			t.Errorf("%v, gaps %s", server.Calls(), r.gaps())
		}
	})
	t.Run("lags behind", func(t *testing.T) {
		endpoint := func(i int) string {
			return fmt.Sprintf(`{"EndpointName": "e%d", "EndpointArn": %q, "EndpointConfigName": "c", "EndpointStatus": "InService", "CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z"}`, i, arnOf(fmt.Sprint("endpoint/e", i)))
		}
		cfg, server := serve(t, docs(t, map[string]string{"Endpoint": many(10, endpoint)}), simulator.Options{
			Edit: func(action string, doc map[string]any) []map[string]any {
				if action == "sagemaker:Search" {
					switch doc["EndpointName"] {
					case "e3":
						return nil // not indexed yet
					case "e4":
						doc["LastModifiedTime"], doc["EndpointStatus"] = "2026-01-02T03:04:04Z", "Creating"
					case "e5":
						doc["LastModifiedTime"], doc["EndpointStatus"] = "2026-01-02T03:04:06Z", "Updating" // newer than the list
					}
				}
				return []map[string]any{doc}
			},
		})
		cfg.DescribeLimit = 0
		r := collect(t, cfg)
		if n := server.Calls()["sagemaker:DescribeEndpoint"]; n != 2 || len(r.names("AWSSageMakerEndpoint")) != 10 || r.report.HasGaps() || r.report.Complete() {
			t.Errorf("%d described, read %v, gaps %s", n, r.names("AWSSageMakerEndpoint"), r.gaps())
		}
		for name, want := range map[string]string{"e4": `"InService"`, "e5": `"Updating"`} {
			if got := r.node(t, "AWSSageMakerEndpoint", arnOf("endpoint/"+name))["status"]; got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		k := r.kind(t, "AWSSageMakerEndpoint")
		if k.Detail != "search" || k.State != graph.Limited || len(k.Unread) == 0 || k.Unread[0].Count != 8 || !slices.IsSortedFunc(k.Unread, graph.CompareUnread) {
			t.Errorf("%+v", k)
		}
	})
	t.Run("has more than the list", func(t *testing.T) {
		cfg, _ := serve(t, docs(t, map[string]string{"Model": models(10)}), simulator.Options{
			Edit: func(action string, doc map[string]any) []map[string]any {
				if action == "sagemaker:ListModels" && doc["ModelName"] == "m00003" {
					return nil
				}
				return []map[string]any{doc}
			},
		})
		r := collect(t, cfg)
		if k := r.kind(t, "AWSSageMakerModel"); len(r.names("AWSSageMakerModel")) != 9 || k.Listed != 9 || k.Written != 9 {
			t.Errorf("%+v: the list says what exists", k)
		}
	})
}

func TestDescribeLimit(t *testing.T) {
	jobs := many(20, func(i int) string { return job(fmt.Sprint("j", i), "2026-01-02T03:04:05Z", role, "s3://b-1/k") })
	for _, c := range []struct {
		limit, describes, searches int
		detail                     string
	}{{-1, 20, 0, "describe"}, {20, 20, 0, "describe"}, {2000, 20, 0, "describe"}, {19, 0, 1, "search"}, {0, 0, 1, "search"}} {
		cfg, server := serve(t, docs(t, map[string]string{"TrainingJob": jobs}), simulator.Options{})
		cfg.DescribeLimit = c.limit
		cfg.Kinds = []string{"AWSSageMakerTrainingJob"}
		r := collect(t, cfg)
		calls, k := server.Calls(), r.kind(t, "AWSSageMakerTrainingJob")
		if calls["sagemaker:DescribeTrainingJob"] != c.describes || calls["sagemaker:Search"] != c.searches || k.Detail != c.detail || len(r.names(k.Label)) != 20 {
			t.Errorf("limit %d: %v, %+v", c.limit, calls, k)
		}
	}
}

func TestKinds(t *testing.T) {
	cfg, server := serve(t, docs(t, map[string]string{"Model": models(2), "EndpointConfig": configs(2)}), simulator.Options{})
	cfg.Kinds = []string{"AWSSageMakerModel"}
	r := collect(t, cfg)
	for _, k := range r.report.Scopes[0].Kinds {
		want := graph.Skipped
		if k.Label == "AWSSageMakerModel" {
			want = graph.Complete
		}
		if k.State != want {
			t.Errorf("%s is %s", k.Label, k.State)
		}
	}
	if len(r.report.Scopes[0].Kinds) != len(exporter.Labels()) || r.report.HasGaps() || r.report.Complete() || server.Calls()["sagemaker:ListEndpointConfigs"] != 0 {
		t.Errorf("%+v, gaps %s, calls %v", r.report.Scopes, r.gaps(), server.Calls())
	}
	allowed := exporter.Actions(cfg.Kinds, nil)
	for _, action := range server.Actions() {
		if !slices.Contains(allowed, action) {
			t.Errorf("%s was called and is not in the policy", action)
		}
	}
}

func tagged(name string, tags string) string {
	return config(name, "m")[:len(config(name, "m"))-1] + `, "Tags": [` + tags + `]}`
}

func TestTags(t *testing.T) {
	files := map[string]string{
		"EndpointConfig": list(tagged("a", `{"Key": "team", "Value": "ml"}, {"Key": "api_key", "Value": "s3cret"}`), tagged("b", `{"Key": "", "Value": ""}`), config("c", "m")),
		"Model":          list(model("m", `, "Tags": [{"Key": "k", "Value": "v"}]`)),
	}
	t.Run("an empty list", func(t *testing.T) {
		r := export(t, map[string]string{"Model": list(model("m", `, "Tags": []`)), "EndpointConfig": list(tagged("a", ""))})
		for id, n := range r.nodes {
			if tags, ok := n["tags"]; ok {
				t.Errorf("%s has the tags %s", id, tags)
			}
		}
	})
	tagsOf := func(t *testing.T, r *result) map[string]string {
		t.Helper()
		all := map[string]string{}
		for _, name := range []string{"endpoint-config/a", "endpoint-config/b", "endpoint-config/c", "model/m"} {
			label := map[bool]string{true: "AWSSageMakerModel", false: "AWSSageMakerEndpointConfig"}[name == "model/m"]
			all[name] = r.node(t, label, arnOf(name))["tags"]
		}
		return all
	}
	want := map[string]string{"endpoint-config/a": `{"api_key":"s3cret","team":"ml"}`, "endpoint-config/b": `{"":""}`, "endpoint-config/c": "", "model/m": `{"k":"v"}`}
	for _, c := range []struct {
		name   string
		denied []string
		states graph.State
		gaps   string
		want   map[string]string
	}{
		{"swept", nil, graph.Complete, "", want},
		{"listed", []string{"tag:GetResources"}, graph.Complete, "", want},
		{
			"neither",
			[]string{"tag:GetResources", "sagemaker:ListTags", "sagemaker:Search"},
			graph.Denied, "AWSSageMakerEndpointConfig sagemaker:ListTags × 3 AccessDeniedException\nAWSSageMakerModel sagemaker:ListTags " + arnOf("model/m") + " AccessDeniedException\nTags tag:GetResources AccessDeniedException",
			map[string]string{"endpoint-config/a": "", "endpoint-config/b": "", "endpoint-config/c": "", "model/m": ""},
		},
		{
			"in Search alone",
			[]string{"tag:GetResources", "sagemaker:ListTags"},
			graph.Denied, "AWSSageMakerEndpointConfig sagemaker:ListTags × 3 AccessDeniedException\nTags tag:GetResources AccessDeniedException",
			map[string]string{"endpoint-config/a": "", "endpoint-config/b": "", "endpoint-config/c": "", "model/m": `{"k":"v"}`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, server := serve(t, docs(t, files), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
				if slices.Contains(c.denied, action) {
					return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
				}
				return nil
			}})
			r := collect(t, cfg)
			if got := tagsOf(t, r); !maps.Equal(got, c.want) {
				t.Errorf("tags %v, want %v", got, c.want)
			}
			if slices.Contains(c.denied, "sagemaker:ListTags") {
				k := r.kind(t, "AWSSageMakerEndpointConfig")
				if want := []graph.Unread{{Column: "tags", Because: graph.ByGap, Count: 3}}; k.State != graph.Partial || !reflect.DeepEqual(k.Unread, want) {
					t.Errorf("%+v", k)
				}
				if n := r.node(t, k.Label, arnOf("endpoint-config/a")); n["unread"] != `["tags"]` {
					t.Errorf("the node says that %s was not read", n["unread"])
				}
			}
			if state := r.report.Scopes[0].Tags; state != c.states || r.gaps() != c.gaps {
				t.Errorf("state %s, gaps %s", state, r.gaps())
			}
			if n := server.Calls()["sagemaker:ListTags"]; slices.Contains(c.denied, "sagemaker:ListTags") && n > 8 {
				t.Errorf("asked %d times although it is denied", n)
			}
		})
	}
	t.Run("one cannot be read", func(t *testing.T) {
		cfg, _ := serve(t, docs(t, files), simulator.Options{Fault: func(action string, _ int, body []byte) *simulator.Fault {
			if action == "tag:GetResources" || action == "sagemaker:ListTags" && strings.Contains(string(body), "endpoint-config/b") {
				return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
			}
			return nil
		}})
		r := collect(t, cfg)
		got := tagsOf(t, r)
		if got["endpoint-config/a"] != want["endpoint-config/a"] || got["endpoint-config/b"] != "" {
			t.Errorf("tags %v", got)
		}
		gap := "AWSSageMakerEndpointConfig sagemaker:ListTags " + arnOf("endpoint-config/b") + " AccessDeniedException"
		if r.report.Scopes[0].Tags != graph.Partial || r.gaps() != gap {
			t.Errorf("state %s, gaps %s", r.report.Scopes[0].Tags, r.gaps())
		}
	})
	t.Run("redacted", func(t *testing.T) {
		for _, denied := range []string{"", "tag:GetResources"} {
			cfg, _ := serve(t, docs(t, files), simulator.Options{Fault: failing(denied, "AccessDeniedException", "no")})
			cfg.Redact = true
			inv, err := exporter.Collect(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"AWSSageMakerEndpointConfig.tags"}; !slices.Equal(inv.Redacted, want) {
				t.Errorf("redacted %v, want %v", inv.Redacted, want)
			}
		}
	})
	t.Run("ARNs in another case", func(t *testing.T) {
		cfg, _ := serve(t, docs(t, files), simulator.Options{Edit: func(action string, doc map[string]any) []map[string]any {
			if arn, ok := doc["EndpointConfigArn"].(string); ok && action == "tag:GetResources" {
				doc["EndpointConfigArn"] = strings.ToUpper(arn[:3]) + arn[3:len(arn)-1] + strings.ToUpper(arn[len(arn)-1:])
			}
			return []map[string]any{doc}
		}})
		if got := tagsOf(t, collect(t, cfg)); !maps.Equal(got, want) {
			t.Errorf("tags %v, want %v", got, want)
		}
	})
}

func TestLargeRecordKeepsItsTags(t *testing.T) {
	value := strings.Repeat("x", 100_000)
	r := export(t, map[string]string{"EndpointConfig": list(compact(t, map[string]any{
		"EndpointConfigName": "c", "EndpointConfigArn": arnOf("endpoint-config/c"), "CreationTime": "2026-01-02T03:04:05Z",
		"ProductionVariants": []any{map[string]any{"VariantName": value, "ModelName": "m"}}, "Tags": []any{map[string]any{"Key": "k", "Value": "v"}},
	}))})
	n := r.node(t, "AWSSageMakerEndpointConfig", arnOf("endpoint-config/c"))
	if n["tags"] != `{"k":"v"}` || n["name"] != `"c"` || len(n["production_variants"]) < 100_000 {
		t.Errorf("the node is %.200v", n)
	}
}

// TestLongNames: what has a name of many kilobytes is found by it, also where that is
// written in other letters, by all who ask.
func TestLongNames(t *testing.T) {
	const n = 1200
	name := strings.Repeat("N", 20<<10)
	r := export(t, map[string]string{
		"Model":          list(modelIn(region, name, name, "")),
		"EndpointConfig": many(n, func(i int) string { return config(fmt.Sprint("c", i), strings.ToLower(name)) }),
	})
	found := 0
	for _, e := range r.edges {
		if _, to, _ := strings.Cut(e, "ModelName)-> "); strings.HasPrefix(to, arnOf("model/N")) {
			found++
		}
	}
	if found != n {
		t.Errorf("%d of %d found the model", found, n)
	}
}

// TestStopped stops a run while the server does not answer, and while it
// throttles.
func TestStopped(t *testing.T) {
	for _, throttled := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		var described atomic.Int64
		cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(50)}), simulator.Options{
			Fault: func(action string, _ int, _ []byte) *simulator.Fault {
				if action != "sagemaker:DescribeEndpointConfig" {
					return nil
				}
				if described.Add(1) == 2 {
					cancel()
				}
				if throttled {
					return &simulator.Fault{Code: "ThrottlingException", Message: "Rate exceeded"}
				}
				<-release
				return nil
			},
		})
		done := make(chan error, 1)
		go func() {
			_, err := exporter.Collect(ctx, cfg)
			done <- err
		}()
		select {
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("the run goes on")
		}
		close(release)
		cancel()
	}
}

func TestUnreachable(t *testing.T) {
	cfg, _ := serve(t, docs(t, map[string]string{"Model": models(1)}), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if action == "sts:GetCallerIdentity" {
			return nil
		}
		return &simulator.Fault{Status: 404, Body: "<html>no such page</html>", ContentType: "text/html"}
	}})
	if _, err := tryCollect(t, t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "no kind could be listed") || !strings.Contains(err.Error(), "404") {
		t.Errorf("an endpoint that is no AWS: %v", err)
	}
	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>hello</html>") }))
	defer html.Close()
	cfg.Targets[0].AWS.BaseEndpoint = aws.String(html.URL)
	if _, err := tryCollect(t, t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "sts:GetCallerIdentity") {
		t.Errorf("a server of HTML: %v", err)
	}
	cfg.Targets[0].AWS.BaseEndpoint = aws.String("http://127.0.0.1:1") // where nothing ever listens
	if _, err := tryCollect(t, t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("no server: %v", err)
	}
}
