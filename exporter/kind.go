package exporter

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/graph"
)

// A kind is one entry of the table: how one SageMaker kind is listed, read and
// connected. Nothing in it can be derived; the rest is worked out by prepare.
type kind struct {
	label    string // its ARN's shape stands in resources.go
	arn      string // member that holds the ARN; alternatives are split by |
	list     list
	describe *describe // nil: a list item is complete
	search   *search   // nil: Search does not have the kind
	edges    [][]rule
	alias    string // another key that references by name look for
	id       string // for kinds without an ARN: {^} is the parent's id, {Name} a member
	wrapper  string // member of the details' output that holds all of them; paths begin with it
	within   string // path of the edge CONTAINS from the parent, where no member makes it
	noun     string // what the API's members call it, where that is not the label's

	family  string
	doc     string
	columns []graph.Column
	rules   []rule
	shapes  map[reflect.Type]*shape // details, list items, search records
}

// A rule makes edges of the values of one reference field.
type rule struct {
	path    string
	edge    edgeName
	reverse bool // from the other end to this kind
	to      target

	document bool // the field is a text with references in it
}

type edgeName string

// to makes rules for edges from the kind that has the fields. A path may offer
// alternatives: {KernelGateway,JupyterLab}AppSettings stands for two paths.
func (e edgeName) to(t target, paths ...string) []rule { return e.rules(t, false, paths) }

// from makes rules for edges that end at the kind that has the fields.
func (e edgeName) from(t target, paths ...string) []rule { return e.rules(t, true, paths) }

func (e edgeName) rules(t target, reverse bool, paths []string) []rule {
	var rules []rule
	for _, p := range paths {
		for _, p := range alternatives(p) {
			rules = append(rules, rule{path: p, edge: e, reverse: reverse, to: t})
		}
	}
	return rules
}

func alternatives(p string) []string {
	// A lone {} is a map, {A,B} are alternatives.
	open := strings.IndexByte(p, '{')
	if open < 0 || strings.HasPrefix(p[open:], "{}") {
		return []string{p}
	}
	end := open + strings.IndexByte(p[open:], '}')
	var all []string
	for _, a := range strings.Split(p[open+1:end], ",") {
		all = append(all, alternatives(p[:open]+a+p[end+1:])...)
	}
	return all
}

// under puts a block of rules below a member: the settings of a user stand in
// several kinds.
func under(prefix string, blocks ...[]rule) []rule {
	var rules []rule
	for _, r := range slices.Concat(blocks...) {
		r.path = prefix + "." + r.path
		rules = append(rules, r)
	}
	return rules
}

// An operation is one call of the API, without its types.
type operation struct {
	action  string // IAM action, such as sagemaker:ListModels
	in, out reflect.Type
	call    func(ctx context.Context, c *sagemaker.Client, in any, opt func(*sagemaker.Options)) (reflect.Value, error)
}

type method[In, Out any] func(*sagemaker.Client, context.Context, *In, ...func(*sagemaker.Options)) (*Out, error)

func operationOf[In, Out any](f method[In, Out]) operation {
	in, out := reflect.TypeFor[In](), reflect.TypeFor[Out]()
	return operation{
		action: "sagemaker:" + strings.TrimSuffix(in.Name(), "Input"), in: in, out: out,
		call: func(ctx context.Context, c *sagemaker.Client, in any, opt func(*sagemaker.Options)) (reflect.Value, error) {
			o, err := f(c, ctx, in.(*In), opt)
			if err != nil {
				return reflect.Value{}, err
			}
			return reflect.ValueOf(o).Elem(), nil
		},
	}
}

// A list is a paged call that says what exists.
type list struct {
	operation
	set   func(in any)
	items int // field of the output that holds the page
	item  reflect.Type

	parent   string    // label of the kind for each of whose resources it is called, or ""
	keys     []key     // members of the input and the parent's columns that they come from
	variants []variant // one series of calls for each, or none
	newest   bool      // only the newest ones of each parent
	column   string    // no call: the items stand in this column of the parent
	parse    func(text string) (items reflect.Value, err error)
}

// A variant sets a member of a list's input.
type variant struct {
	member string
	value  reflect.Value
}

