package snapshot_test

import (
	"testing"

	"github.com/sgexport/sgexport/internal/snapshot"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"plain, größer, 東京":   "plain, größer, 東京",
		"\x1b[31mred\x1b[0m":  `\x1b[31mred\x1b[0m`,
		"one\nok\tall\r":      `one\nok\tall\r`,
		"\u202egpj.exe":       `\u202egpj.exe`,
		"\u009b2J":            `\u009b2J`,
		"bad \xff utf-8 \xc3": `bad \xff utf-8 \xc3`,
		"\ufffd":              "\ufffd",
		"\u2028\u200b":        `\u2028\u200b`,
		"a\x00b\x7f":          `a\x00b\x7f`,
	} {
		if got := snapshot.Printable(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
