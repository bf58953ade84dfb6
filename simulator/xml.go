package simulator

import (
	"bytes"
	"encoding/xml"
	"time"
)

// A node is an element of an answer in XML: text, or other elements.
type node struct {
	name     string
	text     string
	children []node
}

func (n node) write(b *bytes.Buffer, namespace string) {
	b.WriteString("<" + n.name)
	if namespace != "" {
		b.WriteString(` xmlns="` + namespace + `"`)
	}
	b.WriteString(">")
	_ = xml.EscapeText(b, []byte(n.text)) // a buffer takes everything
	for _, child := range n.children {
		child.write(b, "")
	}
	b.WriteString("</" + n.name + ">")
}

// xmlResponse is a response that is one element.
func xmlResponse(status int, root, namespace string, children []node) response {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	node{name: root, children: children}.write(&b, namespace)
	return response{status: status, contentType: "text/xml", body: b.Bytes()}
}

// A dialect is how a service writes the values of its API in XML.
type dialect struct {
	item  string // the element of each item of a list
	times string // layout of times
	// names are the elements of members, by "Structure.Member", that are not
	// called as rename has it.
	names  map[string]string
	rename func(member string) string
	// texts change the text of members, by name.
	texts map[string]func(string) string
}

// members are the elements of a checked structure. A member that the shape
// does not have is left out.
func (d *dialect) members(s *shape, v any) []node {
	object, _ := v.(map[string]any)
	var out []node
	for _, name := range sortedKeys(object) {
		member := s.fields[name]
		if member == nil {
			continue
		}
		n := d.value(member, object[name])
		if n.name = d.names[s.goType.Name()+"."+name]; n.name == "" {
			n.name = d.rename(name)
		}
		if change := d.texts[name]; change != nil {
			n.text = change(n.text)
		}
		out = append(out, n)
	}
	return out
}

// value is the element of a checked value, without a name.
func (d *dialect) value(s *shape, v any) node {
	switch s.form {
	case listForm:
		items, _ := v.([]any)
		list := node{}
		for _, item := range items {
			n := d.value(s.elem, item)
			n.name = d.item
			list.children = append(list.children, n)
		}
		return list
	case structForm:
		return node{children: d.members(s, v)}
	case timeForm:
		if t, err := time.Parse(time.RFC3339Nano, text(v)); err == nil {
			return node{text: t.UTC().Format(d.times)}
		}
	}
	return node{text: text(v)}
}

// list is a list of structures under a name.
func (d *dialect) list(name string, s *shape, items []any) node {
	n := d.value(&shape{form: listForm, elem: s}, items)
	n.name = name
	return n
}
