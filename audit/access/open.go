package access

import (
	"iter"
	"maps"
	"slices"

	"github.com/sgexport/sgexport/audit/policy"
)

// Opening says that a principal may open a notebook or an application, and then acts as its role.
type Opening struct {
	Principal, Resource, Action string
	// Role is the ARN of the role that one acts as, "" where there is none, or where RoleUnread says why it is not known.
	Role, RoleUnread string
	Unread           bool // nothing at all was read of the principal
	*Answer
}

// openers are the actions that open something, by what they open.
func openers() map[Kind]string {
	return map[Kind]string{
		Notebook:     "sagemaker:CreatePresignedNotebookInstanceUrl",
		UserProfile:  "sagemaker:CreatePresignedDomainUrl",
		Space:        "sagemaker:StartSession",
		MlflowServer: "sagemaker:CreatePresignedMlflowTrackingServerUrl",
		MlflowApp:    "sagemaker:CreatePresignedMlflowAppUrl",
		PartnerApp:   "sagemaker:CreatePartnerAppPresignedUrl",
	}
}

// OpenActions are the actions that open a notebook, a user of Studio, a space or an application.
func OpenActions() []string { return slices.Sorted(maps.Values(openers())) }

// Openers are the pairs of principals and what they may open, in one account; sorted by principal, resource and action. The status of a notebook
// does not matter: who may open it when it runs may open it.
//
// CreatePresignedDomainUrl "can only be called when the authentication mode equals IAM": a user profile of a domain with another mode is left out,
// and where the mode is not known the answer is conditional.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html
func (m *Model) Openers() iter.Seq[Opening] {
	return func(yield func(Opening) bool) {
		fields := m.openingFields()
		for _, p := range m.principals {
			f := fields[p.account]
			if f == nil || p.gone {
				continue
			}
			rows := map[*table]*row{}
			for _, t := range f.tables {
				rows[t] = t.row(p, 0)
			}
			for _, o := range f.things {
				a := openable(o.resource, rows[o.table].at(o.at))
				if a.Verdict == policy.Denied {
					continue
				}
				item := Opening{Principal: p.arn, Resource: o.resource.ARN, Action: o.table.actions[0], Role: o.resource.Role, RoleUnread: o.resource.RoleUnread, Unread: p.unread != "", Answer: a}
				if !yield(item) {
					return
				}
			}
		}
	}
}

// openingField is what can be opened in an account.
type openingField struct {
	tables []*table
	things []thing // by ARN
}

// thing is a resource and where it stands in a table.
type thing struct {
	resource *resource
	table    *table
	at       int
}

func (m *Model) openingFields() map[string]*openingField {
	fields := map[string]*openingField{}
	actions := openers()
	for _, kind := range slices.Sorted(maps.Keys(actions)) {
		for account, list := range byAccount(m.resources[kind]) {
			f := fields[account]
			if f == nil {
				f = &openingField{}
				fields[account] = f
			}
			t := newTable(m, m.accountOf(account), list, sageMakerContext(), actions[kind])
			f.tables = append(f.tables, t)
			for i, r := range list {
				f.things = append(f.things, thing{r, t, i})
			}
		}
	}
	for _, f := range fields {
		slices.SortFunc(f.things, func(x, y thing) int { return compareResources(x.resource, y.resource) })
	}
	return fields
}

// byAccount groups resources by who owns them, and keeps their order.
func byAccount(list []*resource) map[string][]*resource {
	out := map[string][]*resource{}
	for _, r := range list {
		out[r.Account] = append(out[r.Account], r)
	}
	return out
}

// openable adds to an answer what the resource itself asks of who opens it.
func openable(r *resource, a *Answer) *Answer {
	if r.Kind == Space && r.Local {
		return denied
	}
	if r.Kind != UserProfile || a.Verdict == policy.Denied {
		return a
	}
	switch {
	case r.of == nil || r.of.Auth == "":
		return a.with(policy.Condition{Reason: "the authentication mode of its domain was not read, and must be IAM"})
	case r.of.Auth != "IAM":
		return denied
	}
	return a
}
