package cypher

import (
	"encoding/binary"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
)

// In the buffer of a batch these bytes stand for separators, which are chosen
// later. Text never has them there: its control characters are escaped.
const (
	markField = iota
	markRow
	markList
	markNull
	marks
)

// A batch codes the rows of one statement: fields between field separators,
// null as a character of its own, list elements each followed by the list
// separator. Nulls at a row's end are left out, for what is beyond the end of
// a list is null.
type batch struct {
	buf  []byte // rows, escaped, with marks
	n    int    // rows
	used charset
	seps separators // in none of the rows

	fields int // in the current row
	nulls  int // after them, not written yet

	scopes  []string // of the rows
	mixed   bool     // they are not all the same
	scratch []byte
}

// add codes one row. It takes the row back and reports false where the batch
// would have no separators left.
func (b *batch) add(scope string, row func(*batch)) bool {
	start := len(b.buf)
	b.fields, b.nulls = 0, 0
	if b.n > 0 {
		b.buf = append(b.buf, markRow)
	}
	if b.n == 0 || scope != b.scopes[b.n-1] {
		b.scratch = appendEscaped(b.scratch[:0], scope, &b.used)
	}
	row(b)
	seps, ok := b.used.choose(b.seps)
	if !ok {
		b.buf = b.buf[:start]
		return false
	}
	b.seps = seps
	b.mixed = b.mixed || b.n > 0 && scope != b.scopes[0]
	b.scopes = append(b.scopes, scope)
	b.n++
	return true
}

func (b *batch) reset() {
	b.buf, b.n, b.scopes, b.mixed = b.buf[:0], 0, b.scopes[:0], false
	b.used, b.seps = charset{}, separators{}
}

// field starts a field that is not null.
func (b *batch) field() {
	for ; b.nulls > 0; b.nulls-- {
		b.separate()
		b.buf = append(b.buf, markNull)
	}
	b.separate()
}

func (b *batch) separate() {
	if b.fields > 0 {
		b.buf = append(b.buf, markField)
	}
	b.fields++
}

func (b *batch) text(s string) {
	b.field()
	b.buf = appendEscaped(b.buf, s, &b.used)
}

func (b *batch) values(values []graph.Value) {
	for _, v := range values {
		switch v.Type() {
		case 0:
			b.nulls++
		case graph.Strings:
			b.field()
			for _, s := range v.Strings() {
				b.buf = append(appendEscaped(b.buf, s, &b.used), markList)
			}
		case graph.String, graph.JSON:
			b.text(v.Text())
		case graph.Map:
			b.field()
			b.scratch = graph.AppendJSONMap(b.scratch[:0], v.Pairs())
			b.buf = appendEscaped(b.buf, unsafe.String(unsafe.SliceData(b.scratch), len(b.scratch)), &b.used)
		default:
			b.field()
			b.buf = appendScalar(b.buf, v)
		}
	}
}

// appendScalar appends the text of a number, a truth value or a time.
func appendScalar(dst []byte, v graph.Value) []byte {
	switch v.Type() {
	case graph.Int:
		return strconv.AppendInt(dst, v.Int(), 10)
	case graph.Float:
		return graph.AppendFloat(dst, v.Float())
	case graph.Bool:
		return strconv.AppendBool(dst, v.Bool())
	}
	// Neo4j wants a sign before a year of more than four digits.
	if v.Micros() > lastMicrosOfYear9999 {
		dst = append(dst, '+')
	}
	return graph.AppendTimestamp(dst, v.Micros())
}

const lastMicrosOfYear9999 = 253402300799999999

// appendRows appends the rows with separators instead of marks and, where
// scopes are mixed, each row's scope before it.
func (b *batch) appendRows(dst []byte) []byte {
	marks := [marks]string{
		markField: b.seps.field.escape(), markRow: b.seps.row.escape(),
		markList: b.seps.list.escape(), markNull: b.seps.null.escape(),
	}
	row := 0
	scope := func() {
		if b.mixed {
			dst = append(appendEscaped(dst, b.scopes[row], &b.used), marks[markField]...)
		}
	}
	scope()
	start := 0
	for i, c := range b.buf {
		if int(c) >= len(marks) {
			continue
		}
		dst = append(append(dst, b.buf[start:i]...), marks[c]...)
		start = i + 1
		if c == markRow {
			row++
			scope()
		}
	}
	return append(dst, b.buf[start:]...)
}

// A separator is a character that text is split by.
type separator rune

// separators are the four of a statement: between rows, between fields, after
// list elements, and the one that is null.
type separators struct{ row, field, list, null separator }

// escape returns the separator as it stands in a literal.
func (s separator) escape() string {
	var used charset
	return string(appendEscaped(nil, string(rune(s)), &used))
}

