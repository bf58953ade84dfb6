package exporter

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

var hubKinds = []kind{
	{
		label:    "AWSSageMakerHub",
		arn:      "HubArn",
		list:     listed((*sagemaker.Client).ListHubs),
		describe: described((*sagemaker.Client).DescribeHub, "HubName"),
		edges:    [][]rule{wroteTo.to(toBucket, "S3StorageConfig.S3OutputPath")},
	},
	{
		label: hubContentLabel,
		arn:   "HubContentArn",
		// The API lists one type of one hub at a time.
		list: each(listed((*sagemaker.Client).ListHubContents).of("AWSSageMakerHub", "HubName=name"),
			"HubContentType", types.HubContentType("").Values()),
		describe: described((*sagemaker.Client).DescribeHubContent, "HubName", "HubContentType", "HubContentName", "HubContentVersion"),
		search:   searched(types.ResourceTypeHubContent, "HubContent"),
		alias:    "hub-content/{HubContentName}",
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerHub"), "HubArn"),
			used.to(toKind(hubContentLabel), "SageMakerPublicHubContentArn"),
		},
	},
}
