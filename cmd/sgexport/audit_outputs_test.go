package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

// TestAuditSARIF holds what is written of the demo against the standard's schema, and
// against what the gate counts: whatever fails a build stands in the file.
func TestAuditSARIF(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(filepath.Join(root, "audit", "sarif", "testdata", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := auditOf(t, exitOK, "--format", "sarif", dir)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	if again, _ := auditOf(t, exitOK, dir, "--format", "sarif"); again != text {
		t.Error("a second run says something else")
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID              string
				PartialFingerprints map[string]string
				Properties          struct {
					Level   audit.Level
					CouldBe audit.Level `json:"could_be"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	prints := map[string]string{}
	for _, level := range audit.Levels()[:4] {
		known, couldBe := 0, 0
		for _, r := range log.Runs[0].Results {
			switch {
			case r.Properties.Level.AtLeast(level):
				known++
			case r.Properties.CouldBe.AtLeast(level):
				couldBe++
			}
			print := r.PartialFingerprints["sgexport/v1"]
			if other, ok := prints[print]; ok && level == audit.Critical {
				t.Errorf("results of %s and %s have the same fingerprint", r.RuleID, other)
			}
			prints[print] = r.RuleID
		}
		_, said := auditOf(t, exitFound, "--fail-on", string(level), dir)
		if want := fmt.Sprintf("--fail-on %s: %d are; %d could be", level, known, couldBe); !strings.Contains(said, want) {
			t.Errorf("the file has %q, and the gate says %s", want, said)
		}
	}
}

// TestListChecks looks whether whatever --check takes is listed, in 80 columns, and
// that all of it can be asked for.
func TestListChecks(t *testing.T) {
	text, _ := auditOf(t, exitOK, "--list-checks")
	all := checks.List()
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > tableWidth {
			t.Errorf("too wide: %s", line)
		}
	}
	for i := range all {
		if !strings.Contains(text, " "+all[i].Check) || all[i].Title == "" {
			t.Errorf("%s is not listed", all[i].Check)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^  (?:critical|high|medium|low|info) +(\S+)`).FindAllStringSubmatch(text, -1) {
		if _, err := checksOf([]string{m[1]}); err != nil {
			t.Error(err)
		}
	}
}

// outputReport has findings of two checks, of which one could not look everywhere, and
// a pipeline.
func outputReport(name string) *audit.Report {
	arn := func(n int) string {
		return fmt.Sprintf("arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/%s%d", name, n)
	}
	r := &audit.Report{
		Scopes: []string{"111122223333/us-east-1"},
		Checks: []audit.Check{
			{Check: "one", Title: "The first is wrong " + name, Severity: audit.High, Aliases: []string{"X.1"}, Fix: "Mend it " + name, References: []string{"https://example.com"}, Looked: 9, Found: 7, Unknown: 4},
			{Check: "two", Title: "The second is wrong", Severity: audit.Low, Reads: []string{"AWSSageMakerModel"}, Fix: "Leave it", Looked: 1, Found: 1},
			{Check: "three", Title: "Nothing is wrong", Severity: audit.Low, Complete: true},
		},
		Pipelines: []lineage.Pipeline{
			{Pipeline: "arn:aws:sagemaker:us-east-1:111122223333:pipeline/" + name, Steps: make([]lineage.PipelineStep, 12), DependsOn: []lineage.PipelineNeed{{Resource: "a"}, {Resource: "b"}, {Resource: "a"}}, Executions: []lineage.PipelineRun{{Status: "Failed"}, {Status: "Succeeded"}}, Endpoints: []lineage.PipelineServe{{Endpoint: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/e-" + name}, {Endpoint: "f"}}},
			{Pipeline: "arn:aws:sagemaker:us-east-1:111122223333:pipeline/new"},
		},
		Unknown: []audit.Unknown{
			{Questions: []string{"findings"}, Label: "AWSSageMakerModel", What: "AWSSageMakerModel in 1/a", Why: "denied", How: "grant", AnswersMissing: true},
			{Questions: []string{"exposure"}, Label: "AWSVpc", What: "AWSVpc in 1/a", Why: "denied", How: "grant"},
			{Questions: []string{"exposure"}, Label: "AWSVpc", What: "AWSVpc in 1/b", Why: "denied", How: "grant"},
		},
	}
	for n := range 7 {
		f := audit.Finding{Check: "one", Aliases: []string{"X.1"}, Severity: audit.Medium, Resource: arn(n), Fix: "Mend it", Evidence: []audit.Evidence{{Resource: arn(n), Field: "Field" + name, Value: "Value", Detail: "detail"}, {Resource: "elsewhere", Detail: "more"}}}
		switch n {
		case 5:
			f.Severity = audit.High
		case 6:
			f.Waived = &audit.Waiver{Reason: "known " + name, Until: "2027-01-31"}
		}
		r.Findings = append(r.Findings, f)
	}
	r.Findings = append(r.Findings, audit.Finding{Check: "two", Severity: audit.Low, Resource: arn(0), Evidence: []audit.Evidence{{Resource: "x", Detail: "d"}}})
	return r
}

// TestAuditTableFindings prints findings by check, the worst first, what is waived
// apart, and pipelines.
func TestAuditTableFindings(t *testing.T) {
	var b bytes.Buffer
	newTable(outputReport("n")).print(&b, "snap")
	for _, want := range []string{`
not complete: 1 kind was not listed, or not read whole, so answers are missing;
  of 1 kind more not all was read that answers need: see the end
critical 0, high 1, medium 5, low 1, info 0, waived 1
`, `
What checks found
  LEVEL     CHECK FOUND FIRST
  high      one   6     n5 +5
            The first is wrong n
  low       two   1     n0
            The second is wrong
  there may be more: the end says what was not read
  1 is waived
  could not look everywhere, and at how many: one (4), two: see the end
`, `
Pipelines and what depends on them
  PIPELINE STEPS NEEDS RUNS LAST   ENDPOINTS
  n        12    2     2    Failed e-n +1
  new      0     0     0    -      -
`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no\n%s\nin\n%s", want, b.String())
		}
	}
}

// TestAuditTableOne prints all about one check.
func TestAuditTableOne(t *testing.T) {
	r := outputReport("n")
	r.Restrict([]string{"X.1"})
	var b bytes.Buffer
	newTable(r).printOne(&b, "snap")
	for _, want := range []string{`
one, high: The first is wrong n
  what to do: Mend it n
  elsewhere: X.1
  see https://example.com
  looked at 9, found 7, could not decide about 4

high      arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/n5
  Fieldn Value: detail
  more (elsewhere)

medium    arn:`, `notebook-instance/n6
  waived until 2027-01-31: known n
  Fieldn Value: detail
`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no\n%s\nin\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "two") || strings.Contains(b.String(), "AWSVpc") {
		t.Errorf("it tells of other checks\n%s", b.String())
	}
}

// TestAuditOutputsHostile prints names that would move the cursor or wrap lines.
func TestAuditOutputsHostile(t *testing.T) {
	hostile := strings.Repeat("long-", 30) + "\x1b[31mred\nnext\u202e"
	var whole, one bytes.Buffer
	newTable(outputReport(hostile)).print(&whole, "snap")
	r := outputReport(hostile)
	r.Restrict([]string{"one"})
	newTable(r).printOne(&one, "snap")
	for line := range strings.Lines(whole.String() + one.String()) {
		line = strings.TrimSuffix(line, "\n")
		if line != snapshot.Printable(line) {
			t.Errorf("not printable: %q", line)
		}
	}
	for line := range strings.Lines(whole.String()) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > tableWidth {
			t.Errorf("too wide: %s", line)
		}
	}
}

// TestRestrictedTable has the sections that were asked for alone.
func TestRestrictedTable(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	text, _ := auditOf(t, exitOK, dir, "--check", "roles/admin", "--check", "buckets")
	var titles []string
	for _, s := range strings.Split(text, "\n\n")[1:] {
		title, _, _ := strings.Cut(s, "\n")
		titles = append(titles, title)
	}
	slices.Sort(titles)
	if want := []string{"Buckets that are public", "Roles that can do too much"}; !slices.Equal(titles, want) {
		t.Errorf("the sections are %q, want %q", titles, want)
	}
	if strings.Contains(text, "ForecastingRole") || !strings.Contains(text, "AdminNotebookRole") {
		t.Errorf("of the roles not the administrators alone are left\n%s", text)
	}
}

// TestTableWaived looks whether what the sections call waived is together what the head
// of the table does: all that there is.
func TestTableWaived(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	var file strings.Builder
	file.WriteString("waivers:\n")
	for _, list := range []string{"invokers", "bearer", "openers", "assume", "escalations"} {
		fmt.Fprintf(&file, "  - {check: %s, principal: '*', reason: all}\n", list)
	}
	for _, list := range []string{"roles", "exposure", "buckets", "findings"} {
		fmt.Fprintf(&file, "  - {check: %s, resource: '*', reason: all}\n", list)
	}
	waivers := filepath.Join(t.TempDir(), "waivers.yaml")
	if err := os.WriteFile(waivers, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	text, _ := auditOf(t, exitOK, dir, "--waive", waivers)
	number := func(s string) (n int) {
		n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	head := regexp.MustCompile(`(?m)^critical 0, high 0, medium 0, low 0, info 0, waived ([\d,]+)$`).FindStringSubmatch(text)
	if head == nil {
		t.Fatalf("something is not waived:\n%s", text)
	}
	sum := 0
	for _, m := range regexp.MustCompile(`(?m)^  ([\d,]+) (?:is|are) waived$`).FindAllStringSubmatch(text, -1) {
		sum += number(m[1])
	}
	if sum == 0 || sum != number(head[1]) {
		t.Errorf("sections have %d that are waived, and the head %s", sum, head[1])
	}
}
