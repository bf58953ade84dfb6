package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The parts of audit's table that are about checks and pipelines, and what is said of
// one check.

const (
	mostChecks    = 40 // rows of what checks found
	mostUndecided = 8  // checks that could not look everywhere
)

// findings has a row for each check that found something. What is waived counts apart.
func (t *table) findings() section {
	s := section{
		list: "findings", title: "What checks found", most: mostChecks, none: fmt.Sprintf("nothing; %s looked", snapshot.Counted(len(t.report.Checks), "check")),
		columns: []column{{"CHECK", ""}, {"FOUND", ""}, {"FIRST", anyKind}},
	}
	titles := map[string]string{}
	for i := range t.report.Checks {
		titles[t.report.Checks[i].Check] = t.report.Checks[i].Title
	}
	byCheck := map[string][]*audit.Finding{}
	for i := range t.report.Findings {
		f := &t.report.Findings[i]
		if f.Waived != nil {
			s.waived++
			continue
		}
		byCheck[f.Check] = append(byCheck[f.Check], f)
	}
	for _, check := range slices.Sorted(maps.Keys(byCheck)) {
		all := byCheck[check]
		slices.SortStableFunc(all, func(a, b *audit.Finding) int {
			return compareRatings(audit.Rating{Level: a.Severity}, audit.Rating{Level: b.Severity})
		})
		var resources []string
		for _, f := range all {
			resources = append(resources, f.Resource)
		}
		s.rows = append(s.rows, tableRow{
			Rating: audit.Rating{Level: all[0].Severity}, below: titles[check],
			cells: []cell{plain(check), plain(snapshot.Grouped(int64(len(all)))), some(resources)},
		})
	}
	return s
}

// undecided says which checks could not look everywhere, and at how many resources
// they could not.
func (t *table) undecided(w io.Writer) {
	var list []string
	for i := range t.report.Checks {
		c := &t.report.Checks[i]
		switch {
		case c.Unknown > 0:
			list = append(list, fmt.Sprintf("%s (%s)", c.Check, snapshot.Grouped(int64(c.Unknown))))
		case !c.Complete:
			list = append(list, c.Check)
		}
	}
	if len(list) == 0 {
		return
	}
	text := fmt.Sprintf("could not look everywhere, and at how many: %s", strings.Join(list[:min(mostUndecided, len(list))], ", "))
	if more := len(list) - mostUndecided; more > 0 {
		text += fmt.Sprintf(" and %s", snapshot.Counted(more, "other check"))
	}
	wrap(w, "  ", text+": see the end")
}

// pipelines has a row for each pipeline, of its newest execution.
func (t *table) pipelines() section {
	s := section{
		list: "pipelines", title: "Pipelines and what depends on them", unrated: true,
		columns: []column{{"PIPELINE", "pipeline/"}, {"STEPS", ""}, {"NEEDS", ""}, {"RUNS", ""}, {"LAST", ""}, {"ENDPOINTS", "endpoint/"}},
	}
	for i := range t.report.Pipelines {
		p := &t.report.Pipelines[i]
		last := "-"
		if len(p.Executions) > 0 {
			last = cmp.Or(p.Executions[0].Status, "?")
		}
		var endpoints, needs []string
		for _, e := range p.Endpoints {
			endpoints = append(endpoints, e.Endpoint)
		}
		for _, n := range p.DependsOn {
			needs = append(needs, n.Resource)
		}
		number := func(n int) cell { return plain(snapshot.Grouped(int64(n))) }
		s.rows = append(s.rows, tableRow{cells: []cell{
			{id: p.Pipeline}, number(len(p.Steps)), number(len(unique(needs))), number(len(p.Executions)), plain(last), some(endpoints),
		}})
	}
	return s
}

// complete says first what the end says at length: that answers are missing, or rest
// on less than there is.
func (t *table) complete(w io.Writer) {
	missing, lacking := map[string]bool{}, map[string]bool{}
	for i := range t.report.Unknown {
		u := &t.report.Unknown[i]
		if what := cmp.Or(u.Label, u.What); u.AnswersMissing {
			missing[what] = true
		} else {
			lacking[what] = true
		}
	}
	maps.DeleteFunc(lacking, func(what string, _ bool) bool { return missing[what] })
	var parts []string
	if n := len(missing); n > 0 {
		parts = append(parts, counted2(n, "kind was", "kinds were")+" not listed, or not read whole, so answers are missing")
	}
	if n := len(lacking); n > 0 {
		more := map[bool]string{true: " more", false: ""}[len(missing) > 0]
		parts = append(parts, "of "+counted2(n, "kind", "kinds")+more+" not all was read that answers need")
	}
	if len(parts) > 0 {
		wrap(w, "", "not complete: "+strings.Join(parts, "; ")+": see the end")
	}
}

