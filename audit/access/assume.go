package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// Assumption says that a principal may become a role.
type Assumption struct {
	// Principal is the ARN of a user or role. Of those whom a trust policy names outside of what was read, it is what stands there: the root ARN of
	// an account ("somebody there, whom that account lets"), an identity provider, a role or user of another account, or "*". It is "*" too where
	// the trust policy was not read.
	Principal string
	Role      string
	Unread    bool // nothing at all was read of the principal
	*Answer
}

const (
	assumeRole     = "sts:AssumeRole"
	assumeWithSAML = "sts:AssumeRoleWithSAML"
	assumeWithWeb  = "sts:AssumeRoleWithWebIdentity"
)

// Assumptions are who may become which role, sorted by principal and role. Roles are all that are known and exist. In one account a trust
// policy that names a user or role lets it in by itself; one that names the account lets in whom identity-based policies allow; across accounts
// both must allow. What another account allows its own is not known and not asked: whom the trust policy lets in from there, it lets in.
//
// AWS services are left out: nearly each role trusts one, and who can make a service act as a role is what Openers and Escalations say.
func (m *Model) Assumptions() []Assumption {
	x := &assumer{m: m, tables: map[string]*table{}, at: map[string]int{}}
	for _, p := range m.principals {
		if p.who.Kind == policy.KindRole && !p.gone {
			x.role(p)
		}
	}
	slices.SortFunc(x.out, func(a, b Assumption) int {
		return cmp.Or(cmp.Compare(a.Principal, b.Principal), cmp.Compare(a.Role, b.Role))
	})
	return x.out
}

type assumer struct {
	m      *Model
	tables map[string]*table // identity-based policies of an account about its roles
	at     map[string]int    // where a role stands in the table of its account
	out    []Assumption
}

// trust is what a trust policy names.
type trust struct {
	named    []*principal // known users and roles, by ARN or session
	accounts []string
	others   []policy.PrincipalElement // whom the snapshot does not know
	all      bool
	close    bool // each principal must be decided by itself: it names some, or looks at more than the account
}

func (x *assumer) role(r *principal) {
	if r.trustUnread != "" {
		x.out = append(x.out, Assumption{Principal: "*", Role: r.arn, Answer: unreadAnswer(r.trustUnread)})
		return
	}
	t := x.names(r)
	seen := map[*principal]bool{r: true} // a role need not become itself
	decide := func(p *principal) {
		if seen[p] || p.gone {
			return
		}
		seen[p] = true
		req := x.m.assuming(r, p.who, p.set, assumeRole)
		if policy.Quick(req) != policy.Denied {
			x.out = append(x.out, Assumption{Principal: p.arn, Role: r.arn, Unread: p.unread != "", Answer: answerOf(policy.Evaluate(req))})
		}
	}
	for _, p := range t.named {
		decide(p)
	}
	if t.all {
		for _, p := range x.m.principals {
			decide(p)
		}
	}
	for _, id := range t.accounts {
		x.account(r, id, &t, seen, decide)
	}
	for _, e := range t.others {
		x.other(r, e)
	}
	if t.all {
		x.outside(r, "*", policy.Principal{Kind: policy.KindAccount}, assumeRole)
	}
}

// names reads whom the trust policy of a role names.
func (x *assumer) names(r *principal) trust {
	var t trust
	accounts := map[string]bool{}
	seen := map[policy.PrincipalElement]bool{}
	looks := policy.LooksOf(r.trust)
	f := factsOf(&looks)
	t.close = f.principal || len(f.principalTags) > 0 || slices.Contains(looks.Keys, "aws:principaltype") || r.trust.Broken != ""
	for _, s := range r.trust.Statements {
		t.close = t.close || s.Broken != ""
		t.all = t.all || s.Broken != "" || s.NotPrincipals != nil
		for _, e := range s.Principals {
			id := accountNamed(e)
			switch {
			case seen[e]:
			case e.Value == "*" && (e.Type == "*" || e.Type == "AWS"):
				t.all = true
			case e.Type == "AWS" && id != "":
				accounts[id] = true
			case e.Type == "Service":
			case !isNamed(e):
				t.all = true // not understood
			case e.Type == "AWS" && !strings.HasPrefix(e.Value, "arn:"):
				t.close = true
				for _, p := range x.m.principals {
					if p.who.ID == e.Value || p.who.ID == "" {
						t.named = append(t.named, p)
					}
				}
			default:
				t.close = t.close || e.Type == "AWS"
				// Of another account's role or user that is only referred to nothing is asked, as of its account.
				if p := x.known(e); p != nil && (p.unread == "" || p.account == r.account) {
					t.named = append(t.named, p)
				} else {
					t.others = append(t.others, e)
				}
			}
			seen[e] = true
		}
	}
	t.all = t.all || r.trust.Broken != ""
	for id := range accounts {
		t.accounts = append(t.accounts, id)
	}
	slices.Sort(t.accounts)
	return t
}

