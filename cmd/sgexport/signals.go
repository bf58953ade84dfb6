package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// untilStopped returns a context that ends when the program is told to stop.
// When it is told so again, the program ends at once: what it leaves beside its
// output, the next run into the same place removes.
func untilStopped(stderr io.Writer) (ctx context.Context, stopped func() bool, end func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	told := make(chan os.Signal, 2)
	signal.Notify(told, stopSignals()...)
	done := make(chan struct{})
	go func() {
		for _, act := range []func(){
			func() { cancel(errStopped) },
			func() {
				fmt.Fprintln(stderr, "sgexport: ended at once")
				os.Exit(exitInterrupted)
			},
		} {
			select {
			case <-told:
				act()
			case <-done:
				return
			}
		}
	}()
	return ctx, func() bool { return context.Cause(ctx) == errStopped }, func() {
		signal.Stop(told)
		close(done)
		cancel(nil)
	}
}
