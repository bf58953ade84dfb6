package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot/snapshottest"
)

// A whole convert, with reading, checking, sums and syncing: to each format
// alone and to all at once.
func BenchmarkConvert(b *testing.B) {
	const nodes = 100_000
	from := filepath.Join(b.TempDir(), "snapshot")
	g := graphtest.NewLarge(nodes)
	if err := snapshottest.Publish(from, version, g, g.Header, snapshottest.Format{Name: "jsonl", Open: jsonl.Open}); err != nil {
		b.Fatal(err)
	}
	for _, format := range append(strings.Split(defaultFormats(), ","), defaultFormats()) {
		b.Run(format, func(b *testing.B) {
			out := filepath.Join(b.TempDir(), "out")
			b.ReportAllocs()
			for b.Loop() {
				var stderr bytes.Buffer
				args := []string{"sgexport", "convert", from, "--format", format, "--out", out, "--overwrite"}
				if code := run(args, strings.NewReader(""), &bytes.Buffer{}, &stderr); code != exitOK {
					b.Fatal(code, stderr.String())
				}
			}
			b.ReportMetric(4*nodes*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
