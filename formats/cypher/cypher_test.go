package cypher

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

func TestConformance(t *testing.T) {
	for name, o := range map[string]Options{
		"default": {}, "a row": {RowsPerStatement: 1}, "three rows": {RowsPerStatement: 3}, "small": {MaxStatementBytes: 500},
		"nothing shared": {SmallRows: -1}, "some shared": {SmallRows: 2}, "split": {Split: 2, RowsPerStatement: 3},
	} {
		t.Run(name, func(t *testing.T) { graphtest.Run(t, o.Open, read, graphtest.Options{}) })
	}
	t.Run("falkordb", func(t *testing.T) {
		noNul := func(s string) string { return strings.ReplaceAll(s, "\x00", "\ufffd") }
		// Maps are JSON, which keeps NUL: what is wanted has none.
		mapped := func(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
			g := read(t, files, h)
			for _, n := range g.Nodes {
				for i, v := range n.Values {
					if v.Type() == graph.Map {
						pairs := slices.Clone(v.Pairs())
						for j, s := range pairs {
							pairs[j] = noNul(s)
						}
						n.Values[i] = graph.MapValue(pairs)
					}
				}
			}
			return g
		}
		found := func(g *graphtest.Graph) *graphtest.Graph {
			part := &graphtest.Graph{Header: g.Header}
			for _, n := range g.Nodes {
				one := *n
				one.ID = falkorID(n.ID)
				part.Nodes = append(part.Nodes, &one)
			}
			for _, e := range g.Edges {
				one := *e
				one.From, one.To = falkorID(e.From), falkorID(e.To)
				part.Edges = append(part.Edges, &one)
			}
			return part
		}
		graphtest.Run(t, Options{Dialect: FalkorDB}.Open, mapped, graphtest.Options{Text: noNul, Part: found})
	})
}

// write returns the files of a graph.
func write(t testing.TB, g *graphtest.Graph, o Options) graphtest.Files {
	t.Helper()
	files := graphtest.Files{}
	if err := g.Write(o.Open, files.Create); err != nil {
		t.Fatal(err)
	}
	return files
}

// read evaluates the statements of out.cypher, or of its parts: nothing but their
// text says what a row becomes.
func read(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
	t.Helper()
	falkor := files[PruneFile] == nil && files[AdoptFile] == nil
	var script string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		checkScript(t, name, files[name], falkor)
		if name == PruneFile || name == AdoptFile {
			continue
		}
		text := string(files[name])
		for strings.HasPrefix(text, "//") {
			_, text, _ = strings.Cut(text, "\n")
		}
		script += text
	}
	g := &graphtest.Graph{Header: h}
	r := &reader{t: t, g: g, labels: map[string]*graph.Label{}, p: parser{t: t, s: script, falkor: falkor}}
	if falkor {
		r.p.must(falkorSetup)
	} else {
		r.p.must(setup)
	}
	if len(h.Scopes) > 0 {
		r.p.must(string(refusal(h)))
	}
	for r.p.i < len(r.p.s) {
		r.statement()
	}
	for _, e := range g.Edges {
		e.FromLabel, e.ToLabel = r.labels[e.From], r.labels[e.To]
	}
	// Shared rows come later than their order.
	slices.SortStableFunc(g.Nodes, func(a, b *graph.Node) int { return strings.Compare(a.Label.Name, b.Label.Name) })
	slices.SortStableFunc(g.Edges, func(a, b *graph.Edge) int { return strings.Compare(a.Type.Name, b.Type.Name) })
	return g
}

// checkScript checks what every script must be: ASCII lines, and comments that
// no shell's splitter can misread.
func checkScript(t *testing.T, name string, text []byte, raw bool) {
	t.Helper()
	if text[len(text)-1] != '\n' {
		t.Errorf("%s does not end with a newline", name)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "//") && strings.ContainsAny(line, "'\"`;\\") {
			t.Errorf("%s: a comment that splitters misread: %s", name, line)
		}
	}
	for i, c := range text {
		if raw {
			break // nothing but what a literal cannot have bare: see unescape
		}
		if c != '\n' && (c < ' ' || c > '~') {
			t.Fatalf("%s: byte %#x at %d is not plain ASCII", name, c, i)
		}
	}
}

type reader struct {
	t      *testing.T
	g      *graphtest.Graph
	p      parser
	labels map[string]*graph.Label // by node id
}

