package collect

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

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

// refer notes what a resource of the scope refers to.
func (s *scope) refer(to *catalog.Reference) error {
	set := s.referred[to.Label]
	if set == nil || to.ID == "" {
		return nil
	}
	region, ok := s.lookupRegion(to)
	if !ok {
		return nil
	}
	key := string(spool.AppendKey(nil, region, to.ID))
	set.mu.Lock()
	defer set.mu.Unlock()
	if set.lately[key] {
		return nil
	}
	if len(set.lately) >= mostReferred {
		clear(set.lately)
	}
	set.lately[key] = true
	return set.file.append([]byte(key))
}

// lookupRegion is the region of the scope that has what is referred to. ok is
// false where that is not for this run to read.
func (s *scope) lookupRegion(to *catalog.Reference) (region string, ok bool) {
	a, isARN := names.ParseARN(cmp.Or(to.ARN, to.ID))
	if isARN && a.Account != "" && a.Account != s.at.Account {
		return "", false
	}
	if s.cfg.Table.Kind(to.Label).Lookup.Scope == catalog.InAccount {
		return record.GlobalRegion, true
	}
	if isARN && a.Region != "" {
		return a.Region, slices.Contains(s.Regions, a.Region)
	}
	return s.at.Region, true
}

// each calls f with each region and id, once, in order.
func (s *referredSet) each(ctx context.Context, dir string, f func(region, id string) error) error {
	sorter := spool.NewSorter(ctx, dir, mostReferred)
	err := s.file.read(func(key string) error { return sorter.Add([]byte(key), nil) })
	if err != nil {
		return errors.Join(err, sorter.Close())
	}
	last := ""
	return sorter.Sorted(func(key, _ string) error {
		if key == last {
			return nil
		}
		last = key
		parts := spool.Parts(key)
		return f(parts[0], parts[1])
	})
}

// lookUp is the second stage: it reads what the resources of a target refer to,
// each in the scope that has it.
func (t *target) lookUp(ctx context.Context, scopes []*scope) error {
	global := t.newScope(record.GlobalRegion)
	global.tags.state = graph.Skipped
	cfg := t.AWS.Copy()
	cfg.Region = names.HomeRegion(t.identity.Partition)
	global.caller = calling.New(cfg, global.at.ID(), t.cfg.Calls)
	all := map[string]*scope{record.GlobalRegion: global}
	for _, s := range scopes {
		all[s.at.Region] = s
	}
	for _, label := range t.cfg.Lookups {
		if err := t.lookUpLabel(ctx, label, all); err != nil {
			return err
		}
	}
	if len(global.kinds) > 0 {
		global.publish()
	}
	return nil
}

// lookUpLabel looks up the nodes of one label, scope by scope.
func (t *target) lookUpLabel(ctx context.Context, label string, scopes map[string]*scope) error {
	set := t.referred[label]
	if err := set.file.close(); err != nil {
		return err
	}
	if set.file.log == nil {
		return nil // nothing refers to any
	}
	var r *lookupRun
	end := func(err error) error {
		if r == nil {
			return err
		}
		return r.end(err)
	}
	err := end(set.each(ctx, t.cfg.Dir, func(region, id string) error {
		if s := scopes[region]; r == nil || r.scope != s {
			if err := end(nil); err != nil {
				r = nil
				return err
			}
			r = s.newLookupRun(ctx, t.cfg.Table.Kind(label))
		}
		return r.add(id)
	}))
	if err != nil {
		return err
	}
	return os.Remove(filepath.Clean(set.file.desc.Path))
}

// A lookupRun looks up the nodes of one label in one scope.
type lookupRun struct {
	*kindRun
	pieces   []pieceRun
	refused  atomic.Int64 // nodes of which no piece was read
	refusals []*refusal   // of the scouts, by piece

	ctx      context.Context // of the whole run, for each batch
	nodes    *errgroup.Group // that are looked up now
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

func (s *scope) newLookupRun(ctx context.Context, k *reading.Kind) *lookupRun {
	r := &lookupRun{kindRun: s.newKindRun(k), ctx: ctx}
	s.kinds[k.Label] = r.kindRun
	r.wanted, r.detail = true, "describe"
	r.pieces = make([]pieceRun, len(k.Lookup.Pieces))
	for i := range k.Lookup.Pieces {
		p := &r.pieces[i]
		p.Piece = &k.Lookup.Pieces[i]
		p.columns = k.ColumnsOf(p.Member)
	}
	r.refusals = make([]*refusal, len(r.pieces))
	r.listAnswered()
	r.batch()
	return r
}

// batch begins a batch of nodes that are looked up at once.
func (r *lookupRun) batch() {
	r.nodes, r.nodesCtx = errgroup.WithContext(r.ctx)
	r.nodes.SetLimit(max(1, r.cfg.Calls.Concurrency))
}

// add looks up one node. The first ones go before the others: a piece that none
// of them gets is not asked for again.
func (r *lookupRun) add(id string) error {
	if r.listed.Add(1) == scouts+1 {
		if err := r.nodes.Wait(); err != nil {
			return err
		}
		r.batch()
		r.refusals = r.closed()
	}
	closed := r.refusals
	ctx := r.nodesCtx
	r.nodes.Go(graph.NoPanic(func() error { return r.lookUp(ctx, id, closed) }))
	return ctx.Err()
}

// end waits for all nodes; err is what stopped them, or nil.
func (r *lookupRun) end(err error) error {
	defer close(r.done)
	err = first(r.nodes.Wait(), err)
	r.settle()
	r.keepNotes(r.Label, r.reader)
	return errors.Join(err, r.log.close())
}

// closed are the refusals of the pieces that are not worth asking for after the
// scouts, or nil for each.
func (r *lookupRun) closed() []*refusal {
	all := make([]*refusal, len(r.pieces))
	for i := range r.pieces {
		p := &r.pieces[i]
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
	region, missing, got := r.regionOfNodes(), []string(nil), 0
	for i := range r.pieces {
		p := &r.pieces[i]
		if closed[i] != nil {
			r.note(r.Label, p.Action, id, closed[i].Code, closed[i].Message)
			missing = append(missing, p.columns...)
			continue
		}
		out, err := r.caller.CallIn(ctx, &p.Operation, r.input(p, id), &r.calls, region)
		if err == nil && p.Must != "" && !operation.Has(out, p.Must) {
			err = &calling.NoAnswer{Operation: p.Name, What: "lacks " + p.Must}
		}
		outcome, err := r.outcome(ctx, p, id, got > 0, err)
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
		r.refused.Add(1)
		return nil
	}
	return r.keepNode(id, region, details, missing)
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
	return r.spool(rec)
}
