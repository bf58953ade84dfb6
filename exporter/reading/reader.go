package reading

import (
	"cmp"
	"crypto/sha256"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/location"
)

// An Origin is where a resource was found.
type Origin struct {
	Item   reflect.Value     // what the list said of it; may be invalid
	Parent string            // id of the resource that it was listed for, or ""
	Label  string            // of the parent, where there are several that it may be
	Batch  []string          // ids that it was listed with, or nil
	Given  map[string]string // members of the list's input that told which

	text  []byte // see JSON
	print uint64 // see Print
}

// text returns the text of a member, of the fullest structure there is, of the
// list item, or of the list's input.
func (k *Kind) text(v reflect.Value, o *Origin, name string) string {
	if name == catalog.ParentMember {
		return o.Parent
	}
	for _, s := range []reflect.Value{k.wrapped(v), v, o.Item} {
		if s.IsValid() {
			if text := operation.Text(s, name); text != "" {
				return names.Valid(text)
			}
		}
	}
	return o.Given[name]
}

// wrapped returns what is inside the wrapper of v; invalid where v has none.
func (k *Kind) wrapped(v reflect.Value) reflect.Value {
	if k.Wrapper == "" || !v.IsValid() {
		return reflect.Value{}
	}
	f := v.FieldByName(k.Wrapper)
	if !f.IsValid() || f.Kind() != reflect.Pointer || f.IsNil() {
		return reflect.Value{}
	}
	return f.Elem()
}

// A Reader turns structures of the API into records of one kind in one scope.
type Reader struct {
	kind    *Kind
	table   *Table
	scope   record.Scope
	redact  bool
	members memberCache
	// compared are the edges whose fields are compared with others by what they name.
	compared map[catalog.Edge]bool

	mu            sync.Mutex
	notReferences map[string]int64 // by path
	redacted      map[string]bool  // columns
}

// NewReader returns a reader; redact takes secrets out.
func (t *Table) NewReader(k *Kind, s record.Scope, redact bool) *Reader {
	return &Reader{
		kind: k, table: t, scope: s, redact: redact, compared: comparedEdges(),
		notReferences: map[string]int64{}, redacted: map[string]bool{},
	}
}

// comparedEdges are those of derivations that compare values.
func comparedEdges() map[catalog.Edge]bool {
	edges := map[catalog.Edge]bool{}
	for _, d := range catalog.Derivations() {
		if !d.ByID {
			edges[d.Asks.Edge], edges[d.Defines.Edge] = true, true
		}
	}
	return edges
}

// Notes are what a reader came upon: how many values of each path cannot be
// references, and the columns that something was taken out of.
func (r *Reader) Notes() (notReferences map[string]int64, redacted map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.notReferences, r.redacted
}

