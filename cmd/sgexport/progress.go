package main

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
)

// A progress shows how far the collecting is, and what it waits for: bars on a
// terminal, otherwise a line for each kind that is done and has something, and
// a line now and then where there is none.
type progress struct {
	lines io.Writer    // above the bars, where there are bars
	log   *slog.Logger // instead of lines; nil is none
	bars  *mpb.Progress
	quiet bool
	waits func() []exporter.Wait
	now   func() time.Time
	stop  chan struct{} // closed at the end
	done  sync.WaitGroup

	// What the two lines below the bars say. The bars ask for it while they draw,
	// and whoever holds mu may be waiting for them.
	overall, waiting atomic.Pointer[string]
	footer           []*mpb.Bar

	mu    sync.Mutex
	kinds map[string]exporter.Event // the last of each kind and scope
	total int                       // of kinds and scopes, at least
	began time.Time
	said  time.Time           // when the last line was written
	shown map[string]*mpb.Bar // of kinds that are being read
}

const (
	columns   = 80               // of a terminal, at most
	maxBars   = 8                // of kinds: a region has dozens, and more would scroll away
	longWait  = 2 * time.Second  // what is waited for longer is shown
	heartbeat = 10 * time.Second // without a word, at most
)

// newJSONLog returns a log of JSON lines; a quiet one has warnings and errors
// alone.
func newJSONLog(w io.Writer, quiet bool) *slog.Logger {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// newProgress returns what shows a run, from its first word on. waits says what
// it waits for, now what time it is.
func newProgress(stderr io.Writer, o *exportOptions, waits func() []exporter.Wait, now func() time.Time) *progress {
	kinds := len(o.kinds)
	if o.kinds == nil {
		kinds = len(exporter.Labels())
	}
	s := &progress{
		lines: stderr, quiet: o.quiet, waits: waits, now: now, total: kinds * len(o.regions),
		stop: make(chan struct{}), kinds: map[string]exporter.Event{}, shown: map[string]*mpb.Bar{},
	}
	s.began = s.now()
	s.said = s.began
	switch {
	case o.jsonLog:
		s.log = newJSONLog(stderr, o.quiet)
		s.log.Info("reading", "kinds", kinds, "regions", o.regions)
	case o.quiet:
	case isTerminal(stderr):
		s.bars = mpb.New(mpb.WithOutput(stderr), mpb.WithWidth(16))
		s.lines = s.bars
		s.update()
		s.addFooter()
	default:
		fmt.Fprintf(stderr, "reading %d kinds in %s\n", kinds, strings.Join(o.regions, ", "))
	}
	return s
}

// start keeps what is shown up to date until close.
func (p *progress) start() { p.done.Go(p.beat) }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// addFooter puts two lines below all bars: the whole, and what is waited for.
func (p *progress) addFooter() {
	for i, text := range []*atomic.Pointer[string]{&p.overall, &p.waiting} {
		p.footer = append(p.footer, p.bars.New(0, mpb.NopStyle(), mpb.BarPriority(1<<20+i),
			mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return *text.Load() }))))
	}
}

// update works out what the footer says.
func (p *progress) update() {
	p.mu.Lock()
	defer p.mu.Unlock()
	overall, waiting := cutTo(p.wholeBar()+" "+p.numbers(), columns-1), cutTo(p.waitsFor(), columns-1)
	p.overall.Store(&overall)
	p.waiting.Store(&waiting)
}

// beat looks a few times a second whether there is something to say.
func (p *progress) beat() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			if p.bars != nil {
				p.update()
			} else {
				p.tick()
			}
		}
	}
}

// tick writes a line where there was none for long, or where something is
// waited for and nothing was said of it yet.
func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quiet {
		return
	}
	silent, first := p.now().Sub(p.said), p.said.Equal(p.began)
	if silent < heartbeat && !(first && len(p.longWaits()) > 0) {
		return
	}
	p.said = p.now()
	if p.log == nil {
		fmt.Fprintf(p.lines, "%s\n", strings.Join(slices.DeleteFunc([]string{p.numbers(), p.waitsFor()}, func(s string) bool { return s == "" }), "; "))
		return
	}
	type wait struct {
		Scope   string  `json:"scope"`
		Action  string  `json:"action"`
		Why     string  `json:"why"`
		Seconds float64 `json:"seconds"`
	}
	waits := []wait{}
	for _, w := range p.longWaits() {
		waits = append(waits, wait{w.Scope, w.Action, w.Why, p.now().Sub(w.Since).Round(time.Second).Seconds()})
	}
	done, found, calls := p.sums()
	p.log.Info("progress", "kinds_done", done, "kinds", p.total, "found", found, "calls", calls, "seconds", p.now().Sub(p.began).Round(time.Second).Seconds(), "waits", waits)
}

// sums adds up what the kinds have said.
func (p *progress) sums() (done int, found, calls int64) {
	for _, e := range p.kinds {
		if e.State != "" {
			done++
		}
		found += e.Listed
		calls += e.Calls
	}
	return done, found, calls
}

