package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// print writes the numbers as people read them, two columns of them in a line.
func (s *stats) print(w io.Writer, path string) {
	p := paragraphs{w: w, columns: tableWidth}
	p.say("", "stats of %s, taken %s", path, s.Snapshot.Format(time.RFC3339))
	p.say("", "%s of %s, %s of %s", snapshot.Counted(s.Nodes, "node"), snapshot.Counted(len(s.Labels), "label"),
		snapshot.Counted(s.Edges, "edge"), snapshot.Counted(len(s.Edged), "type"))
	switch {
	case s.Complete:
		p.say("", "complete: it holds everything that exists")
	default:
		p.say("", "not complete, %s: sgexport verify says what is missing", snapshot.Counted(s.Gaps, "gap"))
	}
	source := ""
	if s.CountedIn == "manifest" {
		source = ", of what was read"
	}
	block(w, "Accounts"+source, s.Accounts, "in none")
	block(w, "Regions"+source, s.Regions, "in none")
	for _, f := range s.Families {
		s.family(w, f)
	}
	block(w, "Edges", s.Edged, "")
	s.states(&p)
}

// family prints the labels of a family.
func (s *stats) family(w io.Writer, f count) {
	var labels []count
	for _, l := range s.Labels {
		if l.Family == f.Name {
			labels = append(labels, count{noun(l.Label), l.Nodes})
		}
	}
	title := cmp.Or(f.Name, "Others")
	block(w, fmt.Sprintf("%s: %s", title, grouped(f.Count)), labels, "")
}

// block prints numbers by name in two columns, of which the first is filled first.
func block(w io.Writer, title string, rows []count, none string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", cutEnd(snapshot.Printable(title), tableWidth))
	const half = tableWidth / 2
	cell := func(r count) string {
		number := grouped(r.Count)
		name := cutMiddle(snapshot.Printable(cmp.Or(r.Name, none)), half-5-width(number))
		return "  " + pad(name, half-4-width(number)) + number
	}
	lines := (len(rows) + 1) / 2
	for i := range lines {
		line := cell(rows[i])
		if lines+i < len(rows) {
			line = pad(line, half) + cell(rows[lines+i])
		}
		fmt.Fprintln(w, line)
	}
}

// states says which kinds have nothing, and which were not read whole.
func (s *stats) states(p *paragraphs) {
	fmt.Fprintln(p.w)
	if len(s.None) > 0 {
		p.say("", "%s: none: %s", snapshot.Counted(len(s.None), "label"), strings.Join(nouns(s.None), ", "))
	}
	for _, state := range []graph.State{graph.Limited, graph.Skipped, graph.Partial, graph.Denied, graph.Unavailable} {
		var labels []string
		for _, l := range s.Labels {
			if l.State == string(state) {
				labels = append(labels, l.Label)
			}
		}
		if len(labels) > 0 {
			p.say("", "%s: %s", state, strings.Join(nouns(unique(labels)), ", "))
		}
	}
	var parts []string
	for _, c := range s.States {
		parts = append(parts, grouped(c.Count)+" "+c.Name)
	}
	p.say("", "lists, one for each kind and region: %s", strings.Join(parts, ", "))
}

func nouns(labels []string) []string {
	var all []string
	for _, l := range labels {
		all = append(all, noun(l))
	}
	return all
}
