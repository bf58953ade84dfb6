package definition

import (
	"slices"
	"testing"
)

func TestSteps(t *testing.T) {
	steps, err := Steps(`{"Steps": [
		{"Name": "A", "Type": "Processing", "Arguments": {"X": {"Get": "Parameters.P"}, "Y": {"Get": "Steps.Z[0].X"}, "N": {"Get": "Steps.M.X", "Other": 1}}},
		{"Name": "C", "Type": "Condition", "DependsOn": ["A"], "Arguments": {
			"IfSteps": [{"Name": "D", "Type": "Condition", "Arguments": {"ElseSteps": [{"Name": "E", "Type": "Fail"}]}}],
			"ElseSteps": [{"Name": "F", "Type": "Fail", "CacheConfig": {"Enabled": true}}]}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	var got []string
	for _, s := range steps {
		got = append(got, text(s.Name)+" "+text(s.Condition)+" "+text(s.Branch))
	}
	slices.Sort(got)
	if want := []string{"A  ", "C  ", "D C IfSteps", "E D ElseSteps", "F C ElseSteps"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if refs := steps[0].PropertyReferences; !slices.Equal(refs, []string{"Steps.Z[0].X"}) {
		t.Errorf("A refers to %q", refs)
	}
}

func TestBadDefinitions(t *testing.T) {
	for _, text := range []string{``, `s3://b/p.json`, `[]`, `{"Steps": {}}`, `{"Steps": [{"Type": "Training"}]}`, `{"Steps": [{"Name": ""}]}`, `{"Steps": [{"Name": 1}]}`, `{"Steps": [{"Name": "a", "Arguments": 1}]}`, `{"Steps": [{"Name": "a", "DependsOn": "b"}]}`} {
		if steps, err := Steps(text); err == nil {
			t.Errorf("%s has the steps %v", text, steps)
		}
	}
	for _, text := range []string{`{}`, `{"Steps": []}`, `{"Steps": null}`} {
		if steps, err := Steps(text); err != nil || len(steps) != 0 {
			t.Errorf("%s: %v, %v", text, steps, err)
		}
	}
}

// TestOneBadStep keeps the steps around one that cannot be read, in branches too.
func TestOneBadStep(t *testing.T) {
	steps, err := Steps(`{"Steps": [{"Name": "a"}, {"Name": ""}, {"Name": "c", "Type": "Condition", "Arguments": {"IfSteps": [{"Name": 1}, {"Name": "d"}]}}]}`)
	var names []string
	for _, s := range steps {
		names = append(names, *s.Name)
	}
	if err == nil || !slices.Equal(names, []string{"a", "c", "d"}) {
		t.Errorf("%v, %v", names, err)
	}
}

func TestStepOf(t *testing.T) {
	for reference, want := range map[string]string{
		"Steps.Train.X": "Train", "Steps.Train": "Train", "Steps.Train[0]": "Train", "Parameters.P": "", "Execution.PipelineName": "", "Steps.": "", "": "",
	} {
		if got := StepOf(reference); got != want {
			t.Errorf("%q is of %q, want %q", reference, got, want)
		}
	}
}

func FuzzSteps(f *testing.F) {
	f.Add(`{"Steps": [{"Name": "C", "Arguments": {"IfSteps": [{"Name": "D", "Arguments": {"X": {"Get": "Steps.C.X"}}}]}}]}`)
	f.Add(`{"Steps": null}`)
	f.Fuzz(func(t *testing.T, text string) {
		steps, err := Steps(text)
		if err != nil {
			return
		}
		for _, s := range steps {
			if s.Name == nil || *s.Name == "" || !slices.IsSorted(s.PropertyReferences) {
				t.Errorf("%q has the step %+v", text, s)
			}
		}
	})
}
