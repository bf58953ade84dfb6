package report

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The gaps are what the snapshot does not hold, and what that means for the answers.
type gaps struct {
	Complete bool
	Entries  []gapEntry
	Total    int // of entries, those left out too
	Cut      string
	Unread   []lack
	Limits   []string
	Scopes   []scopeRow
	States   []string // columns of Scopes
}

// A gapEntry is what was not read and answers need, for one reason and with the same meaning.
type gapEntry struct {
	What            []string
	Why, Means, How string
	Missing         bool // there may be resources without an answer
}

// A lack is something that could not be read.
type lack struct {
	Text, Message string
}

// A scopeRow counts the kinds of one account and region by state.
type scopeRow struct {
	Account, Region string
	Kinds           []int
	Resources       int64
	Calls           int64
}

// questionTitles are the lists of the report as people call them.
var questionTitles = map[string]string{
	"invokers": "Who can invoke endpoints", "bearer": "Bearer tokens", "openers": "Who can open notebooks and Studio",
	"roles": "Roles that can do too much", "exposure": "Exposure to the internet", "assume": "Who can become a role",
	"escalations": "Who can gain a role", "buckets": "Public buckets", "pipelines": "Pipelines", "findings": "Findings", "lineage": "Lineage",
}

// lacks counts what was not read that a question needs.
func (b *builder) lacks(question string) (n int) {
	for i := range b.in.Report.Unknown {
		if slices.Contains(b.in.Report.Unknown[i].Questions, question) {
			n++
		}
	}
	return n
}

func (b *builder) gaps() gaps {
	report := &b.in.Manifest.Report
	g := gaps{Complete: report.Complete(), Total: len(b.in.Report.Unknown)}
	for i, u := range b.in.Report.Unknown {
		if i == mostUnknown {
			g.Cut = b.cut("Of what answers lack, the first %d of %s entries are shown. All are in: sgexport audit SNAPSHOT --format json", mostUnknown, snapshot.Grouped(int64(g.Total)))
			break
		}
		g.add(gapEntry{What: []string{text(u.What)}, Why: text(u.Why), How: text(u.How), Means: meaning(u.Questions, u.AnswersMissing), Missing: u.AnswersMissing})
	}
	for _, l := range snapshot.Lacks(report) {
		if l.Gap {
			g.Unread = append(g.Unread, lack{text(l.Text), text(l.Message)})
		} else {
			g.Limits = append(g.Limits, text(l.Text))
		}
	}
	states := []graph.State{graph.Complete, graph.Limited, graph.Partial, graph.Denied, graph.Unavailable, graph.Unoffered, graph.Skipped}
	for _, s := range states {
		g.States = append(g.States, string(s))
	}
	for i := range report.Scopes {
		s := &report.Scopes[i]
		r := scopeRow{Account: text(s.Account), Region: text(s.Region), Kinds: make([]int, len(states)), Calls: s.Calls}
		for j := range s.Kinds {
			r.Resources += s.Kinds[j].Written
			r.Calls += s.Kinds[j].Calls
			if at := slices.Index(states, s.Kinds[j].State); at >= 0 {
				r.Kinds[at]++
			}
		}
		g.Scopes = append(g.Scopes, r)
	}
	return g
}

// add adds an entry, or what it is about to one that says the same.
func (g *gaps) add(e gapEntry) {
	for i := range g.Entries {
		if o := &g.Entries[i]; o.Why == e.Why && o.How == e.How && o.Means == e.Means {
			o.What = append(o.What, e.What...)
			return
		}
	}
	g.Entries = append(g.Entries, e)
}

// meaning says what a lack means for the answers.
func meaning(questions []string, missing bool) string {
	var titles []string
	for _, q := range questions {
		title := questionTitles[q]
		if title == "" {
			title = text(q)
		}
		titles = append(titles, title)
	}
	if missing {
		return "There may be resources without any answer here, in: " + strings.Join(titles, ", ") + "."
	}
	return "Some answers are unknown, conditional or could be worse, in: " + strings.Join(titles, ", ") + "."
}
