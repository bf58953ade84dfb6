package access

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// Who creates a resource chooses its name, and where. So the question is not whether he may create this one, but whether there is one that he may
// create: a name is looked for that the patterns of all policies that must allow have in common, and what is found is then decided like any other.

// maxTries bounds how many names are looked for.
const maxTries = 100

// creating is the most that the actions allow together on a new resource, whose ARN is of the form that template gives for a region: with
// wildcards where the caller chooses.
func (m *Model) creating(p *principal, template func(region string) string, actions ...string) *Answer {
	best := denied
	for _, action := range actions {
		if p.set.IdentityUnread == "" && !slices.ContainsFunc(p.set.Identity, func(d *policy.Policy) bool { return mayAllow(d, action) }) {
			return best
		}
	}
	reqs := make([]*policy.Request, len(actions))
	m.witnesses(p, template, actions, func(arn string) bool {
		verdict := policy.Allowed
		for i, action := range actions {
			reqs[i] = m.request(p, action, policy.Resource{ARN: arn, Account: p.account}, sageMakerContext())
			if verdict = min(verdict, policy.Quick(reqs[i])); verdict <= best.Verdict {
				return true
			}
		}
		parts := make([]*Answer, len(reqs))
		for i, r := range reqs {
			parts[i] = answerOf(policy.Evaluate(r))
		}
		best = allOf(parts...)
		return best.Verdict != policy.Allowed
	})
	return best
}

// mayAllow says whether a policy could allow an action, on whatever resource.
func mayAllow(d *policy.Policy, action string) bool {
	return d.Broken != "" || slices.ContainsFunc(policy.Mentions(d, action), func(s *policy.Statement) bool { return s.Effect != policy.Deny })
}

// request is a request of a principal, with all that decides but the policy of the resource.
func (m *Model) request(p *principal, action string, r policy.Resource, context policy.Context) *policy.Request {
	set := p.set
	owner := r.Account
	a := m.accountOf(owner)
	set.RCP, set.RCPUnread = a.rcp, a.rcpUnread
	r.OrgID, r.OrgKnown, r.OrgPath = a.orgID, a.orgKnown, a.orgPath
	return &policy.Request{Action: action, Resource: r, Principal: p.who, Context: context, Policies: set}
}

// witnesses gives ARNs of new resources that policies might allow, the likeliest first, until try says no.
func (m *Model) witnesses(p *principal, template func(region string) string, actions []string, try func(arn string) bool) {
	var patterns []string // of all that may allow or spare
	var layers [][]string
	control := [][]*policy.Policy{p.set.Identity, nil}
	if p.set.Boundary != nil {
		control[1] = []*policy.Policy{p.set.Boundary}
	}
	for _, l := range p.set.SCP {
		control = append(control, l.Policies)
	}
	spared := []string{"*"} // what a Deny with NotResource spares is likely to be what is meant
	for _, list := range control {
		for _, action := range actions {
			globs := []string{}
			for _, d := range list {
				for _, s := range policy.Mentions(d, action) {
					switch {
					case s.Effect == policy.Deny:
						spared = append(spared, p.insert(s.NotResources)...)
					case len(s.Resources) == 0:
						globs = append(globs, "*")
					default:
						globs = append(globs, p.insert(s.Resources)...)
					}
				}
			}
			if globs = sorted(globs); len(globs) > 0 {
				layers = append(layers, globs)
				patterns = append(patterns, globs...)
			}
		}
	}
	layers = append(layers, sorted(spared))
	tries := maxTries
	seen := map[string]bool{}
	look := func(globs []string) (string, bool) {
		tries--
		return common(globs)
	}
	regions := m.regions(p.account, append(patterns, spared...))
	for _, region := range regions {
		if arn, ok := look([]string{template(region)}); ok && !try(arn) {
			return
		}
	}
	for _, region := range regions {
		form := template(region)
		// Only patterns that fit the form matter, and of those that say the same, one.
		var fitting [][]string
		for _, globs := range layers {
			var fit []string
			for _, g := range globs {
				if _, ok := look([]string{form, g}); ok && tries > 0 {
					fit = append(fit, g)
				}
			}
			if len(fit) > 0 && !slices.Equal(fit, []string{"*"}) && !slices.ContainsFunc(fitting, func(other []string) bool { return slices.Equal(fit, other) }) {
				fitting = append(fitting, fit)
			}
		}
		if !choose(fitting, []string{form}, func(globs []string) bool {
			arn, ok := look(globs)
			if ok && isName(arn) && !seen[arn] {
				seen[arn] = true
				if !try(arn) {
					return false
				}
			}
			return tries > 0
		}) {
			return
		}
	}
}

