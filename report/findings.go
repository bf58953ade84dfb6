package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The findings stand below their checks, the worst first.
type findings struct {
	Groups            []findingGroup
	Total             int
	Waived            bool     // some are
	Checked           int      // checks that ran
	Accounts, Regions []string // to filter by, sorted
	Cut               string
	Lacks             int

	count
}

// mostOpen is how many findings may stand open when the page is opened.
const mostOpen = 60

// A findingGroup is all that one check found.
type findingGroup struct {
	Anchor, Check, Title, Fix string
	Open                      bool // at first
	rating
	Aliases, References []string
	Unknown             int // resources that it could not decide about
	Findings            []finding
}

// A finding is one resource.
type finding struct {
	Anchor string
	rating
	Resource ref
	Evidence []evidence
	More     int // evidence that is not shown
	Fix      string
}

func ratedFinding(f *audit.Finding) rating {
	return rated(audit.Rating{Level: f.Severity, Waived: f.Waived})
}

// Evidence is a fact that a finding rests on.
type evidence struct {
	Field, Value, Detail string
	Of                   *ref // where another resource says so
}

func (b *builder) findings() findings {
	all := b.in.Report.Findings
	f := findings{Total: len(all), Checked: len(b.in.Report.Checks), Lacks: b.lacks("findings")}
	order := make([]*audit.Finding, len(all))
	for i := range all {
		order[i] = &all[i]
		f.add(ratedFinding(&all[i]))
	}
	f.Waived = f.waived > 0
	slices.SortStableFunc(order, func(a, b *audit.Finding) int {
		return cmp.Or(compareRatings(ratedFinding(a), ratedFinding(b)), cmp.Compare(a.Check, b.Check), cmp.Compare(a.Resource, b.Resource))
	})
	if len(order) > mostFindings {
		f.Cut = b.cut("Of %s findings, the %s worst are shown. All are in: sgexport audit SNAPSHOT --format json", snapshot.Grouped(int64(len(order))), snapshot.Grouped(mostFindings))
		order = order[:mostFindings]
	}
	f.group(b, order)
	for i := range f.Groups {
		f.Groups[i].Open = len(order) <= mostOpen
	}
	return f
}

// group puts findings, the worst first, below their checks.
func (f *findings) group(b *builder, order []*audit.Finding) {
	checks := map[string]*audit.Check{}
	for i := range b.in.Report.Checks {
		checks[b.in.Report.Checks[i].Check] = &b.in.Report.Checks[i]
	}
	at := map[string]int{}
	accounts, regions := map[string]bool{}, map[string]bool{}
	for _, one := range order {
		i, ok := at[one.Check]
		if !ok {
			i = len(f.Groups)
			at[one.Check] = i
			f.Groups = append(f.Groups, newGroup(one, checks[one.Check], i))
		}
		shown := b.finding(one, f.Groups[i].Fix)
		accounts[shown.Resource.Account], regions[shown.Resource.Region] = true, true
		f.Groups[i].Findings = append(f.Groups[i].Findings, shown)
	}
	f.Accounts, f.Regions = slices.Sorted(maps.Keys(accounts)), slices.Sorted(maps.Keys(regions))
}

func newGroup(f *audit.Finding, c *audit.Check, n int) findingGroup {
	g := findingGroup{Anchor: fmt.Sprintf("check%d", n+1), Check: text(f.Check), Title: text(f.Check), Fix: text(f.Fix), rating: rating{Level: f.Severity}, Aliases: texts(f.Aliases)}
	if c != nil {
		g.Title, g.Fix, g.Aliases, g.References, g.Unknown = text(c.Title), text(c.Fix), texts(c.Aliases), texts(c.References), c.Unknown
	}
	return g
}

func (b *builder) finding(f *audit.Finding, fix string) finding {
	shown := finding{Anchor: b.anchor("f", f.Resource), rating: ratedFinding(f), Resource: b.ref(f.Resource)}
	if own := text(f.Fix); own != fix {
		shown.Fix = own
	}
	for i, e := range f.Evidence {
		if i == mostItems {
			shown.More = len(f.Evidence) - mostItems
			break
		}
		one := evidence{Field: text(e.Field), Value: text(e.Value), Detail: text(b.brief(e.Detail))}
		if e.Resource != f.Resource && e.Resource != "" {
			of := b.ref(e.Resource)
			one.Of = &of
		}
		shown.Evidence = append(shown.Evidence, one)
	}
	return shown
}

// checks lists every check: one that found nothing is told from one that could not
// look.
func (b *builder) checks() *table {
	t := &table{
		ID: "checks", Title: "Checks", Intro: "Every check, what it looked at, and what it could not decide about because something was not read.",
		Columns: []column{wide("Check"), narrow("Looked at"), narrow("Found"), narrow("Could not decide"), wide("Same check elsewhere")}, None: "No checks ran.", Total: len(b.in.Report.Checks), Lacks: b.lacks("findings"),
	}
	for i := range b.in.Report.Checks {
		c := &b.in.Report.Checks[i]
		t.Rows = append(t.Rows, t.row("", rating{Level: c.Severity}, []cell{
			{Words: text(c.Title), List: []string{text(c.Check)}}, number(c.Looked), number(c.Found), number(c.Unknown), {List: texts(c.Aliases)},
		}))
		t.Shown++
	}
	return t
}

func number(n int) cell { return cell{Words: snapshot.Grouped(int64(n))} }

// waivers says what came of the file of waivers.
func (b *builder) waivers() (rows []waiverRow) {
	for _, w := range b.in.Report.Waivers {
		r := waiverRow{Check: text(w.Check), Reason: text(w.Reason), Until: text(w.Until), State: text(string(w.State)), Waives: w.Waives}
		for _, id := range []string{w.Resource, w.Principal} {
			if id != "" {
				r.About = append(r.About, b.ref(id))
			}
		}
		rows = append(rows, r)
	}
	return rows
}
