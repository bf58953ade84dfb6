package audit

import "slices"

// Run answers all questions of a graph.
func Run(g *Graph) *Report {
	r := &Report{
		FormatVersion: FormatVersion, Snapshot: g.snapshot, Scopes: notNil(g.Scopes()),
		Invokers: []Invoker{}, Bearer: []Bearer{}, Openers: []Opener{}, Roles: []Role{}, Exposure: []Exposure{},
		Assume: []Assume{}, Escalations: []Escalation{}, Buckets: []Bucket{}, Findings: []Finding{}, Unknown: []Unknown{},
	}
	lacks := newMissing(g)
	askIAM(g, r, lacks)
	askExposure(g, r, lacks)
	askBuckets(g, r, lacks)
	rate(r)
	r.Unknown = append(r.Unknown, lacks.list()...)
	slices.SortFunc(r.Unknown, CompareUnknown)
	return r
}

// notNil returns list, or an empty one where it is nil.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
