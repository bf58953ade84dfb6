package graph

import "strings"

// CompareNodes orders nodes by label and then by id, both bytewise.
func CompareNodes(a, b *Node) int {
	if a.Label != b.Label {
		if c := strings.Compare(a.Label.Name, b.Label.Name); c != 0 {
			return c
		}
	}
	return strings.Compare(a.ID, b.ID)
}

// CompareEdges orders edges by their identity: type, from, to, path, ref, all
// bytewise.
func CompareEdges(a, b *Edge) int {
	if a.Type != b.Type {
		if c := strings.Compare(a.Type.Name, b.Type.Name); c != 0 {
			return c
		}
	}
	if c := strings.Compare(a.From, b.From); c != 0 {
		return c
	}
	if c := strings.Compare(a.To, b.To); c != 0 {
		return c
	}
	if c := strings.Compare(a.Path, b.Path); c != 0 {
		return c
	}
	return strings.Compare(a.Ref, b.Ref)
}
