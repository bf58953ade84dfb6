package lineage

// Pipelines answers of each pipeline what it depends on, what ran, and what depends on
// it. Sorted by ARN.
func (l *Lineage) Pipelines() []Pipeline { return []Pipeline{} }

// A Pipeline is one pipeline, what it depends on, what ran, and what depends on it.
type Pipeline struct {
	Pipeline   string          `json:"pipeline"` // ARN
	Name       string          `json:"name"`
	Role       string          `json:"role,omitempty"`
	Steps      []PipelineStep  `json:"steps"`      // in an order in which they can run
	DependsOn  []PipelineNeed  `json:"depends_on"` // what is outside of the pipeline
	Executions []PipelineRun   `json:"executions"` // the newest first
	Endpoints  []PipelineServe `json:"endpoints"`  // which depend on it in the end
	Unknown    []string        `json:"unknown,omitempty"`
}

// A PipelineStep is a step of a pipeline's definition.
type PipelineStep struct {
	Step      string   `json:"step"` // id
	Name      string   `json:"name"`
	Type      string   `json:"type"`             // Training, Condition, Callback …
	Within    string   `json:"within,omitempty"` // name of the ForEach or Condition step that it stands in
	DependsOn []string `json:"depends_on"`       // names of steps
}

// A PipelineNeed is something that a step, or the pipeline, refers to.
type PipelineNeed struct {
	Step     string `json:"step,omitempty"` // name
	Edge     string `json:"edge"`           // type of the edge, such as USED_IMAGE
	Resource string `json:"resource"`       // id
	Label    string `json:"label"`
	Ref      string `json:"ref,omitempty"`
}

// A PipelineRun is an execution.
type PipelineRun struct {
	Execution string        `json:"execution"` // ARN
	Status    string        `json:"status,omitempty"`
	Started   string        `json:"started,omitempty"` // RFC 3339
	Ran       []PipelineRan `json:"ran"`
}

// A PipelineRan is a step of an execution, and what it made or called.
type PipelineRan struct {
	Step      string   `json:"step"` // name
	Status    string   `json:"status,omitempty"`
	Resources []string `json:"resources"` // ids of jobs, models, functions …
}

// A PipelineServe is an endpoint that serves what a pipeline made.
type PipelineServe struct {
	Endpoint string   `json:"endpoint"` // ARN
	Through  []string `json:"through"`  // ids of one shortest way, from what the pipeline made to the endpoint's model
}

// aboutPipelines are labels of which all edges are kept.
var aboutPipelines = map[string]bool{pipelineLabel: true, stepLabel: true, executionLabel: true, runLabel: true}
