package collect

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

// scouts is how many resources are described before the others, and once more how
// many are where the first ones are all denied: a caller who may describe none
// costs so many calls and not one for each.
const scouts = 8

// A describer describes the resources of a kind, each once.
type describer struct {
	*kindRun
	ctx context.Context
	g   *crew
	gc  context.Context

	sent    int  // scouts
	decided bool // they are back
	open    bool // not all of them were denied

	verdictMu sync.Mutex // of what follows
	allowed   bool
	refusal   *refusal // of the first scout by id
}

// A refusal is why a resource may not be described.
type refusal struct {
	id string
	calling.Failure
}

func (r *kindRun) newDescriber(ctx context.Context) *describer {
	d := &describer{kindRun: r, ctx: ctx}
	d.g, d.gc = r.group(ctx)
	return d
}

// arrive takes a resource that the list has just named: it is described while the
// list is still being read, or waits.
func (d *describer) arrive(o *reading.Origin, waiting *backlog) error {
	if !d.decided && d.sent == scouts {
		if err := d.decide(); err != nil {
			return err
		}
	}
	if d.decided && !d.open {
		return waiting.add(d.idOf(o), o)
	}
	d.sent++
	d.send(o)
	return d.gc.Err()
}

// send describes a resource in a goroutine.
func (d *describer) send(o *reading.Origin) {
	d.g.Go(graph.NoPanic(func() error { return d.describe(d.gc, o) }))
}

// wait ends the resources that were sent so far.
func (d *describer) wait() error {
	err := d.g.Wait()
	d.g, d.gc = d.group(d.ctx)
	return err
}

// decide waits for the scouts.
func (d *describer) decide() error {
	err := d.wait()
	d.verdictMu.Lock()
	defer d.verdictMu.Unlock()
	d.decided, d.open = true, d.allowed || d.refusal == nil
	return err
}

// rest describes what waits and was not written yet. Where the scouts are all
// denied the others are taken to be, and are written as the list has them.
func (d *describer) rest(waiting *backlog) error {
	for !d.open && d.sent < 2*scouts {
		sent := d.sent
		if err := d.sendScouts(waiting); err != nil {
			return err
		}
		if d.sent == sent {
			break // there are no others
		}
	}
	err := waiting.each(d.isWritten, func(o *reading.Origin) error {
		if d.open {
			d.send(o)
			return d.gc.Err()
		}
		id := d.idOf(o)
		d.setWritten(id)
		d.note(d.Label, d.Describe.Action, id, d.refusal.Code, d.refusal.Message)
		return d.write(o.Item, o, graph.ByGap)
	})
	return first(d.wait(), err)
}

// sendScouts describes the first ones by the hash of their ids, which does not
// depend on how they came.
func (d *describer) sendScouts(waiting *backlog) error {
	type candidate struct {
		hash identity
		o    *reading.Origin
	}
	var chosen []candidate
	byHash := func(a, b candidate) int { return bytes.Compare(a.hash[:], b.hash[:]) }
	err := waiting.each(d.isWritten, func(o *reading.Origin) error {
		id := d.idOf(o)
		one := candidate{identityOf(id), o}
		i, _ := slices.BinarySearchFunc(chosen, one, byHash)
		chosen = slices.Insert(chosen, i, one)
		chosen = chosen[:min(len(chosen), scouts)]
		return d.ctx.Err()
	})
	if err != nil {
		return err
	}
	for _, c := range chosen {
		d.send(c.o)
	}
	d.sent += len(chosen)
	return d.decide()
}

func (r *kindRun) isWritten(key identity) bool {
	r.stateMu.Lock()
	defer r.stateMu.Unlock()
	s, _ := r.seen.get(key)
	return s.written
}

func (r *kindRun) setWritten(id string) {
	r.stateMu.Lock()
	defer r.stateMu.Unlock()
	s, _ := r.seen.get(identityOf(id))
	s.written = true
	r.seen.put(identityOf(id), s)
}

