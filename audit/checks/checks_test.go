package checks_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/graph/view/viewtest"
)

// A checkCase is a graph, answers to other questions, and what one check says of them.
type checkCase struct {
	Check string // its id
	Name  string // which case of it, where it has several
	viewtest.Graph
	Answers audit.Report // of the lists that the check asks

	Find    []found  // all that it finds
	Pass    []string // what it looked at and found nothing wrong with
	Unknown []string // what it could not decide about
}

// found is a finding that a case wants: of a resource, with such evidence among
// others. Where field, value or severity are absent, they may be anything; a value
// that is to be absent is -.
type found struct{ Resource, Field, Value, Severity string }

// kept and testSchema have all that the checks read.
var (
	kept       = sync.OnceValue(checks.Keep)
	testSchema = sync.OnceValues(func() (*graph.Schema, error) {
		return viewtest.Schema(view.Union(kept(), &view.Keep{Labels: view.Columns(followed)}))
	})
)

// followed are the columns that no check keeps, and of which some ask whether they were
// read.
const followed = `
AWSSageMakerEndpoint pending_deployment_summary_endpoint_config_name
AWSSageMakerInferenceComponent specification_model_name specifications
AWSSageMakerInferenceExperiment endpoint_metadata_endpoint_config_name model_variants
AWSSageMakerInferenceRecommendationsJob input_config_model_name
AWSSageMakerLabelingJob labeling_job_initial_active_learning_model_arn
AWSSageMakerModelPackage inference_specification_containers
AWSSageMakerMonitoringSchedule endpoint_name
AWSSageMakerOptimizationJob model_source_sage_maker_model
AWSSageMakerTrainingJob input_data_config model_artifacts_s3_model_artifacts
AWSSageMakerTransformJob model_name
`

// readCases returns the cases of all files in testdata, each with the base of its
// file below it.
func readCases(t testing.TB) []*checkCase {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var all []*checkCase
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Base  viewtest.Nodes
			Cases []*checkCase
		}
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range read.Cases {
			c.Nodes = viewtest.Merge(read.Base, c.Nodes)
			all = append(all, c)
		}
	}
	return all
}

// run returns what the check of a case says of a graph: its findings, how far it
// looked, and whether something is noted as missing.
func (c *checkCase) run(t testing.TB, g *viewtest.Graph) (findings []audit.Finding, summary audit.Check, lacks bool) {
	t.Helper()
	schema, err := testSchema()
	if err != nil {
		t.Fatal(err)
	}
	return c.runOn(t, g, schema)
}

func (c *checkCase) runOn(t testing.TB, g *viewtest.Graph, schema *graph.Schema) (findings []audit.Finding, summary audit.Check, lacks bool) {
	t.Helper()
	r := c.Answers
	r.Unknown = nil
	checks.RunOnly(c.Check, g.Read(t, schema, kept()), &r)
	if len(r.Checks) != 1 {
		t.Fatalf("%s: there is no such check", c.Check)
	}
	return r.Findings, r.Checks[0], len(r.Unknown) > 0
}

// TestCases compares what each check finds with what a person worked out.
func TestCases(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(strings.TrimSuffix(c.Check+" "+c.Name, " "), func(t *testing.T) {
			findings, summary, lacks := c.run(t, &c.Graph)
			for _, f := range findings {
				if !slices.ContainsFunc(c.Find, func(want found) bool { return want.is(&f) }) {
					t.Errorf("found, which no case wants: %s %s %+v", f.Severity, f.Resource, f.Evidence)
				}
			}
			for _, want := range c.Find {
				if !slices.ContainsFunc(findings, func(f audit.Finding) bool { return want.is(&f) }) {
					t.Errorf("not found: %+v", want)
				}
			}
			if summary.Found != len(c.Find) || summary.Looked != len(c.Find)+len(c.Pass) || summary.Unknown != len(c.Unknown) {
				t.Errorf("looked at %d, found %d, %d unknown; want %d, %d, %d",
					summary.Looked, summary.Found, summary.Unknown, len(c.Find)+len(c.Pass), len(c.Find), len(c.Unknown))
			}
			if len(c.Unknown) > 0 && !lacks {
				t.Error("nothing is noted as missing")
			}
		})
	}
}

// is reports whether a finding is the one that is wanted.
func (want *found) is(f *audit.Finding) bool {
	return f.Resource == want.Resource && cmp.Or(want.Severity, string(f.Severity)) == string(f.Severity) &&
		slices.ContainsFunc(f.Evidence, func(e audit.Evidence) bool {
			value := cmp.Or(want.Value, e.Value)
			if want.Value == "-" {
				value = ""
			}
			return cmp.Or(want.Field, e.Field) == e.Field && value == e.Value
		})
}

