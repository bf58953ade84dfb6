package resolve

import "hash/maphash"

// A recent is a set that remembers what was put into it lately, in fixed memory: by a
// hash of 128 bits that nobody can foresee, for the texts would keep whole records in
// memory. What was put into it long ago may be new again.
type recent struct {
	seeds [2]maphash.Seed
	slots []seen
}

// A seen is one key of the set, with a note.
type seen struct{ a, b uint64 }

// Bits of a seen that are no hash.
const (
	seenUsed = 1 << iota
	seenNoted
)

// recentSlots are two megabytes.
const recentSlots = 1 << 17

func newRecent() recent {
	return recent{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, slots: make([]seen, recentSlots)}
}

// add puts a key into the set, and reports whether it is there already.
func (r *recent) add(key []byte) (one *seen, there bool) {
	want := seen{maphash.Bytes(r.seeds[0], key), maphash.Bytes(r.seeds[1], key)&^seenNoted | seenUsed}
	one = &r.slots[want.a%recentSlots]
	if one.a == want.a && one.b&^seenNoted == want.b {
		return one, true
	}
	*one = want
	return one, false
}

// note notes something of a key.
func (s *seen) note() { s.b |= seenNoted }

// noted reports whether that was done.
func (s *seen) noted() bool { return s.b&seenNoted != 0 }
