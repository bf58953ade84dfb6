package reading

import (
	"github.com/sgexport/sgexport/exporter/jsontext"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// name gives a record its name where the entry says where that stands: what was taken
// out there is not in the name either.
func (r *Reader) name(rec *record.Record) {
	if text := r.nameOf(rec); text != "" {
		r.set(rec, ColumnName, graph.StringValue(names.Valid(text)))
	}
}

func (r *Reader) nameOf(rec *record.Record) string {
	n := r.kind.Named
	switch {
	case n.ARN:
		a, _ := names.ParseARN(rec.ID)
		return r.table.NameIn(r.kind.Label, a)
	case n.Column != "":
		switch v := r.kind.value(rec, n.Column); v.Type() {
		case graph.String:
			return v.Text()
		case graph.Strings:
			if list := v.Strings(); len(list) > 0 {
				return list[0]
			}
		}
	case n.In != "":
		return tagIn(r.kind.value(rec, n.In), n.Tag)
	case n.Tag != "":
		return tagOf(r.kind.value(rec, ColumnTags), n.Tag)
	}
	return ""
}

// tagOf is a tag in a map.
func tagOf(v graph.Value, key string) string {
	if v.IsNull() {
		return ""
	}
	pairs := v.Pairs()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == key {
			return pairs[i+1]
		}
	}
	return ""
}

// tagIn is a tag in a list of structures, as JSON.
func tagIn(v graph.Value, key string) string {
	if v.IsNull() {
		return ""
	}
	tags, err := jsontext.List[struct{ Key, Value string }](v.Text())
	if err != nil {
		return "" // something was taken out of it
	}
	for _, t := range tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}
