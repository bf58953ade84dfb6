package policy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/audit/policy/internal/cases"
)

// TestDocumented decides the examples in testdata/documented: AWS's own, as data, each with the page that says what is right.
func TestDocumented(t *testing.T) {
	files, err := filepath.Glob("testdata/documented/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	names := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var list []json.RawMessage
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i, raw := range list {
			c, err := cases.Read(raw)
			if err != nil {
				t.Fatalf("%s: case %d: %v", file, i+1, err)
			}
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json")+"/"+c.Name, func(t *testing.T) {
				if c.Source == "" || c.Want == "" || names[c.Name] {
					t.Fatal("a case needs a source, an answer, and a name of its own")
				}
				names[c.Name] = true
				check(t, c)
			})
		}
	}
	t.Logf("%d cases", len(names))
}

func check(t *testing.T, c *cases.Case) {
	t.Helper()
	r, err := c.Request()
	if err != nil {
		t.Fatal(err)
	}
	r.Explain = true
	d := policy.Evaluate(r)
	if q := policy.Quick(r); q != d.Verdict {
		t.Errorf("Quick says %v, Evaluate %v", q, d.Verdict)
	}
	var on []string
	for _, x := range d.Conditions {
		on = append(on, x.Key)
	}
	slices.Sort(on)
	on = slices.Compact(on)
	want := slices.Clone(c.On)
	slices.Sort(want)
	if d.Verdict.String() != c.Want || c.Want == "conditional" && !slices.Equal(on, want) {
		t.Errorf("%s: %v on %q, not %s on %q", c.Why, d.Verdict, on, c.Want, want)
		for _, s := range d.Trace {
			t.Logf("%s %s: deny %v, allow %v: %s %v", s.Layer, s.Target, s.Deny, s.Allow, s.Note, s.Matches)
		}
		for _, x := range d.Conditions {
			t.Logf("%+v", x)
		}
	}
}
