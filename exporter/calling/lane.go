package calling

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A lane is what the calls of one operation share.
type lane struct {
	operation string
	options   *Options
	retryer   *retry.AdaptiveMode
	free      chan struct{}

	mu        sync.Mutex // of what follows
	throttled time.Time  // since when there were only throttled calls; zero where there are none
	lost      int        // calls in a row that reached no server, or had no answer in time
	over      error      // why it was given up, or nil
}

func newLane(operation string, o *Options) *lane {
	return &lane{operation: operation, options: o, retryer: newRetryer(), free: make(chan struct{}, o.Concurrency)}
}

func newRetryer() *retry.AdaptiveMode {
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.Throttles = throttles
		o.StandardOptions = append(o.StandardOptions, func(s *retry.StandardOptions) {
			s.RateLimiter = ratelimit.None // throttling must not use up a budget
			s.MaxBackoff = 20 * time.Second
		})
	})
}

// mostLost is after how many calls in a row without any answer an operation is
// given up: each of them has been tried for up to two minutes.
const mostLost = 16

// ended notes how a call ended.
func (l *lane) ended(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !errors.As(err, new(*ThrottledError)) {
		l.throttled = time.Time{} // an error is an answer too
	}
	if !isLost(err) {
		l.lost = 0
		return
	}
	if l.lost++; l.lost >= mostLost && l.over == nil {
		l.over = err
	}
}

// isLost reports whether a call had no answer at all.
func isLost(err error) bool {
	var tooLong *TimeoutError
	var sending *smithyhttp.RequestSendError
	return errors.As(err, &tooLong) || errors.As(err, &sending)
}

// throttledFor notes a throttled call, and returns for how long there were only
// such.
func (l *lane) throttledFor(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.throttled.IsZero() {
		l.throttled = now
	}
	return now.Sub(l.throttled)
}

// giveUp ends the lane, for it is throttled: no further call of it is made. err is
// what came last.
func (l *lane) giveUp(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over == nil {
		l.over = &ThrottledError{Operation: l.operation, For: l.options.GiveUpAfter, Last: err}
	}
	return l.over
}

// gaveUp returns why the lane was given up, or nil.
func (l *lane) gaveUp() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

// A ThrottledError says that an operation was throttled for so long that it was
// given up.
type ThrottledError struct {
	Operation string
	For       time.Duration
	Last      error // how the last call was refused
}

func (e *ThrottledError) Error() string {
	text := fmt.Sprintf("%s was throttled for %s without an answer", e.Operation, e.For)
	if codeOf(e.Last) == "" { // something in front of the service may be what answers
		if status := statusOf(e.Last); status != 0 {
			text += "; " + classOfTransport(e.Last, status).Message
		}
	}
	return text
}

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
	aws.Retryer
	lane    *lane
	options *Options
	began   time.Time
	failed  int // attempts that were not throttled
	wait    *Wait
}

// MaxAttempts implements aws.Retryer: there is no bound, RetryDelay decides.
func (a *attempts) MaxAttempts() int { return 0 }

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
	return a.Retryer.IsErrorRetryable(err) || isThrottle(err) || isBroken(err)
}

// RetryDelay implements aws.Retryer.
func (a *attempts) RetryDelay(attempt int, err error) (time.Duration, error) {
	now := a.options.Clock()
	if isThrottle(err) {
		left := a.options.GiveUpAfter - a.lane.throttledFor(now)
		if left <= 0 {
			return 0, a.lane.giveUp(err)
		}
		a.options.Waits.throttled(a.wait, now)
		delay, err := a.Retryer.RetryDelay(min(attempt, 8), err)
		return min(delay, left), err
	}
	a.failed++
	if a.failed >= serverTries || now.Sub(a.began)+a.options.CallTimeout > patience {
		return 0, err
	}
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
