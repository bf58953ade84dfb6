package policy

import "strings"

// evaluation is what one request keeps while it is decided.
type evaluation struct {
	request          *Request
	action           string // lower case
	service          string // of the action, lower case
	principalAccount string
	resourceAccount  string
	resourceRegion   string

	inReference *Action // of the service authorization reference
	looked      bool
	// Statements of one principal ask for the same few tags and keys again and again.
	memo  [6]remembered
	memos uint8
}

type remembered struct {
	key   string
	value value
}

// refAction is the action in the service authorization reference, or nil.
func (ev *evaluation) refAction() *Action {
	if !ev.looked {
		ev.inReference, ev.looked = ServiceReference().Action(ev.action), true
	}
	return ev.inReference
}

func newEvaluation(r *Request) evaluation {
	ev := evaluation{request: r, action: lowerASCII(r.Action)}
	ev.service, _, _ = strings.Cut(ev.action, ":")
	ev.principalAccount = r.Principal.Account
	if ev.principalAccount == "" {
		ev.principalAccount = arnField(r.Principal.ARN, 4)
	}
	ev.resourceAccount = r.Resource.Account
	if ev.resourceAccount == "" {
		ev.resourceAccount = arnField(r.Resource.ARN, 4)
	}
	ev.resourceRegion = r.Resource.Region
	return ev
}

// arnField is one of the fields before the resource, counted from 0, or "".
func arnField(arn string, n int) string {
	if !strings.HasPrefix(arn, "arn:") {
		return ""
	}
	for ; n > 0; n-- {
		_, rest, ok := strings.Cut(arn, ":")
		if !ok {
			return ""
		}
		arn = rest
	}
	field, _, ok := strings.Cut(arn, ":")
	if !ok {
		return ""
	}
	return field
}

func (ev *evaluation) region() string {
	if ev.resourceRegion != "" {
		return ev.resourceRegion
	}
	return arnField(ev.request.Resource.ARN, 3)
}

func (ev *evaluation) principalName() string {
	p := &ev.request.Principal
	if p.Name != "" {
		return p.Name
	}
	return p.ARN[strings.LastIndexByte(p.ARN, '/')+1:]
}

// usage says where a policy stands, which decides what its statements must have.
type usage uint8

const (
	ofIdentity usage = iota // no Principal, a Resource
	ofResource              // a Principal, perhaps no Resource
	ofControl               // SCP, RCP: a Resource; a Principal "*" in RCPs
)

// effect is what comes of the statements of some policies.
type effect struct {
	deny, allow Truth
	// by has the allow for each way of naming the principal, in resource-based policies.
	by grant
}

func (e *effect) add(f effect) {
	e.deny, e.allow = max(e.deny, f.deny), max(e.allow, f.allow)
	e.by.add(f.by)
}

// statement says whether a statement applies, and for resource-based policies by which naming of the principal.
func (ev *evaluation) statement(s *Statement, u usage) (Truth, grant) {
	if s.Broken != "" {
		return Maybe, grant{Maybe, Maybe, Maybe}
	}
	c := &s.code
	t := ev.actionMatches(c)
	if t == No {
		return No, grant{}
	}
	if t = min(t, ev.resourceMatches(c, u)); t == No {
		return No, grant{}
	}
	g := grant{direct: Yes}
	switch {
	case u == ofIdentity:
		if c.hasPrincipal || c.hasNotPrincipal {
			g = grant{direct: Maybe}
		}
	case c.hasPrincipal:
		g = grant{}
		for i := range c.principals {
			g.add(c.principals[i].matches(ev))
		}
	case c.hasNotPrincipal:
		g = grant{direct: ev.notPrincipal(s)}
	case u == ofResource:
		g = grant{Maybe, Maybe, Maybe}
	}
	if t = min(t, g.any()); t == No {
		return No, grant{}
	}
	for i := range c.conditions {
		if t = min(t, c.conditions[i].eval(ev)); t == No {
			return No, grant{}
		}
	}
	return t, grant{min(g.direct, t), min(g.role, t), min(g.account, t)}
}

