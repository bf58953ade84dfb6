// Package graph is the vocabulary that collecting and writing share: labels
// with typed columns, values, nodes, edges, and the Sink that receives them.
//
// It depends on the standard library alone and does no I/O. It never names a
// SageMaker kind and never names a file format: package exporter fills the
// vocabulary, the packages below formats write it.
//
// Start reading at [Sink], then [Schema], then [Value].
package graph
