package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/graph/view"
)

// askIAM answers what follows from policies: who may invoke and open what, who
// may become whom, which roles can do too much, and how one gains what a role may.
// What it lacks it adds to lacks.
func askIAM(g *Graph, r *Report, lacks *view.Lacks) {
	m := newModel(g)
	e := &evidencer{made: map[*access.Answer]*evidence{}}
	r.invokers = func(yield func(*Invoker) bool) {
		e := &evidencer{made: map[*access.Answer]*evidence{}}
		for i := range m.Invokers() {
			of := e.of(i.Answer)
			v := Invoker{
				Principal: i.Principal, Endpoint: i.Endpoint, Component: i.Component, Action: i.Action,
				Verdict: of.verdict, Conditions: of.conditions, Via: of.via, Unknown: of.unknown, of: of,
			}
			if v.setRating(); !yield(&v) {
				return
			}
		}
	}
	for b := range m.Bearers() {
		of := e.of(b.Answer)
		r.Bearer = append(r.Bearer, Bearer{Principal: b.Principal, Verdict: of.verdict, Conditions: of.conditions, Via: of.via, Unknown: of.unknown})
	}
	for o := range m.Openers() {
		of := e.of(o.Answer)
		item := Opener{Principal: o.Principal, Resource: o.Resource, Action: o.Action, Role: o.Role, Verdict: of.verdict, Conditions: of.conditions, Via: of.via, Unknown: of.unknown}
		if o.RoleUnread != "" {
			item.Unknown = append(slices.Clip(item.Unknown), o.RoleUnread)
		}
		r.Openers = append(r.Openers, item)
	}
	for _, a := range m.Assumptions() {
		if a.Principal == "*" && !g.IsExported(access.ARNAccount(a.Role)) {
			continue // who becomes a role of an account that was not asked for is no question
		}
		of := e.of(a.Answer)
		r.Assume = append(r.Assume, Assume{Principal: a.Principal, Role: a.Role, Verdict: of.verdict, Conditions: of.conditions, Via: of.via, Unknown: of.unknown})
	}
	for x := range m.Escalations() {
		of := e.of(x.Answer)
		r.Escalations = append(r.Escalations, Escalation{
			Principal: x.Principal, Path: x.Path, Gains: x.Gains, Writes: x.Writes, Verdict: of.verdict, Conditions: of.conditions, Via: of.via, Unknown: of.unknown,
		})
	}
	for _, c := range m.Roles() {
		r.Roles = append(r.Roles, roleOf(c))
	}
	r.classes = m.Classes(reached(r))
	lackIAM(g, lacks)
}

// reached are the roles that principals of other accounts may become, or that are
// gained: how bad that is depends on what they may, whatever runs as them.
func reached(r *Report) (roles []string) {
	for i := range r.Assume {
		if a := &r.Assume[i]; outside(a.Principal, a.Role, High) == High {
			roles = append(roles, a.Role)
		}
	}
	for i := range r.Escalations {
		roles = append(roles, r.Escalations[i].Gains...)
	}
	return roles
}

// lackIAM notes what the questions about policies need and the graph does not
// hold.
func lackIAM(g *Graph, lacks *view.Lacks) {
	iam := []string{"invokers", "bearer", "openers", "assume", "escalations", "roles"}
	for i := range g.Report().Scopes {
		account := g.Report().Scopes[i].Account
		scope := account + "/global"
		for _, label := range iamLabels() {
			if g.Listed(scope, label) {
				continue
			}
			for _, q := range iam {
				lacks.Add(q, scope, label)
			}
			if label == "AWSRole" || label == "AWSUser" {
				lacks.Answers(scope, label)
			}
		}
		if label := unreadOrganization(g, g.Node(account)); label != "" {
			for _, q := range iam {
				lacks.Add(q, scope, label)
			}
		}
	}
	for _, k := range [...]struct{ label, questions string }{
		{"Endpoint", "invokers bearer"},
		{"InferenceComponent", "invokers"},
		{"NotebookInstance", "openers escalations"},
		{"Domain", "openers escalations"},
		{"UserProfile", "openers escalations"},
		{"Space", "openers escalations"},
		{"MlflowTrackingServer", "openers"},
		{"MlflowApp", "openers"},
		{"PartnerApp", "openers"},
		{"Pipeline", "escalations"},
		{"NotebookInstanceLifecycleConfig", "escalations"},
	} {
		for question := range strings.FieldsSeq(k.questions) {
			lacks.Kind(question, sagemaker+k.label)
		}
	}
}

// unreadOrganization returns the label of what keeps the organization policies that
// stand over an account from being all known, or "".
func unreadOrganization(g *Graph, n *Node) string {
	if n == nil || !n.Known("organization_id") {
		return accountLabel
	}
	org := n.Text("organization_id")
	if org == "" || n.Text("organization_master_account_id") == n.ID || n.Text("organization_feature_set") == billingOnly {
		return ""
	}
	chain, unread := (&modeler{g: g}).chain(n)
	for _, target := range chain {
		for _, column := range []string{"service_control_policies", "resource_control_policies"} {
			if !target.Known(column) {
				return target.Label
			}
			var list []struct{ ID string }
			if json.Unmarshal([]byte(cmp.Or(target.JSON(column), "[]")), &list) != nil {
				return target.Label
			}
			for _, p := range list {
				if one := g.Node(p.ID); one == nil || !one.Known("content") {
					return "AWSOrganizationPolicy"
				}
			}
		}
	}
	if unread != "" {
		return chain[len(chain)-1].Label
	}
	return ""
}

