package graphtest

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/sgexport/sgexport/graph"
)

// A seed is one graph, another seed is another, and each is one that a sink may be
// given.
func TestRandom(t *testing.T) {
	ones := map[string]bool{}
	for seed := range uint64(20) {
		g := Random(seed)
		wellFormed(t, g)
		texts := textsOf(g)
		if !bytes.Equal(texts, textsOf(Random(seed))) || !utf8.Valid(texts) {
			t.Errorf("seed %d: another graph the second time, or one that is not UTF-8", seed)
		}
		ones[string(texts)] = true
	}
	if len(ones) != 20 {
		t.Errorf("20 seeds made %d graphs", len(ones))
	}
}

// textsOf returns all texts of a graph, as they are.
func textsOf(g *Graph) []byte {
	var all []byte
	values := func(values []graph.Value) {
		for _, v := range values {
			switch v.Type() {
			case graph.String, graph.JSON:
				all = append(all, v.Text()...)
			case graph.Strings:
				for _, s := range v.Strings() {
					all = append(all, s...)
				}
			case graph.Map:
				for _, s := range v.Pairs() {
					all = append(all, s...)
				}
			}
		}
	}
	for _, n := range g.Nodes {
		all = append(append(all, n.ID...), n.Scope...)
		values(n.Values)
	}
	for _, e := range g.Edges {
		all = append(append(append(all, e.Path...), e.Ref...), e.Scope...)
		values(e.Values)
	}
	return all
}

func TestLarge(t *testing.T) {
	large := NewLarge(1000)
	g := &Graph{Header: large.Header}
	err := large.Nodes(func(n *graph.Node) error {
		one := *n
		one.Values = cloneValues(n.Values)
		g.Nodes = append(g.Nodes, &one)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = large.Edges(func(e *graph.Edge) error {
		one := *e
		g.Edges = append(g.Edges, &one)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, g)
	if len(g.Edges) != 3000 {
		t.Errorf("%d edges", len(g.Edges))
	}
}
