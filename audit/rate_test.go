package audit

import "testing"

// TestRateAccess rates what depends on more than one answer.
func TestRateAccess(t *testing.T) {
	const (
		iam      = "arn:aws:iam::111122223333:"
		notebook = "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/n"
	)
	r := &Report{
		Roles: []Role{
			{Role: iam + "role/admin", Class: Admin, UsedBy: []string{notebook}},
			{Role: iam + "role/data", Class: Permissive, UsedBy: []string{notebook}},
			{Role: iam + "role/gone", Class: ClassUnknown, Reasons: []Reason{{Code: "role-does-not-exist"}}, UsedBy: []string{notebook}},
			{Role: iam + "role/unread", Class: ClassUnknown, Reasons: []Reason{{Code: "not-read"}}, UsedBy: []string{notebook}},
		},
		Escalations: []Escalation{
			{Principal: iam + "role/admin", Verdict: Allowed, Gains: []string{iam + "role/data"}},
			{Principal: iam + "role/data", Verdict: Allowed, Gains: []string{iam + "role/admin"}},
			{Principal: iam + "role/data", Verdict: Conditional, Gains: []string{iam + "role/admin"}},
			{Principal: iam + "user/u", Verdict: Allowed, Gains: []string{iam + "role/unread"}},
		},
		Openers: []Opener{
			{Principal: iam + "role/admin", Verdict: Allowed, Role: iam + "role/admin"},
			{Principal: iam + "role/data", Verdict: Allowed, Role: iam + "role/admin"},
		},
		Assume: []Assume{
			{Principal: "arn:aws:iam::999999999999:root", Verdict: Allowed, Role: iam + "role/admin"},
			{Principal: "arn:aws:iam::999999999999:root", Verdict: Conditional, Role: iam + "role/data"},
			{Principal: iam + "oidc-provider/token.example", Verdict: Allowed, Role: iam + "role/data"},
			{Principal: iam + "oidc-provider/token.example", Verdict: Allowed, Role: iam + "role/admin"},
			{Principal: iam + "oidc-provider/token.example", Verdict: Conditional, Role: iam + "role/admin"},
			{Principal: iam + "saml-provider/own", Verdict: Allowed, Role: iam + "role/data"},
			{Principal: iam + "user/u", Verdict: Allowed, Role: iam + "role/admin"},
		},
	}
	rate(r)
	check := func(list string, n int, got, want Rating) {
		t.Helper()
		if got != want {
			t.Errorf("%s %d: %+v, want %+v", list, n, got, want)
		}
	}
	for i, want := range []Rating{{Level: Critical}, {Level: High}, {Level: Low}, {Level: Info, CouldBe: Critical}} {
		check("roles", i, r.Roles[i].Rating, want)
	}
	for i, want := range []Rating{{Level: Info}, {Level: Critical}, {Level: Medium, CouldBe: Critical}, {Level: High, CouldBe: Critical}} {
		check("escalations", i, r.Escalations[i].Rating, want)
	}
	for i, want := range []Rating{{Level: Info}, {Level: High}} {
		check("openers", i, r.Openers[i].Rating, want)
	}
	for i, want := range []Rating{
		{Level: Critical}, {Level: Info, CouldBe: High}, {Level: High}, {Level: Critical}, {Level: Info}, {Level: Info}, {Level: Info},
	} {
		check("assume", i, r.Assume[i].Rating, want)
	}
}
