package cypher

import (
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/inorder"
)

// A sink collects the rows of one label or type after the other; coders make
// statements of them in a few goroutines, which are written in their order.
type sink struct {
	form
	writer *writer
	line   *inorder.Line[chunk]
	place  inorder.Place[chunk]
	later  bool // rows of the label or type were sent before
	failed bool // an error was returned
}

// form is what all statements have in common.
type form struct {
	h        *graph.Header
	snapshot string // the snapshot's time as a literal
	dialect  Dialect
	maxRows  int
	maxBytes int
	small    int
}

func (s *sink) Node(n *graph.Node) error {
	c := s.place.Item
	if n.Label != c.label {
		c = s.next()
		c.label, s.later = n.Label, false
	}
	c.rows.AddNode(n)
	return s.end(len(n.ID), len(n.Values))
}

func (s *sink) Edge(e *graph.Edge) error {
	c := s.place.Item
	if e.Type != c.typ {
		c = s.next()
		c.label, c.typ, s.later = nil, e.Type, false
	}
	c.rows.AddEdge(e)
	return s.end(len(e.From)+len(e.To)+len(e.Path)+len(e.Ref), len(e.Values))
}

// end sends the chunk on after a row that makes it large enough.
func (s *sink) end(text, values int) error {
	c := s.place.Item
	c.size += text + 8*values
	if c.rows.Len() < s.maxRows && c.size+c.rows.Size < s.maxBytes {
		return nil
	}
	s.later = true
	s.next()
	err := s.line.Err()
	s.failed = err != nil
	return err
}

// next sends the chunk and takes one for more of the same.
func (s *sink) next() *chunk {
	c := s.place.Item
	if c.rows.Len() > 0 {
		label, typ := c.label, c.typ
		c.whole = !s.later
		s.line.Send(s.place)
		s.place = s.line.Next()
		c = s.place.Item
		c.label, c.typ = label, typ
	}
	return c
}

// Close ends the script. After an error it only closes the file.
func (s *sink) Close() error {
	s.next()
	err := s.line.Close()
	if closed := s.writer.close(err); err == nil {
		err = closed
	}
	if s.failed {
		return nil // it was returned
	}
	return err
}

// A writer writes the statements of chunks, and joins those of few rows.
type writer struct {
	form
	script script
	shared shared // rows of small labels, or of small types
	edges  bool   // the shared are edges
}

// write takes a chunk that is coded, and makes it an empty one.
func (w *writer) write(c *chunk) error {
	if c.typ != nil && !w.edges {
		w.flushShared() // edges need their nodes
		w.edges = true
	}
	if c.batch.n > 0 && !w.share(c) {
		c.ownStatement(&w.form)
	}
	begin := 0
	for _, s := range c.statements {
		w.script.statement(s.rows, s.lost)
		w.script.bytes(c.out[begin:s.end])
		w.script.flush()
		begin = s.end
	}
	c.reset(w.maxBytes)
	return w.script.err
}

// close ends the script; after an error it only closes the file.
func (w *writer) close(err error) error {
	if err == nil {
		w.flushShared()
	} else if w.script.err == nil {
		w.script.err = err
	}
	return w.script.finish()
}
