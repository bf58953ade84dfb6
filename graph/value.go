package graph

import (
	"math"
	"time"
	"unsafe"
)

// Type is the type of a column. The set is closed: every format maps each of
// these, and nothing else.
type Type uint8

// The column types. What a format makes of each is in docs/schema.md.
const (
	String    Type = iota + 1 // UTF-8 text; see Value
	Int                       // 64-bit signed integer
	Float                     // IEEE 754 double; NaN and infinities are kept
	Bool                      // true or false
	Timestamp                 // microseconds since 1970-01-01T00:00:00Z, UTC
	JSON                      // canonical JSON text: sorted keys, no white space
	Strings                   // list of text; null and empty differ
	Map                       // text to text, sorted by key; null and empty differ
)

var typeNames = [...]string{String: "string", Int: "int64", Float: "float64", Bool: "bool", Timestamp: "timestamp", JSON: "json", Strings: "list<string>", Map: "map<string,string>"}

// String returns the name that schema.json uses, such as "list<string>".
func (t Type) String() string {
	if int(t) < len(typeNames) && t != 0 {
		return typeNames[t]
	}
	return "invalid"
}

// ParseType is the inverse of [Type.String]; ok is false for any other text.
func ParseType(s string) (t Type, ok bool) {
	for i, n := range typeNames {
		if n == s && n != "" {
			return Type(i), true
		}
	}
	return 0, false
}

// A Value is one property: null, or a scalar, list or map of a [Type]. It is
// three words, is passed by value and never allocates; text and slices that it
// was made from must not change afterwards. Text is UTF-8, as is every id, path,
// ref and scope: bytes that are not are replaced by U+FFFD where text comes in, so
// that all formats have the same. The zero Value is null.
type Value struct {
	ptr  unsafe.Pointer // text, []string, or nil
	word uint64         // the scalar, or the length behind ptr
	typ  Type           // 0 is null
}

// Null is the absent value.
var Null Value

// StringValue returns a value of type [String].
func StringValue(s string) Value { return textValue(String, s) }

// JSONValue returns a value of type [JSON]; s must already be canonical.
func JSONValue(s string) Value { return textValue(JSON, s) }

func textValue(t Type, s string) Value {
	return Value{ptr: unsafe.Pointer(unsafe.StringData(s)), word: uint64(len(s)), typ: t}
}

// IntValue returns a value of type [Int].
func IntValue(i int64) Value { return Value{word: uint64(i), typ: Int} }

// FloatValue returns a value of type [Float].
func FloatValue(f float64) Value { return Value{word: math.Float64bits(f), typ: Float} }

// BoolValue returns a value of type [Bool].
func BoolValue(b bool) Value {
	v := Value{typ: Bool}
	if b {
		v.word = 1
	}
	return v
}

// TimestampValue returns a value of type [Timestamp], t cut to the microsecond.
func TimestampValue(t time.Time) Value { return MicrosValue(t.UnixMicro()) }

// MicrosValue returns a value of type [Timestamp] from microseconds since the
// Unix epoch.
func MicrosValue(us int64) Value { return Value{word: uint64(us), typ: Timestamp} }

// StringsValue returns a value of type [Strings]. A nil list is an empty list,
// not null.
func StringsValue(list []string) Value { return sliceValue(Strings, list) }

// MapValue returns a value of type [Map] from pairs key, value, key, value …,
// sorted by key, each key once. It panics on an odd length. Nil is an empty
// map, not null.
func MapValue(pairs []string) Value {
	if len(pairs)%2 != 0 {
		panic("graph: MapValue needs pairs")
	}
	return sliceValue(Map, pairs)
}

func sliceValue(t Type, s []string) Value {
	return Value{ptr: unsafe.Pointer(unsafe.SliceData(s)), word: uint64(len(s)), typ: t}
}

// Type returns the value's type, or 0 for null.
func (v Value) Type() Type { return v.typ }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.typ == 0 }

// Text returns the text of a [String] or [JSON] value; it panics on another type.
func (v Value) Text() string {
	if v.typ != String && v.typ != JSON {
		panic("graph: Text of a " + v.typ.String() + " value")
	}
	return unsafe.String((*byte)(v.ptr), int(v.word))
}

// Int returns the number of an [Int] value; it panics on another type.
func (v Value) Int() int64 { v.must(Int); return int64(v.word) }

// Float returns the number of a [Float] value; it panics on another type.
func (v Value) Float() float64 { v.must(Float); return math.Float64frombits(v.word) }

// Bool returns the truth of a [Bool] value; it panics on another type.
func (v Value) Bool() bool { v.must(Bool); return v.word != 0 }

// Micros returns the microseconds since the Unix epoch of a [Timestamp]; it
// panics on another type.
func (v Value) Micros() int64 { v.must(Timestamp); return int64(v.word) }

// Strings returns the list of a [Strings] value; it panics on another type.
// The caller must not change it.
func (v Value) Strings() []string {
	v.must(Strings)
	return unsafe.Slice((*string)(v.ptr), int(v.word))
}

// Pairs returns key, value, key, value … of a [Map], sorted by key; it panics
// on another type. The caller must not change it.
func (v Value) Pairs() []string {
	v.must(Map)
	return unsafe.Slice((*string)(v.ptr), int(v.word))
}

func (v Value) must(t Type) {
	if v.typ != t {
		panic("graph: want a " + t.String() + " value, have " + v.typ.String())
	}
}

// Equal reports whether two values have the same type and content. Floats are
// compared by bits, so NaN equals NaN and -0 differs from 0.
func (v Value) Equal(w Value) bool {
	if v.typ != w.typ || v.word != w.word {
		return false
	}
	switch v.typ {
	case String, JSON:
		return v.Text() == w.Text()
	case Strings, Map:
		a := unsafe.Slice((*string)(v.ptr), int(v.word))
		b := unsafe.Slice((*string)(w.ptr), int(w.word))
		for i := range a {
			if a[i] != b[i] {
				return false
			}
		}
	}
	return true
}
