package asff_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/asff"
)

const notebook = "arn:aws:sagemaker:us-east-1:012345678901:notebook-instance/fraud"

func report() *audit.Report {
	yes := true
	return &audit.Report{
		Snapshot: "2026-01-02T03:04:05.000000Z", Scopes: []string{"012345678901/eu-west-1", "012345678901/global", "012345678901/us-east-1", "111122223333/us-west-2"},
		Checks: []audit.Check{{Check: "notebook-direct-internet", Title: "Notebook instance has direct internet access", Severity: audit.High, Aliases: []string{"SageMaker.2", "CKV_AWS_122"}, Fix: "Turn it off.", References: []string{"https://example.com/2"}}},
		Findings: []audit.Finding{
			{Check: "notebook-direct-internet", Severity: audit.High, Resource: notebook, Evidence: []audit.Evidence{{Resource: notebook, Field: "DirectInternetAccess", Value: "Enabled", Detail: "it leads out"}, {Resource: "other", Detail: "it says so"}}},
			{Check: "notebook-direct-internet", Severity: audit.Info, Resource: notebook + "-2", Evidence: []audit.Evidence{{Resource: "x", Detail: "y"}}, Waived: &audit.Waiver{Reason: "no data", Until: "2027-01-31"}},
		},
		Roles:       []audit.Role{{Role: "arn:aws:iam::012345678901:role/Unread", Class: audit.ClassUnknown, Unknown: []string{"its policies were not read"}, Rating: audit.Rating{Level: audit.Info, CouldBe: audit.Critical}}},
		Escalations: []audit.Escalation{{Principal: "arn:aws:iam::111122223333:user/u", Path: "sagemaker-001", Verdict: audit.Allowed, Gains: []string{"arn:aws:iam::111122223333:role/a"}, Rating: audit.Rating{Level: audit.Critical}}},
		Assume:      []audit.Assume{{Principal: "*", Role: "arn:aws:iam::012345678901:role/Open", Verdict: audit.Allowed, Rating: audit.Rating{Level: audit.High}}},
		Exposure:    []audit.Exposure{{Resource: "arn:aws:sagemaker:ap-south-1:012345678901:domain/d", Subnet: audit.PublicSubnet, Rating: audit.Rating{Level: audit.High}}},
		Buckets:     []audit.Bucket{{Bucket: "data", Public: &yes, Rating: audit.Rating{Level: audit.Critical}}},
	}
}

type finding struct {
	SchemaVersion, Id, ProductArn, GeneratorId, AwsAccountId, CreatedAt, UpdatedAt, Title, Description, RecordState string
	Types                                                                                                           []string
	Severity                                                                                                        struct{ Label string }
	FindingProviderFields                                                                                           struct{ Severity struct{ Label string } }
	Remediation                                                                                                     struct{ Recommendation struct{ Text, Url string } }
	ProductFields                                                                                                   map[string]string
	Compliance, Workflow                                                                                            struct{ Status string }
	Note                                                                                                            *struct{ Text, UpdatedBy, UpdatedAt string }
	Resources                                                                                                       []struct {
		Type, Id, Partition, Region string
		Details                     struct{ Other map[string]string }
	}
}

