package graph

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
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
	first := true
	for i, c := range cols {
		if values[i].IsNull() {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, '"')
		dst = append(dst, c.Name...)
		dst = append(dst, '"', ':')
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
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
			case r == '\u2028' || r == '\u2029':
				dst = append(append(dst, s[start:i]...), `\u202`...)
				dst = append(dst, hex[r&15])
			default:
				i += n
				continue
			}
			i += n
			start = i
			continue
		}
		dst = append(dst, s[start:i]...)
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
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
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

// AppendTimestamp appends microseconds since the Unix epoch as RFC 3339 in UTC
// with six decimals: 2026-01-02T03:04:05.000000Z. Such texts sort by time
// within the years 0 to 9999.
func AppendTimestamp(dst []byte, us int64) []byte {
	return time.UnixMicro(us).UTC().AppendFormat(dst, "2006-01-02T15:04:05.000000Z")
}

// ParseTimestamp reads what [AppendTimestamp] writes.
func ParseTimestamp(s string) (us int64, err error) {
	t, err := time.Parse("2006-01-02T15:04:05.000000Z", s)
	if err != nil {
		return 0, err
	}
	return t.UnixMicro(), nil
}
