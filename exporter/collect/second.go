package collect

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
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

// lookUp is the second stage: it reads the neighbours of what was read, each in the
// scope that has it. One may refer to others: labels are read again until nothing new
// is referred to.
func (t *target) lookUp(ctx context.Context, scopes []*scope) error {
	global := t.newScope(record.GlobalRegion)
	global.tags.state = graph.Skipped
	cfg := t.AWS.Copy()
	cfg.Region = names.HomeRegion(t.identity.Partition)
	global.caller = calling.New(cfg, global.at.ID(), t.cfg.Calls)
	second := &secondStage{target: t, all: map[string]*scope{record.GlobalRegion: global}, asked: map[identity]bool{}, lookups: map[lookupKey]*lookupRun{}}
	for _, s := range scopes {
		second.all[s.at.Region] = s
		second.regions = append(second.regions, s)
	}
	if t.journal.saved(record.GlobalRegion, savedSecond) != nil {
		if err := second.restore(ctx); err != nil {
			return err
		}
		global.publishNeighbors()
		return nil
	}
	if err := second.always(global); err != nil {
		return err
	}
	for again := true; again; {
		var err error
		if again, err = second.round(ctx); err != nil {
			return err
		}
	}
	if err := second.end(); err != nil {
		return err
	}
	if err := second.save(); err != nil {
		return err
	}
	global.publishNeighbors()
	return nil
}

// publishNeighbors publishes the scope of what an account has once, where that was
// asked for.
func (s *scope) publishNeighbors() {
	for _, r := range s.kinds {
		if !r.isUnserved() {
			s.publish()
			return
		}
	}
}

// A secondStage reads neighbours.
type secondStage struct {
	*target
	all     map[string]*scope // by region
	regions []*scope
	runs    []*kindRun // of batches: they are not over
	lookups map[lookupKey]*lookupRun

	askedMu sync.Mutex
	asked   map[identity]bool // what was asked for, by label, region and id
}

// labelsAtOnce is how many labels are read at a time. Most take a few calls.
const labelsAtOnce = 16

type lookupKey struct{ label, region string }

// always notes what is looked up though nothing refers to it.
func (t *secondStage) always(global *scope) error {
	for label := range t.referred {
		l := t.cfg.Table.Entry(label).Lookup
		if l == nil || l.Always == nil {
			continue
		}
		for _, id := range l.Always(t.identity.Account) {
			if err := global.refer(&catalog.Reference{Label: label, ID: id}, record.GlobalRegion); err != nil {
				return err
			}
		}
	}
	return nil
}

// scopesOf are the scopes in which a label is read.
func (t *secondStage) scopesOf(k *reading.Kind) []*scope {
	if k.Scope == catalog.InAccount {
		return []*scope{t.all[record.GlobalRegion]}
	}
	return t.regions
}

// round reads what was not read yet of all labels, several at a time; more is whether there
// was something. What is referred to by what it reads is for the next round.
func (t *secondStage) round(ctx context.Context) (more bool, err error) {
	var works []*work
	var pending []*reading.Kind // that are read in this round, or wait for one that is
	for _, k := range t.cfg.Table.InOrder() {
		if !t.cfg.reads(k.Entry) {
			continue
		}
		if isBatch(k) && slices.ContainsFunc(pending, func(of *reading.Kind) bool { return mayName(of, k) }) {
			pending = append(pending, k) // a call for all of them
			continue
		}
		w, err := t.prepare(ctx, k)
		if err != nil {
			return false, err
		}
		if w != nil {
			works, pending = append(works, w), append(pending, k)
		}
	}
	// A label may wait for one that it is listed for, which is before it.
	g, gctx := newCrew(ctx, labelsAtOnce)
	for _, w := range works {
		do := graph.NoPanic(func() error { return w.do(gctx) })
		if w.served() {
			g.Go(do)
		} else {
			g.do(do)
		}
		if gctx.Err() != nil {
			break
		}
	}
	return len(works) > 0, first(g.Wait(), ctx.Err())
}

// A work reads what was not read yet of a label.
type work struct {
	label  *reading.Kind
	scopes []*scope
	do     func(context.Context) error
}

