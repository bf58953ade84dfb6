// Package record is what the spool holds of one resource: what reading made of
// the API's answer, and what resolving makes nodes and edges of.
package record

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// A Record is one resource as the spool keeps it.
type Record struct {
	ID      string
	Key     string   // what references by name look for: the resource part of its ARN
	Aliases []string // other keys that they may look for
	Values  []graph.Value
	Refs    []Ref

	// Way is how it was read, where nothing of the resource changes any more, as
	// reading.Kind has it; 0 where it may. Print is a hash of what the list said of it
	// then, and NotReferences are the rules of the kind whose values were none.
	Way           byte
	Print         uint64
	NotReferences []int
}

// A Ref is the value of one reference field.
type Ref struct {
	Rule  int    // of the kind
	Value string // without secrets
	// Named is a hash of what Value named before a secret was taken out of it, where
	// that is compared with other fields: two artifacts that differ in a secret alone
	// are two.
	Named string
	catalog.Reference
}

// Append appends the record as [Decode] reads it.
func (r *Record) Append(dst []byte) []byte {
	dst = append(spool.AppendString(spool.AppendString(dst, r.ID), r.Key), r.Way)
	if r.Way != 0 {
		dst = binary.BigEndian.AppendUint64(dst, r.Print)
		dst = binary.AppendUvarint(dst, uint64(len(r.NotReferences)))
		for _, rule := range r.NotReferences {
			dst = binary.AppendUvarint(dst, uint64(rule))
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Aliases)))
	for _, s := range r.Aliases {
		dst = spool.AppendString(dst, s)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Values)))
	for _, v := range r.Values {
		dst = spool.AppendValue(dst, v)
	}
	for _, f := range r.Refs {
		dst = binary.AppendUvarint(dst, uint64(f.Rule))
		for _, s := range []string{f.Value, f.Named, f.Label, f.ID, f.Key, f.ARN} {
			dst = spool.AppendString(dst, s)
		}
		dst = spool.AppendValue(spool.AppendValue(dst, graph.BoolValue(f.Unsure)), graph.BoolValue(f.Partial))
	}
	return dst
}

// Decode reads a record back. It fails where the text is none.
func Decode(text string) (Record, error) {
	var r Record
	err := r.Decode(text)
	return r, err
}

// Decode is the function of this name into a record whose slices are used again.
func (r *Record) Decode(text string) error {
	d := spool.NewDecoder(text)
	r.decodeNode(d, len(text))
	r.decodeRefs(d)
	return d.Err()
}

// DecodeSome is [Record.Decode] that reads the values of some columns alone, which are in
// order; Values are these. node is where the references begin in the text: what is before
// is all that [Record.DecodeNode] needs.
func (r *Record) DecodeSome(text string, columns ...int) (node int, err error) {
	d := spool.NewDecoder(text)
	n := r.decodeHead(d, len(text))
	at := 0
	for _, c := range columns {
		if c >= n {
			return 0, fmt.Errorf("a record has %d values, and not one more than %d", n, c)
		}
		for ; at < c; at++ {
			d.SkipValue()
		}
		r.Values = append(r.Values, d.Value())
		at++
	}
	for ; at < n; at++ {
		d.SkipValue()
	}
	node = len(text) - d.Left()
	r.decodeRefs(d)
	return node, d.Err()
}

func (r *Record) decodeRefs(d *spool.Decoder) {
	r.Refs = r.Refs[:0]
	for d.More() {
		r.Refs = append(r.Refs, Ref{})
		f := &r.Refs[len(r.Refs)-1]
		f.Rule, f.Value, f.Named = int(d.Uint()), d.String(), d.String()
		f.Label, f.ID, f.Key, f.ARN = d.String(), d.String(), d.String(), d.String()
		f.Unsure, f.Partial = d.Bool(), d.Bool()
		if d.Err() != nil {
			r.Refs = r.Refs[:len(r.Refs)-1]
			return
		}
	}
}

// AppendWithout appends the text of a record in which a value is null.
func AppendWithout(dst []byte, text string, value int) ([]byte, error) {
	d := spool.NewDecoder(text)
	d.SkipString()
	d.SkipString()
	if way := d.Byte(); way != 0 {
		d.Uint64()
		for range min(d.Uint(), uint64(len(text))) {
			d.Uint()
		}
	}
	for range min(d.Uint(), uint64(len(text))) {
		d.SkipString()
	}
	if n := d.Uint(); uint64(value) >= n {
		return dst, fmt.Errorf("a record has %d values, and not one more than %d", n, value)
	}
	for range value {
		d.SkipValue()
	}
	from := len(text) - d.Left()
	d.SkipValue()
	dst = spool.AppendValue(append(dst, text[:from]...), graph.Null)
	return append(dst, text[len(text)-d.Left():]...), d.Err()
}

// DecodeNode is [Record.Decode] without the references. Lists and maps among the values
// are parts of texts, which grows.
func (r *Record) DecodeNode(text string, texts *[]string) error {
	d := spool.NewDecoder(text)
	d.KeepLists(texts)
	r.decodeNode(d, len(text))
	return d.Err()
}

func (r *Record) decodeNode(d *spool.Decoder, size int) {
	n := r.decodeHead(d, size)
	r.Values = slices.Grow(r.Values, n)
	for range n {
		r.Values = append(r.Values, d.Value())
	}
}

// decodeHead reads what stands before the values, and returns how many there are.
func (r *Record) decodeHead(d *spool.Decoder, size int) (values int) {
	r.ID, r.Key, r.Way, r.Print = d.String(), d.String(), d.Byte(), 0
	r.NotReferences, r.Aliases, r.Values = r.NotReferences[:0], r.Aliases[:0], r.Values[:0]
	if r.Way != 0 {
		r.Print = d.Uint64()
		for range min(d.Uint(), uint64(size)) {
			r.NotReferences = append(r.NotReferences, int(d.Uint()))
		}
	}
	for range min(d.Uint(), uint64(size)) {
		r.Aliases = append(r.Aliases, d.String())
	}
	n := d.Uint()
	if n > uint64(size) {
		n = 0 // damaged: the decoder says so below
	}
	return int(n)
}

// A Scope is one account and region.
type Scope struct{ Account, Region, Partition string }

// GlobalRegion stands for the region in the scope of what an account has once.
const GlobalRegion = "global"

// ID returns the scope's id, as in [graph.Scope].
func (s *Scope) ID() string { return s.Account + "/" + s.Region }

// Content says what the records of a log are.
type Content int

// The contents of logs.
const (
	Resources Content = iota // [Record]
	Tags                     // ARN, tags
	Unread                   // label, id, column: a field that was not read
	Edges                    // from, to, type: of a sweep
)

// A Log is one file of the spool.
type Log struct {
	Path    string
	Scope   *Scope
	Content Content
	Label   string         // of Resources
	Sweep   *catalog.Sweep // of Edges
}
