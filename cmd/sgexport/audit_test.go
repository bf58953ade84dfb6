package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// auditOf runs audit and returns what it prints.
func auditOf(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(append([]string{"sgexport", "audit"}, args...), strings.NewReader(""), &out, &errOut); code != want {
		t.Fatalf("exit code %d, want %d\n%s", code, want, errOut.String())
	}
	return out.String(), errOut.String()
}

// TestAuditJSON validates the answers about the demo, and looks whether they are
// the same each time.
func TestAuditJSON(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "audit.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := auditOf(t, exitOK, "--format", "json", dir)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	if again, _ := auditOf(t, exitOK, dir, "--format=json"); again != text {
		t.Error("a second run says something else")
	}
	var report audit.Report
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatal(err)
	}
	checkSubnets(t, dir, &report)
}

// checkSubnets looks whether each resource of which exposure is told has the
// subnets that its edges lead to.
func checkSubnets(t *testing.T, dir string, r *audit.Report) {
	t.Helper()
	exposures := map[string]*audit.Exposure{}
	for i := range r.Exposure {
		exposures[r.Exposure[i].Resource] = &r.Exposure[i]
	}
	snap, err := snapshot.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	edges := 0
	err = jsonl.NewReader(snap.Open, snap.Schema).Edges(func(e *graph.Edge) error {
		if e.Type.Name != "PART_OF_SUBNET" {
			return nil
		}
		x := exposures[e.From]
		switch {
		case x != nil:
			edges++
			if !slices.Contains(x.Subnets, e.To) {
				t.Errorf("%s is in %s, and exposure names %v", e.From, e.To, x.Subnets)
			}
		case strings.HasPrefix(e.FromLabel.Name, "AWSSageMaker") && e.FromLabel.Name != "AWSSageMakerEndpointConfig": // of which endpoints tell
			t.Errorf("nothing is told of %s, which is in %s", e.From, e.To)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if edges < 20 {
		t.Errorf("only %d edges were compared", edges)
	}
}

// TestAuditColumns looks whether what audit reads is there: it knows labels and
// columns by name.
func TestAuditColumns(t *testing.T) {
	schema := exporter.Schema()
	kept := audit.Kept().Labels
	for name, columns := range kept {
		label := schema.Label(name)
		if label == nil {
			t.Errorf("there is no label %s", name)
			continue
		}
		for _, c := range columns {
			switch i := label.Column(c.Name); {
			case i < 0:
				t.Errorf("%s has no column %s", name, c.Name)
			case label.Columns[i].Type != c.Type:
				t.Errorf("%s of %s is %s, and audit reads %s", c.Name, name, label.Columns[i].Type, c.Type)
			}
		}
	}
	// Every field that names a subnet or a security group stands in a column that is
	// read, but for one: the boundary between a domain's apps, which nothing comes
	// in by.
	for _, typ := range []string{"PART_OF_SUBNET", "MEMBER_OF_EC2_SECURITY_GROUP"} {
		for _, rule := range schema.EdgeType(typ).Rules {
			if !strings.HasPrefix(rule.Owner, "AWSSageMaker") {
				continue
			}
			label := schema.Label(rule.Owner)
			read := slices.ContainsFunc(kept[rule.Owner], func(c graph.Column) bool {
				source := label.Columns[label.Column(c.Name)].Source
				return source != "" && (strings.HasPrefix(rule.Path, source) || strings.HasSuffix(strings.TrimSuffix(rule.Path, "[]"), "."+source))
			})
			if !read && rule.Path != "SecurityGroupIdForDomainBoundary" {
				t.Errorf("%s of %s is not read", rule.Path, rule.Owner)
			}
		}
	}
}

// TestAuditTable looks at the shape of the table: its width, and nothing that is
// not printable.
func TestAuditTable(t *testing.T) {
	r := &audit.Report{Scopes: []string{"111122223333/eu-west-1", "111122223333/us-east-1"}}
	long := "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/" + strings.Repeat("long-", 30) + "\x1b[31mred\nnext\u202e"
	rating := audit.Rating{Level: audit.High, CouldBe: audit.Critical}
	for range 50 {
		r.Exposure = append(r.Exposure, audit.Exposure{Resource: long, Subnet: audit.UnknownSubnet, Egress: audit.EgressUnknown, Rating: rating})
	}
	role := "arn:aws:iam::999988887777:role/service-role/path/" + strings.Repeat("r", 64)
	r.Roles = []audit.Role{{Role: role, Class: audit.Admin, UsedBy: []string{long, long}, Rating: rating}}
	r.Invokers = []audit.Invoker{{Principal: role, Endpoint: long, Verdict: audit.Conditional, Rating: rating}, {Principal: role, Endpoint: long + "2", Verdict: audit.Conditional, Rating: rating}}
	r.Openers = []audit.Opener{{Principal: "*", Resource: long, Verdict: audit.Allowed, Rating: rating}}
	r.Bearer = []audit.Bearer{{Principal: role, Verdict: audit.Allowed, Rating: rating}}
	r.Assume = []audit.Assume{{Principal: role, Role: role, Verdict: audit.Allowed, Rating: rating}}
	r.Escalations = []audit.Escalation{{Principal: role, Path: "sagemaker-001", Verdict: audit.Conditional, Gains: []string{role, role}, Rating: rating}}
	r.Buckets = []audit.Bucket{{Bucket: strings.Repeat("b", 63), Rating: rating}}
	r.Findings = []audit.Finding{{Check: strings.Repeat("check-", 10), Resource: long, Severity: audit.Low}}
	r.Unknown = []audit.Unknown{{Questions: []string{"roles"}, What: "what \x1b]0;title\a", Why: strings.Repeat("why ", 50), How: "export with --neighbors iam"}}
	var b bytes.Buffer
	newTable(r).print(&b, "snap\x1bshot")
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > tableWidth {
			t.Errorf("%d columns: %s", n, line)
		}
		if line != snapshot.Printable(line) {
			t.Errorf("not printable: %q", line)
		}
	}
	for _, want := range []string{"+49", "999988887777:role/", "critical?", "--neighbors iam", "conditional", "sagemaker-001"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table has no %q\n%s", want, b.String())
		}
	}
}

// TestAuditTableDemo looks whether the table of the demo has what its JSON has, a
// principal on one line, and the worst first.
func TestAuditTableDemo(t *testing.T) {
	text, _ := auditOf(t, exitOK, export(t, "--format", "jsonl"))
	sections := map[string]string{}
	var titles []string
	for _, s := range strings.Split(text, "\n\n")[1:] {
		title, rest, _ := strings.Cut(s, "\n")
		sections[title], titles = rest, append(titles, title)
	}
	const (
		roles, escalations = "Roles that can do too much", "Who can gain what a role may, by way of SageMaker"
		exposure, buckets  = "What reaches the internet, or is reached from it", "Buckets that are public"
		openers, assume    = "Who can open notebooks and Studio, and act as their roles", "Who can become a role"
		bearer, invokers   = "Who can use a bearer token in place of a signature", "Who can invoke endpoints"
	)
	if want := []string{roles, escalations, assume, exposure, buckets, "What checks found", openers, bearer, invokers, "Pipelines and what depends on them", "What was not read, and how to export it"}; !slices.Equal(titles, want) {
		t.Errorf("the order is %q, want %q", titles, want)
	}
	for title, want := range map[string][]string{
		roles:       {`critical +AdminNotebookRole +admin +6 +administrator`, `high +ForecastingRole +permissive +13 +\S+ \+\d+`, `medium +MlflowRole +permissive +3 +model-poisoning`, `low +DeletedRole +unknown +2 +role-does-not-exist`, `\d+ are all right`},
		escalations: {`critical +user/break-glass +allowed +Admin\S+ \+\d+ +\d+ ways`, `critical +user/anna-kowalska +allowed +Admin\S+ \+3 +sagemaker-004`, `critical\? +user/jonas-weber +conditional .*`, `info +role/Admin.*`, `info +role/Orga.*`},
		exposure:    {`critical +notebook-instance/fraud-public-test +yes +public +open +internet`, `critical +notebook-instance/demand-forecasting +yes +public +open +internet`},
		buckets:     {`critical +lumen-scratch +yes`},
		openers:     {`high +user/anna-kowalska +allowed +notebook-\S+ \+9`},
		assume:      {`critical +111122223333:root +allowed +Org.*`, `high +777788889999:root +allowed +OldVendorRole`},
		bearer:      {`low +user/chat-gateway +allowed`},
		invokers:    {`info +role/CheckoutServiceRole +allowed +checkout\S* \+1`, `info +role/DemandPlannerRole +conditional +demand-async`},
	} {
		for _, w := range want {
			if !regexp.MustCompile(`(?m)^ +` + w + `$`).MatchString(sections[title]) {
				t.Errorf("%q has no line %s\n%s", title, w, sections[title])
			}
		}
	}
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > tableWidth && !strings.HasPrefix(line, "audit of ") {
			t.Errorf("too wide: %s", line)
		}
	}
}

