package parquet

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/docs/queries"
	"github.com/sgexport/sgexport/graph"
)

// questions are the queries that a snapshot's tables can answer, and the tables that
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

// questionsOf finds the questions for the tables that there are. One that names a column
// which a table lacks, as that of another version may, is left out.
func questionsOf(s *graph.Schema, labels []*graph.Label, types []*graph.EdgeType) questions {
	there := map[string][]graph.Column{}
	for _, l := range labels {
		there["nodes."+l.Name] = graphColumns(typedColumns(l.Columns))
	}
	for _, t := range types {
		there["edges."+t.Name] = graphColumns(edgeColumns(s))
	}
	var q questions
	left := map[string]bool{} // names of those that are left out
	for _, one := range queries.All() {
		absent, ok := absentOf(&one, there)
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

// absentOf returns the tables of a query that are not there; ok is false where one that
// is there lacks a column.
func absentOf(q *queries.Query, there map[string][]graph.Column) (absent []absentTable, ok bool) {
	for _, t := range q.Tables {
		all, has := there[t.Schema+"."+t.Name]
		one := absentTable{schema: t.Schema, name: t.Name}
		for _, c := range t.Columns {
			if has && !slices.ContainsFunc(all, func(there graph.Column) bool { return there.Name == c.Name }) {
				return nil, false
			}
			typ, known := graph.ParseType(c.Type)
			if !known {
				return nil, false
			}
			one.columns = append(one.columns, graph.Column{Name: c.Name, Type: typ})
		}
		if !has {
			absent = append(absent, one)
		}
	}
	return absent, true
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
