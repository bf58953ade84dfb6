package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// gen makes random policies and requests from a few words, so that they meet often.
type gen struct{ *rand.Rand }

func (g gen) pick(list ...string) string { return list[g.IntN(len(list))] }

// some is one or two of the words, a text or a list.
func (g gen) some(list ...string) any {
	if g.IntN(2) == 0 {
		return g.pick(list...)
	}
	return []any{g.pick(list...), g.pick(list...)}
}

const (
	here  = "111122223333"
	there = "444455556666"
)

var (
	genActions = []string{
		"*", "sagemaker:*", "sagemaker:Invoke*", "sagemaker:InvokeEndpoint", "SageMaker:invokeendpoint?", "sagemaker:InvokeEndpointAsync",
		"s3:GetObject", "s3:*", "sagemaker:*Endpoint", "*:InvokeEndpoint",
	}
	genResources = []string{
		"*", "arn:aws:sagemaker:us-east-1:" + here + ":endpoint/a", "arn:aws:sagemaker:*:*:endpoint/*", "arn:aws:sagemaker:*:endpoint/b",
		"arn:aws:sagemaker:us-*:" + here + ":endpoint/?", "arn:aws:s3:::*", "arn:aws:sagemaker:us-east-1:" + here + ":endpoint/${aws:username}",
		"arn:aws:sagemaker:us-east-1:*:endpoint/${aws:PrincipalTag/team, 'b'}", "arn:*", "arn:aws:sage*er:us-east-1:" + here + ":endpoint/a",
	}
	genKeys = []string{
		"aws:SourceIp", "aws:PrincipalTag/team", "aws:ResourceTag/team", "aws:SourceVpce", "aws:username", "aws:MultiFactorAuthPresent", "aws:userid",
		"aws:CalledVia", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:RequestedRegion", "aws:SecureTransport", "sagemaker:TargetModel",
		"sagemaker:InstanceTypes", "aws:CurrentTime", "aws:PrincipalAccount",
	}
	genOperators = []string{
		"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "ArnLike",
		"ArnNotEquals", "Bool", "Null", "NumericLessThan", "NumericNotEquals", "DateGreaterThan", "IpAddress", "NotIpAddress", "BinaryEquals",
		"Nonsense",
	}
	genValues = []string{
		"a", "b", "true", "false", "*", "a*", "10.0.0.0/8", "10.0.0.1", "7", "2024-01-01", "${aws:username}", "${aws:PrincipalTag/team}", "o-1",
		"arn:aws:iam::" + here + ":user/*", "arn:aws:iam::*:role/a", here, "us-east-1", "AROAEXAMPLE:*", "YQ==",
	}
	genPrincipals = []string{
		here, "arn:aws:iam::" + here + ":root", "arn:aws:iam::" + here + ":user/a", "arn:aws:iam::" + here + ":role/a", "*",
		"arn:aws:sts::" + here + ":assumed-role/a/s", there, "AIDAEXAMPLEEXAMPLE",
	}
)

func (g gen) condition() any {
	ops := map[string]any{}
	for range 1 + g.IntN(2) {
		op := g.pick(genOperators...)
		switch g.IntN(5) {
		case 0:
			op += "IfExists"
		case 1:
			op = g.pick("ForAllValues:", "ForAnyValue:") + op
		}
		ops[op] = map[string]any{g.pick(genKeys...): g.some(genValues...)}
	}
	return ops
}

func (g gen) statement(principal bool) map[string]any {
	s := map[string]any{"Effect": "Allow"}
	if g.IntN(4) == 0 {
		s["Effect"] = "Deny"
	}
	s[g.pick("Action", "Action", "Action", "NotAction")] = g.some(genActions...)
	s[g.pick("Resource", "Resource", "Resource", "NotResource")] = g.some(genResources...)
	if g.IntN(2) == 0 {
		s["Condition"] = g.condition()
	}
	if principal {
		who := g.pick("Principal", "Principal", "Principal", "NotPrincipal")
		if s[who] = any(map[string]any{"AWS": g.some(genPrincipals...)}); g.IntN(4) == 0 {
			s[who] = "*"
		}
	}
	return s
}

func document(statements ...map[string]any) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (g gen) policy(id string, principal bool) *Policy {
	var list []map[string]any
	for range 1 + g.IntN(3) {
		list = append(list, g.statement(principal))
	}
	return Parse(id, document(list...))
}

