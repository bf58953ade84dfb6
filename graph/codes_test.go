package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestCodesAreDocumented looks for each code in docs/gaps.md.
func TestCodesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/gaps.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			code, _ := strconv.Unquote(lit.Value)
			found++
			if !strings.Contains(string(page), "| `"+code+"` |") {
				t.Errorf("docs/gaps.md does not explain %s", code)
			}
		}
		return true
	})
	if found < 20 {
		t.Errorf("%d codes", found)
	}
}
