package catalog

import (
	"reflect"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/operation"
)

// A Final says of which resources of a kind nothing changes any more but their tags,
// so that they need not be read again as long as the list says of them what it said.
// That is so where no operation updates the kind, or none what has come to its end.
type Final struct {
	Status string   // member that has come to one of In; "" where nothing ever changes
	In     []string // its last values
	// Unless is a path of members that tells of something which goes on, in one of Is.
	Unless string
	Is     []string
}

// finally is for kinds of which nothing changes after a status. Sources: the update
// operations of the API, and the documentation of each status.
func finally(status string, in ...string) *Final { return &Final{Status: status, In: in} }

// unchanging is for kinds that nothing updates.
func unchanging() *Final { return &Final{} }

// unless leaves out what goes on.
func (f *Final) unless(path string, is ...string) *Final {
	f.Unless, f.Is = path, is
	return f
}

// Holds reports whether a structure that tells all of a resource is one of which
// nothing changes.
func (f *Final) Holds(v reflect.Value) bool {
	if f.Status != "" && !slices.Contains(f.In, operation.Text(v, f.Status)) {
		return false
	}
	if f.Unless == "" {
		return true
	}
	members := strings.Split(f.Unless, ".")
	for _, m := range members[:len(members)-1] {
		if v = v.FieldByName(m); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
			return true
		}
		v = reflect.Indirect(v)
	}
	return !slices.Contains(f.Is, operation.Text(v, members[len(members)-1]))
}