func (g gen) request() *Request {
	r := &Request{
		Action:   g.pick("sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync", "sagemaker:InvokeEndpointWithBidirectionalStream", "s3:GetObject"),
		Resource: Resource{ARN: g.pick("arn:aws:sagemaker:us-east-1:"+here+":endpoint/a", "arn:aws:sagemaker:eu-west-1:"+here+":endpoint/b")},
	}
	if g.IntN(2) == 0 {
		r.Resource.TagsKnown, r.Resource.Tags = true, map[string]string{"Team": g.pick("a", "b")}
	}
	account := g.pick(here, here, there)
	p := &r.Principal
	switch g.IntN(6) {
	case 0, 1:
		*p = Principal{Kind: KindUser, ARN: "arn:aws:iam::" + account + ":user/" + g.pick("a", "b")}
	case 2, 3:
		*p = Principal{Kind: KindRole, ARN: "arn:aws:iam::" + account + ":role/" + g.pick("a", "b"), ID: "AROAEXAMPLE"}
	case 4:
		*p = Principal{Kind: KindRoot, ARN: "arn:aws:iam::" + account + ":root"}
	default:
		*p = Principal{Kind: KindAccount, Account: account}
	}
	if g.IntN(2) == 0 {
		p.TagsKnown = true
		if g.IntN(2) == 0 {
			p.Tags = map[string]string{"team": g.pick("a", "b")}
		}
	}
	if g.IntN(3) == 0 {
		p.OrgKnown, p.OrgID = true, g.pick("", "o-1")
	}
	s := &r.Policies
	for i := range g.IntN(3) {
		s.Identity = append(s.Identity, g.policy(fmt.Sprint("identity", i), false))
	}
	if g.IntN(3) == 0 {
		s.HasBoundary, s.Boundary = true, g.policy("boundary", false)
	}
	if g.IntN(2) == 0 {
		s.HasResource, s.Resource = true, g.policy("resource", true)
		s.ResourceMust = g.IntN(4) == 0
	}
	for i := range g.IntN(3) {
		s.SCP = append(s.SCP, Level{fmt.Sprint(i), []*Policy{g.policy(fmt.Sprint("scp", i), false), Parse("full", document(allowAll))}})
	}
	for i := range g.IntN(2) {
		s.RCP = append(s.RCP, Level{fmt.Sprint(i), []*Policy{g.policy(fmt.Sprint("rcp", i), true), Parse("full", document(allowAll))}})
	}
	if g.IntN(8) == 0 {
		s.Session = []*Policy{g.policy("session", false)}
	}
	switch g.IntN(12) {
	case 0:
		s.SCPUnread = "not read"
	case 1:
		s.IdentityUnread = "not read"
	case 2:
		s.ResourceUnread = "not read"
	case 3:
		s.BoundaryUnread = "not read"
	}
	return r
}

var allowAll = map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}

// each runs a property on many random requests. A failure is repeated by its number.
func each(t *testing.T, n int, f func(t *testing.T, g gen, r *Request)) {
	t.Helper()
	for i := range n {
		g := gen{rand.New(rand.NewPCG(1, uint64(i)))}
		r := g.request()
		before := Quick(r)
		f(t, g, r)
		if t.Failed() {
			t.Fatalf("case %d: %v %s on %s by %+v\n%s", i, before, r.Action, r.Resource.ARN, r.Principal, shownSet(&r.Policies))
		}
	}
}

func shownSet(s *Set) string {
	var b strings.Builder
	show := func(p *Policy) {
		if p == nil {
			return
		}
		for _, st := range p.Statements {
			fmt.Fprintf(&b, "%s %v a=%q A=%q r=%q R=%q p=%v P=%v c=%v %s\n", st.ID, st.Effect, st.Actions, st.NotActions, st.Resources,
				st.NotResources, st.Principals, st.NotPrincipals, st.Conditions, st.Broken)
		}
	}
	for _, p := range s.Identity {
		show(p)
	}
	show(s.Boundary)
	show(s.Resource)
	for _, l := range slices.Concat(s.SCP, s.RCP) {
		for _, p := range l.Policies {
			show(p)
		}
	}
	return b.String()
}