// Private characters, of which any number may be separators.
const (
	firstPrivate = '\ue000'
	lastPrivate  = '\uf8ff'
)

// A charset says which of the characters that can be separators are in a text.
type charset struct {
	control uint32 // U+0000 to U+001F
	private *[(lastPrivate - firstPrivate + 64) / 64]uint64
}

func (c *charset) add(r rune) {
	switch {
	case r < 0x20:
		c.control |= 1 << r
	case r >= firstPrivate && r <= lastPrivate:
		if c.private == nil {
			c.private = new([(lastPrivate - firstPrivate + 64) / 64]uint64)
		}
		c.private[(r-firstPrivate)/64] |= 1 << ((r - firstPrivate) % 64)
	}
}

func (c *charset) has(s separator) bool {
	switch {
	case s < 0x20:
		return c.control&(1<<s) != 0
	case c.private == nil:
		return false
	}
	return c.private[(s-firstPrivate)/64]&(1<<((s-firstPrivate)%64)) != 0
}

// choose returns four separators that are not in the set, old ones if they can
// stay; ok is false where there are none.
func (c *charset) choose(old separators) (s separators, ok bool) {
	if old != (separators{}) && !c.has(old.row) && !c.has(old.field) && !c.has(old.list) && !c.has(old.null) {
		return old, true
	}
	// The first choice of each has a short escape. NUL stays out of it.
	first := []separator{'\n', '\t', '\f', '\b'}
	var chosen []separator
	next := separator(0x1f)
	for _, f := range first {
		for c.has(f) || slices.Contains(chosen, f) {
			f = next
			switch {
			case next == 1:
				next = firstPrivate
			case next == lastPrivate:
				return separators{}, false
			case next < 0x20:
				next--
			default:
				next++
			}
		}
		chosen = append(chosen, f)
	}
	return separators{chosen[0], chosen[1], chosen[2], chosen[3]}, true
}

// literals are the fields of one row as Cypher expressions, for a row that
// leaves no separators.
type literals []string

func (l *literals) text(s string) { *l = append(*l, literal(s)) }

func (l *literals) values(values []graph.Value) {
	for _, v := range values {
		switch v.Type() {
		case 0:
			*l = append(*l, "null")
		case graph.Strings:
			*l = append(*l, string(appendStringList(nil, v.Strings())))
		case graph.String, graph.JSON:
			l.text(v.Text())
		case graph.Map:
			l.text(string(graph.AppendJSONMap(nil, v.Pairs())))
		default:
			l.text(string(appendScalar(nil, v)))
		}
	}
}

func (l literals) appendField(dst []byte, i int) []byte { return append(dst, l[i]...) }

func (l literals) appendValue(dst []byte, i int, t graph.Type) []byte {
	dst = append(append(dst, conversion(t)...), l[i]...)
	if conversion(t) != "" {
		dst = append(dst, ')')
	}
	return dst
}

// literal returns s as a Cypher literal, quotes included.
func literal(s string) string { return string(appendLiteral(nil, s)) }

func appendLiteral(dst []byte, s string) []byte {
	var used charset
	return append(appendEscaped(append(dst, '\''), s, &used), '\'')
}

// appendStringList appends a list of literals.
func appendStringList(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendLiteral(dst, s)
	}
	return append(dst, ']')
}

// plain returns how many bytes at the start of s stand for themselves in a
// literal. It looks at eight at a time: in each byte of special the highest bit
// is set where the byte is not from ' ' to '~', or is a quote or a backslash.
func plain(s string) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s[i:]), 8))
		quote, backslash := x^ones*'\'', x^ones*'\\'
		special := (x | (x + ones) | (x - ones*' ') | (quote - ones) | (backslash - ones)) & high
		if special != 0 {
			break // borrows and carries may have set a bit too many: look closer
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '\'' || c == '\\' {
			break
		}
	}
	return i
}

const hex = "0123456789abcdef"

// appendEscaped appends s as it stands between the quotes of a Cypher literal,
// in ASCII, and notes its characters in used. Quote and backslash must not be
// written by number: Cypher replaces \u escapes before it looks for the
// literal's end. Characters beyond U+FFFF are two surrogates, for Cypher has no
// longer escape. Bytes that are not UTF-8 become U+FFFD.
func appendEscaped(dst []byte, s string, used *charset) []byte {
	for {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if s = s[n:]; s == "" {
			return dst
		}
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		used.add(r)
		switch r {
		case '\'', '\\':
			dst = append(dst, '\\', byte(r))
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		default:
			if r > 0xffff {
				high, low := utf16.EncodeRune(r)
				dst = appendUnit(dst, high)
				r = low
			}
			dst = appendUnit(dst, r)
		}
	}
}

func appendUnit(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
