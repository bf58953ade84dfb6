package lineage

import (
	"cmp"
	"slices"
	"strings"
)

// A Branch is a place in the tree of a walk: a resource, or a location in a bucket.
type Branch struct {
	ID       string // of the node; of a location, that of the bucket
	Label    string
	Name     string
	Location string   // s3://bucket/key, or "" for a resource
	Facts    []string // such as its status
	Edges    []Edge   // that led here from the branch that has it; empty at the root
	Branches []*Branch
	Again    bool // it has branches, which stand where it is reached in the fewest hops
	More     int  // branches that were left out
}

// Key is the same for branches that are one place.
func (b *Branch) Key() string { return cmp.Or(b.Location, b.ID) }

// Trees returns what a walk found as trees of at most so many branches below one
// place, 0 is no bound: up and down, nil where it was not asked for. A place that is
// reached by several ways has its branches once, and is in several others.
func (w *Walk) Trees(most int) (up, down *Branch) {
	if w.up != nil {
		up = w.up.tree(most)
	}
	if w.down != nil {
		down = w.down.tree(most)
	}
	return up, down
}

// tree makes the branches of all places, each that was reached first by the place that
// it was reached from.
func (w *walker) tree(most int) *Branch {
	made := make(map[*place]*Branch, len(w.places))
	for _, p := range w.places {
		made[p] = w.branch(p)
	}
	for _, p := range w.places {
		b := made[p]
		ways := w.ways(p)
		for i, way := range ways {
			if most > 0 && i == most {
				b.More = len(ways) - i
				break
			}
			to := made[way.to]
			if way.to.from == p {
				to.Edges = way.edges
			} else {
				again := w.branch(way.to)
				again.Edges, again.Again = way.edges, len(way.to.hops) > 0 || len(way.to.reached) > 0
				to = again
			}
			b.Branches = append(b.Branches, to)
		}
	}
	return made[w.places[0]]
}

// A way leads from one place to another by all hops between them.
type way struct {
	to    *place
	edges []Edge
}

// ways returns those of a place: of a location, not back to the only one that led
// there. First come resources that models are made of and served by, then where data
// lies, what ran the jobs, images, and what is only noted; of each of these first what
// was reached here first and leads further, then what leads nowhere, then what has its
// own line elsewhere; then by label and id.
func (w *walker) ways(p *place) []way {
	var ways []way
	at := map[*place]int{}
	add := func(h hop, how How) {
		i, ok := at[h.to]
		if !ok {
			i = len(ways)
			at[h.to] = i
			ways = append(ways, way{to: h.to})
		}
		ways[i].edges = append(ways[i].edges, w.l.edgeOf(h.edge, how))
	}
	for _, h := range p.hops {
		if f := w.l.edges[h.edge].flow; h.to != p.from || f != same && f != member { // back to where both are one
			add(h, howOf(w.l, &w.l.edges[h.edge]))
		}
	}
	for _, r := range p.reached {
		for _, h := range r.hops {
			if w.admits(p, h.edge) {
				add(h, Derived)
			}
		}
	}
	rank := func(a way) int {
		switch {
		case a.to.from != p:
			return 2
		case len(a.to.hops) == 0 && len(a.to.reached) == 0:
			return 1
		}
		return 0
	}
	slices.SortFunc(ways, func(a, b way) int {
		return cmp.Or(cmp.Compare(w.l.place(a.to), w.l.place(b.to)), cmp.Compare(rank(a), rank(b)), cmp.Compare(w.l.labels[a.to.node], w.l.labels[b.to.node]), cmp.Compare(w.l.ids[a.to.node], w.l.ids[b.to.node]), cmp.Compare(a.to.key, b.to.key))
	})
	return ways
}

// later are the nouns of kinds that stand behind the others in a tree, in this order.
var later = []string{
	"spot", "PipelineStep PipelineExecutionStep PipelineExecution PipelineVersion Pipeline", "AWSECRRepositoryImage AWSECRRepository",
	"ModelPackageGroup Artifact Context Action TrialComponent Trial Experiment LineageGroup",
}

// place is where a tree has something among what came of one place, 0 is first.
func (l *Lineage) place(p *place) int {
	noun := strings.TrimPrefix(l.labels[p.node], "AWSSageMaker")
	if p.isSpot {
		noun = "spot"
	}
	return 1 + slices.IndexFunc(later, func(nouns string) bool { return slices.Contains(strings.Fields(nouns), noun) })
}

func (w *walker) branch(p *place) *Branch {
	l := w.l
	b := &Branch{ID: l.ids[p.node], Label: l.labels[p.node], Name: l.name(l.ids[p.node])}
	if p.isSpot {
		b.Location = l.address(p)
		return b
	}
	b.Facts = l.facts(b.ID)
	return b
}

// address is a location as people write it.
func (l *Lineage) address(p *place) string {
	return "s3://" + l.name(l.ids[p.node]) + "/" + trimSlash(p.key)
}

// facts are what is worth knowing of a node at a glance.
func (l *Lineage) facts(id string) []string {
	n := l.g.Node(id)
	if n == nil {
		return nil
	}
	var facts []string
	for _, column := range []string{"model_approval_status", "status", "step_status", "status_primary_status"} {
		if text := n.Text(column); text != "" {
			facts = append(facts, text)
			break
		}
	}
	if !n.Observed() && strings.HasPrefix(n.Label, "AWSSageMaker") && !isOfAWS(id) {
		facts = append(facts, "not read")
	}
	return facts
}
