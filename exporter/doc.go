// Package exporter collects the SageMaker inventory once and turns it into one
// graph.
//
// [Collect] reads: for each scope (account and region) and each kind it lists
// what exists, reads the details through Search or Describe, and spools a
// record for each resource. [Inventory.Write] sorts the records, resolves the
// references between them and sends nodes and edges to a sink.
//
// The package never names a file format and never writes a snapshot. What it
// knows of SageMaker stands in the table of kinds: one entry a kind, one file a
// family (notebooks.go, studio.go, inference.go, registry.go, training.go),
// joined in kinds.go. Start reading there, then at kind.go, which says what an
// entry holds, then at collect.go and write.go.
package exporter