func (r *reader) statement() {
	edges := r.p.accept(planAnew)
	if edges || strings.Contains(r.p.s[r.p.i:r.p.i+strings.Index(r.p.s[r.p.i:], ";\n")], " AS b WITH ") {
		r.shared(edges)
		return
	}
	rows := []any{nil} // of a statement without rows
	if r.p.accept("UNWIND ") {
		rows = rows[:0]
		lines := r.p.expression().([]any)
		r.p.must(" AS l WITH split(l,")
		sep := r.p.literal()
		r.p.must(") AS v\n")
		for _, l := range lines {
			rows = append(rows, split(l, sep))
		}
	}
	body := r.p.i
	for _, row := range rows {
		r.p.i = body
		r.p.row, _ = row.([]any)
		if r.p.accept("MERGE (n:SgResource {id:") {
			r.node()
		} else {
			r.edge()
		}
	}
}

// shared evaluates a statement of several labels or types.
func (r *reader) shared(edges bool) {
	p := &r.p
	p.must("UNWIND ")
	blocks := p.expression().([]any)
	p.must(" AS b WITH split(b,")
	c := codes{}
	sep := func(mark int, after string) string {
		start := p.i
		v := p.literal()
		c[mark] = p.s[start+1 : p.i-1]
		p.must(after)
		return v
	}
	row := sep(markRow, ") AS b")
	p.must("\nWITH split(b[0],")
	field := sep(markField, ") AS h, b[1..] AS b UNWIND b AS l WITH ")
	// The rest follows from the separators: see how conversions name them.
	rest := p.s[p.i:]
	literalAfter := func(before string) string {
		i := strings.Index(rest, before) + len(before)
		q := parser{t: r.t, s: rest[i:]}
		q.literal()
		return rest[i+1 : i+q.i-1]
	}
	value := "v[i-1]"
	if edges {
		value = "v[i+5]"
	}
	c[markNull] = literalAfter("nullIf(" + value + ",")
	c[markList] = literalAfter("split(nullIf(" + value + ",'" + c[markNull] + "'),")
	f := form{h: r.g.Header, snapshot: literal(r.g.Header.SnapshotID())}
	text := f.sharedNodes(c)
	if edges {
		text = f.sharedEdges(c)
	}
	_, text, _ = strings.Cut(text, " UNWIND b AS l WITH ")
	p.must(text)
	for _, block := range blocks {
		rows := split(block, row).([]any)
		head := split(rows[0], field).([]any)
		for _, l := range rows[1:] {
			r.sharedRow(head, split(l, field).([]any), c, edges)
		}
	}
}

// sharedRow is what the statement of sharedNodes or sharedEdges does with a row.
func (r *reader) sharedRow(h, v []any, c codes, edge bool) {
	first := 3
	if edge {
		first = 1
	}
	get := func(i int) any {
		if i < len(v) {
			return v[i]
		}
		return nil
	}
	set := map[string]any{"sg_scope": v[0], "sg_snapshot": r.g.Header.SnapshotID()}
	for i := first; i < len(h); i++ {
		column, at := h[i].(string), i-1
		if edge {
			at = i + 5
		}
		q := parser{t: r.t, row: v, s: "nullIf(v[" + strconv.Itoa(at) + "],'" + c[markNull] + "')"}
		function := map[byte]string{'i': "toInteger(%s)", 'f': "toFloat(%s)", 'b': "toBoolean(%s)", 't': "datetime(%s)", 'l': "split(%s,'" + c[markList] + "')[..-1]", 's': "%s"}[column[0]]
		q.s = fmt.Sprintf(function, q.s)
		set[column[1:]] = q.expression()
	}
	if edge {
		r.addEdge(h[0].(string), v[1].(string), v[2].(string), v[3].(string), v[4].(string), v[5].(string), set)
		return
	}
	labels := strings.Split(h[0].(string), ":")
	n := r.addNode(v[1].(string), labels, set)
	if i := observed(n.Label); i >= 0 != (h[1] != "") || i >= 0 && h[1] != strconv.Itoa(2+i) {
		r.t.Errorf("%s: observed is said to be field %v, of columns %d", n.ID, h[1], i)
	}
	if i := observed(n.Label); i >= 0 && !n.Values[i].IsNull() && get(2+i) != fmt.Sprint(n.Values[i].Bool()) {
		r.t.Errorf("%s: observed is not where the condition looks", n.ID)
	}
}

