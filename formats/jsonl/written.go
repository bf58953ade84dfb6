package jsonl

import "github.com/sgexport/sgexport/graph"

// Lines as the writer makes them are read without looking for keys. Whatever is
// written in another way, or wrong, is left to those that take any JSON: they
// begin anew, and their errors are the ones that are told.

// nodeAsWritten reads a node, or reports false.
func (r *Reader) nodeAsWritten(line string, n *graph.Node) bool {
	p := &r.p
	p.reset(line)
	*n = graph.Node{}
	if !p.take(`{"type":"node","id":`) {
		return false
	}
	n.ID = p.text()
	if !p.take(`,"labels":`) {
		return false
	}
	if n.Label = r.labelAsWritten(0); n.Label == nil || !p.take(`,"scope":`) {
		return false
	}
	n.Scope = r.scopes.one(p.text())
	if !p.take(`,"properties":`) {
		return false
	}
	r.properties(n.Label.Name, n.Label.Columns, nil)
	n.Values = r.values
	return p.take("}") && p.i == len(line)
}

// edgeAsWritten reads an edge and the id that it has, or reports false.
func (r *Reader) edgeAsWritten(line string, e *graph.Edge) (id string, ok bool) {
	p := &r.p
	p.reset(line)
	*e = graph.Edge{}
	if !p.take(`{"type":"relationship","id":`) {
		return "", false
	}
	id = p.text()
	if !p.take(`,"label":`) {
		return "", false
	}
	if e.Type = r.typeOf(p.text()); e.Type == nil || !p.take(`,"src":`) {
		return "", false
	}
	from := p.i
	e.From = p.text()
	src := p.s[from:p.i]
	if !p.take(`,"dst":`) {
		return "", false
	}
	from = p.i
	e.To = p.text()
	dst := p.s[from:p.i]
	if !p.take(`,"scope":`) {
		return "", false
	}
	e.Scope = r.scopes.one(p.text())
	if !p.take(`,"start":{"id":`) || !p.take(src) || !p.take(`,"labels":`) {
		return "", false
	}
	if e.FromLabel = r.labelAsWritten(1); e.FromLabel == nil || !p.take(`},"end":{"id":`) || !p.take(dst) || !p.take(`,"labels":`) {
		return "", false
	}
	if e.ToLabel = r.labelAsWritten(2); e.ToLabel == nil || !p.take(`},"properties":`) {
		return "", false
	}
	r.properties(e.Type.Name, e.Type.Columns, e)
	e.Values = r.values
	return id, p.take("}") && p.i == len(line)
}

// typeOf returns the edge type called name, or nil. Most lines have that of the
// line before.
func (r *Reader) typeOf(name string) *graph.EdgeType {
	if r.typ == nil || r.typ.Name != name {
		r.typ = r.schema.EdgeType(name)
	}
	return r.typ
}

// A labelText is a label with the JSON list of its names.
type labelText struct {
	label *graph.Label
	list  string
}

// labelAsWritten reads a list of labels; nil is an error of the parser. Most
// lines have that of the line before in the same place.
func (r *Reader) labelAsWritten(place int) *graph.Label {
	if last := r.places[place]; last != nil && r.p.take(last.list) {
		return last.label
	}
	l := r.label()
	if l == nil {
		return nil
	}
	text := r.labels[l]
	if text == nil {
		text = &labelText{l, string(graph.AppendJSONList(nil, l.AllLabels()))}
		r.labels[l] = text
	}
	r.places[place] = text
	return l
}
