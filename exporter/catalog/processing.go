package catalog

import "github.com/aws/aws-sdk-go-v2/service/sagemaker"

var processingKinds = []Entry{
	{
		Label:    "AWSSageMakerProcessingJob",
		Doc:      "processing job",
		Resource: "processing-job/{ProcessingJobName}",
		ARN:      "ProcessingJobArn",
		List:     listed((*sagemaker.Client).ListProcessingJobs),
		Describe: described((*sagemaker.Client).DescribeProcessingJob, "ProcessingJobName"),
		Search:   sourceOf("ProcessingJob", "SageMakerProcessingJob"),
		Final:    finally("ProcessingJobStatus", "Completed", "Failed", "Stopped"),
		Edges: [][]Rule{
			readFrom.to(toBucket, "ProcessingInputs[].S3Input.S3Uri"),
			under("ProcessingInputs[].DatasetDefinition.AthenaDatasetDefinition",
				readFrom.to(toGlueCatalog, "Catalog"),
				readFrom.to(toGlueDatabase, "Database"),
				readFrom.to(toWorkGroup, "WorkGroup"),
				wroteTo.to(toBucket, "OutputS3Uri"),
				encryptedBy.to(toKey, "KmsKeyId"),
			),
			under("ProcessingInputs[].DatasetDefinition.RedshiftDatasetDefinition",
				readFrom.to(toRedshift, "ClusterId"),
				readFrom.to(toRedshiftDatabase, "Database"),
				canUseRole.to(toRole, "ClusterRoleArn"),
				wroteTo.to(toBucket, "OutputS3Uri"),
				encryptedBy.to(toKey, "KmsKeyId"),
			),
			wroteTo.to(toBucket, "ProcessingOutputConfig.Outputs[].S3Output.S3Uri"),
			wroteTo.to(toKind("AWSSageMakerFeatureGroup"), "ProcessingOutputConfig.Outputs[].FeatureStoreOutput.FeatureGroupName"),
			encryptedBy.to(toKey, "ProcessingOutputConfig.KmsKeyId", "ProcessingResources.ClusterConfig.VolumeKmsKeyId"),
			usedImage.to(toImage, "AppSpecification.ImageUri"),
			vpcConfig("NetworkConfig.VpcConfig"),
			hasExecutionRole.to(toRole, "RoleArn"),
			experiment,
			produced.from(toKind("AWSSageMakerMonitoringSchedule"), "MonitoringScheduleArn"),
			produced.from(toKind("AWSSageMakerAutoMLJob"), "AutoMLJobArn"),
			produced.from(toKind("AWSSageMakerTrainingJob"), "TrainingJobArn"),
		},
	},
}
