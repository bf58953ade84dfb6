package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

var update = flag.Bool("update", false, "rewrite the golden files and the generated documents")

const root = "../.."

// golden compares data with a file of the repository, or writes it there.
func golden(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join(root, name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make generate writes it", err)
	}
	if bytes.Equal(data, want) {
		return
	}
	got, old := strings.Split(string(data), "\n"), strings.Split(string(want), "\n")
	for i := range got {
		if i >= len(old) || got[i] != old[i] {
			t.Errorf("%s is not what the program makes; make generate rewrites it. Line %d is\n%.400s", name, i+1, got[i])
			return
		}
	}
	t.Errorf("%s has %d lines more than the program makes; make generate rewrites it", name, len(old)-len(got))
}

// export runs the program as a user does and returns where the snapshot is.
func export(t *testing.T, args ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "snapshot")
	var stdout, stderr bytes.Buffer
	args = append([]string{"sgexport", "export", "--demo", "--now", "2026-01-02T03:04:05Z", "--out", dir}, args...)
	if code := run(args, strings.NewReader(""), &stdout, &stderr); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, stderr.String())
	}
	return dir
}

// TestGolden holds what the demo account exports to. Text is compared as it is,
// Parquet by its schemas: its bytes change with the version of the codec, and
// verify and e2e compare what it says.
func TestGolden(t *testing.T) {
	all := export(t, "--compress", "none")
	for _, name := range []string{"jsonl/nodes.jsonl", "jsonl/edges.jsonl", "parquet/schema.sql", "parquet/athena.sql"} {
		golden(t, "testdata/golden/"+name, read(t, all, name))
	}
	golden(t, "testdata/golden/manifest.json", stableManifest(t, read(t, all, "manifest.json")))
	golden(t, "testdata/golden/parquet/schemas.txt", parquetSchemas(t, filepath.Join(all, "parquet")))

	// The scripts for a few kinds are enough to see their form.
	few := export(t, "--kinds", "Model,EndpointConfig,Endpoint", "--region", "us-east-1", "--format", "graphml,cypher")
	for _, name := range []string{"graphml/graph.graphml", "cypher/out.cypher", "cypher/prune.cypher", "cypher/adopt.cypher"} {
		golden(t, "testdata/golden/"+name, read(t, few, name))
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// stableManifest leaves out the sums and sizes of files.
func stableManifest(t *testing.T, data []byte) []byte {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	for _, f := range m["files"].([]any) {
		delete(f.(map[string]any), "sha256")
		delete(f.(map[string]any), "bytes")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parquetSchemas describes every Parquet file below dir.
func parquetSchemas(t *testing.T, dir string) []byte {
	t.Helper()
	var b bytes.Buffer
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	typed, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, typed...) {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		p, err := parquet.OpenFile(file, info.Size())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %d rows\n%s\n\n", filepath.ToSlash(name), p.NumRows(), p.Schema())
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// TestDocs holds the generated documents.
func TestDocs(t *testing.T) {
	for name, args := range map[string][]string{
		"docs/schema.md":       {"schema"},
		"docs/iam-policy.json": {"policy"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(append([]string{"sgexport"}, args...), strings.NewReader(""), &stdout, &stderr); code != exitOK {
			t.Fatalf("exit code %d\n%s", code, stderr.String())
		}
		golden(t, name, stdout.Bytes())
	}
}
