package parquet

import (
	"bytes"
	"fmt"
	"regexp"
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
		return append(nodeColumns(), l.Columns...)
	}
	if t := s.EdgeType(name); schema == "edges" && t != nil {
		return append(edgeColumns(), t.Columns...)
	}
	return nil
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

// appendDuckDB writes the questions as views for DuckDB.
func (q *questions) appendDuckDB(b *bytes.Buffer) {
	if len(q.queries) == 0 {
		return
	}
	b.WriteString("\n-- The questions of docs/queries, such as: SELECT * FROM questions.who_can_invoke;\n")
	for _, t := range q.absent {
		var columns []string
		for _, c := range t.columns {
			columns = append(columns, fmt.Sprintf("CAST(NULL AS %s) AS %q", duckType(c.Type), c.Name))
		}
		fmt.Fprintf(b, "CREATE OR REPLACE VIEW %s.\"%s\" AS SELECT %s WHERE false; -- the snapshot has none\n", t.schema, t.name, strings.Join(columns, ", "))
	}
	b.WriteString("CREATE SCHEMA IF NOT EXISTS questions;\n")
	for _, one := range q.queries {
		fmt.Fprintf(b, "CREATE OR REPLACE VIEW questions.%s AS -- docs/queries/%s\n%s;\n", one.Name, one.File, one.Select)
	}
}

// inAthena finds the names of tables and views in a query.
var inAthena = regexp.MustCompile(`\b(node|edge)s\."(\w+)"|\bquestions\.(\w+)`)

// appendAthena writes the questions as views for Athena, in comments.
func (q *questions) appendAthena(b *bytes.Buffer) {
	for _, one := range q.queries {
		text := inAthena.ReplaceAllStringFunc(one.Select, func(s string) string {
			m := inAthena.FindStringSubmatch(s)
			if m[3] != "" {
				return "sagemaker." + m[3]
			}
			return "sagemaker." + athenaName(m[1], m[2])
		})
		fmt.Fprintf(b, "--\n-- CREATE OR REPLACE VIEW sagemaker.%s AS\n-- %s;\n", one.Name, strings.ReplaceAll(text, "\n", "\n-- "))
	}
}

func duckType(t graph.Type) string {
	switch t {
	case graph.Int:
		return "BIGINT"
	case graph.Float:
		return "DOUBLE"
	case graph.Bool:
		return "BOOLEAN"
	case graph.Timestamp:
		return "TIMESTAMPTZ"
	case graph.Strings:
		return "VARCHAR[]"
	case graph.Map:
		return "MAP(VARCHAR, VARCHAR)"
	}
	return "VARCHAR"
}
