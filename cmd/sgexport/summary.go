package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The summary fits a screen: so many lines are shown of gaps, and of limits; verify has
// all.
const (
	gapLines   = 8
	limitLines = 6
	quietLines = 40
)

// A result is what a run comes to.
type result struct {
	report             *graph.Report
	counts             snapshot.Counts
	manifest           *snapshot.Manifest // nil where there is no directory
	took               time.Duration
	throttled, retried int64  // calls that were made again
	resumed            int    // lists that an earlier run had read
	reused             int64  // resources that --base had
	base               string // what that is; "" is none
	read               int64  // resources that this run asked for
	reading            time.Duration
}

// summarize ends a run: what there is now, what is missing, what to do next.
// The error is errIncomplete where there are gaps.
func (o *exportOptions) summarize(stderr io.Writer, r result) error {
	switch {
	case o.jsonLog:
		o.log.result(o, &r)
	case o.quiet:
		p := paragraphs{w: stderr, columns: columnsOf(stderr)}
		p.gaps(lacksOf(r.report, true), quietLines)
	default:
		o.writeResult(stderr, r)
	}
	if r.report.HasGaps() {
		return errIncomplete
	}
	return nil
}

func (o *exportOptions) writeResult(w io.Writer, r result) {
	p := paragraphs{w: w, columns: columnsOf(w)}
	p.say("", "%s of %s, %s of %s, %s, %s",
		snapshot.Counted(r.counts.Nodes, "node"), snapshot.Counted(len(r.counts.Labels), "label"),
		snapshot.Counted(r.counts.Edges, "edge"), snapshot.Counted(len(r.counts.EdgeTypes), "type"),
		callsText(&r, o.verbose), r.took.Round(10*time.Millisecond))
	if o.base != "" {
		r.base = fmt.Sprintf("%s (%s)", o.base, o.kept.Snapshot.Format(time.RFC3339))
	}
	if text := readText(&r); text != "" {
		p.say("", "%s", text)
	}
	writeEmpty(&p, snapshot.EmptyScopes(r.report), ownScopes(r.report), o.everywhere)
	writeMissing(&p, r.report)
	if r.manifest == nil {
		return
	}
	if !o.redact {
		p.say("", "secrets: none was taken out (--redact none): keep the snapshot as you keep those")
	}
	if lacksPermissions(r.report) {
		p.say("", "denied: 'sgexport policy' prints the permissions that an export needs")
	}
	files, bytes := sizeOf(r.manifest)
	p.say("", "wrote %s: %s, %s", o.out, snapshot.Counted(files, "file"), size(bytes))
	p.next(o.out, r.manifest)
}

// emptyLines is how many scopes without resources have a line of their own.
const emptyLines = 4

// ownScopes counts the scopes that were read for themselves: not those of what an account
// has once.
func ownScopes(r *graph.Report) (n int) {
	for i := range r.Scopes {
		if r.Scopes[i].Region != "global" {
			n++
		}
	}
	return n
}

// writeEmpty says where there is nothing, of how many scopes, and where nothing is
// anywhere what to do.
func writeEmpty(p *paragraphs, scopes []string, all int, everywhere bool) {
	if len(scopes) > emptyLines {
		p.say("", "no SageMaker resources in %d of the %d scopes", len(scopes), all)
		return
	}
	other := ""
	if len(scopes) == all && !everywhere {
		other = " (--region reads another region)"
	}
	for _, scope := range scopes {
		p.say("", "no SageMaker resources in %s%s", scope, other)
	}
}

// callsText is how many calls there were, and how many were made again where some were.
func callsText(r *result, verbose bool) string {
	text := snapshot.Counted(callsOf(r.report), "API call")
	if r.throttled > 0 || verbose {
		text += fmt.Sprintf(", %s throttled", grouped(r.throttled))
	}
	if r.retried > 0 || verbose {
		text += fmt.Sprintf(", %s retried", grouped(r.retried))
	}
	return text
}

// readText is how fast a run was that took a while, and what it had not to read.
func readText(r *result) string {
	pace, resumed, reused := "", "", ""
	if r.reading >= recently {
		pace = joinNonEmpty(", ", snapshot.Counted(int(r.read), "resource")+" in "+seconds(r.reading), rate(float64(r.read)/r.reading.Seconds()))
	}
	if r.resumed > 0 {
		resumed = earlierText(r.resumed)
	}
	if r.base != "" {
		reused = snapshot.Counted(int(r.reused), "resource") + " taken from --base " + r.base
	}
	if text := joinNonEmpty("; ", pace, resumed, reused); text != "" {
		return "read: " + text
	}
	return ""
}

// sizeOf is what a snapshot takes on disk.
func sizeOf(m *snapshot.Manifest) (files int, bytes int64) {
	if m == nil {
		return 0, 0
	}
	for _, f := range m.Files {
		bytes += f.Bytes
	}
	return len(m.Files), bytes
}

// writeMissing says what the snapshot lacks. Only a complete one says that
// everything was read.
func writeMissing(p *paragraphs, r *graph.Report) {
	gaps := lacksOf(r, true)
	switch {
	case r.Complete():
		p.say("", "gaps: none, everything was read")
	case len(gaps) == 0:
		p.say("", "gaps: none, all that was asked for was read")
	}
	p.gaps(gaps, gapLines)
	p.limits(lacksOf(r, false), limitLines)
}

// refuse says what is missing, and that this is why nothing is published.
func (o *exportOptions) refuse(stderr io.Writer, r *graph.Report) error {
	gaps, limits := lacksOf(r, true), lacksOf(r, false)
	if o.jsonLog {
		o.log.lacks(slices.Concat(gaps, limits))
	} else {
		p := paragraphs{w: stderr, columns: columnsOf(stderr)}
		p.gaps(gaps, math.MaxInt)
		p.limits(limits, math.MaxInt)
	}
	return fmt.Errorf("--strict: the snapshot would not be complete (%s, %s), so nothing was published", snapshot.Counted(len(gaps), "gap"), snapshot.Counted(len(limits), "limit"))
}

// lacksPermissions reports whether a gap is that the caller may not.
func lacksPermissions(r *graph.Report) bool {
	return slices.ContainsFunc(r.Gaps, func(g *graph.Gap) bool { return calling.Denies(g.Code) })
}

// lacksOf returns what is missing: the gaps, or what is none.
func lacksOf(r *graph.Report, gaps bool) []snapshot.Lack {
	return slices.DeleteFunc(snapshot.Lacks(r), func(l snapshot.Lack) bool { return l.Gap != gaps })
}

func callsOf(r *graph.Report) int64 {
	var calls int64
	for _, s := range r.Scopes {
		calls += s.Calls
	}
	return calls
}

// quoted makes a path one word of a shell.
func quoted(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:@%") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// grouped writes a number with a comma at every thousand.
func grouped(n int64) string { return snapshot.Grouped(n) }

func size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.1f KiB", float64(bytes)/(1<<10))
}
