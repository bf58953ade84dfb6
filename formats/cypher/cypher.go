package cypher

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/inorder"
)

// Names of the files.
const (
	OutFile   = "cypher/out.cypher"
	splitFile = "cypher/out-%05d.cypher" // instead, where there are several
	PruneFile = "cypher/prune.cypher"
	AdoptFile = "cypher/adopt.cypher"
)

// Options tune the script. The zero value has the defaults.
type Options struct {
	RowsPerStatement  int // at most; 0 is 5000
	MaxStatementBytes int // of text in the rows; the row that reaches it is the statement's last. 0 is 1.5 MB
	// SmallRows is how many rows a label or type has at most that shares its
	// statements with others; 0 is 1000, less than 0 is none.
	SmallRows int
	// Split is how many statements a file has; 0 is one file for all.
	Split   int
	Dialect Dialect
	// Workers are the goroutines that make statements; as many as there are
	// processors, but at most 8, if not positive. The script is the same.
	Workers int
}

// A Dialect is a database's Cypher.
type Dialect int

// The dialects.
const (
	Neo4j    Dialect = iota
	FalkorDB         // out.cypher alone: it has no CALL IN TRANSACTIONS for the others
)

// Open writes with the default options.
func Open(create graph.Create, h *graph.Header) (graph.Sink, error) { return Options{}.Open(create, h) }

var _ graph.Open = Open

// Open starts the three scripts; see [graph.Open]. It fails where the schema
// does not say which end of an edge has the reference, for then nothing could
// be pruned safely.
func (o Options) Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	for _, l := range h.Schema.Labels {
		if l.Column(foreign) >= 0 {
			return nil, fmt.Errorf("cypher: %s: column %s has the name of a property by which Cartography's nodes are known", l.Name, foreign)
		}
	}
	if o.Dialect == Neo4j {
		prune, err := pruneScript(h)
		if err != nil {
			return nil, fmt.Errorf("cypher: %w", err)
		}
		if err := errors.Join(writeFile(create, PruneFile, prune), writeFile(create, AdoptFile, adoptScript(h))); err != nil {
			return nil, err
		}
	}
	f := form{
		h: h, snapshot: literal(h.SnapshotID()), dialect: o.Dialect,
		maxRows: cmp.Or(o.RowsPerStatement, 5000), maxBytes: cmp.Or(o.MaxStatementBytes, 1_500_000), small: cmp.Or(o.SmallRows, 1000),
	}
	begin := append(o.comment(h), setup...)
	begin = append(begin, refusal(h)...)
	if o.Dialect == FalkorDB {
		f.small = -1 // labels and names of properties cannot be data
		begin = append(append(o.comment(h), falkorSetup...), refusal(h)...)
	}
	w := &writer{form: f, script: script{create: create, h: h, split: o.Split}}
	if w.script.open(begin); w.script.err != nil {
		return nil, w.script.err
	}
	s := &sink{form: f, writer: w}
	var work []func(*chunk) error
	for range inorder.Workers(o.Workers) {
		work = append(work, func(c *chunk) error { return c.code(&s.form) })
	}
	s.line = inorder.New(work, w.write)
	s.place = s.line.Next()
	return s, nil
}

// comment is what out.cypher begins with.
func (o Options) comment(h *graph.Header) []byte {
	if o.Dialect == FalkorDB {
		return appendComment(nil, h,
			"All nodes and edges of a SageMaker snapshot, for FalkorDB.",
			"Each statement is a GRAPH.QUERY: a semicolon at the end of a line ends it. docs/loading.md has a loader.",
			"Where the indexes are there already, their statements fail, and nothing else does.")
	}
	lines := []string{
		"All nodes and edges of a SageMaker snapshot.",
		"Load it into Neo4j 5.26 or later, an empty database or one that has an earlier snapshot:",
		"  cypher-shell -f out.cypher",
		"cypher-shell holds the whole file in memory: it needs a heap of about twice its size, and a quarter of the memory is its own choice.",
		"Loading it twice changes nothing. Afterwards prune.cypher removes what is gone.",
		"It stops at its start where the database has a newer snapshot of what this one has read.",
		"Next to a database that Cartography fills, run adopt.cypher before.",
	}
	if o.Split > 0 {
		lines[2] = "  cypher-shell -f out-00000.cypher, then the others in their order"
		lines = slices.Delete(lines, 3, 4)
	}
	return appendComment(nil, h, lines...)
}

// setup makes what all merges and prune.cypher rely on.
const setup = `CREATE CONSTRAINT sg_resource_id IF NOT EXISTS FOR (n:SgResource) REQUIRE n.id IS UNIQUE;
CREATE INDEX sg_resource_snapshot IF NOT EXISTS FOR (n:SgResource) ON (n.sg_scope, n.sg_snapshot);
CALL db.awaitIndexes(300);
`

// falkorSetup is setup where indexes have no IF NOT EXISTS.
const falkorSetup = `CREATE INDEX FOR (n:SgResource) ON (n.id);
CREATE INDEX FOR (n:SgResource) ON (n.sg_scope, n.sg_snapshot);
`

// refusal is the statement that fails where a newer snapshot has read what this
// one has: what that one removed would come back. Its error is the only message
// that a script can give.
func refusal(h *graph.Header) []byte {
	if len(h.Scopes) == 0 {
		return nil
	}
	return fmt.Appendf(nil, "MATCH (n:SgResource) WHERE n.sg_scope IN %s AND n.sg_snapshot > %s AND n.%s\n"+
		"WITH n LIMIT 1 RETURN date('this snapshot is older than one that the database has: of ' + n.sg_scope + ' it has ' + n.sg_snapshot) AS refused;\n",
		list(scopeIDs(h.Scopes)), literal(h.SnapshotID()), observedColumn)
}

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
