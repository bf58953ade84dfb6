package calling

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/sgexport/sgexport/exporter/operation"
)

// Options bound what calls may cost.
type Options struct {
	Concurrency int              // calls in flight for each operation; 0 is 16
	MaxRPS      float64          // calls a second of each operation; 0 is no bound
	CallTimeout time.Duration    // of one attempt in all, reading the answer included; 0 is 30 s
	GiveUpAfter time.Duration    // how long an operation may be throttled, or run out of time, without one answer; 0 is 10 min
	Clock       func() time.Time // must be given
	Waits       *Waits
	Budget      *Budget // what all callers of a run share; nil is one of its own
}

func (o Options) withDefaults() Options {
	if o.Concurrency < 1 {
		o.Concurrency = 16
	}
	if o.CallTimeout <= 0 {
		o.CallTimeout = 30 * time.Second
	}
	if o.GiveUpAfter <= 0 {
		o.GiveUpAfter = 10 * time.Minute
	}
	if o.Waits == nil {
		o.Waits = &Waits{}
	}
	if o.Budget == nil {
		o.Budget = NewBudget(0, 0)
	}
	return o
}

// A Caller makes the API calls of one scope. Each operation has a lane of its
// own, so that a slow or throttled one does not hold back another.
type Caller struct {
	scope   string
	cfg     aws.Config
	options Options
	calls   atomic.Int64
	retryer *retry.Standard

	mu      sync.Mutex // of the maps
	clients map[*operation.Service]any
	served  map[*operation.Service]bool // those that have answered
	lanes   map[string]*lane
}

// New makes a caller. scope is the one that waits are told of.
func New(cfg aws.Config, scope string, o Options) *Caller {
	o = o.withDefaults()
	cfg = cfg.Copy()
	cfg.HTTPClient = limit(cfg.HTTPClient, o.CallTimeout)
	if cfg.Credentials != nil {
		cfg.Credentials = Watched(cfg.Credentials)
	}
	return &Caller{scope: scope, cfg: cfg, options: o, retryer: newRetryer(), clients: map[*operation.Service]any{}, served: map[*operation.Service]bool{}, lanes: map[string]*lane{}}
}

// Calls is the number of calls so far; retries are not counted.
func (c *Caller) Calls() int64 { return c.calls.Load() }

// Call makes one call and adds it to count, where given. An answer that is none,
// see [NoAnswer], is an error.
func (c *Caller) Call(ctx context.Context, op *operation.Operation, in reflect.Value, count *atomic.Int64) (reflect.Value, error) {
	return c.CallIn(ctx, op, in, count, "")
}

// CallIn is Call in another region than the caller's.
func (c *Caller) CallIn(ctx context.Context, op *operation.Operation, in reflect.Value, count *atomic.Int64, region string) (out reflect.Value, err error) {
	p := c.portionOf(ctx, false)
	out, err = c.call(ctx, op, in, count, region, p)
	if !p.held {
		p.drop()
	}
	return out, err
}

// call makes one call; p is what its answer takes of the budget.
func (c *Caller) call(ctx context.Context, op *operation.Operation, in reflect.Value, count *atomic.Int64, region string, p *portion) (out reflect.Value, err error) {
	l := c.lane(op.Action)
	inside := p.inside()
	if !inside {
		select {
		case l.free <- struct{}{}:
		case <-ctx.Done():
			return out, ctx.Err()
		}
		defer func() { <-l.free }()
	}
	if err := l.gaveUp(); err != nil {
		return out, err
	}
	l.begin()
	defer l.end()
	c.calls.Add(1)
	l.count.Calls.Add(1)
	if count != nil {
		count.Add(1)
	}
	a := &attempts{Standard: c.retryer, lane: l, options: &c.options, portion: p, inside: inside}
	a.wait = c.options.Waits.add(c.scope, op.Name, c.options.Clock())
	defer c.options.Waits.remove(a.wait)
	answer := &answer{}
	defer recovered(op, &err)
	defer a.leave()
	ctx = context.WithValue(ctx, attemptsKey{}, a)
	if op.Root != "" {
		ctx = answer.keepHead(ctx)
	}
	out, err = op.Invoke(ctx, c.client(op.Service), in.Interface(), operation.Settings{Retryer: a, Region: region, Protocol: answer.protocol})
	l.ended(err)
	if err == nil {
		err = answer.check(op, out)
	}
	if err == nil && (answer.known || !answer.strict) || codeOf(err) != "" {
		c.mu.Lock()
		c.served[op.Service] = true
		c.mu.Unlock()
	}
	return out, err
}

// Elsewhere reports whether another endpoint than AWS's own is asked.
func (c *Caller) Elsewhere() bool { return c.cfg.BaseEndpoint != nil }

// Serves reports whether a service has answered, or must have it: AWS's own endpoints
// have all of them.
func (c *Caller) Serves(s *operation.Service) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.Elsewhere() || c.served[s]
}

// GaveUp reports whether an operation was given up: no call of it is made any more.
func (c *Caller) GaveUp(op *operation.Operation) bool { return c.lane(op.Action).gaveUp() != nil }

// recovered turns a panic, which an answer must not be able to cause, into an
// error.
func recovered(op *operation.Operation, err *error) {
	if p := recover(); p != nil {
		*err = &PanicError{Operation: op.Name, Value: p}
	}
}

// A PanicError is a panic while an answer was read.
type PanicError struct {
	Operation string
	Value     any
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("the answer of %s cannot be read: %v", e.Operation, e.Value)
}

func (c *Caller) client(s *operation.Service) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.clients[s] == nil {
		c.clients[s] = s.Client(c.cfg)
	}
	return c.clients[s]
}

func (c *Caller) lane(action string) *lane {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.lanes[action]
	if l == nil {
		l = newLane(c.scope, action[strings.IndexByte(action, ':')+1:], &c.options)
		c.lanes[action] = l
	}
	return l
}
