package operation

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// Unreadable is the time that stands where an answer had one that no format can
// hold: not a number, or outside of the years 1 to 9999. The API's own times
// have milliseconds, so it is none of them.
var Unreadable = time.Time{}.Add(time.Nanosecond)

// Text returns the text of a field of a structure of the API, a number's digits,
// a time as the properties have it, or "".
func Text(v reflect.Value, name string) string {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	return TextOf(v.FieldByName(name))
}

// TextOf is [Text] of a field that was found already.
func TextOf(f reflect.Value) string {
	for f.Kind() == reflect.Pointer && !f.IsNil() {
		f = f.Elem()
	}
	switch f.Kind() {
	case reflect.String:
		return f.String()
	case reflect.Int32, reflect.Int64:
		return strconv.FormatInt(f.Int(), 10)
	case reflect.Struct:
		if t, ok := f.Interface().(time.Time); ok && !t.Equal(Unreadable) {
			return string(graph.AppendTimestamp(nil, t.UnixMicro()))
		}
	}
	return ""
}

// SetText gives a member of an input a text.
func SetText(f reflect.Value, text string) {
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	f.SetString(text)
}

// Has reports whether a structure has what a path of members leads to.
func Has(v reflect.Value, path string) bool {
	for _, member := range strings.Split(path, ".") {
		if v = reflect.Indirect(v); v.Kind() != reflect.Struct {
			return false
		}
		if v = v.FieldByName(member); !v.IsValid() || v.IsZero() {
			return false
		}
	}
	return true
}

// Time returns a member of a structure in microseconds since the Unix epoch, or
// 0 where it has none that can be read.
func Time(v reflect.Value, member string) int64 {
	if f := v.FieldByName(member); f.IsValid() {
		return TimeOf(f)
	}
	return 0
}

// TimeOf is [Time] of a field that was found already.
func TimeOf(f reflect.Value) int64 {
	if t, ok := f.Interface().(*time.Time); ok && t != nil && !t.Equal(Unreadable) {
		return t.UnixMicro()
	}
	return 0
}

// Indirect returns what a pointer type points to, or the type itself.
func Indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
