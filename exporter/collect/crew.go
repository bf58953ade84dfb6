package collect

import (
	"context"
	"sync"
)

// A crew does many short works with few goroutines, as an errgroup with a limit would with
// one for each: a call of the SDK goes so deep that a new goroutine's stack is copied
// several times on the way. Go may be called from several goroutines, but not after Wait.
type crew struct {
	works   chan func() error
	limit   int
	cancel  context.CancelFunc
	workers sync.WaitGroup
	end     sync.Once

	mu  sync.Mutex // of what follows
	n   int        // workers
	err error      // the first
}

// newCrew returns a crew of at most limit goroutines. The context is cancelled when one work
// fails, and when Wait returns.
func newCrew(ctx context.Context, limit int) (*crew, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &crew{works: make(chan func() error), limit: limit, cancel: cancel}, ctx
}

// Go has a work done. It waits for a worker where there are as many as there may be.
func (c *crew) Go(work func() error) {
	select {
	case c.works <- work:
		return
	default:
	}
	c.mu.Lock()
	more := c.n < c.limit
	if more {
		c.n++
	}
	c.mu.Unlock()
	if !more {
		c.works <- work
		return
	}
	c.workers.Go(func() {
		c.do(work)
		for work := range c.works {
			c.do(work)
		}
	})
}

// do does a work here and now: what fails is treated as with Go.
func (c *crew) do(work func() error) {
	err := work()
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		c.cancel()
	}
}

// Wait waits for all works, ends the workers and returns the first error. It may be called
// again.
func (c *crew) Wait() error {
	c.end.Do(func() { close(c.works) })
	c.workers.Wait()
	c.cancel()
	return c.err
}
