// Package simulator is a SageMaker control plane over HTTP that serves an
// inventory given as documents. It answers the real AWS SDK: the List,
// Describe, Search and ListTags operations of SageMaker and the policies of its
// groups, GetResources of the Resource Groups Tagging API, GetCallerIdentity and
// AssumeRole of STS, and what other services say of the neighbours: S3 of buckets and the
// account's public access block, IAM of who may do what, EC2 of networks, KMS
// of keys, ECR of repositories, Lambda of functions, Organizations of policies
// and RAM of what is shared. All are on one port; S3 with the bucket in the
// path. A request is for the service whose targets, API version or paths it
// has; S3 and others without these are told by what it is signed for.
// It is what `export --demo` and `simulate` run against, and what tests of a
// collector talk to.
//
// It can be several accounts, see [Accounts]: the access key tells which one.
//
// It only reads. It never creates or changes a resource, checks no signature
// and no permission, keeps no state besides counters and what faults fill, and
// never calls AWS.
//
// Documents are Describe outputs with the API's own member names and RFC 3339
// times, see [Load]; a demo account is built in, see [Demo]. A kind of
// resource is one row of the table in rows.go; everything else follows by
// reflection from the SDK's input and output types, see document.go. Another
// service is one value with its protocol, its operations and what its file may
// hold, in a file of its own, see service.go.
//
// It can also answer wrongly, see [Faults], [Options] and [Mutator], for tests of
// what a collector makes of it, and have millions of resources, see
// [Inventory.Add].
//
// Start reading at [New] and [Options], then kinds.go and rows.go, then [Load];
// of the other services at service.go, then kms.go, which is a small one.
package simulator
