package collect

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// A lookupRun looks up the nodes of one label in one scope.
type lookupRun struct {
	*kindRun
	pieces   []*pieceRun
	unasked  []string     // columns that no chosen group has
	refused  atomic.Int64 // nodes of which no piece was read
	refusals []*refusal   // of the scouts, by piece

	ctx      context.Context // for each batch
	nodes    *crew           // that are looked up now
	nodesCtx context.Context
}

// A pieceRun is one piece of all nodes.
type pieceRun struct {
	*catalog.Piece
	columns []string // that it has

	mu       sync.Mutex
	answered bool     // for one node at least
	refusal  *refusal // of the first node that was refused, by id
}

// lookupRun is the run of a label in a scope, which goes on where there is one.
func (t *secondStage) lookupRun(k *reading.Kind, s *scope) *lookupRun {
	key := lookupKey{k.Label, s.at.Region}
	if t.lookups[key] == nil {
		t.lookups[key] = s.newLookupRun(k)
	}
	return t.lookups[key]
}

func (s *scope) newLookupRun(k *reading.Kind) *lookupRun {
	r := &lookupRun{kindRun: s.newKindRun(k)}
	s.kinds[k.Label] = r.kindRun
	r.wanted, r.detail = true, "describe"
	for i := range k.Lookup.Pieces {
		p := &k.Lookup.Pieces[i]
		if columns := k.ColumnsOf(p.Member); slices.Contains(s.cfg.Groups, cmp.Or(p.Group, k.Group)) {
			r.pieces = append(r.pieces, &pieceRun{Piece: p, columns: columns})
		} else {
			r.unasked = append(r.unasked, columns...)
		}
	}
	r.refusals = make([]*refusal, len(r.pieces))
	r.listAnswered()
	return r
}

// batch begins a batch of nodes that are looked up at once.
func (r *lookupRun) batch(ctx context.Context) {
	r.ctx = ctx
	r.nodes, r.nodesCtx = newCrew(r.ctx, max(1, r.cfg.Calls.Concurrency))
}

// add looks up one node. The first ones go before the others: a piece that none
// of them gets is not asked for again.
func (r *lookupRun) add(id string) error {
	if r.listed.Add(1) == scouts+1 {
		if err := r.nodes.Wait(); err != nil {
			return err
		}
		r.batch(r.ctx)
		r.refusals = r.closed()
	}
	closed := r.refusals
	ctx := r.nodesCtx
	r.nodes.Go(graph.NoPanic(func() error { return r.lookUp(ctx, id, closed) }))
	return ctx.Err()
}

// pause waits for all nodes so far; err is what stopped them, or nil.
func (r *lookupRun) pause(err error) error {
	return first(r.nodes.Wait(), err)
}

// closed are the refusals of the pieces that are not worth asking for after the
// scouts, or nil for each.
func (r *lookupRun) closed() []*refusal {
	all := make([]*refusal, len(r.pieces))
	for i := range r.pieces {
		p := r.pieces[i]
		p.mu.Lock()
		if !p.answered {
			all[i] = p.refusal
		}
		p.mu.Unlock()
	}
	return all
}

// settle says what is known where nodes were refused: not whether they exist,
// and of a label of which nothing could be read, nothing at all.
func (r *lookupRun) settle() {
	if r.refused.Load() == 0 {
		return
	}
	r.listing.failed = true
	if r.written.Load() > 0 {
		return
	}
	r.listing = listing{}
	for i := range r.pieces {
		if f := r.pieces[i].refusal; f != nil {
			r.listing.none = worst(r.listing.none, stateOf(f.Class))
		}
	}
	r.listing.failed = r.listing.none != graph.Unoffered
}

// lookUp reads the pieces of one node. One of which nothing can be read stays what
// the references tell.
func (r *lookupRun) lookUp(ctx context.Context, id string, closed []*refusal) error {
	details := reflect.New(r.Lookup.Details).Elem()
	region, missing, got := r.regionOfNodes(), []string(nil), 0
	unasked, absent := slices.Clone(r.unasked), map[string]bool{}
	for i := range r.pieces {
		p := r.pieces[i]
		if closed[i] != nil {
			if closed[i].Class == calling.Unoffered {
				unasked = append(unasked, p.columns...)
				continue
			}
			r.note(r.Label, p.Action, id, closed[i].Code, closed[i].Message)
			missing = append(missing, p.columns...)
			continue
		}
		if p.Without != "" && absent[p.Without] {
			got++
			continue
		}
		out, err := r.piece(ctx, p, id, region)
		outcome, err := r.outcome(ctx, p, id, got > 0, err)
		switch {
		case err != nil:
			return err
		case outcome == pieceGone:
			r.gone.Add(1)
			return nil
		case outcome == pieceMissing:
			missing = append(missing, p.columns...)
		case outcome == pieceUnoffered:
			unasked = append(unasked, p.columns...)
		case outcome == pieceRead:
			got++
			details.FieldByName(p.Member).Set(out.Addr())
			if p.Region != nil {
				region = p.Region(out.Addr().Interface())
			}
		default:
			got++
			absent[p.Member] = true
		}
	}
	r.progress()
	if got == 0 {
		r.refused.Add(1)
		return nil
	}
	return r.keepNode(id, region, details, missing, unasked)
}

