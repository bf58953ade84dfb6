// Package cypher writes a graph as Cypher scripts that cypher-shell loads into
// a Neo4j 5.26 or later that may already hold an earlier snapshot:
//
//   - cypher/out.cypher merges every node and edge;
//   - cypher/prune.cypher, run after it, removes what is gone;
//   - cypher/adopt.cypher, run before it, joins the nodes of a database
//     that Cartography fills.
//
// Every node gets the label SgResource, and all merges go through its unique
// id. Nodes and edges get sg_scope (account/region) and sg_snapshot (the
// snapshot's time as text that sorts by time). Edges get sg_key, a short hash
// of path and ref, which keeps apart edges of one type between the same nodes.
//
// Rows do not stand in the script as literals one by one, because the server's
// front end pays for each literal: a statement holds one text of many rows, and
// splits it with characters that are in none of its values. The text is ASCII,
// because an older Java reads a script in the platform's character set. And it plans
// each statement that looks different, so labels and types of few rows share
// statements in which their names are data: see shared.
//
// A [graph.Map] becomes a string property that holds a JSON object, a
// [graph.JSON] value a string, a [graph.Timestamp] a DateTime; the other types
// are Neo4j's own. Null is an absent property. Bytes that are not UTF-8 become
// U+FFFD.
//
// A node that is only referred to does not overwrite what another scope's
// snapshot observed, nor what Cartography knows of it, and nothing that is of a newer
// snapshot is set back: see guard. A script refuses to run where a newer snapshot has
// read what its own has: see refusal.
//
// For [FalkorDB] there is out.cypher alone, in UTF-8, with times as text and ids as its
// index keeps them.
//
// Neo4j cannot index a text of more than about 8 kB, so an id must be shorter;
// ARNs, URIs and names of AWS are.
//
// The package never talks to a database. Start reading at [Options.Open], then
// sink, chunk, batch for the coding of rows, statement, shared, then prune.
package cypher
