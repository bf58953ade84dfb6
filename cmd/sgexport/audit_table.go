package main

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The table of audit: a section for each question, in each the worst first, and
// what is alike in one line. It fits tableWidth columns.
const (
	levelWidth  = 9  // critical?
	mostRows    = 20 // of a section; JSON has all
	mostAlike   = 3  // lines of what is alike, before they become one
	mostUnknown = 30
)

// A table is a report as people read it.
type table struct {
	report   *audit.Report
	accounts []string // that were read
	regions  []string
}

func newTable(r *audit.Report) *table {
	t := &table{report: r}
	for _, s := range r.Scopes {
		account, region, _ := strings.Cut(s, "/")
		t.accounts = append(t.accounts, account)
		if region != "global" {
			t.regions = append(t.regions, region)
		}
	}
	slices.Sort(t.accounts)
	slices.Sort(t.regions)
	t.accounts, t.regions = slices.Compact(t.accounts), slices.Compact(t.regions)
	return t
}

// A tableRow is one answer.
type tableRow struct {
	audit.Rating
	cells []cell
	alike string // what it has in common with others that may share its line, or ""
	below string // what stands in a line of its own below it
}

// A cell is a text, or the id of a node with what follows it.
type cell struct{ id, text string }

func plain(s string) cell { return cell{text: s} }

// A section is what one question comes to.
type section struct {
	list    string // its name in JSON
	title   string
	columns []column
	rows    []tableRow
	quiet   bool // what is info, and can be no worse, is only counted
	unrated bool // it has no levels
	most    int  // rows, where it is not mostRows
	waived  int
	none    string
}

// A column of a section. What all ids in it begin with is left out; of those in
// anyKind, their kind.
type column struct{ name, before string }

const anyKind = "*/"

func (t *table) print(w io.Writer, path string) {
	t.head(w, path)
	for _, s := range t.sections() {
		t.section(w, &s)
	}
	t.unknown(w)
}

// head says what the table is about, and how bad it is altogether.
func (t *table) head(w io.Writer, path string) {
	wrap(w, "", fmt.Sprintf("audit of %s, taken %s", path, t.report.Snapshot))
	wrap(w, "", fmt.Sprintf("accounts %s, regions %s", few(t.accounts), few(t.regions)))
	t.complete(w)
	known, unsure, waived := t.report.Levels()
	var parts []string
	for _, l := range audit.Levels() {
		parts = append(parts, fmt.Sprintf("%s %s", l, snapshot.Grouped(int64(known[l]))))
	}
	if waived > 0 {
		parts = append(parts, fmt.Sprintf("waived %s", snapshot.Grouped(int64(waived))))
	}
	wrap(w, "", strings.Join(parts, ", "))
	if unsure > 0 {
		wrap(w, "", fmt.Sprintf("%s may be worse than known: high? is high at worst, which depends on a condition or on what was not read", snapshot.Counted(unsure, "answer")))
	}
}

// sections are the answers to all questions, the worst first.
func (t *table) sections() []section {
	all := []section{t.roles(), t.escalations(), t.openers(), t.assume(), t.invokers(), t.bearer(), t.exposure(), t.buckets(), t.findings()}
	if only := t.report.Only; len(only) > 0 {
		all = slices.DeleteFunc(all, func(s section) bool {
			return !slices.ContainsFunc(only, func(name string) bool {
				list, _ := audit.ListOf(name, t.report.Checks)
				return list.Name == s.list
			})
		})
	}
	for i := range all {
		slices.SortStableFunc(all[i].rows, func(a, b tableRow) int {
			return cmp.Or(compareRatings(a.Rating, b.Rating), slices.CompareFunc(a.cells, b.cells, compareCells))
		})
	}
	slices.SortStableFunc(all, func(a, b section) int { return compareRatings(a.worst(), b.worst()) })
	if len(t.report.Only) == 0 {
		all = append(all, t.pipelines())
	}
	return all
}

// worst is the rating of the worst row.
func (s *section) worst() audit.Rating {
	if len(s.rows) == 0 {
		return audit.Rating{Level: audit.Info}
	}
	return s.rows[0].Rating
}

