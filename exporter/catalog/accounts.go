package catalog

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/graph"
)

const (
	unitLabel               = "AWSOrganizationalUnit"
	organizationRoot        = "AWSOrganizationRoot"
	organizationPolicy      = "AWSOrganizationPolicy"
	parentEdge         Edge = "PARENT"
	knownAs            Edge = "KNOWN_AS"
)

// accountDetails is what AWS tells of an account.
type accountDetails struct {
	Organization *organizations.DescribeOrganizationOutput
	Aliases      *iam.ListAccountAliasesOutput
	AccessBlock  *s3control.GetPublicAccessBlockOutput
	Parents      *organizations.ListParentsOutput
	SCPs         *organizations.ListPoliciesForTargetOutput
	RCPs         *organizations.ListPoliciesForTargetOutput
}

// targetDetails is what Organizations tells of a unit or a root: what it stands in, and
// the policies that are attached to it.
type targetDetails struct {
	Parents *organizations.ListParentsOutput
	SCPs    *organizations.ListPoliciesForTargetOutput
	RCPs    *organizations.ListPoliciesForTargetOutput
}

// noOrganization says that the account is in no organization.
const noOrganization = "AWSOrganizationsNotInUseException"

// targetPieces read targetDetails; a root stands in nothing.
func targetPieces(root bool) []Piece {
	pieces := []Piece{
		policiesOf("SCPs", orgtypes.PolicyTypeServiceControlPolicy),
		policiesOf("RCPs", orgtypes.PolicyTypeResourceControlPolicy),
	}
	if !root {
		pieces = append(pieces, Piece{
			Operation: operation.Of(operation.Organizations, (*organizations.Client).ListParents).Sized(orgPage),
			Member:    "Parents", Key: "ChildId", Group: "org", Must: "Parents", Answers: []string{noOrganization},
		})
	}
	return pieces
}

// orgPage is the largest page of the lists of Organizations.
const orgPage = 20

func policiesOf(member string, typ orgtypes.PolicyType) Piece {
	return Piece{
		Operation: operation.Of(operation.Organizations, (*organizations.Client).ListPoliciesForTarget).Sized(orgPage),
		Member:    member, Key: "TargetId", Group: "org", Must: "Policies", Answers: []string{noOrganization},
		Set: func(in any) { in.(*organizations.ListPoliciesForTargetInput).Filter = typ },
	}
}

// targetColumns are the columns of targetDetails.
var targetColumns = []graph.Column{
	{Name: "parents", Type: graph.JSON, Source: "Parents.Parents"},
	{Name: "service_control_policies", Type: graph.JSON, Source: "SCPs.Policies"},
	{Name: "resource_control_policies", Type: graph.JSON, Source: "RCPs.Policies"},
}

// targetRules are the rules of targetDetails.
var targetRules = [][]Rule{
	parentEdge.to(toTarget, "Parents.Parents[].Id"),
	policyEdge.to(toOrganizationPolicy, "{SCPs,RCPs}.Policies[].Id"),
}

