package cypher

import (
	"slices"

	"github.com/sgexport/sgexport/graph"
)

type sink struct {
	script   script
	h        *graph.Header
	snapshot string // the snapshot's time as a literal
	dialect  Dialect
	maxRows  int
	maxBytes int
	small    int

	batch  batch
	lost   losses          // of the rows in the batch
	later  bool            // its label or type has more rows than the batch
	label  *graph.Label    // of the batch, or nil
	typ    *graph.EdgeType // of the batch, or nil
	shared shared          // rows of small labels, or of small types
	out    []byte          // of a statement, reused
}

func (s *sink) Node(n *graph.Node) error {
	if n.Label != s.label {
		s.flush()
		s.label, s.later = n.Label, false
	}
	b, id := &s.batch, s.id(n.ID)
	lost := s.lossesOf(n.Values, n.ID)
	if id != n.ID {
		lost.ids++
	}
	s.add(n.Scope, n.Values, lost, func(dst []byte) []byte {
		return b.values(b.text(dst, id), n.Values)
	}, func(l *literals) {
		l.text(id)
		l.values(n.Values)
	})
	return s.script.err
}

func (s *sink) Edge(e *graph.Edge) error {
	if e.Type != s.typ {
		s.flush()
		if s.typ == nil {
			s.flushShared() // edges need their nodes
		}
		s.label, s.typ, s.later = nil, e.Type, false
	}
	key := graph.EdgeKey(e.Path, e.Ref)
	b, from, to := &s.batch, s.id(e.From), s.id(e.To)
	s.add(e.Scope, e.Values, s.lossesOf(e.Values, e.Path, e.Ref), func(dst []byte) []byte {
		dst = b.text(b.text(dst, from), to)
		dst = append(b.separate(dst), key[:]...)
		dst = b.text(b.text(dst, e.Path), e.Ref)
		return b.values(dst, e.Values)
	}, func(l *literals) {
		for _, t := range []string{from, to, string(key[:]), e.Path, e.Ref} {
			l.text(t)
		}
		l.values(e.Values)
	})
	return s.script.err
}

// add codes one row. A row that leaves no characters for separators, together with
// those before it, starts a new statement; one that leaves none by itself is written
// as literals.
func (s *sink) add(scope string, values []graph.Value, lost losses, row func([]byte) []byte, literal func(*literals)) {
	if s.script.err != nil {
		return
	}
	b := &s.batch
	if s.dialect == FalkorDB && slices.ContainsFunc(values, isFloat) {
		s.later = true
		s.flush()
		s.literalStatement(scope, lost, literal)
		return
	}
	if !b.add(scope, row) {
		s.later = true
		s.flush()
		b.reset()
		if !b.add(scope, row) {
			b.reset()
			s.literalStatement(scope, lost, literal)
			return
		}
	}
	s.lost.add(lost)
	if b.n >= s.maxRows || len(b.buf) >= s.maxBytes {
		s.later = true
		s.flush()
	}
}

// id is an id as the database can find it.
func (s *sink) id(id string) string {
	if s.dialect == FalkorDB {
		return falkorID(id)
	}
	return id
}

// isFloat reports whether a value is a float: FalkorDB's toFloat knows six digits.
func isFloat(v graph.Value) bool { return v.Type() == graph.Float }

// flush ends the rows of the batch: with a statement of their own, or as a block of
// a shared one.
func (s *sink) flush() {
	b := &s.batch
	if b.n == 0 || s.script.err != nil {
		return
	}
	if s.later || b.n > s.small || !s.share() {
		s.ownStatement()
	}
	b.reset()
}

func (s *sink) ownStatement() {
	b := &s.batch
	scope, first := b.appendLiteral(nil, b.scopes[0].scope), 0
	if b.mixed() {
		scope, first = []byte("v[0]"), 1
	}
	s.script.statement(b.n, s.lost)
	s.lost = losses{}
	s.script.text("UNWIND split('")
	if b.mixed() {
		s.out = b.appendScoped(s.out[:0])
		s.script.bytes(s.out)
	} else {
		s.script.bytes(b.buf)
	}
	s.script.text("','" + b.codes[markRow] + "') AS l WITH split(l,'" + b.codes[markField] + "') AS v\n")
	s.body(rowFields{first: first, codes: b.codes, dialect: s.dialect}, string(scope))
}

func (s *sink) literalStatement(scope string, lost losses, literal func(*literals)) {
	l := literals{coder: coder{raw: s.batch.raw}, dialect: s.dialect}
	literal(&l)
	s.script.statement(1, lost)
	s.body(l, string(l.appendLiteral(nil, scope)))
}

// body ends a statement with what is done with each row.
func (s *sink) body(f fields, scope string) {
	s.out = s.out[:0]
	if s.typ == nil {
		s.nodeStatement(f, scope)
	} else {
		s.edgeStatement(f, scope)
	}
	s.script.bytes(s.out)
	s.script.flush()
}

// Close ends the script. After an error it only closes the file.
func (s *sink) Close() error {
	s.flush()
	s.flushShared()
	return s.script.finish()
}
