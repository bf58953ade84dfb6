// Random publishes snapshots that no account has: random graphs of hostile
// values (--seed), which test_one_graph.py reads back with other readers, and
// large graphs of plain ones (--scale), by which bench/writers.py measures.
//
//	go run ./e2e/random --seed 7 --out DIR     DIR/snapshot and DIR/expected.json
//	go run ./e2e/random --scale 100000 --out DIR     DIR/snapshot
//	go run ./e2e/random --scale 100000 --measure --out DIR     the files alone, of rows that are ready in memory; prints the CPU seconds
//
// It writes with the program's own formats, and what it expects of them with
// encoding/json alone.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/formats/cypher"
	"github.com/sgexport/sgexport/formats/graphml"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/formats/parquet"
	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot/snapshottest"
)

func main() {
	seed := flag.Uint64("seed", 0, "a random graph of `N`")
	scale := flag.Int("scale", 0, "a large graph of `N` nodes, as JSON lines")
	version := flag.String("tool-version", "test", "the version of sgexport that the snapshot names")
	format := flag.String("format", "jsonl", "the formats of a large graph, as a `LIST`")
	measured := flag.Bool("measure", false, "write a large graph from memory, and print the CPU seconds of that")
	out := flag.String("out", "", "`DIR` to write to, which is created")
	flag.Parse()
	var err error
	if *measured {
		err = measure(*scale, *format, *out)
	} else {
		err = run(*seed, *scale, *format, *version, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "random:", err)
		os.Exit(1)
	}
}

func run(seed uint64, scale int, formats, version, out string) error {
	if out == "" {
		return errors.New("--out is missing")
	}
	if err := os.MkdirAll(out, 0o700); err != nil {
		return err
	}
	path := filepath.Join(out, "snapshot")
	if scale > 0 {
		g := graphtest.NewLarge(scale)
		var some []snapshottest.Format
		for _, f := range all() {
			if slices.Contains(strings.Split(formats, ","), f.Name) {
				some = append(some, f)
			}
		}
		return snapshottest.Publish(path, version, g, g.Header, some...)
	}
	fmt.Println("seed", seed)
	g := graphtest.Random(seed)
	if err := writeExpected(filepath.Join(out, "expected.json"), g); err != nil {
		return err
	}
	return snapshottest.Publish(path, version, g.Source(), g.Header, all()...)
}

// all are the formats that hold the whole graph.
func all() []snapshottest.Format {
	return []snapshottest.Format{
		{Name: "jsonl", Open: jsonl.Open}, {Name: "parquet", Open: parquet.Open}, {Name: "graphml", Open: graphml.Open}, {Name: "cypher", Open: cypher.Open},
	}
}
