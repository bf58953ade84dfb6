package report

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

var (
	scripts = regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`)
	styles  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
)

// shape counts the elements with their attributes, and the attributes' names, of a
// page as a parser of markup sees them. Ours is well-formed but for elements of HTML that have no
// end, so that a strict one does.
func shape(t *testing.T, page string) map[string]bool {
	t.Helper()
	page = scripts.ReplaceAllString(page, "<script$1></script>")
	page = styles.ReplaceAllString(page, "<style></style>")
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	seen := map[string]bool{}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return seen
		}
		if err != nil {
			t.Fatalf("the page is no markup: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			seen[e.Name.Local] = true
			for _, a := range e.Attr {
				seen[e.Name.Local+" "+a.Name.Local] = true
			}
		}
	}
}

// TestHostile holds that what a snapshot says is text, whatever it is.
func TestHostile(t *testing.T) {
	page := pageOf(t, sample(t, size{findings: 30, resources: 60, endpoints: 3, hostile: true}))
	benign := pageOf(t, sample(t, size{findings: 30, resources: 60, endpoints: 3, filled: true}))
	got, want := shape(t, page), shape(t, benign)
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !want[name] {
			t.Errorf("the hostile page has %q, and the benign one has not", name)
		}
	}
	for name := range got {
		if _, attribute, _ := strings.Cut(name, " "); strings.HasPrefix(attribute, "on") || attribute == "src" || attribute == "style" {
			t.Errorf("there is %q", name)
		}
	}
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if to := html.UnescapeString(link[1]); !strings.HasPrefix(to, "#") && !strings.HasPrefix(to, "https://") {
			t.Errorf("there is a link to %q", to)
		}
	}
	if s := strings.IndexFunc(page, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x200b
	}); s >= 0 {
		t.Errorf("what cannot be seen stands in the page as it is: %q", page[max(0, s-30):s+10])
	}
	// All of it can be read, as text.
	text := html.UnescapeString(page)
	for _, h := range hostile {
		if !strings.Contains(text, snapshot.Printable(h)) {
			t.Errorf("%.80q cannot be read in the page", h)
		}
	}
}

// TestPolicy holds that nothing runs or is loaded but the page's own style and script.
func TestPolicy(t *testing.T) {
	page := pageOf(t, sample(t, size{findings: 3, resources: 5, endpoints: 2}))
	style := styles.FindAllStringSubmatch(page, -1)
	var code []string
	for _, s := range scripts.FindAllStringSubmatch(page, -1) {
		switch s[1] {
		case "":
			code = append(code, s[2])
		case ` type="application/json" id="inventory-data"`:
			if strings.ContainsAny(s[2], "<>") || !json.Valid([]byte(s[2])) {
				t.Error("the inventory's data are no JSON, or could end their element")
			}
		default:
			t.Errorf("there is a script with %s", s[1])
		}
	}
	if len(style) != 1 || len(code) != 1 {
		t.Fatalf("there are %d styles and %d scripts", len(style), len(code))
	}
	want := "default-src 'none'; style-src '" + hash(style[0][1]) + "'; script-src '" + hash(code[0]) + "'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	meta := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindStringSubmatch(page)
	if meta == nil || html.UnescapeString(meta[1]) != want {
		t.Errorf("the policy is %q, want %q", meta, want)
	}
	if strings.Index(page, meta[0]) > strings.Index(page, "<style>") {
		t.Error("the policy comes after what it is about")
	}
	if slices.ContainsFunc([]string{"url(", "@import", "@font-face"}, func(s string) bool { return strings.Contains(style[0][1], s) }) {
		t.Error("the style loads something")
	}
}

// TestDeterministic holds that the same snapshot makes the same bytes.
func TestDeterministic(t *testing.T) {
	s := size{findings: 40, resources: 100, endpoints: 20, filled: true}
	first := pageOf(t, sample(t, s))
	if second := pageOf(t, sample(t, s)); first != second {
		t.Error("two reports of one snapshot differ")
	}
}

// TestLarge holds that a large snapshot makes a file of a size that browsers open,
// with all findings in it.
func TestLarge(t *testing.T) {
	page := pageOf(t, sample(t, size{findings: 2000, resources: 10000, endpoints: 300}))
	if n := strings.Count(page, `<li class="finding`); n != 2000 {
		t.Errorf("%d findings, want 2000", n)
	}
	if n := strings.Count(page, `<details class="endpoint"`); n != mostEndpoints {
		t.Errorf("%d endpoints in detail, want %d", n, mostEndpoints)
	}
	data := inventoryOf(t, page)
	if len(data.Rows) != 11200 {
		t.Errorf("%d resources, want 11200", len(data.Rows))
	}
	if len(page) > 16<<20 {
		t.Errorf("the file has %d bytes", len(page))
	}
	t.Logf("2,000 findings, 11,200 resources, 300 endpoints: %d bytes", len(page))
	if !strings.Contains(page, "Of 300 endpoints, the 200 whose") {
		t.Error("it does not say that endpoints have no picture")
	}
}