func (t *table) roles() section {
	s := section{list: "roles", title: "Roles that can do too much", columns: []column{{"ROLE", "role/"}, {"CLASS", ""}, {"USED BY", ""}, {"WHY", ""}}, quiet: true, none: "no execution roles"}
	for i := range t.report.Roles {
		r := &t.report.Roles[i]
		s.add(r.Rating, "", cell{id: r.Role}, plain(string(r.Class)), plain(snapshot.Grouped(int64(len(r.UsedBy)))), plain(whyRole(r)))
	}
	return s
}

// whyRole is the first of a role's reasons, and how many others there are. Ways to
// gain other roles come last, by their names: they have a section of their own.
func whyRole(r *audit.Role) string {
	var codes, ways []string
	for _, reason := range r.Reasons {
		if way, _, ok := strings.Cut(reason.Detail, ":"); ok && reason.Code == "escalation" {
			ways = append(ways, way)
			continue
		}
		codes = append(codes, reason.Code)
	}
	all := append(unique(codes), unique(ways)...)
	switch len(all) {
	case 0:
		return "-"
	case 1:
		return all[0]
	}
	return all[0] + andMore(len(all)-1)
}

// invokers tells of endpoints alone: which inference components a call may name is
// in JSON.
func (t *table) invokers() section {
	s := section{list: "invokers", title: "Who can invoke endpoints", columns: []column{{"PRINCIPAL", ""}, {"VERDICT", ""}, {"ENDPOINTS", "endpoint/"}}, none: "nobody"}
	t.pairs(&s, func(yield func(pair) bool) {
		for v := range t.report.EachInvoker {
			if v.Component != "" {
				if v.Waived != nil { // counts where all that is waived does
					s.waived++
				}
				continue
			}
			if !yield(pair{v.Rating, v.Principal, v.Endpoint, v.Verdict, len(v.Unknown) > 0}) {
				return
			}
		}
	})
	return s
}

func (t *table) bearer() section {
	s := section{list: "bearer", title: "Who can use a bearer token in place of a signature", columns: []column{{"PRINCIPAL", ""}, {"VERDICT", ""}}, none: "nobody"}
	for i := range t.report.Bearer {
		b := &t.report.Bearer[i]
		s.add(b.Rating, unreadAlike(b.Verdict, len(b.Unknown) > 0), cell{id: b.Principal}, plain(string(b.Verdict)))
	}
	return s
}

func (t *table) openers() section {
	s := section{list: "openers", title: "Who can open notebooks and Studio, and act as their roles", columns: []column{{"PRINCIPAL", ""}, {"VERDICT", ""}, {"OPENS", ""}}, none: "nobody"}
	t.pairs(&s, pairsOf(t.report.Openers, func(v *audit.Opener) pair {
		return pair{v.Rating, v.Principal, v.Resource, v.Verdict, len(v.Unknown) > 0}
	}))
	return s
}

func (t *table) assume() section {
	s := section{list: "assume", title: "Who can become a role", columns: []column{{"PRINCIPAL", ""}, {"VERDICT", ""}, {"ROLES", "role/"}}, none: "nobody"}
	t.pairs(&s, pairsOf(t.report.Assume, func(v *audit.Assume) pair { return pair{v.Rating, v.Principal, v.Role, v.Verdict, len(v.Unknown) > 0} }))
	return s
}

// escalations has a row for each principal, of the worst that it may do: one way is
// as good as another.
func (t *table) escalations() section {
	s := section{list: "escalations", title: "Who can gain what a role may, by way of SageMaker", columns: []column{{"PRINCIPAL", ""}, {"VERDICT", ""}, {"GAINS", "role/"}, {"BY", ""}}, none: "nobody"}
	admins := map[string]bool{}
	for i := range t.report.Roles {
		admins[t.report.Roles[i].Role] = t.report.Roles[i].Class == audit.Admin
	}
	byPrincipal := map[string][]*audit.Escalation{}
	for i := range t.report.Escalations {
		e := &t.report.Escalations[i]
		if e.Waived != nil {
			s.waived++
			continue
		}
		byPrincipal[e.Principal] = append(byPrincipal[e.Principal], e)
	}
	for principal, all := range byPrincipal {
		worst := slices.MinFunc(all, func(a, b *audit.Escalation) int {
			return cmp.Or(compareRatings(a.Rating, b.Rating), cmp.Compare(a.Verdict, b.Verdict))
		})
		var ways, gains []string
		for _, e := range all {
			if e.Verdict == worst.Verdict {
				ways, gains = append(ways, e.Path), append(gains, e.Gains...)
			}
		}
		ways, gains = unique(ways), unique(gains)
		slices.SortStableFunc(gains, func(a, b string) int { return cmp.Compare(rankOf(admins[a]), rankOf(admins[b])) })
		by := ways[0]
		if len(ways) > 1 {
			by = fmt.Sprintf("%d ways", len(ways))
		}
		s.add(worst.Rating, "", cell{id: principal}, plain(string(worst.Verdict)), some(gains), plain(by))
	}
	return s
}

