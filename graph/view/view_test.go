package view_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// The schema of the tests: a model that was read, one of which a column was not, a
// bucket that is only referred to.
var (
	model = &graph.Label{Name: "AWSSageMakerModel", Columns: []graph.Column{
		{Name: "name", Type: graph.String},
		{Name: "size", Type: graph.Int},
		{Name: "ratio", Type: graph.Float},
		{Name: "made", Type: graph.Timestamp},
		{Name: "isolated", Type: graph.Bool},
		{Name: "subnets", Type: graph.Strings},
		{Name: "tags", Type: graph.Map},
		{Name: "document", Type: graph.JSON},
		{Name: "observed", Type: graph.Bool},
		{Name: "unread", Type: graph.Strings},
	}}
	bucket  = &graph.Label{Name: "AWSS3Bucket", Columns: []graph.Column{{Name: "region", Type: graph.String}}}
	columns = []graph.Column{
		{Name: "inferred", Type: graph.Bool}, {Name: "basis", Type: graph.String}, {Name: "association_type", Type: graph.String}, {Name: "ambiguous", Type: graph.Bool},
	}
	readFrom = &graph.EdgeType{Name: "READ_FROM", Columns: columns}
	wroteTo  = &graph.EdgeType{Name: "WROTE_TO", Columns: columns}
)

const (
	first  = "arn:aws:sagemaker:us-east-1:111122223333:model/a"
	second = "arn:aws:sagemaker:us-east-1:111122223333:model/b"
	scope  = "111122223333/us-east-1"
)

// list is a source of nodes and edges that stand in memory.
type list struct {
	nodes []*graph.Node
	edges []*graph.Edge
}

func (l *list) Nodes(yield func(*graph.Node) error) error { return all(l.nodes, yield) }
func (l *list) Edges(yield func(*graph.Edge) error) error { return all(l.edges, yield) }

func all[T any](items []T, yield func(T) error) error {
	for _, item := range items {
		if err := yield(item); err != nil {
			return err
		}
	}
	return nil
}

