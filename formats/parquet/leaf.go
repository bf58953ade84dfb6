package parquet

import (
	"fmt"
	"unsafe"

	"github.com/parquet-go/parquet-go"

	"github.com/sgexport/sgexport/graph"
)

// A leaf is one column of the file of a table: one of the table, or of a map its
// keys or its values. It has a goroutine, which turns a batch's values into
// Parquet's, encodes and packs them.
type leaf struct {
	name     string
	index    int // of the file's columns
	optional int // the definition level of a value
	work     chan work
	fill     func(l *leaf, b *batch) // appends the batch's values
	values   []parquet.Value         // of the batch, reused
	text     []byte                  // what values point to, where it was made here
	row      []graph.Value           // scratch
}

// work is what a leaf has to do: write a batch to a row group, or end it.
type work struct {
	batch *batch // nil ends the row group
	group *group
}

// run does all work until there is no more.
func (l *leaf) run(t *table) {
	defer t.running.Done()
	for w := range l.work {
		column := w.group.rows.ColumnWriters()[l.index]
		var err error
		switch {
		case w.group.failed.Load():
		case w.batch == nil:
			err = column.Flush()
		default:
			l.values, l.text = l.values[:0], l.text[:0]
			l.fill(l, w.batch)
			_, err = column.WriteRowValues(l.values)
		}
		if err != nil {
			w.group.failed.Store(true)
			t.fail(fmt.Errorf("write %s: column %s: %w", t.name, l.name, err))
		}
		if w.batch == nil {
			w.group.leaves.Done()
		} else {
			t.writer.pool.done(w.batch)
		}
	}
}

func (l *leaf) put(v parquet.Value, repetition, definition int) {
	l.values = append(l.values, v.Level(repetition, definition, l.index))
}

// bytesOf is s without a copy; the library copies what it keeps.
func bytesOf(s string) parquet.Value {
	return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s)))
}

// A source is where the values of a column are in a batch. It returns nil where
// all are null.
type source func(b *batch) []graph.Value

// constant repeats one value for all rows of a batch.
func constant(of func(*batch) graph.Value) func(*leaf, *batch) {
	return func(l *leaf, b *batch) {
		v := of(b)
		for range b.n {
			l.value(v, 0)
		}
	}
}

// column writes the values of from. Of a map, part is 0 for its keys and 1 for
// its values.
func columnFrom(from source, part int) func(*leaf, *batch) {
	return func(l *leaf, b *batch) {
		values := from(b)
		for r := range b.n {
			if values == nil {
				l.put(parquet.Value{}, 0, 0)
			} else {
				l.value(values[r], part)
			}
		}
	}
}

// value appends v. Definition level 0 is null; that of a list or map is 1 where
// it is empty and 2 where there is a value; repetition level 1 goes on with it.
func (l *leaf) value(v graph.Value, part int) {
	switch v.Type() {
	case graph.String, graph.JSON:
		l.put(bytesOf(v.Text()), 0, l.optional)
	case graph.Strings:
		l.every(v.Strings(), 0, 1)
	case graph.Map:
		l.every(v.Pairs(), part, 2)
	case graph.Int:
		l.put(parquet.Int64Value(v.Int()), 0, l.optional)
	case graph.Timestamp:
		l.put(parquet.Int64Value(v.Micros()), 0, l.optional)
	case graph.Float:
		l.put(parquet.DoubleValue(v.Float()), 0, l.optional)
	case graph.Bool:
		l.put(parquet.BooleanValue(v.Bool()), 0, l.optional)
	default:
		l.put(parquet.Value{}, 0, 0)
	}
}

// every appends each step-th text of list, from start.
func (l *leaf) every(list []string, start, step int) {
	if len(list) == 0 {
		l.put(parquet.Value{}, 0, 1)
		return
	}
	for i := start; i < len(list); i += step {
		l.put(bytesOf(list[i]), min(i-start, 1), 2)
	}
}

// made appends text that was appended to l.text from start on. Where that moves,
// what was made before it stays what it is.
func (l *leaf) made(start int) {
	l.put(parquet.ByteArrayValue(l.text[start:]), 0, l.optional)
}

// propertiesOf makes one JSON object of each row of nodes.
func propertiesOf(l *leaf, b *batch) {
	columns := b.columns[nodeValues:]
	cols := b.shape.label.Columns
	for r := range b.n {
		l.row = l.row[:0]
		for i := range cols {
			l.row = append(l.row, columns[i][r])
		}
		start := len(l.text)
		l.text = graph.AppendProperties(l.text, cols, l.row)
		l.made(start)
	}
}

// mapTextOf makes a JSON object of each map.
func mapTextOf(from source) func(*leaf, *batch) {
	return func(l *leaf, b *batch) {
		values := from(b)
		for r := range b.n {
			if values == nil || values[r].IsNull() {
				l.put(parquet.Value{}, 0, 0)
				continue
			}
			start := len(l.text)
			l.text = graph.AppendJSONMap(l.text, values[r].Pairs())
			l.made(start)
		}
	}
}
