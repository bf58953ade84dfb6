package simulator_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/simulator"
)

// start serves over HTTP until the test ends and returns a configuration for
// the real SDK.
func start(t *testing.T, server http.Handler, region string) aws.Config {
	t.Helper()
	url, stop, err := simulator.Serve(t.Context(), server, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(url),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}
}

// An operation is what the tests know of a kind apart from the table: how to
// call the SDK for it.
type operation struct {
	list     string            // operation; "": it has none
	describe string            // operation; "": it has none
	wrap     string            // member of the Describe output with the resource
	key      map[string]string // members of the Describe input, by those of the document
	parent   string            // kind whose items name what List is asked for
	by       string            // member of both
	each     string            // enum member of the List input to go through
}

// named is the key of the kinds that Describe finds by members of the same name.
func named(members ...string) map[string]string {
	key := map[string]string{}
	for _, member := range members {
		key[member] = member
	}
	return key
}

func simple(list, kind, key string) operation {
	return operation{list: list, describe: "Describe" + kind, key: named(key)}
}

// operations are the SDK's operations for each kind.
var operations = map[string]operation{
	"AIBenchmarkJob":                   simple("ListAIBenchmarkJobs", "AIBenchmarkJob", "AIBenchmarkJobName"),
	"AIRecommendationJob":              simple("ListAIRecommendationJobs", "AIRecommendationJob", "AIRecommendationJobName"),
	"AIWorkloadConfig":                 simple("ListAIWorkloadConfigs", "AIWorkloadConfig", "AIWorkloadConfigName"),
	"Action":                           simple("ListActions", "Action", "ActionName"),
	"Algorithm":                        simple("ListAlgorithms", "Algorithm", "AlgorithmName"),
	"App":                              {list: "ListApps", describe: "DescribeApp", key: named("DomainId", "AppName", "AppType", "UserProfileName", "SpaceName")},
	"AppImageConfig":                   simple("ListAppImageConfigs", "AppImageConfig", "AppImageConfigName"),
	"Artifact":                         simple("ListArtifacts", "Artifact", "ArtifactArn"),
	"Association":                      {list: "ListAssociations"},
	"AutoMLJob":                        simple("ListAutoMLJobs", "AutoMLJobV2", "AutoMLJobName"),
	"AutoMLCandidate":                  {list: "ListCandidatesForAutoMLJob", parent: "AutoMLJob", by: "AutoMLJobName"},
	"Cluster":                          simple("ListClusters", "Cluster", "ClusterName"),
	"ClusterExtension":                 {list: "ListClusterExtensions", describe: "DescribeClusterExtension", wrap: "ExtensionDetails", key: named("ClusterArn", "ExtensionArn"), parent: "Cluster", by: "ClusterArn"},
	"ClusterNode":                      {list: "ListClusterNodes", describe: "DescribeClusterNode", wrap: "NodeDetails", key: map[string]string{"ClusterName": "ClusterName", "InstanceId": "NodeId"}, parent: "Cluster", by: "ClusterName"},
	"ClusterSchedulerConfig":           simple("ListClusterSchedulerConfigs", "ClusterSchedulerConfig", "ClusterSchedulerConfigId"),
	"CodeRepository":                   simple("ListCodeRepositories", "CodeRepository", "CodeRepositoryName"),
	"CompilationJob":                   simple("ListCompilationJobs", "CompilationJob", "CompilationJobName"),
	"ComputeQuota":                     simple("ListComputeQuotas", "ComputeQuota", "ComputeQuotaId"),
	"Context":                          simple("ListContexts", "Context", "ContextName"),
	"DataQualityJobDefinition":         simple("ListDataQualityJobDefinitions", "DataQualityJobDefinition", "JobDefinitionName"),
	"Device":                           {list: "ListDevices", describe: "DescribeDevice", key: named("DeviceFleetName", "DeviceName")},
	"DeviceFleet":                      simple("ListDeviceFleets", "DeviceFleet", "DeviceFleetName"),
	"Domain":                           simple("ListDomains", "Domain", "DomainId"),
	"EdgeDeploymentPlan":               simple("ListEdgeDeploymentPlans", "EdgeDeploymentPlan", "EdgeDeploymentPlanName"),
	"EdgePackagingJob":                 simple("ListEdgePackagingJobs", "EdgePackagingJob", "EdgePackagingJobName"),
	"Endpoint":                         simple("ListEndpoints", "Endpoint", "EndpointName"),
	"EndpointConfig":                   simple("ListEndpointConfigs", "EndpointConfig", "EndpointConfigName"),
	"Experiment":                       simple("ListExperiments", "Experiment", "ExperimentName"),
	"FeatureGroup":                     simple("ListFeatureGroups", "FeatureGroup", "FeatureGroupName"),
	"FeatureMetadata":                  {describe: "DescribeFeatureMetadata", key: named("FeatureGroupName", "FeatureName")},
	"FlowDefinition":                   simple("ListFlowDefinitions", "FlowDefinition", "FlowDefinitionName"),
	"Hub":                              simple("ListHubs", "Hub", "HubName"),
	"HubContent":                       {list: "ListHubContents", describe: "DescribeHubContent", key: named("HubName", "HubContentType", "HubContentName", "HubContentVersion"), parent: "Hub", by: "HubName", each: "HubContentType"},
	"HumanTaskUi":                      simple("ListHumanTaskUis", "HumanTaskUi", "HumanTaskUiName"),
	"HyperParameterTuningJob":          simple("ListHyperParameterTuningJobs", "HyperParameterTuningJob", "HyperParameterTuningJobName"),
	"Image":                            simple("ListImages", "Image", "ImageName"),
	"ImageVersion":                     {list: "ListImageVersions", describe: "DescribeImageVersion", key: named("ImageName", "Version"), parent: "Image", by: "ImageName"},
	"InferenceComponent":               simple("ListInferenceComponents", "InferenceComponent", "InferenceComponentName"),
	"InferenceExperiment":              simple("ListInferenceExperiments", "InferenceExperiment", "Name"),
	"InferenceRecommendationsJob":      simple("ListInferenceRecommendationsJobs", "InferenceRecommendationsJob", "JobName"),
	"Job":                              {list: "ListJobs", describe: "DescribeJob", key: named("JobName", "JobCategory"), each: "JobCategory"},
	"LabelingJob":                      simple("ListLabelingJobs", "LabelingJob", "LabelingJobName"),
	"LineageGroup":                     simple("ListLineageGroups", "LineageGroup", "LineageGroupName"),
	"MlflowApp":                        simple("ListMlflowApps", "MlflowApp", "Arn"),
	"MlflowTrackingServer":             simple("ListMlflowTrackingServers", "MlflowTrackingServer", "TrackingServerName"),
	"Model":                            simple("ListModels", "Model", "ModelName"),
	"ModelBiasJobDefinition":           simple("ListModelBiasJobDefinitions", "ModelBiasJobDefinition", "JobDefinitionName"),
	"ModelCard":                        simple("ListModelCards", "ModelCard", "ModelCardName"),
	"ModelCardExportJob":               {list: "ListModelCardExportJobs", describe: "DescribeModelCardExportJob", key: named("ModelCardExportJobArn"), parent: "ModelCard", by: "ModelCardName"},
	"ModelCardVersion":                 {list: "ListModelCardVersions", describe: "DescribeModelCard", key: named("ModelCardName", "ModelCardVersion"), parent: "ModelCard", by: "ModelCardName"},
	"ModelExplainabilityJobDefinition": simple("ListModelExplainabilityJobDefinitions", "ModelExplainabilityJobDefinition", "JobDefinitionName"),
	"ModelPackage":                     {list: "ListModelPackages", describe: "DescribeModelPackage", key: map[string]string{"ModelPackageArn": "ModelPackageName"}},
	"ModelPackageGroup":                simple("ListModelPackageGroups", "ModelPackageGroup", "ModelPackageGroupName"),
	"ModelQualityJobDefinition":        simple("ListModelQualityJobDefinitions", "ModelQualityJobDefinition", "JobDefinitionName"),
	"MonitoringAlert":                  {list: "ListMonitoringAlerts", parent: "MonitoringSchedule", by: "MonitoringScheduleName"},
	"MonitoringExecution":              {list: "ListMonitoringExecutions"},
	"MonitoringSchedule":               simple("ListMonitoringSchedules", "MonitoringSchedule", "MonitoringScheduleName"),
	"NotebookInstance":                 simple("ListNotebookInstances", "NotebookInstance", "NotebookInstanceName"),
	"NotebookInstanceLifecycleConfig":  simple("ListNotebookInstanceLifecycleConfigs", "NotebookInstanceLifecycleConfig", "NotebookInstanceLifecycleConfigName"),
	"OptimizationJob":                  simple("ListOptimizationJobs", "OptimizationJob", "OptimizationJobName"),
	"PartnerApp":                       simple("ListPartnerApps", "PartnerApp", "Arn"),
	"Pipeline":                         simple("ListPipelines", "Pipeline", "PipelineName"),
	"PipelineExecution":                {list: "ListPipelineExecutions", describe: "DescribePipelineExecution", key: named("PipelineExecutionArn"), parent: "Pipeline", by: "PipelineName"},
	"PipelineExecutionStep":            {list: "ListPipelineExecutionSteps", parent: "PipelineExecution", by: "PipelineExecutionArn"},
	"PipelineVersion":                  {list: "ListPipelineVersions", describe: "DescribePipeline", key: named("PipelineName", "PipelineVersionId"), parent: "Pipeline", by: "PipelineName"},
	"ProcessingJob":                    simple("ListProcessingJobs", "ProcessingJob", "ProcessingJobName"),
	"Project":                          simple("ListProjects", "Project", "ProjectName"),
	"ReservedCapacity":                 {describe: "DescribeReservedCapacity", key: named("ReservedCapacityArn")},
	"ResourceCatalog":                  {list: "ListResourceCatalogs"},
	"Space":                            {list: "ListSpaces", describe: "DescribeSpace", key: named("DomainId", "SpaceName")},
	"StudioLifecycleConfig":            simple("ListStudioLifecycleConfigs", "StudioLifecycleConfig", "StudioLifecycleConfigName"),
	"SubscribedWorkteam":               {list: "ListSubscribedWorkteams", describe: "DescribeSubscribedWorkteam", wrap: "SubscribedWorkteam", key: named("WorkteamArn")},
	"TrainingJob":                      simple("ListTrainingJobs", "TrainingJob", "TrainingJobName"),
	"TrainingPlan":                     simple("ListTrainingPlans", "TrainingPlan", "TrainingPlanName"),
	"TrainingSession":                  {list: "ListTrainingSessions", describe: "DescribeTrainingSession", wrap: "TrainingSessionDetail", key: named("TrainingSessionName")},
	"TransformJob":                     simple("ListTransformJobs", "TransformJob", "TransformJobName"),
	"Trial":                            simple("ListTrials", "Trial", "TrialName"),
	"TrialComponent":                   simple("ListTrialComponents", "TrialComponent", "TrialComponentName"),
	"UltraServer":                      {list: "ListUltraServersByReservedCapacity", parent: "TrainingPlan", by: "ReservedCapacityArn"},
	"UserProfile":                      {list: "ListUserProfiles", describe: "DescribeUserProfile", key: named("DomainId", "UserProfileName")},
	"Workforce":                        {list: "ListWorkforces", describe: "DescribeWorkforce", wrap: "Workforce", key: named("WorkforceName")},
	"Workteam":                         {list: "ListWorkteams", describe: "DescribeWorkteam", wrap: "Workteam", key: named("WorkteamName")},
}

