package calling

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// A bucket is how a server counts: so many tokens a second, up to so many.
type bucket struct {
	rate, size, tokens float64
	at                 time.Time
}

func (b *bucket) take(now time.Time) bool {
	b.tokens = min(b.size, b.tokens+b.rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// A simulation calls a server with a bucket, in a time of its own.
type simulation struct {
	limiter limiter
	bucket  bucket
	workers int
	latency time.Duration
	change  map[int]float64 // rates of the bucket from so many calls on that passed
}

// An event is what happens at a time.
type event struct {
	at time.Time
	do func()
	n  int
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at.Before(e[j].at) || e[i].at.Equal(e[j].at) && e[i].n < e[j].n
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// run makes calls until so many have passed, and says how long that took and how many
// were refused.
func (s *simulation) run(calls int) (took time.Duration, refused int) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	now, queue, n := start, events{}, 0
	s.bucket.at = start
	s.bucket.tokens = s.bucket.size
	random := rand.New(rand.NewPCG(1, 2))
	at := func(d time.Duration, f func()) {
		n++
		heap.Push(&queue, event{now.Add(d), f, n})
	}
	waiting, sleeping, left, passed := s.workers, 0, calls, 0
	var next func()
	send := func() {
		sent := now
		latency := s.latency/2 + time.Duration(random.Int64N(int64(s.latency)))
		at(latency/2, func() {
			ok := s.bucket.take(now)
			at(latency/2, func() {
				if waiting++; !ok {
					refused++
					left++
					s.limiter.refuse(sent, now)
				} else {
					s.limiter.pass(sent, now)
					if passed++; s.change[passed] > 0 {
						s.bucket.rate = s.change[passed]
					}
				}
				next()
			})
		})
	}
	next = func() {
		for waiting > 0 && left > 0 {
			if d := s.limiter.take(now); d > 0 {
				sleeping++
				mine := sleeping
				at(d, func() {
					if mine == sleeping { // no other one was set meanwhile
						next()
					}
				})
				return
			}
			waiting--
			left--
			send()
		}
	}
	next()
	for passed < calls && len(queue) > 0 {
		e := heap.Pop(&queue).(event)
		now = e.at
		e.do()
	}
	return now.Sub(start), refused
}

// TestLimiterFindsTheRate calls servers with buckets of many rates and sizes.
func TestLimiterFindsTheRate(t *testing.T) {
	for _, c := range []struct {
		rate, size float64
		calls      int
		share      float64 // of calls that are refused at most, beside those that fly at the first refusal
	}{
		{10, 10, 400, 0.05},
		{40, 40, 400, 0.05},
		{2, 2, 80, 0.15},
		{40, 40, 1600, 0.02},
		{10, 2, 400, 0.03},
		{40, 4, 1600, 0.02},
		{10, 100, 1000, 0.05},
		{100, 1000, 10000, 0.02},
		{0.5, 2, 200, 0.1},
		{200, 200, 20000, 0.01},
	} {
		for _, workers := range []int{1, 4, 16, 64} {
			t.Run(fmt.Sprintf("%v of %v, %d", c.rate, c.size, workers), func(t *testing.T) {
				s := simulation{bucket: bucket{rate: c.rate, size: c.size}, workers: workers, latency: 40 * time.Millisecond}
				took, refused := s.run(c.calls)
				ideal := max((float64(c.calls)-c.size)/c.rate, float64(c.calls)*0.04/float64(workers))
				t.Logf("%.3f of the ideal %.1f s, %d refused of %d", took.Seconds()/ideal, ideal, refused, c.calls)
				if ratio := took.Seconds() / ideal; ratio > 1.15 {
					t.Errorf("took %.3f of the ideal %.1f s", ratio, ideal)
				}
				if most := c.share*float64(c.calls) + float64(workers); float64(refused) > most {
					t.Errorf("%d refused of %d, at most %.0f", refused, c.calls, most)
				}
			})
		}
	}
}