// piece reads one piece of a node: all pages of it, joined.
func (r *lookupRun) piece(ctx context.Context, p *pieceRun, id, region string) (out reflect.Value, err error) {
	known := map[string]bool{}
	total := int64(0)
	failure, err := r.caller.PagesIn(ctx, &p.Operation, r.input(p, id), &r.calls, region, func(page reflect.Value) (calling.Page, error) {
		if p.Count != "" {
			n := page.FieldByName(p.Count).Len()
			total += int64(n)
			return calling.Page{Items: n, New: n}, nil
		}
		first := !out.IsValid()
		if first {
			out = page
		}
		n, fresh := join(out, page, first, known)
		return calling.Page{Items: n, New: fresh}, nil
	})
	switch {
	case failure != nil || err != nil:
		return reflect.Value{}, cmp.Or(err, failure)
	case p.Count != "":
		return reflect.ValueOf(&total).Elem(), nil
	case p.First != "":
		list := out.FieldByName(p.First)
		if list.Len() == 0 {
			return reflect.Value{}, &calling.NoAnswer{Operation: p.Name, What: "names none of " + p.First}
		}
		return list.Index(0), nil
	case p.Must != "" && !operation.Has(out, p.Must):
		return reflect.Value{}, &calling.NoAnswer{Operation: p.Name, What: "lacks " + p.Must}
	}
	return out, nil
}

// regionOfNodes is the region that nodes have where no piece tells it, or "".
func (r *lookupRun) regionOfNodes() string {
	if r.at.Region == record.GlobalRegion {
		return ""
	}
	return r.at.Region
}

// outcomes of a piece.
const (
	pieceRead    = iota
	pieceAbsent  // there is no such thing, and that is the answer
	pieceMissing // it could not be read
	pieceGone    // the node does not exist
	// pieceUnoffered: what answers does not have such calls
	pieceUnoffered
)

// outcome says what came of one call. there is true where an earlier piece found
// the node: it is not gone then, whatever this one says.
func (r *lookupRun) outcome(ctx context.Context, p *pieceRun, id string, there bool, failure error) (outcome int, err error) {
	if failure == nil {
		p.answer()
		return pieceRead, nil
	}
	f := calling.Classify(ctx, failure)
	for _, code := range p.Answers {
		if f.Code == code {
			p.answer()
			return pieceAbsent, nil
		}
	}
	if f.Class == calling.Gone && !there {
		p.answer()
		return pieceGone, nil
	}
	if r.unserved(&p.Operation, f) {
		f.Class = calling.Unoffered
	}
	p.mu.Lock()
	if p.refusal == nil || id < p.refusal.id {
		p.refusal = &refusal{id, f}
	}
	p.mu.Unlock()
	if f.Class == calling.Unoffered {
		return pieceUnoffered, nil
	}
	return pieceMissing, r.gap(ctx, r.Label, p.Action, id, f, failure)
}

func (p *pieceRun) answer() {
	p.mu.Lock()
	p.answered = true
	p.mu.Unlock()
}

func (r *lookupRun) input(p *pieceRun, id string) reflect.Value {
	in := p.Input("")
	if p.Value != nil {
		id = p.Value(id)
	}
	switch key := in.Elem().FieldByName(p.Key); {
	case p.Key == "":
	case key.Kind() == reflect.Slice:
		key.Set(reflect.ValueOf([]string{id}))
	default:
		operation.SetText(key, id)
	}
	if p.Set != nil {
		p.Set(in.Interface())
	}
	return in
}

// foreignAnswers are codes of what answers to calls of a service that it does not know.
var foreignAnswers = []string{graph.CodeNoAnswer, graph.CodeUnreadableAnswer, "HTTP400", "HTTP404", "HTTP405", "HTTP501"}

// unserved reports whether a failure says that an endpoint which is not AWS's own does
// not have a neighbour's service at all: it answers with something else, or with
// nothing. What stands in for SageMaker has S3.
func (s *scope) unserved(op *operation.Operation, f calling.Failure) bool {
	return slices.Contains(foreignAnswers, f.Code) && op.Service != operation.SageMaker.Service && op.Service != operation.S3.Service && !s.caller.Serves(op.Service)
}

// keepNode spools a node that was looked up.
func (r *lookupRun) keepNode(id, region string, details reflect.Value, missing, unasked []string) error {
	rec, err := r.reader.ReadNode(id, region, details, slices.Concat(missing, unasked))
	if err != nil {
		return err
	}
	r.stateMu.Lock()
	r.unread.count(nil, "", missing)
	r.unread.countColumns(graph.ByLimit, unasked)
	r.stateMu.Unlock()
	r.written.Add(1)
	if err := r.referAll(rec, cmp.Or(region, r.at.Region)); err != nil {
		return err
	}
	return r.spool(rec)
}
