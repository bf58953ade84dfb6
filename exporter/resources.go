package exporter

import "strings"

// resources are the SageMaker kinds that references can point to, each with the
// resource part of its ARN. The last {Name} is what a reference by name gives;
// those before it stand in the record that has the reference. Source: Service
// Authorization Reference, resource types of Amazon SageMaker.
var resources = []struct{ label, template, doc string }{
	{"AWSSageMakerAIBenchmarkJob", "ai-benchmark-job/{AIBenchmarkJobName}", "benchmark of an endpoint"},
	{"AWSSageMakerAIRecommendationJob", "ai-recommendation-job/{AIRecommendationJobName}", "search for the best way to deploy a model"},
	{"AWSSageMakerAIWorkloadConfig", "ai-workload-config/{AIWorkloadConfigName}", "load that benchmarks are run with"},
	{"AWSSageMakerAction", "action/{ActionName}", "lineage: something that was done"},
	{"AWSSageMakerAlgorithm", "algorithm/{AlgorithmName}", "algorithm resource"},
	{"AWSSageMakerApp", "app/{DomainId}/{UserProfileName|SpaceName}/{AppType}/{AppName}", "running Studio application"},
	{"AWSSageMakerAppImageConfig", "app-image-config/{AppImageConfigName}", "how a custom image runs in Studio"},
	{"AWSSageMakerArtifact", "artifact/{ArtifactName}", "lineage: something that was made or used"},
	{"AWSSageMakerAutoMLJob", "automl-job/{AutoMLJobName}", "Autopilot job"},
	{"AWSSageMakerCluster", "cluster/{ClusterName}", "HyperPod cluster"},
	{"AWSSageMakerClusterNode", "cluster/{ClusterName}/node/{InstanceId|NodeLogicalId}", "instance of a HyperPod cluster"},
	{"AWSSageMakerClusterSchedulerConfig", "cluster-scheduler-config/{ClusterSchedulerConfigId}", "how a HyperPod cluster shares its capacity"},
	{"AWSSageMakerCodeRepository", "code-repository/{CodeRepositoryName}", "Git repository registered with SageMaker"},
	{"AWSSageMakerCompilationJob", "compilation-job/{CompilationJobName}", "Neo compilation of a model"},
	{"AWSSageMakerComputeQuota", "compute-quota/{ComputeQuotaId}", "share of a HyperPod cluster"},
	{"AWSSageMakerContext", "context/{ContextName}", "lineage: what other entities belong to"},
	{"AWSSageMakerDataQualityJobDefinition", "data-quality-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}", "data quality monitoring"},
	{"AWSSageMakerDevice", "device-fleet/{DeviceFleetName}/device/{DeviceName}", "device of an edge fleet"},
	{"AWSSageMakerDeviceFleet", "device-fleet/{DeviceFleetName}", "edge devices"},
	{"AWSSageMakerDomain", "domain/{DomainId}", "Studio domain"},
	{"AWSSageMakerEdgeDeploymentPlan", "edge-deployment/{EdgeDeploymentPlanName}", "roll-out of models to edge devices"},
	{"AWSSageMakerEdgePackagingJob", "edge-packaging-job/{EdgePackagingJobName}", "packaging of a model for edge devices"},
	{"AWSSageMakerEndpoint", "endpoint/{EndpointName}", "model inference endpoint"},
	{"AWSSageMakerEndpointConfig", "endpoint-config/{EndpointConfigName}", "endpoint configuration"},
	{"AWSSageMakerExperiment", "experiment/{ExperimentName}", "experiment"},
	{"AWSSageMakerFeatureGroup", "feature-group/{FeatureGroupName}", "group of features in the feature store"},
	{"AWSSageMakerFlowDefinition", "flow-definition/{FlowDefinitionName}", "human review workflow"},
	{"AWSSageMakerHub", "hub/{HubName}", "collection of models and notebooks"},
	{"AWSSageMakerHubContent", "hub-content/{HubName}/{HubContentType}/{HubContentName}/{HubContentVersion}", "model, notebook or data set in a hub"},
	{"AWSSageMakerHumanTaskUi", "human-task-ui/{HumanTaskUiName}", "page that human workers see"},
	{"AWSSageMakerHyperParameterTuningJob", "hyper-parameter-tuning-job/{HyperParameterTuningJobName}", "hyperparameter tuning job"},
	{"AWSSageMakerImage", "image/{ImageName}", "custom Studio image"},
	{"AWSSageMakerImageVersion", "image-version/{ImageName}/{Version}", "version of a custom Studio image"},
	{"AWSSageMakerInferenceComponent", "inference-component/{InferenceComponentName}", "model copies on an endpoint"},
	{"AWSSageMakerInferenceExperiment", "inference-experiment/{Name}", "shadow test of a model"},
	{"AWSSageMakerInferenceRecommendationsJob", "inference-recommendations-job/{JobName}", "search for the best instance for a model"},
	{"AWSSageMakerJob", "job/{JobCategory}/{JobName}", "agent fine-tuning or evaluation job"},
	{"AWSSageMakerLabelingJob", "labeling-job/{LabelingJobName}", "Ground Truth labeling job"},
	{"AWSSageMakerLineageGroup", "lineage-group/{LineageGroupName}", "lineage entities that are shared as one"},
	{"AWSSageMakerMlflowApp", "mlflow-app/{Name}", "MLflow app"},
	{"AWSSageMakerMlflowTrackingServer", "mlflow-tracking-server/{TrackingServerName}", "MLflow tracking server"},
	{"AWSSageMakerModel", "model/{ModelName}", "deployable model"},
	{"AWSSageMakerModelBiasJobDefinition", "model-bias-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}", "bias monitoring"},
	{"AWSSageMakerModelCard", "model-card/{ModelCardName}", "documentation of a model"},
	{"AWSSageMakerModelCardExportJob", "model-card/{ModelCardName}/export-job/{ModelCardExportJobName}", "export of a model card as PDF"},
	{"AWSSageMakerModelExplainabilityJobDefinition", "model-explainability-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}", "explainability monitoring"},
	{"AWSSageMakerModelPackage", "model-package/{ModelPackageName}", "model registry entry"},
	{"AWSSageMakerModelPackageGroup", "model-package-group/{ModelPackageGroupName}", "group of model registry versions"},
	{"AWSSageMakerModelQualityJobDefinition", "model-quality-job-definition/{JobDefinitionName|MonitoringJobDefinitionName}", "model quality monitoring"},
	{"AWSSageMakerMonitoringAlert", "monitoring-schedule/{MonitoringScheduleName}/alert/{MonitoringAlertName}", "alert of a monitoring schedule"},
	{"AWSSageMakerMonitoringExecution", "monitoring-schedule/{MonitoringScheduleName}/execution/{ScheduledTime}", "run of a monitoring schedule"},
	{"AWSSageMakerMonitoringSchedule", "monitoring-schedule/{MonitoringScheduleName}", "when an endpoint is monitored, and for what"},
	{"AWSSageMakerNotebookInstance", "notebook-instance/{NotebookInstanceName}", "notebook instance"},
	{"AWSSageMakerNotebookInstanceLifecycleConfig", "notebook-instance-lifecycle-config/{NotebookInstanceLifecycleConfigName}", "start-up scripts of notebook instances"},
	{"AWSSageMakerOptimizationJob", "optimization-job/{OptimizationJobName}", "optimization of a model for inference"},
	{"AWSSageMakerPartnerApp", "partner-app/{Name}", "partner's application in Studio"},
	{"AWSSageMakerPipeline", "pipeline/{PipelineName}", "workflow of steps"},
	{"AWSSageMakerPipelineExecution", "pipeline/{PipelineName}/execution/{PipelineExecutionId}", "run of a pipeline"},
	{"AWSSageMakerPipelineExecutionStep", "pipeline/{PipelineName}/execution/{PipelineExecutionId}/step/{StepName}", "step of a pipeline's run"},
	{"AWSSageMakerPipelineStep", "pipeline/{PipelineName}/step/{Name}", "step in a pipeline's definition"},
	{"AWSSageMakerPipelineVersion", "pipeline/{PipelineName}/version/{PipelineVersionId}", "version of a pipeline"},
	{"AWSSageMakerProcessingJob", "processing-job/{ProcessingJobName}", "processing job"},
	{"AWSSageMakerProject", "project/{ProjectName}", "resources made from a template"},
	{"AWSSageMakerReservedCapacity", "reserved-capacity/{ReservedCapacityId}", "capacity that a training plan reserves"},
	{"AWSSageMakerResourceCatalog", "sagemaker-catalog/{ResourceCatalogName}", "catalog of feature groups"},
	{"AWSSageMakerSpace", "space/{DomainId}/{SpaceName}", "Studio space"},
	{"AWSSageMakerStudioLifecycleConfig", "studio-lifecycle-config/{StudioLifecycleConfigName}", "start-up script of Studio applications"},
	{"AWSSageMakerSubscribedWorkteam", "workteam/vendor-crowd/{ListingId}", "work team of a vendor"},
	{"AWSSageMakerTrainingJob", "training-job/{TrainingJobName}", "training job"},
	{"AWSSageMakerTrainingPlan", "training-plan/{TrainingPlanName}", "reserved training capacity"},
	{"AWSSageMakerTrainingSession", "training-session/{TrainingSessionName}", "interactive training session"},
	{"AWSSageMakerTransformJob", "transform-job/{TransformJobName}", "batch transform job"},
	{"AWSSageMakerTrial", "experiment-trial/{TrialName}", "trial of an experiment"},
	{"AWSSageMakerTrialComponent", "experiment-trial-component/{TrialComponentName}", "step of a trial"},
	{"AWSSageMakerUltraServer", "reserved-capacity/{ReservedCapacityId}/ultraserver/{UltraServerId}", "UltraServer of a reserved capacity"},
	{"AWSSageMakerUserProfile", "user-profile/{DomainId}/{UserProfileName}", "user of a Studio domain"},
	{"AWSSageMakerWorkforce", "workforce/{WorkforceName}", "human workers"},
	{"AWSSageMakerWorkteam", "workteam/private-crowd/{WorkteamName}", "team of human workers"},
}

