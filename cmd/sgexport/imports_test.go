package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports holds the layers of ARCHITECTURE.md: who may import whom.
func TestImports(t *testing.T) {
	const module = "github.com/sgexport/sgexport/"
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	imports := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		words := strings.Fields(line)
		imports[strings.TrimPrefix(words[0], module)] = words[1:]
	}
	for _, c := range []struct {
		from  string // a package, or a folder with a slash at its end
		never []string
	}{
		{"graph", []string{".", module}}, // a dot: everything outside the standard library
		{"graph/", []string{"aws-sdk-go", module + "exporter", module + "formats", module + "internal", module + "simulator"}},
		{"formats/", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "internal", module + "simulator"}},
		{"exporter", []string{"urfave", module + "formats", module + "simulator", module + "cmd"}},
		{"internal/snapshot", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "simulator", module + "cmd"}},
		{"internal/snapshot/", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "simulator", module + "cmd"}},
		{"simulator", []string{"urfave", module + "exporter", module + "formats", module + "internal", module + "cmd"}},
	} {
		found := false
		for pkg, list := range imports {
			if pkg != c.from && !(strings.HasSuffix(c.from, "/") && strings.HasPrefix(pkg, c.from)) {
				continue
			}
			found = true
			for _, i := range list {
				for _, n := range c.never {
					if strings.Contains(i, n) {
						t.Errorf("%s imports %s, which it must not: see ARCHITECTURE.md", pkg, i)
					}
				}
			}
		}
		if !found {
			t.Errorf("there is no package %s", c.from)
		}
	}
}
