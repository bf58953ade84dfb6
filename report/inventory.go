package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// An Inventory keeps of each node of a snapshot what a list of all needs, up to a
// bound: it sees the nodes while others read them.
type Inventory struct {
	may  map[string]int64 // rows that each label has left
	rows []inventoryRow
	seen map[string]*kindCount
}

// An inventoryRow is one resource.
type inventoryRow struct {
	id, label, name, scope, status, created string
	observed                                bool
}

// A kindCount counts the nodes of one label.
type kindCount struct{ read, referred int64 }

// NewInventory returns one for a graph that has so many nodes of each label. Where it
// has more than fit, kinds that are few stand there in full, and the others share
// what is left.
func NewInventory(counts map[string]int64) *Inventory {
	return &Inventory{may: shares(counts, mostInventory), seen: map[string]*kindCount{}}
}

// shares divides rows among labels: those with few have all, the others the same.
func shares(counts map[string]int64, left int64) map[string]int64 {
	labels := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(a, b)) })
	may := map[string]int64{}
	for i, label := range labels {
		may[label] = max(0, min(counts[label], left/int64(len(labels)-i)))
		left -= may[label]
	}
	return may
}

// createdColumns are what kinds call the time at which they were made.
var createdColumns = []string{"creation_time", "create_date", "create_time", "creation_timestamp", "created_at"}

// Node notes one. It keeps nothing of n.
func (v *Inventory) Node(n *graph.Node) error {
	label := n.Label.Name
	c := v.seen[label]
	if c == nil {
		c = &kindCount{}
		v.seen[label] = c
	}
	observed := n.Label.Column("observed") >= 0 && valueOf(n, "observed", graph.Bool).Bool()
	if observed {
		c.read++
	} else {
		c.referred++
	}
	if v.may[label] <= 0 {
		return nil
	}
	v.may[label]--
	v.rows = append(v.rows, inventoryRow{
		id: strings.Clone(n.ID), label: label, scope: strings.Clone(n.Scope), observed: observed,
		name: strings.Clone(textOf(n, "name")), status: strings.Clone(textOf(n, "status")), created: createdOf(n),
	})
	return nil
}

// valueOf returns a column's value, or a null of the type's kind where it is another.
func valueOf(n *graph.Node, column string, typ graph.Type) graph.Value {
	if i := n.Label.Column(column); i >= 0 && n.Values[i].Type() == typ {
		return n.Values[i]
	}
	if typ == graph.Bool {
		return graph.BoolValue(false)
	}
	return graph.Null
}

func textOf(n *graph.Node, column string) string {
	if v := valueOf(n, column, graph.String); !v.IsNull() {
		return v.Text()
	}
	return ""
}

func createdOf(n *graph.Node) string {
	for _, column := range createdColumns {
		if v := valueOf(n, column, graph.Timestamp); !v.IsNull() {
			return time.UnixMicro(v.Micros()).UTC().Format("2006-01-02 15:04")
		}
	}
	return ""
}

// An inventoryPage is the inventory as the page has it.
type inventoryPage struct {
	Total int64 // of all nodes
	Kinds []kindRow
	Shown int
	Cut   string
	Data  inventoryData
}

// A kindRow counts one kind.
type kindRow struct {
	Label          string
	Read, Referred int64
}

// The inventoryData is what the script shows page by page. Kinds, places and states
// are given once, and rows have their indexes.
type inventoryData struct {
	Kinds  []string   `json:"kinds"`
	Places [][]string `json:"places"` // account, region
	States []string   `json:"states"`
	// Rows are kind, name, place, state, when it was made, id where it says more than
	// the name, whether it is only referred to, anchors.
	Rows [][]any `json:"rows"`
}

// An index gives texts numbers.
type index struct {
	at   map[string]int
	list []string
}

func (x *index) of(s string) int {
	i, ok := x.at[s]
	if !ok {
		if x.at == nil {
			x.at = map[string]int{}
		}
		i = len(x.list)
		x.at[s], x.list = i, append(x.list, s)
	}
	return i
}

func (b *builder) inventory() inventoryPage {
	v := b.in.Inventory
	p := inventoryPage{Shown: len(v.rows), Total: b.in.Manifest.Counts.Nodes}
	for _, label := range slices.SortedFunc(maps.Keys(v.seen), compareLabels) {
		p.Kinds = append(p.Kinds, kindRow{text(shortLabel(label)), v.seen[label].read, v.seen[label].referred})
	}
	if int64(p.Shown) < p.Total {
		p.Cut = b.cut("Of %s resources, %s are in the inventory's list; kinds that are few stand there in full. All are in the snapshot's nodes.jsonl", snapshot.Grouped(p.Total), snapshot.Grouped(int64(p.Shown)))
	}
	p.Data = b.inventoryData(v)
	return p
}

func (b *builder) inventoryData(v *Inventory) inventoryData {
	rows := slices.Clone(v.rows)
	slices.SortStableFunc(rows, func(x, y inventoryRow) int { return cmp.Or(compareLabels(x.label, y.label), cmp.Compare(x.id, y.id)) })
	var kinds, places, states index
	data := inventoryData{Rows: make([][]any, 0, len(rows))}
	for i := range rows {
		r := &rows[i]
		at := b.placeOfRow(r)
		name := cmp.Or(r.name, nameOf(r.id))
		referred := 0
		if !r.observed {
			referred = 1
		}
		anchors := b.places[r.id]
		if anchors == nil {
			anchors = []string{}
		}
		data.Rows = append(data.Rows, []any{kinds.of(text(shortLabel(r.label))), text(name), places.of(at), states.of(text(r.status)), r.created, text(r.id), referred, anchors})
	}
	data.Kinds, data.States = notNil(kinds.list), notNil(states.list)
	data.Places = [][]string{}
	for _, at := range places.list {
		account, region, _ := strings.Cut(at, "/")
		data.Places = append(data.Places, []string{account, region})
	}
	return data
}

// placeOfRow is the account and the region of a resource, with a slash between them.
func (b *builder) placeOfRow(r *inventoryRow) string {
	account, region := placeOf(r.id)
	if account == "" && region == "" {
		return text(r.scope)
	}
	return text(account) + "/" + text(region)
}

func nameOf(id string) string {
	_, name := kindOf(id)
	return name
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// compareLabels has SageMaker's own kinds first.
func compareLabels(a, b string) int {
	other := func(label string) int {
		if strings.HasPrefix(label, "AWSSageMaker") {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(other(a), other(b)), cmp.Compare(a, b))
}
