package collect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// oneSeen is a resource of a test: when it was made, and whether it is written.
type oneSeen struct {
	created int64
	written bool
}

func runThatSaw(t *testing.T, all []oneSeen) *kindRun {
	r := &kindRun{seen: newMemory(newShelf(t.TempDir()), seenCodec)}
	for i, one := range all {
		r.seen.put(identityOf(fmt.Sprint(i)), seen{created: one.created, written: one.written})
		r.listed.Add(1)
		if one.written {
			r.reused.Add(1)
		}
	}
	return r
}

// TestWorthSearching: what is not written is in one span, and spans are no larger than
// they must be.
func TestWorthSearching(t *testing.T) {
	const day = int64(24 * 3600 * 1e6)
	const base = 19_000 * day
	at := func(n int, of func(i int) oneSeen) (all []oneSeen) {
		for i := range n {
			all = append(all, of(i))
		}
		return all
	}
	random := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]struct {
		all        []oneSeen
		size, most int // most spans
		extra      int // most that is written in them
	}{
		"nothing is written":    {at(5000, func(i int) oneSeen { return oneSeen{base + int64(i)*day/100, false} }), 1000, 5, 0},
		"the newest are not":    {at(5000, func(i int) oneSeen { return oneSeen{base + int64(i)*day/100, i < 4900} }), 1000, 1, 3},
		"one of a thousand not": {at(50_000, func(i int) oneSeen { return oneSeen{base + int64(i)*day/100, i%1000 != 0} }), 1000, 50, 100},
		"each second is not":    {at(5000, func(i int) oneSeen { return oneSeen{base + int64(i)*day/100, i%2 == 0} }), 1000, 3, 2502},
		"all in a moment":       {at(5000, func(i int) oneSeen { return oneSeen{base + int64(i/10)*1000, i%2 == 0} }), 1000, 3, 2502},
		"all at once":           {at(5000, func(i int) oneSeen { return oneSeen{base, i%2 == 0} }), 1000, 1, 2500},
		"one":                   {[]oneSeen{{base, false}}, 1000, 1, 0},
		"none":                  {at(10, func(i int) oneSeen { return oneSeen{base, true} }), 1000, 0, 0},
		"one without a time":    {append(at(100, func(i int) oneSeen { return oneSeen{base + int64(i)*day, i > 1} }), oneSeen{0, false}), 1000, 1, 99},
		"dense heaps":           {at(30_000, func(i int) oneSeen { return oneSeen{base + int64(i/1000)*day + int64(i%1000)*1000, i == 7} }), 100, 300, 30_000},
		"at random": {at(20_000, func(int) oneSeen {
			return oneSeen{base + random.Int64N(1000*day), random.IntN(50) > 0}
		}), 100, 300, 20_000},
	} {
		t.Run(name, func(t *testing.T) {
			spans := runThatSaw(t, c.all).worthSearching(c.size)
			wanted := 0
			extra := 0
			for _, one := range c.all {
				in := 0
				for _, sp := range spans {
					if sp.has(one.created) {
						in++
					}
				}
				if in > 1 || !one.written && in != 1 {
					t.Fatalf("%+v is in %d of %v", one, in, spans)
				}
				if one.written {
					extra += in
				} else {
					wanted++
				}
			}
			if len(spans) > c.most || extra > c.extra {
				t.Errorf("%d spans for %d, with %d that are written", len(spans), wanted, extra)
			}
			if !slices.IsSortedFunc(spans, func(a, b span) int { return int(a.from - b.from) }) {
				t.Errorf("%v", spans)
			}
		})
	}
}
