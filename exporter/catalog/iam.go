package catalog

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	ramtypes "github.com/aws/aws-sdk-go-v2/service/ram/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/exporter/definition"
	"github.com/sgexport/sgexport/exporter/jsontext"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
)

// Labels of IAM, as Cartography has them.
const (
	groupLabel         = "AWSGroup"
	managedPolicyLabel = "AWSManagedPolicy"
	inlinePolicyLabel  = "AWSInlinePolicy"
	samlLabel          = "AWSSAMLProvider"
	oidcLabel          = "AWSOpenIDConnectProvider"
	rootLabel          = "AWSRootPrincipal"
	anyoneLabel        = "AWSAnyPrincipal"
	serviceLabel       = "AWSServicePrincipal"
	federatedLabel     = "AWSFederatedPrincipal"
)

const (
	policyEdge    Edge = "POLICY"
	statementEdge Edge = "STATEMENT"
	boundaryEdge  Edge = "PERMISSIONS_BOUNDARY"
	trusts        Edge = "TRUSTS_AWS_PRINCIPAL"
	memberOfGroup Edge = "MEMBER_AWS_GROUP"
)

// iamPage is the largest page of GetAccountAuthorizationDetails.
const iamPage = 1000

// authorizations lists one of the four lists of GetAccountAuthorizationDetails.
func authorizations(items string, filter ...iamtypes.EntityType) *List {
	l := listOf(operation.IAM, (*iam.Client).GetAccountAuthorizationDetails, items, func(in *iam.GetAccountAuthorizationDetailsInput) { in.Filter = filter })
	l.Operation = operation.Mended(l.Sized(iamPage).Rooted("GetAccountAuthorizationDetailsResponse"), plainDocuments)
	return l
}

// plainDocuments turns the policies in an answer from the URL-encoded texts that IAM
// gives into JSON. Source: IAM API Reference, GetAccountAuthorizationDetails.
func plainDocuments(out *iam.GetAccountAuthorizationDetailsOutput) {
	inline := func(list []iamtypes.PolicyDetail) {
		for i := range list {
			plainDocument(list[i].PolicyDocument)
		}
	}
	for i := range out.RoleDetailList {
		plainDocument(out.RoleDetailList[i].AssumeRolePolicyDocument)
		inline(out.RoleDetailList[i].RolePolicyList)
	}
	for i := range out.UserDetailList {
		inline(out.UserDetailList[i].UserPolicyList)
	}
	for i := range out.GroupDetailList {
		inline(out.GroupDetailList[i].GroupPolicyList)
	}
	for i := range out.Policies {
		for j := range out.Policies[i].PolicyVersionList {
			plainDocument(out.Policies[i].PolicyVersionList[j].Document)
		}
	}
}

// plainDocument decodes a text in place; one that is not encoded stays.
func plainDocument(text *string) {
	if text == nil || strings.HasPrefix(strings.TrimSpace(*text), "{") {
		return
	}
	if plain, err := url.PathUnescape(*text); err == nil {
		*text = plain
	}
}

// Names of columns that members of IAM's structures have: those of Cartography, and
// such as do not mean something else in another label.
var iamNames = map[string]string{
	"PermissionsBoundary.PermissionsBoundaryArn":  "permissions_boundary_arn",
	"PermissionsBoundary.PermissionsBoundaryType": "permissions_boundary_type",
	"RoleId": "roleid", "UserId": "userid", "GroupId": "groupid",
	"CreateDate": "create_date", "Path": "iam_path",
}

