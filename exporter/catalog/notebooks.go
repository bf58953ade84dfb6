package catalog

import "github.com/aws/aws-sdk-go-v2/service/sagemaker"

var notebookKinds = []Entry{
	{
		Label:    "AWSSageMakerNotebookInstance",
		Doc:      "notebook instance",
		Resource: "notebook-instance/{NotebookInstanceName}",
		ARN:      "NotebookInstanceArn",
		List:     listed((*sagemaker.Client).ListNotebookInstances),
		Describe: described((*sagemaker.Client).DescribeNotebookInstance, "NotebookInstanceName"),
		Edges: [][]Rule{
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
		Label:    "AWSSageMakerNotebookInstanceLifecycleConfig",
		Doc:      "start-up scripts of notebook instances",
		Resource: "notebook-instance-lifecycle-config/{NotebookInstanceLifecycleConfigName}",
		ARN:      "NotebookInstanceLifecycleConfigArn",
		List:     listed((*sagemaker.Client).ListNotebookInstanceLifecycleConfigs),
		Describe: described((*sagemaker.Client).DescribeNotebookInstanceLifecycleConfig, "NotebookInstanceLifecycleConfigName"),
	},
	{
		Label:    "AWSSageMakerCodeRepository",
		Doc:      "Git repository registered with SageMaker",
		Resource: "code-repository/{CodeRepositoryName}",
		ARN:      "CodeRepositoryArn",
		List:     listed((*sagemaker.Client).ListCodeRepositories),
		Edges: [][]Rule{
			used.to(toGit, "GitConfig.RepositoryUrl"),
			used.to(toSecret, "GitConfig.SecretArn"),
		},
	},
}