// of makes the list one that is called for each resource of a kind. Each key is
// a member of the input and the column of the parent that it comes from:
// ClusterName=name.
func (l list) of(parent string, keys ...string) list {
	l.parent = parent
	for _, k := range keys {
		input, column, _ := strings.Cut(k, "=")
		l.keys = append(l.keys, key{input, column})
	}
	return l
}

// onlyNewest makes the list end after the newest items of each parent. The list
// has to be sorted so.
func (l list) onlyNewest() list { l.newest = true; return l }

// each makes the list one that is called for each value of a member.
func each[V ~string](l list, member string, values []V) list {
	for _, v := range values {
		l.variants = append(l.variants, variant{member, reflect.ValueOf(v)})
	}
	return l
}

// inside makes a list of what stands in a column of each resource of a kind.
func inside[T any](parent, column string, parse func(text string) ([]T, error)) list {
	return list{
		operation: operation{action: "", out: reflect.TypeFor[[]T]()}, item: reflect.TypeFor[T](), parent: parent, column: column,
		parse: func(text string) (reflect.Value, error) {
			items, err := parse(text)
			return reflect.ValueOf(items), err
		},
	}
}

// listed makes a list of a method. The page is the one list of structures in
// the output. set changes the input of each call.
func listed[In, Out any](f method[In, Out], set ...func(*In)) list {
	l := list{operation: operationOf(f), items: -1}
	for i := range l.out.NumField() {
		if t := l.out.Field(i).Type; t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct {
			if l.items >= 0 {
				panic(fmt.Sprintf("exporter: %s has two lists", l.out))
			}
			l.items, l.item = i, t.Elem()
		}
	}
	if l.items < 0 {
		panic(fmt.Sprintf("exporter: %s has no list", l.out))
	}
	l.set = func(in any) {
		for _, f := range set {
			f(in.(*In))
		}
	}
	return l
}

// pageSize is the largest page that every list and search of the kinds takes.
// Source: the service model's bounds of MaxResults.
const pageSize = 100

// next returns the input for the page that token leads to; nil is the first.
func (l *list) next(token *string, o *origin) any {
	in := reflect.New(l.in)
	setField(in, "MaxResults", reflect.ValueOf(ptr(int32(pageSize))))
	setField(in, "NextToken", reflect.ValueOf(token))
	for name, text := range o.given {
		setText(in.Elem().FieldByName(name), text)
	}
	l.set(in.Interface())
	return in.Interface()
}

// setText gives a member of an input a text.
func setText(f reflect.Value, text string) {
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	f.SetString(text)
}

func ptr[T any](v T) *T { return &v }

func setField(in reflect.Value, name string, v reflect.Value) { in.Elem().FieldByName(name).Set(v) }

// A describe reads one resource.
type describe struct {
	operation
	keys []key
	set  func(in any)
}

type key struct{ input, item string }

// described makes a describe of a method. Each key is a member of the input
// that the list item has too, or input=item where the names differ.
func described[In, Out any](f method[In, Out], keys ...string) *describe {
	d := &describe{operation: operationOf(f)}
	for _, k := range keys {
		input, item, ok := strings.Cut(k, "=")
		if !ok {
			item = input
		}
		d.keys = append(d.keys, key{input, item})
	}
	return d
}

// input returns the input that asks for one item.
func (d *describe) input(o *origin) any {
	in := reflect.New(d.in)
	for _, k := range d.keys {
		if f := o.item.FieldByName(k.item); f.IsValid() {
			setField(in, k.input, f)
		} else {
			setText(in.Elem().FieldByName(k.input), o.given[k.item])
		}
	}
	if d.set != nil {
		d.set(in.Interface())
	}
	return in.Interface()
}

// with changes the input of each call.
func with[In any](d *describe, set func(*In)) *describe {
	d.set = func(in any) { set(in.(*In)) }
	return d
}

// parentMember stands for the id of the resource that an item was listed for.
const parentMember = "^"

// An origin is where a resource was found.
type origin struct {
	item   reflect.Value     // what the list said of it; may be invalid
	parent string            // id of the resource that it was listed for, or ""
	given  map[string]string // members of the list's input that told which
}

// text returns the text of a member, of the fullest structure there is, of the
// list item, or of the list's input.
func (o *origin) text(v reflect.Value, name string) string {
	if name == parentMember {
		return o.parent
	}
	if s := field(v, name); s != "" {
		return s
	}
	if o.item.IsValid() {
		if s := field(o.item, name); s != "" {
			return s
		}
	}
	return o.given[name]
}

