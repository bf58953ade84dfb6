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
