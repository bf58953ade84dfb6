package exporter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// modelData are the artifacts that a container, or a source algorithm, loads.
func modelData(container string) []rule {
	return slices.Concat(
		referencedArtifacts.to(toBucket,
			container+".ModelDataUrl",
			container+".ModelDataSource.S3DataSource.{S3Uri,ManifestS3Uri}"),
		derivedFrom.to(toKind(hubContentLabel),
			container+".ModelDataSource.S3DataSource.HubAccessConfig.HubContentArn"),
	)
}

func additionalModelData(container string) []rule {
	return slices.Concat(
		referencedArtifacts.to(toBucket, container+".AdditionalModelDataSources[].S3DataSource.{S3Uri,ManifestS3Uri}"),
		derivedFrom.to(toKind(hubContentLabel), container+".AdditionalModelDataSources[].S3DataSource.HubAccessConfig.HubContentArn"),
	)
}

// packageContainers are the containers of an inference specification.
func packageContainers(containers string) []rule {
	return slices.Concat(
		usedImage.to(toImage, containers+".Image"),
		modelData(containers),
		additionalModelData(containers),
		referencedArtifacts.to(toBucket, containers+".AdditionalS3DataSource.S3Uri"),
		derivedFrom.to(toHubContent, containers+".BaseModel.HubContentName"),
	)
}

// validationTransform is the transform job that validates a package or an
// algorithm.
var validationTransform = under("ValidationSpecification.ValidationProfiles[].TransformJobDefinition",
	readFrom.to(toBucket, "TransformInput.DataSource.S3DataSource.S3Uri"),
	wroteTo.to(toBucket, "TransformOutput.S3OutputPath"),
	encryptedBy.to(toKey, "TransformOutput.KmsKeyId", "TransformResources.VolumeKmsKeyId"),
)

var registryKinds = []kind{
	{
		label: "AWSSageMakerModelPackage",
		arn:   "ModelPackageArn",
		// Without a type the API lists only packages that are in no group.
		list: listed((*sagemaker.Client).ListModelPackages, func(in *sagemaker.ListModelPackagesInput) {
			in.ModelPackageType = types.ModelPackageTypeBoth
		}),
		describe: described((*sagemaker.Client).DescribeModelPackage, "ModelPackageName=ModelPackageArn"),
		search:   searched(types.ResourceTypeModelPackage, "ModelPackage"),
		edges: [][]rule{
			memberOf.to(toKind("AWSSageMakerModelPackageGroup"), "ModelPackageGroupName"),
			packageContainers("InferenceSpecification.Containers[]"),
			packageContainers("AdditionalInferenceSpecifications[].Containers[]"),
			modelData("SourceAlgorithmSpecification.SourceAlgorithms[]"),
			derivedFrom.to(toKind("AWSSageMakerAlgorithm"), "SourceAlgorithmSpecification.SourceAlgorithms[].AlgorithmName"),
			derivedFrom.to(toURI, "SourceUri"),
			hasExecutionRole.to(toRole, "ValidationSpecification.ValidationRole"),
			validationTransform,
			referenced.to(toBucket,
				"ModelMetrics.{ModelQuality,ModelDataQuality}.{Statistics,Constraints}.S3Uri",
				"ModelMetrics.Bias.{Report,PreTrainingReport,PostTrainingReport}.S3Uri",
				"ModelMetrics.Explainability.Report.S3Uri",
				"DriftCheckBaselines.Bias.{ConfigFile,PreTrainingConstraints,PostTrainingConstraints}.S3Uri",
				"DriftCheckBaselines.Explainability.{Constraints,ConfigFile}.S3Uri",
				"DriftCheckBaselines.{ModelQuality,ModelDataQuality}.{Statistics,Constraints}.S3Uri",
				"SamplePayloadUrl"),
			encryptedBy.to(toKey, "SecurityConfig.KmsKeyId"),
		},
	},
	{
		label:    "AWSSageMakerModelPackageGroup",
		arn:      "ModelPackageGroupArn",
		list:     listed((*sagemaker.Client).ListModelPackageGroups),
		describe: described((*sagemaker.Client).DescribeModelPackageGroup, "ModelPackageGroupName"),
		search:   searched(types.ResourceTypeModelPackageGroup, "ModelPackageGroup"),
	},
	{
		label:    "AWSSageMakerAlgorithm",
		arn:      "AlgorithmArn",
		list:     listed((*sagemaker.Client).ListAlgorithms),
		describe: described((*sagemaker.Client).DescribeAlgorithm, "AlgorithmName"),
		edges: [][]rule{
			usedImage.to(toImage, "TrainingSpecification.TrainingImage"),
			referencedArtifacts.to(toBucket, "TrainingSpecification.AdditionalS3DataSource.S3Uri"),
			packageContainers("InferenceSpecification.Containers[]"),
			hasExecutionRole.to(toRole, "ValidationSpecification.ValidationRole"),
			under("ValidationSpecification.ValidationProfiles[].TrainingJobDefinition",
				readFrom.to(toBucket, "InputDataConfig[].DataSource.S3DataSource.S3Uri"),
				derivedFrom.to(toKind(hubContentLabel), "InputDataConfig[].DataSource.S3DataSource.HubAccessConfig.HubContentArn"),
				readFrom.to(toFileSystem, "InputDataConfig[].DataSource.FileSystemDataSource.FileSystemId"),
				readFrom.to(toKind(hubContentLabel), "InputDataConfig[].DataSource.DatasetSource.DatasetArn"),
				wroteTo.to(toBucket, "OutputDataConfig.S3OutputPath"),
				encryptedBy.to(toKey, "OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId"),
				used.to(toKind("AWSSageMakerTrainingPlan"), "ResourceConfig.{TrainingPlanArn,InstancePreferences[].TrainingPlanArns[]}"),
			),
			validationTransform,
		},
	},
	{
		label: "AWSSageMakerModelCard",
		arn:   "ModelCardArn",
		list:  listed((*sagemaker.Client).ListModelCards),
		// All of the content would need the right to decrypt it.
		describe: with(described((*sagemaker.Client).DescribeModelCard, "ModelCardName"), func(in *sagemaker.DescribeModelCardInput) {
			in.IncludedData = types.IncludedDataMetadataOnly
		}),
		search: searched(types.ResourceTypeModelCard, "ModelCard"),
		edges: [][]rule{
			encryptedBy.to(toKey, "SecurityConfig.KmsKeyId"),
			inDocument(documented.to(toModelOrPackage, "Content")),
		},
	},
	{
		label:    "AWSSageMakerModelCardExportJob",
		arn:      "ModelCardExportJobArn",
		list:     listed((*sagemaker.Client).ListModelCardExportJobs).of("AWSSageMakerModelCard", "ModelCardName=name"),
		describe: described((*sagemaker.Client).DescribeModelCardExportJob, "ModelCardExportJobArn"),
		edges: [][]rule{
			used.to(toKind("AWSSageMakerModelCard"), "ModelCardName"),
			wroteTo.to(toBucket, "OutputConfig.S3OutputPath", "ExportArtifacts.S3ExportArtifacts"),
		},
	},
}
