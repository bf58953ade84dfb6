package resolve

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// Ranks of the records of one node: what was read goes before what references
// tell; tags are added.
const (
	rankObserved = iota
	rankShared   // read where it is not at home: what its owner says goes first
	rankReferred
	rankReferredGlobally // from the scope that an account has once: a region goes first
	rankTags
	rankUnread
	rankNone
)

func (w *writer) node(label, id string, rank byte, scope string, values ...graph.Value) error {
	w.key = spool.AppendKey(w.key[:0], label, w.IDs.ID(label, id))
	w.buf = spool.AppendString(append(w.buf[:0], rank), scope)
	for _, v := range values {
		w.buf = spool.AppendValue(w.buf, v)
	}
	if rank < rankTags {
		w.labels[label] = true
	}
	return w.nodes.Add(w.key, w.buf)
}

// observed writes the node that a record is of, with the record as it is.
func (w *writer) observed(label, id string, rank byte, scope, text string) error {
	w.key = spool.AppendKey(w.key[:0], label, w.IDs.ID(label, id))
	w.buf = append(spool.AppendString(append(w.buf[:0], rank), scope), text...)
	w.labels[label] = true
	return w.nodes.Add(w.key, w.buf)
}

// maxStubs bounds the memory of what was written already. It only saves the
// sorter work: the same stub twice is one node anyway.
const maxStubs = 100_000

// stub writes the node that a reference points to, and the one that its id implies.
func (w *writer) stub(scope string, r catalog.Reference) error {
	w.key = spool.AppendKey(w.key[:0], scope, r.Label, r.ID, r.ARN)
	// Not the text itself: it would keep the whole record in memory.
	s := identityOf(w.key)
	if w.stubs[s] {
		return nil
	}
	if len(w.stubs) >= maxStubs {
		clear(w.stubs)
	}
	w.stubs[s] = true
	rank := byte(rankReferred)
	if strings.HasSuffix(scope, "/"+record.GlobalRegion) {
		rank = rankReferredGlobally
	}
	if err := w.node(r.Label, r.ID, rank, scope, w.referred(r)...); err != nil {
		return err
	}
	i := w.Labels.Entry(r.Label).Implies
	if i == nil {
		return nil
	}
	implied, ok := i.ID(r.ID)
	if !ok {
		return nil
	}
	if err := w.edge(&edge{typ: string(i.Edge), from: implied, fromLabel: i.Label, to: r.ID, toLabel: r.Label, scope: scope}); err != nil {
		return err
	}
	return w.stub(scope, catalog.Reference{Label: i.Label, ID: implied})
}

// unresolved is what the id of a node begins with that a reference names in part: it
// has no ARN, for the reference does not tell it.
const unresolved = "unresolved:"

// unresolved writes such a node, with what the key tells.
func (w *writer) unresolved(scope, label, id, key string) error {
	l := w.Schema.Label(label)
	values := make([]graph.Value, len(l.Columns))
	known := w.Labels.Entry(label).Unresolved(key)
	_, known["region"], _ = strings.Cut(scope, "/")
	for column, text := range known {
		if text != "" {
			values[l.Column(column)] = graph.StringValue(text)
		}
	}
	values[l.Column("observed")] = graph.BoolValue(false)
	return w.node(label, id, rankReferred, scope, values...)
}

// referred returns the values of a node that is only known from a reference:
// what its id and, where it has one, its ARN tell.
func (w *writer) referred(r catalog.Reference) []graph.Value {
	l := w.Schema.Label(r.Label)
	values := make([]graph.Value, len(l.Columns))
	set := func(column, text string) {
		if i := l.Column(column); i >= 0 && text != "" {
			values[i] = graph.StringValue(text)
		}
	}
	arn := r.ARN
	if arn == "" {
		arn = r.ID
	}
	if known := w.Labels.Entry(r.Label).Known; known != nil {
		for column, text := range known(r.ID) {
			set(column, text)
		}
	} else if a, ok := names.ParseARN(arn); ok {
		set("arn", arn)
		set("region", a.Region)
		set("account_id", a.Account)
		set("name", w.Labels.NameIn(r.Label, a))
	}
	if i := l.Column("observed"); i >= 0 {
		values[i] = graph.BoolValue(false)
	}
	return values
}

// unread asks for the resource of which a column was not read.
func (w *writer) unread(text string) error {
	d := spool.NewDecoder(text)
	label, id, column := d.String(), d.String(), d.String()
	if d.Err() != nil {
		return d.Err()
	}
	return w.node(label, id, rankUnread, "", graph.StringValue(column))
}

