package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/internal/snapshot"
)

// A paragraphs prints what is said at the end of a command, in lines of so many columns.
type paragraphs struct {
	w       io.Writer
	columns int
}

// say prints one thing, in as many lines as it needs.
func (p *paragraphs) say(indent, format string, args ...any) {
	wrapTo(p.w, indent, indent+"  ", fmt.Sprintf(format, args...), p.columns)
}

// gaps prints what could not be read, in so many lines at most.
func (p *paragraphs) gaps(gaps []snapshot.Lack, most int) {
	if len(gaps) == 0 {
		return
	}
	p.say("", "gaps: %d, each is something that could not be read; all are in manifest.json", len(gaps))
	var texts []string
	for i := range gaps {
		texts = append(texts, gaps[i].Text)
	}
	p.list(texts, most)
}

// limits prints what was not asked for, by the option that asks for it.
func (p *paragraphs) limits(limits []snapshot.Lack, most int) {
	if len(limits) == 0 {
		return
	}
	p.say("", "limits: %d, what was not asked for, by the option that asks for it", len(limits))
	briefs := map[string][]string{}
	var texts, options []string
	for i := range limits {
		l := &limits[i]
		switch {
		case l.Option == "":
			texts = append(texts, l.Text)
			continue
		case briefs[l.Option] == nil:
			options = append(options, l.Option)
		}
		briefs[l.Option] = append(briefs[l.Option], l.Brief)
	}
	for _, option := range options {
		texts = append(texts, option+": "+strings.Join(briefs[option], ", "))
	}
	p.list(texts, most)
}

// mostOfOne is how many lines one thing in a list takes, where not all are shown.
const mostOfOne = 3

// list prints texts in so many lines at most: as many as there is room for, and how many
// more there are.
func (p *paragraphs) list(texts []string, most int) {
	var all [][]string
	total := 0
	for _, text := range texts {
		lines := folded("  ", "    ", text, p.columns)
		all, total = append(all, lines), total+len(lines)
	}
	cut := total > most
	for i, lines := range all {
		room := most
		if i < len(texts)-1 {
			room-- // for how many more there are
		}
		if keep := min(mostOfOne, room); cut && keep > 0 && len(lines) > keep {
			lines = lines[:keep]
			lines[keep-1] = cutEnd(lines[keep-1]+" …", p.columns)
		}
		if len(lines) > room {
			p.say("  ", "… and %d more: sgexport verify lists all", len(texts)-i)
			return
		}
		for _, line := range lines {
			fmt.Fprintln(p.w, line)
		}
		most -= len(lines)
	}
}

// next prints what one does with a snapshot.
func (p *paragraphs) next(out string, m *snapshot.Manifest) {
	p.commands(nextCommands(out, m.Formats, m.Options))
}

// commands prints what one does next, a command a line: what is longer than a line goes on
// in the next one as a shell reads it.
func (p *paragraphs) commands(all [][]string) {
	fmt.Fprintln(p.w, "next:")
	for _, words := range all {
		line := " "
		for i, word := range words {
			if i > 0 && width(line)+1+width(word)+2 > p.columns {
				fmt.Fprintln(p.w, line+" \\")
				line = "   "
			}
			line += " " + word
		}
		fmt.Fprintln(p.w, line)
	}
}

// nextCommands are what one does with a snapshot of these formats: each a list of what
// stays together in a line.
func nextCommands(out string, formats []string, options map[string]any) [][]string {
	var all [][]string
	switch {
	case slices.Contains(formats, "cypher"):
		all = append(all, loadCommand(out, options))
	case slices.Contains(formats, "parquet"):
		all = append(all, []string{"cd " + quoted(filepath.Join(out, "parquet")) + " &&", "duckdb -init schema.sql"})
	case slices.Contains(formats, "graphml"):
		all = append(all, []string{"open " + quoted(filepath.Join(out, "graphml", "graph.graphml")), "in Gephi"})
	}
	if slices.Contains(formats, "jsonl") {
		return append(all, []string{"sgexport audit", quoted(out)}, []string{"sgexport stats", quoted(out)})
	}
	return append(all, []string{"sgexport verify", quoted(out)})
}
