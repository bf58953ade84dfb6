package lineage

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

const (
	testAccount = "111122223333"
	testScope   = testAccount + "/us-east-1"
)

// A memory is a graph in memory.
type memory struct {
	nodes []*graph.Node
	edges []*graph.Edge
}

func (m *memory) Nodes(yield func(*graph.Node) error) error { return each(m.nodes, yield) }
func (m *memory) Edges(yield func(*graph.Edge) error) error { return each(m.edges, yield) }

func each[T any](list []T, yield func(T) error) error {
	for _, v := range list {
		if err := yield(v); err != nil {
			return err
		}
	}
	return nil
}

// idOf is the id of a node as tests write it: TrainingJob/j, s3://bucket/key.
func idOf(word string) (id, label string) {
	if name, _, ok := location.Split(word); ok {
		return name, bucket
	}
	label, name, _ := strings.Cut(word, "/")
	if strings.HasPrefix(label, "AWS") {
		return name, label
	}
	return "arn:aws:sagemaker:us-east-1:" + testAccount + ":" + strings.ToLower(label) + "/" + name, "AWSSageMaker" + label
}

// builder makes a graph of lines of text:
//
//	TrainingJob/j READ_FROM s3://bucket/key @path  an edge; without a path, it has the first of the schema
//	TrainingJob/j: status=Completed                a node's columns
type builder struct {
	t      testing.TB
	schema *graph.Schema
	nodes  map[string]*graph.Node
	edges  []*graph.Edge
	report graph.ScopeReport
	whole  bool // the snapshot has all of the schema, and not only what its graph has
}

// testSchema takes longer to make than what a test does with it.
var testSchema = sync.OnceValue(exporter.Schema)

func newBuilder(t testing.TB) *builder {
	b := &builder{t: t, schema: testSchema(), nodes: map[string]*graph.Node{}, report: graph.ScopeReport{Account: testAccount, Region: "us-east-1", Partition: "aws"}}
	for _, l := range b.schema.Labels {
		if strings.HasPrefix(l.Name, "AWSSageMaker") {
			b.report.Kinds = append(b.report.Kinds, graph.KindReport{Label: l.Name, State: graph.Complete, Completeness: graph.Completeness{IDs: graph.AllIDs}})
		}
	}
	return b
}

// kind returns the report of a kind, to be changed.
func (b *builder) kind(label string) *graph.KindReport {
	i := slices.IndexFunc(b.report.Kinds, func(k graph.KindReport) bool { return k.Label == "AWSSageMaker"+label })
	return &b.report.Kinds[i]
}

func (b *builder) node(word string) *graph.Node {
	id, name := idOf(word)
	if n := b.nodes[id]; n != nil {
		return n
	}
	label := b.schema.Label(name)
	if label == nil {
		b.t.Fatalf("%s: there is no label %s", word, name)
	}
	n := &graph.Node{ID: id, Label: label, Scope: testScope, Values: make([]graph.Value, len(label.Columns))}
	b.nodes[id] = n
	_, short, _ := strings.Cut(word, "/")
	b.set(n, "observed", "true")
	if name != bucket && name != runLabel { // of a snapshot these have none
		b.set(n, "name", short)
	}
	return n
}

func (b *builder) set(n *graph.Node, column, value string) {
	i := n.Label.Column(column)
	if i < 0 {
		return
	}
	switch n.Label.Columns[i].Type {
	case graph.Bool:
		n.Values[i] = graph.BoolValue(value == "true")
	case graph.Timestamp:
		at, err := time.Parse(time.DateOnly, value)
		if err != nil {
			b.t.Fatal(err)
		}
		n.Values[i] = graph.TimestampValue(at)
	case graph.Strings:
		n.Values[i] = graph.StringsValue(strings.Split(value, ","))
	case graph.JSON:
		n.Values[i] = graph.JSONValue(value)
	default:
		n.Values[i] = graph.StringValue(value)
	}
}

