package redact

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

const (
	// deepest is how deep a document may be. What is deeper is nobody's
	// configuration, and is read as plain text.
	deepest = 200
	// mostNested is how many documents may stand in one another as texts.
	mostNested = 6
)

var errTooDeep = errors.New("the document is too deep")

// Document takes the secrets out of a text that may hold JSON, one value or several.
// A text without secrets is returned as it is; one that is no JSON, or is cut, is
// read as plain text, in which all that an environment or a secret may be goes.
func (f *Filter) Document(text string) string { return f.shown(text, f.document(text)) }

func (f *Filter) document(text string) string {
	if !isJSON(text) {
		return f.plain(text)
	}
	return f.json(Context{}, text)
}

// isJSON reports whether a text begins as a document does.
func isJSON(text string) bool {
	if text == "" || isAlnum(text[0]) { // as nearly all are
		return false
	}
	t := strings.TrimLeft(text, " \t\r\n\ufeff")
	return t != "" && (t[0] == '{' || t[0] == '[' || t[0] == '"')
}

// json cleans a document in a context.
func (f *Filter) json(c Context, text string) string {
	if !c.Says() && !mayHold(text) {
		return text
	}
	if f.depth >= mostNested {
		return f.plain(text)
	}
	w := walker{Filter: f, text: strings.TrimPrefix(text, "\ufeff")}
	var err error
	if w.boxes, err = boxesOf(w.text); err != nil {
		return f.plain(text)
	}
	before := len(f.Found)
	f.depth++
	defer func() { f.depth-- }()
	w.values(c)
	if len(f.Found) == before || !f.On {
		return text
	}
	f.Found, w.writes = f.Found[:before], true
	w.values(c)
	return string(w.dst)
}

// mayHold reports whether a document can have a secret: a word that some detector
// looks for, or a letter that is written so that no word can be seen.
func mayHold(text string) bool {
	_, any := allDetectors().scan(text)
	return any || strings.Contains(text, `\u`) || runs(nil, text) != nil
}

// A box is an object or a list of a document: where it ends, and how many others are in
// it. Boxes are in the order in which they begin.
type box struct{ end, inside int }

// boxesOf reads a text as JSON, one value or several, and finds its boxes.
func boxesOf(text string) (boxes []box, err error) {
	if !json.Valid([]byte(text)) { // as one value, which is quick to see
		if err := readValues(text); err != nil {
			return nil, err
		}
	}
	var open []int
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = stringEnd(text, i) - 1
		case '{', '[':
			if len(open) > deepest {
				return nil, errTooDeep
			}
			open = append(open, len(boxes))
			boxes = append(boxes, box{})
		case '}', ']':
			last := open[len(open)-1]
			open = open[:len(open)-1]
			boxes[last] = box{i + 1, len(boxes) - last - 1}
		}
	}
	return boxes, nil
}

// readValues reads a text as several values, and says what is wrong with it.
func readValues(text string) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	depth := 0
	for some := false; ; some = true {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && some && depth == 0:
			return nil
		case err != nil:
			return err
		case token == json.Delim('{'), token == json.Delim('['):
			if depth++; depth > deepest+1 {
				return errTooDeep
			}
		case token == json.Delim('}'), token == json.Delim(']'):
			depth--
		}
	}
}

// saysWhere reports whether a key stands where a value would, and says where it is
// kept: valueFrom, of Kubernetes and of task definitions.
func saysWhere(key string) bool { return strings.EqualFold(key, "valueFrom") }
