package main

import (
	"encoding/json"
	"testing"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/checks"
)

// neverFound are checks that find nothing in the demo account, and why.
var neverFound = map[string]string{
	"output-bucket-of-another-account": "the writer and the bucket's policy are read in different accounts, and the demo has one",
}

// alwaysFound are checks that nothing in the demo account passes, and why.
var alwaysFound = map[string]string{
	"device-fleet-output-without-key": "the demo has one device fleet",
}

// TestChecksDemo holds that the demo account has something to find for each check, and
// something that passes it. A new check asks for a field or a resource in
// simulator/demo.
func TestChecksDemo(t *testing.T) {
	text, _ := auditOf(t, exitOK, "--format", "json", export(t, "--format", "jsonl"))
	var r audit.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	answers := map[string]*audit.Check{}
	for i := range r.Checks {
		answers[r.Checks[i].Check] = &r.Checks[i]
	}
	for _, c := range checks.All() {
		a := answers[c.ID]
		if a == nil {
			t.Errorf("the report has no check %s", c.ID)
			continue
		}
		if (a.Found == 0) != (neverFound[c.ID] != "") {
			t.Errorf("%s finds %d of %d, and the reason to find nothing is %q", c.ID, a.Found, a.Looked, neverFound[c.ID])
		}
		if (a.Found == a.Looked) != (alwaysFound[c.ID] != "") {
			t.Errorf("%s finds %d of %d, and the reason that nothing passes is %q", c.ID, a.Found, a.Looked, alwaysFound[c.ID])
		}
	}
	for _, list := range []map[string]string{neverFound, alwaysFound} {
		for id := range list {
			if answers[id] == nil {
				t.Errorf("there is no check %s", id)
			}
		}
	}
}
