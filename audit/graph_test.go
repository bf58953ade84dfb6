package audit_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph"
)

// Scopes of graphs in tests.
const (
	testAccount = "111122223333"
	testScope   = testAccount + "/us-east-1"
	testGlobal  = testAccount + "/global"
)

// properties are those of a node in a test, as JSON has them: beside columns,
// observed (true where absent) and unread.
type properties map[string]any

// A testGraph is a graph as tests write it: label → id → properties. A node
// without properties (null) is not there.
type testGraph struct {
	nodes    map[string]map[string]properties
	edges    [][3]string // type, from, to
	unlisted []string    // labels of which not all ids are known
}

// merge returns nodes with those of more on top.
func merge(nodes, more map[string]map[string]properties) map[string]map[string]properties {
	all := map[string]map[string]properties{}
	for _, source := range []map[string]map[string]properties{nodes, more} {
		for label, byID := range source {
			if all[label] == nil {
				all[label] = map[string]properties{}
			}
			for id, p := range byID {
				all[label][id] = maps.Clone(p)
			}
		}
	}
	for _, byID := range all {
		maps.DeleteFunc(byID, func(_ string, p properties) bool { return p == nil })
	}
	return all
}

// testSchema has all labels that are kept, with their columns. Making it takes
// longer than what a test does with it.
var testSchema = sync.OnceValues(func() (*graph.Schema, error) {
	var labels []*graph.Label
	for name, columns := range audit.Kept().Labels {
		columns = append(slices.Clone(columns), graph.Column{Name: "observed", Type: graph.Bool}, graph.Column{Name: "unread", Type: graph.Strings})
		labels = append(labels, &graph.Label{Name: name, Columns: columns})
	}
	var types []*graph.EdgeType
	columns := []graph.Column{
		{Name: "inferred", Type: graph.Bool},
		{Name: "basis", Type: graph.String},
		{Name: "actions", Type: graph.Strings},
		{Name: "via", Type: graph.Strings},
		{Name: "conditional", Type: graph.Bool},
		{Name: "conditions", Type: graph.Strings},
	}
	for _, name := range []string{"CONTAINS", "USED", "REFERENCED", "HAS_EXECUTION_ROLE", "POLICY", "MEMBER_AWS_GROUP", "CAN_INVOKE", "PERMISSIVE_IN", "PUBLIC_IN"} {
		types = append(types, &graph.EdgeType{Name: name, Columns: columns})
	}
	return graph.NewSchema(labels, types)
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
func (g *testGraph) source(t testing.TB) (*memory, *graph.Header, *graph.Report) {
	t.Helper()
	schema, err := testSchema()
	if err != nil {
		t.Fatal(err)
	}
	src := &memory{}
	labels := map[string]*graph.Label{}
	for name, byID := range g.nodes {
		label := schema.Label(name)
		if label == nil {
			t.Fatalf("there is no label %s", name)
		}
		for id, p := range byID {
			src.nodes = append(src.nodes, makeNode(t, label, id, p))
			labels[id] = label
		}
	}
	for _, e := range g.edges {
		if labels[e[1]] == nil || labels[e[2]] == nil {
			continue // an end was taken away
		}
		src.edges = append(src.edges, &graph.Edge{Type: schema.EdgeType(e[0]), From: e[1], To: e[2], FromLabel: labels[e[1]], ToLabel: labels[e[2]], Path: "Path", Scope: testScope})
	}
	slices.SortFunc(src.nodes, graph.CompareNodes)
	slices.SortFunc(src.edges, graph.CompareEdges)
	h := &graph.Header{Schema: schema, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	return src, h, g.report()
}

// isGlobal reports whether a label stands in the scope of the account.
func isGlobal(label string) bool {
	switch label {
	case "AWSAccount", "AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy", "AWSS3Bucket":
		return true
	}
	return false
}

func (g *testGraph) report() *graph.Report {
	region := graph.ScopeReport{Account: testAccount, Region: "us-east-1", Partition: "aws"}
	global := graph.ScopeReport{Account: testAccount, Region: "global", Partition: "aws"}
	for _, label := range slices.Sorted(maps.Keys(audit.Kept().Labels)) {
		k := graph.KindReport{Label: label, State: graph.Complete, Completeness: graph.Completeness{IDs: graph.AllIDs}}
		if slices.Contains(g.unlisted, label) {
			k.State, k.IDs = graph.Denied, graph.NoIDs
		}
		if isGlobal(label) {
			global.Kinds = append(global.Kinds, k)
		} else {
			region.Kinds = append(region.Kinds, k)
		}
	}
	return &graph.Report{Scopes: []graph.ScopeReport{global, region}}
}

func makeNode(t testing.TB, label *graph.Label, id string, p properties) *graph.Node {
	t.Helper()
	n := &graph.Node{ID: id, Label: label, Scope: testScope, Values: make([]graph.Value, len(label.Columns))}
	if isGlobal(label.Name) {
		n.Scope = testGlobal
	}
	p = maps.Clone(p)
	if p["observed"] == nil {
		p["observed"] = true
	}
	for name, v := range p {
		i := label.Column(name)
		if i < 0 {
			t.Fatalf("%s has no column %s", label.Name, name)
		}
		n.Values[i] = makeValue(t, label.Columns[i], v)
	}
	return n
}

func makeValue(t testing.TB, c graph.Column, v any) graph.Value {
	t.Helper()
	texts := func(v any) []string {
		var list []string
		for _, s := range v.([]any) {
			list = append(list, s.(string))
		}
		return list
	}
	switch c.Type {
	case graph.String:
		return graph.StringValue(v.(string))
	case graph.Bool:
		return graph.BoolValue(v.(bool))
	case graph.Int:
		return graph.IntValue(int64(v.(float64)))
	case graph.Strings:
		return graph.StringsValue(texts(v))
	case graph.Map:
		var pairs []string
		for _, k := range slices.Sorted(maps.Keys(v.(map[string]any))) {
			pairs = append(pairs, k, v.(map[string]any)[k].(string))
		}
		return graph.MapValue(pairs)
	case graph.JSON:
		if s, ok := v.(string); ok { // as it is: it may be broken
			return graph.JSONValue(s)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return graph.JSONValue(string(text))
	}
	t.Fatalf("a column of type %s", c.Type)
	return graph.Null
}

// memory is a graph in memory, of which every value is spoiled after it was read.
type memory struct {
	nodes []*graph.Node
	edges []*graph.Edge
}

func (m *memory) Nodes(yield func(*graph.Node) error) error {
	for _, n := range m.nodes {
		one := *n
		one.Values = slices.Clone(n.Values)
		if err := yield(&one); err != nil {
			return err
		}
		clear(one.Values)
		one = graph.Node{}
	}
	return nil
}

func (m *memory) Edges(yield func(*graph.Edge) error) error {
	for _, e := range m.edges {
		one := *e
		if err := yield(&one); err != nil {
			return err
		}
		one = graph.Edge{}
	}
	return nil
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
