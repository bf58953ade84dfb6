package view

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// A Keeper receives a graph as a [graph.Sink] does, and keeps copies of what a Keep
// names: what it is given belongs to the reader.
type Keeper struct {
	graph  *Graph
	labels map[*graph.Label]*keptLabel
	types  map[*graph.EdgeType]*keptType
	texts  map[string]string
	lists  map[string][]string
}

// A keptType says which edges of a type are kept, and where their columns stand.
type keptType struct {
	KeepEdges
	inferred, basis, association, ambiguous int
}

// A keptLabel says where the kept columns of a label stand in its nodes.
type keptLabel struct {
	all              map[string]bool // the names of all columns of the snapshot
	columns          []string
	at               []int  // -1 where the snapshot's schema does not have it
	shared           []bool // many nodes have the same value
	observed, unread int
}

// NewKeeper returns one for a graph with the header and the report of a snapshot.
func NewKeeper(h *graph.Header, report *graph.Report, keep *Keep) *Keeper {
	k := &Keeper{
		graph: newGraph(h, report), labels: map[*graph.Label]*keptLabel{}, types: map[*graph.EdgeType]*keptType{},
		texts: map[string]string{}, lists: map[string][]string{},
	}
	for name, columns := range keep.Labels {
		if label := h.Schema.Label(name); label != nil {
			k.labels[label] = newKeptLabel(label, columns)
		}
	}
	for name, edges := range keep.Edges {
		if t := h.Schema.EdgeType(name); t != nil {
			k.types[t] = &keptType{edges, t.Column("inferred"), t.Column("basis"), t.Column("association_type"), t.Column("ambiguous")}
		}
	}
	return k
}

func newKeptLabel(label *graph.Label, columns []graph.Column) *keptLabel {
	kept := &keptLabel{all: map[string]bool{}, observed: label.Column("observed"), unread: label.Column("unread")}
	for _, c := range label.Columns {
		kept.all[c.Name] = true
	}
	for _, c := range columns {
		i := label.Column(c.Name)
		if i >= 0 && label.Columns[i].Type != c.Type {
			i = -1
		}
		kept.columns = append(kept.columns, c.Name)
		kept.at = append(kept.at, i)
		kept.shared = append(kept.shared, !slices.Contains(ownColumns, c.Name))
	}
	return kept
}

// has reports whether the snapshot has a column, kept or not.
func (l *keptLabel) has(column string) bool { return l.all[column] }

// Graph returns what was kept. It is complete after the last edge; after the last
// node, it lacks the edges.
func (k *Keeper) Graph() *Graph { return k.graph }

// ownColumns have a value of its own in each node, so that looking for one that
// another node has would only cost.
var ownColumns = []string{"name", "arn", "roleid", "assume_role_policy_document"}

// Node keeps a node, or passes it over.
func (k *Keeper) Node(n *graph.Node) error {
	g, kept := k.graph, k.labels[n.Label]
	if kept == nil {
		return nil
	}
	one := &Node{ID: strings.Clone(n.ID), Label: n.Label.Name, Scope: n.Scope, kept: kept, values: make([]graph.Value, len(kept.at))}
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
	return nil
}

// value copies a value. What it points to is part of a whole line.
func (k *Keeper) value(v graph.Value, shared bool) graph.Value {
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
func (k *Keeper) text(s string) string {
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
func (k *Keeper) list(l []string) []string {
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

// Edge keeps an edge, or passes it over.
func (k *Keeper) Edge(e *graph.Edge) error {
	g, keep := k.graph, k.types[e.Type]
	if keep == nil || keep.Ends != nil && !keep.Ends(e.FromLabel.Name, e.ToLabel.Name) {
		return nil
	}
	end := func(id string) string {
		if n := g.byID[id]; n != nil {
			return n.ID
		}
		return k.text(id)
	}
	kept := Edge{end(e.From), end(e.To), e.FromLabel.Name, e.ToLabel.Name, e.Path, &noDetails}
	if keep.Details {
		kept.Details = keep.details(k, e)
	}
	g.edges[e.Type.Name] = append(g.edges[e.Type.Name], kept)
	return nil
}

// noDetails are those of edges of which none are kept.
var noDetails Details

// details copies what an edge says beside its ends and its path.
func (t *keptType) details(k *Keeper, e *graph.Edge) *Details {
	d := &Details{Ref: k.text(e.Ref)}
	text := func(i int) string {
		if i >= 0 && e.Values[i].Type() == graph.String {
			return k.text(e.Values[i].Text())
		}
		return ""
	}
	truth := func(i int) bool { return i >= 0 && e.Values[i].Type() == graph.Bool && e.Values[i].Bool() }
	d.Basis, d.Association = text(t.basis), text(t.association)
	d.Inferred, d.Ambiguous = truth(t.inferred), truth(t.ambiguous)
	return d
}