// TestFit makes columns fit: words stay whole, and one long name costs others no
// more than a few letters.
func TestFit(t *testing.T) {
	line := func(name, word string, n int) []shownCell {
		return []shownCell{{name: strings.Repeat("n", n)}, {end: word}, {name: name}}
	}
	lines := [][]shownCell{line("", "VERDICT", 0), line("a-name-of-20-letters", "conditional", 60), line("a-name-of-20-letters", "allowed", 20), line("b", "allowed", 20)}
	if got, want := fit(lines, 200), []int{60, 11, 20}; !slices.Equal(got, want) {
		t.Errorf("with room for all: %v, want %v", got, want)
	}
	if got, want := fit(lines, 60), []int{34, 11, 15}; !slices.Equal(got, want) {
		t.Errorf("with less: %v, want %v", got, want)
	}
	for most := 3 * narrowest; most < 100; most++ {
		sum := 0
		for _, w := range fit(lines, most) {
			sum += w
		}
		if sum > most {
			t.Errorf("%d columns where there are %d", sum, most)
		}
	}
}

// TestAuditTraces prints how decisions came about: what is the same once.
func TestAuditTraces(t *testing.T) {
	full := []audit.Via{{Policy: "full", Statement: "full/statement/1", Effect: "Allow", Text: "applies"}}
	trace := func(action string) audit.Trace {
		return audit.Trace{
			Principal: "p\x1b", Action: "sagemaker:" + action, Resource: "e", Verdict: "conditional", Conditions: []string{"IpAddress aws:SourceIp 192.0.2.0/24 (Allow, " + strings.Repeat("p", 40) + ")"},
			Steps: []audit.TraceStep{
				{Layer: "service control policy of 1", Outcome: "allows", Statements: full},
				{Layer: "service control policy of ou-1", Outcome: "allows", Statements: full},
				{Layer: "service control policy of r-1", Outcome: "allows", Statements: slices.Concat(full, full)},
				{Layer: "identity-based policy", Outcome: "allows", Statements: []audit.Via{{Policy: "pol", Statement: "pol/statement/2", Effect: "Allow", Text: "applies perhaps"}}},
			},
		}
	}
	other := trace("InvokeEndpointAsync")
	other.Verdict, other.Conditions, other.Steps = "denied", nil, []audit.TraceStep{{Layer: "identity-based policy", Outcome: "does not allow"}}
	var b bytes.Buffer
	printTraces(&b, []audit.Trace{trace("InvokeEndpoint"), other, trace("InvokeEndpointWithResponseStream")})
	want := `principal p\x1b
resource  e

sagemaker:InvokeEndpoint, sagemaker:InvokeEndpointWithResponseStream:
  conditional
  1. service control policy of 1, ou-1: allows
     Allow full/statement/1 applies
  2. service control policy of r-1: allows
     Allow full/statement/1 applies
     Allow full/statement/1 applies
  3. identity-based policy: allows
     Allow pol/statement/2 applies perhaps
  depends on: IpAddress aws:SourceIp 192.0.2.0/24 (Allow,
    pppppppppppppppppppppppppppppppppppppppp)

sagemaker:InvokeEndpointAsync: denied
  1. identity-based policy: does not allow
`
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}
