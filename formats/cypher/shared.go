package cypher

import (
	"fmt"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// Neo4j plans each statement that looks different, which on a fresh server costs
// more than the rows of most labels do. So labels of few rows share one statement in
// which labels, types and names of properties are data, too. Its text is blocks, one
// for each label or type: a first row that says what the others are, and those.
//
// A row costs more so, for MERGE looks at edges of all types that a node has: what
// has many rows gets statements of its own.
type shared struct {
	text  []byte // blocks
	rows  int
	used  charset
	seps  separators
	codes codes
	head  []byte // scratch
}

// share adds the rows that a chunk has in its batch as a block. It reports false, and
// adds nothing, where the block would have no separators.
func (w *writer) share(c *chunk) bool {
	b, sh := &c.batch, &w.shared
	if sh.rows > 0 && (sh.rows+b.n > w.maxRows || len(sh.text)+len(b.buf) > w.maxBytes) {
		w.flushShared()
	}
	listed := w.listed(c.label)
	for _, scope := range listed {
		sh.head = b.appendEscaped(sh.head[:0], scope)
	}
	both := sh.used.with(&b.used)
	seps, ok := both.choose(sh.seps)
	if !ok && sh.rows > 0 {
		w.flushShared()
		both = b.used
		seps, ok = both.choose(separators{})
	}
	if !ok {
		return false
	}
	if seps != sh.seps {
		codes := b.codesOf(seps)
		sh.text = b.recode(sh.text, sh.codes, codes)
		sh.seps, sh.codes = seps, codes
	}
	if b.seps != seps {
		b.recodeAll(seps)
	}
	sh.used = both
	if sh.rows > 0 {
		sh.text = append(sh.text, sh.codes[markBlock]...)
	}
	sh.text = append(sh.appendHead(sh.text, c, listed), sh.codes[markRow]...)
	sh.text = b.appendScoped(sh.text)
	sh.rows += b.n
	return true
}

// listed are the scopes in which all ids of a label are known, where its nodes can be
// observed.
func (f *form) listed(l *graph.Label) []string {
	if l == nil || observed(l) < 0 {
		return nil
	}
	return listedIn(f.h.Scopes, l)
}

// appendHead appends the first row of a block. Of a label: its labels, which field of
// a row says that it was observed, the scopes in which all were listed. Of a type: its
// name. Then the columns, each with a letter for its type before the name.
func (sh *shared) appendHead(dst []byte, of *chunk, listed []string) []byte {
	c := sh.codes
	var columns []graph.Column
	if of.label == nil {
		dst = append(dst, of.typ.Name...)
		columns = of.typ.Columns
	} else {
		dst = append(append(dst, strings.Join(of.label.AllLabels(), ":")...), c[markField]...)
		if i := observed(of.label); i >= 0 {
			dst = fmt.Append(dst, 2+i)
		}
		dst = append(dst, c[markField]...)
		for _, scope := range listed {
			dst = append(of.batch.appendEscaped(dst, scope), c[markList]...)
		}
		columns = of.label.Columns
	}
	for _, column := range columns {
		dst = append(append(append(dst, c[markField]...), letter(column.Type)), column.Name...)
	}
	return dst
}

// letter says how text becomes a value of a type.
func letter(t graph.Type) byte {
	switch t {
	case graph.Int:
		return 'i'
	case graph.Float:
		return 'f'
	case graph.Bool:
		return 'b'
	case graph.Timestamp:
		return 't'
	case graph.Strings:
		return 'l'
	}
	return 's'
}

// flushShared ends the shared statement.
func (w *writer) flushShared() {
	sh := &w.shared
	if sh.rows == 0 || w.script.err != nil {
		return
	}
	c := sh.codes
	w.script.statement(sh.rows, losses{}) // FalkorDB has no shared ones
	if w.edges {
		w.script.text(planAnew)
	}
	w.script.text("UNWIND split('")
	w.script.bytes(sh.text)
	w.script.text("','" + c[markBlock] + "') AS b WITH split(b,'" + c[markRow] + "') AS b")
	if w.edges {
		w.script.text(w.sharedEdges(c))
	} else {
		w.script.text(w.sharedNodes(c))
	}
	w.script.flush()
	sh.text, sh.rows, sh.used, sh.seps = sh.text[:0], 0, charset{}, separators{}
}

// sharedNodes is what is done with each row of shared nodes; the condition is that of
// guard.
func (f *form) sharedNodes(c codes) string {
	seen := "coalesce(v[toInteger(h[1])],'')"
	return "\nWITH split(b[0],'" + c[markField] + "') AS h, b[1..] AS b UNWIND b AS l WITH h, split(l,'" + c[markField] + "') AS v\n" +
		"MERGE (n:SgResource {id:v[1]}) SET n:$(split(h[0],':'))\n" +
		"FOREACH (_ IN CASE WHEN NOT coalesce(n.sg_snapshot > " + f.snapshot + " AND (n." + observedColumn + " OR " + seen + "<>'true'), false) AND (" +
		seen + "='true' OR n.sg_scope IN split(h[2],'" + c[markList] + "')[..-1] OR NOT coalesce(n." + observedColumn + ", n." + foreign + " IS NOT NULL)) THEN [1] ELSE [] END |\n" +
		"SET n.sg_scope=v[0], n.sg_snapshot=" + f.snapshot + "\n" +
		"FOREACH (i IN range(3,size(h)-1) | SET n[substring(h[i],1)]=" + f.sharedValue("v[i-1]", c) + "));\n"
}

// planAnew begins a shared statement of edges. A plan made where there were no edges
// looks through all edges for each row, and a server keeps it for the next load.
const planAnew = "CYPHER replan=force\n"

// sharedEdges is what is done with each row of shared edges. It is no MERGE: where
// Neo4j 2026.08 looks for a type that is data among all edges of that type, which it
// plans where there are few, it takes some of other nodes for the one that is meant.
func (f *form) sharedEdges(c codes) string {
	set := func(edge string) string {
		return "FOREACH (i IN range(1,size(h)-1) | SET " + edge + "[substring(h[i],1)]=" + f.sharedValue("v[i+5]", c) + "))"
	}
	return "\nWITH split(b[0],'" + c[markField] + "') AS h, b[1..] AS b UNWIND b AS l WITH h, split(l,'" + c[markField] + "') AS v\n" +
		"MATCH (a:SgResource {id:v[1]}) MATCH (b:SgResource {id:v[2]}) OPTIONAL MATCH (a)-[r]->(b) WHERE type(r)=h[0] AND r.sg_key=v[3]\n" +
		"FOREACH (_ IN CASE WHEN r IS NULL THEN [1] ELSE [] END | CREATE (a)-[c:$(h[0]) {sg_key:v[3], path:v[4], ref:v[5], sg_scope:v[0], sg_snapshot:" + f.snapshot + "}]->(b)\n" +
		set("c") + "\n" +
		"FOREACH (_ IN CASE WHEN r IS NULL OR r.sg_snapshot > " + f.snapshot + " THEN [] ELSE [1] END | SET r.path=v[4], r.ref=v[5], r.sg_scope=v[0], r.sg_snapshot=" + f.snapshot + "\n" +
		set("r") + ";\n"
}

// sharedValue is a field as the value that its column's letter says.
func (f *form) sharedValue(field string, c codes) string {
	text := nullIf(f.dialect, field, c[markNull])
	out := "CASE left(h[i],1)"
	for _, t := range []graph.Type{graph.String, graph.Timestamp, graph.Bool, graph.Int, graph.Strings} {
		out += " WHEN '" + string(letter(t)) + "' THEN " + convert(f.dialect, t, text, c[markList])
	}
	return out + " ELSE " + convert(f.dialect, graph.Float, text, c[markList]) + " END"
}
