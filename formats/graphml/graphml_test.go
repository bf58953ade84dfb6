package graphml

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

func TestConformance(t *testing.T) {
	for name, o := range map[string]Options{"compact": {}, "full": {Full: true}, "strict": {Strict: true}, "full and strict": {Full: true, Strict: true}} {
		t.Run(name, func(t *testing.T) {
			read := func(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
				return read(t, files, h, o, true)
			}
			graphtest.Run(t, o.Open, read, graphtest.Options{Text: kept, NoScope: true})
		})
	}
}

// kept is what XML keeps of a text.
func kept(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return utf8.RuneError
		}
		return r
	}, s)
}

type xmlKey struct {
	ID   string `xml:"id,attr"`
	For  string `xml:"for,attr"`
	Name string `xml:"attr.name,attr"`
	Type string `xml:"attr.type,attr"`
	List string `xml:"attr.list,attr"`
}

type xmlElement struct {
	ID     string `xml:"id,attr"`
	Source string `xml:"source,attr"`
	Target string `xml:"target,attr"`
	Labels string `xml:"labels,attr"`
	Label  string `xml:"label,attr"`
	Data   []struct {
		Key  string `xml:"key,attr"`
		Text string `xml:",chardata"`
	} `xml:"data"`
}

type xmlFile struct {
	Keys  []xmlKey `xml:"key"`
	Graph struct {
		Direction string       `xml:"edgedefault,attr"`
		Nodes     []xmlElement `xml:"node"`
		Edges     []xmlElement `xml:"edge"`
	} `xml:"graph"`
}

func parse(t testing.TB, files graphtest.Files) (f xmlFile) {
	t.Helper()
	if len(files) != 1 {
		t.Fatalf("files: %v", slices.Collect(maps.Keys(files)))
	}
	if err := xml.Unmarshal(files[File], &f); err != nil {
		t.Fatal(err)
	}
	return f
}

var xmlID = regexp.MustCompile(`^[ne][0-9a-f]{32}$`)

// read turns the file back into a graph, by the names of the keys. Lists and
// maps keep more than XML does, thanks to JSON; with cut, no more than that.
func read(t *testing.T, files graphtest.Files, h *graph.Header, o Options, cut bool) *graphtest.Graph {
	t.Helper()
	f := parse(t, files)
	keys := map[string]xmlKey{}
	for _, k := range f.Keys {
		if _, ok := keys[k.ID]; ok {
			t.Errorf("key %s is there twice", k.ID)
		}
		if !slices.Contains([]string{"string", "int", "long", "double", "boolean"}, k.Type) {
			t.Errorf("key %s has type %q", k.ID, k.Type)
		}
		if k.List != "" && o.Strict {
			t.Errorf("key %s: attr.list is not in the schema", k.ID)
		}
		keys[k.ID] = k
	}
	if f.Graph.Direction != "directed" {
		t.Errorf("edges are %q", f.Graph.Direction)
	}
	ids := map[string]bool{}
	data := func(e xmlElement, domain string) map[string]string {
		if ids[e.ID] || !xmlID.MatchString(e.ID) {
			t.Errorf("id %s is there twice, or is none", e.ID)
		}
		ids[e.ID] = true
		m := map[string]string{}
		for _, d := range e.Data {
			k := keys[d.Key]
			if _, ok := m[k.Name]; ok || k.For != domain {
				t.Errorf("%s has %s twice, or it is for %q", e.ID, d.Key, k.For)
			}
			m[k.Name] = d.Text
		}
		return m
	}
	take := func(m map[string]string, name string) string {
		v, ok := m[name]
		if !ok {
			t.Errorf("no %s", name)
		}
		delete(m, name)
		return v
	}
	values := func(m map[string]string, cols []graph.Column) []graph.Value {
		v := make([]graph.Value, len(cols))
		rest := map[string]json.RawMessage{}
		if s, ok := m["properties"]; ok && !o.Full {
			if err := json.Unmarshal([]byte(s), &rest); err != nil || len(rest) == 0 {
				t.Errorf("properties %q: %v", s, err)
			}
			delete(m, "properties")
		}
		for i, c := range cols {
			if s, ok := m[c.Name]; ok {
				v[i] = value(t, s, c.Type, cut)
				delete(m, c.Name)
			} else if raw, ok := rest[c.Name]; ok {
				v[i] = value(t, fromJSON(t, raw, c.Type), c.Type, cut)
				delete(rest, c.Name)
			}
		}
		if len(rest) > 0 {
			t.Errorf("unknown properties %v", rest)
		}
		if len(m) > 0 {
			t.Errorf("unknown data %v", m)
		}
		return v
	}

	g := &graphtest.Graph{Header: h}
	nodes := map[string]*graph.Node{}
	for _, e := range f.Graph.Nodes {
		m := data(e, "node")
		n := &graph.Node{ID: take(m, "uid"), Label: h.Schema.Label(take(m, "labelV"))}
		labels := take(m, "labels")
		if want := ":SgResource:" + strings.Join(n.Label.AllLabels(), ":"); labels != want || !o.Strict && e.Labels != want || o.Strict && e.Labels != "" {
			t.Errorf("%s has labels %q %q, want %q", n.ID, e.Labels, labels, want)
		}
		for _, look := range []string{"label", "r", "g", "b", "size", "x", "y"} {
			take(m, look)
		}
		if family := m["family"]; family != n.Label.Family {
			t.Errorf("family %q, want %q", family, n.Label.Family)
		}
		delete(m, "family")
		n.Values = values(m, n.Label.Columns)
		nodes[e.ID] = n
		g.Nodes = append(g.Nodes, n)
	}
	for _, x := range f.Graph.Edges {
		m := data(x, "edge")
		e := &graph.Edge{Type: h.Schema.EdgeType(take(m, "labelE")), Path: take(m, "path"), Ref: take(m, "ref")}
		if label := take(m, "label"); label != e.Type.Name || !o.Strict && x.Label != label || o.Strict && x.Label != "" {
			t.Errorf("%s has labels %q %q", e.Type.Name, x.Label, label)
		}
		if x.Data[0].Key != "label" {
			t.Errorf("APOC wants the label first, it is %s", x.Data[0].Key)
		}
		look := guessed()
		if m["ambiguous"] != "true" && !strings.Contains(m["properties"], `"ambiguous":true`) {
			look = edgeLookOf(e.Type.Name)
		}
		if weight, guess := take(m, "weight"), take(m, "guess"); weight != look.weight || guess != strconv.FormatBool(look.guess) {
			t.Errorf("%s has weight %s, guess %s", e.Type.Name, weight, guess)
		}
		for _, part := range []string{"r", "g", "b"} {
			if _, ok := m[part]; ok != (look.color != 0) {
				t.Errorf("%s has %s: %t", e.Type.Name, part, ok)
			}
			delete(m, part)
		}
		from, to := nodes[x.Source], nodes[x.Target]
		e.From, e.To, e.FromLabel, e.ToLabel = from.ID, to.ID, from.Label, to.Label
		e.Values = values(m, e.Type.Columns)
		g.Edges = append(g.Edges, e)
	}
	return g
}

