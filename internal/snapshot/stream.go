package snapshot

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/sgexport/sgexport/graph"
)

// A Source is a graph that can be read in a sink's order: the JSON lines of a
// snapshot.
type Source interface {
	Nodes(yield func(*graph.Node) error) error
	Edges(yield func(*graph.Edge) error) error
}

// Copy sends all of a source to a sink. It does not close the sink.
func Copy(src Source, dst graph.Sink) error {
	if err := src.Nodes(dst.Node); err != nil {
		return err
	}
	return src.Edges(dst.Edge)
}

// A Counter is a sink that counts, checks what the sink behind it relies on
// (order, each once, types), and hands on.
type Counter struct {
	schema *graph.Schema
	to     graph.Sink // nil: only count
	counts Counts
	most   *Counts    // nil: any number
	node   graph.Node // the one before: what its order follows from
	edge   graph.Edge
	run    int64 // nodes of its label, or edges of its type, that are not in counts yet
}

var _ graph.Sink = (*Counter)(nil)

// NewCounter returns a counter that hands on to nothing yet.
func NewCounter(s *graph.Schema) *Counter {
	return &Counter{schema: s, counts: Counts{Labels: map[string]int64{}, EdgeTypes: map[string]int64{}}}
}

// To sets the sink to hand on to. The counter's Close closes it.
func (c *Counter) To(s graph.Sink) { c.to = s }

// AtMost makes more nodes or edges than those of m an error: what a small file
// unpacks to may have no end.
func (c *Counter) AtMost(m Counts) { c.most = &m }

// Counts returns what was counted so far.
func (c *Counter) Counts() Counts {
	c.endRun()
	return c.counts
}

// endRun counts what came of one label or type.
func (c *Counter) endRun() {
	switch {
	case c.run == 0:
	case c.edge.Type != nil:
		c.counts.EdgeTypes[c.edge.Type.Name] += c.run
	default:
		c.counts.Labels[c.node.Label.Name] += c.run
	}
	c.run = 0
}

// Node implements graph.Sink.
func (c *Counter) Node(n *graph.Node) error {
	switch {
	case n.Label == nil || n.Label != c.node.Label && c.schema.Label(n.Label.Name) != n.Label:
		return fmt.Errorf("node %.200q has no label of the schema", n.ID)
	case n.ID == "":
		return fmt.Errorf("a node of %s has no id", n.Label.Name)
	case c.counts.Edges > 0:
		return fmt.Errorf("node %.200q comes after the first edge", n.ID)
	case c.most != nil && c.counts.Nodes >= c.most.Nodes:
		return fmt.Errorf("there are more than the %d nodes of the manifest", c.most.Nodes)
	case c.node.Label != nil && graph.CompareNodes(&c.node, n) >= 0:
		return fmt.Errorf("node %s %.200q is out of order, or there twice", n.Label.Name, n.ID)
	}
	if err := checkValues(n.ID, n.Label.Columns, n.Values); err != nil {
		return err
	}
	if n.Label != c.node.Label {
		c.endRun()
	}
	c.node.Label, c.node.ID = n.Label, n.ID
	c.counts.Nodes++
	c.run++
	if c.to == nil {
		return nil
	}
	return c.to.Node(n)
}

// Edge implements graph.Sink.
func (c *Counter) Edge(e *graph.Edge) error {
	switch {
	case e.Type == nil || e.Type != c.edge.Type && c.schema.EdgeType(e.Type.Name) != e.Type:
		return fmt.Errorf("an edge from %.200q has no type of the schema", e.From)
	case e.FromLabel == nil || e.ToLabel == nil:
		return fmt.Errorf("a %s edge from %.200q to %.200q has an end without a label", e.Type.Name, e.From, e.To)
	case c.most != nil && c.counts.Edges >= c.most.Edges:
		return fmt.Errorf("there are more than the %d edges of the manifest", c.most.Edges)
	case c.edge.Type != nil && graph.CompareEdges(&c.edge, e) >= 0:
		return fmt.Errorf("a %s edge from %.200q to %.200q is out of order, or there twice", e.Type.Name, e.From, e.To)
	}
	if err := checkValues(e.From, e.Type.Columns, e.Values); err != nil {
		return err
	}
	if e.Type != c.edge.Type {
		c.endRun()
	}
	c.edge.Type, c.edge.From, c.edge.To, c.edge.Path, c.edge.Ref = e.Type, e.From, e.To, e.Path, e.Ref
	c.counts.Edges++
	c.run++
	if c.to == nil {
		return nil
	}
	return c.to.Edge(e)
}

