package waive_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/waive"
)

var checks = []audit.Check{{Check: "notebook-direct-internet", Aliases: []string{"SageMaker.2"}}, {Check: "notebook-root"}}

func nearest(word string, valid []string) string {
	for _, v := range valid {
		if word[:4] == v[:min(4, len(v))] {
			return "; did you mean " + v + "?"
		}
	}
	return ""
}

// TestParseErrors looks whether whatever is wrong is said with its line.
func TestParseErrors(t *testing.T) {
	entry := "waivers:\n  - check: notebook-root\n    resource: x\n    reason: r\n"
	for text, want := range map[string]string{
		"waivers:\n  - check: [":                                   "f:2: this is no YAML",
		"waivers:\n  - check: notebook-root\n    resource: *\n":    "f:3: this is no YAML",
		"waivers:\n  - check: notebook-root\n    resource: *all\n": "begins with * stands in quotes",
		strings.Repeat("[", 1<<20):                                 "f:1: more than 16 lists and mappings",
		strings.Repeat("{a: ", 1<<18):                              "f:1: more than 16 lists and mappings",
		"waivers:\n" + strings.Repeat("- ", 1<<18):                 "f:2: more than 16 lists and mappings",
		"- check: x":            "f:1: a file of waivers has one member",
		"text":                  "f:1: a file of waivers has one member",
		"waiver:\n  - check: x": `f:1: there is no member "waiver"`,
		"waivers: x":            "f:1: waivers is a list",
		"waivers:\n  - x":       "f:2: an entry has the members",
		"waivers:\n  - {}":      "f:2: an entry has the members",
		entry + "  - check: notebook-rot\n    resource: x\n":              `f:5: there is no check "notebook-rot" (see 'sgexport audit --list-checks'); did you mean notebook-direct-internet?`,
		entry + "    resauce: x\n":                                        `f:5: there is no member "resauce"`,
		entry + "    reason: again\n":                                     `f:5: this is no YAML: mapping key "reason" already defined`,
		entry + "    until: 2027-13-01\n":                                 `f:2: until is a day such as 2027-01-31, the last on which it holds, not "2027-13-01"`,
		entry + "    until: tomorrow\n":                                   "f:2: until is a day",
		entry + "    principal: x\n":                                      "f:2: notebook-root is about no principal",
		"waivers:\n  - resource: x\n    reason: r":                        "f:2: check is missing",
		"waivers:\n  - check: roles\n    resource: x":                     "f:2: reason is missing",
		"waivers:\n  - check: roles\n    resource: x\n    reason: ''":     "f:2: reason is missing",
		"waivers:\n  - check: roles\n    reason: r":                       "f:2: resource is missing",
		"waivers:\n  - check: openers\n    reason: r":                     "f:2: principal is missing",
		"waivers:\n  - check: bearer\n    resource: x\n    reason: r":     "f:2: bearer is about no resource",
		"waivers:\n  - check: roles/admn\n    resource: x\n    reason: r": `there is no check "roles/admn"`,
		"waivers:\n  - check: roles\n    resource: [x]\n    reason: r":    "f:3: resource is a text",
	} {
		_, err := waive.Parse("f", []byte(text), checks, nearest)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{"", "waivers:\n", "# nothing yet\n", "waivers: []", "\ufeffwaivers:\r\n  - check: roles\r\n    resource: x\r\n    reason: r\r\n"} {
		if _, err := waive.Parse("f", []byte(text), checks, nearest); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

const (
	account = "arn:aws:iam::012345678901:"
	admin   = account + "role/Admin"
)

func report() *audit.Report {
	high := audit.Rating{Level: audit.High}
	return &audit.Report{
		Findings: []audit.Finding{
			{Check: "notebook-direct-internet", Aliases: []string{"SageMaker.2"}, Severity: audit.High, Resource: "nb/a"},
			{Check: "notebook-direct-internet", Aliases: []string{"SageMaker.2"}, Severity: audit.High, Resource: "nb/b"},
			{Check: "notebook-root", Severity: audit.Medium, Resource: "nb/a"},
		},
		Roles:       []audit.Role{{Role: admin, Class: audit.Admin, Rating: high}, {Role: account + "role/Work", Class: audit.Permissive, Rating: high}},
		Escalations: []audit.Escalation{{Principal: "p", Path: "sagemaker-001", Gains: []string{"r/a", "r/b"}, Rating: high}, {Principal: "q", Path: "sagemaker-001", Gains: []string{"r/a"}, Rating: high}},
		Invokers:    []audit.Invoker{{Principal: "*", Endpoint: "e", Action: "sagemaker:InvokeEndpoint", Rating: high}},
		Buckets:     []audit.Bucket{{Bucket: "012345678901", Rating: high}},
		Bearer:      []audit.Bearer{{Principal: "p", Rating: high}},
	}
}

// waived lists what is waived, as rule and what it is about.
func waived(r *audit.Report) []string {
	list := []string{}
	for i := range r.Items() {
		if i.Waived != nil {
			list = append(list, i.Rule+" "+i.About+" "+i.Waived.Reason)
		}
	}
	return list
}

// TestApply looks what entries waive, and what becomes of those that do not.
func TestApply(t *testing.T) {
	for entry, want := range map[string][]string{
		"check: notebook-direct-internet, resource: nb/a":             {"notebook-direct-internet nb/a r"},
		`check: notebook-direct-internet, resource: "nb/*"`:           {"notebook-direct-internet nb/a r", "notebook-direct-internet nb/b r"},
		`check: SageMaker.2, resource: "*b"`:                          {"notebook-direct-internet nb/b r"},
		`check: findings, resource: "*a"`:                             {"notebook-direct-internet nb/a r", "notebook-root nb/a r"},
		`check: notebook-root, resource: "nb/b*"`:                     {},
		`check: roles, resource: "` + account + `role/*"`:             {"roles/admin " + admin + " r", "roles/permissive " + account + "role/Work r"},
		`check: roles/admin, resource: "*"`:                           {"roles/admin " + admin + " r"},
		`check: escalations, resource: r/a`:                           {"escalations/sagemaker-001 q r"}, // p gains more
		`check: escalations/sagemaker-001, principal: p`:              {"escalations/sagemaker-001 p r"},
		`check: escalations/sagemaker-002, principal: p`:              {},
		`check: escalations, principal: p, resource: "r/*"`:           {"escalations/sagemaker-001 p r"},
		`check: invokers/anybody, resource: e`:                        {"invokers/anybody e r"},
		`check: invokers/own-account, resource: e`:                    {},
		`check: buckets, resource: 012345678901`:                      {"buckets/public 012345678901 r"}, // no number
		`check: bearer, principal: p`:                                 {"bearer p r"},
		`check: roles, resource: "*Admin", until: 2026-01-02`:         {"roles/admin " + admin + " r"},
		`check: roles, resource: "*Admin", until: 2026-01-01`:         {},
		`check: roles, resource: "arn:*:role/*/A*n"`:                  {},
		`check: roles, resource: "arn*0123*role*Ad*in"`:               {"roles/admin " + admin + " r"},
		`check: roles/admin, resource: "` + admin + `*` + admin + `"`: {},
	} {
		r := report()
		f, err := waive.Parse("f", []byte("waivers:\n  - {"+entry+", reason: r}\n"), checks, nearest)
		if err != nil {
			t.Error(err)
			continue
		}
		f.Apply(r, time.Date(2026, 1, 2, 23, 59, 0, 0, time.UTC))
		if got := waived(r); !reflect.DeepEqual(got, want) {
			t.Errorf("%s waives %q, want %q", entry, got, want)
		}
		state := audit.WaiverActive
		switch {
		case strings.Contains(entry, "until: 2026-01-01"):
			state = audit.WaiverExpired
		case len(want) == 0:
			state = audit.WaiverUnused
		}
		if len(r.Waivers) != 1 || r.Waivers[0].State != state || r.Waivers[0].Line != 2 {
			t.Errorf("%s: %+v, want %s", entry, r.Waivers, state)
		}
	}
}

// TestFirstEntry takes the reason of the first entry that holds.
func TestFirstEntry(t *testing.T) {
	r := report()
	f, err := waive.Parse("f", []byte(`waivers:
- {check: roles, resource: "*", reason: over, until: 2020-01-01}
- check: roles/admin
  resource: "*"
  reason: |
    first
    and more
- {check: roles, resource: "*", reason: second}
`), checks, nearest)
	if err != nil {
		t.Fatal(err)
	}
	f.Apply(r, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	if got, want := waived(r), []string{"roles/admin " + admin + " first\nand more", "roles/permissive " + account + "role/Work second"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	var waives []int
	for _, w := range r.Waivers {
		waives = append(waives, w.Waives)
	}
	if want := []int{2, 1, 2}; !reflect.DeepEqual(waives, want) {
		t.Errorf("they waive %v, want %v", waives, want)
	}
	if got := r.Count(audit.High); got.Known != 7 || got.Waived != 2 {
		t.Errorf("%+v", got)
	}
}

// TestDocumented reads the example of docs/audit.md.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/audit.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```yaml\nwaivers:")
	example, _, ok := strings.Cut(example, "```")
	if !ok {
		t.Fatal("docs/audit.md has no example")
	}
	f, err := waive.Parse("docs/audit.md", []byte("waivers:"+example), checks, nearest)
	if err != nil {
		t.Fatal(err)
	}
	r := &audit.Report{}
	f.Apply(r, time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC))
	var got []string
	for _, w := range r.Waivers {
		got = append(got, w.Check+" "+string(w.State))
	}
	if want := []string{"notebook-direct-internet expired", "roles/permissive unused", "escalations unused"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// FuzzParse reads whatever a file may hold: it is waivers, or an error with a line.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"waivers:\n  - check: roles\n    resource: \"*\"\n    reason: r\n    until: 2027-01-31\n",
		"\ufeffwaivers:\r\n- {check: c, resource: *a, reason: |\r\n  x\r\n}\r\n", "waivers:\n\t- check", "a: &a\n  <<: *a\n", "---\nwaivers: []\n---\n? x\n: y\n", "!!binary x", "- - - -", "{waivers: [[", "waivers: !t [", "%YAML 9",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := waive.Parse("f", text, checks, func(string, []string) string { return "" })
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("%q: no place in %v", text, err)
			}
			return
		}
		r := report()
		file.Apply(r, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
		for _, w := range r.Waivers {
			if w.Reason == "" || w.Line < 1 || w.Resource+w.Principal == "" {
				t.Errorf("%q: %+v", text, w)
			}
		}
	})
}
