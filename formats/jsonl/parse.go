package jsonl

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// maxDepth bounds the recursion of skip. What a writer nests is three deep.
const maxDepth = 64

// A parser reads JSON (RFC 8259) from one text, strictly: valid UTF-8, no lone
// surrogates, nothing else than JSON. After the first error every method does
// nothing and returns zero, so that callers look at err once.
type parser struct {
	s       string
	i       int
	err     error
	scratch []byte
	owned   []byte // texts that had escapes, one after the other; the rest is free
}

func (p *parser) reset(s string) { p.s, p.i, p.err = s, 0, nil }

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("column %d: "+format, append([]any{p.i + 1}, args...)...)
	}
}

// unexpected fails for want of what.
func (p *parser) unexpected(what string) {
	if p.i >= len(p.s) {
		p.fail("want %s, have the end of the line", what)
	} else {
		p.fail("want %s, have %.20q", what, p.s[p.i:])
	}
}

// peek skips white space and returns the next byte, or 0 at the end.
func (p *parser) peek() byte {
	if p.err == nil && p.i < len(p.s) && p.s[p.i] > ' ' {
		return p.s[p.i]
	}
	return p.peekFurther()
}

func (p *parser) peekFurther() byte {
	for p.err == nil && p.i < len(p.s) {
		switch c := p.s[p.i]; c {
		case ' ', '\t', '\r', '\n':
			p.i++
		default:
			return c
		}
	}
	return 0
}

// take consumes s if it is next, just as it is.
func (p *parser) take(s string) bool {
	if p.err != nil || !strings.HasPrefix(p.s[p.i:], s) {
		return false
	}
	p.i += len(s)
	return true
}

// open consumes c, the bracket of an object or a list.
func (p *parser) open(c byte) {
	if p.peek() != c {
		p.unexpected(strconv.QuoteRune(rune(c)))
		return
	}
	p.i++
}

// next reports whether another element follows, having consumed the comma
// before it or the bracket end. n is the number of elements so far.
func (p *parser) next(n int, end byte) bool {
	switch c := p.peek(); {
	case p.err != nil:
		return false
	case c == end && c != 0:
		p.i++
		return false
	case n == 0:
		return true
	case c == ',':
		p.i++
		return true
	}
	p.unexpected("a comma or " + strconv.QuoteRune(rune(end)))
	return false
}

// key reads a key and its colon.
func (p *parser) key() string {
	s := p.text()
	if p.peek() != ':' {
		p.unexpected("a colon")
		return ""
	}
	p.i++
	return s
}

// end fails if anything but white space is left.
func (p *parser) end() {
	if p.peek(); p.err == nil && p.i < len(p.s) {
		p.unexpected("the end of the line")
	}
}

// text reads a string. Without an escape it is a part of the line.
func (p *parser) text() string {
	if p.peek() != '"' {
		p.unexpected("a string")
		return ""
	}
	p.i++
	start := p.i
	i, ascii := plain(p.s, start)
	if i == len(p.s) {
		p.i = i
		p.unexpected("the end of a string")
		return ""
	}
	switch p.s[i] {
	case '"':
		p.i = i + 1
		return p.utf8(p.s[start:i], ascii)
	case '\\':
		return p.escaped(start, i, ascii)
	}
	p.i = i
	p.fail("a control character in a string")
	return ""
}

// plain returns where the first quote, backslash or control character of s is,
// from i on, or its length; ascii may be false where all before it is ASCII. It
// looks at eight bytes at a time: the lowest that has its highest bit set in
// special is one of these, for a borrow goes upwards only.
func plain(s string, i int) (_ int, ascii bool) {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	var all uint64
	for ; i+8 <= len(s); i += 8 {
		x := binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s[i:]), 8))
		special := ((x - ones*' ') | (x ^ ones*'"' - ones) | (x ^ ones*'\\' - ones)) &^ x & high
		all |= x
		if special != 0 {
			return i + bits.TrailingZeros64(special)/8, all&high == 0
		}
	}
	for ; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' {
			break
		}
		all |= uint64(c)
	}
	return i, all&high == 0
}

func (p *parser) utf8(s string, ascii bool) string {
	if !ascii && !utf8.ValidString(s) {
		p.fail("a string that is not UTF-8")
		return ""
	}
	return s
}

