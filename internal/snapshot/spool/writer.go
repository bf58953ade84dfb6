package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"

	"github.com/klauspost/compress/zstd"
)

// A Writer writes records to a file that is kept: packed once more, and better. It is
// for one goroutine at a time.
type Writer struct {
	zw    *zstd.Encoder
	block []byte
	err   error
}

// keptWindow bounds the memory of whoever reads what a Writer wrote.
const keptWindow = 1 << 20

// NewWriter returns a writer, whose Close does not close w.
func NewWriter(w io.Writer) *Writer {
	zw, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(keptWindow))
	return &Writer{zw: zw, err: err}
}

// Append adds one record.
func (w *Writer) Append(rec []byte) error {
	if w.err != nil {
		return w.err
	}
	w.block = appendRecord(w.block[:0], rec)
	if _, err := w.zw.Write(w.block); err != nil {
		return fmt.Errorf("write records: %w", err)
	}
	return nil
}

// Close ends the records.
func (w *Writer) Close() error {
	if w.err != nil {
		return w.err
	}
	if err := w.zw.Close(); err != nil {
		return fmt.Errorf("write records: %w", err)
	}
	return nil
}

// ReadKept calls f with each record that a [Writer] wrote to the file at path. A
// record of more than most bytes is an error: the file may be anybody's.
func ReadKept(path string, most int, f func(rec string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read records: %w", err)
	}
	defer file.Close() // opened for reading: nothing to lose
	zr, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(keptWindow))
	if err != nil {
		return fmt.Errorf("read records: %w", err)
	}
	defer zr.Close()
	for r := newByteReader(zr); ; {
		rec, err := r.record(most)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read records of %s: %w", path, err)
		}
		if err := f(rec); err != nil {
			return err
		}
	}
}

// errLarge says that a record is larger than any should be.
var errLarge = errors.New("a record is too large")

// A byteReader reads records out of a stream.
type byteReader struct{ *bufio.Reader }

func newByteReader(r io.Reader) byteReader { return byteReader{bufio.NewReaderSize(r, 64<<10)} }

// record reads one record, or io.EOF.
func (r byteReader) record(most int) (string, error) {
	n, err := binary.ReadUvarint(r)
	switch {
	case err == io.EOF:
		return "", io.EOF
	case err != nil:
		return "", cutOff(err)
	case n > uint64(most):
		return "", errLarge
	}
	if n <= blockSize {
		rec := make([]byte, n)
		if _, err := io.ReadFull(r, rec); err != nil {
			return "", cutOff(err)
		}
		return unsafe.String(unsafe.SliceData(rec), n), nil
	}
	// No memory for a length that is wrong.
	rec, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && uint64(len(rec)) < n {
		err = errCut
	}
	return string(rec), err
}
