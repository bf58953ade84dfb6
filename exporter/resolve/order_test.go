package resolve

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"math/rand"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// hashing is a sink that keeps the hash of what it is sent.
type hashing struct {
	hash.Hash
	counting
}

func (h *hashing) Node(n *graph.Node) error {
	_ = h.counting.Node(n)
	_, err := h.Write(graph.AppendProperties([]byte(n.Label.Name+" "+n.ID+" "+n.Scope), n.Label.Columns, n.Values))
	return err
}

func (h *hashing) Edge(e *graph.Edge) error {
	_ = h.counting.Edge(e)
	_, err := h.Write(graph.AppendProperties([]byte(strings.Join([]string{e.Type.Name, e.From, e.FromLabel.Name, e.To, e.ToLabel.Name, e.Path, e.Ref, e.Scope}, "\x00")), e.Type.Columns, e.Values))
	return err
}

// TestAnyOrder resolves the same records as they come in any order, in one log or in
// several, with one worker or with more, in arenas that hold them and in others: the graph
// is the same, and in order.
func TestAnyOrder(t *testing.T) {
	const n = 1000
	table := reading.Compile(catalog.New())
	j := newJobs(table)
	r := rand.New(rand.NewSource(1))
	want := ""
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for round, c := range []struct{ workers, logs, chunk int }{{1, 1, 1 << 20}, {2, 3, 1 << 20}, {4, 2, 20_000}, {1, 1, 8 << 10}, {3, 5, 0}} {
		runtime.GOMAXPROCS(c.workers)
		dir, order := t.TempDir(), r.Perm(n)
		var logs []record.Log
		for i := range c.logs {
			logs = append(logs, j.write(t, filepath.Join(dir, fmt.Sprint("jobs", i, ".log")), order[i*n/c.logs:(i+1)*n/c.logs], 12))
		}
		report := &graph.Report{Scopes: []graph.ScopeReport{{Account: j.at.Account, Region: j.at.Region, Partition: "aws"}}}
		g, err := Prepare(t.Context(), Input{Labels: table.Table, Schema: table.Schema, Logs: logs, Report: report, Dir: dir, Chunks: Chunks{Nodes: c.chunk, Edges: c.chunk, Joins: c.chunk}})
		if err != nil {
			t.Fatal(err)
		}
		h := &hashing{Hash: sha256.New()}
		counter := snapshot.NewCounter(g.Schema())
		counter.To(h)
		if err := errors.Join(g.Send(counter, nil), g.Close()); err != nil {
			t.Fatal(err)
		}
		if h.nodes <= n || h.edges != 13*n+1 { // that of the repository to its image
			t.Errorf("%d nodes and %d edges of %d jobs", h.nodes, h.edges, n)
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)); round == 0 {
			want = got
		} else if got != want {
			t.Errorf("%+v: another graph", c)
		}
	}
}

// TestEdgeKeys: keys are in the order of the edges, and are read back, whatever the texts
// are.
func TestEdgeKeys(t *testing.T) {
	w := testWriter()
	texts := []string{"", "\x00", "\x00\x01", "\x01", "a", "a\x00", "ab", "RoleArn", "RoleArns", "VpcConfig.Subnets[]", "~", "\xff"}
	var keys []edgeKey
	for typ := range typeCode(2) {
		for _, to := range texts[:6] {
			for _, path := range texts {
				for _, ref := range texts {
					keys = append(keys, edgeKey{typ: typ, from: "f", to: to, path: path, ref: ref}, edgeKey{typ: typ, from: to, to: "f\x00", path: path, ref: ref})
				}
			}
		}
	}
	type pair struct {
		edgeKey
		key []byte
	}
	var all []pair
	for _, k := range keys {
		key := appendRef(w.appendAnyPath(appendEnds(nil, k.typ, k.from, k.to), k.path), k.to, k.ref)
		if got, err := w.edgeKey(string(key)); err != nil || got != k {
			t.Fatalf("%+v is read back as %+v (%v)", k, got, err)
		}
		all = append(all, pair{k, key})
	}
	slices.SortFunc(all, func(a, b pair) int { return bytes.Compare(a.key, b.key) })
	types := []*graph.EdgeType{{Name: "A"}, {Name: "B"}}
	edgeOf := func(k edgeKey) *graph.Edge {
		return &graph.Edge{Type: types[k.typ], From: k.from, To: k.to, Path: k.path, Ref: k.ref}
	}
	for i := range all[1:] {
		if graph.CompareEdges(edgeOf(all[i].edgeKey), edgeOf(all[i+1].edgeKey)) > 0 {
			t.Errorf("%+v comes before %+v", all[i].edgeKey, all[i+1].edgeKey)
		}
	}
}

// TestLower: what is appended in small letters is what strings.ToLower makes of it.
func TestLower(t *testing.T) {
	for _, s := range []string{"", "abc", "ABC-012", "Äpfel", "K\u212A", "a\x00B", "\xffA"} {
		got, want := appendLower([]byte("x"), s), appendLower([]byte("x"), strings.ToLower(s))
		if !bytes.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

// TestRecent: what is in the set was put into it.
func TestRecent(t *testing.T) {
	r := newRecent()
	put := map[string]bool{}
	missed := 0
	for i := range 3 * recentSlots {
		key := fmt.Sprint(i % (recentSlots / 4))
		one, there := r.add([]byte(key))
		if there && !put[key] {
			t.Fatalf("%s is in the set, and was not put into it", key)
		}
		if !there && put[key] {
			missed++
		}
		if there && one.noted() != (key[0] == '1') {
			t.Fatalf("%s has another note", key)
		}
		if put[key] = true; key[0] == '1' {
			one.note()
		}
	}
	if missed > recentSlots {
		t.Errorf("%d of %d were forgotten at once", missed, 3*recentSlots)
	}
}
