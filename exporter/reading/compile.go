package reading

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/graph"
)

var indirect = operation.Indirect

// A Table is the catalog, compiled.
type Table struct {
	*catalog.Table
	Kinds  []*Kind // that are listed or looked up, sorted by label
	Schema *graph.Schema

	byLabel map[string]*Kind
}

// Kind returns the kind with a label, or nil.
func (t *Table) Kind(label string) *Kind { return t.byLabel[label] }

// InOrder returns the neighbours that are read, in the order of their families.
func (t *Table) InOrder() []*Kind {
	var kinds []*Kind
	for _, e := range t.Neighbors() {
		kinds = append(kinds, t.byLabel[e.Label])
	}
	return kinds
}

// A Kind is an entry with what follows from it and from the SDK's types.
type Kind struct {
	*catalog.Entry
	Columns []graph.Column
	Rules   []catalog.Rule

	shapes map[reflect.Type]*shape // of details, list items, search records
	common common                  // of list items and records of Search
	listed common                  // of list items and details, or what their wrapper holds
	// For each member that they have in common, whether it never changes; and the members
	// of the details that list items have not.
	fixed    []bool
	unlisted []int
	beyond   []int // of records of Search: what list items have not
	times    []int // of list items
	beside   beside

	byName   map[string]int                  // indexes of columns
	members  map[reflect.Type]map[string]int // indexes of the fields of structures that it is read from
	telling  map[reflect.Type][]int          // of these, the fields that say more than which resource it is of
	compared []bool                          // for each rule: its values are compared with others by what they name

	// What the entry has as text.
	id, resourcePart names.Template
	aliases          []names.Template
	arns             []string // members
	typ              string   // that its ARNs begin with
}

// Compile works out what can be derived. It panics where an entry is not what
// the SDK has: any test finds that.
func Compile(c *catalog.Table) *Table {
	t := &Table{Table: c, byLabel: map[string]*Kind{}}
	for _, e := range c.Entries {
		if !e.IsRead() {
			continue
		}
		k, err := compile(e)
		if err != nil {
			panic(fmt.Sprintf("reading: %s: %v", e.Label, err))
		}
		t.Kinds = append(t.Kinds, k)
		t.byLabel[e.Label] = k
	}
	t.Schema = t.schema()
	return t
}

func compile(e *catalog.Entry) (*Kind, error) {
	k := &Kind{Entry: e, Rules: e.Rules(), shapes: map[reflect.Type]*shape{}}
	var err error
	if k.beside, err = besideOf(e); err != nil {
		return nil, err
	}
	if k.Columns, err = k.columns(); err != nil {
		return nil, err
	}
	k.prepare()
	if err := k.checkRules(k.shapeOf(k.Details())); err != nil {
		return nil, err
	}
	if e.Lookup != nil {
		return k, k.checkLookup()
	}
	if k.shapes[k.Details()].arn == "" && e.ID == "" {
		return nil, fmt.Errorf("%s has no member %s", k.Details(), e.ARN)
	}
	k.shapeOf(k.Item())
	k.times = timesIn(k.Item())
	if e.Describe != nil {
		k.shapeOf(e.Describe.Out)
		k.listed = commonMembers(k.Item(), k.resource())
		for _, i := range k.listed.item {
			k.fixed = append(k.fixed, k.identifies(k.Item().Field(i).Name))
		}
		for _, f := range members(k.resource()) {
			if !slices.Contains(k.listed.record, f.Index[0]) {
				k.unlisted = append(k.unlisted, f.Index[0])
			}
		}
	}
	if e.Search != nil {
		k.shapeOf(e.Search.Record)
		k.common = commonMembers(k.Item(), e.Search.Record)
		k.beyond = beyond(e.Search.Record, k.common.record)
	}
	if err := k.checkFinal(); err != nil {
		return nil, err
	}
	return k, k.checkKeys()
}

// Item is the structure that lists name resources by.
func (k *Kind) Item() reflect.Type {
	return k.List.Item
}

// resource is the structure in an answer of Describe that holds the resource.
func (k *Kind) resource() reflect.Type {
	if w, ok := k.Describe.Out.FieldByName(k.Wrapper); ok && k.Wrapper != "" {
		return indirect(w.Type)
	}
	return k.Describe.Out
}

// Details is the structure that has all properties.
func (k *Kind) Details() reflect.Type {
	switch {
	case k.Lookup != nil:
		return k.Lookup.Details
	case k.Describe == nil:
		return k.Item()
	case k.beside.all != nil:
		return k.beside.all
	}
	return k.Describe.Out
}

// columns are those of the details, with those that every kind has.
func (k *Kind) columns() ([]graph.Column, error) {
	if k.Lookup != nil {
		return append(slices.Clone(k.Entry.Columns), observedColumn, unreadColumn, redactionsColumn), nil
	}
	t := k.Details()
	own, err := columnsOf(t, k.Noun, k.Wrapper, k.Names)
	if err != nil {
		return nil, err
	}
	if !k.IsKind() {
		return k.neighborColumns(own), nil
	}
	return withCommonColumns(own), nil
}

