package main

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// numbers is how far the run is: 12 of 156 lists, 3,456 found, 20/s, 789 calls, 40 s.
func (p *progress) numbers() string {
	t := &p.tally
	lists := snapshot.Counted(t.done, "list")
	if total := p.total(); total > 0 {
		lists = fmt.Sprintf("%s of %s lists", grouped(int64(t.done)), grouped(int64(total)))
	}
	pace := rate(p.written.perSecond())
	if p.sending.phase != "" {
		pace = "" // all is read
	}
	parts := []string{lists, p.places(), grouped(t.found) + " found", pace, grouped(t.calls) + " calls"}
	throttled, failed := p.waits.Again()
	if throttled > 0 {
		parts = append(parts, grouped(throttled)+" throttled")
	}
	if failed > 0 {
		parts = append(parts, grouped(failed)+" retried")
	}
	return joinNonEmpty(", ", append(parts, seconds(p.now().Sub(p.began)))...)
}

// places is how many accounts are read to their end, or regions where there is one
// account; "" where there is one of each. What other services have comes afterwards.
func (p *progress) places() string {
	done, all := map[string]int{}, map[string]int{}
	regions := 0
	for scope, at := range p.scopes {
		if !at.named {
			continue
		}
		account, _, _ := strings.Cut(scope, "/")
		all[account]++
		if at.done {
			done[account]++
			regions++
		}
	}
	switch accounts := max(p.accounts, len(all)); {
	case accounts > 1:
		n := 0
		for account := range all {
			if done[account] == all[account] {
				n++
			}
		}
		return fmt.Sprintf("%d of %d accounts", n, accounts)
	case p.all() > 1:
		return fmt.Sprintf("%d of %d regions", regions, p.all())
	}
	return ""
}

// earlier says what an earlier run had read.
func (p *progress) earlier() string { return earlierText(p.tally.resumed) }

func earlierText(lists int) string {
	if lists == 1 {
		return "1 list was read by an earlier run"
	}
	return grouped(int64(lists)) + " lists were read by an earlier run"
}

// left is how long the run takes at least: until the slowest list has all that it names.
// What is not listed yet, nobody knows. "" is not known, or not worth a word.
func (p *progress) left() string {
	var most time.Duration
	for l := range p.work {
		most = max(most, l.left())
	}
	if most < holding {
		return ""
	}
	return "about " + seconds(most) + " left or more"
}

// left is how long a list takes of which it is known how many there are; 0 is not known.
func (l *list) left() time.Duration {
	if !l.ListedAll {
		return 0
	}
	return l.pace.left(l.Listed - l.Written)
}

// shownWaits is how many things that are waited for are named.
const shownWaits = 2

// waitsFor says what is written or, until then, what is throttled and for how long, and
// the longest waits; where there is neither, kinds in work.
func (p *progress) waitsFor() string {
	if p.sending.phase != "" {
		return p.sending.text()
	}
	waits := p.longWaits()
	for _, one := range p.throttles.now {
		why := "throttled"
		if r := rate(one.perSecond); r != "" {
			why += " to " + r
		}
		waits = append(waits, exporter.Wait{Scope: one.scope, Action: one.action, Why: why, Since: one.since})
	}
	slices.SortStableFunc(waits, func(a, b exporter.Wait) int { return a.Since.Compare(b.Since) })
	var parts []string
	for _, w := range waits {
		parts = append(parts, fmt.Sprintf("%s: %s%s, %s", w.Why, w.Action, p.in(w.Scope), seconds(p.now().Sub(w.Since))))
	}
	if more := len(parts) - shownWaits; more > 0 && !p.verbose {
		parts = append(parts[:shownWaits], snapshot.Counted(more, "more wait"))
	}
	if len(parts) > 0 {
		return strings.Join(parts, "; ")
	}
	return p.reads()
}

// in is where something is, if there is more than one place.
func (p *progress) in(scope string) string {
	if name := p.placeOf(scope); name != "" {
		return " in " + name
	}
	return ""
}

// placeOf is a scope as it has to be told from others: by its region, with its account
// where there are several; "" where there is one.
func (p *progress) placeOf(scope string) string {
	switch {
	case p.accounts > 1:
		return scope
	case p.all() > 1:
		return regionOf(scope)
	}
	return ""
}

