package collect

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

var table = reading.Compile(catalog.New())

// runOf is a kind that is read.
func runOf(label string, l listing) *kindRun {
	return &kindRun{scope: &scope{}, Kind: table.Kind(label), wanted: true, listing: l, unread: unreadCounts{}}
}

// TestCompleteness works out what is known of a kind from how its listing went.
func TestCompleteness(t *testing.T) {
	const label = "AWSSageMakerPipelineExecution"
	cut := &graph.Cut{Of: "AWSSageMakerPipeline", Newest: 10}
	for _, c := range []struct {
		name    string
		listing listing
		column  string // that was not read of one
		because graph.Cause
		ids     graph.Extent
		state   graph.State
	}{
		{name: "all", listing: listing{answered: true}, ids: graph.AllIDs, state: graph.Complete},
		{name: "denied", listing: listing{failed: true, none: graph.Denied}, ids: graph.NoIDs, state: graph.Denied},
		{name: "failed", listing: listing{failed: true, none: graph.Unavailable}, ids: graph.NoIDs, state: graph.Unavailable},
		{name: "not offered", listing: listing{none: graph.Unoffered}, ids: graph.NoIDs, state: graph.Unoffered},
		{name: "one of several not offered", listing: listing{answered: true, none: graph.Unoffered}, ids: graph.AllIDs, state: graph.Complete},
		{name: "one of several denied", listing: listing{answered: true, failed: true, none: graph.Denied}, ids: graph.SomeIDs, state: graph.Partial},
		{name: "one page failed", listing: listing{answered: true, failed: true}, ids: graph.SomeIDs, state: graph.Partial},
		{name: "cut", listing: listing{answered: true, cut: cut}, ids: graph.CutIDs, state: graph.Limited},
		{name: "cut and failed", listing: listing{answered: true, failed: true, cut: cut}, ids: graph.SomeIDs, state: graph.Partial},
		{name: "a field by limit", listing: listing{answered: true}, because: graph.ByLimit, ids: graph.AllIDs, state: graph.Limited},
		{name: "a field by gap", listing: listing{answered: true}, column: "tags", because: graph.ByGap, ids: graph.AllIDs, state: graph.Partial},
		{name: "cut, and a field by gap", listing: listing{answered: true, cut: cut}, column: "tags", because: graph.ByGap, ids: graph.CutIDs, state: graph.Partial},
		{name: "denied, and a field by gap", listing: listing{failed: true, none: graph.Denied}, column: "tags", because: graph.ByGap, ids: graph.NoIDs, state: graph.Denied},
	} {
		r := runOf(label, c.listing)
		switch {
		case c.column != "":
			r.unread.count(nil, "", []string{c.column})
		case c.because != "":
			r.unread.count(reflect.TypeFor[types.PipelineExecution](), c.because, nil)
		}
		k := r.report()
		if k.IDs != c.ids || k.State != c.state || (k.Cut != nil) != (c.ids == graph.CutIDs) {
			t.Errorf("%s: %+v", c.name, k)
		}
		if k.IDs == graph.NoIDs && (k.Detail != "" || k.Unread != nil) {
			t.Errorf("%s: of nothing it says %+v", c.name, k)
		}
	}
	skipped := runOf(label, listing{})
	skipped.wanted = false
	if k := skipped.report(); k.State != graph.Skipped || k.IDs != graph.NoIDs {
		t.Errorf("skipped: %+v", k)
	}
}

