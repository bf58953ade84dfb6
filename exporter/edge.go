package exporter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// edgeOutput is where what comes from devices and what goes to them is kept.
var edgeOutput = slices.Concat(
	wroteTo.to(toBucket, "OutputConfig.S3OutputLocation"),
	encryptedBy.to(toKey, "OutputConfig.KmsKeyId"),
)

var edgeKinds = []kind{
	{
		label:    "AWSSageMakerDeviceFleet",
		arn:      "DeviceFleetArn",
		list:     listed((*sagemaker.Client).ListDeviceFleets),
		describe: described((*sagemaker.Client).DescribeDeviceFleet, "DeviceFleetName"),
		edges: [][]rule{
			edgeOutput,
			hasExecutionRole.to(toRole, "RoleArn"),
			used.to(toRoleAlias, "IotRoleAlias"),
		},
	},
	{
		label:    "AWSSageMakerDevice",
		arn:      "DeviceArn",
		list:     listed((*sagemaker.Client).ListDevices),
		describe: described((*sagemaker.Client).DescribeDevice, "DeviceFleetName", "DeviceName"),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerDeviceFleet"), "DeviceFleetName"),
			used.to(toThing, "IotThingName"),
		},
	},
	{
		label:    "AWSSageMakerEdgeDeploymentPlan",
		arn:      "EdgeDeploymentPlanArn",
		list:     listed((*sagemaker.Client).ListEdgeDeploymentPlans),
		describe: described((*sagemaker.Client).DescribeEdgeDeploymentPlan, "EdgeDeploymentPlanName"),
		edges: [][]rule{
			used.to(toKind("AWSSageMakerDeviceFleet"), "DeviceFleetName"),
			used.to(toKind("AWSSageMakerEdgePackagingJob"), "ModelConfigs[].EdgePackagingJobName"),
			used.to(toKind("AWSSageMakerDevice"), "Stages[].DeviceSelectionConfig.DeviceNames[]"),
		},
	},
	{
		label:    "AWSSageMakerEdgePackagingJob",
		arn:      "EdgePackagingJobArn",
		list:     listed((*sagemaker.Client).ListEdgePackagingJobs),
		describe: described((*sagemaker.Client).DescribeEdgePackagingJob, "EdgePackagingJobName"),
		edges: [][]rule{
			edgeOutput,
			wroteTo.to(toBucket, "ModelArtifact"),
			encryptedBy.to(toKey, "ResourceKey"),
			hasExecutionRole.to(toRole, "RoleArn"),
			used.to(toKind("AWSSageMakerCompilationJob"), "CompilationJobName"),
		},
	},
}