// A search is a type of resource in Search: the member of a record with the
// resource.
type search struct{ resource, member string }

var searches = map[string]search{
	"Endpoint":                {"Endpoint", "Endpoint"},
	"Experiment":              {"Experiment", "Experiment"},
	"FeatureGroup":            {"FeatureGroup", "FeatureGroup"},
	"FeatureMetadata":         {"FeatureMetadata", "FeatureMetadata"},
	"HubContent":              {"HubContent", "HubContent"},
	"HyperParameterTuningJob": {"HyperParameterTuningJob", "HyperParameterTuningJob"},
	"Job":                     {"Job", "Job"},
	"Model":                   {"Model", "Model.Model"},
	"ModelCard":               {"ModelCard", "ModelCard"},
	"ModelPackage":            {"ModelPackage", "ModelPackage"},
	"ModelPackageGroup":       {"ModelPackageGroup", "ModelPackageGroup"},
	"Pipeline":                {"Pipeline", "Pipeline"},
	"PipelineExecution":       {"PipelineExecution", "PipelineExecution"},
	"PipelineVersion":         {"PipelineVersion", "PipelineVersion"},
	"Project":                 {"Project", "Project"},
	"TrainingJob":             {"TrainingJob", "TrainingJob"},
	"Trial":                   {"ExperimentTrial", "Trial"},
	"TrialComponent":          {"ExperimentTrialComponent", "TrialComponent"},
}

