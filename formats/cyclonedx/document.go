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
	queue      []string                   // bom-refs of components that are to be described
}

func newDocument(h *graph.Header, g *view.Graph, edges int) *document {
	d := &document{
		g: g, h: h, upstream: newUpstream(g, edges), deployed: map[string]bool{}, services: map[string]*cdx.Service{}, components: map[string]*cdx.Component{},
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
		d.finish(c)
	}
	return d
}

// need says that ref depends on a component: a node, or what lies at a location.
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

// describe makes the component of what a bom-ref names, and finds what it came of.
func (d *document) describe(ref string) {
	from := hop{id: ref}
	if n := d.g.Node(ref); n != nil {
		d.components[ref] = d.component(n)
		from.label = n.Label
	} else {
		d.components[ref] = d.dataAt(ref)
		from = hop{place: ref}
	}
	d.origins(ref, from)
	if !d.known(from) {
		d.unsure[ref] = true
	}
}

// origins makes ref depend on all that something came of. What a job made depends on
// all that the job read; what is no component by itself is passed through.
func (d *document) origins(ref string, first hop) {
	seen := map[string]bool{ref: true}
	for through := []hop{first}; len(through) > 0; {
		from := through[len(through)-1]
		through = through[:len(through)-1]
		steps := d.steps(from)
		if !steps.whole {
			d.unsure[ref] = true
		}
		for _, h := range steps.hops {
			switch {
			case h.label == endpoint:
				if d.services[h.id] != nil {
					d.needs[ref] = add(d.needs[ref], h.id)
				}
			case isComponent(h.label), h.place != "" && h.data:
				d.need(ref, h.ref())
			case h.label == transformJob && from.place == "": // it made data, and tried the model
			case !seen[h.ref()] && !d.reads(h, from):
				seen[h.ref()] = true
				if isJob(h.label) {
					d.job(h.id).makes(ref)
				}
				through = append(through, h)
			}
		}
	}
}

// steps are those from the end of a hop.
func (d *document) steps(from hop) steps {
	if from.place != "" {
		return d.upstream.at(from.place)
	}
	return d.upstream.of(from.id)
}

// reads reports whether a job reads from where it writes: then it did not make what
// it read there.
func (d *document) reads(job, from hop) bool {
	return from.place != "" && isJob(job.label) && slices.ContainsFunc(d.upstream.of(job.id).hops, func(h hop) bool { return h.place == from.place && h.data })
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
	refs = append(refs, slices.Collect(maps.Keys(d.services))...)
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
