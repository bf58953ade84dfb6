package lineage

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// leads says which kinds can stand next to a label by a field of their own: a line for
// each label and direction. A snapshot that has no node of a kind has none of its fields
// in its schema; if the kind was not listed, its nodes are what an answer lacks.
//
//go:embed leads.txt
var leads string

// anyLabel stands in leads for whatever a field refers to by its URI.
const anyLabel = "*"

// anyField is the path of a step to a kind whose fields the snapshot does not name.
const anyField = "*"

// lead adds the steps to some kinds.
func (s nextStep) lead(kinds map[string]bool) {
	for line := range strings.Lines(leads) {
		words := strings.Fields(line)
		label, direction := words[0], upward
		if label == anyLabel {
			label = ""
		}
		if words[1] == "down" {
			direction = downward
		}
		for _, owner := range words[2:] {
			if kinds[owner] {
				s.note(label, direction, step{owner: owner, path: anyField})
			}
		}
	}
}

// Leads returns what leads.txt is to say for a schema of all that a snapshot can have.
func Leads(schema *graph.Schema) string {
	steps := stepsOf(schema, newTable())
	var b strings.Builder
	for _, label := range slices.Sorted(maps.Keys(steps)) {
		for direction, name := range []string{upward: "up", downward: "down"} {
			owners := map[string]bool{}
			for one := range steps[label][direction] {
				if l := schema.Label(one.owner); !one.own && !l.Referred {
					owners[one.owner] = true
				}
			}
			if len(owners) > 0 {
				from := label
				if from == "" {
					from = anyLabel
				}
				fmt.Fprintf(&b, "%s %s %s\n", from, name, strings.Join(slices.Sorted(maps.Keys(owners)), " "))
			}
		}
	}
	return b.String()
}
