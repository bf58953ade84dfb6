package cypher

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// A group is the scopes of a header of which the same is known.
type group struct {
	scopes []string
	labels []graph.LabelScope
}

func groups(scopes []graph.Scope) []group {
	same := func(a, b graph.LabelScope) bool {
		return a.Label == b.Label && a.Listed == b.Listed && slices.Equal(a.Unread, b.Unread)
	}
	var all []group
	for _, s := range scopes {
		i := slices.IndexFunc(all, func(g group) bool { return slices.EqualFunc(g.labels, s.Labels, same) })
		if i < 0 {
			i = len(all)
			all = append(all, group{labels: s.Labels})
		}
		all[i].scopes = append(all[i].scopes, s.ID)
	}
	return all
}

// label returns what is known of a label, or nil where that is nothing.
func (g *group) label(name string) *graph.LabelScope {
	i := slices.IndexFunc(g.labels, func(l graph.LabelScope) bool { return l.Label == name })
	if i < 0 {
		return nil
	}
	return &g.labels[i]
}

// pruneScript returns the script that removes what an earlier snapshot had and
// this one has not. An edge belongs to the resource that has the reference
// field: it goes when that field was read and the edge is not in the snapshot.
// A resource goes when all ids of its kind are known and its own is not among
// them. What was not read stays as it is.
func pruneScript(h *graph.Header) ([]byte, error) {
	if err := checkOwners(h.Schema); err != nil {
		return nil, err
	}
	p := pruner{h: h, now: literal(h.SnapshotID())}
	p.out = appendComment(p.out, h,
		"Removes what an earlier snapshot had and this one has not.",
		"Run it after out.cypher of the same snapshot:",
		"  cypher-shell -f prune.cypher",
		"It only touches the scopes of this snapshot and, in them, what was read.",
		"Not inside a transaction of your own: it commits in batches.")
	all := groups(h.Scopes)
	p.edges(all)
	for _, g := range all {
		p.nodes(g)
	}
	if len(h.Scopes) > 0 {
		p.leftovers()
	}
	return p.out, nil
}

type pruner struct {
	h   *graph.Header
	now string // the snapshot's time as a literal
	out []byte
}

func (p *pruner) addf(format string, args ...any) { p.out = fmt.Appendf(p.out, format, args...) }

// owner is how a rule is found again in an edge: the label of the node that
// has the field, the type, the path.
func owner(label, typ, path string) string { return label + " " + typ + " " + path }

// ownerOf is owner in Cypher, l being the label.
const ownerOf = "l + ' ' + type(r) + ' ' + r.path"

// A fate says when a stale edge of a rule may go, the rarest first.
type fate int

const (
	stays       fate = iota // never: nothing is known of it
	withOwner               // when its owner is gone: its field was not read
	ofSeenByARN             // when its owner was read, and it is no reference by name
	ofSeen                  // when its owner was read: not all owners are known
	ofNamed                 // when its owner is in the snapshot: it was read, or is gone
	betweenRead             // when its other end is in the snapshot: it would be there too
	withinRead              // when its other end is in the scopes too: it is worked out from both
	byARN                   // when it is no reference by name: not all that the name could mean is known
	stale                   // always
)

// when is the condition of a fate, on an edge's owner and its other end.
func (p *pruner) when(f fate, owner, other, scopes string) string {
	seen := fmt.Sprintf("%s.sg_snapshot >= %s AND %s.%s", owner, p.now, owner, observedColumn)
	switch f {
	case withOwner:
		return "NOT coalesce(" + seen + ", false) AND "
	case ofSeen:
		return seen + " AND "
	case ofNamed:
		return fmt.Sprintf("%s.sg_snapshot >= %s AND ", owner, p.now)
	case ofSeenByARN:
		return seen + " AND r.ref STARTS WITH 'arn:' AND "
	case byARN:
		return "r.ref STARTS WITH 'arn:' AND "
	case betweenRead:
		return fmt.Sprintf("%s.sg_snapshot >= %s AND ", other, p.now)
	case withinRead:
		return other + ".sg_scope IN " + scopes + " AND "
	}
	return ""
}

