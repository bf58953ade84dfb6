package graphml

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

func TestCaption(t *testing.T) {
	const arn = "arn:aws:sagemaker:us-east-1:012345678901:"
	for _, c := range []struct{ id, name, want string }{
		{arn + "training-job/churn", "churn", "churn"},
		{arn + "experiment-trial-component/churn-1", "Churn-1", "Churn-1"},
		{arn + "training-job/churn", "", "churn"},
		{arn + "model-package/churn/3", "churn", "churn/3"},
		{arn + "app/d-1/anna/JupyterLab/default", "default", "d-1/anna/JupyterLab/default"},
		{arn + "pipeline/p/execution/e1/step/Train", "", "p/e1/Train"},
		{arn + "monitoring-schedule/s/alert/default-alert", "default-alert", "s/default-alert"},
		{arn + "domain/d-1", "studio", "studio"},
		{arn + "workforce/default", "default", "default"},
		{arn + "a/", "", "a/"},
		{"arn:aws:iam::012345678901:role/service-role/R", "R", "R"},
		{"arn:aws:iam::012345678901:role/R/inline_policy/P", "P", "R/P"},
		{"arn:aws:iam::012345678901:role/R/inline_policy/P/statement/1", "", "R/P/1"},
		{"arn:aws:iam::012345678901:role/R/inline_policy/P/statement/1", "Read", "R/P/1"},
		{"arn:aws:iam::012345678901:policy/P/version/v1", "v1", "P/v1"},
		{"arn:aws:iam::012345678901:policy/P/version/v1/statement/2", "Read", "P/v1/2"},
		{"arn:aws:iam::012345678901:root", "root", "012345678901"},
		{"arn:aws:sns:us-east-1:012345678901:topic", "topic", "topic"},
		{"arn:aws:ram:us-east-1:012345678901:resource-share/u/resource/" + arn + "hub/h", "", "h"},
		{"012345678901.dkr.ecr.us-east-1.amazonaws.com/team/x:1", "", "team/x:1"},
		{"r.example.com/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "", "x@sha256:0123456789ab"},
		{"r.example.com/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "x", "x@sha256:0123456789ab"},
		{"pytorch/pytorch:2", "", "pytorch/pytorch:2"},
		{"https://github.com/lumen/churn.git", "", "lumen/churn"},
		{"https://github.com/", "", "https://github.com/"},
		{"sg-1", "ml-jobs", "ml-jobs"},
		{"sg-2", "default", "default sg-2"},
		{"AWSX:012345678901", "", "012345678901"},
		{"arn:", "", "arn:"},
		{"", "", ""},
	} {
		if got, _ := caption(&graph.Label{Name: "AWSX"}, c.id, c.name, nil); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.id, c.name, got, c.want)
		}
	}
}

// A node has its place and its colour by what it is, whatever else there is.
func TestPlacesAreApart(t *testing.T) {
	l := newLayout()
	families := slices.Sorted(maps.Keys(l.looks))
	if len(families) != len(innerRing())+len(outerRing()) {
		t.Errorf("a family is there twice: %q", families)
	}
	colors := map[uint32]string{unknownFamily: "unknown"}
	for i, f := range families {
		color, at := l.label(&graph.Label{Name: "AWSX", Family: f})
		if other, ok := colors[color]; ok {
			t.Errorf("%s and %s have one colour", f, other)
		}
		colors[color] = f
		for _, g := range families[:i] {
			_, b := l.label(&graph.Label{Name: "AWSX", Family: g})
			if dx, dy := at.x-b.x, at.y-b.y; dx*dx+dy*dy < 4*labelRadius*labelRadius {
				t.Errorf("%s and %s lie over one another", f, g)
			}
		}
	}
	if color, _ := l.label(&graph.Label{Name: "AWSX", Family: "new"}); color != unknownFamily {
		t.Errorf("an unknown family has the colour %06x", color)
	}
}

// lossCounter is a file that keeps what it is told of losses.
type lossCounter struct{ losses map[string]int64 }

func (l *lossCounter) Write(p []byte) (int, error)    { return len(p), nil }
func (l *lossCounter) Close() error                   { return nil }
func (l *lossCounter) Losses(byRule map[string]int64) { l.losses = byRule }

func TestLossesAreCounted(t *testing.T) {
	for _, full := range []bool{false, true} {
		g := graphtest.Empty()
		model := g.Header.Schema.Label("AWSSageMakerModel")
		node := func(id string, set map[int]graph.Value) {
			v := make([]graph.Value, len(model.Columns))
			for i, x := range set {
				v[i] = x
			}
			g.Nodes = append(g.Nodes, &graph.Node{ID: id, Label: model, Values: v})
		}
		node("plain", map[int]graph.Value{0: graph.StringValue("tab\t, \ufffd and é")})
		node("three", map[int]graph.Value{0: graph.StringValue("\x00\x01"), 8: graph.StringsValue([]string{"\uffff", "\ufffe"}), 9: graph.MapValue([]string{"k", "\uffff"})})
		node("id \x02", map[int]graph.Value{8: graph.StringsValue([]string{"JSON has \x00"})})
		var file lossCounter
		create := func(string) (io.WriteCloser, error) { return &file, nil }
		if err := g.Write(Options{Full: full}.Open, create); err != nil {
			t.Fatal(err)
		}
		if want := map[string]int64{xmlCharacters: 4}; !maps.Equal(file.losses, want) {
			t.Errorf("full %t: got %v, want %v", full, file.losses, want)
		}
	}
}

func TestWithout(t *testing.T) {
	g := graphtest.Sample()
	var f xmlFile
	if err := xml.Unmarshal(write(t, g, Options{Without: []string{"RESOURCE"}})[File], &f); err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, e := range g.Edges {
		if e.Type.Name != "RESOURCE" {
			want++
		}
	}
	if len(f.Graph.Edges) != want || want == 0 || want == len(g.Edges) {
		t.Errorf("%d edges, want %d", len(f.Graph.Edges), want)
	}
	for _, e := range f.Graph.Edges {
		if e.Label == "RESOURCE" {
			t.Error("an edge that was to be left out is there")
		}
	}
}

// The common columns are declared in the schema's types, or in their own.
func TestCompactKeys(t *testing.T) {
	schema, err := graph.NewSchema([]*graph.Label{{Name: "A", Columns: []graph.Column{
		{Name: "status", Type: graph.Int}, {Name: "size", Type: graph.Int}, {Name: "properties", Type: graph.Map},
	}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	values := []graph.Value{graph.IntValue(3), graph.IntValue(4), graph.MapValue([]string{"a", "<b>"})}
	f := parse(t, write(t, &graphtest.Graph{Header: &graph.Header{Schema: schema}, Nodes: []*graph.Node{{ID: "x", Label: schema.Label("A"), Values: values}}}, Options{}))
	types := map[string]string{}
	for _, k := range f.Keys {
		types[k.ID] = k.Type
	}
	if types["n_status"] != "long" || types["n_region"] != "string" || types["n_observed"] != "boolean" || types["n_properties"] != "string" {
		t.Errorf("keys %v", types)
	}
	data := f.Graph.Nodes[0].Data[10:]
	if got, want := fmt.Sprint(data), `[{n_status 3} {n_properties {"size":4,"properties":{"a":"<b>"}}}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
