package exporter

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/sgexport/sgexport/graph"
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	jsonTextType = reflect.TypeFor[jsonText]()
)

// snake turns a member name of the API into the name of a column: KmsKeyId is
// kms_key_id, S3OutputPath is s3_output_path, FSxLustreConfig is
// fsx_lustre_config.
func snake(name string) string {
	for _, odd := range []string{"MLflow", "FSx"} {
		name = strings.ReplaceAll(name, odd, odd[:1]+strings.ToLower(odd[1:]))
	}
	r := []rune(name)
	var b strings.Builder
	for i, c := range r {
		if i > 0 && unicode.IsUpper(c) {
			previous := r[i-1]
			next := i+1 < len(r) && unicode.IsLower(r[i+1])
			if unicode.IsLower(previous) || unicode.IsDigit(previous) || next {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// columnsOf returns the columns of a structure of the API, sorted by name.
// noun is the kind's own, whose fields lose it: ModelName of a Model is name.
// One level of structures is flattened; what is deeper, or a list or map of
// structures, is JSON.
func columnsOf(t reflect.Type, noun string) ([]graph.Column, error) {
	var cols []graph.Column
	for _, f := range members(t) {
		name := f.Name
		if own, ok := strings.CutPrefix(name, noun); ok && (own == "Name" || own == "Arn" || own == "Status") {
			name = own
		}
		if name == "Tags" {
			continue // a column of every kind
		}
		if inner := indirect(f.Type); inner.Kind() == reflect.Struct && inner != timeType {
			for _, g := range members(inner) {
				cols = append(cols, graph.Column{Name: snake(name) + "_" + snake(g.Name), Type: columnType(g.Type), Source: f.Name + "." + g.Name})
			}
			continue
		}
		cols = append(cols, graph.Column{Name: snake(name), Type: columnType(f.Type), Source: f.Name})
	}
	slices.SortFunc(cols, func(a, b graph.Column) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(cols); i++ {
		if cols[i].Name == cols[i-1].Name {
			return nil, fmt.Errorf("%s: %s and %s are both column %s", t, cols[i-1].Source, cols[i].Source, cols[i].Name)
		}
	}
	return cols, nil
}

// members returns the fields of a structure that the API has: not the SDK's
// own, and not what belongs to a page of results.
func members(t reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && len(f.Index) == 1 && f.Name != "ResultMetadata" && f.Name != "NextToken" {
			fields = append(fields, f)
		}
	}
	return fields
}

func indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func columnType(t reflect.Type) graph.Type {
	t = indirect(t)
	switch t.Kind() {
	case reflect.String:
		if t == jsonTextType {
			return graph.JSON
		}
		return graph.String
	case reflect.Int32, reflect.Int64, reflect.Int:
		return graph.Int
	case reflect.Float32, reflect.Float64:
		return graph.Float
	case reflect.Bool:
		return graph.Bool
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return graph.Strings
		}
	case reflect.Map:
		if t.Elem().Kind() == reflect.String {
			return graph.Map
		}
	}
	if t == timeType {
		return graph.Timestamp
	}
	return graph.JSON
}

// A plan reads the columns of a kind out of one structure of the API. It is
// made once for each type.
type plan struct {
	fields []source // for each column; the zero source where the structure lacks it
}

// A source is the field that a column is read from.
type source struct {
	index []int // one level of structures deep at most
	name  string
}

// newPlan finds each column's field in t by its source and type.
func newPlan(t reflect.Type, cols []graph.Column) plan {
	p := plan{fields: make([]source, len(cols))}
	for i, c := range cols {
		outer, inner, nested := strings.Cut(c.Source, ".")
		f, ok := t.FieldByName(outer)
		if !ok {
			continue
		}
		index, leaf := []int{f.Index[0]}, f.Type
		if nested {
			s := indirect(f.Type)
			if s.Kind() != reflect.Struct {
				continue
			}
			if f, ok = s.FieldByName(inner); !ok {
				continue
			}
			index, leaf = append(index, f.Index[0]), f.Type
		}
		if columnType(leaf) == c.Type {
			p.fields[i] = source{index, f.Name}
		}
	}
	return p
}

// values reads all columns of v. It returns with them the indexes of the columns
// that the encoder redacted something in.
func (p plan) values(v reflect.Value, e encoder) (values []graph.Value, redacted []int) {
	values = make([]graph.Value, len(p.fields))
	for i, s := range p.fields {
		if s.index == nil {
			continue
		}
		f := v.Field(s.index[0])
		if len(s.index) == 2 {
			if f.Kind() == reflect.Pointer {
				if f.IsNil() {
					continue
				}
				f = f.Elem()
			}
			f = f.Field(s.index[1])
		}
		e.hit = false
		values[i] = e.value(s.name, f)
		if e.hit {
			redacted = append(redacted, i)
		}
	}
	return values, redacted
}

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
	redact  bool // take secrets out
	hit     bool // something was taken out
	members *memberCache
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
			return graph.JSONValue(e.document(v.String()))
		}
		return graph.StringValue(e.text(name, v.String()))
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
				list[i] = e.text(name, v.Index(i).String())
			}
			return graph.StringsValue(list)
		}
	case reflect.Map:
		if v.IsNil() {
			return graph.Null
		}
		if v.Type().Elem().Kind() == reflect.String {
			pairs := make([]string, 0, 2*v.Len())
			for _, k := range sortedKeys(v) {
				pairs = append(pairs, valid(k.String()), e.entry(name, k.String(), v.MapIndex(k).String()))
			}
			return graph.MapValue(pairs)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return graph.TimestampValue(v.Interface().(time.Time))
		}
	}
	return graph.JSONValue(string(e.canonical(nil, name, v)))
}

// valid replaces what is no UTF-8, which no format could keep.
func valid(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

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

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
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
		for i, k := range sortedKeys(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(graph.AppendQuoted(dst, k.String()), ':')
			dst = e.canonical(dst, name, v.MapIndex(k))
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
				if secretMembers[v.Type()] == name {
					name = secretMember
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