// escaped goes on with the string that began at start and has its first
// backslash at i.
func (p *parser) escaped(start, i int, ascii bool) string {
	b := p.scratch[:0]
	defer func() { p.scratch = b }()
	for i < len(p.s) {
		c := p.s[i]
		switch {
		case c == '"':
			b = append(b, p.s[start:i]...)
			p.i = i + 1
			return p.utf8(p.own(b), ascii)
		case c < 0x20:
			p.i = i
			p.fail("a control character in a string")
			return ""
		case c != '\\':
			end, only := plain(p.s, i)
			i, ascii = end, ascii && only
			continue
		}
		b = append(b, p.s[start:i]...)
		p.i = i
		if i+1 >= len(p.s) {
			break
		}
		i += 2
		switch e := p.s[i-1]; e {
		case '"', '\\', '/':
			b = append(b, e)
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r, ok := hex4(p.s[i:])
			i += 4
			if ok && utf16.IsSurrogate(r) {
				var low rune
				if ok = strings.HasPrefix(p.s[i:], `\u`); ok {
					if low, ok = hex4(p.s[i+2:]); ok {
						i += 6
						r = utf16.DecodeRune(r, low)
						ok = r != utf8.RuneError
					}
				}
			}
			if !ok {
				p.unexpected("a character after \\u")
				return ""
			}
			b = utf8.AppendRune(b, r)
		default:
			p.unexpected("an escape")
			return ""
		}
		start = i
	}
	p.i = len(p.s)
	p.unexpected("the end of a string")
	return ""
}

// ownedSize is how many bytes of texts with escapes are allocated at once.
const ownedSize = 16 << 10

// own returns b as a text of its own.
func (p *parser) own(b []byte) string {
	if len(b) > ownedSize/4 {
		return string(b)
	}
	if len(b) > cap(p.owned)-len(p.owned) {
		p.owned = make([]byte, 0, ownedSize)
	}
	start := len(p.owned)
	p.owned = append(p.owned, b...)
	return unsafe.String(unsafe.SliceData(p.owned[start:]), len(b))
}

func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number reads a number and returns its text.
func (p *parser) number() (s string, integer bool) {
	c := p.peek()
	start, i := p.i, p.i
	digits := func() bool {
		from := i
		for i < len(p.s) && p.s[i] >= '0' && p.s[i] <= '9' {
			i++
		}
		return i > from
	}
	if c == '-' {
		i++
	}
	integer = true
	ok := i < len(p.s)
	if ok && p.s[i] == '0' {
		i++
	} else {
		ok = digits()
	}
	if ok && i < len(p.s) && p.s[i] == '.' {
		i++
		integer, ok = false, digits()
	}
	if ok && i < len(p.s) && p.s[i]|0x20 == 'e' {
		i++
		if i < len(p.s) && (p.s[i] == '+' || p.s[i] == '-') {
			i++
		}
		integer, ok = false, digits()
	}
	if !ok {
		p.unexpected("a number")
		return "", false
	}
	p.i = i
	return p.s[start:i], integer
}

func (p *parser) int() int64 {
	s, integer := p.number()
	if p.err != nil {
		return 0
	}
	if !integer {
		p.fail("want an integer, have %.40s", s)
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		p.fail("%.40s is no 64-bit integer", s)
	}
	return n
}

func (p *parser) float() float64 {
	s := ""
	if p.peek() == '"' {
		switch s = p.text(); s {
		case "NaN", "Infinity", "-Infinity":
		default:
			p.fail("want a number, have %.40q", s)
		}
	} else {
		s, _ = p.number()
	}
	if p.err != nil {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		p.fail("%.40s: %w", s, errors.Unwrap(err))
	}
	return f
}

// word consumes the literal w if it is next.
func (p *parser) word(w string) bool {
	p.peek()
	if p.err != nil || !strings.HasPrefix(p.s[p.i:], w) {
		return false
	}
	p.i += len(w)
	return true
}

func (p *parser) bool() bool {
	if p.word("true") {
		return true
	}
	if !p.word("false") {
		p.unexpected("true or false")
	}
	return false
}

// skip reads any value and forgets it.
func (p *parser) skip(depth int) {
	if depth > maxDepth {
		p.fail("nested more than %d deep", maxDepth)
		return
	}
	switch c := p.peek(); c {
	case '{':
		p.i++
		for n := 0; p.next(n, '}'); n++ {
			p.key()
			p.skip(depth + 1)
		}
	case '[':
		p.i++
		for n := 0; p.next(n, ']'); n++ {
			p.skip(depth + 1)
		}
	case '"':
		p.text()
	case 't', 'f':
		p.bool()
	case 'n':
		if !p.word("null") {
			p.unexpected("null")
		}
	default:
		p.number()
	}
}
