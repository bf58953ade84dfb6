package spool

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
)

// large is the payload size in bytes from which a record keeps its payload in
// a file of its own while it is sorted: it is written and read once, and merging
// holds no more than one.
const large = 32 << 10

// A Sorter sorts records by key and then by payload, bytewise, in bounded memory;
// large payloads of one key come last, in the order of their hashes. Add all, then
// call Sorted once. It is for one goroutine at a time.
//
// Records fill an arena; a full one is sorted and written as a run while the next is
// filled. What is left is merged: nothing is written where all fits into one arena.
type Sorter struct {
	ctx   context.Context
	dir   string
	size  int // of an arena in bytes, with its index
	arena *arena
	spare *arena         // written, or not used yet
	spill chan spillDone // of the arena that is written now; nil where none is
	runs  runFiles
	large largeFile
	err   error // the first
}

type spillDone struct {
	arena *arena
	run   run
	err   error
}

// NewSorter returns a sorter that keeps what does not fit into so many bytes of memory
// in dir.
func NewSorter(ctx context.Context, dir string, memory int) *Sorter {
	size := max(memory/2, 4<<10)
	return &Sorter{ctx: ctx, dir: dir, size: size, arena: &arena{size: size}, spare: &arena{size: size}, runs: runFiles{dir: dir}, large: largeFile{dir: dir}}
}

// What follows a key.
const (
	inline  = iota // the payload
	outside        // its hash, and where it is in the file of large ones
)

// Add adds a record. Keys must be prefix-free, as those of [AppendKey] are.
func (s *Sorter) Add(key, payload []byte) error {
	if s.err != nil {
		return s.err
	}
	if len(payload) < large {
		s.arena.add(key, inline, payload)
	} else {
		ref, err := s.large.add(payload)
		if err != nil {
			return s.failed(err)
		}
		s.arena.add(key, outside, ref)
	}
	if s.arena.bytes() < s.size {
		return nil
	}
	if err := s.ctx.Err(); err != nil {
		return s.failed(err)
	}
	return s.turn()
}

func (s *Sorter) failed(err error) error {
	if s.err == nil {
		s.err = err
		if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			s.err = fmt.Errorf("sort: %w", err)
		}
	}
	return s.err
}

// turn has the full arena written, and takes the other one.
func (s *Sorter) turn() error {
	if err := s.wait(); err != nil {
		return err
	}
	full := s.arena
	s.arena, s.spare = s.spare, nil
	done := make(chan spillDone, 1)
	s.spill = done
	go func() {
		one := spillDone{arena: full}
		one.err = graph.NoPanic(func() (err error) {
			full.sort()
			one.run, err = s.runs.write(full.each)
			return err
		})()
		done <- one
	}()
	return nil
}

// wait waits until the arena is written that is.
func (s *Sorter) wait() error {
	if s.spill == nil {
		return s.err
	}
	done := <-s.spill
	s.spill = nil
	done.arena.clear(s.size)
	s.spare = done.arena
	s.runs.add(done.run) // also one that is to be removed only
	if done.err != nil {
		return s.failed(done.err)
	}
	return s.err
}

// Sorted calls f with every record in order, its key in the form of
// [AppendKey] and its payload; f may keep both. The sorter is used up then.
func (s *Sorter) Sorted(f func(key, payload string) error) (err error) {
	defer func() { err = errors.Join(err, s.Close()) }()
	if s.err != nil {
		return s.err
	}
	last := s.arena
	last.sort()
	if err := s.wait(); err != nil {
		return err
	}
	s.spare = nil
	n := 0
	emit := func(rec string) error {
		if n++; n%1024 == 0 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		return s.emit(rec, f)
	}
	if len(s.runs.all) == 0 {
		return last.each(emit)
	}
	return s.runs.merge(s.ctx, last, emit)
}

// emit takes a record apart.
func (s *Sorter) emit(rec string, f func(key, payload string) error) error {
	n := keyLen(rec)
	key, payload := rec[:n], rec[n+1:]
	if rec[n] == outside {
		var err error
		if payload, err = s.large.read(payload); err != nil {
			return fmt.Errorf("sort: %w", err)
		}
	}
	return f(key, payload)
}

// Close ends a sorter, also one whose Sorted was never called, and removes its
// files. It may be called again.
func (s *Sorter) Close() error {
	if s.spill != nil {
		done := <-s.spill
		s.spill = nil
		s.runs.add(done.run)
	}
	s.arena, s.spare = &arena{}, nil
	if s.err == nil {
		s.err = errors.New("sort: the sorter was closed")
	}
	return errors.Join(s.runs.close(), s.large.close())
}

// An arena holds records as texts one after the other, and where they are.
type arena struct {
	size  int // in bytes, when it is full
	data  []byte
	index []entry
}

