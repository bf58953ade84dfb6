package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// An outlet is stdout. It remembers the first error, for not everything that is
// printed looks at it, and tells when its reader has gone. Where there is no stdout at
// all, the runtime of Go has put /dev/null in its place before anything of ours runs, so
// that no file of a snapshot gets its number; that takes everything.
type outlet struct {
	w    io.Writer
	gone func()

	mu  sync.Mutex
	err error
}

func (o *outlet) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if err == nil {
		return n, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = err
		if isGone(err) {
			o.gone()
		}
	}
	return n, err
}

func (o *outlet) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// isGone reports whether whoever read what was written has gone, as head does
// when it has enough.
func isGone(err error) bool { return errors.Is(err, syscall.EPIPE) }

// say writes an error to the terminal: a line for each that was joined, each
// once, without secrets and what is not printable of what a file or an answer says. What
// the system said of one file, such as that the disk is full, is not repeated of
// others.
func say(stderr io.Writer, err error) {
	for _, l := range saidOf(err) {
		if isTerminal(stderr) {
			wrapTo(stderr, "sgexport: ", "  ", l, columnsOf(stderr))
		} else { // a program may look for its words
			fmt.Fprintf(stderr, "sgexport: %s\n", l)
		}
	}
}

// saidOf are the lines that say writes.
func saidOf(err error) (lines []string) {
	said := map[syscall.Errno]bool{}
	for _, e := range split(err) {
		text, _ := redact.Credentials(e.Error())     // it may come from anywhere
		text = strings.ReplaceAll(text, ".; ", "; ") // what AWS says is a sentence, and advice follows
		if slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, text) }) {
			continue
		}
		var cause syscall.Errno
		if errors.As(e, &cause) && said[cause] {
			continue
		}
		said[cause] = true
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(text, l) })
		lines = append(lines, text)
	}
	for i, l := range lines {
		lines[i] = snapshot.Printable(l)
	}
	return lines
}

// split returns the errors that errors.Join has joined.
func split(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	var texts []string
	for _, e := range joined.Unwrap() {
		all = append(all, split(e)...)
		texts = append(texts, e.Error())
	}
	if err.Error() != strings.Join(texts, "\n") { // one of fmt.Errorf, which says more
		return []error{err}
	}
	return all
}

// sayPanic writes what one needs to report a fault of the program.
func sayPanic(stderr io.Writer, p *graph.PanicError) {
	fmt.Fprintf(stderr, `sgexport: this is a fault of sgexport: %s
Nothing was published. Please report it, with version %s, the command line and what follows; it may name resources of the account.

%s
`, snapshot.Printable(p.Error()), version, p.Stack)
}

// caught calls f, and makes an error of a panic.
func caught(f func() error) error { return graph.NoPanic(f)() }
