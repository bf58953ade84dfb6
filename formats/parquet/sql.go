package parquet

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// A description says what tables there are, and the views that schema.sql,
// athena.sql and trino.sql make of them.
type description struct {
	header *graph.Header
	labels []*graph.Label
	types  []*graph.EdgeType
	questions
}

func describe(h *graph.Header, labels []*graph.Label, types []*graph.EdgeType) *description {
	return &description{header: h, labels: labels, types: types, questions: questionsOf(h.Schema, labels, types)}
}

// A tableOf is a table that there is.
type tableOf struct {
	name, folder string // such as AWSSageMakerModel and nodes/label=AWSSageMakerModel
	columns      []column
	label        *graph.Label // whose nodes these are; nil where they are those of several
}

const edgesFolder, allFolder = "edges", "nodes_all"

// tables are the tables of nodes of which each label has one, and that of the
// others where there is one.
func (d *description) tables() (typed []tableOf, others *tableOf) {
	for _, l := range d.labels {
		if isTyped(l) {
			typed = append(typed, tableOf{l.Name, "nodes/" + folderOf(l), typedColumns(l.Columns), l})
		} else if others == nil {
			others = &tableOf{other, "nodes/" + folderOf(l), otherColumns(), nil}
		}
	}
	return typed, others
}

// viewColumns are the columns of the table other that a label has.
func viewColumns(l *graph.Label) []string { return names(typedColumns(l.Columns)) }

func names(columns []column) (list []string) {
	for _, c := range columns {
		list = append(list, `"`+c.Name+`"`)
	}
	return list
}

// appendDuckDB writes schema.sql.
func (d *description) appendDuckDB(b *bytes.Buffer) {
	fmt.Fprintf(b, `-- %s, snapshot of %s.
-- For DuckDB, started in the folder that this file is in: duckdb -init schema.sql
--
-- nodes."<Label>" has the nodes of a label with typed columns, edges."<TYPE>" the
-- edges of a type; nodes_all is all nodes with their columns as JSON, edges_all
-- all edges.
--
--   SELECT relationship, path, count(*) FROM edges_all GROUP BY ALL ORDER BY ALL;
--   SELECT id, properties->>'tags' AS tags FROM nodes_all WHERE resource_type = 'AWSSageMakerModel';

CREATE SCHEMA IF NOT EXISTS nodes;
CREATE SCHEMA IF NOT EXISTS edges;
`, oneLine(d.header.Tool), d.header.SnapshotID())
	view := func(name, what, folder, where string) {
		fmt.Fprintf(b, "CREATE OR REPLACE VIEW %s AS SELECT %s FROM read_parquet('%s/*.parquet', hive_partitioning = false)%s;\n", name, what, folder, where)
	}
	view("nodes_all", "*", allFolder, "")
	view("edges_all", "*", edgesFolder, "")
	for _, l := range d.labels {
		if isTyped(l) {
			view(quoted("nodes", l.Name), "*", "nodes/"+folderOf(l), "")
		} else {
			view(quoted("nodes", l.Name), strings.Join(viewColumns(l), ", "), "nodes/"+folderOf(l), " WHERE resource_type = '"+l.Name+"'")
		}
	}
	for _, t := range d.types {
		view(quoted("edges", t.Name), "*", edgesFolder, " WHERE relationship = '"+t.Name+"'")
	}
	if len(d.queries) == 0 {
		return
	}
	b.WriteString("\n-- The questions of docs/queries, such as: SELECT * FROM questions.who_can_invoke;\n")
	for _, t := range d.absent {
		fmt.Fprintf(b, "CREATE OR REPLACE VIEW %s AS SELECT %s WHERE false; -- the snapshot has none\n", quoted(t.schema, t.name), nulls(t.columns, duckType))
	}
	b.WriteString("CREATE SCHEMA IF NOT EXISTS questions;\n")
	for _, one := range d.queries {
		fmt.Fprintf(b, "CREATE OR REPLACE VIEW questions.%s AS -- docs/queries/%s\n%s;\n", one.Name, one.File, one.Select)
	}
}

func quoted(schema, name string) string { return schema + `."` + name + `"` }

// nulls are columns of a view that has no rows.
func nulls(columns []graph.Column, typeOf func(graph.Type) string) string {
	var list []string
	for _, c := range columns {
		list = append(list, fmt.Sprintf("CAST(NULL AS %s) AS %q", typeOf(c.Type), c.Name))
	}
	return strings.Join(list, ", ")
}

// A dialect is how tables of Parquet files in S3 are made. What it makes of a
// column goes between open and end, which has the folder in place of %s.
type dialect struct {
	head      string
	quote     string // of names in the tables
	open, end string
	typeOf    func(graph.Type) string
}

// appendAthena writes athena.sql: external tables in the catalog of AWS Glue.
func (d *description) appendAthena(b *bytes.Buffer) {
	d.appendLake(b, &dialect{
		head: `-- For Athena, which runs one statement at a time, and for Spark and Hive with the
-- catalog of AWS Glue.`,
		quote: "`", open: "CREATE EXTERNAL TABLE IF NOT EXISTS", end: ") STORED AS PARQUET LOCATION 's3://BUCKET/PREFIX/parquet/%s/'", typeOf: hiveType,
	}, "CREATE DATABASE IF NOT EXISTS sagemaker")
}

