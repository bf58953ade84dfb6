package report

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

// An Input is a snapshot with its answers.
type Input struct {
	Graph     *view.Graph // with what [audit.Kept] and [lineage.Keep] keep
	Report    *audit.Report
	Lineage   *lineage.Lineage
	Manifest  *snapshot.Manifest
	Inventory *Inventory // that has seen all nodes
}

// Options say how the page is called.
type Options struct {
	Title string // "" is one that names the accounts
	Tool  string // name and version of the program that writes it
}

// Write writes the page. The same input and options give the same bytes. Errors are
// those of w, of drawing, and of ctx.
func Write(ctx context.Context, w io.Writer, in *Input, o Options) error {
	p, err := newBuilder(in).page(ctx, o)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := pageTemplate().Execute(out, p); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return out.Flush()
}

// A builder makes the page of an input.
type builder struct {
	in      *Input
	anchors map[string]string   // of the section that a node has of its own, by id
	places  map[string][]string // anchors at which a node stands, by id
	next    map[string]int
	cuts    []string

	accounts, regions []string // that were read
}

func newBuilder(in *Input) *builder {
	return &builder{in: in, anchors: map[string]string{}, places: map[string][]string{}, next: map[string]int{}}
}

// anchor returns a new one, such as f12, at which a node stands.
func (b *builder) anchor(prefix, id string) string {
	b.next[prefix]++
	a := fmt.Sprintf("%s%d", prefix, b.next[prefix])
	if len(b.places[id]) < mostPlaces {
		b.places[id] = append(b.places[id], a)
	}
	return a
}

// mostPlaces is how many links the inventory has from one resource.
const mostPlaces = 4

func (b *builder) cut(format string, args ...any) string {
	s := fmt.Sprintf(format, args...)
	b.cuts = append(b.cuts, s)
	return s
}

func (b *builder) page(ctx context.Context, o Options) (*page, error) {
	m, r := b.in.Manifest, b.in.Report
	p := &page{
		Tool: text(o.Tool), MadeBy: text(strings.TrimSpace(m.Tool + " " + m.ToolVersion)), Snapshot: sayTime(m.Snapshot), Began: sayTime(m.Began), Ended: sayTime(m.Ended),
		Nodes: m.Counts.Nodes, Edges: m.Counts.Edges, Redaction: text(m.Redaction.Mode), Levels: audit.Levels(),
	}
	p.Accounts, p.Regions = scopesOf(r.Scopes)
	b.accounts, b.regions = p.Accounts, p.Regions
	p.Title = text(cmp.Or(o.Title, "SageMaker inventory of "+few(p.Accounts)))
	plan := b.planEndpoints()
	b.planRoles()
	p.Gaps = b.gaps()
	p.Findings = b.findings()
	var err error
	if p.Endpoints, err = b.endpoints(ctx, plan); err != nil {
		return nil, err
	}
	p.Tables = b.tables()
	p.Pipelines = b.pipelines()
	p.Checks = b.checks()
	p.Waivers = b.waivers()
	p.Inventory = b.inventory()
	p.Cuts = b.cuts
	p.Summary = b.summary(p, plan)
	p.Nav = navOf(p)
	p.Style, p.Script, p.Policy = assets()
	return p, nil
}

func sayTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// scopesOf returns the accounts and regions of scopes, sorted.
func scopesOf(scopes []string) (accounts, regions []string) {
	as, rs := map[string]bool{}, map[string]bool{}
	for _, s := range scopes {
		account, region, _ := strings.Cut(s, "/")
		as[text(account)] = true
		if region != "global" {
			rs[text(region)] = true
		}
	}
	return slices.Sorted(maps.Keys(as)), slices.Sorted(maps.Keys(rs))
}

