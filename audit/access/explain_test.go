package access

import (
	"path/filepath"
	"testing"

	"github.com/sgexport/sgexport/audit/policy"
)

// TestExplanationsAreTheAnswers explains every pair of the accounts that were worked out
// by hand, and compares what comes of it with the lists.
func TestExplanationsAreTheAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/accounts/*.json")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d accounts, %v", len(files), err)
	}
	compared := 0
	for _, file := range files {
		m := readWorked(t, file).builder().Build()
		verdicts := map[[3]string]policy.Verdict{}
		for i := range m.Invokers() {
			on := i.Endpoint
			if i.Component != "" {
				on = i.Component
			}
			verdicts[[3]string{i.Principal, i.Action, on}] = i.Verdict
		}
		for o := range m.Openers() {
			verdicts[[3]string{o.Principal, o.Action, o.Resource}] = o.Verdict
		}
		for _, p := range m.principals {
			if p.gone || p.unread != "" {
				continue
			}
			for kind, list := range m.resources {
				if kind == Bucket {
					continue
				}
				for _, r := range list {
					for _, action := range m.ActionsOn(r.ARN) {
						if r.Account != p.account {
							continue // the lists are about one account
						}
						e, err := m.Explain(p.arn, action, r.ARN)
						if err != nil {
							t.Fatal(err)
						}
						compared++
						if want := verdicts[[3]string{p.arn, action, r.ARN}]; e.Verdict != want {
							t.Errorf("%s: %s %s on %s is %s, and explained as %s", filepath.Base(file), p.arn, action, r.ARN, want, e.Verdict)
						}
					}
				}
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d were compared", compared)
	}
}
