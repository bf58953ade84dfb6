package cyclonedx

import (
	"fmt"
	"net/url"
	"strings"
)

// iri makes a reference of a text that is to be one: what an IRI does not have is
// written in percents, and what then still names no host and port becomes a path.
// Source: RFC 3987, section 2.2.
func iri(s string) string {
	escaped := escape(s)
	if _, err := url.Parse(escaped); err == nil {
		return escaped
	}
	escaped = strings.ReplaceAll(escaped, ":", "%3A")
	if strings.HasPrefix(escaped, "//") {
		escaped = "%2F" + escaped[1:]
	}
	return escaped
}

// escape writes in percents what an IRI does not have.
func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		if isIRI(r) && (r != '%' || isEscape(s[i:])) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// isIRI reports whether an IRI has a character that all readers take: rfc3987-syntax,
// which cyclonedx-python-lib asks, refuses some beyond ASCII. A fragment has no place in
// what AWS calls a URI, so # is none.
func isIRI(r rune) bool {
	return r > ' ' && r < 0x7f && !strings.ContainsRune("\"#<>[\\]^`{|}", r)
}

// isEscape reports whether a text begins with a byte in percents.
func isEscape(s string) bool {
	return len(s) >= 3 && strings.Trim(s[1:3], "0123456789abcdefABCDEF") == ""
}