// appendTrino writes trino.sql: the same for Trino's connector to Hive.
func (d *description) appendTrino(b *bytes.Buffer) {
	d.appendLake(b, &dialect{
		head:  `-- For Trino with the connector Hive; USE a catalog of it first.`,
		quote: `"`, open: "CREATE TABLE IF NOT EXISTS", end: ") WITH (format = 'PARQUET', external_location = 's3://BUCKET/PREFIX/parquet/%s/')", typeOf: trinoType,
	}, "CREATE SCHEMA IF NOT EXISTS sagemaker")
}

// appendLake writes tables and views in a dialect.
func (d *description) appendLake(b *bytes.Buffer, dialect *dialect, create string) {
	fmt.Fprintf(b, `-- %s, snapshot of %s.
%s
-- Copy the folder parquet to S3 and put the address in place of s3://BUCKET/PREFIX.
-- node_<label> has the nodes of a label with typed columns, edge_<type> the edges
-- of a type; nodes_all is all nodes with their columns as JSON, edges_all all edges.
%s;
`, oneLine(d.header.Tool), d.header.SnapshotID(), dialect.head, create)
	table := func(name, folder string, columns []column) {
		fmt.Fprintf(b, "%[1]s sagemaker.%[2]s%[3]s%[2]s (", dialect.open, dialect.quote, name)
		sep := ""
		for _, c := range columns {
			fmt.Fprintf(b, "%[1]s\n  %[2]s%[3]s%[2]s %[4]s", sep, dialect.quote, c.Name, dialect.typeOf(c.Type))
			sep = ","
		}
		fmt.Fprintf(b, "\n"+dialect.end+";\n", folder)
	}
	table("nodes_all", allFolder, plainColumns())
	table("edges_all", edgesFolder, edgeColumns(d.header.Schema))
	typed, others := d.tables()
	for _, t := range typed {
		table(lakeName("node", t.name), t.folder, t.columns)
	}
	if others != nil {
		table("nodes_other", others.folder, others.columns)
	}
	view := func(name, text string) {
		fmt.Fprintf(b, "CREATE OR REPLACE VIEW sagemaker.%s AS\n%s;\n", name, text)
	}
	for _, l := range d.labels {
		if !isTyped(l) {
			view(lakeName("node", l.Name), "SELECT "+strings.Join(viewColumns(l), ", ")+" FROM sagemaker.nodes_other WHERE resource_type = '"+l.Name+"'")
		}
	}
	for _, t := range d.types {
		view(lakeName("edge", t.Name), "SELECT * FROM sagemaker.edges_all WHERE relationship = '"+t.Name+"'")
	}
	for _, t := range d.absent {
		view(lakeName(strings.TrimSuffix(t.schema, "s"), t.name), "SELECT "+nulls(t.columns, trinoType)+" WHERE false")
	}
	for _, one := range d.queries {
		view(one.Name, inLake.ReplaceAllStringFunc(one.Select, func(s string) string {
			m := inLake.FindStringSubmatch(s)
			if m[3] != "" {
				return "sagemaker." + m[3]
			}
			return "sagemaker." + lakeName(m[1], m[2])
		}))
	}
}

// SchemaSQL returns the tables that a graph with the schema s can have, as
// CREATE TABLE statements: each label's that has one, and those of the others,
// of all nodes, and of the edges.
func SchemaSQL(s *graph.Schema) string {
	d := description{labels: s.Labels}
	tables, others := d.tables()
	if others != nil {
		tables = append(tables, *others)
	}
	tables = append(tables, tableOf{name: "nodes_all", columns: plainColumns()}, tableOf{name: "edges", columns: edgeColumns(s)})
	var text []string
	for _, t := range tables {
		var lines []string
		for _, c := range t.columns {
			line := fmt.Sprintf("  %q %s", c.Name, duckType(c.Type))
			if c.required {
				line += " NOT NULL"
			}
			lines = append(lines, line)
		}
		text = append(text, fmt.Sprintf("CREATE TABLE %q (\n%s\n);\n", t.name, strings.Join(lines, ",\n")))
	}
	return strings.Join(text, "\n")
}

// inLake finds the names of tables and views in a query.
var inLake = regexp.MustCompile(`\b(node|edge)s\."(\w+)"|\bquestions\.(\w+)`)

// lakeName is what a table is called where names are in small letters.
func lakeName(kind, name string) string { return kind + "_" + strings.ToLower(name) }

// oneLine keeps a text within the comment that it is in.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func hiveType(t graph.Type) string {
	switch t {
	case graph.Int:
		return "bigint"
	case graph.Float:
		return "double"
	case graph.Bool:
		return "boolean"
	case graph.Timestamp:
		return "timestamp"
	case graph.Strings:
		return "array<string>"
	case graph.Map:
		return "map<string,string>"
	}
	return "string"
}

func trinoType(t graph.Type) string {
	switch t {
	case graph.Timestamp:
		return "timestamp(3)"
	case graph.Int, graph.Float, graph.Bool:
		return hiveType(t)
	case graph.Strings:
		return "array(varchar)"
	case graph.Map:
		return "map(varchar, varchar)"
	}
	return "varchar"
}

func duckType(t graph.Type) string {
	switch t {
	case graph.Timestamp:
		return "TIMESTAMPTZ"
	case graph.Int, graph.Float, graph.Bool:
		return strings.ToUpper(hiveType(t))
	case graph.Strings:
		return "VARCHAR[]"
	case graph.Map:
		return "MAP(VARCHAR, VARCHAR)"
	}
	return "VARCHAR"
}
