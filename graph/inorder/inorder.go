// Package inorder does work in several goroutines and finishes it in the order in
// which it was given, in memory that is bounded. Formats pack and encode with it, so
// that the bytes of a file do not depend on how many processors there are.
//
// Start reading at [New].
package inorder

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sgexport/sgexport/graph"
)

// A Line takes items of work. Its methods are called from one goroutine.
type Line[T any] struct {
	work, order, free chan *item[T]
	workers           sync.WaitGroup
	finished          chan struct{} // closed after the last item
	err               atomic.Pointer[error]
}

type item[T any] struct {
	of    *T
	err   error
	ready chan struct{} // gets a token when the work is done
}

// Workers returns how many goroutines are worth it: n where it is positive, else as
// many as there are processors, and at most 8.
func Workers(n int) int {
	if n > 0 {
		return n
	}
	return min(runtime.GOMAXPROCS(0), 8)
}

// New starts a line with a goroutine for each function of work, which only that one
// calls, and one in which finish gets the items in their order. There are two more
// items than goroutines: one is being filled and one being finished meanwhile. After
// an error, finish is not called any more.
func New[T any](work []func(*T) error, finish func(*T) error) *Line[T] {
	n := len(work) + 2
	l := &Line[T]{
		finished: make(chan struct{}),
		work:     make(chan *item[T], n), order: make(chan *item[T], n), free: make(chan *item[T], n),
	}
	for range n {
		l.free <- &item[T]{of: new(T), ready: make(chan struct{}, 1)}
	}
	for _, do := range work {
		l.workers.Go(func() {
			for i := range l.work {
				i.err = graph.NoPanic(func() error { return do(i.of) })()
				i.ready <- struct{}{}
			}
		})
	}
	go l.finish(finish)
	return l
}

// finish goes on emptying the queue after an error, so that nothing waits for it.
func (l *Line[T]) finish(do func(*T) error) {
	defer close(l.finished)
	for i := range l.order {
		<-i.ready
		err := i.err
		if err == nil && l.err.Load() == nil {
			err = graph.NoPanic(func() error { return do(i.of) })()
		}
		if err != nil && l.err.Load() == nil {
			l.err.Store(&err)
		}
		l.free <- i
	}
}

// A Place is an item that nothing works on.
type Place[T any] struct {
	Item *T
	of   *item[T]
}

// Next returns the next item to fill: one that was finished, as finish left it, or a
// new one. It waits until there is one.
func (l *Line[T]) Next() Place[T] {
	i := <-l.free
	return Place[T]{i.of, i}
}

// Send gives an item to be worked on. It never waits.
func (l *Line[T]) Send(p Place[T]) {
	l.order <- p.of
	l.work <- p.of
}

// Err returns the first error so far.
func (l *Line[T]) Err() error {
	if err := l.err.Load(); err != nil {
		return *err
	}
	return nil
}

// Close waits for all that was sent, ends the goroutines and returns the first error.
func (l *Line[T]) Close() error {
	close(l.work)
	close(l.order)
	l.workers.Wait()
	<-l.finished
	return l.Err()
}
