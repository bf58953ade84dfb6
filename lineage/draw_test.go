package lineage

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// hostile are names that nobody should have.
var hostile = []string{
	`</text><script>alert(1)</script>`, `"];evil[label="x`, `<b>&amp;&lt;</b>`, `\N\G\l\"`, "a\x1b[31mb", "a\u202eb", `]]>`, `-->`, strings.Repeat("x", 3000), "ü" + strings.Repeat("長", 200), "\xff\xfe",
}

func hostileWalk(t *testing.T) *Walk {
	b := newBuilder(t)
	for i, name := range hostile {
		b.lines(fmt.Sprintf("Endpoint/e USED EndpointConfig/c%d\nEndpointConfig/c%d REFERENCED Model/m%[1]d\nModel/m%[1]d REFERENCED_ARTIFACTS_IN s3://bk/k%[1]d", i, i))
		b.set(b.node(fmt.Sprintf("Model/m%d", i)), "name", name)
		b.nodes[b.node(fmt.Sprintf("Model/m%d", i)).ID].ID = "arn:aws:sagemaker:us-east-1:111122223333:model/" + name
		for _, e := range b.edges {
			for _, end := range []*string{&e.From, &e.To} {
				if strings.HasSuffix(*end, fmt.Sprintf(":model/m%d", i)) {
					*end = "arn:aws:sagemaker:us-east-1:111122223333:model/" + name
				}
			}
			if e.Type.Name == "REFERENCED_ARTIFACTS_IN" && strings.HasSuffix(e.Ref, fmt.Sprintf("/k%d", i)) {
				e.Ref = "s3://bk/" + name
			}
		}
	}
	l := New(b.view())
	return l.Of(start(t, l, "Endpoint/e"), Options{})
}

