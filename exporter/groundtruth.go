package exporter

import "github.com/aws/aws-sdk-go-v2/service/sagemaker"

var groundTruthKinds = []kind{
	{
		label:   "AWSSageMakerWorkforce",
		arn:     "WorkforceArn",
		wrapper: "Workforce",
		list:    listed((*sagemaker.Client).ListWorkforces),
		edges: [][]rule{
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
		label:   "AWSSageMakerWorkteam",
		arn:     "WorkteamArn",
		wrapper: "Workteam",
		list:    listed((*sagemaker.Client).ListWorkteams),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerWorkforce"), "Workteam.WorkforceArn"),
			used.to(toUserPool, "Workteam.MemberDefinitions[].CognitoMemberDefinition.UserPool"),
			notified.to(toTopic, "Workteam.NotificationConfiguration.NotificationTopicArn"),
		},
	},
	{
		label:   "AWSSageMakerSubscribedWorkteam",
		noun:    "Workteam",
		arn:     "WorkteamArn",
		wrapper: "SubscribedWorkteam",
		list:    listed((*sagemaker.Client).ListSubscribedWorkteams),
	},
	{
		label:    "AWSSageMakerFlowDefinition",
		arn:      "FlowDefinitionArn",
		list:     listed((*sagemaker.Client).ListFlowDefinitions),
		describe: described((*sagemaker.Client).DescribeFlowDefinition, "FlowDefinitionName"),
		edges: [][]rule{
			used.to(toKind("AWSSageMakerWorkteam"), "HumanLoopConfig.WorkteamArn"),
			used.to(toKind("AWSSageMakerHumanTaskUi"), "HumanLoopConfig.HumanTaskUiArn"),
			wroteTo.to(toBucket, "OutputConfig.S3OutputPath"),
			encryptedBy.to(toKey, "OutputConfig.KmsKeyId"),
			hasExecutionRole.to(toRole, "RoleArn"),
		},
	},
	{
		label:    "AWSSageMakerHumanTaskUi",
		arn:      "HumanTaskUiArn",
		list:     listed((*sagemaker.Client).ListHumanTaskUis),
		describe: described((*sagemaker.Client).DescribeHumanTaskUi, "HumanTaskUiName"),
	},
}
