package parquet

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"github.com/sgexport/sgexport/graph"
)

const (
	columnIndexLen = 64 // of a bound in the page index: ARNs share long prefixes
	partGroups     = 32 // row groups of a file, before another begins
)

// A writer is what the tables of one graph have in common.
type writer struct {
	create  graph.Create
	header  *graph.Header
	options Options
	codec   compress.Codec
	pool    *pool
}

// A table is a folder with one Parquet file, or more where it is large. Batches
// go to it in order; each of its leaves takes them in that order, by itself.
// While a row group is written to the file, the next is already filled.
type table struct {
	writer  *writer
	name    string // of the folder
	key     string // the column that has a bloom filter
	columns []column
	schema  *parquet.Schema
	meta    []string
	leaves  []*leaf
	running sync.WaitGroup // leaves

	part   int
	file   io.WriteCloser
	w      *parquet.GenericWriter[any]
	rows   int64       // of the file
	groups int         // of the file, complete ones
	group  *group      // being filled, or nil
	size   int         // bytes of group
	left   int         // rows that group has room for
	ended  chan *group // to be written, in order
	idle   chan *group
	made   int            // groups that there are
	ending sync.WaitGroup // whoever writes them

	mu  sync.Mutex
	err error // the first of any leaf or group
}

// A group is a row group.
type group struct {
	rows   *parquet.ConcurrentRowGroupWriter
	leaves sync.WaitGroup // those that have not ended it
	failed atomic.Bool
}

// fillOf says how a column, and for maps the part of it, is filled.
type fillOf func(c column, part int) fill

// newTable creates the first file of the table called name. Key is the column
// that gets a bloom filter; meta are further keys and values of the files'
// metadata, without "sgexport.".
func (w *writer) newTable(name string, columns []column, key string, fill fillOf, meta ...string) (*table, error) {
	t := &table{writer: w, name: name, key: key, columns: columns, schema: newSchema(columns), meta: meta}
	for _, c := range columns {
		parts := 1
		if c.Type == graph.Map {
			parts = 2
		}
		for part := range parts {
			t.leaves = append(t.leaves, &leaf{name: c.Name, index: len(t.leaves), required: c.required, fill: fill(c, part)})
		}
	}
	if err := t.open(); err != nil {
		return nil, err
	}
	for _, l := range t.leaves {
		l.work = make(chan work, inFlight+1)
		t.running.Add(1)
		go l.run(t)
	}
	return t, nil
}

// open creates the file of the next part.
func (t *table) open() error {
	name := fmt.Sprintf("%s/part-%05d.parquet", t.name, t.part)
	file, err := t.writer.create(name)
	if err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	t.file, t.rows, t.groups, t.made = file, 0, 0, 0
	t.part++
	t.w = parquet.NewGenericWriter[any](file, t.writerOptions()...)
	t.idle, t.ended = make(chan *group, 2), make(chan *group, 2)
	t.ending.Add(1)
	go t.write()
	return nil
}

func (t *table) writerOptions() []parquet.WriterOption {
	h := t.writer.header
	tool, version, _ := strings.Cut(h.Tool, " ")
	options := []parquet.WriterOption{
		t.schema,
		parquet.DataPageVersion(1),
		parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain),
		parquet.Compression(t.writer.codec),
		// A page's header would have its bounds four times, as long as the
		// values are; the column index has them, cut, and the footer once.
		parquet.DataPageStatistics(false),
		parquet.BloomFilters(parquet.SplitBlockFilter(10, t.key)),
		parquet.ColumnIndexSizeLimit(func([]string) int { return columnIndexLen }),
		// Otherwise it is the library's version, if the build happens to know it.
		parquet.CreatedBy(tool, version, "parquet-go"),
		parquet.KeyValueMetadata("sgexport.tool", h.Tool),
		parquet.KeyValueMetadata("sgexport.snapshot", h.SnapshotID()),
	}
	for i := 0; i < len(t.meta); i += 2 {
		options = append(options, parquet.KeyValueMetadata("sgexport."+t.meta[i], t.meta[i+1]))
	}
	for _, c := range t.columns {
		if c.long {
			options = append(options, parquet.SkipPageBounds(c.Name))
		}
		// Nobody asks for the least text of all lists.
		switch c.Type {
		case graph.Strings:
			options = append(options, parquet.SkipPageBounds(c.Name, "list", "element"))
		case graph.Map:
			options = append(options, parquet.SkipPageBounds(c.Name, "key_value", "key"), parquet.SkipPageBounds(c.Name, "key_value", "value"))
		}
	}
	return options
}

