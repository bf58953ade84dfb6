package parquet

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

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
	s := &sink{writer: writer{
		create: create, header: h, options: o, codec: &zstd.Codec{Level: zstd.SpeedFastest}, pool: &pool{free: make(chan *batch, inFlight)},
	}}
	var err error
	if s.all, err = s.newTable("parquet/nodes_all", plainColumns(), "id", s.plainFill); err != nil {
		return nil, err
	}
	return s, nil
}

type sink struct {
	writer
	all, typed, other, edges *table // being written, or nil
	failed                   bool   // an error was returned

	batch  *batch // being filled, or nil
	shape  *shape // of the last node
	typ    *graph.EdgeType
	labels []*graph.Label
	types  []*graph.EdgeType
}

// The columns of a batch: first those that all have, then the values.
const (
	nodeID = iota
	nodeScope
	nodeValues
)

const (
	edgeFrom = iota
	edgeTo
	edgeType
	edgeFromLabel
	edgeToLabel
	edgePath
	edgeRef
	edgeScope
	edgeKey
	edgeValues
)

// A shape says how the nodes of one label become rows.
type shape struct {
	label   *graph.Label
	name    graph.Value // of label
	names   graph.Value // all labels
	text    graph.Value // the same, with semicolons
	columns map[string]int
	table   *table
}

func newShape(l *graph.Label) *shape {
	sh := &shape{label: l, name: graph.StringValue(l.Name), names: graph.StringsValue(l.AllLabels()), text: graph.StringValue(strings.Join(l.AllLabels(), ";")), columns: make(map[string]int, len(l.Columns))}
	for i, c := range l.Columns {
		sh.columns[c.Name] = nodeValues + i
	}
	return sh
}

// valuesOf is the source of a column of nodes; a label that lacks it, or has it
// with another type, has null.
func valuesOf(c graph.Column) source {
	return func(b *batch) []graph.Value {
		i, ok := b.shape.columns[c.Name]
		if !ok || b.shape.label.Columns[i-nodeValues].Type != c.Type {
			return nil
		}
		return b.columns[i]
	}
}

// at is the source of a column that is in a batch anyway.
func at(i int) source { return func(b *batch) []graph.Value { return b.columns[i] } }

// nodeFill fills the columns of a table of nodes.
func (s *sink) nodeFill(c column, part int) fill {
	snapshot := graph.StringValue(s.header.SnapshotID())
	switch c.Name {
	case "id":
		return fillFrom(c.Type, 0, at(nodeID))
	case "resource_type":
		return constant(func(b *batch) graph.Value { return b.shape.name })
	case "labels":
		return constant(func(b *batch) graph.Value { return b.shape.names })
	case labelsText:
		return constant(func(b *batch) graph.Value { return b.shape.text })
	case "sg_scope":
		return fillFrom(c.Type, 0, at(nodeScope))
	case "sg_snapshot":
		return constant(func(*batch) graph.Value { return snapshot })
	}
	if name, ok := mapOfText(c.Name); ok {
		return fillMapText(valuesOf(graph.Column{Name: name, Type: graph.Map}))
	}
	return fillFrom(c.Type, part, valuesOf(c.Column))
}

// plainFill fills the columns of nodes_all.
func (s *sink) plainFill(c column, part int) fill {
	if c.Name == "properties" {
		return fillProperties
	}
	return s.nodeFill(c, part)
}

// edgeFill fills the columns of edges.
func (s *sink) edgeFill(c column, part int) fill {
	if c.Name == "sg_snapshot" {
		snapshot := graph.StringValue(s.header.SnapshotID())
		return constant(func(*batch) graph.Value { return snapshot })
	}
	own := []string{"src", "dst", "relationship", "src_label", "dst_label", "path", "ref", "sg_scope", "sg_key"}
	for _, c := range ownEdgeColumns(s.header.Schema) {
		own = append(own, c.Name)
	}
	return fillFrom(c.Type, part, at(slices.Index(own, c.Name)))
}

func (s *sink) Node(n *graph.Node) error { return s.check(s.node(n)) }
func (s *sink) Edge(e *graph.Edge) error { return s.check(s.edge(e)) }

func (s *sink) check(err error) error {
	s.failed = s.failed || err != nil
	return err
}

// beginLabel prepares for the nodes of l.
func (s *sink) beginLabel(l *graph.Label) error {
	if err := s.flush(); err != nil {
		return err
	}
	if err := finish(&s.typed); err != nil {
		return err
	}
	s.shape, s.labels = newShape(l), append(s.labels, l)
	var err error
	switch {
	case isTyped(l):
		s.typed, err = s.newTable("parquet/nodes/label="+l.Name, typedColumns(l.Columns), "id", s.nodeFill, "label", l.Name)
		s.shape.table = s.typed
	case s.other == nil:
		s.other, err = s.newTable("parquet/nodes/label="+other, otherColumns(), "id", s.nodeFill, "label", other)
		fallthrough
	default:
		s.shape.table = s.other
	}
	return err
}

