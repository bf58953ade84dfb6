package reading

import "encoding/binary"

// SayingSize is the size of what [Saying.Put] writes, in bytes.
const SayingSize = 24

// Put writes s to the beginning of b.
func (s *Saying) Put(b []byte) {
	binary.LittleEndian.PutUint64(b, s.members)
	binary.LittleEndian.PutUint64(b[8:], s.hash)
	binary.LittleEndian.PutUint64(b[16:], uint64(s.modified))
}

// SayingIn reads what [Saying.Put] wrote.
func SayingIn(b []byte) Saying {
	return Saying{
		members: binary.LittleEndian.Uint64(b), hash: binary.LittleEndian.Uint64(b[8:]), modified: int64(binary.LittleEndian.Uint64(b[16:])),
	}
}
