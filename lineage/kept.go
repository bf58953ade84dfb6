package lineage

import (
	"sync"

	"github.com/sgexport/sgexport/graph/view"
)

// keptLabels are the labels that lineage goes through, with what it says of each.
const keptLabels = `
AWSAthenaWorkGroup name
AWSBedrockResource name
AWSECRRepository name
AWSECRRepositoryImage
AWSEMRCluster
AWSEMRServerlessApplication
AWSEfsFileSystem
AWSFsxFileSystem
AWSGlueDatabase name
AWSGlueTable name
AWSLambda name
AWSRedshiftDatabase name
AWSRole name
AWSS3Bucket name
AWSSNSTopic name
AWSSQSQueue name
AWSSageMakerAIBenchmarkJob name status creation_time:T end_time:T
AWSSageMakerAIRecommendationJob name status creation_time:T end_time:T
AWSSageMakerAIWorkloadConfig name
AWSSageMakerAction name status
AWSSageMakerAlgorithm name status
AWSSageMakerArtifact name
AWSSageMakerAutoMLCandidate name status
AWSSageMakerAutoMLJob name status creation_time:T end_time:T
AWSSageMakerCluster name status
AWSSageMakerCompilationJob name status creation_time:T compilation_end_time:T
AWSSageMakerContext name
AWSSageMakerDataQualityJobDefinition name
AWSSageMakerDevice name
AWSSageMakerDeviceFleet name
AWSSageMakerEdgeDeploymentPlan name
AWSSageMakerEdgePackagingJob name status
AWSSageMakerEndpoint name status
AWSSageMakerEndpointConfig name
AWSSageMakerFeatureGroup name status
AWSSageMakerFlowDefinition name status
AWSSageMakerHub name status
AWSSageMakerHubContent name status
AWSSageMakerHyperParameterTuningJob name status creation_time:T hyper_parameter_tuning_end_time:T
AWSSageMakerInferenceComponent name status
AWSSageMakerInferenceExperiment name status
AWSSageMakerInferenceRecommendationsJob name status
AWSSageMakerJob name status job_config_document creation_time:T end_time:T
AWSSageMakerLabelingJob name status
AWSSageMakerMlflowApp name status
AWSSageMakerMlflowTrackingServer name status
AWSSageMakerModel name
AWSSageMakerModelBiasJobDefinition name
AWSSageMakerModelExplainabilityJobDefinition name
AWSSageMakerModelPackage name status model_approval_status
AWSSageMakerModelPackageGroup name status
AWSSageMakerModelQualityJobDefinition name
AWSSageMakerMonitoringExecution name status
AWSSageMakerMonitoringSchedule name status
AWSSageMakerNotebookInstance name status
AWSSageMakerOptimizationJob name status creation_time:T optimization_end_time:T
AWSSageMakerPipeline name status
AWSSageMakerPipelineExecution name status creation_time:T
AWSSageMakerPipelineExecutionStep name step_status start_time:T end_time:T
AWSSageMakerPipelineStep name type condition depends_on:L settings:J
AWSSageMakerPipelineVersion name
AWSSageMakerProcessingJob name status creation_time:T processing_end_time:T
AWSSageMakerTrainingJob name status creation_time:T training_end_time:T
AWSSageMakerTrainingSession name status creation_time:T end_time:T
AWSSageMakerTransformJob name status creation_time:T transform_end_time:T
AWSSageMakerTrialComponent name status_primary_status start_time:T end_time:T
`

// lineageTypes are the types of edges of which some are lineage.
const lineageTypes = `ASSOCIATED_WITH CALLED_BY CONTAINS DERIVED_FROM INVOKED MEMBER_OF MONITORED NOTIFIED PRODUCED
PRODUCED_MODEL_ARTIFACT READ_FROM REFERENCED REFERENCED_ARTIFACTS_IN REPO_IMAGE USED USED_IMAGE WROTE_TO`

// Keep is the part of a graph that lineage follows, and what [Lineage.Pipelines]
// needs beside.
func Keep() *view.Keep {
	keep := &view.Keep{Labels: view.Columns(keptLabels), Edges: map[string]view.KeepEdges{}}
	t := newTable()
	for _, typ := range words(lineageTypes) {
		keep.Edges[typ] = view.KeepEdges{Ends: t.endsOf(typ), Details: true}
	}
	keep.Edges["DEPENDS_ON"] = view.KeepEdges{Details: true}
	keep.Edges["HAS_EXECUTION_ROLE"] = view.KeepEdges{Details: true}
	return keep
}

// endsOf tells edges of a type that may be lineage, or are about a pipeline, by their
// labels.
func (t *table) endsOf(typ string) func(from, to string) bool {
	var known sync.Map
	return func(from, to string) bool {
		key := [2]string{from, to}
		if may, ok := known.Load(key); ok {
			return may.(bool)
		}
		may := t.mayFlow(typ, from, to) || aboutPipelines[from]
		known.Store(key, may)
		return may
	}
}
