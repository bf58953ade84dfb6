package exporter_test

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// jobKinds are jobs, and the people, devices and capacity that work for them.
var jobKinds = []described{
	{"ProcessingJob", output[sagemaker.DescribeProcessingJobOutput](), "processing-job/p", map[string]string{"ProcessingJobName": "p"}, nil},
	{"HyperParameterTuningJob", output[sagemaker.DescribeHyperParameterTuningJobOutput](), "hyper-parameter-tuning-job/h", map[string]string{"HyperParameterTuningJobName": "h"}, []string{"Autotune"}},
	{"AutoMLJob", output[sagemaker.DescribeAutoMLJobV2Output](), "automl-job/a", map[string]string{"AutoMLJobName": "a"}, nil},
	{"AutoMLCandidate", output[types.AutoMLCandidate](), "automl-job/a/candidate/c", map[string]string{"AutoMLJobName": "a", "CandidateName": "c"}, nil},
	{"CompilationJob", output[sagemaker.DescribeCompilationJobOutput](), "compilation-job/c", map[string]string{"CompilationJobName": "c"}, nil},
	{"OptimizationJob", output[sagemaker.DescribeOptimizationJobOutput](), "optimization-job/o", map[string]string{"OptimizationJobName": "o"}, nil},
	{"InferenceRecommendationsJob", output[sagemaker.DescribeInferenceRecommendationsJobOutput](), "inference-recommendations-job/r", map[string]string{"JobName": "r", "JobArn": arnOf("inference-recommendations-job/r")}, nil},
	{"InferenceExperiment", output[sagemaker.DescribeInferenceExperimentOutput](), "inference-experiment/x", map[string]string{"Name": "x", "Arn": arnOf("inference-experiment/x")}, nil},
	{"LabelingJob", output[sagemaker.DescribeLabelingJobOutput](), "labeling-job/l", map[string]string{"LabelingJobName": "l"}, nil},
	{"Job", output[sagemaker.DescribeJobOutput](), "job/AgentRFT/j", map[string]string{"JobName": "j", "JobCategory": "AgentRFT"}, []string{}},
	{"Workforce", output[types.Workforce](), "workforce/w", map[string]string{"WorkforceName": "w"}, nil},
	{"Workteam", output[types.Workteam](), "workteam/private-crowd/w", map[string]string{"WorkteamName": "w"}, nil},
	{"SubscribedWorkteam", output[types.SubscribedWorkteam](), "workteam/vendor-crowd/s", map[string]string{"ListingId": "s", "WorkteamArn": arnOf("workteam/vendor-crowd/s")}, nil},
	{"FlowDefinition", output[sagemaker.DescribeFlowDefinitionOutput](), "flow-definition/f", map[string]string{"FlowDefinitionName": "f"}, nil},
	{"HumanTaskUi", output[sagemaker.DescribeHumanTaskUiOutput](), "human-task-ui/u", map[string]string{"HumanTaskUiName": "u"}, nil},
	{"DeviceFleet", output[sagemaker.DescribeDeviceFleetOutput](), "device-fleet/fleet", map[string]string{"DeviceFleetName": "fleet"}, nil},
	{"Device", output[sagemaker.DescribeDeviceOutput](), "device-fleet/fleet/device/d", map[string]string{"DeviceFleetName": "fleet", "DeviceName": "d"}, nil},
	{"EdgeDeploymentPlan", output[sagemaker.DescribeEdgeDeploymentPlanOutput](), "edge-deployment/e", map[string]string{"EdgeDeploymentPlanName": "e", "DeviceFleetName": "fleet"}, nil},
	{"EdgePackagingJob", output[sagemaker.DescribeEdgePackagingJobOutput](), "edge-packaging-job/g", map[string]string{"EdgePackagingJobName": "g"}, nil},
	{"AIBenchmarkJob", output[sagemaker.DescribeAIBenchmarkJobOutput](), "ai-benchmark-job/b", map[string]string{"AIBenchmarkJobName": "b"}, nil},
	{"AIRecommendationJob", output[sagemaker.DescribeAIRecommendationJobOutput](), "ai-recommendation-job/r", map[string]string{"AIRecommendationJobName": "r"}, nil},
	{"AIWorkloadConfig", output[sagemaker.DescribeAIWorkloadConfigOutput](), "ai-workload-config/w", map[string]string{"AIWorkloadConfigName": "w"}, nil},
	{"TrainingPlan", output[sagemaker.DescribeTrainingPlanOutput](), "training-plan/t", map[string]string{"TrainingPlanName": "t", "ReservedCapacitySummaries[].ReservedCapacityArn": arnOf("reserved-capacity/rc")}, nil},
	{"ReservedCapacity", output[sagemaker.DescribeReservedCapacityOutput](), "reserved-capacity/rc", nil, nil},
	{"UltraServer", output[types.UltraServer](), "reserved-capacity/rc/ultraserver/us", map[string]string{"UltraServerId": "us", "ReservedCapacityArn": arnOf("reserved-capacity/rc")}, nil},
	{"TrainingSession", output[types.TrainingSessionDetail](), "training-session/s", map[string]string{"TrainingSessionName": "s"}, nil},
}
