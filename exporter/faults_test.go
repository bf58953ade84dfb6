package exporter_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/simulator"
)

var updateFaults = flag.Bool("update", false, "rewrite testdata/faults.txt")

// The rows of the matrix are faults, its columns the phases of a run with an
// operation of each. testdata/faults.txt says what each cell costs beside an
// undisturbed run: the exit status, the gaps, and which facts of the graph there
// are no longer (-) or only now (+). With a node goes what it says. A line for the many jobs stands for all of
// them, with their number.
var (
	matrixColumns = []struct{ phase, operation string }{
		{"STS", "sts:GetCallerIdentity"},
		{"list", "ListModels"},
		{"pages", "ListTrainingJobs"},
		{"describe", "DescribeEndpointConfig"},
		{"search", "Search"},
		{"tags", "GetResources"},
		{"associations", "ListAssociations"},
		{"neighbours", "s3:GetBucketPolicyStatus"},
	}
	matrixRows = []string{
		"latency:%s=1ms-3ms", "throttle:%s=40/2", "status:%s=500@1-2", "status:%s=503+empty@1-2", "cut:%s@1", // what a run gets over
		"empty:%s", "twice:%s", // pages that are odd, and no reason to miss anything
		"status:%s=500", "status:%s=502+html", "hang:%s", "deny:%s", "unknown:%s", "tokens:%s", "cut:%s",
		"vanish:%s", "huge:%s=20kB",
	}
	// matrixMore are further cells: what one operation says where another one does
	// not, and credentials that end.
	matrixMore = []string{
		"deny:GetResources+ListTags", "status:GetResources+ListTags=500", "deny:Search+DescribeTrainingJob", "tokens:ListTrainingJobs+Search+GetResources",
		"vanish:DescribeEndpointConfig vanish:ListEndpointConfigs@2-",
		"vanish:Search+DescribeTrainingJob+GetResources+ListTags=job-00* vanish:ListTrainingJobs=job-00*@3-",
		"expire=0", "expire=1", "expire=9",
	}
)

const matrixJobs = 120 // more than a page

// matrixInventory is a small account with something for each column.
func matrixInventory(t *testing.T) *simulator.Inventory {
	t.Helper()
	files := docs(t, map[string]string{
		"Model": list(
			model("one", `, "PrimaryContainer": {"ModelDataUrl": "s3://full/one.tar.gz"}, "Tags": [{"Key": "team", "Value": "a"}]`),
			model("two", `, "PrimaryContainer": {"ModelDataUrl": "s3://bare/two.tar.gz"}`)),
		"EndpointConfig": list(config("first", "ghost"), config("second", "ghost")),
		"TrainingJob": many(matrixJobs, func(i int) string {
			return strings.TrimSuffix(job(fmt.Sprintf("job-%03d", i), fmt.Sprintf("2026-01-02T00:%02d:%02dZ", i/60, i%60), role+"-of-jobs", "s3://never-asked/out"), "}") +
				`, "FailureReason": "none", "Tags": [{"Key": "n", "Value": "v"}]}`
		}),
		"Action": list(
			fmt.Sprintf(`{"ActionName": "act", "ActionArn": %q, "ActionType": "x", "Source": {"SourceUri": "s"}, "CreationTime": "2026-01-02T00:00:00Z"}`, arnOf("action/act"))),
		"Context": list(
			fmt.Sprintf(`{"ContextName": "ctx", "ContextArn": %q, "ContextType": "x", "Source": {"SourceUri": "s"}, "CreationTime": "2026-01-02T00:00:00Z"}`, arnOf("context/ctx"))),
		"Association": list(fmt.Sprintf(`{"SourceArn": %q, "DestinationArn": %q, "AssociationType": "ContributedTo", "CreationTime": "2026-01-02T00:00:00Z"}`, arnOf("action/act"), arnOf("context/ctx"))),
	}).(fstest.MapFS)
	files[account+"/Bucket.json"] = &fstest.MapFile{Data: []byte(twoBuckets)}
	inventory, err := simulator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return inventory
}

// A gapLine is a gap as the matrix compares it.
type gapLine struct {
	what  string // label, action and code
	count int64
	ids   []string
}

func (g gapLine) String() string {
	text := g.what
	if g.count != 1 {
		text += fmt.Sprintf(" × %d", g.count)
	}
	return strings.TrimSpace(text + " " + strings.Join(g.ids, " "))
}

// A cost is what faults changed of a run.
type cost struct {
	status       int
	gaps         []gapLine
	lost, gained []string
}

