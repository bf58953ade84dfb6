package graphml

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// keyType is a type of GraphML, a list of strings apart.
type keyType int

const (
	text keyType = iota
	list
	whole
	long
	double
	boolean
)

func keyTypeOf(t graph.Type) keyType {
	switch t {
	case graph.Int:
		return long
	case graph.Float:
		return double
	case graph.Bool:
		return boolean
	case graph.Strings:
		return list
	}
	return text
}

// xml is the value of attr.type.
func (t keyType) xml() string {
	return [...]string{"string", "string", "int", "long", "double", "boolean"}[t]
}

// A key is one attribute that the file declares.
type key struct {
	id, domain, name string
	typ              keyType
}

// column is the key of a column that is called as the column is.
func column(prefix string, c graph.Column) key {
	domain := "node"
	if prefix == edgePrefix {
		domain = "edge"
	}
	return key{prefix + c.Name, domain, c.Name, keyTypeOf(c.Type)}
}

const (
	nodePrefix = "n_"
	edgePrefix = "e_"
)

// ownNodeKeys are the keys of nodes that are no columns; labels, labelV and label
// have the ids that APOC and TinkerPop look for.
func ownNodeKeys() []key {
	return []key{
		{"labels", "node", "labels", text},
		{"labelV", "node", "labelV", text},
		{"n_label", "node", "label", text},
		{"n_uid", "node", "uid", text},
		{"n_family", "node", "family", text},
		{"n_r", "node", "r", whole},
		{"n_g", "node", "g", whole},
		{"n_b", "node", "b", whole},
		{"n_size", "node", "size", double},
		{"n_x", "node", "x", double},
		{"n_y", "node", "y", double},
	}
}

func ownEdgeKeys() []key {
	return []key{
		{"label", "edge", "label", text},
		{"labelE", "edge", "labelE", text},
		{"e_path", "edge", "path", text},
		{"e_ref", "edge", "ref", text},
		{"e_weight", "edge", "weight", double},
		{"e_guess", "edge", "guess", boolean},
		{"e_r", "edge", "r", whole},
		{"e_g", "edge", "g", whole},
		{"e_b", "edge", "b", whole},
	}
}

// commonNodeColumns have a key each in every compact file, whether or not the
// graph has them, so that people and programs find the same ones everywhere.
func commonNodeColumns() []graph.Column {
	return []graph.Column{
		{Name: "name", Type: graph.String},
		{Name: "arn", Type: graph.String},
		{Name: "account_id", Type: graph.String},
		{Name: "region", Type: graph.String},
		{Name: "status", Type: graph.String},
		{Name: "creation_time", Type: graph.Timestamp},
		{Name: "last_modified_time", Type: graph.Timestamp},
		{Name: "observed", Type: graph.Bool},
	}
}

func commonEdgeColumns() []graph.Column {
	return []graph.Column{
		{Name: "inferred", Type: graph.Bool},
		{Name: "basis", Type: graph.String},
	}
}

// properties is the name of the key that has the other columns as JSON.
const properties = "properties"

// keys are the keys of columns of nodes, or of edges.
type keys struct {
	prefix string // of the ids
	all    []key
	ids    map[string]string // by the name of the column; those without are in properties
}

// compactKeys are those of the common columns, which have the types that the
// schema gives them, and one for the others.
func compactKeys(prefix string, common []graph.Column, columns [][]graph.Column) keys {
	types := typesOf(columns)
	k := keys{prefix: prefix, ids: map[string]string{}}
	for _, c := range common {
		if t, ok := types[c.Name]; ok {
			c.Type = t
		}
		k.all = append(k.all, column(prefix, c))
		k.ids[c.Name] = prefix + c.Name
	}
	k.all = append(k.all, column(prefix, graph.Column{Name: properties, Type: graph.JSON}))
	return k
}

// fullKeys has a key for each column; those of one name have one type, see
// [graph.NewSchema]. A name that is reserved gets an underscore.
func fullKeys(prefix string, reserved []string, columns [][]graph.Column) keys {
	types := typesOf(columns)
	k := keys{prefix: prefix, ids: map[string]string{}}
	names := slices.Sorted(maps.Keys(types))
	// Plain names first, so that none has to give way to one that is made up.
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(slices.Index(reserved, a), slices.Index(reserved, b))
	})
	taken := map[string]bool{}
	for _, name := range names {
		called := name
		for taken[called] || slices.Contains(reserved, called) {
			called += "_"
		}
		taken[called] = true
		k.all = append(k.all, column(prefix, graph.Column{Name: called, Type: types[name]}))
		k.ids[name] = prefix + called
	}
	slices.SortFunc(k.all, func(a, b key) int { return strings.Compare(a.name, b.name) })
	return k
}

func typesOf(columns [][]graph.Column) map[string]graph.Type {
	types := map[string]graph.Type{}
	for _, cols := range columns {
		for _, c := range cols {
			types[c.Name] = c.Type
		}
	}
	return types
}

// Names that a reader does something of its own with: Gephi places and paints,
// networkx and igraph use them for ids or as arguments, JGraphT for weights.
// The package's own are among them.
var (
	reservedForNodes = []string{"id", "uid", "label", "nodelabel", "labels", "labelv", "family", "properties", "x", "y", "z", "xpos", "ypos", "zpos", "size", "r", "g", "b", "color", "weight"}
	reservedForEdges = []string{"id", "key", "source", "target", "label", "edgelabel", "labele", "path", "ref", "guess", "properties", "size", "r", "g", "b", "color", "weight"}
)
