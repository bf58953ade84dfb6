package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/formats/cyclonedx"
	"github.com/sgexport/sgexport/formats/cypher"
	"github.com/sgexport/sgexport/formats/graphml"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/formats/parquet"
	"github.com/sgexport/sgexport/graph"
)

// A format is one way to write a graph. This is the only place that names them.
type format struct {
	name string
	open func(formatOptions) graph.Open
	// stream is the one file that goes to stdout for --out -, or the files in
	// their order; nil where the format is not one stream.
	stream []string
	// onDemand formats hold a part of the graph, and are written where they are named.
	onDemand bool
}

type formatOptions struct{ compression jsonl.Compression }

var formats = []format{
	{"jsonl", func(o formatOptions) graph.Open { return jsonl.Options{Compression: o.compression}.Open }, []string{"jsonl/nodes.jsonl", "jsonl/edges.jsonl"}, false},
	{"parquet", func(formatOptions) graph.Open { return parquet.Open }, nil, false},
	{"graphml", func(formatOptions) graph.Open { return graphml.Open }, []string{"graphml/graph.graphml"}, false},
	{"cypher", func(formatOptions) graph.Open { return cypher.Open }, []string{"cypher/out.cypher"}, false},
	{"cyclonedx", func(formatOptions) graph.Open { return cyclonedx.Open }, []string{cyclonedx.File}, true},
}

func formatNames() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// defaultFormats are those that are written where none is named, as a list.
func defaultFormats() string {
	whole := slices.DeleteFunc(slices.Clone(formats), func(f format) bool { return f.onDemand })
	return strings.Join(namesOf(whole), ",")
}

// formatUsage is the help of --format.
func formatUsage() string {
	return "comma-separated `LIST` of formats, of " + strings.Join(formatNames(), ", ")
}

// parseFormats returns the formats that a list names, in the order of the
// table, each once.
func parseFormats(list string) ([]format, error) {
	var names []string
	for _, n := range strings.Split(list, ",") {
		n = strings.TrimSpace(n)
		if !slices.Contains(formatNames(), n) {
			return nil, usagef("there is no format %q; there are %s%s", n, strings.Join(formatNames(), ", "), didYouMean(n, formatNames()))
		}
		names = append(names, n)
	}
	var chosen []format
	for _, f := range formats {
		if slices.Contains(names, f.name) {
			chosen = append(chosen, f)
		}
	}
	return chosen, nil
}

var compressions = map[string]jsonl.Compression{"zstd": jsonl.Zstd, "gzip": jsonl.Gzip, "none": jsonl.None}

func parseCompression(s string) (jsonl.Compression, error) {
	c, ok := compressions[s]
	if !ok {
		return 0, usagef("there is no compression %q; there are zstd, gzip, none%s", s, didYouMean(s, []string{"zstd", "gzip", "none"}))
	}
	return c, nil
}

func describeFormats(fs []format) string {
	var names []string
	for _, f := range fs {
		names = append(names, f.name)
	}
	return fmt.Sprint(strings.Join(names, ","))
}

// opensOf are what opens a writer of each format.
func opensOf(fs []format, c jsonl.Compression) []graph.Open {
	var opens []graph.Open
	for _, f := range fs {
		opens = append(opens, f.open(formatOptions{c}))
	}
	return opens
}

func namesOf(fs []format) []string {
	var names []string
	for _, f := range fs {
		names = append(names, f.name)
	}
	return names
}
