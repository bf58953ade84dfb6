package exporter

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/graph"
)

// fake makes a text that looks like a key, so that no scanner takes this file for
// a leak.
func fake(prefix, alphabet string, n int) string {
	return prefix + strings.Repeat(alphabet, n/len(alphabet)+1)[:n]
}

func TestCredentialForms(t *testing.T) {
	letters := "aB3dE6gH9k"
	for _, c := range []struct{ name, secret string }{
		{"access key", fake("AKIA", "ABCDEF23", 16)},
		{"session key", fake("ASIA", "ABCDEF23", 16)},
		{"private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"},
		{"cut private key", "-----BEGIN PRIVATE KEY-----\nMIIE"},
		{"GitHub", fake("ghp_", letters, 36)},
		{"GitHub, fine", fake("github_pat_", letters, 40)},
		{"Hugging Face", fake("hf_", letters, 34)},
		{"Slack", fake("xoxb-", "1234567890", 30)},
		{"OpenAI", fake("sk-", letters, 48)},
		{"OpenAI, project", fake("sk-proj-", letters, 48) + "_x-" + letters},
		{"Anthropic", fake("sk-ant-api03-", letters, 60) + "-_AA"},
		{"JWT", fake("eyJ", letters, 20) + "." + fake("eyJ", letters, 20) + "." + fake("", letters, 20)},
	} {
		for _, text := range []string{c.secret, "x " + c.secret + "\ny", "a=" + c.secret} {
			clean, hit := withoutCredentials(text)
			if !hit || strings.Contains(clean, c.secret) || strings.Contains(clean, "MIIE") {
				t.Errorf("%s: %q stays in %q", c.name, text, clean)
			}
		}
	}
	for text, want := range map[string]string{
		"https://user:pa55@example.com/x":                                         "https://[redacted]@example.com/x",
		"https://user:p@55@example.com/x":                                         "https://[redacted]@example.com/x",
		"s3://b/k and postgres://u:p@db/x":                                        "s3://b/k and postgres://[redacted]@db/x",
		"https://b.s3.amazonaws.com/k?X-Amz-Credential=AB&X-Amz-Signature=cd&x=1": "https://b.s3.amazonaws.com/k?X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]&x=1",
		"https://b.s3.amazonaws.com/k?X-Amz-Security-Token=ef":                    "https://b.s3.amazonaws.com/k?X-Amz-Security-Token=[redacted]",
		`{"url":"https://u:p@h/","mail":"me@example.com"}`:                        `{"url":"https://[redacted]@h/","mail":"me@example.com"}`,
	} {
		if got, hit := withoutCredentials(text); got != want || !hit {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{
		"", "s3://sk-learn-pipeline-2026-01-02-03-04-05/model.tar.gz", "sk-learn-churn-prediction-2026-01-02", "max_tokens", "tokenizer",
		"https://example.com/a", "me@example.com", `{"url":"https://example.com","mail":"me@example.com"}`, "AKIA", "hf_model_name", "ghp_", "eyJ",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:0123456789abcdef", "arn:aws:iam::123456789012:role/SageMaker",
		"task-sk-0123", "disk-usage-of-the-training-instances", "git@github.com:a/b.git",
	} {
		if got, hit := withoutCredentials(text); hit || got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestSecretKeys(t *testing.T) {
	for _, name := range []string{
		"password", "PASSWORD", "db_password", "db-passwd", "admin.pwd", "secret", "client_secret", "secret_key", "aws_secret_access_key", "AWS_SECRET_ACCESS_KEY",
		"api_key", "apikey", "WANDB_API_KEY", "private_key", "access_token", "auth_token", "session_token", "dbPassword", "apiKey", "clientSecret", "secretAccessKey",
		"HF_TOKEN", "hub_token", "github_token", "api_token", "bearer_token", "refresh_token", "id_token", "token",
	} {
		if !secretKey.MatchString(name) {
			t.Errorf("%s is not taken for secret", name)
		}
	}
	for _, name := range []string{
		"max_tokens", "tokenizer", "tokenizer_name", "max_new_tokens", "eos_token", "pad_token", "mask_token", "secretary", "key", "kms_key", "primary_key", "partition_key",
		"password_policy", "keyword", "num_tokens_per_batch", "sagemaker_program", "passwordless", "learning_rate", "image_token", "next_token", "cls_token",
	} {
		if secretKey.MatchString(name) {
			t.Errorf("%s is taken for secret", name)
		}
	}
}

// TestRedaction looks for secrets in all places of records.
func TestRedaction(t *testing.T) {
	const secret = "hunter2"
	token := fake("hf_", "aB3dE6gH9k", 34)
	p := func(s string) *string { return &s }
	read := func(label string, redact bool, v any) (*record, *reader, *kind) {
		t.Helper()
		for _, k := range table {
			if k.label == label {
				r := newReader(k, &Scope{Account: "012345678901", Region: "us-east-1", Partition: "aws"}, redact)
				return r.read(reflect.ValueOf(v).Elem(), &origin{}), r, k
			}
		}
		t.Fatalf("no kind %s", label)
		return nil, nil, nil
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
		text := string(rec.append(nil))
		if strings.Contains(text, secret) || strings.Contains(text, token) {
			t.Errorf("%s: the record keeps a secret: %q", c.name, text)
		}
		for _, column := range c.columns {
			if k.noun == "StudioLifecycleConfig" && column == "content" {
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
		if text := string(rec.append(nil)); len(r.redacted) != 0 || !strings.Contains(text, secret) {
			t.Errorf("%s: redacted without being asked to", c.name)
		}
	}
	rec, _, k := read("AWSSageMakerTrainingJob", true, &sagemaker.DescribeTrainingJobOutput{
		TrainingJobArn: p("arn:aws:sagemaker:us-east-1:012345678901:training-job/j"), HyperParameters: map[string]string{"max_tokens": "1", "tokenizer": "x"}, Environment: map[string]string{"EMPTY": ""},
	})
	for column, want := range map[string]string{"hyper_parameters": `{"max_tokens":"1","tokenizer":"x"}`, "environment": `{"EMPTY":""}`} {
		for i, c := range k.columns {
			if got := string(graph.AppendJSON(nil, rec.values[i])); c.Name == column && got != want {
				t.Errorf("%s is %s, want %s", column, got, want)
			}
		}
	}
}

func FuzzWithoutCredentials(f *testing.F) {
	for _, s := range []string{"https://user:pass@host/x", "https://a:b@c:d@e", fake("AKIA", "A", 16), "-----BEGIN PRIVATE KEY-----", "X-Amz-Signature=a", "a://://@@", "x://[redacted]@h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, hit := withoutCredentials(s)
		if !hit && clean != s {
			t.Errorf("%q became %q and nothing was taken out", s, clean)
		}
		if again, _ := withoutCredentials(clean); again != clean {
			t.Errorf("%q becomes %q and then %q", s, clean, again)
		}
		for _, c := range credentialForms {
			for _, m := range c.form.FindAllStringSubmatch(clean, -1) {
				secret := m[0]
				if i := c.form.SubexpIndex("secret"); i > 0 {
					secret = m[i]
				}
				if secret != redacted {
					t.Errorf("%q keeps %q", s, secret)
				}
			}
		}
	})
}

func FuzzStripCredentials(f *testing.F) {
	for _, s := range []string{"https://user:pass@host/x", "https://a@b@c", "git@host:x", "://@", "a://b?c@d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := stripCredentials(s)
		if again := stripCredentials(clean); again != clean {
			t.Errorf("%q becomes %q and then %q", s, clean, again)
		}
		if _, rest, ok := strings.Cut(clean, "://"); ok {
			authority := rest
			if i := strings.IndexAny(rest, "/?#"); i >= 0 {
				authority = rest[:i]
			}
			if strings.Contains(authority, "@") {
				t.Errorf("%q keeps credentials: %q", s, clean)
			}
		}
	})
}

func FuzzReferences(f *testing.F) {
	for _, s := range []string{"s3://b/k", "https://b.s3.amazonaws.com/k", "arn:aws:s3:::b", "arn:aws:iam::1:role/r", "alias/a", "None", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if b, ok := bucketOf(s); ok && !bucketName.MatchString(b) {
			t.Errorf("bucketOf(%q) is %q", s, b)
		}
		if a, ok := parseARN(s); ok && a.String() != s {
			t.Errorf("%q reads back as %q", s, a)
		}
		for _, k := range table {
			for i := range k.rules {
				r, ok := k.rules[i].to.find(here, s)
				if !ok {
					continue
				}
				l := schema.Label(r.label)
				if l == nil || r.id == "" && r.key == "" {
					t.Fatalf("%s: %q is %+v", k.rules[i].path, s, r)
				}
				if n := len(referred(l, r.id, r.arn)); n != len(l.Columns) {
					t.Fatalf("%q: %d values for %d columns", s, n, len(l.Columns))
				}
			}
		}
	})
}
