package cypher

import (
	"bytes"
	"fmt"
	"maps"
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
	add("e", control+private(firstPrivate+5, lastPrivate))
	add("f", control+private(firstPrivate+4, lastPrivate)) // four are left
	typ := g.Header.Schema.EdgeType("RESOURCE")
	for _, n := range g.Nodes {
		g.Edges = append(g.Edges, &graph.Edge{Type: typ, From: n.ID, To: "a", FromLabel: model, ToLabel: model, Ref: n.Values[0].Text(), Scope: "1/a", Values: make([]graph.Value, 3)})
	}
	files := write(t, g, Options{SmallRows: -1})
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
	files := write(t, g, Options{SmallRows: -1})
	graphtest.Equal(t, read(t, files, g.Header), g, graphtest.Options{})
	out := string(files[OutFile])
	if !strings.Contains(out, "n.sg_scope=v[0]") || strings.Contains(out, "r.sg_scope=v[0]") {
		t.Error("the scope is in the wrong place")
	}
}

// What is only referred to does not erase what is better known: the reader of
// this package's tests does not evaluate the condition.
func TestGuard(t *testing.T) {
	out := string(write(t, graphtest.Sample(), Options{SmallRows: -1})[OutFile])
	for text, want := range map[string]int{
		"SET n:AWSSageMakerModel\nFOREACH (_ IN CASE WHEN NOT coalesce(n.sg_snapshot > '2026-01-02T03:04:05.678901Z' AND (n.observed OR coalesce(v[4],'')<>'true'), false) AND (v[4]='true' OR n.sg_scope IN ['012345678901/us-east-1'] OR NOT coalesce(n.observed, n.lastupdated IS NOT NULL)) THEN": 1,
		"SET n:AWSS3Bucket:S3Bucket\nFOREACH (_ IN CASE WHEN NOT coalesce(n.sg_snapshot > '2026-01-02T03:04:05.678901Z', false) AND n.lastupdated IS NULL THEN [1] ELSE [] END | SET n.name=":                                                                                                         1,
		"SET n:AWSAccount\nFOREACH (_ IN CASE WHEN NOT coalesce(n.sg_snapshot > '2026-01-02T03:04:05.678901Z', false) AND n.lastupdated IS NULL THEN [1] ELSE [] END | SET n.sg_scope=":                                                                                                               1,
	} {
		if got := strings.Count(out, text); got != want {
			t.Errorf("%q is there %d times, want %d", text, got, want)
		}
	}
}

// Nor what another snapshot observed, unless all of its kind are known here, or
// each one that is referred to was looked up.
func TestGuardOfWhatWasNotListed(t *testing.T) {
	s, err := graph.NewSchema(kinds, nil)
	if err != nil {
		t.Fatal(err)
	}
	scopes := []graph.Scope{{ID: "1/a", Labels: listed("A", "Bucket")}, {ID: "1/b", Labels: []graph.LabelScope{{Label: "A"}}}, {ID: "1/c", Labels: listed("A")}}
	g := &graphtest.Graph{Header: &graph.Header{Schema: s, Scopes: scopes}}
	for _, label := range []string{"A", "B", "Bucket"} {
		g.Nodes = append(g.Nodes, &graph.Node{ID: label, Scope: "1/a", Label: s.Label(label), Values: []graph.Value{graph.BoolValue(false)}})
	}
	own, shared := string(write(t, g, Options{SmallRows: -1})[OutFile]), string(write(t, g, Options{})[OutFile])
	const (
		seen  = "\nFOREACH (_ IN CASE WHEN NOT coalesce(n.sg_snapshot > '0001-01-01T00:00:00.000000Z' AND (n.observed OR coalesce(v[1],'')<>'true'), false) AND (v[1]='true' "
		known = "OR NOT coalesce(n.observed, n.lastupdated IS NOT NULL)) THEN"
	)
	for _, text := range []string{
		"SET n:A" + seen + "OR n.sg_scope IN ['1/a','1/c'] " + known,
		"SET n:B" + seen + known,
		"SET n:Bucket:Thing" + seen + "OR n.sg_scope IN ['1/a'] " + known,
		`A\t2\t1/a\f1/c\f\tbobserved\n`,
		`B\t2\t\tbobserved\n`,
		`Bucket:Thing\t2\t1/a\f\tbobserved\n`,
	} {
		out := own
		if strings.Contains(text, `\t`) {
			out = shared
		}
		if got := strings.Count(out, text); got != 1 {
			t.Errorf("%q is there %d times, want once in\n%s", text, got, out)
		}
	}
}

