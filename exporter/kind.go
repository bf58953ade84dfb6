package exporter

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/graph"
)

// A kind is one entry of the table: how one SageMaker kind is listed, read and
// connected. Nothing in it can be derived; the rest is worked out by prepare.
type kind struct {
	label    string // its ARN's shape stands in resources.go
	arn      string // member of the details that holds the ARN
	list     list
	describe *describe // nil: a list item is complete
	search   *search   // nil: Search does not have the kind
	edges    [][]rule

	noun    string
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
func (l *list) next(token *string) any {
	in := reflect.New(l.in)
	setField(in, "MaxResults", reflect.ValueOf(ptr(int32(pageSize))))
	setField(in, "NextToken", reflect.ValueOf(token))
	l.set(in.Interface())
	return in.Interface()
}

func ptr[T any](v T) *T { return &v }

func setField(in reflect.Value, name string, v reflect.Value) { in.Elem().FieldByName(name).Set(v) }

// A describe reads one resource.
type describe struct {
	operation
	keys []key
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

func (d *describe) input(item reflect.Value) any {
	in := reflect.New(d.in)
	for _, k := range d.keys {
		setField(in, k.input, item.FieldByName(k.item))
	}
	return in.Interface()
}

// A search reads full records, a page at a time.
type search struct {
	resource types.ResourceType
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

var searchOperation = operationOf((*sagemaker.Client).Search)

func (s *search) next(token *string) any {
	return &sagemaker.SearchInput{Resource: s.resource, MaxResults: ptr(int32(pageSize)), NextToken: token}
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
	if k.describe != nil {
		return k.describe.out
	}
	return k.list.item
}

// prepare works out what can be derived, and fails where the entry is not what
// the SDK has.
func (k *kind) prepare() error {
	k.noun = strings.TrimPrefix(k.label, "AWSSageMaker")
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
	k.shapes = map[reflect.Type]*shape{}
	full := k.shapeOf(k.details())
	for i, p := range full.paths {
		if p == nil {
			_, err := compilePath(k.details(), k.rules[i].path)
			return fmt.Errorf("%s: %w", k.label, err)
		}
	}
	if full.arn == "" {
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
			in, ok1 := d.in.FieldByName(key.input)
			item, ok2 := k.list.item.FieldByName(key.item)
			if !ok1 || !ok2 || in.Type != item.Type {
				return fmt.Errorf("%s: %s.%s cannot be had from %s.%s", k.label, d.in, key.input, k.list.item, key.item)
			}
		}
	}
	return nil
}

// shapeOf plans how the kind is read out of t.
func (k *kind) shapeOf(t reflect.Type) *shape {
	if s := k.shapes[t]; s != nil {
		return s
	}
	s := &shape{plan: newPlan(t, k.columns), paths: make([]path, len(k.rules))}
	for i, r := range k.rules {
		// What a shape lacks is not an error here: prepare checks the details.
		s.paths[i], _ = compilePath(t, r.path)
	}
	if _, ok := t.FieldByName(k.arn); ok {
		s.arn = k.arn
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
	return columns, slices.ContainsFunc(s.paths, func(p path) bool { return p == nil })
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
	all := []string{k.list.action}
	if k.describe != nil {
		all = append(all, k.describe.action)
	}
	if k.search != nil {
		all = append(all, searchOperation.action)
	}
	slices.Sort(all)
	return all
}