func TestVerdictsAreMet(t *testing.T) {
	met := map[Verdict]int{}
	each(t, 2000, func(_ *testing.T, _ gen, r *Request) { met[Quick(r)]++ })
	for v := Denied; v <= Allowed; v++ {
		if met[v] < 50 {
			t.Errorf("%v is met %d times: the other properties test little", v, met[v])
		}
	}
	t.Log(met)
}

// TestUnknown resolves what is not known at random: what was denied or allowed stays so, whatever the values are.
func TestUnknown(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		before := Quick(r)
		for range 6 {
			q := *r
			q.Context.Values = map[string][]string{}
			for _, key := range genKeys {
				k := lowerASCII(key)
				ev := newEvaluation(r)
				v := ev.lookup(newKey(key))
				switch {
				case v.state == known && v.open:
					q.Principal.Session = g.pick("a", "s")
				case v.state == known, v.state == absent:
				case g.IntN(3) == 0:
					if v.state == unknown {
						q.Context.Values[k] = nil
					}
				default:
					q.Context.Values[k] = []string{g.pick("a", "b", "true", "false", "10.0.0.1", "11.0.0.1", "7", "2025-01-01", "o-1", here, "arn:aws:iam::"+here+":user/a")}
				}
			}
			s := &q.Policies
			if s.SCPUnread != "" {
				s.SCPUnread = ""
				s.SCP = append(slices.Clone(s.SCP), Level{"unread", []*Policy{g.policy("u", false)}})
			}
			if s.IdentityUnread != "" {
				s.IdentityUnread = ""
				s.Identity = append(slices.Clone(s.Identity), g.policy("u", false))
			}
			if s.ResourceUnread != "" && s.Resource == nil {
				s.ResourceUnread = ""
				s.HasResource, s.Resource = true, g.policy("u", true)
			}
			if s.BoundaryUnread != "" && s.Boundary == nil {
				s.BoundaryUnread = ""
				s.HasBoundary, s.Boundary = true, g.policy("u", false)
			}
			after := Quick(&q)
			if before != Conditional && after != before {
				t.Errorf("%v becomes %v with %v", before, after, q.Context.Values)
			}
		}
	})
}

func TestMoreDeny(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		before := Quick(r)
		deny := g.statement(false)
		deny["Effect"] = "Deny"
		r.Policies.Identity = append(r.Policies.Identity, Parse("more", document(deny)))
		if after := Quick(r); after > before {
			t.Errorf("%v becomes %v by a deny", before, after)
		}
	})
}

func TestMoreAllow(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		before := Quick(r)
		allow := g.statement(false)
		allow["Effect"] = "Allow"
		r.Policies.Identity = append(r.Policies.Identity, Parse("more", document(allow)))
		if after := Quick(r); after < before {
			t.Errorf("%v becomes %v by an allow", before, after)
		}
	})
}

// TestWidened puts stars in the place of the actions, and of the resources, of all allowing statements.
func TestWidened(t *testing.T) {
	for _, member := range []string{"Action", "Resource"} {
		for i := range 3000 {
			g := gen{rand.New(rand.NewPCG(2, uint64(i)))}
			r := g.request()
			var list []map[string]any
			for range 3 {
				s := g.statement(false)
				delete(s, "NotAction")
				delete(s, "NotResource")
				s["Action"], s["Resource"] = g.some(genActions...), g.some(genResources...)
				s["Effect"] = "Allow"
				list = append(list, s)
			}
			r.Policies.Identity = []*Policy{Parse("p", document(list...))}
			before := Quick(r)
			for _, s := range list {
				s[member] = "*"
			}
			r.Policies.Identity = []*Policy{Parse("p", document(list...))}
			if after := Quick(r); after < before {
				t.Fatalf("case %d: %v becomes %v with * for %s", i, before, after, member)
			}
		}
	}
}

// TestComplement says that a statement with Action applies where that with NotAction does not, and so with resources and principals.
func TestComplement(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		ev := newEvaluation(r)
		actions, resources := g.some(genActions...), g.some(genResources...)
		applies := func(a, b string) Truth {
			p := Parse("p", document(map[string]any{"Effect": "Allow", a: actions, b: resources}))
			tr, _ := ev.statement(p.Statements[0], ofIdentity)
			return tr
		}
		a, na := applies("Action", "Resource"), applies("NotAction", "Resource")
		b, nb := applies("Action", "NotResource"), applies("NotAction", "NotResource")
		if max(a, na, b, nb) < Maybe || a != No && a != Maybe && max(na, b, nb) == Yes || a == Yes && (na != No || b != No || nb != No) {
			t.Errorf("%v %v: %v %v %v %v", actions, resources, a, na, b, nb)
		}
	})
}

