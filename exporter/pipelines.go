package exporter

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

const (
	dependsOn edgeName = "DEPENDS_ON"

	pipelineLabel     = "AWSSageMakerPipeline"
	pipelineStepLabel = "AWSSageMakerPipelineStep"
	executionLabel    = "AWSSageMakerPipelineExecution"
)

// toStep is another step of the same pipeline, by its name.
var toStep = target{[]string{pipelineStepLabel}, func(c *refContext, s string) (reference, bool) {
	return reference{label: pipelineStepLabel, id: c.root(parentMember) + "/step/" + s}, !isNothing(s)
}}

// toStepOfProperty is the step in a property reference: Steps.Train.ModelArtifacts.
var toStepOfProperty = target{[]string{pipelineStepLabel}, func(c *refContext, s string) (reference, bool) {
	return toStep.find(c, stepOf(s))
}}

// toDefinedStep is the step in the definition that a step of an execution ran.
var toDefinedStep = target{[]string{pipelineStepLabel}, func(c *refContext, s string) (reference, bool) {
	pipeline, _, ok := strings.Cut(c.root(parentMember), "/execution/")
	return reference{label: pipelineStepLabel, id: pipeline + "/step/" + s}, ok && !isNothing(s)
}}

var pipelineKinds = []kind{
	{
		label:    pipelineLabel,
		arn:      "PipelineArn",
		list:     listed((*sagemaker.Client).ListPipelines),
		describe: described((*sagemaker.Client).DescribePipeline, "PipelineName"),
		search:   searched(types.ResourceTypePipeline, "Pipeline"),
		edges: [][]rule{
			hasExecutionRole.to(toRole, "RoleArn"),
		},
	},
	{
		label: "AWSSageMakerPipelineVersion",
		id:    "{PipelineArn}/version/{PipelineVersionId}",
		list:  listed((*sagemaker.Client).ListPipelineVersions).of(pipelineLabel, "PipelineName=name"),
		edges: [][]rule{
			contains.from(toKind(pipelineLabel), "PipelineArn"),
			produced.to(toKind(executionLabel), "LastExecutionPipelineExecutionArn"),
		},
	},
	{
		label: executionLabel,
		arn:   "PipelineExecutionArn",
		list: listed((*sagemaker.Client).ListPipelineExecutions, func(in *sagemaker.ListPipelineExecutionsInput) {
			in.SortBy, in.SortOrder = types.SortPipelineExecutionsByCreationTime, types.SortOrderDescending
		}).of(pipelineLabel, "PipelineName=name").onlyNewest(),
		describe: described((*sagemaker.Client).DescribePipelineExecution, "PipelineExecutionArn"),
		search:   searched(types.ResourceTypePipelineExecution, "PipelineExecution"),
		edges: [][]rule{
			contains.from(toKind(pipelineLabel), "PipelineArn"),
			memberOf.to(toKind("AWSSageMakerExperiment"), "PipelineExperimentConfig.ExperimentName"),
			memberOf.to(toKind("AWSSageMakerTrial"), "PipelineExperimentConfig.TrialName"),
			used.to(toKind(executionLabel), "SelectiveExecutionConfig.SourcePipelineExecutionArn"),
			used.to(toKind("AWSSageMakerMlflowTrackingServer", "AWSSageMakerMlflowApp"), "MLflowConfig.MlflowResourceArn"),
		},
	},
	{
		label:  "AWSSageMakerPipelineExecutionStep",
		id:     "{^}/step/{StepName}",
		within: "PipelineExecutionArn",
		list:   listed((*sagemaker.Client).ListPipelineExecutionSteps).of(executionLabel, "PipelineExecutionArn=arn"),
		edges: [][]rule{
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
				used.to(toKind("AWSSageMakerModelPackageGroup"), "{ClarifyCheck,QualityCheck}.ModelPackageGroupName"),
				readFrom.to(toBucket, "{ClarifyCheck,QualityCheck}.BaselineUsedForDriftCheckConstraints", "QualityCheck.BaselineUsedForDriftCheckStatistics"),
				wroteTo.to(toBucket, "{ClarifyCheck,QualityCheck}.{CalculatedBaselineConstraints,ViolationReport}", "QualityCheck.CalculatedBaselineStatistics",
					"Athena.S3OutputLocation", "{EMR,EMRServerless}.LogFilePath"),
			),
		},
	},
	{
		label:  pipelineStepLabel,
		id:     "{^}/step/{Name}",
		within: "PipelineDefinition",
		list:   inside(pipelineLabel, "pipeline_definition", parsePipeline),
		edges: [][]rule{
			dependsOn.to(toStep, "DependsOn[]", "Condition"),
			dependsOn.to(toStepOfProperty, "PropertyReferences[]"),
		},
	},
}

