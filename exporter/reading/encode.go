package reading

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
)

// A memberCache keeps the members of structures, sorted by name: reflection is
// slow to find them. It is safe for concurrent use.
type memberCache struct{ byType sync.Map }

func (c *memberCache) of(t reflect.Type) []reflect.StructField {
	if fields, ok := c.byType.Load(t); ok {
		return fields.([]reflect.StructField)
	}
	fields := members(t)
	slices.SortFunc(fields, func(a, b reflect.StructField) int { return strings.Compare(a.Name, b.Name) })
	c.byType.Store(t, fields)
	return fields
}

// An encoder turns fields of the API's structures into values.
type encoder struct {
	redact.Filter
	unreadable bool // there was a time that no format can hold
	members    *memberCache
}

// value turns the field called name into a value; absent is null.
func (e *encoder) value(name string, v reflect.Value) graph.Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return graph.Null
		}
		if v.Kind() == reflect.Pointer {
			return e.value(name, v.Elem())
		}
	case reflect.String:
		// An enum that the response does not have is the empty string; a text that
		// it does not have is a nil pointer, so text may well be empty.
		if absent(v) {
			return graph.Null
		}
		if v.Type() == jsonTextType {
			return graph.JSONValue(e.Document(v.String()))
		}
		return graph.StringValue(e.Text(name, v.String()))
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
			list := make([]string, v.Len())
			for i := range list {
				list[i] = e.Text(name, v.Index(i).String())
			}
			return graph.StringsValue(list)
		}
	case reflect.Map:
		if v.IsNil() {
			return graph.Null
		}
		if v.Type().Elem().Kind() == reflect.String {
			pairs := make([]string, 0, 2*v.Len())
			for _, one := range entriesOf(v) {
				pairs = append(pairs, one.key, e.Entry(name, one.key, one.value.String()))
			}
			return graph.MapValue(pairs)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return e.time(v.Interface().(time.Time))
		}
	}
	return graph.JSONValue(string(e.canonical(nil, name, v)))
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
		if wide, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', -1, 32), 64); err == nil {
			return wide
		}
	}
	return f
}

// An entry is one of a map.
type entry struct {
	key   string
	value reflect.Value
}

// entriesOf are the entries of a map, sorted by key. Keys that are no UTF-8 are
// mended first; where two become the same, the later one gets a further U+FFFD, so
// that none is lost.
func entriesOf(m reflect.Value) []entry {
	entries := make([]entry, 0, m.Len())
	for _, k := range m.MapKeys() {
		entries = append(entries, entry{k.String(), m.MapIndex(k)})
	}
	byKey := func(a, b entry) int { return strings.Compare(a.key, b.key) }
	slices.SortFunc(entries, byKey)
	if slices.IndexFunc(entries, func(e entry) bool { return !utf8.ValidString(e.key) }) < 0 {
		return entries
	}
	taken := map[string]bool{}
	for i := range entries {
		key := names.Valid(entries[i].key)
		for taken[key] || key != entries[i].key && m.MapIndex(reflect.ValueOf(key).Convert(m.Type().Key())).IsValid() {
			key += "\ufffd"
		}
		taken[key] = true
		entries[i].key = key
	}
	slices.SortFunc(entries, byKey)
	return entries
}

// canonical appends v as canonical JSON: the API's member names, sorted; absent
// members left out; times as RFC 3339; a union as {"Member": …}.
func (e *encoder) canonical(dst []byte, name string, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		return e.canonical(dst, name, v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		member, value := unionMember(v)
		dst = append(graph.AppendQuoted(append(dst, '{'), member), ':')
		return append(e.canonical(dst, member, value), '}')
	case reflect.Slice:
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.canonical(dst, name, v.Index(i))
		}
		return append(dst, ']')
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			break
		}
		dst = append(dst, '{')
		for i, one := range entriesOf(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(graph.AppendQuoted(dst, one.key), ':')
			dst = e.canonical(dst, name, one.value)
		}
		return append(dst, '}')
	case reflect.Struct:
		if v.Type() == timeType {
			break
		}
		dst = append(dst, '{')
		first := true
		for _, f := range e.members.of(v.Type()) {
			if m := v.Field(f.Index[0]); !absent(m) {
				if !first {
					dst = append(dst, ',')
				}
				first = false
				dst = append(graph.AppendQuoted(dst, f.Name), ':')
				name := f.Name
				if catalog.SecretMember(v.Type()) == name {
					name = redact.Secret
				}
				dst = e.canonical(dst, name, m)
			}
		}
		return append(dst, '}')
	}
	return graph.AppendJSON(dst, e.value(name, v))
}

// absent reports whether the response did not have the field.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.String() == "" && v.Type() != reflect.TypeFor[string]()
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
