package exporter

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// Write sends the inventory to a sink as one graph: all nodes, then all edges,
// each once, in the sink's order. It does not close the sink. It may be called
// once; what it leaves out of derived edges it adds to the report.
//
// Three external sorts do the work, so memory does not grow with the inventory:
// the spool is read once into nodes, edges and joins; the joins, sorted, give
// the edges whose other end has to be looked up; nodes and edges, sorted, go to
// the sink.
func (inv *Inventory) Write(ctx context.Context, sink graph.Sink) (err error) {
	w := &writer{
		inv: inv, stubs: map[identity]bool{},
		nodes: spool.NewSorter(ctx, inv.dir, inv.chunks.nodes),
		edges: spool.NewSorter(ctx, inv.dir, inv.chunks.edges),
		joins: spool.NewSorter(ctx, inv.dir, inv.chunks.joins),
	}
	defer func() { err = errors.Join(err, w.nodes.Close(), w.edges.Close(), w.joins.Close()) }()
	for _, l := range inv.logs {
		read := func(text string) error { return w.record(l, text) }
		switch {
		case l.name == associationsName:
			read = func(text string) error { return w.association(l.scope.ID(), text) }
		case l.kind == nil:
			read = w.tags
		}
		if err := spool.ReadLog(l.path, read); err != nil {
			return err
		}
	}
	for i := range inv.Report.Scopes {
		s := &inv.Report.Scopes[i]
		if err := w.stub(s.ID(), reference{label: accountLabel, id: s.Account}); err != nil {
			return err
		}
	}
	if err := w.join(); err != nil {
		return err
	}
	if err := w.sendNodes(sink); err != nil {
		return err
	}
	return w.sendEdges(sink)
}

// chunks are how many records each sorter holds in memory at a time.
type chunks struct{ nodes, edges, joins int }

var usualChunks = chunks{nodes: 20_000, edges: 100_000, joins: 100_000}

type writer struct {
	inv   *Inventory
	nodes *spool.Sorter // label, id
	edges *spool.Sorter // type, from, to, path, ref
	joins *spool.Sorter // what a definition and what asks for it have in common

	stubs    map[identity]bool // nodes that references told of, lately
	key, buf []byte
}

// An edge is a graph.Edge before its labels are known by pointer.
type edge struct {
	typ                string
	from, to           string
	fromLabel, toLabel string
	path, ref, scope   string
	ambiguous          bool
	basis              string // not "" where inferred
	association        string // of ASSOCIATED_WITH
}

func (w *writer) edge(e *edge) error {
	w.key = spool.AppendKey(w.key[:0], e.typ, e.from, e.to, e.path, e.ref)
	w.buf = w.buf[:0]
	for _, s := range []string{e.scope, e.fromLabel, e.toLabel, e.basis, e.association} {
		w.buf = spool.AppendString(w.buf, s)
	}
	w.buf = spool.AppendValue(w.buf, graph.BoolValue(e.ambiguous))
	return w.edges.Add(w.key, w.buf)
}

// Ranks of the records of one node: what was read goes before what references
// tell; tags are added.
const (
	rankObserved = iota
	rankReferred
	rankTags
	rankNone
)

func (w *writer) node(label, id string, rank byte, scope string, values ...graph.Value) error {
	w.key = spool.AppendKey(w.key[:0], label, id)
	w.buf = spool.AppendString(append(w.buf[:0], rank), scope)
	for _, v := range values {
		w.buf = spool.AppendValue(w.buf, v)
	}
	return w.nodes.Add(w.key, w.buf)
}

// maxStubs bounds the memory of what was written already. It only saves the
// sorter work: the same stub twice is one node anyway.
const maxStubs = 100_000

// stub writes the node that a reference points to.
func (w *writer) stub(scope string, r reference) error {
	w.key = spool.AppendKey(w.key[:0], scope, r.label, r.id, r.arn)
	// Not the text itself: it would keep the whole record in memory.
	s := identityOf(w.key)
	if w.stubs[s] {
		return nil
	}
	if len(w.stubs) >= maxStubs {
		clear(w.stubs)
	}
	w.stubs[s] = true
	if err := w.node(r.label, r.id, rankReferred, scope, referred(schema.Label(r.label), r.id, r.arn)...); err != nil {
		return err
	}
	if r.label != imageLabel {
		return nil
	}
	repository, ok := repositoryOf(r.id)
	if !ok {
		return nil
	}
	if err := w.edge(&edge{typ: string(repoImage), from: repository, fromLabel: repositoryLabel, to: r.id, toLabel: imageLabel, scope: scope}); err != nil {
		return err
	}
	return w.stub(scope, reference{label: repositoryLabel, id: repository})
}

