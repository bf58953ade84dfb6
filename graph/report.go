package graph

import (
	"cmp"
	"slices"
)

// A Report says what a run read and what it could not read.
type Report struct {
	Scopes []ScopeReport `json:"scopes"` // sorted by account, region
	Gaps   []*Gap        `json:"gaps"`   // sorted by scope, label, action, code
	// NotReferences counts values that stand where a reference should and
	// cannot be one; they stay properties. Sorted by label, path.
	NotReferences []NotReference `json:"not_references"`
	// LeftOut counts derived edges that were left out because they would say
	// little: a notebook role that many notebooks share. Sorted by scope, ref.
	LeftOut []LeftOut `json:"left_out"`
}

// A ScopeReport is the part of a Report on one account and region.
type ScopeReport struct {
	Account   string       `json:"account"`
	Region    string       `json:"region"`
	Partition string       `json:"partition"` // aws, aws-cn, aws-us-gov …
	Calls     int64        `json:"calls"`     // API calls, those of no one kind included; retries are not counted
	Tags      State        `json:"tags"`
	Kinds     []KindReport `json:"kinds"` // sorted by label
}

// ID returns the scope's id, as in [Scope].
func (s *ScopeReport) ID() string { return s.Account + "/" + s.Region }

// A KindReport is the part of a ScopeReport on one kind.
type KindReport struct {
	Label    string `json:"label"`
	Referred bool   `json:"referred,omitempty"` // as Label.Referred: it is read where something refers to it
	State    State  `json:"state"`              // that of the Completeness
	Completeness
	Listed  int64 `json:"listed"`  // items that the list calls named, each once
	Written int64 `json:"written"` // of those, the nodes with observed=true
	Gone    int64 `json:"gone,omitempty"`
	Calls   int64 `json:"calls"`
	// Detail says where the properties are from: list, describe, search.
	Detail string `json:"detail"`
}

// A NotReference counts the values of one field that make no edge.
type NotReference struct {
	Label string `json:"label"`
	Path  string `json:"path"`
	Count int64  `json:"count"`
}

// A LeftOut counts derived edges of one type that were left out.
type LeftOut struct {
	Scope string `json:"scope"`
	Edge  string `json:"edge"`
	Ref   string `json:"ref"` // what the ends have in common, such as a role's ARN
	Count int64  `json:"count"`
}

// Complete reports whether the snapshot holds everything: no gap, and each kind
// of each scope was read to the end, or is not offered there. A limited or
// skipped kind is not complete, though it is no gap.
func (r *Report) Complete() bool {
	if r.HasGaps() {
		return false
	}
	for i := range r.Scopes {
		for _, k := range r.Scopes[i].Kinds {
			if k.State != Complete && k.State != Unoffered {
				return false
			}
		}
	}
	return true
}

// HasGaps reports whether something that was asked for could not be read.
func (r *Report) HasGaps() bool {
	if len(r.Gaps) > 0 {
		return true
	}
	return slices.ContainsFunc(r.Scopes, func(s ScopeReport) bool {
		return s.Tags.isGap() || slices.ContainsFunc(s.Kinds, func(k KindReport) bool { return k.State.isGap() })
	})
}

// HeaderScopes returns, for a [Header], each scope with the labels of which
// something was listed in it.
func (r *Report) HeaderScopes() []Scope {
	scopes := make([]Scope, 0, len(r.Scopes))
	for i := range r.Scopes {
		s := Scope{ID: r.Scopes[i].ID()}
		for j := range r.Scopes[i].Kinds {
			k := &r.Scopes[i].Kinds[j]
			if k.IDs != NoIDs && k.IDs != "" {
				s.Labels = append(s.Labels, LabelScope{Label: k.Label, Listed: k.IDs == AllIDs, Unread: k.unreadPaths()})
			}
		}
		slices.SortFunc(s.Labels, func(a, b LabelScope) int { return cmp.Compare(a.Label, b.Label) })
		scopes = append(scopes, s)
	}
	return scopes
}

// Absent returns, for a [Header], the kinds that the report tells of and that a
// schema has no label for.
func (r *Report) Absent(s *Schema) []string {
	var names []string
	for i := range r.Scopes {
		for j := range r.Scopes[i].Kinds {
			if k := &r.Scopes[i].Kinds[j]; !k.Referred && s.Label(k.Label) == nil {
				names = append(names, k.Label)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// A RowCounter is a file that wants to know how many rows it holds. What a
// [Create] returns may implement it; a sink then says so before it closes the
// file.
type RowCounter interface{ Rows(n int64) }

// SetRows tells file, if it is a [RowCounter], how many rows it holds.
func SetRows(file any, n int64) {
	if c, ok := file.(RowCounter); ok {
		c.Rows(n)
	}
}

// A LossCounter is a file that wants to know what of the graph its format cannot
// hold as it is: how many values, by the rule that says what stands there instead
// (xml-characters). What a [Create] returns may implement it; a sink then says so
// before it closes the file.
type LossCounter interface{ Losses(byRule map[string]int64) }

// SetLosses tells file, if it is a [LossCounter], what it cannot hold. It leaves out
// rules that no value was lost by.
func SetLosses(file any, byRule map[string]int64) {
	lost := map[string]int64{}
	for rule, n := range byRule {
		if n > 0 {
			lost[rule] = n
		}
	}
	if c, ok := file.(LossCounter); ok && len(lost) > 0 {
		c.Losses(lost)
	}
}
