package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

var samplesDir = flag.String("samples", "", "write constructed reports into this folder, for tests in a browser")

// TestSamples writes reports that no demo account makes, where it is told to: e2e's
// test_report.py opens them.
func TestSamples(t *testing.T) {
	for name, s := range map[string]size{
		"empty": {}, "large": {findings: 2000, resources: 10000, endpoints: 300},
		"hostile": {findings: 30, resources: 60, endpoints: 3, hostile: true}, "benign": {findings: 30, resources: 60, endpoints: 3, filled: true},
	} {
		page := pageOf(t, sample(t, s))
		if !strings.HasSuffix(page, "</html>\n") {
			t.Errorf("%s is not whole", name)
		}
		if *samplesDir != "" {
			if err := os.WriteFile(filepath.Join(*samplesDir, name+".html"), []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A size says how much a constructed snapshot has, and of what.
type size struct {
	findings, resources, endpoints int
	hostile                        bool // every text is one of the hostile ones
	filled                         bool // every text is plain, and stands wherever a hostile one would
}

// hostile texts want to be markup, script, template, or to hide.
var hostile = []string{
	`</script><img src=x onerror="window.pwned=1">`, `</style></title></textarea><svg onload="window.pwned=1">`, `" onmouseover="window.pwned=1" x="`,
	`' onfocus='window.pwned=1' autofocus='`, `--><script>window.pwned=1</script><!--`, `]]><script>window.pwned=1</script>`,
	`{{.Title}}{{template "x"}}${window.pwned=1}`, `javascript:window.pwned=1`, "evil\u202egpj.exe\u2066\u200b", "bell\x07\x1b[31mred\x00", "broken\xff\xfe utf-8",
	"line\u2028separator\r\nnew line", `\u003cscript\u003ewindow.pwned=1`, strings.Repeat("long", 500), "data:text/html,<script>window.pwned=1</script>",
	`arn:aws:sagemaker:"><script>window.pwned=1</script>:<b>012345678901</b>:endpoint/<img src=x onerror=window.pwned=1>`, `&lt;script&gt;&#x27;`,
}

// A filler gives texts.
type filler struct {
	size
	n int
}

func (f *filler) text() string {
	f.n++
	if f.hostile {
		return hostile[f.n%len(hostile)]
	}
	return fmt.Sprintf("text-%d", f.n%len(hostile))
}

// fill sets every text of a value, and gives every list two items.
func (f *filler) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[audit.Level]() {
			v.SetString(string(audit.Levels()[f.n%5]))
			return
		}
		v.SetString(f.text())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Int:
		v.SetInt(3)
	}
}

// The vocabulary of constructed snapshots.
func sampleSchema(t *testing.T) *graph.Schema {
	t.Helper()
	columns := []graph.Column{
		{Name: "name", Type: graph.String},
		{Name: "account_id", Type: graph.String},
		{Name: "region", Type: graph.String},
		{Name: "status", Type: graph.String},
		{Name: "creation_time", Type: graph.Timestamp},
		{Name: "observed", Type: graph.Bool},
	}
	var labels []*graph.Label
	for _, name := range []string{"AWSS3Bucket", "AWSSageMakerEndpoint", "AWSSageMakerEndpointConfig", "AWSSageMakerModel", "AWSSageMakerNotebookInstance", "AWSSageMakerProcessingJob", "AWSSageMakerTrainingJob"} {
		labels = append(labels, &graph.Label{Name: name, Columns: columns})
	}
	var types []*graph.EdgeType
	for _, name := range []string{"DERIVED_FROM", "REFERENCED", "USED"} {
		types = append(types, &graph.EdgeType{Name: name, Columns: []graph.Column{{Name: "inferred", Type: graph.Bool}}})
	}
	s, err := graph.NewSchema(labels, types)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A maker makes a constructed snapshot.
type maker struct {
	*filler
	schema    *graph.Schema
	manifest  *snapshot.Manifest
	keeper    *view.Keeper
	inventory *Inventory
	report    *audit.Report
}

var sampleTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// sample returns a constructed snapshot with its answers.
func sample(t *testing.T, s size) *Input {
	t.Helper()
	m := &maker{filler: &filler{size: s}, schema: sampleSchema(t), report: &audit.Report{FormatVersion: 1, Snapshot: "2026-01-02T03:04:05Z"}}
	m.manifest = &snapshot.Manifest{Tool: "sgexport", ToolVersion: "0.1.0", Snapshot: sampleTime, Began: sampleTime, Ended: sampleTime, Redaction: snapshot.Redaction{Mode: "secrets"}}
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		m.manifest.Scopes = append(m.manifest.Scopes, graph.ScopeReport{Account: "012345678901", Region: region, Kinds: []graph.KindReport{
			{Label: "AWSSageMakerEndpoint", State: graph.Complete, Completeness: graph.Completeness{IDs: graph.AllIDs}, Written: int64(s.endpoints)},
		}})
		m.report.Scopes = append(m.report.Scopes, "012345678901/"+region)
	}
	m.manifest.Counts = snapshot.Counts{Nodes: int64(4*s.endpoints + s.resources), Labels: map[string]int64{
		"AWSSageMakerEndpoint": int64(s.endpoints), "AWSSageMakerEndpointConfig": int64(s.endpoints), "AWSSageMakerModel": int64(s.endpoints),
		"AWSSageMakerProcessingJob": int64(s.endpoints), "AWSSageMakerTrainingJob": int64(s.resources),
	}}
	h := &graph.Header{Schema: m.schema, Created: sampleTime}
	m.keeper = view.NewKeeper(h, &m.manifest.Report, view.Union(audit.Kept(), lineage.Keep()))
	m.inventory = NewInventory(m.manifest.Counts.Labels)
	ids := m.nodes(t, "AWSSageMakerEndpoint", s.endpoints)
	ids = append(ids, m.nodes(t, "AWSSageMakerTrainingJob", s.resources)...)
	m.came(t, ids[:s.endpoints])
	m.findings(ids)
	m.invokers(ids[:s.endpoints])
	if s.hostile || s.filled {
		m.everything()
	}
	g := m.keeper.Graph()
	return &Input{Graph: g, Report: m.report, Lineage: lineage.New(g), Manifest: m.manifest, Inventory: m.inventory}
}

func (m *maker) nodes(t *testing.T, label string, n int) (ids []string) {
	t.Helper()
	kind := map[string]string{"AWSSageMakerEndpoint": "endpoint", "AWSSageMakerEndpointConfig": "endpoint-config", "AWSSageMakerModel": "model", "AWSSageMakerProcessingJob": "processing-job", "AWSSageMakerTrainingJob": "training-job"}[label]
	for i := range n {
		name := fmt.Sprintf("%s-%05d", kind, i)
		region := []string{"eu-west-1", "us-east-1"}[2*i/n]
		id := "arn:aws:sagemaker:" + region + ":012345678901:" + kind + "/" + name
		status := "InService"
		if m.hostile {
			name, id, status = m.text(), id+m.text(), m.text()
		}
		node := &graph.Node{ID: id, Label: m.schema.Label(label), Scope: "012345678901/" + region, Values: []graph.Value{
			graph.StringValue(name), graph.StringValue("012345678901"), graph.StringValue(region), graph.StringValue(status),
			graph.TimestampValue(sampleTime.Add(-time.Duration(i) * time.Hour)), graph.BoolValue(true),
		}}
		if err := m.inventory.Node(node); err != nil {
			t.Fatal(err)
		}
		if err := m.keeper.Node(node); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// came makes each endpoint of a configuration, a model and a job.
func (m *maker) came(t *testing.T, endpoints []string) {
	t.Helper()
	n := len(endpoints)
	configs, models, jobs := m.nodes(t, "AWSSageMakerEndpointConfig", n), m.nodes(t, "AWSSageMakerModel", n), m.nodes(t, "AWSSageMakerProcessingJob", n)
	for _, hop := range []struct {
		typ, from, to, path string
		froms, tos          []string
	}{
		{"DERIVED_FROM", "AWSSageMakerModel", "AWSSageMakerProcessingJob", "", models, jobs},
		{"REFERENCED", "AWSSageMakerEndpointConfig", "AWSSageMakerModel", "ProductionVariants[].ModelName", configs, models},
		{"USED", "AWSSageMakerEndpoint", "AWSSageMakerEndpointConfig", "EndpointConfigName", endpoints, configs},
	} {
		typ := m.schema.EdgeType(hop.typ)
		for i := range n {
			e := &graph.Edge{Type: typ, From: hop.froms[i], To: hop.tos[i], FromLabel: m.schema.Label(hop.from), ToLabel: m.schema.Label(hop.to), Path: hop.path, Ref: hop.tos[i], Values: make([]graph.Value, len(typ.Columns))}
			e.Values[0] = graph.BoolValue(hop.typ == "DERIVED_FROM")
			if err := m.keeper.Edge(e); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// findings spreads some over twenty checks, and two more checks find nothing.
func (m *maker) findings(ids []string) {
	for i := range 22 {
		m.report.Checks = append(m.report.Checks, audit.Check{
			Check: fmt.Sprintf("check-%02d", i), Title: fmt.Sprintf("Something of kind %d is wrong", i), Severity: audit.Levels()[i%5], Looked: len(ids), Unknown: i % 3,
			Aliases: []string{fmt.Sprintf("SageMaker.%d", i), fmt.Sprintf("CKV_AWS_%d", 100+i)}, Fix: "Create it again, and better.", References: []string{fmt.Sprintf("https://docs.aws.amazon.com/page-%d", i)},
		})
	}
	for i := range m.size.findings {
		c := &m.report.Checks[i%20]
		c.Found++
		id := ids[i%len(ids)]
		f := audit.Finding{Check: c.Check, Aliases: c.Aliases, Severity: c.Severity, Resource: id, Fix: c.Fix, Evidence: []audit.Evidence{
			{Resource: id, Field: "VpcConfig.Subnets", Value: fmt.Sprintf("subnet-%d", i), Detail: "it is public"},
		}}
		if i%50 == 49 {
			f.Waived = &audit.Waiver{Reason: "a test account", Until: "2027-01-31"}
		}
		m.report.Findings = append(m.report.Findings, f)
	}
}

// invokers lets forty principals call every endpoint, one of them from outside.
func (m *maker) invokers(endpoints []string) {
	for p := range 40 {
		principal := fmt.Sprintf("arn:aws:iam::012345678901:role/team/role-%02d", p)
		if p == 39 {
			principal = "arn:aws:iam::999999999999:role/partner"
		}
		for i, endpoint := range endpoints {
			v := audit.Invoker{Principal: principal, Endpoint: endpoint, Action: "sagemaker:InvokeEndpoint", Verdict: audit.Allowed, Rating: audit.Rating{Level: audit.Info}}
			if i == 1 && p == 7 {
				v.Level = audit.High
			}
			m.report.Invokers = append(m.report.Invokers, v)
			v.Action, v.Verdict, v.Conditions = "sagemaker:InvokeEndpointAsync", audit.Conditional, []string{"IpAddress aws:SourceIp 192.0.2.0/24"}
			m.report.Invokers = append(m.report.Invokers, v)
		}
	}
}

// everything adds two items to every list, of which every text is one of the filler's.
func (m *maker) everything() {
	var r audit.Report
	m.fill(reflect.ValueOf(&r).Elem())
	m.report.Bearer, m.report.Openers, m.report.Roles, m.report.Exposure = r.Bearer, r.Openers, r.Roles, r.Exposure
	m.report.Assume, m.report.Escalations, m.report.Buckets, m.report.Pipelines, m.report.Unknown, m.report.Waivers = r.Assume, r.Escalations, r.Buckets, r.Pipelines, r.Unknown, r.Waivers
	m.report.Invokers = append(m.report.Invokers, r.Invokers...)
	m.report.Checks, m.report.Findings = append(m.report.Checks, r.Checks...), append(m.report.Findings, r.Findings...)
	for i := range m.report.Findings {
		m.report.Findings[i].Evidence[0].Value = m.text()
	}
	m.manifest.Gaps = []*graph.Gap{{Scope: m.text(), Label: m.text(), Action: m.text(), Code: m.text(), Message: m.text(), Count: 2, IDs: []string{m.text()}}}
	m.manifest.Redaction.Mode, m.manifest.Tool = m.text(), m.text()
	m.manifest.Scopes[0].Account, m.manifest.Scopes[1].Region = m.text(), m.text()
	m.report.Scopes = append(m.report.Scopes, m.text()+"/"+m.text())
}

// drawing is a picture with more than one may have.
const drawing = `<?xml version="1.0"?><!DOCTYPE svg><svg viewBox="0 0 200 50" onload="window.pwned=1" xmlns="http://www.w3.org/2000/svg">
<script>window.pwned=1</script><foreignObject><body onload="window.pwned=1"/></foreignObject><a href="javascript:window.pwned=1"><g><text>linked</text></g></a>
<g class="evil" id="x" fill="#fff"><rect x="1" fill="url(http://127.0.0.1/x)" style="fill:red" stroke="none"/><text x="9" y="20" text-anchor="start" onclick="window.pwned=1">picture</text></g>
<g><path d="M0,0 C9 9 1 1 2 2 z" stroke-width="javascript:1"/></g><image href="http://127.0.0.1/x.png"/><style>@import "http://127.0.0.1/x.css";</style></svg>`

// pageOf returns the page of an input.
func pageOf(t *testing.T, in *Input) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, in, Options{Title: "", Tool: "sgexport 0.1.0"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
