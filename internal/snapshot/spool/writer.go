package spool

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A Writer writes records as a log has them, to anything. It is for one goroutine at a
// time.
type Writer struct {
	zw   *zstd.Encoder
	size [binary.MaxVarintLen64]byte
	err  error
}

// NewWriter returns a writer, whose Close does not close w.
func NewWriter(w io.Writer) *Writer {
	zw, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10))
	return &Writer{zw: zw, err: err}
}

// Append adds one record.
func (w *Writer) Append(rec []byte) error {
	if w.err != nil {
		return w.err
	}
	n := binary.PutUvarint(w.size[:], uint64(len(rec)))
	for _, part := range [][]byte{w.size[:n], rec} {
		if _, err := w.zw.Write(part); err != nil {
			return fmt.Errorf("write records: %w", err)
		}
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
