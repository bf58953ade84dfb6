package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Column is one typed property of a label or of an edge type.
type Column struct {
	Name   string // snake_case, unique within its label or edge type
	Type   Type
	Source string // the API field path it comes from, or "" where derived
}

// A Label is a kind of node.
type Label struct {
	Name    string   // primary label, such as AWSSageMakerModel
	Extra   []string // further labels, for queries written against other tools
	Columns []Column // the order of Node.Values
	Doc     string   // one line: what it is, and its API source
	Family  string   // labels that belong together, such as Pipelines; "" is not known
	// Referred says that its nodes are known because something refers to them,
	// and never from a list of their own, even where they are then read and have
	// the column observed.
	Referred bool
}

// AllLabels returns the primary label and then the further ones.
func (l *Label) AllLabels() []string { return append([]string{l.Name}, l.Extra...) }

// Column returns the index of the column called name, or -1.
func (l *Label) Column(name string) int { return columnIndex(l.Columns, name) }

func columnIndex(cols []Column, name string) int {
	return slices.IndexFunc(cols, func(c Column) bool { return c.Name == name })
}

// A Rule says which reference field of which label makes edges of a type.
type Rule struct {
	Owner   string   // label that has the field
	Path    string   // API field path, as in Edge.Path; "" where no field makes it
	Reverse bool     // the edge ends at the owner instead of starting there
	Targets []string // labels that the other end can have; nil is any
	Derived string   // how it is worked out, where no field says it
}

// An EdgeType is a kind of edge.
type EdgeType struct {
	Name    string   // such as READ_FROM
	Doc     string   // one line: what it says of its two ends, from where it begins
	Columns []Column // the order of Edge.Values
	Rules   []Rule   // sorted by owner, path
}

// Column returns the index of the column called name, or -1.
func (t *EdgeType) Column(name string) int { return columnIndex(t.Columns, name) }

// A Schema lists labels and edge types, sorted by name. That of a graph has the
// labels of its nodes and the types that can be between them, as [Schema.Of] makes
// it; that of the catalog has all that any graph can have. Build it with
// [NewSchema].
type Schema struct {
	Labels    []*Label
	EdgeTypes []*EdgeType

	labels map[string]*Label
	types  map[string]*EdgeType
}

// NewSchema sorts and checks the vocabulary: no name twice, names that every
// format can write (a letter, then letters, digits and underscores).
func NewSchema(labels []*Label, types []*EdgeType) (*Schema, error) {
	s := &Schema{
		Labels: slices.Clone(labels), EdgeTypes: slices.Clone(types),
		labels: make(map[string]*Label, len(labels)), types: make(map[string]*EdgeType, len(types)),
	}
	slices.SortFunc(s.Labels, func(a, b *Label) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(s.EdgeTypes, func(a, b *EdgeType) int { return cmp.Compare(a.Name, b.Name) })
	first := map[string]ownedColumn{}
	for _, l := range s.Labels {
		if s.labels[l.Name] != nil {
			return nil, fmt.Errorf("label %s is there twice", l.Name)
		}
		s.labels[l.Name] = l
		for _, n := range l.AllLabels() {
			if !isName(n) {
				return nil, fmt.Errorf("label %q is not a name", n)
			}
		}
		if err := checkColumns(l.Name, l.Columns); err != nil {
			return nil, err
		}
		for _, c := range l.Columns {
			if f, ok := first[c.Name]; ok && f.typ != c.Type {
				return nil, fmt.Errorf("column %s is %s in %s and %s in %s", c.Name, f.typ, f.owner, c.Type, l.Name)
			}
			first[c.Name] = ownedColumn{c.Type, l.Name}
		}
	}
	for _, t := range s.EdgeTypes {
		if s.types[t.Name] != nil {
			return nil, fmt.Errorf("edge type %s is there twice", t.Name)
		}
		s.types[t.Name] = t
		if !isName(t.Name) {
			return nil, fmt.Errorf("edge type %q is not a name", t.Name)
		}
		if err := checkColumns(t.Name, t.Columns); err != nil {
			return nil, err
		}
		if !slices.Equal(t.Columns, s.EdgeTypes[0].Columns) {
			return nil, fmt.Errorf("%s has other columns than %s", t.Name, s.EdgeTypes[0].Name)
		}
	}
	return s, nil
}

// An ownedColumn is the type that a column has in one label.
type ownedColumn struct {
	typ   Type
	owner string
}

func checkColumns(owner string, cols []Column) error {
	seen := make(map[string]bool, len(cols))
	for _, c := range cols {
		if seen[c.Name] {
			return fmt.Errorf("%s: column %s is there twice", owner, c.Name)
		}
		seen[c.Name] = true
		if !isName(c.Name) || c.Name != strings.ToLower(c.Name) || strings.HasPrefix(c.Name, "sg_") {
			return fmt.Errorf("%s: column %q is not a lower-case name, or is reserved", owner, c.Name)
		}
		if c.Type.String() == "invalid" {
			return fmt.Errorf("%s: column %s has no type", owner, c.Name)
		}
		if reserved[c.Name] {
			return fmt.Errorf("%s: column %s has a name that a node or edge has anyway", owner, c.Name)
		}
	}
	return nil
}

// reserved are the names that formats give to a node's or an edge's own parts.
var reserved = map[string]bool{"id": true, "labels": true, "label": true, "resource_type": true, "src": true, "dst": true, "relationship": true, "path": true, "ref": true}

func isName(s string) bool {
	for i, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		case i > 0 && (r >= '0' && r <= '9' || r == '_'):
		default:
			return false
		}
	}
	return s != ""
}

