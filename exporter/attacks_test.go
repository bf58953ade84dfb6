package exporter_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

const configLabel = "AWSSageMakerEndpointConfig"

// jsonFault is an answer with a body of the test's own.
func jsonFault(status int, body string) *simulator.Fault {
	return &simulator.Fault{Status: status, Body: body, ContentType: "application/x-amz-json-1.1"}
}

// TestAllDescribesDenied asks for a few and takes the others to be denied too.
func TestAllDescribesDenied(t *testing.T) {
	for _, fault := range []simulator.Fault{{Code: "AccessDeniedException", Message: "no"}, {Code: "UnknownOperationException", Message: "what?"}} {
		var reports []string
		for _, concurrency := range []int{1, 32} {
			cfg, server := serve(t, docs(t, map[string]string{"EndpointConfig": configs(150)}), simulator.Options{Fault: failing("sagemaker:DescribeEndpointConfig", fault.Code, fault.Message)})
			cfg.Concurrency = concurrency
			r := collect(t, cfg)
			if n := server.Calls()["sagemaker:DescribeEndpointConfig"]; n > 16 {
				t.Errorf("%s: %d calls although all are refused", fault.Code, n)
			}
			k := r.kind(t, configLabel)
			if k.State != graph.Partial || k.IDs != graph.AllIDs || k.Written != 150 || len(r.names(configLabel)) != 150 {
				t.Errorf("%+v", k)
			}
			if len(r.report.Gaps) != 1 || r.report.Gaps[0].Count != 150 || len(r.report.Gaps[0].IDs) != 10 || r.report.Gaps[0].Code != fault.Code {
				t.Errorf("gaps %s", r.gaps())
			}
			reports = append(reports, asJSON(t, r.report.Gaps))
		}
		if reports[0] != reports[1] {
			t.Errorf("the gaps depend on timing:\n%s\n%s", reports[0], reports[1])
		}
	}
}

// TestOneDenied describes all the others.
func TestOneDenied(t *testing.T) {
	cfg, server := serve(t, docs(t, map[string]string{"EndpointConfig": configs(150)}), simulator.Options{Fault: func(action string, _ int, body []byte) *simulator.Fault {
		if action == "sagemaker:DescribeEndpointConfig" && strings.Contains(string(body), `"c00000"`) {
			return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
		}
		return nil
	}})
	r := collect(t, cfg)
	k := r.kind(t, configLabel)
	if n := server.Calls()["sagemaker:DescribeEndpointConfig"]; n != 150 || k.Written != 150 || len(r.report.Gaps) != 1 || r.report.Gaps[0].Count != 1 {
		t.Errorf("%d calls, %+v, gaps %s", n, k, r.gaps())
	}
	for _, u := range k.Unread {
		if u.Count != 1 || u.Because != graph.ByGap {
			t.Errorf("%+v", u)
		}
	}
	variants := slices.IndexFunc(k.Unread, func(u graph.Unread) bool { return u.Column == "production_variants" })
	if variants < 0 || !slices.Contains(k.Unread[variants].Paths, "ProductionVariants[].ModelName") {
		t.Errorf("%+v", k.Unread)
	}
}

// TestStillListed has a Describe that says of what List names that it is gone.
func TestStillListed(t *testing.T) {
	cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(20)}), simulator.Options{Fault: func(action string, _ int, body []byte) *simulator.Fault {
		if action == "sagemaker:DescribeEndpointConfig" && !strings.Contains(string(body), `"c0000`) {
			return &simulator.Fault{Code: "ValidationException", Message: "Could not find endpoint configuration."}
		}
		return nil
	}})
	r := collect(t, cfg)
	k := r.kind(t, configLabel)
	if k.State != graph.Partial || k.Written != 20 || k.Gone != 0 || len(r.names(configLabel)) != 20 || len(r.report.Gaps) != 1 || r.report.Gaps[0].Code != "StillListed" || r.report.Gaps[0].Count != 10 {
		t.Errorf("%+v, gaps %s", k, r.gaps())
	}
}

// TestReallyGone deletes many resources between List and Describe.
func TestReallyGone(t *testing.T) {
	gone := func(doc map[string]any) bool {
		name, _ := doc["EndpointConfigName"].(string)
		return name != "" && !strings.HasPrefix(name, "c0000")
	}
	lists := 0
	cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(20)}), simulator.Options{
		Fault: func(action string, call int, _ []byte) *simulator.Fault {
			if action == "sagemaker:ListEndpointConfigs" {
				lists = call
			}
			return nil
		},
		Edit: func(action string, doc map[string]any) []map[string]any {
			if gone(doc) && (action != "sagemaker:ListEndpointConfigs" || lists > 1) {
				return nil
			}
			return []map[string]any{doc}
		},
	})
	r := collect(t, cfg)
	if k := r.kind(t, configLabel); k.State != graph.Complete || k.Written != 10 || k.Gone != 10 || r.report.HasGaps() {
		t.Errorf("%+v, gaps %s", k, r.gaps())
	}
}

