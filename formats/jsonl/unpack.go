package jsonl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// find opens the first of the names that a file may have.
func (r *Reader) find(name string) (string, io.ReadCloser, error) {
	var first error
	for _, c := range []Compression{Zstd, Gzip, None} {
		full := name + c.Suffix()
		f, err := r.open(full)
		if err == nil {
			return full, f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("open %s: %w", full, err)
		}
		if first == nil {
			first = err
		}
	}
	return "", nil, fmt.Errorf("there is no %s, with .zst, .gz or no suffix, so there is no graph to read: %w", name, first)
}

// unpack returns the text in packed, as its name says it is compressed.
func unpack(name string, packed io.Reader) (text io.Reader, release func(), err error) {
	switch {
	case strings.HasSuffix(name, ".zst"):
		in := bufio.NewReaderSize(packed, 64<<10)
		if _, err := in.Peek(1); err == io.EOF {
			return nil, nil, errors.New("not even one zstd frame")
		}
		dec, err := zstd.NewReader(in, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, err
		}
		return dec, dec.Close, nil
	case strings.HasSuffix(name, ".gz"):
		dec, err := gzip.NewReader(bufio.NewReaderSize(packed, 64<<10))
		if err == io.EOF {
			err = errors.New("not even one gzip member")
		}
		if err != nil {
			return nil, nil, err
		}
		return dec, func() { _ = dec.Close() }, nil
	}
	return packed, func() {}, nil
}

// A countedReader counts what was read.
type countedReader struct {
	r io.Reader
	n int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// A ratioReader fails where more comes out of a packed file than anybody packs
// into one of its size.
type ratioReader struct {
	text   io.Reader
	packed *countedReader
	n      int64
}

func (r *ratioReader) Read(p []byte) (int, error) {
	n, err := r.text.Read(p)
	if r.n += int64(n); r.n > maxAnyway+maxRatio*r.packed.n {
		return 0, fmt.Errorf("it unpacks to more than %d times its size", maxRatio)
	}
	return n, err
}
