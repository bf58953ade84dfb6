package graphml

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/sgexport/sgexport/graph"
)

// File is the name of the file.
const File = "graphml/graph.graphml"

// A Flavor says which readers the file is for.
type Flavor int

const (
	// Universal has XML attributes beyond the GraphML schema, without which
	// Gephi knows no kinds of edges and APOC no labels and lists.
	Universal Flavor = iota
	// Strict is valid by the GraphML 1.0 schema, for readers that check it,
	// such as JGraphT.
	Strict
)

// Options choose the flavour. The zero value is Universal.
type Options struct {
	Flavor Flavor
}

// Open writes the universal flavour.
func Open(create graph.Create, h *graph.Header) (graph.Sink, error) { return Options{}.Open(create, h) }

var _ graph.Open = Open

// Open creates the file and writes the keys; see [graph.Open].
func (o Options) Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	w, err := create(File)
	if err != nil {
		return nil, fmt.Errorf("graphml: %w", err)
	}
	s := &sink{w: w, labels: map[*graph.Label]*nodeText{}, types: map[*graph.EdgeType]*edgeText{}}
	s.head(h.Schema, o.Flavor)
	return s, nil
}

// Output is handed on in pieces of this size.
const flushBytes = 256 << 10

type sink struct {
	w      io.WriteCloser
	labels map[*graph.Label]*nodeText
	types  map[*graph.EdgeType]*edgeText

	from, to nodeID // of the last edge: the next often has the same

	rows    int64
	out     []byte
	scratch []byte
	err     error
}

// nodeID is the XML id of a node.
type nodeID struct {
	of  string
	hex []byte
}

// nodeText is what is the same in all nodes of a label.
type nodeText struct {
	afterID string   // from the end of the XML id to the caption
	uid     string   // from the end of the caption to the node's id
	data    []string // start tags, one for each column
	name    int      // column of the caption, or -1
}

// edgeText is what is the same in all edges of a type.
type edgeText struct {
	afterTarget string
	path, ref   string
	data        []string
}

func (s *sink) head(schema *graph.Schema, flavor Flavor) {
	s.out = append(s.out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<graphml xmlns="http://graphml.graphdrawing.org/xmlns"`...)
	if flavor == Strict {
		s.out = append(s.out, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"`...)
	}
	s.out = append(s.out, ">\n"...)
	key := func(k key) {
		s.out = fmt.Appendf(s.out, `<key id="%s" for="%s" attr.name="%s" attr.type="%s"`, k.id, k.domain, k.name, k.typ.xml())
		if k.typ == list && flavor == Universal {
			s.out = append(s.out, ` attr.list="string"`...)
		}
		s.out = append(s.out, "/>\n"...)
	}
	// The ids that APOC, TinkerPop and Gephi look for.
	key(plainKey("labels", "node", "labels"))
	key(plainKey("labelV", "node", "labelV"))
	key(plainKey("n_label", "node", "label"))
	key(plainKey("label", "edge", "label"))
	key(plainKey("labelE", "edge", "labelE"))
	key(plainKey("n_uid", "node", "uid"))
	var nodeColumns, edgeColumns [][]graph.Column
	for _, l := range schema.Labels {
		nodeColumns = append(nodeColumns, l.Columns)
	}
	for _, t := range schema.EdgeTypes {
		edgeColumns = append(edgeColumns, t.Columns)
	}
	nodes := newKeys("node", "n_", reservedForNodes, nodeColumns)
	for _, k := range nodes.all {
		key(k)
	}
	key(plainKey("e_path", "edge", "path"))
	key(plainKey("e_ref", "edge", "ref"))
	edges := newKeys("edge", "e_", reservedForEdges, edgeColumns)
	for _, k := range edges.all {
		key(k)
	}
	s.out = append(s.out, `<graph id="G" edgedefault="directed">`+"\n"...)

	for _, l := range schema.Labels {
		names := ":SgResource:" + strings.Join(l.AllLabels(), ":")
		t := &nodeText{uid: dataEnd + dataStart("n_uid"), data: nodes.dataStarts(l.Columns), name: l.Column("name")}
		t.afterID = `">`
		if flavor == Universal {
			t.afterID = `" labels="` + names + `">`
		}
		t.afterID += dataStart("labels") + names + dataEnd + dataStart("labelV") + l.Name + dataEnd + dataStart("n_label")
		if t.name >= 0 && l.Columns[t.name].Type != graph.String {
			t.name = -1
		}
		s.labels[l] = t
	}
	for _, e := range schema.EdgeTypes {
		t := &edgeText{data: edges.dataStarts(e.Columns), ref: dataEnd + dataStart("e_ref")}
		t.afterTarget = `">`
		if flavor == Universal {
			t.afterTarget = `" label="` + e.Name + `">`
		}
		// APOC wants the label first.
		t.afterTarget += dataStart("label") + e.Name + dataEnd + dataStart("labelE") + e.Name + dataEnd
		t.path = dataStart("e_path")
		s.types[e] = t
	}
}

