package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

// demoAncestry is testdata/lineage/demo.json, which says what its parts mean.
type demoAncestry struct {
	About     []string                `json:"about"`
	Endpoints map[string]demoUpstream `json:"endpoints"`
	CameOf    map[string][][4]string  `json:"came of"`
	Down      []demoDownstream        `json:"down"`
	Pipelines map[string]demoPipeline `json:"pipelines"`
}

type demoUpstream struct {
	Upstream []string `json:"upstream"`
	Notes    []string `json:"notes"`
}

type demoDownstream struct {
	Start     string   `json:"start"`
	Prefix    string   `json:"prefix"`
	Endpoints []string `json:"endpoints"`
	Has       []string `json:"has"`
	Lacks     []string `json:"lacks"`
	Why       string   `json:"why"`
}

type demoPipeline struct {
	Steps     map[string][]string `json:"steps"`
	Endpoints []string            `json:"endpoints"`
	Why       string              `json:"why"`
}

func readDemoAncestry(t *testing.T) *demoAncestry {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "lineage", "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := &demoAncestry{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		t.Fatal(err)
	}
	return d
}

// demoRegions are how the answers begin an ARN of the demo account.
var demoRegions = []struct{ arn, short string }{
	{"arn:aws:sagemaker:us-east-1:012345678901:", ""},
	{"arn:aws:sagemaker:eu-west-1:012345678901:", "eu:"},
}

// shortID is an id, or what an edge says, as the answers have it.
func shortID(id string) string {
	for _, r := range demoRegions {
		if rest, ok := strings.CutPrefix(id, r.arn); ok {
			return r.short + rest
		}
	}
	return id
}

// longID undoes shortID for an id that has a slash.
func longID(short string) string {
	if strings.HasPrefix(short, "arn:") || !strings.Contains(short, "/") {
		return short
	}
	if rest, ok := strings.CutPrefix(short, demoRegions[1].short); ok {
		return demoRegions[1].arn + rest
	}
	return demoRegions[0].arn + short
}

