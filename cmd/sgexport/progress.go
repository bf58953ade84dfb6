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

// A progress shows how far a run is, and what it waits for: a picture that is drawn over
// and over on a terminal (screen.go), JSON lines (log.go), or otherwise a line for each
// list that is read and has something, and one now and then of the whole. A list is one
// kind in one scope, that is in one region of one account. progress_text.go has the texts.
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

	mu       sync.Mutex
	kinds    int // in each scope
	expected int // scopes; 0 is not known
	accounts int
	named    int // scopes that are going to be read, as the events say
	lists    map[string]*list
	work     map[*list]bool    // of lists: those that are being read
	empty    map[string]int    // in how many scopes a kind has nothing
	scopes   map[string]*place // by account/region
	tally    tally

	began     time.Time
	said      time.Time // when the last heartbeat was
	held      []string  // lines that are not written yet
	flushed   time.Time // when some were
	restored  time.Time // when the last list came that an earlier run had read
	told      bool      // that there are such lists
	calls     pace
	written   pace
	throttles throttles
	sending   sending // once all is read
	readFor   time.Duration
	closed    bool
}

// waits are exporter.Waits.
type waits interface {
	List() []exporter.Wait
	Again() (throttled, failed int64)
	Rates() []exporter.Rate
}

// A list is what is known of one kind in one scope.
type list struct {
	exporter.Event
	pace pace // of what is counted now
}

// isListing reports whether nothing is read yet, for the list has not ended.
func (l *list) isListing() bool { return l.State == "" && !l.ListedAll && l.Written == 0 }

// counted is what a list's pace is of: how many it names, until something is read.
func (l *list) counted() int64 {
	if l.isListing() {
		return l.Listed
	}
	return l.Written
}

// A place is what is known of a scope.
type place struct {
	named                 bool // it is one that is read for itself
	done                  bool
	some                  int // kinds that have something
	written, missed, kept int64
}

// A tally is what all lists come to.
type tally struct {
	lists, done                   int
	found, written, reused, calls int64
	resumed                       int   // lists that an earlier run had read
	resumedWritten, resumedCalls  int64 // of those
}

// add counts a list, or takes it out with -1.
func (t *tally) add(l *list, sign int64) {
	if l.State != "" {
		t.done += int(sign)
	}
	t.lists += int(sign)
	t.found += sign * l.Listed
	t.written += sign * l.Written
	t.reused += sign * l.Reused
	t.calls += sign * l.Calls
	if l.Resumed {
		t.resumed += int(sign)
		t.resumedWritten += sign * l.Written
		t.resumedCalls += sign * l.Calls
	}
}

const (
	longWait    = 2 * time.Second  // what is waited for longer is shown
	heartbeat   = 10 * time.Second // between two of the first heartbeats
	seldom      = 2 * time.Minute  // and later on, at most
	holding     = 5 * time.Second  // lines are held back, at most: a run that fails at once says why, and little else
	listedScope = 8                // of so many scopes each list has a line; of more each scope
)

// newProgress returns what shows a run, from its first word on. waits says what it waits
// for, now what time it is.
func newProgress(stderr io.Writer, o *exportOptions, waits waits, now func() time.Time) *progress {
	kinds := len(o.kinds)
	if o.kinds == nil {
		kinds = len(exporter.Labels())
	}
	p := &progress{
		lines: stderr, quiet: o.quiet, verbose: o.verbose, waits: waits, now: now, kinds: kinds, expected: o.scopes(), accounts: o.accounts, stop: make(chan struct{}),
		lists: map[string]*list{}, work: map[*list]bool{}, empty: map[string]int{}, scopes: map[string]*place{}, began: now(),
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

// note takes samples of how fast it goes, and of what is throttled.
func (p *progress) note() {
	now := p.now()
	p.calls.note(now, p.tally.calls-p.tally.resumedCalls)
	p.written.note(now, p.tally.written-p.tally.resumedWritten)
	for l := range p.work {
		l.pace.note(now, l.counted())
	}
	p.throttles.note(now, p.waits.List(), p.waits.Rates())
}

// update works out what the screen shows.
func (p *progress) update() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note()
	p.screen.show(p.picture(p.screen.columns()))
}

// tick writes the lines that were held back, and how far the run is: seldom in a long
// one, and at once where it waits from its start, or where calls of one more operation
// are throttled.
func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quiet {
		return
	}
	p.note()
	fresh := p.throttles.fresh()
	if p.log != nil {
		p.log.throttled(p.now(), fresh)
	}
	if p.now().Sub(p.flushed) >= holding {
		p.flush()
	}
	silent, first := p.now().Sub(p.said), p.said.Equal(p.began)
	if silent < p.pause() && !(first && (len(fresh) > 0 || len(p.longWaits()) > 0)) && !(len(fresh) > 0 && silent >= heartbeat) {
		return
	}
	p.said = p.now()
	p.flush()
	if p.log != nil {
		p.log.heartbeat(p)
		return
	}
	// One line, however long: logs are searched.
	fmt.Fprintln(p.lines, strings.Join(strings.Fields(snapshot.Printable(joinNonEmpty("; ", p.numbers(), p.left(), p.waitsFor()))), " "))
}

// pause is how long nothing is said of the whole: longer the longer a run takes.
func (p *progress) pause() time.Duration {
	return max(heartbeat, min(p.now().Sub(p.began)/6, seldom))
}