// resourceTemplate returns the resource part of the ARNs of a SageMaker label,
// or "" for any other label.
func resourceTemplate(label string) string {
	for i := range resources {
		if resources[i].label == label {
			return resources[i].template
		}
	}
	return ""
}

// labelOfARN returns the label that a resource with this ARN has, or "" where
// the graph has none for it.
func labelOfARN(a arn) string {
	typ, _ := a.typeAndName()
	if a.service == "sagemaker" {
		for i := range resources {
			if fits(resources[i].template, a.resource, true) {
				return resources[i].label
			}
		}
		// Another shape of the same type: the most general kind of that type.
		label, fewest := "", 0
		for i := range resources {
			n := strings.Count(resources[i].template, "/")
			if fits(resources[i].template, a.resource, false) && (label == "" || n <= fewest) {
				label, fewest = resources[i].label, n
			}
		}
		return label
	}
	for i := range neighbors {
		n := &neighbors[i]
		if n.service == a.service && n.typ == typ {
			return n.label
		}
	}
	return ""
}

// resourceName is the name in the resource part of an ARN of a label, or "" where
// the ARN has another shape than the label's template.
func resourceName(label string, a arn) string {
	template, parts := strings.Split(resourceTemplate(label), "/"), strings.Split(a.resource, "/")
	last := len(parts) - 1
	switch {
	case label == hubContentLabel && len(parts) == 2:
		return parts[1] // named without its hub
	case len(template) != len(parts):
		return ""
	case label == hubContentLabel:
		return parts[last-1] // its version comes last
	case strings.HasSuffix(template[last], "Name}"):
		return parts[last]
	}
	return ""
}

// fits reports whether a resource part has the shape of a template: its type
// alone, or all of it.
func fits(template, resource string, all bool) bool {
	t, r := strings.Split(template, "/"), strings.Split(resource, "/")
	if !all {
		return t[0] == r[0]
	}
	if len(t) != len(r) {
		return false
	}
	for i := range t {
		if t[i][0] != '{' && t[i] != r[i] {
			return false
		}
	}
	return true
}
