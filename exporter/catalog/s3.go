package catalog

import (
	"cmp"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/graph"
)

// bucketDetails is what S3 tells of a bucket.
type bucketDetails struct {
	Location          *s3.GetBucketLocationOutput
	PublicAccessBlock *s3.GetPublicAccessBlockOutput
	PolicyStatus      *s3.GetBucketPolicyStatusOutput
	Policy            *s3.GetBucketPolicyOutput
	Encryption        *s3.GetBucketEncryptionOutput
	Versioning        *s3.GetBucketVersioningOutput
}

var s3Entries = []Entry{
	{
		Label:   bucketLabel,
		Extra:   []string{"S3Bucket"},
		Doc:     "S3 bucket; id is its name",
		Columns: bucketColumns,
		Known:   func(id string) map[string]string { return map[string]string{"name": id} },
		Group:   "s3",
		Scope:   InAccount,
		Lookup: &Lookup{
			Details: reflect.TypeFor[bucketDetails](),
			Pieces: []Piece{
				{Operation: operation.Of(operation.S3, (*s3.Client).GetBucketLocation).Rooted("LocationConstraint"), Member: "Location", Key: "Bucket", Region: regionOfBucket},
				{
					Operation: operation.Of(operation.S3, (*s3.Client).GetPublicAccessBlock).As("s3:GetBucketPublicAccessBlock").Rooted("PublicAccessBlockConfiguration"),
					Member:    "PublicAccessBlock", Key: "Bucket", Must: "PublicAccessBlockConfiguration.BlockPublicAcls", Answers: []string{"NoSuchPublicAccessBlockConfiguration"},
				},
				{
					Operation: operation.Of(operation.S3, (*s3.Client).GetBucketPolicyStatus).Rooted("PolicyStatus"),
					Member:    "PolicyStatus", Key: "Bucket", Must: "PolicyStatus.IsPublic", Answers: []string{"NoSuchBucketPolicy"},
				},
				{
					Operation: operation.Of(operation.S3, (*s3.Client).GetBucketPolicy),
					Member:    "Policy", Key: "Bucket", Must: "Policy", Without: "PolicyStatus", Answers: []string{"NoSuchBucketPolicy"},
				},
				{
					Operation: operation.Of(operation.S3, (*s3.Client).GetBucketEncryption).As("s3:GetEncryptionConfiguration").Rooted("ServerSideEncryptionConfiguration"),
					Member:    "Encryption", Key: "Bucket", Must: "ServerSideEncryptionConfiguration.Rules", Answers: []string{"ServerSideEncryptionConfigurationNotFoundError"},
				},
				{Operation: operation.Of(operation.S3, (*s3.Client).GetBucketVersioning).Rooted("VersioningConfiguration"), Member: "Versioning", Key: "Bucket"},
			},
		},
		Edges: [][]Rule{
			encryptedBy.to(toKey, "Encryption.ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID"),
		},
	},
}

// bucketColumns have Cartography's names where it has them. A column is null
// where S3 says that there is no such setting, and named in unread where it was
// not told.
var bucketColumns = []graph.Column{
	{Name: "name", Type: graph.String},
	{Name: "region", Type: graph.String, Source: "Location.LocationConstraint"},
	{Name: "block_public_acls", Type: graph.Bool, Source: "PublicAccessBlock.PublicAccessBlockConfiguration.BlockPublicAcls"},
	{Name: "block_public_policy", Type: graph.Bool, Source: "PublicAccessBlock.PublicAccessBlockConfiguration.BlockPublicPolicy"},
	{Name: "ignore_public_acls", Type: graph.Bool, Source: "PublicAccessBlock.PublicAccessBlockConfiguration.IgnorePublicAcls"},
	{Name: "restrict_public_buckets", Type: graph.Bool, Source: "PublicAccessBlock.PublicAccessBlockConfiguration.RestrictPublicBuckets"},
	{Name: "policy_is_public", Type: graph.Bool, Source: "PolicyStatus.PolicyStatus.IsPublic"},
	{Name: "policy", Type: graph.String, Source: "Policy.Policy"},
	{Name: "encryption_rules", Type: graph.JSON, Source: "Encryption.ServerSideEncryptionConfiguration.Rules"},
	{Name: "mfa_delete", Type: graph.String, Source: "Versioning.MFADelete"},
	{Name: "versioning_status", Type: graph.String, Source: "Versioning.Status"},
}

// regionOfBucket reads the answer of GetBucketLocation, which has older names for
// two regions. Source: Amazon S3 API Reference, GetBucketLocation.
func regionOfBucket(out any) string {
	switch region := string(out.(*s3.GetBucketLocationOutput).LocationConstraint); region {
	case "EU":
		return "eu-west-1"
	default:
		return cmp.Or(region, "us-east-1")
	}
}