// served reports whether all services that are asked have answered. What a failure means
// depends on that ([scope.unserved]), so until then one label is read after the other.
func (w *work) served() bool {
	for _, service := range servicesOf(w.label) {
		for _, s := range w.scopes {
			if !s.caller.Serves(service) {
				return false
			}
		}
	}
	return true
}

// servicesOf are the services that a neighbour is read from.
func servicesOf(k *reading.Kind) []*operation.Service {
	var all []*operation.Service
	add := func(op *operation.Operation) {
		if op.Service != nil && op.Service != operation.SageMaker.Service && op.Service != operation.S3.Service {
			all = append(all, op.Service)
		}
	}
	if k.List != nil {
		add(&k.List.Operation)
	}
	if k.Describe != nil {
		add(&k.Describe.Operation)
	}
	if k.Lookup != nil {
		for i := range k.Lookup.Pieces {
			add(&k.Lookup.Pieces[i].Operation)
		}
	}
	return all
}

func isBatch(k *reading.Kind) bool { return k.Lookup == nil && k.List.Batch != nil }

// mayName reports whether what is read of a label may tell of others that are listed by
// their ids.
func mayName(of, batch *reading.Kind) bool {
	return batch.List.Batch.Of == of.Label || slices.ContainsFunc(of.Rules, func(r catalog.Rule) bool { return slices.Contains(r.To.Labels, batch.Label) })
}

// prepare makes what reads of a label that was not read yet, or nil. Nothing is read
// meanwhile, so what scopes have may be changed.
func (t *secondStage) prepare(ctx context.Context, k *reading.Kind) (*work, error) {
	switch {
	case k.Lookup != nil:
		return t.lookUpLabel(ctx, k)
	case k.List.Batch != nil:
		return t.listBatches(ctx, k)
	}
	var runs []*kindRun
	for _, s := range t.scopesOf(k) {
		if s.kinds[k.Label] != nil || !s.parentsRead(k) {
			continue
		}
		r := s.newKindRun(k)
		s.kinds[k.Label] = r
		runs = append(runs, r)
	}
	return workOf(k, runs, (*kindRun).run), nil
}

// workOf is the work of the runs of a label, or nil where there are none.
func workOf(k *reading.Kind, runs []*kindRun, f func(*kindRun, context.Context) error) *work {
	if len(runs) == 0 {
		return nil
	}
	w := &work{label: k, do: func(ctx context.Context) error { return eachScope(ctx, runs, f) }}
	for _, r := range runs {
		w.scopes = append(w.scopes, r.scope)
	}
	return w
}

// eachScope calls f for the runs of a label, several at a time.
func eachScope(ctx context.Context, runs []*kindRun, f func(*kindRun, context.Context) error) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(scopesInFlight)
	for _, r := range runs {
		g.Go(graph.NoPanic(func() error { return f(r, gctx) }))
	}
	return g.Wait()
}

// parentsRead reports whether what a label is listed for was read.
func (s *scope) parentsRead(k *reading.Kind) bool {
	for _, label := range k.List.Parents() {
		if p := s.kinds[label]; p == nil || !p.wanted {
			return false
		}
	}
	return true
}

// take takes what was noted of a label, or returns nil where nothing was. What comes from
// now on is noted anew.
func (t *secondStage) take(label string) (*referredSet, error) {
	set := t.referred[label]
	if err := set.file.close(); err != nil || !set.file.isThere() {
		return nil, err
	}
	t.referred[label] = t.newReferredSet(label, set.round+1)
	return set, nil
}

// fresh calls f with the ids of a set that were not asked for yet, region by region.
func (t *secondStage) fresh(ctx context.Context, label string, set *referredSet, f func(region, id string) error) error {
	err := set.each(ctx, t.cfg.Dir, func(region, id string) error {
		if !t.asks(label, region, id) {
			return nil
		}
		return f(region, id)
	})
	return errors.Join(err, os.Remove(filepath.Clean(set.file.desc.Path)))
}

