package catalog

import "github.com/aws/aws-sdk-go-v2/service/sagemaker"

var groundTruthKinds = []Entry{
	{
		Label:    "AWSSageMakerWorkforce",
		Doc:      "human workers",
		Resource: "workforce/{WorkforceName}",
		ARN:      "WorkforceArn",
		Wrapper:  "Workforce",
		List:     listed((*sagemaker.Client).ListWorkforces),
		Edges: [][]Rule{
			used.to(toUserPool, "Workforce.CognitoConfig.UserPool"),
			under("Workforce.WorkforceVpcConfig",
				memberOfVpc.to(toVpc, "VpcId"),
				memberOfSecurityGroup.to(toSecurityGroup, "SecurityGroupIds[]"),
				partOfSubnet.to(toSubnet, "Subnets[]"),
				used.to(toVpcEndpoint, "VpcEndpointId"),
			),
		},
	},
	{
		Label:    "AWSSageMakerWorkteam",
		Doc:      "team of human workers",
		Resource: "workteam/private-crowd/{WorkteamName}",
		ARN:      "WorkteamArn",
		Wrapper:  "Workteam",
		List:     listed((*sagemaker.Client).ListWorkteams),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerWorkforce"), "Workteam.WorkforceArn"),
			used.to(toUserPool, "Workteam.MemberDefinitions[].CognitoMemberDefinition.UserPool"),
			notified.to(toTopic, "Workteam.NotificationConfiguration.NotificationTopicArn"),
		},
	},
	{
		Label:    "AWSSageMakerSubscribedWorkteam",
		Doc:      "work team of a vendor",
		Resource: "workteam/vendor-crowd/{ListingId}",
		Noun:     "Workteam",
		ARN:      "WorkteamArn",
		Wrapper:  "SubscribedWorkteam",
		List:     listed((*sagemaker.Client).ListSubscribedWorkteams),
	},
	{
		Label:    "AWSSageMakerFlowDefinition",
		Doc:      "human review workflow",
		Resource: "flow-definition/{FlowDefinitionName}",
		ARN:      "FlowDefinitionArn",
		List:     listed((*sagemaker.Client).ListFlowDefinitions),
		Describe: described((*sagemaker.Client).DescribeFlowDefinition, "FlowDefinitionName"),
		Final:    finally("FlowDefinitionStatus", "Active", "Failed"),
		Edges: [][]Rule{
			used.to(toKind("AWSSageMakerWorkteam"), "HumanLoopConfig.WorkteamArn"),
			used.to(toKind("AWSSageMakerHumanTaskUi"), "HumanLoopConfig.HumanTaskUiArn"),
			wroteTo.to(toBucket, "OutputConfig.S3OutputPath"),
			encryptedBy.to(toKey, "OutputConfig.KmsKeyId"),
			hasExecutionRole.to(toRole, "RoleArn"),
		},
	},
	{
		Label:    "AWSSageMakerHumanTaskUi",
		Doc:      "page that human workers see",
		Resource: "human-task-ui/{HumanTaskUiName}",
		ARN:      "HumanTaskUiArn",
		List:     listed((*sagemaker.Client).ListHumanTaskUis),
		Describe: described((*sagemaker.Client).DescribeHumanTaskUi, "HumanTaskUiName"),
		Final:    unchanging(),
	},
}
