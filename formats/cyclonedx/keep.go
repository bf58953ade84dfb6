package cyclonedx

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/lineage"
)

// The labels that the document knows.
const (
	endpoint       = "AWSSageMakerEndpoint"
	endpointConfig = "AWSSageMakerEndpointConfig"
	component      = "AWSSageMakerInferenceComponent"
	model          = "AWSSageMakerModel"
	modelPackage   = "AWSSageMakerModelPackage"
	algorithm      = "AWSSageMakerAlgorithm"
	hubContent     = "AWSSageMakerHubContent"
	modelCard      = "AWSSageMakerModelCard"
	cardVersion    = "AWSSageMakerModelCardVersion"
	featureGroup   = "AWSSageMakerFeatureGroup"
	image          = "AWSECRRepositoryImage"
	bucket         = "AWSS3Bucket"

	trainingJob     = "AWSSageMakerTrainingJob"
	tuningJob       = "AWSSageMakerHyperParameterTuningJob"
	autoMLJob       = "AWSSageMakerAutoMLJob"
	processingJob   = "AWSSageMakerProcessingJob"
	transformJob    = "AWSSageMakerTransformJob"
	labelingJob     = "AWSSageMakerLabelingJob"
	compilationJob  = "AWSSageMakerCompilationJob"
	optimizationJob = "AWSSageMakerOptimizationJob"
)

// columns are those of each label that the document is made from.
const columns = `
AWSSageMakerEndpoint name account_id region status creation_time:T endpoint_config_name data_capture_config_enable_capture:B data_capture_config_destination_s3_uri async_inference_config_output_config:J
AWSSageMakerEndpointConfig name production_variants:J shadow_production_variants:J
AWSSageMakerInferenceComponent name account_id region status creation_time:T variant_name specification_model_name specification_base_inference_component_name specification_container:J specifications:J
AWSSageMakerModel name account_id region creation_time:T enable_network_isolation:B containers:J primary_container_environment:M tags:M
AWSSageMakerModelPackage name account_id region creation_time:T status model_package_group_name model_package_version:I model_package_description model_approval_status approval_description model_life_cycle_stage model_life_cycle_stage_status domain task source_uri certify_for_marketplace:B inference_specification_containers:J inference_specification_supported_content_types:L inference_specification_supported_response_mime_types:L additional_inference_specifications:J source_algorithm_specification_source_algorithms:J model_metrics_bias:J model_metrics_explainability:J model_metrics_model_data_quality:J model_metrics_model_quality:J model_card_model_card_content model_card_model_card_status customer_metadata_properties:M tags:M
AWSSageMakerAlgorithm name account_id region creation_time:T status algorithm_description training_specification_training_image training_specification_training_image_digest product_id tags:M
AWSSageMakerHubContent name account_id region creation_time:T status hub_name hub_content_type hub_content_version hub_content_description hub_content_document sage_maker_public_hub_content_arn support_status tags:M
AWSSageMakerModelCard name account_id region creation_time:T status model_card_version:I content
AWSSageMakerModelCardVersion name account_id region creation_time:T model_card_status model_card_version:I content
AWSSageMakerFeatureGroup name account_id region creation_time:T status description tags:M
AWSECRRepositoryImage uri tag digest
AWSS3Bucket name region
AWSEfsFileSystem
AWSFsxFileSystem
AWSAthenaWorkGroup
AWSGlueDatabase
AWSGlueTable
AWSRedshiftCluster
AWSRedshiftDatabase
AWSSageMakerTrainingJob name account_id region status creation_time:T training_start_time:T training_end_time:T resource_config_instance_type resource_config_instance_count:I
AWSSageMakerHyperParameterTuningJob name account_id region status creation_time:T hyper_parameter_tuning_end_time:T
AWSSageMakerAutoMLJob name account_id region status creation_time:T end_time:T auto_ml_problem_type_config_name
AWSSageMakerProcessingJob name account_id region status creation_time:T processing_start_time:T processing_end_time:T
AWSSageMakerTransformJob name account_id region status creation_time:T transform_start_time:T transform_end_time:T
AWSSageMakerLabelingJob name account_id region status creation_time:T
AWSSageMakerCompilationJob name account_id region status creation_time:T compilation_start_time:T compilation_end_time:T model_digests_artifact_digest
AWSSageMakerOptimizationJob name account_id region status creation_time:T optimization_start_time:T optimization_end_time:T
`

// models are the labels of which others are made, and jobs those that make them.
var (
	models = []string{model, modelPackage, algorithm, hubContent}
	jobs   = []string{trainingJob, tuningJob, autoMLJob, processingJob, transformJob, labelingJob, compilationJob, optimizationJob}
)

func isModel(label string) bool { return slices.Contains(models, label) }
func isJob(label string) bool   { return slices.Contains(jobs, label) }

// Keep is the part of a graph that the document is made from: what lineage follows,
// and what says what is deployed and described.
func Keep() *view.Keep {
	serves := func(from, to string) bool {
		return from == endpoint && to == endpointConfig || from == component && (to == model || to == component)
	}
	loads := func(from, _ string) bool { return from == model || from == modelPackage || from == component }
	return view.Union(lineage.Keep(), &view.Keep{Labels: view.Columns(columns), Edges: map[string]view.KeepEdges{
		"USED":                    {Ends: serves},
		"REFERENCED":              {Ends: func(from, to string) bool { return from == endpointConfig && to == model }},
		"CONTAINS":                {Ends: func(from, to string) bool { return from == endpoint && to == component }},
		"DERIVED_FROM":            {Ends: func(from, _ string) bool { return from == model || from == modelPackage }},
		"DESCRIBED":               {Ends: func(_, to string) bool { return isModel(to) }},
		"USED_IMAGE":              {Ends: func(from, _ string) bool { return from == component || from == endpoint }},
		"REFERENCED_ARTIFACTS_IN": {Ends: loads, Details: true},
	}})
}

// short is a label as sgexport's options and pages name it.
func short(label string) string {
	return strings.TrimPrefix(strings.TrimPrefix(label, "AWSSageMaker"), "AWS")
}
