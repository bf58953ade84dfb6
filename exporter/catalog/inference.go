package catalog

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// modelContainer is a container of a model.
func modelContainer(container string) []Rule {
	return slices.Concat(
		usedImage.to(toImage, container+".Image"),
		invoked.to(toLambda, container+".ImageConfig.RepositoryAuthConfig.RepositoryCredentialsProviderArn"),
		modelData(container),
		additionalModelData(container),
		derivedFrom.to(toKind("AWSSageMakerModelPackage"), container+".ModelPackageName"),
	)
}

// vpcConfig is where containers and jobs are attached.
func vpcConfig(config string) []Rule {
	return slices.Concat(
		memberOfSecurityGroup.to(toSecurityGroup, config+".SecurityGroupIds[]"),
		partOfSubnet.to(toSubnet, config+".Subnets[]"),
	)
}

// inferenceData is what an endpoint and its configuration write, and whom they
// tell.
var inferenceData = slices.Concat(
	wroteTo.to(toBucket, "DataCaptureConfig.DestinationS3Uri", "AsyncInferenceConfig.OutputConfig.{S3OutputPath,S3FailurePath}"),
	encryptedBy.to(toKey, "DataCaptureConfig.KmsKeyId", "AsyncInferenceConfig.OutputConfig.KmsKeyId"),
	notified.to(toTopic, "AsyncInferenceConfig.OutputConfig.NotificationConfig.{SuccessTopic,ErrorTopic}"),
	readFrom.to(toBucket, "ExplainerConfig.ClarifyExplainerConfig.ShapConfig.ShapBaselineConfig.ShapBaselineUri"),
)

var inferenceKinds = []Entry{
	{
		Label:    "AWSSageMakerModel",
		Doc:      "deployable model",
		Resource: "model/{ModelName}",
		ARN:      "ModelArn",
		List:     listed((*sagemaker.Client).ListModels),
		Describe: described((*sagemaker.Client).DescribeModel, "ModelName"),
		Search:   searched(types.ResourceTypeModel, "Model.Model"),
		Final:    unchanging().unless("DeploymentRecommendation.RecommendationStatus", "IN_PROGRESS"),
		Edges: [][]Rule{
			modelContainer("PrimaryContainer"),
			modelContainer("Containers[]"),
			hasExecutionRole.to(toRole, "ExecutionRoleArn"),
			vpcConfig("VpcConfig"),
		},
	},
	{
		Label:    "AWSSageMakerEndpointConfig",
		Doc:      "endpoint configuration",
		Resource: "endpoint-config/{EndpointConfigName}",
		ARN:      "EndpointConfigArn",
		List:     listed((*sagemaker.Client).ListEndpointConfigs),
		Describe: described((*sagemaker.Client).DescribeEndpointConfig, "EndpointConfigName"),
		Final:    unchanging(),
		Edges: [][]Rule{
			referenced.to(toKind("AWSSageMakerModel"), "{ProductionVariants,ShadowProductionVariants}[].{ModelName,InstancePools[].ModelNameOverride}"),
			wroteTo.to(toBucket, "{ProductionVariants,ShadowProductionVariants}[].CoreDumpConfig.DestinationS3Uri"),
			encryptedBy.to(toKey, "KmsKeyId", "{ProductionVariants,ShadowProductionVariants}[].CoreDumpConfig.KmsKeyId"),
			used.to(toKind("AWSSageMakerTrainingPlan"), "{ProductionVariants,ShadowProductionVariants}[].CapacityReservationConfig.MlReservationArn"),
			inferenceData,
			hasExecutionRole.to(toRole, "ExecutionRoleArn"),
			vpcConfig("VpcConfig"),
		},
	},
	{
		Label:    "AWSSageMakerEndpoint",
		Doc:      "model inference endpoint",
		Resource: "endpoint/{EndpointName}",
		ARN:      "EndpointArn",
		List:     listed((*sagemaker.Client).ListEndpoints),
		Describe: described((*sagemaker.Client).DescribeEndpoint, "EndpointName"),
		Search:   searched(types.ResourceTypeEndpoint, "Endpoint"),
		Edges: [][]Rule{
			used.to(toKind("AWSSageMakerEndpointConfig"), "EndpointConfigName", "PendingDeploymentSummary.EndpointConfigName"),
			usedImage.to(toImage,
				"{ProductionVariants,ShadowProductionVariants}[].DeployedImages[].{SpecifiedImage,ResolvedImage}",
				"PendingDeploymentSummary.{ProductionVariants,ShadowProductionVariants}[].DeployedImages[].{SpecifiedImage,ResolvedImage}"),
			used.to(toKind("AWSSageMakerTrainingPlan"), "{ProductionVariants,ShadowProductionVariants}[].CapacityReservationConfig.MlReservationArn"),
			used.to(toCapacity, "{ProductionVariants,ShadowProductionVariants}[].CapacityReservationConfig.Ec2CapacityReservations[].Ec2CapacityReservationId"),
			watchedBy.to(toAlarm, "LastDeploymentConfig.AutoRollbackConfiguration.Alarms[].AlarmName"),
			inferenceData,
		},
	},
	{
		Label:    "AWSSageMakerInferenceComponent",
		Doc:      "model copies on an endpoint",
		Resource: "inference-component/{InferenceComponentName}",
		ARN:      "InferenceComponentArn",
		List:     listed((*sagemaker.Client).ListInferenceComponents),
		Describe: described((*sagemaker.Client).DescribeInferenceComponent, "InferenceComponentName"),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerEndpoint"), "EndpointArn"),
			used.to(toKind("AWSSageMakerModel"), "{Specification,Specifications[]}.ModelName"),
			usedImage.to(toImage, "{Specification,Specifications[]}.Container.DeployedImage.{SpecifiedImage,ResolvedImage}"),
			referencedArtifacts.to(toBucket, "{Specification,Specifications[]}.Container.ArtifactUrl"),
			used.to(toKind("AWSSageMakerInferenceComponent"), "{Specification,Specifications[]}.BaseInferenceComponentName"),
			watchedBy.to(toAlarm, "LastDeploymentConfig.AutoRollbackConfiguration.Alarms[].AlarmName"),
		},
	},
	{
		Label:    "AWSSageMakerInferenceExperiment",
		Doc:      "shadow test of a model",
		Resource: "inference-experiment/{Name}",
		ARN:      "Arn",
		List:     listed((*sagemaker.Client).ListInferenceExperiments),
		Describe: described((*sagemaker.Client).DescribeInferenceExperiment, "Name"),
		Edges: [][]Rule{
			hasExecutionRole.to(toRole, "RoleArn"),
			used.to(toKind("AWSSageMakerEndpoint"), "EndpointMetadata.EndpointName"),
			used.to(toKind("AWSSageMakerEndpointConfig"), "EndpointMetadata.EndpointConfigName"),
			used.to(toKind("AWSSageMakerModel"), "ModelVariants[].ModelName"),
			wroteTo.to(toBucket, "DataStorageConfig.Destination"),
			encryptedBy.to(toKey, "DataStorageConfig.KmsKey", "KmsKey"),
		},
	},
}
