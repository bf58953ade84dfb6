package lineage

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph/view"
)

// Pipelines answers of each pipeline what it depends on, what ran, and what depends on
// it. Sorted by ARN.
func (l *Lineage) Pipelines() []Pipeline {
	all := []Pipeline{}
	for _, n := range l.g.Nodes(pipelineLabel) {
		all = append(all, l.pipeline(n))
	}
	return all
}

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

// ranEdges are the types of edges from a step of an execution to what it made or
// called.
var ranEdges = []string{"INVOKED", "NOTIFIED", "PRODUCED", "USED"}

// An examined pipeline is one that is being answered about.
type examined struct {
	l        *Lineage
	pipeline *view.Node
	made     map[int32]string // nodes that its executions made, with the name of the step
	needs    map[PipelineNeed]bool
}

func (l *Lineage) pipeline(n *view.Node) Pipeline {
	x := &examined{l: l, pipeline: n, made: map[int32]string{}, needs: map[PipelineNeed]bool{}}
	p := Pipeline{Pipeline: n.ID, Name: n.Name(), Steps: l.pipelineSteps(n), DependsOn: []PipelineNeed{}, Executions: []PipelineRun{}, Endpoints: []PipelineServe{}}
	for _, e := range l.g.From("HAS_EXECUTION_ROLE", n.ID) {
		p.Role = e.To
		x.need(PipelineNeed{Edge: "HAS_EXECUTION_ROLE", Resource: e.To, Label: e.ToLabel, Ref: e.Ref})
	}
	var runs []*view.Node
	for _, e := range l.g.From("CONTAINS", n.ID) {
		if run := l.g.Node(e.To); run != nil && run.Label == executionLabel {
			runs = append(runs, run)
		}
	}
	slices.SortFunc(runs, func(a, b *view.Node) int {
		return cmp.Or(timeOf(b, "creation_time").Compare(timeOf(a, "creation_time")), cmp.Compare(a.ID, b.ID))
	})
	for _, run := range runs {
		p.Executions = append(p.Executions, x.run(run))
	}
	x.outside()
	for need := range x.needs {
		p.DependsOn = append(p.DependsOn, need)
	}
	slices.SortFunc(p.DependsOn, func(a, b PipelineNeed) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.Edge, b.Edge), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Ref, b.Ref))
	})
	walked := x.endpoints(&p)
	p.Unknown = x.unknown(&p, walked)
	return p
}

// timeOf returns a column that is a time, or the first of all times.
func timeOf(n *view.Node, column string) time.Time {
	t, _ := n.Time(column)
	return t
}

// need notes something outside of the pipeline.
func (x *examined) need(n PipelineNeed) {
	if n.Ref == n.Resource {
		n.Ref = ""
	}
	x.needs[n] = true
}

// run answers what an execution ran, and gathers what its steps made and called.
func (x *examined) run(n *view.Node) PipelineRun {
	r := PipelineRun{Execution: n.ID, Status: n.Text("status"), Ran: []PipelineRan{}}
	if t, ok := n.Time("creation_time"); ok {
		r.Started = t.Format(time.RFC3339)
	}
	var steps []*view.Node
	for _, e := range x.l.g.From("CONTAINS", n.ID) {
		if step := x.l.g.Node(e.To); step != nil && step.Label == runLabel {
			steps = append(steps, step)
		}
	}
	slices.SortFunc(steps, func(a, b *view.Node) int {
		return cmp.Or(timeOf(a, "start_time").Compare(timeOf(b, "start_time")), cmp.Compare(a.ID, b.ID))
	})
	for _, step := range steps {
		ran := PipelineRan{Step: step.Name(), Status: step.Text("step_status"), Resources: []string{}}
		for _, typ := range ranEdges {
			for _, e := range x.l.g.From(typ, step.ID) {
				if e.ToLabel == stepLabel || e.ToLabel == executionLabel {
					continue
				}
				ran.Resources = append(ran.Resources, e.To)
				if typ == "PRODUCED" {
					if slices.Contains(noteLabels, e.ToLabel) {
						continue // notes about lineage
					}
					if node, ok := x.l.byID[e.To]; ok {
						x.made[node] = ran.Step
					}
				} else {
					x.need(PipelineNeed{ran.Step, typ, e.To, e.ToLabel, e.Ref})
				}
			}
		}
		for _, e := range x.l.g.From("READ_FROM", step.ID) {
			x.need(PipelineNeed{ran.Step, "READ_FROM", e.To, e.ToLabel, e.Ref})
		}
		ran.Resources = unique(ran.Resources)
		r.Ran = append(r.Ran, ran)
	}
	return r
}

