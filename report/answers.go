package report

import (
	"slices"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// tables are the answers to the questions that are one line each.
func (b *builder) tables() []*table {
	return []*table{b.roles(), b.escalations(), b.exposure(), b.openers(), b.assume(), b.bearer(), b.buckets()}
}

// newTable begins a section. What an answer has beside its level are the columns.
func (b *builder) newTable(question, intro, none string, columns ...string) *table {
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
		one := row{Anchor: b.anchor(t.ID, id), rating: rated(r), Cells: cells}
		if calm && one.worst() == audit.Info && one.Waived == "" {
			t.Calm = append(t.Calm, one)
		} else {
			t.Rows = append(t.Rows, one)
		}
	}
	return t
}

func (b *builder) one(id string) cell { return cell{Refs: []ref{b.ref(id)}} }

func (b *builder) some(ids []string) cell {
	var c cell
	c.Short, c.More = b.refs(ids)
	return c
}

// verdict says whether, and on what it depends.
func verdict(v audit.Verdict, conditions, unknown []string) cell {
	return cell{Words: string(v), List: texts(slices.Concat(conditions, unknown))}
}

// reasons says why, and what was not read.
func reasons(list []audit.Reason, unknown []string) cell {
	var lines []string
	for _, r := range list {
		lines = append(lines, r.Code+": "+r.Detail)
	}
	return cell{List: texts(slices.Concat(lines, unknown))}
}

func via(list []audit.Via) cell {
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
	return cell{List: texts(lines)}
}

func yesNo(b *bool) string {
	switch {
	case b == nil:
		return "unknown"
	case *b:
		return "yes"
	}
	return "no"
}

func (b *builder) roles() *table {
	t := b.newTable("roles", "What each execution role may do in effect, whatever its policies are called.", "No execution roles.", "Role", "Class", "Why", "Used by")
	return take(b, t, b.in.Report.Roles, true, func(r *audit.Role) (audit.Rating, string, []cell) {
		return r.Rating, r.Role, []cell{b.one(r.Role), words(string(r.Class)), reasons(r.Reasons, r.Unknown), b.some(r.UsedBy)}
	})
}

func (b *builder) escalations() *table {
	t := b.newTable("escalations", "By each way, the principal gains what these roles may.", "Nobody, as far as is known.", "Principal", "Way", "Verdict", "Gains", "By")
	return take(b, t, b.in.Report.Escalations, false, func(e *audit.Escalation) (audit.Rating, string, []cell) {
		return e.Rating, e.Principal, []cell{b.one(e.Principal), words(e.Path), verdict(e.Verdict, e.Conditions, e.Unknown), b.some(e.Gains), via(e.Via)}
	})
}

func (b *builder) exposure() *table {
	t := b.newTable("exposure", "How each resource stands to the internet.", "Nothing that has a network.", "Resource", "Direct internet", "Subnet", "Open to it", "Reaches", "Why")
	return take(b, t, b.in.Report.Exposure, true, func(e *audit.Exposure) (audit.Rating, string, []cell) {
		direct := words(yesNo(e.DirectInternet))
		if e.PublicAddress != "" {
			direct.List = []string{"public address " + text(e.PublicAddress)}
		}
		return e.Rating, e.Resource, []cell{b.one(e.Resource), direct, words(string(e.Subnet)), words(yesNo(e.OpenIngress)), words(string(e.Egress)), reasons(e.Reasons, e.Unknown)}
	})
}

func (b *builder) openers() *table {
	t := b.newTable("openers", "Who opens one of these acts as its role.", "Nobody, as far as is known.", "Principal", "Opens", "Acts as", "Verdict", "By")
	return take(b, t, b.in.Report.Openers, false, func(o *audit.Opener) (audit.Rating, string, []cell) {
		role := cell{}
		if o.Role != "" {
			role = b.one(o.Role)
		}
		return o.Rating, o.Principal, []cell{b.one(o.Principal), b.one(o.Resource), role, verdict(o.Verdict, o.Conditions, o.Unknown), via(o.Via)}
	})
}

func (b *builder) assume() *table {
	t := b.newTable("assume", "Whom the trust policies of roles let in.", "Nobody, as far as is known.", "Principal", "Becomes", "Verdict", "By")
	return take(b, t, b.in.Report.Assume, false, func(a *audit.Assume) (audit.Rating, string, []cell) {
		return a.Rating, a.Principal, []cell{b.one(a.Principal), b.one(a.Role), verdict(a.Verdict, a.Conditions, a.Unknown), via(a.Via)}
	})
}

func (b *builder) bearer() *table {
	t := b.newTable("bearer", "Who may use a bearer token in place of a signature.", "Nobody, as far as is known.", "Principal", "Verdict", "By")
	return take(b, t, b.in.Report.Bearer, false, func(a *audit.Bearer) (audit.Rating, string, []cell) {
		return a.Rating, a.Principal, []cell{b.one(a.Principal), verdict(a.Verdict, a.Conditions, a.Unknown), via(a.Via)}
	})
}

func (b *builder) buckets() *table {
	t := b.newTable("buckets", "Every bucket that a resource refers to.", "No buckets.", "Bucket", "Public", "Why")
	return take(b, t, b.in.Report.Buckets, true, func(k *audit.Bucket) (audit.Rating, string, []cell) {
		return k.Rating, k.Bucket, []cell{b.one(k.Bucket), words(yesNo(k.Public)), reasons(k.Reasons, k.Unknown)}
	})
}
