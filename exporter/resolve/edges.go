package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// An edge is a graph.Edge before its labels are known by pointer.
type edge struct {
	typ                string
	from, to           string
	fromLabel, toLabel string
	path, ref, scope   string
	ambiguous          bool
	basis              string // not "" where inferred
	further            string // what the type has as a further column, or ""
}

func (w *writer) edge(e *edge) error {
	from, to := w.IDs.ID(e.fromLabel, e.from), w.IDs.ID(e.toLabel, e.to)
	w.key = spool.AppendKey(w.key[:0], e.typ, from, to, e.path, e.ref)
	w.buf = w.buf[:0]
	w.buf = append(w.buf, found)
	for _, s := range []string{e.scope, e.fromLabel, e.toLabel, e.basis, e.further} {
		w.buf = spool.AppendString(w.buf, s)
	}
	w.buf = spool.AppendValue(w.buf, graph.BoolValue(e.ambiguous))
	w.types[e.typ] = true
	return w.edges.Add(w.key, w.buf)
}

// How the sorter has an edge.
const (
	found   = iota // as [edge] is
	derived        // as a deriver gave it: with all values
)

// derived takes an edge that was made of nodes.
func (w *writer) derived(e *graph.Edge) error {
	w.key = spool.AppendKey(w.key[:0], e.Type.Name, e.From, e.To, e.Path, e.Ref)
	w.buf = append(w.buf[:0], derived)
	for _, s := range []string{e.Scope, e.FromLabel.Name, e.ToLabel.Name} {
		w.buf = spool.AppendString(w.buf, s)
	}
	for _, v := range e.Values {
		w.buf = spool.AppendValue(w.buf, v)
	}
	return w.edges.Add(w.key, w.buf)
}

// reference writes the edge of one reference, or asks for its other end.
func (w *writer) reference(o *owner, rule *catalog.Rule, f *record.Ref) error {
	scope := o.at.ID()
	if f.ID == "" {
		would := w.would(o, f)
		w.key = spool.AppendKey(w.key[:0], joinName, f.Label, scope, strings.ToLower(f.Key))
		w.buf = append(w.buf[:0], ask)
		for _, s := range []string{f.Key, would.String(), string(rule.Edge), o.label, o.id, rule.Path, f.Value} {
			w.buf = spool.AppendString(w.buf, s)
		}
		for _, b := range []bool{rule.Reverse, f.Unsure, f.Partial} {
			w.buf = spool.AppendValue(w.buf, graph.BoolValue(b))
		}
		return w.joins.Add(w.key, w.buf)
	}
	if w.Labels.Entry(f.Label).IsKind() {
		w.key = spool.AppendKey(w.key[:0], joinARN, strings.ToLower(f.ID))
		w.buf = append(w.buf[:0], refer)
		for _, s := range []string{f.Label, f.ID, f.ARN, string(rule.Edge), scope, o.label, o.id, rule.Path, f.Value} {
			w.buf = spool.AppendString(w.buf, s)
		}
		w.buf = spool.AppendValue(w.buf, graph.BoolValue(rule.Reverse))
		return w.joins.Add(w.key, w.buf)
	}
	if err := w.stub(scope, f.Reference); err != nil {
		return err
	}
	return w.edge(newEdge(string(rule.Edge), rule.Reverse, o.label, o.id, f.Label, f.ID, rule.Path, f.Value, scope))
}

// would is the ARN that what is referred to by name would have.
func (w *writer) would(o *owner, f *record.Ref) names.ARN {
	a := names.ARN{Partition: o.at.Partition, Service: "sagemaker", Region: o.at.Region, Account: o.at.Account, Resource: f.Key}
	if e := w.Labels.Entry(f.Label); !e.IsKind() {
		if a.Service = e.Service; e.Scope == catalog.InAccount {
			a.Region = ""
		}
	}
	return a
}

