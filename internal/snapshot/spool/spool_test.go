package spool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

func TestLogReadsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := CreateLog(path)
	if err != nil {
		t.Fatal(err)
	}
	want := append(graphtest.HostileText(), strings.Repeat("x", 3<<20))
	for _, s := range want {
		if err := l.Append([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want 0600", info.Mode(), err)
	}
	var got []string
	if err := ReadLog(path, func(rec string) error { got = append(got, rec); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d records, want %d, or other ones", len(got), len(want))
	}
	if _, err := CreateLog(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second log at the same path: %v", err)
	}
}

func TestLogCutIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := CreateLog(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		if err := l.Append(fmt.Appendf(nil, "record %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(data); cut += 1 + cut/3 {
		if err := os.WriteFile(path, data[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := ReadLog(path, func(string) error { return nil }); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("a log that was cut after %d bytes: %v", cut, err)
		}
	}
}

// FuzzReadLog reads anything as a log, and as kept records: it may be an error, and
// needs neither much memory nor time.
func FuzzReadLog(f *testing.F) {
	block, _ := appendBlock(nil, appendRecord(appendRecord(nil, []byte("one")), []byte("two")), nil)
	var kept bytes.Buffer
	w := NewWriter(&kept)
	if err := errors.Join(w.Append([]byte("one")), w.Close()); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, block, block[:3], append(block, 0xff, 0xff, 0xff, 0xff, 3, 1), {0xff, 0xff, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x0f, 1}, kept.Bytes()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, read := range []func(func(string) error) error{
			func(f func(string) error) error { return ReadLog(path, f) },
			func(f func(string) error) error { return ReadKept(path, 1<<20, f) },
		} {
			n := 0
			if err := read(func(rec string) error { n += len(rec); return nil }); err == nil && n > 64<<20 {
				t.Errorf("%d bytes out of %d", n, len(data))
			}
		}
	})
}

func TestKeptReadsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWriter(file)
	want := append(graphtest.HostileText(), strings.Repeat("x", 3<<20))
	for _, s := range want {
		if err := w.Append([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := ReadKept(path, 4<<20, func(rec string) error { got = append(got, rec); return nil }); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %d records, want %d, or other ones (%v)", len(got), len(want), err)
	}
	if err := ReadKept(path, 2<<20, func(string) error { return nil }); !errors.Is(err, errLarge) {
		t.Errorf("a record of 3 MiB where there may be 2: %v", err)
	}
}

func TestSorterSorts(t *testing.T) {
	for _, memory := range []int{1, 64 << 10, 64 << 20} { // many runs, which are merged twice; some; none
		testSorter(t, memory)
	}
}

func testSorter(t *testing.T, memory int) {
	dir := t.TempDir()
	s := NewSorter(t.Context(), dir, memory)
	type rec struct{ key, payload string }
	var want []rec
	r := rand.New(rand.NewSource(1))
	for i := range 12_000 {
		key := []string{fmt.Sprint(r.Intn(50)), strings.Repeat("\x00", r.Intn(3)) + "a"}
		payload := fmt.Sprint(i)
		switch {
		case i%3 == 0: // the same
			payload = "x"
		case i%3 == 1:
			key, payload = []string{"z"}, strings.Repeat("\x00", r.Intn(20))
		}
		if i%1000 == 0 {
			key, payload = []string{"large", fmt.Sprint(i)}, strings.Repeat(payload, large)
		}
		want = append(want, rec{string(AppendKey(nil, key...)), payload})
		if err := s.Add(AppendKey(nil, key...), []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(want, func(a, b rec) int {
		if a.key != b.key {
			return strings.Compare(a.key, b.key)
		}
		return strings.Compare(a.payload, b.payload)
	})
	var got []rec
	if err := s.Sorted(func(k, p string) error { got = append(got, rec{k, p}); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Error("not sorted, or not what was added")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestSorterReportsErrors(t *testing.T) {
	s := NewSorter(t.Context(), t.TempDir(), 2)
	for i := range 10 {
		if err := s.Add(AppendKey(nil, fmt.Sprint(i)), nil); err != nil {
			t.Fatal(err)
		}
	}
	stop := errors.New("stop")
	if err := s.Sorted(func(string, string) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the callback's error", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	s = NewSorter(ctx, t.TempDir(), 2)
	cancel()
	var err error
	for i := 0; i < 100_000 && err == nil; i++ {
		err = s.Add(AppendKey(nil, fmt.Sprint(i)), nil)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled sort: got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestKeysKeepTheOrderOfTheirParts(t *testing.T) {
	parts := []string{"", "\x00", "\x00\x00", "\x00\x01", "\x01", "a", "a\x00", "a\x00b", "ab", "b", "\xff"}
	for _, a := range parts {
		for _, b := range parts {
			ka, kb := AppendKey(nil, a, "x"), AppendKey(nil, b, "x")
			if want := strings.Compare(a, b); bytes.Compare(ka, kb) != want {
				t.Errorf("%q against %q: got %d, want %d", a, b, bytes.Compare(ka, kb), want)
			}
			if a != b && bytes.HasPrefix(ka, kb) {
				t.Errorf("the key of %q begins with that of %q", a, b)
			}
		}
		if got := Parts(string(AppendKey(nil, a, "x"))); !slices.Equal(got, []string{a, "x"}) {
			t.Errorf("%q: got parts %q", a, got)
		}
	}
}

func TestValuesReadBack(t *testing.T) {
	for _, n := range graphtest.Hostile().Nodes {
		var rec []byte
		for _, v := range n.Values {
			rec = AppendValue(rec, v)
		}
		d := NewDecoder(string(rec))
		for i, v := range n.Values {
			if got := d.Value(); !got.Equal(v) {
				t.Errorf("%s: value %d is %s, want %s", n.ID, i, graph.AppendJSON(nil, got), graph.AppendJSON(nil, v))
			}
		}
		if d.More() || d.Err() != nil {
			t.Errorf("%s: left over, or %v", n.ID, d.Err())
		}
	}
}

func FuzzDecoder(f *testing.F) {
	for _, n := range graphtest.Sample().Nodes {
		var rec []byte
		for _, v := range n.Values {
			rec = AppendValue(rec, v)
		}
		f.Add(rec)
	}
	f.Fuzz(func(t *testing.T, rec []byte) {
		d := NewDecoder(string(rec))
		var again []byte
		for d.More() {
			again = AppendValue(again, d.Value())
		}
		if d.Err() != nil {
			return
		}
		e := NewDecoder(string(again))
		d = NewDecoder(string(rec))
		for d.More() {
			if a, b := d.Value(), e.Value(); !a.Equal(b) {
				t.Fatalf("%s was read back as %s", graph.AppendJSON(nil, a), graph.AppendJSON(nil, b))
			}
		}
	})
}

// TestChanged: a byte of a log that is another is never a record that is another.
func TestChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	log, err := CreateLog(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if err := log.Append(fmt.Appendf(nil, "record %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		other := slices.Clone(data)
		other[i] ^= 4
		if err := os.WriteFile(path, other, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := ReadLog(path, func(string) error { return nil }); !errors.Is(err, errCut) {
			t.Errorf("byte %d is another, and it says %v", i, err)
		}
	}
}