// invoke calls an operation of the SDK with the members of an input.
func invoke(ctx context.Context, c *sagemaker.Client, name string, input map[string]any) (reflect.Value, error) {
	method := reflect.ValueOf(c).MethodByName(name)
	in := reflect.New(method.Type().In(1).Elem())
	for member, value := range input {
		field := in.Elem().FieldByName(member)
		t := field.Type()
		if t.Kind() == reflect.Pointer {
			pointer := reflect.New(t.Elem())
			pointer.Elem().Set(reflect.ValueOf(value).Convert(t.Elem()))
			field.Set(pointer)
		} else {
			field.Set(reflect.ValueOf(value).Convert(t))
		}
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(ctx), in})
	err, _ := out[1].Interface().(error)
	return out[0], err
}

// all follows a List to its end and returns the items.
func all(ctx context.Context, c *sagemaker.Client, name string, input map[string]any) ([]any, error) {
	var items []any
	for {
		out, err := invoke(ctx, c, name, input)
		if err != nil {
			return items, err
		}
		for f, value := range out.Elem().Fields() {
			if f.Type.Kind() == reflect.Slice {
				for i := range value.Len() {
					items = append(items, value.Index(i).Interface())
				}
			}
		}
		token := out.Elem().FieldByName("NextToken")
		if token.IsNil() {
			return items, nil
		}
		input["NextToken"] = token.Elem().String()
	}
}

