package graphtest

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
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
	some := keep(models.Source())
	b.Run("nodes", func(b *testing.B) { benchmarkRows(b, models.Header, open, some.nodes) })
	b.Run("edges", func(b *testing.B) { benchmarkRows(b, models.Header, open, some.edges) })
	b.Run("million", func(b *testing.B) {
		large := NewLarge(1_000_000)
		all := keep(large)
		b.Run("nodes", func(b *testing.B) { benchmarkRows(b, large.Header, open, all.nodes) })
		b.Run("all", func(b *testing.B) { benchmarkRows(b, large.Header, open, slices.Concat(all.nodes, all.edges)) })
	})
}

// benchmarkRows writes rows, in rows a second, bytes and allocations a row.
func benchmarkRows(b *testing.B, h *graph.Header, open graph.Open, batches []*graph.Batch) {
	var before, after runtime.MemStats
	var size sizer
	runtime.GC() // of what made the rows
	runtime.ReadMemStats(&before)
	for b.Loop() {
		size.n = 0
		if err := writeBatches(h, open, size.create, batches); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	rows := 0
	for _, batch := range batches {
		rows += batch.Len()
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(size.n)/float64(rows), "bytes/row")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(rows*b.N), "allocs/row")
}

// kept are the rows of a graph in batches.
type kept struct{ nodes, edges []*graph.Batch }

func keep(g interface {
	Nodes(yield func(*graph.Node) error) error
	Edges(yield func(*graph.Edge) error) error
},
) kept {
	const each = 1000 // rows of a batch
	var k kept
	last := func(list *[]*graph.Batch) *graph.Batch {
		if n := len(*list); n == 0 || (*list)[n-1].Len() == each {
			*list = append(*list, &graph.Batch{})
		}
		return (*list)[len(*list)-1]
	}
	err := errors.Join(
		g.Nodes(func(n *graph.Node) error { last(&k.nodes).AddNode(n); return nil }),
		g.Edges(func(e *graph.Edge) error { last(&k.edges).AddEdge(e); return nil }))
	if err != nil {
		panic(err) // neither function fails
	}
	return k
}

// writeBatches sends rows through one sink.
func writeBatches(h *graph.Header, open graph.Open, create graph.Create, batches []*graph.Batch) error {
	sink, err := open(create, h)
	if err != nil {
		return err
	}
	for _, b := range batches {
		for i := 0; i < len(b.Nodes) && err == nil; i++ {
			err = sink.Node(&b.Nodes[i])
		}
		for i := 0; i < len(b.Edges) && err == nil; i++ {
			err = sink.Edge(&b.Edges[i])
		}
	}
	return errors.Join(err, sink.Close())
}
