package calling

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Wait is a call that has no answer yet.
type Wait struct {
	Scope, Action string // Action is the operation, such as ListModels
	Why           string // waiting or throttled
	Since         time.Time
}

// Waits are the calls without an answer, for whoever shows them. The zero Waits is
// ready; it is safe for concurrent use.
type Waits struct {
	mu  sync.Mutex
	all map[*Wait]struct{}

	counts map[string]*Count
	rates  map[Rate]float64 // by scope and action; PerSecond is 0

	throttledCalls, failedCalls int64
}

// A Count is what the calls of one operation came to, in all scopes.
type Count struct {
	Calls     atomic.Int64 // retries are not counted
	Throttled atomic.Int64 // attempts made again because the one before was throttled
	Retried   atomic.Int64 // because it failed
}

// A Rate is how many calls a second are made of an operation that is throttled.
type Rate struct {
	Scope, Action string
	PerSecond     float64
}

// Counts returns the counts of the operations that were called, by their names. They go on
// counting.
func (w *Waits) Counts() map[string]*Count {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.counts)
}

// Rates returns the operations whose calls wait because the server refused some, by scope
// and name, with the rate as it was at the last refusal.
func (w *Waits) Rates() []Rate {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Rate
	for r, perSecond := range w.rates {
		list = append(list, Rate{r.Scope, r.Action, perSecond})
	}
	slices.SortFunc(list, func(a, b Rate) int {
		return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Action, b.Action))
	})
	return list
}

func (w *Waits) countOf(operation string) *Count {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.counts == nil {
		w.counts = map[string]*Count{}
	}
	if w.counts[operation] == nil {
		w.counts[operation] = &Count{}
	}
	return w.counts[operation]
}

// setRate notes the rate of an operation; 0 is not throttled.
func (w *Waits) setRate(scope, operation string, perSecond float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := Rate{Scope: scope, Action: operation}
	if perSecond == 0 {
		delete(w.rates, key)
		return
	}
	if w.rates == nil {
		w.rates = map[Rate]float64{}
	}
	w.rates[key] = perSecond
}

// Again is how many attempts were made again because the one before was throttled, and
// because it failed.
func (w *Waits) Again() (throttled, failed int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.throttledCalls, w.failedCalls
}

// List returns a copy of the waits, the longest first.
func (w *Waits) List() []Wait {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Wait
	for one := range w.all {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b Wait) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Action, b.Action))
	})
	return list
}

func (w *Waits) add(scope, operation string, now time.Time) *Wait {
	one := &Wait{Scope: scope, Action: operation, Why: "waiting", Since: now}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[*Wait]struct{}{}
	}
	w.all[one] = struct{}{}
	return one
}

// throttled says of a wait that it is for a throttled call, since now where it was
// not before.
func (w *Waits) throttled(one *Wait, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.throttledCalls++
	one.throttled(now)
}

// limited says the same of a call that waits because others were throttled.
func (w *Waits) limited(one *Wait, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	one.throttled(now)
}

func (one *Wait) throttled(now time.Time) {
	if one.Why != "throttled" {
		one.Why, one.Since = "throttled", now
	}
}

// failed counts a call that failed and is made again.
func (w *Waits) failed() {
	w.mu.Lock()
	w.failedCalls++
	w.mu.Unlock()
}

func (w *Waits) remove(one *Wait) {
	w.mu.Lock()
	delete(w.all, one)
	w.mu.Unlock()
}
