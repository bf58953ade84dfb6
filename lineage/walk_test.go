package lineage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
)

// TestLocations holds who came of whom by where they write and read: in the same
// location, below it or above it, by whole names of folders, in any spelling.
func TestLocations(t *testing.T) {
	for _, c := range []struct {
		writes, path, reads string
		want                bool
	}{
		{"s3://bk/p/x", "", "s3://bk/p/x", true},
		{"s3://bk/p/x/", "", "s3://bk/p/x", true},
		{"s3://bk/p/x/y", "", "s3://bk/p/x", true},
		{"s3://bk/p", "", "s3://bk/p/x", true},
		{"s3://bk/p/xy", "", "s3://bk/p/x", false},
		{"s3://bk/p/x", "", "s3://bk/p/xy", false},
		{"s3://bk/p/x-1", "", "s3://bk/p/x", false},
		{"s3://bk/q", "", "s3://bk/p", false},
		{"s3://cc/p", "", "s3://bk/p", false},
		{"s3://bk/P", "", "s3://bk/p", false},
		{"s3://bk", "", "s3://bk/p/x", true},
		{"s3://bk/p/x", "", "s3://bk/", true},
		{"https://bk.s3.us-east-1.amazonaws.com/p%20q/x", "", "s3://bk/p%20q/x/", true},
		{"https://s3.amazonaws.com/bk/p/x", "", "s3://bk/p", true},
		{"s3://bk//p", "", "s3://bk/p", false},
	} {
		b := newBuilder(t)
		b.lines(fmt.Sprintf("ProcessingJob/w WROTE_TO %s @ProcessingOutputConfig.Outputs[].S3Output.S3Uri\nTransformJob/r READ_FROM %s", c.writes, c.reads))
		l := New(b.view())
		var up, down []string
		if c.want {
			up, down = []string{"processingjob/w"}, []string{"transformjob/r"}
		}
		t.Run(c.writes+" "+c.reads, func(t *testing.T) {
			check(t, l, "TransformJob/r", upOnly, up...)
			check(t, l, "ProcessingJob/w", downOnly, down...)
			check(t, l, "TransformJob/r", downOnly)
			check(t, l, "ProcessingJob/w", upOnly)
		})
	}
}

// TestOwnFolder holds that jobs which name the same output path, and write into a
// folder of their own below it, have not written what the others wrote.
func TestOwnFolder(t *testing.T) {
	l := lineageOf(t, `
TrainingJob/one WROTE_TO s3://bk/ @OutputDataConfig.S3OutputPath
TrainingJob/two WROTE_TO s3://bk/ @OutputDataConfig.S3OutputPath
AutoMLJob/three WROTE_TO s3://bk/ @OutputDataConfig.S3OutputPath
LabelingJob/four WROTE_TO s3://bk/ @OutputConfig.S3OutputPath
Endpoint/five WROTE_TO s3://bk/ @DataCaptureConfig.DestinationS3Uri
Model/m REFERENCED_ARTIFACTS_IN s3://bk/one/output/model.tar.gz
ProcessingJob/p READ_FROM s3://bk/four/manifests
TransformJob/t READ_FROM s3://bk/five/AllTraffic
TransformJob/all READ_FROM s3://bk/
`)
	check(t, l, "Model/m", upOnly, "trainingjob/one")
	check(t, l, "ProcessingJob/p", upOnly, "labelingjob/four")
	check(t, l, "TransformJob/t", upOnly, "endpoint/five")
	check(t, l, "TransformJob/all", upOnly, "trainingjob/one", "trainingjob/two", "automljob/three", "labelingjob/four", "endpoint/five")
	check(t, l, "TrainingJob/two", downOnly, "transformjob/all")
}