// A search reads full records, a page at a time.
type search struct {
	resource types.ResourceType
	filters  []types.Filter
	members  []string // from a SearchRecord to the record
	record   reflect.Type
}

func searched(resource types.ResourceType, member string) *search {
	s := &search{resource: resource, members: strings.Split(member, ".")}
	t := reflect.TypeFor[types.SearchRecord]()
	for _, m := range s.members {
		f, ok := t.FieldByName(m)
		if !ok {
			panic(fmt.Sprintf("exporter: %s has no member %s", t, m))
		}
		t = indirect(f.Type)
	}
	s.record = t
	return s
}

// sourceOf searches the records of jobs inside those of the trial components that
// SageMaker keeps of every job.
func sourceOf(member, sourceType string) *search {
	s := searched(types.ResourceTypeExperimentTrialComponent, "TrialComponent.SourceDetail."+member)
	s.filters = []types.Filter{{Name: ptr("Source.SourceType"), Operator: types.OperatorEquals, Value: &sourceType}}
	return s
}

var searchOperation = operationOf((*sagemaker.Client).Search)

func (s *search) next(token *string, from, to int64) any {
	in := &sagemaker.SearchInput{Resource: s.resource, MaxResults: ptr(int32(pageSize)), NextToken: token}
	filters := slices.Clone(s.filters)
	for _, f := range []struct {
		operator types.Operator
		time     int64
	}{{types.OperatorGreaterThanOrEqualTo, from}, {types.OperatorLessThan, to}} {
		if f.time != 0 {
			text := time.UnixMicro(f.time).UTC().Format("2006-01-02T15:04:05.000Z")
			filters = append(filters, types.Filter{Name: ptr("CreationTime"), Operator: f.operator, Value: &text})
		}
	}
	if len(filters) > 0 {
		in.SearchExpression = &types.SearchExpression{Filters: filters}
	}
	return in
}

// find returns the record in a SearchRecord; ok is false where it has none.
func (s *search) find(r *types.SearchRecord) (v reflect.Value, ok bool) {
	v = reflect.ValueOf(r).Elem()
	for _, m := range s.members {
		if v = v.FieldByName(m); v.IsNil() {
			return reflect.Value{}, false
		}
		v = v.Elem()
	}
	return v, true
}

// A shape is what is read out of one structure of the API: columns, and the
// paths of the rules.
type shape struct {
	plan  plan
	paths []path // for each rule, nil where the structure lacks the field
	arn   string // member that holds the ARN, or ""
	tags  bool   // it has the resource's tags
}

// details is the structure that has all properties.
func (k *kind) details() reflect.Type {
	if k.describe == nil {
		return k.list.item
	}
	return k.unwrapped(k.describe.out)
}

// unwrapped returns the type inside the wrapper of an output.
func (k *kind) unwrapped(out reflect.Type) reflect.Type {
	if f, ok := out.FieldByName(k.wrapper); ok && k.wrapper != "" {
		return indirect(f.Type)
	}
	return out
}

// unwrap returns what is inside the wrapper of an output.
func (k *kind) unwrap(out reflect.Value) reflect.Value {
	if k.wrapper == "" {
		return out
	}
	f := out.FieldByName(k.wrapper)
	if !f.IsValid() || f.IsNil() {
		return out
	}
	return f.Elem()
}

