package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A sequence is documents in the order of a listing: some that are there, and
// then stretches of those that are made from their number when asked for.
type sequence struct {
	docs    []*document
	further []stretch
}

// A stretch is the documents from one number to another.
type stretch struct {
	of       *generator
	from, to int
}

func (q sequence) len() int {
	n := len(q.docs)
	for _, s := range q.further {
		n += s.to - s.from
	}
	return n
}

func (q sequence) at(i int) *document {
	if i < len(q.docs) {
		return q.docs[i]
	}
	i -= len(q.docs)
	for _, s := range q.further {
		if i < s.to-s.from {
			return s.of.at(s.from + i)
		}
		i -= s.to - s.from
	}
	panic("simulator: no such document")
}

// created leaves out, of the documents that are made, those before or after
// times; a zero time is no bound.
func (q sequence) created(from, to time.Time) sequence {
	out := sequence{docs: q.docs}
	for _, s := range q.further {
		if !from.IsZero() {
			s.from = max(s.from, s.of.first(from))
		}
		if !to.IsZero() {
			s.to = min(s.to, s.of.first(to))
		}
		if s.from < s.to {
			out.further = append(out.further, s)
		}
	}
	return out
}

// count is how many were created in a period; of the documents that are made,
// there are no others, see created.
func (q sequence) count(t period) int {
	n := q.len()
	if t == (period{}) {
		return n
	}
	for _, doc := range q.docs {
		if !t.has(doc.created) {
			n--
		}
	}
	return n
}

// A generator makes documents of a kind from their number: copies of the
// inventory's own, each with another name and its own times.
type generator struct {
	kind  *kind
	n     int
	from  []*document
	start time.Time
	step  time.Duration
	// later is, for each of from, the one that stands in its place in what was created
	// longer ago than going lasts: itself, where it has come to its end.
	later []int
}

// spread is the time over which generated documents are created.
const spread = 365 * 24 * time.Hour

// digits is how many digits the number in a name has.
const digits = 8

// going is how long a job goes on at most: five days are a training job's quota.
const going = 5 * 24 * time.Hour

// original is which of from a number is a copy of.
func (g *generator) original(i int) int {
	of := i % len(g.from)
	if time.Duration(g.n-i)*g.step > going {
		return g.later[of]
	}
	return of
}

// goesOn reports whether a resource has not come to its end.
func goesOn(body map[string]any) bool {
	for member, value := range body {
		switch value := value.(type) {
		case string:
			if strings.HasSuffix(member, "Status") && slices.Contains([]string{"Creating", "InProgress", "Pending", "Starting", "Stopping", "Updating"}, value) {
				return true
			}
		case map[string]any:
			if member == "WarmPoolStatus" && value["Status"] != "Terminated" && value["Status"] != "Reused" {
				return true
			}
		}
	}
	return false
}

// notGoing sets what stands in the place of those that go on: the next one that does not.
func (g *generator) notGoing() {
	for i := range g.from {
		at := i
		for n := 0; n < len(g.from) && goesOn(g.from[at].body); n++ {
			at = (at + 1) % len(g.from)
		}
		g.later = append(g.later, at)
	}
}

func (g *generator) at(i int) *document {
	d := *g.from[g.original(i)]
	created := g.start.Add(time.Duration(i) * g.step)
	d.shift = created.Sub(d.created)
	d.created = created
	d.suffix = string(appendNumber([]byte{'-'}, i))
	d.arn += d.suffix
	return &d
}

// appendNumber appends a number with all its digits.
func appendNumber(b []byte, n int) []byte {
	text := strconv.Itoa(n)
	for range digits - len(text) {
		b = append(b, '0')
	}
	return append(b, text...)
}

// first is the number of the first document that was created at a time or later.
func (g *generator) first(t time.Time) int {
	after := t.Sub(g.start)
	if after <= 0 {
		return 0
	}
	return min(g.n, int((after+g.step-1)/g.step))
}

// named is the document with a name; nil: there is none.
func (g *generator) named(name string) *document {
	cut := len(name) - digits - 1
	if cut < 1 || name[cut] != '-' {
		return nil
	}
	i, err := strconv.Atoi(name[cut+1:])
	if err != nil || i < 0 || i >= g.n {
		return nil
	}
	if of := g.from[g.original(i)]; text(of.body[g.kind.key[0]]) != name[:cut] {
		return nil
	}
	return g.at(i)
}

