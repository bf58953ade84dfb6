package cyclonedx

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// A hop is one step to what something came of.
type hop struct {
	id, label string
	location  string // what lies in a bucket; then there is no id
}

// upstream answers what something came of.
type upstream struct{ g *view.Graph }

func newUpstream(g *view.Graph) *upstream { return &upstream{g} }

// of returns the steps from a node or a location, sorted.
func (u *upstream) of(id string) []hop {
	var hops []hop
	for _, typ := range []string{"DERIVED_FROM", "USED", "USED_IMAGE", "READ_FROM"} {
		for _, e := range u.g.From(typ, id) {
			switch place, ok := placeOf(e); {
			case strings.Contains(e.Path, "RuleConfigurations"): // what watches a job
			case e.ToLabel != bucket:
				hops = append(hops, hop{id: e.To, label: e.ToLabel})
			case ok:
				hops = append(hops, hop{label: bucket, location: place.String()})
			}
		}
	}
	for _, e := range u.g.To("PRODUCED", id) {
		hops = append(hops, hop{id: e.From, label: e.FromLabel})
	}
	slices.SortFunc(hops, func(a, b hop) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.location, b.location)) })
	return slices.Compact(hops)
}

// placeOf returns the location that an edge to a bucket names.
func placeOf(e view.Edge) (location, bool) {
	key, ok := strings.CutPrefix(e.Ref, "s3://"+e.To+"/")
	return location{e.To, strings.TrimSuffix(key, "/")}, ok
}
