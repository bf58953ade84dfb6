package exporter_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/exporter"
)

// notCollected are the List operations that are not called, each with the
// reason.
var notCollected = map[string]string{
	"ListAliases":                                "other names of image versions; one call per image, for no reference",
	"ListClusterEvents":                          "events, not resources",
	"ListInferenceRecommendationsJobSteps":       "steps inside a job",
	"ListJobSchemaVersions":                      "the service's own, no resource of an account",
	"ListLabelingJobsForWorkteam":                "the same jobs as ListLabelingJobs, by team",
	"ListModelMetadata":                          "the public model zoo, no resource of an account",
	"ListMonitoringAlertHistory":                 "events, not resources",
	"ListPipelineParametersForExecution":         "a part of an execution, for no reference",
	"ListStageDevices":                           "the same devices as ListDevices, by stage of a plan",
	"ListTrainingJobsForHyperParameterTuningJob": "the same jobs as ListTrainingJobs, which name their tuning job",
}

// TestEveryListIsDecided fails where the SDK has a List operation that is neither
// called nor in the list above: as after an update.
func TestEveryListIsDecided(t *testing.T) {
	actions := exporter.Actions(nil, nil)
	client := reflect.TypeFor[*sagemaker.Client]()
	there := map[string]bool{}
	for i := range client.NumMethod() {
		name := client.Method(i).Name
		if !strings.HasPrefix(name, "List") {
			continue
		}
		there[name] = true
		called, reason := slices.Contains(actions, "sagemaker:"+name), notCollected[name]
		switch {
		case !called && reason == "":
			t.Errorf("%s is not called: collect what it lists, or say why not in notCollected", name)
		case called && reason != "":
			t.Errorf("%s is called, and notCollected says why it is not", name)
		}
	}
	for name := range notCollected {
		if !there[name] {
			t.Errorf("the SDK has no %s", name)
		}
	}
}