// TestSharedBucket holds that who uses one bucket does not come of one another.
func TestSharedBucket(t *testing.T) {
	l := lineageOf(t, `
TrainingJob/churn READ_FROM s3://bk/churn/train
TrainingJob/churn PRODUCED_MODEL_ARTIFACT s3://bk/models/churn/model.tar.gz
TrainingJob/fraud READ_FROM s3://bk/fraud/train
TrainingJob/fraud PRODUCED_MODEL_ARTIFACT s3://bk/models/fraud/model.tar.gz
Model/churn REFERENCED_ARTIFACTS_IN s3://bk/models/churn/model.tar.gz
Model/fraud REFERENCED_ARTIFACTS_IN s3://bk/models/fraud/model.tar.gz
`)
	check(t, l, "Model/churn", Options{}, "trainingjob/churn")
	check(t, l, "s3://bk/churn", downOnly, "trainingjob/churn", "model/churn")
	check(t, l, "s3://bk/models", upOnly, "trainingjob/churn", "trainingjob/fraud")
	check(t, l, "s3://bk", downOnly, "trainingjob/churn", "trainingjob/fraud", "model/churn", "model/fraud")
	w := l.Of(start(t, l, "Model/churn"), Options{})
	buckets := 0
	for _, n := range w.Nodes {
		if n.ID == "bk" {
			buckets++
		}
	}
	if buckets != 1 {
		t.Errorf("the bucket is %d times in %v", buckets, w.Nodes)
	}
	for _, e := range w.Edges {
		want := map[string]How{"READ_FROM": Referenced, "REFERENCED_ARTIFACTS_IN": Referenced, "PRODUCED_MODEL_ARTIFACT": Derived}[e.Type]
		if e.How != want || e.Path == "" || !strings.HasPrefix(e.Ref, "s3://bk/") {
			t.Errorf("%+v, want it to be %s, with its path and ref", e, want)
		}
	}
	if len(w.Edges) != 3 {
		t.Errorf("edges %+v", w.Edges)
	}
}

// TestItself holds that a job which reads where it writes does not come of itself, but
// others that read there come of it.
func TestItself(t *testing.T) {
	text := `
ProcessingJob/p READ_FROM s3://bk/x
ProcessingJob/p WROTE_TO s3://bk/x/out
ProcessingJob/p READ_FROM s3://bk/x/out
`
	l := lineageOf(t, text)
	check(t, l, "ProcessingJob/p", Options{})
	if w := l.Of(start(t, l, "ProcessingJob/p"), upOnly); slices.ContainsFunc(w.Edges, func(e Edge) bool { return e.Type == "WROTE_TO" }) {
		t.Errorf("what it wrote is among what it came of: %+v", w.Edges)
	}
	l = lineageOf(t, text+"Model/m DERIVED_FROM TrainingJob/t @inferred:PrimaryContainer.ModelDataUrl\nTrainingJob/t READ_FROM s3://bk/x\nModel/m REFERENCED_ARTIFACTS_IN s3://bk/m\nProcessingJob/p READ_FROM s3://bk/m\nTrainingJob/t PRODUCED_MODEL_ARTIFACT s3://bk/m")
	check(t, l, "Model/m", upOnly, "trainingjob/t", "processingjob/p")
	check(t, l, "ProcessingJob/p", upOnly, "trainingjob/t")
}

// TestLies holds that what is said to lie at a location is met from there and from
// above: an artifact that is a whole bucket does not join all that is in it.
func TestLies(t *testing.T) {
	l := lineageOf(t, `
Artifact/bucket REFERENCED s3://bk/
Artifact/data REFERENCED s3://bk/data
Artifact/data ASSOCIATED_WITH TrialComponent/c
Artifact/bucket ASSOCIATED_WITH TrialComponent/other
ProcessingJob/p WROTE_TO s3://bk/data/part @ProcessingOutputConfig.Outputs[].S3Output.S3Uri
ProcessingJob/q WROTE_TO s3://bk/else @ProcessingOutputConfig.Outputs[].S3Output.S3Uri
`)
	check(t, l, "TrialComponent/c", upOnly, "artifact/data", "processingjob/p")
	check(t, l, "TrialComponent/other", upOnly, "artifact/bucket", "artifact/data", "processingjob/p", "processingjob/q")
	check(t, l, "s3://bk/data/part", downOnly)
	check(t, l, "ProcessingJob/q", downOnly)
}