// notPrincipal says whether a statement with NotPrincipal concerns the principal.
func (ev *evaluation) notPrincipal(s *Statement) Truth {
	set := &ev.request.Policies
	// "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary policy attached,
	// regardless of the values specified in the NotPrincipal element."
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
	if s.Effect == Deny && ev.hasBoundary() {
		return Yes
	}
	t := not(spares(s.code.notPrincipals, ev))
	if s.Effect == Deny && set.BoundaryUnread != "" {
		t = max(t, Maybe)
	}
	return t
}

// hasBoundary says whether the principal is one that has a permissions boundary.
func (ev *evaluation) hasBoundary() bool {
	switch ev.request.Principal.Kind {
	case KindRole, KindUser, KindFederatedUser:
		return ev.request.Policies.HasBoundary || ev.request.Policies.Boundary != nil
	}
	return false
}

func (ev *evaluation) actionMatches(c *compiled) Truth {
	t := No
	for i := range c.actions {
		if t = max(t, c.actions[i].match(ev.action, nil)); t == Yes {
			return Yes
		}
	}
	if c.notActions == nil {
		return t
	}
	for i := range c.notActions {
		if t = max(t, c.notActions[i].match(ev.action, nil)); t == Yes {
			return No
		}
	}
	return not(t)
}

func (ev *evaluation) resourceMatches(c *compiled, u usage) Truth {
	if !c.hasResource {
		// Trust policies have no Resource: what they are attached to is meant. Other policies must have one.
		if u == ofResource {
			return Yes
		}
		return Maybe
	}
	t := No
	for i := range c.resources {
		if t = max(t, ev.resourceMatch(&c.resources[i])); t == Yes {
			return Yes
		}
	}
	if c.notResources == nil {
		return t
	}
	for i := range c.notResources {
		p := &c.notResources[i]
		if t = max(t, ev.resourceMatch(p)); t == Yes {
			return No
		}
		if p.kind == varying && t == No && p.valueless(ev) {
			t = Maybe
		}
	}
	return not(t)
}

// resourceMatch says whether a pattern matches the resource, be its name taken in its own case or in lower case.
func (ev *evaluation) resourceMatch(p *pattern) Truth {
	r := &ev.request.Resource
	t := p.match(r.ARN, ev)
	if r.Cased != "" && r.Cased != r.ARN && p.match(r.Cased, ev) != t {
		return Maybe
	}
	return t
}

// policy is what comes of the statements of one policy. Of a broken policy nothing is certain.
func (ev *evaluation) policy(p *Policy, u usage) effect {
	var e effect
	for _, s := range p.Statements {
		t, g := ev.statement(s, u)
		if t == No {
			continue
		}
		switch s.Effect {
		case Allow:
			e.allow = max(e.allow, t)
			e.by.add(g)
		case Deny:
			e.deny = max(e.deny, t)
		default:
			e.add(anything)
		}
	}
	if p.Broken != "" {
		return anything
	}
	return e
}

// anything is the effect of what was not read.
var anything = effect{Maybe, Maybe, grant{Maybe, Maybe, Maybe}}

func (ev *evaluation) policies(list []*Policy, u usage) effect {
	var e effect
	for _, p := range list {
		e.add(ev.policy(p, u))
	}
	return e
}

// levels is what comes of control policies: each level must allow.
func (ev *evaluation) levels(levels []Level, unread string) effect {
	out := effect{allow: Yes}
	for i := range levels {
		e := ev.policies(levels[i].Policies, ofControl)
		out.deny, out.allow = max(out.deny, e.deny), min(out.allow, e.allow)
	}
	if unread != "" {
		out.deny, out.allow = max(out.deny, Maybe), min(out.allow, Maybe)
	}
	return out
}

// layers has the effect of each layer. One that does not apply to the request has applies false, and neither denies nor cuts.
type layers struct {
	rcp, scp, resource, identity, boundary, session effect
	hasSCP, hasRCP, hasIdentity, hasBoundary        bool
	hasSession                                      bool
}

