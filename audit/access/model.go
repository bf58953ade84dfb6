package access

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/audit/policy"
)

// The options of an export that read what the questions need. Reasons name them.
const (
	OptionIAM = "--neighbors iam"
	OptionOrg = "--neighbors org"
)

// NotRead is the reason for a thing that a snapshot does not have: "<what>: not read (<option>)".
func NotRead(what, option string) string { return what + ": not read (" + option + ")" }

// Account is what is known of an account beside its principals. An account that was never added is one of which nothing was read.
type Account struct {
	ID string // 12 digits
	// IAMUnread says why not all of the account's IAM was read, or is "".
	IAMUnread string
	// OrgID is the organization, "" for none; OrgPath is "o-…/r-…/ou-…/". OrgUnread says why they are not known, or is "".
	OrgID, OrgPath, OrgUnread string
	// Management is the organization's management account. Organization policies do not touch that one.
	Management string
	// SCP and RCP are the service and resource control policies: a level for the account and each parent up to the root.
	SCP, RCP []Level
	// SCPUnread and RCPUnread say why they are not known, or are "".
	SCPUnread, RCPUnread string
}

// Level is what is attached to an account, an organizational unit or the root.
type Level struct {
	Target   string
	Policies []Document
}

// Document is a policy as its text. ID is what evidence calls it.
type Document struct {
	ID, Text string
	// Unread says why there is no text, or is "".
	Unread string
}

// Identity is what users and roles have in common. In every Unread field, "" means that the thing was read.
type Identity struct {
	ARN string
	// ID is the unique id, AIDA… or AROA…; "" is unknown.
	ID string
	// Unread says why nothing of the principal was read: it is known only because something refers to it.
	Unread string
	// Gone says that it cannot exist: all principals of its account were read, and it is none of them.
	Gone bool
	// Attached are ARNs of managed policies. Inline are the policies that it has itself.
	Attached                   []string
	Inline                     []Document
	AttachedUnread             string
	InlineUnread               string
	Boundary                   string // ARN of the managed policy that is its permissions boundary, "" for none
	BoundaryUnread, TagsUnread string
	Tags                       map[string]string
}

// User is an IAM user.
type User struct {
	Identity
	Groups       []string // ARNs
	GroupsUnread string
}

// Role is an IAM role.
type Role struct {
	Identity
	Trust       string // its trust policy, as text
	TrustUnread string
}

// Group is an IAM group.
type Group struct {
	ARN                          string
	Attached                     []string
	Inline                       []Document
	Unread                       string // nothing of it was read
	AttachedUnread, InlineUnread string
}

// Kind says what a resource is.
type Kind string

// The kinds of resources that the questions are about.
const (
	Endpoint           Kind = "endpoint"
	InferenceComponent Kind = "inference-component"
	Notebook           Kind = "notebook-instance"
	Domain             Kind = "domain"
	UserProfile        Kind = "user-profile"
	Space              Kind = "space"
	MlflowServer       Kind = "mlflow-tracking-server"
	MlflowApp          Kind = "mlflow-app"
	PartnerApp         Kind = "partner-app"
	LifecycleConfig    Kind = "notebook-instance-lifecycle-config"
	Pipeline           Kind = "pipeline"
	Image              Kind = "image"
	Bucket             Kind = "bucket"
	Repository         Kind = "repository"
)

// Resource is something that principals act on.
type Resource struct {
	Kind Kind
	// ARN as the API gives it: resource patterns are matched against it with its case.
	ARN string
	// Account owns it. Where it is "", the ARN's account is meant.
	Account string
	Tags    map[string]string
	// TagsUnread says why the tags are not known, or is "".
	TagsUnread string
	// Role is the ARN of the role that code in it runs as, "" for none of its own; RoleUnread says why it is not known, or is "".
	// Of a domain it is the one that user profiles get which have none.
	Role, RoleUnread string
	// SpaceRole is the role that a domain gives to shared spaces.
	SpaceRole string
	// Of is the ARN of what it belongs to: the endpoint of an inference component, the domain of a user profile or space.
	Of string
	// Owner is the ARN of the user profile that owns a private space; "" for a shared space.
	Owner string
	// Local says of a space that remote access to it is off, so that no session reaches it.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartSession.html
	Local bool
	// Script is the ARN of the lifecycle configuration of a notebook instance, "" for none.
	Script string
	// Status is the API's word: InService, Stopped, Started …
	Status string
	// Auth is the authentication mode of a domain, IAM or SSO; "" is unknown.
	Auth string
	// Policy is its resource-based policy; HasPolicy says that it has one, PolicyUnread why it is not known.
	Policy       Document
	HasPolicy    bool
	PolicyUnread string
}