// items lists a kind as an exporter would: for each parent that it finds.
func (o operation) items(ctx context.Context, c *sagemaker.Client, size int) ([]any, error) {
	if o.list == "" {
		return nil, nil
	}
	inputs := []map[string]any{{}}
	if o.list == "ListModelPackages" {
		inputs[0]["ModelPackageType"] = "Both"
	}
	if o.list == "ListClusterNodes" {
		inputs[0]["IncludeNodeLogicalIds"] = true
	}
	if o.parent != "" {
		parents, err := operations[o.parent].items(ctx, c, size)
		if err != nil {
			return nil, err
		}
		var values []any
		for _, parent := range parents {
			doc := toDocument(reflect.ValueOf(parent)).(map[string]any)
			if doc[o.by] != nil {
				values = append(values, doc[o.by])
			}
			capacities, _ := doc["ReservedCapacitySummaries"].([]any)
			for _, capacity := range capacities {
				values = append(values, capacity.(map[string]any)[o.by])
			}
		}
		inputs = times(inputs, o.by, values)
	}
	if o.each != "" {
		method, _ := reflect.TypeFor[*sagemaker.Client]().MethodByName(o.list)
		field, _ := method.Type.In(2).Elem().FieldByName(o.each)
		var values []any
		enum := reflect.Zero(field.Type).MethodByName("Values").Call(nil)[0]
		for i := range enum.Len() {
			values = append(values, enum.Index(i).String())
		}
		inputs = times(inputs, o.each, values)
	}
	var items []any
	for _, input := range inputs {
		input["MaxResults"] = size
		more, err := all(ctx, c, o.list, input)
		if err != nil && code(err) != "ResourceNotFound" { // a parent that is elsewhere
			return nil, err
		}
		items = append(items, more...)
	}
	return items, nil
}

// times is each input with each value of a member.
func times(inputs []map[string]any, member string, values []any) []map[string]any {
	var out []map[string]any
	for _, input := range inputs {
		for _, value := range values {
			one := maps.Clone(input)
			one[member] = value
			out = append(out, one)
		}
	}
	return out
}

