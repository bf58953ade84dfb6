package report

import (
	"fmt"
	"strings"

	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

// The pipelines stand with what they depend on, what ran, and what depends on them.
type pipelines struct {
	List  []pipeline
	Total int
	Cut   string
	Lacks int
}

// A pipeline is one of them.
type pipeline struct {
	Anchor   string
	Ref      ref
	Role     *ref
	Steps    []pipelineStep
	MoreStep int
	Needs    []pipelineNeed
	MoreNeed int
	Runs     []pipelineRun
	MoreRun  int
	Serves   []ref
	MoreServ int
	Unknown  []string
}

type pipelineStep struct{ Name, Type, Within, After string }

type pipelineNeed struct {
	Step, Edge string
	Resource   ref
	Ref        string // what the field says, where it says more than the resource
}

type pipelineRun struct {
	Name, Status, Started string
	Steps                 string
}

func (b *builder) pipelines() pipelines {
	all := b.in.Report.Pipelines
	p := pipelines{Total: len(all), Lacks: b.lacks("pipelines")}
	if len(all) > mostPipelines {
		p.Cut = b.cut("Of %s pipelines, %d are shown. All are in: sgexport audit SNAPSHOT --format json", snapshot.Grouped(int64(len(all))), mostPipelines)
		all = all[:mostPipelines]
	}
	for i := range all {
		p.List = append(p.List, b.pipeline(&all[i], i))
	}
	return p
}

func (b *builder) pipeline(p *lineage.Pipeline, n int) pipeline {
	one := pipeline{Anchor: fmt.Sprintf("pipeline%d", n+1), Ref: b.ref(p.Pipeline), Unknown: texts(p.Unknown)}
	b.places[p.Pipeline] = append(b.places[p.Pipeline], one.Anchor)
	if p.Role != "" {
		role := b.ref(p.Role)
		one.Role = &role
	}
	steps, more := first(p.Steps, mostSteps)
	one.MoreStep = more
	for _, s := range steps {
		one.Steps = append(one.Steps, pipelineStep{text(s.Name), text(s.Type), text(s.Within), strings.Join(texts(s.DependsOn), ", ")})
	}
	needs, more := first(p.DependsOn, mostSteps)
	one.MoreNeed = more
	for _, d := range needs {
		one.Needs = append(one.Needs, pipelineNeed{text(d.Step), text(d.Edge), b.ref(d.Resource), moreThan(d.Resource, d.Ref)})
	}
	runs, more := first(p.Executions, mostRuns)
	one.MoreRun = more
	for _, r := range runs {
		one.Runs = append(one.Runs, pipelineRun{text(b.ref(r.Execution).Name), text(r.Status), text(r.Started), sayRan(r.Ran)})
	}
	for i, e := range p.Endpoints {
		if i == mostItems {
			one.MoreServ = len(p.Endpoints) - mostItems
			break
		}
		one.Serves = append(one.Serves, b.ref(e.Endpoint))
	}
	return one
}

// moreThan returns a reference unless it is the id itself.
func moreThan(id, reference string) string {
	if reference == id {
		return ""
	}
	return text(reference)
}

// first returns the first of a list, and how many more there are.
func first[T any](list []T, most int) (some []T, more int) {
	if len(list) > most {
		return list[:most], len(list) - most
	}
	return list, 0
}

// sayRan names the steps that ran, with what came of those that did not succeed.
func sayRan(ran []lineage.PipelineRan) string {
	var all []string
	for _, s := range ran {
		word := s.Step
		if s.Status != "" && s.Status != "Succeeded" {
			word += " (" + s.Status + ")"
		}
		all = append(all, word)
	}
	return strings.Join(texts(all), ", ")
}