// TestNegated says that an operator and its negation are complements for a key that is there, known or not.
func TestNegated(t *testing.T) {
	pairs := [][2]string{
		{"StringEquals", "StringNotEquals"},
		{"StringLike", "StringNotLike"},
		{"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"},
		{"NumericEquals", "NumericNotEquals"},
		{"DateEquals", "DateNotEquals"},
		{"IpAddress", "NotIpAddress"},
		{"ArnLike", "ArnNotLike"},
		{"ArnEquals", "ArnNotEquals"},
	}
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		pair := pairs[g.IntN(len(pairs))]
		r.Context.Values = map[string][]string{}
		if g.IntN(3) > 0 {
			r.Context.Values["aws:sourcevpce"] = []string{g.pick(genValues...)}
		}
		ev := newEvaluation(r)
		values := []string{g.pick(genValues...), g.pick(genValues...)}
		eval := func(op string) Truth {
			c := compileCondition(ConditionElement{Operator: op, Key: "aws:SourceVpce", Values: values}, true)
			return c.eval(&ev)
		}
		if a, b := eval(pair[0]), eval(pair[1]); a != not(b) {
			t.Errorf("%v of %q on %q: %v and %v", pair, values, r.Context.Values, a, b)
		}
	})
}

// TestOrder says that the order of policies and statements does not matter, nor how statements are divided among policies.
func TestOrder(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		before := Evaluate(r)
		var all []*Statement
		for _, p := range r.Policies.Identity {
			all = append(all, p.Statements...)
		}
		g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		one, two := &Policy{ID: "identity0"}, &Policy{ID: "identity1"}
		for i, s := range all {
			if i%2 == 0 {
				one.Statements = append(one.Statements, s)
			} else {
				two.Statements = append(two.Statements, s)
			}
		}
		r.Policies.Identity = []*Policy{two, one}
		after := Evaluate(r)
		if before.Verdict != after.Verdict || !slices.EqualFunc(before.Conditions, after.Conditions, func(a, b Condition) bool { return compareConditions(a, b) == 0 }) {
			t.Errorf("%+v becomes %+v", before, after)
		}
	})
}

// TestSplit says that a statement is the same as two that share its actions, or its resources, or the values of a condition.
func TestSplit(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		s := g.statement(false)
		delete(s, "NotAction")
		delete(s, "NotResource")
		s["Action"] = []any{g.pick(genActions...), g.pick(genActions...)}
		s["Resource"] = []any{g.pick(genResources...), g.pick(genResources...)}
		values := []any{g.pick(genValues...), g.pick(genValues...)}
		op := g.pick("StringEquals", "StringLike", "IpAddress", "Bool", "ArnLike", "StringEqualsIfExists", "ForAnyValue:StringEquals")
		key := g.pick(genKeys...)
		s["Condition"] = map[string]any{op: map[string]any{key: values}}
		r.Policies.Identity = []*Policy{Parse("p", document(s))}
		before := Quick(r)
		for _, member := range []string{"Action", "Resource", "Condition"} {
			var parts []map[string]any
			for i := range 2 {
				part := maps.Clone(s)
				switch member {
				case "Condition":
					part[member] = map[string]any{op: map[string]any{key: values[i]}}
				default:
					part[member] = s[member].([]any)[i]
				}
				parts = append(parts, part)
			}
			r.Policies.Identity = []*Policy{Parse("p", document(parts...))}
			if after := Quick(r); after != before {
				t.Errorf("%v becomes %v when %s is split", before, after, member)
			}
		}
	})
}

