package asff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/arn"
)

// Limits of the format.
const (
	mostResources = 32
	mostDetails   = 50
	longestKey    = 127
	longestValue  = 1023
	longestRegion = 16
)

// resourcesOf are what an item is about, what is to be mended first, with the evidence.
func resourcesOf(i *audit.Item, region string) []resource {
	var list []resource
	ids := i.IDs()
	for _, id := range ids[:min(mostResources, len(ids))] {
		if i.List == "buckets" {
			id = "arn:" + arn.PartitionOf(region) + ":s3:::" + id
		}
		list = append(list, resourceOf(id, region))
	}
	if len(i.Evidence) > 0 && len(list) > 0 {
		list[0].Details = &details{evidence(i)}
	}
	return list
}

func resourceOf(id, region string) resource {
	a := arn.Parse(id)
	r := resource{Type: typeOf(a), ID: id, Partition: a.Partition, Region: a.Region}
	if r.Partition == "" {
		r.Partition = arn.PartitionOf(region)
	}
	if !slices.Contains([]string{"aws", "aws-cn", "aws-us-gov", "aws-us-iso", "aws-us-iso-b"}, r.Partition) {
		r.Partition = "" // Security Hub knows no others
	}
	if len(r.Region) > longestRegion {
		r.Region = ""
	}
	return r
}

func evidence(i *audit.Item) map[string]string {
	all := map[string]string{}
	for n, e := range i.Evidence[:min(mostDetails, len(i.Evidence))] {
		value := e.Detail
		if e.Value != "" {
			value = e.Value + ": " + value
		}
		if e.Resource != i.About {
			value += " (" + e.Resource + ")"
		}
		all[cut(strings.TrimSpace(fmt.Sprintf("%02d %s", n+1, e.Field)), longestKey)] = cut(value, longestValue)
	}
	return all
}

// typeOf is what the format calls a resource of such an ARN.
func typeOf(a arn.ARN) string {
	switch a.Service + " " + a.Kind() {
	case "sagemaker notebook-instance":
		return "AwsSageMakerNotebookInstance"
	case "iam role":
		return "AwsIamRole"
	case "iam user":
		return "AwsIamUser"
	case "iam group":
		return "AwsIamGroup"
	case "iam policy":
		return "AwsIamPolicy"
	case "kms key":
		return "AwsKmsKey"
	case "lambda function":
		return "AwsLambdaFunction"
	case "ecr repository":
		return "AwsEcrRepository"
	case "secretsmanager secret":
		return "AwsSecretsManagerSecret"
	}
	if a.Service == "s3" && !strings.Contains(a.Resource, "/") {
		return "AwsS3Bucket"
	}
	return "Other"
}
