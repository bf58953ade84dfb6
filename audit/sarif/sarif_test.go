package sarif_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/sarif"
)

const notebook = "arn:aws:sagemaker:us-east-1:012345678901:notebook-instance/fraud"

func report() *audit.Report {
	waiver := &audit.Waiver{Reason: "no data", Until: "2027-01-31"}
	via := []audit.Via{{Policy: "p", Statement: "p/statement/1", Effect: "Allow", Text: `{"Action": "*"}`}}
	yes := true
	return &audit.Report{
		Snapshot: "2026-01-02T03:04:05.000000Z", Scopes: []string{"012345678901/eu-west-1", "012345678901/us-east-1"},
		Checks: []audit.Check{
			{Check: "notebook-direct-internet", Title: "Notebook instance has direct internet access", Severity: audit.High, Aliases: []string{"SageMaker.2"}, Reads: []string{}, Fix: "Turn it off.", References: []string{"https://example.com/2"}},
			{Check: "silent", Title: "It found nothing", Severity: audit.Low, Aliases: []string{}, Fix: "Nothing.", References: []string{}},
		},
		Findings: []audit.Finding{
			{Check: "notebook-direct-internet", Aliases: []string{"SageMaker.2"}, Severity: audit.High, Resource: notebook, Evidence: []audit.Evidence{{Resource: notebook, Field: "DirectInternetAccess", Value: "Enabled", Detail: "see [here](https://evil.example) {0}"}}, Fix: "Turn it off."},
			{Check: "notebook-direct-internet", Severity: audit.Low, Resource: notebook + "-2", Evidence: []audit.Evidence{{Resource: "x", Detail: "y"}}, Waived: waiver},
			{Check: "notebook-direct-internet", Severity: audit.Info, Resource: "../..\x1b[31m/\xff:a b", Evidence: []audit.Evidence{{Resource: "x", Detail: "y"}}},
		},
		Roles: []audit.Role{
			{Role: "arn:aws:iam::012345678901:role/path/Admin", Class: audit.Admin, UsedBy: []string{notebook}, Reasons: []audit.Reason{{Code: "administrator", Detail: "it may do everything"}}, Rating: audit.Rating{Level: audit.Critical}},
			{Role: "arn:aws:iam::012345678901:role/Fine", Class: audit.OK, Rating: audit.Rating{Level: audit.Info}},
			{Role: "arn:aws:iam::012345678901:role/Unread", Class: audit.ClassUnknown, Unknown: []string{"its policies were not read"}, Rating: audit.Rating{Level: audit.Info, CouldBe: audit.Critical}},
		},
		Escalations: []audit.Escalation{
			{Principal: "arn:aws:iam::012345678901:user/u", Path: "sagemaker-001", Verdict: audit.Conditional, Gains: []string{"a", "b"}, Conditions: []string{"Bool aws:MultiFactorAuthPresent"}, Via: via, Rating: audit.Rating{Level: audit.Medium, CouldBe: audit.Critical}},
			{Principal: "arn:aws:iam::012345678901:user/u", Path: "sagemaker-001", Verdict: audit.Allowed, Gains: []string{"c"}, Via: via, Rating: audit.Rating{Level: audit.High}},
		},
		Openers: []audit.Opener{{Principal: "arn:aws:iam::012345678901:user/u", Resource: notebook, Action: "sagemaker:CreatePresignedNotebookInstanceUrl", Verdict: audit.Conditional, Conditions: []string{"IpAddress"}, Via: via, Rating: audit.Rating{Level: audit.Info, CouldBe: audit.High}}},
		Buckets: []audit.Bucket{{Bucket: "data", Public: &yes, Rating: audit.Rating{Level: audit.Critical}}},
		Unknown: []audit.Unknown{{Questions: []string{"roles"}, What: "AWSRole in x", Why: "denied", How: "grant it"}},
	}
}