func TestSameHashForSameReference(t *testing.T) {
	key := func(path, ref string) string {
		k := graph.EdgeKey(path, ref)
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
		if got := string(new(coder).appendScalar(nil, graph.MicrosValue(us))); got != want {
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
		{Name: "Account", Referred: true},
		{Name: "Image", Extra: []string{"OldImage"}, Referred: true},
		{Name: "Repository", Extra: []string{"Thing"}, Referred: true},
		{Name: "Bucket", Extra: []string{"Thing"}, Referred: true, Columns: flag}, // read where it is referred to
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
			checkScript(t, name, text, false)
		}
	}
	return string(files[PruneFile]), err
}

// listed are labels of which all was read.
func listed(labels ...string) []graph.LabelScope {
	var all []graph.LabelScope
	for _, l := range labels {
		all = append(all, graph.LabelScope{Label: l, Listed: true})
	}
	return all
}

// rules are one of each sort.
func rules() []*graph.EdgeType {
	return []*graph.EdgeType{
		{Name: "USED", Rules: []graph.Rule{
			{Owner: "A", Path: "X", Targets: []string{"Image"}},
			{Owner: "A", Path: "Y", Reverse: true},
			{Owner: "A", Path: "Z", Targets: []string{"B"}, Derived: "needs B"},
			{Owner: "A", Path: "W", Targets: []string{"C"}, Derived: "needs C"},
			{Owner: "A", Path: "V", Targets: []string{"Bucket"}},
			{Owner: "A", Path: "V", Targets: []string{"C"}, Derived: "needs C"},
			{Owner: "B", Path: "X"},
			{Owner: "C", Path: "X"},
		}},
		{Name: "RESOURCE", Rules: []graph.Rule{
			{Owner: "A", Reverse: true, Targets: []string{"Account"}, Derived: "the account"},
			{Owner: "C", Reverse: true, Targets: []string{"Account"}, Derived: "the account"},
			{Owner: "Bucket", Reverse: true, Targets: []string{"Account"}, Derived: "the account"},
		}},
		{Name: "KEY", Rules: []graph.Rule{{Owner: "Bucket", Path: "K"}}},
		{Name: "REPO_IMAGE", Rules: []graph.Rule{{Owner: "Image", Reverse: true, Targets: []string{"Repository"}, Derived: "the URI"}}},
	}
}

// statements returns the parts of a script that have text.
func statements(script, text string) []string {
	var all []string
	for _, s := range strings.Split(script, ";\n") {
		if strings.Contains(s, text) {
			all = append(all, s)
		}
	}
	return all
}

// edgeConditions returns on which conditions the one statement on edges deletes, sorted.
func edgeConditions(t *testing.T, prune, now string) []string {
	t.Helper()
	edges := statements(prune, "DELETE r }")
	if len(edges) == 0 {
		return nil
	}
	_, got, ok := strings.Cut(edges[0], "WHERE r.sg_snapshot < "+now+"\n  AND CASE\n    WHEN ")
	got, end, _ := strings.Cut(got, " THEN true\n    ELSE false END\n")
	if len(edges) != 1 || !ok || end != "CALL (r) { DELETE r } IN TRANSACTIONS OF 1000 ROWS" {
		t.Fatalf("got %s", edges)
	}
	got = strings.NewReplacer("[\n      ", "[", ",\n      ", ",").Replace(got)
	have := strings.Split(got, " THEN true\n    WHEN ")
	slices.Sort(have)
	return have
}