// fromJSON is the text that a key of the type would have for a value of properties.
func fromJSON(t *testing.T, raw json.RawMessage, typ graph.Type) string {
	t.Helper()
	var s string
	if typ == graph.Strings || typ == graph.Map || json.Unmarshal(raw, &s) != nil {
		return string(raw)
	}
	return s
}

func value(t *testing.T, s string, typ graph.Type, cut bool) graph.Value {
	t.Helper()
	cutOff := func(s string) string {
		if cut {
			return kept(s)
		}
		return s
	}
	var v graph.Value
	var err error
	switch typ {
	case graph.String:
		v = graph.StringValue(s)
	case graph.JSON:
		v = graph.JSONValue(s)
	case graph.Int:
		var i int64
		i, err = strconv.ParseInt(s, 10, 64)
		v = graph.IntValue(i)
	case graph.Float:
		var f float64
		f, err = strconv.ParseFloat(s, 64)
		v = graph.FloatValue(f)
	case graph.Bool:
		v = graph.BoolValue(s == "true")
		if s != "true" && s != "false" {
			t.Errorf("boolean %q", s)
		}
	case graph.Timestamp:
		var us int64
		us, err = graph.ParseTimestamp(s)
		v = graph.MicrosValue(us)
	case graph.Strings:
		var list []string
		err = json.Unmarshal([]byte(s), &list)
		for i := range list {
			list[i] = cutOff(list[i])
		}
		v = graph.StringsValue(list)
	case graph.Map:
		var m map[string]string
		err = json.Unmarshal([]byte(s), &m)
		var pairs []string
		for _, k := range slices.Sorted(maps.Keys(m)) {
			pairs = append(pairs, cutOff(k), cutOff(m[k]))
		}
		v = graph.MapValue(pairs)
	}
	if err != nil {
		t.Error(err)
	}
	return v
}

func write(t testing.TB, g *graphtest.Graph, o Options) graphtest.Files {
	t.Helper()
	files := graphtest.Files{}
	if err := g.Write(o.Open, files.Create); err != nil {
		t.Fatal(err)
	}
	return files
}

// Control characters are lost in a text, but not in a list or a map.
func TestControlCharactersInLists(t *testing.T) {
	g := graphtest.Empty()
	model := g.Header.Schema.Label("AWSSageMakerModel")
	v := make([]graph.Value, len(model.Columns))
	v[8], v[9] = graph.StringsValue([]string{"a\x00\x1fb", "\r\n\u0085"}), graph.MapValue([]string{"\x01", "\x02"})
	g.Nodes = append(g.Nodes, &graph.Node{ID: "a", Label: model, Values: v})
	o := Options{Full: true}
	graphtest.Equal(t, read(t, write(t, g, o), g.Header, o, false), g, graphtest.Options{})
}

