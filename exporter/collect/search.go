package collect

import (
	"context"
	"encoding/binary"
	"reflect"
	"slices"
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
	// searchSpan is how many resources one search is for. A large result set is
	// read in spans of creation time: a search that pages without end may be cut
	// off by the service.
	searchSpan = 10_000
	// searchParts is into how many parts a span is cut whose search failed.
	searchParts = 8
	// leastSpan is how many resources are not worth a further search: a page.
	leastSpan = 100
	// searchFailures is how many searches in a row may fail: then Search does not
	// work, and everything else is described.
	searchFailures = 8
)

// A span is a time of creation, in microseconds since the Unix epoch: from
// inclusive, to exclusive; 0 is no bound.
type span struct{ from, to int64 }

func (s span) has(created int64) bool {
	return created >= s.from && (s.to == 0 || created < s.to)
}

// searchAll reads records of the listed resources. What Search does not have, or
// has an older record of, is left to be described, so nothing is missing. Where
// beside is true all is, and of the records only that is kept which the details
// lack.
func (r *kindRun) searchAll(ctx context.Context, beside bool) error {
	s := &searching{kindRun: r, beside: beside}
	if r.HasAlso() {
		r.also = map[identity]reflect.Value{}
	}
	for _, sp := range r.spans(span{}, searchSpan) {
		if err := s.span(ctx, sp, searchSpan); err != nil || s.over {
			return err
		}
	}
	return nil
}

// searching is the searches of one kind.
type searching struct {
	*kindRun
	beside bool
	failed int  // in a row
	over   bool // Search does not work
}

// span searches one span; where that fails, in its parts what it did not give.
func (s *searching) span(ctx context.Context, sp span, size int) error {
	failure, err := s.query(ctx, sp)
	if err != nil {
		return err
	}
	if failure == nil {
		s.failed = 0
		return nil
	}
	f := calling.Classify(ctx, failure)
	s.missed = f
	switch f.Class {
	case calling.Credentials, calling.Cancelled:
		return s.gap(ctx, s.Label, searchRecords.Action, "", f, failure)
	case calling.Denied, calling.Unoffered, calling.Doubted:
		s.over = true
		return nil
	default:
		if s.failed++; f.Code == graph.CodeTimeout {
			s.failed += searchFailures / 2 // each has cost minutes
		}
		if s.failed >= searchFailures || s.caller.GaveUp(&searchRecords) {
			s.over = true
			return nil
		}
	}
	if size /= searchParts; size < leastSpan || s.unwritten(sp) <= leastSpan {
		return nil
	}
	for _, part := range s.spans(sp, size) {
		if err := s.span(ctx, part, size); err != nil || s.over {
			return err
		}
	}
	return nil
}

// unwritten counts what was listed in a span and is not written yet.
func (s *searching) unwritten(sp span) int {
	n := 0
	s.seen.each(func(_ identity, one seen) {
		if !one.written && sp.has(one.created) {
			n++
		}
	})
	return n
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
	margin := s.Search.Margin * int64(time.Second/time.Microsecond)
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
	if !listed || was.written || s.Repeats(rec) || s.Contradicts(was.said, rec) {
		return fresh, nil
	}
	if s.beside {
		s.also[key] = s.Also(rec)
		return fresh, nil
	}
	was.written = true
	s.seen.put(key, was)
	s.detail = "search"
	return fresh, s.write(rec, reading.Seen(was.print), graph.ByLimit)
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

// spanSample is of how many resources one is looked at to find the spans, where there
// are many: the ends of spans are no more exact than the times that Search knows.
const spanSample = 64

// spans returns the creation times at which to cut what was listed and is not
// written yet into spans of about so many.
func (r *kindRun) spans(within span, size int) []span {
	var created []int64
	every := uint64(1)
	if r.seen.len() > 100*searchSpan && size >= 16*spanSample {
		every = spanSample
	}
	r.seen.each(func(key identity, s seen) {
		// Ids are hashed: which are looked at does not depend on how they came.
		if !s.written && within.has(s.created) && binary.BigEndian.Uint64(key[8:])%every == 0 {
			created = append(created, s.created)
		}
	})
	slices.Sort(created)
	size /= int(every)
	var spans []span
	from := within.from
	for i := size; i < len(created); i += size {
		// Filters have no more than milliseconds.
		if cut := created[i] / 1000 * 1000; cut > created[0] && cut > from {
			spans = append(spans, span{from, cut})
			from = cut
		}
	}
	return append(spans, span{from, within.to})
}
