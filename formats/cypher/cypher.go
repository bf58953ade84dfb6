package cypher

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/sgexport/sgexport/graph"
)

// Names of the files.
const (
	OutFile   = "cypher/out.cypher"
	PruneFile = "cypher/prune.cypher"
	AdoptFile = "cypher/adopt.cypher"
)

// Options tune the script. The zero value has the defaults.
type Options struct {
	RowsPerStatement  int // at most; 0 is 5000
	MaxStatementBytes int // of row text; the row that reaches it is the statement's last. 0 is 1.5 MB
}

// Open writes with the default options.
func Open(create graph.Create, h *graph.Header) (graph.Sink, error) { return Options{}.Open(create, h) }

var _ graph.Open = Open

// Open starts the three scripts; see [graph.Open]. It fails where the schema
// does not say which end of an edge has the reference, for then nothing could
// be pruned safely.
func (o Options) Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	prune, err := pruneScript(h)
	if err != nil {
		return nil, fmt.Errorf("cypher: %w", err)
	}
	for _, l := range h.Schema.Labels {
		if l.Column(foreign) >= 0 {
			return nil, fmt.Errorf("cypher: %s: column %s has the name of a property by which Cartography's nodes are known", l.Name, foreign)
		}
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{PruneFile, prune}, {AdoptFile, adoptScript(h)}} {
		if err := writeFile(create, f.name, f.text); err != nil {
			return nil, err
		}
	}
	w, err := create(OutFile)
	if err != nil {
		return nil, fmt.Errorf("cypher: %w", err)
	}
	s := &sink{
		w: w, h: h, snapshot: h.SnapshotID(),
		maxRows: cmp.Or(o.RowsPerStatement, 5000), maxBytes: cmp.Or(o.MaxStatementBytes, 1_500_000),
	}
	s.out = appendComment(s.out, h,
		"All nodes and edges of a SageMaker snapshot.",
		"Load it into Neo4j 5.26 or later, an empty database or one that has an earlier snapshot:",
		"  cypher-shell -f out.cypher",
		"cypher-shell holds the whole file in memory. For a large one: JAVA_OPTS=-Xmx4g cypher-shell -f out.cypher",
		"Loading it twice changes nothing. Afterwards prune.cypher removes what is gone.",
		"Next to a database that Cartography fills, run adopt.cypher before.")
	s.out = append(s.out, setup...)
	return s, nil
}

func writeFile(create graph.Create, name string, text []byte) error {
	w, err := create(name)
	if err != nil {
		return fmt.Errorf("cypher: %w", err)
	}
	_, err = w.Write(text)
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("cypher: write %s: %w", name, err)
	}
	return nil
}

// setup makes what all merges and prune.cypher rely on.
const setup = `CREATE CONSTRAINT sg_resource_id IF NOT EXISTS FOR (n:SgResource) REQUIRE n.id IS UNIQUE;
CREATE INDEX sg_resource_snapshot IF NOT EXISTS FOR (n:SgResource) ON (n.sg_scope, n.sg_snapshot);
CALL db.awaitIndexes(300);
`

// appendComment appends lines as comments. Quotes, semicolons, backticks and
// backslashes would confuse some shells' splitters, even in comments.
func appendComment(dst []byte, h *graph.Header, lines ...string) []byte {
	for _, line := range append(lines, "Snapshot "+h.SnapshotID()+" by "+h.Tool) {
		dst = append(dst, "// "...)
		for _, c := range []byte(line) {
			if c < ' ' || c > '~' || c == '\'' || c == '"' || c == '`' || c == ';' || c == '\\' {
				c = ' '
			}
			dst = append(dst, c)
		}
		dst = append(dst, '\n')
	}
	return dst
}

func scopeIDs(scopes []graph.Scope) []string {
	ids := make([]string, len(scopes))
	for i, s := range scopes {
		ids[i] = s.ID
	}
	return ids
}

