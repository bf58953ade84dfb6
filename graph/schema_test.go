package graph

import (
	"fmt"
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
