package exporter

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

var appKinds = []kind{
	{
		label:    "AWSSageMakerMlflowApp",
		arn:      "Arn",
		list:     listed((*sagemaker.Client).ListMlflowApps),
		describe: described((*sagemaker.Client).DescribeMlflowApp, "Arn"),
		edges: [][]rule{
			wroteTo.to(toBucket, "ArtifactStoreUri"),
			hasExecutionRole.to(toRole, "RoleArn"),
			used.from(toKind("AWSSageMakerDomain"), "DefaultDomainIdList[]"),
			encryptedBy.to(toKey, "KmsKeyId"),
		},
	},
	{
		label:    "AWSSageMakerMlflowTrackingServer",
		noun:     "TrackingServer",
		arn:      "TrackingServerArn",
		list:     listed((*sagemaker.Client).ListMlflowTrackingServers),
		describe: described((*sagemaker.Client).DescribeMlflowTrackingServer, "TrackingServerName"),
		edges: [][]rule{
			wroteTo.to(toBucket, "ArtifactStoreUri"),
			hasExecutionRole.to(toRole, "RoleArn"),
			sharedWith.to(toAccount, "S3BucketOwnerAccountId"),
		},
	},
	{
		label:    "AWSSageMakerPartnerApp",
		arn:      "Arn",
		list:     listed((*sagemaker.Client).ListPartnerApps),
		describe: described((*sagemaker.Client).DescribePartnerApp, "Arn"),
		edges: [][]rule{
			hasExecutionRole.to(toRole, "ExecutionRoleArn"),
			encryptedBy.to(toKey, "KmsKeyId"),
			used.to(toIdentityCenter, "IdcConfig.InstanceArn"),
			used.to(toSSOApplication, "IdcConfig.ApplicationArn"),
		},
	},
	{
		label:    "AWSSageMakerProject",
		arn:      "ProjectArn",
		list:     listed((*sagemaker.Client).ListProjects),
		describe: described((*sagemaker.Client).DescribeProject, "ProjectName"),
		search:   searched(types.ResourceTypeProject, "Project"),
		edges: [][]rule{
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
		label: "AWSSageMakerResourceCatalog",
		arn:   "ResourceCatalogArn",
		list:  listed((*sagemaker.Client).ListResourceCatalogs),
	},
}
