package main

import (
	"testing"

	"github.com/sgexport/sgexport/simulator"
)

// TestLargestOfNothing has an inventory without a region.
func TestLargestOfNothing(t *testing.T) {
	if got := largest(&simulator.Inventory{}); got == "" {
		t.Error("an inventory without resources has no region to name")
	}
}