// outside gathers what is outside of the pipeline of all that the jobs, models and so
// on which it made refer to: not one another, nor locations where one of them wrote.
func (x *examined) outside() {
	for node, step := range x.made {
		for _, e := range x.l.g.From("HAS_EXECUTION_ROLE", x.l.ids[node]) {
			x.need(PipelineNeed{step, "HAS_EXECUTION_ROLE", e.To, e.ToLabel, e.Ref})
		}
		for _, n := range x.l.ups[node] {
			e := &x.l.edges[n]
			if e.from != node || e.typ == "CONTAINS" || e.flow != backward && e.flow != reads {
				continue
			}
			if _, own := x.made[e.to]; own || e.flow == reads && x.wrote(e) {
				continue
			}
			x.need(PipelineNeed{step, e.typ, x.l.ids[e.to], x.l.labels[e.to], e.ref})
		}
	}
}

// wrote reports whether something that the pipeline made wrote what an edge reads.
func (x *examined) wrote(e *edge) bool {
	found := false
	x.l.buckets[e.to].around(true, e.key, func(s *spot) {
		for _, n := range s.edges {
			w := &x.l.edges[n]
			_, own := x.made[w.from]
			found = found || own && w.flow == writes && w.from != e.from
		}
	})
	return found
}

// endpoints goes from all that a pipeline made to the endpoints that came of it.
func (x *examined) endpoints(p *Pipeline) *walker {
	var first []*place
	nodes := make([]int32, 0, len(x.made))
	for node := range x.made {
		nodes = append(nodes, node)
	}
	slices.SortFunc(nodes, func(a, b int32) int { return cmp.Compare(x.l.ids[a], x.l.ids[b]) })
	for _, node := range nodes {
		first = append(first, x.l.first(node, ""))
	}
	w := x.l.walker(first, false, Options{})
	w.ending = endpointLabel // what came of it then is not served by it
	w.run()
	for _, at := range w.places {
		if x.l.labels[at.node] != endpointLabel {
			continue
		}
		serve := PipelineServe{Endpoint: x.l.ids[at.node], Through: []string{}}
		for from := at.from; from != nil; from = from.from {
			serve.Through = append(serve.Through, x.l.ids[from.node])
		}
		slices.Reverse(serve.Through)
		p.Endpoints = append(p.Endpoints, serve)
	}
	slices.SortFunc(p.Endpoints, func(a, b PipelineServe) int { return cmp.Compare(a.Endpoint, b.Endpoint) })
	return w
}

// unknown says what was not read of the pipeline, and of what may have come of it.
func (x *examined) unknown(p *Pipeline, walked *walker) []string {
	var list []string
	for _, label := range []string{stepLabel, executionLabel, runLabel} {
		if !x.l.g.Listed(x.pipeline.Scope, label) {
			why, how := x.l.g.Why(x.pipeline.Scope, label)
			list = append(list, short(label)+" in "+x.pipeline.Scope+": "+why+"; "+how)
		}
	}
	if len(p.Executions) == 0 {
		list = append(list, "no execution was read, so what its steps use is only in their arguments (PipelineStep.arguments)")
	}
	for _, u := range x.l.unknown(walked) {
		list = append(list, strings.TrimPrefix(u.What, "AWSSageMaker")+": "+u.Why+"; "+u.How)
	}
	return unique(list)
}
