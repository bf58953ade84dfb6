package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter"
)

// TestNames holds what docs/schema.md says of names: no column has more characters than
// databases take, none differs from another of its label in case alone, each edge type
// says what it means, each label has a family, and of these there are few.
func TestNames(t *testing.T) {
	s := exporter.Schema()
	short, used, families := exporter.ShortNames(), map[string]bool{}, map[string]bool{}
	for _, l := range s.Labels {
		if families[l.Family] = true; l.Family == "" {
			t.Errorf("%s has no family", l.Name)
		}
		seen := map[string]bool{}
		for _, c := range l.Columns {
			if len(c.Name) > exporter.LongestName || seen[strings.ToLower(c.Name)] {
				t.Errorf("%s.%s has %d characters, or is there twice", l.Name, c.Name, len(c.Name))
			}
			seen[strings.ToLower(c.Name)] = true
			used[c.Source] = used[c.Source] || short[c.Source] == c.Name
		}
	}
	for source, name := range short {
		if !used[source] {
			t.Errorf("no column %s comes of %s", name, source)
		}
	}
	if len(families) > 20 {
		t.Errorf("there are %d families", len(families))
	}
	for _, e := range s.EdgeTypes {
		if e.Doc == "" || strings.Contains(e.Doc, "\n") || !strings.HasSuffix(e.Doc, ".") {
			t.Errorf("%s means %q", e.Name, e.Doc)
		}
	}
	for name, word := range map[string]string{"CALLED_BY": "guess", "CAN_INVOKE": "Worked out", "PERMISSIVE_IN": "Worked out", "PUBLIC_IN": "Worked out"} {
		if doc := s.EdgeType(name).Doc; !strings.Contains(doc, word) {
			t.Errorf("%s means %q, which does not say %q", name, doc, word)
		}
	}
}

// readableName is one that reads well in a table.
var readableName = regexp.MustCompile(`^[\w./:@-]{1,60}$`)

// TestExamples writes the edges that docs/schema.md shows: of each type the first in the
// demo account whose ends have names, between the labels that most of those are between.
func TestExamples(t *testing.T) {
	dir := export(t, "--format", "jsonl", "--compress", "none")
	names, named := map[string]string{}, map[string]bool{} // of nodes, with their label
	for line := range bytes.Lines(read(t, dir, "jsonl/nodes.jsonl")) {
		var n struct {
			ID         string
			Labels     []string
			Properties struct{ Name string }
		}
		if err := json.Unmarshal(line, &n); err != nil {
			t.Fatal(err)
		}
		short := n.ID
		if parts := strings.SplitN(n.ID, ":", 6); len(parts) == 6 && parts[0] == "arn" {
			short = parts[5]
		}
		named[n.ID] = readableName.MatchString(n.Properties.Name)
		names[n.ID] = strings.TrimPrefix(n.Labels[0], "AWSSageMaker") + " " + cmp.Or(n.Properties.Name, short)
	}
	type pair struct {
		named    bool
		from, to string
	}
	count, first := map[string]map[pair]int{}, map[string]map[pair]string{}
	for line := range bytes.Lines(read(t, dir, "jsonl/edges.jsonl")) {
		var e struct{ Label, Src, Dst string }
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		from, to := names[e.Src], names[e.Dst]
		p := pair{named[e.Src] && named[e.Dst], strings.Fields(from)[0], strings.Fields(to)[0]}
		if count[e.Label] == nil {
			count[e.Label], first[e.Label] = map[pair]int{}, map[pair]string{}
		}
		if count[e.Label][p]++; count[e.Label][p] == 1 {
			first[e.Label][p] = fmt.Sprintf("%s\t%s\t%s\n", e.Label, from, to)
		}
	}
	var b strings.Builder
	for _, e := range exporter.Schema().EdgeTypes {
		pairs := slices.SortedFunc(maps.Keys(count[e.Name]), func(a, b pair) int {
			if a.named != b.named {
				return map[bool]int{true: -1, false: 1}[a.named]
			}
			return cmp.Or(cmp.Compare(count[e.Name][b], count[e.Name][a]), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
		})
		if len(pairs) == 0 {
			t.Errorf("the demo has no %s", e.Name)
			continue
		}
		b.WriteString(first[e.Name][pairs[0]])
	}
	golden(t, filepath.Join("cmd", "sgexport", "testdata", "examples.tsv"), []byte(b.String()))
}
