package graph_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// What AppendQuoted writes reads back with encoding/json, and is what a look at
// one character after the other makes, wherever in a word of eight bytes it is.
func FuzzAppendQuoted(f *testing.F) {
	for _, s := range graphtest.HostileText() {
		for i := range 9 {
			f.Add(strings.Repeat("x", i) + s + "\xff" + s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := string(graph.AppendQuoted(nil, s))
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back != string([]rune(s)) {
			t.Errorf("%q: %s reads back as %q: %v", s, got, back, err)
		}
		if want := slowQuoted(s); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	})
}

func slowQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s { // bytes that are not UTF-8 are U+FFFD here too
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == '\u2028' || r == '\u2029':
			const hex = "0123456789abcdef"
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(hex[r>>shift&15])
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

const timestampForm = "2006-01-02T15:04:05.000000Z"

// Times are written and read as package time does, every day of the years 0 to
// 9999 and whatever else a number can be.
func FuzzTimestamp(f *testing.F) {
	for _, us := range []int64{0, 1, -1, 1767323045678901, math.MinInt64, math.MaxInt64} {
		f.Add(us, "")
	}
	for _, s := range []string{"0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "2000-02-29T00:00:00,000000Z", "2001-02-29T00:00:00.000000Z", "2001-02-28T24:00:00.000000Z", "2001-02-28T00:00:60.000000Z", "/001-01-01T00:00:00.000000Z", "0000-01-01T00:00:00.000000Z"} {
		f.Add(int64(0), s)
	}
	f.Fuzz(func(t *testing.T, us int64, s string) {
		sameTime(t, us)
		want, wantErr := time.Parse(timestampForm, s)
		got, err := graph.ParseTimestamp(s)
		if (err == nil) != (wantErr == nil) || err == nil && got != want.UnixMicro() {
			t.Errorf("%q: got %d, %v, want %v, %v", s, got, err, want, wantErr)
		}
	})
}

func sameTime(t *testing.T, us int64) {
	t.Helper()
	want := time.UnixMicro(us).UTC()
	got := string(graph.AppendTimestamp(nil, us))
	if got != want.Format(timestampForm) {
		t.Errorf("%d: got %s, want %s", us, got, want.Format(timestampForm))
	}
	if back, err := graph.ParseTimestamp(got); want.Year() >= 0 && want.Year() <= 9999 && (err != nil || back != us) {
		t.Errorf("%s reads back as %d, want %d: %v", got, back, us, err)
	}
}

// Of 400 years that the calendar repeats, every day comes at least once.
func TestEveryDay(t *testing.T) {
	const day, step = 86400_000_000, 11
	first := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() - 2*day
	last := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() + 2*day
	for us, i := first, int64(0); us < last; us, i = us+step*day, i+1 {
		sameTime(t, us+i*7919%day)
	}
}

func TestQuotedAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 1<<10)
	text := strings.Repeat("größer \"x\"\n", 20)
	n := testing.AllocsPerRun(100, func() {
		buf = graph.AppendTimestamp(graph.AppendQuoted(buf[:0], text), 1767323045678901)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
