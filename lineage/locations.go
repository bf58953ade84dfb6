package lineage

import (
	"cmp"
	"slices"
	"strings"
)

// A bucketIndex has what is read, written and said to lie in a bucket, each sorted by
// key, so that what lies below a location is next to one another.
type bucketIndex struct{ writers, readers, lying []spot }

// A spot is one location, and the edges that name it.
type spot struct {
	key   string // with a slash at its end; "" is all of the bucket
	edges []int32
}

func (b *bucketIndex) add(e *edge, n int32) {
	list := &b.writers
	switch e.flow {
	case reads:
		list = &b.readers
	case lies:
		list = &b.lying
	}
	*list = append(*list, spot{key: e.key, edges: []int32{n}})
}

// sort joins spots with one key, and sorts their edges by what is at their beginning.
func (b *bucketIndex) sort(l *Lineage) {
	for _, list := range []*[]spot{&b.writers, &b.readers, &b.lying} {
		slices.SortStableFunc(*list, func(a, b spot) int { return cmp.Compare(a.key, b.key) })
		var joined []spot
		for _, s := range *list {
			if last := len(joined) - 1; last >= 0 && joined[last].key == s.key {
				joined[last].edges = append(joined[last].edges, s.edges...)
				continue
			}
			joined = append(joined, s)
		}
		*list = joined
	}
}

// below yields the spots at a location and below it.
func below(spots []spot, key string, yield func(*spot)) {
	i, _ := slices.BinarySearchFunc(spots, key, func(s spot, key string) int { return cmp.Compare(s.key, key) })
	for ; i < len(spots) && strings.HasPrefix(spots[i].key, key); i++ {
		yield(&spots[i])
	}
}

// above yields the spots that a location lies below, without its own.
func above(spots []spot, key string, yield func(*spot)) {
	for end := 0; end < len(key); end++ {
		if end > 0 && key[end-1] != '/' {
			continue
		}
		if i, ok := slices.BinarySearchFunc(spots, key[:end], func(s spot, key string) int { return cmp.Compare(s.key, key) }); ok {
			yield(&spots[i])
		}
	}
}

// around yields the spots whose contents a location may share: of writers where one
// goes up, of readers where one goes down. Something that lies somewhere is met from
// the same location and from those above it alone: else an artifact that is a whole
// bucket would join all that is in it.
func (b *bucketIndex) around(up bool, key string, yield func(*spot)) {
	spots := b.readers
	if up {
		spots = b.writers
	}
	above(spots, key, yield)
	below(spots, key, yield)
	below(b.lying, key, yield)
}
