package lineage_test

import (
	"fmt"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/lineage"
)

// A source is a graph that is made up; formats/jsonl reads one of a snapshot.
type source struct {
	nodes []graph.Node
	edges []graph.Edge
}

func (s *source) Nodes(yield func(*graph.Node) error) error {
	for i := range s.nodes {
		if err := yield(&s.nodes[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) Edges(yield func(*graph.Edge) error) error {
	for i := range s.edges {
		if err := yield(&s.edges[i]); err != nil {
			return err
		}
	}
	return nil
}

// The training job wrote the artifact that the model loads; no field names the one in
// the other.
func Example() {
	bucket, job, model := &graph.Label{Name: "AWSS3Bucket"}, &graph.Label{Name: "AWSSageMakerTrainingJob"}, &graph.Label{Name: "AWSSageMakerModel"}
	loads, made := &graph.EdgeType{Name: "REFERENCED_ARTIFACTS_IN"}, &graph.EdgeType{Name: "PRODUCED_MODEL_ARTIFACT"}
	schema, err := graph.NewSchema([]*graph.Label{bucket, job, model}, []*graph.EdgeType{loads, made})
	if err != nil {
		panic(err)
	}
	src := &source{
		nodes: []graph.Node{{ID: "artifacts", Label: bucket}, {ID: "churn-v3", Label: model}, {ID: "churn-2025-03", Label: job}, {ID: "fraud-2025-03", Label: job}},
		edges: []graph.Edge{
			{Type: made, From: "churn-2025-03", To: "artifacts", FromLabel: job, ToLabel: bucket, Path: "ModelArtifacts.S3ModelArtifacts", Ref: "s3://artifacts/churn/model.tar.gz"},
			{Type: made, From: "fraud-2025-03", To: "artifacts", FromLabel: job, ToLabel: bucket, Path: "ModelArtifacts.S3ModelArtifacts", Ref: "s3://artifacts/fraud/model.tar.gz"},
			{Type: loads, From: "churn-v3", To: "artifacts", FromLabel: model, ToLabel: bucket, Path: "PrimaryContainer.ModelDataUrl", Ref: "https://artifacts.s3.amazonaws.com/churn/model.tar.gz"},
		},
	}
	g, err := view.Read(src, &graph.Header{Schema: schema, Created: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}, &graph.Report{}, lineage.Keep())
	if err != nil {
		panic(err)
	}
	l := lineage.New(g)
	start, err := l.Find("churn-v3")
	if err != nil {
		panic(err)
	}
	for _, e := range l.Of(start, lineage.Options{Up: true}).Edges {
		fmt.Println(e.From, e.Type, e.Ref, e.How)
	}
	// Output:
	// churn-2025-03 PRODUCED_MODEL_ARTIFACT s3://artifacts/churn/model.tar.gz derived
	// churn-v3 REFERENCED_ARTIFACTS_IN https://artifacts.s3.amazonaws.com/churn/model.tar.gz referenced
}