var accountEntries = []Entry{
	{
		Label: AccountLabel, Doc: "AWS account; id is its 12 digits",
		Group: "iam", Scope: InAccount, Named: Naming{Column: "account_aliases"},
		Columns: append([]graph.Column{
			{Name: "name", Type: graph.String},
			{Name: "organization_id", Type: graph.String, Source: "Organization.Organization.Id"},
			{Name: "organization_arn", Type: graph.String, Source: "Organization.Organization.Arn"},
			{Name: "organization_master_account_id", Type: graph.String, Source: "Organization.Organization.MasterAccountId"},
			{Name: "organization_feature_set", Type: graph.String, Source: "Organization.Organization.FeatureSet"},
			{Name: "account_aliases", Type: graph.Strings, Source: "Aliases.AccountAliases"},
			{Name: "block_public_acls", Type: graph.Bool, Source: "AccessBlock.PublicAccessBlockConfiguration.BlockPublicAcls"},
			{Name: "block_public_policy", Type: graph.Bool, Source: "AccessBlock.PublicAccessBlockConfiguration.BlockPublicPolicy"},
			{Name: "ignore_public_acls", Type: graph.Bool, Source: "AccessBlock.PublicAccessBlockConfiguration.IgnorePublicAcls"},
			{Name: "restrict_public_buckets", Type: graph.Bool, Source: "AccessBlock.PublicAccessBlockConfiguration.RestrictPublicBuckets"},
		}, targetColumns...),
		Lookup: &Lookup{
			Details: reflect.TypeFor[accountDetails](),
			Always:  func(account string) []string { return []string{account} },
			Pieces: append([]Piece{
				{
					Operation: operation.Of(operation.IAM, (*iam.Client).ListAccountAliases).Rooted("ListAccountAliasesResponse"),
					Member:    "Aliases", Must: "AccountAliases",
				},
				{
					Operation: operation.Of(operation.Organizations, (*organizations.Client).DescribeOrganization),
					Member:    "Organization", Must: "Organization.Id", Answers: []string{noOrganization},
				},
				{
					Operation: operation.Of(operation.S3Control, (*s3control.Client).GetPublicAccessBlock).As("s3:GetAccountPublicAccessBlock").Rooted("PublicAccessBlockConfiguration"),
					Member:    "AccessBlock", Key: "AccountId", Group: "s3", Answers: []string{"NoSuchPublicAccessBlockConfiguration"},
					Must: "PublicAccessBlockConfiguration.BlockPublicAcls",
				},
			}, targetPieces(false)...),
		},
		Edges: append([][]Rule{partOf.to(toOrganization, "Organization.Organization.Arn")}, targetRules...),
	},
	{
		Label: unitLabel, Doc: "organizational unit; id is its id",
		Group: "org", Scope: InAccount, Columns: targetColumns,
		Lookup: &Lookup{Details: reflect.TypeFor[targetDetails](), Pieces: targetPieces(false)},
		Edges:  targetRules,
	},
	{
		Label: organizationRoot, Doc: "root of an organization; id is its id",
		Group: "org", Scope: InAccount, Columns: targetColumns,
		Lookup: &Lookup{Details: reflect.TypeFor[targetDetails](), Pieces: targetPieces(true)},
		Edges:  targetRules,
	},
	{
		Label: organizationPolicy, Doc: "policy of an organization that bounds what its accounts may do; id is its id",
		Group: "org", Scope: InAccount,
		Columns: []graph.Column{
			{Name: "arn", Type: graph.String, Source: "Policy.Policy.PolicySummary.Arn"},
			{Name: "name", Type: graph.String, Source: "Policy.Policy.PolicySummary.Name"},
			{Name: "policy_type", Type: graph.String, Source: "Policy.Policy.PolicySummary.Type"},
			{Name: "aws_managed", Type: graph.Bool, Source: "Policy.Policy.PolicySummary.AwsManaged"},
			{Name: "description", Type: graph.String, Source: "Policy.Policy.PolicySummary.Description"},
			{Name: "content", Type: graph.String, Source: "Policy.Policy.Content"},
		},
		Lookup: &Lookup{
			Details: reflect.TypeFor[organizationPolicyDetails](),
			Pieces: []Piece{{
				Operation: operation.Of(operation.Organizations, (*organizations.Client).DescribePolicy),
				Member:    "Policy", Key: "PolicyId", Must: "Policy.Content",
			}},
		},
	},
	{
		Label: aliasLabel, Family: keysFamily, Extra: []string{"KMSAlias"}, Service: "kms", Type: "alias", Doc: "KMS alias; id is its ARN", NameOf: afterType,
		Group: "kms", Known: knownARN(afterType),
		Columns: append(texts("arn", "name", "account_id", "region"),
			graph.Column{Name: "target_key_arn", Type: graph.String, Source: "Metadata.KeyMetadata.Arn"},
			graph.Column{Name: "target_key_id", Type: graph.String, Source: "Metadata.KeyMetadata.KeyId"},
		),
		Lookup: &Lookup{
			Details: reflect.TypeFor[aliasDetails](),
			Pieces:  []Piece{keyMetadata},
		},
		Edges: [][]Rule{knownAs.to(toKey, "Metadata.KeyMetadata.Arn")},
	},
	{
		Label: keyLabel, Family: keysFamily, Extra: []string{"KMSKey"}, Service: "kms", Type: "key", Doc: "KMS key; id is its key id",
		Group: "kms", Columns: keyColumns,
		Lookup: &Lookup{
			Details: reflect.TypeFor[keyDetails](),
			Pieces: []Piece{
				keyMetadata,
				{Operation: operation.Of(operation.KMS, (*kms.Client).GetKeyPolicy), Member: "Policy", Key: "KeyId", Must: "Policy", Set: func(in any) { in.(*kms.GetKeyPolicyInput).PolicyName = aws.String("default") }},
				{Operation: operation.Of(operation.KMS, (*kms.Client).ListGrants), Member: "Grants", Key: "KeyId", Count: "Grants"},
			},
		},
	},
	{
		Label: repositoryLabel, Family: containersFamily, Extra: []string{"ECRRepository"}, Service: "ecr", Type: "repository", Doc: "ECR repository; id is its ARN", NameOf: afterType,
		Group: "ecr", Known: knownARN(afterType),
		Columns: append(texts("arn", "name", "account_id", "region"), graph.Column{Name: "policy_text", Type: graph.String, Source: "Policy.PolicyText"}),
		Lookup: &Lookup{
			Details: reflect.TypeFor[repositoryDetails](),
			Pieces: []Piece{{
				Operation: operation.Of(operation.ECR, (*ecr.Client).GetRepositoryPolicy), Member: "Policy", Key: "RepositoryName", Must: "PolicyText",
				Value: func(id string) string { a, _ := names.ParseARN(id); return afterType(a) }, Answers: []string{"RepositoryPolicyNotFoundException"},
			}},
		},
	},
	{
		Label: lambdaLabel, Family: codeFamily, Service: "lambda", Type: "function", Doc: "Lambda function; id is its ARN", NameOf: functionName,
		Group: "iam", Known: knownARN(functionName),
		Columns: append(texts("arn", "name", "account_id", "region"),
			graph.Column{Name: "role", Type: graph.String, Source: "Configuration.Role"},
			graph.Column{Name: "runtime", Type: graph.String, Source: "Configuration.Runtime"},
			graph.Column{Name: "policy", Type: graph.String, Source: "Policy.Policy"},
		),
		Lookup: &Lookup{
			Details: reflect.TypeFor[functionDetails](),
			Pieces: []Piece{
				{Operation: operation.Of(operation.Lambda, (*lambda.Client).GetFunctionConfiguration), Member: "Configuration", Key: "FunctionName", Must: "FunctionArn"},
				{Operation: operation.Of(operation.Lambda, (*lambda.Client).GetPolicy), Member: "Policy", Key: "FunctionName", Must: "Policy", Answers: []string{"ResourceNotFoundException"}},
			},
		},
		Edges: [][]Rule{hasExecutionRole.to(toRole, "Configuration.Role")},
	},
}

