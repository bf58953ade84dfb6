package snapshot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// A Lack is one thing that a snapshot does not have: failures of one action
// with one code, or what one option leaves out of one kind.
type Lack struct {
	Gap     bool     // it could not be read; else it was not asked for
	Text    string   // one line
	Option  string   // that lifts a limit; "" where there is none
	Brief   string   // of a limit with an option: what that brings
	Labels  []string // sorted
	Scopes  []string // sorted
	Count   int64    // failures, or resources, or kinds
	Action  string   // of a gap, and so are the next two
	Code    string
	Message string // of its first
}

// Lacks returns what a report says is missing, over all scopes, the worst
// first: gaps, then limits, then what was not asked for. It is empty where the
// report is complete.
func Lacks(r *graph.Report) []Lack {
	return slices.Concat(gapsOf(r), unexplained(r), fieldsOf(r), cutsOf(r), skippedOf(r))
}

// Missing returns the texts of [Lacks].
func Missing(r *graph.Report) []string {
	var lines []string
	for _, l := range Lacks(r) {
		lines = append(lines, l.Text)
	}
	return lines
}

// gapsOf groups the gaps by action and code. What keeps a whole kind from being
// listed comes first, then what happened most often.
func gapsOf(r *graph.Report) []Lack {
	groups := newGrouping[[2]string]()
	whole := map[[2]string]bool{}
	for _, g := range r.Gaps {
		key := [2]string{g.Action, g.Code}
		l := groups.add(key, g.Label, g.Scope, max(g.Count, 1))
		if l.Message == "" {
			l.Gap, l.Action, l.Code, l.Message = true, g.Action, g.Code, g.Message
		}
		whole[key] = whole[key] || len(g.IDs) == 0
	}
	lacks := groups.list()
	for i := range lacks {
		lacks[i].Text = gapText(&lacks[i])
	}
	rank := func(l Lack) int {
		if whole[[2]string{l.Action, l.Code}] {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(lacks, func(a, b Lack) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Count, a.Count)) })
	return lacks
}

// gapText is such as: sagemaker:DescribeModel denied × 29 in
// 012345678901/us-east-1 (AccessDeniedException: you may not).
func gapText(l *Lack) string {
	verb := "failed"
	switch {
	case l.Code == graph.CodeParentNotListed: // the call was not made
		return fmt.Sprintf("%s: not all could be looked for in %s (%s)", few(nouns(l.Labels)), few(l.Scopes), short(l.Message))
	case strings.Contains(l.Code, "AccessDenied") || strings.Contains(l.Code, "Unauthorized"):
		verb = "denied"
	case strings.Contains(l.Code, "Throttl") || l.Code == "TooManyRequestsException":
		verb = "throttled"
	}
	text := l.Action + " " + verb
	if l.Count > 1 {
		text += " × " + Grouped(l.Count)
	}
	others := slices.DeleteFunc(nouns(l.Labels), func(noun string) bool { return strings.Contains(l.Action, noun) })
	if len(others) > 0 {
		text += " for " + few(others)
	}
	if len(l.Scopes) > 0 {
		text += " in " + few(l.Scopes)
	}
	return text + " (" + short(strings.TrimSuffix(l.Code+": "+l.Message, ": ")) + ")"
}

func nouns(labels []string) []string {
	var all []string
	for _, label := range labels {
		all = append(all, noun(label))
	}
	return all
}