// Serving is what an endpoint runs: one role with the artifacts and images of a model behind it.
type Serving struct {
	Endpoint string // ARN
	Role     string // ARN of the model's execution role, "" for none
	// Artifacts are s3:// URIs of objects or prefixes, Images are URIs of container images.
	Artifacts, Images []string
}

// Builder gathers what a snapshot holds. It is not safe for concurrent use.
type Builder struct {
	// Since is when what is asked is done, or later. Zero is unknown.
	Since time.Time

	accounts  map[string]Account
	managed   map[string]Document
	groups    map[string]Group
	users     map[string]User
	roles     map[string]Role
	resources map[Kind]map[string]Resource
	servings  []Serving
	uses      map[string]map[string]bool
	unlisted  map[Kind]map[string]string
	used      map[string]map[string]bool
}

// NewBuilder returns an empty one.
func NewBuilder() *Builder {
	return &Builder{
		accounts: map[string]Account{}, managed: map[string]Document{}, groups: map[string]Group{}, users: map[string]User{},
		roles: map[string]Role{}, resources: map[Kind]map[string]Resource{}, uses: map[string]map[string]bool{},
		unlisted: map[Kind]map[string]string{}, used: map[string]map[string]bool{},
	}
}

// AddAccount says what is known of an account. The last word counts.
func (b *Builder) AddAccount(a Account) { b.accounts[a.ID] = a }

// AddManagedPolicy adds the default version of a managed policy; Document.ID is its ARN.
func (b *Builder) AddManagedPolicy(d Document) { b.managed[d.ID] = d }

// AddGroup adds a group.
func (b *Builder) AddGroup(g Group) { b.groups[g.ARN] = g }

// AddUser adds a user.
func (b *Builder) AddUser(u User) { b.users[u.ARN] = u }

// AddRole adds a role.
func (b *Builder) AddRole(r Role) { b.roles[r.ARN] = r }

// AddResource adds a resource.
func (b *Builder) AddResource(r Resource) {
	if b.resources[r.Kind] == nil {
		b.resources[r.Kind] = map[string]Resource{}
	}
	b.resources[r.Kind][r.ARN] = r
}

// AddRegion says that an account has something in a region. Of resources that are added it need not be said.
func (b *Builder) AddRegion(account, region string) {
	if region == "" {
		return
	}
	if b.used[account] == nil {
		b.used[account] = map[string]bool{}
	}
	b.used[account][region] = true
}

// AddServing adds what an endpoint runs.
func (b *Builder) AddServing(s Serving) { b.servings = append(b.servings, s) }

// AddUse says that a resource of SageMaker, named by its ARN, runs as a role.
func (b *Builder) AddUse(role, resource string) {
	if b.uses[role] == nil {
		b.uses[role] = map[string]bool{}
	}
	b.uses[role][resource] = true
}

// AddUnlisted says that not all resources of a kind are known in an account, and why.
func (b *Builder) AddUnlisted(kind Kind, account, reason string) {
	if b.unlisted[kind] == nil {
		b.unlisted[kind] = map[string]string{}
	}
	if old := b.unlisted[kind][account]; old == "" || reason < old {
		b.unlisted[kind][account] = reason
	}
}

// Model is what a snapshot says about access, linked and compiled. It does not change, and several goroutines may ask it.
type Model struct {
	accounts   map[string]*account
	principals []*principal // by ARN
	byARN      map[string]*principal
	resources  map[Kind][]*resource // by ARN
	servings   []Serving
	uses       map[string][]string // resources by role
	unlisted   map[Kind]map[string]string
	partitions map[string]string          // by account
	used       map[string]map[string]bool // regions where an account has something
}

// account is an account, linked.
type account struct {
	id                   string
	iamUnread            string
	orgID, orgPath       string
	orgKnown             bool
	management           bool
	scp, rcp             []policy.Level
	scpUnread, rcpUnread string
}

