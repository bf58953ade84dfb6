package parquet

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// appendImport writes import.sh, which loads the tables with neo4j-admin. A table
// line of it has what header files for Parquet have in two rows: the property
// with its type, and the column that it is read from where that is called
// otherwise. Maps are read from their text, for the importer cannot take them.
func (d *description) appendImport(b *bytes.Buffer) {
	fmt.Fprintf(b, importStart, oneLine(d.header.Tool), d.header.SnapshotID())
	typed, others := d.tables()
	if others != nil {
		typed = append(typed, *others)
	}
	for _, t := range typed {
		labels := []string{"SgResource"}
		if t.label != nil {
			labels = append(labels, t.label.AllLabels()...)
		}
		fmt.Fprintf(b, "table nodes=%s= '%s' '%s'\n", strings.Join(labels, ":"), t.folder, strings.Join(importColumns(t.columns), ","))
	}
	if len(d.types) > 0 {
		fmt.Fprintf(b, "table relationships= %s '%s'\n", edgesFolder, strings.Join(importColumns(edgeColumns(d.header.Schema)), ","))
	}
	b.WriteString(importEnd)
}

// importColumns are columns as the header of the importer has them.
func importColumns(columns []column) (list []string) {
	for _, c := range columns {
		name, own := importRoles(c.Name)
		switch {
		case own:
		case slices.Contains([]string{"resource_type", "labels", "src_label", "dst_label"}, c.Name):
			continue // the labels have it
		case c.Type == graph.Map:
			name = c.Name + ":string=" + mapText(c.Name)
		default:
			if _, ok := mapOfText(c.Name); ok {
				continue
			}
			name = c.Name + ":" + neo4jType(c.Type)
		}
		list = append(list, name)
	}
	return list
}

// importRoles is what the columns are that are more than a property.
func importRoles(name string) (header string, ok bool) {
	header, ok = map[string]string{
		"id": "id:ID", labelsText: ":LABEL=" + labelsText, "src": ":START_ID=src", "dst": ":END_ID=dst", "relationship": ":TYPE=relationship",
	}[name]
	return header, ok
}

func neo4jType(t graph.Type) string {
	switch t {
	case graph.Int:
		return "long"
	case graph.Float:
		return "double"
	case graph.Bool:
		return "boolean"
	case graph.Timestamp:
		return "datetime"
	case graph.Strings:
		return "string[]"
	}
	return "string"
}

const importStart = `#!/bin/sh
# %s, snapshot of %s.
#
# Makes a new Neo4j database (5.26 or later) of the tables beside this file, without
# a server: for millions of nodes. It comes to the graph that cypher/out.cypher
# loads, so out.cypher and prune.cypher of later snapshots go on from it; but the
# importer takes a text without a character for none, and leaves it out of a node.
#
#   sh import.sh [DATABASE [OPTION...]]   the server, or the database, is stopped
#   sh import.sh --finish | cypher-shell  afterwards, when it runs
#
# DATABASE is neo4j, where it is not said; options are those of "neo4j-admin database
# import full", such as --overwrite-destination. NEO4J_ADMIN names another neo4j-admin.
set -eu

if [ "${1-}" = --finish ]; then
	cat <<'END'
CREATE CONSTRAINT sg_resource_id IF NOT EXISTS FOR (n:SgResource) REQUIRE n.id IS UNIQUE;
CREATE INDEX sg_resource_snapshot IF NOT EXISTS FOR (n:SgResource) ON (n.sg_scope, n.sg_snapshot);
CALL db.awaitIndexes(300);
MATCH ()-[r]->() WHERE r.sg_key IS NOT NULL AND (r.path IS NULL OR r.ref IS NULL)
CALL (r) { SET r.path = coalesce(r.path, ''), r.ref = coalesce(r.ref, '') } IN TRANSACTIONS OF 10000 ROWS;
END
	exit
fi

database=${1-neo4j}
[ $# -eq 0 ] || shift
headers=$(mktemp -d)
trap 'rm -rf "$headers"' EXIT
# The tables by a name without spaces and commas, whatever their folder is called.
ln -s "$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)" "$headers/tables"
# Nothing may be added to a snapshot: where it is run in one, its report would be.
case " $*" in
*" --report-file"*) ;;
*) set -- "$@" "--report-file=$headers/report" ;;
esac
n=0

# table OPTION FOLDER COLUMNS adds a table to the arguments.
table() {
	n=$((n + 1))
	printf '%%s\n' "$3" | sed -e 's/=[^,]*//g' >"$headers/$n.csv"
	printf '%%s\n' "$3" | sed -e 's/[^,]*=//g' -e 's/:[^,]*//g' >>"$headers/$n.csv"
	files=$headers/$n.csv
	for file in "$headers/tables/$2"/part-*.parquet; do
		files=$files,$file
	done
	list="$list
--$1$files"
}
list= status=0

`

const importEnd = `
IFS='
'
set -f
# The database goes first: it would be taken for one more file of a table.
# shellcheck disable=SC2086 # one argument a line
"${NEO4J_ADMIN:-neo4j-admin}" database import full "$database" "$@" --input-type=parquet $list || status=$?
[ ! -s "$headers/report" ] || cat "$headers/report" >&2
[ "$status" -eq 0 ] || exit "$status"
cat >&2 <<'END'
Imported. Start the database, and give it what later loads need:
  sh import.sh --finish | cypher-shell
END
`
