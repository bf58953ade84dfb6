package calling

import (
	"math"
	"time"
)

// A limiter finds how many calls a second a server takes of one operation, from the calls
// that it refuses. It is free until the first of those. It holds no lock and no clock.
//
// AWS counts with token buckets. A bucket is empty whenever a call is refused, so between
// two refusals as many calls pass as the bucket gained: their number over the time is the
// rate, however large the bucket is, and however fast was called. What was not called for
// is in the bucket, so a rate that swings around the right one loses nothing. Kept
// libraries bound what is in flight (go-concurrency-limits) or have the rate given
// (x/time/rate); the SDK's adaptive mode gives all calls of a client one rate, and takes
// what passed in half a second, a burst too, for the rate.
type limiter struct {
	most float64 // calls a second, whatever the server takes; 0 is no bound

	rate    float64   // at the last refusal; 0 is free
	refused time.Time // when calls were refused last
	probing bool      // too little is known to say what the server takes
	marks   []mark    // refusals, the oldest first; at most mostMarks

	passed int64     // calls that the server took
	tokens float64   // calls that may be made now
	at     time.Time // when there were that many

	recent [2]mark // the beginnings of this second and the one before, for the first refusal
}

// A mark is how many calls had passed at a time.
type mark struct {
	at     time.Time
	passed int64
}

const (
	// slowest is the rate at which is tried where nothing passes.
	slowest = 1.0 / 20
	// certain is from how many calls on a rate is taken for the server's.
	certain   = 8
	mostMarks = 16
	// After a refusal the rate is a little less than the server's, for so many seconds,
	// and grows with the cube of the time beyond that: little in the next seconds, twofold
	// after ten, for the server may take more by then.
	below   = 0.05
	plateau = 2.5
	// free is how many times the rate is reached without a refusal where there is none any more.
	free = 20
)

// now returns the rate at a time, in calls a second; +Inf is without bound.
func (l *limiter) now(now time.Time) float64 {
	rate := math.Inf(1)
	if l.rate > 0 {
		x := now.Sub(l.refused).Seconds() * min(1, l.rate/5)
		grown := below / (plateau * plateau * plateau) * math.Pow(x-plateau, 3)
		if l.probing {
			grown = max(grown, 0)
		}
		if grown > free {
			l.rate, l.probing, l.marks = 0, false, nil
		} else {
			rate = l.rate * (1 + grown)
		}
	}
	if l.most > 0 {
		rate = min(rate, l.most)
	}
	return rate
}

// throttled reports whether calls wait because the server refused some.
func (l *limiter) throttled() bool { return l.rate > 0 }

// limits reports whether calls may have to wait.
func (l *limiter) limits() bool { return l.rate > 0 || l.most > 0 }

// take takes the right to make one call, or returns after which time to ask again.
func (l *limiter) take(now time.Time) time.Duration {
	rate := l.now(now)
	if math.IsInf(rate, 1) {
		return 0
	}
	if l.at.IsZero() {
		l.tokens, l.at = 1, now
	}
	l.tokens, l.at = min(l.tokens+rate*max(0, now.Sub(l.at).Seconds()), l.burst(rate)), now
	if l.tokens >= 1 {
		l.tokens--
		return 0
	}
	return time.Duration(min((1-l.tokens)/rate, 1/slowest)*float64(time.Second)) + time.Microsecond
}

// burst is how many calls are made at once after a while without any: those of half a
// second, which a bucket holds; and one where the rate is the user's.
func (l *limiter) burst(rate float64) float64 {
	if rate == l.most {
		return 1
	}
	return max(1, rate/2)
}

// pass notes that the server took a call that was sent at a time.
func (l *limiter) pass(sent, now time.Time) {
	l.passed++
	if l.rate > 0 {
		if l.probing && !sent.Before(l.refused) {
			l.rate += min(l.rate, 4) / 4
		}
		return
	}
	if now.Sub(l.recent[1].at) > time.Second {
		l.recent[0], l.recent[1] = l.recent[1], mark{now, l.passed - 1}
	}
}

// refuse notes that the server refused a call that was sent at a time. It reports
// whether the rate is another one now: calls that were in flight at the last refusal
// say nothing new.
func (l *limiter) refuse(sent, now time.Time) bool {
	if l.rate > 0 && sent.Before(l.refused) {
		return false
	}
	if rate := l.now(now); l.rate == 0 { // or it became free by that
		l.rate, l.probing = 0.7*l.measured(now), true
	} else {
		l.decrease(now, rate)
	}
	l.rate = max(l.rate, slowest)
	if len(l.marks) == mostMarks {
		l.marks = append(l.marks[:0], l.marks[1:]...)
	}
	l.marks = append(l.marks, mark{now, l.passed})
	// The bucket is empty: half a call more than one of time, so that the next one passes.
	l.refused, l.tokens, l.at = now, -0.5, now
	return true
}

// decrease brings the rate, which was too much, to what passed since earlier refusals, or to the half where
// nothing did.
func (l *limiter) decrease(now time.Time, rate float64) {
	last := l.marks[len(l.marks)-1]
	n := float64(l.passed - last.passed)
	took := max(now.Sub(last.at).Seconds(), 1e-3)
	if n == 0 {
		// What passed before says nothing any more.
		l.rate, l.probing, l.marks = rate/2, true, l.marks[len(l.marks)-1:]
		return
	}
	for i := len(l.marks) - 1; i >= 0; i-- {
		if passed := l.passed - l.marks[i].passed; passed >= certain {
			server := float64(passed) / max(now.Sub(l.marks[i].at).Seconds(), 1e-3)
			least := 0.8 * rate // small buckets run over, and too little is measured
			if server < 0.6*rate {
				least = 0.55 * rate
			}
			l.rate, l.probing = max(least, min(max(server, (n-1)/took), (n+1)/took)), false
			return
		}
	}
	l.rate, l.probing = max(0.55*rate, 0.8*min(rate, (n+1)/took)), true
}

// measured is what passed in a second before the first refusal.
func (l *limiter) measured(now time.Time) float64 {
	from := l.recent[0]
	if from.at.IsZero() || now.Sub(from.at) > 3*time.Second {
		from = l.recent[1]
	}
	if from.at.IsZero() {
		return certain
	}
	return max(2, float64(l.passed-from.passed)/max(now.Sub(from.at).Seconds(), 0.5))
}
