package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sgexport/sgexport/graph"
)

// A longer line, in bytes, or a larger zstd window is an error, and not a way
// to fill the memory. Nobody writes a longer line either: the largest resource
// that AWS has, a pipeline with its definition, takes an eighth. Frames are
// written with windows of half that at most.
const (
	maxLine   = 8 << 20
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
const maxTexts = 1 << 18

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
	scopes map[string]string
	paths  map[string]string

	columns map[*graph.Column]map[string]int // by the first column, then by name
	id      []byte
	hashed  []byte
}

// NewReader returns a reader that gets its files from open. Open is asked for
// jsonl/nodes.jsonl.zst, then .gz, then no suffix, until its error is not
// fs.ErrNotExist; likewise for the edges.
func NewReader(open func(name string) (io.ReadCloser, error), schema *graph.Schema) *Reader {
	return &Reader{open: open, schema: schema, max: maxLine, scopes: make(map[string]string), paths: make(map[string]string), columns: make(map[*graph.Column]map[string]int)}
}

// Nodes calls yield for every node, in order. The node and its slices are
// yield's until it returns; text may be kept. An error of yield ends the
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
	in := bufio.NewReaderSize(text, 256<<10)
	var long []byte
	for n := 1; ; n++ {
		line, err := readLine(in, &long, r.max)
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err == io.EOF {
			err = errors.New("the last line is cut off")
		}
		if err != nil {
			return &LineError{File: name, Line: n, Err: err}
		}
		bad, stop := do(string(line))
		if bad != nil {
			return &LineError{File: name, Line: n, Err: bad}
		}
		if stop != nil {
			return stop
		}
	}
}

// find opens the first of the names that a file may have.
func (r *Reader) find(name string) (string, io.ReadCloser, error) {
	var first error
	for _, c := range []Compression{Zstd, Gzip, None} {
		full := name + c.Suffix()
		f, err := r.open(full)
		if err == nil {
			return full, f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("open %s: %w", full, err)
		}
		if first == nil {
			first = err
		}
	}
	return "", nil, fmt.Errorf("there is no %s, with .zst, .gz or no suffix, so there is no graph to read: %w", name, first)
}

// unpack returns the text in packed, as its name says it is compressed.
func unpack(name string, packed io.Reader) (text io.Reader, release func(), err error) {
	switch {
	case strings.HasSuffix(name, ".zst"):
		in := bufio.NewReaderSize(packed, 64<<10)
		if _, err := in.Peek(1); err == io.EOF {
			return nil, nil, errors.New("not even one zstd frame")
		}
		dec, err := zstd.NewReader(in, zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, err
		}
		return dec, dec.Close, nil
	case strings.HasSuffix(name, ".gz"):
		dec, err := gzip.NewReader(bufio.NewReaderSize(packed, 64<<10))
		if err == io.EOF {
			err = errors.New("not even one gzip member")
		}
		if err != nil {
			return nil, nil, err
		}
		return dec, func() { _ = dec.Close() }, nil
	}
	return packed, func() {}, nil
}

// A countedReader counts what was read. The decoder may read in a goroutine of
// its own.
type countedReader struct {
	r io.Reader
	n atomic.Int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// A ratioReader fails where more comes out of a packed file than anybody packs
// into one of its size.
type ratioReader struct {
	text   io.Reader
	packed *countedReader
	n      int64
}

func (r *ratioReader) Read(p []byte) (int, error) {
	n, err := r.text.Read(p)
	if r.n += int64(n); r.n > maxAnyway+maxRatio*r.packed.n.Load() {
		return 0, fmt.Errorf("it unpacks to more than %d times its size", maxRatio)
	}
	return n, err
}

// readLine returns the next line without its end. Both it and what is returned
// with an error are good until the next call. Long is where a line goes that
// the buffer cannot hold.
func readLine(in *bufio.Reader, long *[]byte, max int) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		all := (*long)[:0]
		for err == bufio.ErrBufferFull && len(all) <= max {
			all = append(all, line...)
			line, err = in.ReadSlice('\n')
		}
		if len(all)+len(line) > max {
			return nil, fmt.Errorf("longer than %d bytes", max)
		}
		line = append(all, line...)
		*long = line
	}
	if err != nil {
		return line, err
	}
	return bytes.TrimSuffix(line, []byte{'\n'}), nil
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
			n.ID = strings.Clone(p.text())
		case 2:
			n.Label = r.label()
		case 3:
			n.Scope = intern(r.scopes, p.text())
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
			e.From = strings.Clone(p.text())
		case 4:
			e.To = strings.Clone(p.text())
		case 5:
			e.Scope = intern(r.scopes, p.text())
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
func (r *Reader) properties(owner string, cols []graph.Column, e *graph.Edge) {
	p := &r.p
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
		key := p.key()
		if e != nil && slices.Contains(own.keys, key) {
			switch own.see(p, key) {
			case 0:
				e.Path = intern(r.paths, p.text())
			case 1:
				e.Ref = p.text()
			}
			continue
		}
		for next < len(cols) && cols[next].Name != key {
			next++
		}
		if next == len(cols) {
			next = r.column(cols, key)
		}
		switch {
		case p.err != nil:
			return
		case next < 0:
			p.fail("%s has no property %.80q", owner, key)
			return
		case !r.values[next].IsNull():
			p.fail("property %s is there twice", key)
			return
		}
		if r.values[next] = r.value(cols[next].Type); p.err != nil {
			p.err = fmt.Errorf("property %s: %w", key, p.err)
			return
		}
		next++
	}
	own.all(p)
}

// column returns the index of a column that is not where it should be, or -1.
func (r *Reader) column(cols []graph.Column, name string) int {
	if len(cols) == 0 {
		return -1
	}
	index := r.columns[&cols[0]]
	if index == nil {
		index = make(map[string]int, len(cols))
		for i := range cols {
			index[cols[i].Name] = i
		}
		r.columns[&cols[0]] = index
	}
	if i, ok := index[name]; ok {
		return i
	}
	return -1
}

var edgeProperties = [...]string{"path", "ref"}

// value reads one value of type t, or null.
func (r *Reader) value(t graph.Type) graph.Value {
	p := &r.p
	if p.word("null") {
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

// intern returns one text for all that equal s, so that values of which there
// are few do not keep their lines in memory.
func intern(seen map[string]string, s string) string {
	if one, ok := seen[s]; ok {
		return one
	}
	s = strings.Clone(s)
	if len(seen) < 1<<16 && len(s) < 1<<10 {
		seen[s] = s
	}
	return s
}
