// Package asff writes a report in the AWS Security Finding Format, as Security Hub's
// BatchImportFindings takes it, for a product of the account's own.
//
// Limits of lengths are those of the API Reference: what is longer is cut, for a finding
// that is refused helps nobody, and JSON has all. Start reading at [Write].
package asff
