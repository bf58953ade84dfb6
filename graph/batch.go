package graph

import (
	"slices"
	"unsafe"
)

// A Batch is a copy of nodes or edges that may be kept after a [Sink] has returned.
// The zero value is an empty one.
type Batch struct {
	Nodes []Node
	Edges []Edge
	Size  int // bytes of text in the values

	values []Value  // of all of them, one after the other
	texts  []string // of all lists and maps among the values
}

// AddNode copies a node into the batch.
func (b *Batch) AddNode(n *Node) {
	b.Nodes = append(b.Nodes, Node{n.ID, n.Scope, n.Label, b.keep(n.Values)})
}

// AddEdge copies an edge into the batch.
func (b *Batch) AddEdge(e *Edge) {
	b.Edges = append(b.Edges, *e)
	b.Edges[len(b.Edges)-1].Values = b.keep(e.Values)
}

// Len returns how many nodes and edges there are.
func (b *Batch) Len() int { return len(b.Nodes) + len(b.Edges) }

// Reset makes the batch empty. It keeps its memory, and nothing of what was in it.
func (b *Batch) Reset() {
	clear(b.Nodes)
	clear(b.Edges)
	clear(b.values)
	clear(b.texts)
	b.Nodes, b.Edges, b.values, b.texts, b.Size = b.Nodes[:0], b.Edges[:0], b.values[:0], b.texts[:0], 0
}

// keep copies values into the batch, their lists and maps too. Text is not copied: it
// never changes.
func (b *Batch) keep(values []Value) []Value {
	b.values = append(b.values, values...)
	kept := slices.Clip(b.values[len(b.values)-len(values):])
	for i := range kept {
		switch v := &kept[i]; v.typ {
		case String, JSON:
			b.Size += int(v.word)
		case Strings, Map:
			*v = sliceValue(v.typ, b.keepTexts(unsafe.Slice((*string)(v.ptr), int(v.word))))
		}
	}
	return kept
}

func (b *Batch) keepTexts(list []string) []string {
	for _, s := range list {
		b.Size += len(s)
	}
	b.texts = append(b.texts, list...)
	return slices.Clip(b.texts[len(b.texts)-len(list):])
}
