package calling

import (
	"context"
	"slices"
	"sync"
)

// smallAnswer is up to which size, in bytes, answers are not counted.
const smallAnswer = 256 << 10

// A bytesPool bounds the bytes of answers that are in memory. The oldest ticket always
// gets what it asks for, the others what is free: so one answer that is larger than all
// passes, alone of its kind, and who holds some and needs more does not wait for ever.
// There are at most as many bytes as the pool has, and the oldest answer.
type bytesPool struct {
	mu      sync.Mutex
	free    int64
	tickets []*ticket // that hold or want some, the oldest first
}

// A ticket is what one user of answers holds; the mutex of its pool guards it.
type ticket struct {
	held, want int64
	ready      chan struct{} // closed when it has what it wants
}

// take takes so many bytes more. Where it has to wait, waiting is called first.
func (p *bytesPool) take(ctx context.Context, t *ticket, n int64, waiting func()) error {
	p.mu.Lock()
	if t.held == 0 {
		p.tickets = append(p.tickets, t)
	}
	if p.tickets[0] == t || n <= p.free {
		p.grant(t, n)
		p.mu.Unlock()
		return nil
	}
	t.want, t.ready = n, make(chan struct{})
	ready := t.ready
	p.mu.Unlock()
	waiting()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.want == 0 { // it was given at the same time
		t.held -= n
		p.free += n
	}
	t.want = 0
	p.settle(t)
	return ctx.Err()
}

// give gives so many bytes back.
func (p *bytesPool) give(t *ticket, n int64) {
	if n == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t.held -= n
	p.free += n
	p.settle(t)
}

func (p *bytesPool) grant(t *ticket, n int64) {
	t.held += n
	p.free -= n
	t.want = 0
}

// settle forgets a ticket that holds nothing, and serves those that wait.
func (p *bytesPool) settle(t *ticket) {
	if t.held == 0 && t.want == 0 {
		if i := slices.Index(p.tickets, t); i >= 0 {
			p.tickets = slices.Delete(p.tickets, i, i+1)
		}
	}
	for i, t := range p.tickets {
		if t.want > 0 && (i == 0 || t.want <= p.free) {
			p.grant(t, t.want)
			close(t.ready)
		}
	}
}

// holds reports whether a ticket has anything.
func (p *bytesPool) holds(t *ticket) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return t.held > 0
}

// A hold keeps what answers take of a budget beyond their calls.
type hold struct {
	pool   *bytesPool
	ticket ticket
}

type holdKey struct{}

// Hold returns a context in which the calls of this caller, one after the other, keep what
// their answers take of the budget until done is called: for answers that are kept after
// [Caller.Pages] has returned. Between, whoever holds them makes no call in another
// context that may have a large answer.
func (c *Caller) Hold(ctx context.Context) (held context.Context, done func()) {
	h := &hold{pool: &c.options.Budget.details}
	return context.WithValue(ctx, holdKey{}, h), func() { h.pool.give(&h.ticket, h.ticket.held) }
}

// A portion is what the answer of one call takes of the budget.
type portion struct {
	pool   *bytesPool
	ticket *ticket
	bytes  int64
	held   bool // it outlives the call
}

// portionOf is that of a call that is made in a context.
func (c *Caller) portionOf(ctx context.Context, pages bool) *portion {
	if h, ok := ctx.Value(holdKey{}).(*hold); ok {
		return &portion{pool: h.pool, ticket: &h.ticket, held: true}
	}
	if pages {
		return &portion{pool: &c.options.Budget.pages, ticket: &ticket{}}
	}
	return &portion{pool: &c.options.Budget.details, ticket: &ticket{}}
}

// more takes bytes for an answer.
func (p *portion) more(ctx context.Context, n int64, waiting func()) error {
	err := p.pool.take(ctx, p.ticket, n, waiting)
	if err == nil {
		p.bytes += n
	}
	return err
}

// less gives back so many bytes, which the answer did not need.
func (p *portion) less(n int64) {
	p.pool.give(p.ticket, n)
	p.bytes -= n
}

// drop gives back what the answer took.
func (p *portion) drop() { p.less(p.bytes) }

// inside reports whether the call belongs to one that holds answers already: it waits for
// no place, for others may hold theirs until it is done.
func (p *portion) inside() bool { return p.held && p.pool.holds(p.ticket) }
