package catalog

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// modelData are the artifacts that a container, or a source algorithm, loads.
func modelData(container string) []Rule {
	return slices.Concat(
		referencedArtifacts.to(toBucket,
			container+".ModelDataUrl",
			container+".ModelDataSource.S3DataSource.{S3Uri,ManifestS3Uri}"),
		derivedFrom.to(toKind(hubContentLabel),
			container+".ModelDataSource.S3DataSource.HubAccessConfig.HubContentArn"),
	)
}

func additionalModelData(container string) []Rule {
	return slices.Concat(
		referencedArtifacts.to(toBucket, container+".AdditionalModelDataSources[].S3DataSource.{S3Uri,ManifestS3Uri}"),
		derivedFrom.to(toKind(hubContentLabel), container+".AdditionalModelDataSources[].S3DataSource.HubAccessConfig.HubContentArn"),
	)
}

// packageContainers are the containers of an inference specification.
func packageContainers(containers string) []Rule {
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

// withoutContent leaves out of a model card what only those may read who may
// decrypt it.
func withoutContent(in *sagemaker.DescribeModelCardInput) {
	in.IncludedData = types.IncludedDataMetadataOnly
}

// modelCard is what a model card and its versions tell.
var modelCard = slices.Concat(
	encryptedBy.to(toKey, "SecurityConfig.KmsKeyId"),
	inDocument(documented.to(toModelOrPackage, "Content")),
	createdBy,
)

var registryKinds = []Entry{
	{
		Label:    "AWSSageMakerModelPackage",
		Doc:      "model registry entry",
		Resource: "model-package/{ModelPackageName}",
		ARN:      "ModelPackageArn",
		// Without a type the API lists only packages that are in no group.
		List: listed((*sagemaker.Client).ListModelPackages, func(in *sagemaker.ListModelPackagesInput) {
			in.ModelPackageType = types.ModelPackageTypeBoth
		}),
		Describe: described((*sagemaker.Client).DescribeModelPackage, "ModelPackageName=ModelPackageArn"),
		Search:   searched(types.ResourceTypeModelPackage, "ModelPackage"),
		Edges: [][]Rule{
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
			createdBy,
		},
	},
	{
		Label:    "AWSSageMakerModelPackageGroup",
		Doc:      "group of model registry versions",
		Resource: "model-package-group/{ModelPackageGroupName}",
		ARN:      "ModelPackageGroupArn",
		List:     listed((*sagemaker.Client).ListModelPackageGroups),
		Describe: described((*sagemaker.Client).DescribeModelPackageGroup, "ModelPackageGroupName"),
		Search:   searched(types.ResourceTypeModelPackageGroup, "ModelPackageGroup"),
		Edges:    [][]Rule{creator("CreatedBy")},
	},
	{
		Label:    "AWSSageMakerAlgorithm",
		Doc:      "algorithm resource",
		Resource: "algorithm/{AlgorithmName}",
		ARN:      "AlgorithmArn",
		List:     listed((*sagemaker.Client).ListAlgorithms),
		Describe: described((*sagemaker.Client).DescribeAlgorithm, "AlgorithmName"),
		Final:    finally("AlgorithmStatus", "Completed", "Failed"),
		Edges: [][]Rule{
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
		Label:    "AWSSageMakerModelCard",
		Doc:      "documentation of a model",
		Resource: "model-card/{ModelCardName}",
		ARN:      "ModelCardArn",
		List:     listed((*sagemaker.Client).ListModelCards),
		Describe: with(described((*sagemaker.Client).DescribeModelCard, "ModelCardName"), withoutContent),
		Search:   searched(types.ResourceTypeModelCard, "ModelCard"),
		Edges:    [][]Rule{modelCard},
	},
	{
		Label:    "AWSSageMakerModelCardVersion",
		Doc:      "version of a model card, the newest included",
		Resource: "model-card/{ModelCardName}/version/{ModelCardVersion}",
		ID:       "{^}/version/{ModelCardVersion}",
		List:     listed((*sagemaker.Client).ListModelCardVersions).of("AWSSageMakerModelCard", "ModelCardName=name"),
		Describe: with(described((*sagemaker.Client).DescribeModelCard, "ModelCardName", "ModelCardVersion"), withoutContent),
		Edges:    [][]Rule{contains.from(toKind("AWSSageMakerModelCard"), "ModelCardArn"), modelCard},
	},
	{
		Label:    "AWSSageMakerModelCardExportJob",
		Doc:      "export of a model card as PDF",
		Resource: "model-card/{ModelCardName}/export-job/{ModelCardExportJobName}",
		ARN:      "ModelCardExportJobArn",
		List:     listed((*sagemaker.Client).ListModelCardExportJobs).of("AWSSageMakerModelCard", "ModelCardName=name"),
		Describe: described((*sagemaker.Client).DescribeModelCardExportJob, "ModelCardExportJobArn"),
		Final:    finally("Status", "Completed", "Failed"),
		Edges: [][]Rule{
			used.to(toKind("AWSSageMakerModelCard"), "ModelCardName"),
			wroteTo.to(toBucket, "OutputConfig.S3OutputPath", "ExportArtifacts.S3ExportArtifacts"),
		},
	},
}
