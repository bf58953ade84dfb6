package calling

import (
	"cmp"
	"slices"
	"sync"
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

	throttledCalls, failedCalls int64
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
