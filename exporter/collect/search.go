package collect

import (
	"cmp"
	"context"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

var searchRecords = catalog.SearchRecords

const (
	// searchSpan is how many resources one search is for at most. A large result set
	// is read in spans of creation time: a search that pages without end may be cut
	// off by the service.
	searchSpan = 10_000
	// searchesAtOnce is how many spans of a kind are read at a time: one search is
	// one page after the other.
	searchesAtOnce = 4
	// worthASearch is how many resources are not searched in parts for speed: each
	// part has a page that is not full.
	worthASearch = 2_000
	// searchParts is into how many parts a span is cut whose search failed.
	searchParts = 8
	// leastSpan is how many resources are not worth a further search: a page.
	leastSpan = 100
	// searchFailures is how many searches in a row may fail: then Search does not
	// work, and everything else is described.
	searchFailures = 8
)

// searchAll reads records of the listed resources. What Search does not have, or
// has an older record of, is left to be described, so nothing is missing. Where
// beside is true all is, and of the records only that is kept which the details
// lack.
func (r *kindRun) searchAll(ctx context.Context, beside bool) error {
	s := &searching{kindRun: r, beside: beside}
	if r.HasAlso() {
		r.also = map[identity]reflect.Value{}
	}
	g, gctx := newCrew(ctx, searchesAtOnce)
	size := min(searchSpan, max(worthASearch, int(r.listed.Load()-r.reused.Load())/searchesAtOnce+1))
	var all []*search
	failed := 0
	for i, sp := range r.worthSearching(size) {
		// Whether Search works is told by the spans before those that are read meanwhile:
		// what is searched does not depend on how fast that is.
		if i >= searchesAtOnce {
			before := all[i-searchesAtOnce]
			<-before.done
			if before.answered {
				failed = 0
			}
			if failed += before.failed; before.over || failed >= searchFailures {
				break
			}
		}
		one := &search{searching: s, done: make(chan struct{})}
		all = append(all, one)
		g.Go(graph.NoPanic(func() error {
			defer close(one.done)
			return one.span(gctx, sp, size)
		}))
	}
	err := first(g.Wait(), ctx.Err())
	var because *calling.Failure
	for _, one := range all {
		if was := one.because; was != nil && (because == nil || compareFailures(was, because) < 0) {
			because = was
		}
	}
	if because != nil {
		r.missed = *because
	}
	return err
}

// searching is the searches of one kind, several at a time.
type searching struct {
	*kindRun
	beside bool
}

// A search is that of one span, and of its parts where it fails: one after the other.
type search struct {
	*searching
	done     chan struct{} // closed when it has ended
	answered bool          // one did not fail
	failed   int           // in a row, the last ones
	over     bool          // Search does not work
	because  *calling.Failure
}

// span searches one span; where that fails, in its parts what it did not give.
func (s *search) span(ctx context.Context, sp span, size int) error {
	if s.over {
		return nil
	}
	failure, err := s.query(ctx, sp)
	if err != nil {
		return err
	}
	if failure == nil {
		s.failed, s.answered = 0, true
		return nil
	}
	f := calling.Classify(ctx, failure)
	if f.Class == calling.Credentials || f.Class == calling.Cancelled {
		return s.gap(ctx, s.Label, searchRecords.Action, "", f, failure)
	}
	if s.fails(&f); s.over {
		return nil
	}
	if size /= searchParts; size < leastSpan || s.unwritten(sp) <= leastSpan {
		return nil
	}
	for _, part := range s.spans(sp, size) {
		if err := s.span(ctx, part, size); err != nil {
			return err
		}
	}
	return nil
}

// fails notes that a search failed.
func (s *search) fails(f *calling.Failure) {
	if s.because == nil || compareFailures(f, s.because) < 0 {
		s.because = f
	}
	switch f.Class {
	case calling.Denied, calling.Unoffered, calling.Doubted:
		s.over = true
	default:
		if s.failed++; f.Code == graph.CodeTimeout {
			s.failed += searchFailures / 2 // each has cost minutes
		}
		s.over = s.failed >= searchFailures || s.caller.GaveUp(&searchRecords)
	}
}

func compareFailures(a, b *calling.Failure) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
}

// query reads the records of one span.
func (s *searching) query(ctx context.Context, sp span) (failure, err error) {
	known := map[identity]bool{} // records of this search, so that they are new once only
	in := s.input(sp)
	return s.caller.Pages(ctx, &searchRecords, in, &s.calls, func(out reflect.Value) (calling.Page, error) {
		results := out.Addr().Interface().(*sagemaker.SearchOutput).Results
		page := calling.Page{Items: len(results)}
		for i := range results {
			fresh, err := s.result(&results[i], known)
			if err != nil {
				return page, err
			}
			if fresh {
				page.New++
			}
		}
		s.progress()
		return page, nil
	})
}

// input is the input of the first page.
func (s *searching) input(sp span) reflect.Value {
	in := &sagemaker.SearchInput{Resource: types.ResourceType(s.Search.Resource)}
	var filters []types.Filter
	for _, f := range s.Search.Filters {
		filters = append(filters, types.Filter{Name: &f.Name, Operator: types.OperatorEquals, Value: &f.Value})
	}
	margin := s.Search.Margin
	if s.reused.Load() > 0 { // what is beside a span may be in no other, and times in lists are rounded
		margin = max(margin, 1)
	}
	margin *= int64(time.Second / time.Microsecond)
	if sp.from != 0 {
		filters = append(filters, timeFilter(s.Search.Created, types.OperatorGreaterThanOrEqualTo, sp.from-margin))
	}
	if sp.to != 0 {
		filters = append(filters, timeFilter(s.Search.Created, types.OperatorLessThan, sp.to+margin))
	}
	if len(filters) > 0 {
		in.SearchExpression = &types.SearchExpression{Filters: filters}
	}
	return reflect.ValueOf(in)
}

func timeFilter(name string, operator types.Operator, micros int64) types.Filter {
	text := time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000Z")
	return types.Filter{Name: aws.String(name), Operator: operator, Value: &text}
}

// result takes one record, where it is of a resource that was listed, not written
// yet, is the whole of it, and is not older than the list. fresh is whether it came for the first time.
func (s *searching) result(result *types.SearchRecord, known map[identity]bool) (fresh bool, err error) {
	rec, ok := recordIn(s.Search, result)
	if !ok {
		return false, nil
	}
	id, _ := s.reader.Identify(rec, &reading.Origin{})
	fresh = !known[identityOf(id)]
	known[identityOf(id)] = true
	key, was, listed := s.find(id)
	if !listed || was.written || s.Repeats(rec) || s.Contradicts(was.said, rec) || !s.takes(key, rec) {
		return fresh, nil
	}
	return fresh, s.write(rec, reading.Seen(was.print), graph.ByLimit)
}

// takes reports whether a record is to be written: another search, whose span ends where
// this one begins, may have it too. One that is read beside the details is kept.
func (s *searching) takes(key identity, rec reflect.Value) bool {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.beside {
		s.also[key] = s.Also(rec)
		return false
	}
	was, _ := s.seen.get(key)
	if was.written {
		return false
	}
	was.written = true
	s.seen.put(key, was)
	s.detail = "search"
	return true
}

// recordIn finds the record in a SearchRecord; ok is false where it has none.
func recordIn(s *catalog.Search, result *types.SearchRecord) (v reflect.Value, ok bool) {
	v = reflect.ValueOf(result).Elem()
	for _, m := range s.Members {
		if v = v.FieldByName(m); v.IsNil() {
			return reflect.Value{}, false
		}
		v = v.Elem()
	}
	return v, true
}
