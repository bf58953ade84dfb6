package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// A Check looks for one thing that can be wrong.
type Check struct {
	ID       string // what it is about first: notebook-direct-internet
	Title    string // what is wrong, in one line: Notebook instance has direct internet access
	Severity audit.Level
	Fix      string // what to do, in one line
	// Note says in sentences where it differs from its aliases, or why its severity does.
	Note string
	// Aliases are the ids of the same check elsewhere, with spaces between them.
	Aliases string
	// References are addresses of pages that say why, with spaces between them.
	References string
	// Reads are the labels and columns that it looks at, as [view.Columns] reads them.
	Reads string
	// Edges are those that it follows, by type.
	Edges map[string]view.KeepEdges
	// Asks are the lists of the report that it rests on, with spaces between them.
	Asks string
	// Find looks at the graph and at the answers, and calls the methods of a Search.
	Find func(s *Search)
}

// A Search is one check at work.
type Search struct {
	*view.Graph
	Report *audit.Report // with the answers to all other questions

	check     *Check
	lacks     *view.Lacks
	documents *documents
	gaps      map[string]map[string]bool // scopes by label, see [Subject.ListedWith]
	findings  []audit.Finding
	looked    int
	unknown   int
	partly    bool // there may be resources that it never saw
	// worst is how bad what is missing of a part could be, of all checks.
	worst map[view.Part]audit.Level
}

// question is what the report's list of what is missing calls the checks.
const question = "findings"

// each is a Find that looks at every node of the first label that the check reads
// that was read from the API, one after the other. Nodes that could not be listed are
// noted as missing.
func each(look func(o *Subject)) func(*Search) { return eachOf("", look) }

// eachOf is each for a label that is not the first that the check reads.
func eachOf(label string, look func(o *Subject)) func(*Search) {
	return func(s *Search) {
		label := label
		if label == "" {
			label, _, _ = strings.Cut(strings.TrimSpace(s.check.Reads), " ")
			label, _, _ = strings.Cut(label, "\n")
		}
		for _, n := range s.Nodes(label) {
			if n.Observed() {
				s.look(n, look)
			}
		}
		s.kind(label)
	}
}

// all is a Find that does one after the other, such as each of one label and of
// another.
func all(finds ...func(*Search)) func(*Search) {
	return func(s *Search) {
		for _, find := range finds {
			find(s)
		}
	}
}

// look asks about one resource.
func (s *Search) look(n *view.Node, look func(o *Subject)) {
	o := &Subject{Node: n, Search: s}
	look(o)
	switch {
	case len(o.evidence) > 0:
		s.looked++
		s.findings = append(s.findings, s.finding(n, o.severity, o.evidence))
	case o.unread:
		s.unknown++
	default:
		s.looked++
	}
}

func (s *Search) finding(n *view.Node, severity audit.Level, evidence []audit.Evidence) audit.Finding {
	severity = cmp.Or(severity, s.check.Severity)
	if audit.IsOver(n.Label, n.Text("status")) && severity.AtLeast(audit.Low) {
		severity = audit.Low // it shows what was, not what is
	}
	return audit.Finding{
		Check: s.check.ID, Aliases: strings.Fields(s.check.Aliases), Severity: severity,
		Resource: n.ID, Evidence: evidence, Fix: s.check.Fix,
	}
}

// A Subject is a resource that a check looks at. Its columns are read by the methods
// of the node; those below note what was not read, and what is wrong.
type Subject struct {
	*view.Node
	Search *Search

	severity audit.Level
	evidence []audit.Evidence
	unread   bool
}

// Read reports whether the value of a column is known, be it null. Where it is not,
// the resource counts as unknown unless something else is found wrong with it.
func (o *Subject) Read(columns ...string) bool {
	all := true
	for _, c := range columns {
		if !o.Known(c) {
			all = false
			o.Lack(o.Scope, o.Label)
		}
	}
	return all
}

