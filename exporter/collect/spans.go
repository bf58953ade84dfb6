package collect

import (
	"encoding/binary"
	"math"
	"slices"
)

// A span is a time of creation, in microseconds since the Unix epoch: from
// inclusive, to exclusive; 0 is no bound.
type span struct{ from, to int64 }

func (s span) has(created int64) bool {
	return created >= s.from && (s.to == 0 || created < s.to)
}

// spanGrains is into how many parts the time of a kind is cut to find where something is
// to be searched.
const spanGrains = 1 << 16

// mostFull is how many of those parts may have more than one search is for. Each is looked
// at by itself.
const mostFull = 16

// worthSearching returns the spans in which something was listed that is not written
// yet, each with about so many of that. Where an earlier snapshot gave the others, times
// of more than a page of those are left out: what is not final yet is mostly new.
func (r *kindRun) worthSearching(size int) []span {
	if r.reused.Load() == 0 {
		return r.spans(span{}, size)
	}
	first, last := int64(math.MaxInt64), int64(0)
	timeless := false
	r.stateMu.Lock()
	r.seen.each(func(_ identity, s seen) {
		if s.created > 0 {
			first, last = min(first, s.created), max(last, s.created)
		}
		timeless = timeless || !s.written && s.created <= 0
	})
	r.stateMu.Unlock()
	if timeless || first > last {
		return r.spans(span{}, size)
	}
	// Filters have no more than milliseconds.
	first = first / 1000 * 1000
	grain := ((last-first)/spanGrains/1000 + 1) * 1000
	written, unwritten := make([]int32, spanGrains+1), make([]int32, spanGrains+1)
	r.stateMu.Lock()
	r.seen.each(func(_ identity, s seen) {
		switch {
		case s.created <= 0:
		case s.written:
			written[(s.created-first)/grain]++
		default:
			unwritten[(s.created-first)/grain]++
		}
	})
	r.stateMu.Unlock()
	var spans []span
	full := 0
	add := func(from, to, n int) { // of grains
		sp := span{first + int64(from)*grain, first + int64(to)*grain}
		if from == 0 {
			sp.from = 0 // nothing was listed before: Search may have another time
		}
		if sp.to > last {
			sp.to = 0
		}
		switch {
		case n == 0:
		case n <= size:
			spans = append(spans, sp)
		default:
			if full++; full <= mostFull {
				spans = append(spans, r.spans(sp, size)...)
			}
		}
	}
	from, to := 0, 0 // what is gathered
	wanted, between := 0, 0
	for i := range unwritten {
		if n := int(unwritten[i]); n > 0 {
			if wanted > 0 && (between >= leastSpan || wanted+n > size) {
				add(from, to, wanted)
				wanted = 0
			}
			if wanted == 0 {
				from = i
			}
			wanted, to, between = wanted+n, i+1, 0
		}
		between += int(written[i])
	}
	add(from, to, wanted)
	if full > mostFull {
		return r.spans(span{}, size)
	}
	return spans
}

// unwritten counts what was listed in a span and is not written yet.
func (r *kindRun) unwritten(sp span) int {
	r.stateMu.Lock()
	defer r.stateMu.Unlock()
	n := 0
	r.seen.each(func(_ identity, one seen) {
		if !one.written && sp.has(one.created) {
			n++
		}
	})
	return n
}

// spanSample is of how many resources one is looked at to find the spans, where there
// are many: the ends of spans are no more exact than the times that Search knows.
const spanSample = 64

// spans returns the creation times at which to cut what was listed and is not
// written yet into spans of about so many.
func (r *kindRun) spans(within span, size int) []span {
	var created []int64
	every := uint64(1)
	if r.listed.Load() > 100*searchSpan && size >= 16*spanSample {
		every = spanSample
	}
	r.stateMu.Lock()
	r.seen.each(func(key identity, s seen) {
		// Ids are hashed: which are looked at does not depend on how they came.
		if !s.written && within.has(s.created) && binary.BigEndian.Uint64(key[8:])%every == 0 {
			created = append(created, s.created)
		}
	})
	r.stateMu.Unlock()
	slices.Sort(created)
	size /= int(every)
	var spans []span
	from := within.from
	for i := size; i < len(created); i += size {
		// Filters have no more than milliseconds.
		if cut := created[i] / 1000 * 1000; cut > created[0] && cut > from {
			spans = append(spans, span{from, cut})
			from = cut
		}
	}
	return append(spans, span{from, within.to})
}
