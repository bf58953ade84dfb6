// Package simulator is a SageMaker control plane over HTTP that serves an
// inventory given as documents. It answers the real AWS SDK: the List,
// Describe, Search and ListTags operations of SageMaker, GetResources of the
// Resource Groups Tagging API, GetCallerIdentity of STS and what S3 says of a
// bucket (its location, public access, encryption and versioning), all on one
// port; S3 with the bucket in the path.
// It is what `export --demo` and `simulate` run against, and what tests of a
// collector talk to.
//
// It only reads. It never creates or changes a resource, checks no signature
// and no permission, keeps no state besides counters, and never calls AWS.
//
// Documents are Describe outputs with the API's own member names and RFC 3339
// times, see [Load]; a demo account is built in, see [Demo]. A kind of
// resource is one row of the table in rows.go; everything else follows by
// reflection from the SDK's input and output types, see document.go.
//
// It can also answer wrongly, see [Options] and [Mutator], for tests of what a
// collector makes of it.
//
// Start reading at [New] and [Options], then kinds.go and rows.go, then [Load].
package simulator
