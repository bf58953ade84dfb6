// Package graphtest is the conformance suite that every writer passes: order,
// an empty graph, hostile values, a writer that fails at any byte, Close
// errors, and reuse of arguments. It also holds the sample graphs that tests
// of other packages write.
//
// Start reading at [Run].
package graphtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/sgexport/sgexport/graph"
)

// A Graph is a whole graph in memory, in the order a sink wants.
type Graph struct {
	Header *graph.Header
	Nodes  []*graph.Node
	Edges  []*graph.Edge
}

// Sort brings nodes and edges into the order that a sink wants.
func (g *Graph) Sort() {
	slices.SortFunc(g.Nodes, graph.CompareNodes)
	slices.SortFunc(g.Edges, graph.CompareEdges)
}

// A Source reads a graph as a snapshot is read.
type Source struct{ graph *Graph }

// Source returns what reads the graph.
func (g *Graph) Source() Source { return Source{g} }

// Nodes calls yield for every node, in order.
func (s Source) Nodes(yield func(*graph.Node) error) error { return each(s.graph.Nodes, yield) }

// Edges calls yield for every edge, in order.
func (s Source) Edges(yield func(*graph.Edge) error) error { return each(s.graph.Edges, yield) }

func each[T any](list []T, yield func(T) error) error {
	for _, one := range list {
		if err := yield(one); err != nil {
			return err
		}
	}
	return nil
}

// Write sends the graph through one sink and returns the first error, Close's
// included.
func (g *Graph) Write(open graph.Open, create graph.Create) error {
	sink, err := open(create, g.Header)
	if err != nil {
		return err
	}
	return errors.Join(g.send(sink), sink.Close())
}

// send hands every node and edge over in buffers that it spoils afterwards,
// so that a sink that keeps an argument is found out.
func (g *Graph) send(sink graph.Sink) error {
	var node graph.Node
	var edge graph.Edge
	for _, n := range g.Nodes {
		node = *n
		node.Values = cloneValues(n.Values)
		if err := sink.Node(&node); err != nil {
			return err
		}
		spoil(node.Values)
		node = graph.Node{ID: "spoiled"}
	}
	for _, e := range g.Edges {
		edge = *e
		edge.Values = cloneValues(e.Values)
		if err := sink.Edge(&edge); err != nil {
			return err
		}
		spoil(edge.Values)
		edge = graph.Edge{From: "spoiled"}
	}
	return nil
}

func cloneValues(values []graph.Value) []graph.Value {
	clone := slices.Clone(values)
	for i, v := range clone {
		switch v.Type() {
		case graph.Strings:
			clone[i] = graph.StringsValue(slices.Clone(v.Strings()))
		case graph.Map:
			clone[i] = graph.MapValue(slices.Clone(v.Pairs()))
		}
	}
	return clone
}

// spoil changes all that a sink must not keep.
func spoil(values []graph.Value) {
	for i, v := range values {
		var list []string
		switch v.Type() {
		case graph.Strings:
			list = v.Strings()
		case graph.Map:
			list = v.Pairs()
		}
		for j := range list {
			list[j] = "spoiled"
		}
		values[i] = graph.StringValue("spoiled")
	}
}

// Files is a directory in memory.
type Files map[string][]byte

// Create implements graph.Create. A name that is there already is an error.
func (f Files) Create(name string) (io.WriteCloser, error) {
	if _, ok := f[name]; ok {
		return nil, fmt.Errorf("create %s: the file exists", name)
	}
	f[name] = nil
	return &file{files: f, name: name}, nil
}

type file struct {
	files  Files
	name   string
	buf    bytes.Buffer
	closed bool
}

func (f *file) Write(p []byte) (int, error) {
	if f.closed {
		return 0, fmt.Errorf("write %s: closed", f.name)
	}
	return f.buf.Write(p)
}

