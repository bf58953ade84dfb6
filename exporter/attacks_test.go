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
		all = append(all, fmt.Sprintf(`{"ModelName": "m%d", "ModelArn": %q, "ExecutionRoleArn": %q, "CreationTime": "2026-01-%02dT%02d:%02d:05Z"}`, i, arnOf(fmt.Sprint("model/m", i)), role, 1+i%28, i/28%24, i/672))
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

// TestThinRecords has a Search whose records say what the list says, and no more:
// one resource out of three is whole, and the others are described.
func TestThinRecords(t *testing.T) {
	jobs := many(3, func(i int) string { return job(fmt.Sprint("j", i), "2026-01-02T03:04:05Z", role, "s3://b-1/k") })
	record := func(i int, more string) string {
		name := fmt.Sprint("j", i)
		return fmt.Sprintf(`{"TrainingJob": {"TrainingJobName": %q, "TrainingJobArn": %q, "TrainingJobStatus": "Completed", "CreationTime": 1767323045%s}}`, name, arnOf("training-job/"+name), more)
	}
	body := fmt.Sprintf(`{"Results": [%s, %s, %s]}`, record(0, ""), record(1, `, "Tags": []`), record(2, fmt.Sprintf(`, "RoleArn": %q`, role)))
	cfg, server := serve(t, docs(t, map[string]string{"TrainingJob": jobs}), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if action == "sagemaker:Search" {
			return jsonFault(200, body)
		}
		return nil
	}})
	cfg.Kinds = []string{"AWSSageMakerTrainingJob"}
	cfg.DescribeLimit = 0
	r := collect(t, cfg)
	if n := server.Calls()["sagemaker:DescribeTrainingJob"]; n != 2 {
		t.Errorf("%d described", n)
	}
	if roles := r.ofType("HAS_EXECUTION_ROLE"); len(roles) != 3 {
		t.Errorf("roles %v", roles)
	}
}

// TestNewestAreDifferent has a list of executions that names the newest a dozen
// times: the newest three are three, and there are no more.
func TestNewestAreDifferent(t *testing.T) {
	const executionLabel = "AWSSageMakerPipelineExecution"
	pipeline := list(fmt.Sprintf(`{"PipelineName": "p", "PipelineArn": %q, "CreationTime": "2026-01-02T03:04:05Z"}`, arnOf("pipeline/p")))
	var items []string
	for _, n := range []int{4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 2} {
		items = append(items, fmt.Sprintf(`{"PipelineExecutionArn": %q, "StartTime": 17673230%02d}`, arnOf(fmt.Sprint("pipeline/p/execution/e", n)), n))
	}
	for newest, state := range map[int]graph.State{2: graph.Limited, 3: graph.Complete, 10: graph.Complete} {
		cfg, _ := serve(t, docs(t, map[string]string{"Pipeline": pipeline}), simulator.Options{Fault: func(action string, _ int, body []byte) *simulator.Fault {
			switch action {
			case "sagemaker:ListPipelineExecutions":
				return jsonFault(200, fmt.Sprintf(`{"PipelineExecutionSummaries": %s}`, list(items...)))
			case "sagemaker:DescribePipelineExecution":
				_, arn, _ := strings.Cut(string(body), `"PipelineExecutionArn":`)
				return jsonFault(200, fmt.Sprintf(`{"PipelineArn": %q, "CreationTime": 1767323000, "PipelineExecutionArn": %s`, arnOf("pipeline/p"), arn))
			}
			return nil
		}})
		cfg.Newest = newest
		r := collect(t, cfg)
		if k := r.kind(t, executionLabel); k.Written != int64(min(newest, 3)) || k.State != state {
			t.Errorf("newest %d: %+v, gaps %s", newest, k, r.gaps())
		}
	}
}

