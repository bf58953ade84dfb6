package access

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/sgexport/sgexport/audit/policy"
)

// verdicts are all items of a model, by what they are about.
func verdicts(m *Model) (pairs, others map[string]policy.Verdict, classes map[string]Class) {
	pairs, others, classes = map[string]policy.Verdict{}, map[string]policy.Verdict{}, map[string]Class{}
	for i := range m.Invokers() {
		pairs[fmt.Sprint("invoke ", i.Principal, i.Endpoint, i.Component, i.Action)] = i.Verdict
	}
	for b := range m.Bearers() {
		pairs["bearer "+b.Principal] = b.Verdict
	}
	for o := range m.Openers() {
		pairs[fmt.Sprint("open ", o.Principal, o.Resource)] = o.Verdict
	}
	for _, a := range m.Assumptions() {
		others[fmt.Sprint("assume ", a.Principal, a.Role)] = a.Verdict
	}
	for e := range m.Escalations() {
		for _, role := range e.Gains {
			key := fmt.Sprint("escalate ", e.Principal, e.Path, role)
			others[key] = max(others[key], e.Verdict)
		}
	}
	for _, r := range m.Roles() {
		classes[r.Role] = r.Class
	}
	return pairs, others, classes
}

// forget takes one piece of knowledge away, and says which.
func (r *random) forget(b *Builder) string {
	role := slices.Sorted(maps.Keys(b.roles))[r.IntN(len(b.roles))]
	user := slices.Sorted(maps.Keys(b.users))[r.IntN(len(b.users))]
	const gone = "forgotten"
	change := func(of func(*Identity)) string {
		if r.IntN(2) == 0 {
			u := b.users[user]
			of(&u.Identity)
			b.users[user] = u
			return user
		}
		x := b.roles[role]
		of(&x.Identity)
		b.roles[role] = x
		return role
	}
	switch r.IntN(11) {
	case 0:
		arn := slices.Sorted(maps.Keys(b.managed))[r.IntN(len(b.managed))]
		delete(b.managed, arn)
		return "policy " + arn
	case 1:
		return "attached of " + change(func(i *Identity) { i.Attached, i.AttachedUnread = nil, gone })
	case 2:
		return "inline of " + change(func(i *Identity) { i.Inline, i.InlineUnread = nil, gone })
	case 3:
		return "tags of " + change(func(i *Identity) { i.Tags, i.TagsUnread = nil, gone })
	case 4:
		return "boundary of " + change(func(i *Identity) { i.Boundary, i.BoundaryUnread = "", gone })
	case 5:
		x := b.roles[role]
		x.Trust, x.TrustUnread = "", gone
		b.roles[role] = x
		return "trust of " + role
	case 6:
		a := b.accounts[testAccount]
		a.SCP, a.SCPUnread = nil, gone
		b.accounts[testAccount] = a
		return "organization policies"
	case 7:
		kind := []Kind{Endpoint, InferenceComponent, Notebook}[r.IntN(3)]
		arn := slices.Sorted(maps.Keys(b.resources[kind]))[r.IntN(len(b.resources[kind]))]
		x := b.resources[kind][arn]
		x.Tags, x.TagsUnread = nil, gone
		b.resources[kind][arn] = x
		return "tags of " + arn
	case 8:
		b.groups = map[string]Group{}
		return "groups"
	case 9:
		b.roles[role] = Role{Identity: Identity{ARN: role, Unread: gone}, TrustUnread: gone}
		return role
	}
	u := b.users[user]
	u.Groups, u.GroupsUnread = nil, gone
	b.users[user] = u
	return "groups of " + user
}

// TestKnowingLess takes pieces of knowledge away. What was denied may become conditional, what was allowed too; nothing becomes certain. Of who
// becomes or gains a role items may go, where what speaks for them is what was forgotten, but none comes that is certain.
func TestKnowingLess(t *testing.T) {
	for seed := range uint64(80) {
		build := func() (*random, *Builder) {
			r := &random{Rand: seeded(seed), endpoints: 6, principals: 8, unread: seed%3 == 0}
			return r, r.builder()
		}
		_, b := build()
		pairs, others, classes := verdicts(b.Build())
		r, b := build()
		what := []string{r.forget(b)}
		if r.IntN(2) == 0 {
			what = append(what, r.forget(b))
		}
		lessPairs, lessOthers, lessClasses := verdicts(b.Build())
		for key := range union(pairs, lessPairs) {
			before, after := pairs[key], lessPairs[key]
			if after != before && after != policy.Conditional {
				t.Errorf("seed %d, without %v: %s is %v, and was %v", seed, what, key, after, before)
			}
		}
		for key, after := range lessOthers {
			if after == policy.Allowed && others[key] != policy.Allowed {
				t.Errorf("seed %d, without %v: %s is %v, and was %v", seed, what, key, after, others[key])
			}
		}
		for role, after := range lessClasses {
			if before := classes[role]; after != before && after != Unknown {
				t.Errorf("seed %d, without %v: %s is %s, and was %s", seed, what, role, after, before)
			}
		}
	}
}

// TestDenyingMore adds a deny. Nothing may be allowed more than before, and nothing comes.
func TestDenyingMore(t *testing.T) {
	changed := 0
	for seed := range uint64(80) {
		build := func() (*random, *Builder) {
			r := &random{Rand: seeded(seed), endpoints: 6, principals: 8, unread: seed%3 == 0}
			return r, r.builder()
		}
		_, b := build()
		pairs, others, classes := verdicts(b.Build())
		r, b := build()
		s := r.statement()
		s["Effect"] = "Deny"
		d := Document{ID: "deny", Text: marshal(map[string]any{"Version": "2012-10-17", "Statement": s})}
		switch r.IntN(3) {
		case 0:
			arn := slices.Sorted(maps.Keys(b.roles))[r.IntN(len(b.roles))]
			x := b.roles[arn]
			x.Inline = append(x.Inline, d)
			b.roles[arn] = x
		case 1:
			arn := slices.Sorted(maps.Keys(b.users))[r.IntN(len(b.users))]
			x := b.users[arn]
			x.Inline = append(x.Inline, d)
			b.users[arn] = x
		case 2:
			a := b.accounts[testAccount]
			if len(a.SCP) > 0 {
				a.SCP[0].Policies = append(a.SCP[0].Policies, d)
			}
		}
		morePairs, moreOthers, moreClasses := verdicts(b.Build())
		for _, both := range [][2]map[string]policy.Verdict{{pairs, morePairs}, {others, moreOthers}} {
			for key := range union(both[0], both[1]) {
				before, after := both[0][key], both[1][key]
				if after > before {
					t.Errorf("seed %d, with %s: %s is %v, and was %v", seed, d.Text, key, after, before)
				}
				if after < before {
					changed++
				}
			}
		}
		rank := map[Class]int{OK: 0, Unknown: 1, Permissive: 2, Admin: 3}
		for role, after := range moreClasses {
			if rank[after] > rank[classes[role]] {
				t.Errorf("seed %d, with %s: %s is %s, and was %s", seed, d.Text, role, after, classes[role])
			}
		}
	}
	if changed < 60 {
		t.Errorf("the denies took only %d things away", changed)
	}
}

func union[K comparable, V any](a, b map[K]V) map[K]bool {
	all := map[K]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}
