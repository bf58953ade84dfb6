package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// examples has an edge of the demo account for each type: the type, and both ends with
// label and name, separated by tabs. A test writes it.
//
//go:embed testdata/examples.tsv
var examples string

// mostEnds is how many labels the table of edge types names of each end.
const mostEnds = 6

// edgeTypes writes the table of edge types.
func (d *schemaDoc) edgeTypes(b *strings.Builder) {
	b.WriteString(edgesIntro)
	b.WriteString("| type | what it says | from, to | in the demo |\n|---|---|---|---|\n")
	found := map[string]string{}
	for line := range strings.Lines(examples) {
		if words := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(words) == 3 {
			found[words[0]] = fmt.Sprintf("(%s)-[:%s]->(%s)", words[1], words[0], words[2])
		}
	}
	for _, t := range d.schema.EdgeTypes {
		from, to := endsOf(t)
		fmt.Fprintf(b, "| %s | %s | (%s)-[:%s]->(%s) | %s |\n", t.Name, t.Doc, describeEnd(from), t.Name, describeEnd(to), found[t.Name])
	}
	b.WriteString("\nEach has the columns " + strings.Join(columnNames(d.schema.EdgeTypes[0].Columns), ", ") + ".\n")
}

const edgesIntro = `
## Edge types

Labels of SageMaker stand here without AWSSageMaker. The tables of the kinds above have the field of each edge.

`

// endsOf returns the labels at both ends of a type, without AWSSageMaker, sorted; any
// is *.
func endsOf(t *graph.EdgeType) (from, to []string) {
	for _, r := range t.Rules {
		owner, targets := []string{r.Owner}, r.Targets
		if targets == nil {
			targets = []string{anyEnd}
		}
		if r.Reverse {
			owner, targets = targets, owner
		}
		from, to = append(from, owner...), append(to, targets...)
	}
	for _, end := range []*[]string{&from, &to} {
		for i, l := range *end {
			(*end)[i] = strings.TrimPrefix(l, "AWSSageMaker")
		}
		slices.Sort(*end)
		*end = slices.Compact(*end)
	}
	return from, to
}

// anyEnd stands for any label.
const anyEnd = "*"

// describeEnd is the end of an edge, which may be of several labels.
func describeEnd(labels []string) string {
	if slices.Contains(labels, anyEnd) {
		return "any"
	}
	if len(labels) > mostEnds {
		return strings.Join(labels[:mostEnds-1], ", ") + fmt.Sprintf(" and %d more", len(labels)-mostEnds+1)
	}
	return strings.Join(labels, ", ")
}
