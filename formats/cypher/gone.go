package cypher

import (
	"fmt"
	"slices"
)

// This file is about labels that the snapshot has no node of. An earlier snapshot may
// have had some, whose edges are still there, and no rule says which end of such an edge
// has the reference field. It is told by the other end: whose label the snapshot has,
// all rules are known of that.

// has is the condition that some label l of a node makes a text which is in a list.
func has(node, text string, names []string) string {
	return fmt.Sprintf("any(l IN labels(%s) WHERE %s IN %s)", node, text, list(names))
}

// isAbsent reports whether the snapshot has no node of a label.
func (p *pruner) isAbsent(label string) bool { return p.h.Schema.Label(label) == nil }

// ofGone returns the conditions on edges that go with their owners, of which all ids
// are known in the scopes of g and none is in the snapshot. Of a neighbour, which may
// only be referred to no longer, go those alone that were worked out from it and from
// what is there.
func (p *pruner) ofGone(g *group) []string {
	var kinds, neighbors []string
	for _, l := range g.labels {
		switch {
		case !l.Listed || !p.isAbsent(l.Label):
		case p.referred(l.Label):
			neighbors = append(neighbors, l.Label)
		default:
			kinds = append(kinds, l.Label)
		}
	}
	// Of kinds that were not listed, any that was read may have the field.
	unlisted := slices.DeleteFunc(slices.Clone(p.h.Absent), func(name string) bool { return slices.Contains(kinds, name) })
	var conditions []string
	for end := forward; end <= reverse; end++ {
		owner, other := "a", "b"
		if end == reverse {
			owner, other = other, owner
		}
		if len(kinds) > 0 {
			not := p.notOf(other, reverse-end, kinds)
			if len(unlisted) > 0 {
				not += fmt.Sprintf(" AND NOT (coalesce(%s.%s, false) AND %s)", other, observedColumn, has(other, "l", unlisted))
			}
			conditions = append(conditions, has(owner, "l", kinds)+not)
		}
		if len(neighbors) > 0 {
			conditions = append(conditions, fmt.Sprintf("%s.sg_snapshot >= %s AND coalesce(r.%s, r.path = '') AND %s%s",
				other, p.now, inferredColumn, has(owner, "l", neighbors), p.notOf(other, reverse-end, neighbors)))
		}
	}
	return conditions
}

// notOf is the condition, to be added to another, that an edge to one of some labels
// belongs by no rule to the node at one of its ends.
func (p *pruner) notOf(node string, end int, targets []string) string {
	keys := p.toward(end, func(label string) bool { return slices.Contains(targets, label) })
	if len(keys) == 0 {
		return ""
	}
	return " AND NOT " + has(node, ownerOf, keys)
}

// toward returns the owners at one end of the edges of all rules with a target that is
// meant.
func (p *pruner) toward(end int, meant func(label string) bool) []string {
	var keys []string
	for _, t := range p.h.Schema.EdgeTypes {
		for _, r := range t.Rules {
			if r.Reverse == (end == reverse) && (r.Targets == nil || slices.ContainsFunc(r.Targets, meant)) {
				keys = append(keys, owner(r.Owner, t.Name, r.Path))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// kinds are the labels that are not only referred to, whether the snapshot has some or
// not.
func (p *pruner) kinds() []string {
	names := slices.Clone(p.h.Absent)
	for _, l := range p.h.Schema.Labels {
		if !l.Referred {
			names = append(names, l.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// neighbors are the other labels that the snapshot has.
func (p *pruner) neighbors() []string {
	var names []string
	for _, l := range p.h.Schema.Labels {
		if l.Referred {
			names = append(names, l.Name)
		}
	}
	return names
}

// ownOfAbsent is the condition, beside lists of kinds and of neighbors, that an edge r
// between n and m belongs to n, which is of a label that the snapshot does not have, and
// no kind. One to a kind that it does not have belongs to that, for nothing is known of
// its fields, unless it was worked out, as what a principal may do. Between two of such labels it belongs to where it starts; without a field,
// to where it ends, as what was worked out does.
func (p *pruner) ownOfAbsent() string {
	absent := func(label string) bool { return p.isAbsent(label) && p.referred(label) }
	side := func(end int, node, path string) string {
		text := fmt.Sprintf("%s(r) = n AND (r.path %s '' OR any(l IN labels(m) WHERE l IN kinds OR l IN neighbors))", node, path)
		if keys := p.toward(reverse-end, absent); len(keys) > 0 {
			text += " AND NOT " + has("m", ownerOf, keys)
		}
		return text
	}
	text := fmt.Sprintf("NOT any(l IN labels(n) WHERE l IN kinds OR l IN neighbors) AND (%s OR %s)", side(forward, "startNode", "<>"), side(reverse, "endNode", "="))
	if len(p.h.Absent) > 0 {
		text += fmt.Sprintf(" AND (coalesce(r.%s, false) OR NOT %s)", inferredColumn, has("m", "l", p.h.Absent))
	}
	return text
}
