package reading

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// fake makes a text that looks like a key, so that no scanner takes this file for
// a leak.
func fake(prefix, alphabet string, n int) string {
	return prefix + strings.Repeat(alphabet, n/len(alphabet)+1)[:n]
}

// TestRedaction looks for secrets in all places of records.
func TestRedaction(t *testing.T) {
	const secret = "hunter2"
	token := fake("hf_", "aB3dE6gH9k", 34)
	p := func(s string) *string { return &s }
	read := func(label string, redact bool, v any) (*record.Record, *Reader, *Kind) {
		t.Helper()
		k := table.Kind(label)
		r := table.NewReader(k, record.Scope{Account: "012345678901", Region: "us-east-1", Partition: "aws"}, redact)
		rec, unreadable := r.Read(reflect.ValueOf(v).Elem(), &Origin{})
		if unreadable != nil {
			t.Errorf("%s cannot be read", unreadable)
		}
		return rec, r, k
	}
	for _, c := range []struct {
		name, label string
		doc         any
		columns     []string // that are redacted
	}{
		{"environment, in a structure and in a list", "AWSSageMakerModel", &sagemaker.DescribeModelOutput{
			ModelName: p("m"), ModelArn: p("arn:aws:sagemaker:us-east-1:012345678901:model/m"),
			PrimaryContainer: &types.ContainerDefinition{Environment: map[string]string{"ANY": secret}, ModelDataUrl: p("https://u:" + secret + "@b-1.s3.amazonaws.com/k"), Image: p("https://u:" + secret + "@registry/app")},
			Containers:       []types.ContainerDefinition{{Environment: map[string]string{"ANY": secret}}},
		}, []string{"containers", "primary_container_environment", "primary_container_image", "primary_container_model_data_url"}},
		{"scripts", "AWSSageMakerNotebookInstanceLifecycleConfig", &sagemaker.DescribeNotebookInstanceLifecycleConfigOutput{
			NotebookInstanceLifecycleConfigArn: p("arn:aws:sagemaker:us-east-1:012345678901:notebook-instance-lifecycle-config/l"), OnStart: []types.NotebookInstanceLifecycleHook{{Content: p(secret)}},
		}, []string{"on_start"}},
		{"a Studio script", "AWSSageMakerStudioLifecycleConfig", &sagemaker.DescribeStudioLifecycleConfigOutput{
			StudioLifecycleConfigArn: p("arn:aws:sagemaker:us-east-1:012345678901:studio-lifecycle-config/l"), StudioLifecycleConfigContent: p(secret),
		}, []string{"content"}},
		{"hyperparameters", "AWSSageMakerTrainingJob", &sagemaker.DescribeTrainingJobOutput{
			TrainingJobArn: p("arn:aws:sagemaker:us-east-1:012345678901:training-job/j"), FailureReason: p("401 for " + token),
			HyperParameters: map[string]string{"db_password": secret, "env": `{"a":"` + token + `"}`},
		}, []string{"failure_reason", "hyper_parameters"}},
		{"tags", "AWSSageMakerModel", &types.Model{
			ModelArn: p("arn:aws:sagemaker:us-east-1:012345678901:model/m"), Tags: []types.Tag{{Key: p("api_key"), Value: p(secret)}},
		}, []string{"tags"}},
		{"a repository", "AWSSageMakerCodeRepository", &types.CodeRepositorySummary{
			CodeRepositoryArn: p("arn:aws:sagemaker:us-east-1:012345678901:code-repository/r"), GitConfig: &types.GitConfig{RepositoryUrl: p("https://u:" + secret + "@github.com/" + token + "/b")},
		}, []string{"git_config_repository_url"}},
	} {
		rec, r, k := read(c.label, true, c.doc)
		text := string(rec.Append(nil))
		if strings.Contains(text, secret) || strings.Contains(text, token) {
			t.Errorf("%s: the record keeps a secret: %q", c.name, text)
		}
		for _, column := range c.columns {
			if k.Noun == "StudioLifecycleConfig" && column == "content" {
				column = "studio_lifecycle_config_content"
			}
			if !r.redacted[column] {
				t.Errorf("%s: %s is not said to be redacted", c.name, column)
			}
			delete(r.redacted, column)
		}
		if len(r.redacted) != 0 {
			t.Errorf("%s: also said to be redacted: %v", c.name, r.redacted)
		}
		rec, r, _ = read(c.label, false, c.doc)
		if text := string(rec.Append(nil)); len(r.redacted) != 0 || !strings.Contains(text, secret) {
			t.Errorf("%s: redacted without being asked to", c.name)
		}
	}
	rec, _, k := read("AWSSageMakerTrainingJob", true, &sagemaker.DescribeTrainingJobOutput{
		TrainingJobArn: p("arn:aws:sagemaker:us-east-1:012345678901:training-job/j"), HyperParameters: map[string]string{"max_tokens": "1", "tokenizer": "x"}, Environment: map[string]string{"EMPTY": ""},
	})
	for column, want := range map[string]string{"hyper_parameters": `{"max_tokens":"1","tokenizer":"x"}`, "environment": `{"EMPTY":""}`} {
		for i, c := range k.Columns {
			if got := string(graph.AppendJSON(nil, rec.Values[i])); c.Name == column && got != want {
				t.Errorf("%s is %s, want %s", column, got, want)
			}
		}
	}
}

func FuzzReferences(f *testing.F) {
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
				if l == nil || r.ID == "" && r.Key == "" {
					t.Fatalf("%s: %q is %+v", k.Rules[i].Path, s, r)
				}
				referencesIn(s, k.Rules[i].To, here)
			}
		}
	})
}
