package layout

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// random makes a graph of some boxes, with cycles and edges to oneself.
func random(r *rand.Rand, boxes, edges int) ([]Box, []Edge) {
	var b []Box
	for range boxes {
		b = append(b, Box{Width: 50 + 200*r.Float64(), Height: 20 + 40*r.Float64()})
	}
	var e []Edge
	for range edges {
		e = append(e, Edge{From: r.IntN(boxes), To: r.IntN(boxes)})
	}
	return b, e
}

// TestArrange holds what a drawing promises: no box on another, all of it inside of
// the whole, edges that begin and end at their boxes and do not run through others, and
// the same each time.
func TestArrange(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		boxes, edges := random(r, 1+r.IntN(40), r.IntN(80))
		again, edgesAgain := slices.Clone(boxes), slices.Clone(edges)
		width, height := Arrange(boxes, edges)
		if w, h := Arrange(again, edgesAgain); w != width || h != height || !reflect.DeepEqual(again, boxes) || !reflect.DeepEqual(edgesAgain, edges) {
			t.Fatalf("seed %d: another drawing the second time", seed)
		}
		const slack = 1e-6
		for i, b := range boxes {
			if b.X < -slack || b.Y < -slack || b.X+b.Width > width+slack || b.Y+b.Height > height+slack || math.IsNaN(b.X+b.Y) {
				t.Errorf("seed %d: box %d at %v is outside of %v × %v", seed, i, b, width, height)
			}
			for j, c := range boxes[:i] {
				if b.X < c.X+c.Width-slack && c.X < b.X+b.Width-slack && b.Y < c.Y+c.Height-slack && c.Y < b.Y+b.Height-slack {
					t.Errorf("seed %d: box %d is on box %d", seed, i, j)
				}
			}
		}
		for i, e := range edges {
			if e.From == e.To {
				if e.Points != nil {
					t.Errorf("seed %d: edge %d to itself has points", seed, i)
				}
				continue
			}
			first, last := e.Points[0], e.Points[len(e.Points)-1]
			for _, end := range []struct {
				p Point
				b Box
			}{{first, boxes[e.From]}, {last, boxes[e.To]}} {
				if atSide := math.Abs(end.p.X-end.b.X) < slack || math.Abs(end.p.X-end.b.X-end.b.Width) < slack; !atSide || end.p.Y < end.b.Y || end.p.Y > end.b.Y+end.b.Height {
					t.Errorf("seed %d: edge %d ends at %v, and not at its box %v", seed, i, end.p, end.b)
				}
			}
			for k := 1; k < len(e.Points); k++ {
				if p, q := e.Points[k-1], e.Points[k]; p.Y == q.Y {
					for j, b := range boxes {
						if j != e.From && j != e.To && p.Y > b.Y && p.Y < b.Y+b.Height && math.Min(p.X, q.X) < b.X+b.Width/2 && math.Max(p.X, q.X) > b.X+b.Width/2 {
							t.Errorf("seed %d: edge %d runs through box %d", seed, i, j)
						}
					}
				}
			}
		}
	}
}

// TestColumns holds that edges go to the right where there is no cycle.
func TestColumns(t *testing.T) {
	boxes := make([]Box, 5)
	for i := range boxes {
		boxes[i] = Box{Width: 10, Height: 10}
	}
	edges := []Edge{{From: 0, To: 1}, {From: 1, To: 2}, {From: 0, To: 2}, {From: 3, To: 2}, {From: 2, To: 4}}
	Arrange(boxes, edges)
	for _, e := range edges {
		if boxes[e.From].X >= boxes[e.To].X {
			t.Errorf("%d is not to the left of %d", e.From, e.To)
		}
	}
	if boxes[3].X != boxes[1].X {
		t.Error("what nothing leads to does not stand right before what it leads to")
	}
	if w, h := Arrange(nil, nil); w != 0 || h != 0 {
		t.Errorf("nothing is %v × %v", w, h)
	}
}