func (f *file) Close() error {
	if f.closed {
		return fmt.Errorf("close %s: closed twice", f.name)
	}
	f.closed = true
	f.files[f.name] = f.buf.Bytes()
	return nil
}

// Read turns the files of one format back into a graph. It is given the header
// for the schema; values that a format cannot tell apart are the business of
// the package's own tests, through Options.
type Read func(t *testing.T, files Files, h *graph.Header) *Graph

// Options say what a format cannot keep.
type Options struct {
	// Text maps a text to what the format keeps of it; nil keeps all. XML, for
	// one, has no control characters.
	Text func(string) string
	// NoScope says that the format has no place for Node.Scope and Edge.Scope.
	NoScope bool
	// Part returns what a format keeps of a graph, where it does not keep all.
	Part func(*Graph) *Graph
}

func (o Options) scope(s string) string {
	if o.NoScope {
		return ""
	}
	return s
}

// Run runs the whole suite.
func Run(t *testing.T, open graph.Open, read Read, opt Options) {
	for name, g := range map[string]*Graph{"empty": Empty(), "sample": Sample(), "hostile": Hostile()} {
		t.Run(name, func(t *testing.T) {
			files, again := Files{}, Files{}
			if err := g.Write(open, files.Create); err != nil {
				t.Fatal(err)
			}
			if err := g.Write(open, again.Create); err != nil {
				t.Fatal(err)
			}
			if !maps.EqualFunc(files, again, bytes.Equal) {
				t.Error("the same graph gave other bytes the second time")
			}
			if len(files) == 0 {
				t.Error("no file was written")
			}
			want := g
			if opt.Part != nil {
				want = opt.Part(g)
			}
			Equal(t, read(t, files, g.Header), want, opt)
		})
	}
	t.Run("failing writer", func(t *testing.T) { failingWriter(t, open) })
	t.Run("failing create", func(t *testing.T) { failingCreate(t, open) })
	t.Run("failing close", func(t *testing.T) { failingClose(t, open) })
}

// Equal fails t where got is not want, with every difference by id.
func Equal(t *testing.T, got, want *Graph, opt Options) {
	t.Helper()
	text := opt.Text
	if text == nil {
		text = func(s string) string { return s }
	}
	if len(got.Nodes) != len(want.Nodes) || len(got.Edges) != len(want.Edges) {
		t.Fatalf("got %d nodes and %d edges, want %d and %d", len(got.Nodes), len(got.Edges), len(want.Nodes), len(want.Edges))
	}
	for i, w := range want.Nodes {
		g := got.Nodes[i]
		if g.ID != text(w.ID) || g.Label.Name != w.Label.Name || g.Scope != opt.scope(w.Scope) {
			t.Errorf("node %d: got %s %q in %q, want %s %q in %q", i, g.Label.Name, g.ID, g.Scope, w.Label.Name, text(w.ID), w.Scope)
			continue
		}
		equalValues(t, w.ID, w.Label.Columns, g.Values, w.Values, text)
	}
	for i, w := range want.Edges {
		g := got.Edges[i]
		if g.Type.Name != w.Type.Name || g.From != text(w.From) || g.To != text(w.To) || g.Path != text(w.Path) || g.Ref != text(w.Ref) || g.Scope != opt.scope(w.Scope) {
			t.Errorf("edge %d:\ngot  %s %q %q %q %q in %q\nwant %s %q %q %q %q in %q", i,
				g.Type.Name, g.From, g.To, g.Path, g.Ref, g.Scope, w.Type.Name, text(w.From), text(w.To), text(w.Path), text(w.Ref), w.Scope)
			continue
		}
		if g.FromLabel.Name != w.FromLabel.Name || g.ToLabel.Name != w.ToLabel.Name {
			t.Errorf("edge %d: got ends %s %s, want %s %s", i, g.FromLabel.Name, g.ToLabel.Name, w.FromLabel.Name, w.ToLabel.Name)
		}
		equalValues(t, "edge "+w.From, w.Type.Columns, g.Values, w.Values, text)
	}
}

