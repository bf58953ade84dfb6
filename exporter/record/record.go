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
	dst = spool.AppendString(spool.AppendString(dst, r.ID), r.Key)
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
	r := Record{ID: d.String(), Key: d.String()}
	for range min(d.Uint(), uint64(len(text))) {
		r.Aliases = append(r.Aliases, d.String())
	}
	n := d.Uint()
	if n > uint64(len(text)) {
		n = 0 // damaged: the decoder says so below
	}
	r.Values = make([]graph.Value, n)
	for i := range r.Values {
		r.Values[i] = d.Value()
	}
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
