package audit

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/access"
)

// rate says how bad each answer is that has no level yet. docs/audit.md lists the
// rules. An answer that may be worse than what is known of it says how bad at
// most, so that missing knowledge never makes anything look better.
func rate(r *Report) {
	for i := range r.Exposure {
		e := &r.Exposure[i]
		e.Rating = between(e.level(false), e.level(true))
	}
	for i := range r.Buckets {
		b := &r.Buckets[i]
		level := func(public bool) Level {
			if public {
				return Critical
			}
			return Info
		}
		b.Rating = between(level(b.Public != nil && *b.Public), level(b.Public == nil || *b.Public || len(b.Unknown) > 0))
	}
	rateAccess(r)
}

// between makes a rating of what an answer is and of what it is at worst.
func between(known, worst Level) Rating {
	if known.AtLeast(worst) {
		return Rating{Level: known}
	}
	return Rating{Level: known, CouldBe: worst}
}

// Worst is how bad the answer is at most.
func (r Rating) Worst() Level {
	if r.CouldBe != "" {
		return r.CouldBe
	}
	return r.Level
}

// isTool reports whether people work with a resource at a keyboard: what reaches
// it reaches whatever they open there.
func isTool(label string) bool {
	switch strings.TrimPrefix(label, sagemaker) {
	case "NotebookInstance", "Domain", "UserProfile", "Cluster", "ClusterNode":
		return true
	}
	return false
}

// IsOver reports whether a job has ended, and so shows what was, not what is.
func IsOver(label, status string) bool {
	if !strings.HasSuffix(label, "Job") && label != sagemaker+"TrainingSession" {
		return false
	}
	switch strings.ToLower(status) {
	case "completed", "failed", "stopped", "deleted", "deletefailed":
		return true
	}
	return false
}

// level says how bad an exposure is: as far as it is known, or, worst, if all
// that is not known is bad.
func (e *Exposure) level(worst bool) Level {
	level := Info
	switch e.why(worst) {
	case "public-address":
		level = Critical
	case "public-subnet":
		level = High
	case "direct-internet":
		switch {
		case isTool(e.Kind):
			level = High
		case e.Kind == sagemaker+"Model": // it runs on endpoints and in jobs, which have levels of their own
			level = Low
		default:
			level = Medium
		}
	case "open-ingress":
		level = Medium
	}
	if level != Info && IsOver(e.Kind, e.Status) {
		return Low
	}
	return level
}

// why says in a word what makes an exposure as bad as its level; "" is nothing.
func (e *Exposure) why(worst bool) string {
	is := func(b *bool) bool { return b != nil && *b || b == nil && worst }
	public := e.Subnet == PublicSubnet || e.Subnet == UnknownSubnet && worst
	open := is(e.OpenIngress)
	address := e.PublicAddress != "" || e.publicUnknown && worst
	switch {
	case public && open && address:
		return "public-address"
	case public:
		return "public-subnet"
	case is(e.DirectInternet):
		return "direct-internet"
	case open:
		return "open-ingress"
	}
	return ""
}

