// Package viewtest writes graphs as tests have them: label → id → properties, as
// JSON has them, and edges of a few texts. A [Graph] becomes the source, the header
// and the report that a snapshot would give, with every label listed but for those
// that a test takes away.
package viewtest
