package cypher

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// Rows whose separators run out, together or alone, arrive all the same.
func TestSeparatorsRunOut(t *testing.T) {
	private := func(from, to rune) string {
		var s strings.Builder
		for r := from; r <= to; r++ {
			s.WriteRune(r)
		}
		return s.String()
	}
	control := private(0, 0x1f)
	g := graphtest.Empty()
	model := g.Header.Schema.Label("AWSSageMakerModel")
	add := func(id, text string) {
		v := make([]graph.Value, len(model.Columns))
		v[0], v[4], v[8], v[9] = graph.StringValue(text), graph.IntValue(7), graph.StringsValue([]string{text, ""}), graph.MapValue([]string{text, "x"})
		g.Nodes = append(g.Nodes, &graph.Node{ID: id, Scope: "1/a", Label: model, Values: v})
	}
	add("a", control+private(firstPrivate, 0xee00))
	add("b", private(0xee00, lastPrivate)) // with a, nothing is left
	add("c", "plain")
	add("d", control+private(firstPrivate, lastPrivate)) // by itself, nothing is left
	add("e", control+private(firstPrivate+4, lastPrivate))
	add("f", control+private(firstPrivate+3, lastPrivate)) // three are left
	typ := g.Header.Schema.EdgeType("RESOURCE")
	for _, n := range g.Nodes {
		g.Edges = append(g.Edges, &graph.Edge{Type: typ, From: n.ID, To: "a", FromLabel: model, ToLabel: model, Ref: n.Values[0].Text(), Scope: "1/a", Values: make([]graph.Value, 3)})
	}
	files := write(t, g, Options{})
	graphtest.Equal(t, read(t, files, g.Header), g, graphtest.Options{})
	for text, want := range map[string]int{"UNWIND": 3 + 3, "\nMERGE (n:SgResource {id:v[0]})": 3, "MERGE (n:SgResource {id:'": 2, "MATCH (a:SgResource {id:'": 2} {
		if got := strings.Count(string(files[OutFile]), text); got != want {
			t.Errorf("%q is there %d times, want %d", text, got, want)
		}
	}
}

// Rows of several scopes have theirs in a field; rows of one have it once.
func TestScopes(t *testing.T) {
	g := graphtest.Sample()
	for i, n := range g.Nodes {
		n.Scope = fmt.Sprintf("%d/it's", i%3)
	}
	files := write(t, g, Options{})
	graphtest.Equal(t, read(t, files, g.Header), g, graphtest.Options{})
	out := string(files[OutFile])
	if !strings.Contains(out, "n.sg_scope=v[0]") || strings.Contains(out, "r.sg_scope=v[0]") {
		t.Error("the scope is in the wrong place")
	}
}

// What is only referred to does not erase what is better known: the reader of
// this package's tests does not evaluate the condition.
func TestGuard(t *testing.T) {
	out := string(write(t, graphtest.Sample(), Options{})[OutFile])
	for text, want := range map[string]int{
		"SET n:AWSSageMakerModel\nFOREACH (_ IN CASE WHEN v[4]='true' OR n.sg_scope IN ['012345678901/us-east-1'] OR NOT coalesce(n.observed, n.lastupdated IS NOT NULL) THEN": 1,
		"SET n:AWSS3Bucket:S3Bucket\nFOREACH (_ IN CASE WHEN n.lastupdated IS NULL THEN [1] ELSE [] END | SET n.name=":                                                         1,
		"SET n:AWSAccount\nFOREACH (_ IN CASE WHEN n.lastupdated IS NULL THEN [1] ELSE [] END | SET n.sg_scope=":                                                               1,
	} {
		if got := strings.Count(out, text); got != want {
			t.Errorf("%q is there %d times, want %d", text, got, want)
		}
	}
}

func TestSameHashForSameReference(t *testing.T) {
	var s sink
	key := func(path, ref string) string {
		var k [16]byte
		s.edgeKey(&k, path, ref)
		return string(k[:])
	}
	if key("ab", "c") == key("a", "bc") || key("", "a") == key("a", "") {
		t.Error("path and ref run into each other")
	}
	// An edge's key must stay the same in all versions, or it is there twice.
	if got := key("PrimaryContainer.ModelDataUrl", "s3://artifacts/a.tar.gz"); got != "gTFHQGpKE9aWGMjY" {
		t.Errorf("the key of an edge changed to %s", got)
	}
}

