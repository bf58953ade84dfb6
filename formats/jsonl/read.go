package jsonl

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// A longer line, in bytes, or a larger zstd window is an error, and not a way
// to fill the memory. Nobody writes a longer line either. Frames are
// written with windows of half that at most.
const (
	maxLine   = graph.LongestRow
	maxWindow = 8 << 20
)

// A packed file may unpack to so many times its size, and a few chunks. What is
// written comes to a quarter of that where resources are copies of one another.
const (
	maxRatio  = 400
	maxAnyway = 32 << 20
)

// A line may have so many texts in its lists and maps. Each is many times larger
// in memory than the three bytes that it may be in a line.
const maxTexts = graph.MostTexts

// A LineError says where a file is not what [Options.Open] writes.
type LineError struct {
	File string
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns what is wrong with the line.
func (e *LineError) Unwrap() error { return e.Err }

// A Reader reads what [Options.Open] writes, a line at a time, checking all of
// it: labels, edge types, properties and their types against the schema, the
// order of lines, the hash in an edge's id, and the packing to the last byte.
// The order of keys in an object does not matter. Not for concurrent use.
type Reader struct {
	open   func(name string) (io.ReadCloser, error)
	schema *graph.Schema
	max    int // maxLine, but for tests

	p      parser
	values []graph.Value
	lists  []string // what the lists and maps of one line are made of
	scopes interned
	paths  interned

	owners map[*graph.Column]*owner // by the first column
	labels map[*graph.Label]*labelText
	places [3]*labelText   // the last one of a node, of a start and of an end
	typ    *graph.EdgeType // the last one

	id     []byte
	hashed []byte
}

// NewReader returns a reader that gets its files from open. Open is asked for
// jsonl/nodes.jsonl.zst, then .gz, then no suffix, until its error is not
// fs.ErrNotExist; likewise for the edges.
func NewReader(open func(name string) (io.ReadCloser, error), schema *graph.Schema) *Reader {
	return &Reader{
		open: open, schema: schema, max: maxLine,
		scopes: interned{seen: map[string]string{}}, paths: interned{seen: map[string]string{}},
		owners: map[*graph.Column]*owner{}, labels: map[*graph.Label]*labelText{},
	}
}

// Nodes calls yield for every node, in order. The node and its slices are
// yield's until it returns; text may be kept, and keeps a block of the file in
// memory with it: who keeps a little of many nodes clones it. An error of yield ends the
// reading and is returned as it is; an error in a line is a [*LineError].
func (r *Reader) Nodes(yield func(*graph.Node) error) error {
	var node, last graph.Node
	return r.lines(nodesName, func(line string) (bad, stop error) {
		if bad := r.node(line, &node); bad != nil {
			return bad, nil
		}
		if last.Label != nil && graph.CompareNodes(&last, &node) >= 0 {
			return fmt.Errorf("node %s %.200q is out of order or there twice", node.Label.Name, node.ID), nil
		}
		last.Label, last.ID = node.Label, node.ID
		return nil, yield(&node)
	})
}

// Edges calls yield for every edge, in order, as [Reader.Nodes] does for
// nodes. It does not look whether the ends are there.
func (r *Reader) Edges(yield func(*graph.Edge) error) error {
	var edge, last graph.Edge
	return r.lines(edgesName, func(line string) (bad, stop error) {
		if bad := r.edge(line, &edge); bad != nil {
			return bad, nil
		}
		if last.Type != nil && graph.CompareEdges(&last, &edge) >= 0 {
			return fmt.Errorf("edge %s from %.200q to %.200q is out of order or there twice", edge.Type.Name, edge.From, edge.To), nil
		}
		last = edge
		return nil, yield(&edge)
	})
}

// lines calls do with each line. Of its errors, bad is the line's fault, and
// stop is returned as it is.
func (r *Reader) lines(name string, do func(line string) (bad, stop error)) (err error) {
	name, packed, err := r.find(name)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := packed.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("close %s: %w", name, closeErr)
		}
	}()
	counted := &countedReader{r: packed}
	text, release, err := unpack(name, counted)
	if err != nil {
		return &LineError{File: name, Line: 1, Err: err}
	}
	defer release()
	if !strings.HasSuffix(name, ".jsonl") {
		text = &ratioReader{text: text, packed: counted}
	}
	ahead := readAhead(text, r.max)
	defer ahead.stop()
	n := 0
	for b := range ahead.blocks {
		for rest := b.text; rest != ""; {
			n++
			end := strings.IndexByte(rest, '\n')
			bad, stop := do(rest[:end])
			if bad != nil {
				return &LineError{File: name, Line: n, Err: bad}
			}
			if stop != nil {
				return stop
			}
			rest = rest[end+1:]
		}
		if b.err != nil {
			return &LineError{File: name, Line: n + 1, Err: b.err}
		}
	}
	return nil
}

// fields are the keys of a line that were seen, to find one that is there
// twice or not at all.
type fields struct {
	seen uint
	keys []string
}

