package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

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
	lines atomic.Pointer[[]string]
}

const (
	maxBars     = 8  // of kinds: a region has dozens, and more would scroll away
	maxLines    = 12 // of the screen: where a window is so narrow that texts are folded, there are fewer bars
	longestKind = 32 // columns of a kind's name
	longestBar  = 12
	overallBar  = 19
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
	_, err := fmt.Fprintln(w, cutEnd(lines[i], columns))
	return err
}

// inner is what of a window's columns is drawn on: the last one stays free, for there
// some terminals begin a new line.
func inner(columns int) int { return max(1, min(columns, tableWidth)-1) }

// columns are those of the window.
func (s *screen) columns() int { return columnsOf(s.out) }

// show sets what is drawn next.
func (s *screen) show(lines []string) {
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
func (p *progress) picture(columns int) []string {
	columns = inner(columns)
	first := ""
	if total := p.total(); total > 0 {
		first = bar(min(columns/4, overallBar), int64(p.tally.done), int64(total)) + " "
	}
	head := folded(first, "  ", p.numbers(), columns)
	earlier, base := "", ""
	if p.tally.resumed > 0 {
		earlier = p.earlier()
	}
	if p.tally.reused > 0 {
		base = grouped(p.tally.reused) + " taken from --base"
	}
	if text := joinNonEmpty("; ", p.none(), earlier, base, p.left()); text != "" {
		head = append(head, folded("", "  ", text, columns)...)
	}
	var foot []string
	if text := p.waitsFor(); text != "" {
		foot = folded("", "  ", text, columns)
	}
	return slices.Concat(head, p.kindBars(min(maxBars, max(0, maxLines-len(head)-len(foot))), columns), foot)
}

// kindBars are so many lists that are being read: the longest.
func (p *progress) kindBars(most, columns int) []string {
	work := slices.DeleteFunc(p.inWork(), func(l *list) bool { return l.Listed == 0 })
	if len(work) > most {
		order := slices.Clone(work)
		slices.SortStableFunc(order, func(a, b *list) int { return cmp.Compare(b.Listed, a.Listed) })
		order = order[:most]
		work = slices.DeleteFunc(work, func(l *list) bool { return !slices.Contains(order, l) })
	}
	var rows []barRow
	for _, l := range work {
		rows = append(rows, p.rowOf(l))
	}
	return barLines(rows, columns)
}

// A barRow is what a line says of a list.
type barRow struct {
	place, kind                string
	done, total                int64 // total is 0 where it is not known
	percent, count, pace, left string
}

// rowOf says of a list how much of it is read. Until it has ended, that is a number and a pace.
func (p *progress) rowOf(l *list) barRow {
	row := barRow{place: p.placeOf(l.Scope), kind: noun(l.Label), count: grouped(l.Written) + " / " + grouped(l.Listed) + "+", pace: rate(l.pace.perSecond())}
	switch {
	case l.isListing():
		row.count = grouped(l.Listed) + " listed"
	case l.Written == l.Listed:
		row.count = grouped(l.Written)
	}
	if l.ListedAll {
		row.done, row.total = l.Written, l.Listed
		row.percent = fmt.Sprintf("%d%%", 100*min(l.Written, l.Listed)/max(l.Listed, 1))
		row.count = grouped(l.Written) + " / " + grouped(l.Listed)
		if left := l.left(); left >= time.Second {
			row.left = seconds(left)
		}
	}
	return row
}

// barLines are rows as a table. Where a window is narrow the bar goes first, then the
// time left, the pace, the place and the percentage: the kind and its number stay.
func barLines(rows []barRow, columns int) []string {
	const shortest, usualKind = 14, 24 // columns of a kind's name
	of := func(text func(r *barRow) string) (most int) {
		for i := range rows {
			most = max(most, width(text(&rows[i])))
		}
		return most
	}
	place, kind := of(func(r *barRow) string { return r.place }), min(longestKind, max(usualKind, of(func(r *barRow) string { return r.kind })))
	percent, count := of(func(r *barRow) string { return r.percent }), max(len("12,345 / 67,890"), of(func(r *barRow) string { return r.count }))
	pace, left := of(func(r *barRow) string { return r.pace }), of(func(r *barRow) string { return r.left })
	if percent > 0 { // steady, from 1% to 100%
		percent = 4
	}
	bars := longestBar
	room := func() int {
		n := columns - 1 // of the indentation, one; each column has a space before it
		for _, w := range []int{place, bars, percent, count, pace, left} {
			if w > 0 {
				n -= w + 1
			}
		}
		return n - 1
	}
	if percent == 0 {
		bars = 0
	}
	for _, one := range []*int{&bars, &left, &pace, &place, &percent} {
		if room() < min(kind, shortest) {
			*one = 0
		}
	}
	kind = max(1, min(kind, room()))
	var lines []string
	for i := range rows {
		r := &rows[i]
		line := " "
		add := func(columns int, text string) {
			if columns > 0 {
				line += " " + text
			}
		}
		add(place, pad(cutMiddle(r.place, place), place))
		add(kind, pad(cutMiddle(r.kind, kind), kind))
		if r.total > 0 {
			add(bars, bar(bars, r.done, r.total))
		} else {
			add(bars, pad("", bars))
		}
		add(percent, padLeft(r.percent, percent))
		add(count, padLeft(r.count, count))
		add(pace, padLeft(r.pace, pace))
		add(left, padLeft(r.left, left))
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
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