// demoGraph reads what lineage needs of the demo account.
func demoGraph(t *testing.T) *view.Graph {
	t.Helper()
	snap, err := snapshot.Open(export(t, "--format", "jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	g, err := view.Read(jsonl.NewReader(snap.Open, snap.Schema), snap.Header(), &snap.Manifest.Report, lineage.Keep())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestLineageDemo compares the lineage of the demo account with what was worked out
// by hand, both ways.
func TestLineageDemo(t *testing.T) {
	g, d := demoGraph(t), readDemoAncestry(t)
	l := lineage.New(g)
	t.Run("endpoints", func(t *testing.T) {
		want, got := items{}, items{}
		for _, endpoint := range slices.Sorted(maps.Keys(d.Endpoints)) {
			want.add(t, endpoint)
		}
		for _, n := range g.Nodes("AWSSageMakerEndpoint") {
			got.add(t, shortID(n.ID))
		}
		sameItems(t, want, got)
	})
	for _, endpoint := range slices.Sorted(maps.Keys(d.Endpoints)) {
		t.Run(endpoint, func(t *testing.T) { d.compareUp(t, l, endpoint) })
	}
	for _, e := range d.Down {
		t.Run("down from "+strings.TrimSuffix(e.Start+"/"+e.Prefix, "/"), func(t *testing.T) { e.compare(t, l) })
	}
	t.Run("pipelines", func(t *testing.T) { d.comparePipelines(t, l) })
}

// compareUp compares what is upstream of an endpoint.
func (d *demoAncestry) compareUp(t *testing.T, l *lineage.Lineage, endpoint string) {
	t.Helper()
	expected := d.Endpoints[endpoint]
	if len(expected.Notes) == 0 {
		t.Error("there is no reason")
	}
	want, got := items{}, items{}
	for _, id := range expected.Upstream {
		want.add(t, "node", id)
	}
	edges := map[[4]string]bool{}
	for _, id := range append([]string{endpoint}, expected.Upstream...) {
		for _, e := range d.CameOf[id] {
			edges[e] = true
			for _, end := range []string{e[0], e[2]} {
				if end != endpoint && !want["node | "+end] {
					t.Errorf("the answers are wrong: %q leads to %s, which is not upstream", e, end)
				}
			}
		}
	}
	for e := range edges {
		want.add(t, e[:]...)
	}
	walk := l.Of(lineage.Start{ID: longID(endpoint)}, lineage.Options{Up: true})
	for _, n := range walk.Nodes {
		if n.ID != longID(endpoint) {
			got.add(t, "node", shortID(n.ID))
		}
	}
	for _, e := range walk.Edges {
		// Fields that say the same are several edges, and one to a person.
		got[strings.Join([]string{shortID(e.From), e.Type, shortID(e.To), shortID(e.Ref)}, " | ")] = true
	}
	sameItems(t, want, got)
}

// compare looks at what is downstream of a start.
func (e *demoDownstream) compare(t *testing.T, l *lineage.Lineage) {
	t.Helper()
	if e.Why == "" {
		t.Error("there is no reason")
	}
	walk := l.Of(lineage.Start{ID: longID(e.Start), Prefix: e.Prefix}, lineage.Options{Down: true})
	want, got, all := items{}, items{}, map[string]bool{}
	for _, endpoint := range e.Endpoints {
		want.add(t, endpoint)
	}
	for _, n := range walk.Nodes {
		all[shortID(n.ID)] = true
		if slices.Contains(n.Labels, "AWSSageMakerEndpoint") {
			got.add(t, shortID(n.ID))
		}
	}
	sameItems(t, want, got)
	for _, id := range e.Has {
		if !all[id] {
			t.Errorf("it lacks %s", id)
		}
	}
	for _, id := range e.Lacks {
		if all[id] {
			t.Errorf("it has %s", id)
		}
	}
}

// comparePipelines compares the steps of each pipeline, and who serves what it made.
func (d *demoAncestry) comparePipelines(t *testing.T, l *lineage.Lineage) {
	t.Helper()
	want, got := items{}, items{}
	for pipeline, p := range d.Pipelines {
		if p.Why == "" {
			t.Errorf("%s: there is no reason", pipeline)
		}
		for step, needs := range p.Steps {
			want.add(t, append([]string{pipeline, "step", step}, needs...)...)
		}
		for _, endpoint := range p.Endpoints {
			want.add(t, pipeline, "endpoint", endpoint)
		}
	}
	for _, p := range l.Pipelines() {
		pipeline := shortID(p.Pipeline)
		seen := map[string]bool{}
		for i := range p.Steps {
			s := &p.Steps[i]
			got.add(t, append([]string{pipeline, "step", s.Name}, slices.Sorted(slices.Values(s.DependsOn))...)...)
			for _, need := range s.DependsOn {
				if !seen[need] {
					t.Errorf("%s: %s stands before %s, which it depends on", pipeline, s.Name, need)
				}
			}
			seen[s.Name] = true
		}
		for _, e := range p.Endpoints {
			got.add(t, pipeline, "endpoint", shortID(e.Endpoint))
			made := slices.ContainsFunc(p.Executions, func(run lineage.PipelineRun) bool {
				return slices.ContainsFunc(run.Ran, func(ran lineage.PipelineRan) bool { return slices.Contains(ran.Resources, e.Endpoint) })
			})
			if made != (len(e.Through) == 0) {
				t.Errorf("%s: %s depends on it through %q", pipeline, e.Endpoint, e.Through)
			}
		}
	}
	sameItems(t, want, got)
}

// sameItems says how two differ.
func sameItems(t *testing.T, want, got items) {
	t.Helper()
	for _, line := range minus(want, got) {
		t.Errorf("it lacks %s", line)
	}
	for _, line := range minus(got, want) {
		t.Errorf("it has %s", line)
	}
}
