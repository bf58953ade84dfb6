package catalog

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/names"
)

// hubContentName is the name in an ARN: its version comes last, and a reference
// by name has the name alone.
func hubContentName(a names.ARN) string {
	switch parts := strings.Split(a.Resource, "/"); len(parts) {
	case 2:
		return parts[1]
	case 5:
		return parts[3]
	}
	return ""
}

var hubKinds = []Entry{
	{
		Label:    "AWSSageMakerHub",
		Doc:      "collection of models and notebooks",
		Resource: "hub/{HubName}",
		ARN:      "HubArn",
		List:     listed((*sagemaker.Client).ListHubs),
		Describe: described((*sagemaker.Client).DescribeHub, "HubName"),
		Edges:    [][]Rule{wroteTo.to(toBucket, "S3StorageConfig.S3OutputPath")},
	},
	{
		Label:    hubContentLabel,
		Doc:      "model, notebook or data set in a hub",
		Resource: "hub-content/{HubName}/{HubContentType}/{HubContentName}/{HubContentVersion}",
		NameOf:   hubContentName,
		ARN:      "HubContentArn",
		// The API lists one type of one hub at a time, and of each content the newest
		// version. The older ones in hubs of AWS's own are no inventory of an account:
		// they are not asked for, see [List].
		List: each(listed((*sagemaker.Client).ListHubContents).of("AWSSageMakerHub", "HubName=name"),
			"HubContentType", types.HubContentType("").Values()).
			withVersions(listed((*sagemaker.Client).ListHubContentVersions), "HubContentName"),
		Describe: described((*sagemaker.Client).DescribeHubContent, "HubName", "HubContentType", "HubContentName", "HubContentVersion"),
		Search:   searched(types.ResourceTypeHubContent, "HubContent"),
		Aliases:  []string{"hub-content/{HubContentName}", "hub-content/{HubContentName}/{HubContentVersion}"},
		Unresolved: func(key string) map[string]string {
			name, version, _ := strings.Cut(strings.TrimPrefix(key, "hub-content/"), "/")
			return map[string]string{"name": name, "hub_content_version": version}
		},
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerHub"), "HubArn"),
			used.to(toKind(hubContentLabel), "SageMakerPublicHubContentArn"),
		},
	},
}
