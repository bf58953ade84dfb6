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
	"sync"
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
			func(f func(string) error) error {
				return ReadBlocks(path, func(b *Block) error { _, err := b.Each(nil, f); return err })
			},
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
		for _, adders := range []int{1, 4} {
			testSorter(t, memory, adders)
		}
	}
}

// A pair is a key and a payload.
type pair struct{ key, payload string }

// inOrder sorts pairs as a sorter does that keeps no payload outside.
func inOrder(pairs []pair) {
	slices.SortFunc(pairs, func(a, b pair) int {
		if a.key != b.key {
			return strings.Compare(a.key, b.key)
		}
		return strings.Compare(a.payload, b.payload)
	})
}

// sorted adds pairs through all adders at the same time, and returns them in order. Each
// text is copied before the next one is given: nothing may be written into it.
func sorted(t *testing.T, s *Sorter, pairs []pair) []pair {
	t.Helper()
	var wait sync.WaitGroup
	for i := range s.adders {
		wait.Go(func() {
			for n := i; n < len(pairs); n += len(s.adders) {
				if err := s.Adder(i).Add([]byte(pairs[n].key), []byte(pairs[n].payload)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if n := s.Len(); n != int64(len(pairs)) {
		t.Errorf("it says that it has %d records of %d", n, len(pairs))
	}
	var got, kept []pair
	if err := s.Sorted(func(k, p string) error {
		got, kept = append(got, pair{strings.Clone(k), strings.Clone(p)}), append(kept, pair{k, p})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, kept) {
		t.Error("texts that were kept are other texts now")
	}
	return got
}

func testSorter(t *testing.T, memory, adders int) {
	t.Helper()
	dir := t.TempDir()
	var want []pair
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
		want = append(want, pair{string(AppendKey(nil, key...)), payload})
	}
	got := sorted(t, NewSharedSorter(t.Context(), dir, memory, adders), want)
	inOrder(want)
	if !slices.Equal(got, want) {
		t.Error("not sorted, or not what was added")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestSorterManyRuns merges more runs than can be merged at a time, of keys that begin
// alike for long and differ anywhere.
func TestSorterManyRuns(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	var want []pair
	for range 60_000 {
		key := []byte("arn:aws:sagemaker:us-east-1:012345678901:training-job/" + strings.Repeat("job", r.Intn(4)))
		for range r.Intn(6) {
			key[r.Intn(len(key))] = byte(r.Intn(3))
		}
		want = append(want, pair{string(AppendKey(nil, string(key))), fmt.Sprint(r.Intn(100))})
	}
	s := NewSharedSorter(t.Context(), t.TempDir(), 1, 3)
	got := sorted(t, s, want)
	inOrder(want)
	if !slices.Equal(got, want) {
		t.Error("not sorted, or not what was added")
	}
}

// TestSorterStopsMerging ends a sort while its runs are merged to fewer, which calls nobody.
func TestSorterStopsMerging(t *testing.T) {
	a := &arena{size: 1 << 20}
	for i := range 10_000 {
		a.add(AppendKey(nil, fmt.Sprint(i)), inline, nil)
	}
	a.sort()
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := mergeRuns(ctx, nil, []*arena{a}, func(record) error {
		n++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || n > 2000 {
		t.Errorf("%d records came, and then %v", n, err)
	}
}

// FuzzSorter sorts what data says, and in memory too.
func FuzzSorter(f *testing.F) {
	f.Add([]byte("abc"), uint8(1))
	f.Add([]byte("\x01a\x02aa\x02ab\x00\x01\x00\x03aaa\x02aa"), uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, adders uint8) {
		var want []pair
		for len(data) > 0 { // lengths of a key and a payload, which may be parts of one another
			n := int(data[0])
			key, payload := data[1:min(1+n%16, len(data))], data[min(1+n/16, len(data)):]
			payload = payload[:min(n/16, len(payload))]
			data = data[min(1+n%16, len(data)):]
			for range 1 + n%100 { // so that arenas spill
				want = append(want, pair{string(AppendKey(nil, string(key), "a key that fills an arena")), string(payload)})
			}
		}
		got := sorted(t, NewSharedSorter(t.Context(), t.TempDir(), 1, 1+int(adders%4)), want)
		inOrder(want)
		if !slices.Equal(got, want) {
			t.Error("not sorted, or not what was added")
		}
	})
}

// TestSorterDamagedFiles: a file of a sorter that is another now is an error that names it
// and says what to do, and never other records.
func TestSorterDamagedFiles(t *testing.T) {
	damage := map[string]func(path string, data []byte) error{
		"a byte":     func(path string, data []byte) error { data[len(data)/2] ^= 4; return os.WriteFile(path, data, 0o600) },
		"cut":        func(path string, data []byte) error { return os.Truncate(path, int64(len(data)/2)) },
		"nothing":    func(path string, _ []byte) error { return os.Truncate(path, 0) },
		"not there":  func(path string, _ []byte) error { return os.Remove(path) },
		"the longer": func(path string, data []byte) error { return os.WriteFile(path, append(data, data...), 0o600) },
	}
	for what, change := range damage {
		for _, kind := range []string{"run-", "large-"} {
			if kind == "large-" && (what == "not there" || what == "the longer") {
				continue // it is open, and nothing is read behind its end
			}
			dir := t.TempDir()
			s := NewSorter(t.Context(), dir, 1)
			for i := range 3000 {
				payload := []byte(fmt.Sprint(i))
				if i == 1500 {
					payload = make([]byte, large)
				}
				if err := s.Add(AppendKey(nil, fmt.Sprint(i)), payload); err != nil {
					t.Fatal(err)
				}
			}
			paths, err := filepath.Glob(filepath.Join(dir, kind+"*"))
			if err != nil || len(paths) == 0 {
				t.Fatalf("no files: %v", err)
			}
			data, err := os.ReadFile(paths[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := change(paths[0], data); err != nil {
				t.Fatal(err)
			}
			err = s.Sorted(func(string, string) error { return nil })
			if err == nil || !strings.Contains(err.Error(), paths[0]) || !strings.Contains(err.Error(), "start again") {
				t.Errorf("%s, %s: %v", kind, what, err)
			}
		}
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

// TestBlocks reads a log in blocks, which gives the same as reading it at once.
func TestBlocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := CreateLog(path)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 30_000 {
		want = append(want, fmt.Sprintf("record %d %s", i, strings.Repeat("x", i%100)))
	}
	want = append(want, strings.Repeat("x", 3<<20), "the last")
	for _, s := range want {
		if err := l.Append([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var blocks []*Block
	if err := ReadBlocks(path, func(b *Block) error { blocks = append(blocks, b); return nil }); err != nil {
		t.Fatal(err)
	}
	var got []string
	var room []byte
	for _, b := range blocks {
		if room, err = b.Each(room, func(rec string) error { got = append(got, strings.Clone(rec)); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if len(blocks) < 10 || !slices.Equal(got, want) {
		t.Errorf("got %d records in %d blocks, want %d, or other ones", len(got), len(blocks), len(want))
	}
	blocks[1].data[7] ^= 1
	if _, err := blocks[1].Each(room, func(string) error { return nil }); !errors.Is(err, errCut) || !strings.Contains(err.Error(), path) {
		t.Errorf("a damaged block: %v", err)
	}
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
