package collect

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestCrew has more works than there may be goroutines, from several goroutines.
func TestCrew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, works = 4, 1000
		c, ctx := newCrew(t.Context(), limit)
		var done, now, most atomic.Int64
		givers, _ := newCrew(t.Context(), 3)
		for range works {
			givers.Go(func() error {
				c.Go(func() error {
					most.Store(max(most.Load(), now.Add(1)))
					time.Sleep(time.Second)
					now.Add(-1)
					done.Add(1)
					return nil
				})
				return nil
			})
		}
		if err := givers.Wait(); err != nil {
			t.Error(err)
		}
		if err := c.Wait(); err != nil || ctx.Err() == nil {
			t.Errorf("%v, and the context is not cancelled", err)
		}
		if done.Load() != works || most.Load() != limit || c.n != limit {
			t.Errorf("%d of %d are done, %d at a time, by %d goroutines", done.Load(), works, most.Load(), c.n)
		}
	})
}

// TestCrewFails: the first error cancels the others, and is the one that is returned.
func TestCrewFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := errors.New("the first")
		c, ctx := newCrew(t.Context(), 8)
		for i := range 20 {
			c.Go(func() error {
				if i == 3 {
					time.Sleep(time.Second)
					return first
				}
				<-ctx.Done()
				return context.Canceled
			})
		}
		for range 2 {
			if err := c.Wait(); err != first {
				t.Errorf("it returns %v", err)
			}
		}
	})
	c, ctx := newCrew(t.Context(), 1)
	c.Go(func() error { <-ctx.Done(); return nil })
	failed := errors.New("failed")
	if c.do(func() error { return failed }); c.Wait() != failed {
		t.Error("a work that is done at once does not end the others")
	}
	if c, _ := newCrew(t.Context(), 1); c.Wait() != nil {
		t.Error("none fails")
	}
}
