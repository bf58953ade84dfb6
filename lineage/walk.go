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
	artifactLabel  = "AWSSageMakerArtifact"
	componentLabel = "AWSSageMakerTrialComponent"
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
	first := func() []*place { return []*place{l.first(start, s.Prefix)} }
	if o.Up || both {
		w.up = l.walk(first(), true, o)
	}
	if o.Down || both {
		w.down = l.walk(first(), false, o)
	}
	w.gather(l)
	w.Unknown = append(w.Unknown, l.unknown(w.up, w.down)...)
	return w
}

// A walker goes into one direction.
type walker struct {
	l       *Lineage
	up      bool
	options Options
	ending  string // label of which places are not gone on from, or ""
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
	bound   int64      // when what it is met with must have begun: see time.go
	left    bool       // the walk went on from it
	hops    []hop      // to further places, of a node
	reached []*reached // of a location: the spots around it
	from    *place     // what it was reached from first; nil for the start
	several bool       // it was reached from others too
	lacks   lacking    // spots of which something was left out
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

// first is the place that a walk starts at.
func (l *Lineage) first(start int32, prefix string) *place {
	p := &place{node: start}
	if l.labels[start] == bucket {
		p.isSpot, p.key = true, spotKey(trimSlash(prefix))
	}
	return p
}

// walk goes from some places as far as the options let it.
func (l *Lineage) walk(first []*place, up bool, o Options) *walker {
	w := l.walker(first, up, o)
	w.run()
	return w
}

func (l *Lineage) walker(first []*place, up bool, o Options) *walker {
	w := &walker{l: l, up: up, options: o, nodes: map[int32]*place{}, spots: map[spotAt]*place{}, reached: map[*spot]*reached{}, how: map[int32]How{}, places: first}
	for _, p := range first {
		if p.isSpot {
			w.spots[spotAt{p.node, p.key}] = p
			p.bound = never
		} else {
			w.nodes[p.node] = p
			p.bound = w.bound(p.node)
		}
	}
	return w
}

func (w *walker) run() {
	for i := 0; i < len(w.places); i++ {
		if p := w.places[i]; !w.ends(p) {
			p.left = true
			if p.isSpot {
				w.leaveSpot(p)
			} else {
				w.leaveNode(p)
			}
		}
	}
}

// ends reports whether a walk does not go on from a place, whatever there is: a group
// does not lead to other versions.
func (w *walker) ends(p *place) bool {
	label := w.l.labels[p.node]
	return w.options.Depth > 0 && p.depth >= w.options.Depth || p.depth > 0 && (label == groupLabel || label == w.ending)
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
	to := w.nodes[node]
	if to == nil {
		to = &place{node: node, depth: from.depth + 1, from: from, bound: w.bound(node)}
		if w.inherits(node) {
			to.bound = from.bound
		}
		w.nodes[node] = to
		w.places = append(w.places, to)
		return to
	}
	if w.inherits(node) {
		w.loosen(to, from.bound)
	}
	return to
}

// loosen lets a place be met with what is later, as from where it was reached now.
func (w *walker) loosen(p *place, bound int64) {
	if bound <= p.bound {
		return
	}
	p.bound = bound
	if !p.left {
		return
	}
	if p.isSpot {
		w.more(p)
		return
	}
	for _, h := range p.hops {
		if h.to.isSpot || w.inherits(h.to.node) {
			w.loosen(h.to, bound)
		}
	}
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
