package lineage

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
)

const pipelineText = `
Pipeline/p HAS_EXECUTION_ROLE AWSRole/arn:aws:iam::111122223333:role/R
Pipeline/p CONTAINS PipelineStep/train
Pipeline/p CONTAINS PipelineStep/prepare
Pipeline/p CONTAINS PipelineStep/good
Pipeline/p CONTAINS PipelineStep/ask
Pipeline/p CONTAINS PipelineStep/each
PipelineStep/train DEPENDS_ON PipelineStep/prepare @PropertyReferences[]
PipelineStep/good DEPENDS_ON PipelineStep/train
PipelineStep/ask DEPENDS_ON PipelineStep/good @Condition
PipelineStep/each DEPENDS_ON PipelineStep/ask
PipelineStep/prepare: type=Processing
PipelineStep/train: type=Training
PipelineStep/good: type=Condition
PipelineStep/ask: type=Callback condition=good
PipelineStep/each: type=ForEach
PipelineExecution/old: status=Succeeded creation_time=2025-01-01
PipelineExecution/new: status=Executing creation_time=2025-02-01
Pipeline/p CONTAINS PipelineExecution/old
Pipeline/p CONTAINS PipelineExecution/new
PipelineExecution/old CONTAINS PipelineExecutionStep/old/train
PipelineExecution/old CONTAINS PipelineExecutionStep/old/prepare
PipelineExecution/new CONTAINS PipelineExecutionStep/new/ask
PipelineExecutionStep/old/prepare: step_status=Succeeded start_time=2025-01-01
PipelineExecutionStep/old/train: step_status=Succeeded start_time=2025-01-02
PipelineExecutionStep/old/prepare USED PipelineStep/prepare
PipelineExecutionStep/old/prepare PRODUCED ProcessingJob/j
PipelineExecutionStep/old/train PRODUCED TrainingJob/j
PipelineExecutionStep/new/ask NOTIFIED AWSSQSQueue/arn:aws:sqs:us-east-1:111122223333:q
PipelineExecutionStep/new/ask PRODUCED Artifact/note @Metadata.Lineage.ArtifactArns{}
ProcessingJob/j READ_FROM s3://raw/in
ProcessingJob/j WROTE_TO s3://steps/prepared @ProcessingOutputConfig.Outputs[].S3Output.S3Uri
ProcessingJob/j USED_IMAGE AWSECRRepositoryImage/image:1
TrainingJob/j READ_FROM s3://steps/prepared/train
TrainingJob/j HAS_EXECUTION_ROLE AWSRole/arn:aws:iam::111122223333:role/Train
TrainingJob/j PRODUCED_MODEL_ARTIFACT s3://steps/model.tar.gz
Model/m REFERENCED_ARTIFACTS_IN s3://steps/model.tar.gz
EndpointConfig/c REFERENCED Model/m
Endpoint/e USED EndpointConfig/c
DataQualityJobDefinition/d MONITORED Endpoint/e
`

func pipelineOf(t *testing.T, change func(*builder)) Pipeline {
	t.Helper()
	b := newBuilder(t)
	b.lines(pipelineText)
	b.set(b.node("PipelineStep/each"), "settings", `{"Steps":[{"Name":"inner","Type":"Transform","Arguments":{"x":{"Get":"Steps.train.ModelArtifacts"}},"Steps":[{"Name":"innermost","Type":"Fail"}]},{"Name":""}]}`)
	change(b)
	all := New(b.view()).Pipelines()
	if len(all) != 1 {
		t.Fatalf("%d pipelines", len(all))
	}
	return all[0]
}

