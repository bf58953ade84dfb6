package graph

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// EdgeKey tells edges of one type between the same two nodes apart, in formats
// whose edges have no identity of their own: 96 bits of a hash of path and ref,
// as 16 characters, so that nobody who can choose a name can make two alike.
func EdgeKey(path, ref string) (key [16]byte) {
	var space [256]byte
	b := binary.AppendUvarint(space[:0], uint64(len(path)))
	b = append(append(b, path...), ref...)
	sum := sha256.Sum256(b)
	base64.RawURLEncoding.Encode(key[:], sum[:12])
	return key
}
