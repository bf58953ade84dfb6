package resolve

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// Join groups. Each has definitions, which come first, and askers.
const (
	joinName  = "name"  // label, scope, lower-case key: resources; references by name
	joinValue = "value" // derivation, scope or nothing, value: those that define it; those that ask
	joinARN   = "arn"   // lower-case ARN: resources; their tags; references by ARN
)

const (
	define = iota
	ask
	refer // by ARN
)

func (w *writer) joining(rank byte, group []string, texts ...string) error {
	w.key = spool.AppendKey(w.key[:0], group...)
	w.buf = append(w.buf[:0], rank)
	for _, s := range texts {
		w.buf = spool.AppendString(w.buf, s)
	}
	return w.joins.Add(w.key, w.buf)
}

// identities writes what a listed resource is found by, and its account's edge.
func (w *writer) identities(e *catalog.Entry, at *record.Scope, rec *record.Record) error {
	if e.List == nil {
		return nil
	}
	scope := at.ID()
	if e.IsKind() || e.Within == "" {
		if err := w.owned(e, at, rec); err != nil {
			return err
		}
	}
	for _, key := range append([]string{rec.Key}, rec.Aliases...) {
		if key == "" || !e.IsKind() && key == rec.Key {
			continue
		}
		if err := w.joining(define, []string{joinName, e.Label, scope, strings.ToLower(key)}, key, rec.ID); err != nil {
			return err
		}
	}
	if !e.IsKind() {
		return nil // references by ARN name its id
	}
	return w.joining(define, []string{joinARN, strings.ToLower(rec.ID)}, e.Label, rec.ID)
}

// owned writes the edge from the account that has a resource: the one in its ARN, or
// that it says. What is AWS's own has none.
func (w *writer) owned(e *catalog.Entry, at *record.Scope, rec *record.Record) error {
	label, id, account := e.Label, rec.ID, at.Account
	owner := account
	if a, ok := names.ParseARN(id); ok && a.Account != "" {
		owner = a.Account
	} else if e.Owner != "" {
		owner = rec.Values[w.Schema.Label(label).Column("account_id")].Text()
	}
	if owner != account {
		if account = owner; !names.IsAccountID(account) {
			return nil
		}
		if err := w.stub(at.ID(), catalog.Reference{Label: catalog.AccountLabel, ID: account}); err != nil {
			return err
		}
	}
	return w.edge(&edge{typ: string(catalog.Resource), from: account, fromLabel: catalog.AccountLabel, to: id, toLabel: label, scope: at.ID()})
}

// createdOf is when a resource was made, as text that sorts by time; "" where it
// does not tell.
func createdOf(l *graph.Label, values []graph.Value) string {
	i := l.Column("creation_time")
	if i < 0 || values[i].IsNull() {
		return ""
	}
	return string(binary.BigEndian.AppendUint64(nil, uint64(values[i].Micros())))
}

// derive notes what the derived edges are made of.
func (w *writer) derive(o *owner, rule *catalog.Rule, f *record.Ref) error {
	for i := range w.derivations {
		d := &w.derivations[i]
		if d.Older && o.created == "" {
			continue
		}
		group, value := []string{joinValue, strconv.Itoa(i), "", f.Named}, f.Value
		if d.SameScope {
			group[2] = o.at.ID()
		}
		if d.ByID {
			group[3] = f.ID
		}
		if fits(&d.Defines, rule.Edge, o.label) {
			if err := w.joining(define, group, o.created, o.label, o.id); err != nil {
				return err
			}
		}
		if fits(&d.Asks, rule.Edge, o.label) {
			if err := w.joining(ask, group, o.created, o.label, o.id, rule.Path, value, o.at.ID()); err != nil {
				return err
			}
		}
	}
	return nil
}

func fits(f *catalog.Fields, e catalog.Edge, label string) bool {
	return f.Edge == e && (f.Labels == nil || slices.Contains(f.Labels, label))
}

// tags asks for the resource that has these tags.
func (w *writer) tags(text string) error {
	d := spool.NewDecoder(text)
	id, redactions, tags := d.String(), d.String(), d.Value()
	if d.Err() != nil {
		return d.Err()
	}
	w.key = spool.AppendKey(w.key[:0], joinARN, strings.ToLower(id))
	w.buf = spool.AppendString(spool.AppendString(append(w.buf[:0], ask), id), redactions)
	w.buf = spool.AppendValue(w.buf, tags)
	return w.joins.Add(w.key, w.buf)
}

// A definition is one resource of a join group, with its key, or its label, or
// when it was made and its label, as the group has it.
type definition struct{ text, id, label string }

// find returns the definition that is exactly s by the given texts or, where
// there is none, the only one that there is.
func find(defs []definition, text func(definition) string, s string) (d definition, found, ambiguous bool) {
	exact := 0
	for _, one := range defs {
		if text(one) == s && (exact == 0 || one.id != d.id) {
			d = one
			exact++
		}
	}
	switch {
	case exact == 1:
		return d, true, false
	case exact > 1:
		return definition{}, false, true
	case len(defs) == 1:
		return defs[0], true, false
	}
	return definition{}, false, len(defs) > 1
}