// neighborColumns are those of a neighbour that is listed: it has a name and an ARN
// where its service gives it some.
func (k *Kind) neighborColumns(own []graph.Column) []graph.Column {
	cols := []graph.Column{{Name: ColumnAccount, Type: graph.String}}
	if !k.Named.IsNone() {
		cols = append([]graph.Column{{Name: ColumnName, Type: graph.String}}, cols...)
	}
	if k.Scope == catalog.InRegion {
		cols = append(cols, graph.Column{Name: ColumnRegion, Type: graph.String})
	}
	cols = append(append(cols, observedColumn, unreadColumn, redactionsColumn), own...)
	if f, ok := k.Item().FieldByName("Tags"); ok && isTags(f.Type) {
		cols = append(cols, tagsColumn)
	}
	return cols
}

// isTags reports whether a type is a list of tags.
func isTags(t reflect.Type) bool {
	if t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Struct {
		return false
	}
	_, key := t.Elem().FieldByName("Key")
	_, value := t.Elem().FieldByName("Value")
	return key && value
}

func (k *Kind) checkRules(full *shape) error {
	seen := map[string]bool{}
	for i, r := range k.Rules {
		if full.paths[i] == nil && r.Path != k.Within {
			_, err := compilePath(k.Details(), r.Path)
			return err
		}
		id := string(r.Edge) + " " + r.Path
		if seen[id] {
			return fmt.Errorf("%s is there twice", id)
		}
		seen[id] = true
	}
	return nil
}

// checkKeys looks whether the members that a describe asks with can be had.
func (k *Kind) checkKeys() error {
	if v := k.List.Versions; v != nil && v.Item != k.List.Item {
		return fmt.Errorf("%s gives other items than %s", v.Name, k.List.Name)
	}
	if k.Describe == nil {
		return nil
	}
	for _, key := range k.Describe.Keys {
		in, ok := k.Describe.In.FieldByName(key.Input)
		item, listed := k.Item().FieldByName(key.From)
		if !ok || listed && in.Type != item.Type || !listed && !k.gives(key.From) {
			return fmt.Errorf("%s.%s cannot be had from %s.%s", k.Describe.In, key.Input, k.Item(), key.From)
		}
	}
	return nil
}

func (k *Kind) gives(member string) bool {
	return k.List.Gives(member) || k.List.Versions != nil && k.List.Versions.Gives(member)
}

func (k *Kind) checkLookup() error {
	for _, p := range k.Lookup.Pieces {
		f, ok := k.Lookup.Details.FieldByName(p.Member)
		if p.Count != "" {
			list, found := p.Out.FieldByName(p.Count)
			if !ok || f.Type != reflect.TypeFor[*int64]() || !found || list.Type.Kind() != reflect.Slice {
				return fmt.Errorf("%s has no member %s for the number of %s", k.Lookup.Details, p.Member, p.Count)
			}
			continue
		}
		of := p.Out
		if list, found := p.Out.FieldByName(p.First); found && list.Type.Kind() == reflect.Slice {
			of = list.Type.Elem()
		}
		if !ok || indirect(f.Type) != of {
			return fmt.Errorf("%s has no member %s for %s", k.Lookup.Details, p.Member, p.Name)
		}
	}
	for i, f := range k.shapes[k.Details()].plan.fields {
		if f.index == nil && k.Columns[i].Source != "" {
			return fmt.Errorf("column %s is not in %s", k.Columns[i].Name, k.Details())
		}
	}
	return k.checkSources()
}

// checkSources looks whether each column of what is looked up comes from
// somewhere: what was read must not say less than what only refers to it.
func (k *Kind) checkSources() error {
	known := map[string]string{ColumnRegion: ""}
	if !k.Named.IsNone() {
		known[ColumnName] = ""
	}
	if k.Known != nil {
		maps.Copy(known, k.Known("any"))
	}
	for _, c := range k.Entry.Columns {
		if _, ok := known[c.Name]; !ok && c.Source == "" {
			return fmt.Errorf("column %s has no source, and its id does not tell it", c.Name)
		}
	}
	return nil
}

// A shape is what is read out of one structure of the API: columns, and the
// paths of the rules.
type shape struct {
	plan  plan
	paths []path // for each rule, nil where the structure lacks the field
	arn   string // member that holds the ARN, or ""
	tags  bool   // it has the resource's tags
	// Indexes of the list of tags, and of a tag's key and value.
	tagsAt, tagKey, tagValue int
	lacks                    graph.Value
}

