package reading

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"

	"github.com/sgexport/sgexport/graph"
)

// Seen is the origin of what a list item named that is not there any more, by its
// [Origin.Print].
func Seen(print uint64) *Origin { return &Origin{print: print} }

// JSON returns the list item as JSON. It is made once.
func (o *Origin) JSON() ([]byte, error) {
	if o.text == nil {
		text, err := json.Marshal(o.Item.Interface())
		if err != nil {
			return nil, err
		}
		o.text = text
	}
	return o.text, nil
}

// Restored is the origin of a list item of which JSON was kept.
func (o *Origin) Restored(text []byte) *Origin {
	o.text = text
	return o
}

// Print is a hash of all that the list item says; 0 where there is none. It is the same
// in every run.
func (o *Origin) Print() uint64 {
	if o.print == 0 && o.Item.IsValid() {
		text, err := o.JSON()
		if err != nil {
			return 0
		}
		sum := sha256.Sum256(text)
		o.print = max(1, binary.LittleEndian.Uint64(sum[:]))
	}
	return o.print
}

// Note adds what a record has that an earlier run read, see [Reader.Notes].
func (r *Reader) Note(notReferences map[string]int64, redacted map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for path, n := range notReferences {
		r.notReferences[path] += n
	}
	if r.redact {
		maps.Copy(r.redacted, redacted)
	}
}

// Column returns the index of a column; -1 where the kind does not have it.
func (k *Kind) Column(name string) int {
	return slices.IndexFunc(k.Columns, func(c graph.Column) bool { return c.Name == name })
}
