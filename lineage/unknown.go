package lineage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// question is how unknowns name lineage.
const question = "lineage"

// A step is a field that can make the next hop.
type step struct {
	owner string // label that has the field
	path  string
	own   bool // the hop goes on from the owner, and not to it
}

// A nextStep has, for each label, the steps up and down; those of the label "" are for
// all labels.
type nextStep map[string]*[2]map[step]bool

const (
	upward   = 0
	downward = 1
)

func directionIndex(up bool) int {
	if up {
		return upward
	}
	return downward
}

// nextSteps are the steps of the snapshot: by the fields of the labels that it has, and
// to the kinds that it has none of.
func (l *Lineage) nextSteps(t *table) nextStep {
	steps := stepsOf(l.g.Schema(), t)
	absent := map[string]bool{}
	report := l.g.Report()
	for i := range report.Scopes {
		for j := range report.Scopes[i].Kinds {
			if label := report.Scopes[i].Kinds[j].Label; l.g.Schema().Label(label) == nil {
				absent[label] = true
			}
		}
	}
	if len(absent) > 0 {
		steps.lead(absent)
	}
	return steps
}

// stepsOf asks the table about each rule of a schema.
func stepsOf(schema *graph.Schema, t *table) nextStep {
	steps := nextStep{}
	for _, typ := range schema.EdgeTypes {
		for i := range typ.Rules {
			rule := &typ.Rules[i]
			targets := rule.Targets
			if len(targets) == 0 {
				targets = []string{"", bucket}
			}
			for _, target := range targets {
				from, to := rule.Owner, target
				if rule.Reverse {
					from, to = to, from
				}
				if r := t.row(typ.Name, from, to, rule.Path); r != nil {
					steps.add(r.flow, rule, from, to)
				}
			}
		}
	}
	return steps
}

// note notes a step.
func (s nextStep) note(label string, direction int, one step) {
	if s[label] == nil {
		s[label] = &[2]map[step]bool{{}, {}}
	}
	s[label][direction][one] = true
}

// add notes which ways a field can be gone.
func (s nextStep) add(f flow, rule *graph.Rule, from, to string) {
	note := func(label string, direction int, atFrom bool) {
		s.note(label, direction, step{rule.Owner, rule.Path, atFrom != rule.Reverse})
	}
	switch f {
	case forward, writes:
		note(from, downward, true)
		note(to, upward, false)
	case backward, reads:
		note(from, upward, true)
		note(to, downward, false)
	case defines:
		note(to, downward, false)
	case same, member, lies, document:
		for _, direction := range []int{upward, downward} {
			note(from, direction, true)
			note(to, direction, false)
		}
	}
}

// of returns the steps from a label.
func (s nextStep) of(label string, direction int, yield func(step)) {
	for _, l := range []string{label, ""} {
		if s[l] != nil {
			for one := range s[l][direction] {
				yield(one)
			}
		}
	}
}

// An unknowns gathers what a walk would have needed.
type unknowns struct {
	l       *Lineage
	lacks   *view.Lacks
	kinds   map[string][]*scopeKind // reports by label
	asked   map[step]bool
	stubs   map[view.Part][]string // nodes that are only referred to
	unclear []string
}

type scopeKind struct {
	scope string
	*graph.KindReport
}

// unknown says what a snapshot does not hold that could have made further hops: of the
// places that the walk went on from, and in its direction.
func (l *Lineage) unknown(walkers ...*walker) []view.Unknown {
	u := &unknowns{l: l, lacks: view.NewLacks(l.g), kinds: map[string][]*scopeKind{}, asked: map[step]bool{}, stubs: map[view.Part][]string{}}
	report := l.g.Report()
	for i := range report.Scopes {
		s := &report.Scopes[i]
		for j := range s.Kinds {
			k := &s.Kinds[j]
			u.kinds[k.Label] = append(u.kinds[k.Label], &scopeKind{s.ID(), k})
		}
	}
	for _, walker := range walkers {
		if walker == nil {
			continue
		}
		for _, p := range walker.places {
			if !walker.ends(p) {
				u.place(p, directionIndex(walker.up))
			}
		}
	}
	u.facts()
	return u.lacks.List()
}

