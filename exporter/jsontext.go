package exporter

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/sgexport/sgexport/graph"
)

// documents are members whose text is JSON of someone's making: secrets stand
// there as they do in the API's own structures.
var documents = map[string]bool{"PipelineDefinition": true, "JobConfigDocument": true, "HubContentDocument": true}

// decodeJSON reads one JSON document; numbers stay as they are written.
func decodeJSON(text string, v any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	return d.Decode(v)
}

// appendAny appends a decoded document as canonical JSON: sorted keys, no white
// space, numbers as they were written.
func appendAny(dst []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		dst = append(dst, '{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(graph.AppendQuoted(dst, k), ':')
			dst = appendAny(dst, v[k])
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, inner := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendAny(dst, inner)
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

// document takes the secrets out of a text that holds JSON. A text without
// secrets is returned as it is; one that is no JSON is treated as plain text.
func (e *encoder) document(text string) string {
	if !e.redact {
		return text
	}
	var v any
	if err := decodeJSON(text, &v); err != nil {
		return e.plain(text)
	}
	before := e.hit
	e.hit = false
	v = e.clean("", v)
	if !e.hit {
		e.hit = before
		return text
	}
	return string(appendAny(nil, v))
}

// clean takes the secrets out of a decoded document. name is the key that v
// stands under.
func (e *encoder) clean(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if s, ok := inner.(string); ok {
				v[k] = e.entry(name, k, s)
				continue
			}
			v[k] = e.clean(k, inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = e.clean(name, inner)
		}
	case string:
		return e.text(name, v)
	}
	return v
}