// listedIn returns the scopes in which all ids of a label are known.
func listedIn(scopes []graph.Scope, l *graph.Label) []string {
	var ids []string
	for _, s := range scopes {
		if i := slices.IndexFunc(s.Labels, func(known graph.LabelScope) bool { return known.Label == l.Name }); i >= 0 && s.Labels[i].Listed {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// foreign is a property that Cartography sets on all of its nodes.
const foreign = "lastupdated"

// observedColumn tells nodes that were read from those only referred to.
const observedColumn = "observed"

// inferredColumn tells edges that no field says.
const inferredColumn = "inferred"

func observed(l *graph.Label) int {
	if i := l.Column(observedColumn); i >= 0 && l.Columns[i].Type == graph.Bool {
		return i
	}
	return -1
}

// Output is handed on in pieces of this size.
const flushBytes = 256 << 10

type sink struct {
	w        io.WriteCloser
	h        *graph.Header
	snapshot string
	maxRows  int
	maxBytes int

	batch batch
	label *graph.Label    // of the batch, or nil
	typ   *graph.EdgeType // of the batch, or nil

	rows int64
	out  []byte
	err  error
}

func (s *sink) Node(n *graph.Node) error {
	if n.Label != s.label {
		s.flush()
		s.label = n.Label
	}
	s.add(n.Scope, func(b *batch) {
		b.text(n.ID)
		b.values(n.Values)
	}, func(l *literals) {
		l.text(n.ID)
		l.values(n.Values)
	})
	return s.err
}

func (s *sink) Edge(e *graph.Edge) error {
	if e.Type != s.typ {
		s.flush()
		s.label, s.typ = nil, e.Type
	}
	key := graph.EdgeKey(e.Path, e.Ref)
	s.add(e.Scope, func(b *batch) {
		b.text(e.From)
		b.text(e.To)
		b.field()
		b.buf = append(b.buf, key[:]...)
		b.text(e.Path)
		b.text(e.Ref)
		b.values(e.Values)
	}, func(l *literals) {
		for _, t := range []string{e.From, e.To, string(key[:]), e.Path, e.Ref} {
			l.text(t)
		}
		l.values(e.Values)
	})
	return s.err
}

// add codes one row. A row that leaves no characters for separators, together
// with those before it, starts a new statement; one that leaves none by itself
// is written as literals.
func (s *sink) add(scope string, row func(*batch), literal func(*literals)) {
	if s.err != nil {
		return
	}
	s.rows++
	if !s.batch.add(scope, row) {
		s.flush()
		s.batch.reset()
		if !s.batch.add(scope, row) {
			s.batch.reset()
			var l literals
			literal(&l)
			s.literalStatement(scope, l)
			return
		}
	}
	if s.batch.n >= s.maxRows || len(s.batch.buf) >= s.maxBytes {
		s.flush()
	}
}

// flush ends the statement of the batch.
func (s *sink) flush() {
	b := &s.batch
	if b.n == 0 || s.err != nil {
		return
	}
	scope, first := literal(b.scopes[0]), 0
	if b.mixed {
		scope, first = "v[0]", 1
	}
	f := rowFields{first: first, seps: b.seps}
	s.out = append(s.out, "UNWIND split('"...)
	s.out = b.appendRows(s.out)
	s.out = append(s.out, "','"...)
	s.out = append(s.out, f.seps.row.escape()...)
	s.out = append(s.out, "') AS l WITH split(l,'"...)
	s.out = append(s.out, f.seps.field.escape()...)
	s.out = append(s.out, "') AS v\n"...)
	s.statement(f, scope)
	b.reset()
}

func (s *sink) literalStatement(scope string, l literals) { s.statement(l, literal(scope)) }

// fields are the fields of a row as Cypher expressions: field i as it is, or
// as a property of a type.
type fields interface {
	appendField(dst []byte, i int) []byte
	appendValue(dst []byte, i int, t graph.Type) []byte
}

// statement appends what is done with each row.
func (s *sink) statement(f fields, scope string) {
	if s.typ == nil {
		s.nodeStatement(f, scope)
	} else {
		s.edgeStatement(f, scope)
	}
	if len(s.out) >= flushBytes {
		s.write()
	}
}

func (s *sink) nodeStatement(f fields, scope string) {
	s.out = append(s.out, "MERGE (n:SgResource {id:"...)
	s.out = f.appendField(s.out, 0)
	s.out = append(s.out, "}) SET n"...)
	for _, l := range s.label.AllLabels() {
		s.out = append(append(s.out, ':'), l...)
	}
	s.out = append(s.out, "\nFOREACH (_ IN CASE WHEN "...)
	s.guard(f)
	s.out = append(s.out, " THEN [1] ELSE [] END | SET "...)
	for i, c := range s.label.Columns {
		s.set("n", c.Name, f.appendValue(nil, 1+i, c.Type))
	}
	s.stamp("n", scope)
	s.out = append(s.out, ");\n"...)
}

// guard appends the condition on which a row sets the node's properties. What
// was observed always does. What is only referred to must not erase what is
// better known: what another snapshot observed, unless all of the kind were
// listed in its scope now, so that it is gone; or what Cartography reads.
// (FOREACH with CASE needs no Eager in the plan, unlike WITH and WHERE.)
func (s *sink) guard(f fields) {
	i := observed(s.label)
	if i < 0 {
		s.out = append(s.out, "n."+foreign+" IS NULL"...)
		return
	}
	s.out = f.appendField(s.out, 1+i)
	s.out = append(s.out, "='true'"...)
	if scopes := listedIn(s.h.Scopes, s.label); len(scopes) > 0 {
		s.out = append(s.out, " OR n.sg_scope IN "...)
		s.out = appendStringList(s.out, scopes)
	}
	s.out = append(s.out, " OR NOT coalesce(n."+observedColumn+", n."+foreign+" IS NOT NULL)"...)
}

func (s *sink) edgeStatement(f fields, scope string) {
	s.out = append(s.out, "MATCH (a:SgResource {id:"...)
	s.out = f.appendField(s.out, 0)
	s.out = append(s.out, "}) MATCH (b:SgResource {id:"...)
	s.out = f.appendField(s.out, 1)
	s.out = append(s.out, "}) MERGE (a)-[r:"...)
	s.out = append(s.out, s.typ.Name...)
	s.out = append(s.out, " {sg_key:"...)
	s.out = f.appendField(s.out, 2)
	s.out = append(s.out, "}]->(b)\nSET "...)
	s.set("r", "path", f.appendField(nil, 3))
	s.set("r", "ref", f.appendField(nil, 4))
	for i, c := range s.typ.Columns {
		s.set("r", c.Name, f.appendValue(nil, 5+i, c.Type))
	}
	s.stamp("r", scope)
	s.out = append(s.out, ";\n"...)
}

func (s *sink) set(entity, property string, value []byte) {
	s.out = append(s.out, entity...)
	s.out = append(s.out, '.')
	s.out = append(s.out, property...)
	s.out = append(s.out, '=')
	s.out = append(s.out, value...)
	s.out = append(s.out, ", "...)
}

func (s *sink) stamp(entity, scope string) {
	s.set(entity, "sg_scope", []byte(scope))
	s.set(entity, "sg_snapshot", []byte(literal(s.snapshot)))
	s.out = s.out[:len(s.out)-len(", ")]
}

// Close ends the script. After an error it only closes the file.
func (s *sink) Close() error {
	s.flush()
	s.write()
	if s.err == nil {
		graph.SetRows(s.w, s.rows)
	}
	if err := s.w.Close(); err != nil && s.err == nil {
		s.err = fmt.Errorf("cypher: close %s: %w", OutFile, err)
	}
	return s.err
}

func (s *sink) write() {
	if s.err != nil {
		return
	}
	if _, err := s.w.Write(s.out); err != nil {
		s.err = fmt.Errorf("cypher: write %s: %w", OutFile, err)
	}
	s.out = s.out[:0]
}

// rowFields are the fields of v, a row that was split.
type rowFields struct {
	first int // index of field 0
	seps  separators
}

func (f rowFields) appendField(dst []byte, i int) []byte {
	dst = append(dst, "v["...)
	dst = strconv.AppendInt(dst, int64(f.first+i), 10)
	return append(dst, ']')
}

func (f rowFields) appendValue(dst []byte, i int, t graph.Type) []byte {
	dst = append(dst, conversion(t)...)
	if t == graph.Strings {
		dst = append(dst, "split("...)
	}
	dst = append(dst, "nullIf("...)
	dst = f.appendField(dst, i)
	dst = append(dst, ",'"...)
	dst = append(dst, f.seps.null.escape()...)
	dst = append(dst, "')"...)
	if t == graph.Strings {
		dst = append(dst, ",'"...)
		dst = append(dst, f.seps.list.escape()...)
		// Each element is followed by the separator, so that the empty list
		// and a list of one empty text differ. The piece after the last is dropped.
		return append(dst, "')[..-1]"...)
	}
	if conversion(t) != "" {
		dst = append(dst, ')')
	}
	return dst
}

// conversion is what is put before a text to make it a value of type t; where
// it is not empty, a parenthesis closes it.
func conversion(t graph.Type) string {
	switch t {
	case graph.Int:
		return "toInteger("
	case graph.Float:
		return "toFloat("
	case graph.Bool:
		return "toBoolean("
	case graph.Timestamp:
		return "datetime("
	}
	return ""
}
