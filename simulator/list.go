package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A filter decides whether a document belongs to a listing with that input.
type filter func(doc fields, input map[string]any) bool

// derive makes the filter of a member of a List input from its name:
// CreationTimeAfter, NameContains, StatusEquals, DomainIdEquals, EndpointName.
func (k *kind) derive(name string, s *shape) filter {
	base, test, compares := name, equal, true
	for suffix, t := range map[string]func(have, want any) bool{
		"After": after, "Before": before, "Contains": contains, "Equals": equal, "Prefix": begins,
	} {
		if b, ok := strings.CutSuffix(name, suffix); ok {
			base, test, compares = b, t, suffix == "Equals"
		}
	}
	if path, ok := k.paths[name]; ok {
		if compares {
			k.compared[name] = comparison{func(doc fields) []string { return doc.lookup(path) }, plain}
		}
		return func(doc fields, input map[string]any) bool {
			want, given := input[name]
			return !given || slices.ContainsFunc(doc.lookup(path), func(have string) bool { return test(have, want) })
		}
	}
	member, ok := k.member(base)
	if !ok || (s.form != timeForm && s.form != textForm && s.form != integerForm) {
		panic("simulator: " + k.listOp + ": no filter for " + name)
	}
	wanted := plain
	if slices.Contains(k.named, name) {
		wanted = nameIn
		test = func(have, want any) bool { return equal(have, nameIn(text(want))) }
	}
	if compares {
		k.compared[name] = comparison{func(doc fields) []string { return textsIn(doc.member(member)) }, wanted}
	}
	return func(doc fields, input map[string]any) bool {
		want, given := input[name]
		return !given || test(doc.member(member), want)
	}
}

// equal compares text; of a list some item, of a structure its Status.
func equal(have, want any) bool {
	switch have := have.(type) {
	case []any:
		for _, item := range have {
			if equal(item, want) {
				return true
			}
		}
		return false
	case map[string]any:
		return have["Status"] == want
	}
	return have == want
}

// nameIn is a name, or the one that an ARN ends with.
func nameIn(text string) string { return text[strings.LastIndex(text, "/")+1:] }

func plain(text string) string { return text }

func contains(have, want any) bool {
	text, _ := have.(string)
	part, _ := want.(string)
	return strings.Contains(text, part)
}

func begins(have, want any) bool {
	text, _ := have.(string)
	prefix, _ := want.(string)
	return strings.HasPrefix(text, prefix)
}

func after(have, want any) bool  { return ordered(have, want) > 0 }
func before(have, want any) bool { return ordered(have, want) < 0 }

// ordered compares the time of a document with one of a request; a document
// without it is neither before nor after.
func ordered(have, want any) int {
	text, ok := have.(string)
	if !ok {
		return 0
	}
	number, _ := want.(json.Number)
	return parseTime(text).Compare(fromEpoch(number))
}

// fromEpoch reads seconds since 1970, to the nanosecond.
func fromEpoch(number json.Number) time.Time {
	seconds, ok := new(big.Rat).SetString(number.String())
	if !ok {
		return time.Time{}
	}
	ns := new(big.Rat).Mul(seconds, big.NewRat(int64(time.Second), 1))
	whole := new(big.Int).Quo(ns.Num(), ns.Denom())
	return time.Unix(0, whole.Int64())
}

// ofPackageType: by default ListModelPackages lists packages without a group,
// unless a group is asked for.
func ofPackageType(doc fields, input map[string]any) bool {
	versioned := doc.member("ModelPackageGroupName") != nil
	switch input["ModelPackageType"] {
	case "Both":
		return true
	case "Versioned":
		return versioned
	case nil:
		return versioned == (input["ModelPackageGroupName"] != nil)
	}
	return !versioned
}

// ofThisAccount: an inventory has nothing that other accounts share.
func ofThisAccount(_ fields, input map[string]any) bool {
	return input["CrossAccountFilterOption"] != "CrossAccount"
}

// ofCustomer: an inventory has nothing that AWS manages in the account.
func ofCustomer(_ fields, input map[string]any) bool {
	return input["ManagedBy"] != "AWS"
}

// ofProvisionedNodes leaves out nodes that are still on their way, unless they
// are asked for.
func ofProvisionedNodes(doc fields, input map[string]any) bool {
	return doc.member("InstanceId") != nil || input["IncludeNodeLogicalIds"] == true
}

