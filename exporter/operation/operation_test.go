package operation_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/exporter/operation"
)

// TestFieldOfTime compares the text of a time in ids with its property.
func TestFieldOfTime(t *testing.T) {
	when := time.Date(2026, 1, 2, 4, 4, 5, 678e6, time.FixedZone("", 3600))
	if got := operation.Text(reflect.ValueOf(types.MonitoringExecutionSummary{ScheduledTime: &when}), "ScheduledTime"); got != "2026-01-02T03:04:05.678000Z" {
		t.Errorf("the time is %s", got)
	}
}

func TestRequiredOf(t *testing.T) {
	for op, want := range map[string][]string{
		"ListModels":             {"Models"},
		"ListPipelines":          nil,
		"DescribeModel":          {"CreationTime", "ModelArn", "ModelName"},
		"DescribeEndpointConfig": {"CreationTime", "EndpointConfigArn", "EndpointConfigName", "ProductionVariants"},
		"Search":                 nil,
		"GetResources":           nil,
		"NoSuchOperation":        nil,
	} {
		if got := operation.Required(op); !slices.Equal(got, want) {
			t.Errorf("%s requires %v, not %v", op, got, want)
		}
	}
	// What a caller does with the answer changes nothing for the next.
	operation.Required("ListModels")[0] = "x"
	if got := operation.Required("ListModels"); got[0] != "Models" {
		t.Errorf("ListModels requires %v", got)
	}
}

// untaggable are the kinds that cannot have tags, each with what makes it.
var untaggable = map[string]string{
	"AutoMLCandidate":       "its job",
	"ClusterNode":           "its cluster",
	"FeatureMetadata":       "its feature group",
	"ImageVersion":          "CreateImageVersion takes none",
	"LineageGroup":          "SageMaker",
	"ModelCardExportJob":    "CreateModelCardExportJob takes none",
	"ModelCardVersion":      "its card; the tags are the card's",
	"MonitoringAlert":       "its schedule",
	"MonitoringExecution":   "its schedule",
	"PipelineExecution":     "StartPipelineExecution takes none",
	"PipelineExecutionStep": "its execution",
	"PipelineStep":          "a pipeline's definition",
	"PipelineVersion":       "CreatePipeline and UpdatePipeline; the tags are the pipeline's",
	"ReservedCapacity":      "its training plan",
	"ResourceCatalog":       "SageMaker",
	"SubscribedWorkteam":    "AWS Marketplace",
	"UltraServer":           "its reserved capacity",
}

// TestEveryKindIsDecided finds a kind whose noun no operation has.
func TestEveryKindIsDecided(t *testing.T) {
	for _, label := range exporter.Labels() {
		noun := strings.TrimPrefix(label, "AWSSageMaker")
		if _, none := untaggable[noun]; none == operation.Taggable(noun) {
			t.Errorf("%s: Taggable says %v; see untaggable here and nouns in generate_test.go", label, operation.Taggable(noun))
		}
	}
}
