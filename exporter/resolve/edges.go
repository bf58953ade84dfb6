package resolve

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// An edge is a graph.Edge with numbers for what is known.
type edge struct {
	typ       typeCode
	path      pathCode
	scope     scopeCode
	from, to  end
	ref       string
	ambiguous bool
	basis     uint8  // the derivation, from 1 on, where inferred
	further   string // what the type has as a further column, or ""
}

// An end is a node, by the id that it has in the graph.
type end struct {
	*kind
	id string
}

func (w *worker) edge(e *edge) error {
	w.key = appendRef(appendPath(appendEnds(w.key[:0], e.typ, e.from.id, e.to.id), e.path), e.to.id, e.ref)
	buf := binary.BigEndian.AppendUint32(append(w.buf[:0], found), uint32(e.scope))
	buf = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(buf, e.from.code), e.to.code)
	w.buf = appendBool(spool.AppendString(append(buf, e.basis), e.further), e.ambiguous)
	w.hasType[e.typ] = true
	return w.edges.Add(w.key, w.buf)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// How the sorter has an edge.
const (
	found   = iota // as [edge] is
	derived        // as a deriver gave it: with all values
)

// derived takes an edge that was made of nodes.
func (w *worker) derived(e *graph.Edge) error {
	w.key = appendRef(w.appendAnyPath(appendEnds(w.key[:0], w.typeOf[e.Type.Name], e.From, e.To), e.Path), e.To, e.Ref)
	w.buf = spool.AppendString(append(w.buf[:0], derived), e.Scope)
	for _, l := range []*graph.Label{e.FromLabel, e.ToLabel} {
		w.buf = binary.BigEndian.AppendUint16(w.buf, w.byName[l.Name].code)
	}
	for _, v := range e.Values {
		w.buf = spool.AppendValue(w.buf, v)
	}
	return w.edges.Add(w.key, w.buf)
}

// What is said of a reference by name, or by ARN.
const (
	reverse = 1 << iota // the edge goes from the other end to the owner of the field
	unsure
	partial
)

func flags(r *rule, to *catalog.Reference) (set byte) {
	if r.reverse {
		set |= reverse
	}
	if to.Unsure {
		set |= unsure
	}
	if to.Partial {
		set |= partial
	}
	return set
}

// reference writes the edge of one reference, or asks for its other end.
func (w *worker) reference(o *owner, r *rule, f *record.Ref) error {
	k, err := w.kind(f.Label)
	if err != nil {
		return err
	}
	if f.ID == "" {
		w.key = appendLower(appendGroup(w.key[:0], joinName, k.code, o.scope), f.Key)
		w.buf = spool.AppendString(spool.AppendString(append(w.buf[:0], ask), f.Key), o.at.Partition)
		w.buf = w.appendAsking(w.buf, o, r, f)
		return w.joining()
	}
	if k.isKind {
		w.key = appendLower(append(w.key[:0], joinARN), f.ID)
		w.buf = spool.AppendString(spool.AppendString(append(w.buf[:0], refer), f.ID), f.ARN)
		w.buf = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(w.buf, uint32(o.scope)), k.code)
		w.buf = w.appendAsking(w.buf, o, r, f)
		return w.joining()
	}
	node, err := w.stub(o.scope, k, f.ID, f.ARN)
	if err != nil {
		return err
	}
	return w.edge(newEdge(r.typ, r.reverse, end{o.kind, o.node}, end{k, node}, r.path, f.Value, o.scope))
}

// appendAsking appends which field of which resource asks.
func (w *worker) appendAsking(dst []byte, o *owner, r *rule, f *record.Ref) []byte {
	dst = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(dst, o.code), uint16(r.typ))
	dst = spool.AppendString(binary.BigEndian.AppendUint16(dst, uint16(r.path)), o.node)
	return append(spool.AppendString(dst, f.Value), flags(r, &f.Reference))
}

// An asking is what appendAsking appended.
type asking struct {
	owner end
	typ   typeCode
	path  pathCode
	value string
	flags byte
}

func (c *codes) asking(d *spool.Decoder) (a asking) {
	a.owner.kind, a.typ, a.path = c.kindOf(d), typeCode(d.Uint16()), pathCode(d.Uint16())
	a.owner.id, a.value, a.flags = d.String(), d.String(), d.Byte()
	return a
}

// edgeTo is the edge from or to what was asked for.
func (a *asking) edgeTo(to end, scope scopeCode) *edge {
	return newEdge(a.typ, a.flags&reverse != 0, a.owner, to, a.path, a.value, scope)
}