// Label returns the label called name, or nil.
func (s *Schema) Label(name string) *Label { return s.labels[name] }

// EdgeType returns the edge type called name, or nil.
func (s *Schema) EdgeType(name string) *EdgeType { return s.types[name] }

// Of returns the part of the schema that a graph needs: the labels that it has,
// and of each edge type the rules whose owner is among them. A type without such
// a rule is left out, but for those that the graph has an edge of all the same.
// Labels are the same values as in s, and what a rule says is not changed: a
// target need not be there.
func (s *Schema) Of(labels, types map[string]bool) *Schema {
	part := &Schema{labels: map[string]*Label{}, types: map[string]*EdgeType{}}
	for _, l := range s.Labels {
		if labels[l.Name] {
			part.Labels = append(part.Labels, l)
			part.labels[l.Name] = l
		}
	}
	for _, t := range s.EdgeTypes {
		kept := *t
		kept.Rules = slices.DeleteFunc(slices.Clone(t.Rules), func(r Rule) bool { return !labels[r.Owner] })
		if len(kept.Rules) > 0 || types[t.Name] {
			part.EdgeTypes = append(part.EdgeTypes, &kept)
			part.types[t.Name] = &kept
		}
	}
	return part
}

// A Scope is one account and region that a graph was read from.
type Scope struct {
	ID     string       // "123456789012/eu-central-1"
	Labels []LabelScope // of which ids are known there, sorted by label
}

// A LabelScope says what is known of one label in one scope. The graph need not
// have a node of it.
type LabelScope struct {
	Label  string
	Listed bool     // all ids are known
	Unread []string // reference fields (Edge.Path) that were not read of all of them, sorted
}

// A Header is what a sink knows before the first node.
type Header struct {
	Schema  *Schema   // the labels that the graph has a node of, and the edge types between them
	Absent  []string  // other kinds that the run knows, listed or not: labels that are not Referred, sorted
	Created time.Time // the snapshot's time, UTC
	Tool    string    // name and version of the program
	Scopes  []Scope   // sorted by ID
}

// SnapshotID returns the header's time as text that sorts by time:
// 2026-01-02T03:04:05.000000Z.
func (h *Header) SnapshotID() string { return string(AppendTimestamp(nil, h.Created.UnixMicro())) }
