package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The options of Cypher stand in the manifest, so that verify makes the same files and
// convert does not keep what no longer holds.
func TestCypherOptions(t *testing.T) {
	from := export(t, "--kinds", "Model,Endpoint", "--region", "us-east-1", "--format", "jsonl,cypher", "--cypher-split", "1")
	parts := glob(t, from, "cypher/out-*.cypher")
	if len(parts) < 2 || len(glob(t, from, "cypher/out.cypher")) != 0 {
		t.Fatalf("parts: %v", parts)
	}
	for i, part := range parts {
		statements := strings.Count(string(read(t, from, part)), ";\n")
		if want := map[bool]int{true: 5, false: 1}[i == 0]; statements != want { // three of setup and the check come first
			t.Errorf("%s has %d statements, want %d", part, statements, want)
		}
	}
	falkor := filepath.Join(t.TempDir(), "falkor")
	sgexport := func(args ...string) (code int, said string) {
		var stdout, stderr bytes.Buffer
		code = run(append([]string{"sgexport"}, args...), strings.NewReader(""), &stdout, &stderr)
		return code, stderr.String()
	}
	if code, said := sgexport("convert", from, "--out", falkor, "--format", "jsonl,cypher", "--cypher-dialect", "falkordb"); code != exitOK || !strings.Contains(said, "into FalkorDB") {
		t.Fatalf("%d\n%s", code, said)
	}
	if files := glob(t, falkor, "cypher/*"); len(files) != 1 || files[0] != "cypher/out.cypher" {
		t.Errorf("files %v", files)
	}
	if manifest := string(read(t, falkor, "manifest.json")); !strings.Contains(manifest, `"cypher_dialect": "falkordb"`) || strings.Contains(manifest, "cypher_split") {
		t.Error("the manifest's options are not those of the snapshot")
	}
	for _, snapshot := range []string{from, falkor} {
		if code, said := sgexport("verify", snapshot); code != exitOK {
			t.Errorf("verify %s: %d\n%s", snapshot, code, said)
		}
	}
	for want, args := range map[string][]string{
		"there is no Cypher for":         {"--format", "cypher", "--cypher-dialect", "falcordb"},
		"is of Cypher, which":            {"--format", "jsonl", "--cypher-split", "3"},
		"is a number of statements":      {"--format", "cypher", "--cypher-split", "0"},
		"it has no --cypher-split":       {"--format", "cypher", "--cypher-split", "3", "--out", "-"},
		"did you mean falkordb":          {"--format", "cypher", "--cypher-dialect", "falkrdb"},
		"is a number of statements, not": {"--format", "cypher", "--cypher-split", "-2"},
	} {
		if code, said := sgexport(append([]string{"convert", from, "--out", filepath.Join(t.TempDir(), "x")}, args...)...); code != exitUsage || !strings.Contains(said, want) {
			t.Errorf("%v: %d, %s, want %q", args, code, said, want)
		}
	}
}

// glob returns the files of a snapshot that a pattern matches.
func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i] = strings.TrimPrefix(found[i], dir+string(os.PathSeparator))
	}
	return found
}
