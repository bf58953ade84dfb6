package ocsf_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/ocsf"
)

const notebook = "arn:aws:sagemaker:us-east-1:012345678901:notebook-instance/fraud"

func report() *audit.Report {
	return &audit.Report{
		Snapshot: "2026-01-02T03:04:05.000000Z", Scopes: []string{"012345678901/eu-west-1", "012345678901/global", "012345678901/us-east-1"},
		Checks: []audit.Check{{Check: "notebook-direct-internet", Title: "Direct internet", Severity: audit.High, Aliases: []string{"SageMaker.2"}, Fix: "Turn it off.", References: []string{"https://example.com/2"}}},
		Findings: []audit.Finding{
			{Check: "notebook-direct-internet", Severity: audit.High, Resource: notebook, Evidence: []audit.Evidence{{Resource: notebook, Field: "DirectInternetAccess", Value: "Enabled", Detail: "it leads out"}}},
			{Check: "notebook-direct-internet", Severity: audit.Info, Resource: notebook + "-2", Evidence: []audit.Evidence{{Resource: "x", Detail: "y"}}, Waived: &audit.Waiver{Reason: "no data", Until: "2027-01-31"}},
		},
		Roles:   []audit.Role{{Role: "arn:aws:iam::012345678901:role/path/Unread", Class: audit.ClassUnknown, Unknown: []string{"its policies were not read"}, Rating: audit.Rating{Level: audit.Info, CouldBe: audit.Critical}}},
		Assume:  []audit.Assume{{Principal: "*", Role: "arn:aws:iam::012345678901:role/Open", Verdict: audit.Allowed, Conditions: []string{"c"}, Rating: audit.Rating{Level: audit.Medium}}},
		Bearer:  []audit.Bearer{{Principal: "arn:aws:iam::012345678901:user/u", Verdict: audit.Allowed, Rating: audit.Rating{Level: audit.Low}}},
		Buckets: []audit.Bucket{{Bucket: "data", Rating: audit.Rating{Level: audit.Critical}}},
	}
}

type event struct {
	Severity, Status, Comment string
	SeverityID                int   `json:"severity_id"`
	StatusID                  int   `json:"status_id"`
	TypeUID                   int   `json:"type_uid"`
	Time                      int64 `json:"time"`
	Cloud                     struct {
		Region  string
		Account struct{ UID string }
	}
	Compliance struct {
		Control, Status string
		Requirements    []string
	}
	Resources []struct{ UID, Name, Type, Region string }
}

// write returns what is written of a report, after the schema of the class has taken
// each event.
func write(t *testing.T, r *audit.Report) []event {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("testdata/compliance_finding-1.5.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := ocsf.Write(&b, r, "0.1.0"); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.Bytes())
	}
	for _, e := range document.([]any) {
		if err := s.Validate(e); err != nil {
			t.Error(err)
		}
	}
	var list []event
	if err := json.Unmarshal(b.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestEvents holds events against the schema, and looks at what becomes of levels,
// waivers and places.
func TestEvents(t *testing.T) {
	var got []string
	for _, e := range write(t, report()) {
		var resources []string
		for _, r := range e.Resources {
			resources = append(resources, strings.TrimSpace(r.Type+" "+r.Name))
		}
		got = append(got, strings.Join([]string{e.Compliance.Control, e.Severity, e.Status, e.Compliance.Status, e.Cloud.Account.UID, e.Cloud.Region, strings.Join(resources, ", ") + e.Comment}, " | "))
		if e.TypeUID != 200301 || e.Time != 1767323045000 {
			t.Errorf("%+v", e)
		}
	}
	want := []string{
		"bearer | Low | New | Fail | 012345678901 | eu-west-1 | user u",
		"roles/unknown | Informational | New | Warning | 012345678901 | eu-west-1 | role Unread",
		"assume/anybody | Medium | New | Fail | 012345678901 | eu-west-1 | role Open, *",
		"buckets/public | Critical | New | Fail | 012345678901 | eu-west-1 | data",
		"notebook-direct-internet | High | New | Fail | 012345678901 | us-east-1 | notebook-instance fraud",
		"notebook-direct-internet | Informational | Suppressed | Fail | 012345678901 | us-east-1 | notebook-instance fraud-2until 2027-01-31: no data",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestErrors returns what is wrong with a report or the writer.
func TestErrors(t *testing.T) {
	var b bytes.Buffer
	r := report()
	r.Scopes = []string{"012345678901/global"}
	if err := ocsf.Write(&b, r, "0.1.0"); err == nil {
		t.Error("events of no region are written")
	}
	r = report()
	r.Snapshot = "yesterday"
	if err := ocsf.Write(&b, r, "0.1.0"); err == nil {
		t.Error("events of no time are written")
	}
	if err := ocsf.Write(failing{}, report(), "0.1.0"); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}

var errFull = errors.New("the disk is full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
