package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

// lineageOf runs lineage and returns what it prints.
func lineageOf(t *testing.T, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(append([]string{"sgexport", "lineage"}, args...), strings.NewReader(""), &out, &errOut); code != exitOK {
		t.Fatalf("%v: exit code %d\n%s", args, code, errOut.String())
	}
	return out.String()
}

// TestLineageJSON validates the answers about the demo's endpoints, buckets and other
// resources, and holds that their edges are those of the snapshot.
func TestLineageJSON(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "lineage.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := demoLineage(t, dir)
	found := 0
	for _, start := range d.starts {
		text := d.json(t, start)
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", start, err)
		}
		var w lineage.Walk
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			t.Fatal(err)
		}
		nodes := map[string]bool{}
		for _, n := range w.Nodes {
			nodes[n.ID] = true
		}
		for _, e := range w.Edges {
			found++
			if !d.edges[fmt.Sprintf("%q", []string{e.From, e.Type, e.To, e.Path, e.Ref})] {
				t.Errorf("%s: the snapshot has no edge %+v", start, e)
			}
			if !nodes[e.From] || !nodes[e.To] {
				t.Errorf("%s: an end of %+v is not among the nodes", start, e)
			}
		}
		if !nodes[start] {
			t.Errorf("%s is not among the nodes", start)
		}
	}
	if found == 0 {
		t.Error("nothing has any lineage")
	}
	if text := lineageOf(t, dir, d.starts[0], "--format", "json", "--guesses"); text != demoLineage(t, dir).json(t, d.starts[0]) {
		t.Error("a second run says something else")
	}
}

// A demo is the lineage of a snapshot, with its edges, and the ids of some nodes: one
// of each label, and all endpoints.
type demo struct {
	*lineage.Lineage
	edges  map[string]bool
	starts []string
}

func demoLineage(t *testing.T, dir string) *demo {
	t.Helper()
	snap, err := snapshot.OpenIntact(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	reader := jsonl.NewReader(snap.Opener(t.Context()), snap.Schema)
	d := &demo{edges: map[string]bool{}}
	last := ""
	keep := lineage.Keep()
	if err := reader.Nodes(func(n *graph.Node) error {
		if _, ok := keep.Labels[n.Label.Name]; ok && (n.Label.Name != last || n.Label.Name == "AWSSageMakerEndpoint") {
			last = n.Label.Name
			d.starts = append(d.starts, strings.Clone(n.ID))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := reader.Edges(func(e *graph.Edge) error {
		d.edges[fmt.Sprintf("%q", []string{e.From, e.Type.Name, e.To, e.Path, e.Ref})] = true
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	g, err := view.Read(reader, snap.Header(), &snap.Manifest.Report, keep)
	if err != nil {
		t.Fatal(err)
	}
	d.Lineage = lineage.New(g)
	return d
}

// walk is all that there is of a start.
func (d *demo) walk(t *testing.T, start string) *lineage.Walk {
	t.Helper()
	s, err := d.Find(start)
	if err != nil {
		t.Fatal(err)
	}
	return d.Of(s, lineage.Options{Guesses: true})
}

func (d *demo) json(t *testing.T, start string) string {
	t.Helper()
	var out bytes.Buffer
	if err := d.walk(t, start).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestLineageTree holds that the tree fits a terminal, whatever is asked for, and says
// what its marks mean.
func TestLineageTree(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	d := demoLineage(t, dir)
	for _, start := range d.starts {
		var out bytes.Buffer
		printLineage(&out, d.walk(t, start))
		text := out.String()
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if n := utf8.RuneCountInString(line); n > tableWidth && !strings.HasPrefix(line, "  ") { // an ARN is not broken
				t.Errorf("%s: %d columns: %s", start, n, line)
			}
			if line != snapshot.Printable(line) || strings.TrimRight(line, " ") != line {
				t.Errorf("%s: %q", start, line)
			}
		}
		for _, m := range lineageMarks[2:] {
			if strings.Contains(text, "├"+m.mark+" ") && !strings.Contains(text, "\n"+m.mark+"  "+m.says) {
				t.Errorf("%s: the mark %s is not explained", start, m.mark)
			}
		}
	}
}

// TestLineageTreeHostile prints names that would move the cursor, and long ones.
func TestLineageTreeHostile(t *testing.T) {
	long := "arn:aws:sagemaker:us-east-1:111122223333:model/" + strings.Repeat("ü", 300)
	leaf := func(i int) *lineage.Branch {
		return &lineage.Branch{ID: fmt.Sprintf("arn:aws:sagemaker:us-east-1:111122223333:transform-job/t%d", i), Label: "AWSSageMakerTransformJob", Edges: []lineage.Edge{{How: lineage.Referenced}}}
	}
	deep := &lineage.Branch{ID: "x\x1b[2J", Label: "AWSSageMakerModel", Facts: []string{"\x1b[31mred", strings.Repeat("y", 200)}, Edges: []lineage.Edge{{How: lineage.Guessed}}}
	top := deep
	for range 60 {
		next := &lineage.Branch{ID: long, Label: "AWSSageMakerModel", Edges: []lineage.Edge{{How: lineage.Derived}}}
		top.Branches = append(top.Branches, next)
		top = next
	}
	apart := &lineage.Branch{ID: "arn:aws:sagemaker:us-east-1:111122223333:model/m", Label: "AWSSageMakerModel", Again: true, Edges: []lineage.Edge{{How: lineage.Derived, Ref: "s3://bucket/a/b"}}}
	rootBranch := &lineage.Branch{Location: "s3://bucket/a", Label: "AWSS3Bucket", ID: "bucket", Branches: []*lineage.Branch{deep, apart}, More: 1234}
	for i := range 9 {
		rootBranch.Branches = append(rootBranch.Branches, leaf(i))
	}
	var out bytes.Buffer
	tree := &lineageTree{w: &out, shown: map[string]bool{}, printed: map[string]bool{}, marks: map[lineage.How]bool{}}
	tree.note(rootBranch, 0)
	tree.branches(rootBranch, "", 1)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for _, line := range lines {
		if utf8.RuneCountInString(line) > tableWidth || line != snapshot.Printable(line) {
			t.Errorf("%q", line)
		}
	}
	if len(lines) != mostLevels+1+1+3+1+1 {
		t.Errorf("%d lines:\n%s", len(lines), out.String())
	}
	for _, want := range []string{"… and 6 more of TransformJob", "… and 1,234 more: --format json has all", "… and further", "at …/b"} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, want) }) {
			t.Errorf("%q is not there:\n%s", want, out.String())
		}
	}
}

// TestLineageSVG holds that each picture of the demo is written, and is XML.
func TestLineageSVG(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	text := lineageOf(t, dir, "us-east-1:endpoint/churn-prod", "--format", "svg", "--up")
	for _, want := range []string{"<svg xmlns=", "churn-prod", "churn-xgboost-2025-03-04", "</svg>\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s", want)
		}
	}
	out := filepath.Join(t.TempDir(), "a.svg")
	lineageOf(t, dir, "us-east-1:endpoint/churn-prod", "--format", "svg", "--up", "--out", out)
	if got := read(t, filepath.Dir(out), "a.svg"); string(got) != text {
		t.Error("--out writes something else than stdout")
	}
}
