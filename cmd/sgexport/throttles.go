package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/sgexport/sgexport/exporter"
)

// throttles are the operations of which calls wait because the server refused some. The
// zero value is ready.
type throttles struct {
	now []*throttle     // the longest first
	old map[string]bool // operations that were told, by name
}

// A throttle is one operation in one scope.
type throttle struct {
	scope, action string
	since, last   time.Time
	perSecond     float64 // that are let through; 0 is not known
}

// grace is how long an operation stays that has no call for the moment.
const grace = 2 * time.Second

// note takes what is waited for. A rate alone is no throttle: it stays when nothing is
// called any more.
func (t *throttles) note(now time.Time, waits []exporter.Wait, rates []exporter.Rate) {
	let := map[[2]string]float64{}
	for _, r := range rates {
		let[[2]string{r.Scope, r.Action}] = r.PerSecond
	}
	for i := range waits {
		w := &waits[i]
		perSecond, limited := let[[2]string{w.Scope, w.Action}]
		if !limited && w.Why != "throttled" {
			continue
		}
		one := t.find(w.Scope, w.Action)
		if one == nil {
			one = &throttle{scope: w.Scope, action: w.Action, since: now}
			t.now = append(t.now, one)
		}
		if w.Why == "throttled" && w.Since.Before(one.since) {
			one.since = w.Since
		}
		one.last, one.perSecond = now, perSecond
	}
	t.now = slices.DeleteFunc(t.now, func(one *throttle) bool { return now.Sub(one.last) > grace })
	slices.SortFunc(t.now, func(a, b *throttle) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.scope, b.scope), cmp.Compare(a.action, b.action))
	})
}

func (t *throttles) find(scope, action string) *throttle {
	for _, one := range t.now {
		if one.scope == scope && one.action == action {
			return one
		}
	}
	return nil
}

func (t *throttles) has(scope, action string) bool { return t.find(scope, action) != nil }

// fresh returns those of operations of which none was returned before.
func (t *throttles) fresh() (list []*throttle) {
	for _, one := range t.now {
		if t.old[one.action] {
			continue
		}
		if t.old == nil {
			t.old = map[string]bool{}
		}
		t.old[one.action] = true
		list = append(list, one)
	}
	return list
}
