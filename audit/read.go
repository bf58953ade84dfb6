package audit

import (
	"slices"
	"strings"

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
	snapshot string
	byID     map[string]*Node
	byLabel  map[string][]*Node // sorted by id
	labels   []string           // of byLabel, sorted
	edges    map[string][]Edge  // by type, each sorted by from, to, path
	listed   map[scoped]*graph.KindReport
	gaps     map[scoped][]*graph.Gap
}

type scoped struct{ scope, label string }

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
}

// Read keeps what the questions need of a graph. The report is that of its
// snapshot, which is known by the time of h. Errors are those of the source.
func Read(src Source, h *graph.Header, report *graph.Report) (*Graph, error) {
	g := newGraph(report)
	g.snapshot = h.SnapshotID()
	k := newKeeper(h.Schema)
	if err := src.Nodes(func(n *graph.Node) error { k.node(g, n); return nil }); err != nil {
		return nil, err
	}
	return g, src.Edges(func(e *graph.Edge) error { k.edge(g, e); return nil })
}

// newGraph returns an empty graph, of which a report says what is known.
func newGraph(report *graph.Report) *Graph {
	g := &Graph{
		report: report, byID: map[string]*Node{}, byLabel: map[string][]*Node{}, edges: map[string][]Edge{},
		listed: map[scoped]*graph.KindReport{}, gaps: map[scoped][]*graph.Gap{},
	}
	for i := range report.Scopes {
		s := &report.Scopes[i]
		for j := range s.Kinds {
			g.listed[scoped{s.ID(), s.Kinds[j].Label}] = &s.Kinds[j]
		}
	}
	for _, gap := range report.Gaps {
		key := scoped{gap.Scope, gap.Label}
		g.gaps[key] = append(g.gaps[key], gap)
	}
	return g
}

// A keeper copies what is kept of a node or an edge, which belong to the reader.
type keeper struct {
	labels map[*graph.Label]*keptLabel
	types  map[string]func(from, to string) bool
	texts  map[string]string
	lists  map[string][]string
}

// A keptLabel says where the kept columns of a label stand in its nodes.
type keptLabel struct {
	columns          []string
	at               []int  // -1 where the snapshot's schema does not have it
	shared           []bool // many nodes have the same value
	observed, unread int
}

func newKeeper(schema *graph.Schema) *keeper {
	k := &keeper{labels: map[*graph.Label]*keptLabel{}, types: keptEdges(), texts: map[string]string{}, lists: map[string][]string{}}
	for name, columns := range Columns() {
		label := schema.Label(name)
		if label == nil {
			continue
		}
		kept := &keptLabel{observed: label.Column("observed"), unread: label.Column("unread")}
		for _, c := range columns {
			i := label.Column(c.Name)
			if i >= 0 && label.Columns[i].Type != c.Type {
				i = -1
			}
			kept.columns = append(kept.columns, c.Name)
			kept.at = append(kept.at, i)
			kept.shared = append(kept.shared, !slices.Contains(ownColumns, c.Name))
		}
		k.labels[label] = kept
	}
	return k
}

// ownColumns have a value of its own in each node, so that looking for one that
// another node has would only cost.
var ownColumns = []string{"name", "arn", "roleid", "assume_role_policy_document"}

func (k *keeper) node(g *Graph, n *graph.Node) {
	kept := k.labels[n.Label]
	if kept == nil {
		return
	}
	one := &Node{ID: n.ID, Label: n.Label.Name, Scope: n.Scope, kept: kept, values: make([]graph.Value, len(kept.at))}
	for i, at := range kept.at {
		if at >= 0 {
			one.values[i] = k.value(n.Values[at], kept.shared[i])
		}
	}
	if kept.observed >= 0 {
		v := n.Values[kept.observed]
		one.observed = v.Type() == graph.Bool && v.Bool()
	}
	if kept.unread >= 0 {
		if v := n.Values[kept.unread]; v.Type() == graph.Strings {
			one.unread = k.list(v.Strings())
		}
	}
	if g.byLabel[one.Label] == nil {
		g.labels = append(g.labels, one.Label)
	}
	g.byLabel[one.Label] = append(g.byLabel[one.Label], one)
	g.byID[one.ID] = one
}

// value copies a value. What it points to is part of a whole line.
func (k *keeper) value(v graph.Value, shared bool) graph.Value {
	text := strings.Clone
	if shared {
		text = k.text
	}
	switch v.Type() {
	case graph.String:
		return graph.StringValue(text(v.Text()))
	case graph.JSON:
		return graph.JSONValue(text(v.Text()))
	case graph.Strings:
		return graph.StringsValue(k.list(v.Strings()))
	case graph.Map:
		return graph.MapValue(k.list(v.Pairs()))
	}
	return v
}

// most is how many texts and lists are looked for again.
const most = 1 << 16

// text returns one text for all that equal s.
func (k *keeper) text(s string) string {
	if one, ok := k.texts[s]; ok {
		return one
	}
	s = strings.Clone(s)
	if len(k.texts) < most && len(s) < 4<<10 {
		k.texts[s] = s
	}
	return s
}

// list returns one list for all that equal l.
func (k *keeper) list(l []string) []string {
	key := strings.Join(l, "\x00")
	if one, ok := k.lists[key]; ok && slices.Equal(one, l) {
		return one
	}
	one := make([]string, len(l))
	for i, s := range l {
		one[i] = k.text(s)
	}
	if len(k.lists) < most && len(key) < 4<<10 {
		k.lists[key] = one
	}
	return one
}

func (k *keeper) edge(g *Graph, e *graph.Edge) {
	keep := k.types[e.Type.Name]
	if keep == nil || !keep(e.FromLabel.Name, e.ToLabel.Name) {
		return
	}
	end := func(id string) string {
		if n := g.byID[id]; n != nil {
			return n.ID
		}
		return k.text(id)
	}
	g.edges[e.Type.Name] = append(g.edges[e.Type.Name], Edge{end(e.From), end(e.To), e.FromLabel.Name, e.ToLabel.Name, e.Path})
}

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

// Observed reports whether the node was read, and is not only referred to.
func (n *Node) Observed() bool { return n.observed }

// Known reports whether null in a column means that there is no value: the node
// was read, and this column of it.
func (n *Node) Known(column string) bool {
	i := slices.Index(n.kept.columns, column)
	return n.observed && i >= 0 && n.kept.at[i] >= 0 && !slices.Contains(n.unread, column)
}

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