// TestContradictions has answers that contradict what was answered before: nothing
// that they touch is complete.
func TestContradictions(t *testing.T) {
	const versionLabel, executionLabel, modelLabel = "AWSSageMakerPipelineVersion", "AWSSageMakerPipelineExecution", "AWSSageMakerModel"
	const abroad = "arn:aws:sagemaker:ap-south-2:012345678901:model/m"
	var pipelines, twoCases []string
	for i := range 5 {
		name := fmt.Sprintf("p%d", i)
		pipelines = append(pipelines, fmt.Sprintf(`{"PipelineName": %q, "PipelineArn": %q, "CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z"}`, name, arnOf("pipeline/"+name)))
	}
	for _, name := range []string{"Fraud", "fraud"} {
		twoCases = append(twoCases, fmt.Sprintf(`{"ModelName": %q, "ModelArn": %q, "CreationTime": "2026-01-02T03:04:05Z"}`, name, arnOf("model/"+name)))
	}
	gone := &simulator.Fault{Code: "ResourceNotFound", Message: "it does not exist"}
	unoffered := &simulator.Fault{Code: "UnknownOperationException", Message: "what?"}
	denied := &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
	for _, c := range []struct {
		name, label, gaps string
		docs              map[string]string
		fault             func(action string, call int, body string) *simulator.Fault
		written           int64
		ids               graph.Extent
	}{
		{
			"an operation that is not offered on its second page", configLabel, configLabel + " sagemaker:ListEndpointConfigs UnknownOperationException",
			map[string]string{"EndpointConfig": configs(150)},
			func(action string, call int, _ string) *simulator.Fault {
				if action == "sagemaker:ListEndpointConfigs" && call > 1 {
					return unoffered
				}
				return nil
			}, 100, graph.SomeIDs,
		},
		{
			"one that is not offered for some parents", versionLabel, versionLabel + " sagemaker:ListPipelineVersions × 4 UnknownOperationException",
			map[string]string{"Pipeline": list(pipelines...)},
			func(action string, _ int, body string) *simulator.Fault {
				if action == "sagemaker:ListPipelineVersions" && !strings.Contains(body, `"p0"`) {
					return unoffered
				}
				return nil
			}, 0, graph.SomeIDs,
		},
		{
			"parents that are there, and are said not to be", executionLabel, "",
			map[string]string{"Pipeline": list(pipelines...)},
			func(action string, _ int, _ string) *simulator.Fault {
				if action == "sagemaker:ListPipelineExecutions" {
					return gone
				}
				return nil
			}, 0, graph.SomeIDs,
		},
		{
			"all gone, and no second look", configLabel, configLabel + " sagemaker:DescribeEndpointConfig × 20 StillListed\n" + configLabel + " sagemaker:ListEndpointConfigs AccessDeniedException",
			map[string]string{"EndpointConfig": configs(20)},
			func(action string, call int, _ string) *simulator.Fault {
				switch {
				case action == "sagemaker:DescribeEndpointConfig":
					return gone
				case action == "sagemaker:ListEndpointConfigs" && call > 1:
					return denied
				}
				return nil
			}, 20, graph.AllIDs,
		},
		{
			"names that differ in case", modelLabel, modelLabel + " sagemaker:DescribeModel " + arnOf("model/fraud") + " OtherResource",
			map[string]string{"Model": list(twoCases...)},
			func(action string, _ int, _ string) *simulator.Fault {
				if action == "sagemaker:DescribeModel" {
					return jsonFault(200, fmt.Sprintf(`{"ModelName": "Fraud", "ModelArn": %q, "CreationTime": 1767323045}`, arnOf("model/Fraud")))
				}
				return nil
			}, 2, graph.AllIDs,
		},
		{
			"a list that names resources of another region", modelLabel, modelLabel + " sagemaker:ListModels " + abroad + " OtherRegion",
			map[string]string{"Model": list(twoCases[0])},
			func(action string, _ int, _ string) *simulator.Fault {
				switch action {
				case "sagemaker:ListModels":
					return jsonFault(200, fmt.Sprintf(`{"Models": [{"ModelName": "m", "ModelArn": %q, "CreationTime": 1767323045}]}`, abroad))
				case "sagemaker:DescribeModel":
					return jsonFault(200, fmt.Sprintf(`{"ModelName": "m", "ModelArn": %q, "CreationTime": 1767323045}`, abroad))
				}
				return nil
			}, 0, graph.SomeIDs,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := serve(t, docs(t, c.docs), simulator.Options{Fault: func(action string, call int, body []byte) *simulator.Fault {
				return c.fault(action, call, string(body))
			}})
			cfg.DescribeLimit = -1
			r := collect(t, cfg)
			k := r.kind(t, c.label)
			if k.State != graph.Partial || k.IDs != c.ids || k.Written != c.written || len(r.names(c.label)) != int(c.written) {
				t.Errorf("%+v, gaps %s", k, r.gaps())
			}
			if c.gaps != "" && r.gaps() != c.gaps || !r.report.HasGaps() {
				t.Errorf("gaps %s", r.gaps())
			}
		})
	}
}

