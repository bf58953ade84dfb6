package names

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Expand fills the {Names} of a template; ok is false where one is empty. A
// name may offer alternatives: {UserProfileName|SpaceName}.
func Expand(template string, value func(name string) string) (s string, ok bool) {
	var b strings.Builder
	for template != "" {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			break
		}
		names, after, _ := strings.Cut(rest, "}")
		v := ""
		for _, name := range strings.Split(names, "|") {
			if v = value(name); v != "" {
				break
			}
		}
		if v == "" {
			return "", false
		}
		b.WriteString(v)
		template = after
	}
	return b.String(), true
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