// write writes row groups to the file, in order, until there are no more.
func (t *table) write() {
	defer t.ending.Done()
	for g := range t.ended {
		g.leaves.Wait()
		if !g.failed.Load() {
			if _, err := g.rows.Commit(); err != nil {
				t.fail(fmt.Errorf("write %s: %w", t.name, err))
			}
		}
		t.idle <- g
	}
}

func (t *table) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = err
	}
}

func (t *table) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// room returns how many rows the next batch may have.
func (t *table) room() int {
	if t.group == nil {
		return t.writer.options.RowGroupRows
	}
	return t.left
}

// add gives a batch to all leaves. It must have no more rows than there is room.
func (t *table) add(b *batch) error {
	if err := t.begin(); err != nil {
		return err
	}
	for _, l := range t.leaves {
		l.work <- work{b, t.group}
	}
	t.rows += int64(b.n)
	t.size += b.size
	if t.left -= b.n; t.left == 0 || t.size >= t.writer.options.rowGroupBytes {
		t.end()
	}
	return t.failure()
}

// begin makes sure that there is a row group to fill.
func (t *table) begin() error {
	if t.group != nil {
		return nil
	}
	if t.groups == partGroups {
		if err := t.finishPart(); err != nil {
			return err
		}
		if err := t.open(); err != nil {
			return err
		}
	}
	select {
	case t.group = <-t.idle:
	default:
		if t.made < 2 {
			t.made++
			t.group = &group{rows: t.w.BeginRowGroup()}
		} else {
			t.group = <-t.idle
		}
	}
	t.group.leaves.Add(len(t.leaves))
	t.left, t.size = t.writer.options.RowGroupRows, 0
	return nil
}

// end ends the row group that is being filled, if there is one.
func (t *table) end() {
	if t.group == nil {
		return
	}
	for _, l := range t.leaves {
		l.work <- work{nil, t.group}
	}
	t.ended <- t.group
	t.group = nil
	t.groups++
}

// finishPart completes the file and closes it, also after an error.
func (t *table) finishPart() error {
	t.end()
	close(t.ended)
	t.ending.Wait()
	err := t.failure()
	if err == nil {
		if err = t.w.Close(); err != nil {
			err = fmt.Errorf("write %s: %w", t.name, err)
		}
	}
	graph.SetRows(t.file, t.rows)
	file := t.file
	t.file = nil
	if closeErr := file.Close(); err == nil && closeErr != nil {
		err = fmt.Errorf("close %s: %w", t.name, closeErr)
	}
	return err
}

// close completes the table and ends its goroutines.
func (t *table) close() error {
	err := t.finishPart()
	t.stop()
	return err
}

// abandon ends the goroutines and lets go of the file.
func (t *table) abandon() {
	if t.file != nil {
		t.fail(errAbandoned)
		_ = t.finishPart() // what failed is known
	}
	t.stop()
}

var errAbandoned = fmt.Errorf("abandoned")

// stop ends the leaves.
func (t *table) stop() {
	for _, l := range t.leaves {
		close(l.work)
	}
	t.running.Wait()
}

// repeating is text of few different values, or text within a list or map,
// which one reader (fastparquet) only reads with a dictionary.
func repeating() parquet.Node { return parquet.Encoded(parquet.String(), &parquet.RLEDictionary) }

func (c column) node() parquet.Node {
	node := c.valueNode()
	if !c.required {
		node = parquet.Optional(node)
	}
	return node
}

func (c column) valueNode() parquet.Node {
	switch c.Type {
	case graph.Int:
		return parquet.Int(64)
	case graph.Float:
		return parquet.Leaf(parquet.DoubleType)
	case graph.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case graph.Timestamp:
		return parquet.Timestamp(parquet.Microsecond)
	case graph.Strings:
		return parquet.List(repeating())
	case graph.Map:
		return parquet.Map(repeating(), repeating())
	}
	if c.repeats {
		return repeating()
	}
	return parquet.String()
}

// ordered is a group whose columns come in order of fields instead of names.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func (o *ordered) Fields() []parquet.Field { return o.fields }

func newSchema(columns []column) *parquet.Schema {
	o := &ordered{Group: make(parquet.Group, len(columns))}
	for _, c := range columns {
		o.Group[c.Name] = c.node()
	}
	o.fields = o.Group.Fields()
	position := func(name string) int {
		return slices.IndexFunc(columns, func(c column) bool { return c.Name == name })
	}
	slices.SortFunc(o.fields, func(a, b parquet.Field) int { return position(a.Name()) - position(b.Name()) })
	return parquet.NewSchema("schema", o)
}
