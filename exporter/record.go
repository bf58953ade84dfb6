package exporter

import (
	"encoding/binary"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// A record is one resource as the spool keeps it.
type record struct {
	id     string
	key    string // what references by name look for: the resource part of its ARN
	alias  string // another key that they may look for, or ""
	values []graph.Value
	refs   []foundRef
}

// A foundRef is the value of one reference field.
type foundRef struct {
	rule  int // of the kind
	value string
	reference
}

func (r *record) append(dst []byte) []byte {
	dst = spool.AppendString(dst, r.id)
	dst = spool.AppendString(dst, r.key)
	dst = spool.AppendString(dst, r.alias)
	dst = binary.AppendUvarint(dst, uint64(len(r.values)))
	for _, v := range r.values {
		dst = spool.AppendValue(dst, v)
	}
	for _, f := range r.refs {
		dst = binary.AppendUvarint(dst, uint64(f.rule))
		for _, s := range []string{f.value, f.label, f.id, f.key, f.arn} {
			dst = spool.AppendString(dst, s)
		}
	}
	return dst
}

func decodeRecord(rec string) (record, error) {
	d := spool.NewDecoder(rec)
	r := record{id: d.String(), key: d.String(), alias: d.String()}
	n := d.Uint()
	if n > uint64(len(rec)) {
		n = 0 // damaged: the decoder says so below
	}
	r.values = make([]graph.Value, n)
	for i := range r.values {
		r.values[i] = d.Value()
	}
	for d.More() {
		f := foundRef{rule: int(d.Uint()), value: d.String()}
		f.label, f.id, f.key, f.arn = d.String(), d.String(), d.String(), d.String()
		r.refs = append(r.refs, f)
	}
	return r, d.Err()
}

// text returns a column of a kind's record as text; "" where it is none.
func (r *record) text(k *kind, column string) string {
	i := slices.IndexFunc(k.columns, func(c graph.Column) bool { return c.Name == column })
	switch v := r.values[i]; v.Type() {
	case graph.String, graph.JSON:
		return v.Text()
	case graph.Int:
		return strconv.FormatInt(v.Int(), 10)
	}
	return ""
}

// A reader turns structures of the API into records of one kind.
type reader struct {
	kind    *kind
	scope   *Scope
	redact  bool
	members memberCache

	mu            sync.Mutex
	notReferences map[string]int64 // by path
	redacted      map[string]bool  // columns
}

func newReader(k *kind, s *Scope, redact bool) *reader {
	return &reader{kind: k, scope: s, redact: redact, notReferences: map[string]int64{}, redacted: map[string]bool{}}
}

// note remembers columns that something was taken out of.
func (r *reader) note(columns []int) {
	if len(columns) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range columns {
		r.redacted[r.kind.columns[i].Name] = true
	}
}

// identify returns the ARN of a structure, or the one it would have where the
// structure does not tell it, and its key.
func (r *reader) identify(v reflect.Value, o *origin) (id, key string) {
	k := r.kind
	text := func(name string) string { return o.text(v, name) }
	if k.id != "" {
		id, _ = expand(k.id, text)
		return id, id
	}
	for _, member := range strings.Split(k.arn, "|") {
		if id = o.text(v, member); id != "" {
			break
		}
	}
	key, _ = expand(resourceTemplate(k.label), text)
	switch a, ok := parseARN(id); {
	case id == "" && key != "":
		id = arn{r.scope.Partition, "sagemaker", r.scope.Region, r.scope.Account, key}.String()
	case ok && strings.Count(key, "/") != strings.Count(a.resource, "/"):
		key = a.resource // the name is not all: a version in a model package group
	}
	return id, key
}

// read makes the record of one resource. v is the fullest structure there is.
func (r *reader) read(v reflect.Value, o *origin) *record {
	k := r.kind
	s := k.shapes[v.Type()]
	rec := &record{}
	var redacted []int
	rec.values, redacted = s.plan.values(v, encoder{redact: r.redact, members: &r.members})
	r.note(redacted)
	rec.id, rec.key = r.identify(v, o)
	if k.alias != "" {
		rec.alias, _ = expand(k.alias, func(name string) string { return o.text(v, name) })
	}
	set := func(name string, v graph.Value) int {
		i := slices.IndexFunc(k.columns, func(c graph.Column) bool { return c.Name == name })
		rec.values[i] = v
		return i
	}
	account, region := r.scope.Account, r.scope.Region
	a, ok := parseARN(rec.id)
	if ok && isAccountID(a.account) && a.region != "" {
		account, region = a.account, a.region // shared by another account
	}
	if k.id == "" {
		set(columnARN, graph.StringValue(rec.id))
		// A list may call the name otherwise than the details do.
		if name := resourceName(k.label, a); name != "" && rec.values[0].IsNull() {
			set(columnName, graph.StringValue(valid(name)))
		}
	}
	set(columnAccount, graph.StringValue(account))
	set(columnRegion, graph.StringValue(region))
	set(columnObserved, graph.BoolValue(true))
	if tags := tagsOf(v, s); len(tags) > 0 {
		value, hit := tagsValue(tags, r.redact)
		if i := set(columnTags, value); hit {
			r.note([]int{i})
		}
	}
	r.references(rec, s, v, o)
	if k.within != "" {
		value := o.given[k.within]
		if value == "" { // it stands in a document of the parent, by its name
			value = rec.id[strings.LastIndexByte(rec.id, '/')+1:]
		}
		rec.refs = append(rec.refs, foundRef{rule: len(k.rules) - 1, value: value, reference: reference{label: k.list.parent, id: o.parent}})
	}
	return rec
}

// references finds the values of all reference fields. The same value twice in
// one field, as two containers may have it, is one reference.
func (r *reader) references(rec *record, s *shape, v reflect.Value, o *origin) {
	c := refContext{
		partition: r.scope.Partition, account: r.scope.Account, region: r.scope.Region,
		root: func(name string) string { return o.text(v, name) },
	}
	for i, p := range s.paths {
		if p == nil {
			continue
		}
		first := len(rec.refs)
		add := func(text string) {
			ref, ok := r.kind.rules[i].to.find(&c, text)
			if !ok {
				r.mu.Lock()
				r.notReferences[r.kind.rules[i].path]++
				r.mu.Unlock()
				return
			}
			value := text
			if ref.label == gitLabel {
				value = ref.id // without credentials
			}
			if r.redact {
				value, _ = withoutCredentials(value)
				if ref.label == gitLabel || ref.label == imageLabel { // the id is an address
					ref.id, _ = withoutCredentials(ref.id)
				}
			}
			for _, f := range rec.refs[first:] {
				if f.value == value && f.reference == ref {
					return
				}
			}
			rec.refs = append(rec.refs, foundRef{rule: i, value: value, reference: ref})
		}
		p.each(v, v, func(text string, parent reflect.Value) {
			c.parent = parent
			text = valid(text)
			if !r.kind.rules[i].document {
				add(text)
				return
			}
			for _, found := range referencesIn(text, r.kind.rules[i].to, &c) {
				add(found)
			}
		})
	}
}

// tagsOf returns the tags that a structure has. None are null as they are where
// GetResources does not name the resource.
func tagsOf(v reflect.Value, s *shape) map[string]string {
	if !s.tags || v.FieldByName("Tags").IsNil() {
		return nil
	}
	tags := map[string]string{}
	list := v.FieldByName("Tags")
	for i := range list.Len() {
		tags[field(list.Index(i), "Key")] = field(list.Index(i), "Value")
	}
	return tags
}

// tagsValue is the value of tags, and whether a secret was taken out of them.
func tagsValue(tags map[string]string, redact bool) (v graph.Value, hit bool) {
	e := encoder{redact: redact, members: &memberCache{}}
	v = e.value(columnTags, reflect.ValueOf(tags))
	return v, e.hit
}