var iamEntries = []Entry{
	{
		Label: roleLabel, Extra: []string{"AWSPrincipal"}, Service: "iam", Type: "role", Doc: "IAM role; id is its ARN",
		Group: "iam", Scope: InAccount, Noun: "Role", ID: "{Arn}", Names: iamNames,
		List: authorizations("RoleDetailList", iamtypes.EntityTypeRole),
		Edges: [][]Rule{
			policyEdge.to(toPolicy, "AttachedManagedPolicies[].PolicyArn"),
			boundaryEdge.to(toPolicy, "PermissionsBoundary.PermissionsBoundaryArn"),
			inParts(trusts.to(toTrusted, "AssumeRolePolicyDocument"), definition.Principals),
		},
	},
	{
		Label: userLabel, Extra: []string{"AWSPrincipal"}, Service: "iam", Type: "user", Doc: "IAM user; id is its ARN",
		Group: "iam", Scope: InAccount, Noun: "User", ID: "{Arn}", Names: iamNames,
		List: authorizations("UserDetailList", iamtypes.EntityTypeUser),
		Edges: [][]Rule{
			policyEdge.to(toPolicy, "AttachedManagedPolicies[].PolicyArn"),
			boundaryEdge.to(toPolicy, "PermissionsBoundary.PermissionsBoundaryArn"),
			memberOfGroup.to(toGroup, "GroupList[]"),
		},
	},
	{
		Label: groupLabel, Extra: []string{"AWSPrincipal"}, Service: "iam", Type: "group", Doc: "IAM group; id is its ARN",
		Group: "iam", Scope: InAccount, Noun: "Group", ID: "{Arn}", Names: iamNames, Aliases: []string{"group/{GroupName}"},
		List:  authorizations("GroupDetailList", iamtypes.EntityTypeGroup),
		Edges: [][]Rule{policyEdge.to(toPolicy, "AttachedManagedPolicies[].PolicyArn")},
	},
	{
		Label: managedPolicyLabel, Extra: []string{"AWSPolicy"}, Service: "iam", Type: "policy", Doc: "managed policy of IAM, the account's own or AWS's; id is its ARN",
		Group: "iam", Scope: InAccount, Noun: "Policy", ID: "{Arn}", Names: iamNames,
		List: authorizations("Policies", iamtypes.EntityTypeLocalManagedPolicy, iamtypes.EntityTypeAWSManagedPolicy),
	},
	{
		Label: "AWSPolicyVersion", Doc: "version of a managed policy; id is the policy's ARN, /version/ and the version",
		Group: "iam", Scope: InAccount, Named: Naming{Column: "version_id"}, Noun: "PolicyVersion", ID: "{^}/version/{VersionId}", Within: "PolicyVersionList[]", WithinEdge: contains,
		List: inside(managedPolicyLabel, "policy_version_list", policyVersions), Names: iamNames,
	},
	{
		Label: inlinePolicyLabel, Extra: []string{"AWSPolicy"}, Doc: "policy inside a role, a user or a group; id is its principal's ARN, /inline_policy/ and its name",
		Group: "iam", Scope: InAccount, Noun: "Policy", ID: "{^}/inline_policy/{PolicyName}", Within: "PolicyList[]", WithinEdge: policyEdge,
		List: and(and(inside(roleLabel, "role_policy_list", inlinePolicies), userLabel, "user_policy_list", inlinePolicies), groupLabel, "group_policy_list", inlinePolicies),
	},
	{
		Label: "AWSPolicyStatement", Doc: "statement of a policy, of a managed one that of its default version; id is the policy's id, /statement/ and its number, from 1",
		Group: "iam", Scope: InAccount, Named: Naming{Column: "sid"}, ID: "{^}/statement/{Number}", Within: "Statement[]", WithinEdge: statementEdge,
		Names: map[string]string{"NotAction": "notaction", "NotResource": "notresource", "NotPrincipal": "notprincipal"},
		List:  and(inside(inlinePolicyLabel, "policy_document", definition.Statements), managedPolicyLabel, "policy_version_list", defaultStatements),
	},
	{
		Label: samlLabel, Extra: []string{"AWSFederatedPrincipal", "AWSPrincipal"}, Service: "iam", Type: "saml-provider", Doc: "SAML provider; id is its ARN",
		Group: "iam", Scope: InAccount, Named: Naming{ARN: true}, ID: "{Arn}", Names: iamNames,
		List: rooted(listOf(operation.IAM, (*iam.Client).ListSAMLProviders, "SAMLProviderList"), "ListSAMLProvidersResponse"),
	},
	{
		Label: oidcLabel, Extra: []string{"AWSFederatedPrincipal", "AWSPrincipal"}, Service: "iam", Type: "oidc-provider", Doc: "OpenID Connect provider; id is its ARN", NameOf: afterType,
		Group: "iam", Scope: InAccount, Named: Naming{ARN: true}, ID: "{Arn}", Names: iamNames,
		List: rooted(listOf(operation.IAM, (*iam.Client).ListOpenIDConnectProviders, "OpenIDConnectProviderList"), "ListOpenIDConnectProvidersResponse"),
	},
	{
		Label: "AWSModelPackageGroupPolicy", Extra: []string{"AWSPolicy"}, Doc: "resource policy of a model package group; id is the group's ARN and /policy",
		Resource: "model-package-group/{ModelPackageGroupName}/policy",
		Group:    "iam", ID: "{^}/policy", Within: "ModelPackageGroupName", WithinEdge: policyEdge, Names: map[string]string{"ResourcePolicy": "document"},
		List: single((*sagemaker.Client).GetModelPackageGroupPolicy).of("AWSSageMakerModelPackageGroup", "ModelPackageGroupName=name"),
	},
	{
		Label: "AWSLineageGroupPolicy", Extra: []string{"AWSPolicy"}, Doc: "resource policy of a lineage group; id is the group's ARN and /policy",
		Resource: "lineage-group/{LineageGroupName}/policy",
		Group:    "iam", ID: "{^}/policy", Within: "LineageGroupName", WithinEdge: policyEdge, Names: map[string]string{"ResourcePolicy": "document"},
		List: single((*sagemaker.Client).GetLineageGroupPolicy).of("AWSSageMakerLineageGroup", "LineageGroupName=name"),
	},
	{
		Label: shareLabel, Service: "ram", Type: "resource-share", Doc: "resource share of AWS RAM; id is its ARN",
		Group: "iam", Noun: "ResourceShare", ID: "{ResourceShareArn}", Owner: "OwningAccountId",
		List: sized(listOf(operation.RAM, (*ram.Client).GetResourceShares, "ResourceShares", func(in *ram.GetResourceSharesInput) { in.ResourceOwner = ramtypes.ResourceOwnerSelf }), ramPage),
	},
	{
		Label: "AWSResourceShareResource", Doc: "what a resource share has; id is the share's ARN, /resource/ and the ARN",
		Group: "iam", Noun: "Resource", ID: "{ResourceShareArn}/resource/{Arn}", Names: map[string]string{"Arn": "resource_arn", "Type": "shared_type"},
		List:  sized(listOf(operation.RAM, (*ram.Client).ListResources, "Resources", func(in *ram.ListResourcesInput) { in.ResourceOwner = ramtypes.ResourceOwnerSelf }), ramPage),
		Edges: [][]Rule{partOf.to(toShare, "ResourceShareArn"), shared.to(toURI, "Arn")},
	},
	{
		Label: "AWSResourceSharePrincipal", Doc: "whom a resource share is for; id is the share's ARN, /principal/ and the principal",
		Group: "iam", Noun: "Principal", ID: "{ResourceShareArn}/principal/{Id}", Names: map[string]string{"Id": "principal_id"},
		List:  sized(listOf(operation.RAM, (*ram.Client).ListPrincipals, "Principals", func(in *ram.ListPrincipalsInput) { in.ResourceOwner = ramtypes.ResourceOwnerSelf }), ramPage),
		Edges: [][]Rule{partOf.to(toShare, "ResourceShareArn"), sharedWith.to(toShared, "Id")},
	},
	{Label: rootLabel, Extra: []string{"AWSPrincipal"}, Service: "iam", Type: "", Columns: global, Doc: "root of an account, and whom it lets; id is its ARN"},
	{Label: anyoneLabel, Extra: []string{"AWSPrincipal"}, Doc: "anyone; id is *"},
	{Label: serviceLabel, Extra: []string{"AWSPrincipal"}, Columns: byName, Known: knownName, Doc: "service of AWS as a principal; id is its name, such as sagemaker.amazonaws.com"},
	{Label: federatedLabel, Extra: []string{"AWSPrincipal"}, Columns: byName, Known: knownName, Doc: "identity provider that AWS knows by name; id is that"},
	{Label: "AWSAssumedRole", Extra: []string{"AWSPrincipal"}, Service: "sts", Type: "*", Columns: global, Doc: "session of a role, or a federated user; id is its ARN"},
	{Label: "AWSOrganization", Family: organizationsFamily, Service: "organizations", Type: "organization", Columns: global, Doc: "organization; id is its ARN"},
}

