package parquet

import (
	"sync/atomic"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
)

const (
	batchRows  = 1024    // rows that are handed over at once
	batchBytes = 1 << 20 // or fewer, where they are large
	inFlight   = 16      // batches that are not yet written
)

// A batch is some nodes of one label or some edges, column by column. It is
// filled by the goroutine that has the sink and then only read, by the leaves
// of the tables that it goes to. It holds the text of its rows, no copies.
type batch struct {
	shape   *shape          // of nodes; nil for edges
	columns [][]graph.Value // the first n of each are filled
	n       int
	size    int      // bytes of its values, about
	lists   []string // of the values that are lists and maps
	made    []byte   // text that was made here
	readers atomic.Int32
}

// add starts a row, and returns its index. The caller sets all columns.
func (b *batch) add() int {
	b.n++
	return b.n - 1
}

// set sets column i of row r.
func (b *batch) set(i, r int, v graph.Value) {
	b.size += 8
	switch v.Type() {
	case graph.String, graph.JSON:
		b.size += len(v.Text())
	case graph.Strings:
		v = graph.StringsValue(b.keep(v.Strings()))
	case graph.Map:
		v = graph.MapValue(b.keep(v.Pairs()))
	}
	b.columns[i][r] = v
}

// keep copies a list, which is the caller's; its text is not.
func (b *batch) keep(list []string) []string {
	// Where this moves b.lists, the lists before it stay what they are.
	start := len(b.lists)
	b.lists = append(b.lists, list...)
	for _, s := range list {
		b.size += len(s) + 4
	}
	return b.lists[start:]
}

// keepText copies a text that is not made to stay.
func (b *batch) keepText(text []byte) string {
	start := len(b.made)
	b.made = append(b.made, text...)
	return unsafe.String(&b.made[start], len(text))
}

// A pool has the batches, so that there are only so many.
type pool struct {
	free chan *batch
	made int
}

// get returns an empty batch with the given number of columns. It waits where
// all are in use.
func (p *pool) get(columns int) *batch {
	var b *batch
	select {
	case b = <-p.free:
	default:
		if p.made < inFlight {
			p.made++
			b = &batch{}
		} else {
			b = <-p.free
		}
	}
	for len(b.columns) < columns {
		b.columns = append(b.columns, make([]graph.Value, batchRows))
	}
	b.n, b.size, b.lists, b.made = 0, 0, b.lists[:0], b.made[:0]
	return b
}

// done is called by each reader of b once.
func (p *pool) done(b *batch) {
	if b.readers.Add(-1) == 0 {
		p.free <- b
	}
}