// flush writes the lines that were held back, sorted: they come in any order.
func (p *progress) flush() {
	p.flushed = p.now()
	if p.tally.resumed > 0 && !p.told && (p.closed || p.now().Sub(p.restored) >= longWait) {
		p.told = true
		if p.log != nil {
			p.log.resumed(p.tally.resumed, p.tally.resumedWritten)
		} else {
			fmt.Fprintln(p.lines, p.earlier())
		}
	}
	slices.Sort(p.held)
	for _, line := range p.held {
		fmt.Fprintln(p.lines, line)
	}
	p.held = nil
}

// event takes the progress of one list, or of a scope.
func (p *progress) event(e exporter.Event) {
	if e.State == graph.Skipped {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Regions != nil {
		if p.log != nil {
			p.log.account(e.Scope, e.Regions)
		}
		return
	}
	at := p.scopes[e.Scope]
	if at == nil {
		at = &place{}
		p.scopes[e.Scope] = at
	}
	if e.Label == "" {
		if !at.named {
			at.named = true
			p.named++
		}
		if at.done = e.State != ""; at.done {
			p.scopeDone(e.Scope, at)
		}
		return
	}
	key := e.Scope + " " + e.Label
	l := p.lists[key]
	if l == nil {
		l = &list{}
		l.pace.note(p.now(), 0)
		p.lists[key] = l
	} else {
		p.count(l, at, -1)
	}
	if e.State == "" { // an older one may come late
		e.Listed, e.Written, e.Reused, e.Calls = max(e.Listed, l.Listed), max(e.Written, l.Written), max(e.Reused, l.Reused), max(e.Calls, l.Calls)
		e.ListedAll = e.ListedAll || l.ListedAll
	}
	again, was, ended, written := l.State != "", l.isListing(), l.ListedAll, l.Written
	l.Event = e
	if was != l.isListing() || ended != l.ListedAll { // from here on it has another pace
		l.pace = pace{}
		l.pace.note(p.now(), written)
	}
	p.count(l, at, 1)
	if l.State == "" {
		p.work[l] = true
		return
	}
	delete(p.work, l)
	l.pace = pace{}
	if e.Resumed {
		p.restored = p.now()
	}
	if !p.quiet && !again {
		p.finished(e)
	}
}

// count adds a list to what all come to, or takes it out with -1.
func (p *progress) count(l *list, at *place, sign int) {
	p.tally.add(l, int64(sign))
	switch {
	case l.State == "":
		return
	case isNothing(l.Event) && strings.HasPrefix(l.Label, kindPrefix):
		p.empty[l.Label] += sign
	case !isNothing(l.Event):
		at.some += sign
	}
	at.written += int64(sign) * l.Written
	if l.State != graph.Complete && l.State != graph.Limited && l.State != graph.Unoffered {
		at.missed += int64(sign)
	}
	if l.Resumed {
		at.kept += int64(sign)
	}
}

// isNothing reports whether a list that was read has nothing, for certain.
func isNothing(e exporter.Event) bool {
	return e.Listed == 0 && (e.State == graph.Complete || e.State == graph.Unoffered)
}

// finished says what was found of a list, where that is something. What an earlier run
// had read is said in sum.
func (p *progress) finished(e exporter.Event) {
	if !p.verbose && (isNothing(e) || e.Resumed) {
		return
	}
	if p.log != nil {
		p.log.kind(e)
		return
	}
	switch {
	case p.verbose:
		fmt.Fprintln(p.lines, p.listLine(e))
	case p.screen == nil && p.all() <= listedScope:
		p.held = append(p.held, p.listLine(e))
	}
}

// scopeDone says of a scope that its own kinds are read, where there are many scopes.
func (p *progress) scopeDone(scope string, at *place) {
	if p.quiet || p.log != nil || p.screen != nil || p.all() <= listedScope || at.some == 0 {
		return
	}
	p.held = append(p.held, p.scopeLine(scope, at))
}

// all is how many scopes there are, as far as it is known.
func (p *progress) all() int { return max(p.expected, p.named) }

// total is how many lists there are; 0 is not known: it is asked which regions there are.
func (p *progress) total() int {
	if p.all() == 0 {
		return 0
	}
	return max(p.kinds*p.all(), p.tally.lists)
}

// inWork are the lists that are being read, by scope and label.
func (p *progress) inWork() []*list {
	var lists []*list
	for l := range p.work {
		lists = append(lists, l)
	}
	slices.SortFunc(lists, func(a, b *list) int { return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Label, b.Label)) })
	return lists
}

// longWaits are the waits that are worth telling and are for no throttled operation, the
// longest first.
func (p *progress) longWaits() []exporter.Wait {
	return slices.DeleteFunc(p.waits.List(), func(w exporter.Wait) bool {
		return p.now().Sub(w.Since) < longWait || p.throttles.has(w.Scope, w.Action)
	})
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
	if failed || p.quiet {
		return
	}
	if p.screen != nil {
		p.lines = p.screen.out
		p.told = true // the summary says it
	}
	p.flush()
	if none := p.none(); none != "" && p.log == nil {
		fmt.Fprintln(p.lines, none)
	}
}

// sumUp says what the run had to read.
func (p *progress) sumUp(r *result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &p.tally
	r.resumed, r.reused, r.read, r.reading = t.resumed, t.reused, t.written-t.resumedWritten-t.reused, p.readFor
}

// none says how many kinds were read in all their regions and have nothing.
func (p *progress) none() string {
	n := 0
	for _, scopes := range p.empty {
		if scopes > 0 && scopes == p.all() {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return snapshot.Counted(n, "kind") + ": none"
}

// kindPrefix is what the labels of SageMaker's own kinds begin with.
const kindPrefix = "AWSSageMaker"

func noun(label string) string { return strings.TrimPrefix(label, kindPrefix) }
