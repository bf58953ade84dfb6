package simulator

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
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
	count   int
}

// A region holds the documents of one region of the account.
type region struct {
	name, account string
	kinds         map[string][]*document // by kind, by creation time, then ARN
	byKey         map[string]*document   // by kind and key members
	byARN         map[string]*document

	mu     sync.Mutex
	orders map[string][]*document // other orders, made when first asked for
}

// A document is one resource: a Describe output and its tags.
type document struct {
	kind    *kind
	arn     string
	created time.Time
	body    map[string]any
	names   map[string]bool // of a copy: the names to change in body
	suffix  string          // of a copy: what is added to them; "": no copy
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
// has may be given too. Every document needs its key members, its ARN and its
// CreationTime. The error names the file, the index and the member.
func Load(fsys fs.FS) (*Inventory, error) {
	inv := &Inventory{regions: map[string]*region{}}
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
		r.sort()
	}
	return inv, nil
}

func (r *region) sort() {
	for _, docs := range r.kinds {
		sort.SliceStable(docs, func(i, j int) bool {
			if !docs[i].created.Equal(docs[j].created) {
				return docs[i].created.Before(docs[j].created)
			}
			return docs[i].arn < docs[j].arn
		})
	}
}

func (inv *Inventory) loadFile(fsys fs.FS, name string) error {
	parts := strings.Split(name, "/")
	if len(parts) != 3 || !accountName.MatchString(parts[0]) || !regionName.MatchString(parts[1]) || path.Ext(name) != ".json" {
		return errors.New("want <account>/<region>/<Kind>.json")
	}
	k := kinds().byName[strings.TrimSuffix(parts[2], ".json")]
	if k == nil {
		return errors.New("no such kind of resource")
	}
	if inv.account == "" {
		inv.account = parts[0]
	} else if inv.account != parts[0] {
		return fmt.Errorf("second account: the inventory is of %s", inv.account)
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

func newRegion(name, account string) *region {
	return &region{
		name: name, account: account,
		kinds: map[string][]*document{}, byKey: map[string]*document{}, byARN: map[string]*document{},
		orders: map[string][]*document{},
	}
}

func (r *region) add(k *kind, item any) error {
	object := shape{form: structForm, fields: k.members, goType: k.describe[1]}
	if err := object.check(item, k.name, false); err != nil {
		return err
	}
	doc := &document{kind: k, body: item.(map[string]any)}
	doc.arn, _ = doc.body[k.arn].(string)
	prefix := r.arnOf(k, "")
	if !strings.HasPrefix(doc.arn, prefix) || doc.arn == prefix {
		return fmt.Errorf("%s.%s: want an ARN that begins with %s, got %q", k.name, k.arn, prefix, doc.arn)
	}
	created, ok := doc.body["CreationTime"].(string)
	if !ok {
		return fmt.Errorf("%s.CreationTime: missing", k.name)
	}
	doc.created = parseTime(created)
	if r.byARN[doc.arn] != nil {
		return fmt.Errorf("%s.%s: %s appears twice", k.name, k.arn, doc.arn)
	}
	key, missing := k.keyOf(doc.body)
	switch {
	case missing == "" && r.byKey[key] != nil:
		return fmt.Errorf("%s: %s appears twice", k.name, strings.Join(k.key, ", "))
	case missing != "" && !k.byARN:
		return fmt.Errorf("%s.%s: missing", k.name, missing)
	}
	r.insert(doc, key)
	return nil
}

// insert files a document under its ARN and, if it is not empty, its key.
func (r *region) insert(doc *document, key string) {
	if key != "" {
		r.byKey[key] = doc
	}
	r.byARN[doc.arn] = doc
	r.kinds[doc.kind.name] = append(r.kinds[doc.kind.name], doc)
}

// arnOf is the ARN of the resource that ends so.
func (r *region) arnOf(k *kind, end string) string {
	partition := "aws"
	switch {
	case strings.HasPrefix(r.name, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(r.name, "us-gov-"):
		partition = "aws-us-gov"
	}
	return fmt.Sprintf("arn:%s:sagemaker:%s:%s:%s/%s", partition, r.name, r.account, k.noun, end)
}

// keyOf joins the key members of a document or of a Describe input, or names
// the first that is missing.
func (k *kind) keyOf(object map[string]any) (key, missing string) {
	var b strings.Builder
	b.WriteString(k.name)
	for _, member := range k.key {
		value, _ := object[member].(string)
		if value == "" {
			return "", member
		}
		b.WriteString("\x00" + value)
	}
	given := len(k.anyOf) == 0
	for _, member := range k.anyOf {
		value, _ := object[member].(string)
		given = given || value != ""
		b.WriteString("\x00" + value)
	}
	if !given {
		return "", k.anyOf[0]
	}
	return b.String(), ""
}

// order returns the documents of a kind by a member, ascending, and equal ones
// by creation.
func (r *region) order(k *kind, member string) []*document {
	docs := r.kinds[k.name]
	if member == "CreationTime" {
		return docs
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := k.name + "\x00" + member
	sorted, ok := r.orders[id]
	if !ok {
		sorted = slices.Clone(docs)
		isTime := k.members[member] != nil && k.members[member].form == timeForm
		sort.SliceStable(sorted, func(i, j int) bool {
			a, _ := sorted[i].body[member].(string)
			b, _ := sorted[j].body[member].(string)
			if a == b { // the copies of one document
				return sorted[i].suffix < sorted[j].suffix
			}
			if isTime {
				return parseTime(a).Before(parseTime(b))
			}
			return a < b
		})
		r.orders[id] = sorted
	}
	return sorted
}

// Scale returns an inventory of n times the resources, for benchmarks: the
// inventory itself and n-1 copies, in which each resource has another name and
// refers to its neighbours of the same copy. Copies are made when they are
// asked for, so that a million resources take some hundred megabytes.
func (inv *Inventory) Scale(n int) *Inventory {
	out := &Inventory{account: inv.account, regions: map[string]*region{}, count: max(n, 1) * inv.count}
	for name, r := range inv.regions {
		scaled := newRegion(name, inv.account)
		names := r.names()
		for _, docs := range r.kinds {
			for _, doc := range docs {
				key, _ := doc.kind.keyOf(doc.body)
				scaled.insert(doc, key)
				for i := 1; i < n; i++ {
					c := &document{kind: doc.kind, created: doc.created, body: doc.body, names: names, suffix: fmt.Sprintf("-%06d", i)}
					c.arn, _ = c.rename(doc.arn).(string)
					members := map[string]any{}
					for _, member := range slices.Concat(doc.kind.key, doc.kind.anyOf) {
						members[member] = c.rename(doc.body[member])
					}
					key, _ := c.kind.keyOf(members)
					scaled.insert(c, key)
				}
			}
		}
		scaled.sort()
		out.regions[name] = scaled
	}
	return out
}

// names are those that resources go by, also in lower case, as some ARNs have
// them. An app is named for what it belongs to.
func (r *region) names() map[string]bool {
	names := map[string]bool{}
	for _, docs := range r.kinds {
		for _, doc := range docs {
			if len(doc.kind.anyOf) > 0 {
				continue
			}
			for _, member := range doc.kind.key {
				if name, ok := doc.body[member].(string); ok {
					names[name], names[strings.ToLower(name)] = true, true
				}
			}
		}
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
// references by name, in ARNs, in the S3 path of a training job's artifact.
func (d *document) rename(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = d.rename(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = d.rename(value)
		}
		return out
	case string:
		parts := strings.Split(v, "/")
		for i, part := range parts {
			if d.names[part] {
				parts[i] += d.suffix
			}
		}
		return strings.Join(parts, "/")
	}
	return v
}

// tagged returns the documents that have tags, by ARN.
func (r *region) tagged() []*document {
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
		for name, docs := range r.kinds {
			counts[name] = len(docs)
		}
	}
	return counts
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