// numbers is how far the run is: 12 of 156 kinds, 3,456 found, 789 calls, 40 s.
func (p *progress) numbers() string {
	done, found, calls := p.sums()
	return fmt.Sprintf("%d of %d kinds, %s found, %s calls, %s", done, p.total, grouped(found), grouped(calls), seconds(p.now().Sub(p.began)))
}

// wholeBar is the bar of the whole run.
func (p *progress) wholeBar() string {
	const width = 18
	done, _, _ := p.sums()
	full := width * done / max(p.total, 1)
	return "[" + strings.Repeat("=", full) + strings.Repeat("-", width-full) + "]"
}

// longWaits are the waits that are worth telling, the longest first.
func (p *progress) longWaits() []exporter.Wait {
	waits := slices.DeleteFunc(slices.Clone(p.waits()), func(w exporter.Wait) bool { return p.now().Sub(w.Since) < longWait })
	slices.SortStableFunc(waits, func(a, b exporter.Wait) int { return a.Since.Compare(b.Since) })
	return waits
}

// waitsFor names the longest waits or, where there are none, kinds in work:
// throttled: ListModels, 40 s.
func (p *progress) waitsFor() string {
	var parts []string
	waits := p.longWaits()
	for _, w := range waits[:min(2, len(waits))] {
		where := ""
		if _, region, _ := strings.Cut(w.Scope, "/"); region != "" && p.inRegions() > 1 {
			where = " in " + region
		}
		parts = append(parts, fmt.Sprintf("%s: %s%s, %s", w.Why, w.Action, where, seconds(p.now().Sub(w.Since))))
	}
	if more := len(waits) - 2; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more waits", more))
	}
	if len(parts) > 0 {
		return strings.Join(parts, "; ")
	}
	return p.inWork()
}

// inWork names kinds that are being read.
func (p *progress) inWork() string {
	var names []string
	for key, e := range p.kinds {
		if e.State == "" && p.shown[key] == nil {
			names = append(names, noun(e.Label))
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	names = slices.Compact(names)
	text := "reading " + strings.Join(names[:min(3, len(names))], ", ")
	if more := len(names) - 3; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// inRegions is how many scopes there are.
func (p *progress) inRegions() int {
	scopes := map[string]bool{}
	for _, e := range p.kinds {
		scopes[e.Scope] = true
	}
	return len(scopes)
}

// event takes the progress of one kind.
func (p *progress) event(e exporter.Event) {
	if e.State == graph.Skipped {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := e.Scope + " " + e.Label
	p.kinds[key] = e
	p.total = max(p.total, len(p.kinds))
	switch {
	case p.quiet:
	case e.State == "" && p.bars != nil:
		p.bar(key, e)
	case e.State != "":
		p.finished(key, e)
	}
}

// finished takes a kind's bar away, and says what was found where that is
// something.
func (p *progress) finished(key string, e exporter.Event) {
	if bar := p.shown[key]; bar != nil {
		bar.Abort(true)
		delete(p.shown, key)
	}
	if e.Listed == 0 && (e.State == graph.Complete || e.State == graph.Unoffered) {
		return
	}
	p.said = p.now()
	if p.log != nil {
		p.log.Info("kind", "scope", e.Scope, "label", e.Label, "state", e.State, "listed", e.Listed, "written", e.Written, "calls", e.Calls)
		return
	}
	_, region, _ := strings.Cut(e.Scope, "/")
	line := fmt.Sprintf("%-14s %-32s %-11s %7s found", region, noun(e.Label), e.State, grouped(e.Written))
	if p.bars == nil { // there is room
		line += fmt.Sprintf(" %6s calls", grouped(e.Calls))
	}
	fmt.Fprintln(p.lines, line)
}

// bar shows how many of a kind are read.
func (p *progress) bar(key string, e exporter.Event) {
	if e.Listed == 0 {
		return
	}
	if p.shown[key] == nil {
		if len(p.shown) == maxBars {
			return
		}
		_, region, _ := strings.Cut(e.Scope, "/")
		p.shown[key] = p.bars.AddBar(0,
			mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-14s %-26s ", region, cutTo(noun(e.Label), 26)))),
			mpb.AppendDecorators(decor.Any(func(s decor.Statistics) string { return fmt.Sprintf(" %s / %s", grouped(s.Current), grouped(s.Total)) })))
	}
	p.shown[key].SetTotal(e.Listed, false)
	p.shown[key].SetCurrent(e.Written)
}

// close takes the bars off the screen.
func (p *progress) close() {
	close(p.stop)
	p.done.Wait()
	p.mu.Lock()
	bars := slices.Concat(slices.Collect(maps.Values(p.shown)), p.footer)
	p.mu.Unlock()
	for _, bar := range bars {
		bar.Abort(true)
	}
	if p.bars != nil {
		p.bars.Wait()
	}
}

func noun(label string) string { return strings.TrimPrefix(label, "AWSSageMaker") }

// seconds is a time as one reads it: 40 s, 2 min 5 s, 75 min.
func seconds(d time.Duration) string {
	switch s := int(d / time.Second); {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d min", s/60)
	}
}

// cutTo cuts a text to a number of characters.
func cutTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
