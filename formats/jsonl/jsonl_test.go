package jsonl

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// opener serves files from memory.
func opener(files graphtest.Files) func(string) (io.ReadCloser, error) {
	return func(name string) (io.ReadCloser, error) {
		b, ok := files[name]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return io.NopCloser(bytes.NewReader(b)), nil
	}
}

// readAll reads a whole graph, copying what the reader will use again.
func readAll(files graphtest.Files, h *graph.Header) (*graphtest.Graph, error) {
	g := &graphtest.Graph{Header: h}
	r := NewReader(opener(files), h.Schema)
	err := r.Nodes(func(n *graph.Node) error {
		c := *n
		c.Values = keep(n.Values)
		g.Nodes = append(g.Nodes, &c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = r.Edges(func(e *graph.Edge) error {
		c := *e
		c.Values = keep(e.Values)
		g.Edges = append(g.Edges, &c)
		return nil
	})
	return g, err
}

func keep(values []graph.Value) []graph.Value {
	values = slices.Clone(values)
	for i, v := range values {
		switch v.Type() {
		case graph.Strings:
			values[i] = graph.StringsValue(slices.Clone(v.Strings()))
		case graph.Map:
			values[i] = graph.MapValue(slices.Clone(v.Pairs()))
		}
	}
	return values
}

func TestConformance(t *testing.T) {
	for _, c := range []Compression{Zstd, Gzip, None} {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("jsonl%s,%d", c.Suffix(), workers), func(t *testing.T) {
				o := Options{Compression: c, Workers: workers}
				graphtest.Run(t, o.Open, func(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
					want := []string{edgesName + c.Suffix(), nodesName + c.Suffix()}
					if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, want) {
						t.Errorf("got files %q, want %q", names, want)
					}
					g, err := readAll(files, h)
					if err != nil {
						t.Fatal(err)
					}
					again := graphtest.Files{}
					if err := g.Write(o.Open, again.Create); err != nil {
						t.Fatal(err)
					}
					if !maps.EqualFunc(files, again, bytes.Equal) {
						t.Error("what was read is written with other bytes")
					}
					return g
				}, graphtest.Options{})
			})
		}
	}
}

// What a reader makes of random graphs is the graph, whichever way it reads: lines
// as they were written, and lines of the same JSON with white space.
func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(8) {
		g, files := graphtest.Random(seed), graphtest.Files{}
		if err := g.Write(Options{Compression: None}.Open, files.Create); err != nil {
			t.Fatal(err)
		}
		spaced := graphtest.Files{}
		for name, text := range files {
			spaced[name] = bytes.ReplaceAll(text, []byte(`{"type":"`), []byte(`{ "type": "`))
		}
		for _, f := range []graphtest.Files{files, spaced} {
			got, err := readAll(f, g.Header)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			graphtest.Equal(t, got, g, graphtest.Options{})
		}
	}
}

// big is a graph of about n megabytes of text, several frames of it.
func big(megabytes int) *graphtest.Graph {
	g := graphtest.Empty()
	label, typ := g.Header.Schema.Label("AWSS3Bucket"), g.Header.Schema.EdgeType("UNUSED")
	for i := range megabytes << 10 {
		name := fmt.Sprintf("bucket-%09d-%s", i, strings.Repeat("x", 900))
		g.Nodes = append(g.Nodes, &graph.Node{ID: name, Label: label, Values: []graph.Value{graph.StringValue(name[:20])}})
		if i%8 == 0 {
			g.Edges = append(g.Edges, &graph.Edge{Type: typ, From: name, To: name, FromLabel: label, ToLabel: label, Values: make([]graph.Value, 3)})
		}
	}
	return g
}

func TestBytesDoNotDependOnWorkers(t *testing.T) {
	g := big(14)
	for _, c := range []Compression{Zstd, Gzip, None} {
		var want graphtest.Files
		for _, workers := range []int{1, 2, 7} {
			files := graphtest.Files{}
			if err := g.Write(Options{Compression: c, Workers: workers}.Open, files.Create); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = files
				got, err := readAll(files, g.Header)
				if err != nil {
					t.Fatal(err)
				}
				graphtest.Equal(t, got, g, graphtest.Options{})
			} else if !maps.EqualFunc(want, files, bytes.Equal) {
				t.Errorf("jsonl%s: %d workers make other bytes than one", c.Suffix(), workers)
			}
		}
	}
}

// rows is a file that counts how often it was told its rows.
type rows struct {
	bytes.Buffer
	told []int64
}

