package cypher

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// manyLabels is a graph of so many labels of their own columns, with rows nodes each,
// and as many types of edges.
func manyLabels(t *testing.T, labels, rows int, text string) *graphtest.Graph {
	t.Helper()
	var all []*graph.Label
	var types []*graph.EdgeType
	for i := range labels {
		all = append(all, &graph.Label{Name: fmt.Sprintf("L%03d", i), Columns: []graph.Column{{Name: fmt.Sprintf("c%03d", i), Type: graph.String}, {Name: "n", Type: graph.Int}}})
		types = append(types, &graph.EdgeType{Name: fmt.Sprintf("T%03d", i)})
	}
	s, err := graph.NewSchema(all, types)
	if err != nil {
		t.Fatal(err)
	}
	g := graphtest.Empty()
	g.Header.Schema = s
	for _, l := range all {
		for i := range rows {
			g.Nodes = append(g.Nodes, &graph.Node{ID: fmt.Sprintf("%s/%05d", l.Name, i), Scope: "1/a", Label: l, Values: []graph.Value{graph.StringValue(text), graph.IntValue(int64(i))}})
		}
	}
	for _, typ := range types {
		for _, n := range g.Nodes[:rows] {
			g.Edges = append(g.Edges, &graph.Edge{Type: typ, From: n.ID, To: n.ID, FromLabel: n.Label, ToLabel: n.Label, Ref: text, Scope: "1/a"})
		}
	}
	g.Sort()
	return g
}

// The number of statements does not grow with that of labels and types: a server plans
// each that looks different.
func TestStatementsDoNotGrowWithLabels(t *testing.T) {
	for _, labels := range []int{1, 10, 100} {
		g := manyLabels(t, labels, 3, "a\nb\tc\x1ed")
		out := write(t, g, Options{})
		graphtest.Equal(t, read(t, out, g.Header), g, graphtest.Options{})
		if n := strings.Count(string(out[OutFile]), "UNWIND split('"); n != 2 {
			t.Errorf("%d labels have %d statements", labels, n)
		}
	}
}

// A label of more rows than may share has a statement of its own.
func TestRowsThatMayShare(t *testing.T) {
	for rows, want := range map[int]int{5: 0, 6: 3} {
		g := manyLabels(t, 3, rows, "x")
		out := write(t, g, Options{SmallRows: 5})
		graphtest.Equal(t, read(t, out, g.Header), g, graphtest.Options{})
		if n := strings.Count(string(out[OutFile]), "SET n:L"); n != want {
			t.Errorf("%d rows a label: %d labels have statements of their own", rows, n)
		}
	}
}

// Blocks whose separators differ share a statement all the same; where together they
// leave none, there are two.
func TestSharedSeparatorsRunOut(t *testing.T) {
	var low, high strings.Builder
	for r := rune(firstPrivate); r <= lastPrivate; r++ {
		if r < 0xee00 {
			low.WriteRune(r)
		} else {
			high.WriteRune(r)
		}
	}
	control := "\x00\x01\x02\x03\x04\x05\x06\x07\b\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"
	for name, c := range map[string]struct {
		texts [3]string
		want  int // statements of nodes
	}{
		"each has one of the first": {[3]string{"\n", "\t", "\f\b"}, 1},
		"a last one is left":        {[3]string{control, low.String(), "x"}, 1},
		"together none is left":     {[3]string{control + low.String(), high.String(), "x"}, 2},
	} {
		g := manyLabels(t, 3, 1, "")
		for i, n := range g.Nodes {
			n.Values[0] = graph.StringValue(c.texts[i])
		}
		out := write(t, g, Options{})
		graphtest.Equal(t, read(t, out, g.Header), g, graphtest.Options{})
		if n := strings.Count(string(out[OutFile]), "MERGE (n:SgResource"); n != c.want {
			t.Errorf("%s: %d statements, want %d", name, n, c.want)
		}
	}
}

// Nothing is allocated for a row once the buffers have grown.
func TestNoAllocationForRows(t *testing.T) {
	g := graphtest.Models(4000)
	files := graphtest.Files{}
	s, err := Options{RowsPerStatement: 1000}.Open(files.Create, g.Header)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range g.Nodes[1:2001] {
		if err := s.Node(n); err != nil {
			t.Fatal(err)
		}
	}
	i := 2001
	if n := testing.AllocsPerRun(900, func() {
		if err := s.Node(g.Nodes[i]); err != nil {
			t.Fatal(err)
		}
		i++
	}); n != 0 {
		t.Errorf("%v allocations a row", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