func (ev *evaluation) layers() layers {
	r := ev.request
	set := &r.Policies
	var l layers
	linked := isServiceLinked(r.Principal.ARN)
	iam := false
	switch r.Principal.Kind {
	case KindRole, KindUser, KindFederatedUser, KindAccount:
		iam = true
	}
	// "SCPs do not affect any service-linked role", nor those who are no principals of an account.
	// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
	l.hasSCP = (iam || r.Principal.Kind == KindRoot) && !linked && (len(set.SCP) > 0 || set.SCPUnread != "")
	l.hasRCP = !linked && (len(set.RCP) > 0 || set.RCPUnread != "") && rcpApplies(ev.service, ev.action)
	l.scp, l.rcp = effect{allow: Yes}, effect{allow: Yes}
	if l.hasSCP {
		l.scp = ev.levels(set.SCP, set.SCPUnread)
	}
	if l.hasRCP {
		l.rcp = ev.levels(set.RCP, set.RCPUnread)
	}
	if set.Resource != nil {
		l.resource = ev.policy(set.Resource, ofResource)
	}
	if set.ResourceUnread != "" || set.HasResource && set.Resource == nil {
		l.resource.add(anything)
	}
	l.hasIdentity = iam
	switch {
	case iam:
		l.identity = ev.policies(set.Identity, ofIdentity)
		if set.IdentityUnread != "" {
			l.identity.add(anything)
		}
	case r.Principal.Kind == KindRoot:
		// "By default, all requests are implicitly denied with the exception of the AWS account root user, which has full access."
		l.identity.allow = Yes
	}
	l.boundary = effect{allow: Yes}
	if iam && (ev.hasBoundary() || set.BoundaryUnread != "") {
		l.hasBoundary = true
		if set.Boundary != nil {
			l.boundary = ev.policy(set.Boundary, ofIdentity)
		} else {
			l.boundary = anything
		}
		if set.BoundaryUnread != "" {
			l.boundary.deny, l.boundary.allow = max(l.boundary.deny, Maybe), Maybe
		}
	}
	l.session = effect{allow: Yes}
	switch {
	case iam && len(set.Session) > 0:
		l.hasSession = true
		l.session = ev.policies(set.Session, ofIdentity)
	case r.Principal.Kind == KindFederatedUser:
		// Such a session may do only what its session policies allow, and they are known to it alone.
		l.hasSession = true
		l.session = anything
	}
	return l
}

// decide joins the layers as AWS documents it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (ev *evaluation) decide(l *layers) Verdict {
	deny := max(l.rcp.deny, l.scp.deny, l.resource.deny, l.identity.deny, l.boundary.deny, l.session.deny)
	allow := min(l.rcp.allow, l.scp.allow, ev.granted(l))
	return Verdict(min(allow, not(deny)))
}

// granted says whether identity- and resource-based policies, within boundary and session policies, allow.
func (ev *evaluation) granted(l *layers) Truth {
	set := &ev.request.Policies
	cut := min(l.boundary.allow, l.session.allow)
	own := min(l.identity.allow, cut)
	res := l.resource.by
	switch ev.request.Principal.Kind {
	case KindService, KindAnonymous, KindFederated:
		return res.direct
	}
	same := truth(ev.principalAccount == ev.resourceAccount)
	if ev.principalAccount == "" || ev.resourceAccount == "" {
		same = Maybe
	}
	// In one account, a permission for the user, the session or everybody stands alone; one for the role is cut by boundary and session
	// policies; one for the account only lets the account's own policies decide.
	within := max(res.direct, min(res.role, cut))
	if set.ResourceMust {
		within = max(within, min(own, res.account))
	} else {
		within = max(within, own)
	}
	across := min(own, res.any())
	switch same {
	case Yes:
		return within
	case No:
		return across
	}
	if within == across {
		return within
	}
	return Maybe
}

// Quick is the verdict alone. It is what Evaluate says, at a fraction of the cost.
func Quick(r *Request) Verdict {
	ev := newEvaluation(r)
	l := ev.layers()
	return ev.decide(&l)
}

// Evaluate decides a request.
func Evaluate(r *Request) Decision {
	ev := newEvaluation(r)
	l := ev.layers()
	d := Decision{Verdict: ev.decide(&l)}
	ev.explain(&d, &l)
	return d
}

// isServiceLinked says whether an ARN is that of a service-linked role.
func isServiceLinked(arn string) bool {
	_, rest, ok := strings.Cut(arn, ":role/aws-service-role/")
	return ok && strings.HasPrefix(arn, "arn:") && rest != ""
}
