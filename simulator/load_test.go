package simulator_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/simulator"
)

func TestLoadErrors(t *testing.T) {
	const file = "012345678901/us-east-1/Model.json"
	model := func(extra string) string {
		return `[{"ModelName": "a", "ModelArn": "` + arnPrefix + `model/a", "CreationTime": "2025-01-01T00:00:00Z"` + extra + `}]`
	}
	twice := strings.TrimSuffix(model(""), "]") + "," + strings.TrimPrefix(model(""), "[")
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"empty":           {nil, []string{"no documents"}},
		"path":            {map[string]string{"Model.json": "[]"}, []string{"Model.json", "<account>/<region>/<Kind>.json"}},
		"account":         {map[string]string{"12345678901/us-east-1/Model.json": "[]"}, []string{"<account>"}},
		"kind":            {map[string]string{"012345678901/us-east-1/Cat.json": "[]"}, []string{"Cat.json", "no such kind"}},
		"second account":  {map[string]string{file: "[]", "999999999999/us-east-1/Model.json": "[]"}, []string{"999999999999", "second account"}},
		"syntax":          {map[string]string{file: "[{]"}, []string{file, "invalid character"}},
		"two values":      {map[string]string{file: "[] []"}, []string{file, "more than one"}},
		"no array":        {map[string]string{file: "{}"}, []string{file, "array"}},
		"unknown member":  {map[string]string{file: model(`, "Colour": 1`)}, []string{file, "document 0", "Model.Colour"}},
		"nested unknown":  {map[string]string{file: model(`, "VpcConfig": {"Subnet": "x"}`)}, []string{"Model.VpcConfig.Subnet", "no such member"}},
		"wrong type":      {map[string]string{file: model(`, "VpcConfig": {"Subnets": "x"}`)}, []string{"Model.VpcConfig.Subnets", "want a list"}},
		"null":            {map[string]string{file: model(`, "ExecutionRoleArn": null`)}, []string{"Model.ExecutionRoleArn", "want a string"}},
		"fractional":      {map[string]string{strings.Replace(file, "Model", "NotebookInstance", 1): `[{"VolumeSizeInGB": 1.5}]`}, []string{"VolumeSizeInGB", "want an integer, got 1.5"}},
		"time":            {map[string]string{file: strings.Replace(model(""), "T00:00:00Z", "", 1)}, []string{"Model.CreationTime", "RFC 3339"}},
		"no time":         {map[string]string{file: strings.Replace(model(""), `"CreationTime": "2025-01-01T00:00:00Z"`, `"Tags": []`, 1)}, []string{"Model.CreationTime: missing"}},
		"no key":          {map[string]string{file: strings.Replace(model(""), `"ModelName": "a", `, "", 1)}, []string{"Model.ModelName: missing"}},
		"other account":   {map[string]string{file: strings.Replace(model(""), "012345678901", "111111111111", 1)}, []string{"Model.ModelArn", "want an ARN"}},
		"other region":    {map[string]string{file: strings.Replace(model(""), "us-east-1", "us-east-2", 1)}, []string{"Model.ModelArn", "us-east-2"}},
		"other noun":      {map[string]string{file: strings.Replace(model(""), "model/a", "endpoint/a", 1)}, []string{"Model.ModelArn", ":model/"}},
		"twice":           {map[string]string{file: twice}, []string{"document 1", "appears twice"}},
		"app of nobody":   {map[string]string{strings.Replace(file, "Model", "App", 1): `[{"DomainId": "d-1", "AppType": "Canvas", "AppName": "default", "AppArn": "` + arnPrefix + `app/d-1/x/Canvas/default", "CreationTime": "2025-01-01T00:00:00Z"}]`}, []string{"App.UserProfileName: missing"}},
		"union of two":    {map[string]string{strings.Replace(file, "Model", "Space", 1): `[{"SpaceSettings": {"CustomFileSystems": [{"EFSFileSystem": {}, "S3FileSystem": {}}]}}]`}, []string{"Space.SpaceSettings.CustomFileSystems[0]", "one member"}},
		"union of no one": {map[string]string{strings.Replace(file, "Model", "Space", 1): `[{"SpaceSettings": {"CustomFileSystems": [{"NFS": {}}]}}]`}, []string{"CustomFileSystems[0].NFS", "no such member"}},
	} {
		files := fstest.MapFS{}
		for name, text := range c.files {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
		_, err := simulator.Load(files)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
	}
}

// files is an inventory with one file.
func files(kind, text string) fstest.MapFS {
	return fstest.MapFS{"012345678901/us-east-1/" + kind + ".json": &fstest.MapFile{Data: []byte(text)}}
}