// ofPlanFilters takes the plans that fit all filters.
func ofPlanFilters(doc fields, input map[string]any) bool {
	for _, f := range objects(input["Filters"]) {
		name, _ := f["Name"].(string)
		if doc.member(name) != f["Value"] {
			return false
		}
	}
	return true
}

// upToSchema takes hub contents with that version of the document schema or an
// older one.
func upToSchema(doc fields, input map[string]any) bool {
	highest, given := input["MaxSchemaVersion"].(string)
	have, _ := doc.member("DocumentSchemaVersion").(string)
	return !given || compareVersions(have, highest) <= 0
}

// fromVersion takes hub contents of that version or a newer one.
func fromVersion(doc fields, input map[string]any) bool {
	lowest, given := input["MinVersion"].(string)
	have, _ := doc.member("HubContentVersion").(string)
	return !given || compareVersions(have, lowest) >= 0
}

// compareVersions compares versions such as 1.10.0 number by number.
func compareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		if c := relation(x[i], y[i]); c != 0 {
			return c
		}
	}
	return len(x) - len(y)
}

// list answers every List of a kind.
func (s *Server) list(k *kind, r *request) (any, *apiError) {
	limit, failure := r.maxResults(1, k.most, k.page)
	if failure != nil {
		return nil, failure
	}
	if failure := checkEnums(k.listInput, r.input); failure != nil {
		return nil, failure
	}
	if failure := k.findParent(r); failure != nil {
		return nil, failure
	}
	if _, failure := r.aliased(k); failure != nil {
		return nil, failure
	}
	by, ascending := k.sort, k.ascending
	if given, ok := r.input["SortBy"].(string); ok {
		by = camel(given)
	}
	if given, ok := r.input["SortOrder"].(string); ok {
		ascending = strings.EqualFold(given, "Ascending")
	}
	member, ok := k.orders[by]
	if !ok {
		member, ok = k.member(by)
	}
	if !ok {
		member = k.created
	}
	p := &page{docs: r.region.order(k, member), descending: !ascending, limit: limit, match: k.matchOf(r)}
	p.within(k.createdAsListed(r.input), member == k.created)
	if k.newest {
		p.keep = func(d *document) bool { return d.newest }
	}
	if s.asIs() {
		p.narrow(k, r, member)
	}
	if s.asIs() {
		return s.encodedPage(r, p, k.items, "NextToken", func(b []byte, d *document) ([]byte, *apiError) {
			return d.appendView(b, k.listOp, k.summary)
		})
	}
	items, failure := s.page(r, p, func(_ *document, body map[string]any) any { return k.summary(body) })
	if failure != nil {
		return nil, failure
	}
	return withToken(map[string]any{k.items: items}, "NextToken", p.token), nil
}

// The members of a List input that ask for when resources were created.
const (
	createdAfter  = "CreationTimeAfter"
	createdBefore = "CreationTimeBefore"
)

// createdAsListed is the period that a List input asks for.
func (k *kind) createdAsListed(input map[string]any) (t period) {
	if k.created == "" {
		return t
	}
	if after, ok := input[createdAfter].(json.Number); ok {
		t.begin(fromEpoch(after).Add(1))
	}
	if before, ok := input[createdBefore].(json.Number); ok {
		t.end(fromEpoch(before))
	}
	return t
}

// matchOf is the test that documents of a listing must pass; nil: all do. A
// derived filter takes all where its member is not given.
func (k *kind) matchOf(r *request) func(fields) bool {
	var active []filter
	for name, f := range k.filters {
		if (name == createdAfter || name == createdBefore) && k.created != "" {
			continue // see createdAsListed
		}
		if k.always[name] != nil || r.input[name] != nil {
			active = append(active, f)
		}
	}
	if active == nil {
		return nil
	}
	return func(doc fields) bool {
		for _, f := range active {
			if !f(doc, r.input) {
				return false
			}
		}
		return true
	}
}

