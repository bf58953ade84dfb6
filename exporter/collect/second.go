package collect

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
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
		again = false
		for _, k := range t.cfg.Table.InOrder() {
			if !t.cfg.reads(k.Entry) {
				continue
			}
			more, err := second.label(ctx, k)
			if err != nil {
				return err
			}
			again = again || more
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
	asked   map[identity]bool // what was asked for, by label, region and id
	runs    []*kindRun        // of batches: they are not over
	lookups map[lookupKey]*lookupRun
}

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

// label reads what of a label was not read yet; more is whether there was something.
func (t *secondStage) label(ctx context.Context, k *reading.Kind) (more bool, err error) {
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
	return len(runs) > 0, eachScope(ctx, runs, func(ctx context.Context, r *kindRun) error { return r.run(ctx) })
}

// eachScope calls f for the runs of a label, several at a time.
func eachScope(ctx context.Context, runs []*kindRun, f func(context.Context, *kindRun) error) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(scopesInFlight)
	for _, r := range runs {
		g.Go(graph.NoPanic(func() error { return f(gctx, r) }))
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

// fresh calls f with the ids that something refers to and that were not asked for yet,
// region by region.
func (t *secondStage) fresh(ctx context.Context, label string, f func(region, id string) error) error {
	set := t.referred[label]
	if err := set.file.close(); err != nil || !set.file.isThere() {
		return err // nothing refers to any
	}
	t.referred[label] = t.newReferredSet(label, set.round+1) // for what comes meanwhile
	err := set.each(ctx, t.cfg.Dir, func(region, id string) error {
		key := identityOf(string(spool.AppendKey(nil, label, region, id)))
		if t.asked[key] {
			return nil
		}
		t.asked[key] = true
		return f(region, id)
	})
	return errors.Join(err, os.Remove(filepath.Clean(set.file.desc.Path)))
}

// listBatches lists what of a label is referred to, or what the resources of another
// have.
func (t *secondStage) listBatches(ctx context.Context, k *reading.Kind) (more bool, err error) {
	ids := map[string][]string{} // by region
	if of := k.List.Batch.Of; of == "" {
		err = t.fresh(ctx, k.Label, func(region, id string) error {
			ids[region] = append(ids[region], id)
			return nil
		})
	} else {
		t.idsOf(k, of, ids)
	}
	if err != nil {
		return false, err
	}
	var runs []*kindRun
	for _, region := range slices.Sorted(maps.Keys(ids)) {
		runs = append(runs, t.batchRun(k, t.all[region]))
	}
	return len(runs) > 0, eachScope(ctx, runs, func(ctx context.Context, r *kindRun) error { return r.list(ctx, ids[r.at.Region]) })
}

// idsOf gathers the ids of a label that k was not listed for yet.
func (t *secondStage) idsOf(k *reading.Kind, of string, ids map[string][]string) {
	for _, s := range t.scopesOf(k) {
		parent := s.kinds[of]
		if parent == nil {
			continue
		}
		for _, id := range parent.found {
			key := identityOf(string(spool.AppendKey(nil, k.Label, s.at.Region, id)))
			if !t.asked[key] {
				t.asked[key] = true
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
func (t *secondStage) lookUpLabel(ctx context.Context, k *reading.Kind) (more bool, err error) {
	var r *lookupRun
	end := func(err error) error {
		if r == nil {
			return err
		}
		return r.pause(err)
	}
	err = t.fresh(ctx, k.Label, func(region, id string) error {
		more = true
		if s := t.all[region]; r == nil || r.scope != s {
			if err := end(nil); err != nil {
				r = nil
				return err
			}
			r = t.lookupRun(ctx, k, s)
		}
		return r.add(id)
	})
	return more, end(err)
}
