package catalog

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// lineageGroup is what a lineage entity belongs to.
var lineageGroup = memberOf.to(toKind("AWSSageMakerLineageGroup"), "LineageGroupArn")

// createdBy are who made a resource and who changed it last.
var createdBy = creator("{CreatedBy,LastModifiedBy}")

// creator is a user, as the profile in Studio and as the principal in IAM, so far
// as the API tells them.
func creator(member string) []Rule {
	return slices.Concat(
		created.from(toKind("AWSSageMakerUserProfile"), member+".UserProfileArn"),
		created.from(toPrincipal, member+".IamIdentity.Arn"),
	)
}

var lineageKinds = []Entry{
	{
		Label:    "AWSSageMakerAction",
		Doc:      "lineage: something that was done",
		Resource: "action/{ActionName}",
		ARN:      "ActionArn",
		List:     listed((*sagemaker.Client).ListActions),
		Describe: described((*sagemaker.Client).DescribeAction, "ActionName"),
		Edges:    [][]Rule{referenced.to(toURI, "Source.SourceUri"), lineageGroup, createdBy},
	},
	{
		Label:    "AWSSageMakerArtifact",
		Doc:      "lineage: something that was made or used",
		Resource: "artifact/{ArtifactName}",
		ARN:      "ArtifactArn",
		List:     listed((*sagemaker.Client).ListArtifacts),
		Describe: described((*sagemaker.Client).DescribeArtifact, "ArtifactArn"),
		Edges:    [][]Rule{referenced.to(toURI, "Source.SourceUri"), lineageGroup, createdBy},
	},
	{
		Label:    "AWSSageMakerContext",
		Doc:      "lineage: what other entities belong to",
		Resource: "context/{ContextName}",
		ARN:      "ContextArn",
		List:     listed((*sagemaker.Client).ListContexts),
		Describe: described((*sagemaker.Client).DescribeContext, "ContextName"),
		Edges:    [][]Rule{referenced.to(toURI, "Source.SourceUri"), lineageGroup, createdBy},
	},
	{
		Label:    "AWSSageMakerLineageGroup",
		Doc:      "lineage entities that are shared as one",
		Resource: "lineage-group/{LineageGroupName}",
		ARN:      "LineageGroupArn",
		List:     listed((*sagemaker.Client).ListLineageGroups),
		Describe: described((*sagemaker.Client).DescribeLineageGroup, "LineageGroupName"),
		Edges:    [][]Rule{createdBy},
	},
	{
		Label:    "AWSSageMakerExperiment",
		Doc:      "experiment",
		Resource: "experiment/{ExperimentName}",
		ARN:      "ExperimentArn",
		List:     listed((*sagemaker.Client).ListExperiments),
		Describe: described((*sagemaker.Client).DescribeExperiment, "ExperimentName"),
		Search:   searched(types.ResourceTypeExperiment, "Experiment"),
		Edges: [][]Rule{
			derivedFrom.to(toAnyKind, "Source.SourceArn"),
			createdBy,
		},
	},
	{
		Label:    "AWSSageMakerTrial",
		Doc:      "trial of an experiment",
		Resource: "experiment-trial/{TrialName}",
		ARN:      "TrialArn",
		List:     listed((*sagemaker.Client).ListTrials),
		Describe: described((*sagemaker.Client).DescribeTrial, "TrialName"),
		Search:   searched(types.ResourceTypeExperimentTrial, "Trial"),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerExperiment"), "ExperimentName"),
			derivedFrom.to(toAnyKind, "Source.SourceArn"),
			createdBy,
		},
	},
	{
		Label:    "AWSSageMakerTrialComponent",
		Doc:      "step of a trial",
		Resource: "experiment-trial-component/{TrialComponentName}",
		ARN:      "TrialComponentArn",
		List:     listed((*sagemaker.Client).ListTrialComponents),
		Describe: described((*sagemaker.Client).DescribeTrialComponent, "TrialComponentName"),
		// The trials that it is in, and its name there, are told by Search alone.
		Search: also(searched(types.ResourceTypeExperimentTrialComponent, "TrialComponent"), "Parents", "RunName"),
		Edges: [][]Rule{
			derivedFrom.to(toAnyKind, "{Source,Sources[],Metrics[]}.SourceArn"),
			readFrom.to(toURI, "InputArtifacts{}.Value"),
			wroteTo.to(toURI, "OutputArtifacts{}.Value"),
			memberOf.to(toKind("AWSSageMakerTrial"), "Parents[].TrialName"),
			memberOf.to(toKind("AWSSageMakerExperiment"), "Parents[].ExperimentName"),
			lineageGroup,
			createdBy,
		},
	},
}
