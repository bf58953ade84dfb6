package exporter

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// lineageGroup is what a lineage entity belongs to.
var lineageGroup = memberOf.to(toKind("AWSSageMakerLineageGroup"), "LineageGroupArn")

var lineageKinds = []kind{
	{
		label:    "AWSSageMakerAction",
		arn:      "ActionArn",
		list:     listed((*sagemaker.Client).ListActions),
		describe: described((*sagemaker.Client).DescribeAction, "ActionName"),
		edges:    [][]rule{referenced.to(toURI, "Source.SourceUri"), lineageGroup},
	},
	{
		label:    "AWSSageMakerArtifact",
		arn:      "ArtifactArn",
		list:     listed((*sagemaker.Client).ListArtifacts),
		describe: described((*sagemaker.Client).DescribeArtifact, "ArtifactArn"),
		edges:    [][]rule{referenced.to(toURI, "Source.SourceUri"), lineageGroup},
	},
	{
		label:    "AWSSageMakerContext",
		arn:      "ContextArn",
		list:     listed((*sagemaker.Client).ListContexts),
		describe: described((*sagemaker.Client).DescribeContext, "ContextName"),
		edges:    [][]rule{referenced.to(toURI, "Source.SourceUri"), lineageGroup},
	},
	{
		label:    "AWSSageMakerLineageGroup",
		arn:      "LineageGroupArn",
		list:     listed((*sagemaker.Client).ListLineageGroups),
		describe: described((*sagemaker.Client).DescribeLineageGroup, "LineageGroupName"),
	},
	{
		label:    "AWSSageMakerExperiment",
		arn:      "ExperimentArn",
		list:     listed((*sagemaker.Client).ListExperiments),
		describe: described((*sagemaker.Client).DescribeExperiment, "ExperimentName"),
		search:   searched(types.ResourceTypeExperiment, "Experiment"),
		edges: [][]rule{
			derivedFrom.to(toAnyKind, "Source.SourceArn"),
			created.from(toKind("AWSSageMakerUserProfile"), "{CreatedBy,LastModifiedBy}.UserProfileArn"),
		},
	},
	{
		label:    "AWSSageMakerTrial",
		arn:      "TrialArn",
		list:     listed((*sagemaker.Client).ListTrials),
		describe: described((*sagemaker.Client).DescribeTrial, "TrialName"),
		search:   searched(types.ResourceTypeExperimentTrial, "Trial"),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerExperiment"), "ExperimentName"),
			derivedFrom.to(toAnyKind, "Source.SourceArn"),
		},
	},
	{
		label:    "AWSSageMakerTrialComponent",
		arn:      "TrialComponentArn",
		list:     listed((*sagemaker.Client).ListTrialComponents),
		describe: described((*sagemaker.Client).DescribeTrialComponent, "TrialComponentName"),
		search:   searched(types.ResourceTypeExperimentTrialComponent, "TrialComponent"),
		edges: [][]rule{
			derivedFrom.to(toAnyKind, "{Source,Sources[],Metrics[]}.SourceArn"),
			readFrom.to(toURI, "InputArtifacts{}.Value"),
			wroteTo.to(toURI, "OutputArtifacts{}.Value"),
			lineageGroup,
		},
	},
}
