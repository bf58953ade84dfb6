package parquet

import (
	"bytes"
	"fmt"

	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/sgexport/sgexport/graph"
)

// Options say how to write. The zero Options are good ones.
type Options struct {
	// RowGroupRows is the most rows of one row group; 131072 if not positive.
	// A row group also ends where it has got 128 MiB of values.
	RowGroupRows int

	rowGroupBytes int // the 128 MiB, but for tests
}

// Open writes the files that the package comment lists. It is a graph.Open.
func Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	return Options{}.Open(create, h)
}

// Open writes the files that the package comment lists. It is a graph.Open.
func (o Options) Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	if o.RowGroupRows <= 0 {
		o.RowGroupRows = 131072
	}
	if o.rowGroupBytes <= 0 {
		o.rowGroupBytes = 128 << 20
	}
	s := &sink{writer: writer{create: create, header: h, options: o, codec: &zstd.Codec{Level: zstd.SpeedFastest}}}
	var err error
	if s.all, err = s.newTable("parquet/nodes_all.parquet", append(nodeFields(), textField("properties")), "id"); err != nil {
		return nil, err
	}
	return s, nil
}

type sink struct {
	writer
	all, typed *table // being written, or nil
	edges      bool   // they are those of edges
	failed     bool   // an error was returned

	label  *graph.Label    // of typed
	names  []string        // all labels of label
	typ    *graph.EdgeType // of typed
	labels []*graph.Label
	types  []*graph.EdgeType
}

func (s *sink) Node(n *graph.Node) error { return s.check(s.node(n)) }
func (s *sink) Edge(e *graph.Edge) error { return s.check(s.edge(e)) }

func (s *sink) check(err error) error {
	s.failed = s.failed || err != nil
	return err
}

func (s *sink) node(n *graph.Node) error {
	if n.Label != s.label {
		if err := finish(&s.typed); err != nil {
			return err
		}
		var err error
		name := "parquet/nodes/label=" + n.Label.Name + "/part-00000.parquet"
		if s.typed, err = s.newTable(name, append(nodeFields(), typedFields(n.Label.Columns)...), "id", "label", n.Label.Name); err != nil {
			return err
		}
		s.label, s.names = n.Label, n.Label.AllLabels()
		s.labels = append(s.labels, n.Label)
	}
	for _, t := range []*table{s.typed, s.all} {
		t.required(n.ID)
		t.required(n.Label.Name)
		t.list(s.names)
	}
	for i, c := range n.Label.Columns {
		s.typed.value(c.Type, n.Values[i])
	}
	s.all.properties(n.Label.Columns, n.Values)
	return s.endRow()
}

func (s *sink) edge(e *graph.Edge) error {
	if !s.edges {
		if err := s.startEdges(); err != nil {
			return err
		}
	}
	if e.Type != s.typ {
		if err := finish(&s.typed); err != nil {
			return err
		}
		var err error
		name := "parquet/edges/type=" + e.Type.Name + "/part-00000.parquet"
		if s.typed, err = s.newTable(name, append(edgeFields(), typedFields(e.Type.Columns)...), "src", "type", e.Type.Name); err != nil {
			return err
		}
		s.typ = e.Type
		s.types = append(s.types, e.Type)
	}
	for _, t := range []*table{s.typed, s.all} {
		t.required(e.From)
		t.required(e.To)
		t.required(e.Type.Name)
		t.text(e.Path)
		t.text(e.Ref)
	}
	for i, c := range e.Type.Columns {
		s.typed.value(c.Type, e.Values[i])
	}
	s.all.properties(e.Type.Columns, e.Values)
	return s.endRow()
}

func (s *sink) endRow() error {
	if err := s.typed.endRow(); err != nil {
		return err
	}
	return s.all.endRow()
}

// startEdges finishes the files of the nodes and creates the first of the
// edges.
func (s *sink) startEdges() error {
	s.edges = true
	if err := finish(&s.typed); err != nil {
		return err
	}
	if err := finish(&s.all); err != nil {
		return err
	}
	var err error
	s.all, err = s.newTable("parquet/edges_all.parquet", append(edgeFields(), textField("properties")), "src")
	return err
}

func (s *sink) Close() error {
	var err error
	if !s.failed {
		err = s.check(s.close())
	}
	if s.failed {
		// What failed is known; this only lets go of the files.
		for _, t := range []*table{s.typed, s.all} {
			if t != nil {
				_ = t.file.Close()
			}
		}
	}
	return err
}

func (s *sink) close() error {
	if !s.edges {
		if err := s.startEdges(); err != nil {
			return err
		}
	}
	if err := finish(&s.typed); err != nil {
		return err
	}
	if err := finish(&s.all); err != nil {
		return err
	}
	return s.writeSQL()
}

// finish completes the file of a table, if there is one.
func finish(t **table) error {
	if *t == nil {
		return nil
	}
	done := *t
	*t = nil
	return done.close()
}

// writeSQL writes schema.sql for the tables that there are.
func (s *sink) writeSQL() (err error) {
	const name = "parquet/schema.sql"
	var b bytes.Buffer
	appendSQL(&b, s.header, s.labels, s.types)
	f, err := s.create(name)
	if err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	defer func() {
		if closeErr := f.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("close %s: %w", name, closeErr)
		}
	}()
	if _, err := f.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
