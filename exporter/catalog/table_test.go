package catalog

import (
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter/names"
)

// TestNameIn finds the name in ARNs of each shape.
func TestNameIn(t *testing.T) {
	for id, want := range map[string]string{
		"AWSRole arn:aws:iam::123456789012:role/service-role/r":                                               "r",
		"AWSSecretsManagerSecret arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-x":                  "a/b-x",
		"AWSLambda arn:aws:lambda:eu-west-1:123456789012:function:f:live":                                     "f",
		"AWSSageMakerModel arn:aws:sagemaker:eu-west-1:123456789012:model/m":                                  "m",
		"AWSSageMakerModel arn:aws:sagemaker:eu-west-1:123456789012:model/m/more":                             "",
		"AWSSageMakerUserProfile arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d/u":                   "u",
		"AWSSageMakerModelPackage arn:aws:sagemaker:eu-west-1:123456789012:model-package/g/3":                 "",
		"AWSSageMakerMood arn:aws:sagemaker:eu-west-1:123456789012:mood/good":                                 "",
		"AWSSageMakerHubContent arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/m/1.0.0": "m",
		"AWSSageMakerModelPackage arn:aws:sagemaker:eu-west-1:123456789012:model-package/single":              "single",
		"AWSSageMakerDevice arn:aws:sagemaker:eu-west-1:123456789012:device-fleet/fleet/device/d":             "d",
		"AWSSageMakerExperiment arn:aws:sagemaker:eu-west-1:123456789012:experiment/e":                        "e",
	} {
		label, arn, _ := strings.Cut(id, " ")
		a, ok := names.ParseARN(arn)
		if got := labels.NameIn(label, a); !ok || got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// TestLabelOf finds the label of an ARN, and of one of a shape that no kind has
// the most general kind of the type.
func TestLabelOf(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:sagemaker:eu-west-1:1:model/m":                  "AWSSageMakerModel",
		"arn:aws:sagemaker:eu-west-1:1:device-fleet/f":           "AWSSageMakerDeviceFleet",
		"arn:aws:sagemaker:eu-west-1:1:device-fleet/f/device/d":  "AWSSageMakerDevice",
		"arn:aws:sagemaker:eu-west-1:1:pipeline/p":               "AWSSageMakerPipeline",
		"arn:aws:sagemaker:eu-west-1:1:pipeline/p/execution/e":   "AWSSageMakerPipelineExecution",
		"arn:aws:sagemaker:eu-west-1:1:pipeline/p/step/s":        "AWSSageMakerPipelineStep",
		"arn:aws:sagemaker:eu-west-1:1:workteam/private-crowd/w": "AWSSageMakerWorkteam",
		"arn:aws:sagemaker:eu-west-1:1:workteam/vendor-crowd/w":  "AWSSageMakerSubscribedWorkteam",
		"arn:aws:sagemaker:eu-west-1:1:model/m/of/a/newer/shape": "AWSSageMakerModel",
		"arn:aws:sagemaker:eu-west-1:1:mood/m":                   "",
		"arn:aws:iam::1:role/a/b":                                "AWSRole",
		"arn:aws:iam::1:user/u":                                  "AWSUser",
		"arn:aws:kms:eu-west-1:1:alias/a":                        "AWSKMSAlias",
		"arn:aws:bedrock:eu-west-1:1:anything/x":                 "AWSBedrockResource",
		"arn:aws:sns:eu-west-1:1:topic":                          "AWSSNSTopic",
		"arn:aws:mystery:eu-west-1:1:x/y":                        "",
	} {
		a, _ := names.ParseARN(arn)
		if got := labels.LabelOf(a); got != want {
			t.Errorf("%s is a %q, want %q", arn, got, want)
		}
	}
}

// TestKnown looks at what an id alone tells.
func TestKnown(t *testing.T) {
	known := labels.Entry("AWSS3Bucket").Known("b-1")
	if known["name"] != "b-1" {
		t.Errorf("a bucket tells %v", known)
	}
	known = labels.Entry("AWSECRRepositoryImage").Known("registry.example.com:5000/team/app:1.0@sha256:abc")
	if known["tag"] != "1.0" || known["digest"] != "sha256:abc" || known["uri"] != "registry.example.com:5000/team/app:1.0@sha256:abc" {
		t.Errorf("an image tells %v", known)
	}
}

// TestTable holds what the rest relies on.
func TestTable(t *testing.T) {
	byLabel := map[string]bool{}
	for _, e := range labels.Entries {
		if byLabel[e.Label] {
			t.Errorf("%s is there twice", e.Label)
		}
		byLabel[e.Label] = true
		if e.Family == "" || e.Doc == "" {
			t.Errorf("%s has no family or no doc", e.Label)
		}
		if labels.Entry(e.Label) != e {
			t.Errorf("%s is not found again", e.Label)
		}
		if e.List != nil && e.Lookup != nil {
			t.Errorf("%s is listed and looked up", e.Label)
		}
	}
	for _, e := range labels.Kinds() {
		if p := e.List.Parent; p != "" && !labels.Entry(p).IsKind() {
			t.Errorf("%s is listed for each %s, which is none", e.Label, p)
		}
		for _, c := range labels.Children(e.Label) {
			if c.List.Parent != e.Label {
				t.Errorf("%s is no child of %s", c.Label, e.Label)
			}
		}
		for _, r := range e.Rules() {
			for _, to := range r.To.Labels {
				if !byLabel[to] {
					t.Errorf("%s.%s leads to %s, which is no label", e.Label, r.Path, to)
				}
			}
		}
	}
}
