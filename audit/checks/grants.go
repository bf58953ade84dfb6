package checks

import (
	"encoding/json"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/graph/view"
)

const (
	invokeEndpoint = "sagemaker:InvokeEndpoint"
	streamBothWays = "sagemaker:InvokeEndpointWithBidirectionalStream"
	bearerToken    = "sagemaker:CallWithBearerToken"
)

var grantChecks = []*Check{
	{
		ID:         "principal-streams-beyond-invoke",
		Title:      "Principal may stream to an endpoint that it may not invoke",
		Severity:   audit.Medium,
		Fix:        "Allow sagemaker:InvokeEndpointWithBidirectionalStream on the endpoints alone on which sagemaker:InvokeEndpoint is allowed, and deny both where you deny one.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithBidirectionalStream.html",
		Reads:      "AWSRole\nAWSUser",
		Asks:       "invokers",
		Find: func(s *Search) {
			wide, unread := streams(s.Report)
			eachPrincipal(func(o *Subject) {
				if unread[o.ID] {
					o.Lack(globalOf(o.Node), o.Label)
				}
				o.evidence = append(o.evidence, wide[o.ID]...)
			})(s)
		},
	},
	{
		ID:         "principal-bearer-token-by-wildcard",
		Title:      "Principal may use bearer tokens by a statement that does not name them",
		Severity:   audit.Low,
		Fix:        "Name the actions that the principal needs in place of the wildcard, or deny sagemaker:CallWithBearerToken: a token works from anywhere until it expires.",
		References: "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html",
		Reads:      "AWSRole\nAWSUser\nAWSPolicyStatement action:L",
		Asks:       "bearer",
		Find: func(s *Search) {
			bearers := map[string]*audit.Bearer{}
			for i := range s.Report.Bearer {
				bearers[s.Report.Bearer[i].Principal] = &s.Report.Bearer[i]
			}
			eachPrincipal(func(o *Subject) {
				if b := bearers[o.ID]; b != nil {
					o.findWideBearer(b)
				}
			})(s)
		},
	},
}

// eachPrincipal looks at every role and user that was read.
func eachPrincipal(look func(o *Subject)) func(*Search) {
	return all(eachOf("AWSRole", look), eachOf("AWSUser", look))
}

// mostEndpoints is how many endpoints one finding names.
const mostEndpoints = 5

// streams returns for each principal the endpoints that it may stream to and not
// invoke, and the principals of which that is not known. Invokers come sorted by
// principal, endpoint, component and action, each of which holds until the next alone;
// there may be millions, so it goes through them once.
func streams(r *audit.Report) (wide map[string][]audit.Evidence, unread map[string]bool) {
	wide, unread = map[string][]audit.Evidence{}, map[string]bool{}
	var principal, endpoint, component string
	invokes, more := false, map[string]bool{}
	r.EachInvoker(func(v *audit.Invoker) bool {
		if v.Principal != principal || v.Endpoint != endpoint || v.Component != component {
			principal, endpoint, component, invokes = v.Principal, v.Endpoint, v.Component, false
		}
		switch {
		case v.Action == invokeEndpoint:
			invokes = true
		case v.Action != streamBothWays || invokes:
		case v.Verdict == audit.Conditional && len(v.Unknown) > 0:
			unread[principal] = true
		case len(wide[principal]) < mostEndpoints:
			one := audit.Evidence{Resource: endpoint, Field: "Statement", Detail: "it may stream there, and not invoke"}
			if component != "" {
				one.Detail = "it may stream to its component " + component + ", and not invoke it"
			}
			if v.Verdict == audit.Conditional {
				one.Detail += ", on conditions: " + some(v.Conditions)
			}
			if len(v.Via) > 0 {
				one.Value = v.Via[0].Statement
			}
			wide[principal] = append(wide[principal], one)
		case !more[principal]:
			more[principal] = true
			wide[principal] = append(wide[principal], audit.Evidence{Resource: principal, Detail: "and more endpoints"})
		}
		return true
	})
	return wide, unread
}

// findWideBearer finds statements that let the subject use bearer tokens, where none
// names them. What allows everything is an administrator's, and an answer of its own.
func (o *Subject) findWideBearer(b *audit.Bearer) {
	var wide []audit.Evidence
	for _, via := range b.Via {
		if via.Effect != "" && via.Effect != "Allow" {
			continue
		}
		n := o.Search.Node(via.Statement)
		if !o.ReadOf(n, "AWSPolicyStatement", "action") {
			return // it may name them
		}
		patterns, named := matching(n, bearerToken)
		if named {
			return
		}
		if len(patterns) > 0 {
			wide = append(wide, audit.Evidence{Resource: n.ID, Field: "Action", Value: strings.Join(patterns, " "), Detail: "it allows " + bearerToken + " by a wildcard"})
		}
	}
	o.evidence = append(o.evidence, wide...)
}

// matching are the patterns with wildcards of a statement by which it takes in an
// action; named says that one is the action's name. * and NotAction, which are meant to
// take in everything, are none.
func matching(n *view.Node, action string) (patterns []string, named bool) {
	for _, p := range n.Strings("action") {
		if strings.EqualFold(p, action) {
			return nil, true
		}
		if text, err := json.Marshal(p); err == nil && strings.Trim(p, "*:") != "" {
			one := policy.Parse("", `{"Statement":{"Effect":"Allow","Action":`+string(text)+`,"Resource":"*"}}`)
			if one.Broken == "" && len(policy.Narrow(one, action).Statements) > 0 {
				patterns = append(patterns, p)
			}
		}
	}
	return patterns, false
}