// findParent refuses a listing without the members that it needs, or of a
// parent that is not there. A parent named by its ARN gets its name instead.
func (k *kind) findParent(r *request) *apiError {
	if k.by != "" {
		name, _ := r.input[k.by].(string)
		if name == "" {
			return constraint(k.by, nil, "Member must not be null")
		}
		parent := r.region.parent(k, name)
		if parent == nil {
			return &apiError{code: "ResourceNotFound", message: k.parent + " [" + name + "] does not exist."}
		}
		r.input[k.by] = k.nameOf(parent)
	}
	for _, member := range k.required {
		if r.input[member] == nil {
			return constraint(member, nil, "Member must not be null")
		}
	}
	given := slices.DeleteFunc(slices.Clone(k.oneOf), func(member string) bool { return r.input[member] == nil })
	if len(given) > 1 {
		return invalid("%s cannot be given together", strings.Join(given, " and "))
	}
	return nil
}

// nameOf is what a resource of the kind calls its parent: its name, or its ARN
// where the member is the parent's ARN.
func (k *kind) nameOf(parent *document) any {
	if k.by == parent.kind.arn {
		return parent.arn
	}
	return parent.keyMembers()[parent.kind.key[0]]
}

// aliased is the version that the request names by an alias; nil if it names
// none.
func (r *request) aliased(k *kind) (*document, *apiError) {
	alias, given := r.input[k.aliased+"Alias"].(string)
	if k.aliased == "" || !given {
		return nil, nil
	}
	versions := kinds().byName[k.aliased]
	parent := r.region.parent(versions, text(r.input[versions.by]))
	for _, doc := range r.region.kinds[k.aliased] {
		if parent != nil && equal(doc.body[k.aliased+"Aliases"], alias) && doc.keyMembers()[versions.by] == versions.nameOf(parent) {
			return doc, nil
		}
	}
	return nil, &apiError{code: "ResourceNotFound", message: k.aliased + " with the alias [" + alias + "] does not exist."}
}

// parent is the resource with a name or an ARN that resources of a kind belong
// to.
func (r *region) parent(k *kind, name string) *document {
	if doc := r.find(k.parent + "\x00" + name); doc != nil {
		return doc
	}
	if doc := r.findARN(name); doc != nil && doc.kind.name == k.parent {
		return doc
	}
	return nil
}

// describe answers every Describe of a kind.
func (s *Server) describe(k *kind, r *request) (any, *apiError) {
	if versions := kinds().byName[k.versions]; versions != nil {
		id := versions.key[len(versions.key)-1]
		switch version, failure := r.aliased(k); {
		case failure != nil:
			return nil, failure
		case version != nil && r.input[id] != nil:
			return nil, invalid("%s and %sAlias cannot be given together", id, k.aliased)
		case version != nil:
			r.input[id] = version.body[id]
		}
		if r.input[id] != nil {
			k = versions
		}
	}
	if failure := checkEnums(k.describeInput, r.input); failure != nil {
		return nil, failure
	}
	wanted := map[string]any{}
	var end []string
	for _, member := range slices.Concat(k.key, k.anyOf, k.either) {
		name := member
		if other, ok := k.input[member]; ok {
			name = other
		}
		value, given := r.input[name]
		if !given || text(value) == "" {
			continue
		}
		if member == k.by {
			if parent := r.region.parent(k, text(value)); parent != nil {
				value = k.nameOf(parent)
			}
		}
		wanted[member] = value
		end = append(end, text(value))
	}
	key, missing := k.keyOf(wanted)
	if missing != "" && k.version && missing == k.key[len(k.key)-1] {
		wanted[missing] = "newest"
		key, missing = k.keyOf(wanted)
		key = key[:strings.LastIndex(key, "\x00")]
	}
	if missing != "" {
		if other, ok := k.input[missing]; ok {
			missing = other
		}
		return nil, constraint(missing, nil, "Member must not be null")
	}
	name := end[min(len(k.key), len(end))-1]
	arn := name
	if !strings.HasPrefix(name, "arn:") {
		arn = r.region.arnOf(k, strings.Join(end, "/"))
	}
	doc := r.region.find(key)
	if doc == nil && k.byARN {
		if found := r.region.findARN(arn); found != nil && found.kind == k {
			doc = found
		}
	}
	if doc != nil {
		switch gone := s.options.Gone != nil && s.options.Gone(*r.call, doc.arn); {
		case gone:
		case s.asIs() && k.paged == "":
			b, failure := doc.appendView(s.buffer(), k.describeOp, k.whole)
			return encoded(b), failure
		default:
			if docs := s.edit(r, doc); len(docs) > 0 {
				return k.answer(r, docs[0])
			}
		}
	}
	if k.missing == "" {
		return nil, &apiError{code: "ResourceNotFound", message: k.docs + " [" + arn + "] does not exist."}
	}
	return nil, invalid("%s", strings.NewReplacer("{name}", name, "{arn}", arn).Replace(k.missing))
}

