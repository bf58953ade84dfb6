// Package collect reads an inventory into the spool: one run over targets, their
// regions, the kinds in each, and then what was referred to. What it read, and
// what it did not, is worked out once, at the end: see finish.go.
//
// It knows no kind by name. Start at [Run], then scope.go, then kind.go.
package collect