// TestUnreadCounts gathers fields by column and cause, whichever way they came.
func TestUnreadCounts(t *testing.T) {
	k := table.Kind("AWSSageMakerEndpoint")
	item, record := k.Item(), k.Search.Record
	u := unreadCounts{}
	if got := u.fields(k); len(got) != 0 {
		t.Errorf("nothing: %v", got)
	}
	u.count(k.Details(), "", nil) // all was read
	if got := u.fields(k); len(got) != 0 {
		t.Errorf("the details lack %v", got)
	}
	for range 3 {
		u.count(record, graph.ByLimit, nil)
	}
	u.count(item, graph.ByGap, nil)
	u.count(k.Details(), "", []string{"creation_time", "tags"})
	u.count(item, graph.ByGap, []string{"creation_time"})
	want := map[string]graph.Unread{}
	for _, one := range []struct {
		of      []graph.Unread
		because graph.Cause
		n       int64
	}{{k.Lacks(record), graph.ByLimit, 3}, {k.Lacks(item), graph.ByGap, 2}, {[]graph.Unread{{Column: "creation_time"}}, graph.ByGap, 2}, {[]graph.Unread{{Column: "tags"}}, graph.ByGap, 1}} {
		for _, f := range one.of {
			key := fmt.Sprint(f.Column, " ", one.because)
			w := want[key]
			w.Column, w.Because, w.Paths = f.Column, one.because, f.Paths
			w.Count += one.n
			want[key] = w
		}
	}
	got := u.fields(k)
	if len(got) != len(want) {
		t.Errorf("%d fields, want %d", len(got), len(want))
	}
	for i, f := range got {
		w := want[fmt.Sprint(f.Column, " ", f.Because)]
		if f.Count != w.Count || fmt.Sprint(f.Paths) != fmt.Sprint(w.Paths) || f.Column == "" {
			t.Errorf("got %+v, want %+v", f, w)
		}
		if i > 0 && graph.CompareUnread(got[i-1], f) >= 0 {
			t.Errorf("%+v comes after %+v", f, got[i-1])
		}
	}
	// A column of its own has its references.
	u = unreadCounts{}
	u.count(nil, "", []string{"data_capture_config_kms_key_id", "data_capture_config_destination_s3_uri"})
	for _, f := range u.fields(k) {
		if fmt.Sprint(f.Paths) != fmt.Sprint(k.Paths(f.Column)) || f.Because != graph.ByGap {
			t.Errorf("%+v", f)
		}
	}
}

// TestWorst finds what says most about a failure.
func TestWorst(t *testing.T) {
	for _, c := range []struct{ a, b, want graph.State }{
		{"", "", ""},
		{"", graph.Denied, graph.Denied},
		{graph.Unoffered, "", graph.Unoffered},
		{graph.Unoffered, graph.Denied, graph.Denied},
		{graph.Denied, graph.Unavailable, graph.Unavailable},
		{graph.Unavailable, graph.Unoffered, graph.Unavailable},
	} {
		if got := worst(c.a, c.b); got != c.want || worst(c.b, c.a) != c.want {
			t.Errorf("%q and %q: %q", c.a, c.b, got)
		}
	}
}

// TestInherit hands over what the parent's listing lacks.
func TestInherit(t *testing.T) {
	for _, c := range []struct {
		name    string
		parent  listing
		column  string // of the parent that was not read
		because graph.Cause
		label   string
		ids     graph.Extent
		state   graph.State
		cut     graph.Cut
	}{
		{name: "all", parent: listing{answered: true}, label: "AWSSageMakerPipelineExecution", ids: graph.AllIDs, state: graph.Complete},
		{name: "denied", parent: listing{failed: true, none: graph.Denied}, label: "AWSSageMakerPipelineExecution", ids: graph.NoIDs, state: graph.Denied},
		{name: "not offered", parent: listing{none: graph.Unoffered}, label: "AWSSageMakerPipelineExecution", ids: graph.NoIDs, state: graph.Unoffered},
		{name: "some", parent: listing{answered: true, failed: true}, label: "AWSSageMakerPipelineExecution", ids: graph.SomeIDs, state: graph.Partial},
		{
			name: "cut", parent: listing{answered: true, cut: &graph.Cut{Of: "AWSSageMakerPipeline", Newest: 10}}, label: "AWSSageMakerPipelineExecution",
			ids: graph.CutIDs, state: graph.Limited, cut: graph.Cut{Of: "AWSSageMakerPipeline", Inherited: true},
		},
		{name: "another column", parent: listing{answered: true}, column: "description", because: graph.ByGap, label: "AWSSageMakerPipelineStep", ids: graph.AllIDs, state: graph.Complete},
		{name: "its column, by gap", parent: listing{answered: true}, column: "pipeline_definition", because: graph.ByGap, label: "AWSSageMakerPipelineStep", ids: graph.SomeIDs, state: graph.Partial},
		{
			name: "its column, by limit", parent: listing{answered: true}, column: "pipeline_definition", because: graph.ByLimit, label: "AWSSageMakerPipelineStep",
			ids: graph.CutIDs, state: graph.Limited, cut: graph.Cut{Of: "AWSSageMakerPipeline", Column: "pipeline_definition"},
		},
	} {
		parent := runOf("AWSSageMakerPipeline", c.parent)
		switch c.because {
		case graph.ByGap:
			parent.unread.count(nil, "", []string{c.column})
		case graph.ByLimit:
			parent.unread.count(parent.Search.Record, c.because, nil)
		}
		child := runOf(c.label, listing{})
		child.kinds = map[string]*kindRun{"AWSSageMakerPipeline": parent}
		child.inherit(parent)
		k := child.report()
		if k.IDs != c.ids || k.State != c.state || k.Cut == nil != (c.cut == graph.Cut{}) || k.Cut != nil && *k.Cut != c.cut {
			t.Errorf("%s: %+v, cut %+v", c.name, k, k.Cut)
		}
	}
}

