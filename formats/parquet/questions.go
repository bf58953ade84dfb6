package parquet

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/docs/queries"
	"github.com/sgexport/sgexport/graph"
)

// questions are the queries that a snapshot's vocabulary can answer, and the tables that
// they read and the snapshot has no row of.
type questions struct {
	queries []queries.Query
	absent  []absentTable
}

// An absentTable is a table without a row, with the columns that questions read.
type absentTable struct {
	schema, name string
	columns      []graph.Column
}

// questionsOf finds the questions for the tables that there are. One that names what the
// vocabulary lacks, as that of another version may, is left out.
func questionsOf(s *graph.Schema, labels []*graph.Label, types []*graph.EdgeType) questions {
	there := map[string]bool{}
	for _, l := range labels {
		there["nodes."+l.Name] = true
	}
	for _, t := range types {
		there["edges."+t.Name] = true
	}
	var q questions
	left := map[string]bool{} // names of those that are left out
	for _, one := range queries.All() {
		absent, ok := absentOf(s, &one, there)
		for name := range left {
			ok = ok && !strings.Contains(one.Select, "questions."+name)
		}
		if !ok {
			left[one.Name] = true
			continue
		}
		q.queries = append(q.queries, one)
		for _, t := range absent {
			q.add(t)
		}
	}
	return q
}

// absentOf returns the tables of a query that are not there; ok is false where the
// vocabulary lacks a table or a column.
func absentOf(s *graph.Schema, q *queries.Query, there map[string]bool) (absent []absentTable, ok bool) {
	for _, t := range q.Tables {
		all := tableColumns(s, t.Schema, t.Name)
		one := absentTable{schema: t.Schema, name: t.Name}
		for _, name := range t.Columns {
			i := slices.IndexFunc(all, func(c graph.Column) bool { return c.Name == name })
			if i < 0 {
				return nil, false
			}
			one.columns = append(one.columns, all[i])
		}
		if !there[t.Schema+"."+t.Name] {
			absent = append(absent, one)
		}
	}
	return absent, true
}

// tableColumns are the columns of a table, or nil where the vocabulary has no such.
func tableColumns(s *graph.Schema, schema, name string) []graph.Column {
	if l := s.Label(name); schema == "nodes" && l != nil {
		return graphColumns(typedColumns(l.Columns))
	}
	if schema == "edges" && s.EdgeType(name) != nil {
		return graphColumns(edgeColumns(s))
	}
	return nil
}

func graphColumns(columns []column) (list []graph.Column) {
	for _, c := range columns {
		list = append(list, c.Column)
	}
	return list
}

// add adds an absent table, or columns to one.
func (q *questions) add(t absentTable) {
	i := slices.IndexFunc(q.absent, func(a absentTable) bool { return a.schema == t.schema && a.name == t.name })
	if i < 0 {
		q.absent = append(q.absent, t)
		return
	}
	for _, c := range t.columns {
		if !slices.Contains(q.absent[i].columns, c) {
			q.absent[i].columns = append(q.absent[i].columns, c)
		}
	}
}
