package graphtest

import (
	"fmt"
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

// BenchmarkWrite measures a writer: nodes and edges of [Models] apart, in rows a
// second and bytes a row.
func BenchmarkWrite(b *testing.B, open graph.Open) {
	g := Models(100_000)
	run := func(b *testing.B, nodes []*graph.Node, edges []*graph.Edge) {
		b.ReportAllocs()
		var size sizer
		for b.Loop() {
			size.n = 0
			sink, err := open(size.create, g.Header)
			for i := 0; err == nil && i < len(nodes); i++ {
				err = sink.Node(nodes[i])
			}
			for i := 0; err == nil && i < len(edges); i++ {
				err = sink.Edge(edges[i])
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
		b.ReportMetric(float64(size.n)/rows, "bytes/row")
	}
	b.Run("nodes", func(b *testing.B) { run(b, g.Nodes, nil) })
	b.Run("edges", func(b *testing.B) { run(b, nil, g.Edges) })
}