// join brings definitions and askers together.
func (w *writer) join() error {
	group, parts, defs := "", []string(nil), []definition(nil)
	leftOut := map[graph.LeftOut]int64{} // by all but the count
	err := w.joins.Sorted(func(key, payload string) error {
		if key != group {
			group, parts, defs = key, spool.Parts(key), defs[:0]
		}
		d := spool.NewDecoder(payload[1:])
		if payload[0] == define {
			one := definition{text: d.String()}
			if parts[0] == joinValue {
				one.label = d.String()
			}
			one.id = d.String()
			defs = append(defs, one)
			return d.Err()
		}
		switch parts[0] {
		case joinName:
			return w.joinName(parts[1], parts[2], defs, d)
		case joinARN:
			if payload[0] == refer {
				return w.joinReference(defs, d)
			}
			return w.joinTags(defs, d)
		}
		i, err := strconv.Atoi(parts[1])
		if err != nil {
			return err
		}
		n, err := w.joinValue(&w.derivations[i], defs, d)
		if n > 0 {
			leftOut[graph.LeftOut{Scope: parts[2], Edge: string(w.derivations[i].Edge), Ref: parts[3]}] += n
		}
		return err
	})
	for one, n := range leftOut {
		one.Count = n
		w.Report.LeftOut = append(w.Report.LeftOut, one)
	}
	slices.SortFunc(w.Report.LeftOut, func(a, b graph.LeftOut) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.Ref, b.Ref))
	})
	return err
}

// findARN returns the definition that has an ARN or, where there is none, the only one
// that has it in small letters, or of which this is the ARN in small letters: AWS
// lowers ARNs here and there. One that differs otherwise is another resource's.
func findARN(defs []definition, arn string) (d definition, found bool) {
	d, found, _ = find(defs, func(d definition) string { return d.id }, arn)
	lower := strings.ToLower(arn)
	return d, found && (d.id == arn || d.id == lower || arn == lower)
}

// joinReference writes the edge of a reference by ARN: to the resource that has it,
// or to the node that it tells of.
func (w *writer) joinReference(defs []definition, d *spool.Decoder) error {
	to := catalog.Reference{Label: d.String(), ID: d.String(), ARN: d.String()}
	typ, scope, ownerLabel, owner, path, value := d.String(), d.String(), d.String(), d.String(), d.String(), d.String()
	reverse := d.Value()
	if d.Err() != nil {
		return d.Err()
	}
	if def, found := findARN(defs, to.ID); found {
		to.Label, to.ID = def.text, def.id
	} else if err := w.stub(scope, to); err != nil {
		return err
	}
	return w.edge(newEdge(typ, reverse.Bool(), ownerLabel, owner, to.Label, to.ID, path, value, scope))
}

// joinTags gives tags to the resource that has them.
func (w *writer) joinTags(defs []definition, d *spool.Decoder) error {
	id, redactions, tags := d.String(), d.String(), d.Value()
	def, found := findARN(defs, id)
	if !found {
		return d.Err() // of a resource that is gone, or of a kind that was skipped
	}
	return errors.Join(d.Err(), w.node(def.text, def.id, rankTags, "", tags, graph.StringValue(redactions)))
}

// joinName writes the edge of a reference by name: to the resource of exactly
// that name, else to the only one that differs in case alone, else to the node
// that the name would have.
func (w *writer) joinName(label, scope string, defs []definition, d *spool.Decoder) error {
	key, id, typ := d.String(), d.String(), d.String()
	ownerLabel, owner, path, value := d.String(), d.String(), d.String(), d.String()
	reverse, unsure, partial := d.Value(), d.Value(), d.Value()
	if d.Err() != nil {
		return d.Err()
	}
	def, found, ambiguous := find(defs, func(d definition) string { return d.text }, key)
	if unsure.Bool() && !found {
		w.notReference(ownerLabel, path)
		return nil
	}
	if found {
		id = def.id
	} else if partial.Bool() {
		id = unresolved + scope + "/" + key
		if err := w.unresolved(scope, label, id, key); err != nil {
			return err
		}
	} else if err := w.stub(scope, catalog.Reference{Label: label, ID: id}); err != nil {
		return err
	}
	e := newEdge(typ, reverse.Bool(), ownerLabel, owner, label, id, path, value, scope)
	e.ambiguous = ambiguous
	return w.edge(e)
}

// joinValue writes the edges from what asks for a value to each that defines it, or
// says how many it left out.
func (w *writer) joinValue(d *catalog.Derivation, defs []definition, asker *spool.Decoder) (leftOut int64, err error) {
	created, label, id := asker.String(), asker.String(), asker.String()
	path, value, scope := asker.String(), asker.String(), asker.String()
	if asker.Err() != nil {
		return 0, asker.Err()
	}
	older := len(defs)
	if d.Older { // definitions are sorted by when they were made
		older, _ = slices.BinarySearchFunc(defs, created, func(one definition, created string) int { return strings.Compare(one.text, created) })
	}
	if d.Most > 0 && len(defs) > d.Most {
		return int64(older), nil
	}
	for _, one := range defs[:older] {
		e := newEdge(string(d.Edge), false, label, id, one.label, one.id, path, value, scope)
		e.basis = d.Basis
		if err := w.edge(e); err != nil {
			return 0, err
		}
	}
	return 0, nil
}
