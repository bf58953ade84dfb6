package collect

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// A listing is what came of the calls that say what exists.
type listing struct {
	answered bool        // one call at least had an answer
	failed   bool        // one had none
	cut      *graph.Cut  // how an option ended one, or nil
	none     graph.State // why there was no answer, the worst of all; "" where there was no call
}

// enumerate calls f for all that exists, each once: for a kind that is listed for
// each resource of another, from several goroutines.
func (r *kindRun) enumerate(ctx context.Context, f func(o *reading.Origin) error) error {
	switch {
	case r.batchIDs != nil:
		return r.batches(ctx, f)
	case r.List.Parent == "":
		return r.variants(ctx, &reading.Origin{}, f)
	case r.List.Inside == nil:
		return r.each(ctx, r.kinds[r.List.Parent], func(ctx context.Context, _ *record.Record, o *reading.Origin) error {
			return r.variants(ctx, o, f)
		})
	}
	for i := range r.List.Inside {
		in := &r.List.Inside[i]
		parent := r.kinds[in.Parent]
		err := r.each(ctx, parent, func(_ context.Context, rec *record.Record, o *reading.Origin) error {
			return r.inside(in, parent.Text(rec, in.Column), o, f)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls f for each resource of a parent, several at a time.
func (r *kindRun) each(ctx context.Context, parent *kindRun, f func(ctx context.Context, rec *record.Record, o *reading.Origin) error) error {
	select {
	case <-parent.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	r.inherit(parent)
	g, gctx := r.group(ctx)
	err := parent.log.each(func(text string) error {
		rec, err := record.Decode(text)
		if err != nil {
			return err
		}
		o := &reading.Origin{Parent: rec.ID, Label: parent.Label, Given: map[string]string{}}
		for _, key := range r.List.Keys {
			o.Given[key.Input] = parent.Text(&rec, key.From)
		}
		g.Go(graph.NoPanic(func() error { return f(gctx, &rec, o) }))
		return gctx.Err()
	})
	return first(g.Wait(), err)
}

// batches lists what the run's ids name, many to a call.
func (r *kindRun) batches(ctx context.Context, f func(o *reading.Origin) error) error {
	g, gctx := r.group(ctx)
	var batch []string
	send := func() error {
		o := &reading.Origin{Batch: batch}
		batch = nil
		g.Go(graph.NoPanic(func() error { return r.pages(gctx, r.List, o, f) }))
		return gctx.Err()
	}
	err := r.batchIDs(func(id string) error {
		if batch = append(batch, id); len(batch) < r.List.Batch.Most {
			return nil
		}
		return send()
	})
	if err == nil && len(batch) > 0 {
		err = send()
	}
	return first(g.Wait(), err)
}

// inherit takes over what the parent's listing lacks: so far as its resources are
// not known, neither is what they have.
func (r *kindRun) inherit(parent *kindRun) {
	of := parent.completeness()
	r.stateMu.Lock()
	defer r.stateMu.Unlock()
	lacks := false
	switch of.IDs {
	case graph.CutIDs:
		r.listing.cut = &graph.Cut{Of: parent.Label, Inherited: true}
	case graph.SomeIDs:
		lacks = true
	case graph.NoIDs:
		r.listing.none = worst(r.listing.none, parent.listing.none)
		lacks = parent.listing.none != graph.Unoffered
	}
	if lacks {
		r.listing.failed = true
		r.note(r.Label, r.listAction(), "", graph.CodeParentNotListed, "not all "+parent.Label+" could be listed, so neither could what they have")
	}
	for _, u := range of.Unread {
		switch {
		case u.Column == "" || !r.List.StandsIn(parent.Label, u.Column):
		case u.Because == graph.ByLimit:
			r.listing.cut = &graph.Cut{Of: parent.Label, Column: u.Column}
		default:
			r.listing.failed = true
		}
	}
}

// worst returns the state that says most about a failure.
func worst(a, b graph.State) graph.State {
	for _, s := range []graph.State{graph.Unavailable, graph.Denied, graph.Unoffered} {
		if a == s || b == s {
			return s
		}
	}
	return a
}

// inside finds the items in a text of the parent.
func (r *kindRun) inside(in *catalog.Inside, text string, o *reading.Origin, f func(o *reading.Origin) error) error {
	if text == "" {
		return nil
	}
	items, err := in.Parse(text)
	if err != nil {
		r.listFailed(calling.Failed)
		r.note(r.Label, r.listAction(), o.Parent, graph.CodeUnreadableDocument, calling.OneLine(in.Column+": "+err.Error()))
	}
	if items.Len() == 0 && err != nil {
		return nil
	}
	r.listAnswered()
	_, _, err = r.items(items, -1, o, r.listAction(), f)
	return err
}

// variants pages through what exists, for each variant of the call.
func (r *kindRun) variants(ctx context.Context, o *reading.Origin, f func(o *reading.Origin) error) error {
	if len(r.List.Variants) == 0 {
		return r.pages(ctx, r.List, o, f)
	}
	for _, v := range r.List.Variants {
		given := maps.Clone(o.Given)
		if given == nil {
			given = map[string]string{}
		}
		given[v.Member] = v.Value
		if err := r.pages(ctx, r.List, &reading.Origin{Parent: o.Parent, Given: given}, f); err != nil {
			return err
		}
	}
	return nil
}

// pages calls f for each item of one series of calls.
func (r *kindRun) pages(ctx context.Context, l *catalog.List, o *reading.Origin, f func(o *reading.Origin) error) error {
	in := l.Input("")
	for name, text := range o.Given {
		if field := in.Elem().FieldByName(name); field.IsValid() {
			operation.SetText(field, text)
		}
	}
	l.Set(in.Interface())
	if l.Batch != nil {
		l.Batch.Set(in.Interface(), o.Batch)
	}
	left := -1 // how many are still wanted; negative is all
	if l.Newest {
		left = r.cfg.Newest
	}
	var lacking error
	failure, err := r.caller.Pages(ctx, &l.Operation, in, &r.calls, func(out reflect.Value) (calling.Page, error) {
		items := itemsOf(l, out)
		if !r.IsKind() && items.IsNil() { // of kinds, the SDK's model tells which lists an answer has
			lacking = &calling.NoAnswer{Operation: l.Name, What: "lacks " + l.Out.Field(l.Items).Name}
			return calling.Page{Last: true}, nil
		}
		r.listAnswered()
		fresh, cut, err := r.take(ctx, l, items, left, o, f)
		page := calling.Page{Items: items.Len(), New: fresh}
		if left >= 0 {
			left -= fresh
			page.Last = left == 0
			r.listCut(cut || page.Last && l.Next(out) != "")
		}
		if err == nil {
			r.progress()
		}
		return page, err
	})
	if failure = cmp.Or(failure, lacking); failure == nil || err != nil {
		return err
	}
	return r.listError(ctx, l, o, failure)
}

// itemsOf are the items of an answer.
func itemsOf(l *catalog.List, out reflect.Value) reflect.Value {
	if l.Items != catalog.Whole {
		return out.Field(l.Items)
	}
	one := reflect.MakeSlice(reflect.SliceOf(out.Type()), 1, 1)
	one.Index(0).Set(out)
	return one
}

// take takes one page, but no more than most new items, see [kindRun.items]. Where
// each of them has other versions, it takes those. What belongs to AWS itself is
// taken as the list has it.
func (r *kindRun) take(ctx context.Context, l *catalog.List, items reflect.Value, most int, o *reading.Origin, f func(o *reading.Origin) error) (fresh int, cut bool, err error) {
	fresh, cut, err = r.items(items, most, o, l.Action, f)
	if l.Versions == nil || err != nil || ofAWS(o.Parent) {
		return fresh, cut, err
	}
	g, gctx := r.group(ctx)
	for i := range items.Len() {
		of := &reading.Origin{Item: items.Index(i), Parent: o.Parent, Given: maps.Clone(o.Given)}
		for _, key := range l.Versions.Keys {
			of.Given[key.Input] = operation.Text(of.Item, key.From)
		}
		g.Go(graph.NoPanic(func() error { return r.pages(gctx, l.Versions, of, f) }))
	}
	return fresh, cut, g.Wait()
}

// ofAWS reports whether a resource is AWS's own: its ARN has no account.
func ofAWS(id string) bool {
	a, ok := names.ParseARN(id)
	return ok && !names.IsAccountID(a.Account)
}

// listError notes what a failed list call means.
func (r *kindRun) listError(ctx context.Context, l *catalog.List, o *reading.Origin, failure error) error {
	f := calling.Classify(ctx, failure)
	if !r.IsKind() && r.unserved(&l.Operation, f) {
		f.Class = calling.Unoffered
	}
	switch {
	case f.Class == calling.Gone && l.Items == catalog.Whole:
		r.listAnswered()
		return nil // there is no such thing, or the parent was deleted since
	case f.Class == calling.Gone && l == r.List && o.Parent != "":
		r.listAnswered()
		r.later(&r.orphaned, o.Parent, f)
		return nil // the parent was deleted since
	case f.Class == calling.Unoffered && l == r.List:
		r.later(&r.unoffered, o.Parent, f)
		r.listFailed(f.Class)
		return nil
	case f.Class == calling.Unoffered, f.Class == calling.Gone: // of versions: what has them is there
		f.Class = calling.Failed
	}
	r.listFailed(f.Class)
	return r.gap(ctx, r.Label, l.Action, o.Parent, f, failure)
}

// A doubt is a failed list call of which the whole listing tells what it means.
type doubt struct {
	parent string
	calling.Failure
}

func (r *kindRun) later(doubts *[]doubt, parent string, f calling.Failure) {
	r.stateMu.Lock()
	*doubts = append(*doubts, doubt{parent, f})
	r.stateMu.Unlock()
}

// settleList decides what failed list calls mean, now that all are made. What one
// call offers is offered; and where more parents are said to be gone than may well
// be, the list is wrong, for they were there just now.
func (r *kindRun) settleList() {
	var wrong []doubt
	if r.listing.answered {
		wrong = r.unoffered
	}
	if len(r.orphaned) > mostGone {
		wrong = slices.Concat(wrong, r.orphaned)
	}
	for _, d := range wrong {
		r.listFailed(calling.Failed)
		r.note(r.Label, r.listAction(), d.parent, d.Code, d.Message)
	}
}

func (r *kindRun) listAnswered() {
	r.stateMu.Lock()
	r.listing.answered = true
	r.stateMu.Unlock()
}

func (r *kindRun) listCut(more bool) {
	r.stateMu.Lock()
	if more {
		r.listing.cut = &graph.Cut{Of: r.List.Parent, Newest: int64(r.cfg.Newest)}
	}
	r.stateMu.Unlock()
}

func (r *kindRun) listFailed(class calling.Class) {
	r.stateMu.Lock()
	r.listing.failed = r.listing.failed || class != calling.Unoffered
	r.listing.none = worst(r.listing.none, stateOf(class))
	r.stateMu.Unlock()
}
