package calling

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

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
	standing  standing      // as the connections know it
	stands    time.Time     // since when; times without a call are not counted
	calls     int           // in progress
	idle      time.Time     // since when there is none
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
		l.limiter.pass(sent, now)
		changed = l.shown && !l.limiter.throttled()
	}
	stands := answering
	if isLost(err) {
		stands = silent
	}
	if stands != l.standing {
		l.standing, l.stands = stands, now
		l.options.Budget.connections.stand(&l.share, stands)
	}
	if l.standing == silent && now.Sub(l.stands) >= l.options.GiveUpAfter {
		l.close(err)
	}
	if changed {
		l.shown = l.limiter.throttled()
		l.options.Waits.setRate(l.scope, l.operation, l.limiter.rate)
	}
}

// begin notes that a call begins.
func (l *lane) begin() {
	now := l.options.Clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls++; l.calls == 1 && l.standing == silent {
		l.stands = l.stands.Add(now.Sub(l.idle))
	}
}

// end notes that a call is over.
func (l *lane) end() {
	now := l.options.Clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls--; l.calls == 0 {
		l.idle = now
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
