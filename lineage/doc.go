// Package lineage follows what came of what through a snapshot: from locations in
// buckets by way of jobs, artifacts, packages and models to endpoints, and back.
//
// A bucket is no hop of its own, for then everything would come of everything: what is
// followed is what lies at a location, so that a job comes of another only where it
// reads what that one wrote. Each hop is an edge of the snapshot, and says whether it
// was declared, referenced or derived. Which way data goes along an edge is decided in
// table.go. It imports nothing but the graph. Start reading at [New], then
// [Lineage.Of].
package lineage