// TestLessKnowledge takes away one piece of knowledge after the other. With less
// known, what was found is found or unknown, and nothing else is found: absent and
// not read are two things.
func TestLessKnowledge(t *testing.T) {
	for _, c := range readCases(t) {
		before, whole, _ := c.run(t, &c.Graph)
		for what, less := range lessOf(&c.Graph) {
			after, summary, _ := c.run(t, less)
			for _, f := range before {
				if !has(after, f.Resource) && summary.Unknown <= whole.Unknown {
					t.Errorf("%s %s, without %s: %s is as if it were right", c.Check, c.Name, what, f.Resource)
				}
			}
			for _, f := range after {
				if !has(before, f.Resource) {
					t.Errorf("%s %s, without %s: %s is found wrong: %+v", c.Check, c.Name, what, f.Resource, f.Evidence)
				}
			}
		}
	}
}

// TestOlderSchemas takes away the columns that a check reads, one after the other, as a
// snapshot of an older version does not have them. What was found is found or unknown,
// and nothing else is found.
func TestOlderSchemas(t *testing.T) {
	schema, err := testSchema()
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][]*checkCase{}
	for _, c := range readCases(t) {
		cases[c.Check] = append(cases[c.Check], c)
	}
	for _, check := range checks.All() {
		for label, columns := range view.Columns(check.Reads) {
			for _, column := range columns {
				older := without(t, schema, label, column.Name)
				for _, c := range cases[check.ID] {
					c.older(t, older, label, column.Name)
				}
			}
		}
	}
}

// older compares what a case's check says with what it says where a label lacks a column.
func (c *checkCase) older(t *testing.T, schema *graph.Schema, label, column string) {
	t.Helper()
	less := c.Graph
	less.Nodes = viewtest.Merge(c.Nodes, nil)
	set := false
	for _, p := range less.Nodes[label] {
		set = set || p[column] != nil
		delete(p, column)
	}
	if !set {
		return
	}
	before, whole, _ := c.run(t, &c.Graph)
	after, summary, _ := c.runOn(t, &less, schema)
	for _, f := range before {
		if !has(after, f.Resource) && summary.Unknown <= whole.Unknown {
			t.Errorf("%s %s, without %s.%s: %s is as if it were right", c.Check, c.Name, label, column, f.Resource)
		}
	}
	for _, f := range after {
		if !has(before, f.Resource) {
			t.Errorf("%s %s, without %s.%s: %s is found wrong: %+v", c.Check, c.Name, label, column, f.Resource, f.Evidence)
		}
	}
}

// without returns a schema in which a label lacks a column.
func without(t *testing.T, schema *graph.Schema, name, column string) *graph.Schema {
	t.Helper()
	label := schema.Label(name)
	less := *label
	less.Columns = slices.DeleteFunc(slices.Clone(label.Columns), func(c graph.Column) bool { return c.Name == column })
	labels := slices.Clone(schema.Labels)
	labels[slices.Index(labels, label)] = &less
	older, err := graph.NewSchema(labels, schema.EdgeTypes)
	if err != nil {
		t.Fatal(err)
	}
	return older
}

func has(findings []audit.Finding, resource string) bool {
	return slices.ContainsFunc(findings, func(f audit.Finding) bool { return f.Resource == resource })
}

// lessOf returns graphs that know one thing less, by what that is: a column of a
// node, all of a node, a label.
func lessOf(g *viewtest.Graph) map[string]*viewtest.Graph {
	all := map[string]*viewtest.Graph{}
	for label, byID := range g.Nodes {
		unlisted := *g
		unlisted.Unlisted = append(slices.Clone(g.Unlisted), label)
		all["all "+label] = &unlisted
		for id, p := range byID {
			if p["observed"] == false {
				continue
			}
			for _, column := range kept().Labels[label] {
				all[column.Name+" of "+id] = with(g, label, id, func(p viewtest.Properties) {
					delete(p, column.Name)
					unread, _ := p["unread"].([]any)
					p["unread"] = append(slices.Clone(unread), column.Name)
				})
			}
		}
	}
	return all
}

// with returns a graph in which a node is changed.
func with(g *viewtest.Graph, label, id string, change func(viewtest.Properties)) *viewtest.Graph {
	changed := *g
	changed.Nodes = viewtest.Merge(g.Nodes, nil)
	change(changed.Nodes[label][id])
	return &changed
}

