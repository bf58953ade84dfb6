package reading

import (
	"fmt"
	"reflect"

	"github.com/sgexport/sgexport/exporter/catalog"
)

// A beside is what Search alone tells of a kind, see [catalog.Search.Also]: types
// that are nil for the other kinds.
type beside struct {
	also reflect.Type // a structure of those members of a record
	all  reflect.Type // the output of Describe with them
}

func besideOf(e *catalog.Entry) (beside, error) {
	if e.Search == nil || len(e.Search.Also) == 0 {
		return beside{}, nil
	}
	var also []reflect.StructField
	for _, name := range e.Search.Also {
		f, ok := e.Search.Record.FieldByName(name)
		if _, twice := e.Describe.Out.FieldByName(name); !ok || twice {
			return beside{}, fmt.Errorf("%s has no member %s that %s lacks", e.Search.Record, name, e.Describe.Out)
		}
		also = append(also, reflect.StructField{Name: f.Name, Type: f.Type})
	}
	all := also
	for _, f := range members(e.Describe.Out) {
		all = append(all, reflect.StructField{Name: f.Name, Type: f.Type})
	}
	return beside{reflect.StructOf(also), reflect.StructOf(all)}, nil
}

// HasAlso reports whether Search tells something of the kind that its details
// lack.
func (k *Kind) HasAlso() bool { return k.beside.also != nil }

// Also returns what a record of Search tells that the details lack.
func (k *Kind) Also(record reflect.Value) reflect.Value {
	return fill(k.beside.also, record)
}

// Join puts details and what [Kind.Also] returned together.
func (k *Kind) Join(details, also reflect.Value) reflect.Value {
	return fill(k.beside.all, details, also)
}

// fill makes a structure of the members that others have.
func fill(t reflect.Type, from ...reflect.Value) reflect.Value {
	v := reflect.New(t).Elem()
	for i := range t.NumField() {
		for _, s := range from {
			if f := s.FieldByName(t.Field(i).Name); f.IsValid() {
				v.Field(i).Set(f)
			}
		}
	}
	return v
}
