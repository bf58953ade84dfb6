package catalog

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/names"
)

var capacityKinds = []Entry{
	{
		Label:    "AWSSageMakerTrainingPlan",
		Doc:      "reserved training capacity",
		Resource: "training-plan/{TrainingPlanName}",
		ARN:      "TrainingPlanArn",
		List:     listed((*sagemaker.Client).ListTrainingPlans),
		Describe: described((*sagemaker.Client).DescribeTrainingPlan, "TrainingPlanName"),
		Edges: [][]Rule{
			contains.to(toKind("AWSSageMakerReservedCapacity"), "ReservedCapacitySummaries[].ReservedCapacityArn"),
		},
	},
	{
		Label:    "AWSSageMakerReservedCapacity",
		Doc:      "capacity that a training plan reserves",
		Resource: "reserved-capacity/{ReservedCapacityId}",
		ARN:      "ReservedCapacityArn",
		// No call lists them: the plans that reserve them tell of them.
		List: inside("AWSSageMakerTrainingPlan", "reserved_capacity_summaries", func(text string) (all []types.ReservedCapacitySummary, err error) {
			err = json.Unmarshal([]byte(text), &all)
			return all, err
		}),
		Describe: described((*sagemaker.Client).DescribeReservedCapacity, "ReservedCapacityArn"),
	},
	{
		Label:    "AWSSageMakerUltraServer",
		Doc:      "UltraServer of a reserved capacity",
		Resource: "reserved-capacity/{ReservedCapacityId}/ultraserver/{UltraServerId}",
		ID:       "{^}/ultraserver/{UltraServerId}",
		Within:   "ReservedCapacityArn",
		List:     listed((*sagemaker.Client).ListUltraServersByReservedCapacity).of("AWSSageMakerReservedCapacity", "ReservedCapacityArn=arn"),
	},
	{
		Label:    "AWSSageMakerTrainingSession",
		Doc:      "interactive training session",
		Resource: "training-session/{TrainingSessionName}",
		ARN:      "TrainingSessionArn",
		Wrapper:  "TrainingSessionDetail",
		List:     listed((*sagemaker.Client).ListTrainingSessions),
		Describe: with(described((*sagemaker.Client).DescribeTrainingSession, "TrainingSessionName=TrainingSessionArn"), func(in *sagemaker.DescribeTrainingSessionInput) {
			// The list has no names, and the call takes no ARN.
			if a, ok := names.ParseARN(aws.ToString(in.TrainingSessionName)); ok {
				in.TrainingSessionName = aws.String(a.LastName())
			}
		}),
		Final: finally("TrainingSessionStatus", "Stopped", "Failed", "Expired"),
		Edges: [][]Rule{
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