// TestPipelines holds all that is said of one pipeline.
func TestPipelines(t *testing.T) {
	p := pipelineOf(t, func(*builder) {})
	var steps []string
	for _, s := range p.Steps {
		steps = append(steps, s.Name+" "+s.Type+" "+s.Within+" "+strings.Join(s.DependsOn, ","))
	}
	if want := []string{"prepare Processing  ", "train Training  prepare", "good Condition  train", "ask Callback good good", "each ForEach  ask", "inner Transform each each,train", "innermost Fail inner inner"}; !slices.Equal(steps, want) {
		t.Errorf("steps %q, want %q", steps, want)
	}
	var needs []string
	for _, n := range p.DependsOn {
		needs = append(needs, strings.Join([]string{n.Step, n.Edge, n.Resource, n.Ref}, " "))
	}
	if want := []string{
		" HAS_EXECUTION_ROLE arn:aws:iam::111122223333:role/R AWSRole/arn:aws:iam::111122223333:role/R",
		"ask NOTIFIED arn:aws:sqs:us-east-1:111122223333:q AWSSQSQueue/arn:aws:sqs:us-east-1:111122223333:q",
		"prepare READ_FROM raw s3://raw/in",
		"prepare USED_IMAGE image:1 AWSECRRepositoryImage/image:1",
		"train HAS_EXECUTION_ROLE arn:aws:iam::111122223333:role/Train AWSRole/arn:aws:iam::111122223333:role/Train",
	}; !slices.Equal(needs, want) {
		t.Errorf("it depends on %q, want %q", needs, want)
	}
	if p.Role != "arn:aws:iam::111122223333:role/R" || p.Name != "p" {
		t.Errorf("%+v", p)
	}
	if len(p.Executions) != 2 || p.Executions[0].Started != "2025-02-01T00:00:00Z" || p.Executions[1].Status != "Succeeded" {
		t.Errorf("executions %+v", p.Executions)
	}
	ran := p.Executions[1].Ran
	if len(ran) != 2 || ran[0].Step != "old/prepare" && ran[0].Step != "prepare" || !slices.Equal(ran[1].Resources, []string{"arn:aws:sagemaker:us-east-1:111122223333:trainingjob/j"}) {
		t.Errorf("it ran %+v", ran)
	}
	if len(p.Endpoints) != 1 || !strings.HasSuffix(p.Endpoints[0].Endpoint, "endpoint/e") {
		t.Fatalf("endpoints %+v", p.Endpoints)
	}
	var through []string
	for _, id := range p.Endpoints[0].Through {
		through = append(through, id[strings.LastIndexByte(id, ':')+1:])
	}
	if want := []string{"trainingjob/j", "steps", "model/m", "endpointconfig/c"}; !slices.Equal(through, want) {
		t.Errorf("through %v, want %v", through, want)
	}
	if len(p.Unknown) != 0 {
		t.Errorf("unknown %q", p.Unknown)
	}
}

// TestPipelineUnknown holds that limits are said.
func TestPipelineUnknown(t *testing.T) {
	p := pipelineOf(t, func(b *builder) {
		b.kind("PipelineExecution").IDs = graph.CutIDs
		k := b.kind("Endpoint")
		k.State, k.IDs = graph.Denied, graph.NoIDs
	})
	if len(p.Unknown) != 2 || !strings.Contains(p.Unknown[0], "Endpoint in "+testScope) || !strings.Contains(p.Unknown[1], "only the newest were listed") {
		t.Errorf("unknown %q", p.Unknown)
	}
	b := newBuilder(t)
	b.lines("Pipeline/p CONTAINS PipelineStep/a\nPipelineStep/a DEPENDS_ON PipelineStep/b\nPipelineStep/b DEPENDS_ON PipelineStep/a\nPipeline/p CONTAINS PipelineStep/b")
	p = New(b.view()).Pipelines()[0]
	if len(p.Steps) != 2 || len(p.Unknown) != 1 || !strings.Contains(p.Unknown[0], "no execution was read") {
		t.Errorf("%+v", p)
	}
	text, err := json.Marshal(p)
	if err != nil || strings.Contains(string(text), "null") {
		t.Errorf("lists without anything are empty, not null: %s, %v", text, err)
	}
	if got, err := json.Marshal(lineageOf(t, "Endpoint/e USED EndpointConfig/c").Pipelines()); err != nil || string(got) != "[]" {
		t.Errorf("no pipelines are %s, %v", got, err)
	}
}
