// Package catalog says what there is in AWS and how it hangs together: each
// label once, kinds of SageMaker and their neighbours alike, a file for each
// family. It declares: nothing in it calls, waits, writes, or holds anything of
// a run.
//
// entry.go is the language that entries are written in, target.go says what a
// field can point to, table.go joins the families. To add a kind is to add one
// entry to the file of its family; see CONTRIBUTING.md.
package catalog