// Add returns the inventory with n further resources of a kind, as
// "TrainingJob": copies of those that it has where it has most of them, one
// after the other, each with another name, created over a year from the newest
// on; of what goes on there are copies in the last days alone. Apart from names and
// times they are as what they are copies of, so they refer to as many roles, images and buckets. They are made when they are asked
// for, and take no memory. Only kinds that are found by their name alone can be
// had so.
func (inv *Inventory) Add(kind string, n int) (*Inventory, error) {
	k := kinds().byName[kind]
	switch {
	case k == nil || k.source != "":
		return nil, fmt.Errorf("there is no kind of resource %q", kind)
	case len(k.key) != 1 || len(k.anyOf)+len(k.either) > 0 || k.version || k.parent != "" || k.arn == "" || k.created == "" || k.key[0] == k.arn:
		return nil, fmt.Errorf("resources of the kind %s cannot be made: they are not found by a name alone", kind)
	case n < 1 || n > 99_999_999:
		return nil, fmt.Errorf("%d is no number of resources", n)
	}
	var most *region
	for _, name := range inv.Regions() {
		if r := inv.regions[name]; most == nil || len(r.kinds[kind]) > len(most.kinds[kind]) {
			most = r
		}
	}
	if most == nil || len(most.kinds[kind]) == 0 {
		return nil, fmt.Errorf("there is no %s to make copies of", kind)
	}
	g, err := newGenerator(k, most.kinds[kind], n)
	if err != nil {
		return nil, err
	}
	return inv.with(most, g), nil
}

func newGenerator(k *kind, docs []*document, n int) (*generator, error) {
	g := &generator{kind: k, n: n, step: max(time.Second, (spread / time.Duration(n)).Truncate(time.Second))}
	for _, doc := range docs {
		name := text(doc.body[k.key[0]])
		if doc.suffix != "" || !strings.EqualFold(lastPart(doc.arn).(string), name) {
			continue
		}
		body := doc.body
		if body["Tags"] == nil {
			body = map[string]any{"Tags": []any{map[string]any{"Key": "team", "Value": "platform"}}}
			for member, value := range doc.body {
				body[member] = value
			}
		}
		g.from = append(g.from, &document{
			kind: k, arn: doc.arn, newest: true, made: true, created: doc.created, body: body, views: &templates{},
			names: map[string]bool{name: true, strings.ToLower(name): true},
		})
		if g.start.Before(doc.created) {
			g.start = doc.created.Truncate(time.Second).Add(time.Second)
		}
	}
	if g.from == nil {
		return nil, fmt.Errorf("no ARN of a %s ends with its name", k.name)
	}
	g.notGoing()
	return g, nil
}

// with is the inventory with what a generator makes in a region.
func (inv *Inventory) with(r *region, g *generator) *Inventory {
	out := *inv
	out.count += g.n
	out.regions = map[string]*region{}
	for name, other := range inv.regions {
		out.regions[name] = other
	}
	out.regions[r.name] = &region{
		name: r.name, account: r.account, kinds: r.kinds, byKey: r.byKey, byARN: r.byARN, orders: map[string][]*document{}, indexes: map[string]index{},
		generators: append(slices.Clone(r.generators), g),
	}
	return &out
}

// made are the documents that generators make of a kind; of all kinds for "".
func (r *region) made(kind string) []stretch {
	var all []stretch
	for _, g := range r.generators {
		if kind == "" || g.kind.name == kind {
			all = append(all, stretch{g, 0, g.n})
		}
	}
	return all
}

// find is the document with a key; nil: there is none.
func (r *region) find(key string) *document {
	if doc := r.byKey[key]; doc != nil || r.generators == nil {
		return doc
	}
	kind, name, _ := strings.Cut(key, "\x00")
	for _, g := range r.generators {
		if g.kind.docs == kind {
			if doc := g.named(name); doc != nil {
				return doc
			}
		}
	}
	return nil
}

// findARN is the document with an ARN; nil: there is none.
func (r *region) findARN(arn string) *document {
	if doc := r.byARN[arn]; doc != nil || len(arn) <= digits {
		return doc
	}
	for _, g := range r.generators {
		for i, of := range g.from {
			rest, ok := strings.CutPrefix(arn, of.arn+"-")
			n, err := strconv.Atoi(rest)
			if ok && err == nil && len(rest) == digits && n >= 0 && n < g.n && g.original(n) == i {
				return g.at(n)
			}
		}
	}
	return nil
}