// TestGroups holds that a group does not lead from one version to another.
func TestGroups(t *testing.T) {
	l := lineageOf(t, `
ModelPackage/g/1 MEMBER_OF ModelPackageGroup/g
ModelPackage/g/2 MEMBER_OF ModelPackageGroup/g
Model/one DERIVED_FROM ModelPackage/g/1
Model/two DERIVED_FROM ModelPackage/g/2
Context/g REFERENCED ModelPackageGroup/g
`)
	check(t, l, "Model/one", Options{}, "modelpackage/g/1", "modelpackagegroup/g")
	check(t, l, "ModelPackageGroup/g", downOnly, "modelpackage/g/1", "modelpackage/g/2", "model/one", "model/two", "context/g")
}

// TestDirections holds that up only goes up, and that walks through cycles end.
func TestDirections(t *testing.T) {
	l := lineageOf(t, `
Endpoint/e USED EndpointConfig/c
Endpoint/f USED EndpointConfig/c
EndpointConfig/c REFERENCED Model/m
Model/m DERIVED_FROM ModelPackage/g/1
Model/n DERIVED_FROM ModelPackage/g/1
PipelineExecutionStep/a PRODUCED ModelPackage/g/1
PipelineExecutionStep/b PRODUCED Model/n
PipelineExecution/x CONTAINS PipelineExecutionStep/a
PipelineExecution/x CONTAINS PipelineExecutionStep/b
Pipeline/p CONTAINS PipelineExecution/x
`)
	check(t, l, "Endpoint/e", upOnly, "endpointconfig/c", "model/m", "modelpackage/g/1", "pipelineexecutionstep/a", "pipelineexecution/x", "pipeline/p")
	check(t, l, "Pipeline/p", downOnly, "pipelineexecution/x", "pipelineexecutionstep/a", "pipelineexecutionstep/b", "modelpackage/g/1", "model/m", "model/n", "endpointconfig/c", "endpoint/e", "endpoint/f")
	cycle := lineageOf(t, `
InferenceComponent/a USED InferenceComponent/b
InferenceComponent/b USED InferenceComponent/c
InferenceComponent/c USED InferenceComponent/a
InferenceComponent/d USED InferenceComponent/d
`)
	check(t, cycle, "InferenceComponent/a", Options{}, "inferencecomponent/b", "inferencecomponent/c")
	check(t, cycle, "InferenceComponent/d", Options{})
	if up, _ := cycle.Of(start(t, cycle, "InferenceComponent/a"), upOnly).Trees(0); len(up.Branches[0].Branches[0].Branches) != 1 || !up.Branches[0].Branches[0].Branches[0].Again {
		t.Error("the tree does not end where the cycle does")
	}
}

// TestDepth counts hops: from a job to a location is one.
func TestDepth(t *testing.T) {
	l := lineageOf(t, `
Endpoint/e USED EndpointConfig/c
EndpointConfig/c REFERENCED Model/m
Model/m REFERENCED_ARTIFACTS_IN s3://bk/m
TrainingJob/t PRODUCED_MODEL_ARTIFACT s3://bk/m
TrainingJob/t READ_FROM s3://bk/in
`)
	for depth, want := range [][]string{
		{"endpointconfig/c", "model/m", "trainingjob/t"}, {"endpointconfig/c"}, {"endpointconfig/c", "model/m"}, {"endpointconfig/c", "model/m"}, {"endpointconfig/c", "model/m", "trainingjob/t"},
	} {
		check(t, l, "Endpoint/e", Options{Up: true, Depth: depth}, want...)
	}
	if w := l.Of(start(t, l, "Endpoint/e"), Options{Up: true, Depth: 3}); len(w.Edges) != 3 || w.Nodes[len(w.Nodes)-1].ID != "bk" {
		t.Errorf("three hops end at the location: %+v", w.Edges)
	}
}

