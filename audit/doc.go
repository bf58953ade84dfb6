// Package audit answers the security questions of a snapshot, offline: who may
// invoke what, who may become whom, which roles can do too much, and what is
// exposed to the internet.
//
// It reads a graph once, keeps the few labels, columns and edges that the
// questions look at ([Read]), and works out a [Report] ([Run]), whose JSON is a
// contract: docs/audit.schema.json. What a snapshot does not hold is never
// guessed: an answer that needs it is unknown or conditional, and says what was
// not read and how to export it.
//
// It knows labels and columns by name, as docs/schema.md lists them, and neither
// where a graph comes from nor how it was collected. Start reading at [Run], then
// [Graph].
package audit
