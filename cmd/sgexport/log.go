package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// A runLog is what --log-format json writes: one JSON object a line, each an event with
// its name in msg. docs/log.md says which there are, and docs/log.schema.json what each
// has.
type runLog struct{ *slog.Logger }

// newRunLog returns a log; a quiet one has warnings and errors alone.
func newRunLog(w io.Writer, quiet bool) *runLog {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelWarn
	}
	return &runLog{slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))}
}

// start says what is going to be read.
func (l *runLog) start(kinds int, o *exportOptions) {
	says := []any{"version", version, "kinds", kinds, "regions", o.regionNames(), "formats", namesOf(o.formats), "out", o.out}
	if o.base != "" {
		says = append(says, "base", o.base, "base_snapshot", o.kept.Snapshot)
	}
	l.Info("start", says...)
}

// account says where an account is read, once that is known.
func (l *runLog) account(id string, regions []string) {
	l.Info("account", "account", id, "regions", regions)
}

// kind says that a list is read.
func (l *runLog) kind(e exporter.Event) {
	l.Info("kind", "scope", e.Scope, "label", e.Label, "state", e.State, "listed", e.Listed, "written", e.Written, "reused", e.Reused, "calls", e.Calls, "resumed", e.Resumed)
}

// resumed says what an earlier run had read.
func (l *runLog) resumed(lists int, written int64) {
	l.Info("resumed", "lists", lists, "written", written)
}

// throttled says of which operations calls are throttled, each once in a run.
func (l *runLog) throttled(now time.Time, all []*throttle) {
	for _, one := range all {
		l.Info("throttled", "scope", one.scope, "action", one.action, "seconds", wholeSeconds(now.Sub(one.since)), "per_second", shortRate(one.perSecond))
	}
}

// heartbeat says how far a run is, where nothing else was said for a while.
func (l *runLog) heartbeat(p *progress) {
	type wait struct {
		Scope   string  `json:"scope"`
		Action  string  `json:"action"`
		Why     string  `json:"why"`
		Seconds float64 `json:"seconds"`
		Let     float64 `json:"per_second,omitempty"`
	}
	waits := []wait{}
	for _, one := range p.throttles.now {
		waits = append(waits, wait{one.scope, one.action, "throttled", wholeSeconds(p.now().Sub(one.since)), shortRate(one.perSecond)})
	}
	for _, w := range p.longWaits() {
		waits = append(waits, wait{w.Scope, w.Action, w.Why, wholeSeconds(p.now().Sub(w.Since)), 0})
	}
	t, s := &p.tally, &p.sending
	var bytes int64
	if s.bytes != nil {
		bytes = s.bytes()
	}
	throttled, failed := p.waits.Again()
	l.Info("heartbeat", "phase", cmp.Or(s.phase, "reading"), "lists_done", t.done, "lists", p.total(), "found", t.found, "written", t.written, "per_second", shortRate(p.written.perSecond()), "calls", t.calls, "throttled", throttled, "retried", failed,
		"seconds", wholeSeconds(p.now().Sub(p.began)), "nodes", s.nodes.Load(), "edges", s.edges.Load(), "bytes", bytes, "waits", waits)
}

// shortRate is a rate to two digits or, from ten a second on, to a tenth: more of it says
// nothing.
func shortRate(perSecond float64) float64 {
	if perSecond >= 10 {
		return math.Round(perSecond*10) / 10
	}
	short, _ := strconv.ParseFloat(strconv.FormatFloat(perSecond, 'g', 2, 64), 64)
	return short
}

func wholeSeconds(d time.Duration) float64 { return d.Round(time.Second).Seconds() }

// lacks says what is missing, a warning for each gap, and returns how many of each there
// are.
func (l *runLog) lacks(all []snapshot.Lack) (gaps, limits int) {
	for i := range all {
		lack := &all[i]
		if lack.Gap {
			gaps++
			l.Warn("gap", "text", lack.Text, "labels", lack.Labels, "scopes", lack.Scopes, "action", lack.Action, "code", lack.Code, "message", lack.Message, "count", lack.Count)
		} else {
			limits++
			l.Info("limit", "text", lack.Text, "option", lack.Option, "labels", lack.Labels, "scopes", lack.Scopes, "count", lack.Count)
		}
	}
	return gaps, limits
}

// result ends a run that has written all that it read.
func (l *runLog) result(o *exportOptions, r *result) {
	for _, scope := range snapshot.EmptyScopes(r.report) {
		l.Info("empty", "scope", scope, "text", "no SageMaker resources")
	}
	gaps, limits := l.lacks(snapshot.Lacks(r.report))
	status := exitOK
	if r.report.HasGaps() {
		status = exitIncomplete
	}
	files, bytes := sizeOf(r.manifest)
	l.Info("done", "exit_status", status, "duration_seconds", r.took.Seconds(), "nodes", r.counts.Nodes, "edges", r.counts.Edges, "complete", r.report.Complete(),
		"gaps", gaps, "limits", limits, "calls", callsOf(r.report), "throttled", r.throttled, "retried", r.retried, "resumed_lists", r.resumed, "reused", r.reused, "out", o.out, "files", files, "bytes", bytes)
}

// failed ends a run of which nothing is published, and returns the error as one that was
// said. A fault of the program is said as everywhere.
func (l *runLog) failed(ctx context.Context, err error, took time.Duration) error {
	if err == nil || errors.Is(err, errIncomplete) || errors.As(err, new(*graph.PanicError)) {
		return err
	}
	status, text := exitFailed, strings.Join(saidOf(err), "\n")
	switch {
	case context.Cause(ctx) == errStopped:
		status, text = exitInterrupted, interruptedText(err)
	case context.Cause(ctx) == errGone:
		status = exitPipe
	case errors.As(err, new(usageError)):
		status = exitUsage
	}
	l.Error("failed", "exit_status", status, "duration_seconds", took.Seconds(), "text", text)
	return saidError{err}
}

// A saidError is an error that the log has.
type saidError struct{ error }

func (e saidError) Unwrap() error { return e.error }
