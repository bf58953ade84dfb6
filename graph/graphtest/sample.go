package graphtest

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// Schema is a small vocabulary with a column of every type.
func Schema() *graph.Schema {
	edgeColumns := []graph.Column{{Name: "inferred", Type: graph.Bool}, {Name: "basis", Type: graph.String}, {Name: "ambiguous", Type: graph.Bool}}
	s, err := graph.NewSchema(
		[]*graph.Label{
			{Name: "AWSSageMakerModel", Doc: "a model", Columns: []graph.Column{
				{Name: "name", Type: graph.String, Source: "ModelName"},
				{Name: "account_id", Type: graph.String},
				{Name: "region", Type: graph.String},
				{Name: "observed", Type: graph.Bool},
				{Name: "count", Type: graph.Int},
				{Name: "share", Type: graph.Float},
				{Name: "creation_time", Type: graph.Timestamp, Source: "CreationTime"},
				{Name: "containers", Type: graph.JSON, Source: "Containers"},
				{Name: "vpc_config_subnets", Type: graph.Strings, Source: "VpcConfig.Subnets"},
				{Name: "tags", Type: graph.Map},
			}},
			{Name: "AWSS3Bucket", Extra: []string{"S3Bucket"}, Referred: true, Doc: "a bucket", Columns: []graph.Column{{Name: "name", Type: graph.String}}},
			{Name: "AWSAccount", Referred: true, Doc: "an account", Columns: nil},
			{Name: "AWSUnused", Referred: true, Doc: "never there", Columns: []graph.Column{{Name: "name", Type: graph.String}}},
		},
		[]*graph.EdgeType{
			{Name: "REFERENCED_ARTIFACTS_IN", Columns: edgeColumns, Rules: []graph.Rule{{Owner: "AWSSageMakerModel", Path: "PrimaryContainer.ModelDataUrl", Targets: []string{"AWSS3Bucket"}}}},
			{Name: "RESOURCE", Columns: edgeColumns, Rules: []graph.Rule{{Owner: "AWSSageMakerModel", Reverse: true, Targets: []string{"AWSAccount"}}}},
			{Name: "UNUSED", Columns: edgeColumns},
		})
	if err != nil {
		panic(err) // the vocabulary above is wrong
	}
	return s
}

func header() *graph.Header {
	return &graph.Header{
		Schema: Schema(), Created: time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC), Tool: "sgexport test",
		Scopes: []graph.Scope{{ID: scope, Labels: []graph.LabelScope{{Label: "AWSSageMakerModel", Listed: true}}}},
	}
}

const scope = "012345678901/us-east-1"

// Empty is a graph without nodes.
func Empty() *Graph { return &Graph{Header: header()} }

// Sample is a small graph of plain values: every type, null, empty, and two
// edges that differ only in their reference.
func Sample() *Graph {
	g := Empty()
	for i := range 40 {
		id := fmt.Sprintf("arn:aws:sagemaker:us-east-1:012345678901:model/m-%02d", i)
		var v []graph.Value
		if i%3 != 0 {
			v = []graph.Value{
				graph.StringValue(fmt.Sprintf("m-%02d", i)), graph.StringValue("012345678901"), graph.StringValue("us-east-1"), graph.BoolValue(i%2 == 0),
				graph.IntValue(int64(i) - 3), graph.FloatValue(float64(i) / 4),
				graph.MicrosValue(1767323045000001 + int64(i)), graph.JSONValue(`{"A":[1,2.5,null,"x"]}`),
				graph.StringsValue([]string{"subnet-b", "subnet-a"}[:i%3]), graph.MapValue([]string{"env", "prod", "team", "ml"}[:i%3*2]),
			}
		}
		g.add(id, v)
	}
	g.Sort()
	return g
}