func read(t *testing.T, keep *view.Keep) *view.Graph {
	t.Helper()
	schema, err := graph.NewSchema([]*graph.Label{model, bucket}, []*graph.EdgeType{readFrom, wroteTo})
	if err != nil {
		t.Fatal(err)
	}
	yes, null := graph.BoolValue(true), graph.Null
	edge := func(typ *graph.EdgeType, from, ref, basis string) *graph.Edge {
		return &graph.Edge{
			Type: typ, From: from, To: "data", FromLabel: model, ToLabel: bucket, Path: "Field", Ref: ref, Scope: scope,
			Values: []graph.Value{graph.BoolValue(basis != ""), graph.StringValue(basis), graph.StringValue("Produced"), yes},
		}
	}
	g, err := view.Read(&list{
		nodes: []*graph.Node{
			{ID: "data", Scope: scope, Label: bucket, Values: []graph.Value{null}},
			{ID: first, Scope: scope, Label: model, Values: []graph.Value{
				graph.StringValue("a"), graph.IntValue(3), graph.FloatValue(0.5), graph.MicrosValue(1_000_000),
				yes, graph.StringsValue([]string{"s"}), graph.MapValue([]string{"k", "v"}), graph.JSONValue("{}"), yes, null,
			}},
			{ID: second, Scope: scope, Label: model, Values: []graph.Value{
				graph.StringValue("b"), null, null, null, null, null, null, null, yes, graph.StringsValue([]string{"isolated"}),
			}},
		},
		edges: []*graph.Edge{edge(readFrom, first, "s3://data/x", "why"), edge(readFrom, second, "s3://data/y", ""), edge(wroteTo, first, "s3://data/z", "")},
	}, &graph.Header{Schema: schema, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, &graph.Report{Scopes: []graph.ScopeReport{{
		Account: "111122223333", Region: "us-east-1", Kinds: []graph.KindReport{
			{Label: model.Name, State: graph.Complete, Completeness: graph.Completeness{IDs: graph.AllIDs}},
			{Label: "AWSSageMakerEndpoint", State: graph.Denied, Completeness: graph.Completeness{IDs: graph.NoIDs}},
			{Label: "AWSSageMakerDevice", State: graph.Unoffered, Completeness: graph.Completeness{IDs: graph.NoIDs}},
		},
	}}}, keep)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var everything = &view.Keep{
	Labels: view.Columns(model.Name + " name size:I ratio:F made:T isolated:B subnets:L tags:M document:J\nAWSS3Bucket region"),
	Edges:  map[string]view.KeepEdges{"READ_FROM": {Details: true}},
}

func TestValues(t *testing.T) {
	g := read(t, everything)
	n := g.Node(first)
	size, _ := n.Int("size")
	ratio, _ := n.Float("ratio")
	made, _ := n.Time("made")
	isolated, _ := n.Bool("isolated")
	tags, known := n.Tags()
	if n.Name() != "a" || size != 3 || ratio != 0.5 || !made.Equal(time.Unix(1, 0)) || !isolated || !slices.Equal(n.Strings("subnets"), []string{"s"}) ||
		!slices.Equal(tags, []string{"k", "v"}) || !known || n.JSON("document") != "{}" || n.Account() != "111122223333" || n.Region() != "us-east-1" {
		t.Errorf("the model is %q, %d, %v, %v, %v, %q", n.Name(), size, ratio, made, isolated, tags)
	}
	if n.Text("size") != "" || n.Text("nothing") != "" || n.Known("nothing") {
		t.Error("a column of another type, or none, has a value")
	}
}

// TestKnown looks whether what is null and what was not read are told apart.
func TestKnown(t *testing.T) {
	g := read(t, everything)
	for _, c := range []struct {
		id, column string
		known      bool
	}{{first, "isolated", true}, {second, "size", true}, {second, "isolated", false}, {"data", "region", false}} {
		if got := g.Node(c.id).Known(c.column); got != c.known {
			t.Errorf("%s of %s is known: %v, want %v", c.column, c.id, got, c.known)
		}
	}
	if !g.Listed(scope, model.Name) || g.Listed(scope, "AWSSageMakerEndpoint") || !slices.Equal(g.Unlisted("AWSSageMakerEndpoint"), []string{scope}) {
		t.Error("what was listed is not told from what was not")
	}
	if !g.Listed(scope, "AWSSageMakerDevice") || len(g.Unlisted("AWSSageMakerDevice")) > 0 {
		t.Error("what a region does not offer may be there")
	}
	lacks := view.NewLacks(g)
	lacks.Kind("question", "AWSSageMakerEndpoint")
	lacks.Kind("question", model.Name)
	if list := lacks.List(); len(list) != 1 || list[0].Label != "AWSSageMakerEndpoint" || !list[0].AnswersMissing || list[0].How == "" {
		t.Errorf("what is missing is %+v", list)
	}
}

func TestEdges(t *testing.T) {
	g := read(t, everything)
	if len(g.Edges("WROTE_TO")) != 0 {
		t.Error("a type that nobody asked for is kept")
	}
	to := g.To("READ_FROM", "data")
	if len(to) != 2 || to[0].From != first || to[0].Ref != "s3://data/x" || to[0].Basis != "why" || !to[0].Inferred || to[0].Association != "Produced" || !to[0].Ambiguous || to[1].Inferred {
		t.Errorf("edges to the bucket are %+v", to)
	}
	if from := g.From("READ_FROM", second); len(from) != 1 || from[0].Ref != "s3://data/y" {
		t.Errorf("edges from the second are %+v", from)
	}
	if len(g.From("READ_FROM", "data")) != 0 {
		t.Error("the bucket has edges")
	}
	ends := view.Union(&view.Keep{Edges: map[string]view.KeepEdges{"READ_FROM": {Ends: func(from, _ string) bool { return from == "other" }}}}, &view.Keep{Labels: everything.Labels})
	if got := read(t, ends).Edges("READ_FROM"); len(got) != 0 {
		t.Errorf("edges of other labels are kept: %+v", got)
	}
	if got := read(t, view.Union(ends, everything)).Edges("READ_FROM"); len(got) != 2 || got[0].Ref == "" {
		t.Errorf("a union keeps less than one of its parts: %+v", got)
	}
}

func TestFind(t *testing.T) {
	g := read(t, everything)
	for text, want := range map[string]string{first: first, "a": first, "model/b": second, "us-east-1:model/b": second, "111122223333:us-east-1:model/b": second, "data": "data"} {
		if got, err := g.Find(text, g.Labels()); err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", text, got, err, want)
		}
	}
	var missing *view.NotFoundError
	if _, err := g.Find("c", g.Labels()); !errors.As(err, &missing) || missing.Text != "c" {
		t.Errorf("what is not there gives %v", err)
	}
}

func TestAmbiguous(t *testing.T) {
	const endpoint, west = "arn:aws:sagemaker:us-east-1:111122223333:endpoint/a", "arn:aws:sagemaker:us-west-2:111122223333:model/a"
	for _, c := range []struct {
		ids  []string
		want string
	}{
		{[]string{first, endpoint}, first + ", " + endpoint + "; give its ARN, or more of its name, such as model/a"},
		{[]string{first, west}, first + ", " + west + "; give its ARN, or more of its name, such as us-east-1:model/a"},
		{[]string{"data", endpoint}, "data, " + endpoint + "; give its ARN"},
	} {
		err := &view.AmbiguousError{Text: "a", IDs: c.ids}
		if got, want := err.Error(), `"a" may be `+c.want; got != want {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
}

func TestColumnsPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a type that does not exist is taken")
		}
	}()
	view.Columns("Label column:X")
}