// sendNodes merges the records of each node and sends the nodes. The records of
// a node come in any order: the sorter keeps large ones apart.
func (w *writer) sendNodes(sink graph.Sink) error {
	var m merger
	group := ""
	err := w.nodes.Sorted(func(key, payload string) error {
		d := spool.NewDecoder(payload[1:])
		scope := d.String()
		rank := int(payload[0])
		var values []graph.Value
		text := ""
		if rank <= rankShared {
			text = d.Rest()
			var head record.Record
			if err := head.DecodeNode(text); err != nil {
				return err
			}
			if values = head.Values; head.Way == 0 {
				text = ""
			}
		}
		for d.More() {
			values = append(values, d.Value())
		}
		if d.Err() != nil {
			return d.Err()
		}
		if key != group {
			if err := w.sendNode(&m, sink); err != nil {
				return err
			}
			parts := spool.Parts(key)
			group = key
			m = merger{rank: rankNone, node: graph.Node{Label: w.Schema.Label(parts[0]), ID: parts[1]}}
		}
		m.add(rank, scope, text, values)
		return nil
	})
	if err != nil {
		return err
	}
	return w.sendNode(&m, sink)
}

// sendNode sends a merged node, and keeps its record for a later run where it is one
// of which nothing changes any more.
func (w *writer) sendNode(m *merger, sink graph.Sink) error {
	if w.Keep != nil && m.text != "" {
		text, err := m.withoutTags()
		if err == nil && text != "" {
			err = w.Keep(m.node.Label.Name, m.node.Scope, text)
		}
		if err != nil {
			return err
		}
	}
	return m.send(sink)
}

// A merger puts the records of one node together.
type merger struct {
	node   graph.Node
	rank   int    // of what node has; rankNone is nothing yet
	text   string // the record that it is of, where that is final
	tags   graph.Value
	unread []string

	redactions string // of the tags
}

func (m *merger) add(rank int, scope, text string, values []graph.Value) {
	switch {
	case rank == rankTags:
		m.tags, m.redactions = values[0], values[1].Text()
	case rank == rankUnread:
		m.unread = append(m.unread, values[0].Text())
	case m.rank == rankNone, rank <= rankShared && (rank < m.rank || rank == m.rank && scope < m.node.Scope):
		m.node.Scope, m.node.Values, m.rank, m.text = scope, values, rank, text
	case m.rank > rankShared && rank > rankShared:
		if rank < m.rank {
			m.node.Scope, m.rank = scope, rank
		}
		for i, v := range values {
			if old := m.node.Values[i]; old.IsNull() || v.Type() == graph.String && v.Text() < old.Text() {
				m.node.Values[i] = v
			}
		}
	}
}

// withoutTags returns the record without the tags that it has, for a later run takes
// those alone that it sweeps; "" where these are not the same, or had a secret.
func (m *merger) withoutTags() (string, error) {
	i := m.node.Label.Column("tags")
	if i < 0 || m.node.Values[i].IsNull() {
		return m.text, nil
	}
	if m.tags.IsNull() || m.redactions != "" || !slices.Equal(m.tags.Pairs(), m.node.Values[i].Pairs()) {
		return "", nil
	}
	return record.Without(m.text, i)
}

// send sends the node, where it is one: tags alone are none.
func (m *merger) send(sink graph.Sink) error {
	if m.node.Label == nil || m.rank >= rankTags {
		return nil
	}
	if i := m.node.Label.Column("tags"); i >= 0 && !m.tags.IsNull() {
		m.node.Values[i] = m.tags
	}
	if i := m.node.Label.Column("unread"); i >= 0 && len(m.unread) > 0 && m.rank <= rankShared {
		all := m.unread
		if old := m.node.Values[i]; !old.IsNull() {
			all = append(all, old.Strings()...)
		}
		slices.Sort(all)
		m.node.Values[i] = graph.StringsValue(slices.Compact(all))
	}
	if err := m.redact(); err != nil {
		return err
	}
	return sink.Node(&m.node)
}

// redact adds what was taken out of the tags to what was taken out of the node.
func (m *merger) redact() error {
	i := m.node.Label.Column("redactions")
	if i < 0 || m.redactions == "" {
		return nil
	}
	own := ""
	if v := m.node.Values[i]; !v.IsNull() {
		own = v.Text()
	}
	all, err := redact.JoinRedactions(own, m.redactions)
	m.node.Values[i] = graph.JSONValue(all)
	return err
}
