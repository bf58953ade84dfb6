package main

import (
	"slices"
	"testing"

	"github.com/sgexport/sgexport/docs/queries"
	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
)

// TestQuestions looks whether the queries of docs/queries name what the catalog has, with
// its types: else schema.sql would leave them out.
func TestQuestions(t *testing.T) {
	s := exporter.Schema()
	all := queries.All()
	if len(all) < 5 {
		t.Fatalf("there are %d queries", len(all))
	}
	for _, q := range all {
		for _, table := range q.Tables {
			first := []string{"id", "resource_type", "labels"}
			var columns []graph.Column
			if l := s.Label(table.Name); l != nil && table.Schema == "nodes" {
				columns = l.Columns
			} else if typ := s.EdgeType(table.Name); typ != nil && table.Schema == "edges" {
				first, columns = []string{"src", "dst", "relationship", "path", "ref"}, typ.Columns
			} else {
				t.Errorf("%s: there is no table %s.%s", q.File, table.Schema, table.Name)
				continue
			}
			for _, name := range first {
				columns = append(columns, graph.Column{Name: name, Type: graph.String})
			}
			for _, c := range table.Columns {
				if !slices.ContainsFunc(columns, func(has graph.Column) bool { return has.Name == c.Name && has.Type.String() == c.Type }) {
					t.Errorf("%s: %s.%s has no column %s that is %s", q.File, table.Schema, table.Name, c.Name, c.Type)
				}
			}
		}
	}
}
