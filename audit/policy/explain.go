package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// explain fills what a decision rests on. It evaluates the statements again: most callers want the verdict of most requests only.
func (ev *evaluation) explain(d *Decision, l *layers) {
	if d.Verdict == Denied && !ev.request.Explain && max(l.rcp.deny, l.scp.deny, l.resource.deny, l.identity.deny, l.boundary.deny, l.session.deny) != Yes {
		return // nothing allows, and nothing is to be named
	}
	x := explainer{ev: ev, l: l, d: d, granted: ev.granted(l)}
	set := &ev.request.Policies
	if l.hasRCP {
		x.levels(LayerRCP, set.RCP, set.RCPUnread, &l.rcp)
	}
	if l.hasSCP {
		x.levels(LayerSCP, set.SCP, set.SCPUnread, &l.scp)
	}
	if set.Resource != nil || set.HasResource || set.ResourceUnread != "" {
		unread := set.ResourceUnread
		if unread == "" && set.Resource == nil {
			unread = "the resource's policy was not read"
		}
		x.step(LayerResource, "", only(set.Resource), ofResource, unread, &l.resource)
	}
	if l.hasIdentity {
		x.step(LayerIdentity, "", set.Identity, ofIdentity, set.IdentityUnread, &l.identity)
	} else if ev.request.Principal.Kind == KindRoot {
		x.trace(Step{Layer: LayerIdentity, Allow: Yes, Note: "the root user needs no policy"})
	}
	if l.hasBoundary {
		unread := set.BoundaryUnread
		if unread == "" && set.Boundary == nil {
			unread = "the permissions boundary was not read"
		}
		x.step(LayerBoundary, "", only(set.Boundary), ofIdentity, unread, &l.boundary)
	}
	if l.hasSession {
		unread := ""
		if len(set.Session) == 0 {
			unread = "the session policies of a federated user are not known"
		}
		x.step(LayerSession, "", set.Session, ofIdentity, unread, &l.session)
	}
	if d.Verdict == Conditional && x.granted == Maybe && (ev.principalAccount == "" || ev.resourceAccount == "") {
		x.reason(Condition{Reason: "whether principal and resource are of one account is not known"})
	}
	slices.SortFunc(d.Conditions, compareConditions)
	d.Conditions = slices.CompactFunc(d.Conditions, func(a, b Condition) bool { return compareConditions(a, b) == 0 })
	slices.SortFunc(d.Via, compareMatches)
	d.Via = slices.Compact(d.Via)
}

func only(p *Policy) []*Policy {
	if p == nil {
		return nil
	}
	return []*Policy{p}
}

type explainer struct {
	ev      *evaluation
	l       *layers
	d       *Decision
	granted Truth
}

func (x *explainer) trace(s Step) {
	if x.ev.request.Explain {
		x.d.Trace = append(x.d.Trace, s)
	}
}

func (x *explainer) reason(c Condition) { x.d.Conditions = append(x.d.Conditions, c) }

// levels explains control policies, a step for each level.
func (x *explainer) levels(layer Layer, levels []Level, unread string, whole *effect) {
	for i := range levels {
		e := x.ev.policies(levels[i].Policies, ofControl)
		x.step(layer, levels[i].Target, levels[i].Policies, ofControl, "", &e)
	}
	if unread != "" {
		x.step(layer, "", nil, ofControl, unread, whole)
	}
}

// step explains one layer, or one level of it.
func (x *explainer) step(layer Layer, target string, list []*Policy, u usage, unread string, e *effect) {
	step := Step{Layer: layer, Target: target, Deny: e.deny, Allow: e.allow}
	conditional := x.d.Verdict == Conditional
	// What allows matters where it decides: control policies by themselves, the others unless they allow for certain.
	cut := min(x.l.boundary.allow, x.l.session.allow)
	matters := e.allow != Yes
	if layer != LayerRCP && layer != LayerSCP && x.granted == Yes {
		matters = false
	}
	if layer == LayerResource {
		matters = x.granted != Yes
	}
	if unread != "" {
		step.Note = unread
		if conditional && (matters || e.deny == Maybe) {
			x.reason(Condition{Reason: unread})
		}
	}
	for _, p := range list {
		if p.Broken != "" && conditional {
			x.reason(Condition{Policy: p.ID, Reason: p.Broken})
		}
		for _, s := range p.Statements {
			t, g := x.ev.statement(s, u)
			if t == No {
				continue
			}
			if p.Broken != "" {
				t = Maybe
			}
			m := Match{Layer: layer, Policy: p.ID, Statement: s.ID, Effect: s.Effect, Applies: t}
			step.Matches = append(step.Matches, m)
			switch {
			case x.d.Verdict == Denied:
				if s.Effect == Deny && t == Yes {
					x.d.Via = append(x.d.Via, m)
				}
				continue
			case s.Effect == Deny:
			case layer == LayerIdentity:
				if e.allow == t && s.Effect == Allow && min(e.allow, cut, x.identityCounts()) >= x.least() {
					x.d.Via = append(x.d.Via, m)
				}
			case layer == LayerResource:
				if s.Effect == Allow && min(t, x.resourceCounts(g)) >= x.least() {
					x.d.Via = append(x.d.Via, m)
				}
			}
			if conditional && (t == Maybe || layer == LayerResource && g.unsure()) && (s.Effect != Allow || matters) {
				x.d.Conditions = x.ev.reasons(x.d.Conditions, s, u)
			}
		}
	}
	if step.Note == "" {
		step.Note = note(layer, e)
	}
	x.trace(step)
}