func dataStart(key string) string { return `<data key="` + key + `">` }

const dataEnd = "</data>"

func (s *sink) Node(n *graph.Node) error {
	if s.err != nil {
		return s.err
	}
	t := s.labels[n.Label]
	s.out = append(s.out, `<node id="`...)
	s.nodeID(n.ID)
	s.out = append(s.out, t.afterID...)
	caption := n.ID
	if t.name >= 0 && !n.Values[t.name].IsNull() && n.Values[t.name].Text() != "" {
		caption = n.Values[t.name].Text()
	}
	s.out = appendText(s.out, caption)
	s.out = append(s.out, t.uid...)
	s.out = appendText(s.out, n.ID)
	s.out = append(s.out, dataEnd...)
	s.values(t.data, n.Values)
	return s.end("</node>\n")
}

func (s *sink) Edge(e *graph.Edge) error {
	if s.err != nil {
		return s.err
	}
	t := s.types[e.Type]
	s.out = append(s.out, `<edge id="`...)
	s.edgeID(e)
	s.out = append(s.out, `" source="`...)
	s.endID(&s.from, e.From)
	s.out = append(s.out, `" target="`...)
	s.endID(&s.to, e.To)
	s.out = append(s.out, t.afterTarget...)
	s.out = append(s.out, t.path...)
	s.out = appendText(s.out, e.Path)
	s.out = append(s.out, t.ref...)
	s.out = appendText(s.out, e.Ref)
	s.out = append(s.out, dataEnd...)
	s.values(t.data, e.Values)
	return s.end("</edge>\n")
}

func (s *sink) end(tag string) error {
	s.out = append(s.out, tag...)
	s.rows++
	if len(s.out) >= flushBytes {
		s.write()
	}
	return s.err
}

// Close ends the file. After an error it only closes it.
func (s *sink) Close() error {
	s.out = append(s.out, "</graph>\n</graphml>\n"...)
	s.write()
	if s.err == nil {
		graph.SetRows(s.w, s.rows)
	}
	if err := s.w.Close(); err != nil && s.err == nil {
		s.err = fmt.Errorf("graphml: close %s: %w", File, err)
	}
	return s.err
}

func (s *sink) write() {
	if s.err != nil {
		return
	}
	if _, err := s.w.Write(s.out); err != nil {
		s.err = fmt.Errorf("graphml: write %s: %w", File, err)
	}
	s.out = s.out[:0]
}

func (s *sink) nodeID(id string) {
	s.scratch = append(s.scratch[:0], id...)
	s.hash('n')
}

// endID appends the id of an edge's end; last is that of the edge before.
func (s *sink) endID(last *nodeID, id string) {
	if last.hex != nil && last.of == id {
		s.out = append(s.out, last.hex...)
		return
	}
	start := len(s.out)
	s.nodeID(id)
	last.of, last.hex = id, append(last.hex[:0], s.out[start:]...)
}

func (s *sink) edgeID(e *graph.Edge) {
	s.scratch = s.scratch[:0]
	for _, part := range [...]string{e.Type.Name, e.From, e.To, e.Path, e.Ref} {
		s.scratch = binary.AppendUvarint(s.scratch, uint64(len(part)))
		s.scratch = append(s.scratch, part...)
	}
	s.hash('e')
}