// Join groups. Each has definitions, which come first, and askers.
const (
	joinArtifact = "artifact" // S3 URI: training jobs that produced it; models that load it
	joinName     = "name"     // label, scope, lower-case key: resources; references by name
	joinRole     = "role"     // scope, role: notebooks; training jobs
	joinTags     = "tags"     // lower-case ARN: resources; tags
)

const (
	define = iota
	ask
)

func (w *writer) joining(rank byte, group []string, texts ...string) error {
	w.key = spool.AppendKey(w.key[:0], group...)
	w.buf = append(w.buf[:0], rank)
	for _, s := range texts {
		w.buf = spool.AppendString(w.buf, s)
	}
	return w.joins.Add(w.key, w.buf)
}

// record writes what one resource gives: its node, the edges whose both ends
// are known, and what has to be joined.
func (w *writer) record(l logFile, text string) error {
	rec, err := decodeRecord(text)
	if err != nil {
		return err
	}
	k, scope := l.kind, l.scope.ID()
	if err := w.node(k.label, rec.id, rankObserved, scope, rec.values...); err != nil {
		return err
	}
	if err := w.edge(&edge{typ: string(resource), from: l.scope.Account, fromLabel: accountLabel, to: rec.id, toLabel: k.label, scope: scope}); err != nil {
		return err
	}
	for _, key := range []string{rec.key, rec.alias} {
		if key == "" {
			continue
		}
		if err := w.joining(define, []string{joinName, k.label, scope, strings.ToLower(key)}, key, rec.id); err != nil {
			return err
		}
	}
	if err := w.joining(define, []string{joinTags, strings.ToLower(rec.id)}, k.label, rec.id); err != nil {
		return err
	}
	created := ""
	if i := slices.IndexFunc(k.columns, func(c graph.Column) bool { return c.Name == "creation_time" }); i >= 0 && !rec.values[i].IsNull() {
		created = string(binary.BigEndian.AppendUint64(nil, uint64(rec.values[i].Micros())))
	}
	for i := range rec.refs {
		f := &rec.refs[i]
		rule := &k.rules[f.rule]
		if err := w.reference(k, rule, f, rec.id, l.scope); err != nil {
			return err
		}
		if err := w.deriving(k.label, rule, f, rec.id, scope, created); err != nil {
			return err
		}
	}
	return nil
}

// reference writes the edge of one reference, or asks for its other end.
func (w *writer) reference(k *kind, rule *rule, f *foundRef, id string, s *Scope) error {
	scope := s.ID()
	if f.id == "" {
		reverse := ""
		if rule.reverse {
			reverse = "y"
		}
		return w.joining(ask, []string{joinName, f.label, scope, strings.ToLower(f.key)},
			f.key, arn{s.Partition, "sagemaker", s.Region, s.Account, f.key}.String(), string(rule.edge), reverse, k.label, id, rule.path, f.value)
	}
	if err := w.stub(scope, f.reference); err != nil {
		return err
	}
	return w.edge(newEdge(string(rule.edge), rule.reverse, k.label, id, f.label, f.id, rule.path, f.value, scope))
}

func newEdge(typ string, reverse bool, ownerLabel, owner, label, id, path, ref, scope string) *edge {
	e := &edge{typ: typ, from: owner, fromLabel: ownerLabel, to: id, toLabel: label, path: path, ref: ref, scope: scope}
	if reverse {
		e.from, e.fromLabel, e.to, e.toLabel = e.to, e.toLabel, e.from, e.fromLabel
	}
	return e
}

// deriving notes what the derived edges are made of.
func (w *writer) deriving(label string, rule *rule, f *foundRef, id, scope, created string) error {
	switch {
	case rule.edge == producedArtifact:
		return w.joining(define, []string{joinArtifact, f.value}, label, id)
	case rule.edge == referencedArtifacts && (label == modelLabel || label == packageLabel):
		return w.joining(ask, []string{joinArtifact, f.value}, label, id, rule.path, scope)
	case rule.edge == hasExecutionRole && created != "" && label == notebookLabel:
		return w.joining(define, []string{joinRole, scope, f.id}, created, id)
	case rule.edge == hasExecutionRole && created != "" && label == trainingJobLabel:
		return w.joining(ask, []string{joinRole, scope, f.id}, created, id)
	}
	return nil
}

