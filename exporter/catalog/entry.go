package catalog

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/graph"
)

// An Entry is what is known of one label: what it is, how it is named, how it is
// read, and what its fields refer to. Nothing in it can be derived from the rest
// or from the SDK; package reading derives, and fails where an entry is not what
// the SDK has.
type Entry struct {
	Label  string
	Extra  []string // further labels, for queries written against other tools
	Doc    string   // one line
	Family string   // where it is another than that of the entries around it; set by the table

	Taggable bool // set by the table: resources can have tags

	// How its ARNs look.
	Service  string // "" is sagemaker for a kind, none for a neighbour
	Type     string // of a neighbour: the type in its ARNs; * is any
	Resource string // of a kind: the resource part, whose last {Name} is what a reference by name gives
	// NameOf is the name in an ARN of a neighbour; nil is its last part.
	NameOf func(names.ARN) string

	// Named is where a neighbour's name stands that no member called so has.
	Named Naming

	// How a kind is identified.
	ARN string // member that holds the ARN; alternatives are split by |
	ID  string // for kinds without an ARN: {^} is the parent's id, {Name} a member
	// ListLowersARN is for a kind whose list has ARNs in small letters, which no other
	// call has: the name tells how the ARN is.
	ListLowersARN bool
	// Aliases are further keys that references by name look for.
	Aliases []string
	// Unresolved are the columns that the key of a partial reference tells.
	Unresolved func(key string) map[string]string
	Within     string // path of the edge from the parent, where no member makes it
	WithinEdge Edge   // its type; "" is CONTAINS
	Noun       string // what the API's members call it, where that is not the label's
	// Names are columns that have another name than their member's, because a column
	// of that name has another type in another label: Version is a number or a text.
	Names map[string]string

	// Group is by which a neighbour is asked for, such as s3; "" for a kind. Scope says
	// where its nodes live.
	Group string
	Scope Scope
	// Owner is a member, of a neighbour that is listed, that has the account which it
	// belongs to, where that may be another than the one that sees it.
	Owner string

	// How it is read. An entry that has neither List nor Lookup is known from
	// references only.
	List     *List
	Describe *Describe // nil: a list item tells everything
	Search   *Search   // nil: Search does not have the kind
	Lookup   *Lookup   // read for each that something refers to
	Final    *Final    // of which resources nothing changes; nil of none
	Wrapper  string    // member of the details' output that holds the resource; paths begin with it

	Edges [][]Rule

	// Prefix is what its ids begin with, before a hyphen and hexadecimal digits, where
	// no other label's do.
	Prefix string

	// Of a neighbour: the columns, and what an id alone tells for them.
	Columns []graph.Column
	Known   func(id string) map[string]string
	Implies *Implied
	Address Address
}

// A Naming says where a name stands. The zero Naming is nowhere, or in a column.
type Naming struct {
	Column string // column of text, or a list of which the first is the name
	Tag    string // key of a tag
	In     string // column that has the tags; "" is that of every kind
	ARN    bool   // in the ARN, as Entry.NameOf finds it
}

// IsNone reports whether it is nowhere.
func (n Naming) IsNone() bool { return n == Naming{} }

// An Address says whether the id of a neighbour is an address, which may have
// credentials in it.
type Address int

const (
	NoAddress    Address = iota
	PlainAddress         // as it stands in the field
	CleanAddress         // the target took user and password out of it
)

// IsKind reports whether the label is one of SageMaker's, which are what is
// collected, and not only a neighbour.
func (e *Entry) IsKind() bool { return e.List != nil && e.Group == "" }

// toParent is what something is listed for: reading knows it, and no text tells it.
func toParent(l *List) Target {
	return Target{l.Parents(), func(*Context, string) (Reference, bool) { return Reference{}, false }}
}

// Groups returns the groups of a neighbour: its own, and those of its pieces.
func (e *Entry) Groups() []string {
	groups := []string{e.Group}
	if e.Lookup != nil {
		for _, p := range e.Lookup.Pieces {
			if p.Group != "" && !slices.Contains(groups, p.Group) {
				groups = append(groups, p.Group)
			}
		}
	}
	return groups
}

// IsRead reports whether resources of the label are read, and not only referred to.
func (e *Entry) IsRead() bool { return e.List != nil || e.Lookup != nil }

// Rules returns all rules of the entry, that of Within last.
func (e *Entry) Rules() []Rule {
	rules := slices.Concat(e.Edges...)
	if e.Within != "" {
		rules = append(rules, Edge(cmp.Or(string(e.WithinEdge), string(contains))).from(toParent(e.List), e.Within)...)
	}
	return rules
}

