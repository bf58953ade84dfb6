package snapshot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot"
)

const east, west = "012345678901/us-east-1", "012345678901/us-west-2"

// kind returns the report of a kind whose state follows from what is known.
func kind(noun string, none graph.State, c graph.Completeness) graph.KindReport {
	return graph.KindReport{Label: "AWSSageMaker" + noun, State: c.StateOf(none), Completeness: c, Detail: "describe"}
}

func all(noun string) graph.KindReport { return kind(noun, "", graph.Completeness{IDs: graph.AllIDs}) }

// searched is a kind of which fields were not read, the first few of them
// references.
func searched(noun string, count int64, fields, references int) graph.KindReport {
	c := graph.Completeness{IDs: graph.AllIDs}
	for i := range fields {
		u := graph.Unread{Column: fmt.Sprintf("c%02d", i), Because: graph.ByLimit, Count: count}
		if i < references {
			u.Paths = []string{fmt.Sprint("P", i)}
		}
		c.Unread = append(c.Unread, u)
	}
	k := kind(noun, "", c)
	k.Detail = "search"
	return k
}

func cut(noun string, c graph.Cut) graph.KindReport {
	return kind(noun, "", graph.Completeness{IDs: graph.CutIDs, Cut: &c})
}

func report(inEast, inWest []graph.KindReport, gaps ...*graph.Gap) *graph.Report {
	r := &graph.Report{Gaps: gaps, Scopes: []graph.ScopeReport{{Account: "012345678901", Region: "us-east-1", Tags: graph.Complete, Kinds: inEast}}}
	if inWest != nil {
		r.Scopes = append(r.Scopes, graph.ScopeReport{Account: "012345678901", Region: "us-west-2", Tags: graph.Complete, Kinds: inWest})
	}
	return r
}

func TestMissing(t *testing.T) {
	kinds := func(k ...graph.KindReport) []graph.KindReport { return k }
	const pipeline, execution = "AWSSageMakerPipeline", "AWSSageMakerPipelineExecution"
	for _, c := range []struct {
		name   string
		report *graph.Report
		want   []string
	}{
		{"nothing", report(kinds(all("Model"), kind("Hub", graph.Unoffered, graph.Completeness{IDs: graph.NoIDs})), nil), nil},
		{"search", report(kinds(searched("TrainingJob", 6000, 23, 5)), nil), []string{
			"TrainingJob: 6,000 read by Search; 23 fields not read, 5 of them references (--describe-limit all reads them, 6,000 calls)",
		}},
		{"search in two regions", report(kinds(searched("Model", 1, 1, 0), searched("TrainingJob", 3000, 2, 1)), kinds(searched("TrainingJob", 2500, 3, 1))), []string{
			"TrainingJob: 5,500 read by Search; 3 fields not read, 1 of them a reference (--describe-limit all reads them, 5,500 calls)",
			"Model: 1 read by Search; 1 field not read (--describe-limit all reads it, 1 call)",
		}},
		{"cut lists", report(
			kinds(cut("PipelineExecution", graph.Cut{Of: pipeline, Newest: 10}), cut("PipelineExecutionStep", graph.Cut{Of: execution, Inherited: true}), cut("PipelineStep", graph.Cut{Of: pipeline, Column: "pipeline_definition"})),
			kinds(cut("PipelineExecution", graph.Cut{Of: pipeline, Newest: 10}), cut("MonitoringExecution", graph.Cut{Of: "AWSSageMakerMonitoringSchedule"})),
		), []string{
			"PipelineExecution: only the newest 10 of each Pipeline were read (--pipeline-executions all reads the others)",
			"PipelineExecutionStep: only those of each PipelineExecution that was read (--pipeline-executions all reads the others)",
			"PipelineStep: those of a Pipeline whose pipeline_definition was not read are missing (--describe-limit all reads them)",
			"MonitoringExecution: none of any MonitoringSchedule were read (--pipeline-executions all reads them)",
		}},
		{"gaps, the worst first", report(
			kinds(kind("Model", "", graph.Completeness{IDs: graph.SomeIDs}), kind("Hub", graph.Denied, graph.Completeness{IDs: graph.NoIDs})), kinds(kind("Hub", graph.Denied, graph.Completeness{IDs: graph.NoIDs})),
			&graph.Gap{Scope: east, Label: "AWSSageMakerModel", Action: "sagemaker:DescribeModel", Code: "AccessDeniedException", Message: "not you", Count: 29, IDs: []string{"m"}},
			&graph.Gap{Scope: east, Label: "AWSSageMakerModel", Action: "sagemaker:ListTags", Code: "ThrottlingException", Message: "slow down", Count: 40, IDs: []string{"m"}},
			&graph.Gap{Scope: east, Label: "AWSSageMakerHub", Action: "sagemaker:ListHubs", Code: "AccessDenied", Count: 1},
			&graph.Gap{Scope: west, Label: "AWSSageMakerHub", Action: "sagemaker:ListHubs", Code: "AccessDenied", Message: "nor here", Count: 1},
		), []string{
			"sagemaker:ListHubs denied × 2 in " + east + ", " + west + " (AccessDenied: nor here)",
			"sagemaker:ListTags throttled × 40 for Model in " + east + " (ThrottlingException: slow down)",
			"sagemaker:DescribeModel denied × 29 in " + east + " (AccessDeniedException: not you)",
		}},
		{"a gap that nothing explains", report(kinds(kind("Model", "", graph.Completeness{IDs: graph.SomeIDs})), nil), []string{"Model: partial in " + east}},
		{"not asked for", report(kinds(all("Model"), kind("App", graph.Skipped, graph.Completeness{IDs: graph.NoIDs}), kind("Hub", graph.Skipped, graph.Completeness{IDs: graph.NoIDs}),
			graph.KindReport{Label: "AWSS3Bucket", State: graph.Skipped, Completeness: graph.Completeness{IDs: graph.NoIDs}}), nil), []string{
			"2 kinds not asked for (--kinds, --skip-kinds)",
			"AWSS3Bucket: only what refers to them was read (see --neighbors)",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := snapshot.Missing(c.report); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if c.report.Complete() != (len(c.want) == 0) {
				t.Errorf("complete: %v, and %d lines", c.report.Complete(), len(c.want))
			}
			gaps := slices.ContainsFunc(snapshot.Lacks(c.report), func(l snapshot.Lack) bool { return l.Gap })
			if gaps != c.report.HasGaps() {
				t.Errorf("gaps: %v, and the lines say %v", c.report.HasGaps(), gaps)
			}
		})
	}
}

