package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/formats/graphml"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The words of --graphml.
const (
	graphmlCompact = "compact"
	graphmlFull    = "full"
	graphmlStrict  = "strict"
)

func graphmlFlavors() []string { return []string{graphmlCompact, graphmlFull, graphmlStrict} }

// Where the manifest's options say how the GraphML was written.
const (
	graphmlFlavor  = "graphml"
	graphmlWithout = "graphml_without"
)

// graphmlOf reads the options of GraphML.
func graphmlOf(c *cli.Context, fs []format) (o graphml.Options, err error) {
	if err := belongs(c, fs, "graphml", "GraphML", "graphml", "without"); err != nil {
		return o, err
	}
	if o, err = parseGraphML(c.String("graphml")); err != nil {
		return o, err
	}
	o.Without, err = edgeTypesOf(c.StringSlice("without"))
	return o, err
}

func parseGraphML(list string) (o graphml.Options, err error) {
	words := graphmlFlavors()
	compact := false
	for _, word := range strings.Split(list, ",") {
		switch word = strings.TrimSpace(word); word {
		case graphmlCompact:
			compact = true
		case graphmlFull:
			o.Full = true
		case graphmlStrict:
			o.Strict = true
		default:
			return o, usagef("there is no GraphML %q; there are %s%s", word, strings.Join(words, ", "), didYouMean(word, words))
		}
	}
	if compact && o.Full {
		return o, usagef("GraphML is compact or full, not both")
	}
	return o, nil
}

// edgeTypesOf returns the types of edges that lists name, sorted, each once.
func edgeTypesOf(lists []string) ([]string, error) {
	var known, types []string
	for _, t := range exporter.Schema().EdgeTypes {
		known = append(known, t.Name)
	}
	for _, list := range lists {
		for _, name := range strings.Split(list, ",") {
			name = strings.TrimSpace(name)
			if !slices.Contains(known, name) {
				return nil, usagef("there is no edge type %q, see docs/schema.md%s", name, didYouMean(name, known))
			}
			types = append(types, name)
		}
	}
	slices.Sort(types)
	return slices.Compact(types), nil
}

// recordGraphML notes what is not the default, for [graphmlIn].
func recordGraphML(m map[string]any, o graphml.Options) {
	delete(m, graphmlFlavor)
	delete(m, graphmlWithout)
	var words []string
	if o.Full {
		words = append(words, graphmlFull)
	}
	if o.Strict {
		words = append(words, graphmlStrict)
	}
	if words != nil {
		m[graphmlFlavor] = strings.Join(words, ",")
	}
	if len(o.Without) > 0 {
		m[graphmlWithout] = o.Without
	}
}

// graphmlIn are the options by which the GraphML of a snapshot was written.
func graphmlIn(m *snapshot.Manifest) (o graphml.Options) {
	if flavor, ok := m.Options[graphmlFlavor].(string); ok {
		o, _ = parseGraphML(flavor) // what cannot be read is written as the default, and then differs
	}
	if types, ok := m.Options[graphmlWithout].([]any); ok {
		for _, t := range types {
			if name, ok := t.(string); ok {
				o.Without = append(o.Without, name)
			}
		}
	}
	return o
}
