package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/graph/view"
)

// An outsider is an account, or anybody, that a policy lets in from outside of the
// account that has it.
type outsider struct {
	who       string // the account, or *
	sure      bool   // whatever the call is like, else on conditions
	statement string // id of a statement that lets it in
	condition string // what it depends on
}

// stranger is an account that is nobody's: what lets it in lets in any account.
const stranger = "000000000000"

// theirs is what an outsider's own account may allow it.
var theirs = policy.Parse("", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)

// outsidersOf are those that a resource-based policy lets do one of some actions on a
// resource, sorted; an account that may do because all accounts may is not named. Who
// names an account may mean any principal of it. The policy is broken where ok is
// false: then it may let in anybody.
func outsidersOf(id, document, resource, owner string, actions ...string) (all []outsider, ok bool) {
	p := policy.Parse(id, document)
	if p.Broken != "" {
		return nil, false
	}
	for _, who := range namedIn(policy.Narrow(p, actions...), owner) {
		o := outsider{who: who.Account}
		open := slices.ContainsFunc(all, func(any outsider) bool { return any.who == o.who && any.sure || any.who == "*" && any.sure })
		if !open && o.mayAny(p, &who, resource, owner, actions) {
			all = append(all, o)
		}
	}
	return all, true
}

// namedIn are the principals of other accounts that statements which allow name, with
// the account * first where any principal is meant.
func namedIn(p *policy.Policy, owner string) (all []policy.Principal) {
	add := func(kind policy.PrincipalKind, account, arn string) {
		if one := (policy.Principal{Kind: kind, Account: account, ARN: arn}); account != "" && account != owner && !slices.ContainsFunc(all, func(p policy.Principal) bool {
			return p.Kind == kind && p.Account == account && p.ARN == arn
		}) {
			all = append(all, one)
		}
	}
	for _, s := range p.Statements {
		if s.Effect != policy.Allow {
			continue
		}
		for _, e := range s.Principals {
			switch {
			case e.Type != "AWS" && e.Type != "*":
			case strings.Contains(e.Value, ":role/"):
				add(policy.KindRole, access.ARNAccount(e.Value), e.Value)
			case strings.Contains(e.Value, ":user/"):
				add(policy.KindUser, access.ARNAccount(e.Value), e.Value)
			case strings.HasPrefix(e.Value, "arn:"):
				add(policy.KindAccount, access.ARNAccount(e.Value), "")
			default:
				add(policy.KindAccount, e.Value, "")
			}
		}
		if len(s.NotPrincipals) > 0 {
			add(policy.KindAccount, "*", "")
		}
	}
	slices.SortFunc(all, func(a, b policy.Principal) int { // * is before digits
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.ARN, b.ARN))
	})
	return all
}

// mayAny asks the policy whether a principal of the outsider may do one of some
// actions.
func (o *outsider) mayAny(p *policy.Policy, who *policy.Principal, resource, owner string, actions []string) bool {
	principal := *who
	if o.who == "*" {
		principal.Account, principal.OrgKnown = stranger, true
	}
	may := false
	for _, action := range actions {
		d := policy.Evaluate(&policy.Request{
			Action: action, Resource: policy.Resource{ARN: resource, Account: owner}, Principal: principal,
			Context:  policy.Context{Values: map[string][]string{"aws:securetransport": {"true"}}},
			Policies: policy.Set{Identity: []*policy.Policy{theirs}, Resource: p, HasResource: true},
		})
		if d.Verdict == policy.Denied {
			continue
		}
		if sure := d.Verdict == policy.Allowed; !may || sure && !o.sure {
			o.sure, o.condition = sure, sayConditions(d.Conditions)
			for _, via := range d.Via {
				if via.Layer == policy.LayerResource {
					o.statement = via.Statement
				}
			}
		}
		may = true
	}
	return may
}

func sayConditions(conditions []policy.Condition) string {
	var all []string
	for i := range conditions {
		c := &conditions[i]
		text := c.Reason
		if c.Operator != "" {
			text = c.Operator + " " + c.Key + " " + strings.Join(c.Values, ", ")
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "; ")
}

// says is the outsider in words.
func (o *outsider) says() string {
	text := "account " + o.who
	if o.who == "*" {
		text = "any account"
	}
	if !o.sure {
		text += ", on conditions (" + o.condition + ")"
	}
	return text
}

// organization returns the organization of an account: "" where it is in none; ok is
// false where that is not known.
func organization(g *view.Graph, account string) (id string, ok bool) {
	if n := g.Node(account); n != nil && n.Label == "AWSAccount" && n.Known("organization_id") {
		return n.Text("organization_id"), true
	}
	return "", false
}

// isKin reports whether two accounts are both exported, or of one organization as far
// as is known.
func isKin(g *view.Graph, account, other string) bool {
	if account == other || g.IsExported(account) && g.IsExported(other) {
		return true
	}
	id, ok := organization(g, account)
	theirs, known := organization(g, other)
	return ok && known && id != "" && id == theirs
}

// level says how bad it is that an outsider may do something that an account's own
// principals alone should do.
func (o *outsider) level(g *view.Graph, owner string) audit.Level {
	switch {
	case o.sure && o.who == "*":
		return audit.Critical
	case o.who != "*" && isKin(g, owner, o.who):
		return audit.Low
	case o.sure:
		return audit.High
	}
	return audit.Medium
}

// worst is the worse of two levels; "" is none.
func worst(a, b audit.Level) audit.Level {
	if a == "" || b != "" && b.AtLeast(a) {
		return b
	}
	return a
}
