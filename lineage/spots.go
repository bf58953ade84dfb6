package lineage

import (
	"cmp"
	"container/heap"
	"slices"
)

// A reached spot is one that a walk was at: from whichever location it comes there
// again, the same follows. So each edge at a spot is met once, however many locations
// lie around it.
type reached struct {
	hops []hop
	rest []int32 // edges that were left out because they are later, the earliest first
	own  []int32 // edges that were left out because they are those of the only one that led here
}

// lacking are spots of which something was left out, those of the earliest first.
type lacking []lack

type lack struct {
	r    *reached
	when int64
}

func (h lacking) Len() int           { return len(h) }
func (h lacking) Less(i, j int) bool { return h[i].when < h[j].when }
func (h lacking) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *lacking) Push(x any)        { *h = append(*h, x.(lack)) }
func (h *lacking) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

// toSpot returns the place that a location is.
func (w *walker) toSpot(from *place, bucket int32, key string) *place {
	at := spotAt{bucket, key}
	to := w.spots[at]
	if to == nil {
		to = &place{node: bucket, isSpot: true, key: key, depth: from.depth + 1, from: from, bound: from.bound}
		w.spots[at] = to
		w.places = append(w.places, to)
		return to
	}
	if to.from != from && !to.several && to.from != nil { // what the first one wrote itself counts now
		to.several = true
		for _, l := range to.lacks {
			w.take(to, l.r)
		}
	}
	w.loosen(to, from.bound)
	return to
}

// leaveSpot goes on from a location: to whoever wrote what lies there, or reads it.
func (w *walker) leaveSpot(p *place) {
	index := w.l.buckets[p.node]
	if index == nil {
		return
	}
	index.around(w.up, p.key, func(s *spot) {
		r := w.reached[s]
		if r == nil {
			r = &reached{rest: slices.Clone(s.edges)}
			slices.SortStableFunc(r.rest, func(a, b int32) int { return cmp.Compare(w.whenOf(a), w.whenOf(b)) })
			w.reached[s] = r
		}
		p.reached = append(p.reached, r)
		w.take(p, r)
		w.remember(p, r)
	})
}

// whenOf is when whoever an edge at a spot belongs to began, or ended.
func (w *walker) whenOf(n int32) int64 { return w.when(w.l.edges[n].from) }

// remember notes a spot of which something is left.
func (w *walker) remember(p *place, r *reached) {
	switch {
	case len(r.rest) > 0:
		heap.Push(&p.lacks, lack{r, w.whenOf(r.rest[0])})
	case len(r.own) > 0:
		heap.Push(&p.lacks, lack{r, never})
	}
}

// more goes to what a location may be met with since its bound is looser.
func (w *walker) more(p *place) {
	for len(p.lacks) > 0 && p.lacks[0].when <= p.bound && p.lacks[0].when != never {
		l := heap.Pop(&p.lacks).(lack)
		w.take(p, l.r)
		w.remember(p, l.r)
	}
}

// take goes to those at a spot whom a location may be met with: not to the only one
// that led there, for nothing comes of itself.
func (w *walker) take(p *place, r *reached) {
	meet := func(n int32) { r.hops = append(r.hops, hop{n, w.met(p, n)}) }
	i := 0
	for ; i < len(r.rest) && w.whenOf(r.rest[i]) <= p.bound; i++ {
		if w.isOwn(p, r.rest[i]) {
			r.own = append(r.own, r.rest[i])
		} else {
			meet(r.rest[i])
		}
	}
	r.rest = r.rest[i:]
	r.own = slices.DeleteFunc(r.own, func(n int32) bool {
		if !w.admits(p, n) {
			return false
		}
		meet(n)
		return true
	})
}

// isOwn reports whether an edge is that of the only place that led to a location.
func (w *walker) isOwn(p *place, n int32) bool {
	return p.from != nil && !p.several && w.l.edges[n].from == p.from.node
}

// admits reports whether an edge at a spot leads on from a location.
func (w *walker) admits(p *place, n int32) bool {
	return w.whenOf(n) <= p.bound && !w.isOwn(p, n)
}

// met goes to whoever an edge at a spot belongs to.
func (w *walker) met(p *place, n int32) *place {
	w.use(n, Derived)
	return w.toNode(p, w.l.edges[n].from)
}
