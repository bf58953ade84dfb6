package reading

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
)

// A step goes from a structure to one of its members, and into its elements.
type step struct {
	field    int    // of a structure
	member   string // of a union
	elements int    // how many lists and maps deep the elements are
}

// A path finds every value of a reference field in a structure of the API.
type path []step

// compilePath resolves text, such as ProductionVariants[].ModelName, against t.
func compilePath(t reflect.Type, text string) (path, error) {
	var p path
	for _, part := range strings.Split(text, ".") {
		name, into := part, ""
		if i := strings.IndexAny(part, "[{"); i >= 0 {
			name, into = part[:i], part[i:]
		}
		t = indirect(t)
		var s step
		switch t.Kind() {
		case reflect.Struct:
			f, ok := t.FieldByName(name)
			if !ok {
				return nil, fmt.Errorf("%s has no member %s (path %s)", t, name, text)
			}
			s.field, t = f.Index[0], indirect(f.Type)
		case reflect.Interface:
			s.member = name
			found := false
			for _, m := range catalog.UnionMembers()[t] {
				if strings.HasSuffix(m.Name(), "Member"+name) {
					f, _ := m.FieldByName("Value")
					t, found = indirect(f.Type), true
					break
				}
			}
			if !found {
				return nil, fmt.Errorf("union %s has no member %s (path %s)", t, name, text)
			}
		default:
			return nil, fmt.Errorf("%s has no members (path %s)", t, text)
		}
		for strings.HasPrefix(into, "[]") && t.Kind() == reflect.Slice || strings.HasPrefix(into, "{}") && t.Kind() == reflect.Map {
			s.elements++
			t, into = t.Elem(), into[2:]
		}
		if into != "" || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			return nil, fmt.Errorf("%s is a %s (path %s)", part, t.Kind(), text)
		}
		p = append(p, s)
	}
	if t = indirect(t); t.Kind() != reflect.String {
		return nil, fmt.Errorf("%s is a %s, not text", text, t)
	}
	return p, nil
}

// each calls f with every text that the path leads to from v, and with the
// structure that holds it.
func (p path) each(v, parent reflect.Value, f func(text string, parent reflect.Value)) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	if len(p) == 0 {
		f(v.String(), parent)
		return
	}
	s := p[0]
	next := v
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		name, value := unionMember(v)
		if name != s.member {
			return
		}
		next = value
	} else {
		next = v.Field(s.field)
		for next.Kind() == reflect.Pointer && !next.IsNil() && s.elements > 0 {
			next = next.Elem()
		}
	}
	p[1:].elements(next, s.elements, v, f)
}

// elements goes on from each element that stands so many lists and maps deep in
// v.
func (p path) elements(v reflect.Value, deep int, parent reflect.Value, f func(text string, parent reflect.Value)) {
	if deep == 0 {
		p.each(v, parent, f)
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			p.elements(v.Index(i), deep-1, parent, f)
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			p.elements(v.MapIndex(k), deep-1, parent, f)
		}
	}
}
