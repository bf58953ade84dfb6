package cypher

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// A group is the scopes of a header in which the same labels were read to the
// end.
type group struct {
	scopes   []string
	complete []string
}

func groups(scopes []graph.Scope) []group {
	var all []group
	for _, s := range scopes {
		i := slices.IndexFunc(all, func(g group) bool { return slices.Equal(g.complete, s.Complete) })
		if i < 0 {
			i = len(all)
			all = append(all, group{complete: s.Complete})
		}
		all[i].scopes = append(all[i].scopes, s.ID)
	}
	return all
}

// pruneScript returns the script that removes what an earlier snapshot had and
// this one has not. An edge belongs to the resource that has the reference
// field, so it goes when that resource's kind was read to the end and the edge
// is not in the snapshot; what was not read stays as it is.
func pruneScript(h *graph.Header) ([]byte, error) {
	if err := checkOwners(h.Schema); err != nil {
		return nil, err
	}
	p := pruner{h: h, now: literal(h.SnapshotID())}
	p.out = appendComment(p.out, h,
		"Removes what an earlier snapshot had and this one has not.",
		"Run it after out.cypher of the same snapshot:",
		"  cypher-shell -f prune.cypher",
		"It only touches the scopes of this snapshot and, in them, kinds that were read to the end.",
		"Not inside a transaction of your own: it commits in batches.")
	all := groups(h.Scopes)
	for _, g := range all {
		if len(g.complete) > 0 {
			p.edges(g)
		}
	}
	for _, g := range all {
		if len(g.complete) > 0 {
			p.nodes(g)
		}
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

// edges removes the stale edges of the complete kinds.
func (p *pruner) edges(g group) {
	forward, reverse := p.owners(func(r graph.Rule) bool {
		return slices.Contains(g.complete, r.Owner) && (r.Derived == "" || p.derivable(r, g))
	})
	p.addf("\n// Edges of kinds that were read to the end.\nMATCH (a:SgResource)-[r]->(b:SgResource)\n"+
		"WHERE r.sg_scope IN %s AND r.sg_snapshot < %s\n  AND (any(l IN labels(a) WHERE %s IN %s)\n    OR any(l IN labels(b) WHERE %s IN %s))\n"+
		"CALL (r) { DELETE r } IN TRANSACTIONS OF 1000 ROWS;\n",
		list(g.scopes), p.now, ownerOf, list(forward), ownerOf, list(reverse))
}

// derivable reports whether everything that a derived edge is worked out from
// was read: also the kinds at its other end. A label that is never listed,
// such as the account, takes no part.
func (p *pruner) derivable(r graph.Rule, g group) bool {
	for _, t := range r.Targets {
		if l := p.h.Schema.Label(t); l != nil && observed(l) >= 0 && !slices.Contains(g.complete, t) {
			return false
		}
	}
	return len(r.Targets) > 0
}

// owners returns the owners of the rules that keep accepts, by the edge's end
// at which they are. What two rules make goes only if both are accepted.
func (p *pruner) owners(keep func(graph.Rule) bool) (forward, reverse []string) {
	dropped := map[string]bool{}
	for _, t := range p.h.Schema.EdgeTypes {
		for _, r := range t.Rules {
			key := owner(r.Owner, t.Name, r.Path)
			switch {
			case !keep(r):
				dropped[key] = true
			case r.Reverse:
				reverse = append(reverse, key)
			default:
				forward = append(forward, key)
			}
		}
	}
	tidy := func(keys []string) []string {
		slices.Sort(keys)
		return slices.DeleteFunc(slices.Compact(keys), func(k string) bool { return dropped[k] })
	}
	return tidy(forward), tidy(reverse)
}

// nodes removes the stale nodes of the complete kinds. One that another scope,
// or a kind that was not read, may still refer to stays, but is no longer
// observed.
func (p *pruner) nodes(g group) {
	match := fmt.Sprintf("MATCH (n:SgResource)\nWHERE n.sg_scope IN %s AND n.sg_snapshot < %s\n  AND any(l IN labels(n) WHERE l IN %s)\n",
		list(g.scopes), p.now, list(g.complete))
	p.addf("\n// Resources that are gone, except those that something unread may still refer to.\n%s"+
		"  AND NOT EXISTS { (n)-[r]-(m) WHERE r.sg_snapshot >= %s OR NOT r.sg_scope IN %s\n"+
		"    OR m.%s IS NOT NULL AND NOT any(l IN labels(m) WHERE l IN %s) }\n"+
		"CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS;\n",
		match, p.now, list(g.scopes), observedColumn, list(g.complete))
	p.addf("\n// Those are no longer observed.\n%s  AND n.%s\nCALL (n) { SET n.%s = false } IN TRANSACTIONS OF 1000 ROWS;\n",
		match, observedColumn, observedColumn)
}

// leftovers removes stale nodes that were only referred to, now that nothing
// refers to them. Edges that such a node itself has, an image that of its
// repository, do not hold it; they hold the other end until it is gone, so
// there is one pass for each step of the longest such chain.
func (p *pruner) leftovers() {
	unread := func(r graph.Rule) bool {
		l := p.h.Schema.Label(r.Owner)
		return l != nil && observed(l) < 0
	}
	forward, reverse := p.owners(unread)
	for range p.steps(unread) {
		p.addf("\n// What was only referred to, and no longer is.\nMATCH (n:SgResource)\n"+
			"WHERE n.sg_scope IN %s AND n.sg_snapshot < %s AND NOT coalesce(n.%s, false) AND n.%s IS NULL\n"+
			"  AND NOT EXISTS { (n)-[r]-() WHERE NOT coalesce(r.sg_snapshot < %s\n"+
			"    AND (startNode(r) = n AND any(l IN labels(n) WHERE %s IN %s)\n"+
			"      OR endNode(r) = n AND any(l IN labels(n) WHERE %s IN %s)), false) }\n"+
			"CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS;\n",
			list(scopeIDs(p.h.Scopes)), p.now, observedColumn, foreign, p.now, ownerOf, list(forward), ownerOf, list(reverse))
	}
}

// steps is the number of nodes on the longest chain of owners and targets
// along the rules that keep accepts.
func (p *pruner) steps(keep func(graph.Rule) bool) int {
	next := map[string][]string{}
	for _, t := range p.h.Schema.EdgeTypes {
		for _, r := range t.Rules {
			if keep(r) {
				next[r.Owner] = append(next[r.Owner], r.Targets...)
			}
		}
	}
	onPath := map[string]bool{}
	var longest func(label string) int
	longest = func(label string) int {
		if onPath[label] {
			return 0
		}
		onPath[label] = true
		defer delete(onPath, label)
		n := 0
		for _, l := range next[label] {
			n = max(n, longest(l))
		}
		return n + 1
	}
	n := 1
	for label := range next {
		n = max(n, longest(label))
	}
	return n
}

// list returns names as a Cypher list, one a line where there are many.
func list(names []string) string {
	if len(names) <= 3 {
		return string(appendStringList(nil, names))
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
		"Run it once, before out.cypher:",
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
