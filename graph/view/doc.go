// Package view keeps the part of a graph in memory that questions need: some labels
// with some of their columns, some edges, and what the snapshot's report says is
// known of them.
//
// A [Keep] names that part, and several are joined by [Union], so that one reading
// serves all who ask. A [Graph] is read by [Read], or gathered by a [Keeper], which
// takes a graph as a sink does. It knows no label by name but for what --neighbors
// reads, and never says more than the snapshot: [Node.Known] tells a value that is
// absent from one that was not read, and [Lacks] gathers what an answer would have
// needed.
package view
