package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// A screen is the part of a terminal below all lines, which is drawn over and over: the
// whole, then the kinds in work, then what is waited for. It follows the width of the
// window.
type screen struct {
	out   io.Writer
	bars  *mpb.Progress
	bar   *mpb.Bar
	lines atomic.Pointer[[]screenLine]
}

// A screenLine says itself in so many columns.
type screenLine func(columns int) string

const (
	maxBars     = 8  // of kinds: a region has dozens, and more would scroll away
	maxLines    = 12 // of the screen: where a window is so narrow that texts are folded, there are fewer bars
	longestKind = 32 // columns of a kind's name
	longestBar  = 12
)

func isTerminal(w any) bool {
	f, ok := fileOf(w)
	return ok && term.IsTerminal(int(f.Fd()))
}

// fileOf is the file that w writes to, or reads: that of stdout is inside of an outlet.
func fileOf(w any) (*os.File, bool) {
	if o, ok := w.(*outlet); ok {
		w = o.w
	}
	f, ok := w.(*os.File)
	return f, ok
}

// isLively reports whether w is a terminal on which lines can be drawn over.
func isLively(w io.Writer) bool { return isTerminal(w) && os.Getenv("TERM") != "dumb" }

// columnsOf is how wide lines on w may be: as wide as a table, or a narrower window.
func columnsOf(w any) int {
	f, ok := fileOf(w)
	if !ok {
		return tableWidth
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns <= 0 {
		return tableWidth
	}
	return min(columns, tableWidth)
}

func newScreen(out io.Writer) *screen {
	s := &screen{out: out, bars: mpb.New(mpb.WithOutput(out))}
	s.show(nil)
	var rows []mpb.BarFiller
	for i := range maxLines {
		rows = append(rows, mpb.BarFillerFunc(func(w io.Writer, at decor.Statistics) error { return s.row(w, i, at.AvailableWidth) }))
	}
	// The bar itself has no line of its own: it is the first of the rows.
	s.bar = s.bars.New(0, mpb.NopStyle(), mpb.BarBtmExtender(rows[1:]...), mpb.BarFillerTrim(),
		mpb.PrependDecorators(decor.Any(func(at decor.Statistics) string {
			var b strings.Builder
			_ = s.row(&b, 0, at.AvailableWidth) // a builder takes all
			return strings.TrimSuffix(b.String(), "\n")
		})))
	return s
}

// row writes one line, if there are so many.
func (s *screen) row(w io.Writer, i, columns int) error {
	lines := *s.lines.Load()
	if i >= len(lines) {
		return nil
	}
	columns = inner(columns)
	_, err := fmt.Fprintln(w, cutEnd(lines[i](columns), columns))
	return err
}

// inner is what of a window's columns is drawn on: the last one stays free, for there
// some terminals begin a new line.
func inner(columns int) int { return max(1, min(columns, tableWidth)-1) }

// columns are those of the window.
func (s *screen) columns() int { return columnsOf(s.out) }

// show sets what is drawn next.
func (s *screen) show(lines []screenLine) {
	lines = lines[:min(maxLines, len(lines))]
	s.lines.Store(&lines)
}

// above is where lines go that stay.
func (s *screen) above() io.Writer { return s.bars }

// close takes the lines off the screen.
func (s *screen) close() {
	s.show(nil)
	s.bar.Abort(true)
	s.bars.Wait()
}

// picture is what the screen shows of a run in a window of so many columns: texts that
// are wider are folded, so that the pace, the time left and what is waited for are there.
func (p *progress) picture(columns int) []screenLine {
	columns = inner(columns)
	head := textLines(bar(columns/4, int64(p.sums().done), int64(p.total))+" ", p.numbers(), columns)
	if text := joinNonEmpty("; ", p.none(), p.left()); text != "" {
		head = append(head, textLines("", text, columns)...)
	}
	var foot []screenLine
	if text := p.waitsFor(); text != "" {
		foot = textLines("", text, columns)
	}
	return slices.Concat(head, p.kindBars(min(maxBars, max(0, maxLines-len(head)-len(foot)))), foot)
}

// textLines are a text behind another.
func textLines(first, text string, columns int) []screenLine {
	var lines []screenLine
	for _, line := range folded(first, "  ", text, columns) {
		lines = append(lines, func(int) string { return line })
	}
	return lines
}

// kindBars are so many lists that are being read.
func (p *progress) kindBars(most int) []screenLine {
	var lines []screenLine
	var work []*list
	for _, l := range p.lists {
		if l.State == "" && l.Listed > 0 {
			work = append(work, l)
		}
	}
	inOrder(work)
	for _, l := range work[:min(most, len(work))] {
		lines = append(lines, barOf(regionOf(l.Scope), noun(l.Label), l.Written, l.Listed))
	}
	return lines
}

// barOf shows how much of a list is read; a narrow window has the kind alone.
func barOf(region, kind string, written, listed int64) screenLine {
	numbers := fmt.Sprintf("%s / %s", grouped(written), grouped(listed))
	return func(columns int) string {
		if columns < 60 {
			room := max(8, columns-width(numbers)-3)
			return "  " + pad(cutMiddle(kind, room), room) + " " + numbers
		}
		room := min(longestKind, columns-2-14-1-1-longestBar-1-width(numbers))
		return "  " + pad(region, 14) + " " + pad(cutMiddle(kind, room), room) + " " + bar(longestBar, written, listed) + " " + numbers
	}
}

// bar is a bar of so many columns.
func bar(columns int, done, total int64) string {
	room := max(1, columns-2)
	full := int(int64(room) * min(done, total) / max(total, 1))
	return "[" + strings.Repeat("=", full) + strings.Repeat("-", room-full) + "]"
}

// joinNonEmpty joins those texts that are some.
func joinNonEmpty(between string, texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, between)
}
