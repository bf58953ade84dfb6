package spool

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
)

// large is the payload size in bytes from which a record keeps its payload in
// a file of its own while it is sorted: it is written and read once, and merging
// holds no more than one.
const large = 32 << 10

// A Sorter sorts records by key and then by payload, bytewise, in bounded memory;
// large payloads of one key come last, in the order of their hashes. Add all through
// its adders, then call Sorted once.
//
// Each adder fills an arena, and sorts and writes it as a run when it is full. What is
// left is merged: nothing is written where all fits into the arenas.
type Sorter struct {
	ctx    context.Context
	adders []Adder
	runs   runFiles
	large  largeFile
	added  atomic.Int64
	closed atomic.Bool
}

// An Adder adds records to a sorter. It is for one goroutine at a time; the adders of a
// sorter may be used at the same time.
type Adder struct {
	sorter *Sorter
	arena  arena
	packer packer
	added  int64
	err    error // the first
}

// NewSorter returns a sorter that keeps what does not fit into so many bytes of memory
// in dir.
func NewSorter(ctx context.Context, dir string, memory int) *Sorter {
	return NewSharedSorter(ctx, dir, memory, 1)
}

// NewSharedSorter is [NewSorter] with so many adders, which share the memory.
func NewSharedSorter(ctx context.Context, dir string, memory, adders int) *Sorter {
	s := &Sorter{ctx: ctx, adders: make([]Adder, adders), runs: runFiles{dir: dir}, large: largeFile{dir: dir}}
	for i := range s.adders {
		s.adders[i] = Adder{sorter: s, arena: arena{size: max(memory/adders, 4<<10)}}
	}
	return s
}

// Add adds a record through the first adder.
func (s *Sorter) Add(key, payload []byte) error { return s.adders[0].Add(key, payload) }

// Adder returns the i-th adder.
func (s *Sorter) Adder(i int) *Adder { return &s.adders[i] }

// What follows a key.
const (
	inline  = iota // the payload
	outside        // its hash, and where it is in the file of large ones
)

// Add adds a record. Keys must be prefix-free, as those of [AppendKey] are.
func (a *Adder) Add(key, payload []byte) error {
	if a.err != nil {
		return a.err
	}
	if a.sorter.closed.Load() {
		return errClosed
	}
	a.added++
	if len(payload) < large {
		a.arena.add(key, inline, payload)
	} else {
		ref, err := a.sorter.large.add(payload)
		if err != nil {
			return a.failed(sortError(err))
		}
		a.arena.add(key, outside, ref)
	}
	if a.arena.bytes() < a.arena.size {
		return nil
	}
	return a.spill()
}

var errClosed = errors.New("sort: the sorter was closed")

func (a *Adder) failed(err error) error {
	a.err = err
	return err
}

// sortError says of an error of a file what was being done.
func sortError(err error) error { return fmt.Errorf("sort: %w", err) }

// spill writes the full arena as a run, and empties it.
func (a *Adder) spill() error {
	if err := a.sorter.ctx.Err(); err != nil {
		return a.failed(err)
	}
	a.arena.sort()
	if err := a.sorter.runs.write(&a.packer, a.arena.each); err != nil {
		return a.failed(err)
	}
	a.arena.clear()
	a.sorter.added.Add(a.added)
	a.added = 0
	return nil
}

// A record is what a sorter sorts, by its text: a key of so many bytes, what follows it,
// and the payload.
type record struct {
	text string
	key  int
}

// Sorted calls f with every record in order, its key and its payload; f may keep both.
// The sorter is used up then.
func (s *Sorter) Sorted(f func(key, payload string) error) (err error) {
	defer func() { err = errors.Join(err, s.Close()) }()
	if s.closed.Swap(true) {
		return errClosed
	}
	arenas, err := s.sortRest()
	if err != nil {
		return err
	}
	emit := func(r record) error {
		key, payload := r.text[:r.key], r.text[r.key+1:]
		if r.text[r.key] == outside {
			var err error
			if payload, err = s.large.read(payload); err != nil {
				return sortError(err)
			}
		}
		return f(key, payload)
	}
	if len(s.runs.all) == 0 {
		return mergeRuns(s.ctx, nil, arenas, emit)
	}
	return ahead(func(f func(record) error) error { return s.runs.merge(s.ctx, arenas, f) }, emit)
}

