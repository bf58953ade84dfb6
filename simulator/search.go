package simulator

import (
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// searchPage is the page size without MaxResults; the API documents none.
const searchPage = 10

// maxDepth keeps a hostile SearchExpression from exhausting the stack; the API
// allows 50 clauses in all.
const maxDepth = 50

// search answers Search for every kind that has a Search type. A type of the
// API without documents here is an empty one.
func (s *Server) search(r *request) (any, *apiError) {
	limit, failure := r.maxResults(1, 100, searchPage)
	if failure != nil {
		return nil, failure
	}
	resource, ok := r.input["Resource"]
	if !ok {
		return nil, constraint("Resource", nil, "Member must not be null")
	}
	for _, name := range []string{"Resource", "SortOrder", "CrossAccountFilterOption"} {
		if failure := checkEnum(name, r.input[name], kinds().search.fields[name].goType); failure != nil {
			return nil, failure
		}
	}
	p := &page{limit: limit, count: true, descending: r.input["SortOrder"] != "Ascending"}
	var found *kind
	for _, k := range kinds().kinds {
		if k.search == resource {
			found = k
		}
	}
	if found != nil {
		by, _ := r.input["SortBy"].(string)
		if by == "" {
			by = "LastModifiedTime"
		}
		if found.found.fields[by] == nil {
			by = "CreationTime"
		}
		p.docs = r.region.order(found, by)
		if expression, ok := r.input["SearchExpression"].(map[string]any); ok {
			test, failure := found.expression(expression, 0)
			if failure != nil {
				return nil, failure
			}
			if times, ok := found.createdIn(expression); ok {
				p.within(times, by == found.created)
			} else {
				p.match = test
			}
		}
	}
	if found != nil && s.asIs() && found.name != "TrialComponent" {
		return s.encodedPage(r, p, "Results", "NextToken", func(b []byte, d *document) ([]byte, *apiError) {
			return d.appendView(b, found.record, found.result)
		})
	}
	items, failure := s.page(r, p, func(_ *document, body map[string]any) any { return s.result(r, found, body) })
	if failure != nil {
		return nil, failure
	}
	out := map[string]any{
		"Results":   items,
		"TotalHits": map[string]any{"Value": p.total, "Relation": "EqualTo"},
	}
	return withToken(out, "NextToken", p.token), nil
}

// result is a document as a result of Search. A trial component has the whole
// job that made it, where that is still there.
func (s *Server) result(r *request, k *kind, body map[string]any) any {
	out := k.result(body)
	if k.name != "TrialComponent" || body["SourceDetail"] != nil {
		return out
	}
	for _, arn := range lookup(body, "Source.SourceArn") {
		job := r.region.findARN(arn)
		if job == nil || k.found.fields["SourceDetail"].fields[job.kind.name] == nil {
			continue
		}
		if docs := s.edit(r, job); len(docs) > 0 {
			detail := map[string]any{"SourceArn": arn, job.kind.name: docs[0]}
			out.(map[string]any)[k.record].(map[string]any)["SourceDetail"] = k.found.fields["SourceDetail"].project(detail)
		}
	}
	return out
}

// A period is from one time to another, which it does not have; a zero time is no
// bound.
type period struct{ from, to time.Time }

func (t period) has(at time.Time) bool {
	return (t.from.IsZero() || !at.Before(t.from)) && (t.to.IsZero() || at.Before(t.to))
}

// within leaves the documents that were created in a period. Those in the order of
// their creation stand in a row.
func (p *page) within(t period, inOrder bool) {
	if t == (period{}) {
		return
	}
	p.docs, p.times = p.docs.created(t.from, t.to), t
	if !inOrder {
		return
	}
	docs := p.docs.docs
	p.ranged, p.high = true, len(docs)
	if !t.from.IsZero() {
		p.low = sort.Search(len(docs), func(i int) bool { return !docs[i].created.Before(t.from) })
	}
	if !t.to.IsZero() {
		p.high = sort.Search(len(docs), func(i int) bool { return !docs[i].created.Before(t.to) })
	}
}

// createdIn is the period that an expression asks for, if it asks for nothing
// but when resources were created.
func (k *kind) createdIn(e map[string]any) (t period, ok bool) {
	filters := objects(e["Filters"])
	if e["Operator"] == "Or" || e["NestedFilters"] != nil || e["SubExpressions"] != nil || k.created == "" {
		return t, false
	}
	for _, f := range filters {
		at, err := time.Parse(time.RFC3339Nano, text(f["Value"]))
		if f["Name"] != k.created || err != nil {
			return t, false
		}
		switch f["Operator"] {
		case "GreaterThan":
			t.begin(at.Add(1))
		case "GreaterThanOrEqualTo":
			t.begin(at)
		case "LessThan":
			t.end(at)
		case "LessThanOrEqualTo":
			t.end(at.Add(1))
		default:
			return t, false
		}
	}
	return t, true
}

func (t *period) begin(at time.Time) {
	if t.from.Before(at) {
		t.from = at
	}
}

func (t *period) end(at time.Time) {
	if t.to.IsZero() || at.Before(t.to) {
		t.to = at
	}
}

type predicate = func(doc fields) bool

// expression compiles a SearchExpression.
func (k *kind) expression(e map[string]any, depth int) (predicate, *apiError) {
	if depth > maxDepth {
		return nil, invalid("SearchExpression is nested too deeply")
	}
	if failure := checkEnum("Operator", e["Operator"], reflect.TypeFor[types.BooleanOperator]()); failure != nil {
		return nil, failure
	}
	var clauses []predicate
	for _, f := range objects(e["Filters"]) {
		clause, failure := compare(f)
		if failure != nil {
			return nil, failure
		}
		name, _ := f["Name"].(string)
		if first, _, _ := strings.Cut(name, "."); k.found.fields[first] == nil {
			return nil, invalid("Property %s is not a valid property of %s.", name, k.search)
		}
		clauses = append(clauses, func(doc fields) bool { return clause(doc.lookup(name)) })
	}
	for _, n := range objects(e["NestedFilters"]) {
		property, _ := n["NestedPropertyName"].(string)
		var all []predicate
		for _, f := range objects(n["Filters"]) {
			clause, failure := compare(f)
			if failure != nil {
				return nil, failure
			}
			name, _ := f["Name"].(string)
			name = strings.TrimPrefix(name, property+".")
			all = append(all, func(item fields) bool { return clause(item.lookup(name)) })
		}
		clauses = append(clauses, func(doc fields) bool {
			for _, item := range objects(doc.member(property)) {
				if every(all, fields{body: item}) {
					return true
				}
			}
			return false
		})
	}
	for _, sub := range objects(e["SubExpressions"]) {
		clause, failure := k.expression(sub, depth+1)
		if failure != nil {
			return nil, failure
		}
		clauses = append(clauses, clause)
	}
	if len(clauses) == 0 {
		return nil, invalid("SearchExpression must have at least one filter, nested filter or subexpression")
	}
	if e["Operator"] == "Or" {
		return func(doc fields) bool {
			for _, clause := range clauses {
				if clause(doc) {
					return true
				}
			}
			return false
		}, nil
	}
	return func(doc fields) bool { return every(clauses, doc) }, nil
}

func every(clauses []predicate, doc fields) bool {
	for _, clause := range clauses {
		if !clause(doc) {
			return false
		}
	}
	return true
}

func objects(v any) []map[string]any {
	items, _ := v.([]any)
	var out []map[string]any
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			out = append(out, object)
		}
	}
	return out
}

