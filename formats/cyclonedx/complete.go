package cyclonedx

import (
	"slices"
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// report is what a header says is known, as a report says it. A label that is not in
// a scope was not listed there, or the region does not have it, which a header does not
// tell apart.
func report(h *graph.Header) *graph.Report {
	r := &graph.Report{}
	for _, s := range h.Scopes {
		account, region, _ := strings.Cut(s.ID, "/")
		scope := graph.ScopeReport{Account: account, Region: region}
		for _, l := range s.Labels {
			k := graph.KindReport{Label: l.Label}
			if k.IDs = graph.SomeIDs; l.Listed {
				k.IDs = graph.AllIDs
			}
			for _, path := range l.Unread {
				k.Unread = append(k.Unread, graph.Unread{Column: columnOf(h.Schema.Label(l.Label), path), Paths: []string{path}, Because: graph.ByGap})
			}
			k.State = k.StateOf(graph.Skipped)
			scope.Kinds = append(scope.Kinds, k)
		}
		for _, label := range needed {
			if region != "global" && !slices.ContainsFunc(s.Labels, func(l graph.LabelScope) bool { return l.Label == label }) {
				scope.Kinds = append(scope.Kinds, graph.KindReport{Label: label, State: graph.Skipped, Completeness: graph.Completeness{IDs: graph.NoIDs}})
			}
		}
		r.Scopes = append(r.Scopes, scope)
	}
	return r
}

// columnOf returns the column that a reference field stands in, or "".
func columnOf(l *graph.Label, path string) string {
	if l == nil {
		return ""
	}
	name, longest := "", 0
	for _, c := range l.Columns {
		rest, ok := strings.CutPrefix(path, c.Source)
		if ok && len(c.Source) > longest && (rest == "" || strings.ContainsAny(rest[:1], ".[{")) {
			name, longest = c.Name, len(c.Source)
		}
	}
	return name
}

// needed are the labels without which the document may lack something: what is
// deployed, and then what that came of.
var needed = []string{
	endpoint, endpointConfig, component,
	model, modelPackage, algorithm, autoMLJob, compilationJob, hubContent, tuningJob, labelingJob, modelCard, optimizationJob, processingJob, trainingJob, transformJob,
}

// deploying are the first of them.
var deploying = needed[:3]

// lacks says of a scope what is not known of some labels, a line each, and whether
// something of them was listed in part, which means that there is more.
func lacks(s graph.Scope, labels []string) (lines []string, more bool) {
	for _, label := range labels {
		i := slices.IndexFunc(s.Labels, func(l graph.LabelScope) bool { return l.Label == label })
		switch {
		case i < 0:
			lines = append(lines, s.ID+" "+short(label)+": not listed")
		case !s.Labels[i].Listed:
			lines, more = append(lines, s.ID+" "+short(label)+": not all are listed"), true
		case len(s.Labels[i].Unread) > 0:
			lines = append(lines, s.ID+" "+short(label)+": not read of all: "+strings.Join(s.Labels[i].Unread, ", "))
		}
	}
	return lines, more
}

// regional are the scopes that SageMaker was read in.
func (d *document) regional() []graph.Scope {
	return slices.DeleteFunc(slices.Clone(d.h.Scopes), func(s graph.Scope) bool { return strings.HasSuffix(s.ID, "/global") })
}

// metadata says what the document is about and what it lacks.
func (d *document) metadata() *cdx.Metadata {
	name, version, _ := strings.Cut(d.h.Tool, " ")
	var p properties
	var accounts []string
	var missing []string
	for _, s := range d.regional() {
		p.add("scope", s.ID)
		account, _, _ := strings.Cut(s.ID, "/")
		accounts = append(accounts, account)
		lines, _ := lacks(s, needed)
		missing = append(missing, lines...)
	}
	p.add("complete", strconv.FormatBool(len(missing) == 0 && len(accounts) > 0))
	for _, line := range missing {
		p.add("missing", line)
	}
	p.add("models", strconv.Itoa(d.count(model, func(*view.Node) bool { return true })))
	p.add("models-deployed", strconv.Itoa(d.count(model, func(n *view.Node) bool { return d.deployed[n.ID] })))
	p.add("model-packages", strconv.Itoa(d.count(modelPackage, func(*view.Node) bool { return true })))
	slices.Sort(accounts)
	title := "Amazon SageMaker"
	if accounts = slices.Compact(accounts); len(accounts) > 0 {
		title += " in " + strings.Join(accounts, ", ")
	}
	return &cdx.Metadata{
		Timestamp:  d.h.SnapshotID(),
		Lifecycles: &[]cdx.Lifecycle{{Phase: cdx.LifecyclePhaseOperations}},
		Tools:      &cdx.ToolsChoice{Components: &[]cdx.Component{{Type: cdx.ComponentTypeApplication, Name: name, Version: version}}},
		Component:  &cdx.Component{BOMRef: root, Type: cdx.ComponentTypePlatform, Name: title, Version: d.h.SnapshotID()},
		Properties: p.list(),
	}
}

// count returns how many nodes of a label were read, of those that are meant.
func (d *document) count(label string, meant func(*view.Node) bool) int {
	n := 0
	for _, one := range d.g.Nodes(label) {
		if one.Observed() && meant(one) {
			n++
		}
	}
	return n
}

// aggregate says of the whole whether all that is deployed is in the document.
func (d *document) aggregate() cdx.CompositionAggregate {
	whole := cdx.CompositionAggregateComplete
	if len(d.regional()) == 0 {
		whole = cdx.CompositionAggregateUnknown
	}
	for _, s := range d.regional() {
		switch lines, more := lacks(s, deploying); {
		case more:
			return cdx.CompositionAggregateIncomplete
		case len(lines) > 0:
			whole = cdx.CompositionAggregateUnknown
		}
	}
	return whole
}

// compositions say what of the document is complete.
func (d *document) compositions() []cdx.Composition {
	all := []cdx.Composition{{Aggregate: d.aggregate(), Assemblies: &[]cdx.BOMReference{root}}}
	var known, unknown []cdx.BOMReference
	for _, ref := range d.refs() {
		switch {
		case ref == root:
		case d.unsure[ref]:
			unknown = append(unknown, cdx.BOMReference(ref))
		default:
			known = append(known, cdx.BOMReference(ref))
		}
	}
	for _, c := range []cdx.Composition{{Aggregate: cdx.CompositionAggregateComplete, Dependencies: list(known)}, {Aggregate: cdx.CompositionAggregateUnknown, Dependencies: list(unknown)}} {
		if c.Dependencies != nil {
			all = append(all, c)
		}
	}
	return all
}
