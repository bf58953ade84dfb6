package cyclonedx

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestPropertiesAreDocumented looks for the name of each property in docs/bom.md.
func TestPropertiesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/bom.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || method.Sel.Name != "add" && method.Sel.Name != "truth" || len(call.Args) < 2 {
				return true
			}
			name, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			text, err := strconv.Unquote(name.Value)
			if err != nil {
				t.Fatal(err)
			}
			if found++; !strings.Contains(string(page), "`"+text) {
				t.Errorf("docs/bom.md does not have %s", text)
			}
			return true
		})
	}
	if found < 40 {
		t.Errorf("%d properties", found)
	}
}
