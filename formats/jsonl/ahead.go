package jsonl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
)

// blockSize is how much text is unpacked at once, and blocksAhead how many such
// blocks may wait for the parser. A block is never used again, for texts that
// the parser gives away are parts of it.
const (
	blockSize   = 256 << 10
	blocksAhead = 2
)

// A block is whole lines, each with its end, and what is wrong behind them.
type block struct {
	text string
	err  error
}

// An ahead unpacks in a goroutine of its own while the caller parses.
type ahead struct {
	blocks <-chan block // ends with the file, or after an error
	done   chan struct{}
}

// readAhead reads the lines of text, of at most max bytes each.
func readAhead(text io.Reader, max int) *ahead {
	blocks := make(chan block, blocksAhead)
	a := &ahead{blocks: blocks, done: make(chan struct{})}
	go func() {
		defer close(blocks)
		s := splitter{text: text, max: max}
		for last := false; !last; {
			var b block
			err := graph.NoPanic(func() error { b, last = s.next(); return nil })()
			if err != nil {
				b, last = block{err: err}, true
			}
			select {
			case blocks <- b:
			case <-a.done:
				return
			}
		}
	}()
	return a
}

// stop waits until nothing is read any more.
func (a *ahead) stop() {
	close(a.done)
	for range a.blocks { // until the goroutine has ended
	}
}

// A splitter cuts a text into blocks.
type splitter struct {
	text io.Reader
	max  int
	rest []byte // begins a line
}

// next returns the next block, and whether it is the last.
func (s *splitter) next() (b block, last bool) {
	buf := make([]byte, max(blockSize, min(2*len(s.rest), s.max)))
	have, err := copy(buf, s.rest), error(nil)
	searched := have
	for {
		var n int
		for have < len(buf) && err == nil {
			n, err = s.text.Read(buf[have:])
			have += n
		}
		end := searched + bytes.LastIndexByte(buf[searched:have], '\n') + 1
		if end > searched {
			b.text = unsafe.String(unsafe.SliceData(buf), end)
			s.rest = buf[end:have]
			return s.ended(b, err)
		}
		if have >= s.max && have == len(buf) {
			return block{err: fmt.Errorf("longer than %d bytes", s.max)}, true
		}
		if err != nil {
			s.rest = buf[:have]
			return s.ended(b, err)
		}
		// The line is longer than the buffer.
		searched = have
		buf = append(make([]byte, 0, min(2*len(buf), s.max)), buf...)
		buf = buf[:cap(buf)]
	}
}

// ended adds to a block what ended the text, if anything did.
func (s *splitter) ended(b block, err error) (_ block, last bool) {
	switch {
	case err == io.EOF && len(s.rest) > 0:
		b.err = errors.New("the last line is cut off")
	case err != io.EOF:
		b.err = err
	}
	return b, err != nil
}
