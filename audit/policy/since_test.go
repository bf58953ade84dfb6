package policy

import (
	"fmt"
	"testing"
	"time"
)

// TestSince has dates that are past, or not, when requests are made.
func TestSince(t *testing.T) {
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	const past, yesterday, future = "2024-01-01T00:00:00Z", "2026-06-30T12:00:00Z", "2027-01-01T00:00:00Z"
	for _, c := range []struct {
		operator, key, value string
		role, user           Verdict
	}{
		{"DateGreaterThan", "aws:CurrentTime", past, Allowed, Allowed},
		{"DateGreaterThan", "aws:CurrentTime", future, Conditional, Conditional},
		{"DateGreaterThan", "aws:CurrentTime", "2026-07-01T12:00:00Z", Conditional, Conditional},
		{"DateGreaterThanEquals", "aws:CurrentTime", "2026-07-01T12:00:00Z", Allowed, Allowed},
		{"DateLessThan", "aws:CurrentTime", past, Denied, Denied},
		{"DateLessThan", "aws:EpochTime", "1700000000", Denied, Denied},
		{"DateLessThan", "aws:CurrentTime", future, Conditional, Conditional},
		{"DateEquals", "aws:CurrentTime", past, Denied, Denied},
		{"DateNotEquals", "aws:CurrentTime", past, Allowed, Allowed},
		{"DateLessThan", "aws:CurrentTime", "soon", Conditional, Conditional},
		{"NumericLessThan", "aws:EpochTime", "1700000000", Conditional, Conditional},
		{"DateGreaterThan", "aws:TokenIssueTime", past, Allowed, Conditional},
		{"DateLessThan", "aws:TokenIssueTime", past, Denied, Denied},
		{"DateLessThan", "aws:TokenIssueTime", yesterday, Conditional, Conditional},
		{"DateLessThanIfExists", "aws:TokenIssueTime", past, Denied, Conditional},
		{"DateGreaterThanIfExists", "aws:TokenIssueTime", past, Allowed, Allowed},
		{"DateLessThan", "aws:Other", past, Conditional, Conditional},
	} {
		text := fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{%q:{%q:%q}}}}`, c.operator, c.key, c.value)
		for kind, want := range map[PrincipalKind]Verdict{KindRole: c.role, KindUser: c.user} {
			p := Parse("p", text)
			req := &Request{
				Action: "sagemaker:InvokeEndpoint", Resource: Resource{ARN: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/e"},
				Principal: Principal{Kind: kind, ARN: "arn:aws:iam::111122223333:user/u"}, Policies: Set{Identity: []*Policy{p}},
			}
			if got := Evaluate(req).Verdict; got != Conditional && c.key != "aws:Other" {
				t.Errorf("%s %s %s, at any time: %v", c.operator, c.key, c.value, got)
			}
			p.Since(now)
			if got := Evaluate(req).Verdict; got != want {
				t.Errorf("%s %s %s, for kind %d: %v, want %v", c.operator, c.key, c.value, kind, got, want)
			}
		}
	}
}
