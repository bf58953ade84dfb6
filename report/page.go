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
	Columns          []column
	Rows             []row
	Calm             []row // of level info, and no worse
	Shown            int   // answers in Rows
	Total            int   // of all answers
	Cut              string
	None             string
	Lacks            int // entries of what was not read that this question needs
	joins            int // cell in which answers may differ that are one row; 0 is none

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

// A column of a table is narrow where it has a word or a number.
type column struct {
	Title  string
	Narrow bool
}

func wide(title string) column   { return column{Title: title} }
func narrow(title string) column { return column{title, true} }

// A row is one answer, or several that are the same but for one cell.
type row struct {
	Anchor string
	rating
	Cells []cell
}

// row makes one, whose cells know their columns.
func (t *table) row(anchor string, r rating, cells []cell) row {
	for i := range cells {
		cells[i].Column = t.Columns[i].Title
	}
	return row{anchor, r, cells}
}

// A cell shows words, then resources, then a list.
type cell struct {
	Column string
	Words  string
	Refs   []ref      // with their ids
	Short  []kindRefs // without
	More   int        // resources that are not shown
	List   []string
}

// kindRefs are resources of one kind and place.
type kindRefs struct {
	Kind, Place string
	Refs        []ref
}

func words(s string) cell { return cell{Words: text(s)} }

// A waiverRow says what came of one entry of a file of waivers.
type waiverRow struct {
	Check, Reason, Until, State string
	About                       []ref
	Waives                      int
}