// TestDoubtfulDescribe answers with what is not the resource that was asked for.
func TestDoubtfulDescribe(t *testing.T) {
	nb := func(name, created, modified, role string) string {
		return fmt.Sprintf(`{"NotebookInstanceName": %q, "NotebookInstanceArn": %q, "CreationTime": %s, "LastModifiedTime": %s, "RoleArn": %q, "NotebookInstanceStatus": "InService"}`, name, arnOf("notebook-instance/"+name), created, modified, role)
	}
	const label = "AWSSageMakerNotebookInstance"
	for _, c := range []struct{ name, body, code string }{
		{"another ARN", nb("other", "1767323045", "1767323045", role), "OtherResource"},
		{"thin", `{"NotebookInstanceName": "n"}`, "ThinAnswer"},
		{"thin with its ARN", fmt.Sprintf(`{"NotebookInstanceName": "n", "NotebookInstanceArn": %q}`, arnOf("notebook-instance/n")), "ThinAnswer"},
		{"empty", `{}`, "ThinAnswer"},
		{"message", `{"message": "Service Unavailable"}`, "NoAnswer"},
		{"nothing", ``, "NoAnswer"},
		{"stale", nb("n", "1767323045", "1767323000", role), "StaleAnswer"},
		{"made before", nb("n", "1767000000", "1767323045", role), "StaleAnswer"},
		{"wrong type", `{"NotebookInstanceName": 12}`, "UnreadableAnswer"},
	} {
		doc := fmt.Sprintf(`{"NotebookInstanceName": "n", "NotebookInstanceArn": %q, "CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z", "RoleArn": %q, "NotebookInstanceStatus": "InService"}`, arnOf("notebook-instance/n"), role)
		cfg, _ := serve(t, docs(t, map[string]string{"NotebookInstance": list(doc)}), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if action == "sagemaker:DescribeNotebookInstance" {
				return jsonFault(200, c.body)
			}
			return nil
		}})
		r := collect(t, cfg)
		want := label + " sagemaker:DescribeNotebookInstance " + arnOf("notebook-instance/n") + " " + c.code
		if k := r.kind(t, label); r.gaps() != want || k.State != graph.Partial || k.Written != 1 {
			t.Errorf("%s: %+v, gaps %s", c.name, k, r.gaps())
		}
		if n := r.node(t, label, arnOf("notebook-instance/n")); n["status"] != `"InService"` || n["role_arn"] != "" || !strings.Contains(n["unread"], `"role_arn"`) {
			t.Errorf("%s: %v", c.name, n)
		}
		if edges := r.ofType("HAS_EXECUTION_ROLE"); len(edges) != 0 {
			t.Errorf("%s: %v", c.name, edges)
		}
	}
}

// TestUnreadableTime has a time that no calendar has.
func TestUnreadableTime(t *testing.T) {
	for _, text := range []string{`"NaN"`, `"Infinity"`, `1e300`, `-99999999999`, `253402300800`} {
		cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(1)}), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if action == "sagemaker:DescribeEndpointConfig" {
				return jsonFault(200, fmt.Sprintf(`{"EndpointConfigName": "c00000", "EndpointConfigArn": %q, "CreationTime": %s, "ProductionVariants": []}`, arnOf("endpoint-config/c00000"), text))
			}
			return nil
		}})
		r := collect(t, cfg)
		k, n := r.kind(t, configLabel), r.node(t, configLabel, arnOf("endpoint-config/c00000"))
		if n["creation_time"] != "" || n["unread"] != `["creation_time"]` || n["production_variants"] == "" {
			t.Errorf("%s: %v", text, n)
		}
		if want := []graph.Unread{{Column: "creation_time", Because: graph.ByGap, Count: 1}}; k.State != graph.Partial || !reflect.DeepEqual(k.Unread, want) || len(r.report.Gaps) != 1 || r.report.Gaps[0].Code != "UnreadableTime" {
			t.Errorf("%s: %+v, gaps %s", text, k, r.gaps())
		}
	}
}

