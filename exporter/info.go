package exporter

import (
	"slices"
	"strings"
)

// A KindInfo is what documents say of a kind.
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
	for _, k := range table {
		operation := func(action string) string { return strings.TrimPrefix(action, "sagemaker:") }
		info := KindInfo{
			Family: k.family, Label: k.label, Doc: k.doc, Actions: k.actions(),
			ID: arn{"{partition}", "sagemaker", "{region}", "{account}", resourceTemplate(k.label)}.String(),
		}
		if k.id != "" {
			info.ID = strings.ReplaceAll(k.id, "{"+parentMember+"}", "{id of "+k.list.parent+"}")
		}
		list := k.list.explain()
		switch {
		case k.list.parse != nil && k.describe == nil:
			info.Read, info.Describe = list+".", "that document"
		case k.describe == nil:
			info.Read, info.Describe = list+", which tells everything.", operation(k.list.action)
		case k.search == nil:
			info.Read, info.Describe = list+", then "+operation(k.describe.action)+" for each.", operation(k.describe.action)
		default:
			info.Describe = operation(k.describe.action)
			lacks, edges := k.unread(k.shapes[k.search.record])
			info.Read = list + ", then Search, one call for every 100, and " + info.Describe + " for those that its index lacks."
			if edges {
				info.Read = list + ", then " + info.Describe + " for each up to --describe-limit; beyond it Search, one call for every 100, and " + info.Describe + " for those that its index lacks."
			}
			if len(lacks) > 0 {
				info.Read += " Search lacks " + strings.Join(lacks, ", ") + "."
			}
		}
		all = append(all, info)
	}
	for i := range all {
		if parent := table[i].list.parent; parent != "" {
			all[i].Actions = append(all[i].Actions, kindOf(parent).actions()...)
			slices.Sort(all[i].Actions)
		}
	}
	return all
}

// explain says how the list comes about.
func (l *list) explain() string {
	if l.parse != nil {
		return "what stands in " + l.column + " of each " + l.parent
	}
	text := strings.TrimPrefix(l.action, "sagemaker:")
	if l.parent != "" {
		text += " for each " + l.parent
	}
	if len(l.variants) > 0 {
		text += " and each " + l.variants[0].member
	}
	if l.newest {
		return text + ", the newest --pipeline-executions of them, one call for every 100"
	}
	return text + ", one call for every 100 of them"
}