// isNamed says whether a principal of a policy is one that can be told: an identity provider, a user, role or session by its ARN, or a unique id.
func isNamed(e policy.PrincipalElement) bool {
	switch {
	case e.Type == "Federated":
		return !strings.ContainsAny(e.Value, "*?[")
	case e.Type != "AWS" || strings.ContainsAny(e.Value, "*?["):
		return false
	case !strings.HasPrefix(e.Value, "arn:"):
		return len(e.Value) >= 16 && strings.Trim(e.Value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
	}
	parts := strings.SplitN(e.Value, ":", 6)
	if len(parts) != 6 {
		return false
	}
	kind, _, ok := strings.Cut(parts[5], "/")
	return ok && (parts[2] == "iam" && (kind == "role" || kind == "user") || parts[2] == "sts" && (kind == "assumed-role" || kind == "federated-user"))
}

// accountNamed is the account that a principal of a policy names as a whole, or "".
func accountNamed(e policy.PrincipalElement) string {
	if len(e.Value) == 12 && strings.Trim(e.Value, "0123456789") == "" {
		return e.Value
	}
	if strings.HasSuffix(e.Value, ":root") {
		return ARNAccount(e.Value)
	}
	return ""
}

// known is the user or role that a principal of a policy names, if the snapshot has it.
func (x *assumer) known(e policy.PrincipalElement) *principal {
	if e.Type != "AWS" {
		return nil
	}
	if p := x.m.byARN[e.Value]; p != nil {
		return p
	}
	name, _, ok := sessionNamed(e.Value)
	if !ok {
		return nil
	}
	for _, p := range x.m.principals {
		if p.account == ARNAccount(e.Value) && p.who.Kind == policy.KindRole && p.who.Name == name {
			return p
		}
	}
	return nil
}

// sessionNamed reads the ARN of a role session.
func sessionNamed(arn string) (role, session string, ok bool) {
	if _, rest, found := strings.Cut(arn, ":assumed-role/"); found {
		return strings.Cut(rest, "/")
	}
	return "", "", false
}

// assuming is the request of a principal to become a role.
func (m *Model) assuming(r *principal, who policy.Principal, set policy.Set, action string) *policy.Request {
	a := m.accountOf(r.account)
	set.RCP, set.RCPUnread = a.rcp, a.rcpUnread
	set.Resource, set.HasResource, set.ResourceUnread, set.ResourceMust = r.trust, true, r.trustUnread, true
	return &policy.Request{Action: action, Resource: r.asRole(a), Principal: who, Context: stsContext(), Policies: set}
}

// asRole is a role as what is acted on.
func (p *principal) asRole(a *account) policy.Resource {
	return policy.Resource{
		ARN: p.arn, Account: p.account, Tags: p.who.Tags, TagsKnown: p.who.TagsKnown, OrgID: a.orgID, OrgKnown: a.orgKnown, OrgPath: a.orgPath,
	}
}

// stsContext is what is known of every call of STS: it is reached by TLS alone.
func stsContext() policy.Context {
	return policy.Context{Values: map[string][]string{"aws:securetransport": {"true"}}}
}

// account decides for the principals of an account that the trust policy names as a whole.
func (x *assumer) account(r *principal, id string, t *trust, seen map[*principal]bool, decide func(*principal)) {
	a := x.m.accountOf(id)
	if a.iamUnread != "" {
		// Who is there is not known, so the account stands for them. In the role's own account what they may is not known either.
		ans := x.trusting(r, policy.Principal{Kind: policy.KindAccount, Account: id, OrgID: a.orgID, OrgKnown: a.orgKnown, OrgPath: a.orgPath}, assumeRole)
		if id == r.account {
			ans = ans.with(policy.Condition{Reason: a.iamUnread})
		}
		x.add(rootOf(r, id), r, ans)
	}
	if id != r.account || t.close {
		for _, p := range x.m.principals {
			if p.account == id {
				decide(p)
			}
		}
		return
	}
	// The trust policy tells nobody of its own account apart, so what is left is what each one's own policies say.
	open := x.trusting(r, policy.Principal{Kind: policy.KindAccount, Account: id, OrgID: a.orgID, OrgKnown: a.orgKnown, OrgPath: a.orgPath}, assumeRole)
	if open.Verdict == policy.Denied {
		return
	}
	tab := x.table(id)
	both := map[*Answer]*Answer{}
	for _, p := range x.m.principals {
		if p.account != id || seen[p] || p.gone {
			continue
		}
		own := tab.row(p, 0).at(x.at[r.arn])
		if own.Verdict == policy.Denied {
			continue
		}
		ans := both[own]
		if ans == nil {
			ans = allOf(own, open)
			both[own] = ans
		}
		seen[p] = true
		x.out = append(x.out, Assumption{Principal: p.arn, Role: r.arn, Unread: p.unread != "", Answer: ans})
	}
}

// rootOf is the ARN of the root of an account, in the partition of a role.
func rootOf(r *principal, account string) string {
	return "arn:" + ARNPartition(r.arn) + ":iam::" + account + ":root"
}

// table has what identity-based policies of an account say of its roles.
func (x *assumer) table(id string) *table {
	if t := x.tables[id]; t != nil {
		return t
	}
	var roles []*resource
	a := x.m.accountOf(id)
	for _, p := range x.m.principals {
		if p.account == id && p.who.Kind == policy.KindRole {
			x.at[p.arn] = len(roles)
			roles = append(roles, roleResource(p, a))
		}
	}
	t := newTable(x.m, a, roles, stsContext(), assumeRole)
	x.tables[id] = t
	return t
}

// roleResource is a role as what is acted on, by identity-based policies alone.
func roleResource(p *principal, a *account) *resource {
	r := &resource{Resource: Resource{ARN: p.arn, Account: p.account, Tags: p.who.Tags}, owner: a, asks: p.asRole(a)}
	if !p.who.TagsKnown {
		r.TagsUnread = NotRead("tags of "+p.arn, OptionIAM)
	}
	return r
}

// allowAll stands for the policies of somebody of whom nothing is known and nothing is asked.
func allowAll() []*policy.Policy {
	return []*policy.Policy{policy.Parse("", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)}
}

// trusting is what a trust policy says of somebody, whatever his own policies say.
func (x *assumer) trusting(r *principal, who policy.Principal, action string) *Answer {
	ans := answerOf(policy.Evaluate(x.m.assuming(r, who, policy.Set{Identity: allowAll()}, action)))
	ans.Via = slices.DeleteFunc(ans.Via, func(m policy.Match) bool { return m.Policy == "" })
	return ans
}

func (x *assumer) outside(r *principal, name string, who policy.Principal, action string) {
	x.add(name, r, x.trusting(r, who, action))
}

func (x *assumer) add(name string, r *principal, ans *Answer) {
	if ans.Verdict != policy.Denied {
		x.out = append(x.out, Assumption{Principal: name, Role: r.arn, Answer: ans})
	}
}

// other decides for somebody whom the trust policy names and the snapshot does not know.
func (x *assumer) other(r *principal, e policy.PrincipalElement) {
	switch e.Type {
	case "Federated":
		action := assumeWithWeb
		if strings.Contains(e.Value, ":saml-provider/") {
			action = assumeWithSAML
		}
		x.outside(r, e.Value, policy.Principal{Kind: policy.KindFederated, ARN: e.Value}, action)
	case "AWS":
		id := ARNAccount(e.Value)
		if id == "" {
			return // the unique id of somebody who was deleted
		}
		if x.m.accountOf(id).iamUnread == "" {
			return // all of that account are known, and this is none of them
		}
		who := policy.Principal{Kind: policy.KindUser, ARN: e.Value, Account: id}
		if role, session, ok := sessionNamed(e.Value); ok {
			who = policy.Principal{Kind: policy.KindRole, ARN: "arn:" + ARNPartition(e.Value) + ":iam::" + id + ":role/" + role, Account: id, Session: session}
		} else if strings.Contains(e.Value, ":role/") {
			who.Kind = policy.KindRole
		}
		x.outside(r, e.Value, who, assumeRole)
	}
}