func (r *reader) node() {
	id := r.p.expression().(string)
	r.p.must("}) SET n")
	var labels []string
	for r.p.accept(":") {
		labels = append(labels, r.p.name())
	}
	r.p.must("\nFOREACH (_ IN CASE WHEN ")
	_, rest, _ := strings.Cut(r.p.s[r.p.i:], " THEN [1] ELSE [] END | SET ")
	r.p.i = len(r.p.s) - len(rest)
	set := r.p.assignments("n")
	r.p.must(");\n")
	r.addNode(id, labels, set)
}

func (r *reader) addNode(id string, labels []string, set map[string]any) *graph.Node {
	n := &graph.Node{ID: id, Label: r.g.Header.Schema.Label(labels[0])}
	if !slices.Equal(labels, n.Label.AllLabels()) {
		r.t.Errorf("%s has labels %v", n.ID, labels)
	}
	n.Scope, n.Values = r.values(set, n.Label.Columns)
	if len(set) != 0 {
		r.t.Errorf("%s: more is set: %v", n.ID, set)
	}
	r.labels[n.ID] = n.Label
	r.g.Nodes = append(r.g.Nodes, n)
	return n
}

func (r *reader) edge() {
	r.p.must("MATCH (a:SgResource {id:")
	from := r.p.expression().(string)
	r.p.must("}) MATCH (b:SgResource {id:")
	to := r.p.expression().(string)
	r.p.must("}) MERGE (a)-[r:")
	typ := r.p.name()
	r.p.must(" {sg_key:")
	key := r.p.expression().(string)
	r.p.must("}]->(b)\nFOREACH (_ IN CASE WHEN r.sg_snapshot > " + literal(r.g.Header.SnapshotID()) + " THEN [] ELSE [1] END | SET ")
	set := r.p.assignments("r")
	r.p.must(");\n")
	path, ref := set["path"].(string), set["ref"].(string)
	delete(set, "path")
	delete(set, "ref")
	r.addEdge(typ, from, to, key, path, ref, set)
}

func (r *reader) addEdge(typ, from, to, key, path, ref string, set map[string]any) {
	e := &graph.Edge{Type: r.g.Header.Schema.EdgeType(typ), From: from, To: to, Path: path, Ref: ref}
	e.Scope, e.Values = r.values(set, e.Type.Columns)
	if len(set) != 0 {
		r.t.Errorf("%s: more is set: %v", typ, set)
	}
	if len(key) != 16 {
		r.t.Errorf("key %q", key)
	}
	r.g.Edges = append(r.g.Edges, e)
}

// values takes scope, snapshot and every column out of what is set.
func (r *reader) values(set map[string]any, cols []graph.Column) (scope string, values []graph.Value) {
	scope = set["sg_scope"].(string)
	if set["sg_snapshot"] != r.g.Header.SnapshotID() {
		r.t.Errorf("sg_snapshot is %v", set["sg_snapshot"])
	}
	delete(set, "sg_scope")
	delete(set, "sg_snapshot")
	values = make([]graph.Value, len(cols))
	for i, c := range cols {
		got, ok := set[c.Name]
		if !ok {
			r.t.Fatalf("%s is not set: an old value would stay", c.Name)
		}
		delete(set, c.Name)
		values[i] = value(r.t, got, c.Type)
	}
	return scope, values
}

// value is what Neo4j holds, as a value of the column's type.
func value(t *testing.T, got any, typ graph.Type) graph.Value {
	switch v := got.(type) {
	case string:
		switch typ {
		case graph.String:
			return graph.StringValue(v)
		case graph.JSON:
			return graph.JSONValue(v)
		case graph.Timestamp: // FalkorDB has no times
			if at, err := time.Parse("2006-01-02T15:04:05.000000Z", v); err == nil {
				return graph.TimestampValue(at)
			}
		case graph.Map:
			var m map[string]string
			if err := json.Unmarshal([]byte(v), &m); err != nil {
				t.Fatal(err)
			}
			var pairs []string
			for _, k := range slices.Sorted(maps.Keys(m)) {
				pairs = append(pairs, k, m[k])
			}
			return graph.MapValue(pairs)
		}
	case int64:
		return graph.IntValue(v)
	case float64:
		return graph.FloatValue(v)
	case bool:
		return graph.BoolValue(v)
	case time.Time:
		return graph.TimestampValue(v)
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, e.(string))
		}
		return graph.StringsValue(list)
	case nil:
		return graph.Null
	}
	t.Fatalf("%v is no %s", got, typ)
	return graph.Null
}