// unexplained are kinds and tags that are not complete and of which no gap says
// why.
func unexplained(r *graph.Report) []Lack {
	groups := newGrouping[[2]string]()
	gaps := indexGaps(r)
	for i := range r.Scopes {
		s := &r.Scopes[i]
		note := func(label string, state graph.State) {
			if !isGap(state) || gaps.of[[2]string{s.ID(), label}] || gaps.of[[2]string{s.ID(), regionLabel}] {
				return
			}
			groups.add([2]string{label, string(state)}, label, s.ID(), 1).Code = string(state)
		}
		shared := gaps.ofAllKinds(s)
		for _, k := range s.Kinds {
			if !shared || !lacksOnlyShared(&k.Completeness) {
				note(k.Label, k.State)
			}
		}
		if isGap(s.Tags) && !gaps.ofTags[s.ID()] {
			note("Tags", s.Tags)
		}
	}
	lacks := groups.list()
	for i := range lacks {
		l := &lacks[i]
		l.Gap = true
		l.Text = fmt.Sprintf("%s: %s in %s", noun(l.Labels[0]), l.Code, few(l.Scopes))
	}
	return lacks
}

// regionLabel is what the gap of a region as a whole is about.
const regionLabel = "Region"

// A gapIndex says what the gaps of a report are about.
type gapIndex struct {
	of     map[[2]string]bool  // scope and label
	labels map[string][]string // by scope
	ofTags map[string]bool     // scopes in which tags could not be read
}

func indexGaps(r *graph.Report) gapIndex {
	x := gapIndex{map[[2]string]bool{}, map[string][]string{}, map[string]bool{}}
	for _, g := range r.Gaps {
		x.of[[2]string{g.Scope, g.Label}] = true
		x.labels[g.Scope] = append(x.labels[g.Scope], g.Label)
		x.ofTags[g.Scope] = x.ofTags[g.Scope] || strings.Contains(g.Action, "Tags")
	}
	return x
}

// ofAllKinds reports whether a scope has a gap that is about none of its kinds,
// and so about all: of tags, or of edges that stand in no column.
func (x gapIndex) ofAllKinds(s *graph.ScopeReport) bool {
	kinds := map[string]bool{}
	for _, k := range s.Kinds {
		kinds[k.Label] = true
	}
	return slices.ContainsFunc(x.labels[s.ID()], func(label string) bool { return !kinds[label] })
}

// lacksOnlyShared reports whether what a kind lacks are its tags, or edges that
// stand in no column, which one gap of the scope says of all kinds.
func lacksOnlyShared(c *graph.Completeness) bool {
	if c.IDs != graph.AllIDs && c.IDs != graph.CutIDs {
		return false
	}
	shared := false
	for _, u := range c.Unread {
		if u.Because != graph.ByGap {
			continue
		}
		if u.Column != "" && u.Column != "tags" {
			return false
		}
		shared = true
	}
	return shared
}

func isGap(s graph.State) bool {
	return s == graph.Partial || s == graph.Denied || s == graph.Unavailable
}

// fieldsOf says of each kind which fields an option let out.
func fieldsOf(r *graph.Report) []Lack {
	groups := newGrouping[string]()
	fields, references, searched := map[string]map[string]bool{}, map[string]int{}, map[string]bool{}
	for _, k := range kindsOf(r) {
		var count int64
		for _, u := range k.Unread {
			if u.Because != graph.ByLimit {
				continue
			}
			count = max(count, u.Count)
			if fields[k.Label] == nil {
				fields[k.Label] = map[string]bool{}
			}
			if !fields[k.Label][u.Column] && len(u.Paths) > 0 {
				references[k.Label]++
			}
			fields[k.Label][u.Column] = true
		}
		if count > 0 {
			groups.add(k.Label, k.Label, k.scope, count)
			searched[k.Label] = searched[k.Label] || k.Detail == "search"
		}
	}
	lacks := groups.list()
	for i := range lacks {
		l := &lacks[i]
		label := l.Labels[0]
		missing := Counted(len(fields[label]), "field") + " not read"
		if n := references[label]; n > 0 {
			missing += fmt.Sprintf(", %d of them %s", n, plural(n, "a reference", "references"))
		}
		l.Text = fmt.Sprintf("%s: %s of %s; Search alone has %s, and is not offered there", noun(label), missing, Grouped(l.Count), plural(len(fields[label]), "it", "them"))
		switch {
		case !strings.HasPrefix(label, kindPrefix):
			l.Option, l.Brief = "--neighbors", brief(len(fields[label]), l)
			l.Text = fmt.Sprintf("%s: %s of %s (see --neighbors)", label, missing, Grouped(l.Count))
		case searched[label]:
			l.Option, l.Brief = "--describe-limit all", brief(len(fields[label]), l)
			l.Text = fmt.Sprintf("%s: %s read by Search; %s (--describe-limit all reads %s, %s)", noun(label), Grouped(l.Count), missing, plural(len(fields[label]), "it", "them"), Counted(int(l.Count), "call"))
		}
	}
	slices.SortStableFunc(lacks, func(a, b Lack) int {
		return cmp.Or(cmp.Compare(references[b.Labels[0]], references[a.Labels[0]]), cmp.Compare(b.Count, a.Count))
	})
	return lacks
}