// rankOf orders what is true first.
func rankOf(b bool) int {
	if b {
		return 0
	}
	return 1
}

func (t *table) exposure() section {
	s := section{
		list: "exposure", title: "What reaches the internet, or is reached from it", quiet: true, none: "nothing that has a network",
		columns: []column{{"RESOURCE", ""}, {"DIRECT", ""}, {"SUBNET", ""}, {"INGRESS", ""}, {"EGRESS", ""}},
	}
	for i := range t.report.Exposure {
		e := &t.report.Exposure[i]
		words := []string{yesNo(e.DirectInternet, "yes", "no"), known(string(e.Subnet)), yesNo(e.OpenIngress, "open", "closed"), known(string(e.Egress))}
		s.add(e.Rating, e.Kind+"\x00"+strings.Join(words, "\x00"), cell{id: e.Resource}, plain(words[0]), plain(words[1]), plain(words[2]), plain(words[3]))
	}
	return s
}

func (t *table) buckets() section {
	s := section{list: "buckets", title: "Buckets that are public", columns: []column{{"BUCKET", ""}, {"PUBLIC", ""}}, quiet: true, none: "no buckets"}
	for i := range t.report.Buckets {
		b := &t.report.Buckets[i]
		s.add(b.Rating, yesNo(b.Public, "yes", "no"), plain(b.Bucket), plain(yesNo(b.Public, "yes", "no")))
	}
	return s
}

// A pair is a principal that may do something with a resource.
type pair struct {
	audit.Rating
	principal, what string
	verdict         audit.Verdict
	unread          bool
}

// unreadAlike is what answers about principals have in common that say no more than
// that something was not read.
func unreadAlike(v audit.Verdict, unread bool) string {
	if v != audit.Conditional || !unread {
		return ""
	}
	return string(v)
}

// pairs adds a row for each principal and verdict: what it may do it with may be
// all that there is.
func (t *table) pairs(s *section, all iter.Seq[pair]) {
	type group struct {
		rating      audit.Rating
		first, last string // the last one, for what is there twice in a row
		others      int
		unread      bool // in all
	}
	type groupKey struct {
		principal string
		verdict   audit.Verdict
	}
	groups := map[groupKey]*group{}
	for p := range all {
		if p.Waived != nil {
			s.waived++
			continue
		}
		key := groupKey{p.principal, p.verdict}
		g := groups[key]
		switch {
		case g == nil:
			groups[key] = &group{rating: p.Rating, first: p.what, last: p.what, unread: p.unread}
			continue
		case g.last != p.what:
			g.others++
			g.last = p.what
		}
		g.unread = g.unread && p.unread
		if compareRatings(p.Rating, g.rating) < 0 {
			g.rating = p.Rating
		}
	}
	for key, g := range groups {
		what := cell{id: g.first}
		if g.others > 0 {
			what.text = andMore(g.others)
		}
		alike := unreadAlike(key.verdict, g.unread)
		if alike != "" {
			alike += "\x00" + what.id + what.text
		}
		s.add(g.rating, alike, cell{id: key.principal}, plain(string(key.verdict)), what)
	}
}

// pairsOf makes pairs of the items of a list.
func pairsOf[T any](list []T, of func(*T) pair) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		for i := range list {
			if !yield(of(&list[i])) {
				return
			}
		}
	}
}

