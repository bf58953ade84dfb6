package catalog

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// experiment is where a job keeps its books.
var experiment = under("ExperimentConfig",
	memberOf.to(toKind("AWSSageMakerExperiment"), "ExperimentName"),
	memberOf.to(toKind("AWSSageMakerTrial"), "TrialName"),
	memberOf.to(toKind("AWSSageMakerTrialComponent"), "RunName"),
)

var trainingKinds = []Entry{
	{
		Label:    "AWSSageMakerTrainingJob",
		Doc:      "training job",
		Resource: "training-job/{TrainingJobName}",
		ARN:      "TrainingJobArn",
		List:     listed((*sagemaker.Client).ListTrainingJobs),
		Describe: described((*sagemaker.Client).DescribeTrainingJob, "TrainingJobName"),
		Search:   searched(types.ResourceTypeTrainingJob, "TrainingJob"),
		Final:    finally("TrainingJobStatus", "Completed", "Failed", "Stopped").unless("WarmPoolStatus.Status", "Available", "InUse"),
		Edges: [][]Rule{
			produced.from(toKind("AWSSageMakerHyperParameterTuningJob"), "TuningJobArn"),
			produced.from(toKind("AWSSageMakerLabelingJob"), "LabelingJobArn"),
			produced.from(toKind("AWSSageMakerAutoMLJob"), "AutoMLJobArn"),
			producedArtifact.to(toBucket, "ModelArtifacts.S3ModelArtifacts"),
			usedImage.to(toImage, "AlgorithmSpecification.TrainingImage", "{DebugRuleConfigurations,ProfilerRuleConfigurations}[].RuleEvaluatorImage"),
			used.to(toKind("AWSSageMakerAlgorithm"), "AlgorithmSpecification.AlgorithmName"),
			invoked.to(toLambda, "AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAuthConfig.TrainingRepositoryCredentialsProviderArn"),
			hasExecutionRole.to(toRole, "RoleArn"),
			readFrom.to(toBucket, "InputDataConfig[].DataSource.S3DataSource.S3Uri"),
			derivedFrom.to(toKind(hubContentLabel), "InputDataConfig[].DataSource.S3DataSource.HubAccessConfig.HubContentArn", "ServerlessJobConfig.BaseModelArn"),
			readFrom.to(toFileSystem, "InputDataConfig[].DataSource.FileSystemDataSource.FileSystemId"),
			readFrom.to(toKind(hubContentLabel), "InputDataConfig[].DataSource.DatasetSource.DatasetArn"),
			encryptedBy.to(toKey, "OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId"),
			wroteTo.to(toBucket,
				"OutputDataConfig.S3OutputPath", "CheckpointConfig.S3Uri", "TensorBoardOutputConfig.S3OutputPath",
				"{DebugHookConfig,ProfilerConfig,DebugRuleConfigurations[],ProfilerRuleConfigurations[]}.S3OutputPath"),
			used.to(toKind("AWSSageMakerTrainingPlan"), "ResourceConfig.TrainingPlanArn", "ResourceConfig.InstancePreferences[].TrainingPlanArns[]"),
			used.from(toKind("AWSSageMakerTrainingJob"), "WarmPoolStatus.ReusedByJob"),
			vpcConfig("VpcConfig"),
			experiment,
			produced.to(toKind("AWSSageMakerProcessingJob"), "{DebugRuleEvaluationStatuses,ProfilerRuleEvaluationStatuses}[].RuleEvaluationJobArn"),
			used.to(toKind(hubContentLabel), "ServerlessJobConfig.EvaluatorArn"),
			used.to(toKind("AWSSageMakerMlflowTrackingServer", "AWSSageMakerMlflowApp"), "MlflowConfig.MlflowResourceArn"),
			used.to(toKind("AWSSageMakerModelPackageGroup"), "ModelPackageConfig.ModelPackageGroupArn"),
			derivedFrom.to(toKind("AWSSageMakerModelPackage"), "ModelPackageConfig.SourceModelPackageArn"),
			produced.to(toKind("AWSSageMakerModelPackage"), "OutputModelPackageArn"),
		},
	},
	{
		Label:    "AWSSageMakerTransformJob",
		Doc:      "batch transform job",
		Resource: "transform-job/{TransformJobName}",
		ARN:      "TransformJobArn",
		List:     listed((*sagemaker.Client).ListTransformJobs),
		Describe: described((*sagemaker.Client).DescribeTransformJob, "TransformJobName"),
		Search:   sourceOf("TransformJob", "SageMakerTransformJob"),
		Final:    finally("TransformJobStatus", "Completed", "Failed", "Stopped"),
		Edges: [][]Rule{
			used.to(toKind("AWSSageMakerModel"), "ModelName"),
			readFrom.to(toBucket, "TransformInput.DataSource.S3DataSource.S3Uri"),
			wroteTo.to(toBucket, "TransformOutput.S3OutputPath", "DataCaptureConfig.DestinationS3Uri"),
			encryptedBy.to(toKey, "TransformOutput.KmsKeyId", "DataCaptureConfig.KmsKeyId", "TransformResources.VolumeKmsKeyId"),
			produced.from(toKind("AWSSageMakerLabelingJob"), "LabelingJobArn"),
			produced.from(toKind("AWSSageMakerAutoMLJob"), "AutoMLJobArn"),
			experiment,
		},
	},
}
