package resolve

import (
	"context"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

// testWriter returns a writer that knows all labels.
func testWriter() *writer {
	table := reading.Compile(catalog.New())
	return newWriter(context.Background(), Input{Labels: table.Table, Schema: table.Schema, Report: &graph.Report{}})
}

func TestReferredImage(t *testing.T) {
	w := testWriter()
	l := w.Schema.Label("AWSECRRepositoryImage")
	for image, want := range map[string][2]string{ // tag, digest
		"registry.example.com:5000/team/app:1.0":                    {"1.0", ""},
		"registry.example.com:5000/team/app":                        {"", ""},
		"registry.example.com:5000/app:1.0@sha256:abc":              {"1.0", "sha256:abc"},
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:abc": {"", "sha256:abc"},
		"python:3": {"3", ""},
	} {
		values := w.referred(w.byName[l.Name], image, "")
		for i, column := range []string{"tag", "digest"} {
			got := ""
			if v := values[l.Column(column)]; !v.IsNull() {
				got = v.Text()
			}
			if got != want[i] {
				t.Errorf("%s: %s is %q, want %q", image, column, got, want[i])
			}
		}
	}
}

// TestReferredNames finds the name in the ARNs of what is only referred to.
func TestReferredNames(t *testing.T) {
	w := testWriter()
	for id, want := range map[string]string{
		"AWSRole arn:aws:iam::123456789012:role/service-role/r":                               "r",
		"AWSSecretsManagerSecret arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-x":  "a/b-x",
		"AWSLambda arn:aws:lambda:eu-west-1:123456789012:function:f:live":                     "f",
		"AWSSNSTopic arn:aws:sns:eu-west-1:123456789012:topic.fifo":                           "topic.fifo",
		"AWSKMSAlias arn:aws:kms:eu-west-1:123456789012:alias/a/b":                            "a/b",
		"AWSECRRepository arn:aws:ecr:eu-west-1:123456789012:repository/a/b":                  "a/b",
		"AWSCloudWatchAlarm arn:aws:cloudwatch:eu-west-1:123456789012:alarm:too slow":         "too slow",
		"AWSSageMakerModel arn:aws:sagemaker:eu-west-1:123456789012:model/m":                  "m",
		"AWSSageMakerUserProfile arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d/u":   "u",
		"AWSSageMakerModelPackage arn:aws:sagemaker:eu-west-1:123456789012:model-package/g/3": "",
	} {
		label, arn, _ := strings.Cut(id, " ")
		l := w.Schema.Label(label)
		values, got := w.referred(w.byName[label], arn, ""), ""
		if v := values[l.Column("name")]; !v.IsNull() {
			got = v.Text()
		}
		if got != want || values[l.Column("arn")].Text() != arn {
			t.Errorf("%s: name is %q, want %q", id, got, want)
		}
	}
}

// FuzzReferred makes the node of whatever a text refers to in any field.
func FuzzReferred(f *testing.F) {
	table := reading.Compile(catalog.New())
	w := testWriter()
	here := &catalog.Context{Labels: table.Table, Partition: "aws", Account: "012345678901", Region: "us-east-1", Root: func(string) string { return "" }}
	for _, s := range []string{"s3://b/k", "https://b.s3.amazonaws.com/k", "arn:aws:s3:::b", "arn:aws:iam::1:role/r", "alias/a", "None", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range table.Kinds {
			for i := range k.Rules {
				r, ok := k.Rules[i].To.Find(here, s)
				if !ok {
					continue
				}
				l := table.Schema.Label(r.Label)
				if n := len(w.referred(w.byName[r.Label], r.ID, r.ARN)); n != len(l.Columns) {
					t.Fatalf("%q: %d values for %d columns", s, n, len(l.Columns))
				}
			}
		}
	})
}
