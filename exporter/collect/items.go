package collect

import (
	"reflect"
	"strings"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

// items calls f for each item, but for no more than most that come for the first
// time; negative is all. One that comes twice, as it may over the border of two
// pages, is one. fresh is how many came for the first time, and cut is whether
// others are left.
func (r *kindRun) items(items reflect.Value, most int, o *reading.Origin, action string, f func(o *reading.Origin) error) (fresh int, cut bool, err error) {
	for i := range items.Len() {
		if fresh == most {
			return fresh, true, nil
		}
		one := *o
		one.Item = items.Index(i)
		id, _ := r.reader.Identify(one.Item, &one)
		if id == "" {
			r.listFailed(calling.Failed)
			r.note(r.Label, action, "", graph.CodeNoIdentity, "an item has neither an ARN nor a name")
			continue
		}
		if elsewhere := r.elsewhere(id); elsewhere != "" {
			r.listFailed(calling.Failed)
			r.note(r.Label, action, id, graph.CodeOtherRegion, calling.OneLine("the list of "+r.at.Region+" names a resource of "+elsewhere+", which is not taken"))
			continue
		}
		if r.foreign(id, one.Item, &one) {
			r.listFailed(calling.Failed)
			r.note(r.Label, action, id, graph.CodeOtherResource, calling.OneLine("the list for "+o.Parent+" names what belongs to another, which is not taken"))
			continue
		}
		if code, message := r.doubtfulItem(one.Item); code != "" {
			r.listFailed(calling.Failed)
			r.note(r.Label, action, id, code, message)
		}
		if !r.isNew(id, &one, action) {
			continue
		}
		fresh++
		r.listed.Add(1)
		if err := f(&one); err != nil {
			return fresh, false, err
		}
	}
	return fresh, false, nil
}

// isNew notes an item, and reports whether it came for the first time. Where the same
// id comes again with other contents, of a kind whose ids are not AWS's own, below
// another parent, or with what was no UTF-8, it is not known whether that is the same:
// a gap.
func (r *kindRun) isNew(id string, o *reading.Origin, action string) bool {
	key := identityOf(id)
	compared := r.List.Parent != "" || r.Entry.ID != "" || strings.ContainsRune(id, '\ufffd')
	now := r.firstSight(o.Item)
	if compared || r.Final != nil {
		now.print = o.Print()
	}
	r.stateMu.Lock()
	was, twice := r.seen.get(key)
	if !twice {
		r.seen.put(key, now)
	}
	r.stateMu.Unlock()
	if twice && compared && was.print != now.print {
		r.listFailed(calling.Failed)
		r.note(r.Label, action, id, graph.CodeSameID, "two items have one id, and say different things: one of them is kept")
	}
	return !twice
}

// foreign reports whether a structure belongs to another resource than the one that
// it was listed for: by a member that names that one, or by its ARN.
func (r *kindRun) foreign(id string, v reflect.Value, o *reading.Origin) bool {
	if o.Parent == "" {
		return false
	}
	parent := r.cfg.Table.Entry(r.List.Parent)
	// What is known of the parent is as it stands in files.
	other := func(text, want string) bool {
		return text != "" && want != "" && !strings.EqualFold(text, want) && !strings.EqualFold(r.fileID(text), want)
	}
	for _, key := range r.List.Keys {
		if other(operation.Text(v, key.Input), o.Given[key.Input]) {
			return true
		}
	}
	for _, member := range strings.Split(parent.ARN, "|") {
		if text := operation.Text(v, member); member != r.ARN && strings.HasPrefix(text, "arn:") && other(text, o.Parent) {
			return true
		}
	}
	a, isARN := names.ParseARN(r.fileID(id))
	of, _ := names.ParseARN(o.Parent)
	return isARN && strings.HasPrefix(r.Resource, parent.Resource+"/") && other(a.Resource[:min(len(a.Resource), len(of.Resource)+1)], of.Resource+"/")
}

// elsewhere returns the region that an id is of, where it is not that of the scope:
// the endpoint is of another region then, which has the resource.
func (r *kindRun) elsewhere(id string) string {
	if a, ok := names.ParseARN(id); ok && a.Region != r.at.Region {
		return a.Region
	}
	return ""
}

// doubtfulItem says what is wrong with a list item, in the words of a gap; "" where
// nothing is. The item is taken, for nothing else tells of the resource, and the
// list is not relied on.
func (r *kindRun) doubtfulItem(item reflect.Value) (code, message string) {
	if r.UnreadableTime(item) {
		return graph.CodeUnreadableTime, "the list has a time that is not between the years 1 and 9999"
	}
	if odd := r.reader.OddARN(item); odd != "" {
		return graph.CodeOddARN, calling.OneLine("the list calls it " + odd + ", which is no ARN of the kind")
	}
	return "", ""
}

// firstSight is what is remembered of a list item.
func (r *kindRun) firstSight(item reflect.Value) seen {
	s := seen{created: createdAt(item)}
	if r.Search != nil {
		s.said = r.Said(item)
	}
	return s
}
