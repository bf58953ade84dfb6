// Package exporter collects the SageMaker inventory once and turns it into one
// graph. This is what a caller sees: [Collect], [Inventory.Write], and what
// documents say of the kinds.
//
// The way of the data is that of the rooms below: catalog (what there is) →
// collect (over calling and reading) → the spool → resolve → the caller's sink.
// The package never names a file format and never writes a snapshot.
package exporter
