package lineage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

// A Lineage knows of a graph what came of what. It is made once, then only looked at,
// and safe for concurrent use.
type Lineage struct {
	g      *view.Graph
	ids    []string // of all nodes that an edge of lineage has, or that are kept
	labels []string // of each
	byID   map[string]int32
	edges  []edge
	// The edges of each node by which one goes up, and down. Locations are found in
	// buckets.
	ups, downs   [][]int32
	buckets      map[int32]*bucketIndex
	begins, ends []int64        // of each node, see time.go
	unclear      map[int32]bool // nodes whose document names locations, and does not say which way
	steps        nextStep       // by label, what could stand next
}

// An edge is an edge of the snapshot that is lineage.
type edge struct {
	from, to int32
	typ      string
	path     string
	ref      string
	key      string // of a location: its key, with a slash at its end; "" is all of the bucket
	flow     flow
	inferred bool
}

// New works it out of a graph that has [Keep].
func New(g *view.Graph) *Lineage {
	l := &Lineage{g: g, byID: map[string]int32{}, buckets: map[int32]*bucketIndex{}, unclear: map[int32]bool{}}
	for line := range strings.Lines(keptLabels) {
		label, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, n := range g.Nodes(label) {
			l.node(n.ID, n.Label)
		}
	}
	t := newTable()
	for _, typ := range words(lineageTypes) {
		edges := g.Edges(typ)
		for i := range edges {
			l.add(t, typ, &edges[i])
		}
	}
	l.times()
	l.index()
	l.steps = l.nextSteps(t)
	return l
}

// node returns the number of a node.
func (l *Lineage) node(id, label string) int32 {
	if n, ok := l.byID[id]; ok {
		return n
	}
	n := int32(len(l.ids))
	l.ids, l.labels = append(l.ids, id), append(l.labels, label)
	l.byID[id] = n
	return n
}

// add takes an edge that is lineage, and passes over one that is none.
func (l *Lineage) add(t *table, typ string, e *view.Edge) {
	r := t.row(typ, e.FromLabel, e.ToLabel, e.Path)
	if r == nil || r.flow == none {
		return
	}
	f := r.flow
	if f == document {
		f = l.documentFlow(e)
		if f == none {
			return
		}
	}
	n := edge{from: l.node(e.From, e.FromLabel), to: l.node(e.To, e.ToLabel), typ: typ, path: e.Path, ref: e.Ref, flow: f, inferred: e.Inferred}
	if isLocation(f) {
		_, key, ok := location.Split(e.Ref)
		if !ok {
			return
		}
		n.key = spotKey(key)
		if r.below != "" {
			n.key += spotKey(strings.ReplaceAll(r.below, "{name}", l.name(e.From)))
		}
	}
	l.edges = append(l.edges, n)
}

// isLocation reports whether an edge is about a location in its bucket.
func isLocation(f flow) bool { return f == reads || f == writes || f == lies }

// spotKey is a key by whose beginning one sees what it lies below: with a slash at its
// end, unless it is a whole bucket.
func spotKey(key string) string {
	if key == "" {
		return ""
	}
	return key + "/"
}

// index sorts the edges and says how one goes on from each node.
func (l *Lineage) index() {
	slices.SortFunc(l.edges, func(a, b edge) int {
		return cmp.Or(cmp.Compare(l.ids[a.from], l.ids[b.from]), cmp.Compare(a.typ, b.typ), cmp.Compare(l.ids[a.to], l.ids[b.to]), cmp.Compare(a.ref, b.ref), cmp.Compare(a.path, b.path))
	})
	l.ups, l.downs = make([][]int32, len(l.ids)), make([][]int32, len(l.ids))
	for i := range l.edges {
		e, n := &l.edges[i], int32(i)
		both := func(node int32) {
			l.ups[node], l.downs[node] = append(l.ups[node], n), append(l.downs[node], n)
		}
		switch e.flow {
		case forward:
			l.downs[e.from], l.ups[e.to] = append(l.downs[e.from], n), append(l.ups[e.to], n)
		case backward, guess:
			l.ups[e.from], l.downs[e.to] = append(l.ups[e.from], n), append(l.downs[e.to], n)
		case same, member:
			both(e.from)
			both(e.to)
		case defines:
			l.downs[e.to] = append(l.downs[e.to], n)
		case reads:
			l.ups[e.from] = append(l.ups[e.from], n)
		case writes:
			l.downs[e.from] = append(l.downs[e.from], n)
		case lies:
			both(e.from)
		}
		if isLocation(e.flow) {
			b := l.buckets[e.to]
			if b == nil {
				b = &bucketIndex{}
				l.buckets[e.to] = b
			}
			b.add(e, n)
		}
	}
	for _, b := range l.buckets {
		b.sort(l)
	}
}

// name returns the name of a node, or the end of its id.
func (l *Lineage) name(id string) string {
	if n := l.g.Node(id); n != nil {
		return n.Name()
	}
	return id[strings.LastIndexByte(id, '/')+1:]
}

// words are the words of a text.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' })
}
