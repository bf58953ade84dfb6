package main_test

import (
	"os"
	"syscall"
)

// maxMemory is the most memory that a process had, in bytes.
func maxMemory(p *os.ProcessState) int64 { return p.SysUsage().(*syscall.Rusage).Maxrss << 10 }