func checkValues(id string, cols []graph.Column, values []graph.Value) error {
	if len(values) != len(cols) {
		return fmt.Errorf("%.200q has %d values for %d columns", id, len(values), len(cols))
	}
	for i := range values {
		if t := values[i].Type(); t != cols[i].Type && t != 0 {
			return fmt.Errorf("%.200q: %s is a %s, and the schema says %s", id, cols[i].Name, t, cols[i].Type)
		}
	}
	return nil
}

// Close implements graph.Sink.
func (c *Counter) Close() error {
	if c.to == nil {
		return nil
	}
	return c.to.Close()
}

// A batch goes to the sinks' goroutines with this many nodes or edges, or this
// many bytes of text: few long texts are as much memory as many short ones.
const (
	batchSize  = 512
	batchBytes = 1 << 20
	// waiting is how many batches may wait for a sink. All sinks share them, so there is
	// never more than these, the one that is taken and the one that is filled.
	waiting = 4
	batches = waiting + 2
)

// A batch is shared by all sinks.
type batch struct {
	graph.Batch
	left atomic.Int32 // sinks that have not taken it yet
}

// Fan returns one sink that sends the graph to several, each in a goroutine of
// its own, so that the slowest decides and not the sum. The first error of any
// of them ends the whole.
func Fan(sinks ...graph.Sink) graph.Sink {
	if len(sinks) == 1 {
		return sinks[0]
	}
	f := &fan{sinks: sinks, batch: &batch{}, free: make(chan *batch, batches)}
	for range batches - 1 {
		f.free <- &batch{}
	}
	for _, s := range sinks {
		in := make(chan *batch, waiting)
		f.in = append(f.in, in)
		f.wait.Add(1)
		go f.feed(s, in)
	}
	return f
}

type fan struct {
	sinks []graph.Sink
	in    []chan *batch
	free  chan *batch // whose memory is used again
	batch *batch
	wait  sync.WaitGroup

	failed   atomic.Bool
	mu       sync.Mutex
	err      error
	reported bool
}

// feed gives one sink what comes, until something has failed.
func (f *fan) feed(s graph.Sink, in <-chan *batch) {
	defer f.wait.Done()
	for b := range in {
		if !f.failed.Load() {
			if err := graph.NoPanic(func() error { return send(s, b) })(); err != nil {
				f.fail(err)
			}
		}
		if b.left.Add(-1) == 0 {
			b.Reset()
			f.free <- b
		}
	}
}

func send(s graph.Sink, b *batch) error {
	// A sink may change neither what it is given nor keep it, so all may be
	// given the same; the structs are copied, for they are the caller's.
	var n graph.Node
	for i := range b.Nodes {
		n = b.Nodes[i]
		if err := s.Node(&n); err != nil {
			return err
		}
	}
	var e graph.Edge
	for i := range b.Edges {
		e = b.Edges[i]
		if err := s.Edge(&e); err != nil {
			return err
		}
	}
	return nil
}

func (f *fan) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
	f.failed.Store(true)
}

// report returns the first error, once.
func (f *fan) report() error {
	if !f.failed.Load() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reported = true
	return f.err
}

func (f *fan) Node(n *graph.Node) error {
	f.batch.AddNode(n)
	return f.full()
}

func (f *fan) Edge(e *graph.Edge) error {
	if len(f.batch.Nodes) > 0 {
		f.flush()
		if err := f.report(); err != nil {
			return err
		}
	}
	f.batch.AddEdge(e)
	return f.full()
}

// full sends the batch on when it is large enough.
func (f *fan) full() error {
	if f.batch.Len() < batchSize && f.batch.Size < batchBytes {
		return nil
	}
	f.flush()
	return f.report()
}

func (f *fan) flush() {
	if len(f.in) == 0 {
		f.batch.Reset()
		return
	}
	f.batch.left.Store(int32(len(f.in)))
	for _, in := range f.in {
		in <- f.batch
	}
	f.batch = <-f.free
}

func (f *fan) Close() error {
	f.flush()
	for _, in := range f.in {
		close(in)
	}
	f.wait.Wait()
	var closed []error
	for _, s := range f.sinks {
		closed = append(closed, s.Close())
	}
	switch {
	case f.reported:
		return nil // the contract: nothing new after an error
	case f.err != nil:
		return f.err
	}
	return errors.Join(closed...)
}
