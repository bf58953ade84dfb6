package exporter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// monitoringInput is the data that a monitoring job looks at.
func monitoringInput(input string) []rule {
	return slices.Concat(
		monitored.to(toKind("AWSSageMakerEndpoint"), input+".EndpointInput.EndpointName"),
		wroteTo.to(toBucket, input+".BatchTransformInput.DataCapturedDestinationS3Uri"),
	)
}

// monitoringOutput is where a monitoring job reports.
func monitoringOutput(config string) []rule {
	return slices.Concat(
		wroteTo.to(toBucket, config+".MonitoringOutputs[].S3Output.S3Uri"),
		encryptedBy.to(toKey, config+".KmsKeyId"),
	)
}

// monitoringBaseline is what a monitoring job compares with.
func monitoringBaseline(config, resources string) []rule {
	return slices.Concat(
		used.to(toKind("AWSSageMakerProcessingJob"), config+".BaseliningJobName"),
		readFrom.to(toBucket, config+"."+resources+".S3Uri"),
	)
}

// monitoringScripts run before and after the built-in analysis.
func monitoringScripts(specification string) []rule {
	return readFrom.to(toBucket, specification+".{RecordPreprocessorSourceUri,PostAnalyticsProcessorSourceUri}")
}

// monitoringJob is what all four kinds of job definitions have. Their members
// begin with the name of what is monitored.
func monitoringJob(what string) []rule {
	return slices.Concat(
		usedImage.to(toImage, what+"AppSpecification.ImageUri"),
		monitoringInput(what+"JobInput"),
		monitoringOutput(what+"JobOutputConfig"),
		encryptedBy.to(toKey, "JobResources.ClusterConfig.VolumeKmsKeyId"),
		vpcConfig("NetworkConfig.VpcConfig"),
		hasExecutionRole.to(toRole, "RoleArn"),
	)
}

// monitoringRun is what a run of a schedule tells of itself.
var monitoringRun = slices.Concat(
	produced.to(toKind("AWSSageMakerProcessingJob"), "ProcessingJobArn"),
	monitored.to(toKind("AWSSageMakerEndpoint"), "EndpointName"),
	used.to(toJobDefinition, "MonitoringJobDefinitionName"),
)

// Names of the members that job definitions go by: in their own structure, or in
// that of any list.
const (
	jobDefinitionNoun = "JobDefinition"
	jobDefinitionARN  = "JobDefinitionArn|MonitoringJobDefinitionArn"
	jobDefinitionKey  = "JobDefinitionName=MonitoringJobDefinitionName"
)

var monitoringKinds = []kind{
	{
		label:    "AWSSageMakerDataQualityJobDefinition",
		noun:     jobDefinitionNoun,
		arn:      jobDefinitionARN,
		list:     listed((*sagemaker.Client).ListDataQualityJobDefinitions),
		describe: described((*sagemaker.Client).DescribeDataQualityJobDefinition, jobDefinitionKey),
		edges: [][]rule{
			monitoringBaseline("DataQualityBaselineConfig", "{ConstraintsResource,StatisticsResource}"),
			monitoringScripts("DataQualityAppSpecification"),
			monitoringJob("DataQuality"),
		},
	},
	{
		label:    "AWSSageMakerModelQualityJobDefinition",
		noun:     jobDefinitionNoun,
		arn:      jobDefinitionARN,
		list:     listed((*sagemaker.Client).ListModelQualityJobDefinitions),
		describe: described((*sagemaker.Client).DescribeModelQualityJobDefinition, jobDefinitionKey),
		edges: [][]rule{
			monitoringBaseline("ModelQualityBaselineConfig", "ConstraintsResource"),
			monitoringScripts("ModelQualityAppSpecification"),
			readFrom.to(toBucket, "ModelQualityJobInput.GroundTruthS3Input.S3Uri"),
			monitoringJob("ModelQuality"),
		},
	},
	{
		label:    "AWSSageMakerModelBiasJobDefinition",
		noun:     jobDefinitionNoun,
		arn:      jobDefinitionARN,
		list:     listed((*sagemaker.Client).ListModelBiasJobDefinitions),
		describe: described((*sagemaker.Client).DescribeModelBiasJobDefinition, jobDefinitionKey),
		edges: [][]rule{
			monitoringBaseline("ModelBiasBaselineConfig", "ConstraintsResource"),
			readFrom.to(toBucket, "ModelBiasAppSpecification.ConfigUri", "ModelBiasJobInput.GroundTruthS3Input.S3Uri"),
			monitoringJob("ModelBias"),
		},
	},
	{
		label:    "AWSSageMakerModelExplainabilityJobDefinition",
		noun:     jobDefinitionNoun,
		arn:      jobDefinitionARN,
		list:     listed((*sagemaker.Client).ListModelExplainabilityJobDefinitions),
		describe: described((*sagemaker.Client).DescribeModelExplainabilityJobDefinition, jobDefinitionKey),
		edges: [][]rule{
			monitoringBaseline("ModelExplainabilityBaselineConfig", "ConstraintsResource"),
			readFrom.to(toBucket, "ModelExplainabilityAppSpecification.ConfigUri"),
			monitoringJob("ModelExplainability"),
		},
	},
	{
		label:    "AWSSageMakerMonitoringSchedule",
		arn:      "MonitoringScheduleArn",
		list:     listed((*sagemaker.Client).ListMonitoringSchedules),
		describe: described((*sagemaker.Client).DescribeMonitoringSchedule, "MonitoringScheduleName"),
		edges: [][]rule{
			under("MonitoringScheduleConfig.MonitoringJobDefinition",
				monitoringBaseline("BaselineConfig", "{ConstraintsResource,StatisticsResource}"),
				monitoringInput("MonitoringInputs[]"),
				monitoringOutput("MonitoringOutputConfig"),
				encryptedBy.to(toKey, "MonitoringResources.ClusterConfig.VolumeKmsKeyId"),
				usedImage.to(toImage, "MonitoringAppSpecification.ImageUri"),
				monitoringScripts("MonitoringAppSpecification"),
				vpcConfig("NetworkConfig.VpcConfig"),
				hasExecutionRole.to(toRole, "RoleArn"),
			),
			used.to(toJobDefinition, "MonitoringScheduleConfig.MonitoringJobDefinitionName"),
			monitored.to(toKind("AWSSageMakerEndpoint"), "EndpointName"),
			under("LastMonitoringExecutionSummary", monitoringRun),
		},
	},
	{
		label: "AWSSageMakerMonitoringExecution",
		id:    "{^}/execution/{ScheduledTime}",
		list: listed((*sagemaker.Client).ListMonitoringExecutions, func(in *sagemaker.ListMonitoringExecutionsInput) {
			in.SortBy, in.SortOrder = types.MonitoringExecutionSortKeyCreationTime, types.SortOrderDescending
		}).of("AWSSageMakerMonitoringSchedule", "MonitoringScheduleName=name").onlyNewest(),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerMonitoringSchedule"), "MonitoringScheduleName"),
			monitoringRun,
		},
	},
	{
		label:  "AWSSageMakerMonitoringAlert",
		id:     "{^}/alert/{MonitoringAlertName}",
		list:   listed((*sagemaker.Client).ListMonitoringAlerts).of("AWSSageMakerMonitoringSchedule", "MonitoringScheduleName=name"),
		within: "MonitoringScheduleName",
	},
}