// demoClient speaks to the demo in us-east-1.
func demoClient(t *testing.T) *sagemaker.Client {
	t.Helper()
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	return sagemaker.NewFromConfig(start(t, simulator.New(inventory, simulator.Options{}), "us-east-1"))
}

func TestModelPackageTypes(t *testing.T) {
	client := demoClient(t)
	for name, c := range map[string]struct {
		input sagemaker.ListModelPackagesInput
		want  int
	}{
		"default":       {sagemaker.ListModelPackagesInput{}, 1},
		"unversioned":   {sagemaker.ListModelPackagesInput{ModelPackageType: types.ModelPackageTypeUnversioned}, 1},
		"versioned":     {sagemaker.ListModelPackagesInput{ModelPackageType: types.ModelPackageTypeVersioned}, 13},
		"both":          {sagemaker.ListModelPackagesInput{ModelPackageType: types.ModelPackageTypeBoth}, 14},
		"group":         {sagemaker.ListModelPackagesInput{ModelPackageGroupName: aws.String("churn")}, 4},
		"group by ARN":  {sagemaker.ListModelPackagesInput{ModelPackageGroupName: aws.String(arnPrefix + "model-package-group/fraud")}, 3},
		"approved ones": {sagemaker.ListModelPackagesInput{ModelPackageGroupName: aws.String("churn"), ModelApprovalStatus: types.ModelApprovalStatusApproved}, 2},
	} {
		out, err := client.ListModelPackages(t.Context(), &c.input)
		if err != nil || len(out.ModelPackageSummaryList) != c.want {
			t.Errorf("%s: %d packages, %v; want %d", name, len(out.ModelPackageSummaryList), err, c.want)
		}
	}
	for _, name := range []string{"legacy-recommender", "churn/2", arnPrefix + "model-package/churn/2", arnPrefix + "model-package/legacy-recommender"} {
		out, err := client.DescribeModelPackage(t.Context(), &sagemaker.DescribeModelPackageInput{ModelPackageName: &name})
		if err != nil || !strings.HasSuffix(name, strings.TrimPrefix(*out.ModelPackageArn, arnPrefix+"model-package/")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	arn := arnPrefix + "model/churn-xgboost-v2" // an ARN of another kind
	if _, err := client.DescribeModelPackage(t.Context(), &sagemaker.DescribeModelPackageInput{ModelPackageName: &arn}); code(err) != "ValidationException" {
		t.Error(err)
	}
}

// TestDemoFilters tries the filters that differ in how they find their member.
func TestDemoFilters(t *testing.T) {
	client, ctx := demoClient(t), t.Context()
	day := func(month, day int) *time.Time {
		return aws.Time(time.Date(2025, time.Month(month), day, 0, 0, 0, 0, time.UTC))
	}
	var got int
	for name, c := range map[string]struct {
		want int
		list func() error
	}{
		"apps of a user": {2, func() error {
			out, err := client.ListApps(ctx, &sagemaker.ListAppsInput{DomainIdEquals: aws.String("d-a1b2c3d4e5f6"), UserProfileNameEquals: aws.String("maria-santos")})
			got = len(out.Apps)
			return err
		}},
		"profiles of a domain by name": {3, func() error {
			out, err := client.ListUserProfiles(ctx, &sagemaker.ListUserProfilesInput{DomainIdEquals: aws.String("d-a1b2c3d4e5f6"), UserProfileNameContains: aws.String("an")})
			got = len(out.UserProfiles)
			return err
		}},
		"default page": {10, func() error {
			out, err := client.ListUserProfiles(ctx, &sagemaker.ListUserProfilesInput{})
			got = len(out.UserProfiles)
			return err
		}},
		"status of the kind": {1, func() error {
			out, err := client.ListEndpoints(ctx, &sagemaker.ListEndpointsInput{StatusEquals: types.EndpointStatusFailed})
			got = len(out.Endpoints)
			return err
		}},
		"status inside a structure": {1, func() error {
			out, err := client.ListTrainingJobs(ctx, &sagemaker.ListTrainingJobsInput{WarmPoolStatusEquals: types.WarmPoolResourceStatusReused})
			got = len(out.TrainingJobSummaries)
			return err
		}},
		"modified": {7, func() error {
			out, err := client.ListTrainingJobs(ctx, &sagemaker.ListTrainingJobsInput{LastModifiedTimeAfter: day(5, 13), LastModifiedTimeBefore: day(7, 1)})
			got = len(out.TrainingJobSummaries)
			return err
		}},
		"item of a list": {1, func() error {
			out, err := client.ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{AdditionalCodeRepositoryEquals: aws.String("shared-features")})
			got = len(out.NotebookInstances)
			return err
		}},
		"type of another name": {1, func() error {
			out, err := client.ListStudioLifecycleConfigs(ctx, &sagemaker.ListStudioLifecycleConfigsInput{AppTypeEquals: types.StudioLifecycleConfigAppTypeCodeEditor, ModifiedTimeBefore: day(1, 1)})
			got = len(out.StudioLifecycleConfigs)
			return err
		}},
		"components of an endpoint": {4, func() error {
			out, err := client.ListInferenceComponents(ctx, &sagemaker.ListInferenceComponentsInput{EndpointNameEquals: aws.String("reviews-llm"), VariantNameEquals: aws.String("AllTraffic")})
			got = len(out.InferenceComponents)
			return err
		}},
		"groups of other accounts": {0, func() error {
			out, err := client.ListModelPackageGroups(ctx, &sagemaker.ListModelPackageGroupsInput{CrossAccountFilterOption: types.CrossAccountFilterOptionCrossAccount})
			got = len(out.ModelPackageGroupSummaryList)
			return err
		}},
	} {
		if err := c.list(); err != nil || got != c.want {
			t.Errorf("%s: %d, %v; want %d", name, got, err, c.want)
		}
	}
	out, err := client.ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{MaxResults: aws.Int32(2)})
	if err != nil || *out.NotebookInstances[0].NotebookInstanceName != "Fraud-Exploration" { // by name
		t.Errorf("%v %v", out, err)
	}
}

