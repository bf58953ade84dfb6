package reading

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
)

// A memberCache keeps the members of structures, sorted by name: reflection is
// slow to find them. It is safe for concurrent use.
type memberCache struct{ byType sync.Map }

// A structure is what is known of the members of a type.
type structure struct {
	fields []member
	name   int // of fields: the text that says what the values are called; -1 where there is none
}

// A member is one of a structure, with what its name says of it.
type member struct {
	index   int    // of the field
	name    string // of the API
	quoted  string // the name as JSON, with the colon behind it
	context redact.Context
	value   bool // the structure gives it a name
}

func (c *memberCache) of(t reflect.Type) *structure {
	if s, ok := c.byType.Load(t); ok {
		return s.(*structure)
	}
	s := structureOf(t)
	c.byType.Store(t, s)
	return s
}

func structureOf(t reflect.Type) *structure {
	s := &structure{name: -1}
	fields := members(t)
	slices.SortFunc(fields, func(a, b reflect.StructField) int { return strings.Compare(a.Name, b.Name) })
	for i, f := range fields {
		s.fields = append(s.fields, member{f.Index[0], f.Name, string(graph.AppendQuoted(nil, f.Name)) + ":", contextOf(t, f.Name), redact.IsValueMember(f.Name)})
		if s.name < 0 && redact.IsNameMember(f.Name) && indirect(f.Type).Kind() == reflect.String {
			s.name = i
		}
	}
	return s
}

// contextOf is what is known of a member of a type before there is a value.
func contextOf(t reflect.Type, name string) redact.Context {
	switch catalog.SecretMember(t, name) {
	case catalog.Script:
		return redact.Script
	case catalog.Variable:
		return redact.Variable
	case catalog.Policy:
		return redact.Policy
	}
	return redact.Named(name)
}

// An encoder turns fields of the API's structures into values. It reads one record
// after the other, and what it needs for one it uses again for the next.
type encoder struct {
	redact.Filter
	unreadable bool // there was a time that no format can hold
	members    *memberCache

	json  []byte       // one value as canonical JSON
	pairs []entry      // of one map
	list  []string     // one list inside JSON
	refs  []record.Ref // of the record
	odd   []int        // rules that a value of the record is no reference of
}

// mostKept is how many bytes of JSON an encoder keeps room for: what is larger is
// rare.
const mostKept = 64 << 10

// reset makes the encoder one for the next record.
func (e *encoder) reset() {
	e.Reset()
	e.odd = e.odd[:0]
	if cap(e.json) > mostKept {
		e.json = nil
	}
	e.pairs, e.list, e.refs = emptied(e.pairs), emptied(e.list), emptied(e.refs)
}

// emptied is a list that holds nothing of what was in it; nil for a long one.
func emptied[T any](list []T) []T {
	const long = 1024
	if cap(list) > long {
		return nil
	}
	clear(list[:cap(list)])
	return list[:0]
}

// value turns a field in a context into a value; absent is null.
func (e *encoder) value(c redact.Context, v reflect.Value) graph.Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return graph.Null
		}
		if v.Kind() == reflect.Interface {
			break
		}
		if v.Type() == timePointer {
			return e.time(*v.Interface().(*time.Time)) // a time itself would be copied
		}
		return e.value(c, v.Elem())
	case reflect.String:
		// An enum that the response does not have is the empty string; a text that
		// it does not have is a nil pointer, so text may well be empty.
		if absent(v) {
			return graph.Null
		}
		if v.Type() == jsonTextType {
			return graph.JSONValue(e.Document(v.String()))
		}
		return graph.StringValue(e.Text(c, v.String()))
	case reflect.Int32, reflect.Int64, reflect.Int:
		return graph.IntValue(v.Int())
	case reflect.Float32, reflect.Float64:
		return graph.FloatValue(floatOf(v))
	case reflect.Bool:
		return graph.BoolValue(v.Bool())
	case reflect.Slice:
		if v.IsNil() {
			return graph.Null
		}
		if v.Type().Elem().Kind() == reflect.String {
			return graph.StringsValue(e.Texts(c, appendTexts(make([]string, 0, v.Len()), v)))
		}
	case reflect.Map:
		if v.IsNil() {
			return graph.Null
		}
		if v.Type().Elem().Kind() == reflect.String {
			return graph.MapValue(e.appendPairs(make([]string, 0, 2*v.Len()), c, e.entriesOf(v)))
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return e.time(v.Interface().(time.Time))
		}
	}
	e.json = e.canonical(e.json[:0], c, v)
	return graph.JSONValue(string(e.json))
}

