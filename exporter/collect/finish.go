package collect

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

// unreadCounts counts the resources of a kind by what was not read of them.
type unreadCounts map[unreadKey]int64

// An unreadKey is one reason for which something was not read: a structure that
// lacks it, or a column of its own.
type unreadKey struct {
	shape   reflect.Type // nil where column is given
	column  string
	because graph.Cause
}

// count counts one resource that was read out of a structure, and columns of it
// that could not be read.
func (u unreadCounts) count(shape reflect.Type, because graph.Cause, columns []string) {
	if because != "" {
		u[unreadKey{shape: shape, because: because}]++
	}
	u.countColumns(graph.ByGap, columns)
}

// countColumns counts columns of one resource that were not read.
func (u unreadCounts) countColumns(because graph.Cause, columns []string) {
	for _, c := range columns {
		u[unreadKey{column: c, because: because}]++
	}
}

// fields returns what was not read of a kind, by column and cause.
func (u unreadCounts) fields(k *reading.Kind) []graph.Unread {
	type key struct {
		column  string
		because graph.Cause
	}
	all := map[key]*graph.Unread{}
	add := func(f graph.Unread, because graph.Cause, n int64) {
		one := all[key{f.Column, because}]
		if one == nil {
			one = &graph.Unread{Column: f.Column, Because: because}
			all[key{f.Column, because}] = one
		}
		one.Count += n
		one.Paths = append(one.Paths, f.Paths...)
	}
	for why, n := range u {
		if why.shape == nil {
			add(graph.Unread{Column: why.column, Paths: k.Paths(why.column)}, why.because, n)
			continue
		}
		for _, f := range k.Lacks(why.shape) {
			add(f, why.because, n)
		}
	}
	var list []graph.Unread
	for _, f := range all {
		slices.Sort(f.Paths)
		f.Paths = slices.Compact(f.Paths)
		list = append(list, *f)
	}
	sortUnread(list)
	return list
}

func sortUnread(list []graph.Unread) { slices.SortFunc(list, graph.CompareUnread) }

// completeness is the one value from which all else follows that is said of the
// kind.
func (r *kindRun) completeness() graph.Completeness {
	c := graph.Completeness{IDs: graph.AllIDs, Unread: r.unread.fields(r.Kind)}
	switch l := &r.listing; {
	case !r.wanted:
		l.none = graph.Skipped
		return graph.Completeness{IDs: graph.NoIDs}
	case l.none != "" && !l.answered:
		return graph.Completeness{IDs: graph.NoIDs}
	case l.failed:
		c.IDs = graph.SomeIDs
	case l.cut != nil:
		c.IDs, c.Cut = graph.CutIDs, l.cut
	}
	return c
}

// report is what the manifest says of the kind.
func (r *kindRun) report() graph.KindReport {
	c := r.completeness()
	if f, ok := r.edges.lacks(r.Label); ok && c.IDs != graph.NoIDs {
		f.Count = r.written.Load()
		c.Unread = append(c.Unread, f)
		sortUnread(c.Unread)
	}
	k := graph.KindReport{
		Label: r.Label, Referred: !r.IsKind(), Completeness: c, State: c.StateOf(r.listing.none),
		Listed: r.listed.Load(), Written: r.written.Load(), Gone: r.gone.Load(), Calls: r.calls.Load(), Detail: r.detail,
	}
	if c.IDs == graph.NoIDs {
		k.Detail = ""
	}
	return k
}

// isUnserved reports whether the kind is a neighbour that an endpoint does not have
// which is not AWS's own: then it was as good as not asked for.
func (r *kindRun) isUnserved() bool {
	return !r.IsKind() && r.caller.Elsewhere() && r.report().State == graph.Unoffered
}

