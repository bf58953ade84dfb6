package simulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/simulator"
)

// TestNestedLists lists what belongs to one resource.
func TestNestedLists(t *testing.T) {
	client, ctx := demoClient(t), t.Context()
	execution := arnPrefix + "pipeline/churn-training/execution/ex250304a"
	for name, c := range map[string]struct {
		list  string
		input map[string]any
		want  int // -1: ResourceNotFound, -2: ValidationException
	}{
		"executions":              {"ListPipelineExecutions", map[string]any{"PipelineName": "churn-training"}, 13},
		"executions by ARN":       {"ListPipelineExecutions", map[string]any{"PipelineName": arnPrefix + "pipeline/churn-training"}, 13},
		"executions since":        {"ListPipelineExecutions", map[string]any{"PipelineName": "churn-training", "CreatedAfter": time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)}, 4},
		"executions of nothing":   {"ListPipelineExecutions", map[string]any{"PipelineName": "ghost"}, -1},
		"executions of a model":   {"ListPipelineExecutions", map[string]any{"PipelineName": arnPrefix + "model/Checkout-Ranker"}, -1},
		"steps":                   {"ListPipelineExecutionSteps", map[string]any{"PipelineExecutionArn": execution}, 9},
		"steps of nothing":        {"ListPipelineExecutionSteps", map[string]any{"PipelineExecutionArn": execution + "0"}, -1},
		"versions":                {"ListPipelineVersions", map[string]any{"PipelineName": "churn-training"}, 3},
		"contents":                {"ListHubContents", map[string]any{"HubName": "lumen-hub", "HubContentType": "Model"}, 2},
		"contents by ARN":         {"ListHubContents", map[string]any{"HubName": arnPrefix + "hub/lumen-hub", "HubContentType": "DataSet"}, 1},
		"contents of an old kind": {"ListHubContents", map[string]any{"HubName": "lumen-hub", "HubContentType": "Model", "MaxSchemaVersion": "2.2.9"}, 0},
		"contents of odd type":    {"ListHubContents", map[string]any{"HubName": "lumen-hub", "HubContentType": "Cat"}, -2},
		"content versions":        {"ListHubContentVersions", map[string]any{"HubName": "lumen-hub", "HubContentType": "Model", "HubContentName": "lumen-encoder"}, 2},
		"newer content versions":  {"ListHubContentVersions", map[string]any{"HubName": "lumen-hub", "HubContentType": "Model", "HubContentName": "lumen-encoder", "MinVersion": "1.0.10"}, 1},
		"content versions by ARN": {"ListHubContentVersions", map[string]any{"HubName": arnPrefix + "hub/lumen-hub", "HubContentType": "DataSet", "HubContentName": "review-answers"}, 2},
		"versions of no content":  {"ListHubContentVersions", map[string]any{"HubName": "lumen-hub", "HubContentType": "Model", "HubContentName": "ghost"}, 0},
		"card versions":           {"ListModelCardVersions", map[string]any{"ModelCardName": "churn-card"}, 3},
		"card versions by ARN":    {"ListModelCardVersions", map[string]any{"ModelCardName": arnPrefix + "model-card/fraud-card"}, 2},
		"card versions by status": {"ListModelCardVersions", map[string]any{"ModelCardName": "churn-card", "ModelCardStatus": "Archived"}, 1},
		"versions of no card":     {"ListModelCardVersions", map[string]any{"ModelCardName": "ghost"}, -1},
		"candidates":              {"ListCandidatesForAutoMLJob", map[string]any{"AutoMLJobName": "checkout-automl", "MaxResults": 300}, 4},
		"candidates that failed":  {"ListCandidatesForAutoMLJob", map[string]any{"AutoMLJobName": "checkout-automl", "StatusEquals": "Failed"}, 1},
		"candidates by name":      {"ListCandidatesForAutoMLJob", map[string]any{"AutoMLJobName": "checkout-automl", "CandidateNameEquals": "checkout-automl-17"}, 1},
		"candidates too many":     {"ListCandidatesForAutoMLJob", map[string]any{"AutoMLJobName": "checkout-automl", "MaxResults": 301}, -2},
		"candidates of no job":    {"ListCandidatesForAutoMLJob", map[string]any{"AutoMLJobName": "ghost"}, -1},
		"extensions":              {"ListClusterExtensions", map[string]any{"ClusterArn": arnPrefix + "cluster/clx0lumen0slurm"}, 2},
		"extensions since":        {"ListClusterExtensions", map[string]any{"ClusterArn": arnPrefix + "cluster/clx0lumen0slurm", "CreationTimeAfter": time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)}, 1},
		"extensions of none":      {"ListClusterExtensions", map[string]any{"ClusterArn": arnPrefix + "cluster/clx0lumen0eks"}, 0},
		"extensions of nothing":   {"ListClusterExtensions", map[string]any{"ClusterArn": arnPrefix + "cluster/ghost"}, -1},
		"executions of an alias":  {"ListPipelineExecutions", map[string]any{"PipelineName": "churn-training", "PipelineVersionAlias": "rollback"}, 5},
		"executions of no alias":  {"ListPipelineExecutions", map[string]any{"PipelineName": "churn-batch-scoring", "PipelineVersionAlias": "rollback"}, -1},
		"pipelines of ours":       {"ListPipelines", map[string]any{"ManagedBy": "CUSTOMER"}, 3},
		"pipelines of AWS":        {"ListPipelines", map[string]any{"ManagedBy": "AWS"}, 0},
		"components of two":       {"ListTrialComponents", map[string]any{"TrialName": "encoder-2025-03"}, 3},
		"components of a test":    {"ListTrialComponents", map[string]any{"ExperimentName": "product-search"}, 8},
		"components, two ways":    {"ListTrialComponents", map[string]any{"ExperimentName": "churn", "TrialName": "churn-2025-03"}, -2},
		"image versions":          {"ListImageVersions", map[string]any{"ImageName": "lumen-torch"}, 3},
		"nodes":                   {"ListClusterNodes", map[string]any{"ClusterName": "lumen-hyperpod"}, 4},
		"nodes on their way":      {"ListClusterNodes", map[string]any{"ClusterName": "lumen-hyperpod", "IncludeNodeLogicalIds": true}, 5},
		"nodes of a group":        {"ListClusterNodes", map[string]any{"ClusterName": arnPrefix + "cluster/clx0lumen0eks", "InstanceGroupNameContains": "gpu"}, 3},
		"nodes since":             {"ListClusterNodes", map[string]any{"ClusterName": "lumen-hyperpod", "CreationTimeAfter": time.Date(2025, 4, 18, 9, 12, 30, 0, time.UTC)}, 2},
		"alerts":                  {"ListMonitoringAlerts", map[string]any{"MonitoringScheduleName": "fraud-bias-daily"}, 1},
		"exports of a version":    {"ListModelCardExportJobs", map[string]any{"ModelCardName": "churn-card", "ModelCardVersion": 4}, 1},
		"ultra servers":           {"ListUltraServersByReservedCapacity", map[string]any{"ReservedCapacityArn": arnPrefix + "reserved-capacity/rc-0003example"}, 2},
		"jobs":                    {"ListJobs", map[string]any{"JobCategory": "AgentRFT", "StatusEquals": "Completed"}, 1},
		"executions of monitors":  {"ListMonitoringExecutions", map[string]any{"MonitoringScheduleName": "churn-data-quality-hourly"}, 12},
		"failed monitors":         {"ListMonitoringExecutions", map[string]any{"StatusEquals": "Failed", "MonitoringTypeEquals": "ModelBias"}, 1},
		"components of a trial":   {"ListTrialComponents", map[string]any{"TrialName": "churn-2025-03"}, 5},
		"components of a job":     {"ListTrialComponents", map[string]any{"SourceArn": arnPrefix + "training-job/churn-xgboost-2025-03-04"}, 1},
		"trials of a component":   {"ListTrials", map[string]any{"TrialComponentName": "xgb-2025-03"}, 1},
		"lineage by source":       {"ListArtifacts", map[string]any{"SourceUri": "None"}, 1},
		"clusters of a plan":      {"ListClusters", map[string]any{"TrainingPlanArn": arnPrefix + "training-plan/q2-llm-finetuning"}, 1},
		"pipelines by prefix":     {"ListPipelines", map[string]any{"PipelineNamePrefix": "churn-"}, 2},
		"quotas by name":          {"ListComputeQuotas", map[string]any{"NameContains": "risk"}, 1},
		"definitions of endpoint": {"ListModelBiasJobDefinitions", map[string]any{"EndpointName": "fraud-prod"}, 1},
		"optimizations":           {"ListOptimizationJobs", map[string]any{"OptimizationContains": "Quant"}, 1},
		"MLflow of a domain":      {"ListMlflowApps", map[string]any{"DefaultForDomainId": "d-a1b2c3d4e5f6"}, 1},
		"devices with a model":    {"ListDevices", map[string]any{"ModelName": "shelf-detector", "LatestHeartbeatAfter": time.Date(2025, 6, 30, 10, 1, 30, 0, time.UTC)}, 2},
		"plans that run":          {"ListTrainingPlans", map[string]any{"Filters": []types.TrainingPlanFilter{{Name: types.TrainingPlanFilterNameStatus, Value: aws.String("Active")}}}, 1},
		"associations":            {"ListAssociations", map[string]any{"AssociationType": "Produced", "SourceType": "SageMakerTrainingJob"}, 1},
		"associations of one":     {"ListAssociations", map[string]any{"DestinationArn": arnPrefix + "context/churn-group"}, 1},
	} {
		items, err := all(ctx, client, c.list, c.input)
		switch {
		case c.want == -1 && code(err) == "ResourceNotFound", c.want == -2 && code(err) == "ValidationException":
		case err != nil || len(items) != c.want:
			t.Errorf("%s: %d items, %v; want %d", name, len(items), err, c.want)
		}
	}
}

