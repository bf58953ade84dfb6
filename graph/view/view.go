package view

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// A Source is a graph that can be read in a sink's order, such as the JSON lines
// of a snapshot.
type Source interface {
	Nodes(yield func(*graph.Node) error) error
	Edges(yield func(*graph.Edge) error) error
}

// A Graph is what the questions need of a snapshot: some labels with some of
// their columns, some edges, and what the snapshot's report says is known. It is
// read once and then only looked at; it is safe for concurrent use.
type Graph struct {
	report   *graph.Report
	schema   *graph.Schema
	snapshot string // the time that it is known by
	byID     map[string]*Node
	byLabel  map[string][]*Node // sorted by id
	labels   []string           // of byLabel, sorted
	edges    map[string][]Edge  // by type, each sorted by from, to, path
	listed   map[Part]*graph.KindReport
	gaps     map[Part][]*graph.Gap

	once sync.Once
	into map[string][]Edge // edges by type, each sorted by to, from, path
}

// A Part is what a snapshot has of one label in one scope.
type Part struct{ Scope, Label string }

// A Node is one node of a Graph, with the columns that are kept.
type Node struct {
	ID    string
	Label string
	Scope string // account/region it was first seen in

	observed bool
	unread   []string // columns that could not be read
	kept     *keptLabel
	values   []graph.Value // of kept.columns
}

// An Edge is one edge of a Graph.
type Edge struct {
	From, To           string
	FromLabel, ToLabel string
	Path               string
	*Details           // empty where they are not kept
}

// Details are what else an edge says.
type Details struct {
	Ref         string
	Basis       string // how it was worked out, where no single field says it
	Association string // of lineage: Produced, ContributedTo …
	Inferred    bool
	Ambiguous   bool
}

// Read keeps a part of a graph. The report is that of its snapshot, which is known
// by the time of h. Errors are those of the source.
func Read(src Source, h *graph.Header, report *graph.Report, keep *Keep) (*Graph, error) {
	k := NewKeeper(h, report, keep)
	if err := src.Nodes(k.Node); err != nil {
		return nil, err
	}
	if err := src.Edges(k.Edge); err != nil {
		return nil, err
	}
	return k.Graph(), nil
}

// newGraph returns an empty graph, of which a report says what is known.
func newGraph(h *graph.Header, report *graph.Report) *Graph {
	g := &Graph{
		report: report, schema: h.Schema, snapshot: h.SnapshotID(), byID: map[string]*Node{}, byLabel: map[string][]*Node{}, edges: map[string][]Edge{},
		listed: map[Part]*graph.KindReport{}, gaps: map[Part][]*graph.Gap{},
	}
	for i := range report.Scopes {
		s := &report.Scopes[i]
		for j := range s.Kinds {
			g.listed[Part{s.ID(), s.Kinds[j].Label}] = &s.Kinds[j]
		}
	}
	for _, gap := range report.Gaps {
		key := Part{gap.Scope, gap.Label}
		g.gaps[key] = append(g.gaps[key], gap)
	}
	return g
}

// Report returns what the snapshot says is known.
func (g *Graph) Report() *graph.Report { return g.report }

// Schema returns all that the snapshot can have.
func (g *Graph) Schema() *graph.Schema { return g.schema }

// Snapshot returns the time that the snapshot is known by, as RFC 3339 has it.
func (g *Graph) Snapshot() string { return g.snapshot }

// Labels returns the labels that some node that is kept has, sorted.
func (g *Graph) Labels() []string { return g.labels }

// Nodes returns the nodes that have label, sorted by id. The caller must not
// change it.
func (g *Graph) Nodes(label string) []*Node { return g.byLabel[label] }

// Node returns the node with an id, or nil.
func (g *Graph) Node(id string) *Node { return g.byID[id] }

// Edges returns the edges of a type that are kept, sorted by from, to, path. The
// caller must not change it.
func (g *Graph) Edges(typ string) []Edge { return g.edges[typ] }

// From returns those of Edges(typ) that begin at id.
func (g *Graph) From(typ, id string) []Edge {
	edges := g.edges[typ]
	start, _ := slices.BinarySearchFunc(edges, id, func(e Edge, id string) int { return strings.Compare(e.From, id) })
	end := start
	for end < len(edges) && edges[end].From == id {
		end++
	}
	return edges[start:end]
}

