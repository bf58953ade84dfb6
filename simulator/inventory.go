package simulator

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
)

// An Inventory is the resources of one account. It never changes once loaded
// and is safe for concurrent use.
type Inventory struct {
	account string
	regions map[string]*region
	buckets map[string]*Bucket
	stores  map[string]*store // by region, "" for the account, and file
	count   int
}

// A region holds the documents of one region of the account.
type region struct {
	name, account string
	kinds         map[string][]*document // by kind, by creation time, then ARN
	byKey         map[string]*document   // by kind and key members
	byARN         map[string]*document
	generators    []*generator

	mu      sync.Mutex
	orders  map[string][]*document // other orders, made when first asked for
	indexes map[string]index       // the same
}

// A document is one resource: a Describe output and its tags.
type document struct {
	kind    *kind
	arn     string // "": it has none
	newest  bool   // no other document of its key is a newer version
	derived bool   // see derive
	created time.Time
	body    map[string]any
	names   map[string]bool // of a copy: the names to change in body
	suffix  string          // of a copy: what is added to them; "": no copy
	made    bool            // by a generator: a copy of which the times are others too
	shift   time.Duration   // of a copy that was made: by how much
	views   *templates      // what answers have of it; copies of one document share them
}

//go:embed demo
var demo embed.FS

// Demo returns the built-in inventory of a small company, account
// 012345678901, in us-east-1 and eu-west-1.
func Demo() (*Inventory, error) {
	files, err := fs.Sub(demo, "demo")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return Load(files)
}

var (
	accountName = regexp.MustCompile(`^\d{12}$`)
	regionName  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
)

// Load reads an inventory: files <account>/<region>/<Kind>.json, each a JSON
// array of Describe outputs of that kind. Members have the API's names and
// types, times are RFC 3339, a union is an object with its one member, a float
// that is none is the string "NaN". "Tags" holds the resource's tags, a list
// of {"Key", "Value"}; members that only the List item or the Search record
// has may be given too, and so may those of an older Describe. Every document
// needs its key members, its ARN and its time of creation, if the kind has
// them; a resource without an ARN names its parent as the List of its kind
// does: a ClusterNode has a ClusterName. An Association is one item of
// ListAssociations.
//
// What other documents imply needs no document of its own: the newest version
// of a model card, the best candidate of an AutoML job, the metadata of a
// feature without description or parameters.
//
// <account>/Bucket.json is an array of [Bucket], for S3.
//
// Another service has one file, an object with a list for each sort of
// resource: IAM.json, Organizations.json and S3Control.json are of the account,
// EC2.json, ECR.json, KMS.json, Lambda.json, RAM.json and SageMaker.json (the
// policies of groups) of a region. Members have the names of the API; see the
// types iamData, ec2Data and so on. Where the API has JSON as text, such as a
// policy, the file may have the JSON itself; text is served as it is, sound or
// not. What a document refers to in the same file must be there.
//
// The error names the file, the index and the member.
func Load(fsys fs.FS) (*Inventory, error) {
	inv := &Inventory{regions: map[string]*region{}, buckets: map[string]*Bucket{}, stores: map[string]*store{}}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if err := inv.loadFile(fsys, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load inventory: %w", err)
	}
	if inv.account == "" {
		return nil, errors.New("load inventory: no documents")
	}
	for _, r := range inv.regions {
		r.link()
		inv.count += r.derive()
		r.sort()
	}
	if err := inv.checkPolicies(); err != nil {
		return nil, fmt.Errorf("load inventory: %w", err)
	}
	return inv, nil
}

func (r *region) sort() {
	for _, docs := range r.kinds {
		sort.SliceStable(docs, func(i, j int) bool {
			if !docs[i].created.Equal(docs[j].created) {
				return docs[i].created.Before(docs[j].created)
			}
			if docs[i].arn == "" && docs[j].arn == "" {
				a, _ := docs[i].kind.keyOf(docs[i].body)
				b, _ := docs[j].kind.keyOf(docs[j].body)
				return a < b
			}
			return docs[i].arn < docs[j].arn
		})
	}
	for _, docs := range r.kinds {
		if !docs[0].kind.version {
			continue
		}
		for _, doc := range slices.Backward(docs) {
			key, _ := doc.kind.keyOf(doc.keyMembers())
			key = key[:strings.LastIndex(key, "\x00")]
			if doc.newest = r.byKey[key] == nil; doc.newest {
				r.byKey[key] = doc
			}
		}
	}
}

