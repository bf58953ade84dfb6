package audit

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/access"
)

// An Item is an answer or a finding as other tools take it: what differs from list to
// list stands in the same members.
type Item struct {
	Subject
	Rating
	// About is the id of what is to be mended: the resource, or of ways to gain roles
	// and of bearer tokens the principal.
	About string
	// Message says what is wrong, in one line.
	Message  string
	Evidence []Evidence
	// Conditions are on what a conditional verdict depends, Unknown what was not read.
	Conditions, Unknown []string
	Fix                 string // "" where the rule's holds
}

// A Subject says what an answer or a finding is about: waivers go by it, and it tells
// an item from all others.
type Subject struct {
	List string // of the report
	// Rule is the id of its [Rule]: a check, or a list and what of it, such as roles/admin.
	Rule      string
	Aliases   []string // of a check
	Principal string   // "" in lists that ask about nobody
	Resources []string // ids: one, none where only a principal is asked about, the roles that are gained
	// Of tells apart what is otherwise alike: an action, a verdict.
	Of string
}

// Is reports whether a subject is what a name means: a check or one of its aliases, a
// list, or a list's rule.
func (s *Subject) Is(name string) bool {
	return name == s.Rule || name == s.List || slices.Contains(s.Aliases, name)
}

// Fingerprint is the same for the same item of a later snapshot, however bad it is by
// then, and another one for any other item: 32 hexadecimal digits. Ways to gain roles
// have the same, whichever roles they are.
func (i *Item) Fingerprint() string {
	parts := []string{i.Rule, i.Principal, i.Of}
	if i.About != i.Principal {
		parts = append(parts, i.Resources...)
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(parts, "\x00"))))[:32]
}

