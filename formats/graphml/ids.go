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
	from    nodeID // of the edge in hand
	scratch []byte
}

// nodeID is the XML id of a node.
type nodeID struct {
	of  string
	key uint64 // by which texts that differ are told apart at once
	sum [16]byte
	hex [33]byte
}

func newIDs() *ids { return &ids{seed: maphash.MakeSeed()} }

// appendNode appends the XML id of a node and returns its bits.
func (i *ids) appendNode(dst []byte, id string) ([]byte, [16]byte) {
	i.scratch = append(i.scratch[:0], id...)
	return i.appendHash(dst, 'n')
}

// end returns the id of a node that an edge begins or ends at, until the next call.
func (i *ids) end(id string) *nodeID {
	key := maphash.String(i.seed, id)
	n := &i.lately[key%uint64(len(i.lately))]
	if n.key != key || n.of != id || id == "" {
		n.of, n.key = id, key
		_, n.sum = i.appendNode(n.hex[:0], id)
	}
	return n
}

// appendEdge appends the XML id of an edge, and those of its ends as the
// attributes that they are. Its own is that of its identity, in which the bits of
// its ends stand for them.
func (i *ids) appendEdge(dst []byte, e *graph.Edge) []byte {
	i.from = *i.end(e.From)
	to := i.end(e.To) // which may take the place of from
	i.scratch = append(append(i.scratch[:0], i.from.sum[:]...), to.sum[:]...)
	for _, part := range [...]string{e.Type.Name, e.Path, e.Ref} {
		i.scratch = binary.AppendUvarint(i.scratch, uint64(len(part)))
		i.scratch = append(i.scratch, part...)
	}
	dst, _ = i.appendHash(append(dst, `<edge id="`...), 'e')
	dst = append(append(dst, `" source="`...), i.from.hex[:]...)
	return append(append(dst, `" target="`...), to.hex[:]...)
}

func (i *ids) appendHash(dst []byte, letter byte) ([]byte, [16]byte) {
	sum := sha256.Sum256(i.scratch)
	return hex.AppendEncode(append(dst, letter), sum[:16]), [16]byte(sum[:16])
}