// evidence is what an answer rests on, as the report says it.
type evidence struct {
	verdict    Verdict
	conditions []string
	via        []Via
	unknown    []string
	tails      map[Rating][]byte
}

// An evidencer says each answer once, however many items share it.
type evidencer struct{ made map[*access.Answer]*evidence }

func (e *evidencer) of(a *access.Answer) *evidence {
	made := e.made[a]
	if made == nil {
		made = &evidence{verdict: Verdict(a.Verdict.String()), conditions: sayConditions(a.Conditions), via: viaOf(a.Via), unknown: a.Unread()}
		e.made[a] = made
	}
	return made
}

func viaOf(matches []policy.Match) []Via {
	out := []Via{}
	for _, m := range matches {
		v := Via{Policy: m.Policy, Statement: m.Statement, Effect: m.Effect.String()}
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func sayConditions(conditions []policy.Condition) []string {
	out := []string{}
	for i := range conditions {
		out = append(out, sayCondition(&conditions[i]))
	}
	return notNil(distinct(out))
}

// sayCondition says a condition in one line: what a statement asks, and which
// statement, or what was not read.
func sayCondition(c *policy.Condition) string {
	text := c.Reason
	if c.Operator != "" {
		text = fmt.Sprintf("%s %s %s", c.Operator, c.Key, strings.Join(c.Values, ", "))
	}
	switch where := c.Statement; {
	case where != "":
		text += fmt.Sprintf(" (%s, %s)", c.Effect, where)
	case c.Policy != "":
		text += fmt.Sprintf(" (%s)", c.Policy)
	}
	return text
}

func roleOf(c access.RoleClass) Role {
	r := Role{Role: c.Role, Class: Class(c.Class), Reasons: []Reason{}, UsedBy: notNil(c.UsedBy), Unknown: c.Unread}
	for _, reason := range c.Reasons {
		one := Reason{Code: reason.Code, Detail: reason.Detail}
		if by := statementsOf(reason); len(by) > 0 {
			one.Resource = by[0]
			one.Detail += ": " + strings.Join(by[:min(mostStatements, len(by))], ", ")
			if more := len(by) - mostStatements; more > 0 {
				one.Detail += fmt.Sprintf(" and %d more", more)
			}
		}
		if reason.Verdict == policy.Conditional {
			if on := sayConditions(reason.Conditions); len(on) > 0 && one.Detail != on[0] {
				one.Detail += "; only if " + strings.Join(on[:min(mostStatements, len(on))], "; ")
			}
		}
		r.Reasons = append(r.Reasons, one)
	}
	return r
}

// statementsOf are the statements that a reason rests on, distinct.
func statementsOf(reason access.Reason) (by []string) {
	for _, v := range reason.Via {
		// What a trust policy says is no fault of who gains the role.
		if v.Effect == policy.Allow && (v.Layer == policy.LayerIdentity || v.Layer == policy.LayerResource && reason.Code == access.CodeEscalation) {
			by = append(by, v.Statement)
		}
	}
	return distinct(by)
}

// mostStatements is how many statements a reason names.
const mostStatements = 4

// explainAccess says for each action that a principal could do on a resource how
// the decision came about.
func explainAccess(g *Graph, principal, resource string) ([]Trace, error) {
	if n := g.Node(principal); n != nil && n.Label == "AWSGroup" {
		return nil, fmt.Errorf("%s is a group, which does nothing itself; name one of its users", principal)
	}
	m := newModel(g)
	if n := g.Node(resource); n != nil && n.Label == bucketLabel {
		resource = m.BucketARN(n.ID)
	}
	actions := m.ActionsOn(resource)
	if len(actions) == 0 {
		return nil, fmt.Errorf("no question is asked about %s: it is no endpoint, inference component, notebook instance, user profile, space, application, bucket or role of the snapshot", resource)
	}
	var traces []Trace
	for _, action := range actions {
		e, err := m.Explain(principal, action, resource)
		if err != nil {
			return nil, err
		}
		t := Trace{Principal: e.Principal, Action: e.Action, Resource: e.Resource, Verdict: e.Verdict.String(), Conditions: sayConditions(e.Conditions)}
		for _, s := range e.Trace {
			step := TraceStep{Layer: string(s.Layer), Outcome: s.Note}
			if s.Target != "" {
				step.Layer += " of " + s.Target
			}
			for _, match := range s.Matches {
				v := Via{Policy: match.Policy, Statement: match.Statement, Effect: match.Effect.String(), Text: "applies"}
				if match.Applies == policy.Maybe {
					v.Text = "applies perhaps"
				}
				step.Statements = append(step.Statements, v)
			}
			t.Steps = append(t.Steps, step)
		}
		traces = append(traces, t)
	}
	return traces, nil
}
