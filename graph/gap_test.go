package graph_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/sgexport/sgexport/graph"
)

func TestGapError(t *testing.T) {
	g := graph.Gap{Scope: "1/a", Label: "A", Action: "x:DescribeA", Code: "Denied", Message: "no", Count: 1, IDs: []string{"id"}}
	if got, want := g.Error(), "1/a: A id: x:DescribeA: Denied: no"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	g.Count, g.Message = 29, ""
	if got, want := g.Error(), "1/a: A: x:DescribeA × 29: Denied"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is gathered does not depend on the order in which it comes.
func TestGapSetOrder(t *testing.T) {
	type failure struct {
		gap graph.Gap
		id  string
	}
	var all []failure
	for i := range 40 {
		g := graph.Gap{Scope: "1/a", Label: fmt.Sprint("L", i%2), Action: "x:Describe", Code: fmt.Sprint("C", i%4/2), Message: fmt.Sprint("m", i)}
		all = append(all, failure{g, fmt.Sprintf("id%02d", i)})
	}
	all = append(all,
		failure{graph.Gap{Scope: "1/a", Label: "L0", Action: "x:List", Code: "C", Message: "z"}, ""},
		failure{graph.Gap{Scope: "1/a", Label: "L0", Action: "x:List", Code: "C", Message: "y"}, ""})
	var want []*graph.Gap
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		var s graph.GapSet
		for _, i := range r.Perm(len(all)) {
			s.Add(all[i].gap, all[i].id)
		}
		got := s.Gaps()
		if want == nil {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("another order gives %v, not %v", got, want)
		}
	}
	if len(want) != 5 || !slices.IsSortedFunc(want, graph.CompareGaps) {
		t.Fatalf("got %v", want)
	}
	first, list := want[0], want[2] // L0 Describe C0: 0, 4, 8 …
	if first.Count != 10 || len(first.IDs) != 10 || first.IDs[0] != "id00" || first.Message != "m0" || !slices.IsSorted(first.IDs) {
		t.Errorf("got %+v", first)
	}
	if list.Action != "x:List" || list.Count != 2 || list.IDs != nil || list.Message != "y" {
		t.Errorf("got %+v", list)
	}
}

func TestGapSetKeepsTenIDs(t *testing.T) {
	var s graph.GapSet
	for i := 99; i >= 0; i-- {
		s.Add(graph.Gap{Label: "A"}, fmt.Sprintf("id%02d", i))
	}
	g := s.Gaps()[0]
	if g.Count != 100 || len(g.IDs) != 10 || g.IDs[9] != "id09" {
		t.Errorf("got %+v", g)
	}
}
