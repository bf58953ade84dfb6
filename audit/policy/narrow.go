package policy

import (
	"slices"
	"strings"
)

// Mentions are the statements of a policy whose action part matches the action, or may match it. The others cannot have a part in what is
// decided on it.
func Mentions(p *Policy, action string) []*Statement {
	ev := evaluation{action: lowerASCII(action)}
	var out []*Statement
	for _, s := range p.Statements {
		if s.Broken != "" || ev.actionMatches(&s.code) != No {
			out = append(out, s)
		}
	}
	return out
}

// Narrow is the policy with only the statements that Mentions one of the actions. It decides on these actions as the policy does; a policy
// that is broken stays so.
func Narrow(p *Policy, actions ...string) *Policy {
	q := &Policy{ID: p.ID, Version: p.Version, Broken: p.Broken}
	for _, s := range p.Statements {
		for _, a := range actions {
			ev := evaluation{action: lowerASCII(a)}
			if s.Broken != "" || ev.actionMatches(&s.code) != No {
				q.Statements = append(q.Statements, s)
				break
			}
		}
	}
	return q
}

// Content is a text that two policies share if and only if they say the same, whatever they are called: principals whose policies have the
// same Content are told apart by nothing but what Reads lists.
func Content(p *Policy) string {
	var b strings.Builder
	field := func(s string) {
		b.WriteString(s)
		b.WriteByte(0)
	}
	list := func(mark string, l []string) {
		if l != nil {
			field(mark)
			for _, s := range l {
				field(s)
			}
			b.WriteByte(1)
		}
	}
	principals := func(mark string, l []PrincipalElement) {
		if l != nil {
			field(mark)
			for _, e := range l {
				field(e.Type)
				field(e.Value)
			}
			b.WriteByte(1)
		}
	}
	field(p.Version)
	field(p.Broken)
	for _, s := range p.Statements {
		b.WriteByte(2)
		field(s.Effect.String())
		field(s.Broken)
		list("a", s.Actions)
		list("A", s.NotActions)
		list("r", s.Resources)
		list("R", s.NotResources)
		principals("p", s.Principals)
		principals("P", s.NotPrincipals)
		for i := range s.Conditions {
			e := &s.Conditions[i]
			field("c")
			field(e.Operator)
			field(e.Key)
			list("v", e.Values)
		}
	}
	return b.String()
}

// Looks are what a set of policies looks at, beyond the action: what requests must have in common to be decided alike, with the kind of
// principal, whether it has a boundary, whether it and the resource are of one account, and what was not read.
type Looks struct {
	// Keys are the condition keys and policy variables, lower case, sorted: aws:principalarn, aws:resourcetag/team. What Context says of
	// other keys does not matter.
	Keys []string
	// Resources are the patterns of Resource and NotResource, sorted: two resources whose ARNs (and Cased, where they have one) each of them
	// matches or does not match alike are not told apart by their ARNs.
	Resources []*ResourcePattern
	// Principals are the principals named in Principal and NotPrincipal, sorted.
	Principals []PrincipalElement
}

// ResourcePattern is one pattern of resources.
type ResourcePattern struct {
	Text string
	// Varies says that it has policy variables, whose keys are in Looks.Keys: it may match differently for each principal.
	Varies bool

	p pattern
}

// Match says whether the pattern matches an ARN; Maybe, where it has variables or is not understood.
func (r *ResourcePattern) Match(arn string) Truth {
	if r.Varies {
		return Maybe
	}
	return r.p.match(arn, nil)
}

// LooksOf says what policies look at.
func LooksOf(policies ...*Policy) Looks {
	var l Looks
	keys := map[string]bool{}
	patterns := map[string]*ResourcePattern{}
	principals := map[PrincipalElement]bool{}
	vars := func(p *pattern) {
		for i := range p.parts {
			if k := p.parts[i].key; k != nil {
				keys[k.name] = true
			}
		}
	}
	for _, p := range policies {
		if p == nil {
			continue
		}
		for _, s := range p.Statements {
			c := &s.code
			for _, list := range [...][]pattern{c.resources, c.notResources} {
				for i := range list {
					q := list[i]
					vars(&q)
					varies := q.kind == varying
					id := q.text
					if varies {
						id = "v " + id
					}
					patterns[id] = &ResourcePattern{Text: q.text, Varies: varies, p: q}
				}
			}
			for _, e := range s.Principals {
				principals[e] = true
			}
			for _, e := range s.NotPrincipals {
				principals[e] = true
			}
			for i := range c.conditions {
				x := &c.conditions[i]
				keys[x.key.name] = true
				for j := range x.values {
					vars(&x.values[j].pattern)
					for k := range x.values[j].arn {
						vars(&x.values[j].arn[k])
					}
				}
			}
		}
	}
	for k := range keys {
		l.Keys = append(l.Keys, k)
	}
	slices.Sort(l.Keys)
	for _, r := range patterns {
		l.Resources = append(l.Resources, r)
	}
	slices.SortFunc(l.Resources, func(a, b *ResourcePattern) int { return strings.Compare(a.Text, b.Text) })
	for e := range principals {
		l.Principals = append(l.Principals, e)
	}
	slices.SortFunc(l.Principals, func(a, b PrincipalElement) int {
		return strings.Compare(a.Type+"\x00"+a.Value, b.Type+"\x00"+b.Value)
	})
	return l
}
