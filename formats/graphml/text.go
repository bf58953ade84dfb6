package graphml

import "unicode/utf8"

// plain are the bytes that stand for themselves.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '&' && c != '<' && c != '>' && c != '"'
	}
	t['\t'], t['\n'] = true, true
	return t
}()

// appendText appends s as character data. A carriage return, U+0085, U+2028
// and U+2029 are written by number, because readers make line feeds of them.
// What XML 1.0 has no place for becomes U+FFFD.
// Source: XML 1.0, sections 2.2 (Char) and 2.11 (end-of-line handling).
func appendText[T string | []byte](dst []byte, s T) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		n, by := 1, replacement
		switch {
		case c == '&':
			by = "&amp;"
		case c == '<':
			by = "&lt;"
		case c == '>':
			by = "&gt;"
		case c == '"':
			by = "&quot;"
		case c == '\r':
			by = "&#13;"
		case c >= utf8.RuneSelf:
			var r rune
			r, n = utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
			switch r {
			case '\u0085':
				by = "&#x85;"
			case '\u2028':
				by = "&#x2028;"
			case '\u2029':
				by = "&#x2029;"
			case utf8.RuneError, '\ufffe', '\uffff':
			default:
				i += n
				continue
			}
		}
		dst = append(append(dst, s[start:i]...), by...)
		i += n
		start = i
	}
	return append(dst, s[start:]...)
}

const replacement = "\ufffd"
