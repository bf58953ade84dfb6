package graph_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/sgexport/sgexport/graph"
)

func TestStateOf(t *testing.T) {
	limit := graph.Unread{Column: "a", Because: graph.ByLimit, Count: 1}
	gap := graph.Unread{Column: "a", Because: graph.ByGap, Count: 1}
	for _, c := range []struct {
		ids    graph.Extent
		unread []graph.Unread
		want   graph.State
	}{
		{graph.AllIDs, nil, graph.Complete},
		{graph.AllIDs, []graph.Unread{limit}, graph.Limited},
		{graph.AllIDs, []graph.Unread{gap}, graph.Partial},
		{graph.AllIDs, []graph.Unread{limit, gap}, graph.Partial},
		{graph.CutIDs, nil, graph.Limited},
		{graph.CutIDs, []graph.Unread{limit}, graph.Limited},
		{graph.CutIDs, []graph.Unread{gap}, graph.Partial},
		{graph.SomeIDs, nil, graph.Partial},
		{graph.SomeIDs, []graph.Unread{limit}, graph.Partial},
		{graph.NoIDs, nil, graph.Denied},
		{graph.NoIDs, []graph.Unread{limit, gap}, graph.Denied},
		{"", nil, graph.Partial},
		{graph.AllIDs, []graph.Unread{{Column: "a"}}, graph.Partial},
	} {
		value := graph.Completeness{IDs: c.ids, Unread: c.unread}
		if got := value.StateOf(graph.Denied); got != c.want {
			t.Errorf("%q, %v: got %s, want %s", c.ids, c.unread, got, c.want)
		}
	}
	for _, none := range []graph.State{graph.Denied, graph.Unavailable, graph.Unoffered, graph.Skipped} {
		if got := (&graph.Completeness{IDs: graph.NoIDs}).StateOf(none); got != none {
			t.Errorf("nothing was listed: got %s, want %s", got, none)
		}
	}
}

// randomKind returns a report of one kind whose state follows from its value.
func randomKind(r *rand.Rand, label string) graph.KindReport {
	k := graph.KindReport{Label: label}
	k.IDs = []graph.Extent{graph.AllIDs, graph.AllIDs, graph.CutIDs, graph.SomeIDs, graph.NoIDs}[r.IntN(5)]
	for i := range r.IntN(3) {
		k.Unread = append(k.Unread, graph.Unread{
			Column: fmt.Sprint("c", i), Paths: []string{"P", fmt.Sprint("P", i)}[:r.IntN(3)],
			Because: []graph.Cause{graph.ByLimit, graph.ByGap}[r.IntN(2)], Count: 1,
		})
	}
	k.State = k.StateOf([]graph.State{graph.Denied, graph.Unavailable, graph.Unoffered, graph.Skipped}[r.IntN(4)])
	return k
}

// Complete, HasGaps and HeaderScopes say of any report what its values say.
func TestReportFollowsFromCompleteness(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[[2]bool]int{}
	for range 20_000 {
		report := graph.Report{Scopes: []graph.ScopeReport{{Account: "1", Region: "a", Tags: graph.Complete}}}
		for i := range r.IntN(4) {
			report.Scopes[0].Kinds = append(report.Scopes[0].Kinds, randomKind(r, fmt.Sprint("L", i)))
		}
		missing, gaps := false, false
		labels := map[string]graph.LabelScope{}
		for _, k := range report.Scopes[0].Kinds {
			whole := k.IDs == graph.AllIDs && len(k.Unread) == 0
			missing = missing || !whole && k.State != graph.Unoffered
			byGap := slices.ContainsFunc(k.Unread, func(u graph.Unread) bool { return u.Because == graph.ByGap })
			none := k.IDs == graph.NoIDs
			gaps = gaps || k.IDs == graph.SomeIDs || byGap && !none || none && (k.State == graph.Denied || k.State == graph.Unavailable)
			if (k.State == graph.Complete) != whole {
				t.Fatalf("%+v is called complete: %v", k, k.State)
			}
			if !none {
				var paths []string
				for _, u := range k.Unread {
					paths = append(paths, u.Paths...)
				}
				slices.Sort(paths)
				labels[k.Label] = graph.LabelScope{Label: k.Label, Listed: k.IDs == graph.AllIDs, Unread: slices.Compact(paths)}
			}
		}
		if report.Complete() != !missing || report.HasGaps() != gaps {
			t.Fatalf("complete %v, gaps %v: %+v", report.Complete(), report.HasGaps(), report.Scopes[0].Kinds)
		}
		if report.Complete() && report.HasGaps() {
			t.Fatalf("complete with gaps: %+v", report.Scopes[0].Kinds)
		}
		seen[[2]bool{report.Complete(), report.HasGaps()}]++
		got := report.HeaderScopes()
		if len(got) != 1 || got[0].ID != "1/a" || len(got[0].Labels) != len(labels) {
			t.Fatalf("got %+v, want %v", got, labels)
		}
		for _, l := range got[0].Labels {
			if want := labels[l.Label]; l.Listed != want.Listed || !slices.Equal(l.Unread, want.Unread) {
				t.Fatalf("got %+v, want %+v", l, want)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("only %v came up", seen)
	}
}

func TestGapsOfNoKind(t *testing.T) {
	r := graph.Report{Scopes: []graph.ScopeReport{{Tags: graph.Complete}}, Gaps: []*graph.Gap{{}}}
	if r.Complete() || !r.HasGaps() {
		t.Error("a gap does not count")
	}
	r = graph.Report{Scopes: []graph.ScopeReport{{Tags: graph.Denied}}}
	if r.Complete() || !r.HasGaps() {
		t.Error("denied tags do not count")
	}
}

// The value stands in the kind's own object, and reads back.
func TestKindReportJSON(t *testing.T) {
	k := graph.KindReport{Label: "A", State: graph.Limited, Completeness: graph.Completeness{
		IDs: graph.CutIDs, Cut: &graph.Cut{Of: "B", Newest: 10}, Unread: []graph.Unread{{Column: "c", Paths: []string{"C"}, Because: graph.ByLimit, Count: 2}},
	}, Listed: 3, Written: 3, Detail: "list"}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"label":"A","state":"limited","ids":"cut","cut":{"of":"B","newest":10},"unread":[{"column":"c","paths":["C"],"because":"limit","count":2}],"listed":3,"written":3,"calls":0,"detail":"list"}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	var back graph.KindReport
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, k) {
		t.Errorf("%v, read back %+v", err, back)
	}
}
