package graphtest

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

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

// BenchmarkWrite measures a writer: nodes and edges of [Models] apart, in rows a
// second and bytes a row; and of [Large] a million nodes, alone and with their three
// million edges, without what making them takes.
func BenchmarkWrite(b *testing.B, open graph.Open) {
	g := Models(100_000)
	run := func(b *testing.B, nodes []*graph.Node, edges []*graph.Edge) {
		b.ReportAllocs()
		var size sizer
		for b.Loop() {
			size.n = 0
			one := &Graph{Header: g.Header, Nodes: nodes, Edges: edges}
			if err := writeFrom(one.Source(), one.Header, open, size.create); err != nil {
				b.Fatal(err)
			}
		}
		rows := float64(len(nodes) + len(edges))
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(float64(size.n)/rows, "bytes/row")
	}
	b.Run("nodes", func(b *testing.B) { run(b, g.Nodes, nil) })
	b.Run("edges", func(b *testing.B) { run(b, nil, g.Edges) })
	const million = 1_000_000
	large := NewLarge(million)
	b.Run("million/nodes", func(b *testing.B) { benchmarkLarge(b, million, nodesOnly{large}, large.Header, open) })
	b.Run("million/all", func(b *testing.B) { benchmarkLarge(b, 4*million, large, large.Header, open) })
}

// benchmarkLarge writes rows of a [Large], in rows a second. What making them takes
// is not counted.
func benchmarkLarge(b *testing.B, rows float64, from source, h *graph.Header, open graph.Open) {
	none := func(graph.Create, *graph.Header) (graph.Sink, error) { return discard{}, nil }
	took, allocs := cost(b, from, h, none)
	var net, made float64
	for b.Loop() {
		t, a := cost(b, from, h, open)
		net, made = net+(t-took).Seconds(), made+float64(a)-float64(allocs)
	}
	b.ReportMetric(rows*float64(b.N)/net, "rows/s")
	b.ReportMetric(made/rows/float64(b.N), "allocs/row")
}

type source interface {
	Nodes(yield func(*graph.Node) error) error
	Edges(yield func(*graph.Edge) error) error
}

type nodesOnly struct{ *Large }

func (nodesOnly) Edges(func(*graph.Edge) error) error { return nil }

// cost is how long it takes to write a graph once, and how many allocations.
func cost(b *testing.B, from source, h *graph.Header, open graph.Open) (time.Duration, uint64) {
	var before, after runtime.MemStats
	var size sizer
	runtime.ReadMemStats(&before)
	begin := time.Now()
	if err := writeFrom(from, h, open, size.create); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs
}

type discard struct{}

func (discard) Node(*graph.Node) error { return nil }
func (discard) Edge(*graph.Edge) error { return nil }
func (discard) Close() error           { return nil }

// writeFrom sends what a source has through one sink.
func writeFrom(from source, h *graph.Header, open graph.Open, create graph.Create) error {
	sink, err := open(create, h)
	if err != nil {
		return err
	}
	if err = from.Nodes(sink.Node); err == nil {
		err = from.Edges(sink.Edge)
	}
	return errors.Join(err, sink.Close())
}
