package exporter

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

var jobKinds = []kind{
	{
		label:    "AWSSageMakerCompilationJob",
		arn:      "CompilationJobArn",
		list:     listed((*sagemaker.Client).ListCompilationJobs),
		describe: described((*sagemaker.Client).DescribeCompilationJob, "CompilationJobName"),
		edges: [][]rule{
			usedImage.to(toImage, "InferenceImage"),
			used.to(toKind("AWSSageMakerModelPackage"), "ModelPackageVersionArn"),
			hasExecutionRole.to(toRole, "RoleArn"),
			readFrom.to(toBucket, "InputConfig.S3Uri"),
			wroteTo.to(toBucket, "OutputConfig.S3OutputLocation", "ModelArtifacts.S3ModelArtifacts"),
			encryptedBy.to(toKey, "OutputConfig.KmsKeyId"),
			vpcConfig("VpcConfig"),
		},
	},
	{
		label:    "AWSSageMakerOptimizationJob",
		arn:      "OptimizationJobArn",
		list:     listed((*sagemaker.Client).ListOptimizationJobs),
		describe: described((*sagemaker.Client).DescribeOptimizationJob, "OptimizationJobName"),
		edges: [][]rule{
			readFrom.to(toBucket, "ModelSource.S3.S3Uri", "OptimizationConfigs[].ModelSpeculativeDecodingConfig.TrainingDataSource.S3Uri"),
			derivedFrom.to(toKind("AWSSageMakerModel"), "ModelSource.SageMakerModel.ModelName"),
			usedImage.to(toImage,
				"OptimizationConfigs[].{ModelQuantizationConfig,ModelCompilationConfig,ModelShardingConfig}.Image",
				"OptimizationOutput.RecommendedInferenceImage"),
			wroteTo.to(toBucket, "OutputConfig.S3OutputLocation"),
			encryptedBy.to(toKey, "OutputConfig.KmsKeyId"),
			produced.to(toKind("AWSSageMakerModel"), "OutputConfig.SageMakerModel.ModelName"),
			hasExecutionRole.to(toRole, "RoleArn"),
			vpcConfig("VpcConfig"),
			used.to(toKind("AWSSageMakerTrainingPlan"), "TrainingPlanArns[]"),
		},
	},
	{
		label:    "AWSSageMakerInferenceRecommendationsJob",
		noun:     "Job",
		arn:      "JobArn",
		list:     listed((*sagemaker.Client).ListInferenceRecommendationsJobs),
		describe: described((*sagemaker.Client).DescribeInferenceRecommendationsJob, "JobName"),
		edges: [][]rule{
			hasExecutionRole.to(toRole, "RoleArn"),
			used.to(toKind("AWSSageMakerModelPackage"), "InputConfig.ModelPackageVersionArn"),
			used.to(toKind("AWSSageMakerModel"), "InputConfig.ModelName"),
			encryptedBy.to(toKey, "InputConfig.VolumeKmsKeyId"),
			readFrom.to(toBucket, "InputConfig.ContainerConfig.PayloadConfig.SamplePayloadUrl"),
			vpcConfig("InputConfig.VpcConfig"),
			used.to(toKind("AWSSageMakerCompilationJob"), "InferenceRecommendations[].ModelConfiguration.CompilationJobName"),
			used.to(toKind("AWSSageMakerEndpoint"),
				"InputConfig.Endpoints[].EndpointName",
				"EndpointPerformances[].EndpointInfo.EndpointName",
				"InferenceRecommendations[].EndpointConfiguration.EndpointName"),
		},
	},
	{
		label:    "AWSSageMakerLabelingJob",
		arn:      "LabelingJobArn",
		list:     listed((*sagemaker.Client).ListLabelingJobs),
		describe: described((*sagemaker.Client).DescribeLabelingJob, "LabelingJobName"),
		edges: [][]rule{
			readFrom.to(toBucket,
				"InputConfig.DataSource.S3DataSource.ManifestS3Uri",
				"LabelCategoryConfigS3Uri",
				"HumanTaskConfig.UiConfig.UiTemplateS3Uri"),
			notified.to(toTopic, "InputConfig.DataSource.SnsDataSource.SnsTopicArn", "OutputConfig.SnsTopicArn"),
			wroteTo.to(toBucket, "OutputConfig.S3OutputPath", "LabelingJobOutput.OutputDatasetS3Uri"),
			encryptedBy.to(toKey, "OutputConfig.KmsKeyId", "LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId"),
			hasExecutionRole.to(toRole, "RoleArn"),
			vpcConfig("LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VpcConfig"),
			derivedFrom.to(toKind("AWSSageMakerModel"), "LabelingJobAlgorithmsConfig.InitialActiveLearningModelArn"),
			produced.to(toKind("AWSSageMakerModel"), "LabelingJobOutput.FinalActiveLearningModelArn"),
			used.to(toKind("AWSSageMakerWorkteam"), "HumanTaskConfig.WorkteamArn"),
			used.to(toKind("AWSSageMakerHumanTaskUi"), "HumanTaskConfig.UiConfig.HumanTaskUiArn"),
			invoked.to(toLambda,
				"HumanTaskConfig.PreHumanTaskLambdaArn",
				"HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn"),
		},
	},
	{
		label:    "AWSSageMakerJob",
		arn:      "JobArn",
		list:     each(listed((*sagemaker.Client).ListJobs), "JobCategory", types.JobCategory("").Values()),
		describe: described((*sagemaker.Client).DescribeJob, "JobCategory", "JobName"),
		search:   searched(types.ResourceTypeJob, "Job"),
		edges: [][]rule{
			hasExecutionRole.to(toRole, "RoleArn"),
			inDocument(referenced.to(toURI, "JobConfigDocument")),
		},
	},
}
