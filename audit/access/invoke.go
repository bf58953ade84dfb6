package access

import (
	"iter"
	"maps"
	"slices"

	"github.com/sgexport/sgexport/audit/policy"
)

// InvokeActions are the actions that call a model behind an endpoint. InvokeEndpointWithBidirectionalStream is missing in the service
// authorization reference, but policies grant it, on endpoints.
func InvokeActions() []string {
	return []string{
		"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync", "sagemaker:InvokeEndpointWithBidirectionalStream",
		"sagemaker:InvokeEndpointWithResponseStream",
	}
}

// namesComponent says whether a call of an action can name an inference component: the service authorization reference lists it as an optional
// resource of these two, and their APIs alone have an InferenceComponentName.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
func namesComponent(action string) bool {
	return action == "sagemaker:InvokeEndpoint" || action == "sagemaker:InvokeEndpointWithResponseStream"
}

// Invocation says that a principal may call an endpoint.
type Invocation struct {
	Principal, Endpoint string // ARNs
	// Component is the inference component that the call names, "" for a call that names none.
	Component string
	Action    string
	// Unread says that nothing at all was read of the principal: it is known because something refers to it.
	Unread bool
	*Answer
}

// Invokers are the pairs of principals and endpoints of one account where the principal may, or may on a condition, call the endpoint; sorted by
// principal, endpoint, component and action. Those that are denied are left out. It is worked out while it is read.
//
// The principals are all users and roles of the account, service-linked roles too. The root user of the account is none of them: it may do all
// that service control policies leave it, in every account, so it would tell nothing. Principals of other accounts cannot call an endpoint but by
// a policy of the endpoint's, which no SDK can read yet.
//
// A call that names an inference component has two resources. The reference says that the endpoint is required and the component optional:
// "If the action has one or more required resources, the caller must have permission to use the action with those resources."
// So what does not allow the endpoint allows no call, whatever it says of components. A call that names a component is denied where a statement
// denies the component, and allowed where endpoint and component are allowed; where nothing speaks of the component, it is conditional, since the
// reference does not say what becomes of an optional resource without a permission. An endpoint with components has these items and one
// without component, for the endpoint itself, as far as not every component of it is denied, since then no call succeeds.
func (m *Model) Invokers() iter.Seq[Invocation] {
	return func(yield func(Invocation) bool) {
		fields := m.invocationFields()
		for _, p := range m.principals {
			if f := fields[p.account]; f != nil && !p.gone {
				if !f.invocations(p, yield) {
					return
				}
			}
		}
	}
}

// invocationField is what the principals of an account may invoke.
type invocationField struct {
	table     *table
	endpoints []*resource
	part      map[*resource]int // where a component stands in the table
}

func (m *Model) invocationFields() map[string]*invocationField {
	fields := map[string]*invocationField{}
	for _, e := range m.resources[Endpoint] {
		f := fields[e.Account]
		if f == nil {
			f = &invocationField{part: map[*resource]int{}}
			fields[e.Account] = f
		}
		f.endpoints = append(f.endpoints, e)
	}
	for _, id := range slices.Sorted(maps.Keys(fields)) {
		f := fields[id]
		all := slices.Clone(f.endpoints)
		for _, e := range f.endpoints {
			for _, c := range e.parts {
				f.part[c] = len(all)
				all = append(all, c)
			}
		}
		f.table = newTable(m, m.accountOf(id), all, sageMakerContext(), InvokeActions()...)
	}
	return fields
}

// sageMakerContext is what is known of every call of SageMaker's API: it is reached by TLS alone.
func sageMakerContext() policy.Context {
	return policy.Context{Values: map[string][]string{"aws:securetransport": {"true"}}}
}

// invocations gives what one principal may invoke.
func (f *invocationField) invocations(p *principal, yield func(Invocation) bool) bool {
	actions := f.table.actions
	rows := make([]*row, len(actions))
	none := true
	for a := range actions {
		rows[a] = f.table.row(p, a)
		none = none && rows[a] == nil
	}
	if none {
		return true
	}
	item := Invocation{Principal: p.arn, Unread: p.unread != ""}
	give := func(component, action string, a *Answer) bool {
		if a.Verdict == policy.Denied {
			return true
		}
		item.Component, item.Action, item.Answer = component, action, a
		return yield(item)
	}
	for i, e := range f.endpoints {
		item.Endpoint = e.ARN
		for a, action := range actions {
			own := rows[a].at(i)
			if own.Verdict != policy.Denied && namesComponent(action) {
				own = f.reach(rows[a], i)
			}
			if !give("", action, own) {
				return false
			}
		}
		for _, c := range e.parts {
			for a, action := range actions {
				if namesComponent(action) && !give(c.ARN, action, rows[a].naming(i, f.part[c])) {
					return false
				}
			}
		}
	}
	return true
}