// TestGuesses holds that notebooks are followed only where guesses are asked for.
func TestGuesses(t *testing.T) {
	l := lineageOf(t, "TrainingJob/t CALLED_BY NotebookInstance/n @inferred:RoleArn")
	check(t, l, "TrainingJob/t", Options{})
	check(t, l, "TrainingJob/t", Options{Up: true, Guesses: true}, "notebookinstance/n")
	check(t, l, "NotebookInstance/n", Options{Down: true, Guesses: true}, "trainingjob/t")
	if w := l.Of(start(t, l, "TrainingJob/t"), Options{Guesses: true}); w.Edges[0].How != Guessed {
		t.Errorf("%+v", w.Edges)
	}
}

// TestHow holds how each edge is known.
func TestHow(t *testing.T) {
	l := lineageOf(t, `
Artifact/a ASSOCIATED_WITH TrialComponent/c
TrialComponent/c DERIVED_FROM TrainingJob/t @Source.SourceArn
PipelineExecutionStep/s PRODUCED TrainingJob/t
HyperParameterTuningJob/h PRODUCED TrainingJob/t
Model/m DERIVED_FROM TrainingJob/t @inferred:PrimaryContainer.ModelDataUrl
`)
	want := map[string]How{"ASSOCIATED_WITH": Declared, "PRODUCED pipelineexecutionstep": Declared, "PRODUCED hyperparametertuningjob": Referenced, "DERIVED_FROM trialcomponent": Referenced, "DERIVED_FROM model": Derived}
	edges := l.Of(start(t, l, "Model/m"), Options{}).Edges
	if len(edges) != 5 {
		t.Fatalf("edges %+v", edges)
	}
	for _, e := range edges {
		kind, _, _ := strings.Cut(e.From[strings.LastIndexByte(e.From, ':')+1:], "/")
		if w, ok := want[e.Type+" "+kind]; ok && e.How != w || !ok && e.How != want[e.Type] {
			t.Errorf("%+v", e)
		}
	}
}

// TestTime holds that nothing comes of what had not begun when it ended, directly, or
// by way of a note about it; what is not known leaves everything possible.
func TestTime(t *testing.T) {
	text := `
ProcessingJob/early WROTE_TO s3://bk/x/early @ProcessingOutputConfig.Outputs[].S3Output.S3Uri
ProcessingJob/late WROTE_TO s3://bk/x/late @ProcessingOutputConfig.Outputs[].S3Output.S3Uri
ProcessingJob/unknown WROTE_TO s3://bk/x/unknown @ProcessingOutputConfig.Outputs[].S3Output.S3Uri
ProcessingJob/early: creation_time=2025-01-01 processing_end_time=2025-01-02
ProcessingJob/late: creation_time=2025-03-01 processing_end_time=2025-03-02
TrainingJob/t READ_FROM s3://bk/x
TrainingJob/t: creation_time=2025-02-01 training_end_time=2025-02-02
TrialComponent/c: start_time=2025-02-01 end_time=2025-02-02
Artifact/a ASSOCIATED_WITH TrialComponent/c
Artifact/a REFERENCED s3://bk/x
`
	l := lineageOf(t, text)
	check(t, l, "TrainingJob/t", upOnly, "processingjob/early", "processingjob/unknown", "artifact/a")
	check(t, l, "TrialComponent/c", upOnly, "processingjob/early", "processingjob/unknown", "artifact/a")
	check(t, l, "ProcessingJob/early", downOnly, "trainingjob/t")
	check(t, l, "ProcessingJob/late", downOnly)
	// A later one that reads there came of all: whichever is met first.
	for _, other := range []string{"TransformJob/z", "Artifact/z"} {
		more := text + "EndpointConfig/e REFERENCED Model/m\nModel/m DERIVED_FROM TrainingJob/t @inferred:PrimaryContainer.ModelDataUrl\n"
		if other == "TransformJob/z" {
			more += "TransformJob/z USED Model/m\nTransformJob/z READ_FROM s3://bk/x\n"
		} else {
			more += "Artifact/z ASSOCIATED_WITH Model/m\nArtifact/a ASSOCIATED_WITH Artifact/z\n"
		}
		l := lineageOf(t, more)
		from := map[string]string{"TransformJob/z": "TransformJob/z", "Artifact/z": "Model/m"}[other]
		if got := found(t, l, from, upOnly); !slices.Contains(got, "processingjob/late") {
			t.Errorf("%s came of %v", from, got)
		}
		check(t, l, "TrainingJob/t", upOnly, "processingjob/early", "processingjob/unknown", "artifact/a")
	}
}

