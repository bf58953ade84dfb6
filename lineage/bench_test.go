package lineage

import (
	"fmt"
	"io"
	"testing"
)

// large is a graph of 100,000 nodes: jobs of which each reads what the one before it
// wrote in a bucket that all have in common, and all of which read the same data, with
// models, configurations and endpoints.
func large(b *testing.B) *builder {
	g := newBuilder(b)
	const jobs = 25_000
	for i := range jobs {
		job := fmt.Sprintf("TrainingJob/j%d", i)
		model := fmt.Sprintf("s3://common/models/j%d/output/model.tar.gz", i)
		g.edge(job, "WROTE_TO", "s3://common/models", "OutputDataConfig.S3OutputPath")
		g.edge(job, "PRODUCED_MODEL_ARTIFACT", model, "ModelArtifacts.S3ModelArtifacts")
		g.edge(job, "READ_FROM", "s3://common/", "InputDataConfig[].DataSource.S3DataSource.S3Uri")
		g.edge(job, "READ_FROM", fmt.Sprintf("s3://common/models/j%d/", i/2), "InputDataConfig[].DataSource.S3DataSource.S3Uri")
		g.edge(fmt.Sprintf("Model/j%d", i), "REFERENCED_ARTIFACTS_IN", model, "PrimaryContainer.ModelDataUrl")
		g.edge(fmt.Sprintf("EndpointConfig/j%d", i), "REFERENCED", fmt.Sprintf("Model/j%d", i), "ProductionVariants[].ModelName")
		g.edge(fmt.Sprintf("Endpoint/j%d", i), "USED", fmt.Sprintf("EndpointConfig/j%d", i), "EndpointConfigName")
	}
	return g
}

func BenchmarkNew(b *testing.B) {
	g := large(b).view()
	for b.Loop() {
		New(g)
	}
}

// BenchmarkOf goes up from the last endpoint, which came of everything.
func BenchmarkOf(b *testing.B) {
	l := New(large(b).view())
	s := start(b, l, "Endpoint/j24999")
	for b.Loop() {
		if w := l.Of(s, Options{Up: true}); len(w.Nodes) < 25_000 {
			b.Fatalf("%d nodes", len(w.Nodes))
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	l := New(large(b).view())
	w := l.Of(start(b, l, "Endpoint/j24999"), Options{Up: true})
	for b.Loop() {
		if err := w.WriteSVG(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
