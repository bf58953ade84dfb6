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
	index    int  // of the file's columns
	required bool // it is never null
	work     chan work
	fill     fill
	values   []parquet.Value // of a batch, reused
	text     []byte          // what values point to, where it was made here
	row      []graph.Value   // scratch
}

// A fill sets l.values to the values of a batch.
type fill func(l *leaf, b *batch)

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

// bytesOf is s without a copy; the library copies what it keeps.
func bytesOf(s string) parquet.Value {
	return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s)))
}

// scalar is v at the definition level of a value that is not in a list.
func (l *leaf) scalar(v parquet.Value) parquet.Value {
	if l.required {
		return v
	}
	return v.Level(0, 1, l.index)
}

func (l *leaf) null() parquet.Value { return parquet.Value{}.Level(0, 0, l.index) }

// A source is where the values of a column are in a batch. It returns nil where
// all are null.
type source func(b *batch) []graph.Value

// constant repeats one text or list for all rows of a batch.
func constant(of func(*batch) graph.Value) fill {
	var last graph.Value
	rows := 0 // those of last that values has
	return func(l *leaf, b *batch) {
		v := of(b)
		if rows == 0 || !v.Equal(last) {
			l.values, last, rows = l.values[:0], v, 0
		}
		width := 1
		if v.Type() == graph.Strings {
			width = max(1, len(v.Strings()))
		}
		l.values = l.values[:rows*width]
		for ; rows < b.n; rows++ {
			if v.Type() == graph.Strings {
				l.list(v.Strings(), 0, 1)
			} else {
				l.values = append(l.values, l.scalar(bytesOf(v.Text())))
			}
		}
		l.values = l.values[:b.n*width]
	}
}

// fillFrom writes the values of from, which have the type t. Of a map, part is
// 0 for its keys and 1 for its values.
func fillFrom(t graph.Type, part int, from source) fill {
	switch t {
	case graph.Strings:
		return fillLists(from, func(l *leaf, v graph.Value) { l.list(v.Strings(), 0, 1) })
	case graph.Map:
		return fillLists(from, func(l *leaf, v graph.Value) { l.list(v.Pairs(), part, 2) })
	case graph.Int:
		return fillScalars(from, func(v graph.Value) parquet.Value { return parquet.Int64Value(v.Int()) })
	case graph.Timestamp:
		return fillScalars(from, func(v graph.Value) parquet.Value { return parquet.Int64Value(v.Micros()) })
	case graph.Float:
		return fillScalars(from, func(v graph.Value) parquet.Value { return parquet.DoubleValue(v.Float()) })
	case graph.Bool:
		return fillScalars(from, func(v graph.Value) parquet.Value { return parquet.BooleanValue(v.Bool()) })
	}
	return fillTexts(from)
}

func fillScalars(from source, of func(graph.Value) parquet.Value) fill {
	return func(l *leaf, b *batch) {
		rows := rowsOf(from, b)
		values := l.sized(b.n, rows)
		for r, v := range rows {
			if v.IsNull() {
				values[r] = l.null()
			} else {
				values[r] = l.scalar(of(v))
			}
		}
	}
}

// fillTexts is fillScalars for texts, of which there are most.
func fillTexts(from source) fill {
	return func(l *leaf, b *batch) {
		rows := rowsOf(from, b)
		values := l.sized(b.n, rows)
		for r := range rows {
			switch {
			case rows[r].IsNull():
				values[r] = l.null()
			case l.required:
				values[r] = bytesOf(rows[r].Text())
			default:
				values[r] = bytesOf(rows[r].Text()).Level(0, 1, l.index)
			}
		}
	}
}

func fillLists(from source, add func(*leaf, graph.Value)) fill {
	return func(l *leaf, b *batch) {
		rows := rowsOf(from, b)
		if rows == nil {
			l.sized(b.n, nil)
			return
		}
		l.values = l.values[:0]
		for _, v := range rows {
			if v.IsNull() {
				l.values = append(l.values, l.null())
			} else {
				add(l, v)
			}
		}
	}
}

// rowsOf are the values of the rows of a batch, or nil.
func rowsOf(from source, b *batch) []graph.Value {
	values := from(b)
	return values[:min(b.n, len(values))]
}

// sized returns l.values with n values, which the caller sets: they are null
// where there are no rows.
func (l *leaf) sized(n int, rows []graph.Value) []parquet.Value {
	if cap(l.values) < n {
		l.values = make([]parquet.Value, batchRows)
	}
	l.values = l.values[:n]
	if rows == nil {
		for i := range l.values {
			l.values[i] = l.null()
		}
	}
	return l.values
}

// list appends each step-th text of list, from start. Definition level 0 would be
// null, 1 is empty, 2 is a value; repetition level 1 goes on with the list.
func (l *leaf) list(list []string, start, step int) {
	if len(list) == 0 {
		l.values = append(l.values, parquet.Value{}.Level(0, 1, l.index))
		return
	}
	for i := start; i < len(list); i += step {
		l.values = append(l.values, bytesOf(list[i]).Level(min(i-start, 1), 2, l.index))
	}
}

// made is the value for text that was appended to l.text from start on. Where
// that moves, what was made before it stays what it is.
func (l *leaf) made(start int) parquet.Value {
	return l.scalar(parquet.ByteArrayValue(l.text[start:]))
}

// fillProperties makes one JSON object of each row of nodes.
func fillProperties(l *leaf, b *batch) {
	columns, cols := b.columns[nodeValues:], b.shape.label.Columns
	l.text = l.text[:0]
	values := l.sized(b.n, b.columns[nodeID])
	for r := range values {
		l.row = l.row[:0]
		for i := range cols {
			l.row = append(l.row, columns[i][r])
		}
		start := len(l.text)
		l.text = graph.AppendProperties(l.text, cols, l.row)
		values[r] = l.made(start)
	}
}

// fillMapText makes a JSON object of each map.
func fillMapText(from source) fill {
	return func(l *leaf, b *batch) {
		l.text = l.text[:0]
		rows := rowsOf(from, b)
		values := l.sized(b.n, rows)
		for r, v := range rows {
			if v.IsNull() {
				values[r] = l.null()
				continue
			}
			start := len(l.text)
			l.text = graph.AppendJSONMap(l.text, v.Pairs())
			values[r] = l.made(start)
		}
	}
}
