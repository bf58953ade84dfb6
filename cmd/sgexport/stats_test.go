package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// statsJSON is what stats --format json prints, which is as docs/stats.schema.json says.
func statsJSON(t *testing.T, dir string) (s stats) {
	t.Helper()
	text := printed(t, exitOK, "stats", dir, "--format", "json")
	validate(t, "stats.schema.json", text)
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// printed runs a command and returns what it prints, on stderr where it fails.
func printed(t *testing.T, want int, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(append([]string{"sgexport"}, args...), strings.NewReader(""), &stdout, &stderr); code != want {
		t.Fatalf("%v: exit code %d, want %d\n%s", args, code, want, stderr.String())
	}
	if want != exitOK {
		return stderr.String()
	}
	return stdout.String()
}

// validate holds JSON against a schema in docs.
func validate(t *testing.T, schema, text string) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", schema))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if err := s.Validate(document); err != nil {
		t.Errorf("it is not what docs/%s says: %v\n%s", schema, err, text)
	}
}

// TestStats holds the numbers of the demo against what its documents say, counted by hand
// (simulator/demo), and against the lines of the snapshot, counted without our reader.
func TestStats(t *testing.T) {
	dir := export(t, "--format", "jsonl", "--compress", "none")
	s := statsJSON(t, dir)
	labels := map[string]labeled{}
	families := map[string]int64{}
	for i, l := range s.Labels {
		labels[l.Label] = l
		families[l.Family] += l.Nodes
		if i > 0 && l.Nodes > s.Labels[i-1].Nodes {
			t.Errorf("%s stands behind %s", l.Label, s.Labels[i-1].Label)
		}
	}
	for label, want := range map[string]struct {
		read  int64
		state string
	}{
		"AWSSageMakerTrainingJob":      {29 + 3, "complete"}, // in us-east-1 and eu-west-1
		"AWSSageMakerNotebookInstance": {9 + 1, "complete"},
		"AWSSageMakerModel":            {14 + 1, "complete"},
		"AWSSageMakerModelPackage":     {14 + 1, "limited"},
		"AWSS3Bucket":                  {14, "complete"},
	} {
		if l := labels[label]; l.Read != want.read || l.State != want.state || l.Nodes < l.Read {
			t.Errorf("%s: %+v, want %d that were read, and %s", label, l, want.read, want.state)
		}
	}
	for _, f := range s.Families {
		if f.Count != families[f.Name] {
			t.Errorf("%s has %d nodes, and its labels %d", f.Name, f.Count, families[f.Name])
		}
	}
	accounts, regions, nodes := countLines(t, dir)
	if nodes != s.Nodes || s.CountedIn != "jsonl" || s.Complete || s.Gaps != 0 {
		t.Errorf("%d nodes in the lines; %+v", nodes, s)
	}
	same(t, "accounts", s.Accounts, accounts)
	same(t, "regions", s.Regions, regions)
	lists := int64(0)
	for _, c := range s.States {
		lists += c.Count
	}
	if lists < 164 || s.Edges != 4515 {
		t.Errorf("%d lists of 82 kinds in two regions, %d edges", lists, s.Edges)
	}
}

// countLines counts the nodes of a snapshot by account and region.
func countLines(t *testing.T, dir string) (accounts, regions map[string]int64, nodes int64) {
	accounts, regions = map[string]int64{}, map[string]int64{}
	for line := range bytes.Lines(read(t, dir, "jsonl/nodes.jsonl")) {
		var n struct {
			Properties struct {
				Account string `json:"account_id"`
				Region  string `json:"region"`
			} `json:"properties"`
		}
		if err := json.Unmarshal(line, &n); err != nil {
			t.Fatal(err)
		}
		accounts[n.Properties.Account]++
		regions[n.Properties.Region]++
		nodes++
	}
	return accounts, regions, nodes
}

func same(t *testing.T, what string, got []count, want map[string]int64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d %s, want %d", len(got), what, len(want))
	}
	for _, c := range got {
		if want[c.Name] != c.Count {
			t.Errorf("%s: %q has %d, want %d", what, c.Name, c.Count, want[c.Name])
		}
	}
}

// A snapshot without JSON lines says what was read in each region, and the table of any
// fits on a terminal.
func TestStatsOfTheManifest(t *testing.T) {
	dir := export(t, "--format", "cypher")
	s := statsJSON(t, dir)
	if s.CountedIn != "manifest" || len(s.Accounts) != 1 || s.Accounts[0].Name != "012345678901" || len(s.Regions) != 3 || s.Regions[0].Name != "us-east-1" {
		t.Errorf("%s: %v, %v", s.CountedIn, s.Accounts, s.Regions)
	}
	table := printed(t, exitOK, "stats", dir)
	for line := range strings.Lines(table) {
		if n := width(strings.TrimSuffix(line, "\n")); n > tableWidth {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, want := range []string{"1,289 nodes of 156 labels, 4,515 edges of 48 types\n", "\nRegions, of what was read\n", "\nTraining and transform: 46\n", "  TrainingJob                       35    TransformJob                      11\n"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table does not have %q:\n%s", want, table)
		}
	}
}

// Kinds without a resource are one line.
func TestStatsOfNothing(t *testing.T) {
	dir := export(t, "--format", "jsonl", "--region", "eu-west-1", "--kinds", "Model,Trial,Image", "--neighbors", "none")
	s := statsJSON(t, dir)
	if strings.Join(s.None, " ") != "AWSSageMakerImage AWSSageMakerTrial" {
		t.Errorf("none of %v", s.None)
	}
	if table := printed(t, exitOK, "stats", dir); !strings.Contains(table, "\n2 labels: none: Image, Trial\n") {
		t.Errorf("got %s", table)
	}
}

// A snapshot may be anybody's: its names move no cursor, and what contradicts itself is
// not counted.
func TestStatsOfHarm(t *testing.T) {
	dir := export(t, "--format", "jsonl", "--compress", "none", "--kinds", "Model")
	change := func(name, old, with string) {
		t.Helper()
		text := read(t, dir, name)
		if !bytes.Contains(text, []byte(old)) {
			t.Fatalf("%s does not have %s", name, old)
		}
		if err := os.WriteFile(filepath.Join(dir, name), bytes.ReplaceAll(text, []byte(old), []byte(with)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change("jsonl/nodes.jsonl", `"region":"us-east-1"`, `"region":"\u001b[2J数据"`)
	change("manifest.json", `"CONTAINS":`, `"CON\u001b[31m`+strings.Repeat("TAINS", 20)+`":`)
	table := printed(t, exitOK, "stats", dir)
	if strings.ContainsAny(table, "\x1b\x07") || !strings.Contains(table, `\x1b[2J数据`) || !strings.Contains(table, `CON\x1b[31m`) {
		t.Errorf("got %q", table)
	}
	for line := range strings.Lines(table) {
		if n := width(strings.TrimSuffix(line, "\n")); n > tableWidth {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	nodes := read(t, dir, "jsonl/nodes.jsonl")
	if err := os.WriteFile(filepath.Join(dir, "jsonl/nodes.jsonl"), nodes[:bytes.LastIndexByte(nodes[:len(nodes)-1], '\n')+1], 0o600); err != nil {
		t.Fatal(err)
	}
	if text := printed(t, exitFailed, "stats", dir); !strings.Contains(text, "the snapshot is damaged; see 'sgexport verify") {
		t.Errorf("got %s", text)
	}
}
