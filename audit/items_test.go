package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit"
)

// TestItemsHaveRules looks whether each item of all cases has a rule, something that it
// is about, and a message in one line.
func TestItemsHaveRules(t *testing.T) {
	reports := []*audit.Report{fullReport()}
	for _, file := range []string{"exposure.json", "buckets.json"} {
		_, graphs := readCases(t, file)
		for _, g := range graphs {
			reports = append(reports, audit.Run(g.read(t)))
		}
	}
	seen := map[string]bool{}
	for _, r := range reports {
		var ids []string
		for _, rule := range r.Rules() {
			ids = append(ids, rule.ID)
			if rule.Title == "" || rule.Fix == "" || rule.Page == "" || !slices.Contains(audit.Levels(), rule.Severity) {
				t.Errorf("rule %s lacks something: %+v", rule.ID, rule)
			}
		}
		for i := range r.Items() {
			seen[i.Rule] = true
			if !slices.Contains(ids, i.Rule) {
				t.Errorf("there is no rule %s", i.Rule)
			}
			if _, ok := audit.ListOf(i.Rule, r.Checks); !ok {
				t.Errorf("ListOf does not know %s", i.Rule)
			}
			if i.About == "" || i.Message == "" || strings.Contains(i.Message, "\n") {
				t.Errorf("%s lacks something: %+v", i.Rule, i)
			}
		}
	}
	for _, want := range []string{"exposure/public-address", "exposure/public-subnet", "exposure/direct-internet", "exposure/open-ingress", "buckets/public", "roles/admin", "escalations/sagemaker-001", "c"} {
		if !seen[want] {
			t.Errorf("no item of the cases has the rule %s", want)
		}
	}
}

// TestItemsAreWhatCounts compares items with what gates count.
func TestItemsAreWhatCounts(t *testing.T) {
	r := fullReport()
	r.Roles = append(r.Roles, audit.Role{Role: "fine", Class: audit.OK, Rating: audit.Rating{Level: audit.Info}})
	r.Findings = append(r.Findings, audit.Finding{Check: "c", Severity: audit.Info, Resource: "x"})
	for _, level := range audit.Levels() {
		var got audit.Found
		for i := range r.Items() {
			switch {
			case !i.Worst().AtLeast(level):
			case i.Waived != nil:
				got.Waived++
			case i.Level.AtLeast(level):
				got.Known++
			default:
				got.CouldBe++
			}
		}
		want := r.Count(level)
		got.Missing = want.Missing
		if level == audit.Info {
			got.Known++ // the role, which nobody need look at
		}
		if got != want {
			t.Errorf("%s: items come to %+v, the gate to %+v", level, got, want)
		}
	}
}

// TestRestrict leaves what is named, and what of the unknown that needs.
func TestRestrict(t *testing.T) {
	unknown := func(label string, questions ...string) audit.Unknown {
		return audit.Unknown{Questions: questions, Label: label, AnswersMissing: true}
	}
	for names, want := range map[string]struct{ items, unknown string }{
		"c":                                 {"c", "A"},
		"a":                                 {"c", "A"}, // an alias
		"roles":                             {"roles/admin", "AWSRole"},
		"roles/ok":                          {"", "AWSRole"},
		"invokers bearer":                   {"invokers/own-account bearer", ""},
		"openers escalations/sagemaker-001": {"openers escalations/sagemaker-001", ""},
		"findings":                          {"c", "A B"},
	} {
		r := fullReport()
		r.Checks[0].Reads = []string{"A", "A.column"}
		r.Unknown = []audit.Unknown{unknown("A", "findings"), unknown("AWSRole", "roles"), unknown("B", "findings")}
		r.Restrict(strings.Fields(names))
		var items, labels []string
		for i := range r.Items() {
			items = append(items, i.Rule)
		}
		for _, u := range r.Unknown {
			labels = append(labels, u.Label)
		}
		if got := strings.Join(items, " "); got != want.items {
			t.Errorf("%s: %s are left, want %s", names, got, want.items)
		}
		if got := strings.Join(labels, " "); got != want.unknown {
			t.Errorf("%s: %s of the unknown is left, want %s", names, got, want.unknown)
		}
		validate(t, compileSchema(t), r)
	}
}

// TestMessages says what decides, and no more than is known.
func TestMessages(t *testing.T) {
	yes := true
	reasons := []audit.Reason{{Code: "private-subnet", Detail: "s-1 is private"}, {Code: "public-subnet", Detail: "s-2 is public"}, {Code: "service-network", Detail: "it has no VpcConfig"}}
	r := &audit.Report{
		Exposure: []audit.Exposure{
			{Resource: "a", Subnet: audit.PublicSubnet, Reasons: reasons, Rating: audit.Rating{Level: audit.High}},
			{Resource: "b", Subnet: audit.PrivateSubnet, DirectInternet: &yes, Reasons: reasons, Rating: audit.Rating{Level: audit.Medium}},
			{Resource: "c", Subnet: audit.UnknownSubnet, Reasons: reasons[:1], Unknown: []string{"s-3 was not read"}, Rating: audit.Rating{Level: audit.Info, CouldBe: audit.High}},
		},
		Roles:       []audit.Role{{Role: "d", Class: audit.Admin, Reasons: []audit.Reason{{Code: "administrator", Detail: "it may do everything"}}, Rating: audit.Rating{Level: audit.High}}},
		Buckets:     []audit.Bucket{{Bucket: "e", Public: &yes, Reasons: []audit.Reason{{Code: "policy", Detail: "it has a policy"}, {Code: "public-policy", Detail: "S3 calls it public"}}, Rating: audit.Rating{Level: audit.Critical}}, {Bucket: "f", Rating: audit.Rating{Level: audit.Info, CouldBe: audit.Critical}}},
		Openers:     []audit.Opener{{Principal: "g", Resource: "h", Action: "i", Role: "j", Verdict: audit.Conditional, Conditions: []string{"by day"}, Unknown: []string{"k"}, Rating: audit.Rating{Level: audit.Info, CouldBe: audit.High}}},
		Escalations: []audit.Escalation{{Principal: "l", Path: "sagemaker-001", Verdict: audit.Allowed, Gains: []string{"m", "n"}, Rating: audit.Rating{Level: audit.High}}},
		Findings:    []audit.Finding{{Check: "c", Resource: "o", Severity: audit.Low, Evidence: []audit.Evidence{{Field: "F", Value: "V", Detail: "first"}, {Detail: "second"}}}},
	}
	var got []string
	for i := range r.Items() {
		got = append(got, i.Message)
	}
	want := []string{
		"g may open h by i, and act as j, on a condition; it could be high: by day",
		"d is an execution role of class admin: it may do everything",
		"a reaches the internet, or is reached from it: s-2 is public",
		"b reaches the internet, or is reached from it: it has no VpcConfig",
		"c may reach the internet, or be reached from it; it could be high: s-3 was not read",
		"l may gain what m and 1 more may",
		"bucket e is public: S3 calls it public",
		"bucket f may be public; it could be critical",
		"o: F V first; second",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
