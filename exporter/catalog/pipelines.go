package catalog

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/definition"
	"github.com/sgexport/sgexport/exporter/names"
)

const (
	pipelineLabel     = "AWSSageMakerPipeline"
	pipelineStepLabel = "AWSSageMakerPipelineStep"
	executionLabel    = "AWSSageMakerPipelineExecution"
)

// toStep is another step of the same pipeline, by its name.
var toStep = Target{[]string{pipelineStepLabel}, func(c *Context, s string) (Reference, bool) {
	return Reference{Label: pipelineStepLabel, ID: c.Root(ParentMember) + "/step/" + s}, !names.IsNothing(s)
}}

// toStepOfProperty is the step in a property reference: Steps.Train.ModelArtifacts.
var toStepOfProperty = Target{[]string{pipelineStepLabel}, func(c *Context, s string) (Reference, bool) {
	return toStep.Find(c, definition.StepOf(s))
}}

// toDefinedStep is the step in the definition that a step of an execution ran.
var toDefinedStep = Target{[]string{pipelineStepLabel}, func(c *Context, s string) (Reference, bool) {
	pipeline, _, ok := strings.Cut(c.Root(ParentMember), "/execution/")
	return Reference{Label: pipelineStepLabel, ID: pipeline + "/step/" + s}, ok && !names.IsNothing(s)
}}

