package exporter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// aiJob is what the jobs of the family have in common.
var aiJob = slices.Concat(
	used.to(toKind("AWSSageMakerAIWorkloadConfig"), "AIWorkloadConfigIdentifier"),
	hasExecutionRole.to(toRole, "RoleArn"),
	wroteTo.to(toBucket, "OutputConfig.S3OutputLocation"),
	used.to(toKind("AWSSageMakerMlflowApp"), "OutputConfig.MlflowConfig.MlflowResourceArn"),
)

var aiKinds = []kind{
	{
		label:    "AWSSageMakerAIBenchmarkJob",
		arn:      "AIBenchmarkJobArn",
		list:     listed((*sagemaker.Client).ListAIBenchmarkJobs),
		describe: described((*sagemaker.Client).DescribeAIBenchmarkJob, "AIBenchmarkJobName"),
		edges: [][]rule{
			aiJob,
			used.to(toKind("AWSSageMakerEndpoint"), "BenchmarkTarget.Endpoint.Identifier"),
			used.to(toKind("AWSSageMakerInferenceComponent"), "BenchmarkTarget.Endpoint.InferenceComponents[].Identifier"),
			used.to(toLogGroup, "OutputConfig.CloudWatchLogs[].LogGroupArn"),
			vpcConfig("NetworkConfig.VpcConfig"),
		},
	},
	{
		label:    "AWSSageMakerAIRecommendationJob",
		arn:      "AIRecommendationJobArn",
		list:     listed((*sagemaker.Client).ListAIRecommendationJobs),
		describe: described((*sagemaker.Client).DescribeAIRecommendationJob, "AIRecommendationJobName"),
		edges: [][]rule{
			aiJob,
			referencedArtifacts.to(toBucket, "ModelSource.S3.S3Uri"),
			derivedFrom.to(toKind("AWSSageMakerModelPackage"), "AdapterSource.ModelPackageArns[].ModelPackageArn"),
			readFrom.to(toBucket, "AdapterSource.S3Uris[].S3Uri"),
			produced.to(toKind("AWSSageMakerModelPackageGroup"), "OutputConfig.ModelPackageGroupIdentifier"),
			used.to(toKind("AWSSageMakerTrainingPlan"), "ComputeSpec.CapacityReservationConfig.MlReservationArns[]"),
			under("Recommendations[]",
				used.to(toKind("AWSSageMakerModelPackage"), "ModelDetails.ModelPackageArn"),
				used.to(toKind("AWSSageMakerAIBenchmarkJob"), "AIBenchmarkJobArn"),
				usedImage.to(toImage, "DeploymentConfiguration.ImageUri"),
				wroteTo.to(toBucket, "DeploymentConfiguration.S3[].Uri"),
				referenced.to(toURI, "AdapterDetails.ModelPackageArns[].ModelPackageArn", "AdapterDetails.S3Uris[].S3Uri"),
			),
		},
	},
	{
		label:    "AWSSageMakerAIWorkloadConfig",
		arn:      "AIWorkloadConfigArn",
		list:     listed((*sagemaker.Client).ListAIWorkloadConfigs),
		describe: described((*sagemaker.Client).DescribeAIWorkloadConfig, "AIWorkloadConfigName"),
		edges: [][]rule{
			readFrom.to(toBucket, "DatasetConfig.InputDataConfig[].DataSource.S3DataSource.S3Uri"),
		},
	},
}