type log struct {
	Runs []struct {
		Tool struct {
			Driver struct{ Rules []rule }
		}
		AutomationDetails struct{ ID string }
		Invocations       []struct {
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []result
	}
}

type rule struct {
	ID, Name, HelpURI    string
	DefaultConfiguration struct{ Level string }
	Properties           struct {
		SecuritySeverity string `json:"security-severity"`
		Tags             []string
	}
}

type result struct {
	RuleID, Kind, Level string
	RuleIndex           int
	Message             struct{ Text string }
	Locations           []struct {
		PhysicalLocation struct {
			ArtifactLocation struct{ URI string }
			Region           struct{ StartLine int }
		}
		LogicalLocations []struct{ FullyQualifiedName, Kind string }
	}
	PartialFingerprints map[string]string
	Suppressions        []struct{ Kind, Justification string }
}

// write returns what is written of a report, after the standard's own schema has taken
// it.
func write(t *testing.T, r *audit.Report) (log, []byte) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, err := sarif.Write(&b, r, "0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.Bytes())
	}
	if err := s.Validate(document); err != nil {
		t.Errorf("%v\n%s", err, b.Bytes())
	}
	var l log
	if err := json.Unmarshal(b.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	if len(l.Runs) != 1 || len(l.Runs[0].Results) != n {
		t.Fatalf("%d results are counted, and there are\n%s", n, b.Bytes())
	}
	return l, b.Bytes()
}

// TestSchema holds the output against the standard's schema, with and without results.
func TestSchema(t *testing.T) {
	_, first := write(t, report())
	if _, again := write(t, report()); !bytes.Equal(first, again) {
		t.Error("a second time it is something else")
	}
	l, _ := write(t, &audit.Report{Snapshot: "2026-01-02T03:04:05.000000Z", Scopes: []string{}})
	if l.Runs[0].Results == nil || l.Runs[0].Tool.Driver.Rules == nil {
		t.Error("what is empty is null")
	}
}

// TestResults looks at each result: what becomes of its level, and of a waiver.
func TestResults(t *testing.T) {
	l, _ := write(t, report())
	var got []string
	for _, r := range l.Runs[0].Results {
		line := strings.Join([]string{r.RuleID, r.Kind, r.Level, r.Locations[0].PhysicalLocation.ArtifactLocation.URI}, " ")
		for _, s := range r.Suppressions {
			line += " " + s.Kind + " " + s.Justification
		}
		got = append(got, line)
		if l.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("the rule of %s is %s", r.RuleID, l.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID)
		}
		if r.Suppressions == nil {
			t.Errorf("%s: suppressions are absent here and not there", r.RuleID)
		}
	}
	want := []string{
		"openers review none aws/012345678901/us-east-1/sagemaker/notebook-instance/fraud",
		"roles/admin fail error aws/012345678901/global/iam/role/path/Admin",
		"roles/unknown open none aws/012345678901/global/iam/role/Unread",
		"escalations/sagemaker-001 fail warning aws/012345678901/global/iam/user/u",
		"escalations/sagemaker-001 fail error aws/012345678901/global/iam/user/u",
		"buckets/public fail error resource/data",
		"notebook-direct-internet fail error aws/012345678901/us-east-1/sagemaker/notebook-instance/fraud",
		"notebook-direct-internet fail note aws/012345678901/us-east-1/sagemaker/notebook-instance/fraud-2 external no data",
		"notebook-direct-internet fail note resource/__/..%1B%5B31m/%EF%BF%BD/a%20b",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got, want := l.Runs[0].Results[6].Message.Text, notebook+": DirectInternetAccess Enabled see [here] (https://evil.example) {{0}}"; got != want {
		t.Errorf("the message is %s, want %s", got, want)
	}
	if n := l.Runs[0].Invocations[0].ToolExecutionNotifications; len(n) != 1 || n[0].Message.Text != "AWSRole in x: denied; needed for roles; grant it" {
		t.Errorf("what was not read is told as %+v", n)
	}
}

// TestCodeScanning holds the output against what GitHub asks for beyond the standard:
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
func TestCodeScanning(t *testing.T) {
	l, _ := write(t, report())
	run := l.Runs[0]
	seen := map[string]bool{}
	for _, r := range run.Results {
		if len(r.Locations) == 0 || r.Locations[0].PhysicalLocation.Region.StartLine < 1 {
			t.Errorf("%s has no physical location", r.RuleID)
			continue
		}
		uri := r.Locations[0].PhysicalLocation.ArtifactLocation.URI
		if u, err := url.Parse(uri); err != nil || u.IsAbs() || uri == "" || strings.HasPrefix(uri, "/") || slices.Contains(strings.Split(u.Path, "/"), "..") {
			t.Errorf("%s is no path inside of a repository", uri)
		}
		if r.Locations[0].LogicalLocations[0].Kind != "resource" {
			t.Errorf("%+v", r.Locations[0])
		}
		print := r.PartialFingerprints["primaryLocationLineHash"]
		if print == "" || seen[print] {
			t.Errorf("%s: another result has the fingerprint %q", r.RuleID, print)
		}
		seen[print] = true
	}
	severities := map[string]string{}
	for _, r := range run.Tool.Driver.Rules {
		severities[r.ID] = r.DefaultConfiguration.Level + " " + r.Properties.SecuritySeverity
		if len(r.Properties.Tags) > 10 || !slices.Contains(r.Properties.Tags, "security") || !strings.HasPrefix(r.HelpURI, "https://") || strings.ContainsAny(r.Name, "-/") {
			t.Errorf("rule %+v", r)
		}
	}
	want := map[string]string{
		"notebook-direct-internet": "error 8.0", "silent": "note 2.0", "roles/admin": "error 9.5", "roles/unknown": "error 9.5",
		"escalations/sagemaker-001": "error 9.5", "openers": "error 8.0", "buckets/public": "error 9.5",
	}
	if !reflect.DeepEqual(severities, want) {
		t.Errorf("rules are %v, want %v", severities, want)
	}
}

// TestFingerprints looks whether results keep theirs when they become worse, are
// waived, or lead to more, and have another where they are about something else.
func TestFingerprints(t *testing.T) {
	prints := func(r *audit.Report) (list []string) {
		l, _ := write(t, r)
		for _, r := range l.Runs[0].Results {
			list = append(list, r.PartialFingerprints["sgexport/v1"])
		}
		return list
	}
	changed := report()
	changed.Roles[0].Waived = &audit.Waiver{Reason: "r"}
	changed.Roles[0].Level = audit.High
	changed.Escalations[0].Gains = []string{"a", "b", "d"}
	changed.Findings[0].Evidence[0].Value = "other"
	if got, want := prints(changed), prints(report()); !slices.Equal(got, want) {
		t.Errorf("%v\nwant\n%v", got, want)
	}
	changed.Findings[0].Resource += "x"
	if got, want := prints(changed), prints(report()); slices.Equal(got, want) {
		t.Error("another resource has the same fingerprint")
	}
}

// TestCategory tells runs over different accounts and checks apart.
func TestCategory(t *testing.T) {
	const hash = "6a9efb41135c" // printf 1+2+3+4 | sha256sum
	r := report()
	for _, c := range []struct {
		scopes, only []string
		want         string
	}{
		{[]string{"1/a", "1/b"}, nil, "sgexport/1/" + r.Snapshot},
		{[]string{"2/a", "1/b"}, []string{"x", "y"}, "sgexport/1+2/x+y/" + r.Snapshot},
		{[]string{"1/a", "2/a", "3/a", "4/a"}, nil, "sgexport/4-accounts-HASH/" + r.Snapshot},
	} {
		r.Scopes, r.Only = c.scopes, c.only
		l, _ := write(t, r)
		if got := l.Runs[0].AutomationDetails.ID; got != strings.Replace(c.want, "HASH", hash, 1) {
			t.Errorf("%v: %s, want %s", c.scopes, got, c.want)
		}
	}
}

// TestWriteError returns an error of the writer.
func TestWriteError(t *testing.T) {
	if _, err := sarif.Write(failing{}, report(), "0.1.0"); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}

var errFull = errors.New("the disk is full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
