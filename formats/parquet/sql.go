package parquet

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// appendSQL writes schema.sql: views for DuckDB of the tables of labels and
// types, and the same tables for Athena as comments.
func appendSQL(b *bytes.Buffer, h *graph.Header, labels []*graph.Label, types []*graph.EdgeType) {
	fmt.Fprintf(b, `-- %s, snapshot of %s.
-- For DuckDB, started in the folder that this file is in: duckdb -init schema.sql
--
-- nodes."<Label>" and edges."<TYPE>" are the typed tables, nodes_all and
-- edges_all are all of them with the columns as JSON. Of all nodes or edges,
-- read those; or read nodes/*/*.parquet with union_by_name = true, for the
-- tables differ in their columns.
--
--   SELECT relationship, path, count(*) FROM edges_all GROUP BY ALL ORDER BY ALL;
--   SELECT id, properties->>'name' AS name FROM nodes_all WHERE resource_type = 'AWSSageMakerModel';

CREATE SCHEMA IF NOT EXISTS nodes;
CREATE SCHEMA IF NOT EXISTS edges;
CREATE OR REPLACE VIEW nodes_all AS SELECT * FROM read_parquet('nodes_all.parquet');
CREATE OR REPLACE VIEW edges_all AS SELECT * FROM read_parquet('edges_all.parquet');
`, oneLine(h.Tool), h.SnapshotID())
	view := func(schema, key, name string) {
		fmt.Fprintf(b, "CREATE OR REPLACE VIEW %s.\"%s\" AS SELECT * FROM read_parquet('%[1]s/%[3]s=%[2]s/*.parquet', hive_partitioning = false);\n", schema, name, key)
	}
	for _, l := range labels {
		view("nodes", "label", l.Name)
	}
	for _, t := range types {
		view("edges", "type", t.Name)
	}
	q := questionsOf(labels, types)
	q.appendDuckDB(b)
	b.WriteString(`
-- For Athena: take away the dashes and put your own in place of BUCKET/PREFIX.
-- Each table is a folder of its own; nodes_all.parquet and edges_all.parquet
-- need to be copied to one each first. The views at the end are the questions.
--
-- CREATE DATABASE IF NOT EXISTS sagemaker;
`)
	table := func(name, folder string, cols ...[]graph.Column) {
		fmt.Fprintf(b, "-- CREATE EXTERNAL TABLE sagemaker.`%s` (", name)
		sep := ""
		for _, list := range cols {
			for _, c := range list {
				fmt.Fprintf(b, "%s\n--   `%s` %s", sep, c.Name, athenaType(c.Type))
				sep = ","
			}
		}
		fmt.Fprintf(b, "\n-- ) STORED AS PARQUET LOCATION 's3://BUCKET/PREFIX/parquet/%s/';\n", folder)
	}
	for _, l := range labels {
		table(athenaName("node", l.Name), "nodes/label="+l.Name, nodeColumns(), l.Columns)
	}
	for _, t := range types {
		table(athenaName("edge", t.Name), "edges/type="+t.Name, edgeColumns(), t.Columns)
	}
	for _, t := range q.absent {
		if t.schema == "nodes" {
			table(athenaName("node", t.name), "nodes/label="+t.name, t.columns)
		} else {
			table(athenaName("edge", t.name), "edges/type="+t.name, t.columns)
		}
	}
	q.appendAthena(b)
}

// nodeColumns are the first columns of each table of nodes.
func nodeColumns() []graph.Column {
	return []graph.Column{{Name: "id", Type: graph.String}, {Name: "resource_type", Type: graph.String}, {Name: "labels", Type: graph.Strings}}
}

// edgeColumns are the first columns of each table of edges.
func edgeColumns() []graph.Column {
	return []graph.Column{{Name: "src", Type: graph.String}, {Name: "dst", Type: graph.String}, {Name: "relationship", Type: graph.String}, {Name: "path", Type: graph.String}, {Name: "ref", Type: graph.String}}
}

// athenaName is what a table is called in Athena: names are in small letters there.
func athenaName(kind, name string) string { return kind + "_" + strings.ToLower(name) }

// oneLine keeps a text within the comment that it is in.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func athenaType(t graph.Type) string {
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
