// Package record is what the spool holds of one resource: what reading made of
// the API's answer, and what resolving makes nodes and edges of.
package record

import (
	"encoding/binary"

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
	d := spool.NewDecoder(text)
	r := decodeNode(d, len(text))
	for d.More() {
		f := Ref{Rule: int(d.Uint()), Value: d.String(), Named: d.String()}
		f.Label, f.ID, f.Key, f.ARN = d.String(), d.String(), d.String(), d.String()
		unsure, partial := d.Value(), d.Value()
		if d.Err() != nil {
			break
		}
		f.Unsure, f.Partial = unsure.Bool(), partial.Bool()
		r.Refs = append(r.Refs, f)
	}
	return r, d.Err()
}

// DecodeNode reads a record without its references.
func DecodeNode(text string) (Record, error) {
	d := spool.NewDecoder(text)
	r := decodeNode(d, len(text))
	return r, d.Err()
}

func decodeNode(d *spool.Decoder, size int) Record {
	r := Record{ID: d.String(), Key: d.String(), Way: d.Byte()}
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
	r.Values = make([]graph.Value, n)
	for i := range r.Values {
		r.Values[i] = d.Value()
	}
	return r
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
