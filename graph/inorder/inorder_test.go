package inorder_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/inorder"
)

// number is an item; squares takes a while that has nothing to do with its place.
type number struct{ n, square int }

func squares(random *rand.Rand) func(*number) error {
	return func(i *number) error {
		time.Sleep(time.Duration(random.IntN(200)) * time.Microsecond)
		i.square = i.n * i.n
		return nil
	}
}

func run(l *inorder.Line[number], n int) error {
	for i := range n {
		p := l.Next()
		p.Item.n = i
		l.Send(p)
	}
	return l.Close()
}

func TestOrder(t *testing.T) {
	for workers := 1; workers <= 5; workers++ {
		var work []func(*number) error
		for w := range workers {
			work = append(work, squares(rand.New(rand.NewPCG(1, uint64(w)))))
		}
		var got, want []int
		l := inorder.New(work, func(i *number) error { got = append(got, i.square); return nil })
		if err := run(l, 100); err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			want = append(want, i*i)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d workers: %v", workers, got)
		}
	}
}

// The first error in the order is the one that is told; what comes after it is not
// finished, and nothing waits for ever.
func TestErrors(t *testing.T) {
	bad := errors.New("bad")
	for name, one := range map[string]struct{ work, finish func(*number) error }{
		"work":   {func(i *number) error { return failAt(i, 7, bad) }, func(*number) error { return nil }},
		"finish": {func(*number) error { return nil }, func(i *number) error { return failAt(i, 7, bad) }},
	} {
		most := -1
		l := inorder.New([]func(*number) error{one.work, one.work}, func(i *number) error {
			if err := one.finish(i); err != nil {
				return err
			}
			most = i.n
			return nil
		})
		if err := run(l, 50); !errors.Is(err, bad) {
			t.Errorf("%s: %v", name, err)
		}
		if most != 6 {
			t.Errorf("%s: %d was the last that was finished", name, most)
		}
	}
	l := inorder.New([]func(*number) error{func(*number) error { panic("oh") }}, func(*number) error { return nil })
	var panicked *graph.PanicError
	if err := run(l, 20); !errors.As(err, &panicked) {
		t.Errorf("a panic became %v", err)
	}
}

func failAt(i *number, n int, err error) error {
	if i.n == n {
		return err
	}
	return nil
}
