package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unsafe"

	"github.com/klauspost/compress/s2"
)

// Records stand in blocks: a few of them, packed as one. A block in a file is the length
// of what is packed, that length packed, a checksum of the packed bytes (CRC-32C, four
// bytes), and these. Packing is S2, which needs no memory that stays: a run has hundreds
// of logs. It has no checksum of its own, and a log may be read by a later run.
const blockSize = 64 << 10

// maxBlock is the largest block that is read back: one record may be a block.
const maxBlock = 1 << 30

// appendBlock packs a block onto dst. scratch is memory that may be used.
func appendBlock(dst, block, scratch []byte) (out, used []byte) {
	packed := s2.Encode(scratch[:cap(scratch)], block)
	dst = binary.AppendUvarint(dst, uint64(len(block)))
	dst = binary.AppendUvarint(dst, uint64(len(packed)))
	dst = binary.BigEndian.AppendUint32(dst, checksum(packed))
	return append(dst, packed...), packed
}

func checksum(packed []byte) uint32 {
	return crc32.Checksum(packed, crc32.MakeTable(crc32.Castagnoli)) // a table that is made once
}

// A blockReader reads blocks back, each into memory of its own, so that texts may be
// parts of it.
type blockReader struct {
	r    *bufio.Reader
	last packed
}

// packed is a block as it stands in a file.
type packed struct {
	size int // of what is packed
	sum  uint32
	data []byte
}

func newBlockReader(r io.Reader) *blockReader {
	return &blockReader{r: bufio.NewReaderSize(r, 32<<10)}
}

// next returns the next block, or io.EOF.
func (b *blockReader) next() (string, error) {
	if err := b.read(&b.last); err != nil {
		return "", err
	}
	block, err := b.last.unpack(nil)
	if cap(b.last.data) > 4*blockSize {
		b.last.data = nil
	}
	return unsafe.String(unsafe.SliceData(block), len(block)), err
}

// read reads the next block into p, whose memory is used again, or returns io.EOF.
func (b *blockReader) read(p *packed) error {
	size, err := binary.ReadUvarint(b.r)
	if err == io.EOF {
		return io.EOF
	}
	length, err2 := binary.ReadUvarint(b.r)
	switch {
	case err != nil || err2 != nil:
		return cutOff(errors.Join(err, err2))
	case size > maxBlock || length > uint64(s2.MaxEncodedLen(int(size))):
		return errCut
	}
	var sum [crc32.Size]byte
	if _, err := io.ReadFull(b.r, sum[:]); err != nil {
		return cutOff(err)
	}
	p.size, p.sum = int(size), binary.BigEndian.Uint32(sum[:])
	switch {
	case uint64(cap(p.data)) >= length:
		p.data = p.data[:length]
		_, err = io.ReadFull(b.r, p.data)
	case length <= blockSize:
		p.data = make([]byte, length)
		_, err = io.ReadFull(b.r, p.data)
	default: // a length that is wrong is found before there is memory for it
		if p.data, err = io.ReadAll(io.LimitReader(b.r, int64(length))); err == nil && uint64(len(p.data)) < length {
			err = io.ErrUnexpectedEOF
		}
	}
	if err != nil {
		return cutOff(err)
	}
	return nil
}

// unpack returns the records of a block, in room where they fit.
func (p *packed) unpack(room []byte) ([]byte, error) {
	if checksum(p.data) != p.sum {
		return nil, errCut
	}
	if n, err := s2.DecodedLen(p.data); err != nil || n != p.size {
		return nil, errCut
	}
	block, err := s2.Decode(room[:cap(room)], p.data)
	if err != nil {
		return nil, errCut
	}
	return block, nil
}

// cutOff says of a block that ends too early that it is damaged.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

// appendRecord appends a record to a block.
func appendRecord(block, rec []byte) []byte {
	return append(binary.AppendUvarint(block, uint64(len(rec))), rec...)
}

// eachRecord calls f with each record of a block.
func eachRecord(block string, f func(rec string) error) error {
	for d := NewDecoder(block); d.More(); {
		rec := d.String()
		if d.Err() != nil {
			return d.Err()
		}
		if err := f(rec); err != nil {
			return err
		}
	}
	return nil
}

// readRecords calls f with each record of r; name is for errors.
func readRecords(r io.Reader, name string, f func(rec string) error) error {
	for b := newBlockReader(r); ; {
		block, err := b.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if err := eachRecord(block, f); err != nil {
			if errors.Is(err, errCut) {
				return fmt.Errorf("read %s: %w", name, err)
			}
			return err
		}
	}
}
