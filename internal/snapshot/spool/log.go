package spool

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"unsafe"
)

// A Log is a packed file of records that is only appended to. It holds some records,
// and the file is open only while they are written: a run has many logs. It is safe
// for concurrent use.
type Log struct {
	path string

	mu      sync.Mutex
	block   []byte
	packed  []byte
	scratch []byte
	err     error // the first, which is returned once by each call that needs the file
	closed  bool
}

// CreateLog creates the file at path, which must not exist.
func CreateLog(path string) (*Log, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create spool log: %w", err)
	}
	_ = file.Chmod(0o600) // the umask has no part in it; a disk that keeps no modes has its own
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("create spool log: %w", err)
	}
	return &Log{path: path}, nil
}

// Append adds one record; the log keeps a copy.
func (l *Log) Append(rec []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	if l.block = appendRecord(l.block, rec); len(l.block) < blockSize {
		return nil
	}
	return l.flush()
}

// flush writes the records that are held.
func (l *Log) flush() error {
	if l.err != nil || len(l.block) == 0 {
		return l.err
	}
	l.packed, l.scratch = appendBlock(l.packed[:0], l.block, l.scratch)
	l.block = l.block[:0]
	l.err = appendTo(l.path, l.packed)
	if cap(l.block) > 4*blockSize { // of a large record
		l.block, l.packed, l.scratch = nil, nil, nil
	}
	return l.err
}

func appendTo(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("write spool log: %w", err)
	}
	_, err = file.Write(data)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write spool log: %w", err)
	}
	return nil
}

// Close ends the log: all records are in the file then, and not yet on the disk. It may
// be called again.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	failed := l.err != nil // which was returned
	err := l.flush()
	l.block, l.packed, l.scratch = nil, nil, nil
	if failed {
		return nil
	}
	return err
}

// ReadLog calls f with each record of the log at path, in the order in which
// they were appended. f may keep what is in rec.
func ReadLog(path string, f func(rec string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open spool log: %w", err)
	}
	defer file.Close() // opened for reading: nothing to lose
	return readRecords(file, "spool log "+path, f)
}

// A Block is some records of a log, still packed.
type Block struct {
	packed
	path string
}

// ReadBlocks calls f with each block of the log at path, in the order in which they
// were written. f may keep it: whoever unpacks it may be another goroutine.
func ReadBlocks(path string, f func(*Block) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open spool log: %w", err)
	}
	defer file.Close() // opened for reading: nothing to lose
	for b := newBlockReader(file); ; {
		one := &Block{path: path}
		if err := b.read(&one.packed); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("read spool log %s: %w", path, err)
		}
		if err := f(one); err != nil {
			return err
		}
	}
}

// Each calls f with each record of the block, which is text only until f returns. It
// uses room, and returns it for the next block.
func (b *Block) Each(room []byte, f func(rec string) error) ([]byte, error) {
	block, err := b.unpack(room)
	if err == nil {
		err = eachRecord(unsafe.String(unsafe.SliceData(block), len(block)), f)
	}
	if errors.Is(err, errCut) {
		err = fmt.Errorf("read spool log %s: %w", b.path, err)
	}
	if cap(block) > 4*blockSize { // of a large record
		return nil, err
	}
	return block, err
}
