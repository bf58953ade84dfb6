package catalog

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/exporter/names"
)

// instanceStorage are the volumes that instances of a cluster have.
func instanceStorage(configs string) []Rule {
	return slices.Concat(
		encryptedBy.to(toKey, configs+".EbsVolumeConfig.VolumeKmsKeyId"),
		mounted.to(toFSxHost, configs+".{FsxLustreConfig,FsxOpenZfsConfig}.DnsName"),
	)
}

// extensionName is the name in an ARN, which has more before it and an id after it.
func extensionName(a names.ARN) string {
	if parts := strings.Split(a.Resource, "/"); len(parts) == 4 {
		return parts[2]
	}
	return ""
}

// instanceGroup is what the groups of a cluster have, restricted or not.
func instanceGroup(group string) []Rule {
	return slices.Concat(
		hasExecutionRole.to(toRole, group+".ExecutionRole"),
		instanceStorage(group+".InstanceStorageConfigs[]"),
		used.to(toKind("AWSSageMakerTrainingPlan"), group+".TrainingPlanArn"),
		vpcConfig(group+".OverrideVpcConfig"),
		watchedBy.to(toAlarm, group+".ScheduledUpdateConfig.DeploymentConfig.AutoRollbackConfiguration[].AlarmName"),
	)
}

var hyperpodKinds = []Entry{
	{
		Label:    "AWSSageMakerCluster",
		Doc:      "HyperPod cluster",
		Resource: "cluster/{ClusterName}",
		ARN:      "ClusterArn",
		List:     listed((*sagemaker.Client).ListClusters),
		Describe: described((*sagemaker.Client).DescribeCluster, "ClusterName"),
		Edges: [][]Rule{
			instanceGroup("InstanceGroups[]"),
			under("InstanceGroups[]",
				readFrom.to(toBucket, "LifeCycleConfig.SourceS3Uri"),
				used.to(toMachineImage, "CurrentImageId", "DesiredImageId"),
				watchedBy.to(toAlarm, "{ActiveSoftwareUpdateConfig,AutoPatchConfig.DeploymentConfig}.AutoRollbackConfiguration[].AlarmName"),
			),
			instanceGroup("RestrictedInstanceGroups[]"),
			wroteTo.to(toBucket, "RestrictedInstanceGroups[].EnvironmentConfig.S3OutputPath"),
			vpcConfig("VpcConfig"),
			used.to(toEKS, "Orchestrator.Eks.ClusterArn"),
			used.to(toSecret, "Orchestrator.Slurm.AccountingDatabase.SecretArn"),
			canUseRole.to(toRole, "ClusterRole"),
		},
	},
	{
		Label:    "AWSSageMakerClusterNode",
		Doc:      "instance of a HyperPod cluster",
		Resource: "cluster/{ClusterName}/node/{InstanceId|NodeLogicalId}",
		ID:       "{^}/node/{InstanceId|NodeLogicalId}",
		// A node that is still being provisioned has no instance yet.
		List: listed((*sagemaker.Client).ListClusterNodes, func(in *sagemaker.ListClusterNodesInput) {
			in.IncludeNodeLogicalIds = aws.Bool(true)
		}).of("AWSSageMakerCluster", "ClusterName=name"),
		// The API takes one of the two ids, not both.
		Describe: with(described((*sagemaker.Client).DescribeClusterNode, "ClusterName", "NodeId=InstanceId", "NodeLogicalId"),
			func(in *sagemaker.DescribeClusterNodeInput) {
				if aws.ToString(in.NodeId) == "" {
					in.NodeId = nil
				} else {
					in.NodeLogicalId = nil
				}
			}),
		Wrapper: "NodeDetails",
		Within:  "ClusterName",
		Edges: [][]Rule{under("NodeDetails",
			readFrom.to(toBucket, "LifeCycleConfig.SourceS3Uri"),
			vpcConfig("OverrideVpcConfig"),
			instanceStorage("InstanceStorageConfigs[]"),
			used.to(toMachineImage, "CurrentImageId", "DesiredImageId"),
		)},
	},
	{
		Label: "AWSSageMakerClusterExtension",
		Doc:   "software that SageMaker installs on the nodes of a HyperPod cluster",
		// The API's reference does not say what stands before the name, nor after it.
		Resource: "extension/{Group}/{ExtensionName}/{Id}",
		NameOf:   extensionName,
		Noun:     "Extension",
		ARN:      "ExtensionArn",
		List:     listed((*sagemaker.Client).ListClusterExtensions).of("AWSSageMakerCluster", "ClusterArn=arn"),
		Describe: described((*sagemaker.Client).DescribeClusterExtension, "ClusterArn", "ExtensionArn"),
		Wrapper:  "ExtensionDetails",
		Edges: [][]Rule{under("ExtensionDetails",
			contains.from(toKind("AWSSageMakerCluster"), "ClusterArn"),
			inDocument(referenced.to(toURI, "ConfigurationValues")),
		)},
	},
	{
		Label:    "AWSSageMakerClusterSchedulerConfig",
		Doc:      "how a HyperPod cluster shares its capacity",
		Resource: "cluster-scheduler-config/{ClusterSchedulerConfigId}",
		ARN:      "ClusterSchedulerConfigArn",
		List:     listed((*sagemaker.Client).ListClusterSchedulerConfigs),
		Describe: described((*sagemaker.Client).DescribeClusterSchedulerConfig, "ClusterSchedulerConfigId"),
		Edges:    [][]Rule{contains.from(toKind("AWSSageMakerCluster"), "ClusterArn"), createdBy},
	},
	{
		Label:    "AWSSageMakerComputeQuota",
		Doc:      "share of a HyperPod cluster",
		Resource: "compute-quota/{ComputeQuotaId}",
		ARN:      "ComputeQuotaArn",
		List:     listed((*sagemaker.Client).ListComputeQuotas),
		Describe: described((*sagemaker.Client).DescribeComputeQuota, "ComputeQuotaId"),
		Edges:    [][]Rule{contains.from(toKind("AWSSageMakerCluster"), "ClusterArn"), createdBy},
	},
}
