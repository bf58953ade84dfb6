package policy

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse decides with any text as each kind of policy. It must neither panic nor depend on anything but the text; and a text that is
// not understood must not allow what nothing else allows.
func FuzzParse(f *testing.F) {
	for i := range 20 {
		g := gen{rand.New(rand.NewPCG(5, uint64(i)))}
		f.Add(document(g.statement(i%2 == 0), g.statement(i%2 == 0)))
	}
	for _, text := range []string{
		"", "{}", "[]", "null", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
		`{"Statement":[{"Effect":"Deny","NotAction":"s3:*","NotResource":["arn:aws:s3:::${aws:username}/${*}"],"NotPrincipal":{"AWS":"*"}}]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[],"Resource":{},"Principal":{},"Condition":{"Null":{"a":[]}}}]}`,
		`{"Statement":[{"Effect":"Allow","Effect":"Deny"}]} `, "{\"Statement\":\"\xff\"}", strings.Repeat("[", 100),
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:PrincipalTag/a, 'b}'}","Condition":{"DateLessThan":{"aws:CurrentTime":1e400},"NumericEquals":{"a:b":"1/2"},"IpAddress":{"aws:SourceIp":"::/0"}}}]}`,
	} {
		f.Add(text)
	}
	var requests []*Request
	for i := range 4 {
		r := gen{rand.New(rand.NewPCG(6, uint64(i)))}.request()
		r.Explain = true
		requests = append(requests, r)
	}
	all := Parse("all", document(allowAll))
	f.Fuzz(func(t *testing.T, text string) {
		p := Parse("id", text)
		if p.Broken == "" && len(p.Statements) == 0 && !strings.Contains(text, "Statement") {
			t.Error("nothing was read, and nothing is said")
		}
		if Content(p) != Content(Parse("other", text)) {
			t.Error("two contents")
		}
		LooksOf(p, Narrow(p, "s3:GetObject"))
		for _, q := range requests {
			c := *q
			r := &c
			r.Policies = Set{Identity: []*Policy{p}}
			identity := Evaluate(r)
			r.Policies = Set{HasResource: true, Resource: p}
			Evaluate(r)
			r.Policies = Set{Identity: []*Policy{all}, HasBoundary: true, Boundary: p, SCP: []Level{{"", []*Policy{p}}}}
			Evaluate(r)
			r.Policies = Set{RCP: []Level{{"", []*Policy{p}}}, Session: []*Policy{p}}
			Evaluate(r)
			if p.Broken != "" && r.Principal.Kind != KindRoot && identity.Verdict == Allowed {
				t.Error("a broken document allows for certain")
			}
		}
	})
}

// FuzzWildcard compares a pattern with a regular expression.
func FuzzWildcard(f *testing.F) {
	f.Add("arn:aws:s3:::b/*/x?", "arn:aws:s3:::b/1/2/xy", "z")
	f.Add("*?*é", "aé", "")
	f.Add("**", "", "\xff")
	f.Add("a:*:?", "a:b:c", ":")
	f.Fuzz(func(t *testing.T, text, s, tail string) {
		if !utf8.ValidString(text) || !utf8.ValidString(s) || !utf8.ValidString(tail) || len(text) > 200 || strings.Contains(text, redacted) {
			return
		}
		form, err := regexp.Compile("(?s)^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(text)) + "$")
		if err != nil {
			t.Fatal(err)
		}
		p := compile(text, wildcards)
		want := form.MatchString(s)
		if got := p.match(s, nil); got != truth(want) {
			t.Errorf("%q on %q: %v", text, s, got)
		}
		q := compile(text, wildcards|arnSegments)
		if got := q.match(s, nil); got > truth(want) || want && got == No {
			t.Errorf("%q on %q in an ARN: %v", text, s, got)
		}
		if open, got := p.matchBeginning(s, nil), form.MatchString(s+tail); open == Yes && !got || open == No && got {
			t.Errorf("%q on what begins with %q: %v, but with %q: %v", text, s, open, tail, got)
		}
	})
}

// FuzzVariable resolves any text as a pattern with variables. With a value that has no special characters, it is the same as the text
// with the value in its place.
func FuzzVariable(f *testing.F) {
	f.Add("${aws:username}", "bob", "bob")
	f.Add("a${aws:username}*${*}", "bob", "abobx*")
	f.Add("${aws:PrincipalTag/team, 'none'}-${?}", "a", "a-?")
	f.Add("${aws:PrincipalTag/x, 'no}ne'}${", "", "no}ne${")
	f.Add("${}${aws:username", "", "")
	f.Fuzz(func(t *testing.T, text, value, s string) {
		p := compile(text, wildcards|variables)
		r := &Request{Principal: Principal{Kind: KindUser, ARN: "arn:aws:iam::111122223333:user/" + value}}
		ev := newEvaluation(r)
		got := p.match(s, &ev)
		p.matchBeginning(s, &ev)
		p.matchFold(s, false, &ev)
		if p.broken != "" && got != Maybe {
			t.Errorf("%q is not understood, and is %v on %q", text, got, s)
		}
		if value == "" || strings.ContainsAny(value, "*?$/") || p.broken != "" || strings.Contains(value, redacted) {
			return
		}
		plain := strings.ReplaceAll(text, "${aws:username}", value)
		if plain != text && !strings.Contains(plain, "${") {
			q := compile(plain, wildcards)
			if q.broken == "" && q.match(s, nil) != got {
				t.Errorf("%q with %q on %q is %v, and %q is not", text, value, s, got, plain)
			}
		}
	})
}