func (f *fields) see(p *parser, key string) int {
	i := slices.Index(f.keys, key)
	switch {
	case p.err != nil:
	case i < 0:
		p.fail("unknown key %.40q", key)
	case f.seen&(1<<i) != 0:
		p.fail("key %q is there twice", key)
	default:
		f.seen |= 1 << i
		return i
	}
	return -1
}

func (f *fields) all(p *parser) {
	for i, key := range f.keys {
		if f.seen&(1<<i) == 0 {
			p.fail("no key %q", key)
		}
	}
}

// later remembers where an object is that can only be read when the rest of
// the line is known.
func (p *parser) later() (at int) {
	p.peek()
	at = p.i
	p.skip(0)
	return at
}

func (r *Reader) node(line string, n *graph.Node) error {
	if r.nodeAsWritten(line, n) {
		return nil
	}
	p := &r.p
	p.reset(line)
	f := fields{keys: nodeKeys[:]}
	*n = graph.Node{}
	at := 0
	p.open('{')
	for k := 0; p.next(k, '}'); k++ {
		switch f.see(p, p.key()) {
		case 0:
			p.literal("node")
		case 1:
			n.ID = p.text()
		case 2:
			n.Label = r.label()
		case 3:
			n.Scope = r.scopes.one(p.text())
		case 4:
			if n.Label != nil {
				r.properties(n.Label.Name, n.Label.Columns, nil)
			} else {
				at = p.later()
			}
		}
	}
	p.end()
	f.all(p)
	if p.err == nil && at > 0 {
		p.i = at
		r.properties(n.Label.Name, n.Label.Columns, nil)
	}
	n.Values = r.values
	return p.err
}

var (
	nodeKeys = [...]string{"type", "id", "labels", "scope", "properties"}
	edgeKeys = [...]string{"type", "id", "label", "src", "dst", "scope", "start", "end", "properties"}
	endKeys  = [...]string{"id", "labels"}
)

func (r *Reader) edge(line string, e *graph.Edge) error {
	if id, ok := r.edgeAsWritten(line, e); ok {
		return r.hasID(e, id)
	}
	p := &r.p
	p.reset(line)
	f := fields{keys: edgeKeys[:]}
	*e = graph.Edge{}
	var id, start, end string
	at := 0
	p.open('{')
	for k := 0; p.next(k, '}'); k++ {
		switch f.see(p, p.key()) {
		case 0:
			p.literal("relationship")
		case 1:
			id = p.text()
		case 2:
			name := p.text()
			if e.Type = r.schema.EdgeType(name); e.Type == nil {
				p.fail("unknown edge type %.80q", name)
			}
		case 3:
			e.From = p.text()
		case 4:
			e.To = p.text()
		case 5:
			e.Scope = r.scopes.one(p.text())
		case 6:
			start, e.FromLabel = r.end()
		case 7:
			end, e.ToLabel = r.end()
		case 8:
			if e.Type != nil {
				r.properties(e.Type.Name, e.Type.Columns, e)
			} else {
				at = p.later()
			}
		}
	}
	p.end()
	f.all(p)
	if p.err == nil && at > 0 {
		p.i = at
		r.properties(e.Type.Name, e.Type.Columns, e)
	}
	e.Values = r.values
	if p.err != nil {
		return p.err
	}
	if start != e.From || end != e.To {
		return errors.New("start and end are not src and dst")
	}
	return r.hasID(e, id)
}

// hasID fails where id is not the one that the edge has by its identity.
func (r *Reader) hasID(e *graph.Edge, id string) error {
	r.id, r.hashed = appendEdgeID(r.id[:0], e, r.hashed)
	if id != string(r.id) {
		return fmt.Errorf("the id %.40q is not that of this edge, %s", id, r.id)
	}
	return nil
}

// end reads the start or end of an edge.
func (r *Reader) end() (id string, l *graph.Label) {
	p := &r.p
	f := fields{keys: endKeys[:]}
	p.open('{')
	for k := 0; p.next(k, '}'); k++ {
		switch f.see(p, p.key()) {
		case 0:
			id = p.text()
		case 1:
			l = r.label()
		}
	}
	f.all(p)
	return id, l
}

// label reads a list of labels, which must be that of a label of the schema.
func (r *Reader) label() *graph.Label {
	p := &r.p
	var l *graph.Label
	p.open('[')
	n := 0
	for ; p.next(n, ']'); n++ {
		name := p.text()
		switch {
		case p.err != nil:
		case n == 0:
			if l = r.schema.Label(name); l == nil {
				p.fail("unknown label %.80q", name)
			}
		case n > len(l.Extra) || l.Extra[n-1] != name:
			p.fail("label %s does not go with %.80q", l.Name, name)
		}
	}
	if p.err == nil && (l == nil || n != 1+len(l.Extra)) {
		p.fail("want a label and its further labels, have %d labels", n)
	}
	if p.err != nil {
		return nil
	}
	return l
}