// described reads a document back, with all pages of a Describe that has them.
func (o operation) described(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
	input := map[string]any{}
	for member, name := range o.key {
		switch value := doc[member].(type) {
		case nil:
		case float64:
			input[name] = int64(value)
		default:
			input[name] = value
		}
	}
	if input["NodeId"] == nil && doc["NodeLogicalId"] != nil {
		input["NodeLogicalId"] = doc["NodeLogicalId"]
	}
	whole, err := invoke(ctx, c, o.describe, input)
	for out := whole; err == nil; {
		token := out.Elem().FieldByName("NextToken")
		if !token.IsValid() || token.IsNil() {
			break
		}
		input["NextToken"] = token.Elem().String()
		token.SetZero()
		if out, err = invoke(ctx, c, o.describe, input); err != nil {
			break
		}
		for _, name := range []string{"FeatureDefinitions", "Models", "Stages"} {
			if list := whole.Elem().FieldByName(name); list.IsValid() {
				list.Set(reflect.AppendSlice(list, out.Elem().FieldByName(name)))
			}
		}
	}
	if err != nil || o.wrap == "" {
		return whole.Interface(), err
	}
	return whole.Elem().FieldByName(o.wrap).Interface(), nil
}

// output is the type that Describe has for a kind, or else an item of its List.
func (o operation) output() reflect.Type {
	name := o.describe
	if name == "" {
		name = o.list
	}
	method, _ := reflect.TypeFor[*sagemaker.Client]().MethodByName(name)
	out := method.Type.Out(0).Elem()
	if o.describe == "" {
		for f := range out.Fields() {
			if f.Type.Kind() == reflect.Slice {
				return f.Type.Elem()
			}
		}
	}
	if o.wrap != "" {
		f, _ := out.FieldByName(o.wrap)
		return f.Type.Elem()
	}
	return out
}

// toDocument writes what the SDK read in the form of a document.
func toDocument(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		if name, ok := unionMember(v); ok {
			return map[string]any{name: toDocument(v.Elem().Elem().FieldByName("Value"))}
		}
		return toDocument(v.Elem())
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC().Format(time.RFC3339Nano)
		}
		out := map[string]any{}
		for f, value := range v.Fields() {
			if f.IsExported() && f.Name != "ResultMetadata" {
				if member := toDocument(value); member != nil {
					out[f.Name] = member
				}
			}
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		if b, ok := v.Interface().([]byte); ok {
			return base64.StdEncoding.EncodeToString(b)
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = toDocument(v.Index(i))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		out := map[string]any{}
		for iter := v.MapRange(); iter.Next(); {
			out[iter.Key().String()] = toDocument(iter.Value())
		}
		return out
	case reflect.String:
		if v.String() == "" && v.Type() != reflect.TypeFor[string]() {
			return nil // an enum that was not there
		}
		return v.String()
	case reflect.Float32:
		return strconv.FormatFloat(v.Float(), 'f', -1, 32)
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}

func unionMember(v reflect.Value) (string, bool) {
	if v.Kind() != reflect.Interface {
		return "", false
	}
	name, prefix := v.Elem().Elem().Type().Name(), v.Type().Name()+"Member"
	return name[len(prefix):], true
}

// TestHostileAnswers reads everything through the SDK while answers are wrong:
// calls may fail, but they end.
func TestHostileAnswers(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	documents := inventory.Documents("us-east-1")
	for seed := range uint64(3) {
		server := simulator.New(inventory, simulator.Options{Mutate: simulator.Mutator(seed, 3)})
		client := sagemaker.NewFromConfig(start(t, server, "us-east-1"), func(o *sagemaker.Options) { o.Retryer = aws.NopRetryer{} })
		failed := 0
		for kind, call := range operations {
			if _, err := call.items(ctx, client, 3); err != nil {
				failed++
			}
			if docs := documents[kind]; call.describe != "" && len(docs) > 0 {
				doc := map[string]any{}
				for member := range call.key {
					doc[member] = docs[0].Body[member]
					if number, ok := doc[member].(json.Number); ok {
						doc[member], _ = number.Float64()
					}
				}
				if _, err := call.described(ctx, client, doc); err != nil {
					failed++
				}
			}
		}
		if failed == 0 || ctx.Err() != nil {
			t.Errorf("seed %d: %d failures, %v", seed, failed, ctx.Err())
		}
	}
}
