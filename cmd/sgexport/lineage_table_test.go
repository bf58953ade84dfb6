package main

import (
	"slices"
	"testing"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/lineage"
)

// TestLeads holds that lineage/leads.txt is what the catalog and the table say.
func TestLeads(t *testing.T) {
	golden(t, "lineage/leads.txt", []byte(lineage.Leads(exporter.Schema())))
}

// TestLineageTable holds that lineage decided about each edge that a snapshot can
// have: which way data goes, or why it goes none. A new kind, or a new edge, asks for
// a row in lineage/table.go.
func TestLineageTable(t *testing.T) {
	schema := exporter.Schema()
	keep := lineage.Keep()
	used := make([]bool, lineage.Rows())
	for _, typ := range schema.EdgeTypes {
		for _, rule := range typ.Rules {
			targets := rule.Targets
			if len(targets) == 0 { // any, by URI
				for _, l := range schema.Labels {
					targets = append(targets, l.Name)
				}
			}
			for _, target := range targets {
				from, to := rule.Owner, target
				if rule.Reverse {
					from, to = to, from
				}
				d := lineage.Decide(typ.Name, from, to, rule.Path)
				switch {
				case d.Row < 0:
					t.Errorf("no row of lineage/table.go is about (%s)-[%s]->(%s) of %s", from, typ.Name, to, rule.Path)
					continue
				case d.Follows == (d.Because != ""):
					t.Errorf("(%s)-[%s]->(%s) of %s is lineage, and has a reason why not; or is none, and has no reason", from, typ.Name, to, rule.Path)
				case d.Follows:
					edges, ok := keep.Edges[typ.Name]
					if !ok || edges.Ends != nil && !edges.Ends(from, to) || !edges.Details {
						t.Errorf("(%s)-[%s]->(%s) is lineage, and not kept", from, typ.Name, to)
					}
					for _, end := range []string{from, to} {
						if _, ok := keep.Labels[end]; !ok && len(rule.Targets) > 0 {
							t.Errorf("nodes %s have lineage by (%s)-[%s]->(%s), and are not kept", end, from, typ.Name, to)
						}
					}
				}
				used[d.Row] = true
			}
		}
	}
	for i, is := range used {
		if !is {
			t.Errorf("row %d of lineage/table.go is about no edge that a snapshot can have, or others before it are about all of them", i)
		}
	}
	for name, columns := range keep.Labels {
		label := schema.Label(name)
		if label == nil {
			t.Errorf("lineage keeps nodes %s, which there are not", name)
			continue
		}
		for _, c := range columns {
			if i := label.Column(c.Name); i < 0 || label.Columns[i].Type != c.Type {
				t.Errorf("lineage keeps %s.%s as %v, which it is not: there are %v", name, c.Name, c.Type, slices.Collect(func(yield func(string) bool) {
					for _, c := range label.Columns {
						if !yield(c.Name) {
							return
						}
					}
				}))
			}
		}
	}
}