// TestTimeInTrees holds that a tree shows below a location only what those that led
// there can have met.
func TestTimeInTrees(t *testing.T) {
	l := lineageOf(t, `
ProcessingJob/late WROTE_TO s3://bk/x @ProcessingOutputConfig.Outputs[].S3Output.S3Uri
ProcessingJob/late: creation_time=2025-03-01
TrainingJob/t READ_FROM s3://bk/x/a
TrainingJob/t: training_end_time=2025-02-02
TransformJob/z READ_FROM s3://bk/x/z
TransformJob/z USED Model/m
Model/m DERIVED_FROM TrainingJob/t @inferred:PrimaryContainer.ModelDataUrl
`)
	up, _ := l.Of(start(t, l, "TransformJob/z"), upOnly).Trees(0)
	var walk func(b *Branch, seen map[string][]string)
	walk = func(b *Branch, seen map[string][]string) {
		for _, n := range b.Branches {
			seen[b.Key()] = append(seen[b.Key()], n.Name)
			walk(n, seen)
		}
	}
	seen := map[string][]string{}
	walk(up, seen)
	if got := seen["s3://bk/x/z"]; !slices.Equal(got, []string{"late"}) {
		t.Errorf("below the location that the later one reads: %v", got)
	}
	if got := seen["s3://bk/x/a"]; len(got) > 0 {
		t.Errorf("below the location that the earlier one reads: %v", got)
	}
}

// TestDocuments holds which way data goes at what a configuration names.
func TestDocuments(t *testing.T) {
	b := newBuilder(t)
	b.lines(`
Job/A/j REFERENCED s3://bk/out
Job/A/j REFERENCED s3://bk/in
Job/A/j REFERENCED s3://bk/what
Job/A/j REFERENCED ModelPackage/g/1
Job/A/j REFERENCED AWSLambda/f
`)
	b.set(b.node("Job/A/j"), "job_config_document", `{"Output":{"Places":["s3://bk/out"]},"InputDataConfig":{"S3Uri":"s3://bk/in"},"Thing":"s3://bk/what","Model":"ModelPackage/g/1","RewardFunction":"AWSLambda/f"}`)
	l := New(b.view())
	refs := func(o Options) (refs []string) {
		for _, e := range l.Of(start(t, l, "Job/A/j"), o).Edges {
			refs = append(refs, e.Ref)
		}
		return refs
	}
	if got := refs(upOnly); !slices.Equal(got, []string{"ModelPackage/g/1", "s3://bk/in"}) {
		t.Errorf("it came of %v", got)
	}
	if got := refs(downOnly); !slices.Equal(got, []string{"s3://bk/out"}) {
		t.Errorf("it led to %v", got)
	}
	if w := l.Of(start(t, l, "Job/A/j"), upOnly); len(w.Unknown) != 1 || !strings.Contains(w.Unknown[0].What, "which locations") {
		t.Errorf("that a location is not understood is not said: %+v", w.Unknown)
	}
}