// lookup finds the values of a property: members separated by dots, through
// lists; Tags.<key> is the value of a tag.
func lookup(v any, path string) []string {
	switch v := v.(type) {
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, lookup(item, path)...)
		}
		return out
	case map[string]any:
		name, rest, _ := strings.Cut(path, ".")
		if name == "Tags" {
			var out []string
			for _, tag := range objects(v["Tags"]) {
				if tag["Key"] == rest {
					out = append(out, lookup(tag["Value"], "")...)
				}
			}
			return out
		}
		if value, ok := v[path]; ok { // hyperparameters may have dots in their names
			return lookup(value, "")
		}
		if value, ok := v[name]; ok {
			return lookup(value, rest)
		}
		return nil
	case nil:
		return nil
	}
	if path != "" {
		return nil
	}
	return []string{text(v)}
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case interface{ String() string }: // json.Number
		return v.String()
	}
	return ""
}

// compare compiles one Filter to a test of the property's values.
func compare(f map[string]any) (func(have []string) bool, *apiError) {
	if f["Name"] == nil {
		return nil, constraint("Name", nil, "Member must not be null")
	}
	if failure := checkEnum("Operator", f["Operator"], reflect.TypeFor[types.Operator]()); failure != nil {
		return nil, failure
	}
	operator, _ := f["Operator"].(string)
	want, given := f["Value"].(string)
	exists := operator == "Exists" || operator == "NotExists"
	if given == exists {
		return nil, invalid("Filter on %v: the operator %s and the value do not fit.", f["Name"], operator)
	}
	some := func(test func(string) bool) func([]string) bool {
		return func(have []string) bool {
			for _, value := range have {
				if test(value) {
					return true
				}
			}
			return false
		}
	}
	less := func(a, b string) bool { return relation(a, b) < 0 }
	switch operator {
	case "", "Equals":
		return some(func(v string) bool { return relation(v, want) == 0 }), nil
	case "NotEquals":
		equal := some(func(v string) bool { return relation(v, want) == 0 })
		return func(have []string) bool { return !equal(have) }, nil
	case "GreaterThan":
		return some(func(v string) bool { return less(want, v) }), nil
	case "GreaterThanOrEqualTo":
		return some(func(v string) bool { return !less(v, want) }), nil
	case "LessThan":
		return some(func(v string) bool { return less(v, want) }), nil
	case "LessThanOrEqualTo":
		return some(func(v string) bool { return !less(want, v) }), nil
	case "Contains":
		return some(func(v string) bool { return strings.Contains(v, want) }), nil
	case "Exists":
		return func(have []string) bool { return len(have) > 0 }, nil
	case "NotExists":
		return func(have []string) bool { return len(have) == 0 }, nil
	}
	in := strings.Split(want, ",")
	return some(func(v string) bool {
		for _, one := range in {
			if v == strings.TrimSpace(one) {
				return true
			}
		}
		return false
	}), nil
}

// relation compares as times where both are, else as numbers where both are,
// else as text.
func relation(a, b string) int {
	if x, err := time.Parse(time.RFC3339Nano, a); err == nil {
		if y, err := time.Parse(time.RFC3339Nano, b); err == nil {
			return x.Compare(y)
		}
	}
	if x, err := strconv.ParseFloat(a, 64); err == nil {
		if y, err := strconv.ParseFloat(b, 64); err == nil {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
	}
	return strings.Compare(a, b)
}
