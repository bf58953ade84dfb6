package checks

import (
	"cmp"
	"slices"

	"github.com/sgexport/sgexport/audit"
)

// List describes every check, sorted by id, as a report does that has looked at
// nothing.
func List() []audit.Check {
	var list []audit.Check
	for _, c := range All() {
		list = append(list, (&Search{check: c}).summary())
	}
	slices.SortFunc(list, func(a, b audit.Check) int { return cmp.Compare(a.Check, b.Check) })
	return list
}
