package graphml

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/maphash"

	"github.com/sgexport/sgexport/graph"
)

// XML ids are 128 bits of SHA-256: people choose the names of resources, so a
// hash that two names can be found for would let one hide another.

// ids makes them. Of nodes that edges have named lately it remembers them: many
// edges end at one role or bucket.
type ids struct {
	seed    maphash.Seed
	lately  [1 << 12]nodeID
	scratch []byte
}

// nodeID is the XML id of a node.
type nodeID struct {
	of  string
	hex [33]byte
}

func newIDs() *ids { return &ids{seed: maphash.MakeSeed()} }

// appendNode appends the XML id of a node and returns its bits.
func (i *ids) appendNode(dst []byte, id string) ([]byte, [16]byte) {
	i.scratch = append(i.scratch[:0], id...)
	return i.appendHash(dst, 'n')
}

// appendEnd appends the XML id of a node that an edge begins or ends at.
func (i *ids) appendEnd(dst []byte, id string) []byte {
	n := &i.lately[maphash.String(i.seed, id)%uint64(len(i.lately))]
	if n.of != id || id == "" {
		n.of = id
		i.appendNode(n.hex[:0], id)
	}
	return append(dst, n.hex[:]...)
}

// appendEdge appends the XML id of an edge, which is that of its identity.
func (i *ids) appendEdge(dst []byte, e *graph.Edge) []byte {
	i.scratch = i.scratch[:0]
	for _, part := range [...]string{e.Type.Name, e.From, e.To, e.Path, e.Ref} {
		i.scratch = binary.AppendUvarint(i.scratch, uint64(len(part)))
		i.scratch = append(i.scratch, part...)
	}
	dst, _ = i.appendHash(dst, 'e')
	return dst
}

func (i *ids) appendHash(dst []byte, letter byte) ([]byte, [16]byte) {
	sum := sha256.Sum256(i.scratch)
	return hex.AppendEncode(append(dst, letter), sum[:16]), [16]byte(sum[:16])
}