func TestNarrow(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		before := Evaluate(r)
		s := &r.Policies
		for i, p := range s.Identity {
			if len(Mentions(p, r.Action)) != len(Narrow(p, r.Action).Statements) {
				t.Error("Mentions and Narrow differ")
			}
			s.Identity[i] = Narrow(p, "s3:ListBucket", r.Action)
		}
		if s.Boundary != nil {
			s.Boundary = Narrow(s.Boundary, r.Action)
		}
		if s.Resource != nil {
			s.Resource = Narrow(s.Resource, r.Action)
		}
		after := Evaluate(r)
		if before.Verdict != after.Verdict || !slices.Equal(before.Via, after.Via) {
			t.Errorf("%+v becomes %+v", before, after)
		}
	})
}

// TestLooks changes what the policies do not look at.
func TestLooks(t *testing.T) {
	each(t, 2000, func(t *testing.T, g gen, r *Request) {
		s := &r.Policies
		all := slices.Clone(s.Identity)
		all = append(all, s.Boundary, s.Resource)
		all = append(all, s.Session...)
		for _, l := range slices.Concat(s.SCP, s.RCP) {
			all = append(all, l.Policies...)
		}
		looks := LooksOf(all...)
		before := Quick(r)
		q := *r
		q.Context.Values = map[string][]string{}
		for _, key := range genKeys {
			if k := lowerASCII(key); !slices.Contains(looks.Keys, k) {
				q.Context.Values[k] = []string{g.pick("a", "b", "true")}
			}
		}
		if !slices.Contains(looks.Keys, "aws:resourcetag/team") {
			q.Resource.Tags, q.Resource.TagsKnown = map[string]string{"team": "z"}, true
		}
		if after := Quick(&q); after != before {
			t.Errorf("%v becomes %v with %v, and the policies look at %v", before, after, q.Context.Values, looks.Keys)
		}
		// Another ARN that the same patterns match, and that no variable and no principal can tell apart.
		arn := "arn:aws:sagemaker:us-east-1:" + here + ":endpoint/" + g.pick("a", "b", "cc")
		q = *r
		q.Resource.ARN = arn
		if arnField(arn, 3) != arnField(r.Resource.ARN, 3) && slices.Contains(looks.Keys, "aws:requestedregion") {
			return
		}
		for _, p := range looks.Resources {
			if p.Varies || p.Match(arn) != p.Match(r.Resource.ARN) {
				return
			}
		}
		if after := Quick(&q); after != before {
			t.Errorf("%v becomes %v on %s", before, after, arn)
		}
	})
}

// TestContent says that what a policy is called does not matter.
func TestContent(t *testing.T) {
	g := gen{rand.New(rand.NewPCG(3, 3))}
	seen := map[string]string{}
	for range 3000 {
		text := document(g.statement(false))
		c := Content(Parse("a", text))
		if c != Content(Parse("b", text)) {
			t.Fatalf("%s has two contents", text)
		}
		if other, ok := seen[c]; ok && other != text {
			t.Fatalf("one content:\n%s\n%s", text, other)
		}
		seen[c] = text
	}
}

// TestExplained says what each decision must have.
func TestExplained(t *testing.T) {
	each(t, 3000, func(t *testing.T, _ gen, r *Request) {
		d := Evaluate(r)
		if q := Quick(r); q != d.Verdict {
			t.Errorf("Quick says %v, Evaluate %v", q, d.Verdict)
		}
		if (d.Verdict == Conditional) != (len(d.Conditions) > 0) {
			t.Errorf("%v with %d conditions", d.Verdict, len(d.Conditions))
		}
		for _, c := range d.Conditions {
			if c.Reason == "" {
				t.Errorf("no reason: %+v", c)
			}
		}
		if d.Verdict == Allowed && len(d.Via) == 0 && r.Principal.Kind != KindRoot {
			t.Error("allowed by nothing")
		}
		for _, m := range d.Via {
			if (d.Verdict == Denied) != (m.Effect == Deny) || d.Verdict != Conditional && m.Applies != Yes {
				t.Errorf("%v via %+v", d.Verdict, m)
			}
		}
		if !slices.IsSortedFunc(d.Conditions, compareConditions) || !slices.IsSortedFunc(d.Via, compareMatches) {
			t.Error("not sorted")
		}
		r.Explain = true
		e := Evaluate(r)
		if e.Verdict != d.Verdict || !slices.Equal(e.Via, d.Via) || len(e.Conditions) != len(d.Conditions) {
			t.Error("another answer with Explain")
		}
	})
}

