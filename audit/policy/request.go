package policy

// Verdict is what comes of a request.
type Verdict int8

const (
	// Denied: no context that fits what is known allows the request.
	Denied Verdict = iota
	// Conditional: it depends on something that is not known. Decision.Conditions says on what.
	Conditional
	// Allowed: every context that fits what is known allows it.
	Allowed
)

func (v Verdict) String() string {
	switch v {
	case Denied:
		return "denied"
	case Allowed:
		return "allowed"
	}
	return "conditional"
}

// Truth is a value of Kleene's logic, in ascending order.
type Truth int8

const (
	No Truth = iota
	Maybe
	Yes
)

func (t Truth) String() string {
	switch t {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "maybe"
}

// Request is one action of one principal on one resource, with all policies that decide on it.
type Request struct {
	// Action is service:Name, without wildcards. Its case does not matter.
	Action    string
	Resource  Resource
	Principal Principal
	// Context is what is known of condition keys beyond what follows from action, resource and principal.
	Context  Context
	Policies Set
	// Explain asks for Decision.Trace.
	Explain bool
}

// Resource is what the action is done to.
type Resource struct {
	// ARN is the whole ARN, or "*" for an action without a resource type.
	ARN string
	// Cased is the ARN with the resource's name in its own case, where ARN has it in lower case, as several of SageMaker's API do; else "".
	// Which of the two policies are held against has changed and is not documented, so where they differ the answer is conditional.
	// https://github.com/awslabs/service-workbench-on-aws/issues/1176
	Cased string
	// Account owns the resource: 12 digits. Where it is "", the ARN's account is meant; a bucket's ARN has none.
	Account string
	// Region is the one that the call goes to, where the ARN does not say. "" is unknown.
	Region string
	// Tags are the resource's, keys in their own case. They count only if TagsKnown.
	Tags      map[string]string
	TagsKnown bool
	// OrgID is the organization of the account, "" for none. It counts only if OrgKnown.
	OrgID    string
	OrgKnown bool
	// OrgPath is "o-…/r-…/ou-…/", as aws:ResourceOrgPaths has it; "" is unknown.
	OrgPath string
}

// PrincipalKind says what a principal is.
type PrincipalKind int8

const (
	// KindRole is a session of a role. The session's name is known only where Principal.Session says it.
	KindRole PrincipalKind = iota + 1
	KindUser
	// KindRoot is the root user of an account.
	KindRoot
	// KindService is an AWS service that calls with its own service principal.
	KindService
	// KindFederated is somebody that an identity provider vouches for, without AWS credentials yet: who calls
	// AssumeRoleWithSAML or AssumeRoleWithWebIdentity.
	KindFederated
	// KindFederatedUser is a session of GetFederationToken.
	KindFederatedUser
	// KindAccount is some principal of an account, unknown which.
	KindAccount
	// KindAnonymous is anybody, without credentials.
	KindAnonymous
)

// Principal is who asks.
type Principal struct {
	Kind PrincipalKind
	// ARN is that of the role (not of its session), user, root user, identity provider, or federated user; the name for a service
	// (sagemaker.amazonaws.com). The audience of a web identity that has no provider ARN stands here too (accounts.google.com).
	ARN string
	// Account is 12 digits; "" for services and anonymous. Where it is empty, the ARN's account is meant.
	Account string
	// Name is the user's or role's name, without path. Where it is "", the ARN's last part is meant.
	Name string
	// ID is the unique id (AIDA…, AROA…). "" is unknown.
	ID string
	// Session is the name of the role session or federated user. "" is unknown.
	Session string
	// Tags are the role's or user's own. They count only if TagsKnown.
	Tags      map[string]string
	TagsKnown bool
	// TagsOpen says that sessions may carry tags of their own, which go before the role's: the trust policy allows sts:TagSession.
	// Then no aws:PrincipalTag is known.
	TagsOpen bool
	// OrgID is the organization of the account, "" for none. It counts only if OrgKnown.
	OrgID    string
	OrgKnown bool
	// OrgPath is "o-…/r-…/ou-…/", as aws:PrincipalOrgPaths has it; "" is unknown.
	OrgPath string
}

// Context is what the caller knows of condition keys, beyond what follows from the request. What it says goes before what follows. A caller who
// asks what can be done over TLS, say, sets aws:securetransport to true.
type Context struct {
	// Values has the values of a key, named in lower case. A key without values is known not to be in the request.
	Values map[string][]string
	// Complete says that a key which is neither here nor follows from the request is not in it, where it would else be unknown.
	Complete bool
}

// Set is all that decides on a request. The layers say whether they were read; what was not is neither allowed nor denied by guess.
type Set struct {
	// Identity are the policies of the user and its groups, or of the role; attached and inline. They do not count for principals that
	// have none (services, anonymous, root users).
	Identity       []*Policy
	IdentityUnread string // why not all of them are there, or ""

	// Boundary is the permissions boundary. HasBoundary with a nil Boundary, or BoundaryUnread, is a boundary of unknown content.
	Boundary       *Policy
	HasBoundary    bool
	BoundaryUnread string

	// Session are the session policies, if any are known: the session may do what one of them allows.
	Session []*Policy

	// SCP are the service control policies of the principal's account, RCP the resource control policies of the resource's account:
	// a level for the account and for each parent up to the root. Each level must allow. No levels: nothing is cut, as in the
	// management account, without an organization, or where the policy type is not enabled.
	SCP       []Level
	SCPUnread string
	RCP       []Level
	RCPUnread string

	// Resource is the resource's own policy: of a bucket, key, repository, function, endpoint; the trust policy for sts:AssumeRole.
	Resource       *Policy
	HasResource    bool
	ResourceUnread string
	// ResourceMust says that the resource's policy must allow, in the same account too: trust policies and key policies.
	ResourceMust bool
}

// Level is what is attached to one account, organizational unit or root.
type Level struct {
	Target   string
	Policies []*Policy
}

// Layer is a kind of policy in the order of evaluation.
type Layer string

const (
	LayerRCP      Layer = "resource control policy"
	LayerSCP      Layer = "service control policy"
	LayerResource Layer = "resource-based policy"
	LayerIdentity Layer = "identity-based policy"
	LayerBoundary Layer = "permissions boundary"
	LayerSession  Layer = "session policy"
)

// Decision is a verdict and what it rests on. All lists are sorted and have nothing twice.
type Decision struct {
	Verdict Verdict
	// Conditions say on what a conditional verdict depends.
	Conditions []Condition
	// Via are the statements that allow, of identity- and resource-based policies; for Denied the ones that deny, of any layer. None for
	// what is denied because nothing allows it.
	Via []Match
	// Trace are the layers in the order of evaluation, where Request.Explain asked for it.
	Trace []Step
}

// Condition is one reason why a verdict is conditional.
type Condition struct {
	// Policy and Statement are ids, "" where the reason lies outside a document.
	Policy, Statement string
	// Effect of that statement.
	Effect Effect
	// Operator, Key and Values are the condition that cannot be decided; "" where it is no condition.
	Operator, Key string
	Values        []string
	// Reason says in words what is not known.
	Reason string
}

// Match is a statement that concerns a request.
type Match struct {
	Layer             Layer
	Policy, Statement string
	Effect            Effect
	// Applies is Yes or Maybe.
	Applies Truth
}

// Step is what came of one layer, or one level of a layer.
type Step struct {
	Layer  Layer
	Target string // of a Level
	// Deny and Allow say whether a statement of the layer denies or allows.
	Deny, Allow Truth
	Matches     []Match
	// Note says in words what came of it.
	Note string
}