// shapeOf plans how the kind is read out of t.
func (k *Kind) shapeOf(t reflect.Type) *shape {
	if s := k.shapes[t]; s != nil {
		return s
	}
	s := &shape{plan: newPlan(t, k.Columns, k.Wrapper), paths: make([]path, len(k.Rules))}
	for i, r := range k.Rules {
		// What a shape lacks is not an error here: checkRules checks the details.
		s.paths[i], _ = compilePath(t, k.pathIn(t, r.Path))
	}
	for _, member := range strings.Split(k.ARN, "|") {
		if k.has(t, member) && s.arn == "" {
			s.arn = member
		}
	}
	if f, ok := t.FieldByName("Tags"); ok && isTags(f.Type) {
		key, _ := f.Type.Elem().FieldByName("Key")
		value, _ := f.Type.Elem().FieldByName("Value")
		s.tags, s.tagsAt, s.tagKey, s.tagValue = true, f.Index[0], key.Index[0], value.Index[0]
	}
	k.shapes[t] = s
	k.membersOf(t)
	if names := columnNames(k.Lacks(t)); len(names) > 0 {
		s.lacks = graph.StringsValue(names)
	}
	return s
}

// has reports whether a structure has a member, in its wrapper or beside it.
func (k *Kind) has(t reflect.Type, member string) bool {
	if w, ok := t.FieldByName(k.Wrapper); ok && k.Wrapper != "" {
		if _, ok := indirect(w.Type).FieldByName(member); ok {
			return true
		}
	}
	_, ok := t.FieldByName(member)
	return ok
}

// pathIn returns a path as it is in t: the details' wrapper is not in the others.
func (k *Kind) pathIn(t reflect.Type, path string) string {
	if _, ok := t.FieldByName(k.Wrapper); ok || k.Wrapper == "" {
		return path
	}
	return strings.TrimPrefix(path, k.Wrapper+".")
}

// Lacks returns what a structure does not tell of the kind: columns, each with
// the reference fields in it. A field whose column is there and which itself is
// missing stands under its column too.
func (k *Kind) Lacks(t reflect.Type) []graph.Unread {
	s, full := k.shapeOf(t), k.shapeOf(k.Details())
	if s == full {
		return nil
	}
	var all []graph.Unread
	for i, c := range k.Columns {
		var paths []string
		for j := range k.Rules {
			if s.paths[j] == nil && full.paths[j] != nil && inColumn(k.pathOfRule(j), c.Source) {
				paths = append(paths, k.Rules[j].Path)
			}
		}
		if len(paths) == 0 && (full.plan.fields[i].index == nil || s.plan.fields[i].index != nil) {
			continue
		}
		slices.Sort(paths)
		all = append(all, graph.Unread{Column: c.Name, Paths: slices.Compact(paths)})
	}
	return all
}

// Paths returns the reference fields in a column.
func (k *Kind) Paths(column string) []string {
	i := slices.IndexFunc(k.Columns, func(c graph.Column) bool { return c.Name == column })
	if i < 0 {
		return nil
	}
	var paths []string
	for j := range k.Rules {
		if inColumn(k.pathOfRule(j), k.Columns[i].Source) {
			paths = append(paths, k.Rules[j].Path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// pathOfRule is a rule's path without the wrapper, as the sources of columns are.
func (k *Kind) pathOfRule(i int) string {
	if k.Wrapper == "" {
		return k.Rules[i].Path
	}
	return strings.TrimPrefix(k.Rules[i].Path, k.Wrapper+".")
}

// inColumn reports whether a path leads to or into what a column is read from.
func inColumn(path, source string) bool {
	if source == "" {
		return false
	}
	plain := strings.NewReplacer("[]", "", "{}", "").Replace(path)
	return plain == source || strings.HasPrefix(plain, source+".")
}

func columnNames(lacks []graph.Unread) []string {
	var names []string
	for _, u := range lacks {
		names = append(names, u.Column)
	}
	return names
}

// Names of the columns that every kind has.
const (
	ColumnName       = "name"
	ColumnARN        = "arn"
	ColumnAccount    = "account_id"
	ColumnRegion     = "region"
	ColumnObserved   = "observed"
	ColumnTags       = "tags"
	ColumnUnread     = "unread"
	ColumnRedactions = "redactions"
)

var (
	observedColumn   = graph.Column{Name: ColumnObserved, Type: graph.Bool}
	unreadColumn     = graph.Column{Name: ColumnUnread, Type: graph.Strings}
	redactionsColumn = graph.Column{Name: ColumnRedactions, Type: graph.JSON}
	tagsColumn       = graph.Column{Name: ColumnTags, Type: graph.Map, Source: "Tags"}
)

// withCommonColumns puts the columns of every kind before and after its own.
func withCommonColumns(own []graph.Column) []graph.Column {
	cols := []graph.Column{
		{Name: ColumnName, Type: graph.String},
		{Name: ColumnARN, Type: graph.String},
		{Name: ColumnAccount, Type: graph.String},
		{Name: ColumnRegion, Type: graph.String},
		observedColumn,
		unreadColumn,
		redactionsColumn,
	}
	for _, c := range own {
		if i := slices.IndexFunc(cols, func(d graph.Column) bool { return c.Name == d.Name }); i >= 0 {
			cols[i].Source = c.Source
			continue
		}
		cols = append(cols, c)
	}
	return append(cols, tagsColumn)
}