// To returns those of Edges(typ) that end at id, sorted by from, path.
func (g *Graph) To(typ, id string) []Edge {
	g.once.Do(func() {
		g.into = map[string][]Edge{}
		for typ, edges := range g.edges {
			edges = slices.Clone(edges)
			slices.SortStableFunc(edges, func(a, b Edge) int { return strings.Compare(a.To, b.To) })
			g.into[typ] = edges
		}
	})
	edges := g.into[typ]
	start, _ := slices.BinarySearchFunc(edges, id, func(e Edge, id string) int { return strings.Compare(e.To, id) })
	end := start
	for end < len(edges) && edges[end].To == id {
		end++
	}
	return edges[start:end]
}

// Observed reports whether the node was read, and is not only referred to.
func (n *Node) Observed() bool { return n.observed }

// Known reports whether null in a column means that there is no value: the node
// was read, and this column of it.
func (n *Node) Known(column string) bool {
	i := slices.Index(n.kept.columns, column)
	return n.observed && i >= 0 && n.kept.at[i] >= 0 && !slices.Contains(n.unread, column)
}

// WasRead is Known for a column that need not be kept. One that the snapshot's schema
// does not have, for an older version made it, was not read.
func (n *Node) WasRead(column string) bool {
	return n.observed && !slices.Contains(n.unread, column) && n.kept.has(column)
}

// Unread returns the columns that were not read, kept or not. The caller must not
// change it.
func (n *Node) Unread() []string { return n.unread }

// value returns a column, or null where there is none, or none of the type.
func (n *Node) value(column string, typ graph.Type) graph.Value {
	i := slices.Index(n.kept.columns, column)
	if i < 0 || n.values[i].Type() != typ {
		return graph.Null
	}
	return n.values[i]
}

// Text returns a column of text, or "".
func (n *Node) Text(column string) string {
	if v := n.value(column, graph.String); !v.IsNull() {
		return v.Text()
	}
	return ""
}

// JSON returns a column of JSON, or "".
func (n *Node) JSON(column string) string {
	if v := n.value(column, graph.JSON); !v.IsNull() {
		return v.Text()
	}
	return ""
}

// Bool returns a column that is true or false; ok is false where it is null.
func (n *Node) Bool(column string) (b, ok bool) {
	v := n.value(column, graph.Bool)
	if v.IsNull() {
		return false, false
	}
	return v.Bool(), true
}

// Strings returns a column that is a list of text, or nil. The caller must not
// change it.
func (n *Node) Strings(column string) []string {
	if v := n.value(column, graph.Strings); !v.IsNull() {
		return v.Strings()
	}
	return nil
}

// Tags returns the node's tags, key, value, key, value …; ok is false where they
// were not read.
func (n *Node) Tags() (pairs []string, ok bool) {
	if v := n.value("tags", graph.Map); !v.IsNull() {
		return v.Pairs(), n.Known("tags")
	}
	return nil, n.Known("tags")
}

// Account returns the account that the node belongs to as far as its columns or
// its ARN tell, or "".
func (n *Node) Account() string {
	if a := n.Text("account_id"); a != "" {
		return a
	}
	if parts := strings.SplitN(n.ID, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[4]
	}
	return ""
}

// Region returns the region that the node is in as far as its columns or its
// scope tell, or "".
func (n *Node) Region() string {
	if r := n.Text("region"); r != "" {
		return r
	}
	_, region, _ := strings.Cut(n.Scope, "/")
	if region == "global" {
		return ""
	}
	return region
}

// Int returns a column that is a whole number; ok is false where it is null.
func (n *Node) Int(column string) (i int64, ok bool) {
	v := n.value(column, graph.Int)
	if v.IsNull() {
		return 0, false
	}
	return v.Int(), true
}

// Float returns a column that is a number; ok is false where it is null.
func (n *Node) Float(column string) (f float64, ok bool) {
	v := n.value(column, graph.Float)
	if v.IsNull() {
		return 0, false
	}
	return v.Float(), true
}

// Time returns a column that is a time; ok is false where it is null.
func (n *Node) Time(column string) (t time.Time, ok bool) {
	v := n.value(column, graph.Timestamp)
	if v.IsNull() {
		return time.Time{}, false
	}
	return time.UnixMicro(v.Micros()).UTC(), true
}

// Map returns a column that is a map, key, value, key, value …, sorted by key; ok is
// false where it is null. The caller must not change it.
func (n *Node) Map(column string) (pairs []string, ok bool) {
	v := n.value(column, graph.Map)
	if v.IsNull() {
		return nil, false
	}
	return v.Pairs(), true
}

// Name returns the node's name, where it has the column, else the last part of its id.
func (n *Node) Name() string {
	if name := n.Text("name"); name != "" {
		return name
	}
	return n.ID[strings.LastIndexByte(n.ID, '/')+1:]
}
