package audit

import (
	"slices"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/lineage"
)

// A Graph is what the questions need of a snapshot.
type Graph = view.Graph

// A Node and an Edge are those of a Graph.
type (
	Node = view.Node
	Edge = view.Edge
)

// Read keeps what the questions need of a graph. The report is that of its
// snapshot, which is known by the time of h. Errors are those of the source.
func Read(src view.Source, h *graph.Header, report *graph.Report) (*Graph, error) {
	return view.Read(src, h, report, Kept())
}

// Run answers all questions of a graph.
func Run(g *Graph) *Report {
	r := &Report{
		FormatVersion: FormatVersion, Snapshot: g.Snapshot(), Scopes: notNil(g.Scopes()),
		Invokers: []Invoker{}, Bearer: []Bearer{}, Openers: []Opener{}, Roles: []Role{}, Exposure: []Exposure{},
		Assume: []Assume{}, Escalations: []Escalation{}, Buckets: []Bucket{}, Pipelines: []lineage.Pipeline{}, Checks: []Check{}, Findings: []Finding{}, Waivers: []WaiverUse{}, Unknown: []Unknown{},
	}
	lacks := view.NewLacks(g)
	askIAM(g, r, lacks)
	askExposure(g, r, lacks)
	askBuckets(g, r, lacks)
	rate(r)
	r.Unknown = append(r.Unknown, lacks.List()...)
	slices.SortFunc(r.Unknown, view.CompareUnknown)
	return r
}

// notNil returns list, or an empty one where it is nil.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
