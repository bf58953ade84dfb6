package graphtest

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// Random is a graph that is as odd as a graph may be, another for each seed: its
// labels with and without columns, hostile texts everywhere, numbers and times at
// their limits, all kinds of nothing, parallel edges, loops, and a value of one
// mebibyte. The same seed is the same graph.
func Random(seed uint64) *Graph {
	r := &random{rand.New(rand.NewPCG(seed, 0)), HostileText()}
	schema := r.schema()
	g := &Graph{Header: &graph.Header{
		Schema: schema, Created: time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC), Tool: "sgexport test",
		Scopes: []graph.Scope{{ID: scope}},
	}}
	seen := map[string]bool{}
	for range 20 + r.IntN(60) {
		label := pick(r, schema.Labels)
		id := r.id()
		for seen[inXML(id)] {
			id += "+"
		}
		seen[inXML(id)] = true
		g.Nodes = append(g.Nodes, &graph.Node{ID: id, Scope: r.scope(), Label: label, Values: r.values(label.Columns)})
	}
	r.large(g)
	for range 2 * len(g.Nodes) {
		g.Edges = append(g.Edges, r.edges(g)...)
	}
	edges := map[string]bool{}
	g.Edges = slices.DeleteFunc(g.Edges, func(e *graph.Edge) bool {
		identity := fmt.Sprintf("%s %q", e.Type.Name, []string{inXML(e.From), inXML(e.To), inXML(e.Path), inXML(e.Ref)})
		twice := edges[identity]
		edges[identity] = true
		return twice
	})
	g.Sort()
	return g
}

// inXML is a text as XML has it. What readers tell nodes and edges apart by differs
// in more than what XML cannot hold, so that those who read it can compare.
func inXML(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return '\ufffd'
		}
		return r
	}, s)
}

type random struct {
	*rand.Rand
	hostile []string
}

func pick[T any](r *random, list []T) T { return list[r.IntN(len(list))] }

// schema returns labels with some of the columns that there are, a few of each
// type, and with none at all; and edge types.
func (r *random) schema() *graph.Schema {
	var columns []graph.Column
	for t := graph.String; t <= graph.Map; t++ {
		for _, letter := range "abc" {
			columns = append(columns, graph.Column{Name: fmt.Sprintf("%s_%c", strings.Trim(strings.NewReplacer("<", "_", ">", "", ",", "_").Replace(t.String()), "_"), letter), Type: t})
		}
	}
	labels := []*graph.Label{{Name: "AWSAccount", Referred: true}}
	for i, name := range []string{"AWSS3Bucket", "AWSRole", "AWSSageMakerEndpoint", "AWSSageMakerModel", "AWSSageMakerTrainingJob"} {
		l := &graph.Label{Name: name, Referred: i < 2, Columns: []graph.Column{{Name: "name", Type: graph.String}}}
		if i < 2 {
			l.Extra = []string{"Old" + name, "Older" + name}[:1+r.IntN(2)]
		}
		for _, c := range columns {
			if i > 1 && r.IntN(2) == 0 {
				l.Columns = append(l.Columns, c)
			}
		}
		labels = append(labels, l)
	}
	edgeColumns := []graph.Column{{Name: "inferred", Type: graph.Bool}, {Name: "basis", Type: graph.String}, {Name: "via", Type: graph.Strings}}
	var types []*graph.EdgeType
	for _, name := range []string{"READ_FROM", "RESOURCE", "USED", "USED_IMAGE"} {
		types = append(types, &graph.EdgeType{Name: name, Columns: edgeColumns})
	}
	s, err := graph.NewSchema(labels, types)
	if err != nil {
		panic(err) // the vocabulary above is wrong
	}
	return s
}