// prepare works out what can be derived, and fails where the entry is not what
// the SDK has.
func (k *kind) prepare() error {
	if k.noun == "" {
		k.noun = strings.TrimPrefix(k.label, "AWSSageMaker")
	}
	for _, r := range resources {
		if r.label == k.label {
			k.doc = r.doc
		}
	}
	if k.doc == "" {
		return fmt.Errorf("%s: not in the table of resources", k.label)
	}
	own, err := columnsOf(k.details(), k.noun)
	if err != nil {
		return err
	}
	k.columns = withCommonColumns(own)
	k.rules = slices.Concat(k.edges...)
	if k.within != "" {
		k.rules = append(k.rules, contains.from(toKind(k.list.parent), k.within)...)
	}
	k.shapes = map[reflect.Type]*shape{}
	full := k.shapeOf(k.details())
	for i, p := range full.paths {
		if p == nil && k.rules[i].path != k.within {
			_, err := compilePath(k.details(), k.inWrapper(k.rules[i].path))
			return fmt.Errorf("%s: %w", k.label, err)
		}
	}
	if full.arn == "" && k.id == "" {
		return fmt.Errorf("%s: %s has no member %s", k.label, k.details(), k.arn)
	}
	seen := map[string]bool{}
	for _, r := range k.rules {
		if id := string(r.edge) + " " + r.path; seen[id] {
			return fmt.Errorf("%s: %s is there twice", k.label, id)
		}
		seen[string(r.edge)+" "+r.path] = true
	}
	k.shapeOf(k.list.item)
	if k.search != nil {
		k.shapeOf(k.search.record)
	}
	if d := k.describe; d != nil {
		for _, key := range d.keys {
			in, ok := d.in.FieldByName(key.input)
			item, listed := k.list.item.FieldByName(key.item)
			if !ok || listed && in.Type != item.Type || !listed && !k.list.gives(key.item) {
				return fmt.Errorf("%s: %s.%s cannot be had from %s.%s", k.label, d.in, key.input, k.list.item, key.item)
			}
		}
	}
	return nil
}

// gives reports whether a member of the list's input is set for each call.
func (l *list) gives(member string) bool {
	return slices.ContainsFunc(l.keys, func(k key) bool { return k.input == member }) ||
		slices.ContainsFunc(l.variants, func(v variant) bool { return v.member == member })
}

// inWrapper returns a path without the wrapper.
func (k *kind) inWrapper(path string) string {
	if k.wrapper == "" {
		return path
	}
	return strings.TrimPrefix(path, k.wrapper+".")
}

// shapeOf plans how the kind is read out of t.
func (k *kind) shapeOf(t reflect.Type) *shape {
	if s := k.shapes[t]; s != nil {
		return s
	}
	s := &shape{plan: newPlan(t, k.columns), paths: make([]path, len(k.rules))}
	for i, r := range k.rules {
		// What a shape lacks is not an error here: prepare checks the details.
		s.paths[i], _ = compilePath(t, k.inWrapper(r.path))
	}
	for _, member := range strings.Split(k.arn, "|") {
		if _, ok := t.FieldByName(member); ok && s.arn == "" {
			s.arn = member
		}
	}
	if f, ok := t.FieldByName("Tags"); ok {
		s.tags = f.Type == reflect.TypeFor[[]types.Tag]()
	}
	k.shapes[t] = s
	return s
}

// unread returns the columns of the details that a shape lacks, and whether a
// rule needs one of them.
func (k *kind) unread(s *shape) (columns []string, edges bool) {
	full := k.shapes[k.details()]
	for i, f := range full.plan.fields {
		if f.index != nil && s.plan.fields[i].index == nil {
			columns = append(columns, k.columns[i].Name)
		}
	}
	for i := range s.paths {
		edges = edges || s.paths[i] == nil && full.paths[i] != nil
	}
	for _, child := range table {
		edges = edges || child.list.parent == k.label && slices.Contains(columns, child.list.column)
	}
	return columns, edges
}

// Names of the columns that every kind has.
const (
	columnName     = "name"
	columnARN      = "arn"
	columnAccount  = "account_id"
	columnRegion   = "region"
	columnObserved = "observed"
	columnTags     = "tags"
)

// withCommonColumns puts the columns of every kind before and after its own.
func withCommonColumns(own []graph.Column) []graph.Column {
	cols := []graph.Column{
		{Name: columnName, Type: graph.String},
		{Name: columnARN, Type: graph.String},
		{Name: columnAccount, Type: graph.String},
		{Name: columnRegion, Type: graph.String},
		{Name: columnObserved, Type: graph.Bool},
	}
	for _, c := range own {
		if i := slices.IndexFunc(cols, func(d graph.Column) bool { return c.Name == d.Name }); i >= 0 {
			cols[i].Source = c.Source
			continue
		}
		cols = append(cols, c)
	}
	return append(cols, graph.Column{Name: columnTags, Type: graph.Map, Source: "Tags"})
}

// actions are the IAM actions that reading the kind can need, sorted.
func (k *kind) actions() []string {
	var all []string
	if k.list.action != "" {
		all = append(all, k.list.action)
	}
	if k.describe != nil {
		all = append(all, k.describe.action)
	}
	if k.search != nil {
		all = append(all, searchOperation.action)
	}
	slices.Sort(all)
	return all
}
