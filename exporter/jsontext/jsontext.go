// Package jsontext reads JSON of any making and writes it canonically.
package jsontext

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// Text is a text that holds canonical JSON: the type of a member that becomes a
// column of type JSON.
type Text string

// Decode reads one JSON document; numbers stay as they are written.
func Decode(text string, v any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	return d.Decode(v)
}

// Canonical returns a document as canonical JSON.
func Canonical(text string) (Text, error) {
	var v any
	if err := Decode(text, &v); err != nil {
		return "", err
	}
	return Text(Append(nil, v)), nil
}

// List reads a list of structures.
func List[T any](text string) (all []T, err error) {
	err = json.Unmarshal([]byte(text), &all)
	return all, err
}

// An Object is a JSON object in which a key may come twice.
type Object struct {
	Keys   []string
	Values []any
}

// An Appender is a value that appends itself as canonical JSON.
type Appender interface{ AppendJSON(dst []byte) []byte }

// AppendJSON implements [Appender]. Keys that are there twice keep their order.
func (o *Object) AppendJSON(dst []byte) []byte {
	order := make([]int, len(o.Keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(o.Keys[a], o.Keys[b]) })
	dst = append(dst, '{')
	for n, i := range order {
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = append(graph.AppendQuoted(dst, o.Keys[i]), ':')
		dst = Append(dst, o.Values[i])
	}
	return append(dst, '}')
}

// Append appends a decoded document as canonical JSON: sorted keys, no white
// space, numbers as they were written.
func Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		dst = append(dst, '{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(graph.AppendQuoted(dst, k), ':')
			dst = Append(dst, v[k])
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, inner := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = Append(dst, inner)
		}
		return append(dst, ']')
	case string:
		return graph.AppendQuoted(dst, v)
	case Appender:
		return v.AppendJSON(dst)
	case json.Number:
		return append(dst, v...)
	case bool:
		if v {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	}
	return append(dst, "null"...)
}
