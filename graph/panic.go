package graph

import (
	"fmt"
	"runtime/debug"
)

// A PanicError is a panic that was caught where it would have ended the whole
// program: the run fails instead, and cleans up. It is a fault of the program.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // where
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// NoPanic returns f for a goroutine of its own: where it panics, it returns a
// [*PanicError].
func NoPanic(f func() error) func() error {
	return func() (err error) {
		defer func() {
			if v := recover(); v != nil {
				err = &PanicError{v, debug.Stack()}
			}
		}()
		return f()
	}
}
