package main

import (
	"encoding/xml"
	"testing"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/formats/graphml"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// TestFamiliesHaveColours holds that each family of the catalog has a colour of its own in GraphML.
func TestFamiliesHaveColours(t *testing.T) {
	schema := exporter.Schema()
	g := &graphtest.Graph{Header: &graph.Header{Schema: schema}}
	for _, l := range schema.Labels {
		g.Nodes = append(g.Nodes, &graph.Node{ID: l.Name, Label: l, Values: make([]graph.Value, len(l.Columns))})
	}
	files := graphtest.Files{}
	if err := g.Write(graphml.Open, files.Create); err != nil {
		t.Fatal(err)
	}
	var f struct {
		Nodes []struct {
			Data []struct {
				Key  string `xml:"key,attr"`
				Text string `xml:",chardata"`
			} `xml:"data"`
		} `xml:"graph>node"`
	}
	if err := xml.Unmarshal(files[graphml.File], &f); err != nil {
		t.Fatal(err)
	}
	families, colors := map[string]string{}, map[string]string{"192 192 192": "an unknown family"}
	for i, n := range f.Nodes {
		data := map[string]string{}
		for _, d := range n.Data {
			data[d.Key] = d.Text
		}
		family, color := data["n_family"], data["n_r"]+" "+data["n_g"]+" "+data["n_b"]
		if family == "" || family != g.Nodes[i].Label.Family {
			t.Errorf("%s has family %q", g.Nodes[i].ID, family)
		}
		if other, ok := colors[color]; ok && other != family {
			t.Errorf("%s has the colour of %s", family, other)
		}
		if other, ok := families[family]; ok && other != color {
			t.Errorf("%s has two colours", family)
		}
		families[family], colors[color] = color, family
	}
	if len(families) < 20 {
		t.Errorf("%d families", len(families))
	}
}
