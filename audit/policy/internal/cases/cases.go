// Package cases reads requests with their policies from JSON: for tests whose cases are data, and for evaluators that run beside this one.
package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// Case is one request with its policies, and perhaps what is to come of it.
type Case struct {
	Name string `json:"name"`
	// Source is where it is documented that Want is right.
	Source string `json:"source,omitempty"`
	// Why says in a sentence what the case shows.
	Why string `json:"why,omitempty"`

	Action    string    `json:"action"`
	Resource  Resource  `json:"resource"`
	Principal Principal `json:"principal"`
	// Context has the values of keys; an empty list is a key that is not in the request.
	Context map[string][]string `json:"context,omitempty"`
	// Complete says that no other keys are in the request.
	Complete bool     `json:"complete,omitempty"`
	Policies Policies `json:"policies"`

	// Want is allowed, denied or conditional.
	Want string `json:"want,omitempty"`
	// On are the condition keys that a conditional answer names, in any order; "" for a reason that is no condition.
	On []string `json:"on,omitempty"`
}

// Resource is what the action is done to.
type Resource struct {
	ARN     string `json:"arn"`
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	// Tags are known where they are there, be they none.
	Tags map[string]string `json:"tags,omitempty"`
	// Org is the organization of the account, "none" for none.
	Org string `json:"org,omitempty"`
}

// Principal is who asks.
type Principal struct {
	// Kind is role, user, root, service, federated, federated-user, account or anonymous.
	Kind     string            `json:"kind"`
	ARN      string            `json:"arn,omitempty"`
	Account  string            `json:"account,omitempty"`
	ID       string            `json:"id,omitempty"`
	Session  string            `json:"session,omitempty"`
	Tags     map[string]string `json:"tags,omitempty"`
	TagsOpen bool              `json:"tagsOpen,omitempty"`
	Org      string            `json:"org,omitempty"`
	OrgPath  string            `json:"orgPath,omitempty"`
}

// Policies are documents; a text is a document that may not parse.
type Policies struct {
	Identity       []json.RawMessage   `json:"identity,omitempty"`
	IdentityUnread string              `json:"identityUnread,omitempty"`
	Boundary       json.RawMessage     `json:"boundary,omitempty"`
	BoundaryUnread string              `json:"boundaryUnread,omitempty"`
	Session        []json.RawMessage   `json:"session,omitempty"`
	SCP            [][]json.RawMessage `json:"scp,omitempty"`
	SCPUnread      string              `json:"scpUnread,omitempty"`
	RCP            [][]json.RawMessage `json:"rcp,omitempty"`
	RCPUnread      string              `json:"rcpUnread,omitempty"`
	Resource       json.RawMessage     `json:"resource,omitempty"`
	ResourceUnread string              `json:"resourceUnread,omitempty"`
	ResourceMust   bool                `json:"resourceMust,omitempty"`
}

// Read reads one case. A member that is not known is an error.
func Read(text []byte) (*Case, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	c := new(Case)
	if err := d.Decode(c); err != nil {
		return nil, err
	}
	return c, nil
}

// Request is the case as the evaluator takes it.
func (c *Case) Request() (*policy.Request, error) {
	kind, ok := map[string]policy.PrincipalKind{
		"role": policy.KindRole, "user": policy.KindUser, "root": policy.KindRoot, "service": policy.KindService,
		"federated": policy.KindFederated, "federated-user": policy.KindFederatedUser, "account": policy.KindAccount,
		"anonymous": policy.KindAnonymous,
	}[c.Principal.Kind]
	if !ok {
		return nil, fmt.Errorf("the principal kind %q is not known", c.Principal.Kind)
	}
	p, r := &c.Principal, &c.Resource
	q := &policy.Request{
		Action: c.Action,
		Resource: policy.Resource{
			ARN: r.ARN, Account: r.Account, Region: r.Region, Tags: r.Tags, TagsKnown: r.Tags != nil,
			OrgID: org(r.Org), OrgKnown: r.Org != "",
		},
		Principal: policy.Principal{
			Kind: kind, ARN: p.ARN, Account: p.Account, ID: p.ID, Session: p.Session, Tags: p.Tags, TagsKnown: p.Tags != nil,
			TagsOpen: p.TagsOpen, OrgID: org(p.Org), OrgKnown: p.Org != "", OrgPath: p.OrgPath,
		},
		Context: policy.Context{Complete: c.Complete},
	}
	if len(c.Context) > 0 {
		q.Context.Values = map[string][]string{}
		for k, v := range c.Context {
			q.Context.Values[strings.ToLower(k)] = v
		}
	}
	s, d := &q.Policies, &c.Policies
	s.Identity = parse("identity", d.Identity)
	s.Session = parse("session", d.Session)
	if d.Boundary != nil {
		s.HasBoundary, s.Boundary = true, parse("boundary", []json.RawMessage{d.Boundary})[0]
	}
	if d.Resource != nil {
		s.HasResource, s.Resource = true, parse("resource", []json.RawMessage{d.Resource})[0]
	}
	for i, l := range d.SCP {
		s.SCP = append(s.SCP, policy.Level{Target: fmt.Sprint("level ", i+1), Policies: parse(fmt.Sprint("scp", i+1), l)})
	}
	for i, l := range d.RCP {
		s.RCP = append(s.RCP, policy.Level{Target: fmt.Sprint("level ", i+1), Policies: parse(fmt.Sprint("rcp", i+1), l)})
	}
	s.IdentityUnread, s.BoundaryUnread, s.ResourceUnread = d.IdentityUnread, d.BoundaryUnread, d.ResourceUnread
	s.SCPUnread, s.RCPUnread, s.ResourceMust = d.SCPUnread, d.RCPUnread, d.ResourceMust
	return q, nil
}

func org(s string) string {
	if s == "none" {
		return ""
	}
	return s
}

func parse(name string, docs []json.RawMessage) []*policy.Policy {
	var out []*policy.Policy
	for i, d := range docs {
		text := string(d)
		var s string
		if json.Unmarshal(d, &s) == nil {
			text = s
		}
		out = append(out, policy.Parse(fmt.Sprintf("%s/%d", name, i+1), text))
	}
	return out
}
