package catalog

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

var aiKinds = []Entry{
	{
		Label:    "AWSSageMakerAIBenchmarkJob",
		Doc:      "benchmark of an endpoint",
		Resource: "ai-benchmark-job/{AIBenchmarkJobName}",
		ARN:      "AIBenchmarkJobArn",
		List:     listed((*sagemaker.Client).ListAIBenchmarkJobs),
		Describe: described((*sagemaker.Client).DescribeAIBenchmarkJob, "AIBenchmarkJobName"),
		Final:    finally("AIBenchmarkJobStatus", "Completed", "Failed", "Stopped"),
		Edges: [][]Rule{
			aiJob,
			used.to(toKind("AWSSageMakerEndpoint"), "BenchmarkTarget.Endpoint.Identifier"),
			used.to(toKind("AWSSageMakerInferenceComponent"), "BenchmarkTarget.Endpoint.InferenceComponents[].Identifier"),
			used.to(toLogGroup, "OutputConfig.CloudWatchLogs[].LogGroupArn"),
			vpcConfig("NetworkConfig.VpcConfig"),
		},
	},
	{
		Label:    "AWSSageMakerAIRecommendationJob",
		Doc:      "search for the best way to deploy a model",
		Resource: "ai-recommendation-job/{AIRecommendationJobName}",
		ARN:      "AIRecommendationJobArn",
		List:     listed((*sagemaker.Client).ListAIRecommendationJobs),
		Describe: described((*sagemaker.Client).DescribeAIRecommendationJob, "AIRecommendationJobName"),
		Final:    finally("AIRecommendationJobStatus", "Completed", "Failed", "Stopped"),
		Edges: [][]Rule{
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
		Label:    "AWSSageMakerAIWorkloadConfig",
		Doc:      "load that benchmarks are run with",
		Resource: "ai-workload-config/{AIWorkloadConfigName}",
		ARN:      "AIWorkloadConfigArn",
		List:     listed((*sagemaker.Client).ListAIWorkloadConfigs),
		Describe: described((*sagemaker.Client).DescribeAIWorkloadConfig, "AIWorkloadConfigName"),
		Final:    unchanging(),
		Edges: [][]Rule{
			readFrom.to(toBucket, "DatasetConfig.InputDataConfig[].DataSource.S3DataSource.S3Uri"),
		},
	},
}
