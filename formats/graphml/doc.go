// Package graphml writes a graph as one GraphML file, graphml/graph.graphml,
// that Gephi, networkx, igraph, TinkerPop, APOC and others read as it is.
//
// The ids of XML nodes and edges must be name tokens, which an ARN is not, so
// they are a letter and 128 bits of a hash: of the node's id, and of an edge's
// identity. The same thing has the same XML id in every snapshot.
//
// # Names
//
// The common columns have a key each, and properties has the others as a JSON
// object, because readers get slow, and people lost, with a thousand keys;
// [Options.Full] gives each column its own.
//
// A property is a key whose attr.name is the column's name and whose id has n_
// or e_ before it. These differ:
//
//   - uid is the node's id. It is not called id, because igraph and networkx
//     use that name for the XML id.
//   - labels (":SgResource:AWSS3Bucket:S3Bucket", for APOC) and labelV (the
//     first of ours, for TinkerPop) are a node's labels, and its label is a
//     short caption, made of its name and its id. An edge's label (Gephi, APOC) and
//     labelE (TinkerPop) are its type.
//   - A column called as something that a reader gives a meaning of its own
//     (size, color, weight, x, key …) has an underscore after it.
//
// # Looks
//
// family is that of a node's label. r, g, b, size, x and y are of nodes, r, g, b
// and weight of edges: Gephi shows a picture by them before anything is laid
// out. They follow from the node or edge alone, so that nothing is kept in memory
// and they are the same in each snapshot. guess says of edges that they are one.
//
// # Values
//
// Null is absent. An empty text is an empty data element, which only keys of
// type string have. Int is a long, Float a double (NaN, Infinity and -Infinity
// in Java's spelling; igraph refuses a file with numbers nearer to zero than
// 2.2e-308), Bool a boolean; a Timestamp is an RFC 3339 string; JSON
// is a string; Strings and Map are strings that hold a JSON array, with
// attr.list for APOC, and a JSON object.
//
// XML 1.0 cannot hold control characters other than tab and line ends, nor
// U+FFFE and U+FFFF. These, and bytes that are not UTF-8, become U+FFFD, so
// that it shows that something was there, and such values are counted
// (xml-characters); within properties, Strings and Map, JSON's own
// escapes keep the control characters. The scope of nodes and edges is not
// written.
//
// Start reading at [Options.Open].
package graphml
