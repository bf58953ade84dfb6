package main

import (
	"io"
	"os"
	"testing"
)

// Stdout is wrapped, and a terminal all the same.
func TestIsTerminal(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, c := range []struct {
		w    any
		want bool
	}{{tty, true}, {&outlet{w: tty}, true}, {file, false}, {&outlet{w: file}, false}, {io.Discard, false}} {
		if got := isTerminal(c.w); got != c.want {
			t.Errorf("%T: %t", c.w, got)
		}
	}
}
