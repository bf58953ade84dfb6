package spool

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

const (
	// runBlock is how much of a run is packed, and read, at a time.
	runBlock = 256 << 10
	// mostRuns is how many runs are merged at a time: each has a block in memory and a
	// file open.
	mostRuns = 48
)

// A run is a file of sorted records.
type run struct{ path string }

// runFiles are the runs of a sorter.
type runFiles struct {
	dir string
	all []run
}

// add takes a run over; it may be none.
func (r *runFiles) add(one run) {
	if one.path != "" {
		r.all = append(r.all, one)
	}
}

// write writes sorted records to a new run. Where that fails the run is to be removed
// too.
func (r *runFiles) write(each func(f func(rec string) error) error) (one run, err error) {
	file, err := os.CreateTemp(r.dir, "run-")
	if err != nil {
		return one, err
	}
	one.path = file.Name()
	defer func() { err = errors.Join(err, file.Close()) }()
	var block, packed, scratch []byte
	flush := func() error {
		packed, scratch = appendBlock(packed[:0], block, scratch)
		block = block[:0]
		_, err := file.Write(packed)
		return err
	}
	err = each(func(rec string) error {
		block = append(binary.AppendUvarint(block, uint64(len(rec))), rec...)
		if len(block) < runBlock {
			return nil
		}
		return flush()
	})
	if err == nil && len(block) > 0 {
		err = flush()
	}
	return one, err
}

// merge calls f with the records of all runs and of an arena, in order.
func (r *runFiles) merge(ctx context.Context, last *arena, f func(rec string) error) error {
	for len(r.all) > mostRuns {
		some := r.all[:mostRuns]
		one, err := r.write(func(f func(rec string) error) error { return mergeRuns(ctx, some, nil, f) })
		if err != nil {
			return errors.Join(err, os.Remove(one.path))
		}
		for _, old := range some {
			if err := os.Remove(old.path); err != nil {
				return err
			}
		}
		r.all = append(r.all[mostRuns:], one)
	}
	return mergeRuns(ctx, r.all, last, f)
}

func (r *runFiles) close() error {
	var errs []error
	for _, one := range r.all {
		errs = append(errs, os.Remove(one.path))
	}
	r.all = nil
	return errors.Join(errs...)
}

// mergeRuns merges runs, and an arena where there is one.
func mergeRuns(ctx context.Context, runs []run, last *arena, f func(rec string) error) (err error) {
	var m merging
	defer func() {
		for i := range m.sources {
			if file := m.sources[i].file; file != nil {
				err = errors.Join(err, file.Close())
			}
		}
	}()
	for _, one := range runs {
		file, err := os.Open(one.path)
		if err != nil {
			return err
		}
		m.sources = append(m.sources, source{file: file, blocks: newBlockReader(file)})
	}
	if last != nil {
		m.sources = append(m.sources, source{arena: last})
	}
	for i := range m.sources {
		there, err := m.sources[i].next()
		if err != nil {
			return err
		}
		if there {
			m.heap = append(m.heap, &m.sources[i])
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	for len(m.heap) > 0 {
		first := m.heap[0]
		if err := f(first.rec); err != nil {
			return err
		}
		there, err := first.next()
		if err != nil {
			return err
		}
		if !there {
			if err := ctx.Err(); err != nil {
				return err
			}
			m.heap[0] = m.heap[len(m.heap)-1]
			m.heap = m.heap[:len(m.heap)-1]
		}
		m.down(0)
	}
	return nil
}

// A source gives the records of one run, or of the arena.
type source struct {
	file   *os.File
	blocks *blockReader
	rest   Decoder // of the block

	arena *arena
	at    int

	rec string
}

// next goes to the next record; false where there is none.
func (s *source) next() (bool, error) {
	if s.arena != nil {
		if s.at == len(s.arena.index) {
			return false, nil
		}
		e := s.arena.index[s.at]
		s.at++
		s.rec = s.arena.text(e)
		return true, nil
	}
	if !s.rest.More() {
		block, err := s.blocks.next()
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		s.rest = Decoder{rest: block}
	}
	s.rec = s.rest.String()
	return true, s.rest.Err()
}

// merging is a heap of sources by their records.
type merging struct {
	sources []source
	heap    []*source
}

func less(a, b *source) bool { return a.rec < b.rec }

// down moves the source at i to where it belongs among those below it.
func (m *merging) down(i int) {
	for {
		least := i
		for _, child := range [...]int{2*i + 1, 2*i + 2} {
			if child < len(m.heap) && less(m.heap[child], m.heap[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}