func write(t *testing.T, r *audit.Report) []finding {
	t.Helper()
	var b bytes.Buffer
	if err := asff.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	var list []finding
	d := json.NewDecoder(&b)
	if err := d.Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFindings looks at where findings are imported, and as what.
func TestFindings(t *testing.T) {
	var got []string
	for _, f := range write(t, report()) {
		resources := []string{}
		for _, r := range f.Resources {
			resources = append(resources, r.Type+" "+r.Id)
		}
		got = append(got, strings.Join([]string{f.GeneratorId, f.ProductArn, f.Severity.Label, f.Compliance.Status, f.Workflow.Status, strings.Join(resources, ", ")}, " | "))
		if f.SchemaVersion != "2018-10-08" || f.RecordState != "ACTIVE" || f.UpdatedAt != "2026-01-02T03:04:05.000000Z" || f.FindingProviderFields.Severity != f.Severity {
			t.Errorf("%+v", f)
		}
	}
	product := func(region, account string) string {
		return fmt.Sprintf("arn:aws:securityhub:%s:%s:product/%s/default", region, account, account)
	}
	want := []string{
		"sgexport/roles/unknown | " + product("eu-west-1", "012345678901") + " | INFORMATIONAL | WARNING | NEW | AwsIamRole arn:aws:iam::012345678901:role/Unread",
		"sgexport/exposure/public-subnet | " + product("eu-west-1", "012345678901") + " | HIGH | FAILED | NEW | Other arn:aws:sagemaker:ap-south-1:012345678901:domain/d",
		"sgexport/assume/anybody | " + product("eu-west-1", "012345678901") + " | HIGH | FAILED | NEW | AwsIamRole arn:aws:iam::012345678901:role/Open, Other *",
		"sgexport/escalations/sagemaker-001 | " + product("us-west-2", "111122223333") + " | CRITICAL | FAILED | NEW | AwsIamUser arn:aws:iam::111122223333:user/u, AwsIamRole arn:aws:iam::111122223333:role/a",
		"sgexport/buckets/public | " + product("eu-west-1", "012345678901") + " | CRITICAL | FAILED | NEW | AwsS3Bucket arn:aws:s3:::data",
		"sgexport/notebook-direct-internet | " + product("us-east-1", "012345678901") + " | HIGH | FAILED | NEW | AwsSageMakerNotebookInstance " + notebook,
		"sgexport/notebook-direct-internet | " + product("us-east-1", "012345678901") + " | INFORMATIONAL | FAILED | SUPPRESSED | AwsSageMakerNotebookInstance " + notebook + "-2",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestDetails looks at evidence, aliases and waivers.
func TestDetails(t *testing.T) {
	list := write(t, report())
	f, waived := list[5], list[6]
	if got, want := f.Resources[0].Details.Other, map[string]string{"01 DirectInternetAccess": "Enabled: it leads out", "02": "it says so (other)"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the evidence is %v, want %v", got, want)
	}
	if got := f.ProductFields["sgexport/aliases"]; got != "SageMaker.2, CKV_AWS_122" {
		t.Errorf("the aliases are %q", got)
	}
	if got := f.Remediation.Recommendation; got.Text != "Turn it off." || got.Url != "https://example.com/2" {
		t.Errorf("what to do is %+v", got)
	}
	if waived.Note == nil || waived.Note.Text != "Waived until 2027-01-31: no data" || f.Note != nil {
		t.Errorf("the notes are %+v and %+v", waived.Note, f.Note)
	}
	if got := list[0].ProductFields; got["sgexport/could_be"] != "critical" || got["sgexport/unknown"] != "its policies were not read" {
		t.Errorf("what is not known is %v", got)
	}
}

// TestLimits looks whether whatever is long becomes as short as the API takes it.
func TestLimits(t *testing.T) {
	r := report()
	long := strings.Repeat("größer than allowed ", 500)
	var evidence []audit.Evidence
	var gains []string
	for n := range 99 {
		evidence = append(evidence, audit.Evidence{Resource: long, Field: long, Value: long, Detail: long})
		gains = append(gains, fmt.Sprintf("arn:aws:iam::111122223333:role/%d", n))
	}
	c := &r.Checks[0]
	c.Title, c.Fix, c.Aliases = long, long, []string{long}
	r.Findings[0].Evidence, r.Findings[0].Fix = evidence, long
	r.Findings[1].Waived.Reason = long
	r.Escalations[0].Gains, r.Escalations[0].Conditions, r.Escalations[0].Unknown = gains, []string{long}, []string{long}
	r.Exposure[0].Resource = "arn:aws-new:sagemaker:a-region-of-a-long-name-1:012345678901:domain/d"
	limit := func(what, s string, most int) {
		t.Helper()
		if n := utf8.RuneCountInString(s); n > most || strings.TrimSpace(s) == "" {
			t.Errorf("%s has %d characters, and may have %d", what, n, most)
		}
	}
	for _, f := range write(t, r) {
		limit("Id", f.Id, 512)
		limit("GeneratorId", f.GeneratorId, 512)
		limit("ProductArn", f.ProductArn, 2048)
		limit("Title", f.Title, 256)
		limit("Description", f.Description, 1024)
		limit("Text", f.Remediation.Recommendation.Text, 512)
		if f.Note != nil {
			limit("Note", f.Note.Text, 512)
		}
		if len(f.Resources) == 0 || len(f.Resources) > 32 || len(f.ProductFields) > 50 || len(f.Types) > 50 {
			t.Errorf("%d resources, %d fields, %d types", len(f.Resources), len(f.ProductFields), len(f.Types))
		}
		for key, value := range f.ProductFields {
			limit("the key of a field", key, 128)
			limit(key, value, 2048)
		}
		for _, r := range f.Resources {
			if len(r.Region) > 16 || r.Partition == "aws-new" || len(r.Details.Other) > 50 {
				t.Errorf("%s: region %q, partition %q, %d details", r.Id, r.Region, r.Partition, len(r.Details.Other))
			}
			for key, value := range r.Details.Other {
				limit("the key of a detail", key, 127)
				limit(key, value, 1023)
			}
		}
		if text, err := json.Marshal(f); err != nil || len(text) > 240<<10 {
			t.Errorf("a finding of %d bytes, %v", len(text), err)
		}
	}
}

// TestEmpty writes an empty array where there is nothing, and nothing where no account
// is named.
func TestEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := asff.Write(&b, &audit.Report{Scopes: []string{"012345678901/us-east-1"}}); err != nil || b.String() != "[]\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
	if err := asff.Write(&b, &audit.Report{Scopes: []string{"012345678901/global"}}); err == nil {
		t.Error("findings of no region are written")
	}
	if err := asff.Write(failing{}, report()); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}

var errFull = errors.New("the disk is full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
