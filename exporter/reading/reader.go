package reading

import (
	"cmp"
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
	for _, s := range [...]reflect.Value{k.wrapped(v), v, o.Item} {
		if s.IsValid() {
			if text := k.textIn(s, name); text != "" {
				return names.Valid(text)
			}
		}
	}
	return o.Given[name]
}

// textIn returns the text of a member of a structure.
func (k *Kind) textIn(v reflect.Value, name string) string {
	if at, ok := k.members[v.Type()]; ok {
		if i, ok := at[name]; ok {
			return operation.TextOf(v.Field(i))
		}
		return ""
	}
	return operation.Text(v, name)
}

// wrapped returns what is inside the wrapper of v; invalid where v has none.
func (k *Kind) wrapped(v reflect.Value) reflect.Value {
	if k.Wrapper == "" || !v.IsValid() {
		return reflect.Value{}
	}
	var f reflect.Value
	if at, ok := k.members[v.Type()]; !ok {
		f = v.FieldByName(k.Wrapper)
	} else if i, ok := at[k.Wrapper]; ok {
		f = v.Field(i)
	}
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
	// encoders are those that no record is read by just now: several goroutines may
	// read at once, and each needs its own.
	encoders sync.Pool

	mu            sync.Mutex
	notReferences map[string]int64 // by path
	redacted      map[string]bool  // columns
}

// NewReader returns a reader; redact takes secrets out.
func (t *Table) NewReader(k *Kind, s record.Scope, redact bool) *Reader {
	return &Reader{
		kind: k, table: t, scope: s, redact: redact,
		notReferences: map[string]int64{}, redacted: map[string]bool{},
	}
}

// encoder returns an encoder for one record. Who has it gives it back.
func (r *Reader) encoder() *encoder {
	if e, ok := r.encoders.Get().(*encoder); ok {
		return e
	}
	return &encoder{Filter: redact.Filter{On: r.redact, Memory: &redact.Memory{}}, members: &r.members}
}

func (r *Reader) giveBack(e *encoder) {
	e.reset()
	r.encoders.Put(e)
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
		id, _ = k.id.Expand(text)
		return id, id
	}
	if id = r.ARN(v); id == "" && o.Item.IsValid() {
		id = r.ARN(o.Item)
	}
	key, _ = k.resourcePart.Expand(text)
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
	if own, _, _ := strings.Cut(a.Resource, "/"); !ok || a.Service != "sagemaker" || own != r.kind.typ {
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
	for _, member := range r.kind.arns {
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
	e := r.encoder()
	defer r.giveBack(e)
	rec = &record.Record{}
	var redacted, missing []int
	rec.Values, redacted, missing = s.plan.values(v, e)
	r.note(redacted...)
	for _, i := range missing {
		unreadable = append(unreadable, k.Columns[i].Name)
	}
	rec.ID, rec.Key = r.Identify(v, o)
	for _, alias := range k.aliases {
		if key, ok := alias.Expand(func(name string) string { return k.text(v, o, name) }); ok {
			rec.Aliases = append(rec.Aliases, r.id(e, key))
		}
	}
	rec.ID, rec.Key = r.id(e, rec.ID), r.id(e, rec.Key)
	r.common(rec, s, v, e)
	r.set(rec, ColumnRedactions, redactionsValue(e.Found))
	r.name(rec)
	r.set(rec, ColumnUnread, unreadOf(s.lacks, unreadable))
	r.references(rec, s, v, o, r.scope.Region, e)
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
func (r *Reader) id(e *encoder, s string) string {
	if !r.redact {
		return s
	}
	return e.ID(s)
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
	i, ok := r.kind.byName[name]
	if !ok {
		return -1
	}
	rec.Values[i] = v
	return i
}

// common sets the columns that every kind has.
func (r *Reader) common(rec *record.Record, s *shape, v reflect.Value, e *encoder) {
	k := r.kind
	account, region := r.scope.Account, r.scope.Region
	a, ok := names.ParseARN(rec.ID)
	if ok && a.Account != "" {
		account = a.Account // shared by another account, or AWS's own
		region = cmp.Or(a.Region, region)
	}
	if k.Owner != "" {
		account = cmp.Or(k.textIn(v, k.Owner), account)
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
	tags := e.tagsOf(v, s)
	if len(tags) == 0 {
		return
	}
	before := len(e.Found)
	if i := r.set(rec, ColumnTags, e.tagsValue(tags)); len(e.Found) > before {
		r.note(i)
	}
}

// TellsTags reports whether structures of a type tell the tags of the resource.
func (k *Kind) TellsTags(t reflect.Type) bool { return k.shapes[t].tags }

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
	if i, ok := k.byName[column]; ok {
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
	e := r.encoder()
	defer r.giveBack(e)
	var redacted []int
	rec.Values, redacted, _ = s.plan.values(details, e)
	r.note(redacted...)
	if r.kind.Known != nil {
		for column, text := range r.kind.Known(id) {
			r.set(rec, column, graph.StringValue(text))
		}
	}
	r.set(rec, ColumnRedactions, redactionsValue(e.Found))
	r.name(rec)
	if region != "" {
		r.set(rec, ColumnRegion, graph.StringValue(region))
	}
	r.set(rec, ColumnObserved, graph.BoolValue(true))
	if len(missing) > 0 {
		r.set(rec, ColumnUnread, unreadOf(graph.Null, missing))
	}
	r.references(rec, s, details, &Origin{}, region, e)
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
