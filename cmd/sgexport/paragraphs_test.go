package main

import (
	"bytes"
	"strings"
	"testing"
)

// Long things are cut before others are left out: of each there is its beginning.
func TestList(t *testing.T) {
	long := strings.Repeat("ModelPackage ", 30)
	for name, c := range map[string]struct {
		texts []string
		most  int
		want  []string // what lines begin with
	}{
		"there is room":      {[]string{"a", "b"}, 2, []string{"  a", "  b"}},
		"one, too long":      {[]string{long}, 6, []string{"  ModelPackage", "    ModelPackage", "    ModelPackage"}},
		"two, too long":      {[]string{"a " + long, "b " + long}, 6, []string{"  a Model", "    Model", "    Model", "  b Model", "    Model", "    Model"}},
		"long, and one more": {[]string{"a " + long, "b"}, 4, []string{"  a Model", "    Model", "    Model", "  b"}},
		"too many":           {[]string{"a", "b", "c", "d"}, 3, []string{"  a", "  b", "  … and 2 more: sgexport verify lists"}},
	} {
		var b bytes.Buffer
		p := paragraphs{w: &b, columns: 40}
		p.list(c.texts, c.most)
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if name == "too many" {
			lines = lines[:3] // the last is folded
		}
		if len(lines) != len(c.want) {
			t.Errorf("%s: got %q", name, lines)
			continue
		}
		for i, want := range c.want {
			if !strings.HasPrefix(lines[i], want) || width(lines[i]) > 40 {
				t.Errorf("%s: line %d is %q, and does not begin with %q", name, i+1, lines[i], want)
			}
		}
	}
}
