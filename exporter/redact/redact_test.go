package redact

import (
	"strings"
	"testing"
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
			clean, hit := Credentials(text)
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
		if got, hit := Credentials(text); got != want || !hit {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{
		"", "s3://sk-learn-pipeline-2026-01-02-03-04-05/model.tar.gz", "sk-learn-churn-prediction-2026-01-02", "max_tokens", "tokenizer",
		"https://example.com/a", "me@example.com", `{"url":"https://example.com","mail":"me@example.com"}`, "AKIA", "hf_model_name", "ghp_", "eyJ",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:0123456789abcdef", "arn:aws:iam::123456789012:role/SageMaker",
		"task-sk-0123", "disk-usage-of-the-training-instances", "git@github.com:a/b.git",
	} {
		if got, hit := Credentials(text); hit || got != text {
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
		if !IsSecret(name) {
			t.Errorf("%s is not taken for secret", name)
		}
	}
	for _, name := range []string{
		"max_tokens", "tokenizer", "tokenizer_name", "max_new_tokens", "eos_token", "pad_token", "mask_token", "secretary", "key", "kms_key", "primary_key", "partition_key",
		"password_policy", "keyword", "num_tokens_per_batch", "sagemaker_program", "passwordless", "learning_rate", "image_token", "next_token", "cls_token",
	} {
		if IsSecret(name) {
			t.Errorf("%s is taken for secret", name)
		}
	}
}

func FuzzCredentials(f *testing.F) {
	for _, s := range []string{"https://user:pass@host/x", "https://a:b@c:d@e", fake("AKIA", "A", 16), "-----BEGIN PRIVATE KEY-----", "X-Amz-Signature=a", "a://://@@", "x://[redacted]@h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, hit := Credentials(s)
		if !hit && clean != s {
			t.Errorf("%q became %q and nothing was taken out", s, clean)
		}
		if again, _ := Credentials(clean); again != clean {
			t.Errorf("%q becomes %q and then %q", s, clean, again)
		}
		spans, _ := spansIn(clean)
		for _, p := range spans {
			t.Errorf("%q keeps %q as %s", s, clean[p.start:p.end], p.rule)
		}
	})
}
