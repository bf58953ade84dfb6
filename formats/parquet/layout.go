package parquet

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// other is the table of the labels that have no columns of their own.
const other = "other"

// shared are the columns that most labels have. A label that has no others has
// no table of its own: its nodes are rows of the table other, which has all of
// these, whatever labels a graph has. So a label is in the same table in every
// snapshot.
func shared() []graph.Column {
	return []graph.Column{
		{Name: "name", Type: graph.String},
		{Name: "arn", Type: graph.String},
		{Name: "account_id", Type: graph.String},
		{Name: "region", Type: graph.String},
		{Name: "observed", Type: graph.Bool},
		{Name: "unread", Type: graph.Strings},
		{Name: "redactions", Type: graph.JSON},
		{Name: "tags", Type: graph.Map},
	}
}

// isTyped reports whether l has columns of its own, and so a table.
func isTyped(l *graph.Label) bool {
	common := shared()
	return slices.ContainsFunc(l.Columns, func(c graph.Column) bool {
		return !slices.ContainsFunc(common, func(s graph.Column) bool { return s.Name == c.Name && s.Type == c.Type })
	})
}

// folderOf is the folder of the nodes of a label, below parquet/nodes.
func folderOf(l *graph.Label) string {
	if isTyped(l) {
		return "label=" + l.Name
	}
	return "label=" + other
}

// A column is one of a table.
type column struct {
	graph.Column
	required bool // it is never null
	repeats  bool // it has few different values
	long     bool // bounds of such text say nothing and take much
}

func key(name string) column      { return column{Column: text(name), required: true} }
func keyRepeats(n string) column  { return column{Column: text(n), required: true, repeats: true} }
func optional(name string) column { return column{Column: text(name)} }
func text(name string) graph.Column {
	return graph.Column{Name: name, Type: graph.String}
}

// properties are all of a node as one JSON object.
func properties() column {
	return column{Column: graph.Column{Name: "properties", Type: graph.JSON}, required: true, long: true}
}

// nodeStart are the first columns of every table of nodes.
func nodeStart() []column {
	return []column{key("id"), keyRepeats("resource_type"), {Column: graph.Column{Name: "labels", Type: graph.Strings}}}
}

// typedColumns are the columns of a table of nodes with the columns cols: after
// them where and when a node was seen, and each map once more as the text that
// is in the other formats, for readers that have no maps.
func typedColumns(cols []graph.Column) []column {
	list := append(nodeStart(), columnsOf(cols)...)
	list = append(list, keyRepeats("sg_scope"), keyRepeats("sg_snapshot"))
	for _, i := range mapsOf(cols) {
		list = append(list, column{Column: graph.Column{Name: mapText(cols[i].Name), Type: graph.JSON}, long: true})
	}
	return list
}

// otherColumns are the columns of the table of the labels that have none. Its rows
// have different labels, so these are there as text too.
func otherColumns() []column {
	// Never null, and not required all the same: as a column of all tables together it is missing in the others.
	return append(typedColumns(shared()), column{Column: text(labelsText), repeats: true})
}

// labelsText is the column that has all labels with semicolons between them.
const labelsText = "sg_labels"

// mapText is the column that has the map called name as text. No column of a
// schema is called like it, for sg_ is reserved.
func mapText(name string) string { return "sg_" + name + "_json" }

// mapOfText is the inverse of mapText.
func mapOfText(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, "sg_")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, "_json")
}

// mapsOf are the indexes of the maps of cols.
func mapsOf(cols []graph.Column) (maps []int) {
	for i, c := range cols {
		if c.Type == graph.Map {
			maps = append(maps, i)
		}
	}
	return maps
}

// plainColumns are the columns of the table nodes_all.
func plainColumns() []column {
	account, region := optional("account_id"), optional("region")
	account.repeats, region.repeats = true, true
	return append(nodeStart(), optional("name"), account, region, properties())
}

// edgeColumns are the columns of the table of edges. They start with the two
// ends, as readers that go by position want.
func edgeColumns(s *graph.Schema) []column {
	list := []column{key("src"), key("dst"), keyRepeats("relationship"), keyRepeats("src_label"), keyRepeats("dst_label"), keyRepeats("path"), key("ref")}
	list = append(list, columnsOf(ownEdgeColumns(s))...)
	return append(list, keyRepeats("sg_scope"), keyRepeats("sg_snapshot"), key("sg_key"))
}

// ownEdgeColumns are the columns of the edge types of s, which all have the same.
func ownEdgeColumns(s *graph.Schema) []graph.Column {
	if len(s.EdgeTypes) == 0 {
		return nil
	}
	return s.EdgeTypes[0].Columns
}

func columnsOf(cols []graph.Column) []column {
	list := make([]column, len(cols))
	for i, c := range cols {
		list[i] = column{Column: c, repeats: c.Type == graph.String && repeats(c.Name), long: c.Type == graph.JSON}
	}
	return list
}

// repeats guesses from its name that a column has few different values.
func repeats(name string) bool {
	i := strings.LastIndexByte(name, '_')
	switch name[i+1:] {
	case "region", "status", "type", "mode", "basis", "framework", "platform":
		return true
	}
	return name == "account_id"
}