type organizationPolicyDetails struct {
	Policy *organizations.DescribePolicyOutput
}

// keyMetadata is a key by its id, or by that of an alias.
var keyMetadata = Piece{Operation: operation.Of(operation.KMS, (*kms.Client).DescribeKey), Member: "Metadata", Key: "KeyId", Must: "KeyMetadata.KeyId"}

type aliasDetails struct{ Metadata *kms.DescribeKeyOutput }

// keyDetails is what KMS tells of a key.
type keyDetails struct {
	Metadata *kms.DescribeKeyOutput
	Policy   *kms.GetKeyPolicyOutput
	Grants   *int64
}

var keyColumns = []graph.Column{
	{Name: "arn", Type: graph.String, Source: "Metadata.KeyMetadata.Arn"},
	{Name: "account_id", Type: graph.String, Source: "Metadata.KeyMetadata.AWSAccountId"},
	{Name: "region", Type: graph.String},
	{Name: "enabled", Type: graph.Bool, Source: "Metadata.KeyMetadata.Enabled"},
	{Name: "key_state", Type: graph.String, Source: "Metadata.KeyMetadata.KeyState"},
	{Name: "key_manager", Type: graph.String, Source: "Metadata.KeyMetadata.KeyManager"},
	{Name: "key_spec", Type: graph.String, Source: "Metadata.KeyMetadata.KeySpec"},
	{Name: "key_usage", Type: graph.String, Source: "Metadata.KeyMetadata.KeyUsage"},
	{Name: "origin", Type: graph.String, Source: "Metadata.KeyMetadata.Origin"},
	{Name: "description", Type: graph.String, Source: "Metadata.KeyMetadata.Description"},
	{Name: "deletion_date", Type: graph.Timestamp, Source: "Metadata.KeyMetadata.DeletionDate"},
	{Name: "policy", Type: graph.String, Source: "Policy.Policy"},
	{Name: "grants_count", Type: graph.Int, Source: "Grants"},
}

type repositoryDetails struct {
	Policy *ecr.GetRepositoryPolicyOutput
}

type functionDetails struct {
	Configuration *lambda.GetFunctionConfigurationOutput
	Policy        *lambda.GetPolicyOutput
}

// knownARN is what an id tells that is an ARN; name finds the name in it.
func knownARN(name func(names.ARN) string) func(id string) map[string]string {
	return func(id string) map[string]string {
		a, _ := names.ParseARN(id)
		return map[string]string{"arn": id, "name": name(a), "account_id": a.Account, "region": a.Region}
	}
}

// Targets in organizations.
var (
	toOrganization       = toARN("AWSOrganization", "organizations")
	toOrganizationPolicy = toID(organizationPolicy, "p-")
	// toTarget is what an account or a unit stands in.
	toTarget = Target{[]string{unitLabel, organizationRoot}, func(c *Context, s string) (Reference, bool) {
		if strings.HasPrefix(s, "ou-") {
			return Reference{Label: unitLabel, ID: s}, true
		}
		return Reference{Label: organizationRoot, ID: s}, strings.HasPrefix(s, "r-")
	}}
)
