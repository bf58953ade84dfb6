package exporter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// TestParents reads of trial components what Search alone tells, however they are
// read, and says where Search does not tell it.
func TestParents(t *testing.T) {
	component := func(i int) string {
		return fmt.Sprintf(`{"TrialComponentName": "c%d", "TrialComponentArn": %q, "CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z", "RunName": "r%d", "Parents": [{"TrialName": "t", "ExperimentName": "e"}]}`,
			i, arnOf(fmt.Sprint("experiment-trial-component/c", i)), i)
	}
	files := docs(t, map[string]string{"TrialComponent": many(10, component)})
	const label = "AWSSageMakerTrialComponent"
	edge := arnOf("experiment-trial-component/c3") + " -MEMBER_OF(Parents[].TrialName)-> " + arnOf("experiment-trial/t") + " t"

	for _, c := range []struct{ limit, describes, searches int }{{-1, 10, 1}, {2000, 10, 1}, {9, 0, 1}, {0, 0, 1}} {
		cfg, server := serve(t, files, simulator.Options{})
		cfg.DescribeLimit, cfg.Kinds = c.limit, []string{label}
		r := collect(t, cfg)
		calls := server.Calls()
		if calls["sagemaker:DescribeTrialComponent"] != c.describes || calls["sagemaker:Search"] != c.searches {
			t.Errorf("limit %d: %v", c.limit, calls)
		}
		r.hasEdge(t, edge)
		if n := r.node(t, label, arnOf("experiment-trial-component/c3")); n["run_name"] != `"r3"` || strings.Contains(n["unread"], "parents") {
			t.Errorf("limit %d: %v", c.limit, n)
		}
	}

	for name, c := range map[string]struct {
		options simulator.Options
		unread  int64
		because graph.Cause
		state   graph.State
		gaps    string // a part
	}{
		"not indexed, and older than the list": {simulator.Options{Edit: func(action string, doc map[string]any) []map[string]any {
			switch {
			case action == "sagemaker:Search" && doc["TrialComponentName"] == "c4":
				return nil
			case action == "sagemaker:Search" && doc["TrialComponentName"] == "c5":
				doc["LastModifiedTime"] = "2026-01-02T03:04:04Z"
			}
			return []map[string]any{doc}
		}}, 2, graph.ByGap, graph.Partial, "NotIndexed"},
		"denied":    {simulator.Options{Fault: failing("sagemaker:Search", "AccessDeniedException", "no")}, 10, graph.ByGap, graph.Partial, "AccessDeniedException"},
		"unoffered": {simulator.Options{Fault: failing("sagemaker:Search", "UnknownOperationException", "no")}, 10, graph.ByLimit, graph.Limited, ""},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := serve(t, files, c.options)
			cfg.Kinds = []string{label}
			r := collect(t, cfg)
			k := r.kind(t, label)
			want := graph.Unread{Column: "parents", Paths: []string{"Parents[].ExperimentName", "Parents[].TrialName"}, Because: c.because, Count: c.unread}
			found := slices.ContainsFunc(k.Unread, func(u graph.Unread) bool {
				return u.Column == want.Column && slices.Equal(u.Paths, want.Paths) && u.Because == want.Because && u.Count == want.Count
			})
			if !found || k.State != c.state || k.Written != 10 || !strings.Contains(r.gaps(), c.gaps) || r.report.HasGaps() != (c.gaps != "") {
				t.Errorf("%+v, gaps %s", k, r.gaps())
			}
			if n := r.node(t, label, arnOf("experiment-trial-component/c4")); n["unread"] != `["parents","run_name"]` || n["creation_time"] == "" {
				t.Errorf("%v", n)
			}
		})
	}
}

// ofAWS is the ARN that something of AWS's own has.
func ofAWS(arn string) string { return strings.ReplaceAll(arn, account, "aws") }

