package lineage

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// dotStyles are how arrows look, by how an edge is known.
var dotStyles = map[How]string{Declared: "bold", Referenced: "solid", Derived: "dashed", Guessed: "dotted"}

// WriteDOT writes a picture in the language of Graphviz, as data goes from left to
// right. It has at most 400 places, the nearest ones, and says how many it leaves out.
func (w *Walk) WriteDOT(out io.Writer) error {
	p := w.picture()
	b := bufio.NewWriter(out)
	fmt.Fprintln(b, "digraph lineage {")
	fmt.Fprintln(b, `  graph [rankdir=LR, bgcolor=transparent, fontname="Helvetica,Arial,sans-serif", fontcolor="#7d8590"];`)
	fmt.Fprintln(b, `  node [shape=box, style="rounded,filled", fontname="Helvetica,Arial,sans-serif", fontsize=11, fontcolor="#1b1f24"];`)
	fmt.Fprintln(b, `  edge [color="#7d8590"];`)
	if p.left > 0 {
		fmt.Fprintf(b, "  label=%s;\n", dotText(notDrawn(p.left)))
	}
	for i, d := range p.places {
		fmt.Fprintf(b, "  n%d [label=%s, tooltip=%s, fillcolor=%q, color=%q", i, dotText(d.kind+"\n"+cut(printable(d.name), 60)+after("\n", d.facts)), dotText(d.id), d.family.fill, d.family.line)
		if d.isSpot {
			fmt.Fprint(b, `, shape=folder, style=filled`)
		}
		if d.isStart {
			fmt.Fprint(b, `, penwidth=3`)
		}
		fmt.Fprintln(b, "];")
	}
	for i := range p.arrows {
		a := &p.arrows[i]
		fmt.Fprintf(b, "  n%d -> n%d [style=%s, tooltip=%s", a.from, a.to, dotStyles[a.how], dotText(a.tooltip()))
		if a.both {
			fmt.Fprint(b, ", dir=both")
		}
		fmt.Fprintln(b, "];")
	}
	fmt.Fprintln(b, "}")
	return b.Flush()
}

func notDrawn(n int) string {
	return fmt.Sprintf("%d further places are not drawn: --format json has all", n)
}

// after is a text behind another, where there is one.
func after(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// dotText is a text in quotes: a backslash and an ampersand would begin something of
// Graphviz's own.
func dotText(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		lines = append(lines, strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(printable(line)))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
