package reading

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Digest is a hash of what records mean: the columns of each kind, the reference
// fields by their number, and what they make. Records of one digest can be read with
// a table of that digest alone.
func (t *Table) Digest() string {
	h := sha256.New()
	for _, k := range t.Kinds {
		fmt.Fprintf(h, "%s\n", k.Label)
		for _, c := range k.Columns {
			fmt.Fprintf(h, "column %s %s %s\n", c.Name, c.Type, c.Source)
		}
		for _, r := range k.Rules {
			fmt.Fprintf(h, "rule %s %s %v\n", r.Path, r.Edge, r.Reverse)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Shapes are the structures that records of the kind are made of.
func (k *Kind) Shapes() []reflect.Type { return slices.Collect(maps.Keys(k.shapes)) }
