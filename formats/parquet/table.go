package parquet

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unsafe"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"github.com/sgexport/sgexport/graph"
)

const (
	batchRows      = 64      // rows that are handed over at once
	batchBytes     = 1 << 20 // or fewer, where they are large
	columnIndexLen = 64      // of a bound in the page index: ARNs share long prefixes
)

// A field is a column with its name.
type field struct {
	name string
	node parquet.Node
	long bool // bounds of such text say nothing and take much
}

// repeating is text of few different values, or text within a list or map,
// which one reader (fastparquet) only reads with a dictionary.
func repeating() parquet.Node { return parquet.Encoded(parquet.String(), &parquet.RLEDictionary) }

func textField(name string) field {
	return field{name: name, node: parquet.Optional(parquet.String()), long: true}
}

func nodeFields() []field {
	return []field{
		{name: "id", node: parquet.String()},
		{name: "resource_type", node: repeating()},
		{name: "labels", node: parquet.Optional(parquet.List(repeating()))},
	}
}

// edgeFields start with the two ends, as readers that go by position want.
func edgeFields() []field {
	return []field{
		{name: "src", node: parquet.String()},
		{name: "dst", node: parquet.String()},
		{name: "relationship", node: repeating()},
		{name: "path", node: parquet.Optional(repeating())},
		{name: "ref", node: parquet.Optional(parquet.String())},
	}
}

func typedFields(cols []graph.Column) []field {
	fields := make([]field, len(cols))
	for i, c := range cols {
		fields[i] = field{name: c.Name, node: parquet.Optional(columnNode(c)), long: c.Type == graph.JSON}
	}
	return fields
}

func columnNode(c graph.Column) parquet.Node {
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
	case graph.String:
		if repeats(c.Name) {
			return repeating()
		}
	}
	return parquet.String()
}

// repeats guesses from its name that a column has few different values.
func repeats(name string) bool {
	i := strings.LastIndexByte(name, '_')
	switch name[i+1:] {
	case "region", "status", "type", "mode", "basis", "framework", "platform":
		return true
	}
	return name == "account_id"
}

// ordered is a group whose columns come in order of fields instead of names.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func (o *ordered) Fields() []parquet.Field { return o.fields }

func newSchema(fields []field) *parquet.Schema {
	o := &ordered{Group: make(parquet.Group, len(fields))}
	for _, f := range fields {
		o.Group[f.name] = f.node
	}
	o.fields = o.Group.Fields()
	position := func(name string) int {
		return slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	}
	slices.SortFunc(o.fields, func(a, b parquet.Field) int { return position(a.Name()) - position(b.Name()) })
	return parquet.NewSchema("schema", o)
}

// A writer is what the tables of one graph have in common.
type writer struct {
	create  graph.Create
	header  *graph.Header
	options Options
	codec   compress.Codec
}

// A table is one Parquet file. A row is appended to it value by value, in the
// order of its columns, and ended by endRow.
type table struct {
	file io.WriteCloser
	name string
	w    *parquet.GenericWriter[any]

	batch []parquet.Row // reused
	n     int           // rows of batch that are filled
	row   parquet.Row   // being filled; its memory is that of batch[n]
	leaf  int           // the leaf column that comes next
	size  int           // bytes in batch
	json  []byte        // the text of the properties in batch

	rows                 int64
	groupRows, groupSize int // of the row group so far, without batch
	options              Options
}

// newTable creates the file name. Key is the column that gets a bloom filter;
// meta are further keys and values of the file's metadata, without "sgexport.".
func (w *writer) newTable(name string, fields []field, key string, meta ...string) (*table, error) {
	tool, version, _ := strings.Cut(w.header.Tool, " ")
	options := []parquet.WriterOption{
		newSchema(fields),
		parquet.DataPageVersion(1),
		parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain),
		parquet.Compression(w.codec),
		// A page's header would have its bounds four times, as long as the
		// values are; the column index has them, cut, and the footer once.
		parquet.DataPageStatistics(false),
		parquet.MaxRowsPerRowGroup(int64(w.options.RowGroupRows)),
		parquet.BloomFilters(parquet.SplitBlockFilter(10, key)),
		parquet.ColumnIndexSizeLimit(func([]string) int { return columnIndexLen }),
		// Otherwise it is the library's version, if the build happens to know it.
		parquet.CreatedBy(tool, version, "parquet-go"),
		parquet.KeyValueMetadata("sgexport.tool", w.header.Tool),
		parquet.KeyValueMetadata("sgexport.snapshot", w.header.SnapshotID()),
	}
	for i := 0; i < len(meta); i += 2 {
		options = append(options, parquet.KeyValueMetadata("sgexport."+meta[i], meta[i+1]))
	}
	for _, f := range fields {
		if f.long {
			options = append(options, parquet.SkipPageBounds(f.name))
		}
	}
	file, err := w.create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	return &table{
		file: file, name: name, w: parquet.NewGenericWriter[any](file, options...),
		batch: make([]parquet.Row, batchRows), options: w.options,
	}, nil
}

