package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/formats/cypher"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The words of --cypher-dialect.
const (
	dialectNeo4j    = "neo4j"
	dialectFalkorDB = "falkordb"
)

func cypherDialects() []string { return []string{dialectNeo4j, dialectFalkorDB} }

// Where the manifest's options say how the Cypher was written.
const (
	cypherSplit   = "cypher_split"
	cypherDialect = "cypher_dialect"
)

func cypherFlags() []cli.Flag {
	return []cli.Flag{
		&cli.IntFlag{Name: "cypher-split", DefaultText: "one file", Usage: "write Cypher as several files, each with `N` statements"},
		&cli.StringFlag{Name: "cypher-dialect", Value: dialectNeo4j, Usage: "`DATABASE` that the Cypher is for: neo4j or falkordb"},
	}
}

// cypherOf reads the options of Cypher; out is where it goes.
func cypherOf(c *cli.Context, fs []format, out string) (o cypher.Options, err error) {
	if err := belongs(c, fs, "cypher", "Cypher", "cypher-split", "cypher-dialect"); err != nil {
		return o, err
	}
	o.Split = c.Int("cypher-split")
	switch {
	case o.Split < 0 || c.IsSet("cypher-split") && o.Split == 0:
		return o, usagef("--cypher-split is a number of statements, not %d", o.Split)
	case o.Split > 0 && out == "-":
		return o, usagef("--out - writes one stream: it has no --cypher-split")
	}
	o.Dialect, err = parseDialect(c.String("cypher-dialect"))
	return o, err
}

// loadCommand is what one does with the Cypher of a snapshot that has these options, in
// parts that stay together in a line.
func loadCommand(out string, options map[string]any) []string {
	folder := filepath.Join(out, "cypher")
	shell := []string{"cypher-shell", "-a bolt://localhost:7687", "-u neo4j"}
	if options[cypherDialect] == dialectFalkorDB {
		return []string{"load " + quoted(folder) + " into FalkorDB", "as docs/loading.md says"}
	}
	if _, split := options[cypherSplit]; split {
		return slices.Concat([]string{"for f in " + quoted(folder) + "/out-*.cypher; do"}, shell, []string{`-f "$f" || break; done`})
	}
	return append(shell, "-f "+quoted(filepath.Join(folder, "out.cypher")))
}

func parseDialect(name string) (cypher.Dialect, error) {
	switch name {
	case dialectNeo4j:
		return cypher.Neo4j, nil
	case dialectFalkorDB:
		return cypher.FalkorDB, nil
	}
	words := cypherDialects()
	return 0, usagef("there is no Cypher for %q; there are %s%s", name, strings.Join(words, " and "), didYouMean(name, words))
}

// recordCypher notes what is not the default, for [cypherIn].
func recordCypher(m map[string]any, o cypher.Options) {
	delete(m, cypherSplit)
	delete(m, cypherDialect)
	if o.Split > 0 {
		m[cypherSplit] = o.Split
	}
	if o.Dialect == cypher.FalkorDB {
		m[cypherDialect] = dialectFalkorDB
	}
}

// cypherIn are the options by which the Cypher of a snapshot was written.
func cypherIn(m *snapshot.Manifest) (o cypher.Options) {
	if n, ok := m.Options[cypherSplit].(float64); ok && n > 0 {
		o.Split = int(n)
	}
	if name, ok := m.Options[cypherDialect].(string); ok {
		o.Dialect, _ = parseDialect(name) // what cannot be read is written as the default, and then differs
	}
	return o
}