// shared are ids of others' checks that look at several kinds, or at several settings,
// at once.
const shared = "SM-01 SM-03 SM-13 SM-15 SM-17 SM-19 CKV_AWS_187"

// TestTable holds what every check must have: a case that finds it and one that does
// not, an id of its own, and the words that a reader needs.
func TestTable(t *testing.T) {
	finds, passes := map[string]bool{}, map[string]bool{}
	for _, c := range readCases(t) {
		finds[c.Check] = finds[c.Check] || len(c.Find) > 0
		passes[c.Check] = passes[c.Check] || len(c.Pass) > 0
	}
	wellFormed := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	owners := map[string]string{} // ids and aliases
	own := func(name, id string) {
		if other, ok := owners[name]; ok && !slices.Contains(strings.Fields(shared), name) {
			t.Errorf("%s: %s is %s already", id, name, other)
		}
		owners[name] = id
	}
	for _, c := range checks.All() {
		own(c.ID, c.ID)
		for _, alias := range strings.Fields(c.Aliases) {
			own(alias, c.ID)
		}
		switch {
		case !wellFormed.MatchString(c.ID):
			t.Errorf("%q is no id: words of small letters with - between them", c.ID)
		case c.Title == "" || strings.HasSuffix(c.Title, ".") || strings.Contains(c.Title, "\n"):
			t.Errorf("%s: title %q: one line without a full stop", c.ID, c.Title)
		case !strings.HasSuffix(c.Fix, ".") || strings.Contains(c.Fix, "\n"):
			t.Errorf("%s: fix %q: one line, a sentence", c.ID, c.Fix)
		case !slices.Contains(audit.Levels(), c.Severity):
			t.Errorf("%s: severity %q", c.ID, c.Severity)
		case len(strings.Fields(c.References)) == 0:
			t.Errorf("%s has no references", c.ID)
		case !finds[c.ID] || !passes[c.ID]:
			t.Errorf("%s: testdata has a case that finds: %v, and one that does not: %v", c.ID, finds[c.ID], passes[c.ID])
		}
		for _, address := range strings.Fields(c.References) {
			if !strings.HasPrefix(address, "https://") {
				t.Errorf("%s: reference %s", c.ID, address)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(finds)) {
		if owners[id] != id {
			t.Errorf("testdata has cases of %s, and there is no such check", id)
		}
	}
}

// TestPlaces looks at every text of this package that is a place: the column must be
// called as the API's member is, or two rows were mixed up.
func TestPlaces(t *testing.T) {
	places := regexp.MustCompile(`"([a-z0-9_]+)(:[A-Z])? ([A-Z][A-Za-z0-9]+(?:\[\])?(?:\.[A-Z][A-Za-z0-9]+(?:\[\])?)*)"`)
	words := regexp.MustCompile(`S3|KMS|[A-Z][a-z0-9]*`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range places.FindAllStringSubmatch(string(text), -1) {
			seen++
			steps := strings.Split(m[3], ".")
			if m[2] == ":J" && strings.HasSuffix(steps[0], "[]") {
				steps = steps[:1]
			} else if m[2] == ":J" {
				steps = steps[:min(2, len(steps))]
			}
			want := strings.ToLower(strings.Join(words.FindAllString(strings.Join(steps, ""), -1), "_"))
			if short, ok := catalog.ShortNames()[m[3]]; ok {
				want = short
			}
			if m[1] != want {
				t.Errorf("%s: %s is said to be in the column %s, and is in %s", file, m[3], m[1], want)
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d places were looked at", seen)
	}
}

// BenchmarkRun looks at so many resources with all checks.
func BenchmarkRun(b *testing.B) {
	schema, err := testSchema()
	if err != nil {
		b.Fatal(err)
	}
	const n = 10_000
	whole := &viewtest.Graph{Nodes: viewtest.Nodes{}}
	cases := readCases(b)
	for i := 0; len(whole.Nodes) == 0 || count(whole.Nodes) < n; i++ {
		for label, byID := range cases[i%len(cases)].Nodes {
			if whole.Nodes[label] == nil {
				whole.Nodes[label] = map[string]viewtest.Properties{}
			}
			for id, p := range byID {
				whole.Nodes[label][fmt.Sprint(id, "-", i)] = p
			}
		}
	}
	g := whole.Read(b, schema, kept())
	b.ReportAllocs()
	for b.Loop() {
		checks.Run(g, &audit.Report{})
	}
}

func count(nodes viewtest.Nodes) (n int) {
	for _, byID := range nodes {
		n += len(byID)
	}
	return n
}
