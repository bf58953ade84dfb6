package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/simulator"
)

func TestPopulated(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		inventory *simulator.Inventory
		want      []string
	}{
		{demo, []string{"us-east-1", "eu-west-1"}},
		{&simulator.Inventory{}, []string{"us-east-1"}},
	} {
		if got := populated(c.inventory); !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
}

func TestDeniedInVain(t *testing.T) {
	got := deniedInVain([]string{"sagemaker:ListModels", "iam:GetRole", "ListModels", "sts:GetCallerIdentity"})
	want := []string{"--deny iam:GetRole: an export does not ask for that", "--deny ListModels: an export does not ask for that"}
	if len(got) != len(want) || !strings.HasPrefix(got[0], want[0]) || !strings.HasPrefix(got[1], want[1]) {
		t.Errorf("got %q", got)
	}
}

func TestEnlarged(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	got, err := enlarged(demo, 3, []string{"TrainingJob=100", "Model=7"})
	if err != nil || got.Count() != 3*demo.Count()+107 {
		t.Errorf("%d resources, %v", got.Count(), err)
	}
	for text, want := range map[string]string{"TrainingJob": "KIND=N", "Cat=1": `no kind of resource "Cat"`, "Model=0": "0 is no number"} {
		if _, err := enlarged(demo, 1, []string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := enlarged(demo, 0, nil); err == nil {
		t.Error("no copy at all")
	}
}