// fate says when the stale edges of a rule may go in the scopes of g.
func (p *pruner) fate(r graph.Rule, g *group) fate {
	l := g.label(r.Owner)
	switch {
	case l == nil:
		return stays
	case p.referred(r.Owner) || !l.Listed:
		if r.Derived != "" && l.Listed {
			return betweenRead
		}
		if r.Derived != "" || slices.Contains(l.Unread, r.Path) {
			return stays
		}
		if p.named(r, g) {
			return ofSeenByARN
		}
		if l.Listed {
			return ofNamed // each one that is referred to was looked up
		}
		return ofSeen
	case r.Derived != "":
		return p.derived(r, l, g)
	case slices.Contains(l.Unread, r.Path):
		return withOwner
	case p.named(r, g):
		return byARN
	}
	return stale
}

// named reports whether a name in a rule's field may mean another node than before
// only because not all resources that have names were listed.
func (p *pruner) named(r graph.Rule, g *group) bool {
	return slices.ContainsFunc(r.Targets, func(t string) bool {
		l := g.label(t)
		return !p.referred(t) && (l == nil || !l.Listed)
	})
}

// derived is the fate of an edge that no field says, its owner l being listed.
// It is worked out from all fields of both ends; where it has no path, from
// their being there. A label that is never listed, such as the account, takes no
// part.
func (p *pruner) derived(r graph.Rule, l *graph.LabelScope, g *group) fate {
	whole := func(l *graph.LabelScope) bool { return l != nil && l.Listed && (r.Path == "" || len(l.Unread) == 0) }
	if !whole(l) || len(r.Targets) == 0 {
		return withOwner
	}
	f := stale
	for _, t := range r.Targets {
		if p.referred(t) {
			continue
		}
		if !whole(g.label(t)) {
			return withOwner
		}
		f = withinRead
	}
	return f
}

// referred reports whether nodes of a label are known only because something
// refers to them. Of the kinds that the snapshot has no node of, the header has the
// names.
func (p *pruner) referred(label string) bool {
	if l := p.h.Schema.Label(label); l != nil {
		return l.Referred
	}
	return !slices.Contains(p.h.Absent, label)
}

// A clause is a condition on an edge that holds for the owners in a list alone, or one
// without a list.
type clause struct {
	text  string
	owner string // the node that has one of the names, or empty
}

// clauses returns those on stale edges of g that go, in the order in which they are to be
// asked, and the names that each is about.
func (p *pruner) clauses(g *group) ([]clause, [][]string) {
	keys := p.owners(func(r graph.Rule) fate { return p.fate(r, g) })
	scopes := list(g.scopes)
	var all []clause
	var names [][]string
	for f := stale; f > stays; f-- {
		for end, list := range keys[f] {
			owner, other := "a", "b"
			if end == reverse {
				owner, other = other, owner
			}
			if len(list) > 0 {
				all, names = append(all, clause{p.when(f, owner, other, scopes), owner}), append(names, list)
			}
		}
	}
	for _, text := range p.ofGone(g) {
		all, names = append(all, clause{text: text}), append(names, []string{""})
	}
	return all, names
}

// edges removes the stale edges of what was read. Groups differ in little: a name stands
// once for all groups in which the same is to be asked of it.
func (p *pruner) edges(all []group) {
	var order []clause
	groupsOf := map[clause]map[string][]int{} // by name
	for i := range all {
		clauses, names := p.clauses(&all[i])
		for j, c := range clauses {
			if groupsOf[c] == nil {
				groupsOf[c] = map[string][]int{}
				order = append(order, c)
			}
			for _, name := range names[j] {
				groupsOf[c][name] = append(groupsOf[c][name], i)
			}
		}
	}
	var conditions []string
	for _, c := range order {
		conditions = append(conditions, c.conditions(all, groupsOf[c])...)
	}
	if len(conditions) == 0 {
		return
	}
	// CASE, because a disjunction of conjunctions is planned as the product of all of
	// them. No condition is about what is deleted, so the order of rows does not matter.
	p.addf("\n// Edges whose field was read, or whose owner is gone.\nMATCH (a:SgResource)-[r]->(b:SgResource)\n"+
		"WHERE r.sg_snapshot < %s\n  AND CASE\n    WHEN %s THEN true\n    ELSE false END\n"+
		"CALL (r) { DELETE r } IN TRANSACTIONS OF 1000 ROWS;\n",
		p.now, strings.Join(conditions, " THEN true\n    WHEN "))
}

