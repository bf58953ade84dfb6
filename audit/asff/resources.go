package asff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
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
	for _, id := range slices.Concat([]string{i.About}, i.Resources, []string{i.Principal}) {
		if i.List == "buckets" && id != "" {
			id = "arn:" + partitionOf(region) + ":s3:::" + id
		}
		if strings.TrimSpace(id) == "" || len(list) == mostResources || slices.ContainsFunc(list, func(r resource) bool { return r.ID == id }) {
			continue
		}
		list = append(list, resourceOf(id, region))
	}
	if len(i.Evidence) > 0 && len(list) > 0 {
		list[0].Details = &details{evidence(i)}
	}
	return list
}

func resourceOf(id, region string) resource {
	a := parseARN(id)
	r := resource{Type: a.typ(), ID: id, Partition: a.partition, Region: a.region}
	if r.Partition == "" {
		r.Partition = partitionOf(region)
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

// An arn is one, or nothing.
type arn struct{ partition, service, region, account, resource string }

func parseARN(id string) arn {
	p := strings.SplitN(id, ":", 6)
	if len(p) != 6 || p[0] != "arn" {
		return arn{}
	}
	return arn{p[1], p[2], p[3], p[4], p[5]}
}

// typ is what the format calls a resource of such an ARN.
func (a arn) typ() string {
	kind, _, _ := strings.Cut(a.resource, "/")
	kind, _, _ = strings.Cut(kind, ":")
	switch a.service + " " + kind {
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
	if a.service == "s3" && !strings.Contains(a.resource, "/") {
		return "AwsS3Bucket"
	}
	return "Other"
}

// partitionOf is the partition that a region is of.
func partitionOf(region string) string {
	for _, p := range [...]struct{ prefix, partition string }{
		{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"}, {"us-isof-", "aws-iso-f"}, {"eu-isoe-", "aws-iso-e"}, {"eusc-", "aws-eusc"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}
