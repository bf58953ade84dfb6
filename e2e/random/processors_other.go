//go:build !unix

package main

import (
	"errors"
	"time"
)

func processors() (time.Duration, error) {
	return 0, errors.New("what a process takes of the processors is read on Unix only")
}
