package audit

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/access"
)

// A Rule is what items of a kind have in common.
type Rule struct {
	ID       string // a check, or a list and what of it, such as roles/admin
	Title    string // what is wrong, in one line
	Severity Level  // of most of its items
	Aliases  []string
	// Page is the address of what this project says of it, References are those of others.
	Page       string
	References []string
	Fix        string
}

const pages = "https://github.com/sgexport/sgexport/blob/main/docs/"

// Rules returns the rules of all checks and lists, sorted by id.
func (r *Report) Rules() []Rule {
	rules := answerRules()
	for i := range r.Checks {
		c := &r.Checks[i]
		rules = append(rules, Rule{ID: c.Check, Title: c.Title, Severity: c.Severity, Aliases: c.Aliases, Page: pages + "checks.md#" + c.Check, References: c.References, Fix: c.Fix})
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

// answerRules are the rules of the lists that hold no findings.
func answerRules() []Rule {
	var rules []Rule
	add := func(id string, severity Level, section, title, fix string) {
		rules = append(rules, Rule{ID: id, Title: title, Severity: severity, Aliases: []string{}, Page: pages + "audit.md#" + section, References: []string{}, Fix: fix})
	}
	const (
		who, exposure, buckets = "who-can-do-what", "exposure", "buckets"
		leastRole              = "Leave the role what its jobs need, by actions and resources, or set a permissions boundary."
		leastCaller            = "Take from the principal what it does not need, or name in its policies the resources that it is for."
		trust                  = "Name in the trust policy the principals that need the role, with conditions on their claims or an external id."
		network                = "Run it in private subnets of your own, with VPC endpoints, and with groups that let in what is needed alone."
	)
	add("roles/admin", Critical, who, "Execution role is an administrator", leastRole)
	add("roles/permissive", High, who, "Execution role may do too much", leastRole)
	add("roles/unknown", Critical, who, "What an execution role may is not known", "Export what the item names as not read.")
	add("roles/gone", Low, who, "Execution role does not exist", "Give the resource a role that exists: whoever makes one of that name has what runs as it.")
	add("roles/ok", Info, who, "Execution role has none of the reasons to be too much", leastRole)
	add("openers", High, who, "Principal may open a notebook or Studio and act as its role", leastCaller)
	add("bearer", Low, who, "Principal may call endpoints with a bearer token", "Deny sagemaker:CallWithBearerToken where signatures can be made.")
	for _, w := range [...]struct{ word, who string }{
		{"anybody", "Anybody"}, {"identity-provider", "Whom an identity provider knows"}, {"other-account", "A principal of another account"}, {"own-account", "A principal"},
	} {
		severity := Critical
		if w.word == "own-account" {
			severity = Info
		}
		add("assume/"+w.word, severity, who, w.who+" may become a role", trust)
		add("invokers/"+w.word, lesser(severity, High), who, w.who+" may invoke an endpoint", leastCaller)
	}
	add("exposure/public-address", Critical, exposure, "A public address in a public subnet, behind an open security group", network)
	add("exposure/public-subnet", High, exposure, "A public subnet", network)
	add("exposure/direct-internet", High, exposure, "Direct internet access through the service's own network", network)
	add("exposure/open-ingress", Medium, exposure, "A security group lets in what comes from the internet", network)
	add("exposure/none", Info, exposure, "Nothing known leads to the internet, or in from it", network)
	add("buckets/public", Critical, buckets, "A bucket is public", "Turn on the public access block of the bucket or its account, and take anybody from its policy.")
	for _, p := range access.Paths() {
		add("escalations/"+p.ID, Critical, who, "Principal gains a role: "+p.About,
			"Take one of the actions from the principal ("+strings.Join(p.Actions, ", ")+"), or limit iam:PassRole and the resources to what it needs.")
	}
	return rules
}

// lesser is the level that is less bad.
func lesser(a, b Level) Level {
	if a.AtLeast(b) {
		return b
	}
	return a
}

// A List is a list of answers, and whether each is about a principal and a resource.
type List struct {
	Name                string
	Principal, Resource bool
}

// Lists are the lists of which items have a level, findings last.
func Lists() []List {
	return []List{
		{"invokers", true, true},
		{"bearer", true, false},
		{"openers", true, true},
		{"roles", false, true},
		{"exposure", false, true},
		{"assume", true, true},
		{"escalations", true, true},
		{"buckets", false, true},
		{"findings", false, true},
	}
}

// ListOf returns the list that a name means, be it a list, its rule, a check or an
// alias; ok is false where it is none of a report with such checks.
func ListOf(name string, checks []Check) (_ List, ok bool) {
	list := "findings"
	switch {
	case slices.ContainsFunc(answerRules(), func(r Rule) bool { return r.ID == name }):
		list, _, _ = strings.Cut(name, "/")
	case slices.ContainsFunc(checks, func(c Check) bool { return c.Check == name || slices.Contains(c.Aliases, name) }):
	default:
		list = name
	}
	i := slices.IndexFunc(Lists(), func(l List) bool { return l.Name == list })
	if i < 0 {
		return List{}, false
	}
	return Lists()[i], true
}

// Names are all that [ListOf] knows, sorted.
func Names(checks []Check) []string {
	var names []string
	for _, l := range Lists() {
		names = append(names, l.Name)
	}
	for _, r := range answerRules() {
		names = append(names, r.ID)
	}
	for i := range checks {
		names = append(append(names, checks[i].Check), checks[i].Aliases...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Restrict leaves of a report what names mean, as [ListOf] knows them, and what of
// the unknown that needs.
func (r *Report) Restrict(names []string) {
	if len(names) == 0 {
		return
	}
	r.Only = slices.Compact(slices.Sorted(slices.Values(names)))
	named := func(s Subject) bool { return slices.ContainsFunc(names, s.Is) }
	r.Bearer, r.Openers, r.Roles = only(r.Bearer, named), only(r.Openers, named), only(r.Roles, named)
	r.Exposure, r.Assume, r.Escalations = only(r.Exposure, named), only(r.Assume, named), only(r.Escalations, named)
	r.Buckets, r.Findings, r.Invokers = only(r.Buckets, named), only(r.Findings, named), only(r.Invokers, named)
	r.Pipelines = r.Pipelines[:0]
	if all := r.invokers; all != nil {
		asked := slices.ContainsFunc(names, func(n string) bool { return n == "invokers" || strings.HasPrefix(n, "invokers/") })
		r.invokers = func(yield func(*Invoker) bool) {
			if !asked {
				return
			}
			all(func(v *Invoker) bool { return !named(v.subject()) || yield(v) })
		}
	}
	r.Checks = slices.DeleteFunc(r.Checks, func(c Check) bool {
		return !slices.ContainsFunc(names, (&Subject{List: "findings", Rule: c.Check, Aliases: c.Aliases}).Is)
	})
	r.restrictUnknown(names)
}

// restrictUnknown leaves what the named lists, and the checks that are left, need.
func (r *Report) restrictUnknown(names []string) {
	var needs []string // lists, and labels of checks
	for _, n := range names {
		list, _, _ := strings.Cut(n, "/")
		needs = append(needs, list)
	}
	for i := range r.Checks {
		needs = append(needs, r.Checks[i].Reads...)
	}
	r.Unknown = slices.DeleteFunc(r.Unknown, func(u Unknown) bool {
		return !slices.ContainsFunc(u.Questions, func(q string) bool {
			return slices.Contains(needs, q) || q == "findings" && (u.Label == "" || slices.Contains(needs, u.Label))
		})
	})
}

func only[T any, P interface {
	*T
	answer
}](list []T, named func(Subject) bool,
) []T {
	return slices.DeleteFunc(list, func(v T) bool { return !named(P(&v).subject()) })
}