// counted2 is a number and what it counts.
func counted2(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return snapshot.Grouped(int64(n)) + " " + more
}

// printOne prints all that there is to say of one check, or of one list.
func (t *table) printOne(w io.Writer, path string) {
	t.head(w, path)
	for i := range t.report.Checks {
		c := &t.report.Checks[i]
		fmt.Fprintln(w)
		wrap(w, "", fmt.Sprintf("%s, %s: %s", c.Check, c.Severity, c.Title))
		wrap(w, "  ", "what to do: "+c.Fix)
		if len(c.Aliases) > 0 {
			wrap(w, "  ", "elsewhere: "+strings.Join(c.Aliases, ", "))
		}
		for _, r := range c.References {
			wrap(w, "  ", "see "+r)
		}
		wrap(w, "  ", fmt.Sprintf("looked at %s, found %s, could not decide about %s", snapshot.Grouped(int64(c.Looked)), snapshot.Grouped(int64(c.Found)), snapshot.Grouped(int64(c.Unknown))))
	}
	fixes := map[string]string{}
	for _, r := range t.report.Rules() {
		fixes[r.ID] = r.Fix
	}
	items := slices.Collect(t.report.Items())
	slices.SortStableFunc(items, func(a, b *audit.Item) int {
		return cmp.Or(cmp.Compare(rankOf(a.Waived == nil), rankOf(b.Waived == nil)), compareRatings(a.Rating, b.Rating))
	})
	for _, i := range items {
		t.item(w, i, fixes[i.Rule])
	}
	if len(items) == 0 {
		fmt.Fprintln(w, "\nnothing that is worse than info, or could be")
	}
	t.unknown(w)
}

// item prints one item. Ids stand on lines of their own, uncut: people copy them.
func (t *table) item(w io.Writer, i *audit.Item, fix string) {
	level := string(i.Level)
	if i.CouldBe != "" {
		level = string(i.CouldBe) + "?"
	}
	fmt.Fprintf(w, "\n%-*s %s\n", levelWidth, level, snapshot.Printable(i.About))
	if i.Waived != nil {
		until := ""
		if i.Waived.Until != "" {
			until = " until " + i.Waived.Until
		}
		wrap(w, "  ", fmt.Sprintf("waived%s: %s", until, i.Waived.Reason))
	}
	if i.List != "findings" {
		wrap(w, "  ", i.Message)
	}
	for _, e := range i.Evidence {
		words := slices.DeleteFunc([]string{e.Field, e.Value}, func(s string) bool { return s == "" })
		text := strings.Join(words, " ") + ": " + e.Detail
		if e.Resource != i.About {
			text += " (" + e.Resource + ")"
		}
		wrap(w, "  ", strings.TrimPrefix(text, ": "))
	}
	for _, c := range i.Conditions {
		wrap(w, "  ", "depends on: "+c)
	}
	for _, u := range i.Unknown {
		wrap(w, "  ", "not read: "+u)
	}
	if i.List != "findings" {
		wrap(w, "  ", "what to do: "+fix)
	}
}

// listChecks prints what --check and --waive take.
func listChecks(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	r := audit.Report{Checks: checks.List()}
	rules := r.Rules()
	width := 0
	for i := range rules {
		width = max(width, len(rules[i].ID))
	}
	all := map[bool][]audit.Rule{}
	for _, rule := range rules {
		isCheck := slices.ContainsFunc(r.Checks, func(c audit.Check) bool { return c.Check == rule.ID })
		all[isCheck] = append(all[isCheck], rule)
	}
	var lists []string
	for _, l := range audit.Lists() {
		lists = append(lists, l.Name)
	}
	w := c.App.Writer
	fmt.Fprintln(w, "Checks")
	printRules(w, all[true], width)
	fmt.Fprintln(w, "\nAnswers that are no findings of checks")
	printRules(w, all[false], width)
	fmt.Fprintln(w)
	wrap(w, "", "A whole list is named too: "+strings.Join(lists, ", ")+"; and a check by its alias.")
	return nil
}

// printRules prints a rule a line, the title below where it does not fit.
func printRules(w io.Writer, rules []audit.Rule, width int) {
	for i := range rules {
		r := &rules[i]
		line := fmt.Sprintf("  %-*s %-*s %s", levelWidth, r.Severity, width, r.ID, r.Title)
		if len(line) > tableWidth {
			fmt.Fprintf(w, "  %-*s %s\n", levelWidth, r.Severity, r.ID)
			wrap(w, strings.Repeat(" ", levelWidth+3), r.Title)
			continue
		}
		fmt.Fprintln(w, line)
	}
}
