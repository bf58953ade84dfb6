package resolve

import (
	"context"
	"crypto/sha256"
	"errors"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// Input is what there is to resolve.
type Input struct {
	Labels *catalog.Table
	IDs    *catalog.Claims // of all that the logs name
	Schema *graph.Schema   // of all labels
	Logs   []record.Log
	Report *graph.Report // what is left out of derived edges is added to it
	Dir    string        // for what does not fit into memory
	Chunks Chunks
	// Keep is given, in the order of the nodes, the records of resources of which nothing
	// changes any more, as text; nil for none.
	Keep func(label, scope, text string) error
}

// A Deriver makes edges of what nodes say together. It is told of each node, in the
// sink's order, and then asked for the edges: between nodes that it was told of, and
// each once. It keeps nothing of what it is given.
type Deriver interface {
	Node(*graph.Node) error
	Edges(add func(*graph.Edge) error) error
}

// A Graph is what was read, resolved: nodes and edges in two sorters. Its schema is
// known before the first node is sent.
type Graph struct{ writer *writer }

// Prepare reads the spool once into nodes, edges and joins; the joins, sorted, give
// the edges whose other end has to be looked up. The caller closes the graph.
//
// Three external sorts do the work, so memory does not grow with the inventory.
func Prepare(ctx context.Context, in Input) (*Graph, error) {
	if in.IDs == nil {
		in.IDs = catalog.NewClaims(in.Labels)
	}
	if in.Chunks == (Chunks{}) {
		in.Chunks = usualChunks
	}
	w := &writer{
		Input: in, stubs: map[identity]bool{}, derivations: catalog.Derivations(), rules: map[string][]catalog.Rule{},
		labels: map[string]bool{}, types: map[string]bool{},
		nodes: spool.NewSorter(ctx, in.Dir, in.Chunks.Nodes),
		edges: spool.NewSorter(ctx, in.Dir, in.Chunks.Edges),
		joins: spool.NewSorter(ctx, in.Dir, in.Chunks.Joins),
	}
	g := &Graph{w}
	if err := w.prepare(); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	w.Schema = w.Schema.Of(w.labels, w.types)
	return g, nil
}

// Schema is the vocabulary of the graph: the labels of its nodes, and the edge types
// that can be between them.
func (g *Graph) Schema() *graph.Schema { return g.writer.Schema }

// Send sends the graph to a sink: all nodes, then all edges, each once, in the sink's
// order. It does not close the sink. d adds edges, and is nil for none. It may be
// called once.
func (g *Graph) Send(sink graph.Sink, d Deriver) error {
	w := g.writer
	if d == nil {
		if err := w.sendNodes(sink); err != nil {
			return err
		}
		return w.sendEdges(sink)
	}
	if err := w.sendNodes(&tee{sink, d}); err != nil {
		return err
	}
	if err := d.Edges(w.derived); err != nil {
		return err
	}
	return w.sendEdges(sink)
}

// Close removes the sorters' files. It may be called again.
func (g *Graph) Close() error {
	return errors.Join(g.writer.nodes.Close(), g.writer.edges.Close(), g.writer.joins.Close())
}

// prepare fills the sorters.
func (w *writer) prepare() error {
	for i := range w.Logs {
		if err := w.log(&w.Logs[i]); err != nil {
			return err
		}
	}
	for i := range w.Report.Scopes {
		s := &w.Report.Scopes[i]
		if err := w.stub(s.ID(), catalog.Reference{Label: catalog.AccountLabel, ID: s.Account}); err != nil {
			return err
		}
	}
	return w.join()
}

// A tee is a sink whose nodes go to a deriver too.
type tee struct {
	graph.Sink
	deriver Deriver
}

// Node implements graph.Sink.
func (t *tee) Node(n *graph.Node) error {
	if err := t.deriver.Node(n); err != nil {
		return err
	}
	return t.Sink.Node(n)
}

// Chunks are how many bytes each sorter holds in memory.
type Chunks struct{ Nodes, Edges, Joins int }

// usualChunks leave most of a gigabyte to the formats.
var usualChunks = Chunks{Nodes: 64 << 20, Edges: 64 << 20, Joins: 64 << 20}

type writer struct {
	Input
	derivations []catalog.Derivation
	rules       map[string][]catalog.Rule // by label

	labels, types map[string]bool // that the graph has a node or an edge of

	nodes *spool.Sorter // label, id
	edges *spool.Sorter // type, from, to, path, ref
	joins *spool.Sorter // what a definition and what asks for it have in common

	stubs    map[identity]bool // nodes that references told of, lately
	key, buf []byte
	rec      record.Record // the one that is read
}

// log reads one file of the spool.
func (w *writer) log(l *record.Log) error {
	var read func(text string) error
	switch l.Content {
	case record.Resources:
		e := w.Labels.Entry(l.Label)
		read = func(text string) error { return w.record(e, l.Scope, text) }
	case record.Edges:
		read = func(text string) error { return w.swept(l, text) }
	case record.Unread:
		read = w.unread
	default:
		read = w.tags
	}
	return spool.ReadLog(l.Path, read)
}

// rulesOf returns the rules of a label; a reference has the index of its own.
func (w *writer) rulesOf(e *catalog.Entry) []catalog.Rule {
	rules, ok := w.rules[e.Label]
	if !ok {
		rules = e.Rules()
		w.rules[e.Label] = rules
	}
	return rules
}

// record writes what one resource gives: its node, the edges whose both ends
// are known, and what has to be joined.
func (w *writer) record(e *catalog.Entry, at *record.Scope, text string) error {
	rec := &w.rec
	if err := rec.Decode(text); err != nil {
		return err
	}
	scope := at.ID()
	if err := w.observed(e.Label, rec.ID, rankOf(at, rec.ID), scope, text); err != nil {
		return err
	}
	if err := w.identities(e, at, rec); err != nil {
		return err
	}
	o := owner{e.Label, rec.ID, at, createdOf(w.Schema.Label(e.Label), rec.Values)}
	rules := w.rulesOf(e)
	for i := range rec.Refs {
		f := &rec.Refs[i]
		rule := &rules[f.Rule]
		if err := w.reference(&o, rule, f); err != nil {
			return err
		}
		if err := w.derive(&o, rule, f); err != nil {
			return err
		}
	}
	return nil
}

// rankOf is the rank of a resource that was read in a scope.
func rankOf(at *record.Scope, id string) byte {
	if a, ok := names.ParseARN(id); ok && a.Account != "" && a.Account != at.Account {
		return rankShared
	}
	return rankObserved
}

// An owner is the resource that has a reference field.
type owner struct {
	label, id string
	at        *record.Scope
	created   string
}

// identity is the hash of a key.
type identity [16]byte

func identityOf(key []byte) identity {
	sum := sha256.Sum256(key)
	return identity(sum[:16])
}
