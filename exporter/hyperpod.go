package exporter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// instanceStorage are the volumes that instances of a cluster have.
func instanceStorage(configs string) []rule {
	return slices.Concat(
		encryptedBy.to(toKey, configs+".EbsVolumeConfig.VolumeKmsKeyId"),
		mounted.to(toFSxHost, configs+".{FsxLustreConfig,FsxOpenZfsConfig}.DnsName"),
	)
}

// instanceGroup is what the groups of a cluster have, restricted or not.
func instanceGroup(group string) []rule {
	return slices.Concat(
		hasExecutionRole.to(toRole, group+".ExecutionRole"),
		instanceStorage(group+".InstanceStorageConfigs[]"),
		used.to(toKind("AWSSageMakerTrainingPlan"), group+".TrainingPlanArn"),
		vpcConfig(group+".OverrideVpcConfig"),
		watchedBy.to(toAlarm, group+".ScheduledUpdateConfig.DeploymentConfig.AutoRollbackConfiguration[].AlarmName"),
	)
}

var hyperpodKinds = []kind{
	{
		label:    "AWSSageMakerCluster",
		arn:      "ClusterArn",
		list:     listed((*sagemaker.Client).ListClusters),
		describe: described((*sagemaker.Client).DescribeCluster, "ClusterName"),
		edges: [][]rule{
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
		label: "AWSSageMakerClusterNode",
		id:    "{^}/node/{InstanceId|NodeLogicalId}",
		// A node that is still being provisioned has no instance yet.
		list: listed((*sagemaker.Client).ListClusterNodes, func(in *sagemaker.ListClusterNodesInput) {
			in.IncludeNodeLogicalIds = aws.Bool(true)
		}).of("AWSSageMakerCluster", "ClusterName=name"),
		// The API takes one of the two ids, not both.
		describe: with(described((*sagemaker.Client).DescribeClusterNode, "ClusterName", "NodeId=InstanceId", "NodeLogicalId"),
			func(in *sagemaker.DescribeClusterNodeInput) {
				if aws.ToString(in.NodeId) == "" {
					in.NodeId = nil
				} else {
					in.NodeLogicalId = nil
				}
			}),
		wrapper: "NodeDetails",
		within:  "ClusterName",
		edges: [][]rule{under("NodeDetails",
			readFrom.to(toBucket, "LifeCycleConfig.SourceS3Uri"),
			vpcConfig("OverrideVpcConfig"),
			instanceStorage("InstanceStorageConfigs[]"),
			used.to(toMachineImage, "CurrentImageId", "DesiredImageId"),
		)},
	},
	{
		label:    "AWSSageMakerClusterSchedulerConfig",
		arn:      "ClusterSchedulerConfigArn",
		list:     listed((*sagemaker.Client).ListClusterSchedulerConfigs),
		describe: described((*sagemaker.Client).DescribeClusterSchedulerConfig, "ClusterSchedulerConfigId"),
		edges:    [][]rule{contains.from(toKind("AWSSageMakerCluster"), "ClusterArn")},
	},
	{
		label:    "AWSSageMakerComputeQuota",
		arn:      "ComputeQuotaArn",
		list:     listed((*sagemaker.Client).ListComputeQuotas),
		describe: described((*sagemaker.Client).DescribeComputeQuota, "ComputeQuotaId"),
		edges:    [][]rule{contains.from(toKind("AWSSageMakerCluster"), "ClusterArn")},
	},
}
