package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
)

// A family is the entries of one file, in the order in which they are read. What a
// person would colour or count them by is the name, or that which an entry has itself.
type family struct {
	name    string
	entries []Entry
}

// families are all entries.
func families() []family {
	return []family{
		{"Notebooks and Studio", notebookKinds},
		{"Notebooks and Studio", studioKinds},
		{"Notebooks and Studio", appKinds},
		{"Registry and hubs", registryKinds},
		{"Registry and hubs", hubKinds},
		{"Inference", inferenceKinds},
		{"Jobs", trainingKinds},
		{"Tuning and AutoML", tuningKinds},
		{"Jobs", processingKinds},
		{"Jobs", jobKinds},
		{"Jobs", aiKinds},
		{"Capacity and HyperPod", capacityKinds},
		{"Pipelines", pipelineKinds},
		{"Experiments and lineage", lineageKinds},
		{"Monitoring", monitoringKinds},
		{"Capacity and HyperPod", hyperpodKinds},
		{"Feature store", featureKinds},
		{"Ground Truth", groundTruthKinds},
		{"Edge devices", edgeKinds},
		{organizationsFamily, accountEntries},
		{iamFamily, iamEntries},
		{"Networks", networkEntries},
		{storageFamily, s3Entries},
		{"Other services", neighbors},
	}
}

// Families of entries that stand among those of another.
const (
	organizationsFamily = "Organizations"
	iamFamily           = "IAM"
	storageFamily       = "Storage"
	keysFamily          = "Keys and secrets"
	containersFamily    = "Containers"
	codeFamily          = "Code"
)

// A Table is every label once, with what finds a label again. It never changes.
type Table struct {
	Entries []*Entry // sorted by label

	neighbors []*Entry // that are read, in their families' order

	byLabel map[string]*Entry
	shapes  map[string][]shape // of SageMaker's ARNs, by the type that they begin with
	others  map[string][]typed // neighbours, by the service in their ARNs
	named   map[string]int     // of how many segments the resource part is whose last one is the name, by label

	prefixes map[string]string // of ids that no other label has: the label
}

// A shape is the resource part of a kind's ARNs.
type shape struct {
	label string
	parts []string
}

// A typed is a neighbour with the type in its ARNs; * is any.
type typed struct{ typ, label string }

// New returns the table. It panics where a label is there twice: any test finds
// that.
func New() *Table {
	t := &Table{byLabel: map[string]*Entry{}, shapes: map[string][]shape{}, others: map[string][]typed{}, named: map[string]int{}, prefixes: map[string]string{}}
	for _, f := range families() {
		for i := range f.entries {
			e := f.entries[i]
			e.Family = cmp.Or(e.Family, f.name)
			if t.byLabel[e.Label] != nil {
				panic(fmt.Sprintf("catalog: %s is there twice", e.Label))
			}
			noun := strings.TrimPrefix(e.Label, "AWSSageMaker")
			e.Noun, e.Taggable = cmp.Or(e.Noun, noun), e.IsKind() && operation.Taggable(noun)
			t.byLabel[e.Label] = &e
			t.Entries = append(t.Entries, &e)
			if e.IsRead() && !e.IsKind() {
				t.neighbors = append(t.neighbors, &e)
			}
		}
	}
	slices.SortFunc(t.Entries, func(a, b *Entry) int { return strings.Compare(a.Label, b.Label) })
	for _, e := range t.Entries {
		if e.Prefix != "" {
			t.prefixes[e.Prefix] = e.Label
		}
		switch {
		case e.Resource != "":
			parts := strings.Split(e.Resource, "/")
			t.shapes[parts[0]] = append(t.shapes[parts[0]], shape{e.Label, parts})
			if strings.HasSuffix(e.Resource, "Name}") {
				t.named[e.Label] = len(parts)
			}
		case e.Service != "":
			t.others[e.Service] = append(t.others[e.Service], typed{e.Type, e.Label})
		}
	}
	return t
}

// Entry returns the entry of a label, or nil.
func (t *Table) Entry(label string) *Entry { return t.byLabel[label] }

// Kinds returns the entries that are listed, sorted by label.
func (t *Table) Kinds() []*Entry {
	return slices.DeleteFunc(slices.Clone(t.Entries), func(e *Entry) bool { return !e.IsKind() })
}

// Neighbors returns the neighbours that are read, those that others refer to behind
// them as far as there is an order.
func (t *Table) Neighbors() []*Entry { return t.neighbors }

// Children returns the entries that are listed for each resource of a label.
func (t *Table) Children(label string) []*Entry {
	return slices.DeleteFunc(slices.Clone(t.Entries), func(e *Entry) bool { return e.List == nil || !slices.Contains(e.List.Parents(), label) })
}

// Template returns the resource part of the ARNs of a SageMaker label, or "" for
// any other label.
func (t *Table) Template(label string) string {
	if e := t.byLabel[label]; e != nil {
		return e.Resource
	}
	return ""
}

// LabelOf returns the label that a resource with this ARN has, or "" where the
// graph has none for it.
func (t *Table) LabelOf(a names.ARN) string {
	if a.Service == "sagemaker" {
		return t.kindOf(a)
	}
	typ, _ := a.TypeAndName()
	for _, e := range t.others[a.Service] {
		if e.typ == typ || e.typ == "*" {
			return e.label
		}
	}
	return ""
}

// kindOf finds a kind by the shape of its ARN or, where none has that, the most
// general kind of the type.
func (t *Table) kindOf(a names.ARN) string {
	typ, _, _ := strings.Cut(a.Resource, "/")
	shapes := t.shapes[typ]
	if len(shapes) == 1 { // as of nearly all types
		return shapes[0].label
	}
	deep := strings.Count(a.Resource, "/") + 1
	label, fewest := "", 0
	for i := range shapes {
		s := &shapes[i]
		if len(s.parts) == deep && s.fits(a.Resource) {
			return s.label
		}
		if label == "" || len(s.parts) <= fewest {
			label, fewest = s.label, len(s.parts)
		}
	}
	return label
}

// fits reports whether a resource part of as many segments has the shape's own
// ones in their places.
func (s *shape) fits(resource string) bool {
	for _, part := range s.parts {
		segment, rest, _ := strings.Cut(resource, "/")
		if part[0] != '{' && part != segment {
			return false
		}
		resource = rest
	}
	return true
}

// NameIn is the name in an ARN of a label, or "" where the ARN has another shape
// than the label's.
func (t *Table) NameIn(label string, a names.ARN) string {
	e := t.byLabel[label]
	switch {
	case e == nil:
		return ""
	case e.NameOf != nil:
		return e.NameOf(a)
	case e.Resource == "":
		return a.LastName()
	}
	if n := t.named[label]; n == 0 || n != strings.Count(a.Resource, "/")+1 {
		return ""
	}
	return a.Resource[strings.LastIndexByte(a.Resource, '/')+1:]
}
