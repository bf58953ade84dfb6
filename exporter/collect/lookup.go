package collect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// mostReferred bounds the memory of which references were noted lately. It only
// saves the sorter work: the same one twice is looked up once anyway.
const mostReferred = 100_000

// A referredSet gathers what the resources of a target refer to, of one label.
type referredSet struct {
	file *logFile

	mu     sync.Mutex
	lately map[string]bool
}

func (t *target) newReferredSet(label string) *referredSet {
	at := t.identity
	at.Region = record.GlobalRegion
	return &referredSet{file: t.newLog(&at, label+"_referred", record.Log{}), lately: map[string]bool{}}
}

// refer notes that something refers to a node.
func (t *target) refer(label, id string) error {
	set := t.referred[label]
	if set == nil || id == "" {
		return nil
	}
	set.mu.Lock()
	defer set.mu.Unlock()
	if set.lately[id] {
		return nil
	}
	if len(set.lately) >= mostReferred {
		clear(set.lately)
	}
	set.lately[id] = true
	return set.file.append([]byte(id))
}

// each calls f with each id, once, in order.
func (s *referredSet) each(ctx context.Context, dir string, f func(id string) error) error {
	sorter := spool.NewSorter(ctx, dir, mostReferred)
	err := s.file.read(func(id string) error { return sorter.Add(spool.AppendKey(nil, id), nil) })
	if err != nil {
		return errors.Join(err, sorter.Close())
	}
	last := ""
	return sorter.Sorted(func(key, _ string) error {
		id := spool.Parts(key)[0]
		if id == last {
			return nil
		}
		last = id
		return f(id)
	})
}

// lookUp is the second stage: it reads what the resources of a target refer to.
func (t *target) lookUp(ctx context.Context) error {
	s := t.newScope(record.GlobalRegion)
	s.tags.state = graph.Skipped
	cfg := t.AWS.Copy()
	cfg.Region = names.HomeRegion(t.identity.Partition)
	s.caller = calling.New(cfg, s.at.ID(), t.cfg.Calls)
	for _, label := range t.cfg.Lookups {
		set := t.referred[label]
		if err := set.file.close(); err != nil {
			return err
		}
		if set.file.log == nil {
			continue // nothing refers to any
		}
		r := s.newLookupRun(t.cfg.Table.Kind(label))
		s.kinds[label] = r.kindRun
		if err := r.run(ctx, set); err != nil {
			return err
		}
		if err := os.Remove(filepath.Clean(set.file.desc.Path)); err != nil {
			return err
		}
	}
	if len(s.kinds) > 0 {
		s.publish()
	}
	return nil
}

// A lookupRun looks up the nodes of one label.
type lookupRun struct {
	*kindRun
	pieces []pieceRun
}

// A pieceRun is one piece of all nodes.
type pieceRun struct {
	*catalog.Piece
	columns []string // that it has

	mu       sync.Mutex
	answered bool     // for one node at least
	refusal  *refusal // of the first node that was refused, by id
}

func (s *scope) newLookupRun(k *reading.Kind) *lookupRun {
	r := &lookupRun{kindRun: s.newKindRun(k)}
	r.wanted, r.detail = true, "describe"
	r.pieces = make([]pieceRun, len(k.Lookup.Pieces))
	for i := range k.Lookup.Pieces {
		p := &r.pieces[i]
		p.Piece = &k.Lookup.Pieces[i]
		p.columns = k.ColumnsOf(p.Member)
	}
	return r
}

// run looks up each node. The first ones go before the others: a piece that none of
// them gets is not asked for again.
func (r *lookupRun) run(ctx context.Context, set *referredSet) error {
	defer close(r.done)
	r.listAnswered()
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, r.cfg.Calls.Concurrency))
	err := set.each(ctx, r.cfg.Dir, func(id string) error {
		if r.listed.Add(1) == scouts+1 {
			if err := g.Wait(); err != nil {
				return err
			}
			g, gctx = errgroup.WithContext(ctx)
			g.SetLimit(max(1, r.cfg.Calls.Concurrency))
		}
		closed := r.closed()
		g.Go(func() error { return r.lookUp(gctx, id, closed) })
		return gctx.Err()
	})
	err = first(g.Wait(), err)
	r.settle()
	r.keepNotes(r.Label, r.reader)
	return errors.Join(err, r.log.close())
}

