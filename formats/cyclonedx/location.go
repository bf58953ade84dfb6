package cyclonedx

import (
	"fmt"
	"strings"
)

// A location is what lies in a bucket below a key, or at it.
type location struct{ bucket, key string }

// parseLocation reads what [location.String] writes.
func parseLocation(s string) (l location, ok bool) {
	rest, ok := strings.CutPrefix(s, "s3://")
	if !ok || rest == "" || rest[0] == '/' {
		return location{}, false
	}
	l.bucket, l.key, _ = strings.Cut(rest, "/")
	return l, true
}

func (l location) String() string { return "s3://" + l.bucket + "/" + l.key }

// iri makes a reference of a text that is to be one: what no IRI has is written in
// percents.
func iri(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r <= ' ' || r == 0x7f || strings.ContainsRune("\"<>\\^`{|}[]", r), r == '%' && !isEscape(s[i:]), r == '#':
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		case r >= 0x80 && r < 0xa0, r >= 0xe000 && r <= 0xf8ff, r >= 0xfdd0 && r <= 0xfdef, r >= 0xfff0 && r <= 0xffff:
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isEscape reports whether a text begins with a byte in percents.
func isEscape(s string) bool {
	return len(s) >= 3 && strings.Trim(s[1:3], "0123456789abcdefABCDEF") == ""
}
