// Package parquet writes a graph as Apache Parquet: one typed table for each
// label and edge type that has a row, two plain tables with every node and
// every edge, and a schema.sql that makes views of them.
//
//	parquet/nodes/label=<Label>/part-00000.parquet   id, resource_type, labels, then the label's columns
//	parquet/edges/type=<TYPE>/part-00000.parquet     src, dst, relationship, path, ref, then the type's columns
//	parquet/nodes_all.parquet                        id, resource_type, labels, properties
//	parquet/edges_all.parquet                        src, dst, relationship, path, ref, properties
//	parquet/schema.sql                               for DuckDB, with tables for Athena in comments
//
// The in-file columns resource_type and relationship say what the folders say,
// under other names: readers that drop the folder keep the column, and none
// finds one name twice. The plain tables have the remaining columns as JSON,
// in one text called properties; they are the way around tables that differ in
// their columns.
//
// The encodings are those that every reader has: version 1 data pages, PLAIN
// text, dictionaries where values repeat and within lists and maps, zstd,
// microseconds in UTC, JSON as plain text. The end keys are required and all
// else is optional; null, an empty list and an empty map differ.
//
// The package never reads a file, never splits a table over several files, and
// holds one row group at a time in memory. Start reading at [Options.Open].
package parquet