// least is how certain a statement must be to be one that allows.
func (x *explainer) least() Truth {
	if x.d.Verdict == Allowed {
		return Yes
	}
	return Maybe
}

// resourceCounts says whether what a resource-based policy grants has a part in the answer.
func (x *explainer) resourceCounts(g grant) Truth {
	if x.sameAccount() && !x.ev.request.Policies.ResourceMust {
		return max(g.direct, g.role)
	}
	return g.any()
}

// identityCounts says whether identity-based policies have a part in the answer.
func (x *explainer) identityCounts() Truth {
	if x.sameAccount() && x.ev.request.Policies.ResourceMust {
		return x.l.resource.by.account
	}
	return Yes
}

func (x *explainer) sameAccount() bool {
	return x.ev.principalAccount != "" && x.ev.principalAccount == x.ev.resourceAccount
}

func note(layer Layer, e *effect) string {
	switch {
	case e.deny == Yes:
		return "a statement denies"
	case e.allow == Yes && e.deny == Maybe:
		return "allows, unless a statement denies"
	case e.allow == Yes:
		return "allows"
	case e.allow == Maybe:
		return "allows on a condition"
	case layer == LayerIdentity || layer == LayerResource:
		return "does not allow"
	}
	return "does not allow, which denies"
}

// reasons adds why a statement applies perhaps.
func (ev *evaluation) reasons(into []Condition, s *Statement, u usage) []Condition {
	add := func(c Condition) {
		c.Policy, c.Statement, c.Effect = s.policy, s.ID, s.Effect
		into = append(into, c)
	}
	if s.Broken != "" {
		add(Condition{Reason: s.Broken})
		return into
	}
	c := &s.code
	if ev.actionMatches(c) == Maybe {
		for _, list := range [...][]action{c.actions, c.notActions} {
			for i := range list {
				if list[i].match(ev.action, nil) == Maybe {
					add(Condition{Reason: list[i].broken})
				}
			}
		}
	}
	if ev.resourceMatches(c, u) == Maybe {
		if !c.hasResource {
			add(Condition{Reason: "the statement has no Resource"})
		}
		for _, list := range [...][]pattern{c.resources, c.notResources} {
			for i := range list {
				if ev.resourceMatch(&list[i]) == Maybe {
					add(Condition{Reason: ev.resourceReason(&list[i])})
				}
			}
		}
		for i := range c.notResources {
			if p := &c.notResources[i]; p.kind == varying && p.broken == "" && p.valueless(ev) {
				add(Condition{Reason: "a policy variable without a value in NotResource (" + p.text + ")"})
			}
		}
	}
	for _, r := range ev.principalReasons(s, u) {
		add(Condition{Reason: r})
	}
	for i := range c.conditions {
		x := &c.conditions[i]
		if x.eval(ev) == Maybe {
			e := &s.Conditions[x.element]
			add(Condition{Operator: e.Operator, Key: e.Key, Values: e.Values, Reason: ev.conditionReason(x)})
		}
	}
	return into
}

