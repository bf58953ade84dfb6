package cyclonedx

import (
	"maps"
	"slices"
	"strconv"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/view"
)

// A workflow is a job that made something.
type workflow struct {
	job  *view.Node
	id   string
	made map[string]bool // bom-refs
}

// job returns the workflow of a job.
func (d *document) job(id string) *workflow {
	w := d.workflows[id]
	if w == nil {
		w = &workflow{job: d.g.Node(id), id: id, made: map[string]bool{}}
		d.workflows[id] = w
	}
	return w
}

func (w *workflow) makes(ref string) { w.made[ref] = true }

// spans are the columns that say when a job began and ended.
var spans = map[string][2]string{
	trainingJob:     {"training_start_time", "training_end_time"},
	tuningJob:       {"creation_time", "hyper_parameter_tuning_end_time"},
	autoMLJob:       {"creation_time", "end_time"},
	processingJob:   {"processing_start_time", "processing_end_time"},
	transformJob:    {"transform_start_time", "transform_end_time"},
	labelingJob:     {"creation_time", ""},
	compilationJob:  {"compilation_start_time", "compilation_end_time"},
	optimizationJob: {"optimization_start_time", "optimization_end_time"},
}

// builds are the jobs that make models; what others make is data.
var builds = []string{trainingJob, tuningJob, autoMLJob, compilationJob, optimizationJob}

// formulation says how what is in the document was made: a workflow for each job.
func (d *document) formulation() *[]cdx.Formula {
	var all []cdx.Workflow
	for _, id := range slices.Sorted(maps.Keys(d.workflows)) {
		all = append(all, d.workflow(d.workflows[id]))
	}
	if all == nil {
		return nil
	}
	return &[]cdx.Formula{{Workflows: &all}}
}

func (d *document) workflow(w *workflow) cdx.Workflow {
	flow := cdx.Workflow{BOMRef: w.id, UID: w.id, TaskTypes: &[]cdx.TaskType{cdx.TaskTypeOther}}
	var read []cdx.TaskInput
	var used []cdx.ResourceReferenceChoice
	for _, h := range d.upstream.of(w.id).hops {
		choice := cdx.ResourceReferenceChoice{Ref: h.ref()}
		switch {
		case d.components[h.ref()] == nil: // a job that started this one, for example
		case h.label == image || h.label == algorithm:
			used = append(used, choice)
		default:
			read = append(read, cdx.TaskInput{Resource: &choice})
		}
	}
	var made []cdx.TaskOutput
	for _, ref := range slices.Sorted(maps.Keys(w.made)) {
		if d.components[ref] != nil {
			made = append(made, cdx.TaskOutput{Type: cdx.TaskOutputTypeArtifact, Resource: &cdx.ResourceReferenceChoice{Ref: ref}})
		}
	}
	flow.Inputs, flow.ResourceReferences, flow.Outputs = list(read), list(used), list(made)
	if w.job == nil {
		return flow
	}
	flow.Name = w.job.Name()
	if slices.Contains(builds, w.job.Label) {
		flow.TaskTypes = &[]cdx.TaskType{cdx.TaskTypeBuild}
	}
	span := spans[w.job.Label]
	flow.TimeStart, flow.TimeEnd = moment(w.job, span[0]), moment(w.job, span[1])
	var p properties
	p.of(w.job)
	p.add("instance-type", w.job.Text("resource_config_instance_type"))
	if n, ok := w.job.Int("resource_config_instance_count"); ok {
		p.add("instance-count", strconv.FormatInt(n, 10))
	}
	p.add("problem-type", w.job.Text("auto_ml_problem_type_config_name"))
	p.add("artifact-digest", w.job.Text("model_digests_artifact_digest"))
	flow.Properties = p.list()
	return flow
}
