package graphml

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/inorder"
)

// File is the name of the file.
const File = "graphml/graph.graphml"

// Options choose what is in the file. The zero value is the compact flavour that
// most readers can read.
type Options struct {
	// Full gives each column a key of its own. Without it the common columns have
	// one, and the others are in the one called properties.
	Full bool
	// Strict leaves out the XML attributes beyond the GraphML 1.0 schema, for
	// readers that check it, such as JGraphT. Without them Gephi knows no kinds of
	// edges and APOC no labels and lists.
	Strict bool
	// Without names types of edges that are left out.
	Without []string
	// Workers are the goroutines that encode; as many as there are processors, but at
	// most 8, if not positive. The file is the same.
	Workers int
}

// Open writes the compact flavour.
func Open(create graph.Create, h *graph.Header) (graph.Sink, error) { return Options{}.Open(create, h) }

var _ graph.Open = Open

// Open creates the file and writes the keys; see [graph.Open].
func (o Options) Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	w, err := create(File)
	if err != nil {
		return nil, fmt.Errorf("graphml: %w", err)
	}
	t := &texts{layout: newLayout(), labels: map[*graph.Label]*nodeText{}, types: map[*graph.EdgeType]*edgeText{}}
	var work []func(*chunk) error
	for range inorder.Workers(o.Workers) {
		e := &encoder{texts: t, ids: newIDs()}
		work = append(work, e.encode)
	}
	s := &sink{w: w, without: o.Without}
	head := t.head(h.Schema, o)
	s.line = inorder.New(work, s.write)
	s.place = s.line.Next()
	s.place.Item.text = head
	return s, nil
}

// xmlCharacters is the rule by which a value is lost in part: U+FFFD stands for
// each character that XML 1.0 does not have.
const xmlCharacters = "xml-characters"

// A sink collects rows; encoders make text of them in a few goroutines, and the text
// is written in their order.
type sink struct {
	w       io.WriteCloser
	line    *inorder.Line[chunk]
	place   inorder.Place[chunk]
	without []string // types of edges
	rows    int64
	lost    int64 // see [encoder]; of what is written
	failed  bool  // an error was returned
}

// A chunk is rows, and then their text.
type chunk struct {
	rows graph.Batch
	text []byte
	lost int64
}

// A chunk has so many rows at most, or so many bytes of text in them.
const (
	chunkRows  = 512
	chunkBytes = 256 << 10
)

// An encoder makes text of rows. What it remembers of rows before only saves work.
type encoder struct {
	*texts
	ids *ids

	lastLabel *graph.Label // of the node before: the next mostly has the same
	lastNode  *nodeText
	lastType  *graph.EdgeType
	lastEdge  *edgeText

	// captionAfter is the beginning of an id that is followed by its node's name
	// alone, which then is the caption: the next node often has the same.
	captionAfter string

	lost    int64 // values with characters that XML does not have
	scratch []byte
	rest    []graph.Value
}

// texts are what is the same in many rows.
type texts struct {
	layout *layout
	labels map[*graph.Label]*nodeText
	types  map[*graph.EdgeType]*edgeText // nil of those that are left out
}

// nodeText is what is the same in all nodes of a label.
type nodeText struct {
	label    *graph.Label
	afterID  string // from the end of the XML id to the size
	size     string
	middle   point
	columns  columns
	name     int // column of the caption, or -1
	observed int // column that says whether the node was read, or -1
}

// edgeText is what is the same in all edges of a type.
type edgeText struct {
	afterTarget string // from the end of the target's XML id to the path
	look, guess string
	columns     columns
	ambiguous   int // column that says that there were others to choose from, or -1
}

// columns say where the values of a label or an edge type go.
type columns struct {
	start      []string       // start tags, one for each column; "" is in the properties
	rest       []graph.Column // those in the properties
	properties string         // their start tag
}

