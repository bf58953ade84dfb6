package reading

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/graph"
)

// byAccount says where edges from the account come from.
const byAccount = "the account that was asked"

// schema is the vocabulary of every graph that the table makes.
func (t *Table) schema() *graph.Schema {
	s := schemaMaker{types: map[catalog.Edge]*graph.EdgeType{}, meanings: catalog.Meanings()}
	for _, e := range t.Entries {
		s.label(e, t.byLabel[e.Label])
	}
	s.sweep(catalog.Associations)
	for _, d := range catalog.Derivations() {
		s.derivation(t, d)
	}
	for _, p := range catalog.Conclusions() {
		for _, label := range p.From {
			for _, path := range p.Paths {
				s.add(p.Edge, graph.Rule{Owner: label, Path: path, Targets: p.To, Derived: p.Basis})
			}
		}
	}
	var edges []*graph.EdgeType
	for _, typ := range s.types {
		slices.SortStableFunc(typ.Rules, func(a, b graph.Rule) int {
			if c := strings.Compare(a.Owner, b.Owner); c != 0 {
				return c
			}
			return strings.Compare(a.Path, b.Path)
		})
		edges = append(edges, typ)
	}
	schema, err := graph.NewSchema(s.labels, edges)
	if err != nil {
		panic(fmt.Sprintf("reading: %v", err))
	}
	return schema
}

type schemaMaker struct {
	labels []*graph.Label
	types  map[catalog.Edge]*graph.EdgeType

	meanings map[catalog.Edge]string
}

func (s *schemaMaker) add(e catalog.Edge, r graph.Rule) {
	if s.types[e] == nil {
		s.types[e] = &graph.EdgeType{Name: string(e), Doc: s.meanings[e], Columns: catalog.EdgeColumns}
	}
	s.types[e].Rules = append(s.types[e].Rules, r)
}

// label adds an entry's label and the rules of its fields; k is nil for one that
// is known from references only.
func (s *schemaMaker) label(e *catalog.Entry, k *Kind) {
	l := &graph.Label{Name: e.Label, Extra: e.Extra, Doc: e.Doc, Family: e.Family, Columns: e.Columns, Referred: !e.IsKind()}
	s.labels = append(s.labels, l)
	if k != nil {
		l.Columns = k.Columns
		for _, r := range k.Rules {
			s.add(r.Edge, graph.Rule{Owner: e.Label, Path: r.Path, Reverse: r.Reverse, Targets: r.To.Labels})
		}
	}
	if e.IsKind() || e.List != nil && e.Within == "" {
		s.add(catalog.Resource, graph.Rule{Owner: e.Label, Reverse: true, Targets: []string{catalog.AccountLabel}, Derived: byAccount})
	}
	if i := e.Implies; i != nil {
		s.add(i.Edge, graph.Rule{Owner: e.Label, Reverse: true, Targets: []string{i.Label}, Derived: i.Doc})
	}
}

func (s *schemaMaker) sweep(w *catalog.Sweep) {
	for _, label := range w.Owners {
		s.add(w.Edge, graph.Rule{Owner: label, Path: w.To})
		s.add(w.Edge, graph.Rule{Owner: label, Path: w.From, Reverse: true})
	}
}

// derivation adds a rule for each field that asks.
func (s *schemaMaker) derivation(t *Table, d catalog.Derivation) {
	for _, label := range d.Asks.Labels {
		for _, r := range t.byLabel[label].Rules {
			if r.Edge == d.Asks.Edge {
				s.add(d.Edge, graph.Rule{Owner: label, Path: r.Path, Targets: d.Defines.Labels, Derived: d.Basis})
			}
		}
	}
}
