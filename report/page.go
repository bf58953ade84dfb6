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
	Inventory inventoryPage
	Cuts      []string // what the bounds left out, a sentence each
}

// A navItem leads to a section.
type navItem struct {
	ID, Title string
	Count     string
	Bad       bool // worth a look: something critical, high, or not known
}

// A rating is a level, and how bad it could be.
type rating struct{ Level, CouldBe audit.Level }

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

	counts map[audit.Level]int
	unsure int
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
