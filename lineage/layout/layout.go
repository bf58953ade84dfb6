// Package layout places the boxes of a directed graph in columns, from left to right
// as its edges go, the way of Sugiyama, Tagawa and Toda (1981): edges that close a
// cycle are turned, each box stands one column behind the last of those that lead to
// it, boxes are ordered within their columns by the middle of their neighbours, and
// long edges pass between the boxes of the columns they cross.
//
// It is ours because the libraries for it bring a whole Graphviz: that of Go compiles
// one at the start of every command, and keeps the machine code in a folder of the
// machine's temporary one that anybody may have made before.
package layout

import (
	"cmp"
	"slices"
)

// A Box is a node with its size, and where it was placed: X and Y are its upper left
// corner.
type Box struct {
	Width, Height float64
	X, Y          float64
}

// An Edge leads from one box to another, by their indexes. Points are where it passes:
// the right side of the first box, or the left one where the edge was turned, then
// between boxes, then the side of the last.
type Edge struct {
	From, To int
	Points   []Point
}

// A Point is one of a drawing.
type Point struct{ X, Y float64 }

// Distances between boxes.
const (
	betweenColumns = 70.0
	betweenBoxes   = 14.0
	slot           = 10.0 // height of an edge that passes
	sweeps         = 8    // of ordering, and of moving to the middle
)

// A vertex is a box, or where a long edge passes a column.
type vertex struct {
	box        int // -1 where an edge passes
	column     int
	height     float64
	y          float64 // of its middle
	left       []int   // neighbours in the columns beside it
	right      []int
	barycenter float64
}

// An arranger works on one graph.
type arranger struct {
	boxes    []Box
	edges    []Edge
	turned   []bool
	vertices []vertex
	columns  [][]int // vertices, from above
	passes   [][]int // of each edge, its vertices from left to right
	x        []float64
	widths   []float64
}

// Arrange sets the place of each box and the points of each edge, and returns the size
// of the whole. Edges from a box to itself get no points. The same graph is arranged
// in the same way.
func Arrange(boxes []Box, edges []Edge) (width, height float64) {
	a := &arranger{boxes: boxes, edges: edges, turned: make([]bool, len(edges))}
	a.turn()
	a.layers()
	a.chain()
	a.order()
	a.vertical()
	return a.place()
}

// ends are the boxes of an edge after turning, from left to right.
func (a *arranger) ends(i int) (left, right int) {
	if a.turned[i] {
		return a.edges[i].To, a.edges[i].From
	}
	return a.edges[i].From, a.edges[i].To
}

// turn turns edges that lead back to where a walk through the graph is just coming
// from. What nothing leads to begins, so that little is turned.
func (a *arranger) turn() {
	out, into := make([][]int, len(a.boxes)), make([]int, len(a.boxes))
	for i, e := range a.edges {
		if e.From != e.To {
			out[e.From] = append(out[e.From], i)
			into[e.To]++
		}
	}
	const (
		fresh = iota
		open
		done
	)
	state := make([]int, len(a.boxes))
	type frame struct{ box, next int }
	visit := func(start int) {
		stack := []frame{{start, 0}}
		state[start] = open
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(out[top.box]) {
				state[top.box] = done
				stack = stack[:len(stack)-1]
				continue
			}
			i := out[top.box][top.next]
			top.next++
			switch to := a.edges[i].To; state[to] {
			case open:
				a.turned[i] = true
			case fresh:
				state[to] = open
				stack = append(stack, frame{to, 0})
			}
		}
	}
	for _, first := range []bool{true, false} {
		for box := range a.boxes {
			if state[box] == fresh && (!first || into[box] == 0) {
				visit(box)
			}
		}
	}
}

// layers puts each box one column behind the last of those that lead to it.
func (a *arranger) layers() {
	column, waits := make([]int, len(a.boxes)), make([]int, len(a.boxes))
	out := make([][]int, len(a.boxes))
	for i := range a.edges {
		if left, right := a.ends(i); left != right {
			out[left] = append(out[left], right)
			waits[right]++
		}
	}
	var ready []int
	for box := range a.boxes {
		if waits[box] == 0 {
			ready = append(ready, box)
		}
	}
	for i := 0; i < len(ready); i++ {
		for _, to := range out[ready[i]] {
			column[to] = max(column[to], column[ready[i]]+1)
			if waits[to]--; waits[to] == 0 {
				ready = append(ready, to)
			}
		}
	}
	// What nothing leads to stands right before what it leads to first.
	for box := len(a.boxes) - 1; box >= 0; box-- {
		if column[box] == 0 && len(out[box]) > 0 {
			nearest := column[out[box][0]]
			for _, to := range out[box] {
				nearest = min(nearest, column[to])
			}
			column[box] = nearest - 1
		}
	}
	for box, b := range a.boxes {
		a.vertices = append(a.vertices, vertex{box: box, column: column[box], height: b.Height})
	}
}