// What may go is exactly what the header's scopes allow.
func TestPruneEdges(t *testing.T) {
	const (
		now   = "'2026-01-02T03:04:05.000000Z'"
		key   = "l + ' ' + type(r) + ' ' + r.path IN "
		seenA = "a.sg_snapshot >= " + now + " AND a.observed"
		seenB = "b.sg_snapshot >= " + now + " AND b.observed"
		a, b  = "any(l IN labels(a) WHERE " + key, "any(l IN labels(b) WHERE " + key
	)
	for _, c := range []struct {
		name   string
		labels []graph.LabelScope
		want   []string // the conditions
	}{
		{"nothing", nil, nil},
		{"all", listed("A", "B", "C"), []string{
			a + "['A USED X','B USED X','C USED X'])", b + "['A RESOURCE ','A USED Y','C RESOURCE '])",
			"b.sg_scope IN ['1/a'] AND " + a + "['A USED V','A USED W','A USED Z'])",
		}},
		{"without C", listed("A", "B"), []string{ // W and V need C
			a + "['A USED X','B USED X'])", b + "['A RESOURCE ','A USED Y'])", "b.sg_scope IN ['1/a'] AND " + a + "['A USED Z'])",
			"NOT coalesce(" + seenA + ", false) AND " + a + "['A USED V','A USED W'])",
		}},
		{"a field was not read", []graph.LabelScope{{Label: "A", Listed: true, Unread: []string{"X", "Y"}}}, []string{
			b + "['A RESOURCE '])",
			"NOT coalesce(" + seenA + ", false) AND " + a + "['A USED V','A USED W','A USED X','A USED Z'])",
			"NOT coalesce(" + seenB + ", false) AND " + b + "['A USED Y'])",
		}},
		{"a field of the other end was not read", []graph.LabelScope{{Label: "A", Listed: true}, {Label: "B", Listed: true, Unread: []string{"X"}}}, []string{
			a + "['A USED X'])", b + "['A RESOURCE ','A USED Y'])",
			"NOT coalesce(" + seenA + ", false) AND " + a + "['A USED V','A USED W','A USED Z','B USED X'])",
		}},
		{"a list that was cut", []graph.LabelScope{{Label: "A", Unread: []string{"V"}}, {Label: "C", Listed: true}}, []string{
			a + "['C USED X'])", b + "['C RESOURCE '])", seenA + " AND " + a + "['A USED X'])", seenB + " AND " + b + "['A USED Y'])",
		}},
		{"the other end's list was cut", []graph.LabelScope{{Label: "A", Listed: true}, {Label: "B"}}, []string{
			a + "['A USED X'])", b + "['A RESOURCE ','A USED Y'])", seenA + " AND " + a + "['B USED X'])",
			"NOT coalesce(" + seenA + ", false) AND " + a + "['A USED V','A USED W','A USED Z'])",
		}},
		{"neighbours that were read or are gone", listed("Bucket"), []string{
			"a.sg_snapshot >= " + now + " AND " + a + "['Bucket KEY K'])", "a.sg_snapshot >= " + now + " AND " + b + "['Bucket RESOURCE '])",
		}},
		{"not all neighbours were read", []graph.LabelScope{{Label: "Bucket"}}, []string{seenA + " AND " + a + "['Bucket KEY K'])"}},
		{"a neighbour's field was not read", []graph.LabelScope{{Label: "Bucket", Listed: true, Unread: []string{"K"}}}, []string{"a.sg_snapshot >= " + now + " AND " + b + "['Bucket RESOURCE '])"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := pruneOf(t, []graph.Scope{{ID: "1/a", Labels: c.labels}}, rules()...)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, w := range c.want {
				want = append(want, "r.sg_scope IN ['1/a'] AND "+w)
			}
			have := edgeConditions(t, p, now)
			slices.Sort(want)
			if !slices.Equal(have, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestPruneNodes(t *testing.T) {
	scopes := []graph.Scope{
		{ID: "1/a", Labels: listed("A", "B")},
		{ID: "1/b", Labels: []graph.LabelScope{{Label: "A"}, {Label: "C", Listed: true, Unread: []string{"X"}}}},
		{ID: "1/global", Labels: listed("Bucket")},
		{ID: "2/a", Labels: listed("A", "B")},
	}
	p, err := pruneOf(t, scopes, rules()...)
	if err != nil {
		t.Fatal(err)
	}
	const before = " AND n.sg_snapshot < '2026-01-02T03:04:05.000000Z'"
	for text, want := range map[string]int{
		"MATCH (n:SgResource)": 2 + 2 + 1, // two groups, deleted or no longer observed; what may be left over
		"n.sg_scope IN ['1/a','2/a']" + before + "\n  AND any(l IN labels(n) WHERE l IN ['A','B'])":      2,
		"n.sg_scope IN ['1/b']" + before + "\n  AND any(l IN labels(n) WHERE l IN ['C'])":                2, // of A not all ids are known
		"AND NOT EXISTS { (n)-[r]-() WHERE r.sg_scope IS NOT NULL AND NOT coalesce(r.inferred, false) }": 2,
		"WITH ['A','B','C'] AS kinds\nMATCH (n:SgResource)\nWHERE n.sg_scope IN [\n      '1/a',\n      '1/b',\n      '1/global',\n      '2/a']" + before +
			" AND (NOT coalesce(n.observed, false) OR NOT any(l IN labels(n) WHERE l IN kinds)) AND n.lastupdated IS NULL\nCALL (n) { SET n:SgLeftover } IN TRANSACTIONS": 1,
		"MATCH (n:SgLeftover) CALL (n) { REMOVE n:SgLeftover } IN TRANSACTIONS":                                                                                  1, // of a run that was stopped
		"WITH ['A','B','C'] AS kinds, [\n      'Account',\n      'Bucket',\n      'Image',\n      'Repository'] AS neighbors, COUNT { (:SgLeftover) } AS most\n": 1,
		"\nWHERE EXISTS { (n)-[r]-(m) WHERE NOT coalesce(r.sg_snapshot < '2026-01-02T03:04:05.000000Z' AND CASE\n    WHEN m:SgLeftover THEN true\n":              1,
		"WHEN startNode(r) = n AND any(l IN labels(n) WHERE l + ' ' + type(r) + ' ' + r.path IN ['Bucket KEY K'])":                                               1,
		"WHEN endNode(r) = n AND any(l IN labels(n) WHERE l + ' ' + type(r) + ' ' + r.path IN ['Bucket RESOURCE ','Image REPO_IMAGE '])":                         1,
		"WITH collect(n) AS held\nFOREACH (n IN held | REMOVE n:SgLeftover)\nRETURN 1 / size(held) AS found\n} IN TRANSACTIONS OF 1 ROW ON ERROR BREAK REPORT STATUS AS status\n" +
			"WITH status.errorMessage AS error WHERE NOT error CONTAINS '/ by zero'\nRETURN date(error) AS failed;": 1,
		"MATCH (n:SgLeftover)\nCALL (n) { DETACH DELETE n } IN TRANSACTIONS": 1,
		"DETACH DELETE": 2 + 1,
	} {
		if got := strings.Count(p, text); got != want {
			t.Errorf("%q is there %d times, want %d in\n%s", text, got, want, p)
		}
	}
}

// What the snapshot has no node of goes all the same: with its edges, but for those that
// a rule of the other end, or a kind that was not listed, may have.
func TestPruneGone(t *testing.T) {
	const now, key = "'2026-01-02T03:04:05.000000Z'", "l + ' ' + type(r) + ' ' + r.path IN "
	s, err := graph.NewSchema(kinds, []*graph.EdgeType{{Name: "USED", Rules: []graph.Rule{
		{Owner: "A", Path: "X", Targets: []string{"Gone"}},
		{Owner: "A", Path: "Y", Targets: []string{"B"}},
		{Owner: "Bucket", Path: "Z", Reverse: true, Targets: []string{"Role"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	p := pruner{now: now, h: &graph.Header{Schema: s, Absent: []string{"Denied", "Gone"}}}
	got := p.ofGone(&group{labels: listed("A", "Bucket", "Gone", "Role")})
	want := []string{
		"any(l IN labels(a) WHERE l IN ['Gone']) AND NOT (coalesce(b.observed, false) AND any(l IN labels(b) WHERE l IN ['Denied']))",
		"b.sg_snapshot >= " + now + " AND coalesce(r.inferred, r.path = '') AND any(l IN labels(a) WHERE l IN ['Role']) AND NOT any(l IN labels(b) WHERE " + key + "['Bucket USED Z'])",
		"any(l IN labels(b) WHERE l IN ['Gone']) AND NOT any(l IN labels(a) WHERE " + key + "['A USED X']) AND NOT (coalesce(a.observed, false) AND any(l IN labels(a) WHERE l IN ['Denied']))",
		"a.sg_snapshot >= " + now + " AND coalesce(r.inferred, r.path = '') AND any(l IN labels(b) WHERE l IN ['Role'])",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := p.ofGone(&group{labels: []graph.LabelScope{{Label: "Gone"}, {Label: "A", Listed: true}}}); got != nil {
		t.Errorf("of what was not listed as a whole goes %v", got)
	}
}

// Scopes of which the same is known share their conditions, and groups of scopes what is
// the same in them.
func TestPruneGroups(t *testing.T) {
	var scopes []graph.Scope
	for i := range 4 {
		s := graph.Scope{ID: fmt.Sprintf("1/%d", i), Labels: listed("A", "B", "C")}
		if i%3 == 0 {
			s.Labels[1].Unread = []string{"X"}
		}
		scopes = append(scopes, s)
	}
	p, err := pruneOf(t, scopes, rules()...)
	if err != nil {
		t.Fatal(err)
	}
	const (
		now  = "'2026-01-02T03:04:05.000000Z'"
		all  = "r.sg_scope IN ['1/0','1/1','1/2','1/3'] AND "
		some = "r.sg_scope IN ['1/0','1/3'] AND "
		rest = "r.sg_scope IN ['1/1','1/2'] AND "
		key  = "l + ' ' + type(r) + ' ' + r.path IN "
		gone = "NOT coalesce(a.sg_snapshot >= " + now + " AND a.observed, false) AND any(l IN labels(a) WHERE " + key
	)
	want := []string{
		all + "any(l IN labels(a) WHERE " + key + "['A USED X','C USED X'])",
		all + "any(l IN labels(b) WHERE " + key + "['A RESOURCE ','A USED Y','C RESOURCE '])",
		some + gone + "['A USED Z','B USED X'])",
		some + "b.sg_scope IN ['1/0','1/3'] AND any(l IN labels(a) WHERE " + key + "['A USED V','A USED W'])",
		rest + "any(l IN labels(a) WHERE " + key + "['B USED X'])",
		rest + "b.sg_scope IN ['1/1','1/2'] AND any(l IN labels(a) WHERE " + key + "['A USED V','A USED W','A USED Z'])",
	}
	slices.Sort(want)
	if have := edgeConditions(t, strings.ReplaceAll(p, "[\n      '1/0',\n      '1/1',\n      '1/2',\n      '1/3']", "['1/0','1/1','1/2','1/3']"), now); !slices.Equal(have, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
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
	if got, want := adopted(s), []string{"A", "Account", "B", "Bucket", "C", "Image", "OldImage", "Repository"}; !slices.Equal(got, want) {
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

func TestBytesDoNotDependOnWorkers(t *testing.T) {
	for name, g := range map[string]*graphtest.Graph{"a label": graphtest.Models(3000), "many": manyLabels(t, 40, 7, "a\nb\tc\x1ed"), "sample": graphtest.Sample()} {
		want := write(t, g, Options{Workers: 1, RowsPerStatement: 500})
		for workers := 2; workers <= 4; workers++ {
			if got := write(t, g, Options{Workers: workers, RowsPerStatement: 500}); !maps.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("%s: %d workers write something else than one", name, workers)
			}
		}
	}
}

func BenchmarkWrite(b *testing.B) { graphtest.BenchmarkWrite(b, Open) }
