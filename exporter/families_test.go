package exporter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// TestMonitoring follows schedules to their executions and alerts, of which only
// the newest executions are read.
func TestMonitoring(t *testing.T) {
	var executions []string
	for hour := range 5 {
		executions = append(executions, fmt.Sprintf(`{"MonitoringScheduleName":"s","ScheduledTime":"2026-01-02T%02d:00:00Z","CreationTime":"2026-01-02T%02d:01:00Z",
			"LastModifiedTime":"2026-01-02T%02d:30:00Z","MonitoringExecutionStatus":"Completed","MonitoringType":"ModelBias","MonitoringJobDefinitionName":"D",
			"ProcessingJobArn":%q}`, hour, hour, hour, arnOf(fmt.Sprint("processing-job/p", hour))))
	}
	kinds := map[string]string{
		"MonitoringSchedule": `[{"MonitoringScheduleName":"s","MonitoringScheduleArn":"` + arnOf("monitoring-schedule/s") + `","CreationTime":"2026-01-01T00:00:00Z","MonitoringType":"ModelBias",
			"MonitoringScheduleConfig":{"MonitoringJobDefinitionName":"d","MonitoringType":"ModelBias"}}]`,
		"ModelBiasJobDefinition":   `[{"JobDefinitionName":"d","JobDefinitionArn":"` + arnOf("model-bias-job-definition/d") + `","CreationTime":"2026-01-01T00:00:00Z"}]`,
		"DataQualityJobDefinition": `[{"JobDefinitionName":"d","JobDefinitionArn":"` + arnOf("data-quality-job-definition/d") + `","CreationTime":"2026-01-01T00:00:00Z"}]`,
		"MonitoringExecution":      list(executions...),
		"MonitoringAlert":          `[{"MonitoringScheduleName":"s","MonitoringAlertName":"drift","AlertStatus":"InAlert","CreationTime":"2026-01-01T00:00:00Z"}]`,
	}
	schedule := arnOf("monitoring-schedule/s")
	for newest, want := range map[int][]int{2: {3, 4}, -1: {0, 1, 2, 3, 4}} {
		cfg, _ := serve(t, docs(t, kinds), simulator.Options{})
		cfg.Newest = newest
		r := collect(t, cfg)
		var read []int
		for hour := range 5 {
			id := fmt.Sprintf("%s/execution/2026-01-02T%02d:00:00.000000Z", schedule, hour)
			if r.nodes["AWSSageMakerMonitoringExecution "+id] == nil {
				continue
			}
			read = append(read, hour)
			r.hasEdge(t, schedule+" -CONTAINS(MonitoringScheduleName)-> "+id+" s")
			r.hasEdge(t, id+" -USED(MonitoringJobDefinitionName)-> "+arnOf("model-bias-job-definition/d")+" D")
		}
		if !slices.Equal(read, want) {
			t.Errorf("of the newest %d executions those of %v were read, want %v", newest, read, want)
		}
		r.hasEdge(t, schedule+" -CONTAINS(MonitoringScheduleName)-> "+schedule+"/alert/drift s")
		r.hasEdge(t, schedule+" -USED(MonitoringScheduleConfig.MonitoringJobDefinitionName)-> "+arnOf("model-bias-job-definition/d")+" d")
		k, state := r.kind(t, "AWSSageMakerMonitoringExecution"), graph.Complete
		if newest == 2 {
			state = graph.Limited
		}
		if k.State != state || r.report.HasGaps() || r.report.Complete() != (newest < 0) {
			t.Errorf("newest %d: %+v, gaps %s", newest, k, r.gaps())
		}
	}
	cfg, _ := serve(t, docs(t, kinds), simulator.Options{Fault: failing("sagemaker:DescribeModelBiasJobDefinition", "AccessDeniedException", "no")})
	if n := collect(t, cfg).node(t, "AWSSageMakerModelBiasJobDefinition", arnOf("model-bias-job-definition/d")); n["name"] != `"d"` {
		t.Errorf("what the list tells of a definition is %v", n)
	}
}