// asks notes that something is asked for, and reports whether that is for the first time.
func (t *secondStage) asks(label, region, id string) bool {
	key := identityOf(string(spool.AppendKey(nil, label, region, id)))
	t.askedMu.Lock()
	defer t.askedMu.Unlock()
	asked := t.asked[key]
	t.asked[key] = true
	return !asked
}

// listBatches lists what of a label is referred to, or what the resources of another
// have.
func (t *secondStage) listBatches(ctx context.Context, k *reading.Kind) (*work, error) {
	ids := map[string][]string{} // by region
	if of := k.List.Batch.Of; of != "" {
		t.idsOf(k, of, ids)
	} else if set, err := t.take(k.Label); err != nil {
		return nil, err
	} else if set != nil {
		err := t.fresh(ctx, k.Label, set, func(region, id string) error {
			ids[region] = append(ids[region], id)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var runs []*kindRun
	for _, region := range slices.Sorted(maps.Keys(ids)) {
		runs = append(runs, t.batchRun(k, t.all[region]))
	}
	return workOf(k, runs, func(r *kindRun, ctx context.Context) error { return r.list(ctx, ids[r.at.Region]) }), nil
}

// idsOf gathers the ids of a label that k was not listed for yet.
func (t *secondStage) idsOf(k *reading.Kind, of string, ids map[string][]string) {
	for _, s := range t.scopesOf(k) {
		parent := s.kinds[of]
		if parent == nil {
			continue
		}
		// In which order they came depends on how fast calls were, and which go into one call
		// must not.
		for _, id := range slices.Sorted(slices.Values(parent.found)) {
			if t.asks(k.Label, s.at.Region, id) {
				ids[s.at.Region] = append(ids[s.at.Region], id)
			}
		}
	}
}

// batchRun is the run of a label in a scope, which goes on where there is one.
func (t *secondStage) batchRun(k *reading.Kind, s *scope) *kindRun {
	r := s.kinds[k.Label]
	if r == nil {
		r = s.newKindRun(k)
		s.kinds[k.Label] = r
		t.runs = append(t.runs, r)
	}
	return r
}

// list lists what ids name. Those that are not there are gone.
func (r *kindRun) list(ctx context.Context, ids []string) error {
	r.named += len(ids)
	r.batchIDs = func(f func(id string) error) error {
		for _, id := range ids {
			if err := f(id); err != nil {
				return err
			}
		}
		return nil
	}
	return r.enumerate(ctx, func(o *reading.Origin) error { return r.write(o.Item, o, "") })
}

// end ends the runs that might have gone on.
func (t *secondStage) end() error {
	var errs []error
	for _, r := range t.runs {
		if parent := r.kinds[r.List.Batch.Of]; parent != nil {
			r.inherit(parent)
		} else {
			r.gone.Store(int64(r.named) - r.written.Load())
		}
		r.settleList()
		errs = append(errs, r.seen.forget())
		r.keepReaderNotes()
		r.tell()
		close(r.done)
		errs = append(errs, r.log.close())
	}
	for _, r := range t.lookups {
		r.settle()
		r.keepReaderNotes()
		r.tell()
		close(r.done)
		errs = append(errs, r.log.close())
	}
	return errors.Join(errs...)
}

// lookUpLabel looks up the nodes of one label, scope by scope.
func (t *secondStage) lookUpLabel(ctx context.Context, k *reading.Kind) (*work, error) {
	set, err := t.take(k.Label)
	if set == nil || err != nil {
		return nil, err
	}
	w := &work{label: k}
	runs := map[string]*lookupRun{} // by region
	for region := range set.regions {
		runs[region] = t.lookupRun(k, t.all[region])
		w.scopes = append(w.scopes, t.all[region])
	}
	w.do = func(ctx context.Context) error {
		var r *lookupRun
		end := func(err error) error {
			if r == nil {
				return err
			}
			return r.pause(err)
		}
		return end(t.fresh(ctx, k.Label, set, func(region, id string) error {
			if next := runs[region]; r != next {
				if err := end(nil); err != nil {
					r = nil
					return err
				}
				r = next
				r.batch(ctx)
			}
			return r.add(id)
		}))
	}
	return w, nil
}