// TestForeignPage has a description whose second page is about another resource,
// and one whose second page is not there: what came first is kept.
func TestForeignPage(t *testing.T) {
	const label = "AWSSageMakerFeatureGroup"
	page := func(name, feature, next string) string {
		return fmt.Sprintf(`{"FeatureGroupName": %q, "FeatureGroupArn": %q, "CreationTime": 1767323045, "RecordIdentifierFeatureName": "a", "EventTimeFeatureName": "t",
			"FeatureDefinitions": [{"FeatureName": %q, "FeatureType": "String"}]%s}`, name, arnOf("feature-group/"+name), feature, next)
	}
	for _, second := range []*simulator.Fault{jsonFault(200, page("other", "stolen", "")), jsonFault(200, `{}`), {Code: "ResourceNotFound", Message: "no"}} {
		doc := fmt.Sprintf(`{"FeatureGroupName": "f", "FeatureGroupArn": %q, "CreationTime": "2026-01-02T03:04:05Z"}`, arnOf("feature-group/f"))
		cfg, _ := serve(t, docs(t, map[string]string{"FeatureGroup": list(doc)}), simulator.Options{Fault: func(action string, _ int, body []byte) *simulator.Fault {
			switch {
			case action != "sagemaker:DescribeFeatureGroup":
				return nil
			case strings.Contains(string(body), "NextToken"):
				return second
			}
			return jsonFault(200, page("f", "a", `, "NextToken": "2"`))
		}})
		cfg.DescribeLimit = -1
		r := collect(t, cfg)
		n := r.node(t, label, arnOf("feature-group/f"))
		if k := r.kind(t, label); k.State != graph.Partial || k.Gone != 0 || !strings.Contains(n["unread"], `"feature_definitions"`) || strings.Contains(n["feature_definitions"], "stolen") {
			t.Errorf("%+v: %+v, %v, gaps %s", second, k, n, r.gaps())
		}
	}
}

// TestTagsRefused has resources whose tags may not be read, whatever the refusal
// says: null is not that they have none.
func TestTagsRefused(t *testing.T) {
	for _, refusal := range []*simulator.Fault{{Code: "AccessDeniedException", Message: "it cannot be tagged by you"}, {Code: "ResourceNotFound", Message: "it does not exist"}} {
		cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(3)}), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			switch action {
			case "tag:GetResources":
				return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
			case "sagemaker:ListTags":
				return refusal
			}
			return nil
		}})
		r := collect(t, cfg)
		if k := r.kind(t, configLabel); k.State != graph.Partial || !r.report.HasGaps() {
			t.Errorf("%s: %+v, gaps %s", refusal.Message, k, r.gaps())
		}
	}
}

// TestNoBucketAnswer has pieces of a bucket that are answered with what is none.
func TestNoBucketAnswer(t *testing.T) {
	for _, fault := range []*simulator.Fault{
		{Status: 200, Body: "<html><body>login</body></html>", ContentType: "text/html"},
		{Status: 200, Body: "", ContentType: "application/xml"},
		{Status: 404, Body: "", ContentType: "application/xml"},
	} {
		for _, action := range []string{"s3:GetBucketLocation", "s3:GetBucketPolicyStatus", "s3:GetEncryptionConfiguration", "s3:GetBucketVersioning", "s3:GetBucketPublicAccessBlock"} {
			cfg, _ := serve(t, withBuckets(t, twoBuckets, "full"), simulator.Options{Fault: func(a string, _ int, _ []byte) *simulator.Fault {
				if a == action {
					return fault
				}
				return nil
			}})
			cfg.Neighbors = []string{"s3"}
			r := collect(t, cfg)
			n := r.node(t, bucketLabel, "full")
			if action == "s3:GetBucketLocation" { // without it, S3 does not answer the others from here
				if k, _ := r.ofBuckets(); k.State != graph.Unavailable || n["region"] != "" || n["observed"] != "false" {
					t.Errorf("no location: %+v, %v", k, n)
				}
				continue
			}
			if k, _ := r.ofBuckets(); k.State != graph.Partial || !r.report.HasGaps() || n["observed"] != "true" || n["unread"] == "" {
				t.Errorf("%s answered with %d %q: %+v, %v, gaps %s", action, fault.Status, fault.Body, k, n, r.gaps())
			}
		}
	}
}
