package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// member is one member of an object, in the document's order.
type member struct {
	name  string
	value any
}

// object keeps its members in order. Values are object, []any, string, json.Number, bool or nil.
type object []member

const (
	// maxDocument is more than any service stores: the largest is 20 kB for a bucket, an organization's are 10 kB.
	maxDocument = 1 << 20
	maxDepth    = 16
)

// readJSON reads one JSON text strictly: nothing behind it, no name twice in an object, valid UTF-8 alone. The names of a policy have
// their exact case, so two names that differ in case are two.
func readJSON(text string) (any, error) {
	if len(text) > maxDocument {
		return nil, fmt.Errorf("longer than %d bytes", maxDocument)
	}
	if !utf8.ValidString(text) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := readValue(d, 0)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("cut off")
		}
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the document")
	}
	return v, nil
}

func readValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		o := object{}
		seen := map[string]bool{}
		for d.More() {
			t, err := d.Token()
			if err != nil {
				return nil, err
			}
			name, _ := t.(string)
			if seen[name] {
				return nil, fmt.Errorf("%q stands twice in one object", name)
			}
			seen[name] = true
			v, err := readValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			o = append(o, member{name, v})
		}
		_, err := d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := readValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return t, nil
}
