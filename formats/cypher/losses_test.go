package cypher

import (
	"fmt"
	"io"
	"maps"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// lossCounter is a file that keeps what it is told of losses.
type lossCounter struct{ losses map[string]int64 }

func (l *lossCounter) Write(p []byte) (int, error)    { return len(p), nil }
func (l *lossCounter) Close() error                   { return nil }
func (l *lossCounter) Losses(byRule map[string]int64) { l.losses = byRule }

// Each file has what its own statements lose, whether rows are coded or literals.
func TestLossesAreCounted(t *testing.T) {
	g := graphtest.Empty()
	s := g.Header.Schema
	model, bucket := s.Label("AWSSageMakerModel"), s.Label("AWSS3Bucket")
	at := func(l *graph.Label, of graph.Type) int {
		for i, c := range l.Columns {
			if c.Type == of {
				return i
			}
		}
		t.Fatalf("%s has no column of type %s", l.Name, of)
		return -1
	}
	node := func(id string, l *graph.Label, values ...graph.Value) {
		all := make([]graph.Value, len(l.Columns))
		for _, v := range values {
			all[at(l, v.Type())] = v
		}
		g.Nodes = append(g.Nodes, &graph.Node{ID: id, Label: l, Values: all})
	}
	node("b", bucket, graph.StringValue("\x00 and \x00"))
	node("coded", model, graph.MicrosValue(1), graph.StringsValue([]string{"\x00", "\x00"}), graph.MapValue([]string{"k", "JSON has \x00"}))
	node("literal", model, graph.MicrosValue(2), graph.FloatValue(1.5), graph.JSONValue("\x00"))
	node("the next \x00", model, graph.MicrosValue(3))
	node("zz ", model)
	used := s.EdgeType("REFERENCED_ARTIFACTS_IN")
	g.Edges = append(g.Edges, &graph.Edge{
		Type: used, From: "the next \x00", To: "b", FromLabel: model, ToLabel: bucket, Path: "\x00", Ref: "\x00", Values: make([]graph.Value, len(used.Columns)),
	})

	for _, c := range []struct {
		split int
		want  map[string]map[string]int64
	}{
		{0, map[string]map[string]int64{OutFile: {timesAsText: 3, noNul: 6, idCharacters: 1}}},
		{2, map[string]map[string]int64{
			fmt.Sprintf(splitFile, 0): {noNul: 2, timesAsText: 1},
			fmt.Sprintf(splitFile, 1): {noNul: 2, timesAsText: 2, idCharacters: 1},
			fmt.Sprintf(splitFile, 2): {noNul: 2},
		}},
	} {
		for _, dialect := range []Dialect{FalkorDB, Neo4j} {
			files := map[string]*lossCounter{}
			create := func(name string) (io.WriteCloser, error) {
				files[name] = &lossCounter{}
				return files[name], nil
			}
			if err := g.Write(Options{Dialect: dialect, Split: c.split}.Open, create); err != nil {
				t.Fatal(err)
			}
			for name, f := range files {
				want := c.want[name]
				if dialect == Neo4j {
					want = nil
				}
				if !maps.Equal(f.losses, want) {
					t.Errorf("dialect %d, split %d: %s lost %v, want %v", dialect, c.split, name, f.losses, want)
				}
			}
		}
	}
}

func TestFalkorID(t *testing.T) {
	for id, want := range map[string]string{
		"": "", "a b": "a b", "é": "é", "\u00a0a\x1f": "\u00a0a\x1f",
		" a": "␠a", "a\r\n": "a␍␊", "\t\v\f": "␉␋␌", "a\x01b\x01": "a␁b␁", "\na\x01\tb ": "␊a␁\tb␠",
	} {
		if got := falkorID(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}
