package cypher

import (
	"errors"
	"fmt"
	"io"

	"github.com/sgexport/sgexport/graph"
)

// Output is handed on in pieces of at least this size.
const flushBytes = 256 << 10

// A script writes statements into one file, or so many into each of several.
type script struct {
	create graph.Create
	h      *graph.Header
	split  int // statements a file; 0 is one file

	w          io.WriteCloser
	name       string
	files      int
	statements int    // in this file
	rows       int    // in this file
	lost       losses // in this file
	out        []byte
	err        error
}

// open creates the next file, which begins with text.
func (c *script) open(text []byte) {
	c.name = OutFile
	if c.split > 0 {
		c.name = fmt.Sprintf(splitFile, c.files)
	}
	c.w, c.err = c.create(c.name)
	if c.err != nil {
		c.w, c.err = nil, fmt.Errorf("cypher: %w", c.err)
	}
	c.files++
	c.statements = 0
	c.out = append(c.out, text...)
}

// statement begins a statement of so many rows, with what they lose, in the next file
// where this one has its share.
func (c *script) statement(rows int, lost losses) {
	if c.split > 0 && c.statements == c.split && c.finish() == nil {
		c.open(appendComment(nil, c.h, fmt.Sprintf("Part %d of a snapshot: load the ones before first.", c.files)))
	}
	c.statements++
	c.rows += rows
	c.lost.add(lost)
}

func (c *script) text(s string) { c.out = append(c.out, s...) }

// bytes appends text; long text is written without being copied.
func (c *script) bytes(b []byte) {
	if len(b) < flushBytes {
		c.out = append(c.out, b...)
		return
	}
	c.write()
	c.write1(b)
}

// flush hands on what there is, where it is much.
func (c *script) flush() {
	if len(c.out) >= flushBytes {
		c.write()
	}
}

func (c *script) write() {
	c.write1(c.out)
	c.out = c.out[:0]
}

func (c *script) write1(b []byte) {
	if c.err != nil {
		return
	}
	if _, err := c.w.Write(b); err != nil {
		c.err = fmt.Errorf("cypher: write %s: %w", c.name, err)
	}
}

// finish closes the file. After an error it does nothing else.
func (c *script) finish() error {
	c.write()
	if c.w == nil {
		return c.err
	}
	if c.err == nil {
		graph.SetRows(c.w, int64(c.rows))
		graph.SetLosses(c.w, c.lost.byRule())
	}
	err := c.w.Close()
	c.w, c.rows, c.lost = nil, 0, losses{}
	if c.err == nil && err != nil {
		c.err = fmt.Errorf("cypher: close %s: %w", c.name, err)
	}
	return c.err
}

// writeFile writes a file that is one text.
func writeFile(create graph.Create, name string, text []byte) error {
	w, err := create(name)
	if err != nil {
		return fmt.Errorf("cypher: %w", err)
	}
	_, err = w.Write(text)
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("cypher: write %s: %w", name, err)
	}
	return nil
}