// text returns any text that is UTF-8: what is not is replaced where text comes
// from AWS, before it is a value of a graph.
func (r *random) text() string {
	switch r.IntN(8) {
	case 0:
		return ""
	case 1, 2:
		return pick(r, r.hostile)
	case 3:
		return fmt.Sprint(r.Int64())
	}
	var b strings.Builder
	for range r.IntN(12) {
		switch r.IntN(6) {
		case 0:
			b.WriteString(pick(r, r.hostile[:60]))
		case 1:
			b.WriteRune(rune(r.IntN(0x20)))
		case 2:
			b.WriteRune(rune(0x7f + r.IntN(0x21)))
		case 3:
			b.WriteRune(pick(r, []rune("\u2028\u2029\ufeff\u202e\u05d0\u0627\ud7ff\ue000\uffff\ufffd\U00010000\U0010ffffß'\"\\`$&<>;,|{}[]()")))
		case 4:
			b.WriteString(pick(r, []string{"\r\n", `\u0041`, "]]>", "-->", `\\`, "''", `""`, "&amp;", "\xed\xa0\x80", "\xff"}))
		default:
			b.WriteRune(rune('a' + r.IntN(26)))
		}
	}
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// id returns a text that may be an id: it is not empty, and short enough for the
// indexes of databases.
func (r *random) id() string {
	s := r.text()
	if len(s) > 1000 {
		s = strings.ToValidUTF8(s[:1000], "")
	}
	if r.IntN(2) == 0 || s == "" {
		s = "arn:aws:sagemaker:us-east-1:012345678901:model/" + s
	}
	return s
}

func (r *random) scope() string { return pick(r, []string{scope, scope, "012345678901/global", ""}) }

func (r *random) values(cols []graph.Column) []graph.Value {
	values := make([]graph.Value, len(cols))
	for i, c := range cols {
		if r.IntN(5) > 0 {
			values[i] = r.value(c.Type)
		}
	}
	return values
}

// The first and the last microsecond that a time may be: the years 1 to 9999.
const firstMicro, lastMicro = -62135596800000000, 253402300799999999

func (r *random) value(t graph.Type) graph.Value {
	switch t {
	case graph.String:
		return graph.StringValue(r.text())
	case graph.Int:
		return graph.IntValue(pick(r, []int64{0, 1, -1, math.MaxInt64, math.MinInt64, 1<<53 + 1, -1<<53 - 1, math.MaxInt32, r.Int64() - r.Int64()}))
	case graph.Float:
		return graph.FloatValue(pick(r, []float64{
			0, math.Copysign(0, -1), 1, -1.5, 1<<53 + 2, math.MaxFloat64, math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 2.2250738585072011e-308,
			math.NaN(), math.Inf(1), math.Inf(-1), 1e21, 1e-6, 9.5e-7, 1.0 / 3, math.Float64frombits(r.Uint64()), r.NormFloat64(),
		}))
	case graph.Bool:
		return graph.BoolValue(r.IntN(2) == 0)
	case graph.Timestamp:
		return graph.MicrosValue(pick(r, []int64{0, -1, 1, firstMicro, lastMicro, 951782400000000, r.Int64N(lastMicro)}))
	case graph.JSON:
		return graph.JSONValue(pick(r, []string{"null", "{}", "[]", `""`, "-0", "1e400", string(graph.AppendJSONMap(nil, r.pairs())), string(graph.AppendJSONList(nil, r.list()))}))
	case graph.Strings:
		return graph.StringsValue(r.list())
	}
	return graph.MapValue(r.pairs())
}

func (r *random) list() []string {
	list := make([]string, r.IntN(4))
	for i := range list {
		list[i] = r.text()
	}
	return list
}

// pairs are those of a map, with keys that differ in case alone among them.
func (r *random) pairs() []string {
	values := map[string]string{}
	for range r.IntN(4) {
		values[r.text()] = r.text()
	}
	if r.IntN(3) == 0 {
		values["Owner"], values["owner"] = r.text(), r.text()
	}
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, key, values[key])
	}
	return pairs
}

// large gives one node a name of one mebibyte.
func (r *random) large(g *Graph) {
	for _, n := range g.Nodes {
		if i := n.Label.Column("name"); i >= 0 {
			s := "\n" + r.text() + "0123456789abcdé"
			n.Values[i] = graph.StringValue(strings.Repeat(s, 1+(1<<20)/len(s)))
			return
		}
	}
}

// edges are one edge or a few, which differ in path or ref alone.
func (r *random) edges(g *Graph) []*graph.Edge {
	from, to := pick(r, g.Nodes), pick(r, g.Nodes)
	if r.IntN(8) == 0 {
		to = from
	}
	one := graph.Edge{
		Type: pick(r, g.Header.Schema.EdgeTypes), From: from.ID, To: to.ID, FromLabel: from.Label, ToLabel: to.Label,
		Path: pick(r, []string{"", "A[].B", r.text()}), Ref: r.text(), Scope: r.scope(),
	}
	one.Values = r.values(one.Type.Columns)
	edges := []*graph.Edge{&one}
	for range r.IntN(8) / 6 {
		other := one
		other.Ref += "'"
		other.Values = r.values(one.Type.Columns)
		edges = append(edges, &other)
	}
	return edges
}
