package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
)

// offered are the values that are offered for the last of some words.
func offered(t *testing.T, words ...string) []string {
	t.Helper()
	var out bytes.Buffer
	if code := run(append([]string{"sgexport", askCommand}, words...), strings.NewReader(""), &out, io.Discard); code != exitOK {
		t.Fatalf("%q: exit code %d", words, code)
	}
	var values []string
	for line := range strings.Lines(out.String()) {
		value, _, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || value == "" {
			t.Errorf("%q: the line %q is not a value and what it is", words, line)
		}
		values = append(values, value)
	}
	return values
}

// TestCompletion asks what can stand in the place of the last word of a command line;
// the shells themselves are asked in e2e/test_completion.py.
func TestCompletion(t *testing.T) {
	t.Chdir(t.TempDir())
	dir := export(t, "--format", "jsonl")
	for _, name := range []string{"work/deep", ".hidden"} {
		if err := os.MkdirAll(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(dir, "snap"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("waive.toml", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(t.TempDir(), "home")
	if err := os.MkdirAll(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".aws", "config"), []byte("[default]\n[profile audit]\n[sso-session x]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", "")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "")
	for _, c := range []struct{ line, want string }{
		{"ex", "export"},
		{"nothing", ""},
		{"--v", "--version"},
		{"help li", "lineage"},
		{"completion ", "bash zsh fish"},
		{"completion f", "fish"},
		{"export --dem", "--demo"},
		{"export --region us-east-1 --reg", "--region"}, // several times
		{"export --demo --dem", ""},                     // once
		{"export --format c", "cypher cyclonedx"},
		{"export -f c", "cypher cyclonedx"},
		{"export --format=jsonl,g", "--format=jsonl,graphml"},
		{"export --format jsonl,parquet,", "jsonl,parquet,graphml jsonl,parquet,cypher jsonl,parquet,cyclonedx"},
		{"convert snap --format PAR", "parquet"},
		{"export --kinds modelc", "ModelCard ModelCardExportJob ModelCardVersion"},
		{"export --kinds Model,endpointc", "Model,EndpointConfig"},
		{"export --skip-kinds TrainingJ", "TrainingJob"},
		{"policy --kinds Trial,Trial", "Trial,TrialComponent"},
		{"export --neighbors iam,n", "iam,network iam,none"},
		{"export --region eu-central", "eu-central-1 eu-central-2"},
		{"policy --condition-regions us-east-1,us-east", "us-east-1,us-east-2"},
		{"export --redact ", "secrets none"},
		{"export --compress z", "zstd"},
		{"export --log-format ", "text json"},
		{"export --describe-limit ", "0 2000 all"},
		{"export --profile a", "audit"},
		{"export --concurrency ", ""},
		{"export --out w", "work/"},
		{"export --out work/", "work/deep/"},
		{"audit --format s", "sarif"},
		{"audit --fail-on ", "critical high medium low info"},
		{"audit --fail-on=h", "--fail-on=high"},
		{"audit --check roles/a", "roles/admin"},
		{"audit --waive w", "waive.toml work/"},
		{"audit s", "snap"},
		{"verify ", "snap work/"},
		{"verify .h", ".hidden/"},
		{"stats snap --format ", "table json"},
		{"schema --format m", "markdown"},
		{"lineage snap endpoint/ch", "endpoint/checkout-serverless endpoint/churn-explain endpoint/churn-prod"},
		{"lineage snap churn-prod", "churn-prod churn-prod-2025-03 churn-prod-2025-03-deployment churn-prod-endpoint"},
		{"lineage snap us-east-1:endpoint/churn-p", "us-east-1:endpoint/churn-prod"},
		{"lineage snap arn:aws:sagemaker:us-east-1:012345678901:endpoint/churn-p", "arn:aws:sagemaker:us-east-1:012345678901:endpoint/churn-prod"},
		{"lineage snap s3://lumen-raw", "s3://lumen-raw-data-eu/ s3://lumen-raw-data/"},
		{"lineage snap -- endpoint/churn-p", "endpoint/churn-prod"},
		{"lineage nowhere x", ""},
		{"audit --explain snap role/Fo", "role/ForecastingRole"},
		{"audit --explain snap inter", "internet"},
		{"audit --explain snap role/ForecastingRole endpoint/churn-p", "endpoint/churn-prod"},
	} {
		if got := strings.Join(offered(t, strings.Split(c.line, " ")...), " "); got != c.want {
			t.Errorf("%q: got %q, want %q", c.line, got, c.want)
		}
	}
	if got := offered(t, "export", "--kinds", ""); len(got) != len(exporter.Labels()) {
		t.Errorf("%d kinds, want %d", len(got), len(exporter.Labels()))
	}
	if got := offered(t); !slices.Contains(got, "export") || !slices.Contains(got, "help") {
		t.Errorf("without a word: %v", got)
	}
}

// Each option that takes a value has a decision about what that may be.
func TestChoices(t *testing.T) {
	all := choices()
	for _, c := range newApp(nil, io.Discard, io.Discard).Commands {
		for _, f := range c.Flags {
			taker, ok := f.(cli.DocGenerationFlag)
			name := f.Names()[0]
			_, own := all[c.Name+" "+name]
			if _, shared := all[name]; ok && taker.TakesValue() && !own && !shared {
				t.Errorf("%s --%s: decide in choices (completion_values.go) what it takes", c.Name, name)
			}
		}
	}
}

// What is offered is taken: a word for each of the options whose words stand apart from
// what reads them.
func TestOfferedWordsAreTaken(t *testing.T) {
	root := t.TempDir()
	for _, option := range []string{"redact", "compress", "log-format", "graphml", "cypher-dialect", "describe-limit", "pipeline-executions"} {
		for _, w := range choices()[option].words() {
			out := filepath.Join(root, option+"-"+w.value)
			var stderr bytes.Buffer
			words := []string{"sgexport", "export", "--demo", "--kinds", "App", "--neighbors", "none", "--out", out, "--" + option, w.value}
			if code := run(words, strings.NewReader(""), io.Discard, &stderr); code != exitOK {
				t.Errorf("--%s %s: exit status %d: %s", option, w.value, code, &stderr)
			}
		}
	}
}
