package lineage

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// pipelineSteps returns the steps of a pipeline's definition, those inside of others
// too, in an order in which they can run: what others depend on first, then by name.
func (l *Lineage) pipelineSteps(pipeline *view.Node) []PipelineStep {
	steps := map[string]PipelineStep{}
	for _, e := range l.g.From("CONTAINS", pipeline.ID) {
		n := l.g.Node(e.To)
		if n == nil || n.Label != stepLabel {
			continue
		}
		s := PipelineStep{Step: n.ID, Name: n.Name(), Type: n.Text("type"), Within: n.Text("condition"), DependsOn: []string{}}
		for _, e := range l.g.From("DEPENDS_ON", n.ID) {
			s.DependsOn = append(s.DependsOn, l.name(e.To))
		}
		s.DependsOn = unique(s.DependsOn)
		steps[s.Name] = s
		l.innerSteps(steps, pipeline.ID, s.Name, n.JSON("settings"))
	}
	return inOrder(steps)
}

// An innerStep is a step inside of another, such as a ForEach, as a definition has it.
type innerStep struct {
	Name, Type string
	DependsOn  []string
	Arguments  json.RawMessage
	Steps      json.RawMessage
}

// innerSteps adds the steps that stand in a step's settings: a ForEach has them there,
// and they are no nodes of a snapshot but where an execution ran them.
func (l *Lineage) innerSteps(steps map[string]PipelineStep, pipeline, within, settings string) {
	var have struct{ Steps []innerStep }
	if json.Unmarshal([]byte(settings), &have) != nil {
		return // it has none
	}
	for _, inner := range have.Steps {
		if inner.Name == "" || steps[inner.Name].Step != "" {
			continue
		}
		needs := append([]string{within}, inner.DependsOn...)
		for _, name := range stepsIn(string(inner.Arguments)) {
			if name != inner.Name {
				needs = append(needs, name)
			}
		}
		steps[inner.Name] = PipelineStep{Step: pipeline + "/step/" + inner.Name, Name: inner.Name, Type: inner.Type, Within: within, DependsOn: unique(needs)}
		if len(inner.Steps) > 0 {
			l.innerSteps(steps, pipeline, inner.Name, `{"Steps":`+string(inner.Steps)+`}`)
		}
	}
}

// stepsIn returns the names of the steps whose properties a part of a definition gets:
// {"Get": "Steps.Train.ModelArtifacts"}.
func stepsIn(text string) []string {
	var names []string
	for _, part := range strings.Split(text, `"Steps.`)[1:] {
		if end := strings.IndexAny(part, `."[`); end > 0 {
			names = append(names, part[:end])
		}
	}
	return names
}

// inOrder sorts steps so that each comes behind those that it depends on. What depends
// on itself, which no definition may, comes last.
func inOrder(steps map[string]PipelineStep) []PipelineStep {
	names := make([]string, 0, len(steps))
	waits, next := map[string]int{}, map[string][]string{}
	for name, s := range steps {
		names = append(names, name)
		for _, on := range s.DependsOn {
			if _, ok := steps[on]; ok {
				waits[name]++
				next[on] = append(next[on], name)
			}
		}
	}
	slices.Sort(names)
	var ready []string
	for _, name := range names {
		if waits[name] == 0 {
			ready = append(ready, name)
		}
	}
	ordered := []PipelineStep{}
	for len(ready) > 0 {
		name := ready[0]
		ready = ready[1:]
		ordered = append(ordered, steps[name])
		var freed []string
		for _, n := range next[name] {
			if waits[n]--; waits[n] == 0 {
				freed = append(freed, n)
			}
		}
		slices.Sort(freed)
		ready = append(ready, freed...)
	}
	for _, name := range names {
		if waits[name] > 0 {
			ordered = append(ordered, steps[name])
		}
	}
	return ordered
}