// An entry is one record: where it is, and a part of it by which it is sorted.
type entry struct {
	prefix     uint64
	begin, end uint32
}

const entrySize = int(unsafe.Sizeof(entry{}))

func (a *arena) bytes() int { return len(a.data) + len(a.index)*entrySize }

func (a *arena) add(key []byte, kind byte, payload []byte) {
	begin, more := len(a.data), len(key)+1+len(payload)
	if begin+more > cap(a.data) && begin > a.size/16 { // it will be full: it grows once, and not step by step
		a.data = slices.Grow(a.data, max(more, a.size+large-begin))
	}
	a.data = append(append(append(a.data, key...), kind), payload...)
	a.index = append(a.index, entry{begin: uint32(begin), end: uint32(len(a.data))})
}

func (a *arena) sort() { a.sortBy(a.index, 0) }

// fewEntries are not worth looking for what they have in common.
const fewEntries = 24

// sortBy sorts entries that have their first depth bytes in common. Keys begin alike:
// the eight bytes behind what all have in common tell most of them apart, and those that
// they do not are sorted by what follows.
func (a *arena) sortBy(index []entry, depth int) {
	if len(index) <= fewEntries {
		a.compare(index, depth)
		return
	}
	depth += a.common(index, depth)
	for i := range index {
		index[i].prefix = prefixOf(a.data[int(index[i].begin)+depth : index[i].end])
	}
	slices.SortFunc(index, func(x, y entry) int { return cmp.Compare(x.prefix, y.prefix) })
	for from := 0; from < len(index); {
		to := from + 1
		for to < len(index) && index[to].prefix == index[from].prefix {
			to++
		}
		same := index[from:to]
		switch further := min(depth+8, a.shortest(same)); {
		case len(same) == 1:
		case further > depth:
			a.sortBy(same, further)
		default: // one ends here: what is behind tells no two apart that end alike
			a.compare(same, depth)
		}
		from = to
	}
}

// compare sorts entries that have their first depth bytes in common by all that follows.
func (a *arena) compare(index []entry, depth int) {
	slices.SortFunc(index, func(x, y entry) int {
		return bytes.Compare(a.data[int(x.begin)+depth:x.end], a.data[int(y.begin)+depth:y.end])
	})
}

// common is how many bytes all entries have in common from depth on.
func (a *arena) common(index []entry, depth int) int {
	first := a.data[int(index[0].begin)+depth : index[0].end]
	n := len(first)
	for _, e := range index[1:] {
		other := a.data[int(e.begin)+depth : e.end]
		n = min(n, len(other))
		if !bytes.Equal(first[:n], other[:n]) {
			for i := range n {
				if first[i] != other[i] {
					n = i
					break
				}
			}
		}
	}
	return n
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
func prefixOf[T string | []byte](text T) uint64 {
	var prefix [8]byte
	copy(prefix[:], text)
	return binary.BigEndian.Uint64(prefix[:])
}

// text is a record, as a part of the arena.
func (a *arena) text(e entry) string {
	return unsafe.String(unsafe.SliceData(a.data[e.begin:]), e.end-e.begin)
}

// each calls f with each record.
func (a *arena) each(f func(rec string) error) error {
	for _, e := range a.index {
		if err := f(a.text(e)); err != nil {
			return err
		}
	}
	return nil
}

// clear empties it. One that has grown for a large record is let go.
func (a *arena) clear(size int) {
	if cap(a.data) > 2*size {
		a.data = nil
	}
	a.data, a.index = a.data[:0], a.index[:0]
}

// A largeFile has the large payloads.
type largeFile struct {
	dir  string
	file *os.File
	end  int64
}

// refSize is the length of what stands for a payload: its hash, where it is, and how
// long.
const refSize = sha256.Size + 16

func (l *largeFile) add(payload []byte) ([]byte, error) {
	if l.file == nil {
		file, err := os.CreateTemp(l.dir, "large-")
		if err != nil {
			return nil, err
		}
		l.file = file
	}
	if _, err := l.file.WriteAt(payload, l.end); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(payload)
	ref := binary.BigEndian.AppendUint64(sum[:], uint64(l.end))
	l.end += int64(len(payload))
	return binary.BigEndian.AppendUint64(ref, uint64(len(payload))), nil
}

func (l *largeFile) read(ref string) (string, error) {
	if len(ref) != refSize {
		return "", errCut
	}
	at := []byte(ref[sha256.Size:])
	buf := make([]byte, binary.BigEndian.Uint64(at[8:]))
	if _, err := l.file.ReadAt(buf, int64(binary.BigEndian.Uint64(at))); err != nil {
		return "", err
	}
	return unsafe.String(unsafe.SliceData(buf), len(buf)), nil
}

func (l *largeFile) close() error {
	if l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