// TestContentVersions lists the older versions of what an account has in its hubs,
// and not of what AWS has.
func TestContentVersions(t *testing.T) {
	own, public := arnOf("hub/own"), arnOf("hub/public")
	hub := func(arn string) string {
		name := arn[strings.LastIndexByte(arn, '/')+1:]
		return fmt.Sprintf(`{"HubName": %q, "HubArn": %q, "HubStatus": "InService", "CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z"}`, name, arn)
	}
	content := func(hub, version string) string {
		name := hub[strings.LastIndexByte(hub, '/')+1:]
		return fmt.Sprintf(`{"HubName": %q, "HubArn": %q, "HubContentType": "Model", "HubContentName": "m", "HubContentVersion": %q, "HubContentArn": %q, "DocumentSchemaVersion": "1.0.0", "HubContentStatus": "Available", "CreationTime": "2026-01-02T03:04:05Z"}`,
			name, hub, version, strings.Replace(hub, ":hub/", ":hub-content/", 1)+"/Model/m/"+version)
	}
	files := docs(t, map[string]string{
		"Hub":        list(hub(own), hub(public)),
		"HubContent": list(content(own, "1.0.0"), content(own, "1.1.0"), content(public, "1.0.0"), content(public, "1.1.0")),
	})
	// An inventory has one account: the other one comes into the answers.
	aws := strings.NewReplacer(public, ofAWS(public), arnOf("hub-content/public/"), ofAWS(arnOf("hub-content/public/")))
	mutate := func(_ string, _ int, body []byte) []byte { return []byte(aws.Replace(string(body))) }
	const label = "AWSSageMakerHubContent"
	newest := []string{arnOf("hub-content/own/Model/m/1.1.0"), ofAWS(arnOf("hub-content/public/Model/m/1.1.0"))}
	all := slices.Sorted(slices.Values(append(slices.Clone(newest), arnOf("hub-content/own/Model/m/1.0.0"))))
	observed := func(r *result) (ids []string) {
		for key, n := range r.nodes {
			if id, ok := strings.CutPrefix(key, label+" "); ok && n["observed"] == "true" {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		return ids
	}

	cfg, server := serve(t, files, simulator.Options{Mutate: mutate})
	cfg.Kinds = []string{label}
	r := collect(t, cfg)
	if k := r.kind(t, label); !slices.Equal(observed(r), all) || k.State != graph.Complete || server.Calls()["sagemaker:ListHubContentVersions"] != 1 {
		t.Errorf("%v, %+v, %v", observed(r), k, server.Calls())
	}

	cfg, _ = serve(t, files, simulator.Options{Mutate: mutate, Fault: failing("sagemaker:ListHubContentVersions", "AccessDeniedException", "no")})
	cfg.Kinds = []string{label}
	r = collect(t, cfg)
	slices.Sort(newest)
	if k := r.kind(t, label); !slices.Equal(observed(r), newest) || k.State != graph.Partial || len(r.report.Gaps) != 1 {
		t.Errorf("%v, %+v, gaps %s", observed(r), k, r.gaps())
	}
}

// TestFeatures reads the features of all groups, a hundred a call.
func TestFeatures(t *testing.T) {
	group := func(i int) string {
		return fmt.Sprintf(`{"FeatureGroupName": "g%d", "FeatureGroupArn": %q, "CreationTime": "2026-01-02T03:04:05Z", "RecordIdentifierFeatureName": "f0", "EventTimeFeatureName": "f1", "FeatureDefinitions": %s}`,
			i, arnOf(fmt.Sprint("feature-group/g", i)), many(50, func(j int) string { return fmt.Sprintf(`{"FeatureName": "f%d", "FeatureType": "String"}`, j) }))
	}
	cfg, server := serve(t, docs(t, map[string]string{"FeatureGroup": many(5, group)}), simulator.Options{
		Edit: func(action string, doc map[string]any) []map[string]any {
			if action == "sagemaker:Search" && doc["FeatureGroupName"] == "g2" && doc["FeatureName"] == "f7" {
				return nil
			}
			return []map[string]any{doc}
		},
	})
	const label = "AWSSageMakerFeatureMetadata"
	cfg.Kinds = []string{label}
	r := collect(t, cfg)
	k := r.kind(t, label)
	if k.Written != 250 || k.State != graph.Complete || k.Calls != 4 || server.Calls()["sagemaker:DescribeFeatureMetadata"] != 1 {
		t.Errorf("%+v, %v", k, server.Calls())
	}
	id := arnOf("feature-group/g2") + "/feature/f7"
	r.hasEdge(t, id+" -USED(FeatureGroupArn)-> "+arnOf("feature-group/g2")+" "+arnOf("feature-group/g2"))
	if n := r.node(t, label, id); n["name"] != `"f7"` || n["feature_type"] != `"String"` || n["observed"] != "true" {
		t.Errorf("%v", n)
	}
}