func (s *sink) node(n *graph.Node) error {
	if s.shape == nil || n.Label != s.shape.label {
		if err := s.beginLabel(n.Label); err != nil {
			return err
		}
	}
	if s.batch == nil {
		s.batch = s.pool.get(nodeValues + len(n.Values))
		s.batch.shape = s.shape
	}
	r := s.batch.add()
	s.batch.set(nodeID, r, graph.StringValue(n.ID))
	s.batch.set(nodeScope, r, graph.StringValue(n.Scope))
	for i, v := range n.Values {
		s.batch.set(nodeValues+i, r, v)
	}
	return s.flushFull(s.shape.table, s.all)
}

func (s *sink) edge(e *graph.Edge) error {
	if s.edges == nil {
		if err := s.startEdges(); err != nil {
			return err
		}
	}
	if e.Type != s.typ {
		s.typ = e.Type
		s.types = append(s.types, e.Type)
	}
	if s.batch == nil {
		s.batch = s.pool.get(edgeValues + len(e.Values))
	}
	b := s.batch
	r := b.add()
	key := graph.EdgeKey(e.Path, e.Ref)
	for i, text := range [...]string{
		edgeFrom: e.From, edgeTo: e.To, edgeType: e.Type.Name, edgeFromLabel: e.FromLabel.Name, edgeToLabel: e.ToLabel.Name,
		edgePath: e.Path, edgeRef: e.Ref, edgeScope: e.Scope, edgeKey: b.keepText(key[:]),
	} {
		b.set(i, r, graph.StringValue(text))
	}
	for i, v := range e.Values {
		b.set(edgeValues+i, r, v)
	}
	return s.flushFull(s.edges)
}

// flushFull flushes the batch where it is full, or has as many rows as there is
// room for in one of the tables that it goes to.
func (s *sink) flushFull(tables ...*table) error {
	b := s.batch
	full := b.n == batchRows || b.size >= batchBytes
	for _, t := range tables {
		full = full || b.n == t.room()
	}
	if !full {
		return nil
	}
	return s.flush()
}

// flush gives the batch to the tables that it goes to.
func (s *sink) flush() error {
	b := s.batch
	if b == nil {
		return nil
	}
	s.batch = nil
	tables := []*table{s.edges}
	if s.edges == nil {
		tables = []*table{s.shape.table, s.all}
	}
	readers := 0
	for _, t := range tables {
		readers += len(t.leaves)
	}
	b.readers.Store(int32(readers))
	for _, t := range tables {
		if err := t.add(b); err != nil {
			return err
		}
	}
	return nil
}

// startEdges finishes the files of the nodes and creates that of the edges.
func (s *sink) startEdges() error {
	if err := s.flush(); err != nil {
		return err
	}
	for _, t := range []**table{&s.typed, &s.other, &s.all} {
		if err := finish(t); err != nil {
			return err
		}
	}
	var err error
	s.edges, err = s.newTable("parquet/edges", edgeColumns(s.header.Schema), "src", s.edgeFill)
	return err
}

func (s *sink) Close() error {
	var err error
	if !s.failed {
		err = s.check(s.close())
	}
	if s.failed {
		for _, t := range []*table{s.typed, s.other, s.all, s.edges} {
			if t != nil {
				t.abandon()
			}
		}
	}
	return err
}

func (s *sink) close() error {
	if s.edges == nil {
		if err := s.startEdges(); err != nil {
			return err
		}
	}
	if err := s.flush(); err != nil {
		return err
	}
	if err := finish(&s.edges); err != nil {
		return err
	}
	return s.writeTexts()
}

// writeTexts writes what says what the tables are.
func (s *sink) writeTexts() error {
	d := describe(s.header, s.labels, s.types)
	for _, f := range []struct {
		name   string
		append func(*bytes.Buffer)
	}{{"schema.sql", d.appendDuckDB}, {"athena.sql", d.appendAthena}, {"trino.sql", d.appendTrino}, {"import.sh", d.appendImport}} {
		var b bytes.Buffer
		f.append(&b)
		if err := s.writeText("parquet/"+f.name, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
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

// writeText writes a file that is not a table.
func (s *sink) writeText(name string, text []byte) (err error) {
	f, err := s.create(name)
	if err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	defer func() {
		if closeErr := f.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("close %s: %w", name, closeErr)
		}
	}()
	if _, err := f.Write(text); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