// rateAccess rates what follows from policies.
func rateAccess(r *Report) {
	class := map[string]Class{}
	for role, c := range r.classes {
		class[role] = Class(c)
	}
	tools := map[string]bool{}
	for i := range r.Roles {
		role := &r.Roles[i]
		class[role.Role] = role.Class
		for _, id := range role.UsedBy {
			tools[role.Role] = tools[role.Role] || isToolARN(id)
		}
	}
	for i := range r.Roles {
		role := &r.Roles[i]
		known := levelOfRole(role.Class, tools[role.Role])
		worst := known
		switch {
		case slices.ContainsFunc(role.Reasons, func(r Reason) bool { return r.Code == access.CodeGone }):
			// Nothing can run as it, until somebody makes a role of that name.
			known, worst = Low, Low
		case role.Class == ClassUnknown:
			worst = levelOfRole(Admin, tools[role.Role])
		}
		role.setLevel(known, worst)
	}
	for i := range r.Escalations {
		e := &r.Escalations[i]
		if class[e.Principal] == Admin {
			e.setLevel(Info, Info) // it may do all that already
		}
		e.rate(e.Verdict, escalates(e.Gains, class, false), escalates(e.Gains, class, true), Medium)
	}
	for i := range r.Openers {
		o := &r.Openers[i]
		if class[o.Principal] == Admin {
			o.setLevel(Info, Info)
		}
		o.rate(o.Verdict, opens(class[o.Role], false), opens(class[o.Role], true), Info)
	}
	for i := range r.Assume {
		a := &r.Assume[i]
		worst := High
		if class[a.Role] == Admin {
			worst = Critical
		}
		level := outside(a.Principal, a.Role, worst)
		if a.Verdict == Allowed && strings.Contains(a.Principal, ":oidc-provider/") {
			level = worst // no claim is asked for, and the provider's users may be anybody
		}
		a.rate(a.Verdict, level, level, Info)
	}
	for i := range r.Invokers {
		r.Invokers[i].setRating()
	}
	for i := range r.Bearer {
		b := &r.Bearer[i]
		b.rate(b.Verdict, Low, Low, Info)
	}
}

// setRating rates who may invoke an endpoint.
func (v *Invoker) setRating() {
	level := outside(v.Principal, v.Endpoint, High)
	v.rate(v.Verdict, level, level, Info)
}

// setLevel sets a rating that is not there yet.
func (r *Rating) setLevel(known, worst Level) {
	if r.Level == "" {
		*r = between(known, worst)
	}
}

// rate sets the level of something that a principal may do: what is allowed is as
// bad as it is known to be, what is conditional is at least floor and may be as
// bad as if it were allowed.
func (r *Rating) rate(v Verdict, known, worst, floor Level) {
	if v == Conditional && known.AtLeast(floor) {
		known = floor
	}
	r.setLevel(known, worst)
}

func levelOfRole(c Class, tool bool) Level {
	switch {
	case c == Admin && tool:
		return Critical
	case c == Admin, c == Permissive && tool:
		return High
	case c == Permissive:
		return Medium
	}
	return Info
}

// escalates says how bad it is to gain roles: as far as their classes are known,
// or at worst.
func escalates(gains []string, class map[string]Class, worst bool) Level {
	for _, role := range gains {
		if c, ok := class[role]; c == Admin || worst && (!ok || c == ClassUnknown) {
			return Critical
		}
	}
	return High
}

// opens says how bad it is to act as a role of a class.
func opens(c Class, worst bool) Level {
	switch {
	case c == Admin, worst && (c == ClassUnknown || c == ""):
		return High
	case c == Permissive:
		return Medium
	}
	return Info
}

// outside is level where a principal is of another account than a resource, or
// anybody; else the least.
func outside(principal, resource string, level Level) Level {
	if principal == "*" || accountIn(principal) != "" && accountIn(principal) != accountIn(resource) {
		return level
	}
	return Info
}

// accountIn returns the account in an ARN or a scope, or that a text is, or "".
func accountIn(s string) string {
	if parts := strings.SplitN(s, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[4]
	}
	account, _, _ := strings.Cut(s, "/")
	if len(account) == 12 && strings.Trim(account, "0123456789") == "" {
		return account
	}
	return ""
}

// isToolARN is isTool of a resource's ARN.
func isToolARN(id string) bool {
	for _, kind := range []string{":notebook-instance/", ":domain/", ":user-profile/", ":space/", ":app/", ":cluster/"} {
		if strings.Contains(id, ":sagemaker:") && strings.Contains(id, kind) {
			return true
		}
	}
	return false
}

// globalScope is where a node's account-wide settings are read.
func globalScope(n *Node) string {
	account, _, _ := strings.Cut(n.Scope, "/")
	return account + "/global"
}
