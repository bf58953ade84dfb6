package main

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// shownLines is how many gaps and how many limits the summary lists; verify
// lists all.
const shownLines = 20

// A result is what a run comes to.
type result struct {
	report   *graph.Report
	counts   snapshot.Counts
	manifest *snapshot.Manifest // nil where there is no directory
	took     time.Duration
}

// summarize ends a run: what there is now, what is missing, what to do next.
// The error is errIncomplete where there are gaps.
func (o *exportOptions) summarize(stderr io.Writer, r result) error {
	switch {
	case o.jsonLog:
		o.logResult(newJSONLog(stderr, o.quiet), r)
	case o.quiet:
		writeLacks(stderr, "gaps", lacksOf(r.report, true), shownLines, "all are in manifest.json")
	default:
		o.writeResult(stderr, r)
	}
	if r.report.HasGaps() {
		return errIncomplete
	}
	return nil
}

func (o *exportOptions) writeResult(w io.Writer, r result) {
	fmt.Fprintf(w, "\n%s of %s, %s of %s, %s, %s\n",
		snapshot.Counted(r.counts.Nodes, "node"), snapshot.Counted(len(r.counts.Labels), "label"),
		snapshot.Counted(r.counts.Edges, "edge"), snapshot.Counted(len(r.counts.EdgeTypes), "type"),
		snapshot.Counted(callsOf(r.report), "API call"), r.took.Round(10*time.Millisecond))
	for _, scope := range snapshot.EmptyScopes(r.report) {
		fmt.Fprintf(w, "no SageMaker resources in %s\n", snapshot.Printable(scope))
	}
	writeMissing(w, r.report)
	if r.manifest == nil {
		return
	}
	var bytes int64
	for _, f := range r.manifest.Files {
		bytes += f.Bytes
	}
	if !o.redact {
		fmt.Fprintln(w, "secrets: none was taken out (--redact none): keep the snapshot as you keep those")
	}
	if lacksPermissions(r.report) {
		fmt.Fprintln(w, "denied: 'sgexport policy' prints the permissions that an export needs")
	}
	fmt.Fprintf(w, "wrote %s: %d files, %s\n", o.out, len(r.manifest.Files), size(bytes))
	fmt.Fprintf(w, "next: %s\n", nextCommand(o.out, r.manifest.Formats, r.manifest.Options))
}

// writeMissing says what the snapshot lacks. Only a complete one says that
// everything was read.
func writeMissing(w io.Writer, r *graph.Report) {
	gaps, limits := lacksOf(r, true), lacksOf(r, false)
	switch {
	case r.Complete():
		fmt.Fprintln(w, "gaps: none, everything was read")
	case len(gaps) == 0:
		fmt.Fprintln(w, "gaps: none, all that was asked for was read")
	}
	writeLacks(w, "gaps", gaps, shownLines, "each is something that could not be read; all are in manifest.json")
	writeLacks(w, "limits", limits, shownLines, "what was not asked for, and the option that asks for it")
}

// refuse says what is missing, and that this is why nothing is published.
func (o *exportOptions) refuse(stderr io.Writer, r *graph.Report) error {
	gaps, limits := lacksOf(r, true), lacksOf(r, false)
	if o.jsonLog {
		logLacks(newJSONLog(stderr, o.quiet), slices.Concat(gaps, limits))
	} else {
		writeLacks(stderr, "gaps", gaps, len(gaps), "each is something that could not be read")
		writeLacks(stderr, "limits", limits, len(limits), "what was not asked for, and the option that asks for it")
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

func writeLacks(w io.Writer, what string, lacks []snapshot.Lack, most int, meaning string) {
	if len(lacks) == 0 {
		return
	}
	fmt.Fprintf(w, "%s: %d, %s\n", what, len(lacks), meaning)
	for _, l := range lacks[:min(most, len(lacks))] {
		fmt.Fprintf(w, "  %s\n", snapshot.Printable(l.Text))
	}
	if more := len(lacks) - most; more > 0 {
		fmt.Fprintf(w, "  … and %d more: sgexport verify lists all\n", more)
	}
}

// logResult says the same in JSON: a gap is a warning.
func (o *exportOptions) logResult(log *slog.Logger, r result) {
	for _, scope := range snapshot.EmptyScopes(r.report) {
		log.Info("empty", "scope", scope, "text", "no SageMaker resources")
	}
	gaps := logLacks(log, snapshot.Lacks(r.report))
	log.Info("done", "nodes", r.counts.Nodes, "edges", r.counts.Edges, "complete", r.report.Complete(), "gaps", gaps, "calls", callsOf(r.report), "out", o.out)
}

// logLacks says what is missing, and returns how many gaps that are.
func logLacks(log *slog.Logger, lacks []snapshot.Lack) (gaps int) {
	for _, l := range lacks {
		if l.Gap {
			gaps++
			log.Warn("gap", "text", l.Text, "labels", l.Labels, "scopes", l.Scopes, "action", l.Action, "code", l.Code, "message", l.Message, "count", l.Count)
		} else {
			log.Info("limit", "text", l.Text, "labels", l.Labels, "scopes", l.Scopes, "count", l.Count)
		}
	}
	return gaps
}

func callsOf(r *graph.Report) int64 {
	var calls int64
	for _, s := range r.Scopes {
		calls += s.Calls
	}
	return calls
}

// nextCommand is what one does with a snapshot of these formats.
func nextCommand(out string, formats []string, options map[string]any) string {
	switch {
	case slices.Contains(formats, "cypher"):
		return loadCommand(out, options)
	case slices.Contains(formats, "parquet"):
		return "cd " + quoted(filepath.Join(out, "parquet")) + " && duckdb -init schema.sql"
	case slices.Contains(formats, "graphml"):
		return "open " + quoted(filepath.Join(out, "graphml", "graph.graphml")) + " in Gephi"
	}
	return "sgexport verify " + quoted(out)
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
