package resolve

import (
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

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
	// changes any more, as text that is there until Keep returns; nil for none.
	Keep func(label, scope, text string) error
	// Taken counts the resources that Prepare has taken up; nil for nobody.
	Taken *atomic.Int64
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
	w := newWriter(ctx, in)
	g := &Graph{w}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

// Schema is the vocabulary of the graph: the labels of its nodes, and the edge types
// that can be between them.
func (g *Graph) Schema() *graph.Schema { return g.writer.Schema }

// AtMost is how many nodes and edges there are at most: several records may be of one. What
// a Deriver adds is not known yet.
func (g *Graph) AtMost() (nodes, edges int64) { return g.writer.nodes.Len(), g.writer.edges.Len() }

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
	if err := d.Edges(w.workers[0].derived); err != nil {
		return err
	}
	return w.sendEdges(sink)
}

// Close removes the sorters' files. It may be called again.
func (g *Graph) Close() error {
	return errors.Join(g.writer.nodes.Close(), g.writer.edges.Close(), g.writer.joins.Close())
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

// mostWorkers share the memory of the sorters: with more, runs become too short.
const mostWorkers = 4

// A writer is what its workers have in common.
type writer struct {
	Input
	*codes
	derivations []catalog.Derivation
	workers     []*worker

	nodes *spool.Sorter // label, id
	edges *spool.Sorter // type, from, to, path, ref
	joins *spool.Sorter // what a definition and what asks for it have in common
}

func newWriter(ctx context.Context, in Input) *writer {
	if in.IDs == nil {
		in.IDs = catalog.NewClaims(in.Labels)
	}
	if in.Chunks == (Chunks{}) {
		in.Chunks = usualChunks
	}
	n := min(runtime.GOMAXPROCS(0), mostWorkers)
	w := &writer{
		Input: in, derivations: catalog.Derivations(),
		nodes: spool.NewSharedSorter(ctx, in.Dir, in.Chunks.Nodes, n),
		edges: spool.NewSharedSorter(ctx, in.Dir, in.Chunks.Edges, n),
		joins: spool.NewSharedSorter(ctx, in.Dir, in.Chunks.Joins, n),
	}
	w.codes = newCodes(&w.Input, w.derivations)
	for i := range n {
		w.workers = append(w.workers, newWorker(w, i))
	}
	return w
}

// prepare fills the sorters.
func (w *writer) prepare(ctx context.Context) error {
	if err := w.readLogs(ctx); err != nil {
		return err
	}
	for i := range w.Report.Scopes {
		s := &w.Report.Scopes[i]
		if _, err := w.workers[0].stub(w.scopeOf[s.ID()], w.byName[catalog.AccountLabel], s.Account, ""); err != nil {
			return err
		}
	}
	if err := w.join(ctx); err != nil {
		return err
	}
	labels, types := map[string]bool{}, map[string]bool{}
	for _, one := range w.workers {
		for i, k := range w.kinds {
			labels[k.label.Name] = labels[k.label.Name] || one.hasLabel[i]
		}
		for i, name := range w.types {
			types[name] = types[name] || one.hasType[i]
		}
		one.report()
	}
	w.reportLeftOut()
	w.Schema = w.Schema.Of(labels, types)
	return nil
}

// A logBlock is a part of a log.
type logBlock struct {
	*spool.Block
	log *record.Log
}

// readLogs has the workers take up all logs: in which order does not matter, for all is
// sorted.
func (w *writer) readLogs(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	blocks := make(chan logBlock, 2*len(w.workers))
	group.Go(graph.NoPanic(func() error {
		defer close(blocks)
		for i := range w.Logs {
			l := &w.Logs[i]
			err := spool.ReadBlocks(l.Path, func(b *spool.Block) error {
				select {
				case blocks <- logBlock{b, l}:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	for _, one := range w.workers {
		group.Go(graph.NoPanic(func() error {
			var room []byte
			for b := range blocks {
				var err error
				if room, err = b.Each(room, one.reading(b.log)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return group.Wait()
}

// A worker takes up records and joins, one at a time.
type worker struct {
	*writer
	nodes, edges, joins *spool.Adder

	hasLabel, hasType []bool // by code: the graph has a node or an edge of it
	notReferences     map[notReference]int64
	leftOut           map[graph.LeftOut]int64 // by all but the count

	stubs    recent // nodes that references told of, lately
	key, buf []byte
	rec      record.Record // the one that is read

	account, accountNode string // the last one that owned something, and its node
}

func newWorker(w *writer, i int) *worker {
	return &worker{
		writer: w, nodes: w.nodes.Adder(i), edges: w.edges.Adder(i), joins: w.joins.Adder(i),
		hasLabel: make([]bool, len(w.kinds)), hasType: make([]bool, len(w.types)),
		notReferences: map[notReference]int64{}, leftOut: map[graph.LeftOut]int64{}, stubs: newRecent(),
	}
}

// reading is what takes up a record of a log.
func (w *worker) reading(l *record.Log) func(text string) error {
	scope := w.scopeOf[l.Scope.ID()]
	switch l.Content {
	case record.Resources:
		k := w.byName[l.Label]
		return func(text string) error { return w.record(k, l.Scope, scope, text) }
	case record.Edges:
		return func(text string) error { return w.swept(l.Sweep, scope, text) }
	case record.Unread:
		return w.unread
	}
	return w.tags
}

// record writes what one resource gives: its node, the edges whose both ends
// are known, and what has to be joined.
func (w *worker) record(k *kind, at *record.Scope, scope scopeCode, text string) error {
	if w.Taken != nil {
		w.Taken.Add(1)
	}
	rec := &w.rec
	size, err := rec.DecodeSome(text, k.columns...)
	if err != nil {
		return err
	}
	if rec.Way != 0 && w.Keep != nil {
		size = len(text) // all of it is kept
	}
	o := owner{kind: k, id: rec.ID, node: w.IDs.ID(k.Label, rec.ID), at: at, scope: scope}
	o.arn, o.isARN = names.ParseARN(rec.ID)
	if k.created >= 0 && !rec.Values[k.created].IsNull() {
		o.created, o.dated = uint64(rec.Values[k.created].Micros()), true
	}
	if err := w.observed(&o, text[:size]); err != nil {
		return err
	}
	if err := w.identities(&o, rec); err != nil {
		return err
	}
	for i := range rec.Refs {
		f := &rec.Refs[i]
		rule := &k.rules[f.Rule]
		if err := w.reference(&o, rule, f); err != nil {
			return err
		}
		if err := w.derive(&o, rule, f); err != nil {
			return err
		}
	}
	return nil
}

// An owner is the resource that has a reference field.
type owner struct {
	*kind
	id, node string // as AWS has it, and as the graph has it
	arn      names.ARN
	isARN    bool
	at       *record.Scope
	scope    scopeCode
	created  uint64 // when it was made, where that is dated
	dated    bool
}

// appendCreated appends when it was made as a text that sorts by time, with its length.
func (o *owner) appendCreated(dst []byte) []byte {
	if !o.dated {
		return append(dst, 0)
	}
	return binary.BigEndian.AppendUint64(append(dst, 8), o.created)
}
