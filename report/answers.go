package report

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// tables are the answers to the questions that are one line each.
func (b *builder) tables() []*table {
	return []*table{b.roles(), b.escalations(), b.exposure(), b.openers(), b.assume(), b.bearer(), b.buckets()}
}

// newTable begins a section. What an answer has beside its level are the columns.
func (b *builder) newTable(question, intro, none string, columns ...column) *table {
	return &table{
		ID: question, Title: questionTitles[question], Intro: intro, Columns: columns, None: none, Lacks: b.lacks(question),
	}
}

// take makes rows of answers, the worst first. Those that are all right stand apart
// where calm says so.
func take[T any](b *builder, t *table, list []T, calm bool, of func(*T) (audit.Rating, string, []cell)) *table {
	t.Total = len(list)
	order := make([]*T, len(list))
	for i := range list {
		order[i] = &list[i]
		r, _, _ := of(order[i])
		t.add(rated(r))
	}
	slices.SortStableFunc(order, func(x, y *T) int {
		rx, _, _ := of(x)
		ry, _, _ := of(y)
		return compareRatings(rated(rx), rated(ry))
	})
	if len(order) > mostRows {
		t.Cut = b.cut("%s: of %s answers, the %d worst are shown. All are in: sgexport audit SNAPSHOT --format json", t.Title, snapshot.Grouped(int64(len(order))), mostRows)
		order = order[:mostRows]
	}
	for _, item := range order {
		r, id, cells := of(item)
		one := t.row("", rated(r), cells)
		if calm && one.worst() == audit.Info && one.Waived == "" {
			one.Anchor = b.anchor(t.ID, id)
			t.Calm = append(t.Calm, one)
			continue
		}
		t.Shown++
		if same := t.sameRow(&one); same != nil {
			same.Cells[t.joins].join(&one.Cells[t.joins])
			continue
		}
		one.Anchor = b.anchor(t.ID, id)
		t.Rows = append(t.Rows, one)
	}
	return t
}

// sameRow returns the row of a table that says the same as one but for the cell that joins,
// or nil.
func (t *table) sameRow(one *row) *row {
	if t.joins == 0 {
		return nil
	}
	same := func(i int) bool {
		for j := range one.Cells {
			if j != t.joins && !reflect.DeepEqual(t.Rows[i].Cells[j], one.Cells[j]) {
				return false
			}
		}
		return t.Rows[i].rating == one.rating
	}
	for i := len(t.Rows) - 1; i >= 0; i-- {
		if same(i) {
			return &t.Rows[i]
		}
	}
	return nil
}

// join adds what another cell has.
func (c *cell) join(other *cell) {
	if other.Words != "" {
		c.List = append(c.List, other.Words)
	}
	c.Refs = append(c.Refs, other.Refs...)
	c.List = append(c.List, other.List...)
}

func (b *builder) one(id string) cell { return cell{Refs: []ref{b.ref(id)}} }

func (b *builder) some(ids []string) cell {
	var c cell
	refs, more := b.refs(ids)
	c.More = more
	for _, r := range refs {
		if n := len(c.Short); n == 0 || c.Short[n-1].Kind != r.Kind || c.Short[n-1].Place != r.Place {
			c.Short = append(c.Short, kindRefs{Kind: r.Kind, Place: r.Place})
		}
		last := &c.Short[len(c.Short)-1]
		last.Refs = append(last.Refs, r)
	}
	return c
}

// verdict says whether, and on what it depends.
func (b *builder) verdict(v audit.Verdict, conditions, unknown []string) cell {
	return cell{Words: string(v), List: b.briefs(slices.Concat(conditions, unknown))}
}

// reasons says why, and what was not read.
func (b *builder) reasons(list []audit.Reason, unknown []string) cell {
	var lines []string
	for _, r := range list {
		lines = append(lines, r.Code+": "+r.Detail)
	}
	return cell{List: b.briefs(slices.Concat(lines, unknown))}
}

func (b *builder) via(list []audit.Via) cell {
	var lines []string
	for _, v := range list {
		line := v.Policy
		if v.Statement != "" {
			line = v.Statement
		}
		if v.Text != "" {
			line += ": " + v.Text
		}
		lines = append(lines, line)
	}
	return cell{List: b.briefs(lines)}
}

func (b *builder) roles() *table {
	t := b.newTable("roles", "What each execution role may do in effect, whatever its policies are called.", "No execution roles.", wide("Role"), narrow("Class"), wide("Why"), wide("Used by"))
	return take(b, t, b.sortedRoles(), true, func(r *audit.Role) (audit.Rating, string, []cell) {
		self := b.ref(r.Role)
		self.Link = ""
		return r.Rating, r.Role, []cell{{Refs: []ref{self}}, words(string(r.Class)), b.reasons(r.Reasons, r.Unknown), b.some(r.UsedBy)}
	})
}