// principal is a user or role, linked.
type principal struct {
	arn, account string
	who          policy.Principal
	set          policy.Set // without resource-based and resource control policies
	unread       string     // why nothing of it was read
	gone         bool
	linked       bool // a service-linked role
	trust        *policy.Policy
	trustUnread  string
	attached     []string // ARNs of its managed policies, those of its groups too
	groups       []string
}

// resource is a resource, linked.
type resource struct {
	Resource
	owner   *account
	of      *resource
	parts   []*resource // the inference components of an endpoint
	scripts int         // how many lifecycle configurations a notebook instance could be given
	asks    policy.Resource
	policy  *policy.Policy
}

// Build links what was added. The builder must not be used after it.
func (b *Builder) Build() *Model {
	l := linker{b: b, docs: map[string]*policy.Policy{}}
	m := &Model{
		accounts: map[string]*account{}, byARN: map[string]*principal{}, resources: map[Kind][]*resource{}, uses: map[string][]string{},
		servings: b.servings, unlisted: b.unlisted, partitions: map[string]string{}, used: b.used,
	}
	l.m = m
	for _, id := range slices.Sorted(maps.Keys(b.accounts)) {
		m.accounts[id] = l.account(b.accounts[id])
	}
	for _, arn := range slices.Sorted(maps.Keys(b.users)) {
		l.add(l.user(b.users[arn]))
	}
	for _, arn := range slices.Sorted(maps.Keys(b.roles)) {
		l.add(l.role(b.roles[arn]))
	}
	slices.SortFunc(m.principals, func(x, y *principal) int { return cmp.Compare(x.arn, y.arn) })
	for _, p := range m.principals {
		m.partitions[p.account] = ARNPartition(p.arn)
	}
	l.link()
	for role, used := range b.uses {
		m.uses[role] = slices.Sorted(maps.Keys(used))
	}
	slices.SortFunc(m.servings, func(x, y Serving) int {
		return cmp.Or(cmp.Compare(x.Endpoint, y.Endpoint), cmp.Compare(x.Role, y.Role), slices.Compare(x.Artifacts, y.Artifacts), slices.Compare(x.Images, y.Images))
	})
	return m
}

// linker is the work of Build.
type linker struct {
	b    *Builder
	m    *Model
	docs map[string]*policy.Policy // compiled documents by id and text
}

// compile parses each document once, however many principals have it.
func (l *linker) compile(id, text string) *policy.Policy {
	key := id + "\x00" + text
	if p := l.docs[key]; p != nil {
		return p
	}
	p := policy.Parse(id, text)
	p.Since(l.b.Since)
	l.docs[key] = p
	return p
}

func (l *linker) account(a Account) *account {
	r := &account{
		id: a.ID, iamUnread: a.IAMUnread, orgID: a.OrgID, orgPath: a.OrgPath, orgKnown: a.OrgUnread == "",
		management: a.OrgID != "" && a.Management == a.ID,
	}
	if r.management || r.orgKnown && r.orgID == "" {
		return r // "SCPs don't affect users or roles in the management account", and there is nothing to cut without an organization
	}
	r.scp, r.scpUnread = l.levels(a.SCP, cmp.Or(a.SCPUnread, a.OrgUnread), "service control policies")
	r.rcp, r.rcpUnread = l.levels(a.RCP, cmp.Or(a.RCPUnread, a.OrgUnread), "resource control policies")
	return r
}

// levels compiles organization policies. One whose text is missing may allow or deny anything.
func (l *linker) levels(levels []Level, unread, what string) ([]policy.Level, string) {
	var out []policy.Level
	for _, lv := range levels {
		n := policy.Level{Target: lv.Target}
		for _, d := range lv.Policies {
			if d.Unread != "" { // it may be what allows everything at its level
				n.Policies = append(n.Policies, &policy.Policy{ID: d.ID, Broken: what + ": " + d.Unread})
				continue
			}
			n.Policies = append(n.Policies, l.compile(d.ID, d.Text))
		}
		out = append(out, n)
	}
	return out, unread
}