// conditions returns one condition for each list of groups that some names have.
func (c clause) conditions(all []group, groupsOf map[string][]int) []string {
	var sets [][]int
	names := map[string][]string{} // by a set
	for _, name := range slices.Sorted(maps.Keys(groupsOf)) {
		set := fmt.Sprint(groupsOf[name])
		if names[set] == nil {
			sets = append(sets, groupsOf[name])
		}
		names[set] = append(names[set], name)
	}
	slices.SortFunc(sets, slices.Compare)
	var conditions []string
	for _, set := range sets {
		var scopes []string
		for _, i := range set {
			scopes = append(scopes, all[i].scopes...)
		}
		slices.Sort(scopes)
		text := "r.sg_scope IN " + list(scopes) + " AND " + c.text
		if c.owner != "" {
			text += has(c.owner, ownerOf, names[fmt.Sprint(set)])
		}
		conditions = append(conditions, text)
	}
	return conditions
}

// Which end of an edge its owner is.
const (
	forward = iota // where it starts
	reverse        // where it ends
)

// owners returns the owners of all rules by their fate, and by the end of the
// edge at which they are. What several rules make has the rarest of their fates.
func (p *pruner) owners(fateOf func(graph.Rule) fate) map[fate]*[2][]string {
	type claim struct {
		key string
		end int
	}
	rarest, claims := map[string]fate{}, map[claim]bool{}
	for _, t := range p.h.Schema.EdgeTypes {
		for _, r := range t.Rules {
			c := claim{owner(r.Owner, t.Name, r.Path), forward}
			if r.Reverse {
				c.end = reverse
			}
			f, known := rarest[c.key]
			if own := fateOf(r); !known || own < f {
				rarest[c.key] = own
			}
			claims[c] = true
		}
	}
	all := map[fate]*[2][]string{}
	for f := stays; f <= stale; f++ {
		all[f] = &[2][]string{}
	}
	for c := range claims {
		keys := all[rarest[c.key]]
		keys[c.end] = append(keys[c.end], c.key)
	}
	for _, keys := range all {
		slices.Sort(keys[forward])
		slices.Sort(keys[reverse])
	}
	return all
}

// nodes removes the stale nodes of the kinds of which all ids are known. One
// that something which was not read may still refer to stays, but is no longer
// observed. An edge that was worked out refers to nothing.
func (p *pruner) nodes(g group) {
	var labels []string
	for _, l := range g.labels {
		if l.Listed && !p.referred(l.Label) {
			labels = append(labels, l.Label)
		}
	}
	if len(labels) == 0 {
		return
	}
	match := fmt.Sprintf("MATCH (n:SgResource)\nWHERE n.sg_scope IN %s AND n.sg_snapshot < %s\n  AND any(l IN labels(n) WHERE l IN %s)\n",
		list(g.scopes), p.now, list(labels))
	p.addf("\n// Resources that are gone, except those that something unread may still refer to.\n%s"+
		"  AND NOT EXISTS { (n)-[r]-() WHERE r.sg_scope IS NOT NULL AND NOT coalesce(r.%s, false) }\n"+
		"CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS;\n", match, inferredColumn)
	p.addf("\n// Those are no longer observed.\n%s  AND n.%s\nCALL (n) { SET n.%s = false } IN TRANSACTIONS OF 1000 ROWS;\n",
		match, observedColumn, observedColumn)
}