func (s *section) add(r audit.Rating, alike string, cells ...cell) {
	if r.Waived != nil {
		s.waived++
		return
	}
	s.rows = append(s.rows, tableRow{Rating: r, cells: cells, alike: alike})
}

// compareRatings orders the worst first: at worst, and then as far as known.
func compareRatings(a, b audit.Rating) int {
	rank := func(l audit.Level) int { return slices.Index(audit.Levels(), l) }
	return cmp.Or(cmp.Compare(rank(a.Worst()), rank(b.Worst())), cmp.Compare(rank(a.Level), rank(b.Level)))
}

func (t *table) section(w io.Writer, s *section) {
	if len(s.rows) == 0 && s.waived == 0 && s.none == "" {
		return
	}
	fmt.Fprintf(w, "\n%s\n", s.title)
	rows, calm := s.rows, 0
	if s.quiet {
		if i := slices.IndexFunc(rows, func(r tableRow) bool { return r.Worst() == audit.Info }); i >= 0 {
			rows, calm = rows[:i], len(rows)-i
		}
	}
	rows = joined(rows)
	most := cmp.Or(s.most, mostRows)
	shown := rows[:min(most, len(rows))]
	if len(shown) > 0 {
		t.rows(w, s, shown)
	}
	if more := len(rows) - most; more > 0 {
		fmt.Fprintf(w, "  … and %s more lines: --format json has all\n", snapshot.Grouped(int64(more)))
	}
	lacks := slices.ContainsFunc(t.report.Unknown, func(u audit.Unknown) bool { return slices.Contains(u.Questions, s.list) })
	missing := slices.ContainsFunc(t.report.Unknown, func(u audit.Unknown) bool { return u.AnswersMissing && slices.Contains(u.Questions, s.list) })
	switch {
	case len(s.rows) == 0 && lacks:
		fmt.Fprintln(w, "  not known: the end says what was not read")
	case len(s.rows) == 0 && s.waived == 0:
		fmt.Fprintf(w, "  %s\n", s.none)
	case missing:
		fmt.Fprintln(w, "  there may be more: the end says what was not read")
	}
	if calm > 0 {
		fmt.Fprintf(w, "  %s all right\n", counted1(calm))
	}
	if s.waived > 0 {
		fmt.Fprintf(w, "  %s waived\n", counted1(s.waived))
	}
	if s.list == "findings" {
		t.undecided(w)
	}
}

func counted1(n int) string {
	if n == 1 {
		return "1 is"
	}
	return snapshot.Grouped(int64(n)) + " are"
}

// joined makes one row of those that are alike, where there are many.
func joined(rows []tableRow) []tableRow {
	count := map[string]int{}
	key := func(r *tableRow) string { return string(r.Level) + "\x00" + string(r.CouldBe) + "\x00" + r.alike }
	for i := range rows {
		count[key(&rows[i])]++
	}
	var all []tableRow
	said := map[string]bool{}
	for i := range rows {
		r, k := rows[i], key(&rows[i])
		if r.alike != "" && count[k] > mostAlike {
			if said[k] {
				continue
			}
			said[k] = true
			r.cells = slices.Clone(r.cells)
			if r.cells[0].id == "" {
				r.cells[0].id = r.cells[0].text
			}
			r.cells[0].text = andMore(count[k] - 1)
		}
		all = append(all, r)
	}
	return all
}

// A shownCell is a name, which may be cut, and what follows it, which may not.
type shownCell struct{ name, end string }

func (c shownCell) width() int {
	return width(c.name) + width(c.end)
}