// publish hands what the scope has over to the run.
func (s *scope) publish() {
	without := s.settleOffered()
	report := graph.ScopeReport{Account: s.at.Account, Region: s.at.Region, Partition: s.at.Partition, Tags: s.tags.state, Calls: s.caller.Calls() + s.callsBefore.Load()}
	for _, k := range s.cfg.Table.Kinds {
		if r := s.kinds[k.Label]; r != nil && !r.isUnserved() {
			k := r.report()
			if report.Kinds = append(report.Kinds, k); r.wanted && k.State != r.told {
				r.tell()
			}
			s.keep(r.log)
		}
	}
	for _, log := range []*logFile{s.tags.log, s.tags.unread, s.edges.log} {
		if log != nil {
			s.keep(log)
		}
	}
	kinds := slices.DeleteFunc(slices.Clone(report.Kinds), func(k graph.KindReport) bool { return !s.cfg.Table.Entry(k.Label).IsKind() })
	if n := nothingOffered(kinds); n >= credibleLists && !s.everywhere {
		s.note(regionLabel, "sagemaker:*", "", graph.CodeNothingOffered, fmt.Sprintf("each of %d lists is said not to be offered", n))
	}
	gaps := s.gapsOf(kinds)
	if without {
		gaps = slices.DeleteFunc(gaps, s.listsNoHost)
	}
	s.resultsMu.Lock()
	defer s.resultsMu.Unlock()
	s.run.scopes = append(s.run.scopes, report)
	s.run.gaps = append(s.run.gaps, gaps...)
	for _, r := range s.kinds {
		s.run.reusedOf(r)
	}
}

// regionLabel is what a gap is about that concerns a region as a whole.
const regionLabel = "Region"

// credibleLists is how many lists a region may lack without one that it has: where
// SageMaker is offered, not all of these are missing.
const credibleLists = 10

// nothingOffered counts the kinds that were asked for, where none of them is offered;
// 0 where one is.
func nothingOffered(kinds []graph.KindReport) (n int) {
	for _, k := range kinds {
		switch k.State {
		case graph.Skipped:
		case graph.Unoffered:
			n++
		default:
			return 0
		}
	}
	return n
}

// gapsOf returns the gaps of the scope. Those of all kinds are one for each code, where
// the region answers every list with one error or with a few: it is not enabled, or a policy of
// the organization closes it.
func (s *scope) gapsOf(kinds []graph.KindReport) []*graph.Gap {
	gaps := s.gaps.Gaps()
	asked := 0
	for _, k := range kinds {
		switch k.State {
		case graph.Skipped, graph.Unoffered:
		case graph.Unavailable, graph.Denied:
			asked++
		default:
			return gaps
		}
	}
	gaps = slices.DeleteFunc(gaps, func(g *graph.Gap) bool { return g.Code == graph.CodeParentNotListed })
	slices.SortStableFunc(gaps, func(a, b *graph.Gap) int { return strings.Compare(a.Code, b.Code) })
	few := slices.CompactFunc(slices.Clone(gaps), func(a, b *graph.Gap) bool { return a.Code == b.Code })
	if asked < 2 || len(few) > mostCodes || len(few) == len(gaps) {
		return s.gaps.Gaps()
	}
	for i, g := range few {
		one := *g
		one.Label, one.Action, one.Count, one.IDs = regionLabel, "sagemaker:*", 1, nil
		few[i] = &one
	}
	return few
}

// mostCodes is with how many codes a region may refuse everything as a whole: with
// more there is no one reason.
const mostCodes = 3

// nothingListed fails where no list had an answer in any scope, because all was
// denied or failed: that is no inventory.
func nothingListed(r *graph.Report) error {
	denied, failed := false, false
	for _, s := range r.Scopes {
		for _, k := range s.Kinds {
			switch k.State {
			case graph.Denied:
				denied = true
			case graph.Unavailable:
				failed = true
			case graph.Skipped, graph.Unoffered:
			default:
				return nil
			}
		}
	}
	if !denied && !failed || len(r.Gaps) == 0 {
		return nil
	}
	err := fmt.Errorf("no kind could be listed in any region; the first was %w", r.Gaps[0])
	if denied && !failed {
		return &DeniedError{Err: err}
	}
	return &EndpointError{Err: err, Code: r.Gaps[0].Code}
}

// An edgeSweep is how a listing of edges went.
type edgeSweep struct {
	log    *logFile
	sweep  *catalog.Sweep
	failed bool
}

// lacks returns the fields that a label lacks because the edges could not all be
// listed.
func (e *edgeSweep) lacks(label string) (graph.Unread, bool) {
	if !e.failed || !slices.Contains(e.sweep.Owners, label) {
		return graph.Unread{}, false
	}
	paths := []string{e.sweep.From, e.sweep.To}
	slices.Sort(paths)
	return graph.Unread{Paths: paths, Because: graph.ByGap}, true
}