// place asks what could have been next to a place.
func (u *unknowns) place(p *place, direction int) {
	label := u.l.labels[p.node]
	n := u.l.g.Node(u.l.ids[p.node])
	owns := false
	u.l.steps.of(label, direction, func(s step) {
		if s.own {
			owns = true
			if n != nil && n.Observed() {
				u.fields(n, s.path)
			}
			return
		}
		if !u.asked[s] {
			u.asked[s] = true
			u.kind(s)
		}
	})
	if owns && n != nil && !n.Observed() && u.kinds[label] != nil && !isOfAWS(n.ID) {
		part := view.Part{Scope: homeOf(n), Label: label}
		u.stubs[part] = append(u.stubs[part], n.ID)
	}
	if u.l.unclear[p.node] {
		u.unclear = append(u.unclear, u.l.ids[p.node])
	}
}

// homeOf is the scope that a resource would be read in: that of its ARN, else the one
// that refers to it.
func homeOf(n *view.Node) string {
	if parts := strings.SplitN(n.ID, ":", 6); len(parts) == 6 && parts[0] == "arn" && parts[3] != "" && parts[4] != "" {
		return parts[4] + "/" + parts[3]
	}
	return n.Scope
}

// isOfAWS reports whether a resource is one of AWS's own, such as the content of a
// public hub.
func isOfAWS(id string) bool {
	parts := strings.SplitN(id, ":", 6)
	return len(parts) == 6 && parts[4] == "aws"
}

// fields notes where a field of a resource was not read.
func (u *unknowns) fields(n *view.Node, path string) {
	for _, k := range u.kinds[n.Label] {
		if k.scope != n.Scope {
			continue
		}
		for _, unread := range k.Unread {
			if slices.Contains(unread.Paths, path) && (unread.Column == "" || slices.Contains(n.Unread(), unread.Column)) {
				u.lacks.Add(question, k.scope, n.Label)
			}
		}
	}
}

// kind notes the scopes where a resource that leads here may not have been listed, or
// the field not been read of all.
func (u *unknowns) kind(s step) {
	for _, k := range u.kinds[s.owner] {
		listed := k.IDs == graph.AllIDs || k.State == graph.Unoffered
		read := !slices.ContainsFunc(k.Unread, func(unread graph.Unread) bool {
			return slices.Contains(unread.Paths, s.path) || s.path == anyField && len(unread.Paths) > 0
		})
		if !listed || !read {
			u.lacks.Add(question, k.scope, s.owner)
		}
	}
}

// facts are what is missing of single resources.
func (u *unknowns) facts() {
	for part, ids := range u.stubs {
		ids = unique(ids)
		why, how := u.l.g.Why(part.Scope, part.Label)
		if account, region, _ := strings.Cut(part.Scope, "/"); !slices.Contains(u.l.g.Scopes(), part.Scope) {
			why, how = fmt.Sprintf("account %s was not exported in %s", account, region), fmt.Sprintf("export account %s with --region %s", account, region)
		}
		u.lacks.Fact(view.Unknown{
			Questions: []string{question}, Scope: part.Scope, Label: part.Label, Why: why, How: how,
			What: fmt.Sprintf("%s is only referred to", andOthers(ids)),
		})
	}
	if ids := unique(u.unclear); len(ids) > 0 {
		u.lacks.Fact(view.Unknown{
			Questions: []string{question}, Label: u.l.labels[u.l.byID[ids[0]]], What: "which locations " + andOthers(ids) + " reads and writes",
			Why: "its configuration names them, and does not say which way", How: "look at its configuration (job_config_document)",
		})
	}
}

// andOthers is the first of some, and how many others there are.
func andOthers(ids []string) string {
	if len(ids) == 1 {
		return ids[0]
	}
	return fmt.Sprintf("%s (and %d more)", ids[0], len(ids)-1)
}

// unique sorts a list, each once.
func unique[T cmp.Ordered](list []T) []T {
	sorted := append([]T{}, list...)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