// accountOf returns an account, also one of which nothing was read.
func (m *Model) accountOf(id string) *account {
	if a := m.accounts[id]; a != nil {
		return a
	}
	org := NotRead("organization policies of account "+cmp.Or(id, "unknown"), OptionOrg)
	return &account{id: id, iamUnread: NotRead("IAM of account "+id, OptionIAM), scpUnread: org, rcpUnread: org}
}

func (l *linker) add(p *principal) {
	l.m.principals = append(l.m.principals, p)
	l.m.byARN[p.arn] = p
}

func (l *linker) user(u User) *principal {
	p := l.principal(&u.Identity, policy.KindUser)
	unread := u.GroupsUnread
	for _, arn := range slices.Sorted(slices.Values(u.Groups)) {
		g, ok := l.b.groups[arn]
		switch {
		case !ok:
			unread = cmp.Or(unread, NotRead("group "+arn, OptionIAM))
		case g.Unread != "":
			unread = cmp.Or(unread, g.Unread)
		default:
			why := l.policies(p, g.Attached, g.AttachedUnread, g.Inline, g.InlineUnread)
			unread = cmp.Or(unread, why)
			p.groups = append(p.groups, arn)
		}
	}
	p.set.IdentityUnread = cmp.Or(p.set.IdentityUnread, unread)
	return p
}

func (l *linker) role(r Role) *principal {
	p := l.principal(&r.Identity, policy.KindRole)
	p.trustUnread = cmp.Or(r.Unread, r.TrustUnread)
	if p.trustUnread == "" && r.Trust == "" {
		p.trustUnread = NotRead("trust policy of "+r.ARN, OptionIAM)
	}
	if p.trustUnread == "" {
		p.trust = l.compile(TrustPolicyID(r.ARN), r.Trust)
	}
	// Tags of a session go before those of the role. Whether a session may have any, the trust policy says.
	p.who.TagsOpen = p.trustUnread != "" || len(policy.Mentions(p.trust, "sts:TagSession")) > 0
	// "SCPs do not affect any service-linked role."
	if p.linked = strings.Contains(r.ARN, ":role/aws-service-role/"); p.linked {
		p.set.SCP, p.set.SCPUnread = nil, ""
	}
	return p
}

// TrustPolicyID is what evidence calls the trust policy of a role.
func TrustPolicyID(role string) string { return role + "/assume_role_policy_document" }

func (l *linker) principal(i *Identity, kind policy.PrincipalKind) *principal {
	id := ARNAccount(i.ARN)
	a := l.m.accountOf(id)
	p := &principal{arn: i.ARN, account: id, unread: i.Unread, gone: i.Gone, who: policy.Principal{
		Kind: kind, ARN: i.ARN, Account: id, Name: i.ARN[strings.LastIndexByte(i.ARN, '/')+1:], ID: i.ID,
		Tags: i.Tags, TagsKnown: i.Unread == "" && i.TagsUnread == "",
		OrgID: a.orgID, OrgKnown: a.orgKnown, OrgPath: a.orgPath,
	}}
	p.set = policy.Set{SCP: a.scp, SCPUnread: a.scpUnread}
	if i.Unread != "" {
		p.set.IdentityUnread, p.set.BoundaryUnread = i.Unread, i.Unread
		return p
	}
	p.set.IdentityUnread = l.policies(p, i.Attached, i.AttachedUnread, i.Inline, i.InlineUnread)
	p.set.BoundaryUnread = i.BoundaryUnread
	if i.Boundary != "" {
		p.set.HasBoundary = true
		d, why := l.managed(i.Boundary)
		p.set.Boundary, p.set.BoundaryUnread = d, cmp.Or(p.set.BoundaryUnread, why)
	}
	return p
}

// policies adds attached and inline policies to what a principal has. It returns why not all of them are there, or "".
func (l *linker) policies(p *principal, attached []string, attachedUnread string, inline []Document, inlineUnread string) string {
	unread := cmp.Or(attachedUnread, inlineUnread)
	for _, arn := range slices.Sorted(slices.Values(attached)) {
		p.attached = append(p.attached, arn)
		d, why := l.managed(arn)
		if why != "" {
			unread = cmp.Or(unread, why)
			continue
		}
		p.set.Identity = append(p.set.Identity, d)
	}
	byID := slices.SortedFunc(slices.Values(inline), func(x, y Document) int { return cmp.Compare(x.ID, y.ID) })
	for _, d := range byID {
		if d.Unread != "" {
			unread = cmp.Or(unread, d.Unread)
			continue
		}
		p.set.Identity = append(p.set.Identity, l.compile(d.ID, d.Text))
	}
	return unread
}