// TestNothingListed tells an empty account from one of which nothing is known.
func TestNothingListed(t *testing.T) {
	gap := []*graph.Gap{{Code: "x"}}
	of := func(states ...graph.State) graph.ScopeReport {
		var s graph.ScopeReport
		for _, state := range states {
			s.Kinds = append(s.Kinds, graph.KindReport{State: state})
		}
		return s
	}
	for _, c := range []struct {
		name   string
		scopes []graph.ScopeReport
		gaps   []*graph.Gap
		want   string
	}{
		{"empty", []graph.ScopeReport{of(graph.Complete, graph.Complete)}, nil, ""},
		{"denied", []graph.ScopeReport{of(graph.Denied, graph.Skipped, graph.Unoffered)}, gap, "denied"},
		{"failed", []graph.ScopeReport{of(graph.Unavailable)}, gap, "endpoint"},
		{"denied and failed", []graph.ScopeReport{of(graph.Denied), of(graph.Unavailable)}, gap, "endpoint"},
		{"one could be", []graph.ScopeReport{of(graph.Denied, graph.Denied), of(graph.Denied, graph.Partial)}, gap, ""},
		{"limited", []graph.ScopeReport{of(graph.Denied, graph.Limited)}, gap, ""},
		{"not offered anywhere", []graph.ScopeReport{of(graph.Unoffered, graph.Unoffered)}, nil, ""},
		{"nothing asked for", []graph.ScopeReport{of(graph.Skipped)}, nil, ""},
	} {
		err := nothingListed(&graph.Report{Scopes: c.scopes, Gaps: c.gaps})
		got := ""
		switch {
		case errors.As(err, new(*DeniedError)):
			got = "denied"
		case errors.As(err, new(*EndpointError)):
			got = "endpoint"
		case err != nil:
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestSpans cuts what was listed into spans that leave nothing out.
func TestSpans(t *testing.T) {
	for _, most := range []int64{mostInMemory, 0} {
		testSpans(t, &shelf{dir: t.TempDir(), most: most})
	}
}

func testSpans(t *testing.T, on *shelf) {
	r := runOf("AWSSageMakerModel", listing{})
	r.seen = newMemory(on, seenCodec)
	const n = 1000
	for i := range n {
		r.seen.put(identityOf(fmt.Sprint(i)), seen{created: int64(1_700_000_000_000_000 + i/7*1500), written: i%10 == 0})
	}
	spans := r.spans(span{}, 100)
	if len(spans) < 5 || spans[0].from != 0 || spans[len(spans)-1].to != 0 {
		t.Errorf("%v", spans)
	}
	all := map[identity]seen{}
	r.seen.each(func(id identity, s seen) { all[id] = s })
	if len(all) != n {
		t.Fatalf("%d of %d are remembered", len(all), n)
	}
	for _, s := range all {
		in := 0
		for _, one := range spans {
			if one.has(s.created) {
				in++
			}
		}
		if in != 1 {
			t.Fatalf("%d is in %d spans", s.created, in)
		}
	}
	// All at the same time are one span.
	for id, s := range all {
		s.created = 1_700_000_000_000_000
		r.seen.put(id, s)
	}
	if spans := r.spans(span{}, 100); len(spans) != 1 {
		t.Errorf("%v", spans)
	}
	if err := r.seen.forget(); err != nil || on.inMemory.Load() != 0 {
		t.Errorf("%d are still in memory (%v)", on.inMemory.Load(), err)
	}
}

// TestStateOf says what a kind is of which nothing could be listed.
func TestStateOf(t *testing.T) {
	for class, want := range map[calling.Class]graph.State{
		calling.Failed: graph.Unavailable, calling.Denied: graph.Denied, calling.Unavailable: graph.Unavailable, calling.Unoffered: graph.Unoffered,
		calling.Gone: graph.Unavailable, calling.Doubted: graph.Unavailable,
	} {
		if got := stateOf(class); got != want {
			t.Errorf("class %d: %s, want %s", class, got, want)
		}
	}
}
