package exporter

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

var capacityKinds = []kind{
	{
		label:    "AWSSageMakerTrainingPlan",
		arn:      "TrainingPlanArn",
		list:     listed((*sagemaker.Client).ListTrainingPlans),
		describe: described((*sagemaker.Client).DescribeTrainingPlan, "TrainingPlanName"),
		edges: [][]rule{
			contains.to(toKind("AWSSageMakerReservedCapacity"), "ReservedCapacitySummaries[].ReservedCapacityArn"),
		},
	},
	{
		label: "AWSSageMakerReservedCapacity",
		arn:   "ReservedCapacityArn",
		// No call lists them: the plans that reserve them tell of them.
		list: inside("AWSSageMakerTrainingPlan", "reserved_capacity_summaries", func(text string) (all []types.ReservedCapacitySummary, err error) {
			err = json.Unmarshal([]byte(text), &all)
			return all, err
		}),
		describe: described((*sagemaker.Client).DescribeReservedCapacity, "ReservedCapacityArn"),
	},
	{
		label:  "AWSSageMakerUltraServer",
		id:     "{^}/ultraserver/{UltraServerId}",
		within: "ReservedCapacityArn",
		list:   listed((*sagemaker.Client).ListUltraServersByReservedCapacity).of("AWSSageMakerReservedCapacity", "ReservedCapacityArn=arn"),
	},
	{
		label:   "AWSSageMakerTrainingSession",
		arn:     "TrainingSessionArn",
		wrapper: "TrainingSessionDetail",
		list:    listed((*sagemaker.Client).ListTrainingSessions),
		describe: with(described((*sagemaker.Client).DescribeTrainingSession, "TrainingSessionName=TrainingSessionArn"), func(in *sagemaker.DescribeTrainingSessionInput) {
			// The list has no names, and the call takes no ARN.
			if a, ok := parseARN(aws.ToString(in.TrainingSessionName)); ok {
				in.TrainingSessionName = ptr(a.lastName())
			}
		}),
		edges: [][]rule{
			under("TrainingSessionDetail",
				hasExecutionRole.to(toRole, "RoleArn"),
				derivedFrom.to(toKind(hubContentLabel), "ModelConfig.BaseModelArn"),
				used.to(toKind("AWSSageMakerModelPackageGroup"), "ModelPackageGroupArn"),
				wroteTo.to(toBucket, "OutputConfig.S3Location.Path"),
				encryptedBy.to(toKey, "OutputConfig.S3Location.KmsKeyArn"),
				vpcConfig("VpcConfig"),
			),
		},
	},
}