// sortedRoles are the roles, the worst first.
func (b *builder) sortedRoles() []audit.Role {
	roles := slices.Clone(b.in.Report.Roles)
	slices.SortStableFunc(roles, func(x, y audit.Role) int { return compareRatings(rated(x.Rating), rated(y.Rating)) })
	return roles
}

// planRoles lets whatever names a role lead to its row.
func (b *builder) planRoles() {
	for i, r := range b.sortedRoles() {
		if i == mostRows {
			break
		}
		b.anchors[r.Role] = fmt.Sprintf("roles%d", i+1)
	}
}

func (b *builder) escalations() *table {
	t := b.newTable("escalations", "By each way, the principal gains what these roles may.", "Nobody, as far as is known.", wide("Principal"), narrow("Ways"), wide("Verdict"), wide("Gains"), wide("By"))
	t.joins = 1
	return take(b, t, b.in.Report.Escalations, false, func(e *audit.Escalation) (audit.Rating, string, []cell) {
		return e.Rating, e.Principal, []cell{b.one(e.Principal), {List: []string{text(e.Path)}}, b.verdict(e.Verdict, e.Conditions, e.Unknown), b.some(e.Gains), b.via(e.Via)}
	})
}

func (b *builder) exposure() *table {
	t := b.newTable("exposure", "How each resource stands to the internet.", "Nothing that has a network.", wide("Resource"), narrow("Direct internet"), narrow("Subnet"), narrow("Open to it"), narrow("Reaches"), wide("Why"))
	return take(b, t, b.in.Report.Exposure, true, func(e *audit.Exposure) (audit.Rating, string, []cell) {
		direct := words(audit.Say(e.DirectInternet))
		if e.PublicAddress != "" {
			direct.List = []string{"public address " + text(e.PublicAddress)}
		}
		return e.Rating, e.Resource, []cell{b.one(e.Resource), direct, words(string(e.Subnet)), words(audit.Say(e.OpenIngress)), words(string(e.Egress)), b.reasons(e.Reasons, e.Unknown)}
	})
}

func (b *builder) openers() *table {
	t := b.newTable("openers", "Who opens one of these acts as its role.", "Nobody, as far as is known.", wide("Principal"), wide("Opens"), wide("Acts as"), wide("Verdict"), wide("By"))
	t.joins = 1
	return take(b, t, b.in.Report.Openers, false, func(o *audit.Opener) (audit.Rating, string, []cell) {
		role := cell{}
		if o.Role != "" {
			role = b.one(o.Role)
		}
		return o.Rating, o.Principal, []cell{b.one(o.Principal), b.one(o.Resource), role, b.verdict(o.Verdict, o.Conditions, o.Unknown), b.via(o.Via)}
	})
}

func (b *builder) assume() *table {
	t := b.newTable("assume", "Whom the trust policies of roles let in.", "Nobody, as far as is known.", wide("Principal"), wide("Becomes"), wide("Verdict"), wide("By"))
	return take(b, t, b.in.Report.Assume, false, func(a *audit.Assume) (audit.Rating, string, []cell) {
		return a.Rating, a.Principal, []cell{b.one(a.Principal), b.one(a.Role), b.verdict(a.Verdict, a.Conditions, a.Unknown), b.via(a.Via)}
	})
}

func (b *builder) bearer() *table {
	t := b.newTable("bearer", "Who may use a bearer token in place of a signature.", "Nobody, as far as is known.", wide("Principal"), wide("Verdict"), wide("By"))
	return take(b, t, b.in.Report.Bearer, false, func(a *audit.Bearer) (audit.Rating, string, []cell) {
		return a.Rating, a.Principal, []cell{b.one(a.Principal), b.verdict(a.Verdict, a.Conditions, a.Unknown), b.via(a.Via)}
	})
}

func (b *builder) buckets() *table {
	t := b.newTable("buckets", "Every bucket that a resource refers to.", "No buckets.", wide("Bucket"), narrow("Public"), wide("Why"))
	return take(b, t, b.in.Report.Buckets, true, func(k *audit.Bucket) (audit.Rating, string, []cell) {
		return k.Rating, k.Bucket, []cell{b.one(k.Bucket), words(audit.Say(k.Public)), b.reasons(k.Reasons, k.Unknown)}
	})
}
