package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// A progress shows how far the collecting is, and what it waits for: a picture that is
// drawn over and over on a terminal (screen.go), JSON lines (log.go), or otherwise a line
// for each list that is read and has something, and a line now and then where there is
// none. A list is one kind in one region.
type progress struct {
	lines   io.Writer
	log     *runLog // instead of lines; nil is none
	screen  *screen // nil is none
	quiet   bool
	verbose bool
	waits   waits
	now     func() time.Time
	stop    chan struct{} // closed at the end
	done    sync.WaitGroup

	mu      sync.Mutex
	lists   map[string]*list // by scope and label
	total   int              // of lists, at least
	regions int
	began   time.Time
	said    time.Time // when the last line was written
	held    []string  // lines that are not written yet
	flushed time.Time // when some were
	pace    pace
	writing string // what is written, once all is read
	closed  bool
}

// waits are exporter.Waits.
type waits interface {
	List() []exporter.Wait
	Again() (throttled, failed int64)
}

// A list is what is known of one kind in one scope.
type list struct {
	exporter.Event
	first, last mark // when some were written first, and last
}

// A mark is when so many of a list were written.
type mark struct {
	at      time.Time
	written int64
}

const (
	longWait  = 2 * time.Second  // what is waited for longer is shown
	heartbeat = 10 * time.Second // without a word, at most
	holding   = 5 * time.Second  // lines are held back, at most: a run that fails at once says why, and little else
)

// newProgress returns what shows a run, from its first word on. waits says what it waits
// for, now what time it is.
func newProgress(stderr io.Writer, o *exportOptions, waits waits, now func() time.Time) *progress {
	kinds := len(o.kinds)
	if o.kinds == nil {
		kinds = len(exporter.Labels())
	}
	p := &progress{
		lines: stderr, quiet: o.quiet, verbose: o.verbose, waits: waits, now: now, total: kinds * o.scopes(), regions: o.scopes(),
		stop: make(chan struct{}), lists: map[string]*list{}, began: now(),
	}
	p.said, p.flushed = p.began, p.began
	switch {
	case o.jsonLog:
		p.log = o.log
		p.log.start(kinds, o)
	case o.quiet:
	case isLively(stderr):
		p.screen = newScreen(stderr)
		p.lines = p.screen.above()
		p.update()
	default:
		wrapTo(stderr, "", "  ", fmt.Sprintf("reading %d kinds in %s", kinds, o.where()), tableWidth)
	}
	return p
}

// start keeps what is shown up to date until close.
func (p *progress) start() { p.done.Go(p.beat) }

// beat looks a few times a second whether there is something to say.
func (p *progress) beat() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			if p.screen != nil {
				p.update()
			} else {
				p.tick()
			}
		}
	}
}

// update works out what the screen shows.
func (p *progress) update() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pace.note(p.now(), p.sums().calls)
	p.screen.show(p.picture(p.screen.columns()))
}

// tick writes the lines that were held back, and one where there was none for long, or
// where something is waited for and nothing was said of it yet.
func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quiet {
		return
	}
	p.pace.note(p.now(), p.sums().calls)
	if p.now().Sub(p.flushed) >= holding {
		p.flush()
	}
	silent, first := p.now().Sub(p.said), p.said.Equal(p.began)
	if silent < heartbeat && !(first && len(p.longWaits()) > 0) {
		return
	}
	p.said = p.now()
	if p.log != nil {
		p.log.heartbeat(p)
		return
	}
	p.flush()
	text := strings.Join(slices.DeleteFunc([]string{p.numbers(), p.left(), p.waitsFor()}, func(s string) bool { return s == "" }), "; ")
	wrapTo(p.lines, "", "  ", text, tableWidth)
}

// flush writes the lines that were held back, sorted: they come in any order.
func (p *progress) flush() {
	slices.Sort(p.held)
	for _, line := range p.held {
		fmt.Fprintln(p.lines, line)
	}
	p.held, p.flushed = nil, p.now()
}

// A tally is what all lists come to.
type tally struct {
	done         int
	found, calls int64
}

func (p *progress) sums() (t tally) {
	for _, l := range p.lists {
		if l.State != "" {
			t.done++
		}
		t.found += l.Listed
		t.calls += l.Calls
	}
	return t
}

// numbers is how far the run is: 12 of 156 lists, 3,456 found, 789 calls, 20/s, 40 s.
func (p *progress) numbers() string {
	t := p.sums()
	parts := []string{fmt.Sprintf("%d of %d lists", t.done, p.total), grouped(t.found) + " found", grouped(t.calls) + " calls"}
	if rate, ok := p.pace.rate(); ok {
		parts = append(parts, rate)
	}
	return strings.Join(append(parts, seconds(p.now().Sub(p.began))), ", ")
}

// none says how many kinds were read in all their regions and have nothing.
func (p *progress) none() string {
	empty := map[string]int{} // regions
	n := 0
	for _, l := range p.lists {
		if strings.HasPrefix(l.Label, kindPrefix) && l.Listed == 0 && (l.State == graph.Complete || l.State == graph.Unoffered) {
			if empty[l.Label]++; empty[l.Label] == p.regions {
				n++
			}
		}
	}
	if n == 0 {
		return ""
	}
	return snapshot.Counted(n, "kind") + ": none"
}

// kindPrefix is what the labels of SageMaker's own kinds begin with.
const kindPrefix = "AWSSageMaker"

