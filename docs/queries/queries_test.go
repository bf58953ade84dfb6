package queries_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/docs/queries"
)

// TestPairs holds that each question is there in both languages, and says the same of
// itself in both.
func TestPairs(t *testing.T) {
	scripts, err := filepath.Glob("*.cypher")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, q := range queries.All() {
		name := strings.TrimSuffix(q.File, ".sql")
		files = append(files, name+".cypher")
		sql, cypher := comment(t, name+".sql", "--"), comment(t, name+".cypher", "//")
		if sql != cypher || !strings.HasPrefix(sql, " "+name[:1]+". ") {
			t.Errorf("%s begins with another comment in SQL than in Cypher:\n%s\n%s", name, sql, cypher)
		}
		if len(q.Tables) == 0 && !strings.Contains(q.Select, "questions.") || strings.Contains(q.Select, ";") || strings.Contains(q.Select, "--") {
			t.Errorf("%s is no single query over tables of a snapshot: %s", q.File, q.Select)
		}
	}
	if !slices.Equal(files, scripts) {
		t.Errorf("there are %v, and for the SQL there should be %v", scripts, files)
	}
}

// comment is what a file begins with, without the marks.
func comment(t *testing.T, file, mark string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		rest, ok := strings.CutPrefix(line, mark)
		if !ok {
			break
		}
		b.WriteString(rest)
	}
	return b.String()
}

func TestTables(t *testing.T) {
	i := slices.IndexFunc(queries.All(), func(q queries.Query) bool { return q.Name == "who_can_invoke" })
	if i < 0 {
		t.Fatal("there is no who_can_invoke")
	}
	q := queries.All()[i]
	if len(q.Tables) != 1 || q.Tables[0].Schema != "edges" || q.Tables[0].Name != "CAN_INVOKE" {
		t.Fatalf("%s reads %v", q.File, q.Tables)
	}
	want := []string{"actions list<string>", "conditional bool", "conditions list<string>", "dst string", "ref string", "src string", "via list<string>"}
	var got []string
	for _, c := range q.Tables[0].Columns {
		got = append(got, c.Name+" "+c.Type)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s reads the columns %v, want %v", q.File, got, want)
	}
}
