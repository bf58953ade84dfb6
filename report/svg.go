package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"
)

// What stands in a picture: shapes, texts and where they are. Colours come from the
// page's own style; whatever could load, link or run is not in the list.
var (
	svgElements   = setOf("g path polygon polyline ellipse circle rect line text tspan title defs marker")
	svgAttributes = setOf("d points x y x1 y1 x2 y2 cx cy r rx ry width height transform text-anchor font-size font-weight stroke-width stroke-dasharray dx dy fill stroke")
	// plainValue is what attributes of pictures hold: numbers, path commands, the
	// functions of transform, a few words. No colour is one.
	plainValue = regexp.MustCompile(`^[-+0-9.,eE \tMmLlHhVvCcSsQqTtAaZz%]*$|^((translate|scale|rotate|matrix)\([-+0-9.,e ]*\) ?)*$|^(none|start|middle|end|bold|normal)$`)
)

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

var errNoPicture = errors.New("the picture is no SVG")

// cleanSVG builds a picture anew of what is allowed in one, with a name for who
// cannot see it.
func cleanSVG(svg []byte, name string) (template.HTML, error) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	c := &cleaner{}
	for {
		token, err := d.Token()
		switch {
		case err == io.EOF && c.ended:
			return template.HTML(c.out.String()), nil
		case err == io.EOF:
			return "", errNoPicture
		case err != nil:
			return "", fmt.Errorf("read the picture: %w", err)
		}
		if err := c.take(token, name); err != nil {
			return "", err
		}
	}
}

// A cleaner writes what is allowed of the tokens that it takes.
type cleaner struct {
	out     strings.Builder
	open    []string // elements, "" for those that are left out
	skipped int      // of open
	ended   bool
}

func (c *cleaner) take(token xml.Token, name string) error {
	switch t := token.(type) {
	case xml.StartElement:
		return c.start(&t, name)
	case xml.EndElement:
		last := c.open[len(c.open)-1]
		c.open = c.open[:len(c.open)-1]
		if last == "" {
			c.skipped--
		} else {
			c.out.WriteString("</" + last + ">")
		}
		c.ended = c.ended || len(c.open) == 0
	case xml.CharData:
		if c.skipped == 0 && len(c.open) > 0 {
			switch c.open[len(c.open)-1] {
			case "text", "tspan", "title":
				c.out.WriteString(template.HTMLEscapeString(text(string(t))))
			}
		}
	}
	return nil
}

func (c *cleaner) start(t *xml.StartElement, name string) error {
	local := t.Name.Local
	switch {
	case len(c.open) == 0 && (local != "svg" || c.ended):
		return errNoPicture
	case len(c.open) == 0:
		return c.root(t, name)
	case c.skipped > 0 || !svgElements[local]:
		c.skipped++
		c.open = append(c.open, "")
		return nil
	}
	c.open = append(c.open, local)
	c.out.WriteString("<" + local)
	for _, a := range t.Attr {
		if a.Name.Space == "" && svgAttributes[a.Name.Local] && plainValue.MatchString(a.Value) {
			c.attribute(a.Name.Local, a.Value)
		}
	}
	c.out.WriteString(">")
	return nil
}

func (c *cleaner) attribute(name, value string) {
	c.out.WriteString(" " + name + `="` + template.HTMLEscapeString(value) + `"`)
}

// viewBox is what a picture's size must look like.
var viewBox = regexp.MustCompile(`^-?[0-9.]+ -?[0-9.]+ [0-9.]+ [0-9.]+$`)

func (c *cleaner) root(t *xml.StartElement, name string) error {
	for _, a := range t.Attr {
		if a.Name.Local != "viewBox" || !viewBox.MatchString(a.Value) {
			continue
		}
		size := strings.Fields(a.Value)
		c.open = append(c.open, "svg")
		c.out.WriteString(`<svg role="img"`)
		c.attribute("aria-label", text(name))
		c.attribute("viewBox", a.Value)
		c.attribute("width", size[2])
		c.attribute("height", size[3])
		c.out.WriteString(">")
		return nil
	}
	return fmt.Errorf("%w: it has no viewBox", errNoPicture)
}
