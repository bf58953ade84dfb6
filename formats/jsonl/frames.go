package jsonl

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/inorder"
)

// Compression is how the lines are packed.
type Compression uint8

// The compressions. Spark 3 and BigQuery read gzip and not zstd.
const (
	Zstd Compression = iota
	Gzip
	None
)

// Suffix returns what the compression adds to a file name: .zst, .gz or
// nothing.
func (c Compression) Suffix() string {
	switch c {
	case Zstd:
		return ".zst"
	case Gzip:
		return ".gz"
	}
	return ""
}

// chunkSize is how much text goes into one frame. Larger frames compress
// hardly better, and smaller ones worse.
const chunkSize = 4 << 20

// A chunk is the text of one frame, and then the frame.
type chunk struct {
	text  []byte
	frame bytes.Buffer
}

// A file compresses chunks in a few goroutines and writes the frames in order
// in another. The caller appends lines to chunk.text and calls endLine after
// each.
type file struct {
	w     io.WriteCloser
	name  string
	line  *inorder.Line[chunk]
	place inorder.Place[chunk]
	chunk *chunk // of place; nil after the last
	rows  int64
	empty bool // no chunk was sent
}

func newFile(create graph.Create, name string, o Options) (*file, error) {
	var work []func(*chunk) error
	for range inorder.Workers(o.Workers) {
		pack, err := newPacker(o.Compression)
		if err != nil {
			return nil, err
		}
		work = append(work, func(c *chunk) error {
			c.frame.Reset()
			return pack(&c.frame, c.text)
		})
	}
	name += o.Compression.Suffix()
	w, err := create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	f := &file{w: w, name: name, empty: true}
	f.line = inorder.New(work, func(c *chunk) error {
		_, err := f.w.Write(c.frame.Bytes())
		return err
	})
	f.next()
	return f, nil
}

// next takes an empty chunk.
func (f *file) next() {
	f.place = f.line.Next()
	f.chunk = f.place.Item
	if cap(f.chunk.text) > 4*chunkSize {
		f.chunk.text, f.chunk.frame = nil, bytes.Buffer{} // one huge line is no reason to stay huge
	}
	f.chunk.text = f.chunk.text[:0]
}

// failure returns the first error of the goroutines so far.
func (f *file) failure() error { return f.named(f.line.Err()) }

func (f *file) named(err error) error {
	if err != nil {
		return fmt.Errorf("write %s: %w", f.name, err)
	}
	return nil
}

func (f *file) endLine() error {
	f.rows++
	if len(f.chunk.text) < chunkSize {
		return nil
	}
	f.send()
	f.next()
	if f.chunk.text == nil {
		// The first chunk grew as needed; where there are two there are many.
		f.chunk.text = make([]byte, 0, chunkSize+chunkSize/16)
	}
	return f.failure()
}

func (f *file) send() {
	f.empty, f.chunk = false, nil
	f.line.Send(f.place)
}

// close writes what is left and closes the file, also after an error. A file
// without a line gets one empty frame, for a file of no bytes is not a
// compressed file.
func (f *file) close() error {
	if f.chunk != nil && (f.empty || len(f.chunk.text) > 0) {
		f.send()
	}
	first := f.named(f.line.Close())
	graph.SetRows(f.w, f.rows)
	err := f.w.Close()
	if first != nil {
		return first
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", f.name, err)
	}
	return nil
}

// A packer writes text to frame as one frame. It is used by one goroutine.
type packer func(frame *bytes.Buffer, text []byte) error

func newPacker(c Compression) (packer, error) {
	switch c {
	case Zstd:
		enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
			zstd.WithEncoderCRC(true), zstd.WithZeroFrames(true))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return func(frame *bytes.Buffer, text []byte) error {
			frame.Grow(len(text)/4 + 64)
			_, err := frame.Write(enc.EncodeAll(text, frame.AvailableBuffer()))
			return err
		}, nil
	case Gzip:
		enc, err := gzip.NewWriterLevel(nil, gzip.DefaultCompression)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return func(frame *bytes.Buffer, text []byte) error {
			enc.Reset(frame)
			if _, err := enc.Write(text); err != nil {
				return err
			}
			return enc.Close()
		}, nil
	case None:
		return func(frame *bytes.Buffer, text []byte) error {
			_, err := frame.Write(text)
			return err
		}, nil
	}
	return nil, fmt.Errorf("unknown compression %d", c)
}
