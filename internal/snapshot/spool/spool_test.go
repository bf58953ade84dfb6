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
	for i, s := range want {
		if err := l.Append([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if i%7 == 0 {
			if err := l.Sync(); err != nil {
				t.Fatal(err)
			}
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
	if err := os.WriteFile(path, data[:len(data)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ReadLog(path, func(string) error { return nil }); err == nil {
		t.Error("a log that was cut in half reads without an error")
	}
}

func TestSorterSorts(t *testing.T) {
	dir := t.TempDir()
	s := NewSorter(t.Context(), dir, 100)
	type rec struct{ key, payload string }
	var want []rec
	r := rand.New(rand.NewSource(1))
	for i := range 1000 {
		key := []string{fmt.Sprint(r.Intn(50)), strings.Repeat("\x00", r.Intn(3)) + "a"}
		payload := fmt.Sprint(i)
		if i%100 == 0 {
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
