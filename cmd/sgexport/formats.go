package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/formats/cyclonedx"
	"github.com/sgexport/sgexport/formats/cypher"
	"github.com/sgexport/sgexport/formats/graphml"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/formats/parquet"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
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

// formatOptions tune the formats. What differs from the defaults stands in the
// manifest, so that verify makes the same files again.
type formatOptions struct {
	compression jsonl.Compression
	graphml     graphml.Options
	cypher      cypher.Options
}

// formatFlags are the options of whatever writes formats.
func formatFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: defaultFormats(), Usage: formatUsage()},
		&cli.StringFlag{Name: "compress", Usage: "`HOW` to pack JSONL: zstd, gzip or none (default: zstd; none for --out -)"},
		&cli.StringFlag{Name: "graphml", Value: graphmlCompact, Usage: "`FLAVOUR` of GraphML: compact, full (a key for each column), strict (by the schema of GraphML), or full,strict"},
		&cli.StringSliceFlag{Name: "without", Usage: "leave edges of `TYPE` out of GraphML, such as RESOURCE (repeatable)"},
	}, cypherFlags()...)
}

// formatsOf reads the formats that a command line asks for, and their options; out is
// where they go.
func formatsOf(c *cli.Context, out string) (fs []format, o formatOptions, err error) {
	if fs, err = parseFormats(c.String("format")); err != nil {
		return nil, o, err
	}
	if out == "-" {
		if err := oneStream(fs); err != nil {
			return nil, o, err
		}
	}
	if o.graphml, err = graphmlOf(c, fs); err != nil {
		return nil, o, err
	}
	if o.cypher, err = cypherOf(c, fs, out); err != nil {
		return nil, o, err
	}
	if c.String("compress") != "" {
		if err := belongs(c, fs, "jsonl", "JSONL", "compress"); err != nil {
			return nil, o, err
		}
	}
	o.compression, err = compressionOf(c.String("compress"), out)
	return fs, o, err
}

// belongs fails where an option is given of a format that is not written; title is how
// the format is called.
func belongs(c *cli.Context, fs []format, name, title string, options ...string) error {
	if slices.Contains(namesOf(fs), name) {
		return nil
	}
	for _, option := range options {
		if c.IsSet(option) {
			return usagef("--%s is of %s, which --format does not name", option, title)
		}
	}
	return nil
}

// record notes the options that are not the defaults, for [formatOptionsIn], and removes
// what an earlier snapshot had noted. The compression stands in the names of files.
func (o formatOptions) record(m map[string]any) {
	recordGraphML(m, o.graphml)
	recordCypher(m, o.cypher)
}

// formatOptionsIn are the options by which the files of a snapshot were written.
func formatOptionsIn(m *snapshot.Manifest) formatOptions {
	return formatOptions{compression: compressionIn(m), graphml: graphmlIn(m), cypher: cypherIn(m)}
}

var formats = []format{
	{"jsonl", func(o formatOptions) graph.Open { return jsonl.Options{Compression: o.compression}.Open }, []string{"jsonl/nodes.jsonl", "jsonl/edges.jsonl"}, false},
	{"parquet", func(formatOptions) graph.Open { return parquet.Open }, nil, false},
	{"graphml", func(o formatOptions) graph.Open { return o.graphml.Open }, []string{"graphml/graph.graphml"}, false},
	{"cypher", func(o formatOptions) graph.Open { return o.cypher.Open }, []string{"cypher/out.cypher"}, false},
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
func opensOf(fs []format, o formatOptions) []graph.Open {
	var opens []graph.Open
	for _, f := range fs {
		opens = append(opens, f.open(o))
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
