// Package sarif writes a report as SARIF 2.1.0, the form in which code scanning and
// CI take findings (OASIS Standard, errata 01).
//
// The structures are ours: there are thirty members, a result is written as it is
// made, and results that are not suppressed need an empty list of suppressions where
// others are (3.27.23), which the libraries at hand leave out. The standard's own
// schema stands in testdata, and tests hold the output against it. Start reading at
// [Write].
package sarif