// leftovers removes stale nodes that are known only because something referred
// to them, read or not, now that nothing does which stays. All that may be such get a
// label; those that something holds lose it, and what they hold, step by step; what has it
// at the end goes. So the length of chains does not matter, nor the order of nodes, and
// nodes that hold each other alone go together. Edges that such a node itself has, an
// image that of its repository, do not hold it. Nor does any stale edge between two that
// go; one that is not of a snapshot does.
// What an earlier snapshot read of a label that this one has no node of is such a
// node too: only a kind's own list could say that it is gone.
func (p *pruner) leftovers() {
	keys := p.owners(func(r graph.Rule) fate {
		if p.referred(r.Owner) {
			return withOwner
		}
		return stays
	})[withOwner]
	p.addf("\n// What was only referred to, and may no longer be.\n"+
		"MATCH (n:%[1]s) CALL (n) { REMOVE n:%[1]s } IN TRANSACTIONS OF 10000 ROWS;\n"+
		"WITH %[2]s AS kinds\nMATCH (n:SgResource)\n"+
		"WHERE n.sg_scope IN %[3]s AND n.sg_snapshot < %[4]s AND (NOT coalesce(n.%[5]s, false) OR NOT any(l IN labels(n) WHERE l IN kinds)) AND n.%[6]s IS NULL\n"+
		"CALL (n) { SET n:%[1]s } IN TRANSACTIONS OF 10000 ROWS;\n",
		leftover, list(p.kinds()), list(scopeIDs(p.h.Scopes)), p.now, observedColumn, foreign)
	// There is no other loop in Cypher, and no other end of one, than an error.
	p.addf("\n// What still is stays, and what that refers to, until a pass finds none and divides by that.\n"+
		"WITH %[1]s AS kinds, %[2]s AS neighbors, COUNT { (:%[3]s) } AS most\nUNWIND range(0, most) AS pass\nCALL (kinds, neighbors, pass) {\n"+
		"MATCH (n:%[3]s)\nWHERE EXISTS { (n)-[r]-(m) WHERE NOT coalesce(r.sg_snapshot < %[4]s AND CASE\n"+
		"    WHEN m:%[3]s THEN true\n"+
		"    WHEN startNode(r) = n AND %[5]s THEN true\n"+
		"    WHEN endNode(r) = n AND %[6]s THEN true\n"+
		"    ELSE %[7]s END, false) }\n"+
		"WITH n LIMIT 50000 WITH collect(n) AS held\nFOREACH (n IN held | REMOVE n:%[3]s)\nRETURN 1 / size(held) AS found\n"+
		"} IN TRANSACTIONS OF 1 ROW ON ERROR BREAK REPORT STATUS AS status\n"+
		"WITH status.errorMessage AS error WHERE NOT error CONTAINS '/ by zero'\nRETURN date(error) AS failed;\n",
		list(p.kinds()), list(p.neighbors()), leftover, p.now,
		has("n", ownerOf, keys[forward]), has("n", ownerOf, keys[reverse]), p.ownOfAbsent())
	p.addf("\n// The others go.\nMATCH (n:%[1]s)\n"+
		"CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS;\n", leftover)
}

// leftover is a label of nodes that may go, while prune.cypher runs.
const leftover = "SgLeftover"

// list returns names as a Cypher list, one a line where there are many.
func list(names []string) string {
	if len(names) <= 3 {
		return stringList(names)
	}
	lines := make([]string, len(names))
	for i, n := range names {
		lines[i] = literal(n)
	}
	return "[\n      " + strings.Join(lines, ",\n      ") + "]"
}

// checkOwners fails where type, path and labels of an edge would not tell
// which end has the reference field.
func checkOwners(s *graph.Schema) error {
	canBe := func(r graph.Rule, label string) bool { return r.Targets == nil || slices.Contains(r.Targets, label) }
	for _, t := range s.EdgeTypes {
		for _, f := range t.Rules {
			for _, r := range t.Rules {
				if !f.Reverse && r.Reverse && f.Path == r.Path && canBe(f, r.Owner) && canBe(r, f.Owner) {
					return fmt.Errorf("an edge (%s)-[%s]->(%s) of path %q may belong to either end", f.Owner, t.Name, r.Owner, f.Path)
				}
			}
		}
	}
	return nil
}

// adoptScript returns the script that lets out.cypher find the nodes that
// Cartography made: it merges on the label SgResource and the property id.
func adoptScript(h *graph.Header) []byte {
	out := appendComment(nil, h,
		"Lets out.cypher find the nodes of a database that Cartography fills.",
		"Run it before out.cypher of the same snapshot:",
		"  cypher-shell -f adopt.cypher",
		"It fails, and names the id, where two nodes of the database have the same id.",
		"Not inside a transaction of your own: it commits in batches.")
	out = append(out, setup...)
	names := adopted(h.Schema)
	if len(names) == 0 {
		return out
	}
	// One union of label scans: a statement for each label would be planned
	// a hundred times.
	out = append(out, "MATCH (n:"...)
	out = append(out, strings.Join(names, "|")...)
	return append(out, ")\nWHERE NOT n:SgResource\nWITH n, coalesce(n.id, n.arn) AS id WHERE id IS NOT NULL\n"+
		"CALL (n, id) { SET n:SgResource, n.id = id } IN TRANSACTIONS OF 1000 ROWS;\n"...)
}

// adopted are the labels by which a resource of the schema may be known, each
// label's own and its synonyms. A further label that several have, such as
// AWSPrincipal, is a class: other things have it too.
func adopted(s *graph.Schema) []string {
	var names []string
	uses := map[string]int{}
	for _, l := range s.Labels {
		names = append(names, l.AllLabels()...)
		for _, e := range l.Extra {
			uses[e]++
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(n string) bool { return uses[n] > 1 && s.Label(n) == nil })
}
