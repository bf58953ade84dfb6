package jsonl

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

type discard struct{ n *int64 }

func (d discard) Write(p []byte) (int, error) { *d.n += int64(len(p)); return len(p), nil }
func (d discard) Close() error                { return nil }

// benchRows is a graph of n models with an edge each, of about 700 bytes of
// text a row.
func benchRows(n int) *graphtest.Graph {
	g := graphtest.Empty()
	s := g.Header.Schema
	model, bucket := s.Label("AWSSageMakerModel"), s.Label("AWSS3Bucket")
	g.Nodes = append(g.Nodes, &graph.Node{ID: "artifacts", Scope: "012345678901/us-east-1", Label: bucket, Values: []graph.Value{graph.StringValue("artifacts")}})
	for i := range n {
		name := fmt.Sprintf("fraud-detection-model-%07d", i)
		id := "arn:aws:sagemaker:us-east-1:012345678901:model/" + name
		g.Nodes = append(g.Nodes, &graph.Node{ID: id, Scope: "012345678901/us-east-1", Label: model, Values: []graph.Value{
			graph.StringValue(name), graph.StringValue("012345678901"), graph.StringValue("us-east-1"), graph.BoolValue(true),
			graph.IntValue(int64(i) * 7919), graph.FloatValue(float64(i) / 7), graph.MicrosValue(1767323045000001 + int64(i)*1234567),
			graph.JSONValue(fmt.Sprintf(`[{"Image":"012345678901.dkr.ecr.us-east-1.amazonaws.com/x:%d","ModelDataUrl":"s3://artifacts/%d/model.tar.gz"}]`, i%97, i)),
			graph.StringsValue([]string{"subnet-0a1b2c3d", "subnet-4e5f6a7b"}), graph.MapValue([]string{"env", "prod", "team", "ml"}),
		}})
		g.Edges = append(g.Edges, &graph.Edge{
			Type: s.EdgeType("REFERENCED_ARTIFACTS_IN"), From: id, To: "artifacts", FromLabel: model, ToLabel: bucket,
			Path: "PrimaryContainer.ModelDataUrl", Ref: fmt.Sprintf("s3://artifacts/%d/model.tar.gz", i), Scope: "012345678901/us-east-1", Values: make([]graph.Value, 3),
		})
	}
	return g
}

func write(g *graphtest.Graph, open graph.Open, create graph.Create) error {
	sink, err := open(create, g.Header)
	for i := 0; err == nil && i < len(g.Nodes); i++ {
		err = sink.Node(g.Nodes[i])
	}
	for i := 0; err == nil && i < len(g.Edges); i++ {
		err = sink.Edge(g.Edges[i])
	}
	if err != nil {
		return err
	}
	return sink.Close()
}

func BenchmarkWrite(b *testing.B) {
	g := benchRows(100_000)
	for _, c := range []Compression{Zstd, Gzip, None} {
		b.Run("jsonl"+c.Suffix(), func(b *testing.B) {
			b.ReportAllocs()
			var size int64
			for b.Loop() {
				size = 0
				err := write(g, Options{Compression: c}.Open, func(string) (io.WriteCloser, error) { return discard{&size}, nil })
				if err != nil {
					b.Fatal(err)
				}
			}
			rows := float64(len(g.Nodes) + len(g.Edges))
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(size)/rows, "bytes/row")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	g, files := benchRows(100_000), graphtest.Files{}
	if err := write(g, Open, files.Create); err != nil {
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
