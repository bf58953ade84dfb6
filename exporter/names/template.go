package names

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Template is a text with {Names} that values take the place of. A name may offer
// alternatives: {UserProfileName|SpaceName}.
type Template []segment

// A segment is a text as it is, and the names behind it; none at the end.
type segment struct {
	text  string
	names []string
}

// ParseTemplate reads a template.
func ParseTemplate(text string) (t Template) {
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			return append(t, segment{text: before})
		}
		inside, after, _ := strings.Cut(rest, "}")
		t = append(t, segment{before, strings.Split(inside, "|")})
		text = after
	}
	return t
}

// Expand fills the names of a template; ok is false where one is empty.
func (t Template) Expand(value func(name string) string) (s string, ok bool) {
	var room [128]byte
	b := room[:0]
	for _, one := range t {
		b = append(b, one.text...)
		if one.names == nil {
			continue
		}
		v := ""
		for _, name := range one.names {
			if v = value(name); v != "" {
				break
			}
		}
		if v == "" {
			return "", false
		}
		b = append(b, v...)
	}
	return string(b), true
}

// Expand is [Template.Expand] of a text.
func Expand(template string, value func(name string) string) (s string, ok bool) {
	return ParseTemplate(template).Expand(value)
}

// Mentions reports whether a template has a name, among alternatives or not.
func Mentions(template, name string) bool {
	for rest := template; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			return false
		}
		inside, next, _ := strings.Cut(after, "}")
		if slices.Contains(strings.Split(inside, "|"), name) {
			return true
		}
		rest = next
	}
}

// IsNothing reports whether a value stands for no value: clients write their
// own null as text.
func IsNothing(s string) bool {
	switch strings.TrimSpace(s) {
	case "", "None", "none", "null", "NULL", "nil", "N/A", "-":
		return true
	}
	return false
}

// IsBlank reports whether a value is empty, or nothing but white space.
func IsBlank(s string) bool { return strings.TrimSpace(s) == "" }

// Valid replaces what is no UTF-8, which no format could keep.
func Valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