// No reader may see line ends, or what it takes for them, but as references.
func TestLineEndsAreReferences(t *testing.T) {
	escaped, _ := appendText(nil, "a\r\n\t\u0085\u2028\u2029<>&\"'\x00\ufffe\xff\u0080é\U0001f642")
	got := string(escaped)
	want := "a&#13;\n\t&#x85;&#x2028;&#x2029;&lt;&gt;&amp;\"'\ufffd\ufffd\ufffd\u0080é\U0001f642"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestKeyNames(t *testing.T) {
	cols := func(c ...graph.Column) []graph.Column { return c }
	schema, err := graph.NewSchema([]*graph.Label{
		{Name: "A", Columns: cols(graph.Column{Name: "size", Type: graph.Int}, graph.Column{Name: "subnets", Type: graph.Strings})},
		{Name: "B", Columns: cols(graph.Column{Name: "subnets", Type: graph.Strings}, graph.Column{Name: "when", Type: graph.JSON}, graph.Column{Name: "uid", Type: graph.String})},
		{Name: "C", Columns: cols(graph.Column{Name: "size_", Type: graph.Bool}, graph.Column{Name: "when", Type: graph.JSON})},
	}, []*graph.EdgeType{{Name: "T", Columns: cols(graph.Column{Name: "weight", Type: graph.Float}, graph.Column{Name: "uid", Type: graph.String})}})
	if err != nil {
		t.Fatal(err)
	}
	g := &graphtest.Graph{Header: &graph.Header{Schema: schema}}
	for _, l := range schema.Labels {
		n := &graph.Node{ID: l.Name, Label: l}
		for _, c := range l.Columns {
			n.Values = append(n.Values, map[graph.Type]graph.Value{graph.Int: graph.IntValue(1), graph.Strings: graph.StringsValue(nil), graph.Bool: graph.BoolValue(true)}[c.Type])
		}
		g.Nodes = append(g.Nodes, n)
	}
	files := write(t, g, Options{Full: true})
	f := parse(t, files)
	var got []string
	for _, k := range f.Keys[len(ownNodeKeys()):] {
		got = append(got, fmt.Sprint(k.ID, " ", k.Name, " ", k.Type, " ", k.List))
	}
	want := []string{
		"n_size_ size_ boolean ", "n_size__ size__ long ", "n_subnets subnets string string", "n_uid_ uid_ string ", "n_when when string ",
		"label label string ", "labelE labelE string ", "e_path path string ", "e_ref ref string ", "e_weight weight double ", "e_guess guess boolean ",
		"e_r r int ", "e_g g int ", "e_b b int ", "e_uid uid string ", "e_weight_ weight_ double ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i, want := range []string{"n_size__ 1 n_subnets []", "n_subnets []", "n_size_ true"} {
		var data []string
		for _, d := range f.Graph.Nodes[i].Data[10:] {
			data = append(data, d.Key, d.Text)
		}
		if got := strings.Join(data, " "); got != want {
			t.Errorf("node %d: got %s, want %s", i, got, want)
		}
	}
}

// The same thing has the same XML id in every snapshot, and in all versions.
func TestBytesDoNotDependOnWorkers(t *testing.T) {
	g := graphtest.Models(3000)
	var want []byte
	for workers := 1; workers <= 4; workers++ {
		files := graphtest.Files{}
		if err := g.Write(Options{Workers: workers}.Open, files.Create); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = files[File]
		}
		if !bytes.Equal(files[File], want) {
			t.Errorf("%d workers write something else than one", workers)
		}
	}
}

func TestIDsAreStable(t *testing.T) {
	out := write(t, graphtest.Sample(), Options{})[File]
	for _, tag := range []string{
		`<node id="n5ce9ab10ea74270d12620dfacd74d262" labels=":SgResource:AWSAccount">`,
		`<edge id="e39e1cd592a6620a97a6eb599fada38d6" source="n5ce9ab10ea74270d12620dfacd74d262" target="nb5d2cf7b81056d63cfa5192def5ae51b" label="RESOURCE">`,
	} {
		if !bytes.Contains(out, []byte(tag)) {
			t.Errorf("no %s", tag)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range append(graphtest.HostileText(), "\xff", "a\xc2", "\xed\xa0\x80", "\xef\xbf") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got struct {
			Text string `xml:",chardata"`
			Attr string `xml:"a,attr"`
		}
		out, lost := appendText(nil, s)
		escaped := string(out)
		if err := xml.Unmarshal([]byte("<x>"+escaped+"</x>"), &got); err != nil {
			t.Fatalf("%q: %v", escaped, err)
		}
		if want := kept(s); got.Text != want {
			t.Errorf("got %q, want %q", got.Text, want)
		}
		if lost != (got.Text != s) {
			t.Errorf("lost is %t: %q became %q", lost, s, got.Text)
		}
		if strings.ContainsAny(escaped, "\r\u0085\u2028\u2029<>") {
			t.Errorf("%q stands bare", escaped)
		}
	})
}

func BenchmarkWrite(b *testing.B) { graphtest.BenchmarkWrite(b, Open) }
