package resolve

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"

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

func (w *worker) node(k *kind, id string, rank byte, scope scopeCode, values ...graph.Value) error {
	w.key = appendNodeKey(w.key[:0], k, id)
	w.buf = binary.BigEndian.AppendUint32(append(w.buf[:0], rank), uint32(scope))
	for _, v := range values {
		w.buf = spool.AppendValue(w.buf, v)
	}
	if rank < rankTags {
		w.hasLabel[k.code] = true
	}
	return w.nodes.Add(w.key, w.buf)
}

// appendNodeKey appends a label and an id of the graph: keys are in the order of the nodes.
func appendNodeKey(key []byte, k *kind, id string) []byte {
	return spool.AppendPart(binary.BigEndian.AppendUint16(key, k.code), id)
}

// observed writes the node that a record is of, with the record as it is.
func (w *worker) observed(o *owner, text string) error {
	w.key = appendNodeKey(w.key[:0], o.kind, o.node)
	w.buf = append(binary.BigEndian.AppendUint32(append(w.buf[:0], o.rank()), uint32(o.scope)), text...)
	w.hasLabel[o.code] = true
	return w.nodes.Add(w.key, w.buf)
}

// rank is the rank of a resource that was read in a scope.
func (o *owner) rank() byte {
	if o.isARN && o.arn.Account != "" && o.arn.Account != o.at.Account {
		return rankShared
	}
	return rankObserved
}

// stub writes the node that a reference points to, and the one that its id implies. What
// was written lately is not written again: it only saves the sorter work, for the same
// stub twice is one node anyway. node is its id in the graph.
func (w *worker) stub(scope scopeCode, k *kind, id, arn string) (node string, err error) {
	w.key = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(w.key[:0], uint32(scope)), k.code)
	w.key = append(spool.AppendString(w.key, id), arn...)
	lately, there := w.stubs.add(w.key)
	if there && !lately.noted() {
		return id, nil
	}
	if node = w.IDs.ID(k.Label, id); node != id {
		lately.note()
	}
	if there {
		return node, nil
	}
	rank := byte(rankReferred)
	if strings.HasSuffix(w.scopes[scope], "/"+record.GlobalRegion) {
		rank = rankReferredGlobally
	}
	if err := w.node(k, node, rank, scope, w.referred(k, id, arn)...); err != nil || k.Implies == nil {
		return node, err
	}
	implied, ok := k.Implies.ID(id)
	if !ok {
		return node, nil
	}
	of, err := w.kind(k.Implies.Label)
	if err != nil {
		return "", err
	}
	from, err := w.stub(scope, of, implied, "")
	if err != nil {
		return "", err
	}
	return node, w.edge(&edge{typ: w.typeOf[string(k.Implies.Edge)], path: w.pathOf[""], from: end{of, from}, to: end{k, node}, scope: scope})
}

// unresolved is what the id of a node begins with that a reference names in part: it
// has no ARN, for the reference does not tell it.
const unresolved = "unresolved:"

// unresolved writes such a node, with what the key tells.
func (w *worker) unresolved(scope scopeCode, k *kind, id, key string) (node string, err error) {
	l := k.label
	values := make([]graph.Value, len(l.Columns))
	known := k.Unresolved(key)
	_, known["region"], _ = strings.Cut(w.scopes[scope], "/")
	for column, text := range known {
		if text != "" {
			values[l.Column(column)] = graph.StringValue(text)
		}
	}
	values[l.Column("observed")] = graph.BoolValue(false)
	node = w.IDs.ID(k.Label, id)
	return node, w.node(k, node, rankReferred, scope, values...)
}

