package lineage

import (
	"cmp"
	"slices"

	"github.com/sgexport/sgexport/graph/view"
)

// Labels with rules of their own.
const (
	groupLabel     = "AWSSageMakerModelPackageGroup"
	pipelineLabel  = "AWSSageMakerPipeline"
	stepLabel      = "AWSSageMakerPipelineStep"
	executionLabel = "AWSSageMakerPipelineExecution"
	runLabel       = "AWSSageMakerPipelineExecutionStep"
	endpointLabel  = "AWSSageMakerEndpoint"
)

// Of walks from a start, and finds what it came of and what came of it: up goes only
// up, and down only down. The nearest comes first, so each is reached in the fewest
// hops.
func (l *Lineage) Of(s Start, o Options) *Walk {
	w := &Walk{FormatVersion: FormatVersion, Start: s, Nodes: []Node{}, Edges: []Edge{}, Unknown: []view.Unknown{}}
	start, ok := l.byID[s.ID]
	if !ok {
		if n := l.g.Node(s.ID); n != nil { // of a label that lineage does not go through
			w.Nodes = append(w.Nodes, l.nodeOf(s.ID, n.Label))
		}
		return w
	}
	both := !o.Up && !o.Down
	if o.Up || both {
		w.up = l.walk(start, s.Prefix, true, o)
	}
	if o.Down || both {
		w.down = l.walk(start, s.Prefix, false, o)
	}
	w.gather(l)
	w.Unknown = append(w.Unknown, l.unknown(w)...)
	return w
}

// A walker goes into one direction.
type walker struct {
	l       *Lineage
	up      bool
	options Options
	places  []*place
	nodes   map[int32]*place
	spots   map[spotAt]*place
	reached map[*spot]*reached
	how     map[int32]How // of the edges that were used
}

// A place is where a walk was: a node, or a location in a bucket.
type place struct {
	node    int32
	isSpot  bool
	key     string // of a location
	depth   int
	hops    []hop      // to further places, of a node
	reached []*reached // of a location: the spots around it
	from    *place     // what it was reached from first; nil for the start
	several bool       // it was reached from others too
	lacks   []*reached // spots of which what the first one wrote itself was left out
}

type spotAt struct {
	bucket int32
	key    string
}

// A hop leads from one place to another.
type hop struct {
	edge int32
	to   *place
}

// A reached spot is one that the walk was at: from whichever location it comes there
// again, the same follows.
type reached struct {
	hops []hop
	own  []int32 // edges that were left out, for they are those of
	of   int32   // this node
}

// walk goes as far as the options let it.
func (l *Lineage) walk(start int32, prefix string, up bool, o Options) *walker {
	w := &walker{l: l, up: up, options: o, nodes: map[int32]*place{}, spots: map[spotAt]*place{}, reached: map[*spot]*reached{}, how: map[int32]How{}}
	first := &place{node: start}
	if l.labels[start] == bucket {
		first.isSpot, first.key = true, spotKey(trimSlash(prefix))
		w.spots[spotAt{start, first.key}] = first
	} else {
		w.nodes[start] = first
	}
	w.places = append(w.places, first)
	for i := 0; i < len(w.places); i++ {
		p := w.places[i]
		switch {
		case o.Depth > 0 && p.depth >= o.Depth:
		case p.isSpot:
			w.leaveSpot(p)
		case p.depth > 0 && l.labels[p.node] == groupLabel: // it does not lead to other versions
		default:
			w.leaveNode(p)
		}
	}
	return w
}

// leaveNode goes on from a node.
func (w *walker) leaveNode(p *place) {
	edges := w.l.downs[p.node]
	if w.up {
		edges = w.l.ups[p.node]
	}
	for _, n := range edges {
		e := &w.l.edges[n]
		switch {
		case e.flow == guess && !w.options.Guesses, e.flow == defines && p.depth > 0:
		case isLocation(e.flow):
			w.use(n, howOf(w.l, e))
			p.hops = append(p.hops, hop{n, w.toSpot(p, e.to, e.key)})
		default:
			w.use(n, howOf(w.l, e))
			other := e.from
			if other == p.node {
				other = e.to
			}
			p.hops = append(p.hops, hop{n, w.toNode(p, other)})
		}
	}
}

