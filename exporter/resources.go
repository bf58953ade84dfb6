package exporter

import "strings"

// resources are the SageMaker kinds that references can point to, each with the
// resource part of its ARN. The last {Name} is what a reference by name gives;
// those before it stand in the record that has the reference. Source: Service
// Authorization Reference, resource types of Amazon SageMaker.
var resources = []struct{ label, template, doc string }{
	{"AWSSageMakerAlgorithm", "algorithm/{AlgorithmName}", "algorithm resource"},
	{"AWSSageMakerApp", "app/{DomainId}/{UserProfileName|SpaceName}/{AppType}/{AppName}", "running Studio application"},
	{"AWSSageMakerAppImageConfig", "app-image-config/{AppImageConfigName}", "how a custom image runs in Studio"},
	{"AWSSageMakerAutoMLJob", "automl-job/{AutoMLJobName}", "Autopilot job"},
	{"AWSSageMakerCodeRepository", "code-repository/{CodeRepositoryName}", "Git repository registered with SageMaker"},
	{"AWSSageMakerDomain", "domain/{DomainId}", "Studio domain"},
	{"AWSSageMakerEndpoint", "endpoint/{EndpointName}", "model inference endpoint"},
	{"AWSSageMakerEndpointConfig", "endpoint-config/{EndpointConfigName}", "endpoint configuration"},
	{"AWSSageMakerExperiment", "experiment/{ExperimentName}", "experiment"},
	{"AWSSageMakerHubContent", "hub-content/{HubContentName}", "model, notebook or data set in a hub"},
	{"AWSSageMakerHyperParameterTuningJob", "hyper-parameter-tuning-job/{HyperParameterTuningJobName}", "hyperparameter tuning job"},
	{"AWSSageMakerImage", "image/{ImageName}", "custom Studio image"},
	{"AWSSageMakerImageVersion", "image-version/{ImageName}/{Version}", "version of a custom Studio image"},
	{"AWSSageMakerInferenceComponent", "inference-component/{InferenceComponentName}", "model copies on an endpoint"},
	{"AWSSageMakerLabelingJob", "labeling-job/{LabelingJobName}", "Ground Truth labeling job"},
	{"AWSSageMakerMlflowApp", "mlflow-app/{Name}", "MLflow app"},
	{"AWSSageMakerMlflowTrackingServer", "mlflow-tracking-server/{TrackingServerName}", "MLflow tracking server"},
	{"AWSSageMakerModel", "model/{ModelName}", "deployable model"},
	{"AWSSageMakerModelPackage", "model-package/{ModelPackageName}", "model registry entry"},
	{"AWSSageMakerModelPackageGroup", "model-package-group/{ModelPackageGroupName}", "group of model registry versions"},
	{"AWSSageMakerNotebookInstance", "notebook-instance/{NotebookInstanceName}", "notebook instance"},
	{"AWSSageMakerNotebookInstanceLifecycleConfig", "notebook-instance-lifecycle-config/{NotebookInstanceLifecycleConfigName}", "start-up scripts of notebook instances"},
	{"AWSSageMakerProcessingJob", "processing-job/{ProcessingJobName}", "processing job"},
	{"AWSSageMakerSpace", "space/{DomainId}/{SpaceName}", "Studio space"},
	{"AWSSageMakerStudioLifecycleConfig", "studio-lifecycle-config/{StudioLifecycleConfigName}", "start-up script of Studio applications"},
	{"AWSSageMakerTrainingJob", "training-job/{TrainingJobName}", "training job"},
	{"AWSSageMakerTrainingPlan", "training-plan/{TrainingPlanName}", "reserved training capacity"},
	{"AWSSageMakerTransformJob", "transform-job/{TransformJobName}", "batch transform job"},
	{"AWSSageMakerTrial", "experiment-trial/{TrialName}", "trial of an experiment"},
	{"AWSSageMakerTrialComponent", "experiment-trial-component/{TrialComponentName}", "step of a trial"},
	{"AWSSageMakerUserProfile", "user-profile/{DomainId}/{UserProfileName}", "user of a Studio domain"},
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
			if t, _, _ := strings.Cut(resources[i].template, "/"); t == typ {
				return resources[i].label
			}
		}
		return ""
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
	if strings.Count(resourceTemplate(label), "/") != strings.Count(a.resource, "/") {
		return ""
	}
	return a.lastName()
}