// A parser evaluates the few expressions that the writer uses, by Cypher's
// rules.
type parser struct {
	t   testing.TB
	s   string
	i   int
	row []any

	falkor bool
}

func (p *parser) accept(text string) bool {
	if strings.HasPrefix(p.s[p.i:], text) {
		p.i += len(text)
		return true
	}
	return false
}

func (p *parser) must(text string) {
	p.t.Helper()
	if !p.accept(text) {
		p.t.Fatalf("want %q at %.200q", text, p.s[p.i:])
	}
}

func (p *parser) name() string {
	start := p.i
	for p.i < len(p.s) && (p.s[p.i] == '_' || p.s[p.i] >= '0' && p.s[p.i] <= '9' || p.s[p.i]|0x20 >= 'a' && p.s[p.i]|0x20 <= 'z') {
		p.i++
	}
	return p.s[start:p.i]
}

func (p *parser) assignments(entity string) map[string]any {
	set := map[string]any{}
	for {
		p.must(entity + ".")
		name := p.name()
		p.must("=")
		if _, ok := set[name]; ok {
			p.t.Errorf("%s is set twice", name)
		}
		set[name] = p.expression()
		if !p.accept(", ") {
			return set
		}
	}
}

func (p *parser) expression() any {
	switch {
	case p.s[p.i] == '\'':
		return p.literal()
	case p.accept("v["):
		i, err := strconv.Atoi(p.name())
		if err != nil {
			p.t.Fatal(err)
		}
		p.must("]")
		if i >= len(p.row) {
			return nil
		}
		return p.row[i]
	case p.accept("CASE "):
		v := p.expression()
		p.must(" WHEN ")
		null := p.literal()
		p.must(" THEN null ELSE ")
		if other := p.expression(); other != v {
			p.t.Errorf("%v or else %v", v, other)
		}
		p.must(" END")
		if v == null {
			return nil
		}
		return v
	case p.s[p.i] == '-' || p.s[p.i] >= '0' && p.s[p.i] <= '9':
		v := p.number()
		if p.accept("/") {
			if v /= p.number(); math.IsNaN(v) {
				v = math.NaN() // of which there are several
			}
			return v
		}
		if p.accept("*") {
			return v * p.number()
		}
		return v
	case p.accept("["):
		list := []any{}
		for !p.accept("]") {
			if len(list) > 0 {
				p.must(",")
			}
			list = append(list, p.expression())
		}
		return list
	}
	name := p.name()
	if name == "null" {
		return nil
	}
	p.must("(")
	args := []any{p.expression()}
	for p.accept(",") {
		args = append(args, p.expression())
	}
	p.must(")")
	v := p.call(name, args)
	if p.accept("[..-1]") && v != nil {
		v = v.([]any)[:len(v.([]any))-1]
	}
	return v
}

func (p *parser) number() float64 {
	n := strings.IndexFunc(p.s[p.i:], func(r rune) bool { return !strings.ContainsRune("+-.0123456789e", r) })
	text := p.s[p.i : p.i+n]
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !strings.ContainsAny(text, ".e") {
		p.t.Fatalf("%q is no float: %v", text, err)
	}
	p.i += n
	return f
}