// rows prints rows below the names of their columns, each as wide as it needs to
// be, as far as they fit.
func (t *table) rows(w io.Writer, s *section, rows []tableRow) {
	names := t.names(rows)
	header := make([]shownCell, len(s.columns))
	for i, c := range s.columns {
		header[i].end = c.name
	}
	lines, levels := [][]shownCell{header}, []string{"LEVEL"}
	for _, r := range rows {
		line := make([]shownCell, len(s.columns))
		for i, c := range r.cells {
			line[i].name = snapshot.Printable(without(s.columns[i].before, cmp.Or(names[c.id], c.id)))
			line[i].end = snapshot.Printable(c.text)
		}
		level := string(r.Level)
		if r.CouldBe != "" {
			level = string(r.CouldBe) + "?"
		}
		lines, levels = append(lines, line), append(levels, level)
	}
	indent := 2 + levelWidth
	if s.unrated {
		indent = 1
	}
	widths := fit(lines, tableWidth-indent-len(s.columns))
	for n, line := range lines {
		var b strings.Builder
		if b.WriteString(" "); !s.unrated {
			b.WriteString(" " + pad(levels[n], levelWidth))
		}
		for i, c := range line {
			name := c.name
			if name != "" {
				name = cutMiddle(name, max(8, widths[i]-width(c.end)))
			}
			b.WriteString(" " + pad(cutMiddle(name+c.end, widths[i]), widths[i]))
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
		if n > 0 && rows[n-1].below != "" {
			fmt.Fprintln(w, strings.Repeat(" ", indent+1)+cutEnd(snapshot.Printable(rows[n-1].below), tableWidth-indent-1))
		}
	}
}

// without leaves out what a name begins with, after account and region.
func without(before, name string) string {
	if before == anyKind {
		kind, rest, ok := strings.Cut(name, "/")
		if !ok {
			return name
		}
		return kind[:strings.LastIndexByte(kind, ':')+1] + rest
	}
	if rest, ok := strings.CutPrefix(name, before); ok || before == "" {
		return rest
	}
	return strings.Replace(name, ":"+before, ":", 1)
}

// narrowest is as narrow as a column becomes, and severest how many characters less
// make a name as unreadable as any more.
const (
	narrowest = 12
	severest  = 5
)

// fit returns how wide each column is, so that they take no more than most
// together. What gives way is a column of names, before those of words, of which
// the least is cut from the fewest lines.
func fit(lines [][]shownCell, most int) []int {
	widths, isWords := make([]int, len(lines[0])), make([]bool, len(lines[0]))
	sum := 0
	for i := range widths {
		isWords[i] = true
		for _, line := range lines {
			widths[i] = max(widths[i], line[i].width())
			isWords[i] = isWords[i] && line[i].name == ""
		}
		sum += widths[i]
	}
	for ; sum > most; sum-- {
		column, least := 0, math.MaxInt
		for i, width := range widths {
			if width <= narrowest {
				continue
			}
			loss := 0
			for _, line := range lines {
				if cut := line[i].width() - width; cut >= 0 {
					loss += 2*min(cut, severest) + 1
				}
			}
			switch {
			case isWords[i]:
				loss += len(lines) * 4 * (severest + 1)
			case i == 0: // what the line is about
				loss *= 2
			}
			if loss < least {
				column, least = i, loss
			}
		}
		widths[column]--
	}
	return widths
}

func compareCells(a, b cell) int {
	return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.text, b.text))
}

// andMore stands after the first of some, for the others.
func andMore(n int) string { return " +" + snapshot.Grouped(int64(n)) }

// names returns the shortest name of each id in some rows that no other one of
// them has.
func (t *table) names(rows []tableRow) map[string]string {
	owners := map[string]string{}
	twice := map[string]bool{}
	names := map[string]string{}
	for _, r := range rows {
		for _, c := range r.cells {
			if c.id == "" {
				continue
			}
			name := t.short(c.id, false)
			names[c.id] = name
			if owner, ok := owners[name]; ok && owner != c.id {
				twice[name] = true
			}
			owners[name] = c.id
		}
	}
	for id, name := range names {
		if twice[name] {
			names[id] = t.short(id, true)
		}
	}
	return names
}

// short is what tells a resource from others: without the account where one was
// read, and the region too unless it is asked for.
func (t *table) short(id string, withRegion bool) string {
	parts := strings.SplitN(id, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return id
	}
	name := parts[5]
	if kind, rest, ok := strings.Cut(name, "/"); ok && parts[2] == "iam" && !withRegion {
		name = kind + "/" + rest[strings.LastIndexByte(rest, '/')+1:]
	}
	if region := parts[3]; region != "" && withRegion {
		name = region + ":" + name
	}
	if account := parts[4]; account != "" && (len(t.accounts) > 1 || !slices.Contains(t.accounts, account)) {
		name = account + ":" + name
	}
	return name
}