// describePage is how many items of its paged list a Describe gives at once.
const describePage = 100

// answer is the output of a Describe.
func (k *kind) answer(r *request, doc map[string]any) (any, *apiError) {
	out := k.whole(doc).(map[string]any)
	if k.paged != "" {
		limit, failure := r.maxResults(1, 0, describePage)
		if failure != nil {
			return nil, failure
		}
		all, given := out[k.paged].([]any)
		items, next, failure := r.stretch(all, limit)
		if failure != nil {
			return nil, failure
		}
		if given {
			out[k.paged] = items
		}
		withToken(out, "NextToken", next)
	}
	return out, nil
}

// whole is the document as the output of a Describe, before it is cut into pages.
func (k *kind) whole(doc map[string]any) any {
	out := k.detail.project(doc).(map[string]any)
	if k.wrap == "" {
		return out
	}
	out = map[string]any{k.wrap: out}
	for name, s := range k.beside {
		if doc[name] != nil {
			out[name] = s.project(doc[name])
		}
	}
	return out
}

// stretch is the page of a list inside one resource that the request asks for.
func (r *request) stretch(all []any, limit int) (items []any, next string, failure *apiError) {
	at := position{Listing: r.listing()}
	if token, _ := r.input["NextToken"].(string); token != "" {
		var ok bool
		if at, ok = parseToken(token, at.Listing); !ok {
			return nil, "", invalid("Invalid NextToken. The token is not of this listing or has expired.")
		}
	}
	from := min(at.Doc, len(all))
	to := min(from+limit, len(all))
	if to < len(all) {
		next = position{Listing: at.Listing, Doc: to}.token()
	}
	return append([]any{}, all[from:to]...), next, nil
}

// edit returns what an action sees of a document.
func (s *Server) edit(r *request, doc *document) []map[string]any {
	switch {
	case s.options.Gone != nil && s.options.Gone(*r.call, doc.arn):
		return nil
	case s.options.Edit == nil:
		return []map[string]any{doc.content()}
	}
	return s.options.Edit(r.action, copyValue(doc.content()).(map[string]any))
}

// A page is a stretch of a listing. Positions count documents of the whole
// order, whether they match or not, so that following pages goes through the
// documents once.
type page struct {
	docs       sequence
	descending bool
	limit      int
	times      period                       // of creation
	keep       func(doc *document) bool     // asked before match; nil: all
	match      func(doc fields) bool        // nil: all
	tokenName  string                       // input member; "": NextToken
	weight     func(doc map[string]any) int // nil: 1 an item
	maxWeight  int
	bodiless   bool // what takes items does not look at bodies

	// Where documents that may match stand among those that are there: the others
	// need no look.
	ranged    bool // from low, before high
	low, high int
	narrowed  bool // at these places
	among     index

	token string // of the next page
	total int    // in: 0 or the total; out: the number that matches, if counted
	count bool   // count the total
}

// A position is where a page begins, as its token says.
type position struct {
	Listing string `json:"l"` // hash of the action, the region and the input
	Doc     int    `json:"d"`
	Item    int    `json:"i,omitempty"` // among those that Edit made of the document
	Total   int    `json:"t,omitempty"`
	Salt    int    `json:"s,omitempty"` // makes another token of the same position, see Mutator
}

// page collects one page and the token of the next.
func (s *Server) page(r *request, p *page, project func(*document, map[string]any) any) ([]any, *apiError) {
	items := []any{}
	failure := s.walk(r, p, func(doc *document, body map[string]any) *apiError {
		items = append(items, project(doc, body))
		return nil
	})
	return items, failure
}

// asIs tells whether answers have documents as the inventory has them.
func (s *Server) asIs() bool { return s.options.Edit == nil }

