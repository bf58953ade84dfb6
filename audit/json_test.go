package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/lineage"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../docs/audit.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate fails where a report's JSON is not what docs/audit.schema.json says.
func validate(t *testing.T, s *jsonschema.Schema, r *audit.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.Bytes())
	}
	if err := s.Validate(document); err != nil {
		t.Errorf("%v\n%s", err, b.Bytes())
	}
	return b.Bytes()
}

// TestJSONSchema validates what all network cases give, and a report of which
// every list and member is filled.
func TestJSONSchema(t *testing.T) {
	schema := compileSchema(t)
	for _, file := range []string{"exposure.json", "buckets.json"} {
		_, graphs := readCases(t, file)
		for _, g := range graphs {
			validate(t, schema, audit.Run(g.read(t)))
		}
	}
	validate(t, schema, audit.Run((&testGraph{}).read(t)))
	text := validate(t, schema, fullReport())
	var back audit.Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&back, fullReport()) {
		t.Errorf("read back it is\n%+v, and it was\n%+v", &back, fullReport())
	}
}

// fullReport has something in each list, and in each member.
func fullReport() *audit.Report {
	yes := true
	via := []audit.Via{{Policy: "p", Statement: "p/statement/1", Effect: "Allow", Text: "s3:* on <all> & more"}}
	reasons := []audit.Reason{{Code: "code", Detail: "detail", Resource: "r"}}
	waiver := &audit.Waiver{Reason: "r", Until: "2027-01-31"}
	rating := audit.Rating{Level: audit.High, CouldBe: audit.Critical}
	borne := rating
	borne.Waived = waiver
	unknown, conditions := []string{"what was not read"}, []string{"aws:SourceIp"}
	return &audit.Report{
		FormatVersion: audit.FormatVersion, Snapshot: "2026-01-02T03:04:05.000000Z", Scopes: []string{testScope},
		Invokers:    []audit.Invoker{{Principal: "p", Endpoint: "e", Component: "c", Action: "sagemaker:InvokeEndpoint", Verdict: audit.Allowed, Conditions: conditions, Via: via, Unknown: unknown, Rating: rating}},
		Bearer:      []audit.Bearer{{Principal: "p", Verdict: audit.Conditional, Conditions: conditions, Via: via, Unknown: unknown, Rating: rating}},
		Openers:     []audit.Opener{{Principal: "p", Resource: "r", Action: "a", Role: "r", Verdict: audit.Allowed, Conditions: conditions, Via: via, Unknown: unknown, Rating: rating}},
		Roles:       []audit.Role{{Role: "r", Class: audit.Admin, Reasons: reasons, UsedBy: []string{"n"}, Unknown: unknown, Rating: rating}},
		Exposure:    []audit.Exposure{{Resource: "r", Kind: "k", Status: "InService", DirectInternet: &yes, Subnet: audit.PublicSubnet, OpenIngress: &yes, Egress: audit.EgressInternet, PublicAddress: "198.51.100.7", Subnets: []string{"s"}, Reasons: reasons, Unknown: unknown, Rating: rating}},
		Assume:      []audit.Assume{{Principal: "p", Role: "r", Verdict: audit.Allowed, Conditions: conditions, Via: via, Unknown: unknown, Rating: rating}},
		Escalations: []audit.Escalation{{Principal: "p", Path: "sagemaker-001", Verdict: audit.Allowed, Gains: []string{"r"}, Conditions: conditions, Via: via, Unknown: unknown, Rating: rating}},
		Buckets:     []audit.Bucket{{Bucket: "b", Public: &yes, Reasons: reasons, Unknown: unknown, Rating: rating}, {Bucket: "c", Public: &yes, Reasons: reasons, Unknown: unknown, Rating: borne}},
		Findings:    []audit.Finding{{Check: "c", Aliases: []string{"a"}, Severity: audit.Low, Resource: "r", Evidence: []audit.Evidence{{Resource: "r", Field: "F", Value: "v", Detail: "d"}}, Fix: "f", Waived: waiver}},
		Waivers:     []audit.WaiverUse{{Line: 2, Check: "c", Resource: "r", Principal: "p", Reason: "r", Until: "2027-01-31", State: audit.WaiverActive, Waives: 1}},
		Only:        []string{"c"},
		Checks:      []audit.Check{{Check: "c", Title: "t", Severity: audit.Low, Aliases: []string{"a"}, Reads: []string{"l"}, Fix: "f", References: []string{"https://example.com"}, Looked: 1, Found: 1, Unknown: 1, Complete: true}},
		Pipelines: []lineage.Pipeline{{
			Pipeline: "p", Name: "n", Role: "r", Steps: []lineage.PipelineStep{{Step: "s", Name: "n", Type: "Training", Within: "w", DependsOn: []string{"d"}}},
			DependsOn:  []lineage.PipelineNeed{{Step: "s", Edge: "USED_IMAGE", Resource: "r", Label: "l", Ref: "f"}},
			Executions: []lineage.PipelineRun{{Execution: "e", Status: "Succeeded", Started: "2026-01-02T03:04:05Z", Ran: []lineage.PipelineRan{{Step: "n", Status: "Succeeded", Resources: []string{"j"}}}}},
			Endpoints:  []lineage.PipelineServe{{Endpoint: "e", Through: []string{"m"}}}, Unknown: unknown,
		}},
		Unknown: []audit.Unknown{{Questions: []string{"roles"}, Scope: testGlobal, Label: "AWSRole", What: "w", Why: "y", How: "h", AnswersMissing: true, CouldBe: "high"}},
	}
}

// TestJSONWriteError looks whether an error of the writer is returned, wherever it
// comes.
func TestJSONWriteError(t *testing.T) {
	for n := range 200 {
		if err := fullReport().WriteJSON(&failing{left: n}); !errors.Is(err, errFull) {
			t.Fatalf("after %d writes: %v", n, err)
		}
		if n > 20 {
			break
		}
	}
}

var errFull = errors.New("the disk is full")

type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestCount counts levels as --fail-on does: what is missing could be high.
func TestCount(t *testing.T) {
	r := fullReport()
	for level, want := range map[audit.Level]audit.Found{
		audit.Critical: {CouldBe: 8, Waived: 1}, audit.High: {Known: 8, Missing: 1, Waived: 1}, audit.Medium: {Known: 8, Missing: 1, Waived: 1},
		audit.Low: {Known: 8, Missing: 1, Waived: 2}, audit.Info: {Known: 8, Missing: 1, Waived: 2},
	} {
		if got := r.Count(level); got != want {
			t.Errorf("%s: %+v, want %+v", level, got, want)
		}
	}
}
