package audit_test

import (
	"cmp"
	"encoding/json"
	"sync"
	"testing"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view/viewtest"
)

// Scopes of graphs in tests.
const (
	testAccount = viewtest.Account
	testScope   = viewtest.Scope
	testGlobal  = viewtest.Global
)

// properties are those of a node in a test.
type properties = viewtest.Properties

// A testGraph is a graph as tests write it, see [viewtest.Graph].
type testGraph struct {
	nodes    map[string]map[string]properties
	edges    [][3]string // type, from, to
	unlisted []string    // labels of which not all ids are known
}

// merge returns nodes with those of more on top.
func merge(nodes, more map[string]map[string]properties) map[string]map[string]properties {
	return viewtest.Merge(nodes, more)
}

// testSchema has all labels that are kept, with their columns. Making it takes
// longer than what a test does with it.
var testSchema = sync.OnceValues(func() (*graph.Schema, error) {
	return viewtest.Schema(audit.Kept(), "CAN_INVOKE", "PERMISSIVE_IN", "PUBLIC_IN")
})

// read brings a graph through the loader.
func (g *testGraph) read(t testing.TB) *audit.Graph {
	t.Helper()
	src, h, report := g.source(t)
	read, err := audit.Read(src, h, report)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// source is the graph as a snapshot holds it.
func (g *testGraph) source(t testing.TB) (*viewtest.Memory, *graph.Header, *graph.Report) {
	t.Helper()
	schema, err := testSchema()
	if err != nil {
		t.Fatal(err)
	}
	whole := &viewtest.Graph{Nodes: g.nodes, Unlisted: g.unlisted}
	for _, e := range g.edges {
		whole.Edges = append(whole.Edges, viewtest.Edge{Type: e[0], From: e[1], To: e[2]})
	}
	return whole.Source(t, schema)
}

// answers is what a report says, by resource, as JSON has it.
func answers(t testing.TB, r *audit.Report) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for i := range r.Exposure {
		text, err := json.Marshal(&r.Exposure[i])
		if err != nil {
			t.Fatal(err)
		}
		one := map[string]any{}
		if err := json.Unmarshal(text, &one); err != nil {
			t.Fatal(err)
		}
		all[r.Exposure[i].Resource] = one
	}
	for i := range r.Buckets {
		text, err := json.Marshal(&r.Buckets[i])
		if err != nil {
			t.Fatal(err)
		}
		one := map[string]any{}
		if err := json.Unmarshal(text, &one); err != nil {
			t.Fatal(err)
		}
		all[r.Buckets[i].Bucket] = one
	}
	return all
}

// worst is how bad an answer is at most.
func worst(answer map[string]any) audit.Level {
	could, _ := answer["could_be"].(string)
	level, _ := answer["level"].(string)
	return audit.Level(cmp.Or(could, level))
}
