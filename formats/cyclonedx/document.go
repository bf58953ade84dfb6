package cyclonedx

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// root is the bom-ref of the inventory itself.
const root = "sgexport:inventory"

// A document is a bill of materials in the making. What it is about has a bom-ref: the
// id of its node, or for data in a bucket its location.
type document struct {
	g        *view.Graph
	h        *graph.Header
	upstream *upstream

	deployed   map[string]bool // ids of models that an endpoint serves
	services   map[string]*cdx.Service
	components map[string]*cdx.Component
	workflows  map[string]*workflow
	needs      map[string]map[string]bool // bom-refs of what each depends on
	unsure     map[string]bool            // bom-refs of which more may depend than is known
	queue      []string                   // ids that are to be described
}

func newDocument(h *graph.Header, g *view.Graph) *document {
	d := &document{
		g: g, h: h, upstream: newUpstream(g), deployed: map[string]bool{}, services: map[string]*cdx.Service{}, components: map[string]*cdx.Component{},
		workflows: map[string]*workflow{}, needs: map[string]map[string]bool{root: {}}, unsure: map[string]bool{},
	}
	for _, e := range g.Nodes(endpoint) {
		if e.Observed() {
			d.endpoint(e)
			d.needs[root][e.ID] = true
		}
	}
	for len(d.queue) > 0 {
		id := d.queue[0]
		d.queue = d.queue[1:]
		d.describe(id)
	}
	for _, c := range d.components {
		d.datasets(c)
	}
	return d
}

// need says that ref depends on what a node is, and returns the bom-ref of that.
func (d *document) need(ref, id string) {
	if d.needs[ref] == nil {
		d.needs[ref] = map[string]bool{}
	}
	if ref != id {
		d.needs[ref][id] = true
	}
	if _, there := d.components[id]; !there {
		d.components[id] = nil // it is waiting
		d.queue = append(d.queue, id)
	}
}

// describe makes the component of a node, and finds what it came of.
func (d *document) describe(id string) {
	if place, ok := parseLocation(id); ok && d.g.Node(id) == nil {
		d.components[id] = d.dataAt(place)
	} else {
		d.components[id] = d.component(id)
	}
	d.origins(id, id, map[string]bool{id: true})
}

// origins makes ref depend on all that from came of. What a job made depends on all
// that the job read; what is no component by itself is passed through.
func (d *document) origins(ref, from string, seen map[string]bool) {
	hops := d.upstream.of(from)
	for _, h := range hops {
		switch {
		case h.location != "":
			d.need(ref, h.location)
		case isJob(h.label):
			d.job(h.id).makes(ref)
			d.through(ref, h.id, seen)
		case isComponent(h.label):
			d.need(ref, h.id)
		default:
			d.through(ref, h.id, seen)
		}
	}
	if !d.known(from, hops) {
		d.unsure[ref] = true
	}
}

func (d *document) through(ref, id string, seen map[string]bool) {
	if !seen[id] {
		seen[id] = true
		d.origins(ref, id, seen)
	}
}

// isComponent reports whether nodes of a label are components of the document.
func isComponent(label string) bool {
	return isModel(label) || label == image || isData(label)
}

// bom returns the document without its serial number.
func (d *document) bom() *cdx.BOM {
	bom := cdx.NewBOM()
	bom.Version = 1
	bom.Metadata = d.metadata()
	bom.Services = list(sorted(d.services, func(s *cdx.Service) string { return s.BOMRef }))
	bom.Components = list(d.sortedComponents())
	bom.Dependencies = list(d.dependencies())
	bom.Compositions = list(d.compositions())
	bom.Formulation = d.formulation()
	return bom
}

// sortedComponents has the models that are served first, then what they came of.
func (d *document) sortedComponents() []cdx.Component {
	rank := func(c *cdx.Component) int {
		switch {
		case d.deployed[c.BOMRef]:
			return 0
		case c.Type == cdx.ComponentTypeMachineLearningModel:
			return 1
		case c.Type == cdx.ComponentTypeData:
			return 2
		}
		return 3
	}
	all := sorted(d.components, func(c *cdx.Component) string { return c.BOMRef })
	slices.SortStableFunc(all, func(a, b cdx.Component) int { return cmp.Compare(rank(&a), rank(&b)) })
	return all
}

// dependencies has an entry for all that has a bom-ref and can have some: one
// without dependencies has none that are known.
func (d *document) dependencies() []cdx.Dependency {
	var all []cdx.Dependency
	for _, ref := range d.refs() {
		on := slices.Sorted(maps.Keys(d.needs[ref]))
		all = append(all, cdx.Dependency{Ref: ref, Dependencies: list(on)})
	}
	return all
}

// refs are the bom-refs of the inventory, the services and the components, sorted.
func (d *document) refs() []string {
	refs := []string{root}
	refs = append(refs, slices.Collect(maps.Keys(d.components))...)
	for _, s := range d.services {
		refs = append(refs, s.BOMRef)
		for _, c := range value(s.Services) {
			refs = append(refs, c.BOMRef)
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// sorted returns what a map has, by key.
func sorted[T any](m map[string]*T, key func(*T) string) []T {
	all := slices.Collect(maps.Values(m))
	slices.SortFunc(all, func(a, b *T) int { return strings.Compare(key(a), key(b)) })
	var values []T
	for _, one := range all {
		values = append(values, *one)
	}
	return values
}

// list is how the codec has lists: nil where there is nothing.
func list[T any](all []T) *[]T {
	if len(all) == 0 {
		return nil
	}
	return &all
}

// value is the inverse of list.
func value[T any](all *[]T) []T {
	if all == nil {
		return nil
	}
	return *all
}

func ptr[T any](v T) *T { return &v }
