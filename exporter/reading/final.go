package reading

import (
	"fmt"
	"reflect"
	"strings"
)

// How a record was read, of which [Kind.Way] tells. It is part of what a snapshot keeps
// for a later run.
const (
	ByNone byte = iota // of a list item, or of what does not last
	ByDescribe
	BySearch
)

// Way returns how a record is read out of a structure, if the resource is one of which
// nothing changes any more.
func (k *Kind) Way(v reflect.Value) byte {
	if k.Final == nil || k.HasAlso() {
		return ByNone
	}
	inner := v
	if w := k.wrapped(v); w.IsValid() {
		inner = w
	}
	switch {
	case v.Type() != k.Describe.Out && (k.Search == nil || v.Type() != k.Search.Record), !k.Final.Holds(inner):
		return ByNone
	case v.Type() == k.Describe.Out:
		return ByDescribe
	}
	return BySearch
}

// checkFinal looks whether the structures tell what decides whether a resource is
// final.
func (k *Kind) checkFinal() error {
	if k.Final == nil {
		return nil
	}
	if k.Describe == nil {
		return fmt.Errorf("nothing but a list item is read: it need not be final")
	}
	all := []reflect.Type{k.resource()}
	if k.Search != nil {
		all = append(all, k.Search.Record)
	}
	for _, t := range all {
		if f, ok := t.FieldByName(k.Final.Status); k.Final.Status != "" && (!ok || f.Type.Kind() != reflect.String) {
			return fmt.Errorf("%s has no status %s", t, k.Final.Status)
		}
	}
	of := k.resource()
	for member := range strings.SplitSeq(k.Final.Unless, ".") {
		if member == "" {
			break
		}
		f, ok := of.FieldByName(member)
		if !ok {
			return fmt.Errorf("%s has no member %s", of, k.Final.Unless)
		}
		of = indirect(f.Type)
	}
	return nil
}