// encodedPage is a page as it is sent: an object with a list and a token. For
// documents that are as the inventory has them.
func (s *Server) encodedPage(r *request, p *page, list, token string, write func([]byte, *document) ([]byte, *apiError)) (any, *apiError) {
	b := append(member(append(s.buffer(), '{'), list), '[')
	first := true
	p.bodiless = p.weight == nil
	failure := s.walk(r, p, func(doc *document, _ map[string]any) (failure *apiError) {
		if !first {
			b = append(b, ',')
		}
		first = false
		b, failure = write(b, doc)
		return failure
	})
	if failure != nil {
		return nil, failure
	}
	b = append(b, ']')
	if p.count {
		b = append(member(b, "TotalHits"), `{"Relation":"EqualTo","Value":`...)
		b = append(strconv.AppendInt(b, int64(p.total), 10), '}')
	}
	return encoded(appendToken(b, token, p.token)), nil
}

// walk takes the items of one page, and notes the token of the next.
func (s *Server) walk(r *request, p *page, take func(*document, map[string]any) *apiError) *apiError {
	if p.tokenName == "" {
		p.tokenName = "NextToken"
	}
	at := position{Listing: r.listing()}
	token, given := r.input[p.tokenName].(string)
	if given && token != "" {
		var ok bool
		if at, ok = parseToken(token, at.Listing); !ok {
			return invalid("Invalid %s. The token is not of this listing or has expired.", p.tokenName)
		}
		p.total = at.Total
	} else {
		p.total = s.totalOf(r, p)
		at.Total = p.total
	}
	if s.isEmpty(r, &at) {
		p.token = at.token()
		return nil
	}
	if at.Doc > 0 && s.options.Repeat != nil && s.options.Repeat(*r.call) {
		at = s.before(r, p, at)
	}
	taken, weight := 0, 0
	for i := p.next(at.Doc); i < p.docs.len(); i = p.next(i + 1) {
		doc := p.docs.at(p.index(i))
		seen := s.matching(r, p, doc)
		from := 0
		if i == at.Doc {
			from = at.Item
		}
		for j := from; j < len(seen); j++ {
			if p.weight != nil {
				weight += p.weight(seen[j])
			}
			if taken == p.limit || (p.weight != nil && weight > p.maxWeight && taken > 0) {
				p.token = position{Listing: at.Listing, Doc: i, Item: j, Total: p.total}.token()
				return nil
			}
			if failure := take(doc, seen[j]); failure != nil {
				return failure
			}
			taken++
		}
	}
	return nil
}

// isEmpty tells whether a page is empty. The token that it has, of the same
// position, is another one than that which was given.
func (s *Server) isEmpty(r *request, at *position) bool {
	if s.options.EmptyPages && !r.call.Further {
		return true
	}
	if s.options.Empty == nil || !s.options.Empty(*r.call) {
		return false
	}
	at.Salt = r.call.Number
	return true
}

// before is the position of the item before one, or that one itself if it is
// the first.
func (s *Server) before(r *request, p *page, at position) position {
	for i := at.Doc; i >= 0; i-- {
		seen := 0
		if i < p.docs.len() {
			seen = len(s.matching(r, p, p.docs.at(p.index(i))))
		}
		if i == at.Doc {
			seen = min(seen, at.Item)
		}
		if seen > 0 {
			return position{Listing: at.Listing, Doc: i, Item: seen - 1, Total: at.Total}
		}
	}
	return at
}

// index is where a document of the listing stands in the order.
func (p *page) index(i int) int {
	if p.descending {
		return p.docs.len() - 1 - i
	}
	return i
}

// noBody stands for a document whose body nobody looks at.
var noBody = []map[string]any{nil}

func (s *Server) matching(r *request, p *page, doc *document) []map[string]any {
	switch {
	case !p.times.has(doc.created), p.keep != nil && !p.keep(doc):
		return nil
	case s.asIs():
		if s.options.Gone != nil && s.options.Gone(*r.call, doc.arn) || p.match != nil && !p.match(fields{doc: doc}) {
			return nil
		}
		if p.bodiless {
			return noBody
		}
		return []map[string]any{doc.content()}
	}
	var out []map[string]any
	for _, body := range s.edit(r, doc) {
		if p.match == nil || p.match(fields{doc, body}) {
			out = append(out, body)
		}
	}
	return out
}

