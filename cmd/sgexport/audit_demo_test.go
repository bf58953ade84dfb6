package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// demoAnswers is testdata/audit/demo.json, which says what its parts mean.
type demoAnswers struct {
	About       []string            `json:"about"`
	Names       map[string][]string `json:"names"`
	Invokers    []demoAnswer        `json:"invokers"`
	Never       []demoAnswer        `json:"never"`
	Bearer      []demoAnswer        `json:"bearer"`
	OpenedAs    []demoAnswer        `json:"opened as"`
	Openers     []demoAnswer        `json:"openers"`
	Roles       []demoAnswer        `json:"roles"`
	Assume      []demoAnswer        `json:"assume"`
	Escalations []demoAnswer        `json:"escalations"`
	Exposure    []demoAnswer        `json:"exposure"`
	AllOf       []string            `json:"all of"` // kinds of which exposure has every one
	Buckets     []demoAnswer        `json:"buckets"`
	Faults      []demoFault         `json:"faults"`

	used map[string]bool // names
}

// A demoAnswer is an entry of a list; each list has its own members.
type demoAnswer struct {
	Who     []string `json:"who"`
	May     []string `json:"may"`
	On      []string `json:"on"`
	Naming  []string `json:"naming"` // inference components
	What    []string `json:"what"`
	By      []string `json:"by"`
	Gains   []string `json:"gains"`
	Bucket  []string `json:"bucket"`
	Codes   []string `json:"codes"`
	List    string   `json:"list"`
	Role    string   `json:"role"`
	Class   string   `json:"class"`
	Verdict string   `json:"verdict"` // allowed, where there is none
	Direct  string   `json:"direct"`
	Subnet  string   `json:"subnet"`
	Ingress string   `json:"ingress"`
	Public  string   `json:"public"`
	Why     string   `json:"why"`
}

// A demoFault is what the program is known to say wrongly: patterns of items that
// a list has and should not, or lacks. In them * is any text.
type demoFault struct {
	List    string   `json:"list"`
	Extra   []string `json:"extra"`
	Missing []string `json:"missing"`
	Why     string   `json:"why"`
}

func readDemoAnswers(t *testing.T) *demoAnswers {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "audit", "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := &demoAnswers{used: map[string]bool{}}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		t.Fatal(err)
	}
	return d
}

// all resolves names that stand for lists.
func (d *demoAnswers) all(t *testing.T, words []string) []string {
	t.Helper()
	var out []string
	for _, w := range words {
		name, ok := strings.CutPrefix(w, "@")
		if !ok {
			out = append(out, w)
			continue
		}
		if d.Names[name] == nil {
			t.Fatalf("there is no name @%s", name)
		}
		d.used[name] = true
		out = append(out, d.all(t, d.Names[name])...)
	}
	return out
}

// shortARN is an ARN as the answers have it.
func shortARN(arn string) string {
	p := strings.SplitN(arn, ":", 6)
	if len(p) != 6 {
		return arn
	}
	switch {
	case p[4] != "012345678901" && p[2] == "iam":
		return p[4] + ":" + p[5]
	case p[3] == "eu-west-1":
		return "eu:" + p[5]
	}
	return p[5]
}

// items collects what a list has, each once.
type items map[string]bool

func (s items) add(t *testing.T, words ...string) {
	t.Helper()
	line := strings.Join(words, " | ")
	if s[line] {
		t.Errorf("%s: it is there twice", line)
	}
	s[line] = true
}

// TestAuditDemo compares the answers about the demo account with those that were
// worked out by hand, both ways.
func TestAuditDemo(t *testing.T) {
	text, _ := auditOf(t, exitOK, "--format", "json", export(t, "--format", "jsonl"))
	var r audit.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	d := readDemoAnswers(t)
	want, got := d.want(t), d.got(t, &r)
	for _, list := range slices.Sorted(maps.Keys(want)) {
		t.Run(list, func(t *testing.T) { d.compare(t, list, want[list], got[list]) })
	}
	for _, e := range d.Never {
		for _, who := range d.all(t, e.Who) {
			for line := range got[e.List] {
				if strings.HasPrefix(line, who+" | ") {
					t.Errorf("%s has %s", e.List, line)
				}
			}
		}
	}
	for name := range d.Names {
		if !d.used[name] {
			t.Errorf("@%s is used by nothing", name)
		}
	}
}