func (t *table) put(v parquet.Value, repetition, definition int) {
	t.row = append(t.row, v.Level(repetition, definition, t.leaf))
}

// bytesOf is s without a copy; the library copies what it keeps.
func (t *table) bytesOf(s string) parquet.Value {
	t.size += len(s)
	return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s)))
}

// required appends text to a required column.
func (t *table) required(s string) { t.put(t.bytesOf(s), 0, 0); t.leaf++ }

// text appends text to an optional column.
func (t *table) text(s string) { t.put(t.bytesOf(s), 0, 1); t.leaf++ }

// list appends a list.
func (t *table) list(list []string) { t.every(1, list) }

// every appends each step-th text of list, from the first, to a leaf within a
// list or map. Definition level 0 would be null, 1 is empty, 2 is a value;
// repetition level 1 goes on with the row's list.
func (t *table) every(step int, list []string) {
	if len(list) == 0 {
		t.put(parquet.Value{}, 0, 1)
	}
	for i := 0; i < len(list); i += step {
		t.put(t.bytesOf(list[i]), min(i, 1), 2)
	}
	t.leaf++
}

// properties appends all values as one JSON object.
func (t *table) properties(cols []graph.Column, values []graph.Value) {
	// Where this moves t.json, the texts before it stay what they are.
	start := len(t.json)
	t.json = graph.AppendProperties(t.json, cols, values)
	t.text(unsafe.String(&t.json[start], len(t.json)-start))
}

// value appends v, which is null or of type typ, to an optional column.
func (t *table) value(typ graph.Type, v graph.Value) {
	t.size += 8
	switch v.Type() {
	case graph.String, graph.JSON:
		t.text(v.Text())
		return
	case graph.Strings:
		t.list(v.Strings())
		return
	case graph.Map:
		pairs := v.Pairs()
		t.every(2, pairs)
		t.every(2, pairs[min(1, len(pairs)):])
		return
	case graph.Int:
		t.put(parquet.Int64Value(v.Int()), 0, 1)
	case graph.Timestamp:
		t.put(parquet.Int64Value(v.Micros()), 0, 1)
	case graph.Float:
		t.put(parquet.DoubleValue(v.Float()), 0, 1)
	case graph.Bool:
		t.put(parquet.BooleanValue(v.Bool()), 0, 1)
	default:
		t.put(parquet.Value{}, 0, 0)
		if typ == graph.Map {
			t.leaf++
			t.put(parquet.Value{}, 0, 0)
		}
	}
	t.leaf++
}

func (t *table) endRow() error {
	t.batch[t.n] = t.row
	t.n++
	t.rows++
	if t.n == len(t.batch) || t.size >= batchBytes {
		if err := t.flush(); err != nil {
			return err
		}
	}
	t.row, t.leaf = t.batch[t.n][:0], 0
	return nil
}

// flush hands the batch over, and ends the row group where it is large.
func (t *table) flush() error {
	if _, err := t.w.WriteRows(t.batch[:t.n]); err != nil {
		return fmt.Errorf("write %s: %w", t.name, err)
	}
	for _, row := range t.batch[:t.n] {
		clear(row) // it would keep text in memory
	}
	if t.groupRows += t.n; t.groupRows >= t.options.RowGroupRows {
		t.groupRows, t.groupSize = t.groupRows%t.options.RowGroupRows, 0 // the library has ended one
	}
	t.groupSize += t.size
	if t.groupSize >= t.options.rowGroupBytes {
		if err := t.w.Flush(); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
		t.groupRows, t.groupSize = 0, 0
	}
	t.n, t.size, t.json = 0, 0, t.json[:0]
	if cap(t.json) > 4*batchBytes {
		t.json = nil
	}
	return nil
}

// close completes the file and closes it, also after an error.
func (t *table) close() error {
	err := t.flush()
	if err == nil {
		if err = t.w.Close(); err != nil {
			err = fmt.Errorf("write %s: %w", t.name, err)
		}
	}
	graph.SetRows(t.file, t.rows)
	if closeErr := t.file.Close(); err == nil && closeErr != nil {
		err = fmt.Errorf("close %s: %w", t.name, closeErr)
	}
	return err
}
