package graph

import (
	"fmt"
	"slices"
	"testing"
)

// What is kept stays what it was, whatever becomes of what was given and however the
// batch grows.
func TestBatch(t *testing.T) {
	label := &Label{Name: "A", Columns: []Column{{Name: "list", Type: Strings}, {Name: "map", Type: Map}, {Name: "text", Type: String}}}
	var b Batch
	for round := range 2 {
		list, pairs := make([]string, 2), make([]string, 2)
		values := make([]Value, 3)
		for i := range 1000 {
			text := fmt.Sprint(round, " ", i)
			list[0], list[1], pairs[0], pairs[1] = text, "l", "k", text
			values[0], values[1], values[2] = StringsValue(list), MapValue(pairs), StringValue(text)
			b.AddNode(&Node{ID: text, Label: label, Values: values})
			b.AddEdge(&Edge{From: text, Values: values[2:]})
		}
		if b.Len() != 2000 || len(b.Nodes) != 1000 {
			t.Fatalf("%d rows, %d nodes", b.Len(), len(b.Nodes))
		}
		size := 0
		for i := range 1000 {
			text := fmt.Sprint(round, " ", i)
			n, e := b.Nodes[i], b.Edges[i]
			if n.ID != text || !slices.Equal(n.Values[0].Strings(), []string{text, "l"}) || !slices.Equal(n.Values[1].Pairs(), []string{"k", text}) || n.Values[2].Text() != text {
				t.Fatalf("node %d is %v", i, n)
			}
			if e.From != text || len(e.Values) != 1 || e.Values[0].Text() != text {
				t.Fatalf("edge %d is %v", i, e)
			}
			size += 4*len(text) + 2
		}
		if b.Size != size {
			t.Errorf("size %d, want %d", b.Size, size)
		}
		b.Reset()
		if b.Len() != 0 || b.Size != 0 {
			t.Error("it is not empty")
		}
	}
}
