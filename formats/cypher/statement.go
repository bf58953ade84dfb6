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

func (s *sink) nodeStatement(f fields, scope string) {
	s.out = append(s.out, "MERGE (n:SgResource {id:"...)
	s.out = f.appendField(s.out, 0)
	s.out = append(s.out, "}) SET n"...)
	for _, l := range s.label.AllLabels() {
		s.out = append(append(s.out, ':'), l...)
	}
	s.out = append(s.out, "\nFOREACH (_ IN CASE WHEN "...)
	s.guard(f)
	s.out = append(s.out, " THEN [1] ELSE [] END | SET "...)
	for i, c := range s.label.Columns {
		s.set("n", c.Name, f.appendValue(nil, 1+i, c.Type))
	}
	s.stamp("n", scope)
	s.out = append(s.out, ");\n"...)
}

// guard appends the condition on which a row sets the node's properties. What was
// observed always does, but over what a newer snapshot observed. What is only
// referred to must not erase what is better known: what another snapshot observed,
// unless all of the kind were listed in its scope now, so that it is gone; what
// Cartography reads; anything of a newer snapshot.
// (FOREACH with CASE needs no Eager in the plan, unlike WITH and WHERE.)
func (s *sink) guard(f fields) {
	s.out = append(append(s.out, "NOT coalesce(n.sg_snapshot > "...), s.snapshot...)
	i := observed(s.label)
	if i < 0 {
		s.out = append(s.out, ", false) AND n."+foreign+" IS NULL"...)
		return
	}
	s.out = append(s.out, " AND (n."+observedColumn+" OR coalesce("...)
	s.out = f.appendField(s.out, 1+i)
	s.out = append(s.out, ",'')<>'true'), false) AND ("...)
	s.out = f.appendField(s.out, 1+i)
	s.out = append(s.out, "='true'"...)
	if scopes := listedIn(s.h.Scopes, s.label); len(scopes) > 0 {
		s.out = append(s.out, " OR n.sg_scope IN "...)
		s.out = s.batch.appendStringList(s.out, scopes)
	}
	s.out = append(s.out, " OR NOT coalesce(n."+observedColumn+", n."+foreign+" IS NOT NULL))"...)
}

func (s *sink) edgeStatement(f fields, scope string) {
	s.out = append(s.out, "MATCH (a:SgResource {id:"...)
	s.out = f.appendField(s.out, 0)
	s.out = append(s.out, "}) MATCH (b:SgResource {id:"...)
	s.out = f.appendField(s.out, 1)
	s.out = append(s.out, "}) MERGE (a)-[r:"...)
	s.out = append(s.out, s.typ.Name...)
	s.out = append(s.out, " {sg_key:"...)
	s.out = f.appendField(s.out, 2)
	s.out = append(s.out, "}]->(b)\n"...)
	s.out = append(append(s.out, s.edgeGuard()...), "SET "...)
	s.set("r", "path", f.appendField(nil, 3))
	s.set("r", "ref", f.appendField(nil, 4))
	for i, c := range s.typ.Columns {
		s.set("r", c.Name, f.appendValue(nil, 5+i, c.Type))
	}
	s.stamp("r", scope)
	s.out = append(s.out, ");\n"...)
}

// edgeGuard is what stands before what a row sets of an edge: nothing of a newer
// snapshot is set back.
func (s *sink) edgeGuard() string {
	return "FOREACH (_ IN CASE WHEN r.sg_snapshot > " + s.snapshot + " THEN [] ELSE [1] END | "
}

func (s *sink) set(entity, property string, value []byte) {
	s.out = append(s.out, entity...)
	s.out = append(s.out, '.')
	s.out = append(s.out, property...)
	s.out = append(s.out, '=')
	s.out = append(s.out, value...)
	s.out = append(s.out, ", "...)
}

func (s *sink) stamp(entity, scope string) {
	s.set(entity, "sg_scope", []byte(scope))
	s.set(entity, "sg_snapshot", []byte(s.snapshot))
	s.out = s.out[:len(s.out)-len(", ")]
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
