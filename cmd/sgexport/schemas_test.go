package main

import (
	"bytes"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sgexport/sgexport/simulator"
)

// TestJSONSchemas holds what docs/*.schema.json promise: of a complete snapshot,
// and of one with a gap of every sort.
func TestJSONSchemas(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(simulator.New(demo, simulator.Options{Fault: func(action string, call int, _ []byte) *simulator.Fault {
		switch {
		case action == "sagemaker:ListModels", action == "tag:GetResources", action == "sagemaker:ListTags":
			return &simulator.Fault{Status: 400, Code: "AccessDeniedException", Message: "not authorized"}
		case action == "sagemaker:ListApps":
			return &simulator.Fault{Status: 500, Body: "<html>", ContentType: "text/html"}
		case action == "sagemaker:DescribeEndpoint" && call == 2:
			return &simulator.Fault{Status: 400, Code: "AccessDeniedException", Message: "not authorized"}
		}
		return nil
	}}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	gaps := filepath.Join(t.TempDir(), "gaps")
	var stdout, stderr bytes.Buffer
	args := []string{"sgexport", "export", "--endpoint-url", server.URL, "--region", "us-east-1", "--skip-kinds", "Space", "--redact", "none", "--format", "jsonl", "--out", gaps}
	if code := run(args, strings.NewReader(""), &stdout, &stderr); code != exitIncomplete {
		t.Fatalf("exit code %d, want %d\n%s", code, exitIncomplete, stderr.String())
	}
	for _, dir := range []string{export(t), gaps} {
		for name, schema := range map[string]string{"manifest.json": "manifest.schema.json", "schema.json": "schema.schema.json"} {
			s, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", schema))
			if err != nil {
				t.Fatal(err)
			}
			document, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, dir, name)))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(document); err != nil {
				t.Errorf("%s is not what docs/%s says: %v", name, schema, err)
			}
		}
	}
}
