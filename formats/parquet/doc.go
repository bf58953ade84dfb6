// Package parquet writes a graph as Apache Parquet: one typed table for each
// label that has columns of its own, one of all nodes, one of all edges, and
// SQL that makes views of them.
//
//	parquet/nodes/label=<Label>/part-00000.parquet   id, resource_type, labels, the label's columns, sg_scope, sg_snapshot, maps as text
//	parquet/nodes/label=other/part-00000.parquet     the same of the labels that have no table, with the columns that most labels share
//	parquet/nodes_all/part-00000.parquet             id, resource_type, labels, name, account_id, region, properties
//	parquet/edges/part-00000.parquet                 src, dst, relationship, src_label, dst_label, path, ref, the edges' columns, sg_scope, sg_snapshot, sg_key
//	parquet/schema.sql                               views for DuckDB
//	parquet/athena.sql, parquet/trino.sql            tables and views for Athena and Trino
//	parquet/import.sh                                loads the tables into a new Neo4j database
//
// The in-file column resource_type says what the folder says, under another
// name: readers that drop the folder keep the column, and none finds one name
// twice. nodes_all has all columns of a node as JSON, in one text called
// properties: the way around tables that differ in their columns. Edges are
// sorted by relationship, so an engine that looks for one reads few row groups.
//
// sg_scope (account/region) is where a node or edge was first seen, sg_snapshot
// the time of the snapshot as text that sorts by time, sg_key tells edges of one
// type between the same two nodes apart: these are what the Cypher scripts set.
// A map is there once more as the text that the other formats have
// (sg_tags_json), for readers that have no maps.
//
// The encodings are those that every reader has: version 1 data pages, PLAIN
// text, dictionaries where values repeat and within lists and maps, zstd,
// microseconds in UTC, JSON as plain text. What every row has is required
// (keys, path and ref, properties) and all else optional; null, an empty list and an empty map differ.
//
// A row group ends at 131072 rows or 128 MiB of values, and a file with its
// 32nd row group; part-00001 goes on. The package never reads a file. Each column
// has a goroutine of its own; what is in memory is bounded by the batches in
// flight and, packed, by two row groups of each table that is open. Start
// reading at [Options.Open], then batch, leaf and table.
package parquet