func (r *rows) Close() error { return nil }
func (r *rows) Rows(n int64) { r.told = append(r.told, n) }

func TestRowsAndOrderOfFiles(t *testing.T) {
	g := graphtest.Sample()
	files := map[string]*rows{}
	var nodes *rows
	err := g.Write(Open, func(name string) (io.WriteCloser, error) {
		if nodes != nil && nodes.told == nil {
			t.Errorf("%s was created before the nodes were finished", name)
		}
		f := &rows{}
		if nodes == nil {
			nodes = f
		}
		files[name] = f
		return f, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"jsonl/nodes.jsonl.zst": len(g.Nodes), "jsonl/edges.jsonl.zst": len(g.Edges)} {
		if f := files[name]; f == nil || !slices.Equal(f.told, []int64{int64(want)}) {
			t.Errorf("%s: want to hear of %d rows once, have %+v", name, want, f)
		}
	}
}

// An error of the writing goroutine reaches the caller although the frame that
// failed was handed over long before.
func TestFailureOfEarlierFrame(t *testing.T) {
	disk := errors.New("disk full")
	g := big(24)
	sink, err := Options{Workers: 1}.Open(func(string) (io.WriteCloser, error) { return failing{disk}, nil }, g.Header)
	if err != nil {
		t.Fatal(err)
	}
	var first error
	for _, n := range g.Nodes {
		if first = sink.Node(n); first != nil {
			break
		}
	}
	if !errors.Is(first, disk) || !strings.Contains(first.Error(), "jsonl/nodes.jsonl.zst") {
		t.Errorf("got %v", first)
	}
	if err := sink.Close(); err != nil {
		t.Errorf("close reported %v again", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
func (f failing) Close() error              { return f.err }

func TestUnknownCompression(t *testing.T) {
	_, err := Options{Compression: 9}.Open(graphtest.Files{}.Create, graphtest.Empty().Header)
	if err == nil || !strings.Contains(err.Error(), "unknown compression") {
		t.Errorf("got %v", err)
	}
}

func TestForeignLabel(t *testing.T) {
	g, other := graphtest.Sample(), graphtest.Sample()
	for _, broken := range []*graphtest.Graph{
		{Header: g.Header, Nodes: other.Nodes},
		{Header: g.Header, Nodes: g.Nodes, Edges: other.Edges},
	} {
		err := broken.Write(Open, graphtest.Files{}.Create)
		if err == nil || !strings.Contains(err.Error(), "is not one of the header's schema") {
			t.Errorf("got %v", err)
		}
	}
}

// The shape of a line is what other programs rely on.
func TestLines(t *testing.T) {
	g := graphtest.Empty()
	s := g.Header.Schema
	bucket, model := s.Label("AWSS3Bucket"), s.Label("AWSSageMakerModel")
	g.Nodes = []*graph.Node{
		{ID: "b", Scope: "0/r", Label: bucket, Values: []graph.Value{graph.StringValue("b\"é\n")}},
		{ID: "m", Scope: "0/r", Label: model, Values: []graph.Value{
			4: graph.IntValue(3), 5: graph.FloatValue(3), 6: graph.MicrosValue(0),
			7: graph.JSONValue(`{"a":1}`), 8: graph.StringsValue(nil), 9: graph.MapValue([]string{"k", "v"}),
		}},
	}
	ends := graph.Edge{Type: s.EdgeType("UNUSED"), From: "m", To: "b", FromLabel: model, ToLabel: bucket, Path: "A[].B", Ref: "b", Scope: "0/r", Values: make([]graph.Value, 3)}
	with := ends
	with.Ref, with.Values = "c", []graph.Value{graph.BoolValue(true), graph.Null, graph.Null}
	g.Edges = []*graph.Edge{&ends, &with}
	files := graphtest.Files{}
	if err := g.Write(Options{Compression: None}.Open, files.Create); err != nil {
		t.Fatal(err)
	}
	wantNodes := `{"type":"node","id":"b","labels":["AWSS3Bucket","S3Bucket"],"scope":"0/r","properties":{"name":"b\"é\n"}}
{"type":"node","id":"m","labels":["AWSSageMakerModel"],"scope":"0/r","properties":{"count":3,"share":3.0,"creation_time":"1970-01-01T00:00:00.000000Z","containers":"{\"a\":1}","vpc_config_subnets":[],"tags":{"k":"v"}}}
`
	edge := `{"type":"relationship","id":"%s","label":"UNUSED","src":"m","dst":"b","scope":"0/r","start":{"id":"m","labels":["AWSSageMakerModel"]},"end":{"id":"b","labels":["AWSS3Bucket","S3Bucket"]},"properties":{"path":"A[].B","ref":"%s"%s}}` + "\n"
	// The hashes are sha256 over each part with its length in four bytes before it.
	wantEdges := fmt.Sprintf(edge, idOf("b"), "b", "") + fmt.Sprintf(edge, idOf("c"), "c", `,"inferred":true`)
	if got := string(files["jsonl/nodes.jsonl"]); got != wantNodes {
		t.Errorf("got\n%s\nwant\n%s", got, wantNodes)
	}
	if got := string(files["jsonl/edges.jsonl"]); got != wantEdges {
		t.Errorf("got\n%s\nwant\n%s", got, wantEdges)
	}
}

// nodeLine and edgeLine are lines that read well; the tests below spoil them.
const nodeLine = `{"type":"node","id":"m","labels":["AWSSageMakerModel"],"scope":"s","properties":{"name":"n","observed":true,"count":7,"share":0.5,"creation_time":"1970-01-01T00:00:00.000000Z","containers":"{}","vpc_config_subnets":["a"],"tags":{"k":"v"}}}`

var edgeLine = `{"type":"relationship","id":"` + idOf("b") + `","label":"UNUSED","src":"m","dst":"b","scope":"s","start":{"id":"m","labels":["AWSSageMakerModel"]},"end":{"id":"b","labels":["AWSS3Bucket","S3Bucket"]},"properties":{"path":"A[].B","ref":"b","inferred":true}}`

func readLines(node, edge string) error {
	_, err := readAll(graphtest.Files{nodesName: []byte(node), edgesName: []byte(edge)}, graphtest.Empty().Header)
	return err
}

func TestReadRejects(t *testing.T) {
	if err := readLines(nodeLine+"\n", edgeLine+"\n"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"AWSSageMakerModel"`, `"AWSNothing"`, `unknown label "AWSNothing"`},
		{`["AWSSageMakerModel"]`, `["AWSSageMakerModel","Other"]`, `does not go with "Other"`},
		{`["AWSSageMakerModel"]`, `["AWSS3Bucket"]`, "have 1 labels"},
		{`["AWSSageMakerModel"]`, `[]`, "have 0 labels"},
		{`"type":"node"`, `"type":"relationship"`, `want the type "node"`},
		{`"type":"node"`, `"kind":"node"`, `unknown key "kind"`},
		{`"type":"node",`, ``, `no key "type"`},
		{`"id":"m",`, `"id":"m","id":"m",`, `key "id" is there twice`},
		{`"id":"m"`, `"id":7`, "want a string"},
		{`"id":"m"`, `"id":null`, "want a string"},
		{`"name":"n"`, `"nome":"n"`, `AWSSageMakerModel has no property "nome"`},
		{`"name":"n"`, `"name":"n","name":"n"`, "property name is there twice"},
		{`"name":"n"`, `"name":7`, "property name: column 89: want a string, have"},
		{`"observed":true`, `"observed":"true"`, "property observed: column"},
		{`"count":7`, `"count":7.0`, "want an integer, have 7.0"},
		{`"count":7`, `"count":9223372036854775808`, "is no 64-bit integer"},
		{`"count":7`, `"count":"7"`, "want a number"},
		{`"count":7`, `"count":07`, "want a comma"},
		{`"count":7`, `"count":NaN`, "want a number"},
		{`"share":0.5`, `"share":1e400`, "value out of range"},
		{`"share":0.5`, `"share":"0.5"`, "want a number"},
		{`"share":0.5`, `"share":NaN`, "want a number"},
		{`"1970-01-01T00:00:00.000000Z"`, `"1970-01-01T00:00:00Z"`, "want a time such as"},
		{`"1970-01-01T00:00:00.000000Z"`, `0`, "want a string"},
		{`"containers":"{}"`, `"containers":{}`, "want a string"},
		{`["a"]`, `"a"`, "want '['"},
		{`["a"]`, `["a",]`, "want a string"},
		{`["a"]`, `["a",null]`, "want a string"},
		{`{"k":"v"}`, `{"k":"v","k":"w"}`, `key "k" is out of order or there twice`},
		{`{"k":"v"}`, `{"k":"v","a":"w"}`, `key "a" is out of order`},
		{`{"k":"v"}`, `{"k":1}`, "want a string"},
		{`}}}`, `}}} x`, `want the end of the line, have "x"`},
		{`}}}`, `}}`, "have the end of the line"},
		{nodeLine, ``, "want '{', have the end of the line"},
		{nodeLine, nodeLine + "\n" + nodeLine, `:2: node AWSSageMakerModel "m" is out of order or there twice`},
		{nodeLine, nodeLine + "\x00", "the end of the line"},
	} {
		line := strings.Replace(nodeLine, c.old, c.new, 1)
		err := readLines(line+"\n", edgeLine+"\n")
		checkLineError(t, line, err, nodesName, c.want)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"label":"UNUSED"`, `"label":"NOTHING"`, `unknown edge type "NOTHING"`},
		{`"src":"m"`, `"src":"x"`, "start and end are not src and dst"},
		{`"end":{"id":"b"`, `"end":{"id":"c"`, "start and end are not src and dst"},
		{`"ref":"b"`, `"ref":"x"`, "is not that of this edge"},
		{`"ref":"b",`, ``, `no key "ref"`},
		{`"ref":"b",`, `"ref":"b","ref":"b",`, `key "ref" is there twice`},
		{`"inferred":true`, `"inferrred":true`, `UNUSED has no property "inferrred"`},
		{`"start":{"id":"m",`, `"start":{`, `no key "id"`},
		{edgeLine, edgeLine + "\n" + edgeLine, `:2: edge UNUSED from "m" to "b" is out of order or there twice`},
	} {
		line := strings.Replace(edgeLine, c.old, c.new, 1)
		err := readLines(nodeLine+"\n", line+"\n")
		checkLineError(t, line, err, edgesName, c.want)
	}
	checkLineError(t, "cut", readLines(nodeLine, edgeLine+"\n"), nodesName, ":1: the last line is cut off")
}

