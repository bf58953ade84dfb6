package main

import (
	"os"
	"runtime/debug"
)

const (
	// gcPercent lets garbage grow to twice of what is in use before it is collected:
	// most of what an export allocates is gone with the page it came with.
	gcPercent = 200
	// memoryAim is where garbage is collected more often, in bytes, so that a run stays
	// below a gigabyte whatever it reads.
	memoryAim = 640 << 20
)

// tuneMemory sets how garbage is collected, where the environment does not.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryAim)
	}
}
