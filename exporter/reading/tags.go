package reading

import (
	"reflect"
	"slices"

	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
)

// tagsOf returns the tags that a structure has, sorted by key; of a key that comes twice
// the last. None are null as they are where GetResources does not name the resource.
func (e *encoder) tagsOf(v reflect.Value, s *shape) []entry {
	if !s.tags {
		return nil
	}
	e.pairs = e.pairs[:0]
	list := v.Field(s.tagsAt)
	for i := range list.Len() {
		tag := list.Index(i)
		e.pairs = append(e.pairs, entry{raw: operation.TextOf(tag.Field(s.tagKey)), text: operation.TextOf(tag.Field(s.tagValue))})
	}
	slices.SortStableFunc(e.pairs, byRaw)
	n := 0
	for i, one := range e.pairs {
		if i+1 < len(e.pairs) && e.pairs[i+1].raw == one.raw {
			continue
		}
		e.pairs[n] = one
		n++
	}
	e.pairs = e.pairs[:n]
	return e.pairs
}

// tagsValue is the value of tags that are sorted by key.
func (e *encoder) tagsValue(tags []entry) graph.Value {
	e.Enter(ColumnTags)
	defer e.Leave()
	return graph.MapValue(e.appendPairs(make([]string, 0, 2*len(tags)), redact.Context{}, e.show(tags)))
}

// TagsValue is the value of tags, and what was taken out of them.
func TagsValue(tags map[string]string, on bool) (graph.Value, []redact.Redaction) {
	e := encoder{Filter: redact.Filter{On: on}, members: &memberCache{}}
	e.Enter(ColumnTags)
	v := e.value(redact.Context{}, reflect.ValueOf(tags))
	return v, e.Found
}