// Lack notes that something of a label in a scope was not read that decides about the
// resource.
func (o *Subject) Lack(scope, label string) {
	o.unread = true
	o.Search.missing(scope, label)
}

// kind notes the scopes in which there may be more of a label than is known.
func (s *Search) kind(label string) {
	for _, scope := range s.Unlisted(label) {
		s.partly = true
		s.missing(scope, label)
	}
}

// missing notes that there may be findings, as bad as the check finds any, that need
// what was not read of a label in a scope.
func (s *Search) missing(scope, label string) {
	s.lacks.Add(question, scope, label)
	s.lacks.Answers(scope, label)
	part := view.Part{Scope: scope, Label: label}
	if worst := s.worst[part]; worst == "" || s.check.Severity.AtLeast(worst) {
		s.worst[part] = s.check.Severity
	}
}

// Wrong adds evidence: the API's member, what stands there, and what that means. A
// resource with evidence is a finding.
func (o *Subject) Wrong(field, value, format string, args ...any) {
	o.WrongOf(o.ID, field, value, format, args...)
}

// WrongOf is Wrong where another node says so.
func (o *Subject) WrongOf(resource, field, value, format string, args ...any) {
	o.evidence = append(o.evidence, audit.Evidence{Resource: resource, Field: field, Value: value, Detail: fmt.Sprintf(format, args...)})
}

// Severe makes this finding as bad as a level, whatever the check's own.
func (o *Subject) Severe(l audit.Level) { o.severity = l }

// Keep is the part of a graph that the checks look at.
func Keep() *view.Keep {
	keeps := []*view.Keep{}
	for _, c := range All() {
		// Every finding needs to know whether what it is about is over.
		labels := view.Columns(c.Reads)
		for label := range labels {
			labels[label] = append(labels[label], view.Columns(label + " status name")[label]...)
		}
		keeps = append(keeps, &view.Keep{Labels: labels, Edges: c.Edges})
	}
	return view.Union(keeps...)
}

// Run looks for everything in a graph that has [Keep], whose other questions a report
// answers, and adds to the report what it finds and what it lacks.
func Run(g *view.Graph, r *audit.Report) {
	run(All(), g, r)
}

func run(all []*Check, g *view.Graph, r *audit.Report) {
	lacks, documents, worst := view.NewLacks(g), &documents{}, map[view.Part]audit.Level{}
	for _, c := range all {
		s := &Search{Graph: g, Report: r, check: c, lacks: lacks, documents: documents, worst: worst}
		c.Find(s)
		r.Findings = append(r.Findings, s.findings...)
		r.Checks = append(r.Checks, s.summary())
	}
	slices.SortFunc(r.Findings, compareFindings)
	slices.SortFunc(r.Checks, func(a, b audit.Check) int { return cmp.Compare(a.Check, b.Check) })
	for _, u := range lacks.List() {
		u.CouldBe = string(worst[view.Part{Scope: u.Scope, Label: u.Label}])
		r.Unknown = append(r.Unknown, u)
	}
	slices.SortFunc(r.Unknown, view.CompareUnknown)
}

// compareFindings orders findings by check, resource, and what they rest on.
func compareFindings(a, b audit.Finding) int {
	return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Resource, b.Resource), slices.CompareFunc(a.Evidence, b.Evidence, func(a, b audit.Evidence) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Detail, b.Detail))
	}))
}

func (s *Search) summary() audit.Check {
	c := s.check
	reads := strings.Fields(c.Asks)
	columns := view.Columns(c.Reads)
	for _, label := range slices.Sorted(maps.Keys(columns)) {
		reads = append(reads, label)
		for _, column := range columns[label] {
			reads = append(reads, label+"."+column.Name)
		}
	}
	return audit.Check{
		Check: c.ID, Title: c.Title, Severity: c.Severity, Aliases: strings.Fields(c.Aliases), Reads: reads, Fix: c.Fix,
		References: strings.Fields(c.References), Looked: s.looked, Found: len(s.findings), Unknown: s.unknown, Complete: !s.partly && s.unknown == 0,
	}
}
