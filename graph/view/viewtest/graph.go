package viewtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// The account, and the scopes that nodes stand in unless they say another.
const (
	Account = "111122223333"
	Scope   = Account + "/us-east-1"
	Global  = Account + "/global"
)

// Properties are those of a node, as JSON has them: beside columns, observed (true
// where absent), unread, and scope. Columns of JSON may be texts, which stay as they
// are, and else what the text is to say.
type Properties map[string]any

// Nodes are label → id → properties. A node without properties (null) is not there.
type Nodes map[string]map[string]Properties

// An Edge is one of a Graph. In JSON it may be a list: type, from, to, path, ref, of
// which the last two may be missing.
type Edge struct {
	Type, From, To     string
	Path, Ref          string // Path is Path where it is absent
	Basis, Association string
	Inferred           bool
	Ambiguous          bool
}

// UnmarshalJSON reads a list or an object.
func (e *Edge) UnmarshalJSON(text []byte) error {
	var list []string
	if json.Unmarshal(text, &list) != nil {
		type plain Edge
		return json.Unmarshal(text, (*plain)(e))
	}
	if len(list) < 3 || len(list) > 5 {
		return fmt.Errorf("an edge of %d texts: give type, from, to, path, ref", len(list))
	}
	list = append(list, "", "")
	*e = Edge{Type: list[0], From: list[1], To: list[2], Path: list[3], Ref: list[4]}
	return nil
}

// A Graph is a graph as tests write it. An edge of which an end is not there is not
// there.
type Graph struct {
	Nodes Nodes  `json:"nodes"`
	Edges []Edge `json:"edges"`
	// Unlisted are labels of which not all ids are known: everywhere, or in the scope
	// that stands behind the label and a space.
	Unlisted []string `json:"unlisted"`
}

// Merge returns nodes with those of more on top.
func Merge(nodes, more Nodes) Nodes {
	all := Nodes{}
	for _, source := range []Nodes{nodes, more} {
		for label, byID := range source {
			if all[label] == nil {
				all[label] = map[string]Properties{}
			}
			for id, p := range byID {
				all[label][id] = maps.Clone(p)
			}
		}
	}
	for _, byID := range all {
		maps.DeleteFunc(byID, func(_ string, p Properties) bool { return p == nil })
	}
	return all
}

// Schema returns one that has exactly what is kept, and some edge types more.
// Making it takes longer than most tests do with it: make it once.
func Schema(keep *view.Keep, more ...string) (*graph.Schema, error) {
	var labels []*graph.Label
	for name, columns := range keep.Labels {
		columns = append(slices.Clone(columns), graph.Column{Name: "observed", Type: graph.Bool}, graph.Column{Name: "unread", Type: graph.Strings})
		labels = append(labels, &graph.Label{Name: name, Columns: columns})
	}
	columns := []graph.Column{
		{Name: "inferred", Type: graph.Bool},
		{Name: "basis", Type: graph.String},
		{Name: "ambiguous", Type: graph.Bool},
		{Name: "association_type", Type: graph.String},
		{Name: "actions", Type: graph.Strings},
		{Name: "via", Type: graph.Strings},
		{Name: "conditional", Type: graph.Bool},
		{Name: "conditions", Type: graph.Strings},
	}
	names := map[string]bool{}
	for _, name := range more {
		names[name] = true
	}
	for name := range keep.Edges {
		names[name] = true
	}
	var types []*graph.EdgeType
	for name := range names {
		types = append(types, &graph.EdgeType{Name: name, Columns: columns})
	}
	return graph.NewSchema(labels, types)
}

// Read brings the graph through the loader.
func (g *Graph) Read(t testing.TB, schema *graph.Schema, keep *view.Keep) *view.Graph {
	t.Helper()
	src, h, report := g.Source(t, schema)
	read, err := view.Read(src, h, report, keep)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// Source returns the graph as a snapshot of the second of January 2026 holds it.
func (g *Graph) Source(t testing.TB, schema *graph.Schema) (*Memory, *graph.Header, *graph.Report) {
	t.Helper()
	src := &Memory{}
	labels := map[string]*graph.Label{}
	for name, byID := range g.Nodes {
		label := schema.Label(name)
		if label == nil {
			t.Fatalf("there is no label %s", name)
		}
		for id, p := range byID {
			src.Graph.Nodes = append(src.Graph.Nodes, makeNode(t, label, id, p))
			labels[id] = label
		}
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		typ := schema.EdgeType(e.Type)
		if typ == nil {
			t.Fatalf("there is no edge type %s", e.Type)
		}
		if labels[e.From] != nil && labels[e.To] != nil {
			src.Graph.Edges = append(src.Graph.Edges, makeEdge(e, typ, labels))
		}
	}
	slices.SortFunc(src.Graph.Nodes, graph.CompareNodes)
	slices.SortFunc(src.Graph.Edges, graph.CompareEdges)
	h := &graph.Header{Schema: schema, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	return src, h, g.Report(schema)
}

// isGlobal reports whether a label stands in the scope of the account.
func isGlobal(label string) bool {
	switch label {
	case "AWSAccount", "AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy", "AWSS3Bucket":
		return true
	}
	return false
}

// Report says that all labels of a schema were listed in every scope, but for those
// that are not.
func (g *Graph) Report(schema *graph.Schema) *graph.Report {
	scopes := map[string]bool{Scope: true, Global: true}
	for _, byID := range g.Nodes {
		for _, p := range byID {
			if scope, ok := p["scope"].(string); ok {
				scopes[scope] = true
			}
		}
	}
	report := &graph.Report{}
	for _, scope := range slices.Sorted(maps.Keys(scopes)) {
		account, region, _ := strings.Cut(scope, "/")
		s := graph.ScopeReport{Account: account, Region: region, Partition: "aws"}
		for _, label := range schema.Labels {
			if isGlobal(label.Name) != (region == "global") {
				continue
			}
			k := graph.KindReport{Label: label.Name, State: graph.Complete, Completeness: graph.Completeness{IDs: graph.AllIDs}}
			if slices.Contains(g.Unlisted, label.Name) || slices.Contains(g.Unlisted, label.Name+" "+scope) {
				k.State, k.IDs = graph.Denied, graph.NoIDs
			}
			s.Kinds = append(s.Kinds, k)
		}
		report.Scopes = append(report.Scopes, s)
	}
	return report
}