// appendTexts appends a list of the API's texts.
func appendTexts(list []string, v reflect.Value) []string {
	for i := range v.Len() {
		list = append(list, v.Index(i).String())
	}
	return list
}

// appendPairs appends the keys and values of a map of texts, sorted by key.
func (e *encoder) appendPairs(list []string, c redact.Context, entries []entry) []string {
	for i := range entries {
		one := &entries[i]
		e.Enter(one.key)
		list = append(list, one.key, e.Text(c.In(e.Named(one.raw)), one.text))
		e.Leave()
	}
	return list
}

// time is a time as a value; one that no format can hold is null.
func (e *encoder) time(t time.Time) graph.Value {
	if t.Equal(operation.Unreadable) {
		e.unreadable = true
		return graph.Null
	}
	return graph.TimestampValue(t)
}

// floatOf widens a float32 by its shortest decimal, which is what the API sent:
// 0.1 stays 0.1.
func floatOf(v reflect.Value) float64 {
	f := v.Float()
	if v.Kind() == reflect.Float32 {
		var room [32]byte
		if wide, err := strconv.ParseFloat(string(strconv.AppendFloat(room[:0], f, 'g', -1, 32)), 64); err == nil {
			return wide
		}
	}
	return f
}

// canonical appends v as canonical JSON: the API's member names, sorted; absent
// members left out; times as RFC 3339; a union as {"Member": …}.
func (e *encoder) canonical(dst []byte, c redact.Context, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		if v.Type() == timePointer {
			break
		}
		return e.canonical(dst, c, v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		name, value := unionMember(v)
		dst = append(graph.AppendQuoted(append(dst, '{'), name), ':')
		e.Enter(name)
		defer e.Leave()
		return append(e.canonical(dst, c, value), '}')
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			e.list = e.Texts(c, appendTexts(e.list[:0], v))
			return graph.AppendJSON(dst, graph.StringsValue(e.list))
		}
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			e.EnterItem(i)
			dst = e.canonical(dst, c, v.Index(i))
			e.Leave()
		}
		return append(dst, ']')
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			e.list = e.appendPairs(e.list[:0], c, e.entriesOf(v))
			return graph.AppendJSON(dst, graph.MapValue(e.list))
		}
		dst = append(dst, '{')
		for i, one := range e.structuresOf(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(graph.AppendQuoted(dst, one.key), ':')
			e.Enter(one.key)
			dst = e.canonical(dst, c.In(e.Named(one.raw)), one.value)
			e.Leave()
		}
		return append(dst, '}')
	case reflect.Struct:
		if v.Type() == timeType {
			break
		}
		return e.structure(dst, c, v)
	case reflect.Int32, reflect.Int64, reflect.Int, reflect.Float32, reflect.Float64:
		start := len(dst)
		dst = graph.AppendJSON(dst, e.value(c, v))
		if c.Says() && e.Number(c, string(dst[start:])) {
			return graph.AppendQuoted(dst[:start], redact.Redacted)
		}
		return dst
	}
	return graph.AppendJSON(dst, e.value(c, v))
}

// structure appends a structure as canonical JSON.
func (e *encoder) structure(dst []byte, c redact.Context, v reflect.Value) []byte {
	s := e.members.of(v.Type())
	name := ""
	if s.name >= 0 {
		name = operation.TextOf(v.Field(s.fields[s.name].index))
	}
	dst = append(dst, '{')
	first := true
	for i := range s.fields {
		f := &s.fields[i]
		m := v.Field(f.index)
		if absent(m) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		inner := f.context
		switch {
		case name == "" || !f.value:
		case !inner.Says():
			inner = e.Named(name)
		case inner == redact.Variable:
			inner = inner.In(e.Named(name))
		}
		if i != s.name || !c.Says() {
			inner = c.In(inner)
		}
		dst = append(dst, f.quoted...)
		e.Enter(f.name)
		dst = e.canonical(dst, inner, m)
		e.Leave()
	}
	return append(dst, '}')
}

// absent reports whether the response did not have the field.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0 && v.Type() != textType
	}
	return false
}

// unionMember returns the name and value of the member that a union holds. The
// SDK names the type of a member <Union>Member<Name>, with one field Value.
func unionMember(v reflect.Value) (name string, value reflect.Value) {
	m := v.Elem()
	for m.Kind() == reflect.Pointer {
		m = m.Elem()
	}
	if m.Type().Name() == "UnknownUnionMember" {
		return m.FieldByName("Tag").String(), reflect.ValueOf((*string)(nil))
	}
	_, name, _ = strings.Cut(m.Type().Name(), "Member")
	return name, m.FieldByName("Value")
}
