package collect

import (
	"errors"
	"testing"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/graph"
)

// TestTargetGap: the gap of an account says its code once, and the message the rest.
func TestTargetGap(t *testing.T) {
	of := &Target{Name: "arn:aws:iam::111122223333:role/r"}
	who := "ask AWS who is calling (sts:GetCallerIdentity in us-east-1): "
	for name, c := range map[string]struct {
		err  error
		want graph.Gap
	}{
		"a role": {
			&calling.CredentialsError{Cause: calling.AssumeRole, Code: "AccessDenied", Role: of.Name, Err: errors.New("no")},
			graph.Gap{Action: "sts:AssumeRole", Code: "AccessDenied", Message: "the caller may not assume the role " + of.Name + ": no"},
		},
		"denied": {
			&DeniedError{Err: errors.New(who + "AccessDeniedException: you may not"), Code: "AccessDeniedException"},
			graph.Gap{Action: "sts:GetCallerIdentity", Code: "AccessDeniedException", Message: who + "you may not"},
		},
		"no network": {
			&EndpointError{Err: errors.New(who + "ConnectionError: refused"), Code: "ConnectionError"},
			graph.Gap{Action: "sts:GetCallerIdentity", Code: "ConnectionError", Message: who + "refused"},
		},
		"no code": {
			&EndpointError{Err: errors.New("the credentials are of another account")},
			graph.Gap{Action: "sts:GetCallerIdentity", Code: graph.CodeUnreachable, Message: "the credentials are of another account"},
		},
	} {
		got := of.gap(c.err)
		if got.Action != c.want.Action || got.Code != c.want.Code || got.Message != c.want.Message || got.Scope != of.Name || got.Count != 1 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
