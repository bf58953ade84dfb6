package exporter

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

func TestMoreTargets(t *testing.T) {
	const (
		model   = "arn:aws:sagemaker:eu-west-1:210987654321:model/m"
		version = "arn:aws:sagemaker:eu-west-1:210987654321:model-package/g/1"
		job     = "arn:aws:sagemaker:eu-west-1:210987654321:training-job/j"
		quality = "arn:aws:sagemaker:eu-west-1:210987654321:model-quality-job-definition/d"
	)
	glue := "arn:aws-cn:glue:cn-north-1:012345678901:"
	for _, c := range []struct {
		name   string
		to     target
		parent any
		value  string
		want   reference // zero: no reference
	}{
		{"definition with its type beside it", toJobDefinition, types.MonitoringScheduleConfig{MonitoringType: types.MonitoringTypeModelBias}, "d", reference{label: "AWSSageMakerModelBiasJobDefinition", key: "model-bias-job-definition/d"}},
		{"definition with its type in the record", toJobDefinition, types.MonitoringScheduleConfig{}, "d", reference{label: "AWSSageMakerModelExplainabilityJobDefinition", key: "model-explainability-job-definition/d"}},
		{"definition of a newer type", toJobDefinition, types.MonitoringScheduleConfig{MonitoringType: "Mood"}, "d", reference{}},
		{"definition by ARN", toJobDefinition, types.MonitoringScheduleConfig{MonitoringType: "Mood"}, quality, reference{label: "AWSSageMakerModelQualityJobDefinition", id: quality}},
		{"definition None", toJobDefinition, types.MonitoringScheduleConfig{}, "None", reference{}},
		{"file system", toFSxHost, nil, "FS-0123.fsx.us-east-1.amazonaws.com", reference{label: "AWSFsxFileSystem", id: "fs-0123"}},
		{"file system of another service", toFSxHost, nil, "fs-0123.efs.us-east-1.amazonaws.com", reference{}},
		{"alias of a file system", toFSxHost, nil, "data.fsx.example.com", reference{}},
		{"the account's catalog", toGlueCatalog, nil, "awsdatacatalog", reference{label: "AWSGlueCatalog", id: glue + "catalog"}},
		{"another account's catalog", toGlueCatalog, nil, "210987654321", reference{label: "AWSGlueCatalog", id: "arn:aws-cn:glue:cn-north-1:210987654321:catalog"}},
		{"a further catalog", toGlueCatalog, nil, "lake", reference{label: "AWSGlueCatalog", id: glue + "catalog/lake"}},
		{"database", toGlueDatabase, nil, "db", reference{label: "AWSGlueDatabase", id: glue + "database/db"}},
		{"table", toGlueTable, types.DataCatalogConfig{Database: aws.String("db")}, "t", reference{label: "AWSGlueTable", id: glue + "table/db/t"}},
		{"table of no database", toGlueTable, types.DataCatalogConfig{}, "t", reference{}},
		{"any kind", toAnyKind, nil, job, reference{label: "AWSSageMakerTrainingJob", id: job}},
		{"no SageMaker resource", toAnyKind, nil, "arn:aws:iam::210987654321:role/r", reference{}},
		{"any kind by name", toAnyKind, nil, "j", reference{}},
		{"model", toModelOrPackage, nil, model, reference{label: modelLabel, id: model}},
		{"model package", toModelOrPackage, nil, version, reference{label: packageLabel, id: version}},
		{"neither of the two", toModelOrPackage, nil, job, reference{}},
		{"model of another platform", toModelOrPackage, nil, "m", reference{}},
		{"machine image", toMachineImage, nil, "ami-1", reference{label: "AWSEC2Image", id: "ami-1"}},
	} {
		got, ok := c.to.find(&refContext{
			partition: "aws-cn", region: "cn-north-1", account: "012345678901", parent: reflect.ValueOf(c.parent),
			root: func(name string) string { return map[string]string{"MonitoringType": "ModelExplainability"}[name] },
		}, c.value)
		if ok != (c.want != reference{}) || ok && got != c.want {
			t.Errorf("%s: %q is %+v, %v, want %+v", c.name, c.value, got, ok, c.want)
		}
	}
	old := &refContext{root: func(string) string { return "" }}
	if got, ok := toJobDefinition.find(old, "d"); !ok || got.label != "AWSSageMakerDataQualityJobDefinition" {
		t.Errorf("a definition without any type is %+v, %v", got, ok)
	}
}

// TestModelCardContent finds the models that a card is about, wherever its
// content names them.
func TestModelCardContent(t *testing.T) {
	const model, version = "arn:aws:sagemaker:us-east-1:012345678901:model/m", "arn:aws:sagemaker:us-east-1:012345678901:model-package/g/1"
	for content, want := range map[string][]string{
		`{"model_overview":{"model_id":"` + model + `"},"model_package_details":{"model_package_arn":"` + version + `"}}`:     {model, version},
		`{"intended_uses":{"explanations":"As ` + model + `, but see arn:aws:sagemaker:us-east-1:012345678901:endpoint/e."}}`: {model},
		`{"model_overview":{"model_id":"m","model_name":"m"}}`:                                                                nil,
		`{"training_details":{"training_job_details":{"training_arn":"arn:aws:sagemaker:us-east-1:1:training-job/j"}}}`:       nil,
	} {
		var found []string
		for _, text := range referencesIn(content, toModelOrPackage, &refContext{}) {
			if _, ok := toModelOrPackage.find(nil, text); ok {
				found = append(found, text)
			}
		}
		if !slices.Equal(found, want) {
			t.Errorf("%s\ntells of %q, want %q", content, found, want)
		}
	}
}

// TestFieldOfTime compares the text of a time in ids with its property.
func TestFieldOfTime(t *testing.T) {
	when := time.Date(2026, 1, 2, 4, 4, 5, 678e6, time.FixedZone("", 3600))
	if got := field(reflect.ValueOf(types.MonitoringExecutionSummary{ScheduledTime: &when}), "ScheduledTime"); got != "2026-01-02T03:04:05.678000Z" {
		t.Errorf("the time is %s", got)
	}
}
