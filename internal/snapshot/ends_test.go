package snapshot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// Of any number of nodes, each is found, and only with its own label.
func TestEnds(t *testing.T) {
	schema, err := graph.NewSchema([]*graph.Label{{Name: "A"}, {Name: "B"}}, []*graph.EdgeType{{Name: "T"}})
	if err != nil {
		t.Fatal(err)
	}
	a, b, typ := schema.Label("A"), schema.Label("B"), schema.EdgeType("T")
	for _, n := range []int{0, 1, 5, 1000, 30_000} {
		ends := snapshot.NewEnds(t.Context())
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		id := func(i int) string { return fmt.Sprintf("arn:%d", i) }
		for i := range n {
			must(ends.Node(&graph.Node{ID: id(i), Label: a}))
		}
		for i := range n {
			must(ends.Edge(&graph.Edge{Type: typ, From: id(i), FromLabel: a, To: id(n - 1 - i), ToLabel: a}))
		}
		if len(ends.Problems()) > 0 {
			t.Errorf("%d nodes: %q", n, ends.Problems())
		}
		must(ends.Edge(&graph.Edge{Type: typ, From: id(n), FromLabel: a, To: id(0), ToLabel: b}))
		must(ends.Close())
		got := ends.Problems()
		if len(got) != 2 || !strings.HasSuffix(got[0], fmt.Sprintf("there is no A %q", id(n))) || !strings.HasSuffix(got[1], `there is no B "arn:0"`) {
			t.Errorf("%d nodes: %q", n, got)
		}
	}
	ends := snapshot.NewEnds(t.Context())
	for _, n := range []*graph.Node{{ID: "x", Label: a}, {ID: "y", Label: a}, {ID: "x", Label: b}} {
		if err := ends.Node(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := ends.Close(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1 nodes have the same id as a node of another label"}; !slices.Equal(ends.Problems(), want) {
		t.Errorf("got %q, want %q", ends.Problems(), want)
	}
}
