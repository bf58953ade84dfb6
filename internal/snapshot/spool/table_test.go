package spool

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"testing"
)

func keyOf(i uint64) [TableKey]byte {
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64(nil, i))
	return [TableKey]byte(sum[:TableKey])
}

// TestTable does with a table what it does with a map.
func TestTable(t *testing.T) {
	for _, size := range []int{0, 8, 48} {
		dir := t.TempDir()
		table, err := NewTable(dir, size, 100)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(1, uint64(size)))
		want := map[[TableKey]byte]string{}
		value := make([]byte, size)
		for range 30_000 {
			key := keyOf(random.Uint64N(12_000))
			for i := range value {
				value[i] = byte(random.Uint32())
			}
			if err := table.Put(key, value); err != nil {
				t.Fatal(err)
			}
			want[key] = string(value)
			other := keyOf(random.Uint64N(24_000))
			found, err := table.Get(other, value)
			if old, there := want[other]; err != nil || found != there || found && string(value) != old {
				t.Fatalf("it has %v %x, want %v %x (%v)", found, value, there, old, err)
			}
		}
		n := 0
		err = table.Each(func(key [TableKey]byte, value []byte) error {
			if old, there := want[key]; !there || old != string(value) {
				t.Errorf("%x has %x, want %x", key, value, old)
			}
			n++
			return nil
		})
		if err != nil || n != len(want) || table.Len() != n {
			t.Errorf("%d entries of %d, and it says %d (%v)", n, len(want), table.Len(), err)
		}
		if err := table.Close(); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("it leaves %v", left)
		}
	}
}

// TestTableOnAFullDisk: what cannot be written is an error, and is not there.
func TestTableOnAFullDisk(t *testing.T) {
	table, err := NewTable(t.TempDir(), 8, 10)
	if err != nil {
		t.Fatal(err)
	}
	path := table.file.Name()
	if err := table.file.Close(); err != nil {
		t.Fatal(err)
	}
	if table.file, err = os.Open(path); err != nil { // it takes no writes
		t.Fatal(err)
	}
	if err := table.Put(keyOf(1), make([]byte, 8)); err == nil {
		t.Error("a value went into a file that takes none")
	}
	if found, err := table.Get(keyOf(1), make([]byte, 8)); found || err != nil {
		t.Errorf("it has it: %v, %v", found, err)
	}
	if err := table.Close(); err != nil {
		t.Error(err)
	}
}

func BenchmarkTable(b *testing.B) {
	table, err := NewTable(b.TempDir(), 48, 1000)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	value := make([]byte, 48)
	i := uint64(0)
	for b.Loop() {
		i++
		if err := table.Put(keyOf(i), value); err != nil {
			b.Fatal(err)
		}
	}
}
