package main

import (
	"fmt"
	"time"
)

// A pace is how fast something went lately.
type pace struct{ samples []sample }

type sample struct {
	at time.Time
	n  int64
}

const (
	recently = 10 * time.Second       // what a pace remembers
	sampling = 400 * time.Millisecond // between two samples, at least
	luck     = 5 * time.Second        // until then a pace says nothing of the time left
)

// note takes how many there were at a time; it forgets what is older than recently. Of
// samples that come close together the last one stays.
func (p *pace) note(now time.Time, n int64) {
	if k := len(p.samples); k > 1 && now.Sub(p.samples[k-2].at) < sampling {
		p.samples[k-1] = sample{now, n}
		return
	}
	p.samples = append(p.samples, sample{now, n})
	old := 0
	for old < len(p.samples)-1 && now.Sub(p.samples[old].at) > recently {
		old++
	}
	p.samples = p.samples[old:]
}

// perSecond is how fast it went; 0 where that is not known, as in the first two seconds.
func (p *pace) perSecond() float64 {
	spent, n := p.lately()
	if spent < longWait {
		return 0
	}
	return float64(n) / spent.Seconds()
}

// left is how long it takes for so many more at this pace; 0 is not known.
func (p *pace) left(more int64) time.Duration {
	spent, n := p.lately()
	if spent < luck || n <= 0 || more <= 0 {
		return 0
	}
	return time.Duration(float64(more) / float64(n) * float64(spent))
}

func (p *pace) lately() (time.Duration, int64) {
	if len(p.samples) == 0 {
		return 0, 0
	}
	first, last := p.samples[0], p.samples[len(p.samples)-1]
	return last.at.Sub(first.at), last.n - first.n
}

// rate is such as 12/s or, where it is slow, 0.4/s; "" is none.
func rate(perSecond float64) string {
	switch {
	case perSecond < 0.05:
		return ""
	case perSecond < 9.95:
		return fmt.Sprintf("%.1f/s", perSecond)
	}
	return grouped(int64(perSecond+0.5)) + "/s"
}

// seconds is a time as one reads it: 40 s, 2 min 5 s, 75 min.
func seconds(d time.Duration) string {
	switch s := int(d / time.Second); {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d min", s/60)
	}
}
