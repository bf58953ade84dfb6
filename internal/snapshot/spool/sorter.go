package spool

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/lanrat/extsort"
)

// large is the payload size in bytes from which a record keeps its payload in
// a file of its own while it is sorted, so that a chunk of records stays small.
const large = 16 << 10

// A Sorter sorts records by key, bytewise, in bounded memory. Those of one key
// come in no order that their payloads tell: large ones come last. Add all, then call Sorted once. It is for one goroutine at a time.
type Sorter struct {
	ctx     context.Context
	stop    context.CancelFunc
	dir     string
	in      chan string
	out     <-chan string
	errs    <-chan error
	done    chan struct{} // the library has taken in everything, or has failed
	closed  bool
	overlay *os.File // payloads of large records
	end     int64
}

// NewSorter returns a sorter that keeps what does not fit into memory in dir.
// chunk is the number of records that it holds in memory at a time.
func NewSorter(ctx context.Context, dir string, chunk int) *Sorter {
	s := &Sorter{dir: dir, in: make(chan string, 256), done: make(chan struct{})}
	s.ctx, s.stop = context.WithCancel(ctx)
	sorter, out, errs := extsort.Strings(s.in, &extsort.Config{ChunkSize: chunk, NumWorkers: 2, SortedChanBuffSize: 256, TempFilesDir: dir})
	s.out, s.errs = out, errs
	go func() {
		defer close(s.done)
		sorter.Sort(s.ctx)
	}()
	return s
}

// Add adds a record. Keys must be prefix-free, as those of [AppendKey] are.
func (s *Sorter) Add(key, payload []byte) error {
	var b strings.Builder
	if len(payload) < large {
		b.Grow(len(key) + 1 + len(payload))
		b.Write(key)
		b.WriteByte(0)
		b.Write(payload)
	} else {
		if s.overlay == nil {
			file, err := os.CreateTemp(s.dir, "large-")
			if err != nil {
				return fmt.Errorf("sort: %w", err)
			}
			s.overlay = file
		}
		if _, err := s.overlay.WriteAt(payload, s.end); err != nil {
			return fmt.Errorf("sort: %w", err)
		}
		var ref [17]byte
		ref[0] = 1
		binary.BigEndian.PutUint64(ref[1:], uint64(s.end))
		binary.BigEndian.PutUint64(ref[9:], uint64(len(payload)))
		s.end += int64(len(payload))
		b.Grow(len(key) + len(ref))
		b.Write(key)
		b.Write(ref[:])
	}
	select {
	case s.in <- b.String():
		return nil
	case <-s.done: // before the input is closed: it has failed
		if err := <-s.errs; err != nil {
			return fmt.Errorf("sort: %w", err)
		}
		return errors.New("sort: the sorter ended early")
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// Sorted calls f with every record in order, its key in the form of
// [AppendKey] and its payload; f may keep both. The sorter is used up then.
func (s *Sorter) Sorted(f func(key, payload string) error) (err error) {
	s.closed = true
	close(s.in)
	for rec := range s.out {
		if err != nil {
			continue // drain, so that the library ends
		}
		if err = s.emit(rec, f); err != nil {
			s.stop()
		}
	}
	if e := <-s.errs; err == nil && e != nil {
		err = fmt.Errorf("sort: %w", e)
	}
	return errors.Join(err, s.Close())
}

func (s *Sorter) emit(rec string, f func(key, payload string) error) error {
	n := keyLen(rec)
	key, payload := rec[:n], rec[n+1:]
	if rec[n] == 1 {
		off, size := binary.BigEndian.Uint64([]byte(payload[:8])), binary.BigEndian.Uint64([]byte(payload[8:]))
		buf := make([]byte, size)
		if _, err := s.overlay.ReadAt(buf, int64(off)); err != nil {
			return fmt.Errorf("sort: %w", err)
		}
		payload = string(buf)
	}
	return f(key, payload)
}

// Close ends a sorter, also one whose Sorted was never called, and removes its
// files. It may be called again.
func (s *Sorter) Close() error {
	s.stop()
	if !s.closed {
		s.closed = true
		close(s.in)
		for range s.out { //nolint:revive // drain, so that the library ends
		}
	}
	<-s.done
	if s.overlay == nil {
		return nil
	}
	file := s.overlay
	s.overlay = nil
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
