package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

// The tree of lineage fits tableWidth columns.
const (
	mostBranches = 20 // below one place; JSON has all
	mostSame     = 4  // of them that are alike and lead nowhere
	mostLevels   = 24
	mostLacking  = 6 // lines of what was not read
)

// A lineageTree is one direction of a walk as people read it.
type lineageTree struct {
	w       io.Writer
	account string // and region: those of most, which are left out of names
	region  string
	shown   map[string]bool // places that have their branches in the tree
	printed map[string]bool
	marks   map[lineage.How]bool
}

// printLineage prints what a walk found as trees, and before them what could have led
// further and is not in the snapshot.
func printLineage(w io.Writer, walk *lineage.Walk) {
	up, down := walk.Trees(mostBranches)
	fmt.Fprintln(w, cutMiddle("lineage of "+snapshot.Printable(cmp.Or(up, down).Key()), tableWidth))
	printLacking(w, walk.Unknown)
	marks := map[lineage.How]bool{}
	for _, side := range []struct {
		root        *lineage.Branch
		title, none string
	}{{up, "came of", "nothing that the snapshot has"}, {down, "led to", "nothing that the snapshot has"}} {
		if side.root == nil {
			continue
		}
		t := &lineageTree{w: w, shown: map[string]bool{}, printed: map[string]bool{}, marks: marks}
		t.account, t.region = home(walk.Nodes)
		t.note(side.root, 0)
		fmt.Fprintln(w, cutMiddle(t.name(side.root)+t.facts(side.root), tableWidth-1-len(side.title))+" "+side.title)
		if len(side.root.Branches) == 0 {
			fmt.Fprintln(w, "   "+side.none)
		}
		t.branches(side.root, "", 1)
		fmt.Fprintln(w)
	}
	printMarks(w, marks)
}

// note finds which places have their branches in the tree.
func (t *lineageTree) note(b *lineage.Branch, level int) {
	if b.Again || level > mostLevels {
		return
	}
	t.shown[b.Key()] = true
	for _, next := range b.Branches {
		t.note(next, level+1)
	}
}

func (t *lineageTree) branches(b *lineage.Branch, before string, level int) {
	t.printed[b.Key()] = true
	if level > mostLevels {
		if len(b.Branches) > 0 {
			t.line(before, "└─ ", "… and further: ask for the lineage of the above", "")
		}
		return
	}
	shown, more := t.fewer(b.Branches)
	for i, next := range shown {
		last := i == len(shown)-1 && b.More == 0 && len(more) == 0
		corner, below := "├", "│ "
		if last {
			corner, below = "└", "  "
		}
		t.line(before, corner+t.mark(next.Edges)+" ", t.name(next), t.facts(next)+t.apart(b, next)+t.elsewhere(next))
		if !next.Again {
			t.branches(next, before+below, level+1)
		}
	}
	for i, text := range more {
		corner := "├─ "
		if i == len(more)-1 && b.More == 0 {
			corner = "└─ "
		}
		t.line(before, corner, text, "")
	}
	if b.More > 0 {
		t.line(before, "└─ ", fmt.Sprintf("… and %s more: --format json has all", snapshot.Grouped(int64(b.More))), "")
	}
}

// fewer leaves out of what leads nowhere all but the first of each kind, where there
// are many, and says how many it left out.
func (t *lineageTree) fewer(all []*lineage.Branch) (shown []*lineage.Branch, more []string) {
	alike := func(b *lineage.Branch) string {
		switch {
		case len(b.Branches) > 0 || b.Again || b.More > 0:
			return ""
		case b.Location != "":
			bucket, _, _ := strings.Cut(strings.TrimPrefix(b.Location, "s3://"), "/")
			return "locations in " + bucket
		}
		return "of " + kindOf(b)
	}
	count := map[string]int{}
	for _, b := range all {
		count[alike(b)]++
	}
	seen := map[string]int{}
	for _, b := range all {
		key := alike(b)
		if seen[key]++; key == "" || count[key] <= mostSame || seen[key] < mostSame {
			shown = append(shown, b)
		} else if seen[key] == mostSame {
			more = append(more, fmt.Sprintf("… and %s more %s", snapshot.Grouped(int64(count[key]-mostSame+1)), snapshot.Printable(key)))
		}
	}
	return shown, more
}

// kindOf is a label as people say it.
func kindOf(b *lineage.Branch) string {
	return strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(b.Label, "AWSSageMaker"), "AWS"), "ECRRepository")
}

// elsewhere says where the branches of a place stand that has them in another line.
func (t *lineageTree) elsewhere(b *lineage.Branch) string {
	switch {
	case !b.Again:
		return ""
	case t.printed[b.Key()]:
		return " (see above)"
	case t.shown[b.Key()]:
		return " (see below)"
	}
	return " (…)"
}

