package catalog

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

const featureGroupLabel = "AWSSageMakerFeatureGroup"

// A feature is what a feature group's definitions say of one, as far as the
// metadata says it too.
type feature struct {
	FeatureName *string
	FeatureType types.FeatureType
}

// features are those that a feature group defines.
func features(text string) ([]feature, error) {
	var all []feature
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("the definitions are no list of features: %w", err)
	}
	return all, nil
}

var featureKinds = []Entry{
	{
		Label:    featureGroupLabel,
		Doc:      "group of features in the feature store",
		Resource: "feature-group/{FeatureGroupName}",
		ARN:      "FeatureGroupArn",
		List:     listed((*sagemaker.Client).ListFeatureGroups),
		Describe: described((*sagemaker.Client).DescribeFeatureGroup, "FeatureGroupName"),
		Search:   searched(types.ResourceTypeFeatureGroup, "FeatureGroup"),
		Edges: [][]Rule{
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
	{
		Label:    "AWSSageMakerFeatureMetadata",
		Doc:      "feature of a feature group, with its description and parameters",
		Resource: "feature-group/{FeatureGroupName}/feature/{FeatureName}",
		Noun:     "Feature",
		// A record of Search tells its group only so.
		ID:       "{FeatureGroupArn}/feature/{FeatureName}",
		List:     inside(featureGroupLabel, "feature_definitions", features).of(featureGroupLabel, "FeatureGroupArn=arn", "FeatureGroupName=name"),
		Describe: described((*sagemaker.Client).DescribeFeatureMetadata, "FeatureGroupName", "FeatureName"),
		Search:   searched(types.ResourceTypeFeatureMetadata, "FeatureMetadata"),
		Edges:    [][]Rule{used.to(toKind(featureGroupLabel), "FeatureGroupArn", "FeatureGroupName")},
	},
}
