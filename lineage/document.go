package lineage

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// documentFlow says which way data goes along an edge that a document makes, such as
// the configuration of an agent's job, by the names of the members that the reference
// stands in: what an output names is written. Of a location that stands elsewhere, only
// members that say input, data or source are read from; of others it is not known, and
// they are no lineage.
func (l *Lineage) documentFlow(e *view.Edge) flow {
	toBucket := e.ToLabel == bucket
	if !toBucket && !strings.HasPrefix(e.ToLabel, "AWSSageMaker") {
		return none // keys, roles, functions
	}
	var document any
	if n := l.g.Node(e.From); n == nil || json.Unmarshal([]byte(n.Text("job_config_document")), &document) != nil {
		document = nil
	}
	members := membersOf(document, e.Ref, nil)
	says := func(some ...string) bool {
		return slices.ContainsFunc(members, func(m string) bool {
			return slices.ContainsFunc(some, func(s string) bool { return strings.Contains(strings.ToLower(m), s) })
		})
	}
	switch {
	case says("output") && toBucket:
		return writes
	case says("output"):
		return forward
	case !toBucket:
		return backward
	case says("input", "data", "source"):
		return reads
	}
	l.unclear[l.node(e.From, e.FromLabel)] = true
	return none
}

// membersOf returns the names of the members in which a text stands in a document, or
// nil. Where it stands in several places, the first by name counts.
func membersOf(v any, text string, above []string) []string {
	switch v := v.(type) {
	case string:
		if v == text {
			return append([]string{}, above...)
		}
	case []any:
		for _, inner := range v {
			if found := membersOf(inner, text, above); found != nil {
				return found
			}
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if found := membersOf(v[name], text, append(above[:len(above):len(above)], name)); found != nil {
				return found
			}
		}
	}
	return nil
}
