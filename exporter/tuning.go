package exporter

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// tunedJob is a training job as a tuning job defines it.
func tunedJob(definition string) []rule {
	return under(definition,
		usedImage.to(toImage, "AlgorithmSpecification.TrainingImage"),
		used.to(toKind("AWSSageMakerAlgorithm"), "AlgorithmSpecification.AlgorithmName"),
		hasExecutionRole.to(toRole, "RoleArn"),
		readFrom.to(toBucket, "InputDataConfig[].DataSource.S3DataSource.S3Uri"),
		derivedFrom.to(toKind(hubContentLabel), "InputDataConfig[].DataSource.S3DataSource.HubAccessConfig.HubContentArn"),
		readFrom.to(toFileSystem, "InputDataConfig[].DataSource.FileSystemDataSource.FileSystemId"),
		readFrom.to(toKind(hubContentLabel), "InputDataConfig[].DataSource.DatasetSource.DatasetArn"),
		vpcConfig("VpcConfig"),
		wroteTo.to(toBucket, "OutputDataConfig.S3OutputPath", "CheckpointConfig.S3Uri"),
		encryptedBy.to(toKey, "OutputDataConfig.KmsKeyId", "{ResourceConfig,HyperParameterTuningResourceConfig}.VolumeKmsKeyId"),
		used.to(toKind("AWSSageMakerTrainingPlan"), "ResourceConfig.TrainingPlanArn", "ResourceConfig.InstancePreferences[].TrainingPlanArns[]"),
	)
}

var tuningKinds = []kind{
	{
		label:    "AWSSageMakerHyperParameterTuningJob",
		arn:      "HyperParameterTuningJobArn",
		list:     listed((*sagemaker.Client).ListHyperParameterTuningJobs),
		describe: described((*sagemaker.Client).DescribeHyperParameterTuningJob, "HyperParameterTuningJobName"),
		search:   searched(types.ResourceTypeHyperParameterTuningJob, "HyperParameterTuningJob"),
		edges: [][]rule{
			tunedJob("TrainingJobDefinition"),
			tunedJob("TrainingJobDefinitions[]"),
			produced.to(toKind("AWSSageMakerTrainingJob"), "{BestTrainingJob,OverallBestTrainingJob}.TrainingJobArn"),
			derivedFrom.to(toKind("AWSSageMakerHyperParameterTuningJob"), "WarmStartConfig.ParentHyperParameterTuningJobs[].HyperParameterTuningJobName"),
		},
	},
	{
		label: "AWSSageMakerAutoMLJob",
		arn:   "AutoMLJobArn",
		list:  listed((*sagemaker.Client).ListAutoMLJobs),
		// It tells of the jobs of both versions of the API.
		describe: described((*sagemaker.Client).DescribeAutoMLJobV2, "AutoMLJobName"),
		edges: [][]rule{
			readFrom.to(toBucket,
				"AutoMLJobInputDataConfig[].DataSource.S3DataSource.S3Uri",
				"AutoMLProblemTypeConfig.{TabularJobConfig,TimeSeriesForecastingJobConfig}.FeatureSpecificationS3Uri"),
			wroteTo.to(toBucket,
				"OutputDataConfig.S3OutputPath",
				"AutoMLJobArtifacts.{CandidateDefinitionNotebookLocation,DataExplorationNotebookLocation}",
				"BestCandidate.CandidateProperties.CandidateArtifactLocations.{Explainability,ModelInsights,BacktestResults}"),
			encryptedBy.to(toKey, "OutputDataConfig.KmsKeyId", "SecurityConfig.VolumeKmsKeyId"),
			hasExecutionRole.to(toRole, "RoleArn"),
			canUseRole.to(toRole, "AutoMLComputeConfig.EmrServerlessComputeConfig.ExecutionRoleARN"),
			vpcConfig("SecurityConfig.VpcConfig"),
			under("BestCandidate",
				produced.to(toAnyKind, "CandidateSteps[].CandidateStepArn"),
				usedImage.to(toImage, "InferenceContainers[].Image", "InferenceContainerDefinitions{}[].Image"),
				referencedArtifacts.to(toBucket, "InferenceContainers[].ModelDataUrl", "InferenceContainerDefinitions{}[].ModelDataUrl"),
			),
			used.to(toKind("AWSSageMakerEndpoint"), "ModelDeployConfig.EndpointName"),
			produced.to(toKind("AWSSageMakerEndpoint"), "ModelDeployResult.EndpointName"),
		},
	},
}
