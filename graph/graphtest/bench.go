package graphtest

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/sgexport/sgexport/graph"
)

// Models returns a bucket and n models, each with an edge to the bucket: about
// 700 bytes of text a row in JSON.
func Models(n int) *Graph {
	g := Empty()
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
			graph.StringsValue([]string{"subnet-0a1b2c3d", "subnet-4e5f6a7b"}), graph.MapValue([]string{"env", "prod", "team", "größer"}),
		}})
		g.Edges = append(g.Edges, &graph.Edge{
			Type: s.EdgeType("REFERENCED_ARTIFACTS_IN"), From: id, To: "artifacts", FromLabel: model, ToLabel: bucket,
			Path: "PrimaryContainer.ModelDataUrl", Ref: fmt.Sprintf("s3://artifacts/%d/model.tar.gz", i), Scope: "012345678901/us-east-1", Values: make([]graph.Value, 3),
		})
	}
	return g
}

// BenchmarkWrite measures a writer: nodes and edges of [Models] apart, and of [Large]
// a million nodes, alone and with their three million edges. The rows are ready in
// memory; the million takes some 3 GB.
func BenchmarkWrite(b *testing.B, open graph.Open) {
	models := Models(100_000)
	some := Keep(models.Source())
	b.Run("nodes", func(b *testing.B) { benchmarkRows(b, models.Header, open, Rows{Nodes: some.Nodes}) })
	b.Run("edges", func(b *testing.B) { benchmarkRows(b, models.Header, open, Rows{Edges: some.Edges}) })
	b.Run("million", func(b *testing.B) {
		large := NewLarge(1_000_000)
		all := Keep(large)
		b.Run("nodes", func(b *testing.B) { benchmarkRows(b, large.Header, open, Rows{Nodes: all.Nodes}) })
		b.Run("all", func(b *testing.B) { benchmarkRows(b, large.Header, open, all) })
	})
}

// benchmarkRows writes rows, in rows a second, bytes and allocations a row.
func benchmarkRows(b *testing.B, h *graph.Header, open graph.Open, r Rows) {
	var before, after runtime.MemStats
	var size sizer
	runtime.GC() // of what made the rows
	runtime.ReadMemStats(&before)
	for b.Loop() {
		size.n = 0
		if err := r.Write(h, open, size.create); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	n := float64(r.Len())
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(size.n)/n, "bytes/row")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/n/float64(b.N), "allocs/row")
}