func (p *parser) call(name string, args []any) any {
	p.t.Helper()
	s, ok := args[0].(string)
	if !ok {
		return nil
	}
	var v any
	var err error
	switch name {
	case "nullIf":
		if s == args[1] {
			return nil
		}
		return s
	case "split":
		return split(s, args[1].(string))
	case "toInteger":
		v, err = strconv.ParseInt(s, 10, 64)
	case "toFloat":
		v, err = strconv.ParseFloat(s, 64)
	case "toBoolean":
		v, err = strconv.ParseBool(s)
	case "datetime":
		v, err = time.Parse("2006-01-02T15:04:05.000000Z", s)
	default:
		p.t.Fatalf("function %s", name)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

func split(v any, sep string) any {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	list := []any{}
	for _, e := range strings.Split(s, sep) {
		list = append(list, e)
	}
	return list
}

func (p *parser) literal() string {
	p.must("'")
	start := p.i
	for p.s[p.i] != '\'' {
		if p.s[p.i] == '\\' {
			p.i++
		}
		p.i++
	}
	p.i++
	s, err := unescape(p.s[start:p.i-1], p.falkor)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// unescape is what Cypher makes of a literal.
func unescape(s string, raw bool) (string, error) {
	if raw {
		return unescapeRaw(s)
	}
	units := make([]uint16, 0, len(s)) // Cypher's text is UTF-16
	escapes := map[byte]uint16{'\\': '\\', '\'': '\'', '"': '"', 'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' || s[i] >= 0x7f || s[i] < ' ' {
			return "", fmt.Errorf("%q stands bare", s[i])
		}
		if s[i] != '\\' {
			units = append(units, uint16(s[i]))
			continue
		}
		i++
		if i == len(s) {
			return "", io.ErrUnexpectedEOF
		}
		if s[i] != 'u' {
			u, ok := escapes[s[i]]
			if !ok {
				return "", fmt.Errorf("unknown escape %q", s[i])
			}
			units = append(units, u)
			continue
		}
		if i+4 >= len(s) {
			return "", io.ErrUnexpectedEOF
		}
		u, err := strconv.ParseUint(s[i+1:i+5], 16, 16)
		if err != nil {
			return "", err
		}
		if u == '\'' || u == '\\' {
			return "", fmt.Errorf("%q by number ends or escapes too early", rune(u))
		}
		units = append(units, uint16(u))
		i += 4
	}
	return string(utf16.Decode(units)), nil
}

// unescapeRaw is what FalkorDB makes of a literal.
func unescapeRaw(s string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' || s[i] == '\n' || s[i] == 0 {
			return "", fmt.Errorf("%q stands bare", s[i])
		}
		if s[i] != '\\' {
			out.WriteByte(s[i])
			continue
		}
		i++
		c, ok := map[byte]byte{'\\': '\\', '\'': '\'', 'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}[s[i]]
		if !ok {
			return "", fmt.Errorf("unknown escape %q", s[i])
		}
		out.WriteByte(c)
	}
	return out.String(), nil
}

// valid is what is kept of a text: U+FFFD for each byte that is not UTF-8.
func valid(s string) string { return string([]rune(s)) }

func FuzzLiteral(f *testing.F) {
	for _, s := range append(graphtest.HostileText(), "\xff", "a\xc3", "\xed\xa0\x80") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := literal(s)
		got, err := unescape(l[1:len(l)-1], false)
		if err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		if got != valid(s) {
			t.Errorf("%q became %q", s, got)
		}
	})
}

func FuzzRows(f *testing.F) {
	f.Add("a", "b", "c\nd", "e\te", uint16(0), "1/x", "2/y")
	f.Add("", "", "", "", uint16(0xffff), "", "")
	f.Add("\b", "\f", "\n\t", "\x1f\x1e\x1d\x1c", uint16(0x5555), "\n", "\t")
	f.Add(strings.Repeat("\ue000\uf8ff", 9), "\x00\x01\x02\x03", "~", "\xff", uint16(3), "s", "s")
	f.Fuzz(func(t *testing.T, a, b, c, d string, nulls uint16, scope1, scope2 string) {
		g := graphtest.Empty()
		model := g.Header.Schema.Label("AWSSageMakerModel")
		typ := g.Header.Schema.EdgeType("RESOURCE")
		add := func(id, scope string, list, pairs []string, nulls uint16) {
			v := []graph.Value{
				graph.StringValue(a), graph.StringValue(b), graph.StringValue(c), graph.BoolValue(nulls%3 == 0), graph.IntValue(int64(len(a)) - 9),
				graph.FloatValue(float64(nulls) / 3), graph.MicrosValue(int64(nulls) * 1e12), graph.JSONValue(d), graph.StringsValue(list), graph.MapValue(pairs),
			}
			for i := range v {
				if nulls>>i&1 != 0 {
					v[i] = graph.Null
				}
			}
			g.Nodes = append(g.Nodes, &graph.Node{ID: "1" + id, Scope: scope, Label: model, Values: v})
			g.Edges = append(g.Edges, &graph.Edge{
				Type: typ, From: "1" + a, To: "1" + id, FromLabel: model, ToLabel: model, Path: c, Ref: d, Scope: scope,
				Values: []graph.Value{graph.Null, graph.StringValue(b), graph.Null},
			})
		}
		pairs := []string{"x" + valid(c), d, "y", a}
		add(a, valid(scope1), []string{a, b, c}, pairs, nulls)
		add(a+b+"2", valid(scope2), []string{d}, nil, nulls>>3)
		add(b+"3", valid(scope1), nil, pairs[2:], ^nulls)
		graphtest.Equal(t, read(t, write(t, g, Options{}), g.Header), g, graphtest.Options{Text: valid})
	})
}