// tags asks for the resource that has these tags.
func (w *writer) tags(text string) error {
	d := spool.NewDecoder(text)
	id, tags := d.String(), d.Value()
	if d.Err() != nil {
		return d.Err()
	}
	w.key = spool.AppendKey(w.key[:0], joinTags, strings.ToLower(id))
	w.buf = spool.AppendValue(spool.AppendString(append(w.buf[:0], ask), id), tags)
	return w.joins.Add(w.key, w.buf)
}

// A definition is one resource of a join group, with its key, its label or when
// it was created, as the group has it.
type definition struct{ text, id string }

// find returns the definition that is exactly s by the given texts or, where
// there is none, the only one that there is.
func find(defs []definition, text func(definition) string, s string) (d definition, found, ambiguous bool) {
	exact := 0
	for _, one := range defs {
		if text(one) == s && (exact == 0 || one.id != d.id) {
			d = one
			exact++
		}
	}
	switch {
	case exact == 1:
		return d, true, false
	case exact > 1:
		return definition{}, false, true
	case len(defs) == 1:
		return defs[0], true, false
	}
	return definition{}, false, len(defs) > 1
}

// join brings definitions and askers together.
func (w *writer) join() error {
	group, parts, defs := "", []string(nil), []definition(nil)
	leftOut := map[[2]string]int64{}
	err := w.joins.Sorted(func(key, payload string) error {
		if key != group {
			group, parts, defs = key, spool.Parts(key), defs[:0]
		}
		d := spool.NewDecoder(payload[1:])
		if payload[0] == define {
			defs = append(defs, definition{d.String(), d.String()})
			return d.Err()
		}
		switch parts[0] {
		case joinName:
			return w.joinName(parts[1], parts[2], defs, d)
		case joinTags:
			id, tags := d.String(), d.Value()
			def, found, _ := find(defs, func(d definition) string { return d.id }, id)
			if !found {
				return d.Err() // of a resource that is gone, or of a kind that was skipped
			}
			return errors.Join(d.Err(), w.node(def.text, def.id, rankTags, "", tags))
		case joinArtifact:
			return w.joinArtifact(parts[1], defs, d)
		default:
			older, err := w.joinRole(parts[1], parts[2], defs, d)
			if older > 0 {
				leftOut[[2]string{parts[1], parts[2]}] += older
			}
			return err
		}
	})
	for k, n := range leftOut {
		w.inv.Report.LeftOut = append(w.inv.Report.LeftOut, graph.LeftOut{Scope: k[0], Edge: string(calledBy), Ref: k[1], Count: n})
	}
	slices.SortFunc(w.inv.Report.LeftOut, func(a, b graph.LeftOut) int {
		return strings.Compare(a.Scope+"\x00"+a.Ref, b.Scope+"\x00"+b.Ref)
	})
	return err
}

// joinName writes the edge of a reference by name: to the resource of exactly
// that name, else to the only one that differs in case alone, else to the node
// that the name would have.
func (w *writer) joinName(label, scope string, defs []definition, d *spool.Decoder) error {
	key, id, typ, reverse := d.String(), d.String(), d.String(), d.String() == "y"
	ownerLabel, owner, path, value := d.String(), d.String(), d.String(), d.String()
	if d.Err() != nil {
		return d.Err()
	}
	def, found, ambiguous := find(defs, func(d definition) string { return d.text }, key)
	if found {
		id = def.id
	} else if err := w.stub(scope, reference{label: label, id: id}); err != nil {
		return err
	}
	e := newEdge(typ, reverse, ownerLabel, owner, label, id, path, value, scope)
	e.ambiguous = ambiguous
	return w.edge(e)
}

// joinArtifact writes the edges from what loads an artifact to the jobs that
// produced it.
func (w *writer) joinArtifact(uri string, jobs []definition, d *spool.Decoder) error {
	label, id, path, scope := d.String(), d.String(), d.String(), d.String()
	for _, job := range jobs {
		e := newEdge(string(derivedFrom), false, label, id, job.text, job.id, path, uri, scope)
		e.basis = derivedFromBasis
		if err := w.edge(e); err != nil {
			return err
		}
	}
	return d.Err()
}

