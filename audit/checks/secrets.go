package checks

import (
	"strings"

	"github.com/sgexport/sgexport/audit"
)

// ownKinds are the kinds of SageMaker, of which each may hold texts that somebody
// wrote. Lifecycle configurations have checks of their own.
var ownKinds = strings.Fields(`AIBenchmarkJob AIRecommendationJob AIWorkloadConfig Action Algorithm App AppImageConfig Artifact AutoMLCandidate AutoMLJob Cluster
	ClusterExtension ClusterNode ClusterSchedulerConfig CodeRepository CompilationJob ComputeQuota Context DataQualityJobDefinition
	Device DeviceFleet Domain EdgeDeploymentPlan EdgePackagingJob Endpoint EndpointConfig Experiment FeatureGroup FeatureMetadata
	FlowDefinition Hub HubContent HumanTaskUi HyperParameterTuningJob Image ImageVersion InferenceComponent InferenceExperiment
	InferenceRecommendationsJob Job LabelingJob LineageGroup MlflowApp MlflowTrackingServer Model ModelBiasJobDefinition ModelCard
	ModelCardExportJob ModelCardVersion ModelExplainabilityJobDefinition ModelPackage ModelPackageGroup ModelQualityJobDefinition
	MonitoringAlert MonitoringExecution MonitoringSchedule NotebookInstance NotebookInstanceLifecycleConfig OptimizationJob PartnerApp
	Pipeline PipelineExecution PipelineExecutionStep PipelineStep PipelineVersion ProcessingJob Project ReservedCapacity
	ResourceCatalog Space StudioLifecycleConfig SubscribedWorkteam TrainingJob TrainingPlan TrainingSession TransformJob Trial
	TrialComponent UltraServer UserProfile Workforce Workteam`)

// secretReads are all kinds with what an export found in them.
var secretReads = sagemaker + strings.Join(ownKinds, " name redactions:J\n"+sagemaker) + " name redactions:J"

const keepSecrets = "Change the secret, keep it in AWS Secrets Manager or in a SecureString of Systems Manager, and name its ARN: who may describe the resource reads what stands here."

var secretChecks = []*Check{
	{
		ID:         "environment-secret",
		Title:      "Environment variable holds a secret",
		Severity:   audit.High,
		Fix:        keepSecrets,
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/data-protection.html https://www.cve.org/CVERecord?id=CVE-2026-8596",
		Reads:      secretReads,
		Find:       eachSecret(func(at *secretAt) bool { return at.env }),
	},
	{
		ID:         "hyperparameter-secret",
		Title:      "Hyperparameter holds a secret",
		Severity:   audit.High,
		Fix:        keepSecrets,
		References: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html https://docs.aws.amazon.com/sagemaker/latest/dg/data-protection.html",
		Reads:      secretReads,
		Find:       eachSecret(func(at *secretAt) bool { return !at.env && isHyperParameter(at.path) }),
	},
	{
		ID:         "plain-text-secret",
		Title:      "Arguments, definitions, addresses, tags or messages hold a secret",
		Severity:   audit.High,
		Fix:        keepSecrets,
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/data-protection.html https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
		Reads:      secretReads,
		Find:       eachSecret(func(at *secretAt) bool { return !at.env && !isHyperParameter(at.path) }),
	},
}

// isHyperParameter reports whether a path leads through hyperparameters.
func isHyperParameter(path string) bool {
	return strings.Contains(strings.ReplaceAll(strings.ToLower(path), "_", ""), "hyperparameters")
}

// eachSecret finds secrets in every kind at the places that is names.
func eachSecret(is func(at *secretAt) bool) func(*Search) {
	return func(s *Search) {
		for _, kind := range ownKinds {
			label := sagemaker + kind
			eachOf(label, func(o *Subject) {
				for _, at := range secrets(o.redactions()) {
					ofScript := (label == notebookScript || label == studioScript) && !strings.HasPrefix(at.path, "tags/")
					if is(&at) && !ofScript {
						o.Wrong(at.path, strings.Join(at.rules, " "), "rules found a secret there")
					}
				}
			})(s)
		}
	}
}
