package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter"
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
	// What a report's items become, or are asked for, knows neither checks nor a graph.
	ofItems := []string{"aws-sdk-go", "urfave", module + "graph", module + "exporter", module + "formats", module + "internal", module + "simulator", module + "cmd", module + "lineage", module + "audit/access", module + "audit/policy", module + "audit/checks"}
	for _, c := range []struct {
		from  string // a package, or a folder with a slash at its end
		never []string
	}{
		{"graph", []string{".", module}}, // a dot: everything outside the standard library
		{"graph/", []string{"aws-sdk-go", module + "exporter", module + "formats", module + "internal", module + "simulator", module + "audit", module + "lineage"}},
		{"docs/queries", []string{".", module}},
		{"formats/", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "internal", module + "simulator"}},
		{"exporter", []string{"urfave", module + "formats", module + "simulator", module + "cmd"}},
		{"exporter/", []string{"urfave", module + "formats", module + "simulator", module + "cmd"}},
		{"internal/snapshot", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "simulator", module + "cmd"}},
		{"internal/snapshot/", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "simulator", module + "cmd"}},
		{"audit", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "internal", module + "simulator", module + "cmd"}},
		{"audit/access", []string{"aws-sdk-go", "urfave", module + "graph", module + "exporter", module + "formats", module + "internal", module + "simulator", module + "cmd"}},
		{"audit/policy", []string{"aws-sdk-go", "urfave", module + "graph", module + "exporter", module + "formats", module + "internal", module + "simulator", module + "cmd", module + "audit/access"}},
		{"audit/waive", ofItems},
		{"audit/sarif", ofItems},
		{"audit/asff", ofItems},
		{"audit/ocsf", ofItems},
		{"audit/arn", []string{".", module}},
		{"audit/checks", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "internal", module + "simulator", module + "cmd"}},
		{"lineage", []string{"aws-sdk-go", "urfave", module + "audit", module + "exporter", module + "formats", module + "internal", module + "simulator", module + "cmd"}},
		{"lineage/layout", []string{".", module}},
		{"graph/location", []string{".", module}},
		{"graph/inorder", []string{"aws-sdk-go", "urfave", module + "formats", module + "internal", module + "exporter"}},
		{"report", []string{"aws-sdk-go", "urfave", module + "exporter", module + "formats", module + "simulator", module + "cmd"}},
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
	checkRooms(t, imports, module)
	checkFormats(t, imports, module)
}

// answering are the formats that answer questions about the graph, with what else of
// the module they may import for it; the others are graph in another spelling. A bill
// of materials has what deployed models came of, and lineage is the one that knows. The
// queries that schema.sql has are data.
var answering = map[string]string{"formats/cyclonedx": "graph/view graph/location lineage", "formats/parquet": "docs/queries"}

// checkFormats holds that a format imports the graph and what encodes in order, and no
// question but its own.
func checkFormats(t *testing.T, imports map[string][]string, module string) {
	t.Helper()
	for pkg, list := range imports {
		if !strings.HasPrefix(pkg, "formats/") {
			continue
		}
		for _, i := range list {
			own, inside := strings.CutPrefix(i, module)
			if inside && own != "graph" && own != "graph/inorder" && !slices.Contains(strings.Fields(answering[pkg]), own) {
				t.Errorf("%s imports %s, which it must not: see ARCHITECTURE.md", pkg, i)
			}
		}
	}
}

// rooms are those below exporter, each with the others that it may import. The
// way of the data goes through them: catalog → collect → spool → resolve.
var rooms = map[string]string{
	"names":      "",
	"jsontext":   "",
	"operation":  "",
	"redact":     "names jsontext",
	"definition": "names jsontext",
	"catalog":    "names jsontext operation definition",
	"record":     "catalog",
	"reading":    "names jsontext redact operation catalog record",
	"calling":    "names jsontext redact operation",
	"collect":    "names jsontext redact operation catalog record reading calling",
	"resolve":    "names jsontext redact catalog record",
}

// furtherImports are what a room may import of the rest of the module.
var furtherImports = map[string]string{
	"record": "internal/snapshot/spool", "collect": "internal/snapshot/spool", "resolve": "internal/snapshot/spool",
	"catalog": "graph/location", "reading": "graph/location",
}

// checkRooms holds the floors of the house below exporter.
func checkRooms(t *testing.T, imports map[string][]string, module string) {
	t.Helper()
	for pkg, list := range imports {
		room, ok := strings.CutPrefix(pkg, "exporter/")
		if !ok {
			continue
		}
		may, known := rooms[room]
		if !known {
			t.Errorf("%s is not in rooms: say here and in ARCHITECTURE.md what it may import", pkg)
		}
		for _, i := range list {
			own, inside := strings.CutPrefix(i, module)
			other, ofHouse := strings.CutPrefix(own, "exporter/")
			switch {
			case !inside || own == "graph":
			case ofHouse && slices.Contains(strings.Fields(may), other):
			case !ofHouse && slices.Contains(strings.Fields(furtherImports[room]), own):
			default:
				t.Errorf("%s imports %s, which it must not: see ARCHITECTURE.md", pkg, i)
			}
		}
	}
	for room := range rooms {
		if imports["exporter/"+room] == nil {
			t.Errorf("there is no room %s", room)
		}
	}
	// What is pure asks nothing of AWS.
	for _, room := range []string{"names", "jsontext", "redact", "definition", "record", "resolve"} {
		for _, i := range imports["exporter/"+room] {
			if strings.Contains(i, "aws-sdk-go") || strings.Contains(i, "smithy") {
				t.Errorf("exporter/%s imports %s, which it must not: see ARCHITECTURE.md", room, i)
			}
		}
	}
}

// TestMachineryKnowsNoKind looks for names of kinds in the rooms that read any
// kind: only the catalog names them.
func TestMachineryKnowsNoKind(t *testing.T) {
	nouns := map[string]bool{}
	for _, label := range exporter.Labels() {
		nouns[strings.TrimPrefix(label, "AWSSageMaker")] = true
	}
	for _, room := range []string{"calling", "collect", "resolve", "reading", "record", "redact", "operation", "."} {
		files, err := filepath.Glob(filepath.Join("..", "..", "exporter", room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %s: %v", room, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_gen.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(text, "AWSSageMaker") || nouns[text] {
					t.Errorf("%s has %s: what is known of a kind stands in the catalog", file, lit.Value)
				}
				return true
			})
		}
	}
}
