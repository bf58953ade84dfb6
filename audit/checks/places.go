package checks

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A place is where a resource says something: in a column, or inside a column of
// JSON.
type place struct {
	column string
	letter string   // the type of the column, as [view.Columns] has it
	member string   // the API's member that the column has
	within []string // names of members and [] for each element of a list, inside of JSON
}

// at reads a place: a column with its type, and the path of the API's member. One
// level of nesting is a column of its own; what is deeper, and what lists and maps of
// structures hold, stands inside of the column. So
//
//	kms_key_id KmsKeyId
//	output_config_kms_key_id OutputConfig.KmsKeyId
//	containers:J Containers[].ImageConfig.RepositoryAccessMode
//
// are places, the last inside of the column.
func at(text string) place {
	column, path, ok := strings.Cut(text, " ")
	if !ok {
		panic("checks: a place without a path: " + text)
	}
	column, letter, _ := strings.Cut(column, ":")
	steps := strings.Split(strings.ReplaceAll(path, "[]", ".[]"), ".")
	own := len(steps)
	if letter == "J" {
		own = min(own, 2)
	}
	if own == 2 && steps[1] == "[]" {
		own = 1
	}
	return place{column, letter, strings.Join(steps[:own], "."), steps[own:]}
}

// A member is what stands at a place: text, true or false, a float64, a list or a
// map of what JSON has; nil where it is absent.
type member struct {
	path  string // Containers[0].ImageConfig
	value any
	in    map[string]any // the structure inside of JSON that it is a member of; nil where that is absent
}

// text returns the member where it is a text, or "".
func (m *member) text() string {
	s, _ := m.value.(string)
	return s
}

// shown is the member as evidence has it.
func (m *member) shown() string {
	switch v := m.value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool, float64:
		return fmt.Sprint(v)
	}
	text, err := json.Marshal(m.value)
	if err != nil {
		return ""
	}
	return string(text)
}

// at returns what stands at a place, one member for each element of the lists on the
// way. There are none where it was not read, which counts as unknown, nor where a
// column of JSON has no value or such a list is absent.
func (o *Subject) at(p place) []member {
	if p.letter == "J" {
		doc, ok := o.Document(p.column)
		if !ok || doc == nil {
			return nil
		}
		return walk(nil, member{path: p.member, value: doc}, p.within)
	}
	if !o.Read(p.column) {
		return nil
	}
	m := member{path: p.member}
	switch p.letter {
	case "":
		if s := o.Text(p.column); s != "" {
			m.value = s
		}
	case "B":
		if b, ok := o.Bool(p.column); ok {
			m.value = b
		}
	case "I":
		if i, ok := o.Int(p.column); ok {
			m.value = float64(i)
		}
	case "L":
		if list := o.Strings(p.column); len(list) > 0 {
			m.value = list
		}
	default:
		panic("checks: a place of type " + p.letter)
	}
	return []member{m}
}

// walk appends what stands at steps inside of a member.
func walk(all []member, m member, steps []string) []member {
	if len(steps) == 0 {
		return append(all, m)
	}
	if steps[0] == "[]" {
		list, _ := m.value.([]any)
		for i, v := range list {
			all = walk(all, member{path: fmt.Sprintf("%s[%d]", m.path, i), value: v}, steps[1:])
		}
		return all
	}
	in, _ := m.value.(map[string]any)
	return walk(all, member{path: m.path + "." + steps[0], value: in[steps[0]], in: in}, steps[1:])
}

// Document returns a column of JSON as encoding/json reads it; nil where there is no
// value. Where it was not read, or is no JSON, ok is false and the resource counts as
// unknown unless something else is found wrong with it. The caller must not change it.
func (o *Subject) Document(column string) (doc any, ok bool) {
	if !o.Read(column) {
		return nil, false
	}
	text := o.JSON(column)
	if text == "" {
		return nil, true
	}
	if doc, ok = o.Search.documents.parse(text); !ok {
		o.Lack(o.Scope, o.Label)
	}
	return doc, ok
}

// documents are texts that were parsed: several checks read the same column one after
// the other, and many resources have the same text.
type documents struct {
	parsed map[string]any
	size   int // of the texts, in bytes
}

// mostDocuments is how many bytes of text are kept parsed until all are let go.
const mostDocuments = 8 << 20

func (d *documents) parse(text string) (doc any, ok bool) {
	doc, ok = d.parsed[text]
	if ok {
		return doc, true
	}
	if json.Unmarshal([]byte(text), &doc) != nil {
		return nil, false
	}
	if d.size += len(text); d.parsed == nil || d.size > mostDocuments {
		d.parsed, d.size = map[string]any{}, len(text)
	}
	d.parsed[text] = doc
	return doc, true
}
