package simulator

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Accounts are the inventories of several accounts. The access key that a call
// is signed with tells which one it is about: AKIA and an account id, as
// AKIA200000000001, or credentials of AssumeRole. Any other key is one of the
// first account.
type Accounts struct {
	ids []string // the first one's first
	of  map[string]func() *Inventory
}

// FirstCopy is the account id of the first copy of an inventory.
const FirstCopy = "200000000001"

// Copies are n accounts of one inventory: that of the inventory itself and
// 200000000001 and those that follow, where account ids and the names of
// buckets are others. A copy is made when it is asked for.
func Copies(inv *Inventory, n int) *Accounts {
	all := &Accounts{ids: []string{inv.account}, of: map[string]func() *Inventory{inv.account: func() *Inventory { return inv }}}
	first, _ := strconv.Atoi(FirstCopy)
	for i := range n - 1 {
		id := fmt.Sprintf("%012d", first+i)
		all.ids = append(all.ids, id)
		all.of[id] = sync.OnceValue(func() *Inventory { return inv.as(id) })
	}
	return all
}

// IDs are the account ids, that of the first account first.
func (a *Accounts) IDs() []string { return append([]string(nil), a.ids...) }

// Inventory is the inventory of an account; nil: it is none of these.
func (a *Accounts) Inventory(id string) *Inventory {
	if of := a.of[id]; of != nil {
		return of()
	}
	return nil
}

// AccessKey is an access key of an account.
func AccessKey(account string) string { return "AKIA" + account }

var accountKey = regexp.MustCompile(`^A[KS]IA(\d{12})`)

// accountOf is the account that an access key is of.
func (a *Accounts) accountOf(key string) string {
	if found := accountKey.FindStringSubmatch(key); found != nil {
		return found[1]
	}
	return a.ids[0]
}

// as is the inventory with another account id, also in all that its documents
// refer to. A bucket's name is taken once in all accounts, so that of a copy ends
// with its account.
func (inv *Inventory) as(account string) *Inventory {
	out := &Inventory{account: account, regions: map[string]*region{}, buckets: map[string]*Bucket{}, stores: map[string]*store{}, count: inv.count}
	c := &copier{Replacer: inv.renaming(account), bodies: map[uintptr]map[string]any{}, views: map[*templates]*templates{}}
	for name, r := range inv.regions {
		copied := newRegion(name, account)
		for _, docs := range r.kinds {
			for _, doc := range docs {
				d := c.document(doc)
				keys, _ := d.kind.keysOf(d.keyMembers())
				copied.insert(d, keys)
			}
		}
		copied.sort()
		for _, g := range r.generators {
			other := *g
			other.from = nil
			for _, doc := range g.from {
				other.from = append(other.from, c.document(doc))
			}
			copied.generators = append(copied.generators, &other)
		}
		out.regions[name] = copied
	}
	for place, st := range inv.stores {
		copied := &store{account: account, region: st.region, sections: map[string][]*document{}, body: c.value(st.body).(map[string]any)}
		for section, docs := range st.sections {
			for _, doc := range docs {
				copied.sections[section] = append(copied.sections[section], &document{body: c.value(doc.body).(map[string]any)})
			}
		}
		out.stores[place] = copied
	}
	for _, bucket := range inv.buckets {
		b := c.bucket(bucket)
		out.buckets[b.Name] = b
	}
	return out
}

// renaming replaces the account's id and the names of its buckets, the longer
// ones first, since one may begin with another.
func (inv *Inventory) renaming(account string) *strings.Replacer {
	names := sortedKeys(inv.buckets)
	sort.SliceStable(names, func(i, j int) bool { return len(names[i]) > len(names[j]) })
	var pairs []string
	for _, name := range names {
		other := strings.ReplaceAll(name, inv.account, account)
		if other == name {
			other = name + "-" + account
		}
		pairs = append(pairs, name, other)
	}
	return strings.NewReplacer(append(pairs, inv.account, account)...)
}

// A copier copies documents and replaces text.
type copier struct {
	*strings.Replacer
	bodies map[uintptr]map[string]any // copies, by what they are of: scaled documents share theirs
	views  map[*templates]*templates
}

func (c *copier) document(doc *document) *document {
	d := *doc
	d.arn = c.Replace(doc.arn)
	at := reflect.ValueOf(doc.body).Pointer()
	if c.bodies[at] == nil {
		c.bodies[at] = c.value(doc.body).(map[string]any)
	}
	d.body = c.bodies[at]
	if c.views[doc.views] == nil {
		c.views[doc.views] = &templates{}
	}
	d.views = c.views[doc.views]
	return &d
}

func (c *copier) value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = c.value(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = c.value(value)
		}
		return out
	case string:
		return c.Replace(v)
	}
	return v
}

func (c *copier) bucket(bucket *Bucket) *Bucket {
	out := *bucket
	out.Name, out.Policy = c.Replace(bucket.Name), PolicyText(c.Replace(string(bucket.Policy)))
	if text, err := json.Marshal(bucket.Encryption); err == nil { // structures of text
		out.Encryption = nil
		_ = json.Unmarshal([]byte(c.Replace(string(text))), &out.Encryption)
	}
	return &out
}
