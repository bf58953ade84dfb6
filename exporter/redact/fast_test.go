package redact

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// slowScan is what [finder.scan] finds, word by word.
func slowScan(lists []wordList, s string) (o owners) {
	s = lowerASCII(s)
	for i, list := range lists {
		for _, word := range list {
			if strings.Contains(s, word) {
				o[i/64] |= 1 << (i % 64)
			}
		}
	}
	return o
}

// slowRuns is [runs] without its shortcut: it looks at each byte.
func slowRuns(s string) (spans []span) {
	for i := 0; i < len(s); i++ {
		start := i
		for i < len(s) && isBase64[s[i]] {
			i++
		}
		switch {
		case i-start < shortestEncoded:
		case isAccessKey(s[start:i]) && standsAlone(s, start, i):
			spans = append(spans, span{start, i, "aws-secret-access-key", true})
		default:
			spans = encoded(spans, s, start, i)
		}
	}
	return spans
}

// checkFast compares what is fast with what is simple.
func checkFast(t *testing.T, m *Memory, s string) {
	t.Helper()
	d := allDetectors()
	if got, any := d.scan(s); got != slowScan(keywordsOf(d.list), s) || any != (got != owners{}) {
		t.Errorf("%q: words of %v, want %v", s, got, slowScan(keywordsOf(d.list), s))
	}
	if got, want := runs(nil, s), slowRuns(s); !slices.Equal(got, want) {
		t.Errorf("%q: runs %v, want %v", s, got, want)
	}
	if isJSON(s) != strings.ContainsAny(strings.TrimLeft(s, " \t\r\n\ufeff")[:min(1, len(strings.TrimLeft(s, " \t\r\n\ufeff")))], `{["`) {
		t.Errorf("%q is JSON: %v", s, isJSON(s))
	}
	want := slices.Collect(wordsOf(flagsSlowly, s))
	if got := slices.Collect(wordsOf(flags, s)); !slices.Equal(got, want) {
		t.Errorf("%q: flags %v, want %v", s, got, want)
	}
	spans, rules := spansIn(s)
	for range 2 { // the second time it is remembered
		if again, same := m.spansIn(s); !slices.Equal(again, spans) || !slices.Equal(same, rules) {
			t.Errorf("%q: %v, want %v", s, again, spans)
		}
		if got := m.Named(s); got != Named(s) {
			t.Errorf("%q says %v", s, got)
		}
	}
}

// wordsOf yields what a detector finds.
func wordsOf(find func(string, func(int, int)), s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		find(s, func(start, end int) { yield(s[start:end]) })
	}
}

// flagsSlowly is [flags] without what it rules out beforehand.
func flagsSlowly(s string, found func(start, end int)) {
	for _, one := range flagForms() {
		one.find(s, found)
	}
}

// pieces are what texts are made of that a shortcut may take for something else.
var pieces = func() (all []string) {
	for _, list := range keywordsOf(allDetectors().list) {
		all = append(all, list...)
	}
	return append(all, "a", "Z", "9", " ", "-", "--", "=", ":", ",", "\"", "'", "\\", "\n", "\t", "/", "@", "%3a", "\xff", "é", "\ufeff", "{", "[", "(", "</x>", "&quot;", "set ", "--api-key x1", "PassWord=hunter2",
		"ABCDEFGHIJKLMNOPQRSTUVW", "abcdefghijklmnopqrstuvwx", "aG9zdDpwYXNzd29yZD1odW50ZXIy", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxy")
}

// TestFast compares many texts; FuzzFast any.
func TestFast(t *testing.T) {
	parts, random, m := pieces(), rand.New(rand.NewPCG(1, 2)), &Memory{}
	for range 8_000 {
		var b strings.Builder
		for range random.IntN(8) {
			part := parts[random.IntN(len(parts))]
			if random.IntN(3) == 0 {
				part = strings.ToUpper(part)
			}
			b.WriteString(part)
		}
		checkFast(t, m, b.String())
	}
	for n := range 4 * shortestEncoded { // runs of each length at each place
		for before := range shortestEncoded + 1 {
			checkFast(t, m, strings.Repeat("-", before)+strings.Repeat("aB3", n)[:n]+" x")
		}
	}
	if m.bytes > mostRemembered || len(m.clean)+len(m.names) > mostRemembered/ofEntry {
		t.Errorf("%d bytes and %d texts are remembered", m.bytes, len(m.clean))
	}
}

func FuzzFast(f *testing.F) {
	for _, s := range []string{"", "pw", "@", "x pw", "token=abc", "--password hunter2", "a,b=c", strings.Repeat("aB3", 30)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFast(t, &Memory{}, s) })
}