// chain gives long edges a place in each column that they pass.
func (a *arranger) chain() {
	for i := range a.edges {
		left, right := a.ends(i)
		if left == right {
			a.passes = append(a.passes, nil)
			continue
		}
		chain := []int{left}
		for column := a.vertices[left].column + 1; column < a.vertices[right].column; column++ {
			chain = append(chain, len(a.vertices))
			a.vertices = append(a.vertices, vertex{box: -1, column: column, height: slot})
		}
		chain = append(chain, right)
		for j := 1; j < len(chain); j++ {
			from, to := &a.vertices[chain[j-1]], &a.vertices[chain[j]]
			from.right, to.left = append(from.right, chain[j]), append(to.left, chain[j-1])
		}
		a.passes = append(a.passes, chain)
	}
	for v := range a.vertices {
		for len(a.columns) <= a.vertices[v].column {
			a.columns = append(a.columns, nil)
		}
		c := a.vertices[v].column
		a.columns[c] = append(a.columns[c], v)
	}
}

// order orders each column by the middle of the neighbours in the one before it, and
// then behind it, some times.
func (a *arranger) order() {
	position := make([]float64, len(a.vertices))
	number := func(column []int) {
		for i, v := range column {
			position[v] = float64(i)
		}
	}
	for _, column := range a.columns {
		number(column)
	}
	for n := range sweeps {
		for i := range a.columns {
			c := i
			if n%2 == 1 {
				c = len(a.columns) - 1 - i
			}
			for _, v := range a.columns[c] {
				near := a.vertices[v].left
				if n%2 == 1 {
					near = a.vertices[v].right
				}
				a.vertices[v].barycenter = position[v]
				if len(near) > 0 {
					sum := 0.0
					for _, other := range near {
						sum += position[other]
					}
					a.vertices[v].barycenter = sum / float64(len(near))
				}
			}
			slices.SortStableFunc(a.columns[c], func(x, y int) int { return cmp.Compare(a.vertices[x].barycenter, a.vertices[y].barycenter) })
			number(a.columns[c])
		}
	}
}

// vertical moves each vertex towards the middle of its neighbours, in its order.
func (a *arranger) vertical() {
	for _, column := range a.columns {
		y := 0.0
		for _, v := range column {
			a.vertices[v].y = y + a.vertices[v].height/2
			y += a.vertices[v].height + betweenBoxes
		}
	}
	for n := range sweeps {
		for i := range a.columns {
			c := i
			if n%2 == 1 {
				c = len(a.columns) - 1 - i
			}
			a.settle(a.columns[c])
		}
	}
}

// settle moves the vertices of one column: each wants to be in the middle of its
// neighbours, and those that want to be in one place share it around their middle.
func (a *arranger) settle(column []int) {
	type block struct {
		first, last int
		sum         float64 // of where its vertices want it to begin
		height      float64
	}
	start := func(b block) float64 { return b.sum / float64(b.last-b.first+1) }
	var blocks []block
	for i, v := range column {
		at := &a.vertices[v]
		want, n := at.y, 1.0
		if near := len(at.left) + len(at.right); near > 0 {
			want, n = 0, float64(near)
			for _, list := range [][]int{at.left, at.right} {
				for _, other := range list {
					want += a.vertices[other].y
				}
			}
		}
		blocks = append(blocks, block{i, i, want/n - at.height/2, at.height + betweenBoxes})
		for len(blocks) > 1 {
			above, below := blocks[len(blocks)-2], blocks[len(blocks)-1]
			if start(above)+above.height <= start(below) {
				break
			}
			size := float64(below.last - below.first + 1)
			joined := block{above.first, below.last, above.sum + below.sum - above.height*size, above.height + below.height}
			blocks = append(blocks[:len(blocks)-2], joined)
		}
	}
	for _, b := range blocks {
		y := start(b)
		for _, v := range column[b.first : b.last+1] {
			a.vertices[v].y = y + a.vertices[v].height/2
			y += a.vertices[v].height + betweenBoxes
		}
	}
}

// place turns columns into coordinates.
func (a *arranger) place() (width, height float64) {
	top, bottom := 0.0, 0.0
	for i, v := range a.vertices {
		if y := v.y - v.height/2; i == 0 || y < top {
			top = y
		}
		if y := v.y + v.height/2; i == 0 || y > bottom {
			bottom = y
		}
	}
	a.x, a.widths = make([]float64, len(a.columns)), make([]float64, len(a.columns))
	for c, column := range a.columns {
		for _, v := range column {
			if box := a.vertices[v].box; box >= 0 {
				a.widths[c] = max(a.widths[c], a.boxes[box].Width)
			}
		}
		a.x[c] = width
		width += a.widths[c] + betweenColumns
	}
	for i := range a.vertices {
		v := &a.vertices[i]
		v.y -= top
		if v.box >= 0 {
			b := &a.boxes[v.box]
			b.X, b.Y = a.x[v.column]+(a.widths[v.column]-b.Width)/2, v.y-b.Height/2
		}
	}
	for i := range a.edges {
		a.edges[i].Points = a.points(i)
	}
	return max(0, width-betweenColumns), bottom - top
}

// points are where an edge passes, from its own beginning to its end.
func (a *arranger) points(i int) []Point {
	chain := a.passes[i]
	if chain == nil {
		return nil
	}
	var points []Point
	for j, v := range chain {
		at := &a.vertices[v]
		switch {
		case at.box < 0: // straight through its column
			points = append(points, Point{a.x[at.column], at.y}, Point{a.x[at.column] + a.widths[at.column], at.y})
		case j == 0:
			points = append(points, Point{a.boxes[at.box].X + a.boxes[at.box].Width, at.y})
		default:
			points = append(points, Point{a.boxes[at.box].X, at.y})
		}
	}
	if a.turned[i] {
		slices.Reverse(points)
	}
	return points
}
