package checks

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// A redaction is what an export says of a place in which it found a secret or a
// script, whether it took it out or not. docs/schema.md describes the column.
type redaction struct {
	Path   string    `json:"path"` // hyper_parameters/api_key
	Rule   string    `json:"rule"`
	Traits *[]string `json:"traits"` // of a script; nil where the export did not say
}

// redactions returns what the export found in the subject. Where part of it was not
// read, or what it says is not understood, the resource counts as unknown unless
// something else is found wrong with it.
func (o *Subject) redactions() []redaction {
	if !o.Read("redactions") || slices.ContainsFunc(o.Unread(), mayHoldSecret) {
		o.Lack(o.Scope, o.Label)
	}
	text := o.JSON("redactions")
	if text == "" {
		return nil
	}
	var all []redaction
	if json.Unmarshal([]byte(text), &all) != nil {
		o.Lack(o.Scope, o.Label)
		return nil
	}
	return all
}

// mayHoldSecret reports whether a column may hold what somebody wrote. Numbers and what
// has a fixed set of values, as the ends of their names say, hold none.
func mayHoldSecret(column string) bool {
	switch column[strings.LastIndexByte(column, '_')+1:] {
	case "bytes", "mode", "status", "type", "units":
		return false
	}
	return true
}

// A secretAt is a place that holds a secret, and the rules that say so.
type secretAt struct {
	path  string
	env   bool // a variable of an environment
	rules []string
}

// callbackToken is what SageMaker writes into each callback step: it is of use until the
// step is over, to whoever answers it.
const callbackToken = "metadata_callback/CallbackToken"

// secrets are the places that hold secrets, in the order of their paths. That
// something is a script, or the value of a variable, makes it none.
func secrets(all []redaction) (list []secretAt) {
	all = slices.DeleteFunc(slices.Clone(all), func(r redaction) bool { return r.Path == callbackToken })
	slices.SortStableFunc(all, func(a, b redaction) int { return strings.Compare(a.Path, b.Path) })
	for i := 0; i < len(all); {
		one := secretAt{path: all[i].Path}
		for ; i < len(all) && all[i].Path == one.path; i++ {
			switch rule := all[i].Rule; rule {
			case "environment":
				one.env = true
			case "script":
			default:
				one.rules = append(one.rules, rule)
			}
		}
		if len(one.rules) > 0 {
			list = append(list, one)
		}
	}
	return list
}

// runners are the resources that run a lifecycle script.
func (s *Search) runners(script string) []view.Edge {
	return slices.CompactFunc(slices.Clone(s.To("USED", script)), func(a, b view.Edge) bool { return a.From == b.From })
}