// An Implied is a node that the id of another one tells of, as the address of an
// image tells its repository. The edge goes from the implied node.
type Implied struct {
	Edge  Edge
	Label string
	ID    func(id string) (implied string, ok bool)
	Doc   string
}

// A Rule makes edges of the values of one reference field.
type Rule struct {
	Path    string // the API's own: Containers[].Image; {} is a map
	Edge    Edge
	Reverse bool // from the other end to the owner of the field
	To      Target

	Document bool // the field is a text with references in it
	// Parts finds the values in the field where that is a document of its own form;
	// nil where the field is the value.
	Parts func(text string) []string
}

// An Edge is a type of edges.
type Edge string

// to makes rules for edges from the label that has the fields. A path may offer
// alternatives: {KernelGateway,JupyterLab}AppSettings stands for two paths.
func (e Edge) to(t Target, paths ...string) []Rule { return e.rules(t, false, paths) }

// from makes rules for edges that end at the label that has the fields.
func (e Edge) from(t Target, paths ...string) []Rule { return e.rules(t, true, paths) }

func (e Edge) rules(t Target, reverse bool, paths []string) []Rule {
	var rules []Rule
	for _, p := range paths {
		for _, p := range alternatives(p) {
			rules = append(rules, Rule{Path: p, Edge: e, Reverse: reverse, To: t})
		}
	}
	return rules
}

func alternatives(p string) []string {
	// A lone {} is a map, {A,B} are alternatives.
	open := strings.IndexByte(p, '{')
	if open < 0 {
		return []string{p}
	}
	end := open + strings.IndexByte(p[open:], '}')
	if end == open+1 {
		var all []string
		for _, rest := range alternatives(p[end+1:]) {
			all = append(all, p[:end+1]+rest)
		}
		return all
	}
	var all []string
	for _, a := range strings.Split(p[open+1:end], ",") {
		all = append(all, alternatives(p[:open]+a+p[end+1:])...)
	}
	return all
}

// under puts a block of rules below a member: the settings of a user stand in
// several kinds.
func under(prefix string, blocks ...[]Rule) []Rule {
	var rules []Rule
	for _, r := range slices.Concat(blocks...) {
		r.Path = prefix + "." + r.Path
		rules = append(rules, r)
	}
	return rules
}

// inDocument makes rules whose fields hold a text with any number of references
// in it, such as a job's configuration as JSON.
func inDocument(rules []Rule) []Rule {
	for i := range rules {
		rules[i].Document = true
	}
	return rules
}

// A List is a paged call that says what exists.
type List struct {
	operation.Operation
	Items int          // field of the output that holds the page
	Item  reflect.Type // what the page holds
	Set   func(in any) // changes the input of each call

	Parent   string    // label for each of whose resources it is made, or ""; of several, the first
	Keys     []Key     // members of the input and the parent's columns that they come from
	Variants []Variant // one series of calls for each, or none
	Newest   bool      // only the newest ones of each parent
	Versions *List     // called for each item that is not AWS's own: further ones

	Inside []Inside // no call: the items stand in columns of others

	// Batch says what is listed several at a time, for what a call without it would
	// list more of than is wanted; nil where each call names no more than that.
	Batch *Batch
}

// An Inside is where items stand that no call lists.
type Inside struct {
	Parent, Column string
	// Parse finds the items; where some cannot be read, err says so and the others
	// are there.
	Parse func(text string) (items reflect.Value, err error)
}

// A Batch is a list that names what it is called for.
type Batch struct {
	Of   string // label whose ids are named; "" is the label itself: what refers to it
	Most int    // how many are named at once
	Set  func(in any, ids []string)
}

// Parents returns the labels for each of whose resources the list is made; nil for a
// list of its own.
func (l *List) Parents() []string {
	var labels []string
	for _, in := range l.Inside {
		labels = append(labels, in.Parent)
	}
	if labels == nil && l.Parent != "" {
		return []string{l.Parent}
	}
	return labels
}

// StandsIn reports whether the items stand in a column of a label.
func (l *List) StandsIn(parent, column string) bool {
	return slices.ContainsFunc(l.Inside, func(in Inside) bool { return in.Parent == parent && in.Column == column })
}

// A Key is a member of an input and where its value comes from: a member of a
// list item, or a column of the parent.
type Key struct{ Input, From string }

// A Variant sets a member of a list's input.
type Variant struct{ Member, Value string }

func keysOf(texts []string) []Key {
	var keys []Key
	for _, text := range texts {
		input, from, ok := strings.Cut(text, "=")
		if !ok {
			from = input
		}
		keys = append(keys, Key{input, from})
	}
	return keys
}

