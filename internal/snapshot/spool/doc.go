// Package spool keeps what was read on disk until it is written: record logs,
// one for each kind and scope, and external sorters.
//
// It knows bytes and [graph.Value]s, not what they mean, and it never reads a
// snapshot. Its files are private to one run: mode 0600, in a directory that
// the run removes. Start reading at [Log] and [Sorter].
package spool