// isName says whether the resource of an ARN has a name that SageMaker would take.
func isName(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && strings.Trim(parts[5], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") == ""
}

// choose gives each way of taking one text of each layer, behind those that are taken already, until yield says no.
func choose(layers [][]string, taken []string, yield func([]string) bool) bool {
	if len(layers) == 0 {
		return yield(taken)
	}
	for _, g := range layers[0] {
		if !choose(layers[1:], append(slices.Clip(taken), g), yield) {
			return false
		}
	}
	return true
}

// insert puts what is known of a principal into the variables of patterns, and wildcards into others.
func (p *principal) insert(patterns []string) []string {
	out := make([]string, len(patterns))
	for i, s := range patterns {
		out[i] = p.insertOne(s)
	}
	return out
}

func (p *principal) insertOne(pattern string) string {
	if !strings.Contains(pattern, "${") {
		return pattern
	}
	var b strings.Builder
	for {
		at := strings.Index(pattern, "${")
		end := strings.Index(pattern, "}")
		if at < 0 || end < at {
			b.WriteString(pattern)
			return b.String()
		}
		b.WriteString(pattern[:at])
		key, _, _ := strings.Cut(pattern[at+2:end], ",")
		pattern = pattern[end+1:]
		key = strings.ToLower(key)
		switch tag, ok := strings.CutPrefix(key, "aws:principaltag/"); {
		case key == "*" || key == "?" || key == "$":
			b.WriteString(key)
		case key == "aws:username" && p.who.Kind == policy.KindUser:
			b.WriteString(p.who.Name)
		case key == "aws:principalaccount":
			b.WriteString(p.account)
		case ok:
			value := "*"
			for k, v := range p.who.Tags {
				if strings.EqualFold(k, tag) {
					value = v
				}
			}
			b.WriteString(value)
		default:
			b.WriteString("*")
		}
	}
}

// regions are where an account may create things: where it has something, what its policies name, or else a region that every account has.
func (m *Model) regions(account string, patterns []string) []string {
	seen := maps.Clone(m.used[account])
	if seen == nil {
		seen = map[string]bool{}
	}
	for _, p := range patterns {
		if region := ARNRegion(p); region != "" && !strings.ContainsAny(region, "*?$") {
			seen[region] = true
		}
	}
	if len(seen) == 0 {
		switch m.partition(account) {
		case "aws-cn":
			seen["cn-north-1"] = true
		case "aws-us-gov":
			seen["us-gov-west-1"] = true
		default:
			seen["us-east-1"] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// partition is that of an account, as far as its principals tell.
func (m *Model) partition(account string) string { return cmp.Or(m.partitions[account], "aws") }

// maxStates bounds the search for a common text.
const maxStates = 4000

// common is a shortest text that all globs match; ok is false where there is none, or none was found.
func common(globs []string) (text string, ok bool) {
	// A state has a position in each glob, as the digits of a number.
	space := uint64(1)
	for _, g := range globs {
		if space *= uint64(len(g) + 1); space > 1<<40 {
			return "", false
		}
	}
	type state struct {
		at   uint64
		from int32 // index of the state before
		char byte  // 0 where nothing was written
	}
	states := make([]state, 1, 128)
	states[0].from = -1
	var small [1 << 10]uint64 // bits of the states that were seen, where there are few
	var many map[uint64]bool
	if space > uint64(len(small))*64 {
		many = map[uint64]bool{}
	}
	pos, next := make([]int, len(globs)), make([]int, len(globs))
	for i := 0; i < len(states) && len(states) < maxStates; i++ {
		rest := states[i].at
		end := true
		for j, g := range globs {
			size := uint64(len(g) + 1)
			pos[j] = int(rest % size)
			rest /= size
			k := pos[j]
			for k < len(g) && g[k] == '*' { // stars may be left
				k++
			}
			end = end && k == len(g)
		}
		if end {
			var out []byte
			for at := int32(i); at >= 0; at = states[at].from {
				if c := states[at].char; c != 0 {
					out = append(out, c)
				}
			}
			slices.Reverse(out)
			return string(out), true
		}
		push := func(char byte) {
			at := uint64(0)
			for j := len(globs) - 1; j >= 0; j-- {
				at = at*uint64(len(globs[j])+1) + uint64(next[j])
			}
			if many != nil {
				if many[at] {
					return
				}
				many[at] = true
			} else {
				if small[at/64]>>(at%64)&1 != 0 {
					return
				}
				small[at/64] |= 1 << (at % 64)
			}
			states = append(states, state{at, int32(i), char})
		}
		for j, g := range globs {
			if pos[j] < len(g) && g[pos[j]] == '*' {
				copy(next, pos)
				next[j]++
				push(0)
			}
		}
		// One character more, which all must take: a literal of one of them, or any.
		char := byte('x')
		for j, g := range globs {
			if pos[j] < len(g) && g[pos[j]] != '*' && g[pos[j]] != '?' {
				char = g[pos[j]]
			}
		}
		fits := true
		for j, g := range globs {
			next[j] = pos[j]
			switch {
			case pos[j] == len(g):
				fits = false
			case g[pos[j]] == '*':
			case g[pos[j]] == '?' || g[pos[j]] == char:
				next[j]++
			default:
				fits = false
			}
		}
		if fits {
			push(char)
		}
	}
	return "", false
}
