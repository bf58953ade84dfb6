package parquet

import (
	"math"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// Whatever is in a node and an edge, it is there again after reading, and
// nulls and lengths of lists next to each other do not run into each other.
func FuzzRoundTrip(f *testing.F) {
	texts := graphtest.HostileText()
	for i, s := range texts {
		f.Add(s, texts[(i+1)%len(texts)], int64(i)<<40, uint64(i)*0x9e3779b97f4a7c15, uint16(i*0x1357))
	}
	f.Fuzz(func(t *testing.T, s, other string, i int64, bits uint64, shape uint16) {
		s, other = strings.ToValidUTF8(s, "\ufffd"), strings.ToValidUTF8(other, "\ufffd")
		g := graphtest.Empty()
		schema := g.Header.Schema
		model, typ := schema.Label("AWSSageMakerModel"), schema.EdgeType("UNUSED")
		list := []string{other, s, "", s}
		pairs := []string{"a", other, "b" + s, s, "c" + s + s, ""}
		for n := range 20 {
			shape = shape*31421 + 6927
			values := []graph.Value{
				graph.StringValue(other), graph.StringValue(s), graph.StringValue(""), graph.BoolValue(shape&1 == 0), graph.IntValue(i), graph.FloatValue(math.Float64frombits(bits)), graph.MicrosValue(i),
				graph.JSONValue(string(graph.AppendQuoted(nil, s))), graph.StringsValue(list[:shape>>3%5]), graph.MapValue(pairs[:shape>>6%4*2]),
			}
			for j := range values {
				if shape>>j&3 == 0 {
					values[j] = graph.Null
				}
			}
			id := strings.Repeat("x", n+1) + s
			g.Nodes = append(g.Nodes, &graph.Node{ID: id, Label: model, Values: values})
			g.Edges = append(g.Edges, &graph.Edge{Type: typ, From: id, To: id, FromLabel: model, ToLabel: model, Path: other, Ref: s, Values: []graph.Value{values[3], values[0], graph.Null}})
		}
		g.Sort()
		graphtest.Equal(t, read(t, write(t, g, Options{RowGroupRows: 7}), g.Header), g, graphtest.Options{})
	})
}
