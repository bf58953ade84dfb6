package reading

import (
	"crypto/sha256"
	"reflect"
	"slices"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph/location"
)

// references finds the values of all reference fields. The same value twice in
// one field, as two containers may have it, is one reference. region is where
// names are looked for.
func (r *Reader) references(rec *record.Record, s *shape, v reflect.Value, o *Origin, region string, e *encoder) {
	c := catalog.Context{
		Labels: r.table.Table, Partition: r.scope.Partition, Account: r.scope.Account, Region: region,
		Root: func(name string) string { return r.kind.text(v, o, name) },
	}
	for i, p := range s.paths {
		if p == nil {
			continue
		}
		first := len(e.refs)
		add := func(text string) { r.reference(e, first, i, &c, text) }
		p.each(v, v, func(text string, parent reflect.Value) {
			c.Parent = parent
			text = names.Valid(text)
			switch rule := &r.kind.Rules[i]; {
			case rule.Parts != nil:
				for _, part := range rule.Parts(text) {
					add(part)
				}
				return
			case !rule.Document:
				add(text)
				return
			}
			for _, inside := range referencesIn(text, r.kind.Rules[i].To, &c) {
				add(inside)
			}
		})
	}
	if len(e.refs) > 0 {
		rec.Refs = slices.Clone(e.refs)
	}
	if len(e.odd) > 0 {
		rec.NotReferences = slices.Clone(e.odd)
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, rule := range e.odd {
			r.notReferences[r.kind.Rules[rule].Path]++
		}
	}
}

// reference adds the reference that a text is, where no one from first on is the
// same.
func (r *Reader) reference(e *encoder, first, rule int, c *catalog.Context, text string) {
	ref, ok := r.kind.Rules[rule].To.Find(c, text)
	if !ok {
		e.odd = append(e.odd, rule)
		return
	}
	value := text
	if r.table.Entry(ref.Label).Address == catalog.CleanAddress {
		value = ref.ID // without credentials
	}
	found := value
	value = r.id(e, found)
	for _, id := range []*string{&ref.ID, &ref.Key, &ref.ARN} {
		if *id == found {
			*id = value // as nearly all are
		} else if *id != "" {
			*id = r.id(e, *id)
		}
	}
	named := ""
	if r.kind.compared[rule] {
		sum := sha256.Sum256([]byte(location.Artifact(text)))
		named = string(sum[:16])
	}
	for i := first; i < len(e.refs); i++ {
		if f := &e.refs[i]; f.Value == value && f.Named == named && f.Reference == ref {
			return
		}
	}
	e.refs = append(e.refs, record.Ref{Rule: rule, Value: value, Named: named, Reference: ref})
}
