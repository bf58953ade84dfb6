package exporter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// pipelineKinds are pipelines and what they ran. Their steps are not the API's:
// they stand in the definition.
var pipelineKinds = []described{
	{
		"Pipeline", output[sagemaker.DescribePipelineOutput](), "pipeline/p",
		map[string]string{"PipelineName": "p", "PipelineDefinition": `{"Steps":[],"Version":"2020-12-01"}`},
		[]string{"PipelineDefinition", "PipelineVersionAliases", "PipelineVersionDescription", "PipelineVersionDisplayName"},
	},
	{"PipelineVersion", output[types.PipelineVersionSummary](), fmt.Sprint("pipeline/p/version/", number("PipelineVersionId")), map[string]string{"PipelineArn": arnOf("pipeline/p")}, nil},
	{"PipelineExecution", output[sagemaker.DescribePipelineExecutionOutput](), "pipeline/p/execution/e1", map[string]string{"PipelineArn": arnOf("pipeline/p")}, []string{"MLflowConfig", "PipelineVersionAliases", "RoleArn"}},
	{
		"PipelineExecutionStep", output[types.PipelineExecutionStep](), "pipeline/p/execution/e1/step/s",
		map[string]string{"StepName": "s", "PipelineExecutionArn": arnOf("pipeline/p/execution/e1")},
		nil,
	},
}

// definition is a pipeline with everything that makes one step depend on another.
const definition = `{"Version":"2020-12-01","Parameters":[{"Name":"Rows","Type":"Integer","DefaultValue":10}],"Steps":[
 {"Name":"Prepare","Type":"Processing","Arguments":{"AppSpecification":{"ImageUri":"i"},"Environment":{"API_KEY":"hush"},"Rows":{"Get":"Parameters.Rows"}}},
 {"Name":"Train","Type":"Training","DisplayName":"train it","Arguments":{"InputDataConfig":[{"DataSource":{"S3DataSource":{"S3Uri":{"Get":"Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"}}}}],"Big":12345678901234567890}},
 {"Name":"Check","Type":"Condition","DependsOn":["Prepare"],"Arguments":{"Conditions":[{"LeftValue":{"Std:JsonGet":{"PropertyFile":{"Get":"Steps.Train.PropertyFiles.Metrics"},"Path":"auc"}},"RightValue":0.8}],
  "IfSteps":[{"Name":"Register","Type":"RegisterModel","Arguments":{"ModelApprovalStatus":"Approved"},"CacheConfig":{"Enabled":true}}],
  "ElseSteps":[{"Name":"Stop","Type":"Fail","Arguments":{"ErrorMessage":"too bad"}}]}}]}`

