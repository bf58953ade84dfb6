package reading

import (
	"encoding/json"
	"hash/maphash"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
)

// A Saying is what a list item said of a resource, so far as records of Search
// say it too: enough to tell whether one contradicts it.
type Saying struct {
	members  uint64 // which of the common members the item had
	hash     uint64 // of their values
	modified int64  // microseconds since the Unix epoch, or 0
}

// common are the members that a list item and another structure, such as a record
// of Search, both have. No kind has more than 64.
type common struct{ item, record []int }

// sayingSeed is the same for a whole run of the program: sayings are compared, and
// never written.
var sayingSeed = maphash.MakeSeed()

// commonMembers finds the members that two structures have in common.
func commonMembers(item, record reflect.Type) common {
	var c common
	for _, f := range members(item) {
		g, ok := record.FieldByName(f.Name)
		if ok && f.Type == g.Type && f.Name != "Tags" && len(c.item) < 64 {
			c.item, c.record = append(c.item, f.Index[0]), append(c.record, g.Index[0])
		}
	}
	return c
}

// Said returns what a list item says.
func (k *Kind) Said(item reflect.Value) Saying {
	s := Saying{modified: k.modified(item)}
	for i, index := range k.common.item {
		if !absent(item.Field(index)) {
			s.members |= 1 << i
		}
	}
	s.hash = hashOf(item, k.common.item, s.members)
	return s
}

// Contradicts reports whether a record of Search is not what a list item said. A
// record that was changed after the item was may well differ.
func (k *Kind) Contradicts(s Saying, record reflect.Value) bool {
	for i, index := range k.common.record {
		if s.members&(1<<i) != 0 && absent(record.Field(index)) {
			return true
		}
	}
	if modified := k.modified(record); s.modified != 0 && modified > s.modified {
		return false
	} else if s.modified != 0 && modified < s.modified {
		return true
	}
	return hashOf(record, k.common.record, s.members) != s.hash
}

// beyond are the members of a record of Search that are not among those it has in
// common with list items.
func beyond(record reflect.Type, common []int) (indexes []int) {
	for _, m := range members(record) {
		if !slices.Contains(common, m.Index[0]) && m.Name != "Tags" {
			indexes = append(indexes, m.Index[0])
		}
	}
	return indexes
}

// Repeats reports whether a record of Search says nothing but what the list does:
// then it is not the whole resource. What Describe requires is no measure for it,
// for Search leaves some of that out.
func (k *Kind) Repeats(record reflect.Value) bool {
	return len(k.beyond) > 0 && !slices.ContainsFunc(k.beyond, func(i int) bool { return !absent(record.Field(i)) })
}

