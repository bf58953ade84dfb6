package resolve

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// What is sorted has small numbers for labels, types, paths and scopes, in the order of
// these: labels, types and paths as texts are ordered, scopes the shorter first.
type (
	typeCode  uint16
	pathCode  uint16
	scopeCode uint32
)

// codes are what the numbers stand for.
type codes struct {
	kinds  []*kind // by code, which is the order of their labels
	byName map[string]*kind

	types  []string
	typeOf map[string]typeCode

	paths  []string // of all fields that refer
	pathOf map[string]pathCode

	scopes  []string // the first is none
	scopeOf map[string]scopeCode
}

// A kind is a label with what resolving asks of it again and again.
type kind struct {
	*catalog.Entry
	code   uint16
	label  *graph.Label
	isKind bool
	rules  []rule // a reference has the index of its own

	// The columns that are read of each record, and which of them is when the resource
	// was made, or whose it is; -1 where there is none.
	columns          []int
	created, account int
}

// A rule is one of a kind.
type rule struct {
	typ           typeCode
	path          pathCode
	reverse       bool
	defines, asks []int // of the derivations
}

// newCodes gives numbers to all that the input can have.
func newCodes(in *Input, derivations []catalog.Derivation) *codes {
	c := &codes{byName: map[string]*kind{}, typeOf: map[string]typeCode{}, pathOf: map[string]pathCode{}, scopeOf: map[string]scopeCode{}}
	for _, t := range in.Schema.EdgeTypes {
		c.types = append(c.types, t.Name)
	}
	c.paths = []string{""}
	for _, l := range in.Schema.Labels {
		e := in.Labels.Entry(l.Name)
		c.kinds = append(c.kinds, &kind{Entry: e, label: l, isKind: e.IsKind()})
		for _, r := range e.Rules() {
			c.paths = append(c.paths, r.Path)
		}
	}
	c.scopes = []string{""}
	for i := range in.Logs {
		c.scopes = append(c.scopes, in.Logs[i].Scope.ID())
		if s := in.Logs[i].Sweep; s != nil {
			c.paths = append(c.paths, s.From, s.To)
		}
	}
	for i := range in.Report.Scopes {
		c.scopes = append(c.scopes, in.Report.Scopes[i].ID())
	}
	c.types, c.paths = sorted(c.types), sorted(c.paths)
	slices.SortFunc(c.scopes, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	c.scopes = slices.Compact(c.scopes)
	slices.SortFunc(c.kinds, func(a, b *kind) int { return strings.Compare(a.label.Name, b.label.Name) })
	for i, s := range c.types {
		c.typeOf[s] = typeCode(i)
	}
	for i, s := range c.paths {
		c.pathOf[s] = pathCode(i)
	}
	for i, s := range c.scopes {
		c.scopeOf[s] = scopeCode(i)
	}
	for i, k := range c.kinds {
		k.code = uint16(i)
		c.byName[k.label.Name] = k
		c.compile(k, derivations)
	}
	return c
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// compile works out what is asked of a kind for each record.
func (c *codes) compile(k *kind, derivations []catalog.Derivation) {
	rules := k.Rules()
	for i := range rules {
		r := rule{typ: c.typeOf[string(rules[i].Edge)], path: c.pathOf[rules[i].Path], reverse: rules[i].Reverse}
		for n := range derivations {
			if fits(&derivations[n].Defines, rules[i].Edge, k.Label) {
				r.defines = append(r.defines, n)
			}
			if fits(&derivations[n].Asks, rules[i].Edge, k.Label) {
				r.asks = append(r.asks, n)
			}
		}
		k.rules = append(k.rules, r)
	}
	created, account := k.label.Column("creation_time"), -1
	if k.Owner != "" {
		account = k.label.Column("account_id")
	}
	for _, column := range []int{created, account} {
		if column >= 0 {
			k.columns = append(k.columns, column)
		}
	}
	slices.Sort(k.columns)
	k.created, k.account = slices.Index(k.columns, created), slices.Index(k.columns, account)
}

func fits(f *catalog.Fields, e catalog.Edge, label string) bool {
	return f.Edge == e && (f.Labels == nil || slices.Contains(f.Labels, label))
}

// kind is the one with a label.
func (c *codes) kind(label string) (*kind, error) {
	if k := c.byName[label]; k != nil {
		return k, nil
	}
	return nil, fmt.Errorf("a record says %.200q, which is no label", label)
}

// kindOf is the one with a number.
func (c *codes) kindOf(d *spool.Decoder) *kind {
	if i := int(d.Uint16()); i < len(c.kinds) {
		return c.kinds[i]
	}
	return c.kinds[0] // damaged: the decoder says so
}

// An edgeKey is what tells edges apart.
type edgeKey struct {
	typ                 typeCode
	from, to, path, ref string
}

// Where a ref stands among texts of which one is the node that the edge goes to: it often
// is the same.
const (
	refBefore = iota
	refSame
	refBehind
)

// appendEnds appends an edge's type and ends: keys are in the order of the edges.
func appendEnds(key []byte, t typeCode, from, to string) []byte {
	return spool.AppendPart(spool.AppendPart(binary.BigEndian.AppendUint16(key, uint16(t)), from), to)
}

// appendPath appends the path of a field that refers.
func appendPath(key []byte, p pathCode) []byte {
	return binary.BigEndian.AppendUint16(key, 2*uint16(p)+1)
}

// appendAnyPath appends a path as text, where it has no number: between the two numbers
// that it stands between.
func (c *codes) appendAnyPath(key []byte, path string) []byte {
	if p, ok := c.pathOf[path]; ok {
		return appendPath(key, p)
	}
	i, _ := slices.BinarySearch(c.paths, path)
	return spool.AppendPart(binary.BigEndian.AppendUint16(key, 2*uint16(i)), path)
}

// appendRef appends what stands in the field of an edge to a node.
func appendRef(key []byte, to, ref string) []byte {
	switch strings.Compare(ref, to) {
	case 0:
		return append(key, refSame)
	case -1:
		return spool.AppendPart(append(key, refBefore), ref)
	}
	return spool.AppendPart(append(key, refBehind), ref)
}

// edgeKey reads the key of an edge.
func (c *codes) edgeKey(key string) (e edgeKey, err error) {
	d := spool.NewDecoder(key)
	e.typ, e.from, e.to = typeCode(d.Uint16()), d.Part(), d.Part()
	switch p := d.Uint16(); {
	case p%2 == 0:
		e.path = d.Part()
	case int(p/2) < len(c.paths):
		e.path = c.paths[p/2]
	}
	if e.ref = e.to; d.Byte() != refSame {
		e.ref = d.Part()
	}
	return e, d.Err()
}
