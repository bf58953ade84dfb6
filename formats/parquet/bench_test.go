package parquet

import (
	"fmt"
	"io"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

type discard struct{ n *int64 }

func (d discard) Write(p []byte) (int, error) { *d.n += int64(len(p)); return len(p), nil }
func (d discard) Close() error                { return nil }

// BenchmarkWrite writes 100,000 models of ten columns, and as many edges; each
// goes to a typed table and to a plain one.
func BenchmarkWrite(b *testing.B) {
	const n = 100_000
	g := graphtest.Empty()
	s := g.Header.Schema
	model, bucket := s.Label("AWSSageMakerModel"), s.Label("AWSS3Bucket")
	nodes, edges := make([]graph.Node, n), make([]graph.Edge, n)
	for i := range n {
		name := fmt.Sprintf("fraud-detection-model-%07d", i)
		id := "arn:aws:sagemaker:us-east-1:012345678901:model/" + name
		nodes[i] = graph.Node{ID: id, Label: model, Values: []graph.Value{
			graph.StringValue(name), graph.StringValue("012345678901"), graph.StringValue("us-east-1"), graph.BoolValue(true),
			graph.IntValue(int64(i) * 7919), graph.FloatValue(float64(i) / 7), graph.MicrosValue(1767323045000001 + int64(i)*1234567),
			graph.JSONValue(fmt.Sprintf(`[{"Image":"012345678901.dkr.ecr.us-east-1.amazonaws.com/x:%d","ModelDataUrl":"s3://artifacts/%d/model.tar.gz"}]`, i%97, i)),
			graph.StringsValue([]string{"subnet-0a1b2c3d", "subnet-4e5f6a7b"}), graph.MapValue([]string{"env", "prod", "team", "ml"}),
		}}
		edges[i] = graph.Edge{
			Type: s.EdgeType("REFERENCED_ARTIFACTS_IN"), From: id, To: "artifacts", FromLabel: model, ToLabel: bucket,
			Path: "PrimaryContainer.ModelDataUrl", Ref: fmt.Sprintf("s3://artifacts/%d/model.tar.gz", i), Values: make([]graph.Value, 3),
		}
	}
	run := func(b *testing.B, nodes []graph.Node, edges []graph.Edge) {
		b.ReportAllocs()
		var size int64
		for b.Loop() {
			size = 0
			sink, err := Open(func(string) (io.WriteCloser, error) { return discard{&size}, nil }, g.Header)
			for i := 0; err == nil && i < len(nodes); i++ {
				err = sink.Node(&nodes[i])
			}
			for i := 0; err == nil && i < len(edges); i++ {
				err = sink.Edge(&edges[i])
			}
			if err == nil {
				err = sink.Close()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		rows := float64(len(nodes) + len(edges))
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(float64(size)/rows, "bytes/row")
	}
	b.Run("nodes", func(b *testing.B) { run(b, nodes, nil) })
	b.Run("edges", func(b *testing.B) { run(b, nil, edges) })
}
