package exporter

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/collect"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

// A KindInfo is what documents say of a kind, or of a neighbour that is read.
type KindInfo struct {
	Family   string // kinds that belong together
	Label    string
	Doc      string   // one line
	ID       string   // the shape of its id
	Read     string   // how it is read, one sentence
	Actions  []string // IAM actions, sorted
	Describe string   // API operation whose output the columns are
}

// Kinds returns what there is to say of each kind, sorted by label.
func Kinds() []KindInfo {
	var all []KindInfo
	for _, k := range table.Kinds {
		if !k.IsKind() {
			continue
		}
		info := KindInfo{Family: k.Family, Label: k.Label, Doc: k.Doc, Actions: actionsOf(k), ID: shapeOfID(k)}
		info.Read, info.Describe = howRead(k)
		for parent := k.List.Parent; parent != ""; parent = table.Kind(parent).List.Parent {
			info.Actions = append(info.Actions, actionsOf(table.Kind(parent))...)
		}
		slices.Sort(info.Actions)
		info.Actions = slices.Compact(info.Actions)
		all = append(all, info)
	}
	return all
}

// NeighborKinds returns what there is to say of each neighbour that can be read;
// Family is the group by which it is asked for.
func NeighborKinds() []KindInfo {
	var all []KindInfo
	for _, k := range table.Kinds {
		if k.IsKind() {
			continue
		}
		read := "once for each account"
		switch {
		case k.Lookup != nil:
			read = "a call of each for every one that something refers to"
		case k.List.Inside != nil:
			read = "what stands in " + k.List.Inside[0].Column + " of each " + strings.Join(k.List.Parents(), ", ")
		case k.List.Batch != nil && k.List.Batch.Of == "":
			read = "a call for every " + strconv.Itoa(k.List.Batch.Most) + " that something refers to"
		case k.List.Batch != nil && k.List.Batch.Most == math.MaxInt:
			read = "once for each region that has an " + k.List.Batch.Of
		case k.List.Batch != nil:
			read = "a call for every " + strconv.Itoa(k.List.Batch.Most) + " " + k.List.Batch.Of
		case k.List.Parent != "":
			read = "a call for each " + k.List.Parent
		case k.Scope == catalog.InRegion:
			read = "once for each region"
		}
		all = append(all, KindInfo{Family: strings.Join(k.Groups(), ","), Label: k.Label, Doc: k.Doc, Read: read, Actions: actionsOf(k)})
	}
	return all
}

func shapeOfID(k *reading.Kind) string {
	if k.Entry.ID != "" {
		return strings.ReplaceAll(k.Entry.ID, "{"+catalog.ParentMember+"}", "{id of "+k.List.Parent+"}")
	}
	return names.ARN{Partition: "{partition}", Service: "sagemaker", Region: "{region}", Account: "{account}", Resource: k.Resource}.String()
}

// howRead says how a kind is read, and which operation's output its columns are.
func howRead(k *reading.Kind) (text, describe string) {
	list := explain(k.List)
	switch {
	case k.List.Inside != nil && k.Describe == nil:
		return list + ".", "that document"
	case k.Describe == nil:
		return list + ", which tells everything.", k.List.Name
	case k.Search == nil:
		return list + ", then " + k.Describe.Name + " for each.", k.Describe.Name
	}
	var columns []string
	edges := false
	for _, u := range k.Lacks(k.Search.Record) {
		columns = append(columns, u.Column)
		edges = edges || len(u.Paths) > 0 || standsIn(k, u)
	}
	text = list + ", then Search, one call for every 100, and " + k.Describe.Name + " for those that its index lacks."
	if edges {
		text = list + ", then " + k.Describe.Name + " for each up to --describe-limit; beyond it Search, one call for every 100, and " + k.Describe.Name + " for those that its index lacks."
	}
	if len(columns) > 0 {
		text += " Search lacks " + strings.Join(columns, ", ") + "."
	}
	if k.HasAlso() {
		text += " Search also tells " + strings.Join(besideColumns(k), ", ") + ", one call for every 100."
	}
	return text, k.Describe.Name
}

// besideColumns are the columns that Search alone tells.
func besideColumns(k *reading.Kind) []string {
	var columns []string
	for _, c := range k.Columns {
		if member, _, _ := strings.Cut(c.Source, "."); slices.Contains(k.Search.Also, member) {
			columns = append(columns, c.Name)
		}
	}
	return columns
}