// TestPipelineSteps follows a definition to its steps and their edges.
func TestPipelineSteps(t *testing.T) {
	pipeline := compact(t, []any{map[string]any{
		"PipelineName": "p", "PipelineArn": arnOf("pipeline/p"), "CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z",
		"PipelineDefinition": definition,
	}})
	cfg, _ := serve(t, docs(t, map[string]string{"Pipeline": pipeline}), simulator.Options{})
	cfg.Redact = true
	r := collect(t, cfg)
	if !r.report.Complete() {
		t.Fatalf("gaps: %v", r.report.Gaps)
	}
	p := arnOf("pipeline/p")
	step := func(name string) string { return p + "/step/" + name }
	var got []string
	for _, e := range r.edges {
		if !strings.Contains(e, "-RESOURCE(") {
			got = append(got, e)
		}
	}
	want := []string{
		p + " -CONTAINS(PipelineDefinition)-> " + step("Check") + " Check",
		p + " -CONTAINS(PipelineDefinition)-> " + step("Prepare") + " Prepare",
		p + " -CONTAINS(PipelineDefinition)-> " + step("Register") + " Register",
		p + " -CONTAINS(PipelineDefinition)-> " + step("Stop") + " Stop",
		p + " -CONTAINS(PipelineDefinition)-> " + step("Train") + " Train",
		step("Check") + " -DEPENDS_ON(DependsOn[])-> " + step("Prepare") + " Prepare",
		step("Check") + " -DEPENDS_ON(PropertyReferences[])-> " + step("Train") + " Steps.Train.PropertyFiles.Metrics",
		step("Register") + " -DEPENDS_ON(Condition)-> " + step("Check") + " Check",
		step("Stop") + " -DEPENDS_ON(Condition)-> " + step("Check") + " Check",
		step("Train") + " -DEPENDS_ON(PropertyReferences[])-> " + step("Prepare") + " Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	for column, want := range map[string]string{
		"name": `"Prepare"`, "type": `"Processing"`, "observed": "true", "region": `"us-east-1"`, "account_id": `"` + account + `"`,
		"arguments": `"{\"AppSpecification\":{\"ImageUri\":\"i\"},\"Environment\":{\"API_KEY\":\"[redacted]\"},\"Rows\":{\"Get\":\"Parameters.Rows\"}}"`,
	} {
		if got := r.node(t, "AWSSageMakerPipelineStep", step("Prepare"))[column]; got != want {
			t.Errorf("%s of Prepare is %s, want %s", column, got, want)
		}
	}
	register := r.node(t, "AWSSageMakerPipelineStep", step("Register"))
	if register["branch"] != `"IfSteps"` || register["settings"] != `"{\"CacheConfig\":{\"Enabled\":true}}"` {
		t.Errorf("Register is %v", register)
	}
	if train := r.node(t, "AWSSageMakerPipelineStep", step("Train")); !strings.Contains(train["arguments"], "12345678901234567890") {
		t.Errorf("a large number was changed: %s", train["arguments"])
	}
	if p := r.node(t, "AWSSageMakerPipeline", p); strings.Contains(p["pipeline_definition"], "hush") {
		t.Error("the definition has the secret")
	}
}

// A definition that cannot be read is a gap of its pipeline, and no other.
func TestBadPipelines(t *testing.T) {
	var all []any
	for i, text := range []string{definition, "s3://definitions/p.json", `{"Steps":[{"Type":"Training"}]}`, `{"Steps":[]}`} {
		name := fmt.Sprint("p", i)
		all = append(all, map[string]any{"PipelineName": name, "PipelineArn": arnOf("pipeline/" + name), "CreationTime": "2026-01-02T03:04:05Z", "PipelineDefinition": text})
	}
	cfg, _ := serve(t, docs(t, map[string]string{"Pipeline": compact(t, all)}), simulator.Options{})
	r := collect(t, cfg)
	want := []string{arnOf("pipeline/p1"), arnOf("pipeline/p2")}
	if gaps := r.report.Gaps; len(gaps) != 1 || !slices.Equal(gaps[0].IDs, want) || gaps[0].Count != 2 || gaps[0].Code != "UnreadableDocument" || gaps[0].Label != "AWSSageMakerPipelineStep" {
		t.Errorf("gaps %v", r.report.Gaps)
	}
	if k := r.kind(t, "AWSSageMakerPipelineStep"); k.State != graph.Partial || k.Written != 5 {
		t.Errorf("steps: %+v", k)
	}
}

// Beyond the describe limit Search reads pipelines, and it has no definitions.
func TestStepsNeedDefinitions(t *testing.T) {
	pipeline := compact(t, []any{map[string]any{"PipelineName": "p", "PipelineArn": arnOf("pipeline/p"), "PipelineStatus": "Active", "CreationTime": "2026-01-02T03:04:05Z", "PipelineDefinition": definition}})
	cfg, _ := serve(t, docs(t, map[string]string{"Pipeline": pipeline}), simulator.Options{})
	cfg.DescribeLimit = 0
	r := collect(t, cfg)
	want := graph.Cut{Of: "AWSSageMakerPipeline", Column: "pipeline_definition"}
	if k := r.kind(t, "AWSSageMakerPipelineStep"); k.State != graph.Limited || k.IDs != graph.CutIDs || k.Cut == nil || *k.Cut != want {
		t.Errorf("steps: %+v", k)
	}
	if r.report.HasGaps() || r.report.Complete() {
		t.Errorf("gaps %s", r.gaps())
	}
}

