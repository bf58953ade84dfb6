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
func questionsOf(labels []*graph.Label, types []*graph.EdgeType) questions {
	there := map[string][]graph.Column{}
	for _, l := range labels {
		there["nodes."+l.Name] = append(nodeColumns(), l.Columns...)
	}
	for _, t := range types {
		there["edges."+t.Name] = append(edgeColumns(), t.Columns...)
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
