package spool

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unsafe"
)

// An arena holds records one after the other, and where they are, with room to sort that. A record is its key,
// what kind of payload it has, and the payload; the length of the key stands before it.
type arena struct {
	size  int // in bytes, when it is full
	data  []byte
	index []entry
	room  []entry // for sorting
}

// An entry is one record: where it is, and a part of it by which it is sorted.
type entry struct {
	prefix     uint64
	begin, end uint32
}

const (
	entrySize = int(unsafe.Sizeof(entry{}))
	headSize  = 4 // the length of a key
)

func (a *arena) bytes() int { return len(a.data) + 2*len(a.index)*entrySize }

func (a *arena) add(key []byte, kind byte, payload []byte) {
	begin, more := len(a.data), headSize+len(key)+1+len(payload)
	if begin+more > cap(a.data) && begin > a.size/16 { // it will be full: it grows once, and not step by step
		a.data = slices.Grow(a.data, max(more, a.size+large-begin))
	}
	a.data = binary.NativeEndian.AppendUint32(a.data, uint32(len(key)))
	a.data = append(append(append(a.data, key...), kind), payload...)
	a.index = append(a.index, entry{begin: uint32(begin + headSize), end: uint32(len(a.data))})
}

// record is a record, as a part of the arena.
func (a *arena) record(e entry) record {
	return record{
		text: unsafe.String(unsafe.SliceData(a.data[e.begin:]), e.end-e.begin),
		key:  int(binary.NativeEndian.Uint32(a.data[e.begin-headSize:])),
	}
}

// each calls f with each record.
func (a *arena) each(f func(record) error) error {
	for _, e := range a.index {
		if err := f(a.record(e)); err != nil {
			return err
		}
	}
	return nil
}

// clear empties it. One that has grown for a large record is let go.
func (a *arena) clear() {
	if cap(a.data) > 2*a.size {
		a.data = nil
	}
	a.data, a.index = a.data[:0], a.index[:0]
}

func (a *arena) sort() { a.sortBy(a.index, 0) }

const (
	// fewEntries are not worth looking for what they have in common.
	fewEntries = 24
	// manyEntries are sorted byte by byte.
	manyEntries = 256
)

// sortBy sorts entries that have their first depth bytes in common. Keys begin alike:
// the eight bytes behind what all have in common tell most of them apart, and those that
// they do not are sorted by what follows.
func (a *arena) sortBy(index []entry, depth int) {
	if len(index) <= fewEntries {
		a.compare(index, depth)
		return
	}
	common, differ := a.prefixes(index, depth)
	depth += common
	if len(index) >= manyEntries {
		a.sortBytes(index, differ)
	} else {
		slices.SortFunc(index, func(x, y entry) int { return cmp.Compare(x.prefix, y.prefix) })
	}
	for from := 0; from < len(index); {
		to := from + 1
		for to < len(index) && index[to].prefix == index[from].prefix {
			to++
		}
		if same := index[from:to]; len(same) > 1 {
			if further := min(depth+8, a.shortest(same)); further > depth {
				a.sortBy(same, further)
			} else { // one ends here: what is behind tells no two apart that end alike
				a.compare(same, depth)
			}
		}
		from = to
	}
}

// sortBytes sorts entries by their prefixes, of which these bits differ: by each byte,
// from the last one on.
func (a *arena) sortBytes(index []entry, differ uint64) {
	if cap(a.room) < len(index) {
		a.room = make([]entry, cap(a.index))
	}
	from, to := index, a.room[:len(index)]
	for shift := 0; shift < 64; shift += 8 {
		if byte(differ>>shift) == 0 {
			continue
		}
		var at [256]int
		for i := range from {
			at[byte(from[i].prefix>>shift)]++
		}
		sum := 0
		for i, n := range at {
			at[i] = sum
			sum += n
		}
		for i := range from {
			b := byte(from[i].prefix >> shift)
			to[at[b]] = from[i]
			at[b]++
		}
		from, to = to, from
	}
	if &from[0] != &index[0] {
		copy(index, from)
	}
}

// from is a record from depth on.
func (a *arena) from(e entry, depth int) string { return a.record(e).text[depth:] }

// compare sorts entries that have their first depth bytes in common by all that follows.
func (a *arena) compare(index []entry, depth int) {
	slices.SortFunc(index, func(x, y entry) int {
		return bytes.Compare(a.data[int(x.begin)+depth:x.end], a.data[int(y.begin)+depth:y.end])
	})
}

// prefixes gives each entry the eight bytes behind what all have in common from depth on:
// so many bytes, if that is more than a few. differ has the bits in which prefixes differ.
func (a *arena) prefixes(index []entry, depth int) (common int, differ uint64) {
	first := a.from(index[0], depth)
	guess := first // what some of them have in common: all have, nearly always
	for _, i := range [...]int{len(index) / 3, len(index) / 2, len(index) - 1} {
		guess = guess[:alike(guess, a.from(index[i], depth), 0)]
	}
	if len(guess) < 8 {
		guess = ""
	}
	for i := 0; i < len(index); i++ {
		text := a.from(index[i], depth)
		if !strings.HasPrefix(text, guess) {
			guess = guess[:a.common(index, depth)]
			i, differ = -1, 0
			continue
		}
		index[i].prefix = prefixOf(text[len(guess):])
		differ |= index[i].prefix ^ index[0].prefix
	}
	return len(guess), differ
}

// common is how many bytes all entries have in common from depth on.
func (a *arena) common(index []entry, depth int) int {
	first := a.from(index[0], depth)
	for _, e := range index[1:] {
		first = first[:alike(first, a.from(e, depth), 0)]
	}
	return len(first)
}

// shortest is the length of the shortest of some entries: none begins further on.
func (a *arena) shortest(index []entry) int {
	n := int(index[0].end - index[0].begin)
	for _, e := range index[1:] {
		n = min(n, int(e.end-e.begin))
	}
	return n
}

// prefixOf is what a text begins with, as a number that is in its order; what is shorter
// is as if it ended with zeros.
func prefixOf(text string) uint64 {
	if len(text) >= 8 {
		return binary.BigEndian.Uint64(unsafe.Slice(unsafe.StringData(text), 8))
	}
	var prefix [8]byte
	copy(prefix[:], text)
	return binary.BigEndian.Uint64(prefix[:])
}

// alike is how many bytes two texts begin with that are the same, of which that is known
// of the first so many.
func alike(a, b string, known int) int {
	n := min(len(a), len(b))
	x, y := unsafe.Slice(unsafe.StringData(a), n), unsafe.Slice(unsafe.StringData(b), n)
	i := known
	for ; i+8 <= n; i += 8 {
		if differ := binary.LittleEndian.Uint64(x[i:]) ^ binary.LittleEndian.Uint64(y[i:]); differ != 0 {
			return i + bits.TrailingZeros64(differ)/8
		}
	}
	for i < n && x[i] == y[i] {
		i++
	}
	return i
}
