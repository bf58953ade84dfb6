package calling

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

const (
	// serverTries is how often a call is made that the server fails, or that does
	// not reach it: a few times, for a kind that a server lacks is not worth
	// minutes.
	serverTries = 4
	// patience is how long a call may go without an answer, its retries included.
	patience = 2 * time.Minute
)

// attempts retries one call: a throttled one until it is let through, at the rate
// that the server allows, and a failed one a few times.
type attempts struct {
	*retry.Standard
	lane    *lane
	options *Options
	portion *portion
	inside  bool // see portion.inside
	slot    bool // it has a connection
	wait    *Wait

	sent, ended time.Time     // of the last attempt
	spent       time.Duration // by attempts that were not throttled
	failed      int           // so many
}

type attemptsKey struct{}

// MaxAttempts implements aws.Retryer: there is no bound, RetryDelay decides.
func (a *attempts) MaxAttempts() int { return 0 }

// GetRetryToken implements aws.Retryer: there is no budget of retries.
func (a *attempts) GetRetryToken(context.Context, error) (func(error) error, error) {
	return func(error) error { return nil }, nil
}

// GetAttemptToken implements aws.RetryerV2: it waits for the limiter of the lane, and then
// for a connection.
func (a *attempts) GetAttemptToken(ctx context.Context) (release func(error) error, err error) {
	if a.sent, err = a.lane.admit(ctx, a.wait); err != nil {
		return nil, err
	}
	if !a.inside {
		err := a.options.Budget.connections.acquire(ctx, &a.lane.share, a.lane.closed)
		if err == errClosed {
			return nil, a.lane.gaveUp()
		} else if err != nil {
			return nil, err
		}
		a.slot = true
		if err := a.lane.gaveUp(); err != nil { // meanwhile
			a.leave()
			return nil, err
		}
	}
	return func(err error) error {
		a.leave()
		a.ended = a.options.Clock()
		a.lane.answered(err, a.sent, a.ended)
		return nil
	}, nil
}

// leave gives the connection back, where there is one.
func (a *attempts) leave() {
	if a.slot {
		a.slot = false
		a.options.Budget.connections.release(&a.lane.share)
	}
}

// IsErrorRetryable implements aws.Retryer.
func (a *attempts) IsErrorRetryable(err error) bool {
	var c *CredentialsError
	var tooLong *TimeoutError
	var tooOften *RedirectError
	switch {
	case errors.As(err, &c), errors.As(err, &tooOften):
		return false
	case errors.As(err, &tooLong):
		return true
	}
	return a.Standard.IsErrorRetryable(err) || isThrottle(err) || isBroken(err)
}

// RetryDelay implements aws.Retryer.
func (a *attempts) RetryDelay(_ int, err error) (time.Duration, error) {
	if isThrottle(err) {
		if a.lane.throttledFor(a.ended) >= a.options.GiveUpAfter {
			return 0, a.lane.giveUp(err)
		}
		a.lane.count.Throttled.Add(1)
		a.options.Waits.throttled(a.wait, a.ended)
		return 0, nil // the limiter makes it wait
	}
	a.failed++
	a.spent += a.ended.Sub(a.sent)
	if a.failed >= serverTries || a.spent+a.options.CallTimeout > patience {
		return 0, err
	}
	a.lane.count.Retried.Add(1)
	a.options.Waits.failed()
	return time.Duration(a.failed*a.failed) * 50 * time.Millisecond, nil
}

// isBroken reports whether a connection ended before the answer did. The SDK
// takes that for a malformed answer, which it does not retry.
func isBroken(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF)
}

// throttles tell a throttled call: by the codes that services have, and by the
// status where something in front of a service answers without a code.
var throttles = append(slices.Clone(retry.DefaultThrottles), retry.IsErrorThrottleFunc(func(err error) aws.Ternary {
	switch status, code := statusOf(err), codeOf(err); {
	case code == "" && (status == 429 || status == 503):
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}))

func isThrottle(err error) bool {
	return retry.IsErrorThrottles(throttles).IsErrorThrottle(err) == aws.TrueTernary
}
