// Package jsonl writes a graph as JSON lines, and reads it back: one file of
// nodes, one of edges, one JSON object a line, in the shape of Neo4j's
// apoc.export.json with src and dst added for SQL. It is the format that the
// others can be made from, so a round trip is exact.
//
//	{"type":"node","id":"arn:…","labels":["AWSSageMakerModel"],"scope":"123456789012/eu-central-1","properties":{"name":"m"}}
//	{"type":"relationship","id":"5e…","label":"DERIVED_FROM","src":"arn:…","dst":"arn:…","scope":"…","start":{"id":"arn:…","labels":[…]},"end":{"id":"arn:…","labels":[…]},"properties":{"path":"…","ref":"…"}}
//
// Absent values are left out. What each type looks like is said at
// [graph.AppendJSON]. An edge's path and ref are always among its properties,
// which is all that some readers take, and its id is a hash of its identity.
//
// A compressed file is a sequence of zstd frames or gzip members of about four
// megabytes of text each, every one of which starts and ends with a line. The
// bytes depend on the graph and the compression alone, not on the number of
// workers.
//
// The package never sorts, never looks anything up, and never decides where a
// file is. Start reading at [Options.Open] and [Reader].
package jsonl