// TestDoubtedRegion has a region that does not take the credentials that STS takes.
func TestDoubtedRegion(t *testing.T) {
	for _, code := range []string{"UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired", "SubscriptionRequiredException"} {
		cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), simulator.Options{Fault: failing("sagemaker:ListEndpointConfigs", code, "who?")})
		r := collect(t, cfg)
		if k := r.kind(t, configLabel); k.State != graph.Unavailable || r.gaps() != configLabel+" sagemaker:ListEndpointConfigs "+code {
			t.Errorf("%s: %+v, gaps %s", code, k, r.gaps())
		}
		// Where STS takes them no longer, the run stops.
		cfg, _ = serve(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), simulator.Options{Fault: func(action string, call int, _ []byte) *simulator.Fault {
			if action == "sagemaker:ListEndpointConfigs" || action == "sts:GetCallerIdentity" && call > 1 {
				return &simulator.Fault{Code: code, Message: "who?"}
			}
			return nil
		}})
		var refused *exporter.CredentialsError
		if _, err := tryCollect(t, t.Context(), cfg); !errors.As(err, &refused) || refused.Code != code {
			t.Errorf("%s: STS refuses too: %v", code, err)
		}
	}
}

// TestTargets reads an account although another one's credentials do not work.
func TestTargets(t *testing.T) {
	good, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), simulator.Options{})
	bad, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), simulator.Options{Fault: failing("sts:GetCallerIdentity", "ExpiredToken", "old")})
	bad.Targets[0].Name = "arn:aws:iam::210987654321:role/reader"
	for _, swap := range []bool{false, true} {
		cfg := good
		cfg.Targets = []exporter.Target{good.Targets[0], bad.Targets[0]}
		if swap {
			slices.Reverse(cfg.Targets)
		}
		cfg.Dir = t.TempDir()
		r := collect(t, cfg)
		if len(r.report.Scopes) != 1 || len(r.names(configLabel)) != 2 || r.report.Complete() {
			t.Errorf("%+v", r.report.Scopes)
		}
		if len(r.report.Gaps) != 1 || r.report.Gaps[0].Code != "ExpiredToken" || r.report.Gaps[0].Scope != bad.Targets[0].Name {
			t.Errorf("gaps %s", r.gaps())
		}
	}
	bad.Targets = append(bad.Targets, bad.Targets[0])
	var expired *exporter.CredentialsError
	if _, err := tryCollect(t, t.Context(), bad); !errors.As(err, &expired) {
		t.Errorf("no target works: %v", err)
	}
}

// TestNothingListable has a caller who may list nothing.
func TestNothingListable(t *testing.T) {
	all := func(code string) simulator.Options {
		return simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if action == "sts:GetCallerIdentity" {
				return nil
			}
			return &simulator.Fault{Code: code, Message: "no"}
		}}
	}
	cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), all("AccessDeniedException"))
	var denied *exporter.DeniedError
	if _, err := tryCollect(t, t.Context(), cfg); !errors.As(err, &denied) {
		t.Errorf("all is denied: %v", err)
	}
	cfg, _ = serve(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), all("OptInRequired"))
	var endpoint *exporter.EndpointError
	if _, err := tryCollect(t, t.Context(), cfg); !errors.As(err, &endpoint) {
		t.Errorf("the region is not enabled: %v", err)
	}
}

// TestHalfASearch fails Search after its first page: what it did not give is
// searched again, and not described one by one.
func TestHalfASearch(t *testing.T) {
	var all []string
	for i := range 2000 {
		all = append(all, fmt.Sprintf(`{"ModelName": "m%d", "ModelArn": %q, "CreationTime": "2026-01-%02dT%02d:%02d:05Z"}`, i, arnOf(fmt.Sprint("model/m", i)), 1+i%28, i/28%24, i/672))
	}
	cfg, server := serve(t, docs(t, map[string]string{"Model": list(all...)}), simulator.Options{Fault: func(action string, call int, _ []byte) *simulator.Fault {
		if action == "sagemaker:Search" && call == 5 {
			return &simulator.Fault{Code: "ValidationException", Message: "too deep"}
		}
		return nil
	}})
	cfg.Kinds = []string{"AWSSageMakerModel"}
	r := collect(t, cfg)
	calls := server.Calls()
	if k := r.kind(t, "AWSSageMakerModel"); k.Written != 2000 || k.State != graph.Complete || calls["sagemaker:DescribeModel"] > 10 || calls["sagemaker:Search"] > 60 {
		t.Errorf("%+v, %v", k, calls)
	}
}
