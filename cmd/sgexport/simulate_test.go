package main

import (
	"slices"
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
