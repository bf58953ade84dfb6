//go:build unix

package main

import "syscall"

// openFiles is how many files and connections this process may have open, at most a
// million.
func openFiles() int {
	const most = 1_000_000
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return most
	}
	return int(min(uint64(limit.Cur), most))
}
