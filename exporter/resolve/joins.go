package resolve

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// Join groups. Each has definitions, which come first, and askers.
const (
	joinName  = iota // label, scope, lower-case key: resources; references by name
	joinValue        // derivation, scope or none, value: those that define it; those that ask
	joinARN          // lower-case ARN: resources; their tags; references by ARN
)

const (
	define = iota
	ask
	refer // by ARN
)

// joining adds a record to a group. Its key says too whether it defines something: a large
// payload comes after the others of its key, whatever it begins with.
func (w *worker) joining() error {
	w.key = append(w.key, min(w.buf[0], ask))
	return w.joins.Add(w.key, w.buf)
}

// appendGroup appends what the key of a group by name or value begins with.
func appendGroup(key []byte, join byte, of uint16, scope scopeCode) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(append(key, join), of), uint32(scope))
}

// appendLower appends a text in small letters.
func appendLower(key []byte, s string) []byte {
	begin := len(key)
	for i := range len(s) {
		c := s[i]
		if c == 0 || c >= 0x80 {
			return spool.AppendPart(key[:begin], strings.ToLower(s))
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		key = append(key, c)
	}
	return spool.AppendPart(key, "")
}

// identities writes what a listed resource is found by, and its account's edge.
func (w *worker) identities(o *owner, rec *record.Record) error {
	if o.List == nil {
		return nil
	}
	if o.isKind || o.Within == "" {
		if err := w.owned(o, rec); err != nil {
			return err
		}
	}
	if o.isKind { // else references by ARN name its id
		if err := w.named(o, rec.Key, rec.ID); err != nil {
			return err
		}
	}
	for _, key := range rec.Aliases {
		if !o.isKind && key == rec.Key {
			continue
		}
		if err := w.named(o, key, rec.ID); err != nil {
			return err
		}
	}
	if !o.isKind {
		return nil
	}
	w.key = appendLower(append(w.key[:0], joinARN), rec.ID)
	w.buf = spool.AppendString(binary.BigEndian.AppendUint16(append(w.buf[:0], define), o.code), rec.ID)
	return w.joining()
}

// named writes a key that references by name find a resource by.
func (w *worker) named(o *owner, key, id string) error {
	if key == "" {
		return nil
	}
	w.key = appendLower(appendGroup(w.key[:0], joinName, o.code, o.scope), key)
	w.buf = spool.AppendString(spool.AppendString(append(w.buf[:0], define), key), id)
	return w.joining()
}

// owned writes the edge from the account that has a resource: the one in its ARN, or
// that it says. What is AWS's own has none.
func (w *worker) owned(o *owner, rec *record.Record) error {
	account := o.at.Account
	if o.isARN && o.arn.Account != "" {
		account = o.arn.Account
	} else if o.account >= 0 {
		account = rec.Values[o.account].Text()
	}
	of := w.byName[catalog.AccountLabel]
	if account != o.at.Account {
		if !names.IsAccountID(account) {
			return nil
		}
		if _, err := w.stub(o.scope, of, account, ""); err != nil {
			return err
		}
	}
	if w.account != account {
		w.account = strings.Clone(account)
		w.accountNode = w.IDs.ID(catalog.AccountLabel, w.account)
	}
	return w.edge(&edge{typ: w.typeOf[string(catalog.Resource)], path: w.pathOf[""], from: end{of, w.accountNode}, to: end{o.kind, o.node}, scope: o.scope})
}

// derive notes what the derived edges are made of.
func (w *worker) derive(o *owner, r *rule, f *record.Ref) error {
	for _, i := range r.defines {
		if w.derivations[i].Older && !o.dated {
			continue
		}
		w.key = w.appendValueGroup(w.key[:0], i, o, f)
		w.buf = binary.BigEndian.AppendUint16(o.appendCreated(append(w.buf[:0], define)), o.code)
		w.buf = spool.AppendString(w.buf, o.node)
		if err := w.joining(); err != nil {
			return err
		}
	}
	for _, i := range r.asks {
		if w.derivations[i].Older && !o.dated {
			continue
		}
		w.key = w.appendValueGroup(w.key[:0], i, o, f)
		w.buf = binary.BigEndian.AppendUint32(o.appendCreated(append(w.buf[:0], ask)), uint32(o.scope))
		w.buf = w.appendAsking(w.buf, o, r, f)
		if err := w.joining(); err != nil {
			return err
		}
	}
	return nil
}

// appendValueGroup appends the key of the group of what a field says.
func (w *worker) appendValueGroup(key []byte, derivation int, o *owner, f *record.Ref) []byte {
	d := &w.derivations[derivation]
	scope, value := scopeCode(0), f.Named
	if d.SameScope {
		scope = o.scope
	}
	if d.ByID {
		value = f.ID
	}
	return spool.AppendPart(appendGroup(key, joinValue, uint16(derivation), scope), value)
}

// tags asks for the resource that has these tags.
func (w *worker) tags(text string) error {
	d := spool.NewDecoder(text)
	id := d.String()
	if d.Err() != nil {
		return d.Err()
	}
	w.key = appendLower(append(w.key[:0], joinARN), id)
	w.buf = append(append(w.buf[:0], ask), text...)
	return w.joining()
}

// A definition is one resource of a join group, with its key or when it was made, as the
// group has it.
type definition struct {
	text string
	end
}

// find returns the definition that is exactly s by the given texts or, where
// there is none, the only one that there is.
func find(defs []definition, text func(*definition) string, s string) (d definition, found, ambiguous bool) {
	exact := 0
	for i := range defs {
		if one := &defs[i]; text(one) == s && (exact == 0 || one.id != d.id) {
			d = *one
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

// A group is what asks for the same, with what defines it. It does not change when there
// is somebody who asks.
type group struct {
	join  byte
	of    int // of a value: the derivation
	kind  *kind
	scope scopeCode
	value string
	defs  []definition
}

// An asker is one record of a group that asks.
type asker struct {
	group *group
	text  string
}

// join brings definitions and askers together: askers go to the workers, some at a time.
func (w *writer) join(ctx context.Context) error {
	const some = 512
	work, ctx := errgroup.WithContext(ctx)
	askers, used := make(chan []asker, len(w.workers)), make(chan []asker, 2*len(w.workers))
	work.Go(graph.NoPanic(func() error {
		defer close(askers)
		var batch []asker
		send := func() error {
			select {
			case askers <- batch:
			case <-ctx.Done():
				return ctx.Err()
			}
			select {
			case batch = <-used:
				batch = batch[:0]
			default:
				batch = make([]asker, 0, some)
			}
			return nil
		}
		last, g := "", &group{}
		asked := false
		err := w.joins.Sorted(func(key, payload string) error {
			if key = key[:len(key)-1]; key != last {
				if asked {
					g, asked = &group{}, false
				}
				last = key
				if err := w.begin(g, key); err != nil {
					return err
				}
			}
			if payload[0] == define {
				return w.define(g, payload[1:])
			}
			asked = true
			if batch = append(batch, asker{g, payload}); len(batch) < some {
				return nil
			}
			return send()
		})
		if err != nil {
			return err
		}
		return send()
	}))
	for _, one := range w.workers {
		work.Go(graph.NoPanic(func() error {
			for batch := range askers {
				for i := range batch {
					if err := one.answer(batch[i].group, batch[i].text); err != nil {
						return err
					}
				}
				clear(batch)
				select {
				case used <- batch:
				default:
				}
			}
			return nil
		}))
	}
	return work.Wait()
}

// begin makes a group that of a key.
func (w *writer) begin(g *group, key string) error {
	d := spool.NewDecoder(key)
	*g = group{join: d.Byte(), defs: g.defs[:0]}
	switch g.join {
	case joinName:
		g.kind, g.scope = w.kindOf(d), scopeCode(d.Uint32())
	case joinValue:
		g.of, g.scope = int(d.Uint16()), scopeCode(d.Uint32())
		g.value = d.Part()
	}
	return d.Err()
}

// define adds a definition to a group.
func (w *writer) define(g *group, text string) error {
	d := spool.NewDecoder(text)
	var one definition
	if g.join != joinARN {
		one.text = d.String()
	}
	if one.kind = g.kind; g.join != joinName {
		one.kind = w.kindOf(d)
	}
	one.id = d.String()
	g.defs = append(g.defs, one)
	return d.Err()
}

// answer answers one that asks.
func (w *worker) answer(g *group, text string) error {
	d := spool.NewDecoder(text[1:])
	switch {
	case g.join == joinName:
		return w.joinName(g, d)
	case g.join == joinValue:
		return w.joinValue(g, d)
	case text[0] == refer:
		return w.joinReference(g.defs, d)
	}
	return w.joinTags(g.defs, d)
}

// reportLeftOut adds to the report how many edges the workers have left out.
func (w *writer) reportLeftOut() {
	all := map[graph.LeftOut]int64{}
	for _, one := range w.workers {
		for left, n := range one.leftOut {
			all[left] += n
		}
	}
	for left, n := range all {
		left.Count = n
		w.Report.LeftOut = append(w.Report.LeftOut, left)
	}
	slices.SortFunc(w.Report.LeftOut, func(a, b graph.LeftOut) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.Ref, b.Ref), strings.Compare(a.Edge, b.Edge))
	})
}

// findARN returns the definition that has an ARN or, where there is none, the only one
// that has it in small letters, or of which this is the ARN in small letters: AWS
// lowers ARNs here and there. One that differs otherwise is another resource's.
func findARN(defs []definition, arn string) (d definition, found bool) {
	d, found, _ = find(defs, func(d *definition) string { return d.id }, arn)
	if !found || d.id == arn {
		return d, found
	}
	lower := strings.ToLower(arn)
	return d, d.id == lower || arn == lower
}

// joinReference writes the edge of a reference by ARN: to the resource that has it,
// or to the node that it tells of.
func (w *worker) joinReference(defs []definition, d *spool.Decoder) error {
	id, arn := d.String(), d.String()
	scope, k := scopeCode(d.Uint32()), w.kindOf(d)
	a := w.asking(d)
	if d.Err() != nil {
		return d.Err()
	}
	if def, found := findARN(defs, id); found {
		return w.edge(a.edgeTo(w.endOf(def), scope))
	}
	node, err := w.stub(scope, k, id, arn)
	if err != nil {
		return err
	}
	return w.edge(a.edgeTo(end{k, node}, scope))
}

// endOf is the node of a definition that has its id as AWS has it.
func (w *worker) endOf(d definition) end { return end{d.kind, w.IDs.ID(d.Label, d.id)} }

// joinTags gives tags to the resource that has them.
func (w *worker) joinTags(defs []definition, d *spool.Decoder) error {
	id, redactions, tags := d.String(), d.String(), d.Value()
	def, found := findARN(defs, id)
	if !found {
		return d.Err() // of a resource that is gone, or of a kind that was skipped
	}
	return errors.Join(d.Err(), w.node(def.kind, w.endOf(def).id, rankTags, 0, tags, graph.StringValue(redactions)))
}

// joinName writes the edge of a reference by name: to the resource of exactly
// that name, else to the only one that differs in case alone, else to the node
// that the name would have.
func (w *worker) joinName(g *group, d *spool.Decoder) (err error) {
	key, partition := d.String(), d.String()
	a := w.asking(d)
	if d.Err() != nil {
		return d.Err()
	}
	def, found, ambiguous := find(g.defs, func(d *definition) string { return d.text }, key)
	if a.flags&unsure != 0 && !found {
		w.notReferences[notReference{a.owner.Label, w.paths[a.path]}]++
		return nil
	}
	to := end{kind: g.kind}
	switch {
	case found:
		to = w.endOf(def)
	case a.flags&partial != 0:
		to.id, err = w.unresolved(g.scope, g.kind, unresolved+w.scopes[g.scope]+"/"+key, key)
	default:
		to.id, err = w.stub(g.scope, g.kind, w.would(g, partition, key), "")
	}
	if err != nil {
		return err
	}
	e := a.edgeTo(to, g.scope)
	e.ambiguous = ambiguous
	return w.edge(e)
}

// would is the ARN that what is referred to by name would have.
func (w *worker) would(g *group, partition, key string) string {
	account, region, _ := strings.Cut(w.scopes[g.scope], "/")
	a := names.ARN{Partition: partition, Service: "sagemaker", Region: region, Account: account, Resource: key}
	if !g.kind.isKind {
		if a.Service = g.kind.Service; g.kind.Scope == catalog.InAccount {
			a.Region = ""
		}
	}
	return a.String()
}

// joinValue writes the edges from what asks for a value to each that defines it, or
// says how many it left out.
func (w *worker) joinValue(g *group, asker *spool.Decoder) error {
	created, scope := asker.String(), scopeCode(asker.Uint32())
	a := w.asking(asker)
	if asker.Err() != nil {
		return asker.Err()
	}
	d := &w.derivations[g.of]
	older := len(g.defs)
	if d.Older { // definitions are sorted by when they were made
		older, _ = slices.BinarySearchFunc(g.defs, created, func(one definition, created string) int { return strings.Compare(one.text, created) })
	}
	if d.Most > 0 && len(g.defs) > d.Most {
		if older > 0 {
			w.leftOut[graph.LeftOut{Scope: w.scopes[g.scope], Edge: string(d.Edge), Ref: g.value}] += int64(older)
		}
		return nil
	}
	for i := range g.defs[:older] {
		a.flags &^= reverse
		e := a.edgeTo(g.defs[i].end, scope)
		e.typ, e.basis = w.typeOf[string(d.Edge)], uint8(g.of)+1
		if err := w.edge(e); err != nil {
			return err
		}
	}
	return nil
}