func newEdge(typ typeCode, reverse bool, owner, to end, path pathCode, ref string, scope scopeCode) *edge {
	e := &edge{typ: typ, from: owner, to: to, path: path, ref: ref, scope: scope}
	if reverse {
		e.from, e.to = e.to, e.from
	}
	return e
}

// swept writes the edge that one record of a sweep is. An end that is of no known
// label makes none, and is counted.
func (w *worker) swept(s *catalog.Sweep, scope scopeCode, text string) error {
	d := spool.NewDecoder(text)
	from, to, typ := d.String(), d.String(), d.String()
	if d.Err() != nil {
		return d.Err()
	}
	var ends [2]end
	for i, one := range []struct{ member, id string }{{s.From, from}, {s.To, to}} {
		a, _ := names.ParseARN(one.id)
		label := w.Labels.LabelOf(a)
		if label == "" || a.Service != "sagemaker" {
			w.notReferences[notReference{s.Name, one.member}]++
			return nil
		}
		k := w.byName[label]
		node, err := w.stub(scope, k, one.id, "")
		if err != nil {
			return err
		}
		ends[i] = end{k, node}
	}
	e := &edge{typ: w.typeOf[string(s.Edge)], from: ends[0], to: ends[1], path: w.pathOf[s.To], ref: to, scope: scope, further: typ}
	// It belongs to the end that is one of the sweep's own; the other may be anything.
	if !slices.Contains(s.Owners, ends[0].Label) && slices.Contains(s.Owners, ends[1].Label) {
		e.path, e.ref = w.pathOf[s.From], from
	}
	return w.edge(e)
}

// A notReference is where a value stands that the spool holds and that cannot be a
// reference.
type notReference struct{ label, path string }

// report adds to the report what the worker has counted of values that are no references.
func (w *worker) report() {
	list := &w.Report.NotReferences
	for one, n := range w.notReferences {
		i, found := slices.BinarySearchFunc(*list, one, func(a graph.NotReference, b notReference) int {
			if c := strings.Compare(a.Label, b.label); c != 0 {
				return c
			}
			return strings.Compare(a.Path, b.path)
		})
		if !found {
			*list = slices.Insert(*list, i, graph.NotReference{Label: one.label, Path: one.path})
		}
		(*list)[i].Count += n
	}
}

// sendEdges sends each edge once.
func (w *writer) sendEdges(sink graph.Sink) error {
	types := make([]*graph.EdgeType, len(w.types))
	for i, name := range w.types {
		types[i] = w.Schema.EdgeType(name)
	}
	column := func(name string) int {
		return slices.IndexFunc(catalog.EdgeColumns, func(c graph.Column) bool { return c.Name == name })
	}
	inferred, basis, ambiguous, association := column(catalog.ColumnInferred), column(catalog.ColumnBasis), column(catalog.ColumnAmbiguous), column(catalog.ColumnAssociation)
	values := make([]graph.Value, len(catalog.EdgeColumns))
	var e graph.Edge
	last := ""
	return w.edges.Sorted(func(key, payload string) error {
		if key == last {
			return nil
		}
		last = key
		k, err := w.edgeKey(key)
		if err != nil {
			return err
		}
		clear(values)
		typ := types[k.typ]
		e = graph.Edge{Type: typ, From: k.from, To: k.to, Path: k.path, Ref: k.ref, Values: values[:len(typ.Columns)]}
		d := spool.NewDecoder(payload[1:])
		if payload[0] == derived {
			e.Scope = d.String()
			e.FromLabel, e.ToLabel = w.kindOf(d).label, w.kindOf(d).label
			for i := range e.Values {
				e.Values[i] = d.Value()
			}
			if d.Err() != nil {
				return d.Err()
			}
			return sink.Edge(&e)
		}
		e.Scope = w.scopes[d.Uint32()]
		e.FromLabel, e.ToLabel = w.kindOf(d).label, w.kindOf(d).label
		if n := d.Byte(); n > 0 {
			values[inferred], values[basis] = graph.BoolValue(true), graph.StringValue(w.derivations[n-1].Basis)
		}
		if further := d.String(); further != "" {
			values[association] = graph.StringValue(further)
		}
		if d.Byte() != 0 {
			values[ambiguous] = graph.BoolValue(true)
		}
		if d.Err() != nil {
			return d.Err()
		}
		return sink.Edge(&e)
	})
}
