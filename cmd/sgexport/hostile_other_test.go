//go:build !linux

package main_test

// irregularFiles are made on Linux only.
func irregularFiles() []attack { return nil }