func newEdge(typ string, reverse bool, ownerLabel, owner, label, id, path, ref, scope string) *edge {
	e := &edge{typ: typ, from: owner, fromLabel: ownerLabel, to: id, toLabel: label, path: path, ref: ref, scope: scope}
	if reverse {
		e.from, e.fromLabel, e.to, e.toLabel = e.to, e.toLabel, e.from, e.fromLabel
	}
	return e
}

// swept writes the edge that one record of a sweep is. An end that is of no known
// label makes none, and is counted.
func (w *writer) swept(l *record.Log, text string) error {
	d := spool.NewDecoder(text)
	from, to, typ := d.String(), d.String(), d.String()
	if d.Err() != nil {
		return d.Err()
	}
	scope := l.Scope.ID()
	var ends [2]string
	for i, end := range []struct{ member, id string }{{l.Sweep.From, from}, {l.Sweep.To, to}} {
		a, _ := names.ParseARN(end.id)
		if ends[i] = w.Labels.LabelOf(a); ends[i] == "" || a.Service != "sagemaker" {
			w.notReference(l.Sweep.Name, end.member)
			return nil
		}
		if err := w.stub(scope, catalog.Reference{Label: ends[i], ID: end.id}); err != nil {
			return err
		}
	}
	e := &edge{
		typ: string(l.Sweep.Edge), from: from, fromLabel: ends[0], to: to, toLabel: ends[1],
		path: l.Sweep.To, ref: to, scope: scope, further: typ,
	}
	// It belongs to the end that is one of the sweep's own; the other may be anything.
	if !slices.Contains(l.Sweep.Owners, e.fromLabel) && slices.Contains(l.Sweep.Owners, e.toLabel) {
		e.path, e.ref = l.Sweep.From, from
	}
	return w.edge(e)
}

// notReference counts a value that the spool holds and that cannot be a
// reference.
func (w *writer) notReference(label, path string) {
	list := &w.Report.NotReferences
	i, found := slices.BinarySearchFunc(*list, graph.NotReference{Label: label, Path: path}, func(a, b graph.NotReference) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Path, b.Path))
	})
	if !found {
		*list = slices.Insert(*list, i, graph.NotReference{Label: label, Path: path})
	}
	(*list)[i].Count++
}

// sendEdges sends each edge once.
func (w *writer) sendEdges(sink graph.Sink) error {
	var e graph.Edge
	last := ""
	values := make([]graph.Value, len(catalog.EdgeColumns))
	var parts []string
	return w.edges.Sorted(func(key, payload string) error {
		if key == last {
			return nil
		}
		last = key
		parts = spool.AppendParts(parts[:0], key)
		d := spool.NewDecoder(payload[1:])
		scope, from, to := d.String(), d.String(), d.String()
		clear(values)
		typ := w.Schema.EdgeType(parts[0])
		e = graph.Edge{
			Type: typ, From: parts[1], To: parts[2], Path: parts[3], Ref: parts[4],
			FromLabel: w.Schema.Label(from), ToLabel: w.Schema.Label(to), Scope: scope, Values: values[:len(typ.Columns)],
		}
		if payload[0] == derived {
			for i := range e.Values {
				e.Values[i] = d.Value()
			}
			if d.Err() != nil {
				return d.Err()
			}
			return sink.Edge(&e)
		}
		basis, further, ambiguous := d.String(), d.String(), d.Value()
		if d.Err() != nil {
			return d.Err()
		}
		set := func(column string, v graph.Value) { values[typ.Column(column)] = v }
		if basis != "" {
			set(catalog.ColumnInferred, graph.BoolValue(true))
			set(catalog.ColumnBasis, graph.StringValue(basis))
		}
		if ambiguous.Bool() {
			set(catalog.ColumnAmbiguous, graph.BoolValue(true))
		}
		if further != "" {
			set(catalog.ColumnAssociation, graph.StringValue(further))
		}
		return sink.Edge(&e)
	})
}
