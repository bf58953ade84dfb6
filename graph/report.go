package graph

import "fmt"

// A State says how much of one kind was read in one scope.
type State string

// The states of a kind. Only Complete promises that nothing is missing.
const (
	Complete    State = "complete"    // everything that exists was read
	Partial     State = "partial"     // listed, but some details could not be read
	Denied      State = "denied"      // the caller may not list it
	Unavailable State = "unavailable" // the region does not have it, or its API failed
	Skipped     State = "skipped"     // not asked for
)

// A Report says what a run read and what it could not read.
type Report struct {
	Scopes []ScopeReport `json:"scopes"` // sorted by account, region
	Gaps   []*Gap        `json:"gaps"`   // sorted by scope, label, action, id
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
	Label   string `json:"label"`
	State   State  `json:"state"`
	Listed  int64  `json:"listed"`  // items that the list calls named, each once
	Written int64  `json:"written"` // of those, the nodes with observed=true
	Gone    int64  `json:"gone,omitempty"`
	Calls   int64  `json:"calls"`
	// Detail says where the properties are from: list, describe, search.
	Detail string `json:"detail"`
	// Unread are properties that Detail does not have, sorted.
	Unread []string `json:"unread,omitempty"`
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

// A Gap is something that exists, or may exist, and could not be read.
type Gap struct {
	Scope   string `json:"scope"`
	Label   string `json:"label"`
	Action  string `json:"action"`       // IAM action, such as sagemaker:DescribeModel
	ID      string `json:"id,omitempty"` // of the one resource, or empty for the whole kind
	Code    string `json:"code"`         // API error code, such as AccessDeniedException
	Message string `json:"message"`
}

func (g *Gap) Error() string {
	what := g.Label
	if g.ID != "" {
		what += " " + g.ID
	}
	return fmt.Sprintf("%s: %s: %s: %s: %s", g.Scope, what, g.Action, g.Code, g.Message)
}

// Complete reports whether nothing is missing.
func (r *Report) Complete() bool { return len(r.Gaps) == 0 }

// HeaderScopes returns, for a [Header], each scope with the labels that were
// read to the end in it.
func (r *Report) HeaderScopes() []Scope {
	scopes := make([]Scope, 0, len(r.Scopes))
	for i := range r.Scopes {
		s := Scope{ID: r.Scopes[i].ID()}
		for _, k := range r.Scopes[i].Kinds {
			if k.State == Complete {
				s.Complete = append(s.Complete, k.Label)
			}
		}
		scopes = append(scopes, s)
	}
	return scopes
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
