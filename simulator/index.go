package simulator

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sort"
	"strings"
)

// fields are the members of a document as a filter sees them. Those of a copy are
// made when they are looked at, since most documents are passed over for one
// member.
type fields struct {
	doc  *document
	body map[string]any // what an edit made of the document; nil: it is as the inventory has it
}

// member is one member.
func (f fields) member(name string) any {
	if f.body != nil {
		return f.body[name]
	}
	return f.doc.rename(f.doc.body[name])
}

// lookup finds the values of a property, see the function.
func (f fields) lookup(path string) []string { return lookup(f.of(path), path) }

// of has the members that a property may speak of.
func (f fields) of(path string) map[string]any {
	if f.body != nil || f.doc.suffix == "" {
		return f.whole()
	}
	out := map[string]any{}
	first, _, _ := strings.Cut(path, ".")
	for _, name := range []string{path, first} {
		if value, ok := f.doc.body[name]; ok && out[name] == nil {
			out[name] = f.doc.rename(value)
		}
	}
	return out
}

// whole has all members.
func (f fields) whole() map[string]any {
	if f.body != nil {
		return f.body
	}
	return f.doc.content()
}

// An index tells where in an order documents stand that have a value. It has
// hashes in place of values, so that a document takes few bytes: what it finds
// may have the value, and is still to be tested.
type index []place

type place struct {
	hash uint32
	at   int32 // in the order
}

var indexSeed = maphash.MakeSeed()

func hashOf(value string) uint32 { return uint32(maphash.String(indexSeed, value)) }

func newIndex(docs []*document, values func(fields) []string) index {
	var all index
	for at, doc := range docs {
		for _, value := range values(fields{doc: doc}) {
			all = append(all, place{hashOf(value), int32(at)})
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at))
	})
	return slices.Clip(slices.Compact(all))
}

// with are the places of the documents that may have a value, in order.
func (x index) with(value string) index {
	hash := hashOf(value)
	from := sort.Search(len(x), func(i int) bool { return x[i].hash >= hash })
	to := from + sort.Search(len(x)-from, func(i int) bool { return x[from+i].hash > hash })
	return x[from:to:to]
}

// from is which of the places of one value is the first at a position or behind it.
func (x index) from(at int) int {
	return sort.Search(len(x), func(i int) bool { return int(x[i].at) >= at })
}

// A comparison is how a member of a List input asks for a text.
type comparison struct {
	values func(fields) []string     // what a document has
	wanted func(given string) string // what is asked for
}

// index is that of an order by what a member of a List input compares. It is
// made when first asked for.
func (r *region) index(k *kind, order, name string, docs []*document) index {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := k.listOp + "\x00" + order + "\x00" + name
	x, ok := r.indexes[id]
	if !ok {
		x = newIndex(docs, k.compared[name].values)
		r.indexes[id] = x
	}
	return x
}

// narrow has a listing pass over the documents that lack a text which the request
// asks for: of the members that ask so, by the one that fewest documents have.
func (p *page) narrow(k *kind, r *request, order string) {
	for name, compared := range k.compared {
		want, ok := r.input[name].(string)
		if !ok {
			continue
		}
		found := r.region.index(k, order, name, p.docs.docs).with(compared.wanted(want))
		if !p.narrowed || len(found) < len(p.among) {
			p.among, p.narrowed = found, true
		}
	}
}

// next is the first position, from one on, of a document that may match.
func (p *page) next(i int) int {
	n, there := p.docs.len(), len(p.docs.docs)
	at := p.index(i)
	switch {
	case i >= n || at >= there:
		return i
	case p.descending:
		if p.ranged {
			at = min(at, p.high-1)
		}
		if p.narrowed {
			found := p.among.from(at+1) - 1
			if found < 0 {
				return n
			}
			at = int(p.among[found].at)
		}
		if at < 0 || (p.ranged && at < p.low) {
			return n
		}
		return p.index(at)
	}
	if p.ranged {
		at = max(at, p.low)
	}
	if p.narrowed {
		found := p.among.from(at)
		if found == len(p.among) {
			return there
		}
		at = int(p.among[found].at)
	}
	if p.ranged && at >= p.high {
		return there
	}
	return at
}

// textsIn are the texts that equal takes for equal to a value.
func textsIn(have any) []string {
	switch have := have.(type) {
	case string:
		return []string{have}
	case []any:
		var out []string
		for _, item := range have {
			out = append(out, textsIn(item)...)
		}
		return out
	case map[string]any:
		if status, ok := have["Status"].(string); ok {
			return []string{status}
		}
	}
	return nil
}