func (k keys) columns(cols []graph.Column) columns {
	c := columns{start: make([]string, len(cols)), properties: dataStart(k.prefix + properties)}
	for i, col := range cols {
		if id, ok := k.ids[col.Name]; ok {
			c.start[i] = dataStart(id)
		} else {
			c.rest = append(c.rest, col)
		}
	}
	return c
}

// head returns what comes before the first node, and works out the texts.
func (s *texts) head(schema *graph.Schema, o Options) []byte {
	out := []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns"`)
	if o.Strict {
		out = append(out, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"`...)
	}
	out = append(out, ">\n"...)
	var nodeColumns, edgeColumns [][]graph.Column
	for _, l := range schema.Labels {
		nodeColumns = append(nodeColumns, l.Columns)
	}
	for _, t := range schema.EdgeTypes {
		edgeColumns = append(edgeColumns, t.Columns)
	}
	nodes, edges := compactKeys(nodePrefix, commonNodeColumns(), nodeColumns), compactKeys(edgePrefix, commonEdgeColumns(), edgeColumns)
	if o.Full {
		nodes, edges = fullKeys(nodePrefix, reservedForNodes, nodeColumns), fullKeys(edgePrefix, reservedForEdges, edgeColumns)
	}
	for _, k := range slices.Concat(ownNodeKeys(), nodes.all, ownEdgeKeys(), edges.all) {
		out = k.append(out, o.Strict)
	}
	out = append(out, `<graph id="G" edgedefault="directed">`+"\n"...)
	for _, l := range schema.Labels {
		s.labels[l] = s.nodeText(l, nodes, o.Strict)
	}
	for _, t := range schema.EdgeTypes {
		if !slices.Contains(o.Without, t.Name) {
			s.types[t] = newEdgeText(t, edges, o.Strict)
		}
	}
	return out
}

func (k key) append(out []byte, strict bool) []byte {
	out = fmt.Appendf(out, `<key id="%s" for="%s" attr.name="%s" attr.type="%s"`, k.id, k.domain, k.name, k.typ.xml())
	if k.typ == list && !strict {
		out = append(out, ` attr.list="string"`...)
	}
	return append(out, "/>\n"...)
}

func (s *texts) nodeText(l *graph.Label, k keys, strict bool) *nodeText {
	names := ":SgResource:" + strings.Join(l.AllLabels(), ":")
	t := &nodeText{label: l, size: sizeOf(l.Name), columns: k.columns(l.Columns), name: typed(l, "name", graph.String), observed: typed(l, "observed", graph.Bool)}
	var color uint32
	color, t.middle = s.layout.label(l)
	t.afterID = `">`
	if !strict {
		t.afterID = `" labels="` + names + `">`
	}
	t.afterID += dataStart("labels") + names + dataEnd + dataStart("labelV") + l.Name + dataEnd
	if l.Family != "" {
		t.afterID += dataStart("n_family") + string(must(appendText(nil, l.Family))) + dataEnd
	}
	t.afterID += rgb(nodePrefix, color)
	return t
}

// must drops whether characters were lost.
func must(text []byte, _ bool) []byte { return text }

// typed returns the column of a label that has the name and the type, or -1.
func typed(l *graph.Label, name string, t graph.Type) int {
	if i := l.Column(name); i >= 0 && l.Columns[i].Type == t {
		return i
	}
	return -1
}

func newEdgeText(t *graph.EdgeType, k keys, strict bool) *edgeText {
	e := &edgeText{columns: k.columns(t.Columns), ambiguous: t.Column("ambiguous"), look: edgeLookOf(t.Name).data(), guess: guessed().data()}
	if e.ambiguous >= 0 && t.Columns[e.ambiguous].Type != graph.Bool {
		e.ambiguous = -1
	}
	e.afterTarget = `">`
	if !strict {
		e.afterTarget = `" label="` + t.Name + `">`
	}
	// APOC wants the label first.
	e.afterTarget += dataStart("label") + t.Name + dataEnd + dataStart("labelE") + t.Name + dataEnd + dataStart("e_path")
	return e
}

func (l edgeLook) data() string {
	text := dataStart("e_weight") + l.weight + dataEnd + dataStart("e_guess") + strconv.FormatBool(l.guess) + dataEnd
	if l.color != 0 {
		text += rgb(edgePrefix, l.color)
	}
	return text
}

func dataStart(key string) string { return `<data key="` + key + `">` }

const dataEnd = "</data>"

func (s *sink) Node(n *graph.Node) error {
	s.place.Item.rows.AddNode(n)
	return s.end()
}

func (s *sink) Edge(e *graph.Edge) error {
	if slices.Contains(s.without, e.Type.Name) {
		return nil
	}
	rows := &s.place.Item.rows
	if len(rows.Nodes) > 0 {
		s.send()
		rows = &s.place.Item.rows
	}
	rows.AddEdge(e)
	return s.end()
}

// end sends the chunk on after a row that makes it large enough.
func (s *sink) end() error {
	s.rows++
	if rows := &s.place.Item.rows; rows.Len() < chunkRows && rows.Size < chunkBytes {
		return nil
	}
	s.send()
	err := s.line.Err()
	s.failed = err != nil
	return err
}

func (s *sink) send() {
	s.line.Send(s.place)
	s.place = s.line.Next()
}

// write takes a chunk that is encoded, and makes it an empty one.
func (s *sink) write(c *chunk) error {
	if _, err := s.w.Write(c.text); err != nil {
		return fmt.Errorf("graphml: write %s: %w", File, err)
	}
	s.lost += c.lost
	if cap(c.text) > 16*chunkBytes {
		c.text = nil // one huge row is no reason to stay huge
	}
	c.text, c.lost = c.text[:0], 0
	c.rows.Reset()
	return nil
}

// Close ends the file. After an error it only closes it.
func (s *sink) Close() error {
	s.line.Send(s.place)
	err := s.line.Close()
	if err == nil {
		if _, err = s.w.Write([]byte("</graph>\n</graphml>\n")); err != nil {
			err = fmt.Errorf("graphml: write %s: %w", File, err)
		}
	}
	if err == nil {
		graph.SetRows(s.w, s.rows)
		graph.SetLosses(s.w, map[string]int64{xmlCharacters: s.lost})
	}
	if closed := s.w.Close(); closed != nil && err == nil {
		err = fmt.Errorf("graphml: close %s: %w", File, closed)
	}
	if s.failed {
		return nil // it was returned
	}
	return err
}

// encode makes the text of a chunk.
func (s *encoder) encode(c *chunk) error {
	s.lost = 0
	for i := range c.rows.Nodes {
		c.text = s.node(c.text, &c.rows.Nodes[i])
	}
	for i := range c.rows.Edges {
		c.text = s.edge(c.text, &c.rows.Edges[i])
	}
	c.lost = s.lost
	return nil
}

func (s *encoder) node(out []byte, n *graph.Node) []byte {
	if n.Label != s.lastLabel {
		s.lastLabel, s.lastNode = n.Label, s.labels[n.Label]
	}
	t := s.lastNode
	out, sum := s.ids.appendNode(append(out, `<node id="`...), n.ID)
	out = append(out, t.afterID...)
	out = s.place(out, t, n, &sum)
	out = append(out, `<data key="n_label">`...)
	out = s.caption(out, t, n)
	out = append(out, dataEnd+`<data key="n_uid">`...)
	out = s.text(out, n.ID)
	out = append(out, dataEnd...)
	out = s.values(out, &t.columns, n.Values)
	return append(out, "</node>\n"...)
}

func (s *encoder) caption(out []byte, t *nodeText, n *graph.Node) []byte {
	var name string
	if t.name >= 0 && !n.Values[t.name].IsNull() {
		name = n.Values[t.name].Text()
	}
	if end, ok := strings.CutPrefix(n.ID, s.captionAfter); !ok || end != name || name == "" {
		var text string
		text, s.scratch = caption(t.label, n.ID, name, s.scratch)
		if text != name {
			out, _ = appendText(out, text)
			return out
		}
		s.captionAfter, _ = strings.CutSuffix(n.ID, name)
	}
	out, _ = appendText(out, name)
	return out
}

// place writes how large a node is and where.
func (s *encoder) place(out []byte, t *nodeText, n *graph.Node, sum *[16]byte) []byte {
	size := t.size
	if t.observed >= 0 && !n.Values[t.observed].IsNull() && !n.Values[t.observed].Bool() {
		size = stub
	}
	at := s.layout.node(t.middle, sum)
	out = append(append(out, `<data key="n_size">`...), size...)
	out = strconv.AppendInt(append(out, `.0</data><data key="n_x">`...), int64(at.x), 10)
	out = strconv.AppendInt(append(out, `.0</data><data key="n_y">`...), int64(at.y), 10)
	return append(out, `.0</data>`...)
}

func (s *encoder) edge(out []byte, e *graph.Edge) []byte {
	if e.Type != s.lastType {
		s.lastType, s.lastEdge = e.Type, s.types[e.Type]
	}
	t := s.lastEdge
	out = append(s.ids.appendEdge(out, e), t.afterTarget...)
	out = s.text(out, e.Path)
	out = append(out, dataEnd+`<data key="e_ref">`...)
	out = s.text(out, e.Ref)
	out = append(out, dataEnd...)
	if t.ambiguous >= 0 && !e.Values[t.ambiguous].IsNull() && e.Values[t.ambiguous].Bool() {
		out = append(out, t.guess...)
	} else {
		out = append(out, t.look...)
	}
	out = s.values(out, &t.columns, e.Values)
	return append(out, "</edge>\n"...)
}

// text appends a value that is text.
func (s *encoder) text(out []byte, v string) []byte {
	out, lost := appendText(out, v)
	if lost {
		s.lost++
	}
	return out
}

func (s *encoder) values(out []byte, c *columns, values []graph.Value) []byte {
	s.rest = s.rest[:0]
	some := false // of the rest is not null
	for i, v := range values {
		switch {
		case c.start[i] == "":
			s.rest = append(s.rest, v)
			some = some || !v.IsNull()
		case !v.IsNull():
			out = append(s.value(append(out, c.start[i]...), v), dataEnd...)
		}
	}
	if !some {
		return out
	}
	out = append(out, c.properties...)
	return append(s.properties(out, c.rest), dataEnd...)
}

// properties appends the values of rest as JSON. It mostly is character data as it
// is, so it is written where it goes, and what is not is written again.
func (s *encoder) properties(out []byte, cols []graph.Column) []byte {
	start := len(out)
	out = graph.AppendProperties(out, cols, s.rest)
	n := start + plain(view(out[start:]))
	if n == len(out) {
		return out
	}
	s.scratch = append(s.scratch[:0], out[n:]...)
	out, lost := appendText(out[:n], view(s.scratch))
	if lost {
		s.countLost(s.rest)
	}
	return out
}

// countLost counts those of several values in one text that XML has no characters for.
func (s *encoder) countLost(values []graph.Value) {
	for _, v := range values {
		s.scratch = graph.AppendJSON(s.scratch[:0], v)
		if _, lost := appendText(nil, view(s.scratch)); lost {
			s.lost++
		}
	}
}

func (s *encoder) value(out []byte, v graph.Value) []byte {
	switch v.Type() {
	case graph.String, graph.JSON:
		return s.text(out, v.Text())
	case graph.Int:
		return strconv.AppendInt(out, v.Int(), 10)
	case graph.Float:
		return graph.AppendFloat(out, v.Float())
	case graph.Bool:
		return strconv.AppendBool(out, v.Bool())
	case graph.Timestamp:
		return graph.AppendTimestamp(out, v.Micros())
	case graph.Strings:
		s.scratch = graph.AppendJSONList(s.scratch[:0], v.Strings())
	case graph.Map:
		s.scratch = graph.AppendJSONMap(s.scratch[:0], v.Pairs())
	}
	return s.text(out, view(s.scratch))
}

// view is b as text, until b changes.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