// note remembers columns that something was taken out of.
func (r *Reader) note(columns ...int) {
	if len(columns) == 0 || !r.redact {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range columns {
		r.redacted[r.kind.Columns[i].Name] = true
	}
}

// Identify returns the ARN of a structure, or the one it would have where the
// structure does not tell it, and its key. Both are "" where nothing tells.
func (r *Reader) Identify(v reflect.Value, o *Origin) (id, key string) {
	k := r.kind
	text := func(name string) string { return k.text(v, o, name) }
	if k.ID != "" {
		id, _ = names.Expand(k.ID, text)
		return id, id
	}
	if id = r.ARN(v); id == "" && o.Item.IsValid() {
		id = r.ARN(o.Item)
	}
	key, _ = names.Expand(k.Resource, text)
	switch a, ok := names.ParseARN(id); {
	case id == "" && key != "":
		id = names.ARN{Partition: r.scope.Partition, Service: "sagemaker", Region: r.scope.Region, Account: r.scope.Account, Resource: key}.String()
	case ok && strings.Count(key, "/") != strings.Count(a.Resource, "/"):
		key = a.Resource // the name is not all: a version in a model package group
	case ok && k.ListLowersARN && a.Resource != key && a.Resource == strings.ToLower(key):
		a.Resource = key
		id = a.String()
	}
	return id, key
}

// ARN returns the ARN that a structure itself tells, or "" where it tells none of
// the kind.
func (r *Reader) ARN(v reflect.Value) string {
	text := r.arnText(v)
	a, ok := names.ParseARN(text)
	typ, _, _ := strings.Cut(r.kind.Resource, "/")
	if own, _, _ := strings.Cut(a.Resource, "/"); !ok || a.Service != "sagemaker" || own != typ {
		return ""
	}
	return text
}

// OddARN returns what stands where the ARN of a structure should, where it is none
// of the kind; "" where it is one, or there is nothing.
func (r *Reader) OddARN(v reflect.Value) string {
	if text := r.arnText(v); text != "" && r.ARN(v) == "" {
		return text
	}
	return ""
}

func (r *Reader) arnText(v reflect.Value) string {
	if r.kind.Entry.ID != "" {
		return ""
	}
	for _, member := range strings.Split(r.kind.ARN, "|") {
		if text := r.kind.text(v, &Origin{}, member); text != "" {
			return text
		}
	}
	return ""
}

// Read makes the record of one resource. v is the fullest structure there is;
// unreadable are columns that it has and no format can hold, which are null.
func (r *Reader) Read(v reflect.Value, o *Origin) (rec *record.Record, unreadable []string) {
	k := r.kind
	s := k.shapes[v.Type()]
	rec = &record.Record{}
	var f found
	rec.Values, f = s.plan.values(v, encoder{Filter: redact.Filter{On: r.redact}, members: &r.members})
	r.note(f.redacted...)
	for _, i := range f.unreadable {
		unreadable = append(unreadable, k.Columns[i].Name)
	}
	rec.ID, rec.Key = r.Identify(v, o)
	for _, alias := range k.Aliases {
		if key, ok := names.Expand(alias, func(name string) string { return k.text(v, o, name) }); ok {
			rec.Aliases = append(rec.Aliases, r.id(key))
		}
	}
	rec.ID, rec.Key = r.id(rec.ID), r.id(rec.Key)
	r.set(rec, ColumnRedactions, redactionsValue(append(f.redactions, r.common(rec, s, v)...)))
	r.name(rec)
	r.set(rec, ColumnUnread, unreadOf(s.lacks, unreadable))
	r.references(rec, s, v, o, r.scope.Region)
	if k.Within != "" {
		value := o.Given[k.Within]
		if value == "" { // it stands in a document of the parent, by its name
			value = rec.ID[strings.LastIndexByte(rec.ID, '/')+1:]
		}
		rec.Refs = append(rec.Refs, record.Ref{Rule: len(k.Rules) - 1, Value: value, Reference: catalog.Reference{Label: cmp.Or(o.Label, k.List.Parent), ID: o.Parent}})
	}
	return rec, unreadable
}

// id is an id, or what one is found by, as it may stand in a file.
func (r *Reader) id(s string) string {
	if !r.redact {
		return s
	}
	return redact.ID(s)
}

// redactionsValue is the column that says what was taken out; null where nothing
// was.
func redactionsValue(all []redact.Redaction) graph.Value {
	if len(all) == 0 {
		return graph.Null
	}
	return graph.JSONValue(string(redact.AppendRedactions(nil, all)))
}

// MarkUnread says of a record that columns of it were not read.
func (r *Reader) MarkUnread(rec *record.Record, columns []string) {
	for i, c := range r.kind.Columns {
		if c.Name == ColumnUnread && len(columns) > 0 {
			rec.Values[i] = unreadOf(rec.Values[i], columns)
		}
	}
}

// unreadOf joins what a shape lacks and what could not be read.
func unreadOf(lacks graph.Value, unreadable []string) graph.Value {
	if len(unreadable) == 0 {
		return lacks
	}
	all := slices.Clone(unreadable)
	if !lacks.IsNull() {
		all = append(all, lacks.Strings()...)
	}
	slices.Sort(all)
	return graph.StringsValue(slices.Compact(all))
}

// set gives a column a value, and returns its index; -1 where the kind does not
// have it.
func (r *Reader) set(rec *record.Record, name string, v graph.Value) int {
	i := slices.IndexFunc(r.kind.Columns, func(c graph.Column) bool { return c.Name == name })
	if i >= 0 {
		rec.Values[i] = v
	}
	return i
}

// common sets the columns that every kind has, and returns what it took out of
// tags.
func (r *Reader) common(rec *record.Record, s *shape, v reflect.Value) []redact.Redaction {
	k := r.kind
	account, region := r.scope.Account, r.scope.Region
	a, ok := names.ParseARN(rec.ID)
	if ok && a.Account != "" {
		account = a.Account // shared by another account, or AWS's own
		region = cmp.Or(a.Region, region)
	}
	if k.Owner != "" {
		account = cmp.Or(operation.Text(v, k.Owner), account)
	}
	if k.ID == "" {
		r.set(rec, ColumnARN, graph.StringValue(rec.ID))
		// A list may call the name otherwise than the details do.
		if name := r.table.NameIn(k.Label, a); name != "" && k.value(rec, ColumnName).IsNull() {
			r.set(rec, ColumnName, graph.StringValue(names.Valid(name)))
		}
	}
	r.set(rec, ColumnAccount, graph.StringValue(account))
	r.set(rec, ColumnRegion, graph.StringValue(region))
	r.set(rec, ColumnObserved, graph.BoolValue(true))
	tags := tagsOf(v, s)
	if len(tags) == 0 {
		return nil
	}
	value, redactions := TagsValue(tags, r.redact)
	if i := r.set(rec, ColumnTags, value); len(redactions) > 0 {
		r.note(i)
	}
	return redactions
}

// TellsTags reports whether structures of a type tell the tags of the resource.
func (k *Kind) TellsTags(t reflect.Type) bool { return k.shapes[t].tags }

// references finds the values of all reference fields. The same value twice in
// one field, as two containers may have it, is one reference. region is where
// names are looked for.
func (r *Reader) references(rec *record.Record, s *shape, v reflect.Value, o *Origin, region string) {
	c := catalog.Context{
		Labels: r.table.Table, Partition: r.scope.Partition, Account: r.scope.Account, Region: region,
		Root: func(name string) string { return r.kind.text(v, o, name) },
	}
	for i, p := range s.paths {
		if p == nil {
			continue
		}
		first := len(rec.Refs)
		add := func(text string) { r.reference(rec, first, i, &c, text) }
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
}

// reference adds the reference that a text is, where no one from first on is the
// same.
func (r *Reader) reference(rec *record.Record, first, rule int, c *catalog.Context, text string) {
	ref, ok := r.kind.Rules[rule].To.Find(c, text)
	if !ok {
		r.mu.Lock()
		r.notReferences[r.kind.Rules[rule].Path]++
		r.mu.Unlock()
		rec.NotReferences = append(rec.NotReferences, rule)
		return
	}
	value := text
	if r.table.Entry(ref.Label).Address == catalog.CleanAddress {
		value = ref.ID // without credentials
	}
	for _, text := range []*string{&value, &ref.ID, &ref.Key, &ref.ARN} {
		*text = r.id(*text)
	}
	named := ""
	if r.compared[r.kind.Rules[rule].Edge] {
		sum := sha256.Sum256([]byte(location.Artifact(text)))
		named = string(sum[:16])
	}
	for _, f := range rec.Refs[first:] {
		if f.Value == value && f.Named == named && f.Reference == ref {
			return
		}
	}
	rec.Refs = append(rec.Refs, record.Ref{Rule: rule, Value: value, Named: named, Reference: ref})
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
		tags[operation.Text(list.Index(i), "Key")] = operation.Text(list.Index(i), "Value")
	}
	return tags
}

// TagsValue is the value of tags, and what was taken out of them.
func TagsValue(tags map[string]string, on bool) (graph.Value, []redact.Redaction) {
	e := encoder{Filter: redact.Filter{On: on}, members: &memberCache{}}
	e.Enter(ColumnTags)
	v := e.value(redact.Context{}, reflect.ValueOf(tags))
	return v, e.Found
}

// Text returns a column of a kind's record as text; "" where it is none.
func (k *Kind) Text(rec *record.Record, column string) string {
	switch v := k.value(rec, column); v.Type() {
	case graph.String, graph.JSON:
		return v.Text()
	case graph.Int:
		return strconv.FormatInt(v.Int(), 10)
	}
	return ""
}

// Tagged reports whether a record has tags, or was read of what tells them.
func (k *Kind) Tagged(rec *record.Record) bool {
	return !k.value(rec, ColumnTags).IsNull()
}

// value returns a column of a record; null where the kind does not have it.
func (k *Kind) value(rec *record.Record, column string) graph.Value {
	if i := slices.IndexFunc(k.Columns, func(c graph.Column) bool { return c.Name == column }); i >= 0 {
		return rec.Values[i]
	}
	return graph.Null
}

// ReadNode makes the record of a neighbour that was looked up: details has the
// pieces that were read, missing names the columns of the others. region is where
// it is, or "".
func (r *Reader) ReadNode(id, region string, details reflect.Value, missing []string) (*record.Record, error) {
	s := r.kind.shapes[details.Type()]
	rec := &record.Record{ID: id}
	var f found
	rec.Values, f = s.plan.values(details, encoder{Filter: redact.Filter{On: r.redact}, members: &r.members})
	r.note(f.redacted...)
	if r.kind.Known != nil {
		for column, text := range r.kind.Known(id) {
			r.set(rec, column, graph.StringValue(text))
		}
	}
	r.set(rec, ColumnRedactions, redactionsValue(f.redactions))
	r.name(rec)
	if region != "" {
		r.set(rec, ColumnRegion, graph.StringValue(region))
	}
	r.set(rec, ColumnObserved, graph.BoolValue(true))
	if len(missing) > 0 {
		r.set(rec, ColumnUnread, unreadOf(graph.Null, missing))
	}
	r.references(rec, s, details, &Origin{}, region)
	return rec, nil
}

// ColumnsOf returns the columns that are read from a member of the details.
func (k *Kind) ColumnsOf(member string) []string {
	var columns []string
	for _, c := range k.Columns {
		if c.Source == member || strings.HasPrefix(c.Source, member+".") {
			columns = append(columns, c.Name)
		}
	}
	return columns
}