// add appends a model with values (nil: all null), its bucket and its edges.
func (g *Graph) add(id string, values []graph.Value) {
	s := g.Header.Schema
	model, bucket, account := s.Label("AWSSageMakerModel"), s.Label("AWSS3Bucket"), s.Label("AWSAccount")
	if values == nil {
		values = make([]graph.Value, len(model.Columns))
	}
	if len(g.Nodes) == 0 {
		g.Nodes = append(g.Nodes, &graph.Node{ID: "012345678901", Scope: scope, Label: account},
			&graph.Node{ID: "artifacts", Scope: scope, Label: bucket, Values: []graph.Value{graph.StringValue("artifacts")}})
	}
	g.Nodes = append(g.Nodes, &graph.Node{ID: id, Scope: scope, Label: model, Values: values})
	edge := func(typ string, from, to string, fl, tl *graph.Label, path, ref string, v ...graph.Value) {
		g.Edges = append(g.Edges, &graph.Edge{Type: s.EdgeType(typ), From: from, To: to, FromLabel: fl, ToLabel: tl, Path: path, Ref: ref, Scope: scope, Values: append(v, make([]graph.Value, 3-len(v))...)})
	}
	edge("RESOURCE", "012345678901", id, account, model, "", "")
	edge("REFERENCED_ARTIFACTS_IN", id, "artifacts", model, bucket, "PrimaryContainer.ModelDataUrl", "s3://artifacts/a.tar.gz")
	edge("REFERENCED_ARTIFACTS_IN", id, "artifacts", model, bucket, "PrimaryContainer.ModelDataUrl", "s3://artifacts/"+id, graph.BoolValue(true), graph.StringValue("same "+id))
}

// HostileText is text that has broken some writer or reader.
func HostileText() []string {
	list := []string{
		"", " ", "  two  ", "\n", "\r", "\r\n", "\t", "a\tb\nc\rd", `"`, `'`, "`", `\`, `\\`, `ends with \`, `\u0041`, `\n:begin\n:exit`, "a\n:exit\nb",
		"'; MATCH (n) DETACH DELETE n; //", "/* c */", "// c", "$param", "{x}", "<a href=\"x\">&amp;</a>", "]]>", "<![CDATA[", "&#13;", "a;b;c", "~", "null", "None", "NaN", "true", "1", "-1.5e3", "[1,2]", `{"a":1}`,
		"\x00", "\x01\x02\x1b\x7f", "\x1c\x1d\x1e\x1f", "\u0080\u0085\u009f", "\u2028\u2029", "\ufeffbom", "\ufffd", "\ufffe\uffff", "\ue000\ue001\uf8ff",
		"é", "日本語", "🙂", "👩‍👩‍👧", "\U0010ffff", "a\u0301", "İıſK", strings.Repeat("é'\\x\n", 3000),
	}
	var control strings.Builder
	for r := rune(0); r < 0x100; r++ {
		control.WriteRune(r)
	}
	return append(list, control.String())
}

// Hostile is a graph whose texts are [HostileText], whose numbers are at their
// limits, and whose values are of every type and null and empty.
func Hostile() *Graph {
	g := Empty()
	texts := HostileText()
	ints := []int64{0, -1, 1, math.MaxInt64, math.MinInt64, 1<<53 + 1, -(1<<53 + 1)}
	floats := []float64{0, math.Copysign(0, -1), 1, 0.1, 1e22, 5e-324, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1), 1.0 / 3, 100000, 1e-7}
	times := []int64{0, 1, -1, 1767323045678901, 253402300799999999}
	pick := func(i int) string { return texts[i%len(texts)] }
	for i, s := range texts {
		// An id is never empty; the rest of it may be anything.
		id := "arn:" + s
		var pairs []string
		for _, key := range []string{"a" + pick(i+1), "b" + pick(i+2)} {
			pairs = append(pairs, key, pick(i+3))
		}
		v := []graph.Value{
			graph.StringValue(s), graph.StringValue("012345678901"), graph.StringValue(s), graph.BoolValue(i%2 == 0), graph.IntValue(ints[i%len(ints)]), graph.FloatValue(floats[i%len(floats)]),
			graph.MicrosValue(times[i%len(times)]), graph.JSONValue(string(graph.AppendJSONList(nil, []string{s}))),
			graph.StringsValue([]string{s, "", pick(i + 1)}), graph.MapValue(pairs),
		}
		// One null in each row, at another place each time.
		v[i%len(v)] = graph.Null
		if i%5 == 0 {
			v[8] = graph.StringsValue(nil)
		}
		if i%5 == 1 {
			v[8] = graph.StringsValue([]string{""})
		}
		if i%5 == 2 {
			v[9] = graph.MapValue(nil)
		}
		if i%5 == 3 {
			v[9] = graph.MapValue([]string{"", ""})
		}
		g.add(id, v)
	}
	// A row with a text of one mebibyte.
	v := make([]graph.Value, 10)
	v[0] = graph.StringValue(strings.Repeat("0123456789abcde\n", 1<<16))
	g.add("arn:large", v)
	g.Sort()
	return g
}
