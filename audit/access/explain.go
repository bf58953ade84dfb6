package access

import (
	"fmt"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// Explanation says how the decision on one action came about: Decision.Trace has the layers in the order in which they decided.
type Explanation struct {
	Principal, Action, Resource string
	policy.Decision
}

// Explain decides an action of a principal on a resource, and says how. The resource is one of the model's, with its tags and policy, or any other
// ARN. For sts:AssumeRole it is a role, whose trust policy counts. The error says that the principal is not known.
func (m *Model) Explain(principal, action, arn string) (Explanation, error) {
	p := m.byARN[principal]
	if p == nil {
		return Explanation{}, fmt.Errorf("the snapshot has no user or role %s", principal)
	}
	e := Explanation{Principal: principal, Action: action, Resource: arn, Decision: m.decide(p, action, arn)}
	if role := m.byARN[arn]; role != nil && role.linked && action == passRole {
		e.settle("the role", "it is a service-linked role, which nobody can pass", denied)
	}
	r := m.resource(arn)
	if r == nil {
		return e, nil
	}
	switch own := answerOf(e.Decision); {
	case r.Kind == InferenceComponent && m.resource(r.Of) != nil:
		endpoint := m.decide(p, action, r.Of)
		e.Trace = append(endpoint.Trace, e.Trace...)
		e.settle("endpoint and component", "the call is on the endpoint "+r.Of+", which must be allowed, and names the component, which must not be denied", namingAnswer(answerOf(endpoint), own))
	case r.Kind == Endpoint && namesComponent(action) && own.Verdict != policy.Denied && len(r.parts) > 0:
		best := denied
		for _, c := range r.parts {
			a := reachAnswer(own, answerOf(m.decide(p, action, c.ARN)))
			if a == own {
				return e, nil
			}
			if best.Verdict == policy.Denied {
				best = a
			}
		}
		e.settle("inference components", "each call names one, and each of them is denied, or may be", best)
	default:
		if opened := openable(r, own); opened.Verdict != own.Verdict {
			why := "its domain is not of the authentication mode IAM"
			switch {
			case r.Kind == Space:
				why = "remote access to it is off"
			case opened.Verdict == policy.Conditional:
				why = "the authentication mode of its domain was not read"
			}
			e.settle(string(r.Kind), why, opened)
		}
	}
	return e, nil
}

// decide decides an action of a principal on what an ARN names, and says how.
func (m *Model) decide(p *principal, action, arn string) policy.Decision {
	req := m.requestOn(p, action, arn)
	req.Explain = true
	return policy.Evaluate(req)
}

// settle adds what decides beside policies.
func (e *Explanation) settle(what, why string, a *Answer) {
	e.Trace = append(e.Trace, policy.Step{Layer: policy.Layer(what), Note: why})
	e.Verdict, e.Conditions = a.Verdict, a.Conditions
}

// ActionsOn are the actions that the questions ask of a resource, for its kind; none where it is none of the model's.
func (m *Model) ActionsOn(arn string) []string {
	if p := m.byARN[arn]; p != nil && p.who.Kind == policy.KindRole {
		return []string{passRole, assumeRole}
	}
	r := m.resource(arn)
	if r == nil {
		return nil
	}
	switch r.Kind {
	case Endpoint:
		return InvokeActions()
	case InferenceComponent:
		return []string{"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"}
	case Bucket:
		return []string{"s3:GetObject", "s3:PutObject"}
	}
	if a := openers()[r.Kind]; a != "" {
		return []string{a}
	}
	return nil
}

// BucketARN is the ARN of a bucket of the model, for its name.
func (m *Model) BucketARN(name string) string {
	for _, r := range m.resources[Bucket] {
		if strings.HasSuffix(r.ARN, ":::"+name) {
			return r.ARN
		}
	}
	return name
}

func (m *Model) resource(arn string) *resource {
	for _, list := range m.resources {
		for _, r := range list {
			if r.ARN == arn {
				return r
			}
		}
	}
	return nil
}

// requestOn is the request of a principal on whatever an ARN names.
func (m *Model) requestOn(p *principal, action, arn string) *policy.Request {
	if role := m.byARN[arn]; role != nil && role.who.Kind == policy.KindRole {
		if action == assumeRole {
			return m.assuming(role, p.who, p.set, action)
		}
		context := policy.Context{Values: map[string][]string{"aws:securetransport": {"true"}}}
		if action == passRole {
			context.Values["iam:passedtoservice"] = []string{service}
		}
		return m.request(p, action, role.asRole(m.accountOf(role.account)), context)
	}
	if r := m.resource(arn); r != nil {
		asks := r.asks
		if r.Kind == Bucket {
			asks.ARN += "/" + anyName // an object of it
		}
		req := m.request(p, action, asks, sageMakerContext())
		req.Policies.Resource, req.Policies.HasResource, req.Policies.ResourceUnread = r.policy, r.HasPolicy, r.PolicyUnread
		return req
	}
	owner := ARNAccount(arn)
	if arn == "*" {
		owner = p.account
	}
	return m.request(p, action, policy.Resource{ARN: arn, Account: owner}, sageMakerContext())
}