// TestUnknown holds that what could have led further is said, and nothing else.
func TestUnknown(t *testing.T) {
	text := `
Endpoint/e USED EndpointConfig/c
EndpointConfig/c REFERENCED Model/m
Model/m REFERENCED_ARTIFACTS_IN s3://bk/m
`
	unknown := func(change func(b *builder), o Options, whole bool) []string {
		b := newBuilder(t)
		b.whole = whole
		b.lines(text)
		change(b)
		l := New(b.view())
		var whats []string
		for _, u := range l.Of(start(t, l, "Endpoint/e"), o).Unknown {
			if u.Why == "" || u.How == "" || !slices.Equal(u.Questions, []string{"lineage"}) {
				t.Errorf("%+v", u)
			}
			whats = append(whats, u.What)
		}
		return whats
	}
	deny := func(label string) func(*builder) {
		return func(b *builder) { k := b.kind(label); k.State, k.IDs = graph.Denied, graph.NoIDs }
	}
	in := func(label string) []string { return []string{"AWSSageMaker" + label + " in " + testScope} }
	for _, c := range []struct {
		name   string
		change func(*builder)
		o      Options
		want   []string
	}{
		{"all is known", func(*builder) {}, Options{}, nil},
		{"jobs that may have written the artifact", deny("TrainingJob"), upOnly, in("TrainingJob")},
		{"they cannot come of an endpoint", deny("HyperParameterTuningJob"), downOnly, nil},
		{"monitors come of the endpoint", deny("DataQualityJobDefinition"), downOnly, in("DataQualityJobDefinition")},
		{"and are not what it came of, nor write there", deny("EndpointConfig"), upOnly, nil},
		{"too far for the depth", deny("TrainingJob"), Options{Up: true, Depth: 2}, nil},
		{"notebooks are guesses", deny("NotebookInstance"), upOnly, nil},
		{"cut lists", func(b *builder) { b.kind("PipelineExecutionStep").IDs = graph.CutIDs }, upOnly, in("PipelineExecutionStep")},
		{"a model that is only referred to", func(b *builder) { b.set(b.node("Model/m"), "observed", "false") }, upOnly, []string{"arn:aws:sagemaker:us-east-1:111122223333:model/m is only referred to"}},
		{"a field of the model", func(b *builder) {
			b.set(b.node("Model/m"), "unread", "primary_container,tags")
			b.kind("Model").Unread = []graph.Unread{{Column: "primary_container", Paths: []string{"PrimaryContainer.ModelPackageName"}, Because: graph.ByGap, Count: 1}, {Column: "tags", Because: graph.ByGap, Count: 1}}
		}, upOnly, in("Model")},
		{"a field of another model", func(b *builder) {
			b.node("Model/other")
			b.set(b.node("Model/other"), "unread", "primary_container")
			b.kind("Model").Unread = []graph.Unread{{Column: "primary_container", Paths: []string{"PrimaryContainer.ModelPackageName"}, Because: graph.ByGap, Count: 1}}
		}, upOnly, nil},
		{"tags say no lineage", func(b *builder) {
			b.set(b.node("Model/m"), "unread", "tags")
			b.kind("Model").Unread = []graph.Unread{{Column: "tags", Because: graph.ByGap, Count: 1}}
		}, Options{}, nil},
		{"a field of jobs that may have written", func(b *builder) {
			b.kind("TrainingJob").Unread = []graph.Unread{{Column: "model_artifacts_s3_model_artifacts", Paths: []string{"ModelArtifacts.S3ModelArtifacts"}, Because: graph.ByLimit, Count: 7}}
		}, upOnly, in("TrainingJob")},
	} {
		for _, whole := range []bool{false, true} {
			if got := unknown(c.change, c.o, whole); !slices.Equal(got, c.want) {
				t.Errorf("%s, with all of the schema %t: got %q, want %q", c.name, whole, got, c.want)
			}
		}
	}
}

// TestUnknownElsewhere holds that of what another account has it is said that this was
// not exported, whatever was read here.
func TestUnknownElsewhere(t *testing.T) {
	b := newBuilder(t)
	b.lines("Model/m DERIVED_FROM ModelPackage/g/1")
	n := b.node("ModelPackage/g/1")
	b.set(n, "observed", "false")
	here := n.ID
	n.ID = strings.Replace(here, testAccount, "999988887777", 1)
	for _, e := range b.edges {
		if e.To == here {
			e.To = n.ID
		}
	}
	l := New(b.view())
	w := l.Of(start(t, l, "Model/m"), upOnly)
	if len(w.Unknown) != 1 || w.Unknown[0].Scope != "999988887777/us-east-1" || w.Unknown[0].Why != "account 999988887777 was not exported in us-east-1" ||
		w.Unknown[0].How != "export account 999988887777 with --region us-east-1" {
		t.Errorf("unknown: %+v", w.Unknown)
	}
}
