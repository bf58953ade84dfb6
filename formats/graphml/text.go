package graphml

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// plain returns how many bytes at the start of s stand for themselves. It looks
// at eight at a time, at the end at the last eight.
func plain(s string) int {
	i := 0
	for len(s)-i >= 32 && special(word(s, i))|special(word(s, i+8))|special(word(s, i+16))|special(word(s, i+24)) == 0 {
		i += 32
	}
	for len(s)-i >= 8 {
		m := special(word(s, i))
		if m == 0 {
			i += 8
			continue
		}
		// The lowest bit is right; those above may be set by a borrow.
		if i += bits.TrailingZeros64(m) / 8; !isBlank(s[i]) {
			return i
		}
		i++
	}
	if i < len(s) && len(s) >= 8 && special(word(s, len(s)-8)) == 0 {
		return len(s)
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' && !isBlank(c) || c >= utf8.RuneSelf || c == '&' || c == '<' || c == '>' {
			break
		}
	}
	return i
}

// isBlank says which control characters stand for themselves.
func isBlank(c byte) bool { return c == '\t' || c == '\n' }

// word is the eight bytes of s from i on, which must be there.
func word(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)), 8))
}

// special has the highest bit of each byte set that is not ASCII, a control
// character, or one of & < and >.
func special(x uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	// < and > differ in one bit.
	angle, and := (x|ones*2)^ones*'>', x^ones*'&'
	return (x | (x - ones*' ') | (angle - ones) | (and - ones)) & high
}

// appendText appends s as character data. A carriage return, U+0085, U+2028
// and U+2029 are written by number, because readers make line feeds of them.
// What XML 1.0 has no place for becomes U+FFFD, and then lost is true.
// Source: XML 1.0, sections 2.2 (Char) and 2.11 (end-of-line handling).
func appendText(dst []byte, s string) (text []byte, lost bool) {
	for {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if s = s[n:]; s == "" {
			return dst, lost
		}
		r, n := utf8.DecodeRuneInString(s)
		switch r {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '\r':
			dst = append(dst, "&#13;"...)
		case '\u0085':
			dst = append(dst, "&#x85;"...)
		case '\u2028':
			dst = append(dst, "&#x2028;"...)
		case '\u2029':
			dst = append(dst, "&#x2029;"...)
		case utf8.RuneError:
			dst = append(dst, replacement...)
			lost = lost || n == 1 // bytes that are not UTF-8, and not a U+FFFD that was there
		case '\ufffe', '\uffff':
			dst, lost = append(dst, replacement...), true
		default:
			if r < ' ' {
				dst, lost = append(dst, replacement...), true
			} else {
				dst = append(dst, s[:n]...)
			}
		}
		s = s[n:]
	}
}

const replacement = "\ufffd"