// mostNotebooks is how many notebooks may share a role for CALLED_BY to say
// anything about one of them.
const mostNotebooks = 20

// joinRole writes the edges from a job to the notebooks that have its role and
// are older, or says how many it left out.
func (w *writer) joinRole(scope, role string, notebooks []definition, d *spool.Decoder) (leftOut int64, err error) {
	created, id := d.String(), d.String()
	// The notebooks are sorted by age.
	older, _ := slices.BinarySearchFunc(notebooks, created, func(n definition, created string) int { return strings.Compare(n.text, created) })
	if len(notebooks) > mostNotebooks {
		return int64(older), d.Err()
	}
	for _, notebook := range notebooks[:older] {
		e := newEdge(string(calledBy), false, trainingJobLabel, id, notebookLabel, notebook.id, "RoleArn", role, scope)
		e.basis = calledByBasis
		if err := w.edge(e); err != nil {
			return 0, err
		}
	}
	return 0, d.Err()
}

// sendNodes merges the records of each node and sends the nodes. The records of
// a node come in any order: the sorter keeps large ones apart.
func (w *writer) sendNodes(sink graph.Sink) error {
	var (
		node  graph.Node
		tags  graph.Value
		rank  int // of what node has; rankNone is nothing yet
		group string
	)
	flush := func() error {
		if group == "" {
			return nil
		}
		if !tags.IsNull() {
			node.Values[node.Label.Column(columnTags)] = tags
		}
		return sink.Node(&node)
	}
	err := w.nodes.Sorted(func(key, payload string) error {
		d := spool.NewDecoder(payload[1:])
		scope := d.String()
		var values []graph.Value
		for d.More() {
			values = append(values, d.Value())
		}
		if d.Err() != nil {
			return d.Err()
		}
		if key != group {
			if err := flush(); err != nil {
				return err
			}
			parts := spool.Parts(key)
			group, tags, rank = key, graph.Null, rankNone
			node = graph.Node{Label: schema.Label(parts[0]), ID: parts[1]}
		}
		switch r := int(payload[0]); {
		case r == rankTags:
			tags = values[0]
		case r < rank:
			node.Scope, node.Values, rank = scope, values, r
		case r == rankReferred && rank == rankReferred:
			for i, v := range values {
				if old := node.Values[i]; old.IsNull() || v.Type() == graph.String && v.Text() < old.Text() {
					node.Values[i] = v
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// sendEdges sends each edge once.
func (w *writer) sendEdges(sink graph.Sink) error {
	var e graph.Edge
	last := ""
	values := make([]graph.Value, len(edgeColumns)+1)
	return w.edges.Sorted(func(key, payload string) error {
		if key == last {
			return nil
		}
		last = key
		parts := spool.Parts(key)
		d := spool.NewDecoder(payload)
		scope, from, to, basis, association, ambiguous := d.String(), d.String(), d.String(), d.String(), d.String(), d.Value()
		if d.Err() != nil {
			return d.Err()
		}
		clear(values)
		if basis != "" {
			values[0], values[1] = graph.BoolValue(true), graph.StringValue(basis)
		}
		if ambiguous.Bool() {
			values[2] = graph.BoolValue(true)
		}
		typ := schema.EdgeType(parts[0])
		if association != "" {
			values[len(edgeColumns)] = graph.StringValue(association)
		}
		e = graph.Edge{
			Type: typ, From: parts[1], To: parts[2], Path: parts[3], Ref: parts[4],
			FromLabel: schema.Label(from), ToLabel: schema.Label(to), Scope: scope, Values: values[:len(typ.Columns)],
		}
		return sink.Edge(&e)
	})
}

// Actions returns the IAM actions that collecting the kinds can need, sorted;
// nil is all kinds. This is the least privilege that an export needs.
func Actions(labels []string) []string {
	c := Config{Kinds: labels}
	actions := []string{getResources, listTagsName, "sts:GetCallerIdentity"}
	if c.wantsLineage() {
		actions = append(actions, listAssociations.action)
	}
	for _, k := range table {
		if c.wants(k) {
			actions = append(actions, k.actions()...)
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}
