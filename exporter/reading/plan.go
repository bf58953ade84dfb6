package reading

import (
	"reflect"
	"strings"

	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
)

// A plan reads the columns of a kind out of one structure of the API. It is
// made once for each type.
type plan struct {
	fields []source // for each column; the zero source where the structure lacks it
}

// A source is the field that a column is read from.
type source struct {
	index   []int // of the fields, from the outermost structure on
	column  string
	context redact.Context
}

// newPlan finds each column's field in t by its source and type. Sources begin
// inside the wrapper, where t has one.
func newPlan(t reflect.Type, cols []graph.Column, wrapper string) plan {
	p := plan{fields: make([]source, len(cols))}
	for i, c := range cols {
		if c.Source == "" {
			continue
		}
		if wrapper != "" {
			if s, ok := sourceIn(t, wrapper+"."+c.Source, c.Type); ok {
				s.column = c.Name
				p.fields[i] = s
				continue
			}
		}
		p.fields[i], _ = sourceIn(t, c.Source, c.Type)
		p.fields[i].column = c.Name
	}
	return p
}

func sourceIn(t reflect.Type, path string, typ graph.Type) (source, bool) {
	var s source
	for _, name := range strings.Split(path, ".") {
		if t = indirect(t); t.Kind() != reflect.Struct {
			return source{}, false
		}
		f, ok := t.FieldByName(name)
		if !ok {
			return source{}, false
		}
		s.index, s.context, t = append(s.index, f.Index[0]), contextOf(t, name), f.Type
	}
	if columnType(t) != typ {
		return source{}, false
	}
	return s, true
}

// of returns the field in v; ok is false where a structure on the way is absent.
func (s *source) of(v reflect.Value) (f reflect.Value, ok bool) {
	for _, i := range s.index {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// values reads all columns of v. redacted are the indexes of those that something was
// taken out of, unreadable of those that cannot be read.
func (p *plan) values(v reflect.Value, e *encoder) (values []graph.Value, redacted, unreadable []int) {
	values = make([]graph.Value, len(p.fields))
	for i := range p.fields {
		s := &p.fields[i]
		if s.index == nil {
			continue
		}
		field, ok := s.of(v)
		if !ok || absent(field) {
			continue
		}
		before := len(e.Found)
		e.unreadable = false
		e.Enter(s.column)
		values[i] = e.value(s.context, field)
		e.Leave()
		if len(e.Found) > before {
			redacted = append(redacted, i)
		}
		if e.unreadable {
			unreadable = append(unreadable, i)
		}
	}
	return values, redacted, unreadable
}
