package lineage

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/sgexport/sgexport/lineage/layout"
)

// Sizes in a picture, in pixels.
const (
	margin     = 12.0
	padding    = 8.0
	letter     = 6.4 // width of most letters
	lineHeight = 14.0
	mostChars  = 40
	arrowSize  = 7.0
)

// svgStyles are how arrows look, by how an edge is known.
var svgStyles = map[How]string{Declared: `stroke-width="2.4"`, Referenced: `stroke-width="1.2"`, Derived: `stroke-width="1.2" stroke-dasharray="5 3"`, Guessed: `stroke-width="1.2" stroke-dasharray="1 3"`}

// WriteSVG draws what was found, as data goes from left to right. It has at most 400
// places, the nearest ones, and says how many it leaves out. What it writes has no
// scripts, links or styles that reach beyond it, so it may stand inside of HTML.
func (w *Walk) WriteSVG(out io.Writer) error {
	p := w.picture()
	boxes, edges := p.boxes()
	width, height := layout.Arrange(boxes, edges)
	note := ""
	if p.left > 0 {
		note = notDrawn(p.left)
		width = max(width, letter*float64(len(note)))
		height += lineHeight
	}
	b := bufio.NewWriter(out)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" font-family="Helvetica,Arial,sans-serif" font-size="11">`+"\n", px(width+2*margin), px(height+2*margin))
	fmt.Fprintf(b, "<title>%s</title>\n", xmlText("lineage of "+cmpID(w.Start)))
	for i := range edges {
		p.arrows[i].draw(b, edges[i].Points)
	}
	for i := range p.places {
		p.places[i].draw(b, &boxes[i])
	}
	if note != "" {
		fmt.Fprintf(b, `<text x="%s" y="%s" fill="#7d8590">%s</text>`+"\n", px(margin), px(height+margin), xmlText(note))
	}
	fmt.Fprintln(b, "</svg>")
	return b.Flush()
}

func cmpID(s Start) string { return strings.TrimSuffix(s.ID+"/"+s.Prefix, "/") }

// boxes are the sizes of what is drawn.
func (p *picture) boxes() ([]layout.Box, []layout.Edge) {
	boxes := make([]layout.Box, len(p.places))
	for i, d := range p.places {
		longest := 0
		lines := d.lines()
		for _, line := range lines {
			longest = max(longest, utf8.RuneCountInString(line))
		}
		boxes[i] = layout.Box{Width: letter*float64(longest) + 2*padding, Height: lineHeight*float64(len(lines)) + padding}
	}
	edges := make([]layout.Edge, len(p.arrows))
	for i, a := range p.arrows {
		edges[i] = layout.Edge{From: a.from, To: a.to}
	}
	return boxes, edges
}

// lines are the text of a box.
func (d *drawn) lines() []string {
	lines := []string{cut(printable(d.kind), mostChars), cut(printable(d.name), mostChars)}
	if d.facts != "" {
		lines[0] = cut(lines[0]+" · "+printable(d.facts), mostChars)
	}
	return lines
}

// draw writes a box with its text. A location has a corner cut off.
func (d *drawn) draw(w io.Writer, b *layout.Box) {
	x, y := b.X+margin, b.Y+margin
	stroke := 1.0
	if d.isStart {
		stroke = 3
	}
	fmt.Fprintf(w, "<g><title>%s</title>", xmlText(d.id))
	style := fmt.Sprintf(`fill="%s" stroke="%s" stroke-width="%s"`, d.family.fill, d.family.line, px(stroke))
	if d.isSpot {
		const corner = 9.0
		fmt.Fprintf(w, `<path d="M%s %s h%s l%s %s v%s h-%s z" %s/>`, px(x), px(y), px(b.Width-corner), px(corner), px(corner), px(b.Height-corner), px(b.Width), style)
	} else {
		fmt.Fprintf(w, `<rect x="%s" y="%s" width="%s" height="%s" rx="5" %s/>`, px(x), px(y), px(b.Width), px(b.Height), style)
	}
	for i, line := range d.lines() {
		weight, fill := "", "#1b1f24"
		if i == 0 {
			fill = d.family.line
		} else if d.isStart {
			weight = ` font-weight="bold"`
		}
		fmt.Fprintf(w, `<text x="%s" y="%s" fill="%s"%s>%s</text>`, px(x+padding), px(y+lineHeight*float64(i+1)), fill, weight, xmlText(line))
	}
	fmt.Fprintln(w, "</g>")
}

// draw writes an arrow: a curve from point to point, level at each.
func (a *arrow) draw(w io.Writer, points []layout.Point) {
	if len(points) < 2 {
		return
	}
	var path strings.Builder
	for i, p := range points {
		x, y := p.X+margin, p.Y+margin
		if i == 0 {
			fmt.Fprintf(&path, "M%s %s", px(x), px(y))
			continue
		}
		before := points[i-1]
		middle := (before.X+p.X)/2 + margin
		fmt.Fprintf(&path, " C%s %s %s %s %s %s", px(middle), px(before.Y+margin), px(middle), px(y), px(x), px(y))
	}
	fmt.Fprintf(w, `<g stroke="#7d8590" fill="#7d8590"><title>%s</title><path d="%s" fill="none" %s/>`, xmlText(a.tooltip()), path.String(), svgStyles[a.how])
	a.head(w, points[len(points)-2], points[len(points)-1])
	if a.both {
		a.head(w, points[1], points[0])
	}
	fmt.Fprintln(w, "</g>")
}

// head writes the end of an arrow, which comes from the left or the right.
func (a *arrow) head(w io.Writer, before, end layout.Point) {
	x, y := end.X+margin, end.Y+margin
	back := math.Copysign(arrowSize, before.X-end.X)
	fmt.Fprintf(w, `<path d="M%s %s l%s %s v%s z" stroke="none"/>`, px(x), px(y), px(back), px(-arrowSize/2), px(arrowSize))
}

// px is a length without digits that nobody sees.
func px(f float64) string {
	s := fmt.Sprintf("%.1f", f)
	return strings.TrimSuffix(s, ".0")
}

// xmlText is a text inside of XML.
func xmlText(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if err := xml.EscapeText(&b, []byte(printable(line))); err != nil {
			return "" // a strings.Builder takes everything
		}
	}
	return b.String()
}
