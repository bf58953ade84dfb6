package waive

import (
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/audit"
)

// Apply notes in a report what the file waives on the day of now, in UTC, and what came
// of each of its entries.
func (f *File) Apply(r *audit.Report, now time.Time) {
	today := now.UTC().Format(time.DateOnly)
	counts := make([]int, len(f.entries))
	invokers := slices.ContainsFunc(f.entries, func(e entry) bool { return e.list.Name == "invokers" })
	for s := range r.Subjects(invokers) {
		for i := range f.entries {
			if f.entries[i].matches(s) {
				counts[i]++
			}
		}
	}
	waivers := make([]*audit.Waiver, len(f.entries)) // nil where it does not hold
	for i, e := range f.entries {
		state := audit.WaiverActive
		switch {
		case e.until != "" && e.until < today:
			state = audit.WaiverExpired
		case counts[i] == 0:
			state = audit.WaiverUnused
		default:
			waivers[i] = &audit.Waiver{Reason: e.reason, Until: e.until}
		}
		r.Waivers = append(r.Waivers, audit.WaiverUse{
			Line: e.line, Check: e.check, Resource: e.resource, Principal: e.principal, Reason: e.reason, Until: e.until, State: state, Waives: counts[i],
		})
	}
	r.Waive(func(s *audit.Subject) *audit.Waiver {
		for i, w := range waivers {
			if w != nil && f.entries[i].matches(s) {
				return w
			}
		}
		return nil
	})
}

// matches reports whether an entry speaks of a subject: of all its resources, where it
// names some.
func (e *entry) matches(s *audit.Subject) bool {
	if !s.Is(e.check) || e.principal != "" && !like(e.principal, s.Principal) {
		return false
	}
	return e.resource == "" || !slices.ContainsFunc(s.Resources, func(id string) bool { return !like(e.resource, id) })
}

// like reports whether a pattern, in which * stands for any text, is like a text.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(text, parts[0])
	if len(parts) == 1 {
		return ok && rest == ""
	}
	for _, p := range parts[1 : len(parts)-1] {
		if !ok {
			return false
		}
		_, rest, ok = strings.Cut(rest, p)
	}
	return ok && strings.HasSuffix(rest, parts[len(parts)-1])
}