func checkLineError(t *testing.T, line string, err error, file, want string) {
	t.Helper()
	var at *LineError
	if !errors.As(err, &at) || at.File != file || !strings.Contains(err.Error(), want) {
		t.Errorf("%.300s\ngot  %v\nwant %s and %s", line, err, file, want)
	}
}

// Keys may come in any order, with white space between them.
func TestReadAnyOrder(t *testing.T) {
	node := `{ "properties" : { "tags":{}, "name":null, "count":-0, "share":3e0 } , "scope":"s", "labels":[ "AWSSageMakerModel" ], "id":"\u006d\ud83d\ude42\/", "type":"node" }`
	edge := `{"properties":{"inferred":true,"ref":"b","path":"A[].B"},"end":{"labels":["AWSS3Bucket","S3Bucket"],"id":"b"},"start":{"id":"m","labels":["AWSSageMakerModel"]},"scope":"s","dst":"b","src":"m","label":"UNUSED","id":"` + idOf("b") + `","type":"relationship"}`
	g, err := readAll(graphtest.Files{nodesName: []byte(node + "\r\n"), edgesName: []byte(edge + "\n")}, graphtest.Empty().Header)
	if err != nil {
		t.Fatal(err)
	}
	n, e := g.Nodes[0], g.Edges[0]
	if n.ID != "m🙂/" || n.Scope != "s" || !n.Values[0].IsNull() || n.Values[4].Int() != 0 || n.Values[5].Float() != 3 || len(n.Values[9].Pairs()) != 0 {
		t.Errorf("got %+v", n)
	}
	if e.Path != "A[].B" || e.Ref != "b" || e.From != "m" || e.To != "b" || e.ToLabel.Name != "AWSS3Bucket" || !e.Values[0].Bool() {
		t.Errorf("got %+v", e)
	}
}

