package cyclonedx

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/lineage"
)

// A hop is one step to what something came of: a node, or what lies at a location in
// a bucket.
type hop struct {
	id, label string
	place     string // s3://bucket/key; then there is no id
	data      bool   // a job read it
}

// ref is what a hop's end is called by.
func (h hop) ref() string { return cmp.Or(h.place, h.id) }

// steps are all hops from something.
type steps struct {
	hops  []hop
	whole bool // nothing of what is needed is missing that could have made more of them
}

// upstream answers what something came of, hop by hop, as lineage knows it.
type upstream struct {
	g     *view.Graph
	l     *lineage.Lineage // nil until something is asked
	known map[string]steps
	left  int // hops that may still be looked at
}

// Hops that are looked at: so many for each edge of the graph, and so many more. An
// account takes a few for each; what is made so that all came of all would take years.
const (
	hopsForEdge = 20
	hopsAtLeast = 100_000
)

func newUpstream(g *view.Graph, edges int) *upstream {
	return &upstream{g: g, known: map[string]steps{}, left: hopsAtLeast + hopsForEdge*edges}
}

// groupLabel is that of which versions are members: they did not come of it.
const groupLabel = "AWSSageMakerModelPackageGroup"

// of returns the steps from a node. After too many, there are none that are known.
func (u *upstream) of(id string) steps {
	return u.from(id, lineage.Start{ID: id}, func(e lineage.Edge) string {
		if e.From == id {
			return e.To
		}
		return e.From
	})
}

// at returns the steps from a location: to who wrote there.
func (u *upstream) at(place string) steps {
	bucket, key, _ := location.Split(place)
	return u.from(place, lineage.Start{ID: bucket, Prefix: key}, func(e lineage.Edge) string { return e.From })
}

func (u *upstream) from(name string, start lineage.Start, other func(lineage.Edge) string) steps {
	if u.left <= 0 {
		return steps{}
	}
	if s, ok := u.known[name]; ok {
		u.left -= 1 + len(s.hops)
		return s
	}
	if u.l == nil {
		u.l = lineage.New(u.g)
	}
	walk := u.l.Of(start, lineage.Options{Up: true, Depth: 1})
	labels := map[string]string{}
	for _, n := range walk.Nodes {
		labels[n.ID] = n.Labels[0]
	}
	// What else a walk would need, such as older executions of pipelines, leads to
	// nothing that the document has.
	s := steps{whole: !slices.ContainsFunc(walk.Unknown, func(u view.Unknown) bool { return slices.Contains(needed, u.Label) })}
	for _, e := range walk.Edges {
		h := hop{id: other(e), data: e.Type == "READ_FROM"}
		switch h.label = labels[h.id]; {
		case h.label == groupLabel || h.label == endpointConfig:
			continue
		case h.label == image && strings.Contains(e.Path, "RuleConfigurations"): // it watched a job
			continue
		case h.label == bucket:
			h.id, h.place = "", location.Artifact(e.Ref)
		}
		s.hops = append(s.hops, h)
	}
	slices.SortFunc(s.hops, func(a, b hop) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.place, b.place)) })
	s.hops = slices.Compact(s.hops)
	u.known[name] = s
	u.left -= 1 + len(walk.Edges)
	return s
}
