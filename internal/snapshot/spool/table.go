package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// TableKey is the size of a table's keys in bytes. They are hashes: their bits are
// evenly spread.
const TableKey = 16

const (
	bucketSize = 4096 // bytes, of which the first two count the entries
	// readAhead is how many buckets are read at a time where all are.
	readAhead = 64
)

// A Table maps hashes to values of one size. It stands in a file of buckets that
// doubles when one of them is full, so it needs the same few kilobytes of memory
// however many entries it has; a look takes one read of four kilobytes. It is for one
// goroutine at a time.
type Table struct {
	file    *os.File
	entry   int // size in bytes
	most    int // entries in a bucket
	buckets uint64
	len     int
	bucket  []byte
}

// NewTable makes a table of values of size bytes in a file in dir, for so many entries
// to begin with.
func NewTable(dir string, size, entries int) (*Table, error) {
	file, err := os.CreateTemp(dir, "table-")
	if err != nil {
		return nil, fmt.Errorf("create a table: %w", err)
	}
	t := &Table{file: file, entry: TableKey + size, buckets: 1, bucket: make([]byte, bucketSize)}
	t.most = (bucketSize - 2) / t.entry
	for t.buckets*uint64(t.most)/2 < uint64(entries) {
		t.buckets *= 2
	}
	if err := file.Truncate(int64(t.buckets) * bucketSize); err != nil {
		return nil, errors.Join(fmt.Errorf("create a table: %w", err), t.Close())
	}
	return t, nil
}

// Len is the number of entries.
func (t *Table) Len() int { return t.len }

// Get copies the value of a key into value, and reports whether there is one.
func (t *Table) Get(key [TableKey]byte, value []byte) (found bool, err error) {
	at, _, err := t.find(key)
	if err != nil || at < 0 {
		return false, err
	}
	copy(value, t.bucket[at+TableKey:at+t.entry])
	return true, nil
}

// Put sets the value of a key.
func (t *Table) Put(key [TableKey]byte, value []byte) error {
	for {
		at, index, err := t.find(key)
		if err != nil {
			return err
		}
		if at >= 0 {
			return t.write(value[:t.entry-TableKey], int64(index)*bucketSize+int64(at)+TableKey)
		}
		n := int(binary.LittleEndian.Uint16(t.bucket))
		if n < t.most {
			t.len++
			appendEntry(t.bucket, n, key[:], value[:t.entry-TableKey])
			return t.write(t.bucket, int64(index)*bucketSize)
		}
		if err := t.double(); err != nil {
			return err
		}
	}
}

func appendEntry(bucket []byte, n int, key, value []byte) {
	binary.LittleEndian.PutUint16(bucket, uint16(n+1))
	size := len(key) + len(value)
	copy(bucket[2+n*size:], key)
	copy(bucket[2+n*size+len(key):], value)
}

// find reads the bucket that has a key; at is where the entry is in it, or -1.
func (t *Table) find(key [TableKey]byte) (at int, index uint64, err error) {
	index = binary.LittleEndian.Uint64(key[:]) & (t.buckets - 1)
	if _, err := t.file.ReadAt(t.bucket, int64(index)*bucketSize); err != nil {
		return 0, 0, fmt.Errorf("read a table: %w", err)
	}
	for i := range min(int(binary.LittleEndian.Uint16(t.bucket)), t.most) {
		at := 2 + i*t.entry
		if [TableKey]byte(t.bucket[at:at+TableKey]) == key {
			return at, index, nil
		}
	}
	return -1, index, nil
}

func (t *Table) write(data []byte, at int64) error {
	if _, err := t.file.WriteAt(data, at); err != nil {
		return fmt.Errorf("write a table: %w", err)
	}
	return nil
}

// double splits each bucket in two, by the next bit of the keys.
func (t *Table) double() error {
	old := make([]byte, min(readAhead, t.buckets)*bucketSize)
	low, high := make([]byte, len(old)), make([]byte, len(old))
	for at := uint64(0); at < t.buckets; at += uint64(len(old)) / bucketSize {
		if _, err := t.file.ReadAt(old, int64(at)*bucketSize); err != nil {
			return fmt.Errorf("read a table: %w", err)
		}
		clear(low)
		clear(high)
		for from := 0; from < len(old); from += bucketSize {
			t.split(old[from:from+bucketSize], low[from:from+bucketSize], high[from:from+bucketSize])
		}
		if err := errors.Join(t.write(low, int64(at)*bucketSize), t.write(high, int64(at+t.buckets)*bucketSize)); err != nil {
			return err
		}
	}
	t.buckets *= 2
	return nil
}

func (t *Table) split(old, low, high []byte) {
	var n [2]int
	for i := range int(binary.LittleEndian.Uint16(old)) {
		entry := old[2+i*t.entry : 2+(i+1)*t.entry]
		half, to := 0, low
		if binary.LittleEndian.Uint64(entry)&t.buckets != 0 {
			half, to = 1, high
		}
		appendEntry(to, n[half], entry[:TableKey], entry[TableKey:])
		n[half]++
	}
}

// Each calls f with every entry, in no order that tells anything. f keeps nothing of
// value, and does not change the table.
func (t *Table) Each(f func(key [TableKey]byte, value []byte) error) error {
	some := make([]byte, min(readAhead, t.buckets)*bucketSize)
	for at := uint64(0); at < t.buckets; at += uint64(len(some)) / bucketSize {
		if _, err := t.file.ReadAt(some, int64(at)*bucketSize); err != nil {
			return fmt.Errorf("read a table: %w", err)
		}
		for from := 0; from < len(some); from += bucketSize {
			bucket := some[from : from+bucketSize]
			for i := range int(binary.LittleEndian.Uint16(bucket)) {
				entry := bucket[2+i*t.entry : 2+(i+1)*t.entry]
				if err := f([TableKey]byte(entry[:TableKey]), entry[TableKey:]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Close removes the file.
func (t *Table) Close() error {
	return errors.Join(t.file.Close(), os.Remove(t.file.Name()))
}
