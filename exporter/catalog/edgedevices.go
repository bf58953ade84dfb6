package catalog

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// edgeOutput is where what comes from devices and what goes to them is kept.
var edgeOutput = slices.Concat(
	wroteTo.to(toBucket, "OutputConfig.S3OutputLocation"),
	encryptedBy.to(toKey, "OutputConfig.KmsKeyId"),
)

var edgeKinds = []Entry{
	{
		Label:    "AWSSageMakerDeviceFleet",
		Doc:      "edge devices",
		Resource: "device-fleet/{DeviceFleetName}",
		ARN:      "DeviceFleetArn",
		List:     listed((*sagemaker.Client).ListDeviceFleets),
		Describe: described((*sagemaker.Client).DescribeDeviceFleet, "DeviceFleetName"),
		Edges: [][]Rule{
			edgeOutput,
			hasExecutionRole.to(toRole, "RoleArn"),
			used.to(toRoleAlias, "IotRoleAlias"),
		},
	},
	{
		Label:    "AWSSageMakerDevice",
		Doc:      "device of an edge fleet",
		Resource: "device-fleet/{DeviceFleetName}/device/{DeviceName}",
		ARN:      "DeviceArn",
		List:     listed((*sagemaker.Client).ListDevices),
		Describe: described((*sagemaker.Client).DescribeDevice, "DeviceFleetName", "DeviceName"),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerDeviceFleet"), "DeviceFleetName"),
			used.to(toThing, "IotThingName"),
		},
	},
	{
		Label:    "AWSSageMakerEdgeDeploymentPlan",
		Doc:      "roll-out of models to edge devices",
		Resource: "edge-deployment/{EdgeDeploymentPlanName}",
		ARN:      "EdgeDeploymentPlanArn",
		List:     listed((*sagemaker.Client).ListEdgeDeploymentPlans),
		Describe: described((*sagemaker.Client).DescribeEdgeDeploymentPlan, "EdgeDeploymentPlanName"),
		Edges: [][]Rule{
			used.to(toKind("AWSSageMakerDeviceFleet"), "DeviceFleetName"),
			used.to(toKind("AWSSageMakerEdgePackagingJob"), "ModelConfigs[].EdgePackagingJobName"),
			used.to(toKind("AWSSageMakerDevice"), "Stages[].DeviceSelectionConfig.DeviceNames[]"),
		},
	},
	{
		Label:    "AWSSageMakerEdgePackagingJob",
		Doc:      "packaging of a model for edge devices",
		Resource: "edge-packaging-job/{EdgePackagingJobName}",
		ARN:      "EdgePackagingJobArn",
		List:     listed((*sagemaker.Client).ListEdgePackagingJobs),
		Describe: described((*sagemaker.Client).DescribeEdgePackagingJob, "EdgePackagingJobName"),
		Final:    finally("EdgePackagingJobStatus", "COMPLETED", "FAILED", "STOPPED"),
		Edges: [][]Rule{
			edgeOutput,
			wroteTo.to(toBucket, "ModelArtifact"),
			encryptedBy.to(toKey, "ResourceKey"),
			hasExecutionRole.to(toRole, "RoleArn"),
			used.to(toKind("AWSSageMakerCompilationJob"), "CompilationJobName"),
		},
	},
}
