// Package jsontext reads JSON of any making and writes it canonically.
package jsontext

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

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