// closed are the refusals of the pieces that are not worth asking for, or nil for
// each.
func (r *lookupRun) closed() []*refusal {
	all := make([]*refusal, len(r.pieces))
	for i := range r.pieces {
		p := &r.pieces[i]
		p.mu.Lock()
		if r.listed.Load() > scouts && !p.answered {
			all[i] = p.refusal
		}
		p.mu.Unlock()
	}
	return all
}

// settle says of a label of which nothing could be read that it is denied.
func (r *lookupRun) settle() {
	if r.written.Load() > 0 || r.listed.Load() == r.gone.Load() {
		return
	}
	r.listing = listing{failed: true, none: graph.Unavailable}
	for i := range r.pieces {
		if f := r.pieces[i].refusal; f != nil && f.Class == calling.Denied {
			r.listing.none = graph.Denied
		}
	}
}

// lookUp reads the pieces of one node. One of which nothing can be read stays what
// the references tell.
func (r *lookupRun) lookUp(ctx context.Context, id string, closed []*refusal) error {
	details := reflect.New(r.Lookup.Details).Elem()
	region, missing, got := "", []string(nil), 0
	for i := range r.pieces {
		p := &r.pieces[i]
		if closed[i] != nil {
			r.note(r.Label, p.Action, id, closed[i].Code, closed[i].Message)
			missing = append(missing, p.columns...)
			continue
		}
		out, err := r.caller.CallIn(ctx, &p.Operation, r.input(p, id), &r.calls, region)
		outcome, err := r.outcome(ctx, p, id, err)
		switch {
		case err != nil:
			return err
		case outcome == pieceGone:
			r.gone.Add(1)
			return nil
		case outcome == pieceMissing:
			missing = append(missing, p.columns...)
		case outcome == pieceRead:
			got++
			details.FieldByName(p.Member).Set(out.Addr())
			if p.Region != nil {
				region = p.Region(out.Addr().Interface())
			}
		default:
			got++
		}
	}
	r.progress()
	if got == 0 {
		r.stateMu.Lock()
		r.unread.count(nil, "", missing)
		r.stateMu.Unlock()
		return nil
	}
	return r.keepNode(id, region, details, missing)
}

// outcomes of a piece.
const (
	pieceRead    = iota
	pieceAbsent  // there is no such thing, and that is the answer
	pieceMissing // it could not be read
	pieceGone    // the node does not exist
)

// outcome says what came of one call.
func (r *lookupRun) outcome(ctx context.Context, p *pieceRun, id string, failure error) (outcome int, err error) {
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
	if f.Class == calling.Gone {
		p.answer()
		return pieceGone, nil
	}
	p.mu.Lock()
	if p.refusal == nil || id < p.refusal.id {
		p.refusal = &refusal{id, f}
	}
	p.mu.Unlock()
	return pieceMissing, r.gap(ctx, r.Label, p.Action, id, f, failure)
}

func (p *pieceRun) answer() {
	p.mu.Lock()
	p.answered = true
	p.mu.Unlock()
}

func (r *lookupRun) input(p *pieceRun, id string) reflect.Value {
	in := p.Input("")
	operation.SetText(in.Elem().FieldByName(p.Key), id)
	return in
}

// keepNode spools a node that was looked up.
func (r *lookupRun) keepNode(id, region string, details reflect.Value, missing []string) error {
	rec, err := r.reader.ReadNode(id, region, details, missing)
	if err != nil {
		return err
	}
	r.stateMu.Lock()
	r.unread.count(nil, "", missing)
	r.stateMu.Unlock()
	r.written.Add(1)
	return r.log.append(rec.Append(nil))
}