// want makes items of the answers.
func (d *demoAnswers) want(t *testing.T) map[string]items {
	t.Helper()
	want := map[string]items{}
	opened := map[string]string{}
	for _, e := range d.OpenedAs {
		for _, what := range d.all(t, e.What) {
			opened[what] = d.all(t, []string{e.Role})[0]
		}
	}
	each := func(list string, entries []demoAnswer, parts func(*demoAnswer) [][]string) {
		want[list] = items{}
		for i := range entries {
			e := &entries[i]
			if e.Why == "" {
				t.Errorf("%s: entry %d has no reason", list, i+1)
			}
			if e.Verdict == "" {
				e.Verdict = "allowed"
			}
			combine(parts(e), func(words []string) {
				switch {
				case list == "escalations" && words[0] == words[3]: // nobody gains himself
				case list == "openers":
					want[list].add(t, words[0], words[1], words[2], "as "+opened[words[2]], words[3])
				default:
					want[list].add(t, words...)
				}
			})
		}
	}
	one := func(s string) []string { return []string{s} }
	each("invokers", d.Invokers, func(e *demoAnswer) [][]string {
		naming := d.all(t, e.Naming)
		if len(naming) == 0 {
			naming = one("-")
		}
		return [][]string{d.all(t, e.Who), d.all(t, e.May), d.all(t, e.On), naming, one(e.Verdict)}
	})
	each("bearer", d.Bearer, func(e *demoAnswer) [][]string { return [][]string{d.all(t, e.Who), one(e.Verdict)} })
	each("openers", d.Openers, func(e *demoAnswer) [][]string {
		return [][]string{d.all(t, e.Who), e.May, d.all(t, e.On), one(e.Verdict)}
	})
	each("roles", d.Roles, func(e *demoAnswer) [][]string {
		return [][]string{d.all(t, one(e.Role)), one(e.Class), one(strings.Join(e.Codes, ", "))}
	})
	each("assume", d.Assume, func(e *demoAnswer) [][]string {
		return [][]string{d.all(t, e.Who), one(e.Role), one(e.Verdict)}
	})
	each("escalations", d.Escalations, func(e *demoAnswer) [][]string {
		return [][]string{d.all(t, e.Who), d.all(t, e.By), one(e.Verdict), d.all(t, e.Gains)}
	})
	each("exposure", d.Exposure, func(e *demoAnswer) [][]string {
		return [][]string{e.On, one(e.Direct), one(e.Subnet), one(e.Ingress)}
	})
	each("buckets", d.Buckets, func(e *demoAnswer) [][]string { return [][]string{e.Bucket, one(e.Public)} })
	return want
}

// combine yields each combination of one word of each list.
func combine(lists [][]string, yield func([]string)) {
	if len(lists) == 0 {
		yield(nil)
		return
	}
	for _, word := range lists[0] {
		combine(lists[1:], func(rest []string) { yield(append([]string{word}, rest...)) })
	}
}

// got makes items of a report.
func (d *demoAnswers) got(t *testing.T, r *audit.Report) map[string]items {
	t.Helper()
	invokers, bearer, openers, roles, assume, escalations, exposure, buckets := items{}, items{}, items{}, items{}, items{}, items{}, items{}, items{}
	action := func(s string) string { return strings.TrimPrefix(s, "sagemaker:") }
	for i := range r.Invokers {
		v := &r.Invokers[i]
		component := "-"
		if v.Component != "" {
			component = shortARN(v.Component)
		}
		invokers.add(t, shortARN(v.Principal), action(v.Action), shortARN(v.Endpoint), component, string(v.Verdict))
	}
	for i := range r.Bearer {
		b := &r.Bearer[i]
		bearer.add(t, shortARN(b.Principal), string(b.Verdict))
	}
	for i := range r.Openers {
		o := &r.Openers[i]
		openers.add(t, shortARN(o.Principal), action(o.Action), shortARN(o.Resource), "as "+shortARN(o.Role), string(o.Verdict))
	}
	for i := range r.Roles {
		role := &r.Roles[i]
		var codes []string
		for _, reason := range role.Reasons {
			codes = append(codes, reason.Code)
		}
		slices.Sort(codes)
		roles.add(t, shortARN(role.Role), string(role.Class), strings.Join(slices.Compact(codes), ", "))
	}
	for i := range r.Assume {
		a := &r.Assume[i]
		assume.add(t, shortARN(a.Principal), shortARN(a.Role), string(a.Verdict))
	}
	for i := range r.Escalations {
		e := &r.Escalations[i]
		for _, role := range e.Gains {
			escalations.add(t, shortARN(e.Principal), e.Path, string(e.Verdict), shortARN(role))
		}
	}
	named := map[string]bool{}
	for _, e := range d.Exposure {
		for _, on := range e.On {
			named[on] = true
		}
	}
	for i := range r.Exposure {
		e := &r.Exposure[i]
		if named[shortARN(e.Resource)] || slices.Contains(d.AllOf, strings.TrimPrefix(e.Kind, "AWSSageMaker")) {
			exposure.add(t, shortARN(e.Resource), audit.Say(e.DirectInternet), string(e.Subnet), audit.Say(e.OpenIngress))
		}
	}
	for i := range r.Buckets {
		b := &r.Buckets[i]
		buckets.add(t, b.Bucket, audit.Say(b.Public))
	}
	return map[string]items{
		"invokers": invokers, "bearer": bearer, "openers": openers, "roles": roles, "assume": assume, "escalations": escalations,
		"exposure": exposure, "buckets": buckets,
	}
}