func inventoryOf(t *testing.T, page string) (data inventoryData) {
	t.Helper()
	for _, s := range scripts.FindAllStringSubmatch(page, -1) {
		if s[1] != "" {
			if err := json.Unmarshal([]byte(s[2]), &data); err != nil {
				t.Fatal(err)
			}
		}
	}
	return data
}

// TestBounds holds that whatever is left out is said, and how much.
func TestBounds(t *testing.T) {
	in := sample(t, size{findings: mostFindings + 7, resources: mostInventory + 100, endpoints: mostEndpoints + mostListed + 5})
	for i := range mostRows + 11 {
		in.Report.Roles = append(in.Report.Roles, audit.Role{Role: fmt.Sprintf("arn:aws:iam::012345678901:role/r%d", i), Class: audit.Permissive, Rating: audit.Rating{Level: audit.High}})
	}
	for i := range mostPipelines + 3 {
		in.Report.Pipelines = append(in.Report.Pipelines, lineage.Pipeline{Pipeline: fmt.Sprintf("arn:aws:sagemaker:us-east-1:012345678901:pipeline/p%d", i)})
	}
	for i := range mostUnknown + 1 {
		in.Report.Unknown = append(in.Report.Unknown, audit.Unknown{Questions: []string{"roles"}, What: fmt.Sprint(i)})
	}
	page := pageOf(t, in)
	t.Logf("all bounds reached: %d bytes", len(page))
	for _, want := range []string{
		"Of 3,007 findings, the 3,000 worst are shown.", "Roles that can do too much: of 511 answers, the 500 worst are shown.", "Of 103 pipelines, 100 are shown.",
		"Of what answers lack, the first 500 of 501 entries are shown.", "Of 2,205 endpoints, the 200 whose invokers are the worst have pictures", "Of 2,005 further endpoints, 2,000 are listed.",
		"Of 28,920 resources, 20,000 are in the inventory&#39;s list", "The 25 worst are shown; 15 principals more",
	} {
		if strings.Count(page, want) == 0 {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(page, `<li class="finding`); n != mostFindings {
		t.Errorf("%d findings", n)
	}
	if n := len(inventoryOf(t, page).Rows); n != mostInventory {
		t.Errorf("%d resources", n)
	}
}

// TestShares holds how a bounded inventory is divided among kinds.
func TestShares(t *testing.T) {
	for _, c := range []struct {
		counts map[string]int64
		most   int64
		want   string
	}{
		{map[string]int64{"a": 1, "b": 2}, 10, "map[a:1 b:2]"},
		{map[string]int64{"a": 1, "b": 100, "c": 100}, 11, "map[a:1 b:5 c:5]"},
		{map[string]int64{"a": 3, "b": 4, "c": 1000}, 10, "map[a:3 b:3 c:4]"},
		{map[string]int64{}, 10, "map[]"},
		{map[string]int64{"a": -5, "b": 2}, 10, "map[a:0 b:2]"},
	} {
		if got := fmt.Sprint(shares(c.counts, c.most)); got != c.want {
			t.Errorf("shares(%v, %d) = %s, want %s", c.counts, c.most, got, c.want)
		}
	}
}

// TestWorstFirst holds that the endpoint and the invoker that are worst stand first,
// and that actions of one principal are joined.
func TestWorstFirst(t *testing.T) {
	b := newBuilder(sample(t, size{resources: 1, endpoints: 3}))
	plan := b.planEndpoints()
	all, err := b.endpoints(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	first := all.Detailed[0]
	if first.Ref.Name != "endpoint-00001" || first.Level != audit.High || first.Principals != 40 || first.Outside != 1 || first.MoreInvoker != 15 {
		t.Errorf("first is %s, %s, %d principals, %d from outside, %d more", first.Ref.Name, first.Level, first.Principals, first.Outside, first.MoreInvoker)
	}
	worst := first.Invokers[0]
	if worst.Principal.Name != "role-07" || fmt.Sprint(worst.Allowed, worst.Conditional, worst.Conditions) != "[InvokeEndpoint] [InvokeEndpointAsync] [IpAddress aws:SourceIp 192.0.2.0/24]" {
		t.Errorf("worst is %s: %v %v %v", worst.Principal.Name, worst.Allowed, worst.Conditional, worst.Conditions)
	}
	if plan.levels[audit.Info] != 119 || plan.levels[audit.High] != 1 {
		t.Errorf("levels are %v", plan.levels)
	}
}

// TestJoins holds that answers which are the same but for the way are one row, and are still
// counted one by one.
func TestJoins(t *testing.T) {
	in := sample(t, size{resources: 1})
	const role = "arn:aws:iam::012345678901:role/team/build"
	for _, e := range []struct {
		path   string
		gains  string
		level  audit.Level
		states int
	}{{"a", "one", audit.High, 2}, {"b", "two", audit.High, 1}, {"c", "one", audit.High, 2}, {"d", "one", audit.Low, 1}} {
		one := audit.Escalation{Principal: role, Path: e.path, Verdict: audit.Allowed, Gains: []string{"arn:aws:iam::012345678901:role/" + e.gains}, Rating: audit.Rating{Level: e.level}}
		for range e.states {
			one.Conditions = append(one.Conditions, "arn:aws:iam::aws:policy/P, arn:aws:iam::012345678901:policy/P, arn:aws:iam::999999999999:role/r")
		}
		in.Report.Escalations = append(in.Report.Escalations, one)
	}
	in.Report.Roles = []audit.Role{{Role: "arn:aws:iam::012345678901:role/fine", Rating: audit.Rating{Level: audit.Info}}, {Role: role, Rating: audit.Rating{Level: audit.High}}}
	b := newBuilder(in)
	b.accounts = []string{"012345678901"}
	b.planRoles()
	roles, got := b.roles(), b.escalations()
	var ways []string
	for _, r := range got.Rows {
		ways = append(ways, strings.Join(r.Cells[1].List, "+"))
		if c := r.Cells[2].List; len(c) != 1 || c[0] != "aws:policy/P, policy/P, 999999999999:role/r" {
			t.Errorf("conditions are %q", c)
		}
		if link := r.Cells[0].Refs[0].Link; link != "#"+roles.Rows[0].Anchor {
			t.Errorf("the principal leads to %q, and its row is %q", link, roles.Rows[0].Anchor)
		}
	}
	if fmt.Sprint(ways) != "[a+c b d]" || got.Shown != 4 || got.levels[audit.High] != 3 {
		t.Errorf("ways %v, %d shown, %d high", ways, got.Shown, got.levels[audit.High])
	}
	if roles.Rows[0].Cells[0].Refs[0].Link != "" {
		t.Error("a role's row leads to itself")
	}
}

// TestGapsJoined holds that what was not read for one reason is one entry, and that a list without
// answers is not called empty where something was not read.
func TestGapsJoined(t *testing.T) {
	in := sample(t, size{resources: 1})
	for _, what := range []string{"A in x", "B in x"} {
		in.Report.Unknown = append(in.Report.Unknown, audit.Unknown{Questions: []string{"escalations"}, What: what, Why: "denied", How: "grant it"})
	}
	in.Report.Unknown = append(in.Report.Unknown, audit.Unknown{Questions: []string{"escalations"}, What: "C in x", Why: "denied", How: "grant it", AnswersMissing: true})
	p, err := newBuilder(in).page(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g := p.Gaps; len(g.Entries) != 2 || fmt.Sprint(g.Entries[0].What) != "[A in x B in x]" || g.Total != 3 {
		t.Errorf("entries are %+v", g.Entries)
	}
	for _, n := range p.Nav {
		if want := map[string]string{"escalations": "unknown", "roles": "0"}[n.ID]; want != "" && n.Count != want {
			t.Errorf("%s has %q", n.ID, n.Count)
		}
	}
}

// TestPicture holds that a picture is built of shapes and texts alone.
func TestPicture(t *testing.T) {
	got, err := cleanSVG([]byte(drawing), `a "name" <b>`)
	if err != nil {
		t.Fatal(err)
	}
	want := `<svg role="img" aria-label="a &#34;name&#34; &lt;b&gt;" viewBox="0 0 200 50" width="200" height="50">` +
		`<g><rect x="1" stroke="none"></rect><text x="9" y="20" text-anchor="start">picture</text></g><g><path d="M0,0 C9 9 1 1 2 2 z"></path></g></svg>`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, bad := range []string{"", "text", "<html/>", `<svg viewBox="0 0 1 1"`, `<svg viewBox="x"/>`, `<svg/>`, `<svg viewBox="0 0 1 1"/><svg viewBox="0 0 1 1"/>`} {
		if got, err := cleanSVG([]byte(bad), ""); err == nil {
			t.Errorf("%q became %q", bad, got)
		}
	}
	if got, err := cleanSVG([]byte(`<svg viewBox="0 0 1 1"><text x="1">&lt;script&gt;&#x202e;</text>loose</svg>`), ""); err != nil || !strings.Contains(string(got), `<text x="1">&lt;script&gt;\u202e</text></svg>`) {
		t.Errorf("got %s, %v", got, err)
	}
}

// TestTold holds that a lineage is told from its start on, as it is drawn, and that a
// bound is said.
func TestTold(t *testing.T) {
	in := sample(t, size{endpoints: 1})
	b := newBuilder(in)
	walk := in.Lineage.Of(lineage.Start{ID: in.Graph.Nodes(endpointLabel)[0].ID}, lineage.Options{Up: true})
	p := b.told(walk)
	if err := b.draw(walk, &p); err != nil {
		t.Fatal(err)
	}
	var told []string
	for steps := p.steps; len(steps) > 0; steps = steps[0].Steps {
		told = append(told, fmt.Sprint(steps[0].Kind, steps[0].Edges, " ", steps[0].How))
		if !strings.Contains(string(p.svg), ">"+steps[0].Name+"</text>") {
			t.Errorf("%s is not in the picture", steps[0].Name)
		}
	}
	if got := strings.Join(told, "; "); got != "EndpointConfig[USED] a field names it; Model[REFERENCED] a field names it; ProcessingJob[DERIVED_FROM] worked out: both name the same" || p.told != 3 || p.more != 0 {
		t.Errorf("told %q, %d steps, %d more", got, p.told, p.more)
	}
	root := &lineage.Branch{More: 4}
	for range mostHops + 2 {
		root.Branches = append(root.Branches, &lineage.Branch{})
	}
	var long picture
	if steps := long.tell(root); len(steps) != mostHops || long.more != 6 {
		t.Errorf("%d steps, %d more", len(steps), long.more)
	}
}

// TestWriteFails holds that errors of the writer and of the context reach
// the caller.
func TestWriteFails(t *testing.T) {
	in := sample(t, size{resources: 1, endpoints: 1})
	broken := errors.New("broken")
	if err := Write(t.Context(), failing{broken}, in, Options{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Write(ctx, io.Discard, in, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