// reads names kinds that are being read.
func (p *progress) reads() string {
	var names []string
	for _, l := range p.inWork() {
		names = append(names, noun(l.Label))
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	names = unique(names)
	text := "reading " + strings.Join(names[:min(3, len(names))], ", ")
	if more := len(names) - 3; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// listLine says of a list that it is read.
func (p *progress) listLine(e exporter.Event) string {
	room, place := longestKind, 14
	if p.verbose {
		room = 24
	}
	at := regionOf(e.Scope)
	if p.accounts > 1 {
		room, place, at = 20, 27, e.Scope
	}
	line := pad(at, place) + " " + pad(cutMiddle(noun(e.Label), room), room) + " " + pad(string(e.State), 11) + " " + padLeft(grouped(e.Written), 9) + " found"
	if p.verbose {
		line += padLeft(grouped(e.Calls), 7) + " calls"
	}
	return line
}

// scopeLine says of a scope that its own kinds are read.
func (p *progress) scopeLine(scope string, at *place) string {
	line := pad(scope, 27) + " " + padLeft(snapshot.Counted(at.some, "kind"), 9) + " " + padLeft(grouped(at.written), 9) + " found"
	if at.kept > 0 {
		line += ", " + snapshot.Counted(int(at.kept), "kind") + " of an earlier run"
	}
	if at.missed > 0 {
		line += ", " + snapshot.Counted(int(at.missed), "kind") + " not in full"
	}
	return line
}

// regionOf is the region of a scope.
func regionOf(scope string) string {
	_, region, _ := strings.Cut(scope, "/")
	return region
}

// A sending is what is known of the graph while it is made and written.
type sending struct {
	phase        string // sorting, writing or publishing; "" is not yet
	formats      string
	sorted       *atomic.Int64 // resources that were taken up
	resources    int64
	nodes, edges atomic.Int64 // that were sent
	mostNodes    atomic.Int64 // that there can be; 0 is not known
	mostEdges    atomic.Int64 // the same, once all nodes are sent
	bytes        func() int64 // written; nil is not known
}

// A sentSink counts what is sent to a sink.
type sentSink struct {
	graph.Sink
	to   *sending
	most func() (nodes, edges int64) // that there can be
}

func (s *sentSink) Node(n *graph.Node) error {
	s.to.nodes.Add(1)
	return s.Sink.Node(n)
}

// Edge counts an edge. With the first one it is known how many there can be.
func (s *sentSink) Edge(e *graph.Edge) error {
	if s.to.edges.Add(1) == 1 {
		_, most := s.most()
		s.to.mostEdges.Store(most)
	}
	return s.Sink.Edge(e)
}

// sort says that all is read, and is sorted now: taken is how far that is.
func (p *progress) sort(taken *atomic.Int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readFor = p.now().Sub(p.began)
	p.sending.phase, p.sending.sorted, p.sending.resources = sorting, taken, p.tally.written
}

// write says that the graph is written now in these formats; bytes is how much of it is,
// or nil. What it returns is the sink that the graph is sent to.
func (p *progress) write(formats []string, sink graph.Sink, most func() (nodes, edges int64), bytes func() int64) graph.Sink {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &p.sending
	s.phase, s.formats, s.bytes = writing, strings.Join(formats, ", "), bytes
	nodes, _ := most()
	s.mostNodes.Store(nodes)
	return &sentSink{sink, s, most}
}

// publish says that all is written, and is put in its place.
func (p *progress) publish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sending.phase = publishing
}

// text is how far it is: what is known, and no more.
func (s *sending) text() string {
	switch s.phase {
	case sorting:
		return fmt.Sprintf("sorting: %s of %s resources", grouped(min(s.sorted.Load(), s.resources)), grouped(s.resources))
	case writing:
		nodes, edges := s.nodes.Load(), s.edges.Load()
		text := fmt.Sprintf("writing %s: %s of at most %s nodes", s.formats, grouped(nodes), grouped(s.mostNodes.Load()))
		if edges > 0 {
			text = fmt.Sprintf("writing %s: %s nodes, %s of at most %s edges", s.formats, grouped(nodes), grouped(edges), grouped(s.mostEdges.Load()))
		}
		return joinNonEmpty(", ", text, s.size())
	}
	return joinNonEmpty(", ", s.phase, s.size())
}

func (s *sending) size() string {
	if s.bytes == nil {
		return ""
	}
	return size(s.bytes())
}

// Phases of a run, once all is read.
const (
	sorting    = "sorting"
	writing    = "writing"
	publishing = "publishing"
)
