package snapshot_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sgexport/sgexport/formats/cypher"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot"
)

var opens = map[string]graph.Open{"jsonl": jsonl.Open, "cypher": cypher.Open}

// build publishes a graph at path. edit may change it before it is written.
func build(t *testing.T, path string, g *graphtest.Graph, opt snapshot.CreateOptions) *snapshot.Manifest {
	t.Helper()
	b, err := snapshot.Create(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	m := write(t, b, g)
	if err := b.Publish(m, g.Header.Schema); err != nil {
		t.Fatal(err)
	}
	if err := b.Abort(); err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t *testing.T, b *snapshot.Builder, g *graphtest.Graph) *snapshot.Manifest {
	t.Helper()
	m := &snapshot.Manifest{
		Tool: "sgexport", ToolVersion: "test", Snapshot: g.Header.Created, Began: g.Header.Created, Ended: g.Header.Created.Add(time.Second),
		Report: graph.Report{
			Scopes: []graph.ScopeReport{{Account: "012345678901", Region: "us-east-1", Partition: "aws", Tags: graph.Complete, Kinds: []graph.KindReport{{Label: "AWSSageMakerModel", State: graph.Complete, Completeness: graph.Completeness{IDs: graph.AllIDs}}}}},
			Gaps:   []*graph.Gap{}, NotReferences: []graph.NotReference{}, LeftOut: []graph.LeftOut{},
		},
		Formats: []string{"jsonl", "cypher"}, Redaction: snapshot.Redaction{Mode: "none", Fields: []string{}}, Options: map[string]any{},
		Counts: snapshot.Counts{Labels: map[string]int64{}, EdgeTypes: map[string]int64{}},
	}
	for _, n := range g.Nodes {
		m.Counts.Nodes++
		m.Counts.Labels[n.Label.Name]++
	}
	for _, e := range g.Edges {
		m.Counts.Edges++
		m.Counts.EdgeTypes[e.Type.Name]++
	}
	h := *g.Header
	h.Tool = "sgexport test"
	for _, open := range opens {
		if err := (&graphtest.Graph{Header: &h, Nodes: g.Nodes, Edges: g.Edges}).Write(open, b.Create); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func verify(t *testing.T, path string) *snapshot.Verification {
	t.Helper()
	v, err := snapshot.Verify(t.Context(), path, snapshot.VerifyOptions{
		Source:  func(s *snapshot.Snapshot) snapshot.Source { return jsonl.NewReader(s.Open, s.Schema) },
		Formats: func(*snapshot.Manifest) map[string]graph.Open { return opens }, ToolVersion: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func problems(v *snapshot.Verification) string {
	var lines []string
	for _, p := range v.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// names lists what is in a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestPublish(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	g := graphtest.Hostile()
	m := build(t, path, g, snapshot.CreateOptions{})
	if got := names(t, dir); !slices.Equal(got, []string{"s"}) {
		t.Errorf("left behind: %v", got)
	}
	if v := verify(t, path); len(v.Problems) > 0 {
		t.Errorf("a new snapshot has problems:\n%s", problems(v))
	} else if len(v.Checked) != 3 || len(v.Unchecked) != 0 {
		t.Errorf("checked %q, not checked %q", v.Checked, v.Unchecked)
	}
	s, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(s.Schema.Labels, g.Header.Schema.Labels, func(a, b *graph.Label) bool {
		return a.Name == b.Name && a.Doc == b.Doc && a.Referred == b.Referred && slices.Equal(a.Extra, b.Extra) && slices.Equal(a.Columns, b.Columns)
	}) {
		t.Error("the schema's labels do not read back")
	}
	if !slices.EqualFunc(s.Schema.EdgeTypes, g.Header.Schema.EdgeTypes, func(a, b *graph.EdgeType) bool {
		return a.Name == b.Name && slices.Equal(a.Columns, b.Columns) && slices.EqualFunc(a.Rules, b.Rules, func(x, y graph.Rule) bool {
			return x.Owner == y.Owner && x.Path == y.Path && x.Reverse == y.Reverse && x.Derived == y.Derived && slices.Equal(x.Targets, y.Targets)
		})
	}) {
		t.Error("the schema's edge types do not read back")
	}
	h := s.Header()
	if !h.Created.Equal(g.Header.Created) || len(h.Scopes) != 1 || h.Scopes[0].ID != "012345678901/us-east-1" || !reflect.DeepEqual(h.Scopes[0].Labels, g.Header.Scopes[0].Labels) {
		t.Errorf("header %+v", h)
	}
	rows := map[string]int64{}
	for _, f := range m.Files {
		rows[f.Path] = f.Rows
		info, err := os.Stat(filepath.Join(path, f.Path))
		if err != nil || info.Size() != f.Bytes || len(f.SHA256) != 64 {
			t.Errorf("%s: %v, %v", f.Path, f, err)
		}
	}
	if rows["jsonl/nodes.jsonl.zst"] != int64(len(g.Nodes)) || rows["jsonl/edges.jsonl.zst"] != int64(len(g.Edges)) || rows["cypher/out.cypher"] != int64(len(g.Nodes)+len(g.Edges)) {
		t.Errorf("rows %v", rows)
	}
}

func TestCreateRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	full := filepath.Join(dir, "full")
	if err := os.WriteFile(file, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(full, "holiday"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path   string
		exists bool
		text   string
	}{
		{file, true, "is a file"},
		{full, true, "not empty"},
		{filepath.Join(file, "below"), false, ""},
		{filepath.Join(dir, "missing", "below"), false, "create it first"},
		{"/proc/self/sgexport-test", false, "cannot write"},
	} {
		_, err := snapshot.Create(c.path, snapshot.CreateOptions{})
		if err == nil || errors.Is(err, snapshot.ErrExists) != c.exists || !strings.Contains(err.Error(), c.text) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v", c.path, err)
		}
	}
	if _, err := snapshot.Create(full, snapshot.CreateOptions{Overwrite: true}); !errors.Is(err, snapshot.ErrExists) || !strings.Contains(err.Error(), "no snapshot") {
		t.Errorf("a folder that is no snapshot, with overwrite: %v", err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"file", "full"}) {
		t.Errorf("left behind: %v", got)
	}
}

func TestOverwriteAtTheEnd(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	old := build(t, path, graphtest.Empty(), snapshot.CreateOptions{})
	b, err := snapshot.Create(path, snapshot.CreateOptions{Overwrite: true})
	if err != nil {
		t.Fatal(err)
	}
	m := write(t, b, graphtest.Sample())
	if s, err := snapshot.Open(path); err != nil || s.Manifest.Counts.Nodes != old.Counts.Nodes {
		t.Errorf("the old snapshot is gone before the new one is there: %v", err)
	}
	if err := b.Publish(m, graphtest.Schema()); err != nil {
		t.Fatal(err)
	}
	if s, err := snapshot.Open(path); err != nil || s.Manifest.Counts.Nodes != m.Counts.Nodes {
		t.Errorf("the new snapshot is not there: %v", err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"s"}) {
		t.Errorf("left behind: %v", got)
	}
}

func TestSomethingComesWhileItIsMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	b, err := snapshot.Create(path, snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := write(t, b, graphtest.Empty())
	if err := os.MkdirAll(filepath.Join(path, "other"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(m, graphtest.Schema()); !errors.Is(err, snapshot.ErrExists) {
		t.Errorf("got %v", err)
	}
	if err := b.Abort(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, path); !slices.Equal(got, []string{"other"}) {
		t.Errorf("there is %v", got)
	}
	if got := names(t, filepath.Dir(path)); !slices.Equal(got, []string{"s"}) {
		t.Errorf("left behind: %v", got)
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	b, err := snapshot.Create(filepath.Join(dir, "s"), snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, b, graphtest.Sample())
	scratch, err := b.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(scratch); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("scratch folder: %v, %v", info, err)
	}
	for range 2 {
		if err := b.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestCreateFile(t *testing.T) {
	b, err := snapshot.Create(filepath.Join(t.TempDir(), "s"), snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	for _, name := range []string{"", ".", "../x", "/x", "a/../../x", ".hidden"} {
		if _, err := b.Create(name); err == nil {
			t.Errorf("%q was created", name)
		}
	}
	w, err := b.Create("a/b")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Create("a/b"); err == nil {
		t.Error("the same file was created twice")
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	build(t, path, graphtest.Empty(), snapshot.CreateOptions{})
	manifest := filepath.Join(path, "manifest.json")
	good, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"{\n\"format_version\": 1,\n}": "manifest.json:3:",
		strings.Repeat("x", 3):         "manifest.json:1:",
		`{"format_version": 2}`:        "newer sgexport",
		`{}`:                           "no format_version",
		string(good[:len(good)/2]):     "manifest.json:",

		`{"format_version": 1, "files": "nowhere"}`: "manifest.json:1:",
	} {
		if err := os.WriteFile(manifest, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := snapshot.Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", text, err, want)
		}
	}
	if err := os.Remove(manifest); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Open(path); err == nil || !strings.Contains(err.Error(), "not a snapshot") {
		t.Errorf("without a manifest: %v", err)
	}
	if _, err := snapshot.Open(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a folder that is not there was opened")
	}
}

func TestVerifyFinds(t *testing.T) {
	change := func(name string, f func([]byte) []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f(data), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(data []byte) []byte { data[len(data)/2] ^= 1; return data }
	cases := map[string]struct {
		damage func(t *testing.T, dir string)
		want   string
	}{
		"missing file": {func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "cypher/prune.cypher")); err != nil {
				t.Fatal(err)
			}
		}, "cypher/prune.cypher: is missing"},
		"missing sums": {func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "SHA256SUMS")); err != nil {
				t.Fatal(err)
			}
		}, "SHA256SUMS: is missing"},
		"extra file": {func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "jsonl/more"), nil, 0o666); err != nil {
				t.Fatal(err)
			}
		}, "jsonl/more: is not in the manifest"},
		"cut file":   {change("jsonl/edges.jsonl.zst", func(b []byte) []byte { return b[:len(b)-1] }), "jsonl/edges.jsonl.zst: has"},
		"other sums": {change("SHA256SUMS", func(b []byte) []byte { return slices.Concat([]byte(strings.Repeat("0", 64)), b[64:]) }), "SHA256SUMS: "},
		"wrong count": {change("manifest.json", func(b []byte) []byte {
			return []byte(strings.Replace(string(b), `"AWSS3Bucket": 1`, `"AWSS3Bucket": 2`, 1))
		}), "labels: AWSS3Bucket has 1 nodes, and the manifest says 2"},
	}
	for _, name := range []string{"jsonl/nodes.jsonl.zst", "jsonl/edges.jsonl.zst", "cypher/out.cypher", "cypher/prune.cypher", "cypher/adopt.cypher"} {
		cases["a byte of "+name] = struct {
			damage func(t *testing.T, dir string)
			want   string
		}{change(name, flip), name + ": was changed"}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			build(t, dir, graphtest.Sample(), snapshot.CreateOptions{})
			c.damage(t, dir)
			if got := problems(verify(t, dir)); !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What a snapshot says can be wrong though every sum is right.
func TestVerifyFindsWrongGraphs(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(g *graphtest.Graph)
		want string
	}{
		"edge without an end": {func(g *graphtest.Graph) {
			g.Nodes = slices.DeleteFunc(g.Nodes, func(n *graph.Node) bool { return n.ID == "artifacts" })
		}, `there is no AWSS3Bucket "artifacts"`},
		"end of another label": {func(g *graphtest.Graph) {
			g.Edges[0].ToLabel = g.Header.Schema.Label("AWSAccount")
		}, "there is no AWSAccount"},
		"one id, two labels": {func(g *graphtest.Graph) {
			g.Nodes = append(g.Nodes, &graph.Node{ID: "artifacts", Label: g.Header.Schema.Label("AWSAccount")})
			g.Sort()
		}, "the same id"},
		"nodes out of order": {func(g *graphtest.Graph) {
			g.Nodes[2], g.Nodes[3] = g.Nodes[3], g.Nodes[2]
		}, "out of order"},
		"an edge twice": {func(g *graphtest.Graph) {
			g.Edges = slices.Insert(g.Edges, 1, g.Edges[0])
		}, "there twice"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			g := graphtest.Sample()
			c.edit(g)
			build(t, dir, g, snapshot.CreateOptions{})
			if got := problems(verify(t, dir)); !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A format that says something else than the JSON lines.
func TestVerifyFindsFormatsThatDiffer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	b, err := snapshot.Create(dir, snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	g := graphtest.Sample()
	m := write(t, b, g)
	other := graphtest.Sample()
	other.Nodes[5].Values[0] = graph.StringValue("changed")
	twice, err := snapshot.Create(dir+"2", snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer twice.Abort()
	h := *g.Header
	h.Tool = "sgexport test"
	for name, from := range map[string]*graphtest.Graph{"jsonl": g, "cypher": other} {
		from.Header = &h
		if err := from.Write(opens[name], twice.Create); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Abort(); err != nil {
		t.Fatal(err)
	}
	if err := twice.Publish(m, g.Header.Schema); err != nil {
		t.Fatal(err)
	}
	if got := problems(verify(t, dir+"2")); got != "cypher/out.cypher: does not say what the JSON lines say" {
		t.Errorf("got %q", got)
	}
}

// recorder keeps what it is sent, as a graph.
type recorder struct {
	g      *graphtest.Graph
	failAt int // of its calls; 0 is never
	calls  int
	closes int
	err    error
}

func (r *recorder) step() error {
	if r.calls++; r.failAt > 0 && r.calls >= r.failAt {
		return r.err
	}
	return nil
}

func clone(values []graph.Value) []graph.Value {
	out := slices.Clone(values)
	for i, v := range out {
		switch v.Type() {
		case graph.Strings:
			out[i] = graph.StringsValue(slices.Clone(v.Strings()))
		case graph.Map:
			out[i] = graph.MapValue(slices.Clone(v.Pairs()))
		}
	}
	return out
}

func (r *recorder) Node(n *graph.Node) error {
	kept := *n
	kept.Values = clone(n.Values)
	r.g.Nodes = append(r.g.Nodes, &kept)
	return r.step()
}

func (r *recorder) Edge(e *graph.Edge) error {
	kept := *e
	kept.Values = clone(e.Values)
	r.g.Edges = append(r.g.Edges, &kept)
	return r.step()
}

func (r *recorder) Close() error { r.closes++; return nil }

func TestFanGivesAllToAll(t *testing.T) {
	for _, g := range []*graphtest.Graph{graphtest.Empty(), graphtest.Sample(), graphtest.Hostile(), many(5000)} {
		a, b, c := &recorder{g: &graphtest.Graph{}}, &recorder{g: &graphtest.Graph{}}, &recorder{g: &graphtest.Graph{}}
		if err := g.Write(func(graph.Create, *graph.Header) (graph.Sink, error) { return snapshot.Fan(a, b, c), nil }, nil); err != nil {
			t.Fatal(err)
		}
		for _, r := range []*recorder{a, b, c} {
			graphtest.Equal(t, r.g, g, graphtest.Options{})
			if r.closes != 1 {
				t.Errorf("closed %d times", r.closes)
			}
		}
	}
}

// many is a graph of more nodes than a batch has.
func many(n int) *graphtest.Graph {
	g := graphtest.Empty()
	s := g.Header.Schema
	for i := range n {
		g.Nodes = append(g.Nodes, &graph.Node{ID: fmt.Sprintf("b%06d", i), Label: s.Label("AWSS3Bucket"), Values: []graph.Value{graph.StringValue(fmt.Sprint(i))}})
		g.Edges = append(g.Edges, &graph.Edge{
			Type: s.EdgeType("UNUSED"), From: fmt.Sprintf("b%06d", i), To: "b000000", FromLabel: s.Label("AWSS3Bucket"), ToLabel: s.Label("AWSS3Bucket"),
			Values: []graph.Value{graph.Null, graph.StringValue(fmt.Sprint(i)), graph.BoolValue(true)},
		})
	}
	g.Sort()
	return g
}

func TestFanFails(t *testing.T) {
	broken := errors.New("broken")
	for _, at := range []int{1, 300, 5000, 5001, 10_000} {
		a, b := &recorder{g: &graphtest.Graph{}}, &recorder{g: &graphtest.Graph{}, failAt: at, err: broken}
		fan := snapshot.Fan(a, b)
		var first error
		g := many(5000)
		for i := 0; i < len(g.Nodes) && first == nil; i++ {
			first = fan.Node(g.Nodes[i])
		}
		for i := 0; i < len(g.Edges) && first == nil; i++ {
			first = fan.Edge(g.Edges[i])
		}
		onClose := fan.Close()
		if !errors.Is(errors.Join(first, onClose), broken) || first != nil && onClose != nil {
			t.Errorf("failing at call %d: got %v, then %v", at, first, onClose)
		}
		if a.closes != 1 || b.closes != 1 || b.calls != at {
			t.Errorf("failing at call %d: closed %d and %d times, called %d times", at, a.closes, b.closes, b.calls)
		}
	}
}

// The whole suite over a fan: two writers side by side give what one gives.
func TestFanPassesTheSuite(t *testing.T) {
	both := func(create graph.Create, h *graph.Header) (graph.Sink, error) {
		var mu sync.Mutex
		in := func(folder string) graph.Create {
			return func(name string) (io.WriteCloser, error) {
				mu.Lock()
				defer mu.Unlock()
				w, err := create(folder + name)
				if err != nil {
					return nil, err
				}
				return &locked{mu: &mu, w: w}, nil
			}
		}
		a, err := jsonl.Options{Compression: jsonl.None}.Open(in("a/"), h)
		if err != nil {
			return nil, err
		}
		b, err := jsonl.Options{Compression: jsonl.None}.Open(in("b/"), h)
		if err != nil {
			return nil, errors.Join(err, a.Close())
		}
		return snapshot.Fan(a, b), nil
	}
	graphtest.Run(t, both, func(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
		if string(files["a/jsonl/nodes.jsonl"]) != string(files["b/jsonl/nodes.jsonl"]) || string(files["a/jsonl/edges.jsonl"]) != string(files["b/jsonl/edges.jsonl"]) {
			t.Errorf("two equal sinks wrote different files: %v", slices.Sorted(maps.Keys(files)))
		}
		r := &recorder{g: &graphtest.Graph{Header: h}}
		src := jsonl.NewReader(func(name string) (io.ReadCloser, error) {
			data, ok := files["b/"+name]
			if !ok {
				return nil, os.ErrNotExist
			}
			return io.NopCloser(strings.NewReader(string(data))), nil
		}, h.Schema)
		if err := snapshot.Copy(src, r); err != nil {
			t.Fatal(err)
		}
		return r.g
	}, graphtest.Options{})
}

type locked struct {
	mu *sync.Mutex
	w  io.WriteCloser
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (l *locked) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Close()
}

func TestCounterRefuses(t *testing.T) {
	g := graphtest.Sample()
	s := g.Header.Schema
	for name, f := range map[string]func(c *snapshot.Counter) error{
		"node out of order": func(c *snapshot.Counter) error { return errors.Join(c.Node(g.Nodes[1]), c.Node(g.Nodes[0])) },
		"node twice":        func(c *snapshot.Counter) error { return errors.Join(c.Node(g.Nodes[1]), c.Node(g.Nodes[1])) },
		"node after edge":   func(c *snapshot.Counter) error { return errors.Join(c.Edge(g.Edges[1]), c.Node(g.Nodes[1])) },
		"edge out of order": func(c *snapshot.Counter) error { return errors.Join(c.Edge(g.Edges[1]), c.Edge(g.Edges[0])) },
		"foreign label": func(c *snapshot.Counter) error {
			return c.Node(&graph.Node{ID: "x", Label: &graph.Label{Name: "AWSAccount"}})
		},
		"no id":          func(c *snapshot.Counter) error { return c.Node(&graph.Node{Label: s.Label("AWSAccount")}) },
		"too few values": func(c *snapshot.Counter) error { return c.Node(&graph.Node{ID: "x", Label: s.Label("AWSS3Bucket")}) },
		"wrong type": func(c *snapshot.Counter) error {
			return c.Node(&graph.Node{ID: "x", Label: s.Label("AWSS3Bucket"), Values: []graph.Value{graph.IntValue(1)}})
		},
		"end without label": func(c *snapshot.Counter) error {
			e := *g.Edges[0]
			e.ToLabel = nil
			return c.Edge(&e)
		},
	} {
		if err := f(snapshot.NewCounter(s)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