// A file that was cut or added to is never read to a quiet end, except where
// the cut is between two frames: that takes the manifest's sums.
func TestReadDamagedFiles(t *testing.T) {
	g := graphtest.Sample()
	for _, c := range []Compression{Zstd, Gzip} {
		files := graphtest.Files{}
		if err := g.Write(Options{Compression: c}.Open, files.Create); err != nil {
			t.Fatal(err)
		}
		name := nodesName + c.Suffix()
		whole := files[name]
		check := func(what string, b []byte) {
			t.Helper()
			damaged := maps.Clone(files)
			damaged[name] = b
			_, err := readAll(damaged, g.Header)
			var at *LineError
			if !errors.As(err, &at) || at.File != name || at.Line < 1 {
				t.Errorf("%s %s: got %v", name, what, err)
			}
		}
		for n := range whole {
			check(fmt.Sprintf("cut to %d bytes", n), whole[:n])
		}
		check("with garbage after it", append(slices.Clip(whole), "garbage"...))
		for n := range whole {
			// Not every bit of a gzip header matters.
			if c == Gzip && n < 10 {
				continue
			}
			spoiled := bytes.Clone(whole)
			spoiled[n] ^= 0x55
			check(fmt.Sprintf("with byte %d changed", n), spoiled)
		}
	}
}

