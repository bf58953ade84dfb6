package calling

import (
	"testing"
	"time"
)

// TestLimiterFollowsTheRate has servers that take more, or less, in the middle.
func TestLimiterFollowsTheRate(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after float64
		calls         int // as many again after the change
		most          float64
	}{
		{"more", 10, 40, 1000, 1.15},
		{"far more", 2, 50, 1000, 1.6}, // the first of the second half are few a second
		{"less", 40, 10, 800, 1.15},
		{"far less", 100, 2, 200, 1.15},
	} {
		s := simulation{
			bucket: bucket{rate: c.before, size: c.before}, workers: 16, latency: 40 * time.Millisecond,
			change: map[int]float64{c.calls: c.after},
		}
		took, refused := s.run(2 * c.calls)
		ideal := (float64(c.calls)-c.before)/c.before + float64(c.calls)/c.after
		t.Logf("%s: %.3f of the ideal %.1f s, %d refused of %d", c.name, took.Seconds()/ideal, ideal, refused, 2*c.calls)
		if ratio := took.Seconds() / ideal; ratio > c.most {
			t.Errorf("%s: took %.3f of the ideal %.1f s", c.name, ratio, ideal)
		}
		if refused > 2*c.calls/20+32 {
			t.Errorf("%s: %d refused of %d", c.name, refused, 2*c.calls)
		}
	}
}

// TestLimiterIsFreeAgain throttles for a while, and then no more: as many calls are made
// as the workers can make.
func TestLimiterIsFreeAgain(t *testing.T) {
	s := simulation{bucket: bucket{rate: 5, size: 5}, workers: 16, latency: 40 * time.Millisecond, change: map[int]float64{100: 1e6}}
	s.run(10_000)
	if s.limiter.throttled() {
		t.Errorf("the rate is %v", s.limiter.rate)
	}
}

// TestLimiterOfTheUser never makes more calls a second than it may, with any server.
func TestLimiterOfTheUser(t *testing.T) {
	for _, server := range []float64{1e6, 3} {
		s := simulation{limiter: limiter{most: 7.5}, bucket: bucket{rate: server, size: server}, workers: 16, latency: 40 * time.Millisecond}
		took, refused := s.run(300)
		if rate := 299 / took.Seconds(); rate > 7.5 || rate < min(7.5, server)*0.93 {
			t.Errorf("%.2f calls a second", rate)
		}
		if server > 7.5 && refused > 0 {
			t.Errorf("%d refused", refused)
		}
	}
}

// TestLimiterOfASequence has one caller that makes a call after the other, as the pages of
// a list are, and a server that refuses the first few for no reason.
func TestLimiterOfASequence(t *testing.T) {
	var l limiter
	start := time.Unix(1e9, 0)
	now, passed, refused := start, 0, 0
	for passed < 200 {
		if d := l.take(now); d > 0 {
			now = now.Add(d)
			continue
		}
		sent := now
		if now = now.Add(20 * time.Millisecond); refused < 3 {
			refused++
			l.refuse(sent, now)
			continue
		}
		passed++
		l.pass(sent, now)
	}
	if took := now.Sub(start); took > 10*time.Second { // 4 s without those
		t.Errorf("it took %s", took)
	}
}

// TestLimiterWithoutAnyAnswer is refused all the while: it asks ever more seldom.
func TestLimiterWithoutAnyAnswer(t *testing.T) {
	var l limiter
	now, asked := time.Unix(1e9, 0), 0
	for end := now.Add(10 * time.Minute); now.Before(end); {
		if d := l.take(now); d > 0 {
			if d > 21*time.Second {
				t.Fatalf("waits for %s", d)
			}
			now = now.Add(d)
			continue
		}
		asked++
		l.refuse(now, now.Add(time.Millisecond))
		now = now.Add(time.Millisecond)
	}
	if asked < 20 || asked > 60 {
		t.Errorf("asked %d times", asked)
	}
}
