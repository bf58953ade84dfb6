package exporter

import (
	"context"
	"errors"
	"fmt"

	"github.com/sgexport/sgexport/graph"
)

// Write sends an inventory to a sink as one graph, which must have a node of each label
// of its schema, and no edge of a type that its schema lacks.
func (inv *Inventory) Write(ctx context.Context, sink graph.Sink) (err error) {
	g, err := inv.Resolve(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	w := &within{Sink: sink, schema: g.Schema(), seen: map[string]bool{}}
	if err := g.Send(w, nil); err != nil {
		return err
	}
	for _, l := range g.Schema().Labels {
		if !w.seen[l.Name] {
			return fmt.Errorf("the schema has %s, and the graph has none", l.Name)
		}
	}
	return nil
}

// within is a sink that takes only what its schema has.
type within struct {
	graph.Sink
	schema *graph.Schema
	seen   map[string]bool
}

func (w *within) Node(n *graph.Node) error {
	if n.Label == nil || w.schema.Label(n.Label.Name) != n.Label {
		return fmt.Errorf("%s is of a label that its schema lacks", n.ID)
	}
	w.seen[n.Label.Name] = true
	return w.Sink.Node(n)
}

func (w *within) Edge(e *graph.Edge) error {
	if e.Type == nil || w.schema.EdgeType(e.Type.Name) != e.Type || !w.seen[e.FromLabel.Name] || !w.seen[e.ToLabel.Name] {
		return fmt.Errorf("an edge from %s is of a type or a label that its schema lacks", e.From)
	}
	return w.Sink.Edge(e)
}
