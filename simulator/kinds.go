package simulator

import (
	"maps"
	"reflect"
	"strings"
	"sync"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// A row is what cannot be derived about a kind. Adding a kind is adding a row;
// a union or a list filter of a new form makes the table panic when it is
// built, which every test of this package does.
type row struct {
	name    string // the API's noun; documents are in <name>.json
	source  string // the kind whose documents these are; "": its own
	noun    string // in the ARN; by default the name in kebab-case
	arn     string // document member with the ARN; by default name + "Arn"
	foreign bool   // the ARNs are of other accounts

	list     [2]reflect.Type // input, output; nil for a kind that has no List
	describe [2]reflect.Type // input, output; nil for a kind that has no Describe
	wrap     string          // member of the Describe output that has the resource; others stand beside it
	paged    string          // member with a list that Describe gives in pages

	key      []string          // members that identify it to Describe
	anyOf    []string          // further key members, of which one is given
	either   []string          // further key members, of which one is enough
	input    map[string]string // key members that the Describe input names otherwise
	version  bool              // the last key member is a version; without it Describe takes the newest
	newest   bool              // List has only the newest version
	versions string            // kind that Describe answers for when its last key member is given
	aliased  string            // kind that the input member <kind>Alias names one of, by its <kind>Aliases
	byARN    bool              // Describe takes an ARN (or its end) in place of the name

	parent   string   // kind of the resource that List wants named
	by       string   // member of the List input that names it
	required []string // further members that List wants
	oneOf    []string // members of which List takes one at a time

	extra []string          // key members that no API type of the kind has
	fill  map[string]string // members that are the same as another one, by path

	created   string // member with the time of creation; by default CreationTime
	page      int    // documented default of MaxResults; 0: 100
	most      int    // highest MaxResults; 0: 100
	sort      string // documented default of SortBy; "": CreationTime
	ascending bool   // documented default of SortOrder
	// orders are the properties that values of SortBy speak of, where no
	// member has the name.
	orders map[string]string

	search string // type of resource in Search
	record string // path of the record in a SearchRecord
	// missing is the message of the ValidationException about a resource that
	// is not there, with {name} and {arn}; "" for the kinds that have the
	// newer ResourceNotFound.
	missing string
	// paths are the properties that members of the List input ask for, where
	// their names do not say it.
	paths map[string]string
	// named are members of the List input that take a name, or the ARN that ends
	// with it.
	named []string
	// filters take the place of those derived from the members of the List
	// input. They run on every listing, given or not.
	filters map[string]filter
}

// none says that a kind has no ARN or no time of creation.
const none = "-"

func op[In, Out any]() [2]reflect.Type {
	return [2]reflect.Type{reflect.TypeFor[In](), reflect.TypeFor[Out]()}
}

// A kind is a row with all that follows from it.
type kind struct {
	row
	docs                     string // kind whose documents these are
	listOp, describeOp       string // operation names
	items                    string // list member of the List output
	item, detail, found      *shape // types of list item, Describe output, Search record; nil without it
	listInput, describeInput *shape
	beside                   map[string]*shape     // members of the Describe output next to the wrapped resource
	members                  map[string]*shape     // all that a document may have
	always                   map[string]filter     // those that run whether their member is given or not
	compared                 map[string]comparison // by members of the List input that ask for a text
	summarised               []string              // members XSummary of a list item, made from X
}

type table struct {
	kinds      []*kind
	byName     map[string]*kind
	byList     map[string]*kind // by operation
	byDescribe map[string]*kind // by operation
	search     *shape           // input of Search
	tags       *shape           // input of ListTags
}

// kinds is the table, built when first asked for and never changed.
var kinds = sync.OnceValue(func() *table {
	all := shapes{known: map[reflect.Type]*shape{}}
	t := &table{
		byName:     map[string]*kind{},
		byList:     map[string]*kind{},
		byDescribe: map[string]*kind{},
		search:     all.of(reflect.TypeFor[sagemaker.SearchInput]()),
		tags:       all.of(reflect.TypeFor[sagemaker.ListTagsInput]()),
	}
	record := all.of(reflect.TypeFor[types.SearchRecord]())
	for _, r := range rows {
		k := newKind(r, t.byName[r.source], all, record)
		t.kinds = append(t.kinds, k)
		t.byName[k.name] = k
		if k.listOp != "" {
			t.byList[k.listOp] = k
		}
		if k.describeOp != "" && t.byDescribe[k.describeOp] == nil {
			t.byDescribe[k.describeOp] = k
		}
	}
	return t
})

func newKind(r row, source *kind, all shapes, record *shape) *kind {
	k := &kind{row: r, docs: r.name, members: map[string]*shape{"Tags": all.of(reflect.TypeFor[[]types.Tag]())}}
	if source != nil {
		k.docs, k.members, k.arn, k.noun, k.created = source.name, source.members, source.arn, source.noun, source.created
	}
	if k.noun == "" {
		k.noun = kebab(k.name)
	}
	switch k.arn {
	case "":
		k.arn = k.name + "Arn"
	case none:
		k.arn = ""
	}
	switch k.created {
	case "":
		k.created = "CreationTime"
	case none:
		k.created = ""
	}
	if k.page == 0 {
		k.page = 100
	}
	if k.most == 0 {
		k.most = 100
	}
	if k.sort == "" {
		k.sort = "CreationTime"
	}
	var shapes []*shape
	if k.describe[0] != nil {
		k.describeOp = strings.TrimSuffix(k.describe[0].Name(), "Input")
		k.describeInput, k.detail = all.of(k.describe[0]), all.of(k.describe[1])
		if k.wrap != "" {
			k.beside = maps.Clone(k.detail.fields)
			delete(k.beside, k.wrap)
			maps.Copy(k.members, k.beside)
			k.detail = k.detail.fields[k.wrap]
		}
		shapes = append(shapes, k.detail)
	}
	if k.list[0] != nil {
		k.listOp = strings.TrimSuffix(k.list[0].Name(), "Input")
		k.listInput = all.of(k.list[0])
		for name, s := range all.of(k.list[1]).fields {
			if s.form == listForm {
				k.items, k.item = name, s.elem
			}
		}
		shapes = append(shapes, k.item)
	}
	if k.record != "" {
		k.found = record
		for _, name := range strings.Split(k.record, ".") {
			k.found = k.found.fields[name]
		}
		shapes = append(shapes, k.found)
	}
	for _, s := range shapes {
		for name, member := range s.fields {
			if k.members[name] == nil {
				k.members[name] = member
			}
		}
	}
	for _, name := range k.extra {
		k.members[name] = all.of(reflect.TypeFor[string]())
	}
	if k.item == nil {
		return k
	}
	for name := range k.item.fields {
		base, ok := strings.CutSuffix(name, "Summary")
		if ok && k.detail != nil && k.detail.fields[name] == nil && k.detail.fields[base] != nil {
			k.summarised = append(k.summarised, name)
		}
	}
	filters := map[string]filter{}
	k.compared = map[string]comparison{}
	for name, s := range k.listInput.fields {
		switch name {
		case "MaxResults", "NextToken", "SortBy", "SortOrder":
		default:
			if filters[name] = k.filters[name]; filters[name] == nil {
				filters[name] = k.derive(name, s)
			}
		}
	}
	k.filters, k.always = filters, k.filters
	return k
}

// summary is the document as an item of a List.
func (k *kind) summary(doc map[string]any) any {
	item := k.item.project(doc).(map[string]any)
	for _, name := range k.summarised {
		if value, ok := doc[strings.TrimSuffix(name, "Summary")]; ok && item[name] == nil {
			item[name] = k.item.fields[name].project(value)
		}
	}
	return item
}

// result is the document as a result of Search.
func (k *kind) result(doc map[string]any) any {
	out := k.found.project(doc)
	path := strings.Split(k.record, ".")
	for i := len(path) - 1; i >= 0; i-- {
		out = map[string]any{path[i]: out}
	}
	return out
}

// member finds the document member that an input member speaks of: Status is
// EndpointStatus in an Endpoint and Status in an App.
func (k *kind) member(name string) (string, bool) {
	switch name {
	case "ModifiedTime":
		name = "LastModifiedTime"
	case "Created", "CreationTime":
		return k.created, k.created != ""
	case "Name":
		if k.members[k.docs+name] == nil && k.members[name] == nil {
			return k.key[len(k.key)-1], true
		}
	}
	plural := strings.TrimSuffix(name, "y") + "ies"
	for _, candidate := range []string{k.docs + name, name, plural} {
		if k.members[candidate] != nil {
			return candidate, true
		}
	}
	if strings.HasSuffix(k.docs, name) && k.members[k.docs] != nil { // the Version of a ModelCardVersion
		return k.docs, true
	}
	return "", false
}

// camel is the name of a member that a sort key in capitals speaks of.
func camel(key string) string {
	if key != strings.ToUpper(key) {
		return key
	}
	var b strings.Builder
	for _, word := range strings.Split(strings.ToLower(key), "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