func (l *linker) managed(arn string) (*policy.Policy, string) {
	d, ok := l.b.managed[arn]
	switch {
	case !ok:
		return nil, NotRead("policy "+arn, OptionIAM)
	case d.Unread != "":
		return nil, d.Unread
	}
	return l.compile(d.ID, d.Text), ""
}

// link compiles resources and joins them: components with endpoints, profiles and spaces with domains.
func (l *linker) link() {
	find := map[string]*resource{}
	for _, kind := range slices.Sorted(maps.Keys(l.b.resources)) {
		byARN := l.b.resources[kind]
		for _, arn := range slices.Sorted(maps.Keys(byARN)) {
			r := &resource{Resource: byARN[arn]}
			if r.Account == "" {
				r.Account = ARNAccount(arn)
			}
			a := l.m.accountOf(r.Account)
			r.owner = a
			r.asks = policy.Resource{
				ARN: arn, Account: r.Account, Tags: r.Tags, TagsKnown: r.TagsUnread == "", OrgID: a.orgID, OrgKnown: a.orgKnown, OrgPath: a.orgPath,
			}
			if r.HasPolicy && r.PolicyUnread == "" {
				r.policy = l.compile(r.Policy.ID, r.Policy.Text)
			}
			l.m.resources[kind] = append(l.m.resources[kind], r)
			find[arn] = r
			l.b.AddRegion(r.Account, ARNRegion(arn))
		}
	}
	for _, c := range l.m.resources[InferenceComponent] {
		if e := find[c.Of]; e != nil {
			e.parts = append(e.parts, c)
		}
	}
	for _, kind := range []Kind{UserProfile, Space} {
		for _, r := range l.m.resources[kind] {
			r.of = find[r.Of]
		}
	}
	scripts := map[string]int{}
	for _, r := range l.m.resources[LifecycleConfig] {
		scripts[r.Account+" "+ARNRegion(r.ARN)]++
	}
	for _, r := range l.m.resources[Notebook] {
		r.scripts = scripts[r.Account+" "+ARNRegion(r.ARN)]
	}
	for _, r := range l.m.resources[UserProfile] {
		inheritRole(r, func(d *resource) string { return d.Role })
	}
	for _, r := range l.m.resources[Space] {
		if owner := find[r.Owner]; r.Owner != "" {
			if owner == nil {
				r.RoleUnread = cmp.Or(r.RoleUnread, "user profile "+r.Owner+" was not read")
				continue
			}
			r.Role, r.RoleUnread = owner.Role, cmp.Or(r.RoleUnread, owner.RoleUnread)
			continue
		}
		// "DefaultSpaceSettings: the default settings for shared spaces that users create in the domain."
		inheritRole(r, func(d *resource) string { return d.SpaceRole })
	}
}

// inheritRole gives a resource without a role that of its domain.
func inheritRole(r *resource, of func(*resource) string) {
	switch {
	case r.Role != "" || r.RoleUnread != "":
	case r.of == nil:
		r.RoleUnread = "the domain of " + r.ARN + " was not read"
	default:
		r.Role, r.RoleUnread = of(r.of), r.of.RoleUnread
	}
}

// compareResources orders resources by ARN.
func compareResources(x, y *resource) int { return cmp.Compare(x.ARN, y.ARN) }

// ARNAccount is the account in an ARN, or "".
func ARNAccount(arn string) string { return arnField(arn, 4) }

// ARNRegion is the region in an ARN, or "".
func ARNRegion(arn string) string { return arnField(arn, 3) }

// ARNPartition is the partition in an ARN: aws, aws-cn …
func ARNPartition(arn string) string { return arnField(arn, 1) }

// arnField is the n-th part of an ARN, counted from 0; "" where the text is no ARN.
func arnField(arn string, n int) string {
	if !strings.HasPrefix(arn, "arn:") || strings.Count(arn, ":") < 5 {
		return ""
	}
	for range n {
		_, arn, _ = strings.Cut(arn, ":")
	}
	field, _, _ := strings.Cut(arn, ":")
	return field
}