// A message of an API does not fill the screen, nor do the names of regions.
func TestMissingIsShort(t *testing.T) {
	r := report(nil, nil)
	for i := range 17 {
		r.Gaps = append(r.Gaps, &graph.Gap{Scope: fmt.Sprintf("1/r%02d", i), Label: "A", Action: "x:ListB", Code: "C", Message: strings.Repeat("é", 1000), Count: 1})
	}
	lines := snapshot.Missing(r)
	if len(lines) != 1 || !strings.Contains(lines[0], "in 1/r00, 1/r01, 1/r02 and 14 more (C: é") || len([]rune(lines[0])) > 400 {
		t.Errorf("got %q", lines)
	}
}

func TestEmptyScopes(t *testing.T) {
	none := func(s graph.State) graph.KindReport { return kind("Hub", s, graph.Completeness{IDs: graph.NoIDs}) }
	some := all("App")
	some.Listed = 1
	for name, c := range map[string]struct {
		kinds []graph.KindReport
		want  []string
	}{
		"nothing there":        {[]graph.KindReport{all("App"), none(graph.Unoffered)}, []string{east}},
		"not all asked for":    {[]graph.KindReport{all("App"), none(graph.Skipped)}, []string{east}},
		"something there":      {[]graph.KindReport{some, all("Model")}, nil},
		"one denied":           {[]graph.KindReport{all("App"), none(graph.Denied)}, nil},
		"one partly listed":    {[]graph.KindReport{all("App"), kind("Model", "", graph.Completeness{IDs: graph.SomeIDs})}, nil},
		"no kind of SageMaker": {[]graph.KindReport{{Label: "AWSS3Bucket", Completeness: graph.Completeness{IDs: graph.AllIDs}}}, nil},
	} {
		if got := snapshot.EmptyScopes(report(c.kinds, nil)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// verify repeats what is missing, and takes it for no problem; a manifest that
// calls complete what is not is one.
func TestVerifyMissing(t *testing.T) {
	published := func(edit func(*snapshot.Manifest), absent ...string) *snapshot.Verification {
		path := t.TempDir() + "/s"
		b, err := snapshot.Create(path, snapshot.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		g := graphtest.Sample()
		g.Header.Absent = absent // as the edited manifest says
		m := write(t, b, g)
		edit(m)
		if err := b.Publish(m, g.Header.Schema); err != nil {
			t.Fatal(err)
		}
		if back, err := snapshot.Open(path); err != nil || back.Manifest.IsComplete != back.Manifest.Report.Complete() {
			t.Errorf("%v, complete: %v", err, back.Manifest.IsComplete)
		}
		return verify(t, path)
	}
	v := published(func(m *snapshot.Manifest) {
		m.Scopes[0].Kinds = append(m.Scopes[0].Kinds, kind("App", graph.Skipped, graph.Completeness{IDs: graph.NoIDs}))
	}, "AWSSageMakerApp")
	if len(v.Problems) > 0 || len(v.Missing) != 1 || v.Missing[0] != "1 kind not asked for (--kinds, --skip-kinds)" {
		t.Errorf("missing %q, problems %s", v.Missing, problems(v))
	}
	v = published(func(m *snapshot.Manifest) {
		m.Scopes[0].Kinds[0].Unread = searched("X", 1, 1, 0).Unread
	})
	if len(v.Problems) != 1 || !strings.Contains(v.Problems[0].String(), "calls AWSSageMakerModel in "+east+" complete, and what it says of it is limited") {
		t.Errorf("problems %s", problems(v))
	}
}