func TestReadMissingFiles(t *testing.T) {
	_, err := readAll(graphtest.Files{}, graphtest.Empty().Header)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), nodesName) {
		t.Errorf("got %v", err)
	}
	refused := errors.New("access denied")
	r := NewReader(func(string) (io.ReadCloser, error) { return nil, refused }, graphtest.Schema())
	if err := r.Edges(func(*graph.Edge) error { return nil }); !errors.Is(err, refused) || !strings.Contains(err.Error(), "edges.jsonl.zst") {
		t.Errorf("got %v", err)
	}
}

func TestReadStops(t *testing.T) {
	files := graphtest.Files{}
	g := graphtest.Sample()
	if err := g.Write(Open, files.Create); err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	n := 0
	err := NewReader(opener(files), g.Header.Schema).Nodes(func(*graph.Node) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if err != enough || n != 3 {
		t.Errorf("got %v after %d nodes", err, n)
	}
}

func TestLongLine(t *testing.T) {
	g := graphtest.Empty()
	name := graph.StringValue(strings.Repeat("0123456789\n\"é", 1<<18))
	label := g.Header.Schema.Label("AWSS3Bucket")
	for _, id := range []string{"a", "b"} {
		g.Nodes = append(g.Nodes, &graph.Node{ID: id, Label: label, Values: []graph.Value{name}})
		name = graph.StringValue("short")
	}
	files := graphtest.Files{}
	if err := g.Write(Open, files.Create); err != nil {
		t.Fatal(err)
	}
	got, err := readAll(files, g.Header)
	if err != nil {
		t.Fatal(err)
	}
	graphtest.Equal(t, got, g, graphtest.Options{})
	g.Nodes[0].Values[0] = graph.StringValue(strings.Repeat("x", maxLine))
	if err := g.Write(Open, graphtest.Files{}.Create); err == nil || !strings.Contains(err.Error(), `"a" is larger than 32 MiB`) {
		t.Errorf("a line that no reader takes: got %v", err)
	}
}

// Columns in any order are found without looking at all of them for each.
func TestColumnsInAnyOrder(t *testing.T) {
	const many = 1000
	label := &graph.Label{Name: "Wide"}
	var properties []string
	for i := range many {
		label.Columns = append(label.Columns, graph.Column{Name: fmt.Sprintf("c%d", i), Type: graph.Int})
		properties = append(properties, fmt.Sprintf(`"c%d":%d`, many-1-i, many-1-i))
	}
	schema, err := graph.NewSchema([]*graph.Label{label}, nil)
	if err != nil {
		t.Fatal(err)
	}
	line := `{"type":"node","id":"b","labels":["Wide"],"scope":"","properties":{` + strings.Join(properties, ",") + "}}\n"
	r := NewReader(opener(graphtest.Files{nodesName: []byte(line)}), schema)
	err = r.Nodes(func(n *graph.Node) error {
		for i, v := range n.Values {
			if v.Int() != int64(i) {
				t.Fatalf("c%d is %d", i, v.Int())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// idOf is the id of the edge m-[UNUSED {path: A[].B, ref}]->b, worked out in
// another way than the package does.
func idOf(ref string) string {
	sum := sha256.New()
	for _, part := range []string{"UNUSED", "m", "b", "A[].B", ref} {
		_ = binary.Write(sum, binary.BigEndian, uint32(len(part)))
		_, _ = io.WriteString(sum, part)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:16])
}

func TestTooLongLine(t *testing.T) {
	const max = 1 << 20
	line := func(n int) string {
		const empty = `{"type":"node","id":"b","labels":["AWSS3Bucket","S3Bucket"],"scope":"","properties":{"name":""}}`
		return strings.Replace(empty, `"name":"`, `"name":"`+strings.Repeat("x", n-1-len(empty)), 1) + "\n"
	}
	for n, want := range map[int]string{max: "", max + 1: "longer than", 3 * max: "longer than"} {
		r := NewReader(opener(graphtest.Files{nodesName: []byte(line(n))}), graphtest.Schema())
		r.max = max
		err := r.Nodes(func(*graph.Node) error { return nil })
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("a line of %d bytes: got %v", n, err)
		}
	}
}
