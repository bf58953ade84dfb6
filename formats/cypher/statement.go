package cypher

import (
	"math"
	"strconv"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// fields are the fields of a row as Cypher expressions: field i as it is, or as a
// property of a type.
type fields interface {
	appendField(dst []byte, i int) []byte
	appendValue(dst []byte, i int, t graph.Type) []byte
}

// appendNodes appends what is done with each row of a label.
func (f *form) appendNodes(dst []byte, label *graph.Label, row fields, scope string) []byte {
	dst = append(dst, "MERGE (n:SgResource {id:"...)
	dst = row.appendField(dst, 0)
	dst = append(dst, "}) SET n"...)
	for _, l := range label.AllLabels() {
		dst = append(append(dst, ':'), l...)
	}
	dst = append(dst, "\nFOREACH (_ IN CASE WHEN "...)
	dst = f.appendGuard(dst, label, row)
	dst = append(dst, " THEN [1] ELSE [] END | SET "...)
	for i, c := range label.Columns {
		dst = appendSet(dst, "n", c.Name, row.appendValue(nil, 1+i, c.Type))
	}
	return append(f.appendStamp(dst, "n", scope), ");\n"...)
}

// appendGuard appends the condition on which a row sets the node's properties. What
// was observed always does, but over what a newer snapshot observed. What is only
// referred to must not erase what is better known: what another snapshot observed,
// unless all of the kind were listed in its scope now, so that it is gone; what
// Cartography reads; anything of a newer snapshot.
// (FOREACH with CASE needs no Eager in the plan, unlike WITH and WHERE.)
func (f *form) appendGuard(dst []byte, label *graph.Label, row fields) []byte {
	dst = append(append(dst, "NOT coalesce(n.sg_snapshot > "...), f.snapshot...)
	i := observed(label)
	if i < 0 {
		return append(dst, ", false) AND n."+foreign+" IS NULL"...)
	}
	dst = append(dst, " AND (n."+observedColumn+" OR coalesce("...)
	dst = row.appendField(dst, 1+i)
	dst = append(dst, ",'')<>'true'), false) AND ("...)
	dst = row.appendField(dst, 1+i)
	dst = append(dst, "='true'"...)
	if scopes := listedIn(f.h.Scopes, label); len(scopes) > 0 {
		dst = append(dst, " OR n.sg_scope IN "...)
		dst = (&coder{raw: f.dialect == FalkorDB}).appendStringList(dst, scopes)
	}
	return append(dst, " OR NOT coalesce(n."+observedColumn+", n."+foreign+" IS NOT NULL))"...)
}

// appendEdges appends what is done with each row of a type.
func (f *form) appendEdges(dst []byte, typ *graph.EdgeType, row fields, scope string) []byte {
	dst = append(dst, "MATCH (a:SgResource {id:"...)
	dst = row.appendField(dst, 0)
	dst = append(dst, "}) MATCH (b:SgResource {id:"...)
	dst = row.appendField(dst, 1)
	dst = append(dst, "}) MERGE (a)-[r:"...)
	dst = append(dst, typ.Name...)
	dst = append(dst, " {sg_key:"...)
	dst = row.appendField(dst, 2)
	dst = append(dst, "}]->(b)\n"+f.edgeGuard()+"SET "...)
	dst = appendSet(dst, "r", "path", row.appendField(nil, 3))
	dst = appendSet(dst, "r", "ref", row.appendField(nil, 4))
	for i, c := range typ.Columns {
		dst = appendSet(dst, "r", c.Name, row.appendValue(nil, 5+i, c.Type))
	}
	return append(f.appendStamp(dst, "r", scope), ");\n"...)
}

// edgeGuard is what stands before what a row sets of an edge: nothing of a newer
// snapshot is set back.
func (f *form) edgeGuard() string {
	return "FOREACH (_ IN CASE WHEN r.sg_snapshot > " + f.snapshot + " THEN [] ELSE [1] END | "
}

func appendSet(dst []byte, entity, property string, value []byte) []byte {
	dst = append(append(append(dst, entity...), '.'), property...)
	return append(append(append(dst, '='), value...), ", "...)
}

func (f *form) appendStamp(dst []byte, entity, scope string) []byte {
	return append(append(dst, entity+".sg_scope="+scope+", "+entity+".sg_snapshot="...), f.snapshot...)
}

// rowFields are the fields of v, a row that was split.
type rowFields struct {
	first   int // index of field 0
	codes   codes
	dialect Dialect
}

func (f rowFields) appendField(dst []byte, i int) []byte {
	dst = append(dst, "v["...)
	dst = strconv.AppendInt(dst, int64(f.first+i), 10)
	return append(dst, ']')
}

func (f rowFields) appendValue(dst []byte, i int, t graph.Type) []byte {
	field := string(f.appendField(nil, i))
	return append(dst, convert(f.dialect, t, nullIf(f.dialect, field, f.codes[markNull]), f.codes[markList])...)
}

// nullIf is an expression that is null where a field is the mark of null.
func nullIf(d Dialect, field, null string) string {
	if d == FalkorDB {
		return "CASE " + field + " WHEN '" + null + "' THEN null ELSE " + field + " END"
	}
	return "nullIf(" + field + ",'" + null + "')"
}

// convert is an expression that makes a text a value of type t. Each element of a
// list is followed by the separator, so that the empty list and a list of one empty
// text differ: the piece after the last is dropped.
func convert(d Dialect, t graph.Type, text, separator string) string {
	if t == graph.Strings {
		return "split(" + text + ",'" + separator + "')[..-1]"
	}
	if f := conversion(d, t); f != "" {
		return f + "(" + text + ")"
	}
	return text
}

// conversion is the function that makes a text a value of type t, or empty.
func conversion(d Dialect, t graph.Type) string {
	switch {
	case t == graph.Int:
		return "toInteger"
	case t == graph.Float:
		return "toFloat"
	case t == graph.Bool:
		return "toBoolean"
	case t == graph.Timestamp && d == Neo4j:
		return "datetime"
	}
	return ""
}

// literals are the fields of one row as Cypher expressions, for a row that leaves no
// separators.
type literals struct {
	coder
	dialect Dialect
	fields  []string
}

func (l *literals) text(s string) { l.fields = append(l.fields, string(l.appendLiteral(nil, s))) }

func (l *literals) values(values []graph.Value) {
	for _, v := range values {
		switch v.Type() {
		case 0:
			l.fields = append(l.fields, "null")
		case graph.Strings:
			l.fields = append(l.fields, string(l.appendStringList(nil, v.Strings())))
		case graph.String, graph.JSON:
			l.text(v.Text())
		case graph.Map:
			l.text(string(graph.AppendJSONMap(nil, v.Pairs())))
		case graph.Float:
			if l.dialect == FalkorDB {
				l.fields = append(l.fields, falkorFloat(v.Float()))
				continue
			}
			l.text(string(l.appendScalar(nil, v)))
		default:
			l.text(string(l.appendScalar(nil, v)))
		}
	}
}

func (l literals) appendField(dst []byte, i int) []byte { return append(dst, l.fields[i]...) }

func (l literals) appendValue(dst []byte, i int, t graph.Type) []byte {
	v := l.fields[i]
	if f := conversion(l.dialect, t); f != "" && !(l.dialect == FalkorDB && t == graph.Float) {
		return append(dst, f+"("+v+")"...)
	}
	return append(dst, v...)
}

// falkorFloat is a float as an expression of FalkorDB, which has no literals of
// what is no number, infinite, or smaller than a float of full precision.
func falkorFloat(f float64) string {
	const smallest = 0x1p-1022
	switch {
	case math.IsNaN(f):
		return "0.0/0.0"
	case math.IsInf(f, 1):
		return "1.0/0.0"
	case math.IsInf(f, -1):
		return "-1.0/0.0"
	case f != 0 && math.Abs(f) < smallest:
		return falkorFloat(f/smallest) + "*" + falkorFloat(smallest) // a power of two: nothing is rounded
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0" // or it is an integer
	}
	return text
}