// of makes the list one that is called for each resource of a kind. Each key is
// a member of the input and the column of the parent that it comes from:
// ClusterName=name.
func (l *List) of(parent string, keys ...string) *List {
	l.Parent, l.Keys = parent, keysOf(keys)
	return l
}

// onlyNewest makes the list end after the newest items of each parent. The list
// has to be sorted so.
func (l *List) onlyNewest() *List { l.Newest = true; return l }

// withVersions makes the list one of which each item is asked for its other
// versions, which are resources as it is. Each key is a member of the second
// input and the item's member that it comes from, where the names differ.
func (l *List) withVersions(versions *List, keys ...string) *List {
	versions.Keys = keysOf(keys)
	l.Versions = versions
	return l
}

// each makes the list one that is called for each value of a member.
func each[V ~string](l *List, member string, values []V) *List {
	for _, v := range values {
		l.Variants = append(l.Variants, Variant{member, string(v)})
	}
	return l
}

// Gives reports whether a member of the list's input is set for each call.
func (l *List) Gives(member string) bool {
	return slices.ContainsFunc(l.Keys, func(k Key) bool { return k.Input == member }) ||
		slices.ContainsFunc(l.Variants, func(v Variant) bool { return v.Member == member })
}

// inside makes a list of what stands in a column of each resource of a label.
func inside[T any](parent, column string, parse func(text string) ([]T, error)) *List {
	return and(&List{Operation: operation.Operation{Out: reflect.TypeFor[[]T]()}, Item: reflect.TypeFor[T]()}, parent, column, parse)
}

// and makes it one of what stands in a column of another label too.
func and[T any](l *List, parent, column string, parse func(text string) ([]T, error)) *List {
	l.Parent = cmp.Or(l.Parent, parent)
	l.Inside = append(l.Inside, Inside{parent, column, func(text string) (reflect.Value, error) {
		items, err := parse(text)
		return reflect.ValueOf(items), err
	}})
	return l
}

// A Describe reads one resource.
type Describe struct {
	operation.Operation
	Keys []Key
	Set  func(in any)
}

// ParentMember stands for the id of the resource that an item was listed for.
const ParentMember = "^"

// A Search reads full records, a page at a time.
type Search struct {
	Resource string   // Search's name of the kind
	Filters  []Filter // that every search of it has
	Members  []string // from a SearchRecord to the record
	Record   reflect.Type
	// Created is the property that tells when a record was made, to the second or
	// so: large result sets are read in slices of it. Margin is by how much, in
	// seconds, the resource's own time may differ.
	Created string
	Margin  int64
	// Also are members of a record that the details lack: they are read of every
	// resource, however its details are.
	Also []string
}

// A Filter is one condition of a search: a property equals a value.
type Filter struct{ Name, Value string }

// A Scope says where the nodes of a label live.
type Scope int

const (
	// InRegion is read in each region or, of what is referred to, in the region that
	// the reference's ARN names or, where it has none, in that of the resource that
	// refers to it. What is in an account or region that the run does not read is not
	// asked for.
	InRegion Scope = iota
	// InAccount is read once for each account, in the partition's home region. A
	// node of another account is not asked for; one whose id names no account is.
	InAccount
)

// A Lookup reads a neighbour that something refers to, piece by piece.
type Lookup struct {
	Details reflect.Type // a structure with a member for each piece
	Pieces  []Piece
	// Always are the ids that are looked up, whatever refers to others; nil for those
	// that something refers to.
	Always func(account string) []string
}

// A Piece is one call of a lookup; of pages of its answer, all.
type Piece struct {
	operation.Operation
	Member string // of Details, of the type of the output
	Key    string // member of the input that takes the id
	// Value is what Key takes where that is not the id itself.
	Value func(id string) string
	Set   func(in any) // changes the input of each call; nil for none
	// Count is a list of the output of which the length alone is kept, in a member
	// of Details that is an *int64; "" for none.
	Count string
	// First is a list of the output of which the first item is the piece; "" where the
	// output is.
	First string
	// Group is that of the piece where it is another than the entry's: what a choice
	// of groups may leave out.
	Group string
	// Answers are error codes that say that there is no such thing, and that is
	// all there is to say.
	Answers []string
	// Without is another piece: where there is no such thing as that one reads, there is
	// none that this one would, and it is not asked for.
	Without string
	// Must is what an answer always has: a path of members. Without it it is none.
	Must string
	// Region takes the region that the other pieces are asked in out of this one's
	// output; nil for a piece that does not tell.
	Region func(out any) string
}
