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
// names: a table and a column.
func questionSchema(t *testing.T, skip ...string) *graph.Schema {
	t.Helper()
	columnsOf := func(read []queries.Column, skipped string) (columns []graph.Column) {
		for _, c := range read {
			typ, ok := graph.ParseType(c.Type)
			if !ok {
				t.Fatalf("%s has the type %q", c.Name, c.Type)
			}
			one := graph.Column{Name: c.Name, Type: typ}
			if !slices.Contains([]string{"id", "src", "dst", "path", "ref", "resource_type", "relationship"}, c.Name) && !slices.Contains(skip, skipped+" "+c.Name) && !slices.Contains(columns, one) {
				columns = append(columns, one)
			}
		}
		return columns
	}
	nodes, edges := map[string][]queries.Column{}, map[string]bool{}
	var edgeColumns []queries.Column
	for _, q := range queries.All() {
		for _, table := range q.Tables {
			if table.Schema == "nodes" {
				nodes[table.Name] = append(nodes[table.Name], table.Columns...)
				continue
			}
			edges[table.Name] = true
			edgeColumns = append(edgeColumns, table.Columns...)
		}
	}
	var labels []*graph.Label
	var types []*graph.EdgeType
	for name, columns := range nodes {
		labels = append(labels, &graph.Label{Name: name, Columns: columnsOf(columns, name)})
	}
	for name := range edges {
		types = append(types, &graph.EdgeType{Name: name, Columns: columnsOf(edgeColumns, name)})
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

// TestQuestionsOfOthers has a vocabulary whose table lacks a column, and one without
// any table, of which the questions have no row.
func TestQuestionsOfOthers(t *testing.T) {
	s := questionSchema(t, "AWSSageMakerNotebookInstance unread")
	lacking, _ := sqlOf(s, []*graph.Label{s.Label("AWSSageMakerNotebookInstance")}, nil)
	empty, err := graph.NewSchema(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	none, _ := sqlOf(empty, nil, nil)
	for _, q := range queries.All() {
		view := "VIEW questions." + q.Name + " "
		if has := strings.Contains(lacking, view); has != (q.Name != "notebook_exposure") {
			t.Errorf("without a column, whether schema.sql has %s is %t", q.Name, has)
		}
		if !strings.Contains(none, view) {
			t.Errorf("without any table, schema.sql lacks %s", q.Name)
		}
	}
}