// properties reads the properties of owner into r.values and, of an edge, path
// and ref into e.
func (r *Reader) properties(name string, cols []graph.Column, e *graph.Edge) {
	p := &r.p
	o := r.owner(cols)
	r.values = slices.Grow(r.values[:0], len(cols))[:len(cols)]
	clear(r.values)
	r.lists = r.lists[:0]
	var own fields
	if e != nil {
		own.keys = edgeProperties[:]
	}
	p.open('{')
	next := 0 // columns come in order, so this is most likely the one
	for k := 0; p.next(k, '}'); k++ {
		if next < len(cols) && p.take(o.keys[next]) {
			if r.set(next, cols); p.err != nil {
				return
			}
			next++
			continue
		}
		key := p.key()
		if e != nil && slices.Contains(own.keys, key) {
			switch own.see(p, key) {
			case 0:
				e.Path = r.paths.one(p.text())
			case 1:
				e.Ref = p.text()
			}
			continue
		}
		for next < len(cols) && cols[next].Name != key {
			next++
		}
		if next == len(cols) {
			next = o.column(cols, key)
		}
		switch {
		case p.err != nil:
			return
		case next < 0:
			p.fail("%s has no property %.80q", name, key)
			return
		}
		if r.set(next, cols); p.err != nil {
			return
		}
		next++
	}
	own.all(p)
}

// set reads the value of column i.
func (r *Reader) set(i int, cols []graph.Column) {
	p := &r.p
	if !r.values[i].IsNull() {
		p.fail("property %s is there twice", cols[i].Name)
		return
	}
	if r.values[i] = r.value(cols[i].Type); p.err != nil {
		p.err = fmt.Errorf("property %s: %w", cols[i].Name, p.err)
	}
}

// An owner is what is known of the columns of a label or an edge type.
type owner struct {
	keys  []string       // as the writer has them: "name":
	index map[string]int // by name, once it was needed
}

func (r *Reader) owner(cols []graph.Column) *owner {
	if len(cols) == 0 {
		return nil
	}
	o := r.owners[&cols[0]]
	if o == nil {
		o = &owner{keys: make([]string, len(cols))}
		for i := range cols {
			o.keys[i] = string(append(graph.AppendQuoted(nil, cols[i].Name), ':'))
		}
		r.owners[&cols[0]] = o
	}
	return o
}

// column returns the index of a column that is not where it should be, or -1.
func (o *owner) column(cols []graph.Column, name string) int {
	if len(cols) == 0 {
		return -1
	}
	if o.index == nil {
		o.index = make(map[string]int, len(cols))
		for i := range cols {
			o.index[cols[i].Name] = i
		}
	}
	if i, ok := o.index[name]; ok {
		return i
	}
	return -1
}

var edgeProperties = [...]string{"path", "ref"}

// value reads one value of type t, or null.
func (r *Reader) value(t graph.Type) graph.Value {
	p := &r.p
	if p.peek() == 'n' && p.take("null") {
		return graph.Null
	}
	switch t {
	case graph.String:
		return graph.StringValue(p.text())
	case graph.JSON:
		return graph.JSONValue(p.text())
	case graph.Int:
		return graph.IntValue(p.int())
	case graph.Float:
		return graph.FloatValue(p.float())
	case graph.Bool:
		return graph.BoolValue(p.bool())
	case graph.Timestamp:
		s := p.text()
		us, err := graph.ParseTimestamp(s)
		if p.err == nil && err != nil {
			p.fail("want a time such as 2026-01-02T03:04:05.000000Z, have %.40q", s)
		}
		return graph.MicrosValue(us)
	case graph.Strings:
		start := len(r.lists)
		p.open('[')
		for n := 0; p.next(n, ']'); n++ {
			r.lists = append(r.lists, p.text())
			r.fewTexts()
		}
		return graph.StringsValue(r.lists[start:len(r.lists):len(r.lists)])
	case graph.Map:
		start := len(r.lists)
		p.open('{')
		for n := 0; p.next(n, '}'); n++ {
			key := p.key()
			if last := len(r.lists) - 2; n > 0 && key <= r.lists[last] {
				p.fail("key %.80q is out of order or there twice", key)
			}
			r.lists = append(r.lists, key, p.text())
			r.fewTexts()
		}
		return graph.MapValue(r.lists[start:len(r.lists):len(r.lists)])
	}
	p.fail("a column of type %s", t)
	return graph.Null
}

func (r *Reader) fewTexts() {
	if len(r.lists) > maxTexts {
		r.p.fail("more than %d texts in lists and maps", maxTexts)
	}
}

// literal reads a string that must be want.
func (p *parser) literal(want string) {
	if s := p.text(); s != want {
		p.fail("want the type %q, have %.40q", want, s)
	}
}

// An interned set has one text for all that are equal, so that values of which
// there are few do not keep their lines in memory.
type interned struct {
	last string // often the next is the same
	seen map[string]string
}

func (in *interned) one(s string) string {
	if s == in.last {
		return in.last
	}
	one, ok := in.seen[s]
	if !ok {
		one = strings.Clone(s)
		if len(in.seen) < 1<<16 && len(one) < 1<<10 {
			in.seen[one] = one
		}
	}
	in.last = one
	return one
}