func (c *cost) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "exit %d\n", c.status)
	for _, g := range c.gaps {
		fmt.Fprintf(&b, "gap %s\n", g)
	}
	if c.status == 1 {
		b.WriteString("- everything\n")
		return b.String()
	}
	lost := slices.DeleteFunc(slices.Clone(c.lost), func(fact string) bool { return isColumn(fact) && c.loses(fact) })
	for _, line := range collapsed(lost) {
		b.WriteString("- " + line + "\n")
	}
	for _, line := range collapsed(c.gained) {
		b.WriteString("+ " + line + "\n")
	}
	return b.String()
}

var jobNumber = regexp.MustCompile(`job-\d{3}|T00:0\d:\d{2}(\.0+)?Z`)

// collapsed counts lines that differ in the number of a job alone.
func collapsed(lines []string) []string {
	counts := map[string]int{}
	for _, line := range lines {
		counts[jobNumber.ReplaceAllString(line, "…")]++
	}
	var out []string
	for _, line := range sortedKeys(counts) {
		if n := counts[line]; n > 1 {
			line = fmt.Sprintf("%d × %s", n, line)
		}
		out = append(out, line)
	}
	return out
}

// facts are all that a graph says, a line each.
func (r *result) facts() []string {
	var all []string
	for id, columns := range r.nodes {
		all = append(all, id)
		for name, value := range columns {
			if len(value) > 200 {
				value = fmt.Sprintf("%s… of %d bytes", value[:20], len(value))
			}
			all = append(all, id+" "+name+"="+value)
		}
	}
	all = append(all, r.edges...)
	slices.Sort(all)
	return all
}

// disturbed runs an export of the matrix's account with faults. The graph is empty
// where there is no snapshot.
func disturbed(t *testing.T, folder string, inventory *simulator.Inventory, seed uint64, texts ...string) (facts []string, gaps []gapLine, status int) {
	t.Helper()
	faults, err := simulator.ParseFaults(seed, texts...)
	if err != nil {
		t.Error(err)
		return nil, nil, 0
	}
	server := httptest.NewServer(simulator.New(inventory, faults.Options(time.Now)))
	defer server.Close()
	dir, err := os.MkdirTemp(folder, "")
	if err != nil {
		t.Error(err)
		return nil, nil, 0
	}
	r, err := tryCollect(t, t.Context(), exporter.Config{
		Clock: time.Now, Targets: targets(server.URL, region), Dir: dir, DescribeLimit: 0, Newest: 10,
		Kinds:     []string{"AWSSageMakerModel", "AWSSageMakerEndpointConfig", "AWSSageMakerTrainingJob", "AWSSageMakerAction", "AWSSageMakerContext"},
		Neighbors: []string{"s3"}, CallTimeout: 2 * time.Second, GiveUpAfter: time.Minute,
	})
	if err != nil {
		return nil, []gapLine{{what: meaning(err), count: 1}}, 1
	}
	for _, g := range r.report.Gaps {
		gaps = append(gaps, gapLine{fmt.Sprintf("%s %s %s", g.Label, g.Action, g.Code), g.Count, g.IDs})
	}
	if r.report.HasGaps() {
		status = 3
	}
	return r.facts(), gaps, status
}

// meaning is what kind of error ended a run.
func meaning(err error) string {
	var c *exporter.CredentialsError
	var e *exporter.EndpointError
	var d *exporter.DeniedError
	switch {
	case errors.As(err, &c):
		return "CredentialsError " + c.Code
	case errors.As(err, &e):
		return "EndpointError " + e.Code
	case errors.As(err, &d):
		return "DeniedError"
	}
	return err.Error()
}

// without are the elements of a that b lacks.
func without(a, b []string) []string {
	has := map[string]bool{}
	for _, s := range b {
		has[s] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return has[s] })
}

// A matrix is the account and what an undisturbed run makes of it.
type matrix struct {
	t         *testing.T
	folder    string
	inventory *simulator.Inventory
	whole     []string
}

// costs runs an export with each of some sets of faults, many at a time, since most
// of them wait, in an order that the seed decides.
func (m *matrix) costs(seed uint64, sets [][]string) []*cost {
	out := make([]*cost, len(sets))
	var g errgroup.Group
	g.SetLimit(24)
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(sets)) {
		g.Go(func() error {
			facts, gaps, status := disturbed(m.t, m.folder, m.inventory, seed, sets[i]...)
			out[i] = &cost{status: status, gaps: gaps, lost: without(m.whole, facts), gained: without(facts, m.whole)}
			return nil
		})
	}
	_ = g.Wait() // what fails has told the test
	return out
}