// hashOf hashes some members: ARNs in small letters, for lists may have them so,
// and times to the second.
func hashOf(v reflect.Value, indexes []int, which uint64) uint64 {
	var h maphash.Hash
	h.SetSeed(sayingSeed)
	for i, index := range indexes {
		if which&(1<<i) == 0 {
			continue
		}
		addSaying(&h, reflect.Indirect(v.Field(index)))
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// addSaying adds what [sayingOf] says of a member, as bytes that are the same where that
// is.
func addSaying(h *maphash.Hash, f reflect.Value) {
	var room [128]byte
	switch b := room[:0]; {
	case f.Kind() == reflect.String && !strings.HasPrefix(f.String(), "arn:"):
		_, _ = h.WriteString(f.String()) // never fails
	case f.Kind() == reflect.String && len(f.String()) <= len(room) && isASCII(f.String()):
		b = append(b, f.String()...)
		for i, c := range b {
			if 'A' <= c && c <= 'Z' {
				b[i] = c + 'a' - 'A'
			}
		}
		_, _ = h.Write(b)
	case f.Kind() == reflect.Struct && f.Type() == timeType && f.CanAddr():
		_, _ = h.Write(strconv.AppendInt(b, f.Addr().Interface().(*time.Time).Unix(), 10))
	default:
		_, _ = h.WriteString(sayingOf(f))
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// modified is when a list item or a record says that the resource was last changed, in
// microseconds since the Unix epoch, or 0.
func (k *Kind) modified(v reflect.Value) int64 {
	const member = "LastModifiedTime"
	at, ok := k.members[v.Type()]
	if !ok {
		return operation.Time(v, member)
	}
	i, ok := at[member]
	if !ok {
		return 0
	}
	return operation.TimeOf(v.Field(i))
}

func sayingOf(f reflect.Value) string {
	f = reflect.Indirect(f)
	if f.Kind() == reflect.String {
		if text := f.String(); strings.HasPrefix(text, "arn:") {
			return strings.ToLower(text)
		}
		return f.String()
	}
	if t, ok := f.Interface().(time.Time); ok {
		return strconv.FormatInt(t.Unix(), 10)
	}
	text, err := json.Marshal(f.Interface())
	if err != nil {
		return err.Error() // the same for both
	}
	return string(text)
}

// Thin reports whether details are less than the list item: they say nothing but
// which resource they are of though the item said more, or less than the item and
// nothing else.
func (k *Kind) Thin(details, item reflect.Value) bool {
	said, says := k.says(item), k.says(details)
	return says == 0 && said > 0 || says < said && k.repeats(details)
}

// repeats reports whether details say nothing that the list item could not say.
func (k *Kind) repeats(details reflect.Value) bool {
	details = k.holder(details)
	return details.IsValid() && !slices.ContainsFunc(k.unlisted, func(i int) bool { return !absent(details.Field(i)) })
}

// Retracts reports whether details say otherwise than the list item did, though the
// resource was not changed since.
func (k *Kind) Retracts(details, item reflect.Value) bool {
	if details = k.holder(details); !details.IsValid() {
		return false
	}
	was, is := k.modified(item), k.modified(details)
	for i, index := range k.listed.item {
		said, says := item.Field(index), details.Field(k.listed.record[i])
		if absent(said) || absent(says) || unreadable(said) || unreadable(says) {
			continue
		}
		fixed := was != 0 && was == is || k.fixed[i]
		if fixed && sayingOf(said) != sayingOf(says) {
			return true
		}
	}
	return false
}

// holder is the structure of an answer that holds the resource, or none.
func (k *Kind) holder(details reflect.Value) reflect.Value {
	if k.Wrapper == "" {
		return details
	}
	return k.wrapped(details)
}

// Fill gives details what the list item said and they do not.
func (k *Kind) Fill(details, item reflect.Value) {
	if details = k.holder(details); !details.IsValid() {
		return
	}
	for i, index := range k.listed.item {
		if says := details.Field(k.listed.record[i]); says.IsZero() && says.CanSet() {
			says.Set(item.Field(index))
		}
	}
}

// identifies reports whether a member never changes: it is a part of the id.
func (k *Kind) identifies(member string) bool {
	return member == k.Noun+"Name" || member == "CreationTime" || names.Mentions(k.Resource, member)
}

// says counts the members that a structure has beside those that identify it.
func (k *Kind) says(v reflect.Value) int {
	n := 0
	for _, s := range []reflect.Value{v, k.wrapped(v)} {
		if !s.IsValid() {
			continue
		}
		fields, ok := k.telling[s.Type()]
		if !ok {
			fields = k.tellingOf(s.Type())
		}
		for _, i := range fields {
			if !absent(s.Field(i)) {
				n++
			}
		}
	}
	return n
}

// tellingOf are the members of a structure that say more than which resource it is of.
func (k *Kind) tellingOf(t reflect.Type) (indexes []int) {
	for _, f := range members(t) {
		own := f.Name == k.Noun+"Name" || f.Name == k.Wrapper || strings.Contains("|"+k.ARN+"|", "|"+f.Name+"|") || names.Mentions(k.Resource+k.ID, f.Name)
		if !own {
			indexes = append(indexes, f.Index[0])
		}
	}
	return indexes
}

// Older reports whether details are older than what the list item said.
func (k *Kind) Older(details, item reflect.Value) bool {
	w := k.wrapped(details)
	for _, member := range []string{"LastModifiedTime", "CreationTime"} {
		was, is := operation.Time(item, member), operation.Time(details, member)
		if is == 0 && w.IsValid() {
			is = operation.Time(w, member)
		}
		if was != 0 && is != 0 && is/1e6 < was/1e6 {
			return true
		}
	}
	return false
}

// UnreadableTime reports whether a list item has a time that no format can hold.
func (k *Kind) UnreadableTime(item reflect.Value) bool {
	for _, index := range k.times {
		if unreadable(item.Field(index)) {
			return true
		}
	}
	return false
}

func unreadable(f reflect.Value) bool {
	t, ok := f.Interface().(*time.Time)
	return ok && t != nil && t.Equal(operation.Unreadable)
}

// timesIn are the times that a structure has itself.
func timesIn(t reflect.Type) []int {
	var all []int
	for _, f := range members(t) {
		if indirect(f.Type) == timeType {
			all = append(all, f.Index[0])
		}
	}
	return all
}
