package cypher

import (
	"slices"

	"github.com/sgexport/sgexport/graph"
)

// A chunk is rows of one label or type, and then their statements.
type chunk struct {
	rows  graph.Batch
	size  int             // bytes of text in the rows, beside that of rows.Size
	label *graph.Label    // of all rows, or nil
	typ   *graph.EdgeType // of all rows, or nil
	whole bool            // there are no other rows of it

	batch      batch  // what no statement was made of: it may be shared
	lost       losses // of the rows in the batch
	out        []byte
	statements []statement
}

// A statement is where the text of one ends, how many rows it has and what those lose.
type statement struct {
	end, rows int
	lost      losses
}

// reset makes a chunk empty. One huge row is no reason to stay huge.
func (c *chunk) reset(maxBytes int) {
	c.rows.Reset()
	c.size, c.label, c.typ, c.whole, c.lost = 0, nil, nil, false, losses{}
	c.batch.reset()
	for _, text := range []*[]byte{&c.out, &c.batch.buf} {
		if cap(*text) > 8*maxBytes {
			*text = nil
		}
		*text = (*text)[:0]
	}
	c.statements = c.statements[:0]
}

// code makes statements of the rows. It leaves rows that may share one with those of
// others in the batch.
func (c *chunk) code(f *form) error {
	c.batch.raw = f.dialect == FalkorDB
	for i := range c.rows.Nodes {
		c.node(f, &c.rows.Nodes[i])
	}
	for i := range c.rows.Edges {
		c.edge(f, &c.rows.Edges[i])
	}
	if !c.whole || c.batch.n > f.small {
		c.ownStatement(f)
	}
	return nil
}

func (c *chunk) node(f *form, n *graph.Node) {
	b, id := &c.batch, f.id(n.ID)
	lost := f.lossesOf(n.Values, n.ID)
	if id != n.ID {
		lost.ids++
	}
	c.add(f, n.Scope, n.Values, lost, func(dst []byte) []byte {
		return b.values(b.text(dst, id), n.Values)
	}, func(l *literals) {
		l.text(id)
		l.values(n.Values)
	})
}

func (c *chunk) edge(f *form, e *graph.Edge) {
	key := graph.EdgeKey(e.Path, e.Ref)
	b, from, to := &c.batch, f.id(e.From), f.id(e.To)
	c.add(f, e.Scope, e.Values, f.lossesOf(e.Values, e.Path, e.Ref), func(dst []byte) []byte {
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
}

// add codes one row. A row that leaves no characters for separators, together with
// those before it, starts a new statement; one that leaves none by itself is written
// as literals.
func (c *chunk) add(f *form, scope string, values []graph.Value, lost losses, row func([]byte) []byte, literal func(*literals)) {
	b := &c.batch
	if f.dialect == FalkorDB && slices.ContainsFunc(values, isFloat) {
		c.literalStatement(f, scope, lost, literal)
		return
	}
	if !b.add(scope, row) {
		c.ownStatement(f)
		if !b.add(scope, row) {
			c.literalStatement(f, scope, lost, literal)
			return
		}
	}
	c.lost.add(lost)
}

// id is an id as the database can find it.
func (f *form) id(id string) string {
	if f.dialect == FalkorDB {
		return falkorID(id)
	}
	return id
}

// isFloat reports whether a value is a float: FalkorDB's toFloat knows six digits.
func isFloat(v graph.Value) bool { return v.Type() == graph.Float }

// ownStatement makes a statement of the batch, which then is empty.
func (c *chunk) ownStatement(f *form) {
	b := &c.batch
	if b.n > 0 {
		scope, first := b.appendLiteral(nil, b.scopes[0].scope), 0
		if b.mixed() {
			scope, first = []byte("v[0]"), 1
		}
		c.out = append(c.out, "UNWIND split('"...)
		if b.mixed() {
			c.out = b.appendScoped(c.out)
		} else {
			c.out = append(c.out, b.buf...)
		}
		c.out = append(c.out, "','"+b.codes[markRow]+"') AS l WITH split(l,'"+b.codes[markField]+"') AS v\n"...)
		c.body(f, rowFields{first: first, codes: b.codes, dialect: f.dialect}, string(scope), b.n, c.lost)
	}
	b.reset()
	c.lost = losses{}
}

// literalStatement makes a statement of one row, after one of those before it.
func (c *chunk) literalStatement(f *form, scope string, lost losses, literal func(*literals)) {
	c.ownStatement(f)
	c.whole = false
	l := literals{coder: coder{raw: c.batch.raw}, dialect: f.dialect}
	literal(&l)
	c.body(f, l, string(l.appendLiteral(nil, scope)), 1, lost)
}

// body ends a statement with what is done with each row.
func (c *chunk) body(f *form, of fields, scope string, rows int, lost losses) {
	if c.typ == nil {
		c.out = f.appendNodes(c.out, c.label, of, scope)
	} else {
		c.out = f.appendEdges(c.out, c.typ, of, scope)
	}
	c.statements = append(c.statements, statement{len(c.out), rows, lost})
}
