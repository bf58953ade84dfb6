package exporter

import (
	"context"
	"errors"
	"io"
	"net"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// A caller makes the API calls of one scope. Each operation has a rate limiter
// and a bound on calls in flight of its own, so that a slow or throttled
// operation does not hold back another.
type caller struct {
	client      *sagemaker.Client
	concurrency int
	calls       atomic.Int64

	mu    sync.Mutex
	lanes map[string]*lane
}

type lane struct {
	retryer aws.RetryerV2
	free    chan struct{}
}

func newCaller(cfg aws.Config, concurrency int) *caller {
	return &caller{client: sagemaker.NewFromConfig(cfg), concurrency: concurrency, lanes: map[string]*lane{}}
}

func (c *caller) lane(action string) *lane {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.lanes[action]
	if l == nil {
		l = &lane{retryer: newRetryer(), free: make(chan struct{}, c.concurrency)}
		c.lanes[action] = l
	}
	return l
}

// call makes one call and counts it for the scope and, where given, the kind.
func (c *caller) call(ctx context.Context, op *operation, in any, count *atomic.Int64) (reflect.Value, error) {
	var out reflect.Value
	err := c.enter(ctx, op.action, count, func(r aws.RetryerV2) (err error) {
		out, err = op.call(ctx, c.client, in, func(o *sagemaker.Options) { o.Retryer = r })
		return err
	})
	return out, err
}

// enter runs f in the lane of an action.
func (c *caller) enter(ctx context.Context, action string, count *atomic.Int64, f func(aws.RetryerV2) error) error {
	l := c.lane(action)
	select {
	case l.free <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.free }()
	c.calls.Add(1)
	if count != nil {
		count.Add(1)
	}
	return f(l.retryer)
}

// serverTries is how often a call is made that the server fails, or that does
// not reach it: a few times, for a kind that a server lacks is not worth
// minutes.
const serverTries = 4

// A retryer retries a throttled call until it is let through, at the rate that
// the server allows, and a failed one a few times.
type retryer struct{ *retry.AdaptiveMode }

func newRetryer() aws.RetryerV2 {
	return retryer{retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, func(s *retry.StandardOptions) {
			s.RateLimiter = ratelimit.None // throttling must not use up a budget
			s.MaxBackoff = 20 * time.Second
		})
	})}
}

// MaxAttempts implements aws.Retryer: there is no bound, RetryDelay decides.
func (r retryer) MaxAttempts() int { return 0 }

func (r retryer) IsErrorRetryable(err error) bool {
	return r.AdaptiveMode.IsErrorRetryable(err) || isBroken(err)
}

// isBroken reports whether a connection ended before the answer did. The SDK
// takes that for a malformed answer, which it does not retry.
func isBroken(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF)
}

func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if throttles.IsErrorThrottle(err) == aws.TrueTernary {
		return r.AdaptiveMode.RetryDelay(min(attempt, 8), err)
	}
	if attempt >= serverTries {
		return 0, err
	}
	return time.Duration(attempt*attempt) * 50 * time.Millisecond, nil
}

var throttles = retry.IsErrorThrottles(slices.Clone(retry.DefaultThrottles))
