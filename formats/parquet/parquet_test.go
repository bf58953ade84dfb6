package parquet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

func openFile(t *testing.T, files graphtest.Files, name string) *parquet.File {
	t.Helper()
	b, ok := files[name]
	if !ok {
		t.Fatalf("no file %s", name)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

// readTable reads a file as values of cols, which must be its columns.
func readTable(t *testing.T, files graphtest.Files, name string, cols []graph.Column) [][]graph.Value {
	t.Helper()
	f := openFile(t, files, name)
	var names []string
	for _, field := range f.Schema().Fields() {
		names = append(names, field.Name())
	}
	for i, c := range cols {
		if i >= len(names) || names[i] != c.Name {
			t.Fatalf("%s: got columns %q, want %q at %d", name, names, c.Name, i)
		}
	}
	if len(names) != len(cols) {
		t.Fatalf("%s: got columns %q, want %d", name, names, len(cols))
	}
	var out [][]graph.Value
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		buf := make([]parquet.Row, 10)
		for {
			n, err := rows.ReadRows(buf)
			for _, row := range buf[:n] {
				out = append(out, rowValues(t, row, cols))
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// rowValues puts the leaves of a row together again.
func rowValues(t *testing.T, row parquet.Row, cols []graph.Column) []graph.Value {
	t.Helper()
	leaves := map[int][]parquet.Value{}
	for _, v := range row {
		leaves[v.Column()] = append(leaves[v.Column()], v)
	}
	texts := func(leaf []parquet.Value) []string {
		list := []string{}
		for i, v := range leaf {
			if v.DefinitionLevel() == 2 {
				if v.RepetitionLevel() != min(i, 1) {
					t.Errorf("value %d of a list has repetition level %d", i, v.RepetitionLevel())
				}
				list = append(list, string(v.ByteArray()))
			}
		}
		return list
	}
	values := make([]graph.Value, len(cols))
	leaf := 0
	for i, c := range cols {
		at := leaves[leaf]
		leaf++
		switch {
		case c.Type == graph.Map:
			keys, vals := texts(at), texts(leaves[leaf])
			leaf++
			if at[0].DefinitionLevel() == 0 {
				continue
			}
			var pairs []string
			for j := range keys {
				pairs = append(pairs, keys[j], vals[j])
			}
			values[i] = graph.MapValue(pairs)
		case c.Type == graph.Strings:
			if at[0].DefinitionLevel() > 0 {
				values[i] = graph.StringsValue(texts(at))
			}
		case at[0].IsNull():
		case c.Type == graph.String:
			values[i] = graph.StringValue(string(at[0].ByteArray()))
		case c.Type == graph.JSON:
			values[i] = graph.JSONValue(string(at[0].ByteArray()))
		case c.Type == graph.Int:
			values[i] = graph.IntValue(at[0].Int64())
		case c.Type == graph.Timestamp:
			values[i] = graph.MicrosValue(at[0].Int64())
		case c.Type == graph.Float:
			values[i] = graph.FloatValue(at[0].Double())
		case c.Type == graph.Bool:
			values[i] = graph.BoolValue(at[0].Boolean())
		}
	}
	return values
}

var (
	nodeCols = []graph.Column{{Name: "id", Type: graph.String}, {Name: "resource_type", Type: graph.String}, {Name: "labels", Type: graph.Strings}}
	edgeCols = []graph.Column{{Name: "src", Type: graph.String}, {Name: "dst", Type: graph.String}, {Name: "relationship", Type: graph.String}, {Name: "path", Type: graph.String}, {Name: "ref", Type: graph.String}}
	propCol  = []graph.Column{{Name: "properties", Type: graph.JSON}}
)

// read reads the typed tables, and checks that the plain ones say the same.
func read(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
	g := &graphtest.Graph{Header: h}
	labels := map[string]*graph.Label{}
	var nodes, edges [][]graph.Value // what the plain tables should hold
	for _, l := range h.Schema.Labels {
		name := "parquet/nodes/label=" + l.Name + "/part-00000.parquet"
		if _, ok := files[name]; !ok {
			continue
		}
		for _, v := range readTable(t, files, name, slices.Concat(nodeCols, l.Columns)) {
			n := &graph.Node{ID: v[0].Text(), Label: h.Schema.Label(v[1].Text()), Values: v[3:]}
			if n.Label != l || !slices.Equal(v[2].Strings(), l.AllLabels()) {
				t.Errorf("%s: %s has labels %s and %q", name, n.ID, v[1].Text(), v[2].Strings())
			}
			g.Nodes = append(g.Nodes, n)
			labels[n.ID] = n.Label
			nodes = append(nodes, append(slices.Clone(v[:3]), graph.JSONValue(string(graph.AppendProperties(nil, l.Columns, v[3:])))))
		}
	}
	for _, typ := range h.Schema.EdgeTypes {
		name := "parquet/edges/type=" + typ.Name + "/part-00000.parquet"
		if _, ok := files[name]; !ok {
			continue
		}
		for _, v := range readTable(t, files, name, slices.Concat(edgeCols, typ.Columns)) {
			e := &graph.Edge{From: v[0].Text(), To: v[1].Text(), Type: h.Schema.EdgeType(v[2].Text()), Path: v[3].Text(), Ref: v[4].Text(), Values: v[5:]}
			e.FromLabel, e.ToLabel = labels[e.From], labels[e.To]
			g.Edges = append(g.Edges, e)
			edges = append(edges, append(slices.Clone(v[:5]), graph.JSONValue(string(graph.AppendProperties(nil, typ.Columns, v[5:])))))
		}
	}
	equal := func(name string, cols []graph.Column, want [][]graph.Value) {
		got := readTable(t, files, name, slices.Concat(cols, propCol))
		if !slices.EqualFunc(got, want, func(a, b []graph.Value) bool { return slices.EqualFunc(a, b, graph.Value.Equal) }) {
			t.Errorf("%s has other rows than the typed tables", name)
		}
		for _, row := range got {
			if text := row[len(cols)].Text(); !json.Valid([]byte(text)) {
				t.Errorf("%s: properties are not JSON: %.200s", name, text)
			}
		}
	}
	equal("parquet/nodes_all.parquet", nodeCols, nodes)
	equal("parquet/edges_all.parquet", edgeCols, edges)
	return g
}

func TestConformance(t *testing.T) {
	for _, rows := range []int{0, 7} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			graphtest.Run(t, Options{RowGroupRows: rows}.Open, read, graphtest.Options{NoScope: true})
		})
	}
}

func write(t *testing.T, g *graphtest.Graph, o Options) graphtest.Files {
	t.Helper()
	files := graphtest.Files{}
	if err := g.Write(o.Open, files.Create); err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFiles(t *testing.T) {
	always := []string{"parquet/edges_all.parquet", "parquet/nodes_all.parquet", "parquet/schema.sql"}
	if got := slices.Sorted(maps.Keys(write(t, graphtest.Empty(), Options{}))); !slices.Equal(got, always) {
		t.Errorf("of an empty graph: %q", got)
	}
	want := append([]string{
		"parquet/edges/type=REFERENCED_ARTIFACTS_IN/part-00000.parquet", "parquet/edges/type=RESOURCE/part-00000.parquet",
		"parquet/nodes/label=AWSAccount/part-00000.parquet", "parquet/nodes/label=AWSS3Bucket/part-00000.parquet", "parquet/nodes/label=AWSSageMakerModel/part-00000.parquet",
	}, always...)
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(write(t, graphtest.Sample(), Options{}))); !slices.Equal(got, want) {
		t.Errorf("of the sample: %q", got)
	}
}

// What other readers depend on, by the file's own metadata.
func TestLayout(t *testing.T) {
	files := write(t, graphtest.Sample(), Options{RowGroupRows: 15})
	f := openFile(t, files, "parquet/nodes/label=AWSSageMakerModel/part-00000.parquet")
	const schema = `message schema {
	required binary id (STRING);
	required binary resource_type (STRING);
	optional group labels (LIST) {
		repeated group list {
			required binary element (STRING);
		}
	}
	optional binary name (STRING);
	optional binary account_id (STRING);
	optional binary region (STRING);
	optional boolean observed;
	optional int64 count (INT(64,true));
	optional double share;
	optional int64 creation_time (TIMESTAMP(isAdjustedToUTC=true,unit=MICROS));
	optional binary containers (STRING);
	optional group vpc_config_subnets (LIST) {
		repeated group list {
			required binary element (STRING);
		}
	}
	optional group tags (MAP) {
		repeated group key_value {
			required binary key (STRING);
			required binary value (STRING);
		}
	}
}`
	if got := f.Schema().String(); got != schema {
		t.Errorf("got schema\n%s\nwant\n%s", got, schema)
	}
	meta := f.Metadata()
	if meta.CreatedBy != "sgexport version test(build parquet-go)" {
		t.Errorf("created by %q", meta.CreatedBy)
	}
	for key, want := range map[string]string{"sgexport.tool": "sgexport test", "sgexport.snapshot": "2026-01-02T03:04:05.678901Z", "sgexport.label": "AWSSageMakerModel"} {
		if got, _ := f.Lookup(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	var rows []int64
	for _, group := range meta.RowGroups {
		rows = append(rows, group.NumRows)
		for _, chunk := range group.Columns {
			path := strings.Join(chunk.MetaData.PathInSchema, ".")
			if chunk.MetaData.Codec != format.Zstd {
				t.Errorf("%s is packed with %s", path, chunk.MetaData.Codec)
			}
			encodings := []format.Encoding(chunk.MetaData.Encoding)
			wantDictionary := strings.Contains(path, ".") || path == "resource_type" || path == "account_id" || path == "region"
			if slices.Contains(encodings, format.RLEDictionary) != wantDictionary {
				t.Errorf("%s has encodings %v", path, encodings)
			}
			if slices.ContainsFunc(encodings, func(e format.Encoding) bool {
				return e != format.Plain && e != format.RLE && e != format.RLEDictionary
			}) {
				t.Errorf("%s has encodings %v, which not every reader has", path, encodings)
			}
			for _, page := range chunk.MetaData.EncodingStats {
				if page.PageType == format.DataPageV2 {
					t.Errorf("%s has version 2 pages", path)
				}
			}
			if (chunk.MetaData.BloomFilterOffset != 0) != (path == "id") {
				t.Errorf("%s: bloom filter at %d", path, chunk.MetaData.BloomFilterOffset)
			}
		}
	}
	if !slices.Equal(rows, []int64{15, 15, 10}) {
		t.Errorf("row groups of %d rows", rows)
	}
	id := "arn:aws:sagemaker:us-east-1:012345678901:model/m-07"
	filter := f.RowGroups()[0].ColumnChunks()[0].BloomFilter()
	if found, err := filter.Check(parquet.ValueOf(id)); err != nil || !found {
		t.Errorf("the bloom filter does not know %s: %v", id, err)
	}
	edges := openFile(t, files, "parquet/edges/type=RESOURCE/part-00000.parquet")
	if got, _ := edges.Lookup("sgexport.type"); got != "RESOURCE" {
		t.Errorf("sgexport.type is %q", got)
	}
	if edges.Metadata().RowGroups[0].Columns[0].MetaData.BloomFilterOffset == 0 {
		t.Error("src has no bloom filter")
	}
}

// Row groups end by bytes too, so that a few large rows do not fill the memory.
func TestLargeRows(t *testing.T) {
	g := graphtest.Empty()
	label := g.Header.Schema.Label("AWSS3Bucket")
	name := graph.StringValue(strings.Repeat("0123456789abcdef", 1<<12)) // 64 KiB
	for i := range 40 {
		g.Nodes = append(g.Nodes, &graph.Node{ID: fmt.Sprintf("%02d", i), Label: label, Values: []graph.Value{name}})
	}
	files := write(t, g, Options{rowGroupBytes: 2 << 20})
	for _, table := range []string{"parquet/nodes/label=AWSS3Bucket/part-00000.parquet", "parquet/nodes_all.parquet"} {
		var rows []int64
		for _, group := range openFile(t, files, table).Metadata().RowGroups {
			rows = append(rows, group.NumRows)
		}
		if !slices.Equal(rows, []int64{32, 8}) {
			t.Errorf("%s: row groups of %d rows", table, rows)
		}
	}
	graphtest.Equal(t, read(t, files, g.Header), g, graphtest.Options{NoScope: true})
}

// told is a file that says what a sink told it, in order.
type told struct {
	name string
	log  *[]string
}

func (f told) Write(p []byte) (int, error) { return len(p), nil }
func (f told) Rows(n int64)                { *f.log = append(*f.log, fmt.Sprintf("%s has %d", f.name, n)) }
func (f told) Close() error                { *f.log = append(*f.log, "close "+f.name); return nil }

// Nodes are finished before edges begin, each file once, and each table says
// how many rows it has.
func TestOrderOfFiles(t *testing.T) {
	var log []string
	err := graphtest.Sample().Write(Open, func(name string) (io.WriteCloser, error) {
		name = strings.TrimSuffix(strings.TrimPrefix(name, "parquet/"), "/part-00000.parquet")
		log = append(log, "create "+name)
		return told{name, &log}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"create nodes_all.parquet",
		"create nodes/label=AWSAccount", "nodes/label=AWSAccount has 1", "close nodes/label=AWSAccount",
		"create nodes/label=AWSS3Bucket", "nodes/label=AWSS3Bucket has 1", "close nodes/label=AWSS3Bucket",
		"create nodes/label=AWSSageMakerModel", "nodes/label=AWSSageMakerModel has 40", "close nodes/label=AWSSageMakerModel",
		"nodes_all.parquet has 42", "close nodes_all.parquet",
		"create edges_all.parquet",
		"create edges/type=REFERENCED_ARTIFACTS_IN", "edges/type=REFERENCED_ARTIFACTS_IN has 80", "close edges/type=REFERENCED_ARTIFACTS_IN",
		"create edges/type=RESOURCE", "edges/type=RESOURCE has 40", "close edges/type=RESOURCE",
		"edges_all.parquet has 120", "close edges_all.parquet",
		"create schema.sql", "close schema.sql",
	}
	if !slices.Equal(log, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(log, "\n"), strings.Join(want, "\n"))
	}
}

// After an error every file is closed once, and Close says nothing again.
func TestCloseAfterError(t *testing.T) {
	full := errors.New("disk full")
	for fail := range 8 {
		n := 0
		open := map[string]int{}
		sink, err := Open(func(name string) (io.WriteCloser, error) {
			if n++; n > fail {
				return nil, full
			}
			open[name]++
			return counted{func() { open[name]-- }}, nil
		}, graphtest.Sample().Header)
		if err == nil {
			for _, node := range graphtest.Sample().Nodes {
				if err = sink.Node(node); err != nil {
					break
				}
			}
			for _, edge := range graphtest.Sample().Edges {
				if err != nil {
					break
				}
				err = sink.Edge(edge)
			}
			onClose := sink.Close()
			if err != nil && onClose != nil {
				t.Errorf("file %d: close said %v again", fail, onClose)
			}
			err = errors.Join(err, onClose)
		}
		if !errors.Is(err, full) {
			t.Errorf("file %d: got %v", fail, err)
		}
		for name, n := range open {
			if n != 0 {
				t.Errorf("file %d failed: %s is left open %d times", fail, name, n)
			}
		}
	}
}

type counted struct{ close func() }

func (c counted) Write(p []byte) (int, error) { return len(p), nil }
func (c counted) Close() error                { c.close(); return nil }

func TestSQL(t *testing.T) {
	got := string(write(t, graphtest.Sample(), Options{})["parquet/schema.sql"])
	for _, want := range []string{
		"-- sgexport test, snapshot of 2026-01-02T03:04:05.678901Z.\n",
		"\nCREATE OR REPLACE VIEW nodes_all AS SELECT * FROM read_parquet('nodes_all.parquet');\n",
		"\nCREATE OR REPLACE VIEW nodes.\"AWSS3Bucket\" AS SELECT * FROM read_parquet('nodes/label=AWSS3Bucket/*.parquet', hive_partitioning = false);\n",
		"\nCREATE OR REPLACE VIEW edges.\"RESOURCE\" AS SELECT * FROM read_parquet('edges/type=RESOURCE/*.parquet', hive_partitioning = false);\n",
		"\n-- CREATE EXTERNAL TABLE sagemaker.`node_awssagemakermodel` (\n--   `id` string,\n--   `resource_type` string,\n--   `labels` array<string>,\n--   `name` string,\n",
		"--   `count` bigint,\n--   `share` double,\n--   `creation_time` timestamp,\n--   `containers` string,\n--   `vpc_config_subnets` array<string>,\n--   `tags` map<string,string>\n-- ) STORED AS PARQUET LOCATION 's3://BUCKET/PREFIX/parquet/nodes/label=AWSSageMakerModel/';\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("schema.sql lacks\n%s", want)
		}
	}
	for _, not := range []string{"AWSUnused", "UNUSED"} {
		if strings.Contains(got, not) {
			t.Errorf("schema.sql names %s, of which there is no table", not)
		}
	}
}
