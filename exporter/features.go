package exporter

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

var featureKinds = []kind{
	{
		label:    "AWSSageMakerFeatureGroup",
		arn:      "FeatureGroupArn",
		list:     listed((*sagemaker.Client).ListFeatureGroups),
		describe: described((*sagemaker.Client).DescribeFeatureGroup, "FeatureGroupName"),
		search:   searched(types.ResourceTypeFeatureGroup, "FeatureGroup"),
		edges: [][]rule{
			encryptedBy.to(toKey, "OnlineStoreConfig.SecurityConfig.KmsKeyId"),
			hasExecutionRole.to(toRole, "RoleArn"),
			under("OfflineStoreConfig",
				wroteTo.to(toBucket, "S3StorageConfig.{S3Uri,ResolvedOutputS3Uri}"),
				encryptedBy.to(toKey, "S3StorageConfig.KmsKeyId"),
				wroteTo.to(toGlueCatalog, "DataCatalogConfig.Catalog"),
				wroteTo.to(toGlueDatabase, "DataCatalogConfig.Database"),
				wroteTo.to(toGlueTable, "DataCatalogConfig.TableName"),
			),
		},
	},
}