// isColumn tells whether a fact is what a node says, and not a node or an edge.
func isColumn(fact string) bool {
	return strings.HasPrefix(fact, "AWS") && strings.Count(fact, " ") > 1
}

// lacks tells whether a node is among what was lost, by its label and id.
func (c *cost) lacks(node string) bool {
	_, found := slices.BinarySearch(c.lost, node)
	return found
}

// loses tells whether a fact is about a node that was lost.
func (c *cost) loses(fact string) bool {
	label, rest, _ := strings.Cut(fact, " ")
	id, _, _ := strings.Cut(rest, " ")
	return c.lacks(label + " " + id)
}

// both is what two faults on different operations must cost together. A run that
// one of them ends has ended. Else all is lost that one of them loses, and all
// gaps are there, except that nothing is said, and nothing missed, of a node that
// the other one loses: it was never asked for.
func both(a, b *cost) *cost {
	for _, c := range []*cost{a, b} {
		if c.status == 1 {
			return c
		}
	}
	sum := &cost{}
	for _, pair := range [][2]*cost{{a, b}, {b, a}} {
		of, other := pair[0], pair[1]
		sum.lost = append(sum.lost, of.lost...)
		for _, fact := range of.gained {
			if !other.loses(fact) {
				sum.gained = append(sum.gained, fact)
			}
		}
		for _, g := range of.gaps {
			label, _, _ := strings.Cut(g.what, " ")
			left := slices.DeleteFunc(slices.Clone(g.ids), func(id string) bool { return other.lacks(label + " " + id) })
			if g.count -= int64(len(g.ids) - len(left)); g.count > 0 {
				g.ids = left
				sum.gaps = append(sum.gaps, g)
			}
		}
	}
	slices.Sort(sum.lost)
	sum.lost = slices.Compact(sum.lost)
	slices.Sort(sum.gained)
	sum.gained = slices.Compact(sum.gained)
	slices.SortFunc(sum.gaps, func(x, y gapLine) int { return strings.Compare(x.what, y.what) })
	if sum.gaps != nil {
		sum.status = 3
	}
	return sum
}

// TestFaultMatrix has each fault in each phase, and each pair of faults on two
// operations that the seed chooses.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	const seed = 20261128
	m := &matrix{t: t, folder: t.TempDir(), inventory: matrixInventory(t)}
	var gaps []gapLine
	var status int
	if m.whole, gaps, status = disturbed(t, m.folder, m.inventory, seed); status != 0 || gaps != nil {
		t.Fatalf("undisturbed: exit %d, gaps %v", status, gaps)
	}
	var cells [][]string
	for _, row := range matrixRows {
		for _, column := range matrixColumns {
			cells = append(cells, []string{fmt.Sprintf(row, column.operation)})
		}
	}
	for _, more := range matrixMore {
		cells = append(cells, strings.Fields(more))
	}
	alone := m.costs(seed, cells)
	var b strings.Builder
	for i, cell := range cells {
		fmt.Fprintf(&b, "== %s\n%s\n", strings.Join(cell, " "), alone[i])
	}
	compareFaults(t, b.String())
	m.pairs(seed, alone)
}

// compareFaults compares the cells with the file that says what they cost.
func compareFaults(t *testing.T, got string) {
	t.Helper()
	const golden = "testdata/faults.txt"
	if *updateFaults {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s says otherwise: %s", golden, firstDifference(string(want), got))
	}
}

// pairs runs each pair of faults, and compares what it costs with what both cost
// alone.
func (m *matrix) pairs(seed uint64, alone []*cost) {
	roll := rand.New(rand.NewPCG(seed, 1))
	columns := len(matrixColumns)
	var sets [][]string
	var want []*cost
	for i := range matrixRows {
		for j := range i + 1 {
			x := roll.IntN(columns)
			y := (x + 1 + roll.IntN(columns-1)) % columns
			sets = append(sets, []string{fmt.Sprintf(matrixRows[i], matrixColumns[x].operation), fmt.Sprintf(matrixRows[j], matrixColumns[y].operation)})
			want = append(want, both(alone[i*columns+x], alone[j*columns+y]))
		}
	}
	for i, got := range m.costs(seed, sets) {
		slices.SortFunc(got.gaps, func(x, y gapLine) int { return strings.Compare(x.what, y.what) })
		if got.String() != want[i].String() {
			m.t.Errorf("seed %d: %s: %s", seed, strings.Join(sets[i], " and "), firstDifference(want[i].String(), got.String()))
		}
	}
}
