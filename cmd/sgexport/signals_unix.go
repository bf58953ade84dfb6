//go:build !windows

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// stopSignals are those that tell the program to stop. nohup ignores a hang-up
// on purpose.
func stopSignals() []os.Signal {
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// failWrites makes a write to a closed pipe, or past the limit of a file's size,
// fail as any other, where it would end the program without cleaning up. They
// are caught and not ignored, for programs that are started inherit that.
func failWrites() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE, syscall.SIGXFSZ) }
