package catalog

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// monitoringInput is the data that a monitoring job looks at.
func monitoringInput(input string) []Rule {
	return slices.Concat(
		monitored.to(toKind("AWSSageMakerEndpoint"), input+".EndpointInput.EndpointName"),
		wroteTo.to(toBucket, input+".BatchTransformInput.DataCapturedDestinationS3Uri"),
	)
}

// monitoringOutput is where a monitoring job reports.
func monitoringOutput(config string) []Rule {
	return slices.Concat(
		wroteTo.to(toBucket, config+".MonitoringOutputs[].S3Output.S3Uri"),
		encryptedBy.to(toKey, config+".KmsKeyId"),
	)
}

// monitoringBaseline is what a monitoring job compares with.
func monitoringBaseline(config, resources string) []Rule {
	return slices.Concat(
		used.to(toKind("AWSSageMakerProcessingJob"), config+".BaseliningJobName"),
		readFrom.to(toBucket, config+"."+resources+".S3Uri"),
	)
}

// monitoringScripts run before and after the built-in analysis.
func monitoringScripts(specification string) []Rule {
	return readFrom.to(toBucket, specification+".{RecordPreprocessorSourceUri,PostAnalyticsProcessorSourceUri}")
}

// monitoringJob is what all four kinds of job definitions have. Their members
// begin with the name of what is monitored.
func monitoringJob(what string) []Rule {
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

var monitoringKinds = []Entry{
	{
		Label:    "AWSSageMakerDataQualityJobDefinition",
		Doc:      "data quality monitoring",
		Resource: "data-quality-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}",
		Noun:     jobDefinitionNoun,
		ARN:      jobDefinitionARN,
		List:     listed((*sagemaker.Client).ListDataQualityJobDefinitions),
		Describe: described((*sagemaker.Client).DescribeDataQualityJobDefinition, jobDefinitionKey),
		Final:    unchanging(),
		Edges: [][]Rule{
			monitoringBaseline("DataQualityBaselineConfig", "{ConstraintsResource,StatisticsResource}"),
			monitoringScripts("DataQualityAppSpecification"),
			monitoringJob("DataQuality"),
		},
	},
	{
		Label:    "AWSSageMakerModelQualityJobDefinition",
		Doc:      "model quality monitoring",
		Resource: "model-quality-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}",
		Noun:     jobDefinitionNoun,
		ARN:      jobDefinitionARN,
		List:     listed((*sagemaker.Client).ListModelQualityJobDefinitions),
		Describe: described((*sagemaker.Client).DescribeModelQualityJobDefinition, jobDefinitionKey),
		Final:    unchanging(),
		Edges: [][]Rule{
			monitoringBaseline("ModelQualityBaselineConfig", "ConstraintsResource"),
			monitoringScripts("ModelQualityAppSpecification"),
			readFrom.to(toBucket, "ModelQualityJobInput.GroundTruthS3Input.S3Uri"),
			monitoringJob("ModelQuality"),
		},
	},
	{
		Label:    "AWSSageMakerModelBiasJobDefinition",
		Doc:      "bias monitoring",
		Resource: "model-bias-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}",
		Noun:     jobDefinitionNoun,
		ARN:      jobDefinitionARN,
		List:     listed((*sagemaker.Client).ListModelBiasJobDefinitions),
		Describe: described((*sagemaker.Client).DescribeModelBiasJobDefinition, jobDefinitionKey),
		Final:    unchanging(),
		Edges: [][]Rule{
			monitoringBaseline("ModelBiasBaselineConfig", "ConstraintsResource"),
			readFrom.to(toBucket, "ModelBiasAppSpecification.ConfigUri", "ModelBiasJobInput.GroundTruthS3Input.S3Uri"),
			monitoringJob("ModelBias"),
		},
	},
	{
		Label:    "AWSSageMakerModelExplainabilityJobDefinition",
		Doc:      "explainability monitoring",
		Resource: "model-explainability-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}",
		Noun:     jobDefinitionNoun,
		ARN:      jobDefinitionARN,
		List:     listed((*sagemaker.Client).ListModelExplainabilityJobDefinitions),
		Describe: described((*sagemaker.Client).DescribeModelExplainabilityJobDefinition, jobDefinitionKey),
		Final:    unchanging(),
		Edges: [][]Rule{
			monitoringBaseline("ModelExplainabilityBaselineConfig", "ConstraintsResource"),
			readFrom.to(toBucket, "ModelExplainabilityAppSpecification.ConfigUri"),
			monitoringJob("ModelExplainability"),
		},
	},
	{
		Label:    "AWSSageMakerMonitoringSchedule",
		Doc:      "when an endpoint is monitored, and for what",
		Resource: "monitoring-schedule/{MonitoringScheduleName}",
		ARN:      "MonitoringScheduleArn",
		List:     listed((*sagemaker.Client).ListMonitoringSchedules),
		Describe: described((*sagemaker.Client).DescribeMonitoringSchedule, "MonitoringScheduleName"),
		Edges: [][]Rule{
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
		Label:    "AWSSageMakerMonitoringExecution",
		Doc:      "run of a monitoring schedule",
		Resource: "monitoring-schedule/{MonitoringScheduleName}/execution/{ScheduledTime}",
		ID:       "{^}/execution/{ScheduledTime}",
		List: listed((*sagemaker.Client).ListMonitoringExecutions, func(in *sagemaker.ListMonitoringExecutionsInput) {
			in.SortBy, in.SortOrder = types.MonitoringExecutionSortKeyCreationTime, types.SortOrderDescending
		}).of("AWSSageMakerMonitoringSchedule", "MonitoringScheduleName=name").onlyNewest(),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerMonitoringSchedule"), "MonitoringScheduleName"),
			monitoringRun,
		},
	},
	{
		Label:    "AWSSageMakerMonitoringAlert",
		Doc:      "alert of a monitoring schedule",
		Resource: "monitoring-schedule/{MonitoringScheduleName}/alert/{MonitoringAlertName}",
		ID:       "{^}/alert/{MonitoringAlertName}",
		List:     listed((*sagemaker.Client).ListMonitoringAlerts).of("AWSSageMakerMonitoringSchedule", "MonitoringScheduleName=name"),
		Within:   "MonitoringScheduleName",
	},
}
