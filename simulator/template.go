package simulator

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A template is what an answer has of a document, as JSON, with gaps for what is
// another in each of its copies: the end of names, and times.
type template struct{ parts []templatePart }

type templatePart struct {
	text  []byte // nil: a gap
	time  bool   // of a time; else of the end of a name
	nanos int64  // since 1970, of the time in the document that was copied
}

// templates are those of a document, by view. All copies that a source has share
// them.
type templates struct{ all sync.Map }

// Marks of gaps in text: what JSON makes of signs that no document has.
const (
	nameSign, timeSign = "\x01", "\x02"
	nameMark, timeMark = `\u0001`, `"\u0002`
	timeEnd            = `\u0002"`
)

// appendView appends what a view has of the document, as JSON. The view is a name
// and what it makes of a document.
func (d *document) appendView(b []byte, view string, of func(body map[string]any) any) ([]byte, *apiError) {
	t, ok := d.views.all.Load(view)
	if !ok {
		text, failure := encodeJSON(of(d.marked()))
		if failure != nil {
			return nil, failure
		}
		t, _ = d.views.all.LoadOrStore(view, newTemplate(text, d.suffix != ""))
	}
	return t.(*template).append(b, d), nil
}

// newTemplate finds the gaps in the JSON of a document that is a copy.
func newTemplate(text []byte, gaps bool) *template {
	t := &template{}
	for gaps && len(text) > 0 {
		name, when := bytes.Index(text, []byte(nameMark)), bytes.Index(text, []byte(timeMark))
		switch {
		case name < 0 && when < 0:
			gaps = false
		case when < 0 || name >= 0 && name < when:
			t.parts = append(t.parts, templatePart{text: text[:name:name]}, templatePart{})
			text = text[name+len(nameMark):]
		default:
			end := when + len(timeMark) + bytes.Index(text[when+len(timeMark):], []byte(timeEnd))
			nanos, _ := strconv.ParseInt(string(text[when+len(timeMark):end]), 10, 64) // as markTime wrote it
			t.parts = append(t.parts, templatePart{text: text[:when:when]}, templatePart{time: true, nanos: nanos})
			text = text[end+len(timeEnd):]
		}
	}
	t.parts = append(t.parts, templatePart{text: text[:len(text):len(text)]})
	return t
}

func (t *template) append(b []byte, d *document) []byte {
	for i := range t.parts {
		switch p := &t.parts[i]; {
		case p.text != nil:
			b = append(b, p.text...)
		case p.time:
			b = appendEpoch(b, time.Unix(0, p.nanos+int64(d.shift)))
		default:
			b = append(b, d.suffix...)
		}
	}
	return b
}

// marked is the document with marks where its copies differ.
func (d *document) marked() map[string]any {
	if d.suffix == "" {
		return d.body
	}
	m := *d
	m.suffix = nameSign
	return m.change(d.body, markTime).(map[string]any)
}

// markTime makes a mark of a time.
func markTime(t time.Time) string {
	return timeSign + strconv.FormatInt(t.UnixNano(), 10) + timeSign
}

// change renames, and changes times where the copy has others.
func (d *document) change(v any, times func(time.Time) string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = d.change(value, times)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = d.change(value, times)
		}
		return out
	case string:
		if d.made {
			if t, ok := timeIn(v); ok {
				return times(t)
			}
		}
		return d.renameText(v)
	}
	return v
}

// timeIn reads a text that is a time.
func timeIn(text string) (time.Time, bool) {
	if len(text) < len("2006-01-02T15:04:05Z") || text[4] != '-' || text[10] != 'T' {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	return t, err == nil
}

// renameText changes names that stand alone or between slashes.
func (d *document) renameText(text string) string {
	if !strings.Contains(text, "/") {
		if d.names[text] {
			return text + d.suffix
		}
		return text
	}
	parts := strings.Split(text, "/")
	for i, part := range parts {
		if d.names[part] {
			parts[i] += d.suffix
		}
	}
	return strings.Join(parts, "/")
}

// encoded is an answer in JSON as it is sent.
type encoded []byte

// member begins a member of an object in JSON.
func member(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), name...), `":`...)
}

// appendToken ends an object with a token, if there is one. A PaginationToken is
// always there.
func appendToken(b []byte, name, token string) []byte {
	if token != "" || name == "PaginationToken" {
		text, _ := json.Marshal(token) // a string
		b = append(member(b, name), text...)
	}
	return append(b, '}')
}
