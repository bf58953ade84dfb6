package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"

	"github.com/sgexport/sgexport/internal/snapshot"
)

//go:embed page.html parts.html style.css script.js
var files embed.FS

// asset returns a file that is part of the program.
func asset(name string) string {
	data, err := files.ReadFile(name)
	if err != nil {
		panic("report: " + err.Error())
	}
	return string(data)
}

// assets returns the page's own style and script, and the policy that lets these two
// run by their hashes, and nothing else: no request goes anywhere.
func assets() (style template.CSS, script template.JS, policy string) {
	css, js := asset("style.css"), asset("script.js")
	policy = "default-src 'none'; style-src '" + hash(css) + "'; script-src '" + hash(js) + "'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	return template.CSS(css), template.JS(js), policy
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageTemplate is page.html with its parts.
func pageTemplate() *template.Template {
	return template.Must(template.New("page.html").Funcs(template.FuncMap{
		"grouped": func(n any) string {
			switch n := n.(type) {
			case int:
				return snapshot.Grouped(int64(n))
			case int64:
				return snapshot.Grouped(n)
			}
			panic("report: grouped takes a number")
		},
		"counted": counted,
	}).ParseFS(files, "page.html", "parts.html"))
}

// counted is a number with its unit.
func counted(n int, unit string) string {
	if stem, ok := strings.CutSuffix(unit, "try"); ok && n != 1 {
		return snapshot.Grouped(int64(n)) + " " + stem + "tries"
	}
	return snapshot.Counted(n, unit)
}
