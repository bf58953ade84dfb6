package cypher

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// A coder writes text as it stands between the quotes of a literal, and notes what it
// meets.
type coder struct {
	raw  bool // of FalkorDB, which has no escapes by number
	used charset
}

// A separator is a character that text is split by.
type separator rune

// separators are those of a statement by their marks.
type separators [marks]separator

// firstSeparators have a short escape, all but one.
var firstSeparators = separators{markRow: '\n', markField: '\t', markList: '\f', markNull: '\b', markBlock: 0x1e}

// codesOf returns separators as they stand in a literal.
func (c *coder) codesOf(s separators) (all codes) {
	other := coder{raw: c.raw}
	for mark, r := range s {
		all[mark] = string(other.appendEscaped(nil, string(rune(r))))
	}
	return all
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

// hasAny reports whether one of the separators is in the set.
func (c *charset) hasAny(seps separators) bool {
	return (c.control != 0 || c.private != nil) && slices.ContainsFunc(seps[:], c.has)
}

// with returns the characters of both sets.
func (c *charset) with(o *charset) charset {
	both := charset{control: c.control | o.control}
	for _, set := range []*charset{c, o} {
		if set.private == nil {
			continue
		}
		if both.private == nil {
			both.private = new([(lastPrivate - firstPrivate + 64) / 64]uint64)
		}
		for i, word := range set.private {
			both.private[i] |= word
		}
	}
	return both
}

// choose returns separators that are not in the set, old ones if they can stay; ok is
// false where there are none. NUL stays out of it.
func (c *charset) choose(old separators) (s separators, ok bool) {
	if old != (separators{}) && !c.hasAny(old) {
		return old, true
	}
	s = firstSeparators
	next := separator(0x1f)
	for mark := range s {
		for c.has(s[mark]) || slices.Contains(s[:mark], s[mark]) || mark < markBlock && s[mark] == s[markBlock] {
			s[mark] = next
			switch {
			case next == 1:
				next = firstPrivate
			case next > lastPrivate:
				return separators{}, false
			case next < 0x20:
				next--
			default:
				next++
			}
		}
	}
	return s, true
}

// literal returns s as a literal of Neo4j, quotes included.
func literal(s string) string {
	var c coder
	return string(c.appendLiteral(nil, s))
}

// stringList returns a list of literals of Neo4j.
func stringList(list []string) string {
	var c coder
	return string(c.appendStringList(nil, list))
}

func (c *coder) appendLiteral(dst []byte, s string) []byte {
	return append(c.appendEscaped(append(dst, '\''), s), '\'')
}

// appendStringList appends a list of literals.
func (c *coder) appendStringList(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = c.appendLiteral(dst, s)
	}
	return append(dst, ']')
}

// Eight bytes at a time.
const ones, high = 0x0101010101010101, 0x8080808080808080

// special has the highest bit of a byte set where that of x is not from a space to a
// tilde, or is a quote or a backslash. Borrows may set one too many, but only above a
// byte that is so: the lowest is right.
func special(x uint64) uint64 {
	quote, backslash := x^ones*'\'', x^ones*'\\'
	return (x | (x + ones) | (x - ones*' ') | (quote - ones) | (backslash - ones)) & high
}

// plain returns how many bytes at the start of s stand for themselves in a literal.
func plain(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if bad := special(load(s, i)); bad != 0 {
			return i + bits.TrailingZeros64(bad)/8
		}
	}
	if i == len(s) {
		return i
	}
	if len(s) >= 8 { // the last eight, of which the first have been seen
		if bad := special(load(s, len(s)-8)); bad != 0 {
			return len(s) - 8 + bits.TrailingZeros64(bad)/8
		}
		return len(s)
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '\'' || c == '\\' {
			break
		}
	}
	return i
}

func load(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s[i:]), 8))
}

const hex = "0123456789abcdef"

// appendEscaped appends s as it stands between the quotes of a literal, and notes its
// characters. For Neo4j that is ASCII. Quote and backslash must not be written by
// number: Cypher replaces \u escapes before it looks for the literal's end. Characters
// beyond U+FFFF are two surrogates, for Cypher has no longer escape. Bytes that are not
// UTF-8 become U+FFFD. FalkorDB knows no such escapes, and ends a text at U+0000.
func (c *coder) appendEscaped(dst []byte, s string) []byte {
	n := plain(s)
	if dst = append(dst, s[:n]...); n == len(s) {
		return dst
	}
	return c.appendSpecial(dst, s[n:])
}

func (c *coder) appendSpecial(dst []byte, s string) []byte {
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		c.used.add(r)
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
			dst = c.appendRune(dst, r)
		}
		n = plain(s)
		dst = append(dst, s[:n]...)
		s = s[n:]
	}
	return dst
}

func (c *coder) appendRune(dst []byte, r rune) []byte {
	if c.raw {
		if r == 0 {
			r = utf8.RuneError
		}
		return utf8.AppendRune(dst, r)
	}
	if r > 0xffff {
		high, low := utf16.EncodeRune(r)
		dst = appendUnit(dst, high)
		r = low
	}
	return appendUnit(dst, r)
}

func appendUnit(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// unit returns the length of the first character of a literal's text, or of a part of
// it that no separator begins with.
func (c *coder) unit(s string) int {
	switch {
	case s[0] != '\\':
		return 1
	case s[1] == 'u' && !c.raw:
		return 6
	}
	return 2
}