func (b *builder) lines(text string) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if word, ok := strings.CutSuffix(words[0], ":"); ok {
			for _, w := range words[1:] {
				column, value, _ := strings.Cut(w, "=")
				b.set(b.node(word), column, value)
			}
			continue
		}
		if len(words) < 3 {
			b.t.Fatalf("what is %q?", line)
		}
		path := ""
		if len(words) > 3 {
			path = strings.TrimPrefix(words[3], "@")
		}
		b.edge(words[0], words[1], words[2], path)
	}
}

func (b *builder) edge(from, typ, to, path string) {
	t := b.schema.EdgeType(typ)
	f, o := b.node(from), b.node(to)
	if path == "" {
		path = b.path(t, f.Label.Name, o.Label.Name)
	}
	ref := to
	if strings.HasPrefix(from, "s3://") {
		ref = from
	}
	e := &graph.Edge{Type: t, From: f.ID, To: o.ID, FromLabel: f.Label, ToLabel: o.Label, Path: path, Ref: ref, Scope: testScope, Values: make([]graph.Value, len(t.Columns))}
	if basis, ok := strings.CutPrefix(path, "inferred:"); ok {
		e.Path = basis
		e.Values[t.Column("inferred")] = graph.BoolValue(true)
	}
	b.edges = append(b.edges, e)
}

// path is the first by which the schema has an edge.
func (b *builder) path(t *graph.EdgeType, from, to string) string {
	for _, r := range t.Rules {
		owner, target := from, to
		if r.Reverse {
			owner, target = to, from
		}
		if (r.Owner == owner || r.Path == "" && r.Owner == target) && !strings.HasPrefix(r.Derived, "the training job") && (len(r.Targets) == 0 || slices.Contains(r.Targets, target)) {
			return r.Path
		}
	}
	b.t.Fatalf("the schema has no (%s)-[%s]->(%s)", from, t.Name, to)
	return ""
}

func (b *builder) view() *view.Graph {
	m, schema := &memory{edges: b.edges}, b.schema
	labels, types := map[string]bool{}, map[string]bool{}
	for _, n := range b.nodes {
		m.nodes = append(m.nodes, n)
		labels[n.Label.Name] = true
	}
	if !b.whole {
		for _, e := range m.edges {
			types[e.Type.Name] = true
		}
		schema = schema.Of(labels, types)
		for _, e := range m.edges {
			e.Type = schema.EdgeType(e.Type.Name)
		}
	}
	slices.SortFunc(m.nodes, graph.CompareNodes)
	slices.SortFunc(m.edges, graph.CompareEdges)
	h := &graph.Header{Schema: schema, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	g, err := view.Read(m, h, &graph.Report{Scopes: []graph.ScopeReport{b.report}}, Keep())
	if err != nil {
		b.t.Fatal(err)
	}
	return g
}

func lineageOf(t testing.TB, text string) *Lineage {
	b := newBuilder(t)
	b.lines(text)
	return New(b.view())
}

// start finds a node or location as tests write it.
func start(t testing.TB, l *Lineage, word string) Start {
	t.Helper()
	id, label := idOf(word)
	if label == bucket {
		_, key, _ := location.Split(word)
		return Start{ID: id, Prefix: key}
	}
	return Start{ID: id}
}

// found returns the short ids that a walk reached in one direction, but for the start
// and buckets: trainingjob/j.
func found(t testing.TB, l *Lineage, word string, o Options) []string {
	t.Helper()
	w := l.Of(start(t, l, word), o)
	var ids []string
	for _, n := range w.Nodes {
		if n.ID == w.Start.ID || n.Labels[0] == bucket {
			continue
		}
		ids = append(ids, n.ID[strings.LastIndexByte(n.ID, ':')+1:])
	}
	slices.Sort(ids)
	return ids
}

var (
	upOnly   = Options{Up: true}
	downOnly = Options{Down: true}
)

// check holds what a walk finds.
func check(t *testing.T, l *Lineage, word string, o Options, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := found(t, l, word, o); !slices.Equal(got, want) {
		t.Errorf("%s %+v: got %v, want %v", word, o, got, want)
	}
}
