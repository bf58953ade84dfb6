//go:build unix

package main

import (
	"syscall"
	"time"
)

// processors is what this process has taken of the processors.
func processors() (time.Duration, error) {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), err
}
