package exporter_test

import (
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// A special is what a few kinds have and the others do not.
type special struct {
	wrapper string // member of the details' output that has the resource
	parent  string // kind of the resource that it is listed for
	noARN   bool
	joined  bool // Search tells a part of it in any case
}

var specials = map[string]special{
	"AutoMLCandidate":       {parent: "AutoMLJob", noARN: true},
	"ClusterExtension":      {parent: "Cluster", wrapper: "ExtensionDetails"},
	"FeatureMetadata":       {parent: "FeatureGroup", noARN: true},
	"ModelCardVersion":      {parent: "ModelCard", noARN: true},
	"TrialComponent":        {joined: true},
	"MonitoringExecution":   {parent: "MonitoringSchedule", noARN: true},
	"MonitoringAlert":       {parent: "MonitoringSchedule", noARN: true},
	"ClusterNode":           {parent: "Cluster", noARN: true, wrapper: "NodeDetails"},
	"HubContent":            {parent: "Hub"},
	"ImageVersion":          {parent: "Image"},
	"ModelCardExportJob":    {parent: "ModelCard"},
	"PipelineVersion":       {parent: "Pipeline", noARN: true},
	"PipelineExecution":     {parent: "Pipeline"},
	"PipelineExecutionStep": {parent: "PipelineExecution", noARN: true},
	"ReservedCapacity":      {parent: "TrainingPlan"},
	"SubscribedWorkteam":    {wrapper: "SubscribedWorkteam"},
	"TrainingSession":       {wrapper: "TrainingSessionDetail"},
	"UltraServer":           {parent: "ReservedCapacity", noARN: true},
	"Workforce":             {wrapper: "Workforce"},
	"Workteam":              {wrapper: "Workteam"},
}

// moreKinds are the kinds of monitoring, clusters, hubs, apps, features and
// lineage.
var moreKinds = []described{
	jobDefinition("DataQuality", "data-quality", output[sagemaker.DescribeDataQualityJobDefinitionOutput]()),
	jobDefinition("ModelQuality", "model-quality", output[sagemaker.DescribeModelQualityJobDefinitionOutput]()),
	jobDefinition("ModelBias", "model-bias", output[sagemaker.DescribeModelBiasJobDefinitionOutput]()),
	jobDefinition("ModelExplainability", "model-explainability", output[sagemaker.DescribeModelExplainabilityJobDefinitionOutput]()),
	{"MonitoringSchedule", output[sagemaker.DescribeMonitoringScheduleOutput](), "monitoring-schedule/s", map[string]string{"MonitoringScheduleName": "s"}, nil},
	{"MonitoringExecution", output[types.MonitoringExecutionSummary](), fmt.Sprintf("monitoring-schedule/s/execution/2026-01-02T03:04:05.%03d000Z", number("ScheduledTime")%1000), map[string]string{"MonitoringScheduleName": "s"}, nil},
	{"MonitoringAlert", output[types.MonitoringAlertSummary](), "monitoring-schedule/s/alert/a", map[string]string{"MonitoringScheduleName": "s", "MonitoringAlertName": "a"}, nil},
	{"Cluster", output[sagemaker.DescribeClusterOutput](), "cluster/c", map[string]string{"ClusterName": "c"}, nil},
	{"ClusterNode", output[types.ClusterNodeDetails](), "cluster/c/node/i-1", map[string]string{"ClusterName": "c", "InstanceId": "i-1"}, nil},
	{"ClusterExtension", beside(output[types.ExtensionDetails](), output[sagemaker.DescribeClusterExtensionOutput](), "NodeSummary"), "extension/group/ce/1", map[string]string{"ExtensionName": "ce", "ExtensionArn": arnOf("extension/group/ce/1"), "ClusterArn": arnOf("cluster/c")}, nil},
	{"ClusterSchedulerConfig", output[sagemaker.DescribeClusterSchedulerConfigOutput](), "cluster-scheduler-config/sc", map[string]string{"ClusterSchedulerConfigId": "sc"}, nil},
	{"ComputeQuota", output[sagemaker.DescribeComputeQuotaOutput](), "compute-quota/cq", map[string]string{"ComputeQuotaId": "cq"}, nil},
	{"Hub", output[sagemaker.DescribeHubOutput](), "hub/h", map[string]string{"HubName": "h"}, nil},
	{"HubContent", output[sagemaker.DescribeHubContentOutput](), "hub-content/h/Model/hc/1.0.0", map[string]string{"HubArn": arnOf("hub/h"), "HubName": "h", "HubContentType": "Model", "HubContentName": "hc", "HubContentVersion": "1.0.0"}, []string{}},
	{"Algorithm", output[sagemaker.DescribeAlgorithmOutput](), "algorithm/al", map[string]string{"AlgorithmName": "al"}, nil},
	{"ModelCard", output[sagemaker.DescribeModelCardOutput](), "model-card/mc", map[string]string{"ModelCardName": "mc"}, []string{"ModelCardProcessingStatus"}},
	{"ModelCardVersion", output[sagemaker.DescribeModelCardOutput](), fmt.Sprint("model-card/mc/version/", number("ModelCardVersion")), map[string]string{"ModelCardName": "mc", "ModelCardArn": arnOf("model-card/mc")}, nil},
	{"ModelCardExportJob", output[sagemaker.DescribeModelCardExportJobOutput](), "model-card/mc/export-job/ex", map[string]string{"ModelCardName": "mc", "ModelCardExportJobName": "ex"}, nil},
	{"Image", output[sagemaker.DescribeImageOutput](), "image/im", map[string]string{"ImageName": "im"}, nil},
	{"ImageVersion", output[sagemaker.DescribeImageVersionOutput](), fmt.Sprint("image-version/im/", number("Version")), map[string]string{"ImageName": "im", "ImageArn": arnOf("image/im")}, nil},
	{"AppImageConfig", output[types.AppImageConfigDetails](), "app-image-config/aic", map[string]string{"AppImageConfigName": "aic"}, nil},
	{"MlflowApp", output[sagemaker.DescribeMlflowAppOutput](), "mlflow-app/ma", map[string]string{"Name": "ma", "Arn": arnOf("mlflow-app/ma")}, nil},
	{"MlflowTrackingServer", output[sagemaker.DescribeMlflowTrackingServerOutput](), "mlflow-tracking-server/ts", map[string]string{"TrackingServerName": "ts", "TrackingServerArn": arnOf("mlflow-tracking-server/ts")}, nil},
	{"PartnerApp", output[sagemaker.DescribePartnerAppOutput](), "partner-app/pa", map[string]string{"Name": "pa", "Arn": arnOf("partner-app/pa")}, nil},
	{"Project", output[sagemaker.DescribeProjectOutput](), "project/pr", map[string]string{"ProjectName": "pr"}, []string{}},
	{"ResourceCatalog", output[types.ResourceCatalog](), "sagemaker-catalog/rc", map[string]string{"ResourceCatalogName": "rc"}, nil},
	{"FeatureGroup", output[sagemaker.DescribeFeatureGroupOutput](), "feature-group/fg", map[string]string{"FeatureGroupName": "fg", "FeatureDefinitions[].FeatureName": "f"}, []string{"OnlineStoreTotalSizeBytes", "ThroughputConfig"}},
	{"FeatureMetadata", output[sagemaker.DescribeFeatureMetadataOutput](), "feature-group/fg/feature/f", map[string]string{"FeatureGroupName": "fg", "FeatureGroupArn": arnOf("feature-group/fg"), "FeatureName": "f"}, []string{}},
	{"Action", output[sagemaker.DescribeActionOutput](), "action/ac", map[string]string{"ActionName": "ac"}, nil},
	{"Artifact", output[sagemaker.DescribeArtifactOutput](), "artifact/ar", map[string]string{"ArtifactName": "ar"}, nil},
	{"Context", output[sagemaker.DescribeContextOutput](), "context/co", map[string]string{"ContextName": "co"}, nil},
	{"LineageGroup", output[sagemaker.DescribeLineageGroupOutput](), "lineage-group/lg", map[string]string{"LineageGroupName": "lg"}, nil},
	{"Experiment", output[sagemaker.DescribeExperimentOutput](), "experiment/ex", map[string]string{"ExperimentName": "ex"}, []string{}},
	{"Trial", output[sagemaker.DescribeTrialOutput](), "experiment-trial/tr", map[string]string{"TrialName": "tr"}, []string{}},
	{"TrialComponent", beside(output[sagemaker.DescribeTrialComponentOutput](), output[types.TrialComponent](), "Parents", "RunName"), "experiment-trial-component/tc", map[string]string{"TrialComponentName": "tc"}, []string{"Sources"}},
}

// jobDefinition describes one of the four kinds of monitoring job definitions.
func jobDefinition(what, noun string, output reflect.Type) described {
	end := noun + "-job-definition/jd"
	return described{what + "JobDefinition", output, end, map[string]string{"JobDefinitionName": "jd", "JobDefinitionArn": arnOf(end)}, nil}
}