var (
	toEMRCluster     = toID("AWSEMRCluster", "j-")
	toEMRApplication = toID("AWSEMRServerlessApplication", "")
	// toQueue is an SQS queue by its URL.
	toQueue = target{[]string{"AWSSQSQueue"}, func(c *refContext, s string) (reference, bool) {
		parts := strings.Split(s, "/")
		if len(parts) != 5 || !isGitURL(s) || !isAccountID(parts[3]) {
			return reference{}, false
		}
		region := c.region
		if host := strings.Split(parts[2], "."); len(host) > 2 && host[0] == "sqs" {
			region = host[1]
		}
		return reference{label: "AWSSQSQueue", id: arn{c.partition, "sqs", region, parts[3], parts[4]}.String()}, true
	}}
)

// jsonText is a text that holds canonical JSON: a column of type JSON.
type jsonText string

// A pipelineStep is a step as a pipeline's definition has it, and what follows
// for it from where it stands. Source: the SageMaker pipeline definition JSON
// schema.
type pipelineStep struct {
	Name        *string
	Type        *string
	DisplayName *string
	Description *string
	DependsOn   []string
	// PropertyReferences are the properties of other steps that this one's
	// arguments refer to: Steps.Train.ModelArtifacts.S3ModelArtifacts.
	PropertyReferences []string
	// Condition is the condition step that this one is a branch of, and Branch is
	// IfSteps or ElseSteps.
	Condition *string
	Branch    *string
	Arguments *jsonText
	Settings  *jsonText // all else: cache, retries, property files …
}

// parsePipeline returns the steps of a definition, those in the branches of
// conditions included, each once.
func parsePipeline(text string) ([]pipelineStep, error) {
	var definition struct {
		Steps []map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &definition); err != nil {
		return nil, fmt.Errorf("the definition is not JSON as a pipeline has it: %w", err)
	}
	var steps []pipelineStep
	err := addSteps(&steps, definition.Steps, "", "")
	return steps, err
}

func addSteps(steps *[]pipelineStep, list []map[string]json.RawMessage, condition, branch string) error {
	for _, raw := range list {
		var s pipelineStep
		settings := maps.Clone(raw)
		for name, into := range map[string]any{"Name": &s.Name, "Type": &s.Type, "DisplayName": &s.DisplayName, "Description": &s.Description, "DependsOn": &s.DependsOn} {
			if text, ok := raw[name]; ok {
				if err := json.Unmarshal(text, into); err != nil {
					return fmt.Errorf("%s of a step: %w", name, err)
				}
				delete(settings, name)
			}
		}
		if s.Name == nil || *s.Name == "" {
			return fmt.Errorf("a step has no name")
		}
		if condition != "" {
			s.Condition, s.Branch = &condition, &branch
		}
		arguments := map[string]json.RawMessage{}
		if text, ok := raw["Arguments"]; ok {
			if err := json.Unmarshal(text, &arguments); err != nil {
				return fmt.Errorf("arguments of step %s: %w", *s.Name, err)
			}
			delete(settings, "Arguments")
		}
		inner := map[string][]map[string]json.RawMessage{}
		for _, name := range []string{"IfSteps", "ElseSteps"} {
			if text, ok := arguments[name]; ok {
				var list []map[string]json.RawMessage
				if err := json.Unmarshal(text, &list); err != nil {
					return fmt.Errorf("%s of step %s: %w", name, *s.Name, err)
				}
				inner[name] = list
				delete(arguments, name) // steps of their own
			}
		}
		var err error
		if s.Arguments, err = canonicalText(arguments); err != nil {
			return err
		}
		if s.Settings, err = canonicalText(settings); err != nil {
			return err
		}
		for _, part := range []any{arguments, settings} {
			references, err := propertyReferences(part)
			if err != nil {
				return err
			}
			s.PropertyReferences = append(s.PropertyReferences, references...)
		}
		slices.Sort(s.PropertyReferences)
		s.PropertyReferences = slices.Compact(s.PropertyReferences)
		*steps = append(*steps, s)
		for _, name := range []string{"IfSteps", "ElseSteps"} {
			if err := addSteps(steps, inner[name], *s.Name, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// canonicalText returns a part of a definition as canonical JSON; nil where
// nothing is left of it.
func canonicalText(part map[string]json.RawMessage) (*jsonText, error) {
	if len(part) == 0 {
		return nil, nil
	}
	data, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	var v any
	if err := decodeJSON(string(data), &v); err != nil {
		return nil, err
	}
	text := jsonText(appendAny(nil, v))
	return &text, nil
}

// propertyReferences finds every {"Get": "Steps.X.…"} in a part of a definition.
func propertyReferences(part any) ([]string, error) {
	data, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	var found []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if get, ok := v["Get"].(string); ok && len(v) == 1 && stepOf(get) != "" {
				found = append(found, get)
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(v)
	return found, nil
}

// stepOf returns the step in a property reference, or "" where it refers to
// something else, such as a parameter.
func stepOf(reference string) string {
	rest, ok := strings.CutPrefix(reference, "Steps.")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, ".["); end >= 0 {
		rest = rest[:end]
	}
	return rest
}
