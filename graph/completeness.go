package graph

import (
	"cmp"
	"slices"
)

// A State says how much of one kind was read in one scope.
type State string

// The states of a kind. Complete and Unoffered alone promise that nothing is
// missing.
const (
	Complete    State = "complete"    // everything that exists was read
	Limited     State = "limited"     // an option let less be listed or read than exists
	Partial     State = "partial"     // some resources could not be listed, or fields not be read
	Denied      State = "denied"      // the caller may not list it
	Unavailable State = "unavailable" // its API failed, or could not be reached
	Unoffered   State = "unoffered"   // the region does not have it, so there are none
	Skipped     State = "skipped"     // not asked for
)

// isGap reports whether something of a kind in state s could not be read.
func (s State) isGap() bool { return s == Partial || s == Denied || s == Unavailable }

// An Extent says which of a kind's ids are known in a scope.
type Extent string

// The extents.
const (
	AllIDs  Extent = "all"
	CutIDs  Extent = "cut"  // an option ended the list: the newest of each parent
	SomeIDs Extent = "some" // a part could not be listed
	NoIDs   Extent = "none"
)

// A Cause says why a field was not read.
type Cause string

// The causes.
const (
	ByLimit Cause = "limit" // an option, or its default, let it out
	ByGap   Cause = "gap"   // it could not be read
)

// An Unread is a field that was not read of some of a kind's resources.
type Unread struct {
	Column  string   `json:"column"`          // "" for edges that stand in no column, such as lineage associations
	Paths   []string `json:"paths,omitempty"` // the reference fields (Edge.Path) in it, sorted
	Because Cause    `json:"because"`
	Count   int64    `json:"count"` // resources of which it was not read
}

// A Cut says how an option ended the list of a kind that is listed for each
// resource of another. Where Column is empty and Inherited false, the newest of
// each were listed.
type Cut struct {
	Of        string `json:"of"`                  // label of those others
	Newest    int64  `json:"newest,omitempty"`    // how many of each were listed, at most
	Column    string `json:"column,omitempty"`    // it stands in this column of the others, which was not read of all
	Inherited bool   `json:"inherited,omitempty"` // all of each were listed, but the list of the others was cut
}

// Completeness says what is known of one kind in one scope. The state, the
// summary, the manifest, the exit status and what may be pruned follow from it
// and from nothing else.
type Completeness struct {
	IDs    Extent   `json:"ids"`
	Cut    *Cut     `json:"cut,omitempty"`    // where IDs is CutIDs; nil where it is not known
	Unread []Unread `json:"unread,omitempty"` // sorted by column, cause
}

// StateOf works out the state. none says why nothing was listed (Denied,
// Unavailable, Unoffered, Skipped) and counts only where IDs is NoIDs.
func (c *Completeness) StateOf(none State) State {
	because := func(cause Cause) bool {
		return slices.ContainsFunc(c.Unread, func(u Unread) bool { return u.Because == cause })
	}
	switch {
	case c.IDs == NoIDs:
		return none
	case c.IDs == SomeIDs || because(ByGap):
		return Partial
	case c.IDs == CutIDs || because(ByLimit):
		return Limited
	case c.IDs == AllIDs && len(c.Unread) == 0:
		return Complete
	}
	return Partial // a value that says nothing promises nothing
}

// unreadPaths returns the reference fields that were not read of all of the
// kind's resources, each once, sorted.
func (c *Completeness) unreadPaths() []string {
	var paths []string
	for _, u := range c.Unread {
		paths = append(paths, u.Paths...)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// CompareUnread orders fields by column and cause.
func CompareUnread(a, b Unread) int {
	return cmp.Or(cmp.Compare(a.Column, b.Column), cmp.Compare(a.Because, b.Because))
}
