package reading

import (
	"reflect"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
)

// prepare works out what reading looks for again and again.
func (k *Kind) prepare() {
	k.byName = map[string]int{}
	for i, c := range k.Columns {
		k.byName[c.Name] = i
	}
	edges := comparedEdges()
	for _, r := range k.Rules {
		k.compared = append(k.compared, edges[r.Edge])
	}
	k.id, k.resourcePart = names.ParseTemplate(k.ID), names.ParseTemplate(k.Resource)
	for _, alias := range k.Aliases {
		k.aliases = append(k.aliases, names.ParseTemplate(alias))
	}
	k.arns = strings.Split(k.ARN, "|")
	k.typ, _, _ = strings.Cut(k.Resource, "/")
	k.members, k.telling = map[reflect.Type]map[string]int{}, map[reflect.Type][]int{}
}

// membersOf notes where the fields of a structure are, and of what its wrapper holds.
func (k *Kind) membersOf(t reflect.Type) {
	at := map[string]int{}
	for _, f := range members(t) {
		at[f.Name] = f.Index[0]
	}
	k.members[t], k.telling[t] = at, k.tellingOf(t)
	if w, ok := t.FieldByName(k.Wrapper); ok && k.Wrapper != "" && indirect(w.Type).Kind() == reflect.Struct {
		k.membersOf(indirect(w.Type))
	}
}

// comparedEdges are those of derivations that compare values.
func comparedEdges() map[catalog.Edge]bool {
	edges := map[catalog.Edge]bool{}
	for _, d := range catalog.Derivations() {
		if !d.ByID {
			edges[d.Asks.Edge], edges[d.Defines.Edge] = true, true
		}
	}
	return edges
}