var pipelineKinds = []Entry{
	{
		Label:    pipelineLabel,
		Doc:      "workflow of steps",
		Resource: "pipeline/{PipelineName}",
		ARN:      "PipelineArn",
		List:     listed((*sagemaker.Client).ListPipelines),
		Describe: described((*sagemaker.Client).DescribePipeline, "PipelineName"),
		Search:   searched(types.ResourceTypePipeline, "Pipeline"),
		Edges: [][]Rule{
			hasExecutionRole.to(toRole, "RoleArn"),
			createdBy,
		},
	},
	{
		Label:    "AWSSageMakerPipelineVersion",
		Doc:      "version of a pipeline",
		Resource: "pipeline/{PipelineName}/version/{PipelineVersionId}",
		ID:       "{PipelineArn}/version/{PipelineVersionId}",
		List:     listed((*sagemaker.Client).ListPipelineVersions).of(pipelineLabel, "PipelineName=name"),
		Edges: [][]Rule{
			contains.from(toKind(pipelineLabel), "PipelineArn"),
			produced.to(toKind(executionLabel), "LastExecutionPipelineExecutionArn"),
		},
	},
	{
		Label:    executionLabel,
		Doc:      "run of a pipeline",
		Resource: "pipeline/{PipelineName}/execution/{PipelineExecutionId}",
		ARN:      "PipelineExecutionArn",
		List: listed((*sagemaker.Client).ListPipelineExecutions, func(in *sagemaker.ListPipelineExecutionsInput) {
			in.SortBy, in.SortOrder = types.SortPipelineExecutionsByCreationTime, types.SortOrderDescending
		}).of(pipelineLabel, "PipelineName=name").onlyNewest(),
		Describe: described((*sagemaker.Client).DescribePipelineExecution, "PipelineExecutionArn"),
		Search:   searched(types.ResourceTypePipelineExecution, "PipelineExecution"),
		Edges: [][]Rule{
			contains.from(toKind(pipelineLabel), "PipelineArn"),
			hasExecutionRole.to(toRole, "RoleArn"), // where AWS manages the pipeline
			memberOf.to(toKind("AWSSageMakerExperiment"), "PipelineExperimentConfig.ExperimentName"),
			memberOf.to(toKind("AWSSageMakerTrial"), "PipelineExperimentConfig.TrialName"),
			used.to(toKind(executionLabel), "SelectiveExecutionConfig.SourcePipelineExecutionArn"),
			used.to(toKind("AWSSageMakerMlflowTrackingServer", "AWSSageMakerMlflowApp"), "MLflowConfig.MlflowResourceArn"),
			createdBy,
		},
	},
	{
		Label:    "AWSSageMakerPipelineExecutionStep",
		Doc:      "step of a pipeline's run",
		Resource: "pipeline/{PipelineName}/execution/{PipelineExecutionId}/step/{StepName}",
		ID:       "{^}/step/{StepName}",
		Within:   "PipelineExecutionArn",
		List:     listed((*sagemaker.Client).ListPipelineExecutionSteps).of(executionLabel, "PipelineExecutionArn=arn"),
		Edges: [][]Rule{
			used.to(toDefinedStep, "StepName"),
			used.to(toKind(executionLabel), "{CacheHitResult,SelectiveExecutionResult}.SourcePipelineExecutionArn"),
			under("Metadata",
				produced.to(toAnyKind, "{TrainingJob,ProcessingJob,TransformJob,TuningJob,AutoMLJob,Job}.Arn",
					"{Model,RegisterModel,Endpoint,EndpointConfig,InferenceComponent}.Arn",
					"{ClarifyCheck,QualityCheck}.CheckJobArn",
					"Lineage.{ActionArns,ArtifactArns,ContextArns}{}"),
				produced.to(toARN("AWSBedrockResource", "bedrock"),
					"{BedrockCustomModel,BedrockCustomModelDeployment,BedrockModelImport,BedrockProvisionedModelThroughput}.Arn"),
				invoked.to(toLambda, "Lambda.Arn"),
				notified.to(toQueue, "Callback.SqsQueueUrl"),
				used.to(toEMRCluster, "EMR.ClusterId"),
				used.to(toEMRApplication, "EMRServerless.ApplicationId"),
				produced.to(toKind(hubContentLabel), "HubContent.HubContentArn"),
				used.to(toKind("AWSSageMakerHub"), "HubContent.HubArn"),
				used.to(toKind("AWSSageMakerModelPackageGroup"), "{ClarifyCheck,QualityCheck}.ModelPackageGroupName"),
				readFrom.to(toBucket, "{ClarifyCheck,QualityCheck}.BaselineUsedForDriftCheckConstraints", "QualityCheck.BaselineUsedForDriftCheckStatistics"),
				wroteTo.to(toBucket, "{ClarifyCheck,QualityCheck}.{CalculatedBaselineConstraints,ViolationReport}", "QualityCheck.CalculatedBaselineStatistics",
					"Athena.S3OutputLocation", "{EMR,EMRServerless}.LogFilePath"),
			),
		},
	},
	{
		Label:    pipelineStepLabel,
		Doc:      "step in a pipeline's definition",
		Resource: "pipeline/{PipelineName}/step/{Name}",
		ID:       "{^}/step/{Name}",
		Within:   "PipelineDefinition",
		List:     inside(pipelineLabel, "pipeline_definition", definition.Steps),
		Edges: [][]Rule{
			dependsOn.to(toStep, "DependsOn[]", "Condition"),
			dependsOn.to(toStepOfProperty, "PropertyReferences[]"),
		},
	},
}

var (
	toEMRCluster     = toID("AWSEMRCluster", "j-")
	toEMRApplication = toID("AWSEMRServerlessApplication", "")
	// toQueue is an SQS queue by its URL.
	toQueue = Target{[]string{"AWSSQSQueue"}, func(c *Context, s string) (Reference, bool) {
		parts := strings.Split(s, "/")
		if len(parts) != 5 || !names.IsGitURL(s) || !names.IsAccountID(parts[3]) {
			return Reference{}, false
		}
		region := c.Region
		if host := strings.Split(parts[2], "."); len(host) > 2 && host[0] == "sqs" {
			region = host[1]
		}
		return Reference{Label: "AWSSQSQueue", ID: names.ARN{Partition: c.Partition, Service: "sqs", Region: region, Account: parts[3], Resource: parts[4]}.String()}, true
	}}
)
