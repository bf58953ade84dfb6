package parquet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
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

func textColumns(names ...string) (cols []graph.Column) {
	for _, n := range names {
		cols = append(cols, graph.Column{Name: n, Type: graph.String})
	}
	return cols
}

// nodeCols are the columns of a table of nodes.
func nodeCols(own ...graph.Column) []graph.Column {
	cols := slices.Concat(textColumns("id", "resource_type"), []graph.Column{{Name: "labels", Type: graph.Strings}}, own)
	return cols
}

// readParts reads all files of a table.
func readParts(t *testing.T, files graphtest.Files, folder string, cols []graph.Column) (rows [][]graph.Value) {
	t.Helper()
	for part := 0; ; part++ {
		name := fmt.Sprintf("parquet/%s/part-%05d.parquet", folder, part)
		if _, ok := files[name]; !ok {
			return rows
		}
		more := readTable(t, files, name, cols)
		if len(more) == 0 && part > 0 {
			t.Errorf("%s is empty", name)
		}
		rows = append(rows, more...)
	}
}

// readNodes reads the rows of a label, from its table or from that of others.
func readNodes(t *testing.T, files graphtest.Files, h *graph.Header, l *graph.Label) (nodes []*graph.Node) {
	folder, cols := "nodes/label="+l.Name, l.Columns
	if _, ok := files["parquet/"+folder+"/part-00000.parquet"]; !ok {
		folder, cols = "nodes/label=other", slices.Concat(textColumns("name", "arn", "account_id", "region"), []graph.Column{
			{Name: "observed", Type: graph.Bool}, {Name: "unread", Type: graph.Strings}, {Name: "redactions", Type: graph.JSON}, {Name: "tags", Type: graph.Map},
		})
	}
	all := slices.Concat(nodeCols(cols...), textColumns("sg_scope", "sg_snapshot"))
	for _, c := range cols {
		if c.Type == graph.Map {
			all = append(all, graph.Column{Name: "sg_" + c.Name + "_json", Type: graph.JSON})
		}
	}
	if folder == "nodes/label=other" {
		all = append(all, textColumns("sg_labels")...)
	}
	for _, v := range readParts(t, files, folder, all) {
		if v[1].Text() != l.Name {
			if folder != "nodes/label=other" {
				t.Errorf("%s has a %s", folder, v[1].Text())
			}
			continue
		}
		n := &graph.Node{ID: v[0].Text(), Label: l, Scope: v[3+len(cols)].Text(), Values: make([]graph.Value, len(l.Columns))}
		if !slices.Equal(v[2].Strings(), l.AllLabels()) || v[4+len(cols)].Text() != h.SnapshotID() {
			t.Errorf("%s: %s has labels %q and snapshot %s", folder, n.ID, v[2].Strings(), v[4+len(cols)].Text())
		}
		text := v[5+len(cols):]
		for i, c := range cols {
			own := l.Column(c.Name)
			if own >= 0 {
				n.Values[own] = v[3+i]
			} else if !v[3+i].IsNull() {
				t.Errorf("%s: %s has a %s", folder, n.ID, c.Name)
			}
			if c.Type != graph.Map {
				continue
			}
			want := graph.Null
			if !v[3+i].IsNull() {
				want = graph.JSONValue(string(graph.AppendJSON(nil, v[3+i])))
			}
			if !text[0].Equal(want) {
				t.Errorf("%s: %s has another text than map", folder, n.ID)
			}
			text = text[1:]
		}
		if len(text) > 0 && text[0].Text() != strings.Join(l.AllLabels(), ";") {
			t.Errorf("%s: %s has the labels %s", folder, n.ID, text[0].Text())
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// read reads the typed tables, and checks that the plain one says the same.
func read(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
	g := &graphtest.Graph{Header: h}
	labels := map[string]*graph.Label{}
	var plain [][]graph.Value // what the plain table should hold
	for _, l := range h.Schema.Labels {
		for _, n := range readNodes(t, files, h, l) {
			g.Nodes = append(g.Nodes, n)
			labels[n.ID] = l
			row := []graph.Value{graph.StringValue(n.ID), graph.StringValue(l.Name), graph.StringsValue(l.AllLabels())}
			for _, name := range []string{"name", "account_id", "region"} {
				v := graph.Null
				if i := l.Column(name); i >= 0 {
					v = n.Values[i]
				}
				row = append(row, v)
			}
			plain = append(plain, append(row, graph.JSONValue(string(graph.AppendProperties(nil, l.Columns, n.Values)))))
		}
	}
	own := h.Schema.EdgeTypes[0].Columns
	for _, v := range readParts(t, files, "edges", slices.Concat(textColumns("src", "dst", "relationship", "src_label", "dst_label", "path", "ref"), own, textColumns("sg_scope", "sg_snapshot", "sg_key"))) {
		e := &graph.Edge{
			From: v[0].Text(), To: v[1].Text(), Type: h.Schema.EdgeType(v[2].Text()), FromLabel: labels[v[0].Text()], ToLabel: labels[v[1].Text()],
			Path: v[5].Text(), Ref: v[6].Text(), Values: v[7 : 7+len(own)], Scope: v[7+len(own)].Text(),
		}
		key := graph.EdgeKey(e.Path, e.Ref)
		if rest := v[8+len(own):]; rest[0].Text() != h.SnapshotID() || rest[1].Text() != string(key[:]) {
			t.Errorf("edge from %s has snapshot %s and key %s", e.From, rest[0].Text(), rest[1].Text())
		}
		if v[3].Text() != e.FromLabel.Name || v[4].Text() != e.ToLabel.Name {
			t.Errorf("edge from %s leads from a %s to a %s", e.From, v[3].Text(), v[4].Text())
		}
		g.Edges = append(g.Edges, e)
	}
	cols := nodeCols(slices.Concat(textColumns("name", "account_id", "region"), []graph.Column{{Name: "properties", Type: graph.JSON}})...)
	got := readParts(t, files, "nodes_all", cols)
	if !slices.EqualFunc(got, plain, func(a, b []graph.Value) bool { return slices.EqualFunc(a, b, graph.Value.Equal) }) {
		t.Error("nodes_all has other rows than the typed tables")
	}
	for _, row := range got {
		if text := row[len(cols)-1].Text(); !json.Valid([]byte(text)) {
			t.Errorf("properties are not JSON: %.200s", text)
		}
	}
	return g
}

func TestConformance(t *testing.T) {
	for _, rows := range []int{0, 7} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			graphtest.Run(t, Options{RowGroupRows: rows}.Open, read, graphtest.Options{})
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
	always := []string{"parquet/athena.sql", "parquet/edges/part-00000.parquet", "parquet/import.sh", "parquet/nodes_all/part-00000.parquet", "parquet/schema.sql", "parquet/trino.sql"}
	if got := slices.Sorted(maps.Keys(write(t, graphtest.Empty(), Options{}))); !slices.Equal(got, always) {
		t.Errorf("of an empty graph: %q", got)
	}
	want := append([]string{"parquet/nodes/label=AWSSageMakerModel/part-00000.parquet", "parquet/nodes/label=other/part-00000.parquet"}, always...)
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(write(t, graphtest.Sample(), Options{}))); !slices.Equal(got, want) {
		t.Errorf("of the sample: %q", got)
	}
}

// A file has so many row groups, and then another begins.
func TestParts(t *testing.T) {
	files := write(t, graphtest.Sample(), Options{RowGroupRows: 1})
	var rows []int64
	for _, part := range []string{"0", "1", "2", "3"} {
		f := openFile(t, files, "parquet/edges/part-0000"+part+".parquet")
		if n := len(f.RowGroups()); n > partGroups {
			t.Errorf("part %s has %d row groups", part, n)
		}
		rows = append(rows, f.NumRows())
	}
	if !slices.Equal(rows, []int64{32, 32, 32, 24}) {
		t.Errorf("parts of %d rows", rows)
	}
	if _, ok := files["parquet/nodes_all/part-00002.parquet"]; ok {
		t.Error("42 nodes are in three parts")
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
	required binary sg_scope (STRING);
	required binary sg_snapshot (STRING);
	optional binary sg_tags_json (STRING);
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
			wantDictionary := strings.Contains(path, ".") || slices.Contains([]string{"resource_type", "account_id", "region", "sg_scope", "sg_snapshot"}, path)
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
	edges := openFile(t, files, "parquet/edges/part-00000.parquet")
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
	for _, table := range []string{"parquet/nodes/label=other/part-00000.parquet", "parquet/nodes_all/part-00000.parquet"} {
		var rows []int64
		for _, group := range openFile(t, files, table).Metadata().RowGroups {
			rows = append(rows, group.NumRows)
		}
		if !slices.Equal(rows, []int64{32, 8}) {
			t.Errorf("%s: row groups of %d rows", table, rows)
		}
	}
	graphtest.Equal(t, read(t, files, g.Header), g, graphtest.Options{})
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
		"create nodes_all", "create nodes/label=other", "create nodes/label=AWSSageMakerModel",
		"nodes/label=AWSSageMakerModel has 40", "close nodes/label=AWSSageMakerModel",
		"nodes/label=other has 2", "close nodes/label=other",
		"nodes_all has 42", "close nodes_all",
		"create edges", "edges has 120", "close edges",
		"create schema.sql", "close schema.sql", "create athena.sql", "close athena.sql", "create trino.sql", "close trino.sql",
		"create import.sh", "close import.sh",
	}
	if !slices.Equal(log, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(log, "\n"), strings.Join(want, "\n"))
	}
}

// After an error every file is closed once, and Close says nothing again.
func TestCloseAfterError(t *testing.T) {
	full := errors.New("disk full")
	for fail := range 7 {
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

// The headers that import.sh makes, and what it gives neo4j-admin.
func TestImport(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b, it's")
	for name, data := range write(t, graphtest.Sample(), Options{RowGroupRows: 1}) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// A neo4j-admin that prints its arguments, and the header that is first in each
	// table; the files have to be there. Its report is the last line.
	const script = `#!/bin/sh
for a; do
	echo "$a" | sed 's|=/[^,]*/[0-9]*.csv|=HEADER|; s|/[^,]*/tables/||g; s|=/.*/report|=REPORT|'
	case $a in --report-file=*) echo "bad: $PWD" >"${a#*=}"; esac
	f=${a%%,*}; f=${f##*=}; case $f in *.csv) cat "$f"; esac
	echo "$a" | tr , '\n' | sed -n '2,$p' | while read -r f; do [ -f "$f" ] || echo "no $f"; done
done
`
	if err := os.WriteFile(filepath.Join(dir, "admin"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command("sh", "parquet/import.sh", "graph", "--threads=2")
	cmd.Dir, cmd.Stderr, cmd.Env = dir, &stderr, append(os.Environ(), "NEO4J_ADMIN=./admin", "CDPATH=/tmp:.")
	got, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	const model = "nodes/label=AWSSageMakerModel/part-0000"
	want := strings.Join([]string{
		"database", "import", "full", "graph", "--threads=2", "--report-file=REPORT", "--input-type=parquet",
		"--nodes=SgResource:AWSSageMakerModel=HEADER," + model + "0.parquet," + model + "1.parquet",
		"id:ID,name:string,account_id:string,region:string,observed:boolean,count:long,share:double,creation_time:datetime,containers:string,vpc_config_subnets:string[],tags:string,sg_scope:string,sg_snapshot:string",
		"id,name,account_id,region,observed,count,share,creation_time,containers,vpc_config_subnets,sg_tags_json,sg_scope,sg_snapshot",
		"--nodes=SgResource=HEADER,nodes/label=other/part-00000.parquet",
		"id:ID,name:string,arn:string,account_id:string,region:string,observed:boolean,unread:string[],redactions:string,tags:string,sg_scope:string,sg_snapshot:string,:LABEL",
		"id,name,arn,account_id,region,observed,unread,redactions,sg_tags_json,sg_scope,sg_snapshot,sg_labels",
		"--relationships=HEADER,edges/part-00000.parquet,edges/part-00001.parquet,edges/part-00002.parquet,edges/part-00003.parquet",
		":START_ID,:END_ID,:TYPE,path:string,ref:string,inferred:boolean,basis:string,ambiguous:boolean,sg_scope:string,sg_snapshot:string,sg_key:string",
		"src,dst,relationship,path,ref,inferred,basis,ambiguous,sg_scope,sg_snapshot,sg_key",
	}, "\n") + "\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if begin := "bad: " + dir + "\nImported."; !strings.HasPrefix(stderr.String(), begin) {
		t.Errorf("got\n%s\nwant it to begin with\n%s", &stderr, begin)
	}
	cmd = exec.Command("sh", "parquet/import.sh")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "NEO4J_ADMIN=false")
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("neo4j-admin failed, and import.sh ended with %v", err)
	}
}

func TestSQL(t *testing.T) {
	files := write(t, graphtest.Sample(), Options{})
	for name, lines := range map[string][]string{
		"schema.sql": {
			"-- sgexport test, snapshot of 2026-01-02T03:04:05.678901Z.\n",
			"\nCREATE OR REPLACE VIEW nodes_all AS SELECT * FROM read_parquet('nodes_all/*.parquet', hive_partitioning = false);\n",
			"\nCREATE OR REPLACE VIEW nodes.\"AWSSageMakerModel\" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModel/*.parquet', hive_partitioning = false);\n",
			"\nCREATE OR REPLACE VIEW nodes.\"AWSS3Bucket\" AS SELECT \"id\", \"resource_type\", \"labels\", \"name\", \"sg_scope\", \"sg_snapshot\" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSS3Bucket';\n",
			"\nCREATE OR REPLACE VIEW edges.\"RESOURCE\" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'RESOURCE';\n",
		},
		"athena.sql": {
			"\nCREATE EXTERNAL TABLE IF NOT EXISTS sagemaker.`node_awssagemakermodel` (\n  `id` string,\n  `resource_type` string,\n  `labels` array<string>,\n  `name` string,\n",
			"  `count` bigint,\n  `share` double,\n  `creation_time` timestamp,\n  `containers` string,\n  `vpc_config_subnets` array<string>,\n  `tags` map<string,string>,\n",
			"  `sg_tags_json` string\n) STORED AS PARQUET LOCATION 's3://BUCKET/PREFIX/parquet/nodes/label=AWSSageMakerModel/';\n",
			"\nCREATE OR REPLACE VIEW sagemaker.node_awss3bucket AS\nSELECT \"id\", \"resource_type\", \"labels\", \"name\", \"sg_scope\", \"sg_snapshot\" FROM sagemaker.nodes_other WHERE resource_type = 'AWSS3Bucket';\n",
			"\nCREATE OR REPLACE VIEW sagemaker.edge_resource AS\nSELECT * FROM sagemaker.edges_all WHERE relationship = 'RESOURCE';\n",
		},
		"trino.sql": {
			"\nCREATE TABLE IF NOT EXISTS sagemaker.\"edges_all\" (\n  \"src\" varchar,\n",
			") WITH (format = 'PARQUET', external_location = 's3://BUCKET/PREFIX/parquet/edges/');\n",
		},
	} {
		got := string(files["parquet/"+name])
		for _, want := range lines {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks\n%s", name, want)
			}
		}
		for _, not := range []string{"AWSUnused", "UNUSED", "awsunused", "unused"} {
			if strings.Contains(got, not) {
				t.Errorf("%s names %s, of which there is no table", name, not)
			}
		}
	}
}
