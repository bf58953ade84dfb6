package exporter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// modelContainer is a container of a model.
func modelContainer(container string) []rule {
	return slices.Concat(
		usedImage.to(toImage, container+".Image"),
		invoked.to(toLambda, container+".ImageConfig.RepositoryAuthConfig.RepositoryCredentialsProviderArn"),
		modelData(container),
		additionalModelData(container),
		derivedFrom.to(toKind("AWSSageMakerModelPackage"), container+".ModelPackageName"),
	)
}

// vpcConfig is where containers and jobs are attached.
func vpcConfig(config string) []rule {
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

var inferenceKinds = []kind{
	{
		label:    "AWSSageMakerModel",
		arn:      "ModelArn",
		list:     listed((*sagemaker.Client).ListModels),
		describe: described((*sagemaker.Client).DescribeModel, "ModelName"),
		search:   searched(types.ResourceTypeModel, "Model.Model"),
		edges: [][]rule{
			modelContainer("PrimaryContainer"),
			modelContainer("Containers[]"),
			hasExecutionRole.to(toRole, "ExecutionRoleArn"),
			vpcConfig("VpcConfig"),
		},
	},
	{
		label:    "AWSSageMakerEndpointConfig",
		arn:      "EndpointConfigArn",
		list:     listed((*sagemaker.Client).ListEndpointConfigs),
		describe: described((*sagemaker.Client).DescribeEndpointConfig, "EndpointConfigName"),
		edges: [][]rule{
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
		label:    "AWSSageMakerEndpoint",
		arn:      "EndpointArn",
		list:     listed((*sagemaker.Client).ListEndpoints),
		describe: described((*sagemaker.Client).DescribeEndpoint, "EndpointName"),
		search:   searched(types.ResourceTypeEndpoint, "Endpoint"),
		edges: [][]rule{
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
		label:    "AWSSageMakerInferenceComponent",
		arn:      "InferenceComponentArn",
		list:     listed((*sagemaker.Client).ListInferenceComponents),
		describe: described((*sagemaker.Client).DescribeInferenceComponent, "InferenceComponentName"),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerEndpoint"), "EndpointArn"),
			used.to(toKind("AWSSageMakerModel"), "{Specification,Specifications[]}.ModelName"),
			usedImage.to(toImage, "{Specification,Specifications[]}.Container.DeployedImage.{SpecifiedImage,ResolvedImage}"),
			referencedArtifacts.to(toBucket, "{Specification,Specifications[]}.Container.ArtifactUrl"),
			used.to(toKind("AWSSageMakerInferenceComponent"), "{Specification,Specifications[]}.BaseInferenceComponentName"),
			watchedBy.to(toAlarm, "LastDeploymentConfig.AutoRollbackConfiguration.Alarms[].AlarmName"),
		},
	},
	{
		label:    "AWSSageMakerInferenceExperiment",
		arn:      "Arn",
		list:     listed((*sagemaker.Client).ListInferenceExperiments),
		describe: described((*sagemaker.Client).DescribeInferenceExperiment, "Name"),
		edges: [][]rule{
			hasExecutionRole.to(toRole, "RoleArn"),
			used.to(toKind("AWSSageMakerEndpoint"), "EndpointMetadata.EndpointName"),
			used.to(toKind("AWSSageMakerEndpointConfig"), "EndpointMetadata.EndpointConfigName"),
			used.to(toKind("AWSSageMakerModel"), "ModelVariants[].ModelName"),
			wroteTo.to(toBucket, "DataStorageConfig.Destination"),
			encryptedBy.to(toKey, "DataStorageConfig.KmsKey", "KmsKey"),
		},
	},
}
