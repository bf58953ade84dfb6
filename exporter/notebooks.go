package exporter

import "github.com/aws/aws-sdk-go-v2/service/sagemaker"

var notebookKinds = []kind{
	{
		label:    "AWSSageMakerNotebookInstance",
		arn:      "NotebookInstanceArn",
		list:     listed((*sagemaker.Client).ListNotebookInstances),
		describe: described((*sagemaker.Client).DescribeNotebookInstance, "NotebookInstanceName"),
		edges: [][]rule{
			partOfSubnet.to(toSubnet, "SubnetId"),
			memberOfSecurityGroup.to(toSecurityGroup, "SecurityGroups[]"),
			hasExecutionRole.to(toRole, "RoleArn"),
			encryptedBy.to(toKey, "KmsKeyId"),
			networkInterface.to(toInterface, "NetworkInterfaceId"),
			used.to(toKind("AWSSageMakerNotebookInstanceLifecycleConfig"), "NotebookInstanceLifecycleConfigName"),
			used.to(toCode, "DefaultCodeRepository", "AdditionalCodeRepositories[]"),
		},
	},
	{
		label:    "AWSSageMakerNotebookInstanceLifecycleConfig",
		arn:      "NotebookInstanceLifecycleConfigArn",
		list:     listed((*sagemaker.Client).ListNotebookInstanceLifecycleConfigs),
		describe: described((*sagemaker.Client).DescribeNotebookInstanceLifecycleConfig, "NotebookInstanceLifecycleConfigName"),
	},
	{
		label: "AWSSageMakerCodeRepository",
		arn:   "CodeRepositoryArn",
		list:  listed((*sagemaker.Client).ListCodeRepositories),
		edges: [][]rule{
			used.to(toGit, "GitConfig.RepositoryUrl"),
			used.to(toSecret, "GitConfig.SecretArn"),
		},
	},
}
