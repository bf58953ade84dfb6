package exporter

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// unionMembers are the union members that edge paths go through: reflection
// finds what a union holds, but not what it could hold.
var unionMembers = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[types.CustomFileSystemConfig](): {
		reflect.TypeFor[types.CustomFileSystemConfigMemberEFSFileSystemConfig](),
		reflect.TypeFor[types.CustomFileSystemConfigMemberFSxLustreFileSystemConfig](),
		reflect.TypeFor[types.CustomFileSystemConfigMemberS3FileSystemConfig](),
	},
	reflect.TypeFor[types.CustomFileSystem](): {
		reflect.TypeFor[types.CustomFileSystemMemberEFSFileSystem](),
		reflect.TypeFor[types.CustomFileSystemMemberFSxLustreFileSystem](),
		reflect.TypeFor[types.CustomFileSystemMemberS3FileSystem](),
	},
}

// A step goes from a structure to one of its members, and into its elements.
type step struct {
	field    int    // of a structure
	member   string // of a union
	elements bool   // for each element of the list or map
}

// A path finds every value of a reference field in a structure of the API.
type path []step

// compilePath resolves text, such as ProductionVariants[].ModelName, against t.
func compilePath(t reflect.Type, text string) (path, error) {
	var p path
	for _, part := range strings.Split(text, ".") {
		name := strings.TrimSuffix(strings.TrimSuffix(part, "[]"), "{}")
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
			for _, m := range unionMembers[t] {
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
		switch {
		case strings.HasSuffix(part, "[]") && t.Kind() == reflect.Slice, strings.HasSuffix(part, "{}") && t.Kind() == reflect.Map:
			s.elements = true
			t = t.Elem()
		case name != part, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
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
		for next.Kind() == reflect.Pointer && !next.IsNil() && s.elements {
			next = next.Elem()
		}
	}
	if !s.elements {
		p[1:].each(next, v, f)
		return
	}
	switch next.Kind() {
	case reflect.Slice:
		for i := range next.Len() {
			p[1:].each(next.Index(i), v, f)
		}
	case reflect.Map:
		for _, k := range sortedKeys(next) {
			p[1:].each(next.MapIndex(k), v, f)
		}
	}
}
