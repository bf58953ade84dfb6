package report

import (
	"html/template"

	"github.com/sgexport/sgexport/audit"
)

// A page is what page.html shows. Its texts are printable.
type page struct {
	Title, Tool, MadeBy    string
	Snapshot, Began, Ended string
	Accounts, Regions      []string
	Nodes, Edges           int64
	Redaction              string

	Style  template.CSS
	Script template.JS
	Policy string // Content-Security-Policy

	Levels    []audit.Level
	Nav       []navItem
	Summary   summary
	Gaps      gaps
	Findings  findings
	Endpoints endpoints
	Tables    []*table
	Pipelines pipelines
	Checks    *table
	Waivers   []waiverRow
	Inventory inventoryPage
	Cuts      []string // what the bounds left out, a sentence each
}

// A navItem leads to a section.
type navItem struct {
	ID, Title string
	Count     string
	Bad       bool // worth a look: something critical, high, or not known
}

// A rating is a level, how bad it could be, and why it is borne with.
type rating struct {
	Level, CouldBe audit.Level
	Waived         string // "" where it is not
}

// A table is one section of answers.
type table struct {
	ID, Title, Intro string
	Columns          []string
	Rows             []row
	Calm             []row // of level info, and no worse
	Total            int   // of all answers
	Cut              string
	None             string
	Lacks            int // entries of what was not read that this question needs

	count
}

// A count is how many answers have each level, could be worse, and are waived, which
// count in neither.
type count struct {
	levels         map[audit.Level]int
	unsure, waived int
}

func (c *count) add(r rating) {
	switch {
	case r.Waived != "":
		c.waived++
		return
	case r.CouldBe != "":
		c.unsure++
	}
	if c.levels == nil {
		c.levels = map[audit.Level]int{}
	}
	c.levels[r.Level]++
}

// A row is one answer.
type row struct {
	Anchor string
	rating
	Cells []cell
}

// A cell shows words, then resources, then a list.
type cell struct {
	Words string
	Refs  []ref // with their ids
	Short []ref // without
	More  int   // resources that are not shown
	List  []string
}

func words(s string) cell { return cell{Words: text(s)} }

// A waiverRow says what came of one entry of a file of waivers.
type waiverRow struct {
	Check, Reason, Until, State string
	About                       []ref
	Waives                      int
}
