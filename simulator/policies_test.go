package simulator_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/simulator"
)

func TestGroupPolicies(t *testing.T) {
	group := func(kind, noun, name string) string {
		return `{"` + kind + `Name": "` + name + `", "` + kind + `Arn": "` + arnPrefix + noun + `/` + name + `", "CreationTime": "2025-01-01T00:00:00Z"}`
	}
	server := serve(t, simulator.Options{
		Fault: func(action string, call int, _ []byte) *simulator.Fault {
			if action == "sagemaker:GetModelPackageGroupPolicy" && call == 1 {
				return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
			}
			return nil
		},
	}, map[string]string{
		"us-east-1/ModelPackageGroup.json": "[" + group("ModelPackageGroup", "model-package-group", "shared") + "," + group("ModelPackageGroup", "model-package-group", "own") + "]",
		"us-east-1/LineageGroup.json":      "[" + group("LineageGroup", "lineage-group", "l") + "," + group("LineageGroup", "lineage-group", "m") + "]",
		"us-east-1/SageMaker.json": `{
			"ModelPackageGroupPolicies": [{"ModelPackageGroupName": "shared", "ResourcePolicy": {"Version": "2012-10-17", "Statement": []}}],
			"LineageGroupPolicies": [{"LineageGroupName": "l", "ResourcePolicy": "any text"}]
		}`,
	})
	client := sagemaker.NewFromConfig(start(t, server, "us-east-1"))
	if _, err := client.GetModelPackageGroupPolicy(t.Context(), &sagemaker.GetModelPackageGroupPolicyInput{ModelPackageGroupName: aws.String("shared")}); code(err) != "AccessDeniedException" {
		t.Errorf("denied: %v", err)
	}
	for name, want := range map[string]string{
		"shared":                                 `{"Statement":[],"Version":"2012-10-17"}`,
		arnPrefix + "model-package-group/shared": `{"Statement":[],"Version":"2012-10-17"}`,
		"own":                                    "ValidationException: Cannot find resource policy for: " + arnPrefix + "model-package-group/own",
		"ghost":                                  "ValidationException: Cannot find Model Package Group: " + arnPrefix + "model-package-group/ghost",
	} {
		out, err := client.GetModelPackageGroupPolicy(t.Context(), &sagemaker.GetModelPackageGroupPolicyInput{ModelPackageGroupName: &name})
		if (err == nil && *out.ResourcePolicy != want) || (err != nil && !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("%s: %s, %v", name, asJSON(out), err)
		}
	}
	for name, want := range map[string]string{"l": "", "m": "ResourceNotFound", "ghost": "ResourceNotFound", arnPrefix + "lineage-group/l": ""} {
		out, err := client.GetLineageGroupPolicy(t.Context(), &sagemaker.GetLineageGroupPolicyInput{LineageGroupName: &name})
		if want != "" && code(err) != want {
			t.Errorf("%s: %v", name, err)
		}
		if want == "" && (err != nil || *out.ResourcePolicy != "any text" || *out.LineageGroupArn != arnPrefix+"lineage-group/l") {
			t.Errorf("%s: %s, %v", name, asJSON(out), err)
		}
	}
	abroad := sagemaker.NewFromConfig(start(t, server, "eu-west-1"))
	if _, err := abroad.GetModelPackageGroupPolicy(t.Context(), &sagemaker.GetModelPackageGroupPolicyInput{ModelPackageGroupName: aws.String("shared")}); code(err) != "ValidationException" {
		t.Errorf("abroad: %v", err)
	}
}