// TestOrders asks for orders in the ways that operations spell them.
func TestOrders(t *testing.T) {
	client, ctx := demoClient(t), t.Context()
	images, err := client.ListImageVersions(ctx, &sagemaker.ListImageVersionsInput{ImageName: aws.String("lumen-torch"), SortBy: types.ImageVersionSortByVersion, SortOrder: types.ImageVersionSortOrderAscending})
	if err != nil {
		t.Fatal(err)
	}
	var versions []int32
	for _, v := range images.ImageVersions {
		versions = append(versions, *v.Version)
	}
	if !slices.Equal(versions, []int32{1, 2, 10}) {
		t.Errorf("versions %d", versions)
	}
	runs, err := client.ListMonitoringExecutions(ctx, &sagemaker.ListMonitoringExecutionsInput{SortBy: types.MonitoringExecutionSortKeyScheduledTime, MaxResults: aws.Int32(100)})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(runs.MonitoringExecutionSummaries, func(a, b types.MonitoringExecutionSummary) int {
		return b.ScheduledTime.Compare(*a.ScheduledTime)
	}) {
		t.Error("executions are not the newest first")
	}
}

// TestVersions describes versions, named and not.
func TestVersions(t *testing.T) {
	client, ctx := demoClient(t), t.Context()
	image, err := client.DescribeImageVersion(ctx, &sagemaker.DescribeImageVersionInput{ImageName: aws.String("lumen-geo")})
	if err != nil || *image.Version != 2 {
		t.Errorf("newest image version: %+v, %v", image, err)
	}
	content := &sagemaker.DescribeHubContentInput{HubName: aws.String("lumen-hub"), HubContentType: types.HubContentTypeModel, HubContentName: aws.String("lumen-encoder")}
	newest, err := client.DescribeHubContent(ctx, content)
	if err != nil || *newest.HubContentVersion != "1.1.0" {
		t.Errorf("newest content: %+v, %v", newest, err)
	}
	content.HubContentVersion, content.HubName = aws.String("1.0.0"), aws.String(arnPrefix+"hub/lumen-hub")
	if older, err := client.DescribeHubContent(ctx, content); err != nil || *older.HubContentVersion != "1.0.0" {
		t.Errorf("older content: %+v, %v", older, err)
	}
	content.HubContentVersion = aws.String("9.0.0")
	if _, err := client.DescribeHubContent(ctx, content); code(err) != "ResourceNotFound" {
		t.Errorf("content of no version: %v", err)
	}
	for _, name := range []string{"churn-training", arnPrefix + "pipeline/churn-training"} {
		now, err := client.DescribePipeline(ctx, &sagemaker.DescribePipelineInput{PipelineName: &name})
		if err != nil || !strings.Contains(*now.PipelineDefinition, "CheckBias") {
			t.Errorf("%s: %v", name, err)
		}
		first, err := client.DescribePipeline(ctx, &sagemaker.DescribePipelineInput{PipelineName: &name, PipelineVersionId: aws.Int64(1)})
		if err != nil || strings.Contains(*first.PipelineDefinition, "CheckBias") {
			t.Errorf("%s, version 1: %v", name, err)
		}
		if _, err := client.DescribePipeline(ctx, &sagemaker.DescribePipelineInput{PipelineName: &name, PipelineVersionId: aws.Int64(77)}); code(err) != "ResourceNotFound" {
			t.Errorf("%s, version 77: %v", name, err)
		}
	}
	for _, name := range []string{"churn-card", arnPrefix + "model-card/churn-card"} {
		now, err := client.DescribeModelCard(ctx, &sagemaker.DescribeModelCardInput{ModelCardName: &name})
		if err != nil || *now.ModelCardVersion != 4 {
			t.Errorf("%s: %v", name, err)
		}
		card, err := client.DescribeModelCard(ctx, &sagemaker.DescribeModelCardInput{ModelCardName: &name, ModelCardVersion: aws.Int32(3)})
		if err != nil || *card.ModelCardVersion != 3 || !strings.Contains(*card.Content, "churn-xgboost-v2") {
			t.Errorf("%s, version 3: %v", name, err)
		}
		if _, err := client.DescribeModelCard(ctx, &sagemaker.DescribeModelCardInput{ModelCardName: &name, ModelCardVersion: aws.Int32(2)}); code(err) != "ResourceNotFound" {
			t.Errorf("%s, version 2: %v", name, err)
		}
	}
	named := &sagemaker.DescribePipelineInput{PipelineName: aws.String("churn-training"), PipelineVersionAlias: aws.String("rollback")}
	second, err := client.DescribePipeline(ctx, named)
	if err != nil || *second.PipelineVersionDisplayName != "v2" {
		t.Errorf("pipeline by alias: %v", err)
	}
	named.PipelineVersionId = aws.Int64(2)
	if _, err := client.DescribePipeline(ctx, named); code(err) != "ValidationException" {
		t.Errorf("pipeline by alias and id: %v", err)
	}
	named.PipelineVersionAlias, named.PipelineVersionId = aws.String("ghost"), nil
	if _, err := client.DescribePipeline(ctx, named); code(err) != "ResourceNotFound" {
		t.Errorf("pipeline by no alias: %v", err)
	}
	older, err := client.DescribeAutoMLJob(ctx, &sagemaker.DescribeAutoMLJobInput{AutoMLJobName: aws.String("checkout-automl")})
	if err != nil || *older.InputDataConfig[0].TargetAttributeName != "converted" || older.AutoMLJobConfig.SecurityConfig == nil {
		t.Errorf("older description of an AutoML job: %+v, %v", older, err)
	}
	node, err := client.DescribeClusterNode(ctx, &sagemaker.DescribeClusterNodeInput{ClusterName: aws.String("lumen-hyperpod"), NodeLogicalId: aws.String("gpu-workers-12")})
	if err != nil || *node.NodeDetails.InstanceId != "i-0000000000000000c" {
		t.Errorf("node by logical id: %+v, %v", node, err)
	}
	if _, err := client.DescribeClusterNode(ctx, &sagemaker.DescribeClusterNodeInput{ClusterName: aws.String("lumen-hyperpod")}); code(err) != "ValidationException" || !strings.Contains(err.Error(), "nodeId") {
		t.Errorf("node of no id: %v", err)
	}
}

