package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/sgexport/sgexport/internal/snapshot"
)

// The columns of a terminal that a text takes: two for most signs of East Asia and
// for emoji, none for a mark that stands on the sign before it. All that is printed in
// columns is cut and padded here.

// tableWidth is how many columns a line has at most.
const tableWidth = 80

// terminal counts signs of which East Asian fonts alone disagree, such as …, as one
// column: the same in every locale.
func terminal() *runewidth.Condition { return &runewidth.Condition{StrictEmojiNeutral: true} }

// width is how many columns a text takes.
func width(s string) int { return terminal().StringWidth(s) }

// pad fills a text up to a number of columns.
func pad(s string, columns int) string { return s + strings.Repeat(" ", max(0, columns-width(s))) }

// padLeft does so before it, for numbers.
func padLeft(s string, columns int) string { return strings.Repeat(" ", max(0, columns-width(s))) + s }

// cutEnd leaves the beginning of a text that is too long: people read from there.
func cutEnd(s string, columns int) string { return terminal().Truncate(s, columns, "…") }

// cutMiddle leaves the two ends of a text that is too long: names differ there.
func cutMiddle(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	head := terminal().Truncate(s, (columns-1)/2, "")
	return head + "…" + terminal().TruncatePrefix(s, columns-1-width(head), "")
}

// wrap prints a text in lines of the table's width, each but the first indented
// further.
func wrap(w io.Writer, indent, text string) { wrapTo(w, indent, indent+"  ", text, tableWidth) }

// wrapTo prints a text in lines of so many columns, the first behind one text, the
// others behind another. A word that is longer than a line has one of its own.
func wrapTo(w io.Writer, first, others, text string, columns int) {
	for _, line := range folded(first, others, text, columns) {
		fmt.Fprintln(w, line)
	}
}

// folded are the lines that wrapTo prints.
func folded(first, others, text string, columns int) []string {
	var lines []string
	line, empty := first, true
	for _, word := range strings.Fields(snapshot.Printable(text)) {
		switch {
		case empty:
			line, empty = line+word, false
		case width(line)+1+width(word) > columns:
			lines = append(lines, line)
			line = others + word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