// mark stands in the line that leads to a place, and says how it is known.
func (t *lineageTree) mark(edges []lineage.Edge) string {
	how := slices.MinFunc(edges, func(a, b lineage.Edge) int { return cmp.Compare(howRank(a.How), howRank(b.How)) }).How
	t.marks[how] = true
	return lineageMarks[howRank(how)].mark
}

// lineageMarks are the marks of each way to know, the surest first.
var lineageMarks = []struct {
	how        lineage.How
	mark, says string
}{
	{lineage.Declared, "=", "declared: an association, or a step of a pipeline's execution"},
	{lineage.Referenced, "─", "a field names it"},
	{lineage.Derived, "~", "worked out: both name the same artifact or location"},
	{lineage.Guessed, "?", "a guess"},
}

func howRank(how lineage.How) int {
	for i, m := range lineageMarks {
		if m.how == how {
			return i
		}
	}
	return len(lineageMarks) - 1
}

// printMarks explains the marks that were used, but for that of a field.
func printMarks(w io.Writer, used map[lineage.How]bool) {
	for _, m := range lineageMarks {
		if used[m.how] && m.how != lineage.Referenced {
			fmt.Fprintf(w, "%s  %s\n", m.mark, m.says)
		}
	}
}

// home is the account and region that most of some nodes are in.
func home(nodes []lineage.Node) (account, region string) {
	count := map[[2]string]int{}
	var most [2]string
	for _, n := range nodes {
		if parts := strings.SplitN(n.ID, ":", 6); len(parts) == 6 && parts[2] == "sagemaker" {
			at := [2]string{parts[4], parts[3]}
			if count[at]++; count[at] > count[most] {
				most = at
			}
		}
	}
	return most[0], most[1]
}

// name is what tells a place from others: of a resource its kind, and its name with
// account and region where they are not those of most.
func (t *lineageTree) name(b *lineage.Branch) string {
	if b.Location != "" {
		return snapshot.Printable(b.Location)
	}
	name := b.ID
	if parts := strings.SplitN(b.ID, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		name = parts[5]
		if _, rest, ok := strings.Cut(name, "/"); ok {
			name = rest
		}
		if parts[3] != t.region && parts[3] != "" {
			name = parts[3] + ":" + name
		}
		if parts[4] != t.account && parts[4] != "" {
			name = parts[4] + ":" + name
		}
	}
	if b.Label == "AWSSageMakerArtifact" { // of which the id is a number
		name = b.Name
	}
	return snapshot.Printable(cmp.Or(kindOf(b), "Repository") + " " + name)
}

func (t *lineageTree) facts(b *lineage.Branch) string {
	if len(b.Facts) == 0 {
		return ""
	}
	return snapshot.Printable(" [" + strings.Join(b.Facts, ", ") + "]")
}

// apart is the location that a resource names, where that is another than the one
// that led to it.
func (t *lineageTree) apart(from, b *lineage.Branch) string {
	if from.Location == "" || b.Location != "" {
		return ""
	}
	at := location.Artifact(from.Location)
	ref := ""
	for _, e := range b.Edges {
		named := location.Artifact(e.Ref)
		if named == at || ref != "" && named > ref {
			continue
		}
		ref = named
	}
	switch {
	case ref == "" || slices.ContainsFunc(b.Edges, func(e lineage.Edge) bool { return location.Artifact(e.Ref) == at }):
		return ""
	case strings.HasPrefix(ref, strings.TrimSuffix(at, "/")+"/"):
		return snapshot.Printable(" at …" + strings.TrimPrefix(ref, strings.TrimSuffix(at, "/")))
	}
	return snapshot.Printable(" at " + ref)
}

// line prints one line: what is too long is cut in its middle, the name before what
// follows it.
func (t *lineageTree) line(before, corner, name, end string) {
	room := tableWidth - width(before+corner)
	if over := width(name+end) - room; over > 0 {
		keep := max(narrowest, room-width(end))
		name = cutMiddle(name, min(width(name), max(keep, room/2)))
		end = cutMiddle(end, max(1, room-width(name)))
	}
	fmt.Fprintln(t.w, strings.TrimRight(before+corner+cutMiddle(name+end, room), " "))
}

// printLacking says what was not read and could have led further, what is mended in
// the same way in one line.
func printLacking(w io.Writer, unknown []view.Unknown) {
	if len(unknown) == 0 {
		return
	}
	fmt.Fprintln(w, "There may be more, for this was not read:")
	type mend struct{ why, how string }
	whats := map[mend][]string{}
	var order []mend
	for _, u := range unknown {
		m := mend{u.Why, u.How}
		if whats[m] == nil {
			order = append(order, m)
		}
		whats[m] = append(whats[m], strings.TrimPrefix(u.What, "AWSSageMaker"))
	}
	for i, m := range order {
		if i == mostLacking {
			fmt.Fprintf(w, "- … and %d more: --format json has all\n", len(order)-i)
			break
		}
		wrap(w, "", fmt.Sprintf("- %s: %s; %s", few(whats[m]), m.why, m.how))
	}
	fmt.Fprintln(w)
}