// describe reads one resource. Where that fails, what the list said of it is
// written, and the rest is a gap.
func (d *describer) describe(ctx context.Context, o *reading.Origin) error {
	id := d.idOf(o)
	ctx, done := d.caller.Hold(ctx) // the pages are joined, and written after the last one
	defer done()
	out, failure, err := d.details(ctx, o)
	if err != nil {
		return err
	}
	if out.IsValid() {
		if code, message := d.doubtful(out, o); code != "" {
			d.answered()
			d.setWritten(id)
			d.note(d.Label, d.Describe.Action, id, code, message)
			return d.write(o.Item, o, graph.ByGap)
		}
		d.Fill(out, o.Item)
	}
	if failure == nil {
		d.answered()
		d.setWritten(id)
		all, because := d.withAlso(out, id)
		return d.write(all, o, because)
	}
	f := calling.Classify(ctx, failure)
	if f.Class == calling.Gone && !out.IsValid() {
		d.answered()
		d.setWritten(id)
		return d.vanish(o)
	}
	d.refused(id, f)
	if err := d.gap(ctx, d.Label, d.Describe.Action, id, f, failure); err != nil {
		return err
	}
	d.setWritten(id)
	if out.IsValid() { // of further pages: what came is kept
		all, because := d.withAlso(out, id)
		return d.write(all, o, because, d.paged()...)
	}
	return d.write(o.Item, o, graph.ByGap)
}

// withAlso adds to details what Search alone tells. because says why that is not
// known, where it is not.
func (d *describer) withAlso(out reflect.Value, id string) (all reflect.Value, because graph.Cause) {
	if !d.HasAlso() {
		return out, ""
	}
	if also, ok := d.also[identityOf(id)]; ok {
		return d.Join(out, also), ""
	}
	if d.missed.Class == calling.Unoffered {
		return out, graph.ByLimit
	}
	d.note(d.Label, searchRecords.Action, id, d.missed.Code, d.missed.Message)
	return out, graph.ByGap
}

// answered notes that not all is denied.
func (d *describer) answered() {
	d.verdictMu.Lock()
	d.allowed = true
	d.verdictMu.Unlock()
}

// refused notes a failure: one that would be the same for every resource, or
// another.
func (d *describer) refused(id string, f calling.Failure) {
	d.verdictMu.Lock()
	defer d.verdictMu.Unlock()
	switch f.Class {
	case calling.Denied, calling.Unoffered, calling.Doubted:
		if d.refusal == nil || id < d.refusal.id {
			d.refusal = &refusal{id, f}
		}
	default:
		d.allowed = true
	}
}

// details makes the describe call, and those for further pages of its answer. Where
// a further page fails, out is what came before.
func (d *describer) details(ctx context.Context, o *reading.Origin) (out reflect.Value, failure, err error) {
	in := d.input(o)
	known := map[string]bool{}
	var other error
	failure, err = d.caller.Pages(ctx, &d.Describe.Operation, in, &d.calls, func(page reflect.Value) (calling.Page, error) {
		first := !out.IsValid()
		if first {
			out = page
		} else if code, message := d.doubtful(page, o); code != "" {
			other = &calling.NoAnswer{Operation: d.Describe.Name, What: "cannot be joined: on a further page, " + message}
			return calling.Page{Last: true}, nil
		}
		n, fresh := join(out, page, first, known)
		return calling.Page{Items: n, New: fresh}, nil
	})
	return out, cmp.Or(failure, other), err
}

// join appends to the lists of out what a further page has and known has not: a
// list that is not paged comes with every page.
func join(out, page reflect.Value, first bool, known map[string]bool) (n, fresh int) {
	for i := range out.NumField() {
		list := page.Field(i)
		if list.Kind() != reflect.Slice {
			continue
		}
		for j := range list.Len() {
			n++
			text, err := json.Marshal(list.Index(j).Interface())
			key := out.Type().Field(i).Name + " " + string(text)
			if err != nil || known[key] {
				continue
			}
			known[key] = true
			fresh++
			if !first {
				out.Field(i).Set(reflect.Append(out.Field(i), list.Index(j)))
			}
		}
	}
	return n, fresh
}

