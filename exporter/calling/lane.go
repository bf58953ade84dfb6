package calling

import (
	"context"
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
	scope, operation string
	options          *Options
	free             chan struct{} // places of calls, those that wait included
	turn             chan struct{} // of the call that waits for the limiter
	share            share         // of the connections
	count            *Count

	mu        sync.Mutex // of what follows
	limiter   limiter
	shown     bool          // waits know that it is limited
	throttled time.Time     // since when there were only throttled calls; zero where there are none
	lost      int           // calls in a row that reached no server, or had no answer in time
	over      error         // why it was given up, or nil
	closed    chan struct{} // closed when it is given up
}

func newLane(scope, operation string, o *Options) *lane {
	return &lane{
		scope: scope, operation: operation, options: o, free: make(chan struct{}, o.Concurrency), turn: make(chan struct{}, 1),
		count: o.Waits.countOf(operation), limiter: limiter{most: o.MaxRPS}, closed: make(chan struct{}),
	}
}

// newRetryer returns what tells errors that are worth another attempt. Of its budget
// nothing is taken: throttling would use it up.
func newRetryer() *retry.Standard {
	return retry.NewStandard(func(o *retry.StandardOptions) { o.RateLimiter = ratelimit.None })
}

// admit waits until the limiter lets a call of the lane go, and returns when that was. One
// call has a timer; the others wait for their turn.
func (l *lane) admit(ctx context.Context, w *Wait) (sent time.Time, err error) {
	now := l.options.Clock()
	if delay, err := l.ask(now, true); delay == 0 || err != nil {
		return now, err
	}
	l.show(w, now)
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-l.closed:
		return now, l.gaveUp()
	case <-ctx.Done():
		return now, ctx.Err()
	}
	now = l.options.Clock()
	for {
		delay, err := l.ask(now, false)
		if delay == 0 || err != nil {
			return now, err
		}
		l.show(w, now)
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
			// Not before: a clock may stand still.
			if later := l.options.Clock(); later.After(now.Add(delay)) {
				now = later
			} else {
				now = now.Add(delay)
			}
		case <-l.closed:
		case <-ctx.Done():
			timer.Stop()
			return now, ctx.Err()
		}
		timer.Stop()
	}
}

// ask takes a call from the limiter, or returns how long to wait. Who has not had to wait
// for its turn yet does not overtake those who do.
func (l *lane) ask(now time.Time, first bool) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.over != nil:
		return 0, l.over
	case first && l.limiter.limits() && len(l.turn) > 0:
		return 1, nil
	}
	return l.limiter.take(now), nil
}

// show says of a wait that it is for a lane that is throttled.
func (l *lane) show(w *Wait, now time.Time) {
	l.mu.Lock()
	throttled := l.limiter.throttled()
	l.mu.Unlock()
	if throttled {
		l.options.Waits.limited(w, now)
	}
}

// answered notes how the attempt ended that was sent at a time.
func (l *lane) answered(err error, sent, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	changed := false
	switch {
	case isThrottle(err):
		changed = l.limiter.refuse(sent, now)
	case err == nil || statusOf(err) != 0:
		l.limiter.pass(now)
		changed = l.shown && !l.limiter.throttled()
	}
	if changed {
		l.shown = l.limiter.throttled()
		l.options.Waits.setRate(l.scope, l.operation, l.limiter.rate)
	}
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
	if l.lost++; l.lost >= mostLost {
		l.close(err)
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
	l.close(&ThrottledError{Operation: l.operation, For: l.options.GiveUpAfter, Last: err})
	return l.over
}

// close ends the lane with the first of the reasons for that.
func (l *lane) close(why error) {
	if l.over == nil {
		l.over = why
		close(l.closed)
	}
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
		if err := a.options.Budget.connections.acquire(ctx, &a.lane.share); err != nil {
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