const (
	shareLabel      = "AWSResourceShare"
	partOf     Edge = "PART_OF"
	shared     Edge = "SHARED"
	// ramPage is the largest page of the lists of AWS RAM.
	ramPage = 500
)

// listOf makes a list of a method of any API. items is the list in the answer; the
// other members stay unread.
func listOf[C, O, In, Out any](api *operation.API[C, O], f func(*C, context.Context, *In, ...func(*O)) (*Out, error), items string, set ...func(*In)) *List {
	l := &List{Operation: operation.Of(api, f), Set: setting(set)}
	field, ok := l.Out.FieldByName(items)
	if !ok {
		panic(fmt.Sprintf("catalog: %s has no member %s", l.Out, items))
	}
	l.Items, l.Item = field.Index[0], field.Type.Elem()
	return l
}

// Whole stands for the whole answer where a list has an index of a member.
const Whole = -1

// single makes a list of an operation whose answer is the one item; an error that says
// that there is nothing says that.
func single[In, Out any](f method[In, Out], set ...func(*In)) *List {
	return &List{Operation: operationOf(f), Items: Whole, Item: reflect.TypeFor[Out](), Set: setting(set)}
}

func setting[In any](set []func(*In)) func(any) {
	return func(in any) {
		for _, f := range set {
			f(in.(*In))
		}
	}
}