// compare says how a list differs from what it should be, less the known faults.
func (d *demoAnswers) compare(t *testing.T, list string, want, got items) {
	t.Helper()
	if len(want) == 0 {
		t.Error("no answers")
	}
	lacks, extra := minus(want, got), minus(got, want)
	for i := range d.Faults {
		f := &d.Faults[i]
		if f.List != list {
			continue
		}
		lacks = d.forgive(t, f, "lacks", lacks, f.Missing)
		extra = d.forgive(t, f, "has", extra, f.Extra)
	}
	for _, line := range lacks {
		t.Errorf("it lacks %s", line)
	}
	for _, line := range extra {
		t.Errorf("it has %s", line)
	}
}

// minus is what is in one of two and not in the other, sorted.
func minus(a, b items) []string {
	var out []string
	for _, line := range slices.Sorted(maps.Keys(a)) {
		if !b[line] {
			out = append(out, line)
		}
	}
	return out
}

// forgive takes away what is a known fault. A fault that is none any more must go.
func (d *demoAnswers) forgive(t *testing.T, f *demoFault, what string, lines, patterns []string) []string {
	t.Helper()
	for _, p := range patterns {
		words := strings.Split(p, " | ")
		for i, w := range words {
			words[i] = d.all(t, []string{w})[0]
		}
		pattern := strings.Join(words, " | ")
		rest := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return matches(pattern, line) })
		if len(rest) == len(lines) {
			t.Errorf("the fault is mended, take it out: %s %s %s (%s)", f.List, what, p, f.Why)
		}
		lines = rest
	}
	return lines
}

// matches says whether a text is that of a pattern, in which * is any text.
func matches(pattern, text string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, head)
	for ok && !matches(rest, text) {
		if text == "" {
			return false
		}
		text = text[1:]
	}
	return ok
}

// TestAuditEdges looks whether the edges CAN_INVOKE of a snapshot say what audit
// says of it.
func TestAuditEdges(t *testing.T) {
	dir := export(t, "--format", "jsonl")
	text, _ := auditOf(t, exitOK, "--format", "json", dir)
	var r audit.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	type part struct{ actions, via, conditions []string }
	want := map[string]*part{}
	for i := range r.Invokers {
		v := &r.Invokers[i]
		key := fmt.Sprintf("%s %s %q conditional=%t", v.Principal, v.Endpoint, v.Component, v.Verdict == audit.Conditional)
		p := want[key]
		if p == nil {
			p = &part{}
			want[key] = p
		}
		p.actions = append(p.actions, v.Action)
		p.conditions = append(p.conditions, v.Conditions...)
		for _, via := range v.Via {
			p.via = append(p.via, via.Statement)
		}
	}
	snap, err := snapshot.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	edges := 0
	err = jsonl.NewReader(snap.Open, snap.Schema).Edges(func(e *graph.Edge) error {
		if e.Type.Name != "CAN_INVOKE" {
			return nil
		}
		edges++
		value := func(column string) graph.Value { return e.Values[e.Type.Column(column)] }
		list := func(column string) []string {
			if value(column).IsNull() {
				return nil
			}
			return value(column).Strings()
		}
		key := fmt.Sprintf("%s %s %q conditional=%t", e.From, e.To, e.Ref, value("conditional").Bool())
		p := want[key]
		if p == nil {
			t.Errorf("audit does not say %s", key)
			return nil
		}
		delete(want, key)
		for column, said := range map[string][]string{"actions": p.actions, "via": p.via, "conditions": p.conditions} {
			slices.Sort(said)
			if got := list(column); !slices.Equal(got, slices.Compact(said)) {
				t.Errorf("%s: %s of the edge are %q, and audit says %q", key, column, got, said)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		t.Errorf("no edge says %s", key)
	}
	if edges < 100 {
		t.Errorf("only %d edges were compared", edges)
	}
}
