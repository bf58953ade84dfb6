package cyclonedx

import (
	"fmt"
	"testing"

	"github.com/sgexport/sgexport/graph/graphtest"
)

func BenchmarkWrite(b *testing.B) { graphtest.BenchmarkWrite(b, Open) }

// fleet is a graph of endpoints, each with a model, its package, a training job and
// data of its own.
func fleet(n int) builder {
	b := newBuilder()
	b.node(bucket, "data", nil)
	b.node(image, served, nil)
	labels := map[string]string{"endpoint/": endpoint, "endpoint-config/": endpointConfig, "model/": model, "model-package/m/": modelPackage, "training-job/": trainingJob}
	for i := range n {
		for kind, label := range labels {
			b.node(label, arn(fmt.Sprint(kind, i)), values{"name": text(fmt.Sprint(i))})
		}
	}
	of := func(id string) string {
		for kind, label := range labels {
			if len(id) > len(arn(kind)) && id[:len(arn(kind))] == arn(kind) {
				return label
			}
		}
		return map[string]string{"data": bucket, served: image}[id]
	}
	for i := range n {
		id := func(kind string) string { return arn(fmt.Sprint(kind, i)) }
		artifact, in := fmt.Sprintf("s3://data/models/%d/model.tar.gz", i), fmt.Sprintf("s3://data/raw/%d/", i)
		b.edgeOf(of, "USED", id("endpoint/"), id("endpoint-config/"), "EndpointConfigName", "")
		b.edgeOf(of, "REFERENCED", id("endpoint-config/"), id("model/"), "ProductionVariants[].ModelName", "")
		b.edgeOf(of, "DERIVED_FROM", id("model/"), id("model-package/m/"), "PrimaryContainer.ModelPackageName", "")
		b.edgeOf(of, "DERIVED_FROM", id("model-package/m/"), id("training-job/"), "InferenceSpecification.Containers[].ModelDataUrl", artifact)
		b.edgeOf(of, "REFERENCED_ARTIFACTS_IN", id("model-package/m/"), "data", "InferenceSpecification.Containers[].ModelDataUrl", artifact)
		b.edgeOf(of, "PRODUCED_MODEL_ARTIFACT", id("training-job/"), "data", "ModelArtifacts.S3ModelArtifacts", artifact)
		b.edgeOf(of, "READ_FROM", id("training-job/"), "data", "InputDataConfig[].DataSource.S3DataSource.S3Uri", in)
		b.edgeOf(of, "USED_IMAGE", id("training-job/"), served, "AlgorithmSpecification.TrainingImage", served)
	}
	b.Sort()
	return b
}

func BenchmarkFleet(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g := fleet(n)
			b.ReportAllocs()
			for b.Loop() {
				if err := g.Write(Open, graphtest.Files{}.Create); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
