package jsonl

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/sgexport/sgexport/graph"
)

// The files, without the suffix of the compression.
const (
	nodesName = "jsonl/nodes.jsonl"
	edgesName = "jsonl/edges.jsonl"
)

// Options say how to write. The zero Options are good ones.
type Options struct {
	Compression Compression // Zstd if not set
	Workers     int         // goroutines that compress, each with some 5 MB; GOMAXPROCS but at most 8 if not positive
}

// Open writes jsonl/nodes.jsonl.zst and jsonl/edges.jsonl.zst. It is a
// graph.Open.
func Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	return Options{}.Open(create, h)
}

// Open writes jsonl/nodes.jsonl and jsonl/edges.jsonl with the suffix of the
// compression: .zst, .gz or none. It is a graph.Open. The sink runs goroutines
// until it is closed.
func (o Options) Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	s := &sink{create: create, options: o, labels: make(map[*graph.Label]string, len(h.Schema.Labels))}
	for _, l := range h.Schema.Labels {
		s.labels[l] = string(graph.AppendJSONList(nil, l.AllLabels()))
	}
	var err error
	if s.file, err = newFile(create, nodesName, o); err != nil {
		return nil, err
	}
	return s, nil
}

type sink struct {
	create  graph.Create
	options Options
	labels  map[*graph.Label]string // the JSON list of a label's names
	file    *file                   // being written, or nil
	edges   bool                    // file is that of the edges
	failed  bool                    // an error was returned
	scratch []byte
}

// labelsOf returns the JSON list of the names of a label.
func (s *sink) labelsOf(l *graph.Label) (string, error) {
	list, ok := s.labels[l]
	if !ok {
		return "", s.check(fmt.Errorf("label %q is not one of the header's schema", l.Name))
	}
	return list, nil
}

func (s *sink) Node(n *graph.Node) error {
	labels, err := s.labelsOf(n.Label)
	if err != nil {
		return err
	}
	b := append(s.file.chunk.text, `{"type":"node","id":`...)
	b = graph.AppendQuoted(b, n.ID)
	b = append(b, `,"labels":`...)
	b = append(b, labels...)
	b = append(b, `,"scope":`...)
	b = graph.AppendQuoted(b, n.Scope)
	b = append(b, `,"properties":`...)
	b = graph.AppendProperties(b, n.Label.Columns, n.Values)
	return s.endLine(append(b, '}', '\n'), n.ID, n.Values)
}

// endLine ends the line of what is called id and has these values. One that no
// reader takes is not written.
func (s *sink) endLine(text []byte, id string, values []graph.Value) error {
	line := len(text) - len(s.file.chunk.text) - 1
	s.file.chunk.text = text
	texts := 0
	for _, v := range values {
		switch v.Type() {
		case graph.Strings:
			texts += len(v.Strings())
		case graph.Map:
			texts += len(v.Pairs())
		}
	}
	if line > maxLine || texts > maxTexts {
		return s.check(fmt.Errorf("%.200q is larger than %d MiB as a line of JSON, or has more than %d texts in lists and maps", id, maxLine>>20, maxTexts))
	}
	return s.check(s.file.endLine())
}

func (s *sink) Edge(e *graph.Edge) error {
	if !s.edges {
		if err := s.startEdges(); err != nil {
			return err
		}
	}
	from, err := s.labelsOf(e.FromLabel)
	if err != nil {
		return err
	}
	to, err := s.labelsOf(e.ToLabel)
	if err != nil {
		return err
	}
	b := append(s.file.chunk.text, `{"type":"relationship","id":"`...)
	b, s.scratch = appendEdgeID(b, e, s.scratch)
	b = append(b, `","label":"`...)
	b = append(b, e.Type.Name...)
	b = append(b, `","src":`...)
	b = graph.AppendQuoted(b, e.From)
	b = append(b, `,"dst":`...)
	b = graph.AppendQuoted(b, e.To)
	b = append(b, `,"scope":`...)
	b = graph.AppendQuoted(b, e.Scope)
	b = append(b, `,"start":{"id":`...)
	b = graph.AppendQuoted(b, e.From)
	b = append(b, `,"labels":`...)
	b = append(b, from...)
	b = append(b, `},"end":{"id":`...)
	b = graph.AppendQuoted(b, e.To)
	b = append(b, `,"labels":`...)
	b = append(b, to...)
	b = append(b, `},"properties":{"path":`...)
	b = graph.AppendQuoted(b, e.Path)
	b = append(b, `,"ref":`...)
	b = graph.AppendQuoted(b, e.Ref)
	// The columns are an object of their own that is joined to the one begun.
	joint := len(b)
	b = graph.AppendProperties(b, e.Type.Columns, e.Values)
	if b[joint+1] == '}' {
		b = append(b[:joint], '}')
	} else {
		b[joint] = ','
	}
	return s.endLine(append(b, '}', '\n'), e.From, e.Values)
}

func (s *sink) Close() error {
	if s.failed {
		// What failed was reported; what is left is to let go of the file.
		if s.file != nil {
			_ = s.file.close()
		}
		return nil
	}
	if !s.edges {
		if err := s.startEdges(); err != nil {
			return err
		}
	}
	return s.file.close()
}

// startEdges finishes the file of the nodes and creates that of the edges.
func (s *sink) startEdges() error {
	s.edges = true
	err := s.file.close()
	s.file = nil
	if err == nil {
		s.file, err = newFile(s.create, edgesName, s.options)
	}
	return s.check(err)
}

func (s *sink) check(err error) error {
	s.failed = s.failed || err != nil
	return err
}

// appendEdgeID appends 32 hexadecimal digits: the first half of the SHA-256 of
// the edge's identity, each part with its length before it.
func appendEdgeID(dst []byte, e *graph.Edge, scratch []byte) (_, newScratch []byte) {
	b := scratch[:0]
	for _, part := range [...]string{e.Type.Name, e.From, e.To, e.Path, e.Ref} {
		n := uint32(len(part))
		b = append(b, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
		b = append(b, part...)
	}
	sum := sha256.Sum256(b)
	return hex.AppendEncode(dst, sum[:16]), b
}
