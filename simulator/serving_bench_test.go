package simulator_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/simulator"
)

// BenchmarkServing has what the server takes for a page of a hundred, without the
// network: of a list, of a search, of tags, and for a Describe.
func BenchmarkServing(b *testing.B) {
	demo, err := simulator.Demo()
	if err != nil {
		b.Fatal(err)
	}
	server := simulator.New(demo.Scale(100), simulator.Options{})
	for _, c := range []struct {
		name, target, scope, body string
		records                   int
	}{
		{"list", "SageMaker.ListTrainingJobs", "sagemaker", `{"MaxResults":100}`, 100},
		{"search", "SageMaker.Search", "sagemaker", `{"MaxResults":100,"Resource":"TrainingJob"}`, 100},
		{"tags", "ResourceGroupsTaggingAPI_20170126.GetResources", "tagging", `{"ResourcesPerPage":100,"ResourceTypeFilters":["sagemaker"]}`, 100},
		{"describe", "SageMaker.DescribeTrainingJob", "sagemaker", `{"TrainingJobName":"fraud-gbm-2025-02-25-000042"}`, 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			bytes := 0
			for b.Loop() {
				r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
				r.Header.Set("X-Amz-Target", c.target)
				r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/%s/aws4_request, SignedHeaders=host, Signature=0", c.scope))
				w := httptest.NewRecorder()
				server.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
				bytes = w.Body.Len()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.records), "ns/record")
			b.ReportMetric(float64(bytes)/float64(c.records), "B/record")
		})
	}
}
