package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Gap is something that exists, or may exist, and could not be read: all
// failures of one action with one code for one label in one scope.
type Gap struct {
	Scope   string   `json:"scope"`
	Label   string   `json:"label"`
	Action  string   `json:"action"` // IAM action, such as sagemaker:DescribeModel
	Code    string   `json:"code"`   // API error code, such as AccessDeniedException
	Message string   `json:"message"`
	Count   int64    `json:"count"`         // how often
	IDs     []string `json:"ids,omitempty"` // the first ten of the resources, sorted; empty for the whole kind
}

// Error returns the gap as one line.
func (g *Gap) Error() string {
	action := g.Action
	if g.Count > 1 {
		action += fmt.Sprintf(" × %d", g.Count)
	}
	parts := []string{g.Scope, g.Label, action, g.Code}
	if g.Count <= 1 && len(g.IDs) == 1 {
		parts[1] += " " + g.IDs[0]
	}
	if g.Message != "" {
		parts = append(parts, g.Message)
	}
	return strings.Join(parts, ": ")
}

// gapIDs is how many ids a gap names.
const gapIDs = 10

// A GapSet gathers failures into gaps. What comes out does not depend on the
// order in which they come. It holds one gap for each scope, label, action and
// code, however many failures there are. The zero value is ready; it is not
// safe for concurrent use.
type GapSet struct{ gaps map[gapKey]*gathered }

type gapKey struct{ scope, label, action, code string }

// gathered is a gap in the making, and the id that its message is of.
type gathered struct {
	gap Gap
	of  string
}

// Add adds one failure: of the resource id, or of the whole kind where id is
// "". The message that a gap keeps is that of its first id. Count and IDs of g
// are not looked at.
func (s *GapSet) Add(g Gap, id string) {
	key := gapKey{g.Scope, g.Label, g.Action, g.Code}
	one := s.gaps[key]
	if one == nil {
		g.Count, g.IDs = 0, nil
		one = &gathered{gap: g, of: id}
		if s.gaps == nil {
			s.gaps = map[gapKey]*gathered{}
		}
		s.gaps[key] = one
	}
	if cmp.Or(cmp.Compare(id, one.of), cmp.Compare(g.Message, one.gap.Message)) < 0 {
		one.of, one.gap.Message = id, g.Message
	}
	one.gap.Count++
	if i, there := slices.BinarySearch(one.gap.IDs, id); id != "" && !there && i < gapIDs {
		one.gap.IDs = slices.Insert(one.gap.IDs, i, id)
		one.gap.IDs = one.gap.IDs[:min(len(one.gap.IDs), gapIDs)]
	}
}

// Gaps returns the gaps, sorted by scope, label, action, code.
func (s *GapSet) Gaps() []*Gap {
	list := make([]*Gap, 0, len(s.gaps))
	for _, one := range s.gaps {
		g := one.gap
		g.IDs = slices.Clone(g.IDs)
		list = append(list, &g)
	}
	slices.SortFunc(list, CompareGaps)
	return list
}

// CompareGaps orders gaps by scope, label, action, code.
func CompareGaps(a, b *Gap) int {
	return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Action, b.Action), cmp.Compare(a.Code, b.Code))
}