// arnOf is the member with the ARN of a kind.
func arnOf(kind string) string {
	switch kind {
	case "DataQualityJobDefinition", "ModelBiasJobDefinition", "ModelExplainabilityJobDefinition", "ModelQualityJobDefinition":
		return "JobDefinitionArn"
	case "InferenceExperiment", "MlflowApp", "PartnerApp":
		return "Arn"
	case "InferenceRecommendationsJob":
		return "JobArn"
	case "MlflowTrackingServer":
		return "TrackingServerArn"
	case "SubscribedWorkteam":
		return "WorkteamArn"
	}
	return kind + "Arn"
}

func TestScale(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	const times = 5
	scaled := inventory.Scale(times)
	if scaled.Count() != times*inventory.Count() {
		t.Errorf("%d resources", scaled.Count())
	}
	client := sagemaker.NewFromConfig(start(t, simulator.New(scaled, simulator.Options{}), "us-east-1"))
	whole := demoDocuments(t)["us-east-1"]
	imply(whole)
	for kind, call := range operations {
		if call.list == "" {
			continue
		}
		items, err := call.items(t.Context(), client, 100)
		if want := times * len(listed(kind, whole[kind])); err != nil || len(items) != want {
			t.Errorf("%s: %d items, %v; want %d", kind, len(items), err, want)
		}
		seen := map[string]bool{}
		for _, item := range items {
			seen[canonical(toDocument(reflect.ValueOf(item)))] = true
		}
		if whole[kind][0][arnOf(kind)] != nil && len(seen) != len(items) {
			t.Errorf("%s: %d different items of %d", kind, len(seen), len(items))
		}
	}
	arns := map[string]bool{}
	for _, docs := range scaled.Documents("us-east-1") {
		for _, doc := range docs {
			if doc.ARN != "" && arns[doc.ARN] {
				t.Errorf("two resources have the ARN %s", doc.ARN)
			}
			arns[doc.ARN] = true
		}
	}
	for kind, member := range map[string]string{"ClusterExtension": "ClusterArn", "FeatureMetadata": "FeatureGroupArn", "ModelCardVersion": "ModelCardArn"} {
		for _, doc := range scaled.Documents("us-east-1")[kind] {
			if parent, _ := doc.Body[member].(string); !arns[parent] {
				t.Errorf("%s %s: there is no %s", kind, doc.Key, parent)
			}
		}
	}
	// A copy refers to its own neighbours.
	endpoint, err := client.DescribeEndpoint(t.Context(), &sagemaker.DescribeEndpointInput{EndpointName: aws.String("fraud-prod-000003")})
	if err != nil {
		t.Fatal(err)
	}
	config, err := client.DescribeEndpointConfig(t.Context(), &sagemaker.DescribeEndpointConfigInput{EndpointConfigName: endpoint.EndpointConfigName})
	if err != nil {
		t.Fatal(err)
	}
	model, err := client.DescribeModel(t.Context(), &sagemaker.DescribeModelInput{ModelName: config.ProductionVariants[0].ModelName})
	if err != nil {
		t.Fatal(err)
	}
	if want := "s3://lumen-ml-artifacts/training/fraud-gbm-2025-02-25-000003/output/model.tar.gz"; *model.PrimaryContainer.ModelDataUrl != want {
		t.Errorf("artifact %s, want %s", *model.PrimaryContainer.ModelDataUrl, want)
	}
}
