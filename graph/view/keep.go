package view

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// A Keep says which part of a graph is kept.
type Keep struct {
	Labels map[string][]graph.Column // the columns of each label; without columns its nodes alone
	Edges  map[string]KeepEdges      // by type
}

// KeepEdges says which edges of a type are kept, and how much of them.
type KeepEdges struct {
	Ends    func(from, to string) bool // by the labels of both ends; nil is all
	Details bool                       // what else they say, not only their ends and path
}

// letters are the types of columns in the notation of [Columns].
var letters = map[string]graph.Type{"": graph.String, "B": graph.Bool, "I": graph.Int, "F": graph.Float, "T": graph.Timestamp, "J": graph.JSON, "L": graph.Strings, "M": graph.Map}

// Columns reads a list of labels with the columns that are kept of them: a line each,
// the label first, then the columns, which are text or, as the letter after a colon
// says, a Bool, an Int, a Float, a Timestamp, JSON, a List or a Map. It panics where
// the letter is another.
func Columns(list string) map[string][]graph.Column {
	kept := map[string][]graph.Column{}
	for line := range strings.Lines(list) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		columns := []graph.Column{}
		for _, w := range words[1:] {
			name, letter, _ := strings.Cut(w, ":")
			typ, ok := letters[letter]
			if !ok {
				panic("view: there is no type " + letter + " in " + line)
			}
			columns = append(columns, graph.Column{Name: name, Type: typ})
		}
		kept[words[0]] = columns
	}
	return kept
}

// Union keeps what any of some keeps. It panics where they differ in the type of a
// column.
func Union(keeps ...*Keep) *Keep {
	all := &Keep{Labels: map[string][]graph.Column{}, Edges: map[string]KeepEdges{}}
	for _, k := range keeps {
		for label, columns := range k.Labels {
			all.Labels[label] = unionColumns(label, all.Labels[label], columns)
		}
		for typ, edges := range k.Edges {
			if had, ok := all.Edges[typ]; ok {
				edges = KeepEdges{eitherEnds(had.Ends, edges.Ends), had.Details || edges.Details}
			}
			all.Edges[typ] = edges
		}
	}
	return all
}

func unionColumns(label string, have, more []graph.Column) []graph.Column {
	all := slices.Clone(have)
	for _, c := range more {
		switch i := slices.IndexFunc(all, func(h graph.Column) bool { return h.Name == c.Name }); {
		case i < 0:
			all = append(all, c)
		case all[i].Type != c.Type:
			panic("view: " + label + "." + c.Name + " is kept with two types")
		}
	}
	if all == nil {
		all = []graph.Column{}
	}
	return all
}

func eitherEnds(a, b func(from, to string) bool) func(from, to string) bool {
	if a == nil || b == nil {
		return nil
	}
	return func(from, to string) bool { return a(from, to) || b(from, to) }
}