// toNode returns the place that a node is.
func (w *walker) toNode(from *place, node int32) *place {
	if to := w.nodes[node]; to != nil {
		return to
	}
	to := &place{node: node, depth: from.depth + 1, from: from}
	w.nodes[node] = to
	w.places = append(w.places, to)
	return to
}

// toSpot returns the place that a location is. What was left out, because the only one
// that came there made it itself, is not left out for another.
func (w *walker) toSpot(from *place, bucket int32, key string) *place {
	at := spotAt{bucket, key}
	to := w.spots[at]
	if to == nil {
		to = &place{node: bucket, isSpot: true, key: key, depth: from.depth + 1, from: from}
		w.spots[at] = to
		w.places = append(w.places, to)
		return to
	}
	if to.from != from {
		to.several = true
		for _, r := range to.lacks {
			if r.of != from.node {
				w.complete(to, r)
			}
		}
	}
	return to
}

// leaveSpot goes on from a location: to whoever wrote what lies there, or reads it.
func (w *walker) leaveSpot(p *place) {
	index := w.l.buckets[p.node]
	if index == nil {
		return
	}
	index.around(w.up, p.key, func(s *spot) {
		r := w.reached[s]
		if r == nil {
			r = &reached{of: -1}
			w.reached[s] = r
			for _, n := range s.edges {
				if from := w.l.edges[n].from; p.from != nil && !p.several && from == p.from.node {
					r.own, r.of = append(r.own, n), from
					continue
				}
				w.meet(p, r, n)
			}
		}
		p.reached = append(p.reached, r)
		if len(r.own) > 0 {
			if p.from == nil || p.several || p.from.node != r.of {
				w.complete(p, r)
			} else {
				p.lacks = append(p.lacks, r)
			}
		}
	})
}

// complete adds what was left out of a spot.
func (w *walker) complete(p *place, r *reached) {
	for _, n := range r.own {
		w.meet(p, r, n)
	}
	r.own = nil
}

// meet goes to whoever an edge at a spot belongs to.
func (w *walker) meet(p *place, r *reached, n int32) {
	w.use(n, Derived)
	r.hops = append(r.hops, hop{n, w.toNode(p, w.l.edges[n].from)})
}

// use notes an edge. A field that names a location says more than the comparison by
// which that location was found.
func (w *walker) use(n int32, how How) {
	if had, ok := w.how[n]; !ok || had == Derived {
		w.how[n] = how
	}
}

// howOf says how an edge is known by itself.
func howOf(l *Lineage, e *edge) How {
	switch {
	case e.flow == guess:
		return Guessed
	case e.inferred:
		return Derived
	case e.typ == "ASSOCIATED_WITH", e.typ == "PRODUCED" && l.labels[e.from] == runLabel:
		return Declared
	}
	return Referenced
}

// direction says which way data goes along an edge.
func (f flow) direction() Direction {
	switch f {
	case forward, writes, member:
		return Forward
	case same, lies:
		return Same
	}
	return Backward
}

// gather makes the lists of a walk.
func (w *Walk) gather(l *Lineage) {
	nodes, edges := map[int32]bool{}, map[int32]How{}
	for _, walker := range []*walker{w.up, w.down} {
		if walker == nil {
			continue
		}
		for _, p := range walker.places {
			nodes[p.node] = true
		}
		for n, how := range walker.how {
			if had, ok := edges[n]; !ok || had == Derived {
				edges[n] = how
			}
		}
	}
	for n := range nodes {
		w.Nodes = append(w.Nodes, l.nodeOf(l.ids[n], l.labels[n]))
	}
	slices.SortFunc(w.Nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	for n, how := range edges {
		w.Edges = append(w.Edges, l.edgeOf(n, how))
	}
	slices.SortFunc(w.Edges, compareEdges)
}

func compareEdges(a, b Edge) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Type, b.Type), cmp.Compare(a.To, b.To), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Path, b.Path))
}

func (l *Lineage) nodeOf(id, label string) Node {
	labels := []string{label}
	if known := l.g.Schema().Label(label); known != nil {
		labels = known.AllLabels()
	}
	return Node{ID: id, Labels: labels, Name: l.name(id)}
}

func (l *Lineage) edgeOf(n int32, how How) Edge {
	e := &l.edges[n]
	return Edge{From: l.ids[e.from], Type: e.typ, To: l.ids[e.to], Ref: e.ref, Path: e.path, How: how, Flow: e.flow.direction()}
}
