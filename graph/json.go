package graph

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// AppendJSON appends v as JSON: null, a string, a number, true, a list, an
// object. A [Timestamp] is an RFC 3339 string to the microsecond, a [JSON]
// value is a string that holds the JSON, a float always has a point or an
// exponent, and NaN and the infinities are the strings "NaN", "Infinity" and
// "-Infinity", as the AWS JSON protocol has them.
func AppendJSON(dst []byte, v Value) []byte {
	switch v.Type() {
	case String, JSON:
		return AppendQuoted(dst, v.Text())
	case Int:
		return strconv.AppendInt(dst, v.Int(), 10)
	case Float:
		f := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			dst = append(dst, '"')
			return append(AppendFloat(dst, f), '"')
		}
		return AppendFloat(dst, f)
	case Bool:
		return strconv.AppendBool(dst, v.Bool())
	case Timestamp:
		dst = append(dst, '"')
		return append(AppendTimestamp(dst, v.Micros()), '"')
	case Strings:
		return AppendJSONList(dst, v.Strings())
	case Map:
		return AppendJSONMap(dst, v.Pairs())
	}
	return append(dst, "null"...)
}

// AppendJSONList appends list as a JSON array of strings.
func AppendJSONList(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendQuoted(dst, s)
	}
	return append(dst, ']')
}

// AppendJSONMap appends pairs, as [Value.Pairs] has them, as a JSON object.
func AppendJSONMap(dst []byte, pairs []string) []byte {
	dst = append(dst, '{')
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendQuoted(dst, pairs[i])
		dst = append(dst, ':')
		dst = AppendQuoted(dst, pairs[i+1])
	}
	return append(dst, '}')
}

// AppendProperties appends the object of all non-null values, keyed by column
// name in column order: {"name":"x","created":"…"}.
func AppendProperties(dst []byte, cols []Column, values []Value) []byte {
	dst = append(dst, '{')
	first := len(dst)
	for i := range values {
		if values[i].IsNull() {
			continue
		}
		if len(dst) > first {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), cols[i].Name...), '"', ':')
		dst = AppendJSON(dst, values[i])
	}
	return append(dst, '}')
}

const hex = "0123456789abcdef"

// AppendQuoted appends s as a JSON string. Only what JSON demands is escaped,
// and U+2028 and U+2029, which some readers take for line ends. Bytes that are
// not UTF-8 become U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		c := s[n]
		if s = s[n:]; c >= utf8.RuneSelf {
			n = beyondASCII(s)
			if dst = append(dst, s[:n]...); n == 0 {
				dst, n = appendOdd(dst, s)
			}
			s = s[n:]
			continue
		}
		s = s[1:]
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
}

// plain returns how many bytes at the start of s stand for themselves: those
// before the first quote, backslash, control character or one beyond ASCII. It
// looks at eight bytes at a time: the lowest that has its highest bit set in
// special is one of these, for a borrow goes upwards only.
func plain(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if bad := special(word(s, i)); bad != 0 {
			return i + bits.TrailingZeros64(bad)/8
		}
	}
	if i < len(s) && len(s) >= 8 && special(word(s, len(s)-8)) == 0 {
		return len(s) // the last eight, of which some have been looked at
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// word is the eight bytes of s from i on, which must be there.
func word(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)), 8))
}

func special(x uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	return (x | (x - ones*' ') | (x ^ ones*'"' - ones) | (x ^ ones*'\\' - ones)) & high
}

// beyondASCII returns how many bytes at the start of s are characters beyond
// ASCII that stand for themselves.
func beyondASCII(s string) (n int) {
	for n < len(s) && s[n] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(s[n:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			break
		}
		n += size
	}
	return n
}

// appendOdd appends what s begins with and [beyondASCII] stops at, and returns
// how long that is.
func appendOdd(dst []byte, s string) ([]byte, int) {
	switch r, n := utf8.DecodeRuneInString(s); r {
	case '\u2028', '\u2029':
		return append(append(dst, `\u202`...), hex[r&15]), n
	default:
		return append(dst, "\ufffd"...), n
	}
}

// AppendFloat appends the shortest decimal that reads back as f, always with a
// point or an exponent, or NaN, Infinity, -Infinity.
func AppendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	n := len(dst)
	dst = strconv.AppendFloat(dst, f, format, -1, 64)
	for _, c := range dst[n:] {
		if c == '.' || c == 'e' {
			return dst
		}
	}
	return append(dst, '.', '0')
}
