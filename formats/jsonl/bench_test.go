package jsonl

import (
	"bytes"
	"io"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

func BenchmarkWrite(b *testing.B) {
	for _, c := range []Compression{Zstd, Gzip, None} {
		b.Run("jsonl"+c.Suffix(), func(b *testing.B) { graphtest.BenchmarkWrite(b, Options{Compression: c}.Open) })
	}
}

func BenchmarkRead(b *testing.B) {
	g, files := graphtest.Models(100_000), graphtest.Files{}
	if err := g.Write(Open, files.Create); err != nil {
		b.Fatal(err)
	}
	open := func(name string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(files[name])), nil }
	b.ReportAllocs()
	for b.Loop() {
		r := NewReader(open, g.Header.Schema)
		n := 0
		err := r.Nodes(func(*graph.Node) error { n++; return nil })
		if err == nil {
			err = r.Edges(func(*graph.Edge) error { n++; return nil })
		}
		if err != nil || n != len(g.Nodes)+len(g.Edges) {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(len(g.Nodes)+len(g.Edges))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
