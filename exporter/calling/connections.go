package calling

import (
	"context"
	"errors"
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
	b.connections.all, b.connections.free = connections, connections
	b.details.free, b.pages.free = bytes, max(1, bytes/2)
	return b
}

// connections are slots for calls in flight, shared by lanes. A lane gets one while it has
// fewer than are free: one that hangs leaves half of them, a second one half of the rest.
// Lanes that were not answered yet have half of all together, and those of which calls ran
// out of time a quarter: however many hang, they leave room for those that do not. What is
// given back goes to the lane that has the fewest.
type connections struct {
	mu      sync.Mutex
	all     int
	free    int
	held    [3]int   // by the standing of lanes
	waiting []*share // those with a queue, each once
}

// A standing is what is known of a lane.
type standing int

const (
	untried   standing = iota // it was not answered yet
	answering                 // it was answered, and no call has run out of time since
	silent                    // a call has run out of time, and none was answered since
)

// A share is what one lane has of the connections; their mutex guards it.
type share struct {
	held     int
	standing standing
	queue    []chan struct{}
}

// acquire takes a slot, waiting for it. Whoever gets none has an error of the context, or,
// where the lane is closed meanwhile, errClosed.
func (c *connections) acquire(ctx context.Context, s *share, closed <-chan struct{}) (err error) {
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
	case <-closed:
		err = errClosed
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(s.queue, ready); i >= 0 {
		s.queue = slices.Delete(s.queue, i, i+1)
		c.forget(s)
	} else { // it was given at the same time
		c.giveBack(s)
	}
	return err
}

var errClosed = errors.New("the operation was given up")

// release gives a slot back.
func (c *connections) release(s *share) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.giveBack(s)
}

// stand notes what became known of a lane.
func (c *connections) stand(s *share, now standing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held[s.standing] -= s.held
	c.held[now] += s.held
	s.standing = now
	c.handOn()
}

func (c *connections) grants(s *share) bool {
	free := c.free
	switch s.standing {
	case untried:
		free = min(free, max(1, c.all/2)-c.held[untried])
	case silent:
		free = min(free, max(1, c.all/4)-c.held[silent])
	}
	return free > 0 && (s.held == 0 || s.held < free)
}

func (c *connections) take(s *share) { c.move(s, 1) }

func (c *connections) move(s *share, n int) {
	c.free -= n
	s.held += n
	c.held[s.standing] += n
}

func (c *connections) giveBack(s *share) {
	c.move(s, -1)
	c.handOn()
}

// handOn gives what is free to the lanes that wait, first to those that have the fewest.
func (c *connections) handOn() {
	for {
		var next *share
		for _, s := range c.waiting {
			if c.grants(s) && (next == nil || s.held < next.held) {
				next = s
			}
		}
		if next == nil {
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
