package calling

import (
	"context"
	"slices"
	"sync"
)

// A Budget is what all calls of a run share, whatever their scope: connections, and bytes
// of answers. It is made once and handed to each [Caller]; it is safe for concurrent use.
type Budget struct {
	connections connections
	details     bytesPool // of answers whose users wait for no other call
	pages       bytesPool // of pages; who reads one may wait for details, and never the other way round
}

const (
	defaultConnections = 256
	// defaultBytes is how much of large answers there may be at a time. An answer takes
	// about eight times of what it has as text, until it is in the spool.
	defaultBytes = 32 << 20
)

// NewBudget returns a budget of so many calls in flight, and of so many bytes of large
// answers; 0 is 256, and 32 MiB.
func NewBudget(connections int, bytes int64) *Budget {
	if connections < 1 {
		connections = defaultConnections
	}
	if bytes < 1 {
		bytes = defaultBytes
	}
	b := &Budget{}
	b.connections.free = connections
	b.details.free, b.pages.free = bytes, max(1, bytes/2)
	return b
}

// connections are slots for calls in flight, shared by lanes. A lane gets one while it has
// fewer than are free: one that hangs leaves half of them, a second one half of the rest.
// What is given back goes to the lane that has the fewest.
type connections struct {
	mu      sync.Mutex
	free    int
	waiting []*share // those with a queue, each once
}

// A share is what one lane has of the connections; their mutex guards it.
type share struct {
	held  int
	queue []chan struct{}
}

// acquire takes a slot, waiting for it. Whoever gets none has an error of the context.
func (c *connections) acquire(ctx context.Context, s *share) error {
	c.mu.Lock()
	if len(s.queue) == 0 && c.grants(s) {
		c.take(s)
		c.mu.Unlock()
		return nil
	}
	ready := make(chan struct{})
	if s.queue = append(s.queue, ready); len(s.queue) == 1 {
		c.waiting = append(c.waiting, s)
	}
	c.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(s.queue, ready); i >= 0 {
		s.queue = slices.Delete(s.queue, i, i+1)
		c.forget(s)
	} else { // it was given at the same time
		c.giveBack(s)
	}
	return ctx.Err()
}

// release gives a slot back.
func (c *connections) release(s *share) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.giveBack(s)
}

func (c *connections) grants(s *share) bool {
	return c.free > 0 && (s.held == 0 || s.held < c.free)
}

func (c *connections) take(s *share) {
	c.free--
	s.held++
}

// giveBack hands a slot on to the lanes that wait, first to those that have the fewest.
func (c *connections) giveBack(s *share) {
	c.free++
	s.held--
	for len(c.waiting) > 0 {
		next := slices.MinFunc(c.waiting, func(a, b *share) int { return a.held - b.held })
		if !c.grants(next) {
			return
		}
		c.take(next)
		close(next.queue[0])
		next.queue = next.queue[1:]
		c.forget(next)
	}
}

// forget removes a lane that does not wait any more.
func (c *connections) forget(s *share) {
	if len(s.queue) > 0 {
		return
	}
	if i := slices.Index(c.waiting, s); i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
	}
}