// brief is such as: 2 fields of 14 ModelPackage.
func brief(fields int, l *Lack) string {
	return fmt.Sprintf("%s of %s %s", Counted(fields, "field"), Grouped(l.Count), noun(l.Labels[0]))
}

// cutsOf says of each kind how an option ended its list.
func cutsOf(r *graph.Report) []Lack {
	groups := newGrouping[string]()
	kinds := map[[2]string]scopedKind{}
	for _, k := range kindsOf(r) {
		kinds[[2]string{k.scope, k.Label}] = k
	}
	for _, k := range kindsOf(r) {
		if k.IDs == graph.CutIDs {
			l := groups.add(cutText(kinds, k), k.Label, k.scope, 1)
			if k.Cut != nil {
				l.Option, l.Brief = lifts(kinds, k), cutBrief(k)
			}
		}
	}
	lacks := groups.list()
	for i := range lacks {
		lacks[i].Text = groups.keys[i]
	}
	return lacks
}

func cutText(kinds map[[2]string]scopedKind, k scopedKind) string {
	name, cut := noun(k.Label), k.Cut
	switch {
	case cut == nil:
		return name + ": not all were listed, for an option ended the list"
	case cut.Inherited:
		return fmt.Sprintf("%s: only those of each %s that was read (%s reads the others)", name, noun(cut.Of), lifts(kinds, k))
	case cut.Column != "":
		return fmt.Sprintf("%s: those of a %s whose %s was not read are missing (%s reads them)", name, noun(cut.Of), cut.Column, lifts(kinds, k))
	case cut.Newest == 0:
		return fmt.Sprintf("%s: none of any %s were read (%s reads them)", name, noun(cut.Of), lifts(kinds, k))
	}
	return fmt.Sprintf("%s: only the newest %s of each %s were read (%s reads the others)", name, Grouped(cut.Newest), noun(cut.Of), lifts(kinds, k))
}

// cutBrief is what is missing of a kind, in a few words.
func cutBrief(k scopedKind) string {
	if k.Cut.Inherited || k.Cut.Column != "" || k.Cut.Newest == 0 {
		return noun(k.Label) + " of those"
	}
	return fmt.Sprintf("%s older than the newest %s of each %s", noun(k.Label), Grouped(k.Cut.Newest), noun(k.Cut.Of))
}

// deepest is how many kinds are listed one for another, at most.
const deepest = 10

// lifts is the option that lifts a cut: that of the kind where the cut is from.
func lifts(kinds map[[2]string]scopedKind, k scopedKind) string {
	for range deepest { // an inherited cut ends there at the latest
		if k.Cut == nil || !k.Cut.Inherited {
			break
		}
		parent, ok := kinds[[2]string{k.scope, k.Cut.Of}]
		if !ok {
			break
		}
		k = parent
	}
	if k.Cut != nil && k.Cut.Column != "" {
		return "--describe-limit all"
	}
	return "--pipeline-executions all"
}