// TestCandidates reads the candidates of a job in the orders that there are.
func TestCandidates(t *testing.T) {
	client := demoClient(t)
	for by, want := range map[types.CandidateSortBy]string{
		"":                          "09 12 17 23",
		types.CandidateSortByStatus: "09 12 17 23",
		types.CandidateSortByFinalObjectiveMetricValue: "23 12 09 17",
	} {
		out, err := client.ListCandidatesForAutoMLJob(t.Context(), &sagemaker.ListCandidatesForAutoMLJobInput{
			AutoMLJobName: aws.String("checkout-automl"), SortBy: by, SortOrder: types.AutoMLSortOrderAscending,
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, candidate := range out.Candidates {
			got = append(got, strings.TrimPrefix(*candidate.CandidateName, "checkout-automl-"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("by %q: %s, want %s", by, got, want)
		}
		best := out.Candidates[slices.Index(got, "17")]
		if best.CandidateProperties.CandidateArtifactLocations.BacktestResults == nil || len(best.CandidateSteps) != 3 {
			t.Errorf("best candidate: %+v", best)
		}
	}
}

// TestFeatureMetadata reads features with and without a document.
func TestFeatureMetadata(t *testing.T) {
	client, ctx := demoClient(t), t.Context()
	described, err := client.DescribeFeatureMetadata(ctx, &sagemaker.DescribeFeatureMetadataInput{FeatureGroupName: aws.String(arnPrefix + "feature-group/customers"), FeatureName: aws.String("tenure_months")})
	if err != nil || len(described.Parameters) != 3 || described.Description == nil {
		t.Errorf("described: %+v, %v", described, err)
	}
	plain, err := client.DescribeFeatureMetadata(ctx, &sagemaker.DescribeFeatureMetadataInput{FeatureGroupName: aws.String("card-signals"), FeatureName: aws.String("signal_127")})
	if err != nil || plain.FeatureType != types.FeatureTypeFractional || plain.Description != nil || plain.CreationTime == nil {
		t.Errorf("not described: %+v, %v", plain, err)
	}
	if _, err := client.DescribeFeatureMetadata(ctx, &sagemaker.DescribeFeatureMetadataInput{FeatureGroupName: aws.String("customers"), FeatureName: aws.String("ghost")}); code(err) != "ResourceNotFound" {
		t.Errorf("no feature: %v", err)
	}
	out, err := client.Search(ctx, &sagemaker.SearchInput{Resource: types.ResourceTypeFeatureMetadata, MaxResults: aws.Int32(100), SearchExpression: &types.SearchExpression{
		Filters: []types.Filter{{Name: aws.String("FeatureGroupName"), Value: aws.String("customers")}},
	}})
	if err != nil || len(out.Results) != 5 {
		t.Errorf("Search: %d features, %v", len(out.Results), err)
	}
}

// TestClusterExtension reads what stands beside the resource.
func TestClusterExtension(t *testing.T) {
	input := &sagemaker.DescribeClusterExtensionInput{
		ClusterArn:   aws.String(arnPrefix + "cluster/clx0lumen0slurm"),
		ExtensionArn: aws.String(arnPrefix + "extension/sagemaker-clx0lumen0slurm/sagemaker-observability/0a1b2c3d4e5f"),
	}
	client := demoClient(t)
	out, err := client.DescribeClusterExtension(t.Context(), input)
	if err != nil || *out.NodeSummary.ActiveCount != 1 || *out.NodeSummary.TotalCount != 2 || *out.ExtensionDetails.ClusterArn != *input.ClusterArn {
		t.Errorf("%+v, %v", out, err)
	}
	input.ClusterArn = aws.String(arnPrefix + "cluster/clx0lumen0eks")
	if _, err := client.DescribeClusterExtension(t.Context(), input); code(err) != "ResourceNotFound" {
		t.Errorf("extension of another cluster: %v", err)
	}
}

// TestPagedDescribe follows the pages of one feature group.
func TestPagedDescribe(t *testing.T) {
	client, ctx := demoClient(t), t.Context()
	input := &sagemaker.DescribeFeatureGroupInput{FeatureGroupName: aws.String("card-signals")}
	first, err := client.DescribeFeatureGroup(ctx, input)
	if err != nil || len(first.FeatureDefinitions) != 100 || first.NextToken == nil {
		t.Fatalf("first page: %d features, %v", len(first.FeatureDefinitions), err)
	}
	input.NextToken = first.NextToken
	second, err := client.DescribeFeatureGroup(ctx, input)
	if err != nil || len(second.FeatureDefinitions) != 30 || second.NextToken != nil || *second.FeatureDefinitions[29].FeatureName != "signal_127" {
		t.Errorf("second page: %d features, %v", len(second.FeatureDefinitions), err)
	}
	input.FeatureGroupName = aws.String("customers")
	if _, err := client.DescribeFeatureGroup(ctx, input); code(err) != "ValidationException" {
		t.Errorf("token of another group: %v", err)
	}
	plan, err := client.DescribeEdgeDeploymentPlan(ctx, &sagemaker.DescribeEdgeDeploymentPlanInput{EdgeDeploymentPlanName: aws.String("shelf-detector-rollout"), MaxResults: aws.Int32(1)})
	if err != nil || len(plan.Stages) != 1 || plan.NextToken == nil {
		t.Errorf("stages: %+v, %v", plan, err)
	}
}

// TestTrialRecords reads the jobs and the parents that Search adds.
func TestTrialRecords(t *testing.T) {
	client, ctx := demoClient(t), t.Context()
	found := func(resource types.ResourceType, name, value string) types.SearchRecord {
		t.Helper()
		out, err := client.Search(ctx, &sagemaker.SearchInput{Resource: resource, SearchExpression: &types.SearchExpression{Filters: []types.Filter{{Name: &name, Value: &value}}}})
		if err != nil || len(out.Results) != 1 {
			t.Fatalf("%s %s: %d results, %v", resource, value, len(out.Results), err)
		}
		return out.Results[0]
	}
	training := found(types.ResourceTypeExperimentTrialComponent, "TrialComponentName", "churn-xgboost-2025-03-04-aws-training-job").TrialComponent
	if job := training.SourceDetail.TrainingJob; job == nil || *job.TrainingJobName != "churn-xgboost-2025-03-04" || job.HyperParameters == nil || job.Tags == nil || *training.SourceDetail.SourceArn != *job.TrainingJobArn {
		t.Errorf("training: %+v", training.SourceDetail)
	}
	if len(training.Parents) != 1 || *training.Parents[0].ExperimentName != "churn" || *training.Parents[0].TrialName != "churn-2025-03" {
		t.Errorf("parents: %+v", training.Parents)
	}
	scoring := found(types.ResourceTypeExperimentTrialComponent, "DisplayName", "score-2025-03").TrialComponent
	if scoring.SourceDetail != nil || *scoring.Parents[0].TrialName != "churn-2025-03" {
		t.Errorf("component without a source: %+v", scoring)
	}
	transform := found(types.ResourceTypeExperimentTrialComponent, "Source.SourceArn", arnPrefix+"transform-job/churn-scoring-2025-04").TrialComponent
	if job := transform.SourceDetail.TransformJob; job == nil || *job.ModelName == "" {
		t.Errorf("transform: %+v", transform.SourceDetail)
	}
	processing := found(types.ResourceTypeExperimentTrialComponent, "DisplayName", "PreprocessChurn").TrialComponent
	if job := processing.SourceDetail.ProcessingJob; job == nil || len(job.ProcessingInputs) != 2 {
		t.Errorf("processing: %+v", processing.SourceDetail)
	}
	twice := found(types.ResourceTypeExperimentTrialComponent, "TrialComponentName", "run-4").TrialComponent
	if len(twice.Parents) != 2 || *twice.Parents[1].TrialName != "encoder-2025-03" {
		t.Errorf("component of two trials: %+v", twice.Parents)
	}
	trial := found(types.ResourceTypeExperimentTrial, "TrialName", "churn-2025-03").Trial
	if len(trial.TrialComponentSummaries) != 5 || trial.TrialComponentSummaries[0].TrialComponentArn == nil {
		t.Errorf("trial: %+v", trial.TrialComponentSummaries)
	}
}

// TestSourceDetailGone: a job that Search does not see is not in its component.
func TestSourceDetailGone(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	edit := func(action string, doc map[string]any) []map[string]any {
		if action == "sagemaker:Search" && doc["TrainingJobName"] != nil {
			return nil
		}
		return []map[string]any{doc}
	}
	client := sagemaker.NewFromConfig(start(t, simulator.New(inventory, simulator.Options{Edit: edit}), "us-east-1"))
	out, err := client.Search(t.Context(), &sagemaker.SearchInput{Resource: types.ResourceTypeExperimentTrialComponent, MaxResults: aws.Int32(100)})
	if err != nil {
		t.Fatal(err)
	}
	transforms := 0
	for _, result := range out.Results {
		detail := result.TrialComponent.SourceDetail
		if detail != nil && detail.TransformJob != nil {
			transforms++
		}
		if detail != nil && detail.TrainingJob != nil {
			t.Errorf("%s is still there", *detail.TrainingJob.TrainingJobName)
		}
	}
	if transforms != 3 {
		t.Errorf("%d transform jobs", transforms)
	}
}

// TestNestedLoadErrors reads documents that lack what they hang on.
func TestNestedLoadErrors(t *testing.T) {
	for name, c := range map[string]struct{ kind, doc, want string }{
		"node of no cluster":    {"ClusterNode", `{"InstanceId": "i-1", "LaunchTime": "2025-01-01T00:00:00Z"}`, "ClusterNode.ClusterName: missing"},
		"node of no id":         {"ClusterNode", `{"ClusterName": "c", "LaunchTime": "2025-01-01T00:00:00Z"}`, "ClusterNode.InstanceId: missing"},
		"node of no time":       {"ClusterNode", `{"ClusterName": "c", "InstanceId": "i-1"}`, "ClusterNode.LaunchTime: missing"},
		"version of no image":   {"ImageVersion", `{"Version": 1, "ImageVersionArn": "` + arnPrefix + `image-version/x/1", "CreationTime": "2025-01-01T00:00:00Z"}`, "ImageVersion.ImageName: missing"},
		"execution of no ARN":   {"PipelineExecution", `{"CreationTime": "2025-01-01T00:00:00Z"}`, "PipelineExecution.PipelineExecutionArn: want an ARN"},
		"one-ended association": {"Association", `{"SourceArn": "a", "CreationTime": "2025-01-01T00:00:00Z"}`, "Association.DestinationArn: missing"},
		"view of another kind":  {"AutoMLJobV1", `{}`, "no such kind"},
		"team of no ARN":        {"SubscribedWorkteam", `{"WorkteamArn": "me"}`, "SubscribedWorkteam.WorkteamArn"},
		"a member of the view":  {"AutoMLJob", `{"AutoMLJobConfig": {"Colour": 1}}`, "AutoMLJob.AutoMLJobConfig.Colour"},
	} {
		if _, err := simulator.Load(files(c.kind, "["+c.doc+"]")); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	twice := `{"SourceArn": "a", "DestinationArn": "b", "AssociationType": "Produced", "CreationTime": "2025-01-01T00:00:00Z"}`
	if _, err := simulator.Load(files("Association", fmt.Sprintf("[%s, %s]", twice, twice))); err == nil || !strings.Contains(err.Error(), "appears twice") {
		t.Errorf("twice: %v", err)
	}
	if _, err := simulator.Load(files("Association", fmt.Sprintf("[%s, %s]", twice, strings.Replace(twice, "Produced", "SameAs", 1)))); err != nil {
		t.Error(err)
	}
}