// IDs are those of all that an item is about, what is to be mended first.
func (i *Item) IDs() []string {
	var ids []string
	for _, id := range slices.Concat([]string{i.About}, i.Resources, []string{i.Principal}) {
		if strings.TrimSpace(id) != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// An answer is an item of a list.
type answer interface {
	subject() Subject
	explain(*Item)
	rated() Rating
	waive(*Waiver)
}

func (r Rating) rated() Rating    { return r }
func (r *Rating) waive(w *Waiver) { r.Waived = w }

func (f *Finding) rated() Rating   { return Rating{Level: f.Severity, Waived: f.Waived} }
func (f *Finding) waive(w *Waiver) { f.Waived = w }

// answers yields all answers and findings.
func (r *Report) answers(yield func(answer) bool) {
	for v := range r.EachInvoker {
		if !yield(v) {
			return
		}
	}
	r.fewAnswers(yield)
}

// fewAnswers yields all but the invokers, of which there may be millions.
func (r *Report) fewAnswers(yield func(answer) bool) {
	_ = each(r.Bearer, yield) && each(r.Openers, yield) && each(r.Roles, yield) && each(r.Exposure, yield) &&
		each(r.Assume, yield) && each(r.Escalations, yield) && each(r.Buckets, yield) && each(r.Findings, yield)
}

func each[T any, P interface {
	*T
	answer
}](list []T, yield func(answer) bool,
) bool {
	for i := range list {
		if !yield(P(&list[i])) {
			return false
		}
	}
	return true
}

// Items yields what somebody should look at: every finding, and the answers that are
// worse than [Info], or could be. Waived ones are among them.
func (r *Report) Items() iter.Seq[*Item] {
	return func(yield func(*Item) bool) {
		for a := range r.answers {
			rating := a.rated()
			if _, ok := a.(*Finding); !ok && rating.Worst() == Info {
				continue
			}
			i := &Item{Subject: a.subject(), Rating: rating}
			a.explain(i)
			if rating.CouldBe != "" {
				i.Message += fmt.Sprintf("; it could be %s", rating.CouldBe)
				if more := slices.Concat(i.Conditions, i.Unknown); len(more) > 0 {
					i.Message += ": " + more[0]
				}
			}
			if !yield(i) {
				return
			}
		}
	}
}

// Subjects yields what every answer and finding is about; those of invokers where
// they are asked for, for there may be millions. One is the reader's until the next.
func (r *Report) Subjects(withInvokers bool) iter.Seq[*Subject] {
	return func(yield func(*Subject) bool) {
		all := r.fewAnswers
		if withInvokers {
			all = r.answers
		}
		all(func(a answer) bool {
			s := a.subject()
			return yield(&s)
		})
	}
}

// Waive asks of every answer and finding whether it is borne with, and notes why.
// Invokers are asked each time that they are read.
func (r *Report) Waive(waiver func(*Subject) *Waiver) {
	ask := func(a answer) bool {
		s := a.subject()
		a.waive(waiver(&s))
		return true
	}
	r.fewAnswers(ask)
	for i := range r.Invokers {
		ask(&r.Invokers[i])
	}
	if all := r.invokers; all != nil {
		r.invokers = func(yield func(*Invoker) bool) {
			all(func(v *Invoker) bool {
				ask(v)
				return yield(v)
			})
		}
	}
}

func (v *Invoker) subject() Subject {
	return Subject{
		List: "invokers", Rule: "invokers/" + whose(v.Principal, v.Endpoint), Principal: v.Principal, Resources: []string{v.Endpoint},
		Of: strings.Join([]string{v.Component, v.Action}, " "),
	}
}

func (v *Invoker) explain(i *Item) {
	i.About = v.Endpoint
	i.may(v.Verdict, v.Conditions, v.Unknown, v.Via, "%s may call %s on %s", v.Principal, v.Action, cmp.Or(v.Component, v.Endpoint))
}

func (b *Bearer) subject() Subject {
	return Subject{List: "bearer", Rule: "bearer", Principal: b.Principal, Of: string(b.Verdict)}
}

func (b *Bearer) explain(i *Item) {
	i.About = b.Principal
	i.may(b.Verdict, b.Conditions, b.Unknown, b.Via, "%s may call endpoints with a bearer token in place of a signature", b.Principal)
}

func (o *Opener) subject() Subject {
	return Subject{List: "openers", Rule: "openers", Principal: o.Principal, Resources: []string{o.Resource}, Of: o.Action}
}

func (o *Opener) explain(i *Item) {
	i.About = o.Resource
	as := ""
	if o.Role != "" {
		as = ", and act as " + o.Role
	}
	i.may(o.Verdict, o.Conditions, o.Unknown, o.Via, "%s may open %s by %s%s", o.Principal, o.Resource, o.Action, as)
}

func (a *Assume) subject() Subject {
	return Subject{List: "assume", Rule: "assume/" + whose(a.Principal, a.Role), Principal: a.Principal, Resources: []string{a.Role}, Of: string(a.Verdict)}
}

func (a *Assume) explain(i *Item) {
	i.About = a.Role
	i.may(a.Verdict, a.Conditions, a.Unknown, a.Via, "%s may become %s", a.Principal, a.Role)
}

func (e *Escalation) subject() Subject {
	return Subject{List: "escalations", Rule: "escalations/" + e.Path, Principal: e.Principal, Resources: e.Gains, Of: string(e.Verdict)}
}

func (e *Escalation) explain(i *Item) {
	i.About = e.Principal
	gains := "a role"
	switch n := len(e.Gains); {
	case n == 1:
		gains = e.Gains[0]
	case n > 1:
		gains = fmt.Sprintf("%s and %d more", e.Gains[0], n-1)
	}
	i.may(e.Verdict, e.Conditions, e.Unknown, e.Via, "%s may gain what %s may", e.Principal, gains)
}

// may says what a principal may do, and by which statements.
func (i *Item) may(v Verdict, conditions, unknown []string, via []Via, format string, args ...any) {
	i.Message = fmt.Sprintf(format, args...)
	if v == Conditional {
		i.Message += ", on a condition"
	}
	i.Conditions, i.Unknown = conditions, unknown
	for _, w := range via {
		i.Evidence = append(i.Evidence, Evidence{Resource: cmp.Or(w.Statement, w.Policy), Field: w.Effect, Detail: cmp.Or(w.Text, "this statement decides")})
	}
}

func (r *Role) subject() Subject {
	rule := "roles/" + string(r.Class)
	if slices.ContainsFunc(r.Reasons, func(reason Reason) bool { return reason.Code == access.CodeGone }) {
		rule = "roles/gone"
	}
	return Subject{List: "roles", Rule: rule, Resources: []string{r.Role}}
}

func (r *Role) explain(i *Item) {
	i.About, i.Unknown = r.Role, r.Unknown
	i.because(r.Reasons, "", "%s is an execution role of class %s", r.Role, r.Class)
}

func (e *Exposure) subject() Subject {
	why := e.why(false)
	if why == "" {
		why = cmp.Or(e.why(true), "none")
	}
	return Subject{List: "exposure", Rule: "exposure/" + why, Resources: []string{e.Resource}}
}

func (e *Exposure) explain(i *Item) {
	i.About, i.Unknown = e.Resource, e.Unknown
	what := "%s may reach the internet, or be reached from it"
	why := e.why(false)
	if why != "" {
		what = "%s reaches the internet, or is reached from it"
	}
	i.because(e.Reasons, codesOf(why), what, e.Resource)
}

func (b *Bucket) subject() Subject {
	return Subject{List: "buckets", Rule: "buckets/public", Resources: []string{b.Bucket}}
}

func (b *Bucket) explain(i *Item) {
	i.About, i.Unknown = b.Bucket, b.Unknown
	what := "bucket %s may be public"
	if b.Public != nil && *b.Public {
		what = "bucket %s is public"
	}
	i.because(b.Reasons, "public-policy", what, b.Bucket)
}

// codesOf are the codes of the reasons that speak for what an exposure is.
func codesOf(why string) string {
	switch why {
	case "":
		return "none" // nothing is known to be bad
	case "open-ingress":
		return "ingress-open"
	case "direct-internet":
		return "direct-internet service-network app-network-access"
	}
	return why
}

// because says what is so, and the first of the reasons that has one of some codes; ""
// is any.
func (i *Item) because(reasons []Reason, codes, format string, args ...any) {
	i.Message = fmt.Sprintf(format, args...)
	at := slices.IndexFunc(reasons, func(r Reason) bool { return codes == "" || slices.Contains(strings.Fields(codes), r.Code) })
	if at >= 0 {
		i.Message += ": " + reasons[at].Detail
	}
	for _, r := range reasons {
		i.Evidence = append(i.Evidence, Evidence{Resource: cmp.Or(r.Resource, i.About), Field: r.Code, Detail: r.Detail})
	}
}

func (f *Finding) subject() Subject {
	return Subject{List: "findings", Rule: f.Check, Aliases: f.Aliases, Resources: []string{f.Resource}}
}

func (f *Finding) explain(i *Item) {
	i.About, i.Evidence, i.Fix = f.Resource, f.Evidence, f.Fix
	i.Message = f.Resource
	for n, e := range f.Evidence {
		i.Message += [2]string{": ", "; "}[min(n, 1)] + strings.Join(slices.DeleteFunc([]string{e.Field, e.Value, e.Detail}, func(s string) bool { return s == "" }), " ")
	}
}

// whose says how a principal stands to the account of a resource.
func whose(principal, resource string) string {
	switch {
	case principal == "*":
		return "anybody"
	case strings.Contains(principal, ":oidc-provider/"), strings.Contains(principal, ":saml-provider/"):
		return "identity-provider"
	case outside(principal, resource, High) == High:
		return "other-account"
	}
	return "own-account"
}
