package main

import (
	"strings"
	"testing"
)

// What does not fit is cut, text by text, before whole texts are left out.
func TestListIsCut(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("some words ", 12))
	for _, c := range []struct {
		texts []string
		most  int
		want  string
	}{
		{[]string{"a", "b"}, 2, "  a\n  b\n"},
		{[]string{"a", "b", "c"}, 2, "  a\n  … and 2 more: sgexport verify lists\n    all\n"},
		{[]string{long, "b"}, 5, "  some words some words some words some\n    words some words some words some\n    words some words some words some\n    words some words some words\n  b\n"},
		{[]string{long, long}, 6, "  some words some words some words some\n    words some words some words some\n    words some words some words some …\n" +
			"  some words some words some words some\n    words some words some words some\n    words some words some words some …\n"},
	} {
		var b strings.Builder
		p := paragraphs{w: &b, columns: 40}
		p.list(c.texts, c.most)
		if b.String() != c.want {
			t.Errorf("%d texts in %d lines:\n%s\nwant\n%s", len(c.texts), c.most, &b, c.want)
		}
	}
}