func few(names []string) string {
	const most = 3
	switch {
	case len(names) == 0:
		return "no account"
	case len(names) > most:
		return fmt.Sprintf("%s and %d more accounts", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// A summary counts what the sections have.
type summary struct {
	Findings []levelCount
	Waived   int
	Rows     []summaryRow
	Unsure   int
	Complete bool
	Gaps     int // that could not be read
	Limits   int // that were not asked for
	Unknown  int // that answers lack
}

type levelCount struct {
	Level audit.Level
	Count int
}

// A summaryRow counts the answers to one question by level.
type summaryRow struct {
	ID, Title string
	Counts    []levelCount
	Unsure    int
	Waived    int
	Lacks     int
}

func (b *builder) summary(p *page, plan *endpointPlan) summary {
	s := summary{
		Complete: b.in.Manifest.Report.Complete(), Waived: p.Findings.waived, Findings: countsOf(p.Findings.levels),
		Gaps: len(p.Gaps.Unread), Limits: len(p.Gaps.Limits), Unknown: p.Gaps.Total,
	}
	add := func(id, title string, c *count, lacks int) {
		s.Rows = append(s.Rows, summaryRow{id, title, countsOf(c.levels), c.unsure, c.waived, lacks})
		s.Unsure += c.unsure
	}
	add("findings", "Findings", &p.Findings.count, b.lacks("findings"))
	add("endpoints", questionTitles["invokers"], &plan.count, b.lacks("invokers"))
	for _, t := range p.Tables {
		add(t.ID, t.Title, &t.count, t.Lacks)
	}
	return s
}

func countsOf(by map[audit.Level]int) []levelCount {
	var all []levelCount
	for _, l := range audit.Levels() {
		all = append(all, levelCount{l, by[l]})
	}
	return all
}

func navOf(p *page) []navItem {
	number := func(n int) string { return snapshot.Grouped(int64(n)) }
	bad := func(counts map[audit.Level]int) bool { return counts[audit.Critical]+counts[audit.High] > 0 }
	nav := []navItem{
		{ID: "summary", Title: "Summary"},
		{ID: "gaps", Title: "Coverage and gaps", Count: number(p.Gaps.Total + len(p.Gaps.Unread) + len(p.Gaps.Limits)), Bad: p.Gaps.Total+len(p.Gaps.Unread) > 0},
		{"findings", "Findings", number(p.Findings.Total), bad(p.Findings.levels)},
		{ID: "endpoints", Title: "Endpoints", Count: number(p.Endpoints.Total)},
	}
	for _, t := range p.Tables {
		item := navItem{t.ID, t.Title, number(t.Total), bad(t.levels)}
		if t.Total == 0 && t.Lacks > 0 {
			item.Count = "unknown"
		}
		nav = append(nav, item)
	}
	return append(nav,
		navItem{ID: "pipelines", Title: "Pipelines", Count: number(p.Pipelines.Total)},
		navItem{ID: "checks", Title: "Checks", Count: number(p.Checks.Total)},
		navItem{ID: "inventory", Title: "Inventory", Count: snapshot.Grouped(p.Inventory.Total)},
		navItem{ID: "about", Title: "About this report"})
}

// compareRatings orders the worst first: at worst, and then as far as known. What is
// waived comes last.
func compareRatings(a, b rating) int {
	rank := func(l audit.Level) int { return slices.Index(audit.Levels(), l) }
	waived := func(r rating) int { return min(len(r.Waived), 1) }
	return cmp.Or(cmp.Compare(waived(a), waived(b)), cmp.Compare(rank(a.worst()), rank(b.worst())), cmp.Compare(rank(a.Level), rank(b.Level)))
}

func (r rating) worst() audit.Level { return cmp.Or(r.CouldBe, r.Level) }

func rated(r audit.Rating) rating {
	shown := rating{Level: r.Level, CouldBe: r.CouldBe}
	if w := r.Waived; w != nil {
		shown.Waived = text(w.Reason)
		if w.Until != "" {
			shown.Waived = "until " + text(w.Until) + ": " + shown.Waived
		}
	}
	return shown
}
