package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A Log is a compressed file of records that is only appended to. It is safe
// for concurrent use.
type Log struct {
	mu   sync.Mutex
	file *os.File
	zw   *zstd.Encoder
	new  bool  // there are records that are not on the disk
	err  error // the first, which is returned once
	size [binary.MaxVarintLen64]byte
}

// CreateLog creates the file at path, which must not exist.
func CreateLog(path string) (*Log, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create spool log: %w", err)
	}
	_ = file.Chmod(0o600) // the umask has no part in it; a disk that keeps no modes has its own
	zw, err := zstd.NewWriter(file, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10))
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &Log{file: file, zw: zw}, nil
}

// Append adds one record; the log keeps a copy.
func (l *Log) Append(rec []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.new = true
	n := binary.PutUvarint(l.size[:], uint64(len(rec)))
	_, err := l.zw.Write(l.size[:n])
	if err == nil {
		_, err = l.zw.Write(rec)
	}
	return l.failed("write", err)
}

// Sync brings every record that was appended so far to the disk.
func (l *Log) Sync() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.new {
		return nil
	}
	l.new = false
	if err := l.zw.Flush(); err != nil {
		return l.failed("write", err)
	}
	return l.failed("sync", l.file.Sync())
}

// Close ends the log. What an earlier call has returned, it does not return
// again.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.err != nil
	if err := errors.Join(l.zw.Close(), l.file.Close()); err != nil && !known {
		return l.failed("close", err)
	}
	return nil
}

func (l *Log) failed(what string, err error) error {
	if err == nil {
		return nil
	}
	l.err = fmt.Errorf("%s spool log: %w", what, err)
	return l.err
}

// ReadLog calls f with each record of the log at path, in the order in which
// they were appended. f may keep what is in rec.
func ReadLog(path string, f func(rec string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open spool log: %w", err)
	}
	defer file.Close() // opened for reading: nothing to lose
	zr, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("read spool log: %w", err)
	}
	defer zr.Close()
	br := bufio.NewReaderSize(zr, 64<<10)
	var buf []byte
	for {
		n, err := binary.ReadUvarint(br)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read spool log %s: %w", path, err)
		}
		if uint64(cap(buf)) < n {
			buf = make([]byte, n)
		}
		buf = buf[:n]
		if _, err := io.ReadFull(br, buf); err != nil {
			return fmt.Errorf("read spool log %s: %w", path, err)
		}
		if err := f(string(buf)); err != nil {
			return err
		}
	}
}