func sized(l *List, most int32) *List {
	l.Operation = l.Sized(most)
	return l
}

func rooted(l *List, root string) *List {
	l.Operation = l.Rooted(root)
	return l
}

// inParts makes rules whose fields hold a document of which parts are references.
func inParts(rules []Rule, parts func(text string) []string) []Rule {
	for i := range rules {
		rules[i].Parts = parts
	}
	return rules
}

// A policyVersion is one of a managed policy.
type policyVersion struct {
	VersionId        *string
	IsDefaultVersion *bool
	Document         *string
	CreateDate       *time.Time
}

func policyVersions(text string) ([]policyVersion, error) { return jsontext.List[policyVersion](text) }

// An inlinePolicy is one that stands in its principal.
type inlinePolicy struct{ PolicyName, PolicyDocument *string }

func inlinePolicies(text string) ([]inlinePolicy, error) { return jsontext.List[inlinePolicy](text) }

// defaultStatements are those of the version that is in force.
func defaultStatements(text string) ([]definition.Statement, error) {
	versions, err := policyVersions(text)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(versions, func(v policyVersion) bool { return v.IsDefaultVersion != nil && *v.IsDefaultVersion })
	if i < 0 || versions[i].Document == nil {
		return nil, nil
	}
	return definition.Statements(*versions[i].Document)
}

// Targets of IAM.
var (
	toPolicy = toARN(managedPolicyLabel, "iam")
	toShare  = toARN(shareLabel, "ram")
	// toGroup is a group by its name, which is one in its account whatever its path.
	toGroup = Target{[]string{groupLabel}, func(c *Context, s string) (Reference, bool) {
		return Reference{Label: groupLabel, Key: "group/" + s}, !names.IsBlank(s)
	}}
	// toShared is whom something is shared with: an account, or what an ARN tells.
	toShared = Target{nil, func(c *Context, s string) (Reference, bool) {
		if r, ok := toAccount.Find(c, s); ok {
			return r, true
		}
		return toTrusted.Find(c, s)
	}}
	// toTrusted is a principal as policies name it. Source: IAM User Guide, AWS JSON
	// policy elements: Principal.
	toTrusted = Target{[]string{roleLabel, userLabel, rootLabel, serviceLabel, federatedLabel, samlLabel, oidcLabel, anyoneLabel, "AWSAssumedRole"}, func(c *Context, s string) (Reference, bool) {
		switch a, isARN := names.ParseARN(s); {
		case s == "*":
			return Reference{Label: anyoneLabel, ID: s}, true
		case names.IsAccountID(s):
			return Reference{Label: rootLabel, ID: names.ARN{Partition: c.Partition, Service: "iam", Account: s, Resource: "root"}.String()}, true
		case isARN:
			label := c.Labels.LabelOf(a)
			return Reference{Label: label, ID: s}, label != "" && !strings.ContainsAny(s, "*?")
		case slices.Contains(federatedNames, s):
			return Reference{Label: federatedLabel, ID: s}, true
		case strings.HasSuffix(s, ".amazonaws.com") || strings.HasSuffix(s, ".amazonaws.com.cn") || strings.HasSuffix(s, ".amazon.com"):
			return Reference{Label: serviceLabel, ID: s}, true
		}
		return Reference{}, false
	}}
)

// federatedNames are the identity providers that policies call by a name. Source: IAM
// User Guide, AWS JSON policy elements: Principal.
var federatedNames = []string{"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"}