func TestNewestExecutions(t *testing.T) {
	var all []any
	for i := range 25 {
		all = append(all, map[string]any{"PipelineArn": arnOf("pipeline/p"), "PipelineExecutionArn": arnOf(fmt.Sprintf("pipeline/p/execution/e%02d", i)), "CreationTime": fmt.Sprintf("2026-01-02T03:04:%02dZ", i)})
	}
	pipeline := compact(t, []any{map[string]any{"PipelineName": "p", "PipelineArn": arnOf("pipeline/p"), "PipelineStatus": "Active", "CreationTime": "2026-01-02T03:04:05Z", "PipelineDefinition": `{"Steps":[]}`}})
	for newest, want := range map[int]int{0: 0, 10: 10, 100: 25, -1: 25} {
		cfg, _ := serve(t, docs(t, map[string]string{"Pipeline": pipeline, "PipelineExecution": compact(t, all)}), simulator.Options{})
		cfg.Newest = newest
		r := collect(t, cfg)
		if k := r.kind(t, "AWSSageMakerPipelineExecution"); k.Written != int64(want) {
			t.Errorf("newest %d: %+v", newest, k)
		} else if cut := want < 25; cut != (k.State == graph.Limited) || cut && (k.Cut == nil || *k.Cut != graph.Cut{Of: "AWSSageMakerPipeline", Newest: int64(newest)}) || !cut && k.State != graph.Complete {
			t.Errorf("newest %d: %+v, cut %+v", newest, k, k.Cut)
		}
		if r.report.HasGaps() {
			t.Errorf("newest %d: gaps %s", newest, r.gaps())
		}
		if want == 10 {
			for i := range 25 {
				if _, ok := r.nodes["AWSSageMakerPipelineExecution "+arnOf(fmt.Sprintf("pipeline/p/execution/e%02d", i))]; ok != (i >= 15) {
					t.Errorf("execution %d is there: %v", i, ok)
				}
			}
		}
	}
}

// Lineage is one sweep; a denied one leaves the kinds at its ends incomplete.
func TestAssociations(t *testing.T) {
	inventory := map[string]string{
		"Artifact": compact(t, []any{map[string]any{"ArtifactName": "data", "ArtifactArn": arnOf("artifact/1"), "ArtifactType": "DataSet", "CreationTime": "2026-01-02T03:04:05Z", "Source": map[string]any{"SourceUri": "s3://data/x"}}}),
		"Association": compact(t, []any{
			map[string]any{"SourceArn": arnOf("artifact/1"), "DestinationArn": arnOf("experiment-trial-component/tc"), "AssociationType": "ContributedTo", "CreationTime": "2026-01-02T03:04:05Z"},
			map[string]any{"SourceArn": arnOf("experiment-trial-component/tc"), "DestinationArn": arnOf("artifact/2"), "AssociationType": "Produced", "CreationTime": "2026-01-02T03:04:05Z"},
		}),
	}
	cfg, _ := serve(t, docs(t, inventory), simulator.Options{})
	r := collect(t, cfg)
	tc := arnOf("experiment-trial-component/tc")
	r.hasEdge(t, arnOf("artifact/1")+" -ASSOCIATED_WITH(DestinationArn)-> "+tc+" "+tc+` association_type="ContributedTo"`)
	r.hasEdge(t, tc+" -ASSOCIATED_WITH(DestinationArn)-> "+arnOf("artifact/2")+" "+arnOf("artifact/2")+` association_type="Produced"`)
	if k := r.kind(t, "AWSSageMakerArtifact"); k.State != graph.Complete {
		t.Errorf("artifacts: %+v", k)
	}
	cfg, _ = serve(t, docs(t, inventory), simulator.Options{Fault: failing("sagemaker:ListAssociations", "AccessDeniedException", "no")})
	r = collect(t, cfg)
	if k := r.kind(t, "AWSSageMakerArtifact"); k.State != graph.Partial || len(r.report.Gaps) != 1 || r.report.Gaps[0].Label != "Associations" {
		t.Errorf("artifacts: %+v, gaps %v", k, r.report.Gaps)
	}
}