// errEnough ends what nobody takes anything of any more.
var errEnough = errors.New("enough")

// ahead calls f with each record, while another goroutine reads and merges the next ones.
func ahead(each func(f func(record) error) error, f func(record) error) error {
	const some, most = 256, 4
	full, empty, enough := make(chan []record, most), make(chan []record, most), make(chan struct{})
	for range most {
		empty <- make([]record, 0, some)
	}
	var failed error
	go func() {
		defer close(full)
		failed = graph.NoPanic(func() error {
			batch := <-empty
			err := each(func(r record) error {
				if batch = append(batch, r); len(batch) < some {
					return nil
				}
				full <- batch
				select {
				case batch = <-empty:
					return nil
				case <-enough:
					return errEnough
				}
			})
			if err == nil {
				full <- batch
			}
			return err
		})()
	}()
	var err error
	for batch := range full {
		for i := 0; i < len(batch) && err == nil; i++ {
			if err = f(batch[i]); err != nil {
				close(enough)
			}
		}
		if err == nil {
			clear(batch)
			empty <- batch[:0]
		}
	}
	if err != nil {
		return err
	}
	return failed
}

// sortRest sorts what the adders hold, at the same time.
func (s *Sorter) sortRest() ([]*arena, error) {
	var arenas []*arena
	errs := make([]error, len(s.adders))
	var wait sync.WaitGroup
	for i := range s.adders {
		a := &s.adders[i]
		if a.err != nil {
			return nil, a.err
		}
		a.packer = packer{}
		if len(a.arena.index) == 0 {
			continue
		}
		arenas = append(arenas, &a.arena)
		wait.Go(func() {
			errs[i] = graph.NoPanic(func() error { a.arena.sort(); return nil })()
			a.arena.room = nil
		})
	}
	wait.Wait()
	return arenas, errors.Join(errs...)
}

// Close ends a sorter, also one whose Sorted was never called, and removes its
// files. It may be called again. No adder is in use then.
func (s *Sorter) Close() error {
	s.closed.Store(true)
	for i := range s.adders {
		s.adders[i].arena, s.adders[i].packer = arena{}, packer{}
	}
	return errors.Join(s.runs.close(), s.large.close())
}

// Len is how many records were added. No adder is in use then.
func (s *Sorter) Len() int64 {
	n := s.added.Load()
	for i := range s.adders {
		n += s.adders[i].added
	}
	return n
}

// A largeFile has the large payloads. Adders share it.
type largeFile struct {
	dir string

	mu   sync.Mutex
	file *os.File
	end  int64
}

// refSize is the length of what stands for a payload: its hash, where it is, and how
// long.
const refSize = sha256.Size + 16

func (l *largeFile) add(payload []byte) ([]byte, error) {
	sum := sha256.Sum256(payload)
	l.mu.Lock()
	defer l.mu.Unlock()
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
	ref := binary.BigEndian.AppendUint64(sum[:], uint64(l.end))
	l.end += int64(len(payload))
	return binary.BigEndian.AppendUint64(ref, uint64(len(payload))), nil
}

func (l *largeFile) read(ref string) (string, error) {
	at := []byte(ref[min(len(ref), sha256.Size):])
	if len(at) != refSize-sha256.Size || l.file == nil {
		return "", errCut
	}
	buf := make([]byte, binary.BigEndian.Uint64(at[8:]))
	if _, err := l.file.ReadAt(buf, int64(binary.BigEndian.Uint64(at))); err != nil {
		return "", damaged(l.file.Name(), cutOff(err))
	}
	if sha256.Sum256(buf) != [sha256.Size]byte([]byte(ref[:sha256.Size])) {
		return "", damaged(l.file.Name(), errCut)
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