// standsIn reports whether another kind stands in a column.
func standsIn(k *reading.Kind, u graph.Unread) bool {
	return slices.ContainsFunc(table.Children(k.Label), func(e *catalog.Entry) bool { return e.List.StandsIn(k.Label, u.Column) })
}

// explain says how the list comes about.
func explain(l *catalog.List) string {
	if l.Inside != nil {
		return "what stands in " + l.Inside[0].Column + " of each " + l.Parent
	}
	text := l.Name
	if l.Parent != "" {
		text += " for each " + l.Parent
	}
	if len(l.Variants) > 0 {
		text += " and each " + l.Variants[0].Member
	}
	if l.Newest {
		return text + ", the newest --pipeline-executions of them, one call for every 100"
	}
	text += ", one call for every 100 of them"
	if l.Versions != nil {
		text += ", and " + l.Versions.Name + " for each that is not of AWS's own"
	}
	return text
}

// Actions returns the IAM actions that collecting kinds and groups of neighbours
// can need, sorted; nil kinds are all. This is the least privilege that an export
// needs.
func Actions(kinds, neighbors []string) []string {
	var actions []string
	for _, p := range Permissions(kinds, neighbors) {
		actions = append(actions, p.Actions...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// A Permission is what one choice of what to collect needs.
type Permission struct {
	Choice   string   // sagemaker, or a group of neighbours
	Regional bool     // the actions are asked for in the regions that are read, and in no other
	Actions  []string // IAM actions, sorted
}

// Permissions returns the IAM actions that collecting kinds and groups of neighbours
// can need, by choice; nil kinds are all. An action stands with the first choice that
// needs it.
func Permissions(kinds, neighbors []string) []Permission {
	sagemaker := []string{catalog.TagSweep.Action, catalog.ListTags.Action}
	wanted := collect.Wanted(table, kinds)
	for _, k := range table.Kinds {
		if k.IsKind() && slices.Contains(wanted, k.Label) {
			sagemaker = append(sagemaker, actionsOf(k)...)
		}
	}
	for _, label := range catalog.Associations.Owners {
		if slices.Contains(wanted, label) {
			sagemaker = append(sagemaker, catalog.Associations.List.Action)
		}
	}
	all := []Permission{{Choice: "sagemaker", Regional: true, Actions: sagemaker}, {Choice: "sagemaker", Actions: []string{catalog.CallerIdentity.Action}}}
	for _, group := range NeighborGroups() {
		if !slices.Contains(neighbors, group) {
			continue
		}
		for _, regional := range []bool{true, false} {
			all = append(all, Permission{group, regional, actionsOfGroup(group, regional)})
		}
	}
	known := map[string]bool{}
	for i := range all {
		p := &all[i]
		slices.Sort(p.Actions)
		p.Actions = slices.DeleteFunc(slices.Compact(p.Actions), func(action string) bool { return known[action] })
		for _, action := range p.Actions {
			known[action] = true
		}
	}
	return slices.DeleteFunc(all, func(p Permission) bool { return len(p.Actions) == 0 })
}

// actionsOfGroup are the actions of a group of neighbours that live in regions, or once
// in an account.
func actionsOfGroup(group string, regional bool) (actions []string) {
	for _, k := range table.Kinds {
		switch {
		case k.IsKind() || (k.Scope == catalog.InRegion) != regional:
		case k.Lookup != nil:
			for _, p := range k.Lookup.Pieces {
				if cmp.Or(p.Group, k.Group) == group {
					actions = append(actions, p.Action)
				}
			}
		case k.Group == group:
			actions = append(actions, actionsOf(k)...)
		}
	}
	return actions
}

// actionsOf are the IAM actions that reading a kind can need, sorted.
func actionsOf(k *reading.Kind) []string {
	var all []string
	if k.Lookup != nil {
		for _, p := range k.Lookup.Pieces {
			all = append(all, p.Action)
		}
	}
	if k.List != nil && k.List.Action != "" {
		all = append(all, k.List.Action)
	}
	if k.List != nil && k.List.Versions != nil {
		all = append(all, k.List.Versions.Action)
	}
	if k.Describe != nil {
		all = append(all, k.Describe.Action)
	}
	if k.Search != nil {
		all = append(all, catalog.SearchRecords.Action)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
