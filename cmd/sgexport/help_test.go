package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// TestHelp looks whether the help of each command names each of its options, with the
// environment variable, and fits on a terminal.
func TestHelp(t *testing.T) {
	help := func(args ...string) string {
		var out, stderr bytes.Buffer
		if code := run(append([]string{"sgexport"}, append(args, "--help")...), nil, &out, &stderr); code != 0 {
			t.Fatalf("%v: %d, %s", args, code, &stderr)
		}
		for line := range strings.Lines(out.String()) {
			if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > tableWidth {
				t.Errorf("%v: more than %d columns: %s", args, tableWidth, line)
			}
		}
		return out.String()
	}
	top := help()
	for _, c := range newApp(nil, nil, nil).Commands {
		if !strings.Contains(top, "\n   "+c.Name+" ") {
			t.Errorf("the help does not name %s", c.Name)
		}
		text := help(c.Name)
		for _, f := range c.Flags {
			if !strings.Contains(text, "\n   --"+f.Names()[0]) {
				t.Errorf("%s: --%s is missing", c.Name, f.Names()[0])
			}
			if _, said, _ := strings.Cut(text, "\n   --"+f.Names()[0]); strings.Count(strings.SplitN(said, "\n   --", 2)[0], "(default:") > 1 {
				t.Errorf("%s: --%s has two defaults", c.Name, f.Names()[0])
			}
			if v, ok := f.(cli.DocGenerationFlag); !ok || !strings.Contains(text, "[$"+v.GetEnvVars()[0]+"]") {
				t.Errorf("%s: the variable of --%s is missing", c.Name, f.Names()[0])
			}
		}
	}
}
