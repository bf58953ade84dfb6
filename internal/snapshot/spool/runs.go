package spool

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/graph"
)

const (
	// runBlock is how much of a run is packed, and read, at a time.
	runBlock = 128 << 10
	// mostRuns is how many runs are merged at a time: each has a block in memory and a
	// file open.
	mostRuns = 128
)

// runFiles are the runs of a sorter: files of sorted records. Adders share it.
type runFiles struct {
	dir string

	mu  sync.Mutex
	all []run
}

// A run is one of them, with how many records it has.
type run struct {
	path    string
	records int64
}

// A packer has the memory that packing a run takes.
type packer struct{ block, packed, scratch []byte }

// write writes sorted records to a new run. A run that could not be written is one all
// the same: it is removed with the others.
func (r *runFiles) write(p *packer, each func(f func(record) error) error) (err error) {
	file, err := os.CreateTemp(r.dir, "run-")
	if err != nil {
		return sortError(err)
	}
	one := run{path: file.Name()}
	defer func() {
		if closed := file.Close(); err == nil && closed != nil {
			err = sortError(closed)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, one)
	}()
	flush := func() error {
		p.packed, p.scratch = appendBlock(p.packed[:0], p.block, p.scratch)
		p.block = p.block[:0]
		if _, err := file.Write(p.packed); err != nil {
			return sortError(err)
		}
		return nil
	}
	p.block = p.block[:0]
	err = each(func(rec record) error {
		one.records++
		p.block = binary.AppendUvarint(binary.AppendUvarint(p.block, uint64(rec.key)), uint64(len(rec.text)))
		if p.block = append(p.block, rec.text...); len(p.block) < runBlock {
			return nil
		}
		return flush()
	})
	if err == nil && len(p.block) > 0 {
		err = flush()
	}
	return err
}

// merge calls f with the records of all runs and of arenas, in order.
func (r *runFiles) merge(ctx context.Context, arenas []*arena, f func(record) error) error {
	for len(r.all) > mostRuns {
		if err := r.reduce(ctx); err != nil {
			return err
		}
	}
	return mergeRuns(ctx, r.all, arenas, f)
}

// reduce merges some runs to fewer, so that all can be merged at a time or, where there
// are very many, as many as can be. No more than have to be: what is merged here is
// written once more.
func (r *runFiles) reduce(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(min(runtime.GOMAXPROCS(0), 2)) // each has the blocks of its runs in memory
	rest, made := slices.Clone(r.all), 0
	for len(rest)+made > mostRuns && len(rest) > 1 {
		n := min(mostRuns, len(rest)+made-mostRuns+1, len(rest))
		some := rest[:n]
		rest = rest[n:]
		made++
		group.Go(graph.NoPanic(func() error {
			var p packer
			if err := r.write(&p, func(f func(record) error) error { return mergeRuns(ctx, some, nil, f) }); err != nil {
				return err
			}
			return r.remove(some)
		}))
	}
	return group.Wait()
}

// remove removes runs that are not needed any more.
func (r *runFiles) remove(some []run) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = slices.DeleteFunc(r.all, func(one run) bool { return slices.Contains(some, one) })
	var errs []error
	for _, one := range some {
		errs = append(errs, os.Remove(one.path))
	}
	return errors.Join(errs...)
}

func (r *runFiles) close() error { return r.remove(slices.Clone(r.all)) }

// damaged says of a file of a sorter that it is not what was written.
func damaged(path string, err error) error {
	if errors.Is(err, errCut) || errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("what was sorted to %s is not there as it was written (%w): start again; where it happens again, the disk fails or something else writes there", path, err)
	}
	return err
}