// paged are the columns that come in pages: all lists of the details.
func (d *describer) paged() []string {
	var columns []string
	for _, c := range d.Columns {
		if f, ok := d.Describe.Out.FieldByName(c.Source); ok && f.Type.Kind() == reflect.Slice {
			columns = append(columns, c.Name)
		}
	}
	return columns
}

// input returns the input that asks for one item.
func (d *describer) input(o *reading.Origin) reflect.Value {
	in := d.Describe.Input("")
	for _, k := range d.Describe.Keys {
		if f := o.Item.FieldByName(k.From); f.IsValid() {
			in.Elem().FieldByName(k.Input).Set(f)
		} else {
			operation.SetText(in.Elem().FieldByName(k.Input), o.Given[k.From])
		}
	}
	if d.Describe.Set != nil {
		d.Describe.Set(in.Interface())
	}
	return in
}

// doubtful says why details are not those of the resource that was asked for, in
// the words of a gap; "" where they are.
func (d *describer) doubtful(out reflect.Value, o *reading.Origin) (code, message string) {
	want, _ := d.reader.Identify(o.Item, o)
	got, _ := d.reader.Identify(out, &reading.Origin{Parent: o.Parent, Given: o.Given})
	odd := d.reader.OddARN(out)
	switch {
	case odd != "":
		return graph.CodeOtherResource, "the answer is about " + calling.OneLine(odd)
	case got != "" && got != want && (!strings.EqualFold(got, want) || d.Retracts(out, o.Item)):
		return graph.CodeOtherResource, "the answer is about " + calling.OneLine(got)
	case d.foreign(got, out, o):
		return graph.CodeOtherResource, "the answer is about what belongs to another resource than " + calling.OneLine(o.Parent)
	case d.Thin(out, o.Item):
		return graph.CodeThinAnswer, "the answer says less than the list does"
	case d.Retracts(out, o.Item):
		return graph.CodeStaleAnswer, "the answer contradicts what the list says"
	case d.Older(out, o.Item):
		return graph.CodeStaleAnswer, "the answer is older than the list"
	}
	return "", ""
}

// vanish notes a resource that was listed and is gone.
func (r *kindRun) vanish(o *reading.Origin) error {
	r.stateMu.Lock()
	if r.vanished == nil {
		r.vanished = &backlog{file: r.newLog(&r.at, r.Label+"_gone", r.log.desc), item: r.Item()}
	}
	r.stateMu.Unlock()
	r.gone.Add(1)
	return r.vanished.add(r.idOf(o), o)
}

// mostGone is how many resources of a kind may vanish between its list and their
// descriptions without a second look: that happens. Where more do, the kind is
// listed again, for Describe may be wrong.
const mostGone = 2

// confirmGone lists the kind again where many resources are said to be gone. One
// that the list still names is kept as it is there, and is a gap.
func (r *kindRun) confirmGone(ctx context.Context) error {
	if r.vanished == nil {
		return nil
	}
	if r.gone.Load() <= mostGone {
		return r.vanished.close()
	}
	again := r.newKindRun(r.Kind)
	again.kinds, again.reader, again.log = r.kinds, r.reader, r.newLog(&r.at, r.Label+"_again", r.log.desc)
	if err := again.enumerate(ctx, func(*reading.Origin) error { return nil }); err != nil {
		return err
	}
	again.settleList()
	r.calls.Add(again.calls.Load())
	known := again.listing.answered && !again.listing.failed
	stillGone := func(key identity) bool {
		return known && !again.seen.has(key)
	}
	why := r.Describe.Name + " says that it does not exist, and " + r.List.Name + " still names it"
	if !known {
		why = r.Describe.Name + " says that it does not exist, and whether " + r.List.Name + " still names it cannot be seen"
	}
	err := r.vanished.each(stillGone, func(o *reading.Origin) error {
		r.gone.Add(-1)
		r.note(r.Label, r.Describe.Action, r.idOf(o), graph.CodeStillListed, why)
		return r.write(o.Item, o, graph.ByGap)
	})
	return cmp.Or(err, r.vanished.close(), again.seen.forget())
}