// TestSVG holds that a picture is XML, and has nothing in it that does anything,
// whatever names say.
func TestSVG(t *testing.T) {
	w := hostileWalk(t)
	var out bytes.Buffer
	if err := w.WriteSVG(&out); err != nil {
		t.Fatal(err)
	}
	texts := map[string]bool{}
	d := xml.NewDecoder(bytes.NewReader(out.Bytes()))
	boxes := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if !slices.Contains([]string{"svg", "title", "g", "path", "rect", "text"}, token.Name.Local) {
				t.Errorf("there is a <%s>", token.Name.Local)
			}
			if token.Name.Local == "rect" {
				boxes++
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "style" || strings.Contains(a.Value, "url(") {
					t.Errorf("there is an attribute %s=%q", a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			texts[string(token)] = true
		case xml.ProcInst, xml.Directive, xml.Comment:
			t.Errorf("there is %#v", token)
		}
	}
	if !texts[hostile[0]] || !texts[hostile[2]] {
		t.Error("names do not stand there as they are")
	}
	if want := 1 + 2*len(hostile); boxes != want {
		t.Errorf("%d boxes, want %d", boxes, want)
	}
	if bytes.ContainsAny(out.Bytes(), "\x1b") || strings.Contains(out.String(), "\u202e") {
		t.Error("control characters are there")
	}
}

// TestDOT holds that names stay inside of their quotes.
func TestDOT(t *testing.T) {
	var out bytes.Buffer
	if err := hostileWalk(t).WriteDOT(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if want := 6 + (1 + 3*len(hostile)) + 3*len(hostile); len(lines) > want || lines[len(lines)-1] != "}" {
		t.Errorf("%d lines, want at most %d", len(lines), want)
	}
	for _, line := range lines {
		outside, inside := "", false
		for i := 0; i < len(line); i++ {
			switch {
			case inside && line[i] == '\\':
				i++
			case line[i] == '"':
				inside = !inside
			case !inside:
				outside += string(line[i])
			}
		}
		if inside || strings.Contains(outside, "evil") || strings.Contains(outside, "<") {
			t.Errorf("quotes are broken in %q", line)
		}
	}
	if !strings.Contains(out.String(), `</text><script>`) || !strings.Contains(out.String(), `&amp;amp;`) || strings.Contains(out.String(), "\x1b") {
		t.Error("names do not stand there as they are")
	}
}

// TestPictureIsBounded holds that large answers are drawn in part, and that the
// picture says so.
func TestPictureIsBounded(t *testing.T) {
	var text strings.Builder
	for i := range mostDrawn + 10 {
		fmt.Fprintf(&text, "TransformJob/t%d USED Model/m\n", i)
	}
	l := lineageOf(t, text.String())
	w := l.Of(start(t, l, "Model/m"), Options{})
	if p := w.picture(); len(p.places) != mostDrawn || p.left != 11 || len(p.arrows) != mostDrawn-1 {
		t.Errorf("%d places, %d left, %d arrows", len(p.places), p.left, len(p.arrows))
	}
	for name, write := range map[string]func(io.Writer) error{"SVG": w.WriteSVG, "DOT": w.WriteDOT} {
		var out bytes.Buffer
		if err := write(&out); err != nil || !strings.Contains(out.String(), "11 further places are not drawn") {
			t.Errorf("%s does not say what is left out: %v", name, err)
		}
		if err := write(failing{}); err == nil {
			t.Errorf("%s does not fail where writing does", name)
		}
	}
	if err := w.WriteJSON(failing{}); err == nil {
		t.Error("JSON does not fail where writing does")
	}
	_, down := w.Trees(20)
	if len(down.Branches) != 20 || down.More != mostDrawn-10 {
		t.Errorf("%d branches and %d more", len(down.Branches), down.More)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// TestArrows holds that arrows go as data does, whichever way the walk went.
func TestArrows(t *testing.T) {
	l := lineageOf(t, `
Endpoint/e USED EndpointConfig/c
EndpointConfig/c REFERENCED Model/m
Model/m DERIVED_FROM ModelPackage/g/1
ModelPackage/g/1 MEMBER_OF ModelPackageGroup/g
Model/m REFERENCED_ARTIFACTS_IN s3://bk/m
TrainingJob/t PRODUCED_MODEL_ARTIFACT s3://bk/m
Artifact/a REFERENCED Model/m
`)
	want := []string{"c→e", "m→c", "g/1→m", "g/1→g", "bk/m→m", "t→bk/m", "m↔a"}
	for _, word := range []string{"Model/m", "Endpoint/e", "TrainingJob/t"} {
		w := l.Of(start(t, l, word), Options{})
		p := w.picture()
		for _, a := range p.arrows {
			arrow := p.places[a.from].name + "→" + p.places[a.to].name
			if a.both {
				names := []string{p.places[a.from].name, p.places[a.to].name}
				slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) })
				arrow = strings.Join(names, "↔")
			}
			if !slices.Contains(want, arrow) {
				t.Errorf("from %s there is %s", word, arrow)
			}
		}
		if word == "Model/m" && len(p.arrows) != len(want) {
			t.Errorf("%d arrows, want %d", len(p.arrows), len(want))
		}
	}
}

// TestJSON holds the contract's names, and that the same graph gives the same bytes.
func TestJSON(t *testing.T) {
	var texts [2]string
	for i := range texts {
		var out bytes.Buffer
		if err := hostileWalk(t).WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		texts[i] = out.String()
	}
	if texts[0] != texts[1] {
		t.Error("the same graph gives other bytes")
	}
	var read struct {
		Nodes []struct {
			ID     string
			Labels []string
			Name   string
		}
		Edges   []map[string]string
		Unknown []any
	}
	if err := json.Unmarshal([]byte(texts[0]), &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Nodes) != 2+2*len(hostile) || len(read.Edges) != 3*len(hostile) || read.Unknown == nil {
		t.Errorf("%d nodes, %d edges", len(read.Nodes), len(read.Edges))
	}
	for _, e := range read.Edges {
		for _, member := range []string{"from", "type", "to", "ref", "path", "how", "flow"} {
			if e[member] == "" {
				t.Errorf("an edge has no %s: %v", member, e)
			}
		}
	}
}
