package graph

import (
	"fmt"
	"slices"
	"testing"
)

// TestOneTypeForOneColumn makes schemas whose tables could not be read as one.
func TestOneTypeForOneColumn(t *testing.T) {
	version := func(typ Type) []Column { return []Column{{Name: "version", Type: typ}} }
	labels := func(b Type) []*Label {
		return []*Label{{Name: "A", Columns: version(Int)}, {Name: "B", Columns: version(b)}}
	}
	edges := func(columns ...Column) []*EdgeType {
		return []*EdgeType{{Name: "S", Columns: version(Int)}, {Name: "T", Columns: columns}}
	}
	for _, c := range []struct {
		labels []*Label
		edges  []*EdgeType
		want   string
	}{
		{labels(Int), edges(version(Int)...), "<nil>"},
		{labels(String), edges(version(Int)...), "column version is int64 in A and string in B"},
		{labels(Int), edges(), "T has other columns than S"},
		{labels(Int), edges(version(String)...), "T has other columns than S"},
	} {
		_, err := NewSchema(c.labels, c.edges)
		if got := fmt.Sprint(err); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// TestSchemaOf holds that a part of a schema has the labels of a graph, and the rules that
// they own.
func TestSchemaOf(t *testing.T) {
	a, b := &Label{Name: "A"}, &Label{Name: "B"}
	whole, err := NewSchema([]*Label{a, b, {Name: "C"}}, []*EdgeType{
		{Name: "USED", Rules: []Rule{{Owner: "A", Path: "X", Targets: []string{"C"}}, {Owner: "C", Path: "Y"}}},
		{Name: "MADE", Rules: []Rule{{Owner: "C", Path: "Z"}}},
		{Name: "SAID", Rules: []Rule{{Owner: "C", Path: "Z"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	part := whole.Of(map[string]bool{"A": true, "B": true}, map[string]bool{"SAID": true})
	if !slices.Equal(part.Labels, []*Label{a, b}) || part.Label("A") != a || part.Label("C") != nil {
		t.Errorf("the labels are %v", part.Labels)
	}
	if len(part.EdgeTypes) != 2 || part.EdgeType("MADE") != nil || len(part.EdgeType("SAID").Rules) != 0 {
		t.Errorf("the edge types are %v", part.EdgeTypes)
	}
	if r := part.EdgeType("USED").Rules; len(r) != 1 || r[0].Path != "X" || !slices.Equal(r[0].Targets, []string{"C"}) {
		t.Errorf("the rules are %v", r)
	}
	if len(whole.EdgeTypes) != 3 || len(whole.EdgeType("USED").Rules) != 2 {
		t.Error("the whole has changed")
	}
	report := &Report{Scopes: []ScopeReport{
		{Kinds: []KindReport{{Label: "A"}, {Label: "C"}, {Label: "D", Referred: true}}},
		{Kinds: []KindReport{{Label: "C"}, {Label: "0"}}},
	}}
	if got := report.Absent(part); !slices.Equal(got, []string{"0", "C"}) {
		t.Errorf("the kinds without a node are %v", got)
	}
}