// some is the first of a list, and how many more there are.
func some(ids []string) cell {
	switch len(ids) {
	case 0:
		return plain("-")
	case 1:
		return cell{id: ids[0]}
	}
	return cell{ids[0], andMore(len(ids) - 1)}
}

// few is a list of names, cut where there are many.
func few(names []string) string {
	const most = 4
	if len(names) == 0 {
		return "none"
	}
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

func yesNo(b *bool, yes, no string) string {
	switch {
	case b == nil:
		return "?"
	case *b:
		return yes
	}
	return no
}

// known is a word, or a question mark for what is not known.
func known(word string) string {
	if word == "unknown" {
		return "?"
	}
	return word
}

// unknown says what the snapshot does not hold: for each way to export it, what
// that would bring.
func (t *table) unknown(w io.Writer) {
	if len(t.report.Unknown) == 0 {
		return
	}
	fmt.Fprintln(w, "\nWhat was not read, and how to export it")
	byHow := map[string][]*audit.Unknown{}
	for i := range t.report.Unknown {
		u := &t.report.Unknown[i]
		byHow[u.How] = append(byHow[u.How], u)
	}
	hows := slices.SortedFunc(maps.Keys(byHow), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(byHow[b]), len(byHow[a])), cmp.Compare(a, b))
	})
	for _, how := range hows[:min(mostUnknown, len(hows))] {
		var what, questions, why []string
		for _, u := range byHow[how] {
			w, _, _ := strings.Cut(u.What, " in ")
			what = append(what, w)
			questions = append(questions, u.Questions...)
			why = append(why, u.Why)
		}
		wrap(w, "  ", fmt.Sprintf("%s (%s), for %s: %s", few(unique(what)), few(unique(why)), few(unique(questions)), how))
	}
	if more := len(hows) - mostUnknown; more > 0 {
		fmt.Fprintf(w, "  … and %d more: --format json has all\n", more)
	}
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// printTraces prints how decisions came about, those that came about in the same
// way once.
func printTraces(w io.Writer, traces []audit.Trace) {
	line := func(format string, args ...any) {
		fmt.Fprintln(w, snapshot.Printable(fmt.Sprintf(format, args...)))
	}
	if len(traces) == 0 {
		fmt.Fprintln(w, "no question asks about these two")
	}
	for i, t := range sameTraces(traces) {
		if i == 0 { // they are all about these two
			line("principal %s", t.Principal)
			line("resource  %s", t.Resource)
		}
		fmt.Fprintln(w)
		wrap(w, "", t.Action+": "+t.Verdict)
		for n, s := range sameSteps(t.Steps) {
			wrap(w, "  ", fmt.Sprintf("%d. %s: %s", n+1, s.Layer, s.Outcome))
			for _, v := range s.Statements {
				line("     %s", strings.Join(slices.DeleteFunc([]string{v.Effect, cmp.Or(v.Statement, v.Policy), v.Text}, func(s string) bool { return s == "" }), " "))
			}
		}
		for _, c := range t.Conditions {
			wrap(w, "  ", "depends on: "+c)
		}
	}
}

// sameTraces makes one of traces that differ in the action alone.
func sameTraces(traces []audit.Trace) []audit.Trace {
	var out []audit.Trace
	for _, t := range traces {
		i := slices.IndexFunc(out, func(o audit.Trace) bool {
			o.Action = t.Action
			return reflect.DeepEqual(o, t)
		})
		if i < 0 {
			out = append(out, t)
			continue
		}
		out[i].Action += ", " + t.Action
	}
	return out
}

// sameSteps makes one of steps that follow one another and differ in what has the
// policies alone, such as the levels of an organization.
func sameSteps(steps []audit.TraceStep) []audit.TraceStep {
	var out []audit.TraceStep
	for _, s := range steps {
		if len(out) > 0 {
			last := &out[len(out)-1]
			layer, of, ok := strings.Cut(s.Layer, " of ")
			if lastLayer, _, lastOK := strings.Cut(last.Layer, " of "); ok && lastOK && layer == lastLayer && s.Outcome == last.Outcome && slices.Equal(s.Statements, last.Statements) {
				last.Layer += ", " + of
				continue
			}
		}
		out = append(out, s)
	}
	return out
}