// naming is the answer for a call that names an endpoint and a component, which stand at i and j.
func (r *row) naming(i, j int) *Answer {
	if r == nil {
		return denied
	}
	key := [2]int32{r.cells[i], r.cells[j]}
	a := r.pairs[key]
	if a == nil {
		if r.pairs == nil {
			r.pairs = map[[2]int32]*Answer{}
		}
		a = namingAnswer(r.at(i), r.at(j))
		r.pairs[key] = a
	}
	return a
}

func namingAnswer(endpoint, component *Answer) *Answer {
	switch {
	case endpoint.Verdict == policy.Denied:
		return denied
	case component.Verdict != policy.Denied:
		return allOf(endpoint, component)
	case len(component.Via) > 0: // a statement denies it
		return denied
	}
	return endpoint.with(only("no statement allows the inference component itself, an optional resource of the call"))
}

// reach is the answer for the endpoint at i as a whole: its own, as far as some component of it is not denied.
func (f *invocationField) reach(r *row, i int) *Answer {
	own := r.at(i)
	parts := f.endpoints[i].parts
	if len(parts) == 0 || own.Verdict == policy.Denied {
		return own
	}
	best := denied
	for _, c := range parts {
		a := reachAnswer(own, r.at(f.part[c]))
		if a == own {
			return own
		}
		if best.Verdict == policy.Denied {
			best = a
		}
	}
	return best
}

// reachAnswer is what a component leaves of the answer for its endpoint. Only what denies it takes away: that nothing allows it, or only on a
// condition, does not.
func reachAnswer(own, component *Answer) *Answer {
	switch {
	case component.Verdict == policy.Allowed, component.Verdict == policy.Denied && len(component.Via) == 0:
		return own
	case component.Verdict == policy.Denied:
		return denied
	}
	for _, c := range component.Conditions {
		if c.Effect != policy.Allow {
			return allOf(own, component)
		}
	}
	return own
}

// Bearer says that a principal may call an endpoint with a bearer token.
type Bearer struct {
	Principal string
	Unread    bool // nothing at all was read of it
	*Answer
}

const bearerAction = "sagemaker:CallWithBearerToken"

// Bearers are the principals that may call endpoints of their account with a bearer token, as clients of the OpenAI API do; sorted. That needs
// sagemaker:CallWithBearerToken, which has no resource, and sagemaker:InvokeEndpoint on an endpoint of the same region, "and does not replace it".
// Where the endpoints of an account were not listed, one that it might have stands for them, and the answer is conditional.
// https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-openai-compatible.html
func (m *Model) Bearers() iter.Seq[Bearer] {
	return func(yield func(Bearer) bool) {
		fields := m.invocationFields()
		tokens := map[string]*table{}
		for _, p := range m.principals {
			if p.gone {
				continue
			}
			f := fields[p.account]
			t := tokens[p.account]
			if t == nil {
				t = newTable(m, m.accountOf(p.account), m.anywhere(p.account, f), sageMakerContext(), bearerAction)
				tokens[p.account] = t
			}
			row := t.row(p, 0)
			if row == nil {
				continue
			}
			best := denied
			for i, r := range t.resources {
				if token := row.at(i); token.Verdict > best.Verdict {
					best = bestOf(best, allOf(token, m.invokes(p, f, r.asks.Region)))
				}
			}
			if best.Verdict != policy.Denied && !yield(Bearer{p.arn, p.unread != "", best}) {
				return
			}
		}
	}
}

// anywhere has the resource of actions without resources, in each region where an account has endpoints.
func (m *Model) anywhere(account string, f *invocationField) []*resource {
	seen := map[string]bool{}
	if f == nil {
		for _, region := range m.regions(account, nil) {
			seen[region] = true
		}
	} else {
		for _, e := range f.endpoints {
			seen[ARNRegion(e.ARN)] = true
		}
	}
	var out []*resource
	for _, region := range slices.Sorted(maps.Keys(seen)) {
		a := m.accountOf(account)
		out = append(out, &resource{Resource: Resource{ARN: "*", Account: account}, owner: a, asks: policy.Resource{
			ARN: "*", Account: account, Region: region, OrgID: a.orgID, OrgKnown: a.orgKnown, OrgPath: a.orgPath,
		}})
	}
	return out
}

// invokes is the most that a principal may do with InvokeEndpoint on any endpoint of a region.
func (m *Model) invokes(p *principal, f *invocationField, region string) *Answer {
	if f == nil {
		why := m.unlisted[Endpoint][p.account]
		if why == "" {
			return denied
		}
		a := m.creating(p, func(string) string {
			return "arn:" + m.partition(p.account) + ":sagemaker:" + region + ":" + p.account + ":endpoint/?*"
		}, "sagemaker:InvokeEndpoint")
		return a.with(policy.Condition{Reason: why})
	}
	row := f.table.row(p, slices.Index(f.table.actions, "sagemaker:InvokeEndpoint"))
	best := denied
	for i, e := range f.endpoints {
		if best.Verdict == policy.Allowed {
			break
		}
		if ARNRegion(e.ARN) == region && row.at(i).Verdict > best.Verdict {
			best = bestOf(best, f.reach(row, i))
		}
	}
	return best
}