// left is how long the run takes at this pace: until the slowest list has all that it has
// found so far. What is not listed yet, nobody knows. "" is not known, or not worth a word.
func (p *progress) left() string {
	var most time.Duration
	for _, l := range p.lists {
		written, spent := l.last.written-l.first.written, l.last.at.Sub(l.first.at)
		if l.State != "" || written < 16 || spent < holding {
			continue
		}
		left := time.Duration(float64(l.Listed-l.last.written) / float64(written) * float64(spent))
		most = max(most, left-p.now().Sub(l.last.at))
	}
	if most < holding {
		return ""
	}
	return "about " + seconds(most) + " left or more"
}

// longWaits are the waits that are worth telling, the longest first.
func (p *progress) longWaits() []exporter.Wait {
	return slices.DeleteFunc(p.waits.List(), func(w exporter.Wait) bool { return p.now().Sub(w.Since) < longWait })
}

// waitsFor names the longest waits or, where there are none, kinds in work:
// throttled: ListModels, 40 s.
func (p *progress) waitsFor() string {
	var parts []string
	waits := p.longWaits()
	shown := 2
	if p.verbose {
		shown = len(waits)
	}
	for _, w := range waits[:min(shown, len(waits))] {
		where := ""
		if _, region, _ := strings.Cut(w.Scope, "/"); region != "" && p.inRegions() > 1 {
			where = " in " + region
		}
		parts = append(parts, fmt.Sprintf("%s: %s%s, %s", w.Why, w.Action, where, seconds(p.now().Sub(w.Since))))
	}
	if p.writing != "" {
		return p.writing
	}
	if more := len(waits) - shown; more > 0 {
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
	for _, l := range p.lists {
		if l.State == "" {
			names = append(names, noun(l.Label))
		}
	}
	if len(names) == 0 {
		return ""
	}
	names = unique(names)
	text := "reading " + strings.Join(names[:min(3, len(names))], ", ")
	if more := len(names) - 3; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// inRegions is how many scopes there are.
func (p *progress) inRegions() int {
	scopes := map[string]bool{}
	for _, l := range p.lists {
		scopes[l.Scope] = true
	}
	return len(scopes)
}

// event takes the progress of one list.
func (p *progress) event(e exporter.Event) {
	if e.State == graph.Skipped {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := e.Scope + " " + e.Label
	l := p.lists[key]
	if l == nil {
		l = &list{}
		p.lists[key] = l
		p.total = max(p.total, len(p.lists))
	}
	if e.Written > l.Written {
		l.last = mark{p.now(), e.Written}
		if l.first.written == 0 {
			l.first = l.last
		}
	}
	l.Event = e
	if e.State != "" && !p.quiet {
		p.finished(e)
	}
}

// finished says what was found of a list, where that is something.
func (p *progress) finished(e exporter.Event) {
	if !p.verbose && e.Listed == 0 && (e.State == graph.Complete || e.State == graph.Unoffered) {
		return
	}
	if p.log != nil {
		p.said = p.now()
		p.log.kind(e)
		return
	}
	line := listLine(e, p.verbose)
	switch {
	case p.verbose:
		fmt.Fprintln(p.lines, line)
		p.said = p.now()
	case p.screen == nil:
		p.held = append(p.held, line)
		p.said = p.now()
	}
}

// listLine says of a list that it is read.
func listLine(e exporter.Event, verbose bool) string {
	room := longestKind
	if verbose {
		room = 24
	}
	line := pad(regionOf(e.Scope), 14) + " " + pad(cutMiddle(noun(e.Label), room), room) + " " + pad(string(e.State), 11) + " " + padLeft(grouped(e.Written), 9) + " found"
	if verbose {
		line += padLeft(grouped(e.Calls), 7) + " calls"
	}
	return line
}

// regionOf is the region of a scope.
func regionOf(scope string) string {
	_, region, _ := strings.Cut(scope, "/")
	return region
}

// write says that all is read, and what is written now.
func (p *progress) write(formats []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writing = "writing " + strings.Join(formats, ", ")
}

// close takes the picture off the screen and writes what was held back, unless the run
// has failed: then what it had read until then is of no use to anybody.
func (p *progress) close(failed bool) {
	if p.closed {
		return
	}
	p.closed = true
	close(p.stop)
	p.done.Wait()
	if p.screen != nil {
		p.screen.close()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if failed || p.quiet || p.log != nil {
		return
	}
	if p.screen != nil {
		p.lines = p.screen.out
	}
	p.flush()
	if none := p.none(); none != "" {
		fmt.Fprintln(p.lines, none)
	}
}

func noun(label string) string { return strings.TrimPrefix(label, kindPrefix) }

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

// A pace is how fast calls were made lately.
type pace struct{ samples []sample }

type sample struct {
	at    time.Time
	calls int64
}

// note takes how many calls there were, several times a second; it forgets what is older
// than a heartbeat.
func (p *pace) note(now time.Time, calls int64) {
	p.samples = append(p.samples, sample{now, calls})
	old := 0
	for old < len(p.samples)-1 && now.Sub(p.samples[old].at) > heartbeat {
		old++
	}
	p.samples = p.samples[old:]
}

// rate is such as 12/s; not known in the first two seconds.
func (p *pace) rate() (string, bool) {
	if len(p.samples) == 0 {
		return "", false
	}
	first, last := p.samples[0], p.samples[len(p.samples)-1]
	spent := last.at.Sub(first.at)
	if spent < longWait {
		return "", false
	}
	return fmt.Sprintf("%s/s", grouped(int64(float64(last.calls-first.calls)/spent.Seconds()))), true
}

// inOrder sorts lists by scope and label.
func inOrder(lists []*list) {
	slices.SortFunc(lists, func(a, b *list) int { return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Label, b.Label)) })
}
