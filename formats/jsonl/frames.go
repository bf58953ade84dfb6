package jsonl

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sgexport/sgexport/graph"
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
	err   error
	ready chan struct{} // gets a token when frame or err is there
}

// A file compresses chunks in a few goroutines and writes the frames in order
// in another. The caller appends lines to chunk.text and calls endLine after
// each.
type file struct {
	w     io.WriteCloser
	name  string
	chunk *chunk
	rows  int64
	empty bool // no chunk was sent

	work, order, free chan *chunk
	workers           sync.WaitGroup
	written           chan struct{} // closed after the last frame
	err               atomic.Pointer[error]
}

func newFile(create graph.Create, name string, o Options) (*file, error) {
	workers := o.Workers
	if workers <= 0 {
		workers = min(runtime.GOMAXPROCS(0), 8)
	}
	packers := make([]packer, workers)
	for i := range packers {
		var err error
		if packers[i], err = newPacker(o.Compression); err != nil {
			return nil, err
		}
	}
	name += o.Compression.Suffix()
	w, err := create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	// One chunk for each worker, one being filled and one being written, which
	// also bounds the memory. No send on these channels ever blocks.
	n := workers + 2
	f := &file{
		w: w, name: name, empty: true, written: make(chan struct{}),
		work: make(chan *chunk, n), order: make(chan *chunk, n), free: make(chan *chunk, n),
	}
	for range n {
		f.free <- &chunk{ready: make(chan struct{}, 1)}
	}
	f.chunk = <-f.free
	for _, pack := range packers {
		f.workers.Go(func() {
			for c := range f.work {
				c.frame.Reset()
				c.err = graph.NoPanic(func() error { return pack(&c.frame, c.text) })()
				c.ready <- struct{}{}
			}
		})
	}
	go f.write()
	return f, nil
}

// write writes the frames in order. After an error it goes on emptying the
// queue so that nothing waits for it.
func (f *file) write() {
	defer close(f.written)
	for c := range f.order {
		<-c.ready
		err := c.err
		if err == nil && f.err.Load() == nil {
			err = graph.NoPanic(func() error { _, err := f.w.Write(c.frame.Bytes()); return err })()
		}
		if err != nil && f.err.Load() == nil {
			err = fmt.Errorf("write %s: %w", f.name, err)
			f.err.Store(&err)
		}
		if cap(c.text) > 4*chunkSize {
			c.text, c.frame = nil, bytes.Buffer{} // one huge line is no reason to stay huge
		}
		c.text = c.text[:0]
		f.free <- c
	}
}

// failure returns the first error of the goroutines so far.
func (f *file) failure() error {
	if err := f.err.Load(); err != nil {
		return *err
	}
	return nil
}

func (f *file) endLine() error {
	f.rows++
	if len(f.chunk.text) < chunkSize {
		return nil
	}
	f.send()
	f.chunk = <-f.free
	if f.chunk.text == nil {
		// The first chunk grew as needed; where there are two there are many.
		f.chunk.text = make([]byte, 0, chunkSize+chunkSize/16)
	}
	return f.failure()
}

func (f *file) send() {
	f.empty = false
	f.order <- f.chunk
	f.work <- f.chunk
	f.chunk = nil
}

// close writes what is left and closes the file, also after an error. A file
// without a line gets one empty frame, for a file of no bytes is not a
// compressed file.
func (f *file) close() error {
	if f.chunk != nil && (f.empty || len(f.chunk.text) > 0) {
		f.send()
	}
	close(f.work)
	close(f.order)
	f.workers.Wait()
	<-f.written
	graph.SetRows(f.w, f.rows)
	err := f.w.Close()
	if first := f.failure(); first != nil {
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
