package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// shownGaps is how many gaps the summary lists; the manifest has all.
const shownGaps = 5

// summarize ends a run: what there is now, what is missing, what to do next.
func (o *exportOptions) summarize(stderr io.Writer, r *graph.Report, counter *snapshot.Counter, m *snapshot.Manifest, took time.Duration) error {
	var calls int64
	for _, s := range r.Scopes {
		calls += s.Calls
	}
	counts := counter.Counts()
	if o.jsonLog {
		newJSONLog(stderr).Info("done", "nodes", counts.Nodes, "edges", counts.Edges, "gaps", len(r.Gaps), "calls", calls, "out", o.out)
	} else {
		fmt.Fprintf(stderr, "\n%s nodes of %d labels, %s edges of %d types, %s API calls, %s\n",
			grouped(counts.Nodes), len(counts.Labels), grouped(counts.Edges), len(counts.EdgeTypes), grouped(calls), took.Round(10*time.Millisecond))
		writeGaps(stderr, r.Gaps)
		if m != nil {
			var bytes int64
			for _, f := range m.Files {
				bytes += f.Bytes
			}
			fmt.Fprintf(stderr, "wrote %s: %d files, %s\n", o.out, len(m.Files), size(bytes))
			fmt.Fprintf(stderr, "next: %s\n", nextCommand(o.out, m.Formats))
		}
	}
	if !r.Complete() {
		return errIncomplete
	}
	return nil
}

func writeGaps(w io.Writer, gaps []*graph.Gap) {
	if len(gaps) == 0 {
		fmt.Fprintln(w, "gaps: none, everything was read")
		return
	}
	fmt.Fprintf(w, "gaps: %d, each is something that could not be read; all are in manifest.json\n", len(gaps))
	for _, g := range gaps[:min(shownGaps, len(gaps))] {
		fmt.Fprintf(w, "  %s\n", g.Error())
	}
	if more := len(gaps) - shownGaps; more > 0 {
		fmt.Fprintf(w, "  … and %d more\n", more)
	}
}

// nextCommand is what one does with a snapshot of these formats.
func nextCommand(out string, formats []string) string {
	switch {
	case slices.Contains(formats, "cypher"):
		return "cypher-shell -f " + quoted(filepath.Join(out, "cypher", "out.cypher"))
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
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.1f KiB", float64(bytes)/(1<<10))
}