func TestYearsBeyondFourDigits(t *testing.T) {
	for us, want := range map[int64]string{lastMicrosOfYear9999: "9999-12-31T23:59:59.999999Z", lastMicrosOfYear9999 + 1: "+10000-01-01T00:00:00.000000Z", -62198755200000000: "-0001-01-01T00:00:00.000000Z"} {
		if got := string(appendScalar(nil, graph.MicrosValue(us))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

var (
	flag  = []graph.Column{{Name: "observed", Type: graph.Bool}}
	kinds = []*graph.Label{
		{Name: "A", Columns: flag},
		{Name: "B", Columns: flag},
		{Name: "C", Columns: flag},
		{Name: "Image", Extra: []string{"OldImage"}},
		{Name: "Repository", Extra: []string{"Thing"}},
		{Name: "Bucket", Extra: []string{"Thing"}},
	}
)

func pruneOf(t *testing.T, scopes []graph.Scope, types ...*graph.EdgeType) (string, error) {
	t.Helper()
	s, err := graph.NewSchema(kinds, types)
	if err != nil {
		t.Fatal(err)
	}
	g := &graphtest.Graph{Header: &graph.Header{Schema: s, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Tool: "it's; a \"tool\"", Scopes: scopes}}
	files := graphtest.Files{}
	err = g.Write(Open, files.Create)
	if err == nil {
		for name, text := range files {
			checkScript(t, name, text)
		}
	}
	return string(files[PruneFile]), err
}

func TestPruneOwners(t *testing.T) {
	types := []*graph.EdgeType{
		{Name: "USED", Rules: []graph.Rule{
			{Owner: "A", Path: "X", Targets: []string{"Image"}},
			{Owner: "A", Path: "Y", Reverse: true},
			{Owner: "A", Path: "Z", Targets: []string{"B"}, Derived: "needs B"},
			{Owner: "A", Path: "W", Targets: []string{"C"}, Derived: "needs C"},
			{Owner: "A", Path: "V", Targets: []string{"Bucket"}},
			{Owner: "A", Path: "V", Targets: []string{"C"}, Derived: "needs C"},
			{Owner: "C", Path: "X"},
		}},
		{Name: "REPO_IMAGE", Rules: []graph.Rule{{Owner: "Image", Reverse: true, Targets: []string{"Repository"}, Derived: "the URI"}}},
	}
	p, err := pruneOf(t, []graph.Scope{{ID: "1/a", Complete: []string{"A", "B"}}, {ID: "1/b", Complete: []string{"C"}}, {ID: "2/a", Complete: []string{"A", "B"}}}, types...)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"r.sg_scope IN ['1/a','2/a'] AND r.sg_snapshot < '2026-01-02T03:04:05.000000Z'": 1,
		"IN ['A USED X','A USED Z']": 1, // not W and V, which need C
		"IN ['A USED Y']":            1,
		"IN ['C USED X']":            1,
		"l IN ['A','B']":             3,
		"n.sg_scope IN ['1/a','1/b','2/a'] AND n.sg_snapshot < '2026-01-02T03:04:05.000000Z' AND NOT coalesce(n.observed, false)": 2, // image, then repository
		"IN ['Image REPO_IMAGE ']": 2,
		"DETACH DELETE":            4,
	} {
		if got := strings.Count(p, text); got != want {
			t.Errorf("%q is there %d times, want %d in\n%s", text, got, want, p)
		}
	}
}

func TestPruneOfWhatWasNotRead(t *testing.T) {
	p, err := pruneOf(t, []graph.Scope{{ID: "1/a"}})
	if err != nil || strings.Count(p, "DELETE") != 1 || !strings.Contains(p, "NOT coalesce(n.observed, false)") {
		t.Errorf("%v, %s", err, p)
	}
	if p, err := pruneOf(t, nil); err != nil || strings.Contains(p, "MATCH") {
		t.Errorf("%v, %s", err, p)
	}
}

func TestAmbiguousOwner(t *testing.T) {
	rules := []graph.Rule{{Owner: "A", Path: "X", Targets: []string{"B"}}, {Owner: "B", Path: "X", Reverse: true}}
	if _, err := pruneOf(t, nil, &graph.EdgeType{Name: "T", Rules: rules}); err == nil || !strings.Contains(err.Error(), "(A)-[T]->(B)") {
		t.Errorf("got %v", err)
	}
	rules[1].Targets = []string{"C"}
	if _, err := pruneOf(t, nil, &graph.EdgeType{Name: "T", Rules: rules}); err != nil {
		t.Error(err)
	}
}

func TestAdoptedLabels(t *testing.T) {
	s, err := graph.NewSchema(kinds, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := adopted(s), []string{"A", "B", "Bucket", "C", "Image", "OldImage", "Repository"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A property by which foreign nodes are known cannot be our own.
func TestForeignColumn(t *testing.T) {
	s, err := graph.NewSchema([]*graph.Label{{Name: "A", Columns: []graph.Column{{Name: foreign, Type: graph.Int}}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(graphtest.Files{}.Create, &graph.Header{Schema: s}); err == nil {
		t.Error("it was accepted")
	}
}

func BenchmarkWrite(b *testing.B) { graphtest.BenchmarkWrite(b, Open) }