func equalValues(t *testing.T, id string, cols []graph.Column, got, want []graph.Value, text func(string) string) {
	t.Helper()
	for i, c := range cols {
		if w := mapText(want[i], text); !got[i].Equal(w) {
			t.Errorf("%s: %s: got %.200s (%s), want %.200s (%s)", id, c.Name,
				graph.AppendJSON(nil, got[i]), got[i].Type(), graph.AppendJSON(nil, w), w.Type())
		}
	}
}

func mapText(v graph.Value, text func(string) string) graph.Value {
	all := func(in []string) []string {
		out := make([]string, len(in))
		for i, s := range in {
			out[i] = text(s)
		}
		return out
	}
	switch v.Type() {
	case graph.String:
		return graph.StringValue(text(v.Text()))
	case graph.JSON:
		return graph.JSONValue(text(v.Text()))
	case graph.Strings:
		return graph.StringsValue(all(v.Strings()))
	case graph.Map:
		return graph.MapValue(all(v.Pairs()))
	}
	return v
}

// errWrite is what every failing writer of the suite answers.
var errWrite = errors.New("no space left on device")

// failAfter is a writer that takes n bytes in all its files and then fails.
type failAfter struct {
	left      int
	failClose bool
}

func (f *failAfter) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n := f.left
		f.left = 0
		return n, errWrite
	}
	f.left -= len(p)
	return len(p), nil
}

func (f *failAfter) Close() error {
	if f.failClose {
		return errWrite
	}
	return nil
}

// write follows the contract on errors: after the first the only call is Close.
func write(open graph.Open, g *Graph, create graph.Create) (first, onClose error) {
	sink, err := open(create, g.Header)
	if err != nil {
		return err, nil
	}
	first = g.send(sink)
	return first, sink.Close()
}

func failingWriter(t *testing.T, open graph.Open) {
	g := Sample()
	var size sizer
	if err := g.Write(open, size.create); err != nil {
		t.Fatal(err)
	}
	step := max(1, size.n/200)
	for n := 0; n < size.n; n += step {
		w := &failAfter{left: n}
		first, onClose := write(open, g, func(string) (io.WriteCloser, error) { return w, nil })
		switch {
		case first == nil && onClose == nil:
			t.Fatalf("a writer that failed after %d of %d bytes was not reported", n, size.n)
		case first == nil && !errors.Is(onClose, errWrite), first != nil && !errors.Is(first, errWrite):
			t.Fatalf("after %d bytes: got %v and %v, want the writer's error wrapped", n, first, onClose)
		case first != nil && onClose != nil && !errors.Is(onClose, errWrite):
			t.Fatalf("after %d bytes: Close reported something new: %v", n, onClose)
		}
	}
}

type sizer struct{ n int }

func (s *sizer) create(string) (io.WriteCloser, error) { return s, nil }
func (s *sizer) Write(p []byte) (int, error)           { s.n += len(p); return len(p), nil }
func (s *sizer) Close() error                          { return nil }

func failingCreate(t *testing.T, open graph.Open) {
	g := Sample()
	all := Files{}
	if err := g.Write(open, all.Create); err != nil {
		t.Fatal(err)
	}
	for fail := range len(all) {
		n := 0
		first, onClose := write(open, g, func(string) (io.WriteCloser, error) {
			if n++; n > fail {
				return nil, errWrite
			}
			return &failAfter{left: 1 << 30}, nil
		})
		if !errors.Is(errors.Join(first, onClose), errWrite) {
			t.Errorf("file %d could not be created, and that was not reported", fail)
		}
	}
}

func failingClose(t *testing.T, open graph.Open) {
	g := Sample()
	first, onClose := write(open, g, func(string) (io.WriteCloser, error) {
		return &failAfter{left: 1 << 30, failClose: true}, nil
	})
	if !errors.Is(errors.Join(first, onClose), errWrite) {
		t.Error("a file's Close error was lost")
	}
}