// skippedOf says how many kinds were not asked for.
func skippedOf(r *graph.Report) []Lack {
	groups := newGrouping[bool]()
	for _, k := range kindsOf(r) {
		if k.State == graph.Skipped {
			groups.add(strings.HasPrefix(k.Label, kindPrefix), k.Label, k.scope, 0)
		}
	}
	lacks := groups.list()
	for i := range lacks {
		l := &lacks[i]
		l.Count = int64(len(l.Labels))
		if groups.keys[i] {
			l.Option, l.Brief = "--kinds, --skip-kinds", Counted(len(l.Labels), "kind")+" not asked for"
			l.Text = Counted(len(l.Labels), "kind") + " not asked for (--kinds, --skip-kinds)"
		} else {
			l.Option, l.Brief = "--neighbors", few(l.Labels)
			l.Text = few(l.Labels) + ": only what refers to them was read (see --neighbors)"
		}
	}
	return lacks
}

// EmptyScopes returns the scopes, sorted, of which it is certain that there is
// no SageMaker resource: all kinds that were asked for were listed, and none
// has any.
func EmptyScopes(r *graph.Report) []string {
	var empty []string
	for i := range r.Scopes {
		listed, sure := false, true
		for _, k := range r.Scopes[i].Kinds {
			if !strings.HasPrefix(k.Label, kindPrefix) || k.State == graph.Skipped || k.State == graph.Unoffered {
				continue
			}
			listed = true
			sure = sure && k.IDs == graph.AllIDs && k.Listed == 0
		}
		if listed && sure {
			empty = append(empty, r.Scopes[i].ID())
		}
	}
	return empty
}

// kindPrefix is what the labels of SageMaker's own kinds begin with.
const kindPrefix = "AWSSageMaker"

func noun(label string) string { return strings.TrimPrefix(label, kindPrefix) }

// A scopedKind is a kind's report and the scope that it is of.
type scopedKind struct {
	scope string
	*graph.KindReport
}

func kindsOf(r *graph.Report) []scopedKind {
	var all []scopedKind
	for i := range r.Scopes {
		for j := range r.Scopes[i].Kinds {
			all = append(all, scopedKind{r.Scopes[i].ID(), &r.Scopes[i].Kinds[j]})
		}
	}
	return all
}

// A grouping joins lacks by a key, in the order in which the keys come.
type grouping[K comparable] struct {
	keys  []K
	lacks map[K]*Lack
}

func newGrouping[K comparable]() *grouping[K] { return &grouping[K]{lacks: map[K]*Lack{}} }

func (g *grouping[K]) add(key K, label, scope string, count int64) *Lack {
	l := g.lacks[key]
	if l == nil {
		l = &Lack{}
		g.lacks[key] = l
		g.keys = append(g.keys, key)
	}
	l.Count += count
	l.Labels, l.Scopes = append(l.Labels, label), append(l.Scopes, scope)
	return l
}

// list returns the groups, with the labels and scopes of each sorted, each once.
func (g *grouping[K]) list() []Lack {
	var lacks []Lack
	for _, key := range g.keys {
		l := g.lacks[key]
		l.Labels, l.Scopes = distinct(l.Labels), distinct(l.Scopes)
		lacks = append(lacks, *l)
	}
	return lacks
}

func distinct(list []string) []string {
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
	if len(list) == 0 {
		return nil
	}
	return list
}

// few is a list of names, cut where there are many.
func few(names []string) string { return first(3, names) }

// first is a list of names, cut after as many.
func first(most int, names []string) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// short cuts what an API says to a line; the manifest has all of it.
func short(s string) string {
	const most = 240
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Counted is a number and its unit, which takes an s: 1 node, 2,000 nodes.
func Counted[N int | int64](n N, unit string) string {
	return Grouped(int64(n)) + " " + plural(int(n), unit, unit+"s")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Grouped writes a number with a comma at every thousand.
func Grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