func (inv *Inventory) loadFile(fsys fs.FS, name string) error {
	parts := strings.Split(name, "/")
	if len(parts) == 2 && accountName.MatchString(parts[0]) && parts[1] == "Bucket.json" {
		if err := inv.of(parts[0]); err != nil {
			return err
		}
		return inv.loadBuckets(fsys, name)
	}
	if v := serviceOfFile(parts[len(parts)-1], len(parts) == 2); v != nil && len(parts) <= 3 && accountName.MatchString(parts[0]) {
		return inv.loadService(fsys, name, v)
	}
	if len(parts) != 3 || !accountName.MatchString(parts[0]) || !regionName.MatchString(parts[1]) || path.Ext(name) != ".json" {
		return errors.New("want <account>/<region>/<Kind>.json")
	}
	k := kinds().byName[strings.TrimSuffix(parts[2], ".json")]
	if k == nil || k.source != "" {
		return errors.New("no such kind of resource")
	}
	if err := inv.of(parts[0]); err != nil {
		return err
	}
	r := inv.regions[parts[1]]
	if r == nil {
		r = newRegion(parts[1], inv.account)
		inv.regions[parts[1]] = r
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	value, err := decode(text)
	if err != nil {
		return err
	}
	items, ok := value.([]any)
	if !ok {
		return errors.New("want an array of documents")
	}
	for i, item := range items {
		if err := r.add(k, item); err != nil {
			return fmt.Errorf("document %d: %w", i, err)
		}
	}
	inv.count += len(items)
	return nil
}

// loadService reads a file with the documents of a service.
func (inv *Inventory) loadService(fsys fs.FS, name string, v *service) error {
	place := ""
	if parts := strings.Split(name, "/"); !v.global {
		if place = parts[1]; !regionName.MatchString(place) {
			return errors.New("want <account>/<region>/" + v.file)
		}
	}
	if err := inv.of(strings.Split(name, "/")[0]); err != nil {
		return err
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	st, err := v.load(text, inv.account, place)
	if err != nil {
		return err
	}
	inv.stores[place+"/"+v.file] = st
	return nil
}

// of says that a file is of an account.
func (inv *Inventory) of(account string) error {
	if inv.account != "" && inv.account != account {
		return fmt.Errorf("second account: the inventory is of %s", inv.account)
	}
	inv.account = account
	return nil
}

func newRegion(name, account string) *region {
	return &region{
		name: name, account: account,
		kinds: map[string][]*document{}, byKey: map[string]*document{}, byARN: map[string]*document{},
		orders: map[string][]*document{}, indexes: map[string]index{},
	}
}

func (r *region) add(k *kind, item any) error {
	object := shape{form: structForm, fields: k.members, goType: reflect.TypeFor[document]()}
	if err := object.check(item, k.name, false); err != nil {
		return err
	}
	doc := &document{kind: k, body: item.(map[string]any)}
	k.complete(doc.body)
	if k.arn != "" {
		doc.arn, _ = doc.body[k.arn].(string)
		prefix := r.arnOf(k, "")
		fits := strings.HasPrefix(doc.arn, prefix) && doc.arn != prefix
		if k.foreign {
			fits = strings.HasPrefix(doc.arn, "arn:") && strings.Contains(doc.arn, ":"+k.noun+"/")
		}
		if !fits {
			return fmt.Errorf("%s.%s: want an ARN that begins with %s, got %q", k.name, k.arn, prefix, doc.arn)
		}
		if r.byARN[doc.arn] != nil {
			return fmt.Errorf("%s.%s: %s appears twice", k.name, k.arn, doc.arn)
		}
	}
	if k.created != "" {
		created, ok := doc.body[k.created].(string)
		if !ok {
			return fmt.Errorf("%s.%s: missing", k.name, k.created)
		}
		doc.created = parseTime(created)
	}
	keys, missing := k.keysOf(doc.body)
	if missing != "" && !k.byARN {
		return fmt.Errorf("%s.%s: missing", k.name, missing)
	}
	for _, key := range keys {
		if r.byKey[key] != nil {
			return fmt.Errorf("%s: %s appears twice", k.name, strings.Join(k.key, ", "))
		}
	}
	r.insert(doc, keys)
	return nil
}

// complete fills in members that are the same as others of the document: those
// of a List item that Describe has deeper down, and names that are in an ARN.
func (k *kind) complete(doc map[string]any) {
	for _, member := range sortedKeys(k.fill) {
		if doc[member] != nil {
			continue
		}
		var value any = doc
		for _, name := range strings.Split(k.fill[member], ".") {
			object, _ := value.(map[string]any)
			value = object[name]
		}
		if strings.HasSuffix(member, "Name") {
			value = lastPart(value)
		}
		if value != nil {
			doc[member] = value
		}
	}
}

// lastPart is the name in an ARN; anything else is what it is.
func lastPart(v any) any {
	if text, ok := v.(string); ok && strings.HasPrefix(text, "arn:") {
		return text[strings.LastIndex(text, "/")+1:]
	}
	return v
}

// link fills in what documents say of one another: the names of parents whose
// ARNs have them in another case, the parents of a trial component that an
// experiment's job made, and the components of a trial.
func (r *region) link() {
	for _, docs := range r.kinds {
		for _, doc := range docs {
			r.nameParent(doc)
		}
	}
	components := map[string][]any{} // by trial
	for _, doc := range r.kinds["TrialComponent"] {
		if doc.body["Parents"] == nil {
			if job := r.byARN[doc.sourceARN()]; job != nil {
				parent := map[string]any{}
				config, _ := job.body["ExperimentConfig"].(map[string]any)
				for _, name := range []string{"ExperimentName", "TrialName"} {
					if config[name] != nil {
						parent[name] = config[name]
					}
				}
				if len(parent) > 0 {
					doc.body["Parents"] = []any{parent}
				}
			}
		}
		for _, parent := range objects(doc.body["Parents"]) {
			if trial, ok := parent["TrialName"].(string); ok {
				components[trial] = append(components[trial], simpleSummary(doc.body))
			}
		}
	}
	for _, doc := range r.kinds["Trial"] {
		if name, _ := doc.body["TrialName"].(string); doc.body["TrialComponentSummaries"] == nil && components[name] != nil {
			doc.body["TrialComponentSummaries"] = components[name]
		}
	}
}

// nameParent gives a document that has its parent's ARN the parent's name.
func (r *region) nameParent(doc *document) {
	k := doc.kind
	parent := r.byARN[text(doc.body[k.fill[k.by]])]
	if parent == nil {
		return
	}
	keys, _ := k.keysOf(doc.body)
	for _, key := range keys {
		delete(r.byKey, key)
	}
	doc.body[k.by] = parent.body[parent.kind.key[0]]
	keys, _ = k.keysOf(doc.body)
	for _, key := range keys {
		r.byKey[key] = doc
	}
}

// simpleSummary is a trial component as its trial's record has it.
func simpleSummary(doc map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range []string{"CreatedBy", "CreationTime", "TrialComponentArn", "TrialComponentName", "TrialComponentSource"} {
		if doc[name] != nil {
			out[name] = doc[name]
		}
	}
	return out
}

// sourceARN is what a trial component was made by.
func (d *document) sourceARN() string {
	source, _ := d.body["Source"].(map[string]any)
	arn, _ := source["SourceArn"].(string)
	return arn
}

// insert files a document under its ARN and its keys.
func (r *region) insert(doc *document, keys []string) {
	for _, key := range keys {
		r.byKey[key] = doc
	}
	if doc.arn != "" {
		r.byARN[doc.arn] = doc
	}
	if doc.views == nil {
		doc.views = &templates{}
	}
	r.kinds[doc.kind.name] = append(r.kinds[doc.kind.name], doc)
}

// arnOf is the ARN of the resource that ends so.
func (r *region) arnOf(k *kind, end string) string {
	return fmt.Sprintf("arn:%s:sagemaker:%s:%s:%s/%s", r.partition(), r.name, r.account, k.noun, end)
}

// partition is the part of AWS that the region belongs to.
func (r *region) partition() string {
	switch {
	case strings.HasPrefix(r.name, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(r.name, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// keyOf joins the key members of a document or of a Describe input, or names
// the first that is missing.
func (k *kind) keyOf(object map[string]any) (key, missing string) {
	keys, missing := k.keysOf(object)
	if missing != "" {
		return "", missing
	}
	return keys[0], ""
}

// keysOf are all keys that a document is found by: one for each of the members
// of which one is enough.
func (k *kind) keysOf(object map[string]any) (keys []string, missing string) {
	var b strings.Builder
	b.WriteString(k.docs)
	for _, member := range k.key {
		value := text(object[member])
		if value == "" {
			return nil, member
		}
		b.WriteString("\x00" + value)
	}
	given := len(k.anyOf) == 0
	for _, member := range k.anyOf {
		value := text(object[member])
		given = given || value != ""
		b.WriteString("\x00" + value)
	}
	if !given {
		return nil, k.anyOf[0]
	}
	if len(k.either) == 0 {
		return []string{b.String()}, ""
	}
	for _, member := range k.either {
		if value := text(object[member]); value != "" {
			keys = append(keys, b.String()+"\x00"+member+"\x00"+value)
		}
	}
	if keys == nil {
		return nil, k.either[0]
	}
	return keys, ""
}

// keyMembers are the members of a document, or of a copy, that its keys need.
func (d *document) keyMembers() map[string]any {
	members := map[string]any{}
	for _, member := range slices.Concat(d.kind.key, d.kind.anyOf, d.kind.either) {
		if members[member] = d.body[member]; d.suffix != "" {
			members[member] = d.rename(d.body[member])
		}
	}
	return members
}

// order returns the documents of a kind by a property, ascending, and equal ones
// by creation.
func (r *region) order(k *kind, member string) sequence {
	return sequence{r.sorted(k, member), r.made(k.docs)}
}

func (r *region) sorted(k *kind, member string) []*document {
	docs := r.kinds[k.docs]
	if member == k.created {
		return docs
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := k.docs + "\x00" + member
	sorted, ok := r.orders[id]
	if !ok {
		sorted = slices.Clone(docs)
		form := k.formOf(member)
		sort.SliceStable(sorted, func(i, j int) bool {
			a, b := first(lookup(sorted[i].body, member)), first(lookup(sorted[j].body, member))
			if a == b { // the copies of one document
				return sorted[i].suffix < sorted[j].suffix
			}
			switch form {
			case timeForm:
				return parseTime(a).Before(parseTime(b))
			case integerForm, floatForm:
				return relation(a, b) < 0
			}
			return a < b
		})
		r.orders[id] = sorted
	}
	return sorted
}

// formOf is the form of a property, by its path.
func (k *kind) formOf(path string) form {
	fields := k.members
	form := textForm
	for _, name := range strings.Split(path, ".") {
		if fields[name] == nil {
			return textForm
		}
		form, fields = fields[name].form, fields[name].fields
	}
	return form
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// Scale returns an inventory of n times the resources, for benchmarks: the
// inventory itself and n-1 copies, in which each resource has another name and
// refers to its neighbours of the same copy; all share the buckets. Copies are
// made when they are asked for, so that a million resources take some hundred
// megabytes.
func (inv *Inventory) Scale(n int) *Inventory {
	out := &Inventory{account: inv.account, regions: map[string]*region{}, buckets: maps.Clone(inv.buckets), stores: maps.Clone(inv.stores), count: max(n, 1) * inv.count}
	for name, r := range inv.regions {
		scaled := newRegion(name, inv.account)
		names := r.names()
		for _, docs := range r.kinds {
			for _, doc := range docs {
				keys, _ := doc.kind.keysOf(doc.body)
				scaled.insert(doc, keys)
				views := &templates{}
				for i := 1; i < n; i++ {
					c := &document{views: views, kind: doc.kind, created: doc.created, derived: doc.derived, body: doc.body, names: names, suffix: fmt.Sprintf("-%06d", i)}
					c.arn, _ = c.rename(doc.arn).(string)
					keys, _ := c.kind.keysOf(c.keyMembers())
					scaled.insert(c, keys)
				}
			}
		}
		scaled.sort()
		scaled.generators = r.generators
		out.regions[name] = scaled
	}
	return out
}

// names are those that resources go by, also in lower case, as some ARNs have
// them, and the ids in ARNs without a name. A resource without an ARN and an
// app are named for what they belong to, and versions and categories are no
// names.
func (r *region) names() map[string]bool {
	names := map[string]bool{}
	for _, docs := range r.kinds {
		for _, doc := range docs {
			if len(doc.kind.anyOf) > 0 || doc.arn == "" {
				continue
			}
			for i, member := range doc.kind.key {
				name, ok := doc.body[member].(string)
				version := doc.kind.version && i == len(doc.kind.key)-1
				if !ok || version || doc.kind.members[member].goType != reflect.TypeFor[string]() {
					continue
				}
				name = lastPart(name).(string)
				names[name], names[strings.ToLower(name)] = true, true
			}
		}
	}
	var ids []string
	for arn := range r.byARN { // a cluster's has an id in place of its name
		parts := strings.Split(arn, "/")
		if !slices.ContainsFunc(parts, func(part string) bool { return names[part] }) {
			ids = append(ids, parts[len(parts)-1])
		}
	}
	for _, id := range ids {
		names[id] = true
	}
	return names
}

// content is the document as [Load] reads it. It must not be changed.
func (d *document) content() map[string]any {
	if d.suffix == "" {
		return d.body
	}
	return d.rename(d.body).(map[string]any)
}

// rename changes names wherever they stand alone or between slashes: in
// references by name, in ARNs, in the S3 path of a training job's artifact. Times
// are others in a copy that was made.
func (d *document) rename(v any) any {
	return d.change(v, func(t time.Time) string { return t.Add(d.shift).UTC().Format(time.RFC3339Nano) })
}

// tagged returns the documents that have tags, by ARN.
func (r *region) tagged() sequence {
	return sequence{r.taggedDocs(), r.made("")}
}

func (r *region) taggedDocs() []*document {
	r.mu.Lock()
	defer r.mu.Unlock()
	const id = "tagged"
	docs, ok := r.orders[id]
	if !ok {
		for _, doc := range r.byARN {
			if doc.body["Tags"] != nil {
				docs = append(docs, doc)
			}
		}
		sort.Slice(docs, func(i, j int) bool { return docs[i].arn < docs[j].arn })
		r.orders[id] = docs
	}
	return docs
}

// all are the documents of a kind by creation time and ARN.
func (r *region) all(kind string) sequence { return sequence{r.kinds[kind], r.made(kind)} }

// Account is the account id, 12 digits.
func (inv *Inventory) Account() string { return inv.account }

// Regions are the regions that have documents, sorted.
func (inv *Inventory) Regions() []string { return sortedKeys(inv.regions) }

// Count is the number of resources in all regions.
func (inv *Inventory) Count() int { return inv.count }

// Counts is the number of resources by kind, as "Model", in one region.
func (inv *Inventory) Counts(region string) map[string]int {
	counts := map[string]int{}
	if r := inv.regions[region]; r != nil {
		for name := range r.kinds {
			counts[name] = r.all(name).len()
		}
	}
	return counts
}

// A Document is one resource of an inventory, for a reader that compares what
// a collector found with what there is.
type Document struct {
	ARN     string         // "": the kind has none
	Key     []string       // values of the members that identify it to Describe; "" for one that it lacks
	Derived bool           // from the document of another resource, not from a file
	Body    map[string]any // as [Load] reads it, numbers as json.Number, with what Load fills in
}

// Documents are copies of the documents of one region by kind, as "Model",
// each kind by creation time and ARN.
func (inv *Inventory) Documents(region string) map[string][]Document {
	out := map[string][]Document{}
	r := inv.regions[region]
	if r == nil {
		return out
	}
	for name := range r.kinds {
		docs := r.all(name)
		for i := range docs.len() {
			doc := docs.at(i)
			members := doc.keyMembers()
			d := Document{ARN: doc.arn, Derived: doc.derived, Body: copyValue(doc.content()).(map[string]any)}
			for _, member := range slices.Concat(doc.kind.key, doc.kind.anyOf, doc.kind.either) {
				d.Key = append(d.Key, text(members[member]))
			}
			out[name] = append(out[name], d)
		}
	}
	return out
}

// Services are copies of the documents of the other services in one region, or
// of the account for the region "", by file and member, as "IAM.json" and
// "RoleDetailList"; policies are text.
func (inv *Inventory) Services(region string) map[string]map[string][]map[string]any {
	out := map[string]map[string][]map[string]any{}
	for place, st := range inv.stores {
		where, file, _ := strings.Cut(place, "/")
		if where != region {
			continue
		}
		out[file] = map[string][]map[string]any{}
		for section, docs := range st.sections {
			for _, doc := range docs {
				out[file][section] = append(out[file][section], copyValue(doc.body).(map[string]any))
			}
		}
	}
	return out
}

// decode reads one JSON value and keeps numbers as they are written.
func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// parseTime reads the time of a document, which has been checked; without one
// it is the zero time.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
