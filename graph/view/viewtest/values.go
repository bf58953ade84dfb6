package viewtest

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/sgexport/sgexport/graph"
)

func makeNode(t testing.TB, label *graph.Label, id string, p Properties) *graph.Node {
	t.Helper()
	n := &graph.Node{ID: id, Label: label, Scope: Scope, Values: make([]graph.Value, len(label.Columns))}
	if isGlobal(label.Name) {
		n.Scope = Global
	}
	p = maps.Clone(p)
	if p["observed"] == nil {
		p["observed"] = true
	}
	for name, v := range p {
		i := label.Column(name)
		switch {
		case name == "scope" && i < 0:
			n.Scope = v.(string)
		case i < 0:
			t.Fatalf("%s has no column %s", label.Name, name)
		case v != nil:
			n.Values[i] = makeValue(t, label.Columns[i], v)
		}
	}
	return n
}

func makeEdge(e *Edge, typ *graph.EdgeType, labels map[string]*graph.Label) *graph.Edge {
	made := &graph.Edge{
		Type: typ, From: e.From, To: e.To, FromLabel: labels[e.From], ToLabel: labels[e.To],
		Path: cmp.Or(e.Path, "Path"), Ref: e.Ref, Scope: Scope, Values: make([]graph.Value, len(typ.Columns)),
	}
	set := func(column string, v graph.Value) {
		if i := typ.Column(column); i >= 0 {
			made.Values[i] = v
		}
	}
	if e.Basis != "" {
		set("basis", graph.StringValue(e.Basis))
	}
	if e.Association != "" {
		set("association_type", graph.StringValue(e.Association))
	}
	if e.Inferred {
		set("inferred", graph.BoolValue(true))
	}
	if e.Ambiguous {
		set("ambiguous", graph.BoolValue(true))
	}
	return made
}

func makeValue(t testing.TB, c graph.Column, v any) graph.Value {
	t.Helper()
	switch c.Type {
	case graph.String:
		return graph.StringValue(v.(string))
	case graph.Bool:
		return graph.BoolValue(v.(bool))
	case graph.Int:
		return graph.IntValue(int64(v.(float64)))
	case graph.Float:
		return graph.FloatValue(v.(float64))
	case graph.Timestamp:
		at, err := time.Parse(time.RFC3339, v.(string))
		if err != nil {
			t.Fatal(err)
		}
		return graph.MicrosValue(at.UnixMicro())
	case graph.Strings:
		list := []string{}
		for _, s := range v.([]any) {
			list = append(list, s.(string))
		}
		return graph.StringsValue(list)
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

// Memory is a graph in memory, of which every value is spoiled after it was read.
type Memory struct {
	Graph struct {
		Nodes []*graph.Node
		Edges []*graph.Edge
	}
}

// Nodes gives each node, and takes its values away afterwards.
func (m *Memory) Nodes(yield func(*graph.Node) error) error {
	for _, n := range m.Graph.Nodes {
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

// Edges gives each edge, and spoils it afterwards.
func (m *Memory) Edges(yield func(*graph.Edge) error) error {
	for _, e := range m.Graph.Edges {
		one := *e
		if err := yield(&one); err != nil {
			return err
		}
		one = graph.Edge{}
	}
	return nil
}
