package snapshot_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// Whichever byte of whichever file is another one, verify finds it, and does so
// as a problem, not as an error.
func TestVerifyFindsAnyByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	build(t, dir, graphtest.Sample(), snapshot.CreateOptions{})
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		check := func(what string, data []byte) {
			t.Helper()
			if err := os.WriteFile(path, data, 0o666); err != nil {
				t.Fatal(err)
			}
			if got := problems(verify(t, dir)); !strings.Contains(got, filepath.ToSlash(name)) {
				t.Errorf("%s %s: found %q", name, what, got)
			}
		}
		for at := 0; at < len(whole); at += max(1, len(whole)/40) {
			spoiled := bytes.Clone(whole)
			spoiled[at] ^= 1
			check(fmt.Sprintf("with byte %d changed", at), spoiled)
			check(fmt.Sprintf("cut to %d bytes", at), whole[:at])
		}
		return os.WriteFile(path, whole, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := problems(verify(t, dir)); got != "" {
		t.Errorf("the files are as they were, and verify says %q", got)
	}
}

// A snapshot that agrees with itself, and not with its graph.
func TestVerifyFindsFilesThatNoFormatHas(t *testing.T) {
	g := graphtest.Sample()
	for name, c := range map[string]struct {
		edit func(create graph.Create) error // besides what write writes
		skip string                          // a file that is left out
		want string
	}{
		"a file too many": {edit: func(create graph.Create) error {
			w, err := create("cypher/more.cypher")
			if err != nil {
				return err
			}
			return w.Close()
		}, want: "cypher/more.cypher: is a file that no format of the snapshot has"},
		"a file too few": {skip: "cypher/prune.cypher", want: "cypher/prune.cypher: is not in the manifest, and the format has it"},
		"wrong rows":     {skip: "rows of cypher/out.cypher", want: fmt.Sprintf("cypher/out.cypher: has %d rows, and the manifest says 7", len(g.Nodes)+len(g.Edges))},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			whole := filepath.Join(t.TempDir(), "whole")
			m := build(t, whole, g, snapshot.CreateOptions{})
			b, err := snapshot.Create(dir, snapshot.CreateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range m.Files {
				if f.Path == "schema.json" || f.Path == c.skip {
					continue
				}
				data, err := os.ReadFile(filepath.Join(whole, f.Path))
				if err != nil {
					t.Fatal(err)
				}
				w, err := b.Create(f.Path)
				if err != nil {
					t.Fatal(err)
				}
				if c.skip == "rows of "+f.Path {
					f.Rows = 7
				}
				graph.SetRows(w, f.Rows)
				if _, err := w.Write(data); err != nil {
					t.Fatal(err)
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if c.edit != nil {
				if err := c.edit(b.Create); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.Publish(m, g.Header.Schema); err != nil {
				t.Fatal(err)
			}
			if got := problems(verify(t, dir)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestVerifyFindsWhatIsNoFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	build(t, dir, graphtest.Sample(), snapshot.CreateOptions{})
	for _, name := range []string{"cypher/out.cypher", "jsonl/nodes.jsonl.zst", "schema.json"} {
		path := filepath.Join(dir, name)
		aside := filepath.Join(filepath.Dir(dir), "aside")
		for what, put := range map[string]func() error{
			"is missing":                func() error { return nil },
			"is not a regular file":     func() error { return os.Symlink(aside, path) },
			"is not a regular file\x00": func() error { return os.Mkdir(path, 0o777) },
		} {
			if err := os.Rename(path, aside); err != nil {
				t.Fatal(err)
			}
			if err := put(); err != nil {
				t.Fatal(err)
			}
			if got, want := problems(verify(t, dir)), name+": "+strings.TrimSuffix(what, "\x00"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if err := os.Remove(path); what != "is missing" && err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(aside, path); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A manifest cannot make a reader leave the folder.
func TestOpenRefusesPathsOutside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	build(t, dir, graphtest.Empty(), snapshot.CreateOptions{})
	for _, files := range []string{`{"path":"../x"}`, `{"path":"/x"}`, `{"path":""}`, `{"path":"a"},{"path":"a"}`, `{"path":"b"},{"path":"a"}`} {
		if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(`{"format_version":1,"files":[`+files+`]}`), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := snapshot.Open(dir); err == nil || !strings.Contains(err.Error(), "manifest.json: the file") {
			t.Errorf("%s: got %v", files, err)
		}
	}
}

// A file that was not closed, or whose Close failed, is not published.
func TestPublishRefusesUnfinishedFiles(t *testing.T) {
	dir := t.TempDir()
	b, err := snapshot.Create(filepath.Join(dir, "s"), snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := write(t, b, graphtest.Empty())
	w, err := b.Create("graphml/graph.graphml")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(m, graphtest.Schema()); err == nil || !strings.Contains(err.Error(), "graphml/graph.graphml") {
		t.Errorf("got %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Abort(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

// The empty folder that one stands in can become the snapshot.
func TestPublishHere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "here")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	build(t, ".", graphtest.Empty(), snapshot.CreateOptions{})
	if got := problems(verify(t, dir)); got != "" {
		t.Error(got)
	}
	if got := names(t, filepath.Dir(dir)); len(got) != 1 || got[0] != "here" {
		t.Errorf("left behind: %v", got)
	}
}

// A manifest has lists where there is nothing to list, not null.
func TestPublishWritesNoNull(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	b, err := snapshot.Create(dir, snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(&snapshot.Manifest{}, graphtest.Schema()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("null")) {
		t.Errorf("%s", text)
	}
}

// Long texts do not wait for a batch of many: a batch is bounded in bytes.
func TestFanSendsLongTextsOn(t *testing.T) {
	s := graphtest.Schema()
	got := make(chan string, 1)
	fan := snapshot.Fan(signal{got}, signal{make(chan string, 1)})
	long := graph.StringValue(strings.Repeat("x", 1<<20))
	if err := fan.Node(&graph.Node{ID: "long", Label: s.Label("AWSS3Bucket"), Values: []graph.Value{long}}); err != nil {
		t.Fatal(err)
	}
	if id := <-got; id != "long" {
		t.Errorf("got %q", id)
	}
	if err := fan.Close(); err != nil {
		t.Fatal(err)
	}
}

// signal is a sink that says when a node has come.
type signal struct{ got chan string }

func (s signal) Node(n *graph.Node) error { s.got <- n.ID; return nil }
func (s signal) Edge(*graph.Edge) error   { return nil }
func (s signal) Close() error             { return nil }
