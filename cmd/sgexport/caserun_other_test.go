//go:build !linux

package main_test

import (
	"os"
	"testing"
)

// maxMemory is not known here.
func maxMemory(*os.ProcessState) int64 { return 0 }

func mfaOnTerminal(t *testing.T, _ string) { t.Skip("terminals are opened on Linux only") }