// TestBroken adds a document that is not understood: nothing stays allowed, and what a deny denies stays denied.
func TestBroken(t *testing.T) {
	each(t, 3000, func(t *testing.T, _ gen, r *Request) {
		if r.Principal.Kind == KindRoot {
			return
		}
		before := Quick(r)
		r.Policies.Identity = append(r.Policies.Identity, Parse("broken", `{"Version":"2012-10-17","Statement":[{"Effect":"Al`))
		if after := Quick(r); after == Allowed || after > max(before, Conditional) || before == Conditional && after != Conditional {
			t.Errorf("%v becomes %v", before, after)
		}
	})
}

// TestCased says what becomes of a name that ARNs have in lower case.
func TestCased(t *testing.T) {
	const prefix = "arn:aws:sagemaker:us-east-1:" + here + ":endpoint/"
	for pattern, want := range map[string]Verdict{
		prefix + "*": Allowed, prefix + "?hurn": Allowed, prefix + "Churn": Conditional, prefix + "churn": Conditional, prefix + "ch*": Conditional,
		prefix + "CHURN": Denied, prefix + "fraud": Denied,
	} {
		r := &Request{
			Action:    "sagemaker:InvokeEndpoint",
			Resource:  Resource{ARN: prefix + "churn", Cased: prefix + "Churn"},
			Principal: Principal{Kind: KindUser, ARN: "arn:aws:iam::" + here + ":user/a"},
			Policies:  Set{Identity: []*Policy{Parse("p", document(map[string]any{"Effect": "Allow", "Action": "*", "Resource": pattern}))}},
		}
		d := Evaluate(r)
		if d.Verdict != want || want == Conditional && (len(d.Conditions) != 1 || !strings.Contains(d.Conditions[0].Reason, "case")) {
			t.Errorf("%s: %+v", pattern, d)
		}
	}
}

func TestActionCase(t *testing.T) {
	each(t, 1000, func(t *testing.T, _ gen, r *Request) {
		before := Quick(r)
		r.Action = strings.ToUpper(r.Action)
		if after := Quick(r); after != before {
			t.Errorf("%v becomes %v", before, after)
		}
	})
}

// TestWildcards compares the matchers with regular expressions.
func TestWildcards(t *testing.T) {
	g := gen{rand.New(rand.NewPCG(4, 4))}
	word := func(letters string, n int) string {
		var b strings.Builder
		l := []rune(letters)
		for range g.IntN(n) {
			b.WriteRune(l[g.IntN(len(l))])
		}
		return b.String()
	}
	for range 20000 {
		text, s := word("ab:*?é", 8), word("ab:é", 9)
		p := compile(text, wildcards)
		form := regexp.MustCompile("(?s)^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(text)) + "$")
		if got, want := p.match(s, nil) == Yes, form.MatchString(s); got != want {
			t.Fatalf("%q on %q: %v, not %v", text, s, got, want)
		}
		// A beginning: what the regular expression says of some texts that begin so.
		open := p.matchBeginning(s, nil)
		for range 4 {
			tail := word("ab:é", 5)
			if got := form.MatchString(s + tail); open == Yes && !got || open == No && got {
				t.Fatalf("%q on %q and more is %v, but on %q %v", text, s, open, s+tail, got)
			}
		}
		// In an ARN: a star or question mark inside a segment stays there for certain, and may reach further.
		q := compile(text, wildcards|arnSegments)
		var narrow strings.Builder
		segs := strings.Split(text, ":")
		for i, seg := range segs {
			if i > 0 {
				narrow.WriteByte(':')
			}
			for j, c := range seg {
				inside := i < 5 && i < len(segs)-1
				switch {
				case c == '*' && inside && j < len(seg)-1:
					narrow.WriteString("[^:]*")
				case c == '*':
					narrow.WriteString(".*")
				case c == '?' && inside:
					narrow.WriteString("[^:]")
				case c == '?':
					narrow.WriteString(".")
				default:
					narrow.WriteString(regexp.QuoteMeta(string(c)))
				}
			}
		}
		want := No
		if form.MatchString(s) {
			want = Maybe
		}
		if regexp.MustCompile("(?s)^" + narrow.String() + "$").MatchString(s) {
			want = Yes
		}
		if got := q.match(s, nil); got != want {
			t.Fatalf("%q on %q in an ARN: %v, not %v (%s)", text, s, got, want, narrow.String())
		}
	}
}