// mergeRuns merges runs and arenas.
func mergeRuns(ctx context.Context, runs []run, arenas []*arena, f func(record) error) (err error) {
	sources := make([]source, 0, len(runs)+len(arenas))
	defer func() {
		for i := range sources {
			if file := sources[i].file; file != nil {
				err = errors.Join(err, file.Close())
			}
		}
	}()
	for _, one := range runs {
		file, err := os.Open(one.path)
		if err != nil {
			return sortError(damaged(one.path, err))
		}
		sources = append(sources, source{file: file, blocks: newBlockReader(file), left: one.records})
	}
	for _, a := range arenas {
		sources = append(sources, source{arena: a})
	}
	if len(sources) == 0 {
		return nil
	}
	t := tree{sources: sources, losers: make([]int, len(sources))}
	if err := t.begin(); err != nil {
		return sortError(err)
	}
	for n := 0; ; n++ {
		first := &sources[t.losers[0]]
		if first.same < 0 {
			return nil
		}
		if n%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := f(first.record); err != nil {
			return err
		}
		if err := t.next(); err != nil {
			return sortError(err)
		}
	}
}

// A source gives the records of one run, or of an arena.
type source struct {
	record
	// same is how many bytes the record has in common with the one that it lost against
	// or, where it is the next one of what won, with that. -1 is after the last record.
	same int

	file   *os.File
	blocks *blockReader
	rest   string // of the block
	left   int64  // records that were not read yet

	arena *arena
	at    int
}

// next goes to the next record.
func (s *source) next() error {
	last := s.text
	if s.arena != nil {
		if s.at == len(s.arena.index) {
			s.record, s.same = record{}, -1
			return nil
		}
		s.record = s.arena.record(s.arena.index[s.at])
		s.at++
		s.same = alike(last, s.text, 0)
		return nil
	}
	if s.rest == "" {
		block, err := s.blocks.next()
		if err == io.EOF && s.left == 0 {
			s.record, s.same = record{}, -1
			return nil
		}
		if err != nil {
			return damaged(s.file.Name(), cutOff(err))
		}
		s.rest = block
	}
	d := Decoder{rest: s.rest}
	key := d.Uint()
	s.text = d.String()
	if d.err != nil || key >= uint64(len(s.text)) {
		return damaged(s.file.Name(), errCut)
	}
	s.left--
	s.key, s.rest, s.same = int(key), d.rest, alike(last, s.text, 0)
	return nil
}

// A tree finds the first of many sources again and again, as in a tournament: each
// source that lost a match stays there, and the one that has won all is losers[0]. When
// that has gone on to its next record it meets those again that lost against it, and no
// others.
//
// Keys begin alike, so no byte is compared twice: of two records the one is smaller that
// has more bytes in common with the last winner, which was smaller than both; where both
// have as many, what is behind these decides.
type tree struct {
	sources []source
	losers  []int
}

// begin reads the first record of each source, and plays all matches.
func (t *tree) begin() error {
	n := len(t.sources)
	for i := range t.sources {
		if err := t.sources[i].next(); err != nil {
			return err
		}
	}
	winners := make([]int, 2*n) // the sources are the leaves, from n on
	for i := range n {
		winners[n+i] = i
	}
	for match := n - 1; match > 0; match-- {
		winners[match], t.losers[match] = t.match(winners[2*match], winners[2*match+1])
	}
	t.losers[0] = winners[min(1, 2*n-1)]
	return nil
}

// next goes to the next record of the winner, and finds the new one.
func (t *tree) next() error {
	w := t.losers[0]
	if err := t.sources[w].next(); err != nil {
		return err
	}
	for match := (w + len(t.sources)) / 2; match > 0; match /= 2 {
		w, t.losers[match] = t.match(w, t.losers[match])
	}
	t.losers[0] = w
	return nil
}

// match lets two sources meet that have both met the last winner.
func (t *tree) match(i, j int) (winner, loser int) {
	a, b := &t.sources[i], &t.sources[j]
	switch {
	case a.same > b.same:
		return i, j
	case a.same < b.same:
		return j, i
	case a.same < 0:
		return i, j
	}
	n := alike(a.text, b.text, a.same)
	if n == len(a.text) || n < len(b.text) && a.text[n] < b.text[n] {
		b.same = n
		return i, j
	}
	a.same = n
	return j, i
}
