package audit

import (
	"bytes"
	"encoding/json"
	"io"
)

// WriteJSON writes the report as docs/audit.schema.json describes it, one item a
// line. The same graph gives the same bytes.
func (r *Report) WriteJSON(w io.Writer) error {
	j := &jsonWriter{w: w}
	j.encoder = json.NewEncoder(&j.buffer)
	j.encoder.SetEscapeHTML(false)
	j.text("{\n")
	j.member("format_version", r.FormatVersion)
	j.member("snapshot", r.Snapshot)
	j.member("scopes", r.Scopes)
	if len(r.Only) > 0 {
		j.member("only", r.Only)
	}
	j.key("invokers")
	first := true
	for v := range r.EachInvoker {
		j.line = append(j.line[:0], map[bool]string{true: "[\n    ", false: ",\n    "}[first]...)
		line, ok := v.appendJSON(j.line)
		j.line = line
		j.bytes(line)
		if !ok {
			j.value(v)
		}
		first = false
		if j.err != nil {
			break
		}
	}
	j.text(map[bool]string{true: "[]", false: "\n  ]"}[first])
	list(j, "bearer", r.Bearer)
	list(j, "openers", r.Openers)
	list(j, "roles", r.Roles)
	list(j, "exposure", r.Exposure)
	list(j, "assume", r.Assume)
	list(j, "escalations", r.Escalations)
	list(j, "buckets", r.Buckets)
	list(j, "pipelines", r.Pipelines)
	list(j, "checks", r.Checks)
	list(j, "findings", r.Findings)
	list(j, "waivers", r.Waivers)
	list(j, "unknown", r.Unknown)
	j.text("\n}\n")
	return j.err
}

// WriteItems writes a JSON array of what becomes of each item, one a line.
func (r *Report) WriteItems(w io.Writer, become func(*Item) any) error {
	j := &jsonWriter{w: w}
	j.encoder = json.NewEncoder(&j.buffer)
	j.encoder.SetEscapeHTML(false)
	before, end := "[\n", "[]\n"
	for i := range r.Items() {
		j.text(before)
		j.value(become(i))
		before, end = ",\n", "\n]\n"
		if j.err != nil {
			break
		}
	}
	j.text(end)
	return j.err
}

// A jsonWriter writes one value after the other: a report as a whole may not fit
// into memory twice.
type jsonWriter struct {
	w       io.Writer
	buffer  bytes.Buffer
	encoder *json.Encoder
	line    []byte
	members int
	err     error
}

func (j *jsonWriter) text(s string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, s)
	}
}

func (j *jsonWriter) bytes(b []byte) {
	if j.err == nil {
		_, j.err = j.w.Write(b)
	}
}

func (j *jsonWriter) value(v any) {
	if j.err != nil {
		return
	}
	j.buffer.Reset()
	if j.err = j.encoder.Encode(v); j.err == nil {
		_, j.err = j.w.Write(bytes.TrimSuffix(j.buffer.Bytes(), []byte{'\n'}))
	}
}

func (j *jsonWriter) key(name string) {
	if j.members > 0 {
		j.text(",\n")
	}
	j.members++
	j.text("  ")
	j.value(name)
	j.text(": ")
}

func (j *jsonWriter) member(name string, v any) {
	j.key(name)
	j.value(v)
}

func list[T any](j *jsonWriter, name string, items []T) {
	j.key(name)
	if len(items) == 0 {
		j.text("[]")
		return
	}
	for i := range items {
		j.text(map[bool]string{true: "[\n    ", false: ",\n    "}[i == 0])
		j.value(&items[i])
	}
	j.text("\n  ]")
}