// TestClusterNodes reads nodes with and without an instance.
func TestClusterNodes(t *testing.T) {
	cfg, _ := serve(t, docs(t, map[string]string{
		"Cluster": `[{"ClusterName":"c","ClusterArn":"` + arnOf("cluster/c") + `","CreationTime":"2026-01-01T00:00:00Z","InstanceGroups":[]}]`,
		"ClusterNode": list(
			`{"ClusterName":"c","InstanceId":"i-1","NodeLogicalId":"n-1","LaunchTime":"2026-01-01T00:00:00Z","InstanceGroupName":"g"}`,
			`{"ClusterName":"c","NodeLogicalId":"n-2","LaunchTime":"2026-01-02T00:00:00Z","InstanceGroupName":"g"}`),
	}), simulator.Options{})
	r := collect(t, cfg)
	for _, node := range []string{"i-1", "n-2"} {
		id := arnOf("cluster/c/node/" + node)
		if n := r.node(t, "AWSSageMakerClusterNode", id); n["instance_group_name"] != `"g"` || n["observed"] != "true" {
			t.Errorf("%s is %v", id, n)
		}
		r.hasEdge(t, arnOf("cluster/c")+" -CONTAINS(ClusterName)-> "+id+" c")
	}
	if !r.report.Complete() {
		t.Errorf("gaps %s", r.gaps())
	}
}

// TestHubContents reads contents of every type, and finds them by name where
// one hub has the name.
func TestHubContents(t *testing.T) {
	content := func(hub, typ, name string) string {
		return fmt.Sprintf(`{"HubName":%q,"HubArn":%q,"HubContentType":%q,"HubContentName":%q,"HubContentVersion":"1.0.0","HubContentArn":%q,"CreationTime":"2026-01-01T00:00:00Z"}`,
			hub, arnOf("hub/"+hub), typ, name, arnOf("hub-content/"+hub+"/"+typ+"/"+name+"/1.0.0"))
	}
	hub := func(name string) string {
		return fmt.Sprintf(`{"HubName":%q,"HubArn":%q,"CreationTime":"2026-01-01T00:00:00Z"}`, name, arnOf("hub/"+name))
	}
	var contents []string
	for _, typ := range []string{"Model", "Notebook", "ModelReference", "DataSet", "JsonDoc"} {
		contents = append(contents, content("a", typ, "of-"+strings.ToLower(typ)), content("b", typ, "twin"))
	}
	contents = append(contents, content("a", "Model", "twin"))
	algorithm := func(name, base, version string) string {
		return fmt.Sprintf(`{"AlgorithmName":%q,"AlgorithmArn":%q,"CreationTime":"2026-01-01T00:00:00Z","InferenceSpecification":{"Containers":[{"BaseModel":{"HubContentName":%q%s}}]}}`,
			name, arnOf("algorithm/"+name), base, version)
	}
	cfg, server := serve(t, docs(t, map[string]string{
		"Hub": list(hub("a"), hub("b"), hub("empty")), "HubContent": list(contents...),
		"Algorithm": list(algorithm("one", "of-model", ""), algorithm("two", "twin", ""), algorithm("of-version", "of-model", `,"HubContentVersion":"1.0.0"`),
			algorithm("of-another-version", "of-model", `,"HubContentVersion":"2.0.0"`), algorithm("of-nothing", "None", "")),
	}), simulator.Options{})
	r := collect(t, cfg)
	if n := server.Calls()["sagemaker:ListHubContents"]; n != 15 {
		t.Errorf("%d calls for three hubs and five types", n)
	}
	if k := r.kind(t, "AWSSageMakerHubContent"); k.Written != 11 {
		t.Errorf("%+v", k)
	}
	const path = "InferenceSpecification.Containers[].BaseModel.HubContentName"
	r.hasEdge(t, arnOf("algorithm/one")+" -DERIVED_FROM("+path+")-> "+arnOf("hub-content/a/Model/of-model/1.0.0")+" of-model")
	r.hasEdge(t, arnOf("algorithm/of-version")+" -DERIVED_FROM("+path+")-> "+arnOf("hub-content/a/Model/of-model/1.0.0")+" of-model")
	const unresolved = "unresolved:" + account + "/" + region + "/hub-content/"
	r.hasEdge(t, arnOf("algorithm/two")+" -DERIVED_FROM("+path+")-> "+unresolved+"twin twin ambiguous=true")
	r.hasEdge(t, arnOf("algorithm/of-another-version")+" -DERIVED_FROM("+path+")-> "+unresolved+"of-model/2.0.0 of-model")
	if n := r.node(t, "AWSSageMakerHubContent", unresolved+"of-model/2.0.0"); n["arn"] != "" || n["account_id"] != "" || n["name"] != `"of-model"` || n["hub_content_version"] != `"2.0.0"` || n["observed"] != "false" {
		t.Errorf("an unresolved content is %v", n)
	}
	if edges := r.ofType("DERIVED_FROM"); len(edges) != 4 {
		t.Errorf("%d edges: nothing is called None", len(edges))
	}
}
