package graph

import "cmp"

// CompareNodes orders nodes by label and then by id, both bytewise.
func CompareNodes(a, b *Node) int {
	return cmp.Or(cmp.Compare(a.Label.Name, b.Label.Name), cmp.Compare(a.ID, b.ID))
}

// CompareEdges orders edges by their identity: type, from, to, path, ref, all
// bytewise.
func CompareEdges(a, b *Edge) int {
	return cmp.Or(
		cmp.Compare(a.Type.Name, b.Type.Name), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
		cmp.Compare(a.Path, b.Path), cmp.Compare(a.Ref, b.Ref))
}
