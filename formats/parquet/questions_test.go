package parquet

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/docs/queries"
	"github.com/sgexport/sgexport/graph"
)

// questionSchema has all tables and columns that questions read, but for those that skip
// names: a table, or a table and a column.
func questionSchema(t *testing.T, skip ...string) *graph.Schema {
	t.Helper()
	text := func(names []string, skipped string) (columns []graph.Column) {
		for _, n := range names {
			if slices.Contains([]string{"id", "src", "dst", "path", "ref", "resource_type", "relationship"}, n) || slices.Contains(skip, skipped+" "+n) {
				continue
			}
			c := graph.Column{Name: n, Type: graph.String}
			switch n {
			case "observed", "conditional":
				c.Type = graph.Bool
			case "unread", "actions", "via", "conditions", "depends_on":
				c.Type = graph.Strings
			}
			columns = append(columns, c)
		}
		return columns
	}
	nodes, edges := map[string][]string{}, map[string]bool{}
	var edgeNames []string
	for _, q := range queries.All() {
		for _, table := range q.Tables {
			if table.Schema == "nodes" {
				nodes[table.Name] = append(nodes[table.Name], table.Columns...)
				continue
			}
			edges[table.Name] = true
			edgeNames = append(edgeNames, table.Columns...)
		}
	}
	slices.Sort(edgeNames)
	var labels []*graph.Label
	var types []*graph.EdgeType
	for name, columns := range nodes {
		slices.Sort(columns)
		if !slices.Contains(skip, name) {
			labels = append(labels, &graph.Label{Name: name, Columns: text(slices.Compact(columns), name)})
		}
	}
	for name := range edges {
		if !slices.Contains(skip, name) {
			types = append(types, &graph.EdgeType{Name: name, Columns: text(slices.Compact(slices.Clone(edgeNames)), name)})
		}
	}
	s, err := graph.NewSchema(labels, types)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sqlOf(s *graph.Schema, labels []*graph.Label, types []*graph.EdgeType) (duckdb, athena string) {
	d := describe(&graph.Header{Schema: s, Created: time.Unix(0, 0), Tool: "test"}, labels, types)
	var a, b bytes.Buffer
	d.appendDuckDB(&a)
	d.appendAthena(&b)
	return a.String(), b.String()
}

// TestQuestions has a snapshot without a row of what questions read.
func TestQuestions(t *testing.T) {
	s := questionSchema(t)
	duckdb, athena := sqlOf(s, []*graph.Label{s.Label("AWSRole")}, []*graph.EdgeType{s.EdgeType("CAN_INVOKE")})
	contains := func(name, got string, all ...string) {
		for _, want := range all {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks\n%s\nit is\n%s", name, want, got)
			}
		}
	}
	contains("schema.sql", duckdb,
		`CREATE OR REPLACE VIEW edges."CAN_INVOKE" AS SELECT * FROM read_parquet(`,
		`CREATE OR REPLACE VIEW edges."PUBLIC_IN" AS SELECT CAST(NULL AS BOOLEAN) AS "conditional", CAST(NULL AS VARCHAR) AS "src", CAST(NULL AS VARCHAR[]) AS "via" WHERE false;`,
		"CREATE OR REPLACE VIEW questions.who_can_invoke AS -- docs/queries/3-who-can-invoke.sql\nSELECT c.src AS principal",
	)
	contains("athena.sql", athena,
		"CREATE OR REPLACE VIEW sagemaker.edge_public_in AS\nSELECT CAST(NULL AS boolean) AS \"conditional\", CAST(NULL AS varchar) AS \"src\", CAST(NULL AS array(varchar)) AS \"via\" WHERE false;",
		"CREATE OR REPLACE VIEW sagemaker.who_can_invoke AS\nSELECT c.src AS principal",
		"FROM sagemaker.edge_can_invoke AS c CROSS JOIN",
	)
	if n := strings.Count(duckdb, `VIEW nodes."AWSRole"`); n != 1 {
		t.Errorf("there are %d views of AWSRole", n)
	}
}

// TestQuestionsOfOthers has vocabularies that lack a table, or a column.
func TestQuestionsOfOthers(t *testing.T) {
	for skip, gone := range map[string]string{"CAN_INVOKE": "who_can_invoke", "AWSSageMakerNotebookInstance unread": "notebook_exposure"} {
		got, _ := sqlOf(questionSchema(t, skip), nil, nil)
		for _, q := range queries.All() {
			if has := strings.Contains(got, "VIEW questions."+q.Name+" "); has != (q.Name != gone) {
				t.Errorf("without %s, whether schema.sql has %s is %t", skip, q.Name, has)
			}
		}
		if table, _, _ := strings.Cut(skip, " "); strings.Contains(got, table) {
			t.Errorf("without %s, schema.sql names it all the same", skip)
		}
	}
	s, err := graph.NewSchema(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := sqlOf(s, nil, nil); strings.Contains(got, "VIEW questions.") {
		t.Errorf("a vocabulary without anything has questions:\n%s", got)
	}
}