// referred returns the values of a node that is only known from a reference:
// what its id and, where it has one, its ARN tell.
func (w *writer) referred(k *kind, id, arn string) []graph.Value {
	l := k.label
	values := make([]graph.Value, len(l.Columns))
	set := func(column, text string) {
		if i := l.Column(column); i >= 0 && text != "" {
			values[i] = graph.StringValue(text)
		}
	}
	if arn == "" {
		arn = id
	}
	if k.Known != nil {
		for column, text := range k.Known(id) {
			set(column, text)
		}
	} else if a, ok := names.ParseARN(arn); ok {
		set("arn", arn)
		set("region", a.Region)
		set("account_id", a.Account)
		set("name", w.Labels.NameIn(k.Label, a))
	}
	if i := l.Column("observed"); i >= 0 {
		values[i] = graph.BoolValue(false)
	}
	return values
}

// unread asks for the resource of which a column was not read.
func (w *worker) unread(text string) error {
	d := spool.NewDecoder(text)
	label, id, column := d.String(), d.String(), d.String()
	if d.Err() != nil {
		return d.Err()
	}
	k, err := w.kind(label)
	if err != nil {
		return err
	}
	return w.node(k, w.IDs.ID(label, id), rankUnread, 0, graph.StringValue(column))
}

// sendNodes merges the records of each node and sends the nodes. The records of
// a node come in any order: the sorter keeps large ones apart.
func (w *writer) sendNodes(sink graph.Sink) error {
	m := merger{rank: rankNone}
	group := ""
	err := w.nodes.Sorted(func(key, payload string) error {
		if key != group {
			if err := w.sendNode(&m, sink); err != nil {
				return err
			}
			d := spool.NewDecoder(key)
			m.begin(w.kindOf(d).label, d.Part())
			if d.Err() != nil {
				return d.Err()
			}
			group = key
		}
		d := spool.NewDecoder(payload)
		rank, scope := int(d.Byte()), w.scopes[d.Uint32()]
		text := ""
		if rank <= rankShared {
			text = d.Rest()
			if err := m.record.DecodeNode(text, &m.texts); err != nil {
				return err
			}
			if m.record.Way == 0 {
				text = ""
			}
		} else {
			d.KeepLists(&m.texts)
			for m.record.Values = m.record.Values[:0]; d.More(); {
				m.record.Values = append(m.record.Values, d.Value())
			}
		}
		if d.Err() != nil {
			return d.Err()
		}
		m.add(rank, scope, text)
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

// A merger puts the records of one node together, and then those of the next.
type merger struct {
	node   graph.Node
	rank   int    // of what node has; rankNone is nothing yet
	text   string // the record that it is of, where that is final
	tags   graph.Value
	unread []string

	redactions string // of the tags

	record record.Record // the one to add
	texts  []string      // of the lists and maps of all of them
	room   []byte
}

// begin begins a node.
func (m *merger) begin(l *graph.Label, id string) {
	m.node = graph.Node{Label: l, ID: id, Values: m.node.Values[:0]}
	m.rank, m.text, m.tags, m.redactions = rankNone, "", graph.Null, ""
	m.unread, m.texts = m.unread[:0], m.texts[:0]
}

// add adds m.record.
func (m *merger) add(rank int, scope, text string) {
	values := m.record.Values
	switch {
	case rank == rankTags:
		m.tags, m.redactions = values[0], values[1].Text()
	case rank == rankUnread:
		m.unread = append(m.unread, values[0].Text())
	case m.rank == rankNone, rank <= rankShared && (rank < m.rank || rank == m.rank && scope < m.node.Scope):
		m.node.Scope, m.rank, m.text = scope, rank, text
		m.node.Values, m.record.Values = values, m.node.Values[:0] // one has the other's room
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
// those alone that it sweeps; "" where these are not the same, or had a secret. It is text
// until the next call.
func (m *merger) withoutTags() (string, error) {
	i := m.node.Label.Column("tags")
	if i < 0 || m.node.Values[i].IsNull() {
		return m.text, nil
	}
	if m.tags.IsNull() || m.redactions != "" || !slices.Equal(m.tags.Pairs(), m.node.Values[i].Pairs()) {
		return "", nil
	}
	var err error
	m.room, err = record.AppendWithout(m.room[:0], m.text, i)
	return unsafe.String(unsafe.SliceData(m.room), len(m.room)), err
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
