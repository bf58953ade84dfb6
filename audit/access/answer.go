package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// Answer is a verdict and what it rests on. Answers are shared between items: whoever gets one must not change it, and may take its address
// for its content.
type Answer struct {
	Verdict policy.Verdict
	// Conditions say on what a conditional verdict depends.
	Conditions []policy.Condition
	// Via are the statements that allow.
	Via []policy.Match
}

// Unread are the reasons among the conditions that are nothing but things that were not read.
func (a *Answer) Unread() []string {
	var out []string
	for i := range a.Conditions {
		if c := &a.Conditions[i]; isUnread(c) {
			out = append(out, c.Reason)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isUnread says whether a condition is that something was not read. One that is a policy's names it, and one of ours has an effect.
func isUnread(c *policy.Condition) bool { return c.Policy == "" && c.Operator == "" && c.Effect == 0 }

// only is a condition that lies in no policy and is no lack of knowledge.
func only(reason string) policy.Condition {
	return policy.Condition{Effect: policy.Allow, Reason: reason}
}

// answerOf is a decision as an answer.
func answerOf(d policy.Decision) *Answer {
	return &Answer{Verdict: d.Verdict, Conditions: d.Conditions, Via: d.Via}
}

// allOf is what comes of several things that must all be allowed. It is denied as soon as one is.
func allOf(parts ...*Answer) *Answer {
	if len(parts) == 1 {
		return parts[0]
	}
	out := &Answer{Verdict: policy.Allowed}
	for _, p := range parts {
		if p.Verdict == policy.Denied {
			return denied
		}
		out.Verdict = min(out.Verdict, p.Verdict)
		out.Conditions = append(out.Conditions, p.Conditions...)
		out.Via = append(out.Via, p.Via...)
	}
	out.tidy()
	return out
}

// bestOf is the most that one of several answers allows: the first of those that allow most.
func bestOf(parts ...*Answer) *Answer {
	best := denied
	for _, p := range parts {
		if p.Verdict > best.Verdict {
			best = p
		}
	}
	return best
}

var denied = &Answer{Verdict: policy.Denied}

// unreadAnswer is conditional on something that was not read.
func unreadAnswer(reason string) *Answer {
	return &Answer{Verdict: policy.Conditional, Conditions: []policy.Condition{{Reason: reason}}}
}

// with is the answer under one more condition.
func (a *Answer) with(c policy.Condition) *Answer {
	if a.Verdict == policy.Denied {
		return a
	}
	b := &Answer{Verdict: policy.Conditional, Conditions: append(slices.Clone(a.Conditions), c), Via: a.Via}
	b.tidy()
	return b
}

// tidy sorts the lists and drops what is there twice.
func (a *Answer) tidy() {
	slices.SortFunc(a.Conditions, compareConditions)
	a.Conditions = slices.CompactFunc(a.Conditions, func(x, y policy.Condition) bool { return compareConditions(x, y) == 0 })
	slices.SortFunc(a.Via, compareMatches)
	a.Via = slices.Compact(a.Via)
}

func compareConditions(a, b policy.Condition) int {
	return cmp.Or(
		cmp.Compare(a.Policy, b.Policy), compareIDs(a.Statement, b.Statement), cmp.Compare(a.Effect, b.Effect), cmp.Compare(a.Operator, b.Operator),
		cmp.Compare(a.Key, b.Key), slices.Compare(a.Values, b.Values), cmp.Compare(a.Reason, b.Reason),
	)
}

func compareMatches(a, b policy.Match) int {
	return cmp.Or(
		cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Policy, b.Policy), compareIDs(a.Statement, b.Statement),
		cmp.Compare(a.Effect, b.Effect), cmp.Compare(a.Applies, b.Applies),
	)
}

// compareIDs sorts the ids of statements by their number: 2 before 10.
func compareIDs(a, b string) int {
	i, j := strings.LastIndexByte(a, '/'), strings.LastIndexByte(b, '/')
	return cmp.Or(cmp.Compare(a[:i+1], b[:j+1]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
