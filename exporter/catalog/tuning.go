package catalog

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// tunedJob is a training job as a tuning job defines it.
func tunedJob(definition string) []Rule {
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

// candidate is what a candidate of an Autopilot job is made of.
var candidate = slices.Concat(
	produced.to(toAnyKind, "CandidateSteps[].CandidateStepArn"),
	usedImage.to(toImage, "InferenceContainers[].Image", "InferenceContainerDefinitions{}[].Image"),
	referencedArtifacts.to(toBucket, "InferenceContainers[].ModelDataUrl", "InferenceContainerDefinitions{}[].ModelDataUrl"),
	wroteTo.to(toBucket, "CandidateProperties.CandidateArtifactLocations.{Explainability,ModelInsights,BacktestResults}"),
)

var tuningKinds = []Entry{
	{
		Label:    "AWSSageMakerHyperParameterTuningJob",
		Doc:      "hyperparameter tuning job",
		Resource: "hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
		ARN:      "HyperParameterTuningJobArn",
		// Source: boto3 issue 4606.
		ListLowersARN: true,
		List:          listed((*sagemaker.Client).ListHyperParameterTuningJobs),
		Describe:      described((*sagemaker.Client).DescribeHyperParameterTuningJob, "HyperParameterTuningJobName"),
		Search:        searched(types.ResourceTypeHyperParameterTuningJob, "HyperParameterTuningJob"),
		Final:         finally("HyperParameterTuningJobStatus", "Completed", "Failed", "Stopped", "DeleteFailed"),
		Edges: [][]Rule{
			tunedJob("TrainingJobDefinition"),
			tunedJob("TrainingJobDefinitions[]"),
			produced.to(toKind("AWSSageMakerTrainingJob"), "{BestTrainingJob,OverallBestTrainingJob}.TrainingJobArn"),
			derivedFrom.to(toKind("AWSSageMakerHyperParameterTuningJob"), "WarmStartConfig.ParentHyperParameterTuningJobs[].HyperParameterTuningJobName"),
		},
	},
	{
		Label:    "AWSSageMakerAutoMLJob",
		Doc:      "Autopilot job",
		Resource: "automl-job/{AutoMLJobName}",
		ARN:      "AutoMLJobArn",
		List:     listed((*sagemaker.Client).ListAutoMLJobs),
		// It tells of the jobs of both versions of the API.
		Describe: described((*sagemaker.Client).DescribeAutoMLJobV2, "AutoMLJobName"),
		Final:    finally("AutoMLJobStatus", "Completed", "Failed", "Stopped"),
		Edges: [][]Rule{
			readFrom.to(toBucket,
				"AutoMLJobInputDataConfig[].DataSource.S3DataSource.S3Uri",
				"AutoMLProblemTypeConfig.{TabularJobConfig,TimeSeriesForecastingJobConfig}.FeatureSpecificationS3Uri"),
			wroteTo.to(toBucket,
				"OutputDataConfig.S3OutputPath",
				"AutoMLJobArtifacts.{CandidateDefinitionNotebookLocation,DataExplorationNotebookLocation}"),
			encryptedBy.to(toKey, "OutputDataConfig.KmsKeyId", "SecurityConfig.VolumeKmsKeyId"),
			hasExecutionRole.to(toRole, "RoleArn"),
			canUseRole.to(toRole, "AutoMLComputeConfig.EmrServerlessComputeConfig.ExecutionRoleARN"),
			vpcConfig("SecurityConfig.VpcConfig"),
			under("BestCandidate", candidate),
			used.to(toKind("AWSSageMakerEndpoint"), "ModelDeployConfig.EndpointName"),
			produced.to(toKind("AWSSageMakerEndpoint"), "ModelDeployResult.EndpointName"),
		},
	},
	{
		Label:    candidateLabel,
		Doc:      "model that an Autopilot job tried, the best one included",
		Resource: "automl-job/{AutoMLJobName}/candidate/{CandidateName}",
		Noun:     "Candidate",
		ID:       "{^}/candidate/{CandidateName}",
		Within:   "AutoMLJobName",
		List:     listed((*sagemaker.Client).ListCandidatesForAutoMLJob).of("AWSSageMakerAutoMLJob", "AutoMLJobName=name"),
		Edges:    [][]Rule{candidate},
	},
}