func (ev *evaluation) principalReasons(s *Statement, u usage) []string {
	c := &s.code
	switch {
	case u == ofIdentity:
		if c.hasPrincipal || c.hasNotPrincipal {
			return []string{"an identity-based policy has a Principal"}
		}
	case c.hasPrincipal:
		var g grant
		for i := range c.principals {
			g.add(c.principals[i].matches(ev))
		}
		if !g.unsure() {
			return nil
		}
		var out []string
		for i := range c.principals {
			p := &c.principals[i]
			if h := p.matches(ev); h.unsure() {
				out = append(out, principalReason(p))
			}
		}
		return out
	case c.hasNotPrincipal:
		if ev.notPrincipal(s) == Maybe {
			return []string{"NotPrincipal lists the principal on some levels only, or a session whose name is not known"}
		}
	case u == ofResource:
		return []string{"the statement has no Principal"}
	}
	return nil
}

func principalReason(p *principal) string {
	switch p.kind {
	case aRoleSession, aFederatedUser:
		return "only for the session " + p.text
	case anIdentity:
		return "only for " + p.text
	case anUniqueID:
		return "only for the principal with the id " + p.text
	case aCanonicalUser:
		return "whose canonical user id " + p.text + " is, is not known"
	case everyAWS:
		return "whether {\"AWS\": \"*\"} means those without AWS credentials too is not known"
	}
	return p.reason
}

// resourceReason says why it is not known whether a pattern matches the resource.
func (ev *evaluation) resourceReason(p *pattern) string {
	if r := ev.patternReason(p); r != "" {
		return r
	}
	if p.narrow && p.match(ev.request.Resource.ARN, ev) == Maybe {
		return "a wildcard that would reach over a colon (" + p.text + ")"
	}
	return "whether the resource's name is taken in its own case or in lower case (" + p.text + ")"
}

// patternReason says why it is not known what a pattern matches, or "".
func (ev *evaluation) patternReason(p *pattern) string {
	if p.broken != "" {
		return p.broken
	}
	var keys []string
	for i := range p.parts {
		if k := p.parts[i].key; k != nil {
			if v := ev.lookup(k); v.state == unknown || v.state == present || v.open || v.state == known && v.len() > 1 {
				keys = append(keys, k.name)
			}
		}
	}
	switch {
	case len(keys) > 0:
		return "the value of " + strings.Join(keys, ", ") + " is not known (" + p.text + ")"
	case p.early:
		return "a policy variable before the fifth colon of an ARN (" + p.text + ")"
	}
	return ""
}

func (ev *evaluation) conditionReason(c *condition) string {
	if c.broken != "" {
		return c.broken
	}
	v := ev.lookup(c.key)
	switch {
	case v.state == unknown, v.state == present && c.op != null:
		return ev.unknownKey(c.key)
	case v.open:
		return "only the beginning of " + c.key.name + " is known"
	}
	for i := range c.values {
		w := &c.values[i]
		if w.broken != "" {
			return w.broken
		}
		for j := range w.arn {
			if r := ev.patternReason(&w.arn[j]); r != "" {
				return r
			}
		}
		if r := ev.patternReason(&w.pattern); r != "" {
			return r
		}
	}
	if v.len() > 1 && c.set == noSet {
		return fmt.Sprintf("%s has several values, and the operator no ForAllValues or ForAnyValue", c.key.name)
	}
	return "the value of " + c.key.name + " is not what the operator compares"
}

// unknownKey says why a key's value is not known.
func (ev *evaluation) unknownKey(k *key) string {
	switch k.id {
	case resourceTagKey, serviceResourceTagKey:
		return "the tags of the resource are not known"
	case principalTagKey:
		if ev.request.Principal.TagsOpen {
			return "sessions may carry tags of their own"
		}
		return "the tags of the principal are not known"
	}
	return "the value of " + k.name + " is not known"
}

func compareConditions(a, b Condition) int {
	return cmp.Or(
		cmp.Compare(a.Policy, b.Policy),
		compareIDs(a.Statement, b.Statement),
		cmp.Compare(a.Effect, b.Effect),
		cmp.Compare(a.Operator, b.Operator),
		cmp.Compare(a.Key, b.Key),
		slices.Compare(a.Values, b.Values),
		cmp.Compare(a.Reason, b.Reason),
	)
}

func compareMatches(a, b Match) int {
	return cmp.Or(
		cmp.Compare(a.Layer, b.Layer),
		cmp.Compare(a.Policy, b.Policy),
		compareIDs(a.Statement, b.Statement),
		cmp.Compare(a.Effect, b.Effect),
		cmp.Compare(a.Applies, b.Applies),
	)
}

// compareIDs sorts ids of statements by their number: 2 before 10.
func compareIDs(a, b string) int {
	i, j := strings.LastIndexByte(a, '/'), strings.LastIndexByte(b, '/')
	return cmp.Or(cmp.Compare(a[:i+1], b[:j+1]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
