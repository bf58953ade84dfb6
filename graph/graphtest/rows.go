package graphtest

import (
	"errors"

	"github.com/sgexport/sgexport/graph"
)

// Rows are the nodes and edges of a graph in memory, so that writing them measures
// the writer alone.
type Rows struct{ Nodes, Edges []*graph.Batch }

// Keep makes all rows of a graph.
func Keep(g interface {
	Nodes(yield func(*graph.Node) error) error
	Edges(yield func(*graph.Edge) error) error
},
) Rows {
	var r Rows
	err := errors.Join(
		g.Nodes(func(n *graph.Node) error { last(&r.Nodes).AddNode(n); return nil }),
		g.Edges(func(e *graph.Edge) error { last(&r.Edges).AddEdge(e); return nil }))
	if err != nil {
		panic(err) // neither function fails
	}
	return r
}

// last is the batch that a row is added to.
func last(list *[]*graph.Batch) *graph.Batch {
	const each = 1000 // rows
	if n := len(*list); n == 0 || (*list)[n-1].Len() == each {
		*list = append(*list, &graph.Batch{})
	}
	return (*list)[len(*list)-1]
}

// Len returns how many nodes and edges there are.
func (r Rows) Len() (n int) {
	for _, list := range [][]*graph.Batch{r.Nodes, r.Edges} {
		for _, b := range list {
			n += b.Len()
		}
	}
	return n
}

// Write sends the rows through one sink.
func (r Rows) Write(h *graph.Header, open graph.Open, create graph.Create) error {
	sink, err := open(create, h)
	if err != nil {
		return err
	}
	for _, b := range r.Nodes {
		for i := 0; i < len(b.Nodes) && err == nil; i++ {
			err = sink.Node(&b.Nodes[i])
		}
	}
	for _, b := range r.Edges {
		for i := 0; i < len(b.Edges) && err == nil; i++ {
			err = sink.Edge(&b.Edges[i])
		}
	}
	return errors.Join(err, sink.Close())
}
