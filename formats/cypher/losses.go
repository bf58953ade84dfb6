package cypher

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// Rules of what is lost.
const (
	timesAsText = "times-as-text"
	noNul       = "no-nul"
)

// losses count the values that FalkorDB does not hold as they are: it has no times,
// and no text with U+0000.
type losses struct{ times, nul int64 }

func (l *losses) add(o losses) { l.times, l.nul = l.times+o.times, l.nul+o.nul }

func (l losses) byRule() map[string]int64 {
	return map[string]int64{timesAsText: l.times, noNul: l.nul}
}

// lossesOf are those of a row with these values and, beside them, texts.
func (s *sink) lossesOf(values []graph.Value, texts ...string) (l losses) {
	if s.dialect != FalkorDB {
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
