package cypher

import (
	"strconv"
	"strings"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
)

// What separates.
const (
	markField = iota
	markRow
	markList
	markNull
	markBlock
	marks
)

// codes are separators by their marks, as they stand in a literal.
type codes [marks]string

// A batch codes the rows of one statement: fields between field separators, null as a
// character of its own, list elements each followed by the list separator. Nulls at a
// row's end are left out, for what is beyond the end of a list is null.
//
// The separators are chosen before the first row, for most rows have none of them.
// Where a row has one, the rows before it are coded anew with others.
type batch struct {
	coder
	buf   []byte // rows, as they stand in a literal
	n     int    // rows
	seps  separators
	codes codes
	short [marks]byte // of codes that are a backslash and this
	turns int         // how often the separators have changed

	fields int // in the current row
	nulls  int // after them, not written yet

	starts  []int      // of the rows in buf
	scopes  []scopeRun // of the rows
	scratch []byte
}

// A scopeRun is a scope and where the rows that have it, one after another, begin.
type scopeRun struct {
	scope string
	row   int
}

// maxTurns is how often the separators of a statement may change. Each time costs as
// much as writing it.
const maxTurns = 40

// add codes one row. It takes the row back and reports false where the batch would
// have no separators left.
func (b *batch) add(scope string, row func(dst []byte) []byte) bool {
	if b.codes == (codes{}) {
		b.reset()
	}
	newScope := b.n == 0 || scope != b.scopes[len(b.scopes)-1].scope
	if newScope {
		b.scratch = b.appendEscaped(b.scratch[:0], scope)
	}
	for {
		start := len(b.buf)
		b.fields, b.nulls = 0, 0
		if b.n > 0 {
			b.buf = append(b.buf, b.codes[markRow]...)
		}
		first := len(b.buf)
		b.buf = row(b.buf)
		if !b.used.hasAny(b.seps) {
			if newScope {
				b.scopes = append(b.scopes, scopeRun{scope, b.n})
			}
			b.starts = append(b.starts, first)
			b.n++
			return true
		}
		b.buf = b.buf[:start]
		seps, ok := b.used.choose(b.seps)
		if !ok || b.turns == maxTurns {
			return false
		}
		b.turns++
		b.recodeAll(seps)
	}
}

// recodeAll changes the separators of all rows.
func (b *batch) recodeAll(seps separators) {
	codes := b.codesOf(seps)
	start, row := 0, 0
	rows := b.buf
	b.buf = make([]byte, 0, max(2*len(rows), 4096))
	for i := range b.starts {
		end := len(rows)
		if row+1 < len(b.starts) {
			end = b.starts[row+1]
		}
		b.starts[i] = len(b.buf)
		b.buf = append(b.buf, b.recode(rows[start:end], b.codes, codes)...)
		start = end
		row++
	}
	b.choose(seps)
}

func (b *batch) choose(seps separators) {
	b.seps, b.codes = seps, b.codesOf(seps)
	for mark, code := range b.codes {
		b.short[mark] = 0
		if len(code) == 2 && code[0] == '\\' {
			b.short[mark] = code[1]
		}
	}
}

// mixed reports whether the rows are not all of one scope.
func (b *batch) mixed() bool { return len(b.scopes) > 1 }

func (b *batch) reset() {
	b.buf, b.n, b.starts, b.scopes, b.turns = b.buf[:0], 0, b.starts[:0], b.scopes[:0], 0
	b.used = charset{}
	if b.seps != firstSeparators || b.codes == (codes{}) {
		b.choose(firstSeparators)
	}
}

// separate starts a field that is not null, after the nulls before it.
func (b *batch) separate(dst []byte) []byte {
	for {
		if b.fields > 0 {
			dst = b.appendCode(dst, markField)
		}
		b.fields++
		if b.nulls == 0 {
			return dst
		}
		b.nulls--
		dst = b.appendCode(dst, markNull)
	}
}

func (b *batch) appendCode(dst []byte, mark int) []byte {
	if c := b.short[mark]; c != 0 {
		return append(dst, '\\', c)
	}
	return append(dst, b.codes[mark]...)
}

func (b *batch) text(dst []byte, s string) []byte {
	return b.appendEscaped(b.separate(dst), s)
}

func (b *batch) values(dst []byte, values []graph.Value) []byte {
	for i := range values {
		v := &values[i]
		switch v.Type() {
		case 0:
			b.nulls++
		case graph.String, graph.JSON:
			dst = b.text(dst, v.Text())
		case graph.Strings:
			dst = b.separate(dst)
			for _, s := range v.Strings() {
				dst = b.appendCode(b.appendEscaped(dst, s), markList)
			}
		case graph.Map:
			b.scratch = graph.AppendJSONMap(b.scratch[:0], v.Pairs())
			dst = b.text(dst, unsafe.String(unsafe.SliceData(b.scratch), len(b.scratch)))
		default:
			dst = b.appendScalar(b.separate(dst), *v)
		}
	}
	return dst
}

// appendScalar appends the text of a number, a truth value or a time.
func (c *coder) appendScalar(dst []byte, v graph.Value) []byte {
	switch v.Type() {
	case graph.Int:
		return strconv.AppendInt(dst, v.Int(), 10)
	case graph.Float:
		return graph.AppendFloat(dst, v.Float())
	case graph.Bool:
		return strconv.AppendBool(dst, v.Bool())
	}
	if !c.raw && v.Micros() > lastMicrosOfYear9999 {
		dst = append(dst, '+') // Neo4j wants a sign before a year of more than four digits
	}
	return graph.AppendTimestamp(dst, v.Micros())
}

const lastMicrosOfYear9999 = 253402300799999999

// appendScoped appends the rows with the scope of each before it.
func (b *batch) appendScoped(dst []byte) []byte {
	for i, run := range b.scopes {
		end := b.n
		if i+1 < len(b.scopes) {
			end = b.scopes[i+1].row
		}
		b.scratch = append(b.appendEscaped(b.scratch[:0], run.scope), b.codes[markField]...)
		for row := run.row; row < end; row++ {
			next := len(b.buf)
			if row+1 < b.n {
				next = b.starts[row+1]
			}
			dst = append(append(dst, b.scratch...), b.buf[b.starts[row]:next]...)
		}
	}
	return dst
}

// recode returns text in which other separators stand.
func (c *coder) recode(text []byte, from, to codes) []byte {
	out := make([]byte, 0, len(text)+len(text)/8)
	s := unsafe.String(unsafe.SliceData(text), len(text))
next:
	for s != "" {
		for mark, code := range from {
			if code != "" && strings.HasPrefix(s, code) {
				out = append(out, to[mark]...)
				s = s[len(code):]
				continue next
			}
		}
		n := c.unit(s)
		out = append(out, s[:n]...)
		s = s[n:]
	}
	return out
}
