package reading

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// An entry is one of a map: its key as the answer has it, and as it is shown.
type entry struct {
	raw, key string
	text     string        // the value, of a map of texts
	value    reflect.Value // of any other
}

// entriesOf are the entries of a map of texts, sorted by the keys that are shown.
// They are good until the next call.
func (e *encoder) entriesOf(m reflect.Value) []entry {
	e.pairs = slices.Grow(e.pairs[:0], m.Len())
	if texts, ok := m.Interface().(map[string]string); ok {
		for k, text := range texts {
			e.pairs = append(e.pairs, entry{raw: k, text: text})
		}
		slices.SortFunc(e.pairs, byRaw)
	} else {
		for _, k := range sortedKeys(m) {
			e.pairs = append(e.pairs, entry{raw: k.String(), text: m.MapIndex(k).String()})
		}
	}
	return e.show(e.pairs)
}

func byRaw(a, b entry) int { return strings.Compare(a.raw, b.raw) }

// structuresOf are the entries of a map of anything else.
func (e *encoder) structuresOf(m reflect.Value) []entry {
	all := make([]entry, 0, m.Len())
	for _, k := range sortedKeys(m) {
		all = append(all, entry{raw: k.String(), value: m.MapIndex(k)})
	}
	return e.show(all)
}

// show gives entries, which are sorted by their keys, the keys that are shown, and
// sorts them by these. Keys that became equal, because they were mended or a secret was
// in them, stay apart: the later ones get a number.
func (e *encoder) show(all []entry) []entry {
	changed := false
	for i := range all {
		one := &all[i]
		one.key = e.Key(one.raw)
		changed = changed || one.key != one.raw
	}
	if !changed {
		return all
	}
	taken := map[string]bool{}
	for _, one := range all {
		if one.key == one.raw {
			taken[one.key] = true
		}
	}
	for i := range all {
		key := all[i].key
		for n := 2; all[i].key != all[i].raw && taken[all[i].key]; n++ {
			all[i].key = key + " " + strconv.Itoa(n)
		}
		taken[all[i].key] = true
	}
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	return all
}

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}
