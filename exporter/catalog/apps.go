package catalog

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

var appKinds = []Entry{
	{
		Label:    "AWSSageMakerMlflowApp",
		Doc:      "MLflow app",
		Resource: "mlflow-app/{Name}",
		ARN:      "Arn",
		List:     listed((*sagemaker.Client).ListMlflowApps),
		Describe: described((*sagemaker.Client).DescribeMlflowApp, "Arn"),
		Edges: [][]Rule{
			wroteTo.to(toBucket, "ArtifactStoreUri"),
			hasExecutionRole.to(toRole, "RoleArn"),
			used.from(toKind("AWSSageMakerDomain"), "DefaultDomainIdList[]"),
			encryptedBy.to(toKey, "KmsKeyId"),
			createdBy,
		},
	},
	{
		Label:    "AWSSageMakerMlflowTrackingServer",
		Doc:      "MLflow tracking server",
		Resource: "mlflow-tracking-server/{TrackingServerName}",
		Noun:     "TrackingServer",
		ARN:      "TrackingServerArn",
		List:     listed((*sagemaker.Client).ListMlflowTrackingServers),
		Describe: described((*sagemaker.Client).DescribeMlflowTrackingServer, "TrackingServerName"),
		Edges: [][]Rule{
			wroteTo.to(toBucket, "ArtifactStoreUri"),
			hasExecutionRole.to(toRole, "RoleArn"),
			sharedWith.to(toAccount, "S3BucketOwnerAccountId"),
			createdBy,
		},
	},
	{
		Label:    "AWSSageMakerPartnerApp",
		Doc:      "partner's application in Studio",
		Resource: "partner-app/{Name}",
		ARN:      "Arn",
		List:     listed((*sagemaker.Client).ListPartnerApps),
		Describe: described((*sagemaker.Client).DescribePartnerApp, "Arn"),
		Edges: [][]Rule{
			hasExecutionRole.to(toRole, "ExecutionRoleArn"),
			encryptedBy.to(toKey, "KmsKeyId"),
			used.to(toIdentityCenter, "IdcConfig.InstanceArn"),
			used.to(toSSOApplication, "IdcConfig.ApplicationArn"),
		},
	},
	{
		Label:    "AWSSageMakerProject",
		Doc:      "resources made from a template",
		Resource: "project/{ProjectName}",
		ARN:      "ProjectArn",
		List:     listed((*sagemaker.Client).ListProjects),
		Describe: described((*sagemaker.Client).DescribeProject, "ProjectName"),
		Search:   searched(types.ResourceTypeProject, "Project"),
		Edges: [][]Rule{
			createdBy,
			used.to(toProduct, "ServiceCatalogProvisioningDetails.ProductId"),
			used.to(toProductVersion, "ServiceCatalogProvisioningDetails.ProvisioningArtifactId"),
			used.to(toProductPath, "ServiceCatalogProvisioningDetails.PathId"),
			used.to(toProvisioned, "ServiceCatalogProvisionedProductDetails.ProvisionedProductId"),
			under("TemplateProviderDetails[].CfnTemplateProviderDetail",
				readFrom.to(toBucket, "TemplateURL"),
				hasExecutionRole.to(toRole, "RoleARN"),
				used.to(toStack, "StackDetail.Id"),
			),
		},
	},
	{
		Label:    "AWSSageMakerResourceCatalog",
		Doc:      "catalog of feature groups",
		Resource: "sagemaker-catalog/{ResourceCatalogName}",
		ARN:      "ResourceCatalogArn",
		List:     listed((*sagemaker.Client).ListResourceCatalogs),
	},
}
