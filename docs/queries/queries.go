// Package queries has the questions that people ask of a snapshot as queries over its
// tables: <n>-<topic>.sql for DuckDB and Athena, <n>-<topic>.cypher for Neo4j, which
// answers with the same rows. The files are what people read and run; schema.sql, beside
// the tables of a snapshot, makes views of the SQL. docs/loading.md lists them.
package queries

import (
	"embed"
	"regexp"
	"slices"
	"strings"
)

//go:embed *.sql
var files embed.FS

// A Query is one question in SQL that DuckDB and Athena (Trino) both read. It names the
// tables of a snapshot nodes."<Label>" and edges."<TYPE>", each with an alias, and
// columns by it; views of other questions are questions.<name>.
type Query struct {
	Name   string  // of its view, such as who_can_invoke
	File   string  // such as 3-who-can-invoke.sql
	Select string  // without comments and semicolon
	Tables []Table // which it reads, sorted by schema and name
}

// A Table is one that a query reads.
type Table struct {
	Schema, Name string   // nodes and a label, or edges and a type
	Columns      []Column // sorted by name
}

// A Column is one that a query reads.
type Column struct {
	Name string
	Type string // as schema.json calls it: string, bool, list<string>
}

// typeOf is the type of a column, which is the same in all tables: a snapshot that has
// no row of a table says nothing of it.
func typeOf(column string) string {
	switch column {
	case "observed", "conditional":
		return "bool"
	case "unread", "actions", "via", "conditions", "depends_on":
		return "list<string>"
	}
	return "string"
}

// All returns the queries in the order of their files, in which none names the view of a
// later one.
func All() []Query {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // it is embedded
	}
	var all []Query
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		all = append(all, parse(e.Name(), string(text)))
	}
	return all
}

func parse(file, text string) Query {
	_, topic, _ := strings.Cut(strings.TrimSuffix(file, ".sql"), "-")
	q := Query{Name: strings.ReplaceAll(topic, "-", "_"), File: file}
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "--") {
			lines = append(lines, line)
		}
	}
	q.Select = strings.TrimSuffix(strings.TrimSpace(strings.Join(lines, "")), ";")
	q.Tables = tablesOf(q.Select)
	return q
}

var (
	named  = regexp.MustCompile(`\b(nodes|edges)\."(\w+)" AS (\w+)`)
	column = regexp.MustCompile(`\b(\w+)\.(\w+)`)
)

// tablesOf returns the tables that a query reads. An alias may stand for several, in
// different parts of a query: then each has the columns of all that have it.
func tablesOf(query string) []Table {
	columns := map[string][]Column{} // by alias
	for _, m := range column.FindAllStringSubmatch(query, -1) {
		columns[m[1]] = append(columns[m[1]], Column{m[2], typeOf(m[2])})
	}
	var tables []Table
	for _, m := range named.FindAllStringSubmatch(query, -1) {
		i := slices.IndexFunc(tables, func(t Table) bool { return t.Schema == m[1] && t.Name == m[2] })
		if i < 0 {
			i = len(tables)
			tables = append(tables, Table{Schema: m[1], Name: m[2]})
		}
		tables[i].Columns = append(tables[i].Columns, columns[m[3]]...)
	}
	for i := range tables {
		slices.SortFunc(tables[i].Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
		tables[i].Columns = slices.Compact(tables[i].Columns)
	}
	slices.SortFunc(tables, func(a, b Table) int { return strings.Compare(a.Schema+"."+a.Name, b.Schema+"."+b.Name) })
	return tables
}
