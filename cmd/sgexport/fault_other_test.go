//go:build !linux

package main

import "os"

func runWithFault(string) { panic("system calls are made to fail on Linux only") }

// memoryOf is not known here.
func memoryOf(*os.ProcessState) int64 { return 0 }