func (s *sink) hash(letter byte) {
	sum := sha256.Sum256(s.scratch)
	s.out = hex.AppendEncode(append(s.out, letter), sum[:16])
}

func (s *sink) values(starts []string, values []graph.Value) {
	for i, v := range values {
		if v.IsNull() {
			continue
		}
		s.out = append(s.out, starts[i]...)
		switch v.Type() {
		case graph.String, graph.JSON:
			s.out = appendText(s.out, v.Text())
		case graph.Int:
			s.out = strconv.AppendInt(s.out, v.Int(), 10)
		case graph.Float:
			s.out = graph.AppendFloat(s.out, v.Float())
		case graph.Bool:
			s.out = strconv.AppendBool(s.out, v.Bool())
		case graph.Timestamp:
			s.out = graph.AppendTimestamp(s.out, v.Micros())
		case graph.Strings:
			s.scratch = graph.AppendJSONList(s.scratch[:0], v.Strings())
			s.out = appendText(s.out, unsafe.String(unsafe.SliceData(s.scratch), len(s.scratch)))
		case graph.Map:
			s.scratch = graph.AppendJSONMap(s.scratch[:0], v.Pairs())
			s.out = appendText(s.out, unsafe.String(unsafe.SliceData(s.scratch), len(s.scratch)))
		}
		s.out = append(s.out, dataEnd...)
	}
}

// keyType is a type of GraphML, a list of strings apart.
type keyType int

const (
	text keyType = iota
	list
	long
	double
	boolean
)

func keyTypeOf(t graph.Type) keyType {
	switch t {
	case graph.Int:
		return long
	case graph.Float:
		return double
	case graph.Bool:
		return boolean
	case graph.Strings:
		return list
	}
	return text
}

func (t keyType) String() string {
	return [...]string{"string", "list", "long", "double", "boolean"}[t]
}

// xml is the value of attr.type.
func (t keyType) xml() string {
	if t == list {
		t = text
	}
	return t.String()
}

type key struct {
	id, domain, name string
	typ              keyType
}

func plainKey(id, domain, name string) key { return key{id: id, domain: domain, name: name} }

// keys are the keys of all columns of nodes, or of edges.
type keys struct {
	all []key             // sorted by name
	ids map[string]string // by the name of the column
}

// newKeys makes a key for each column; those of one name have one type, see
// [graph.NewSchema]. A name that is reserved gets an underscore.
func newKeys(domain, prefix string, reserved []string, columns [][]graph.Column) keys {
	types := map[string]keyType{}
	for _, cols := range columns {
		for _, c := range cols {
			types[c.Name] = keyTypeOf(c.Type)
		}
	}
	k := keys{ids: map[string]string{}}
	names := slices.Sorted(maps.Keys(types))
	// Plain names first, so that none has to give way to one that is made up.
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(slices.Index(reserved, a), slices.Index(reserved, b))
	})
	taken := map[string]bool{}
	for _, column := range names {
		name := column
		for taken[name] || slices.Contains(reserved, name) {
			name += "_"
		}
		taken[name] = true
		k.all = append(k.all, key{id: prefix + name, domain: domain, name: name, typ: types[column]})
		k.ids[column] = prefix + name
	}
	slices.SortFunc(k.all, func(a, b key) int { return strings.Compare(a.name, b.name) })
	return k
}

func (k keys) dataStarts(cols []graph.Column) []string {
	starts := make([]string, len(cols))
	for i, c := range cols {
		starts[i] = dataStart(k.ids[c.Name])
	}
	return starts
}

// Names that a reader does something of its own with: Gephi places and paints,
// networkx and igraph use them for ids or as arguments, JGraphT for weights.
// The package's own are among them.
var (
	reservedForNodes = []string{"id", "uid", "label", "nodelabel", "labels", "labelv", "x", "y", "z", "xpos", "ypos", "zpos", "size", "r", "g", "b", "color", "weight"}
	reservedForEdges = []string{"id", "key", "source", "target", "label", "edgelabel", "labele", "path", "ref", "size", "r", "g", "b", "color", "weight"}
)