// totalOf counts a listing once; tokens carry the number on.
func (s *Server) totalOf(r *request, p *page) int {
	switch {
	case !p.count:
		return 0
	case p.match == nil && p.keep == nil && s.asIs() && s.options.Gone == nil:
		return p.docs.count(p.times)
	}
	all := *p
	all.bodiless, all.descending = true, false
	total := 0
	for i := all.next(0); i < p.docs.len(); i = all.next(i + 1) {
		total += len(s.matching(r, &all, p.docs.at(i)))
	}
	return total
}

// listing identifies a listing: a token is good for the same request only, with
// another page size if wanted.
func (r *request) listing() string {
	input := map[string]any{}
	for name, value := range r.input {
		switch name {
		case "Limit", "Marker", "MaxItems", "MaxResults", "NextToken", "PaginationToken", "ResourcesPerPage", "maxResults", "nextToken":
		default:
			input[name] = value
		}
	}
	text, _ := json.Marshal([]any{r.action, r.region.name, input}) // JSON values as they were read
	return digest(text)
}

func digest(text []byte) string {
	sum := sha256.Sum256(append([]byte("simulator token\n"), text...))
	return hex.EncodeToString(sum[:8])
}

func (p position) token() string {
	text, _ := json.Marshal(p) // strings and integers
	return base64.RawURLEncoding.EncodeToString(append(text, digest(text)...))
}

// parseToken reads the token of a listing.
func parseToken(token, listing string) (position, bool) {
	p, ok := readToken(token)
	return p, ok && p.Listing == listing
}

// readToken reads a token of any listing.
func readToken(token string) (position, bool) {
	var p position
	text, err := base64.RawURLEncoding.DecodeString(token)
	end := len(text) - len(digest(nil))
	if err != nil || end < 0 || digest(text[:end]) != string(text[end:]) || json.Unmarshal(text[:end], &p) != nil {
		return p, false
	}
	return p, true
}

func withToken(out map[string]any, name, token string) map[string]any {
	if token != "" {
		out[name] = token
	}
	return out
}

// maxResults reads MaxResults within its bounds; high 0 is no upper bound.
func (r *request) maxResults(low, high, fallback int) (int, *apiError) {
	return r.bounded("MaxResults", low, high, fallback)
}

func (r *request) bounded(member string, low, high, fallback int) (int, *apiError) {
	number, ok := r.input[member].(json.Number)
	if !ok {
		return fallback, nil
	}
	n, err := strconv.Atoi(number.String())
	switch {
	case err != nil:
		return 0, &apiError{code: "SerializationException", message: member + ": want an integer"}
	case n < low:
		return 0, constraint(member, n, "Member must have value greater than or equal to "+strconv.Itoa(low))
	case high > 0 && n > high:
		return 0, constraint(member, n, "Member must have value less than or equal to "+strconv.Itoa(high))
	}
	return n, nil
}

// checkEnums refuses an input with a value that its enum type does not have.
func checkEnums(s *shape, input map[string]any) *apiError {
	for _, name := range sortedKeys(input) {
		if member := s.fields[name]; member != nil {
			if failure := checkEnum(name, input[name], member.goType); failure != nil {
				return failure
			}
		}
	}
	return nil
}

// checkEnum refuses a value that its enum type does not have.
func checkEnum(member string, value any, t reflect.Type) *apiError {
	text, given := value.(string)
	if !given {
		return nil
	}
	known := enumValues(t)
	if len(known) == 0 || slices.Contains(known, text) {
		return nil
	}
	return constraint(member, text, "Member must satisfy enum value set: ["+strings.Join(known, ", ")+"]")
}

// knownEnums are the values of enum types that were asked for.
var knownEnums sync.Map

// enumValues are the values of an enum type of the SDK, as its method Values
// has them; of any other type there are none.
func enumValues(t reflect.Type) []string {
	if t.Kind() != reflect.String {
		return nil
	}
	if known, ok := knownEnums.Load(t); ok {
		return known.([]string)
	}
	known, _ := knownEnums.LoadOrStore(t, readEnum(t))
	return known.([]string)
}

func readEnum(t reflect.Type) []string {
	values := reflect.Zero(t).MethodByName("Values")
	if !values.IsValid() {
		return nil
	}
	list := values.Call(nil)[0]
	out := make([]string, list.Len())
	for i := range out {
		out[i] = list.Index(i).String()
	}
	return out
}
