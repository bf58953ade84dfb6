package graphtest

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
)

// The graphs are what the suite promises: sorted, every end there, no twins.
func TestGraphsAreWellFormed(t *testing.T) {
	for name, g := range map[string]*Graph{"empty": Empty(), "sample": Sample(), "hostile": Hostile()} {
		t.Run(name, func(t *testing.T) { wellFormed(t, g) })
	}
}

func wellFormed(t *testing.T, g *Graph) {
	t.Helper()
	ids := map[string]bool{}
	for i, n := range g.Nodes {
		if i > 0 && graph.CompareNodes(g.Nodes[i-1], n) >= 0 {
			t.Errorf("node %d is out of order or there twice", i)
		}
		if len(n.Values) != len(n.Label.Columns) {
			t.Errorf("node %d has %d values for %d columns", i, len(n.Values), len(n.Label.Columns))
		}
		for j, v := range n.Values {
			if !v.IsNull() && v.Type() != n.Label.Columns[j].Type {
				t.Errorf("node %d: %s is a %s", i, n.Label.Columns[j].Name, v.Type())
			}
		}
		if ids[n.ID] {
			t.Errorf("node %d has the id of another", i)
		}
		ids[n.ID] = true
	}
	for i, e := range g.Edges {
		if i > 0 && graph.CompareEdges(g.Edges[i-1], e) >= 0 {
			t.Errorf("edge %d is out of order or there twice", i)
		}
		if !ids[e.From] || !ids[e.To] {
			t.Errorf("edge %d lacks an end", i)
		}
	}
}

func TestAppendJSONReadsBack(t *testing.T) {
	for _, s := range HostileText() {
		var got string
		if err := json.Unmarshal(graph.AppendQuoted(nil, s), &got); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if got != s {
			t.Errorf("got %q, want %q", got, s)
		}
	}
	for _, f := range []float64{0, 1, -1.5, 0.1, 1e22, 5e-324, math.MaxFloat64, 1e-7, 123456789} {
		text := string(graph.AppendFloat(nil, f))
		var got float64
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != f {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
		if !strings.ContainsAny(text, ".e") {
			t.Errorf("%s would be read as an integer", text)
		}
	}
	if got := string(graph.AppendQuoted(nil, "a\xffb")); got != "\"a\ufffdb\"" {
		t.Errorf("bytes that are not UTF-8: got %s", got)
	}
}

func TestTimestampReadsBack(t *testing.T) {
	for _, us := range []int64{0, 1, -1, 1767323045678901, 253402300799999999} {
		text := string(graph.AppendTimestamp(nil, us))
		if got, err := graph.ParseTimestamp(text); err != nil || got != us {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, us)
		}
	}
}

func TestValueTypes(t *testing.T) {
	if graph.Null.Type() != 0 || !graph.Null.IsNull() || graph.StringValue("").IsNull() || graph.StringsValue(nil).IsNull() {
		t.Error("null is not told apart from empty")
	}
	if graph.StringsValue(nil).Equal(graph.Null) || graph.StringValue("1").Equal(graph.JSONValue("1")) || graph.FloatValue(0).Equal(graph.FloatValue(math.Copysign(0, -1))) {
		t.Error("values that differ are equal")
	}
	for _, typ := range []graph.Type{graph.String, graph.Int, graph.Float, graph.Bool, graph.Timestamp, graph.JSON, graph.Strings, graph.Map} {
		if got, ok := graph.ParseType(typ.String()); !ok || got != typ {
			t.Errorf("%v does not read back", typ)
		}
	}
}
