package access

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// A table decides some actions of the principals of one account on resources of that account.
//
// Deciding each pair by itself would take an hour where an account has 5,000 principals and 2,000 endpoints, so the table decides classes.
// Two principals are of one class for an action if the statements that mention it are the same ones, and the principal's own facts that these
// look at (tags, or the ARN where they look at anything else of it) are equal. For one class, two resources are in one cell if each resource
// pattern of those statements matches both or none, and the facts of the resource that they look at are equal. Nothing can tell the pairs of a
// class and a cell apart, so one of them is decided for all.
type table struct {
	actions   []string
	context   policy.Context
	resources []*resource
	account   *account
	own       *narrow         // the resources' own policies together, which may name principals; nil for none
	named     map[string]bool // whom they name, by ARN; "*" for anybody
	plain     bool            // which statements deny is not asked
	mixed     bool            // the resources are of several accounts

	narrowed map[*policy.Policy][]*narrow // by action
	scp      [][]policy.Level             // by action, narrowed
	rcp      [][]policy.Level
	scpLooks []*narrow // of all of them together
	rows     map[string]*row
	columns  map[string]*column
	index    map[string]int // resources by ARN
	count    int            // of narrowed policies
	held     int            // cells in rows
}

// narrow is a policy cut down to the statements that mention an action.
type narrow struct {
	number int
	policy *policy.Policy
	looks  policy.Looks
	facts  facts
}

// facts says which facts of principals and resources policies look at.
type facts struct {
	keys          bool     // any condition key or variable at all
	principal     bool     // its ARN, name or id
	principalTags []string // keys, lower case
	resourceTags  []string
	region        bool
	varies        bool // a resource pattern has variables
}

func (n *narrow) empty() bool {
	return n == nil || len(n.policy.Statements) == 0 && n.policy.Broken == ""
}

// row is what comes of one action for one class of principals.
type row struct {
	cells   []int32   // by resource
	answers []*Answer // by cell; denied ones have the verdict Denied, and in Via the statements that deny
	pairs   map[[2]int32]*Answer
}

// at is the answer for the n-th resource. A nil row denies everything, and no statement did.
func (r *row) at(n int) *Answer {
	if r == nil {
		return denied
	}
	return r.answers[r.cells[n]]
}

func newTable(m *Model, account *account, resources []*resource, context policy.Context, actions ...string) *table {
	t := &table{
		actions: actions, context: context, resources: resources, account: account,
		narrowed: map[*policy.Policy][]*narrow{}, rows: map[string]*row{}, columns: map[string]*column{}, index: map[string]int{},
	}
	for i, r := range resources {
		t.index[r.ARN] = i
		t.mixed = t.mixed || r.Account != account.id
	}
	t.readOwn()
	for a := range actions {
		scp, looks := t.levels(account.scp, a)
		rcp, more := t.levels(account.rcp, a)
		t.scp, t.rcp = append(t.scp, scp), append(t.rcp, rcp)
		t.scpLooks = append(t.scpLooks, t.join(append(looks, more...)))
	}
	return t
}

// readOwn reads the resources' own policies. One that was not read names nobody: who asks such a table wants answers that a known statement speaks
// for.
func (t *table) readOwn() {
	var all []*policy.Policy
	has := false
	for _, r := range t.resources {
		has = has || r.HasPolicy || r.PolicyUnread != ""
		if r.policy != nil && !slices.Contains(all, r.policy) {
			all = append(all, r.policy)
		}
	}
	if !has {
		return
	}
	t.own, t.named = t.join(all), map[string]bool{}
	for _, p := range all {
		if p.Broken != "" {
			t.named["*"] = true
		}
		for _, s := range p.Statements {
			if s.Broken != "" || s.NotPrincipals != nil {
				t.named["*"] = true
			}
		}
	}
	for _, e := range t.own.looks.Principals {
		switch {
		case accountNamed(e) != "": // lets in whom that account's policies let
		case strings.HasPrefix(e.Value, "arn:") && strings.Contains(e.Value, ":iam:"):
			t.named[e.Value] = true
		default: // everybody, a session, a unique id
			t.named["*"] = true
		}
	}
}

// levels narrows organization policies to an action.
func (t *table) levels(levels []policy.Level, action int) ([]policy.Level, []*policy.Policy) {
	var out []policy.Level
	var all []*policy.Policy
	for _, l := range levels {
		n := policy.Level{Target: l.Target}
		for _, p := range l.Policies {
			// One that says nothing of the action stays: an empty level denies, and so does one whose policies do not allow.
			q := policy.Narrow(p, t.actions[action])
			n.Policies = append(n.Policies, q)
			all = append(all, q)
		}
		out = append(out, n)
	}
	return out, all
}

func (t *table) join(all []*policy.Policy) *narrow {
	n := &narrow{policy: &policy.Policy{}, looks: policy.LooksOf(all...)}
	n.facts = factsOf(&n.looks)
	return n
}

// narrow cuts a policy down to an action, once for all principals that have it.
func (t *table) narrow(p *policy.Policy, action int) *narrow {
	list := t.narrowed[p]
	if list == nil {
		list = make([]*narrow, len(t.actions))
		for a := range t.actions {
			q := policy.Narrow(p, t.actions[a])
			for _, other := range list[:a] {
				if slices.Equal(other.policy.Statements, q.Statements) {
					list[a] = other
					break
				}
			}
			if list[a] == nil {
				t.count++
				n := &narrow{number: t.count, policy: q}
				if !n.empty() {
					n.looks = policy.LooksOf(q)
					n.facts = factsOf(&n.looks)
				}
				list[a] = n
			}
		}
		t.narrowed[p] = list
	}
	return list[action]
}

// factsOf says which facts the keys of policies are about. Keys that are about the request alone are the same for all pairs.
func factsOf(l *policy.Looks) facts {
	f := facts{keys: len(l.Keys) > 0}
	for _, key := range l.Keys {
		base, tag, tagged := strings.Cut(key, "/")
		switch {
		case tagged && base == "aws:principaltag":
			f.principalTags = append(f.principalTags, tag)
		case tagged && strings.HasSuffix(base, ":resourcetag"):
			f.resourceTags = append(f.resourceTags, tag)
		case key == "aws:requestedregion":
			f.region = true
		case key == "aws:principalaccount", key == "aws:principalorgid", key == "aws:principalorgpaths", key == "aws:principaltype",
			key == "aws:principalisawsservice", key == "kms:calleraccount":
			// The same for all principals of an account and kind.
		case key == "aws:username", key == "aws:userid", strings.HasPrefix(key, "aws:principal"):
			f.principal = true
		}
	}
	for _, r := range l.Resources {
		f.varies = f.varies || r.Varies
	}
	return f
}

func (f *facts) add(g *facts) {
	f.keys, f.principal, f.region, f.varies = f.keys || g.keys, f.principal || g.principal, f.region || g.region, f.varies || g.varies
	f.principalTags = append(f.principalTags, g.principalTags...)
	f.resourceTags = append(f.resourceTags, g.resourceTags...)
}

// class is a principal's class for an action: the key that it shares with all that nothing can tell apart, and what decides on them.
type class struct {
	key   string
	none  bool // nothing allows the action, whatever the resource
	parts []*narrow
	facts facts
	set   policy.Set
}

func (t *table) classOf(p *principal, action int) class {
	var c class
	key := make([]byte, 0, 64)
	c.set = policy.Set{
		IdentityUnread: p.set.IdentityUnread, BoundaryUnread: p.set.BoundaryUnread, HasBoundary: p.set.HasBoundary,
		SCPUnread: p.set.SCPUnread, RCP: t.rcp[action], RCPUnread: t.account.rcpUnread,
	}
	for _, d := range p.set.Identity {
		if n := t.narrow(d, action); !n.empty() {
			c.parts = append(c.parts, n)
			c.set.Identity = append(c.set.Identity, n.policy)
			key = binary.AppendUvarint(key, uint64(n.number))
		}
	}
	if c.none = len(c.parts) == 0 && p.set.IdentityUnread == "" && !t.named[p.arn] && !t.named["*"]; c.none {
		return c
	}
	key = append(key, 0)
	if p.set.Boundary != nil {
		n := t.narrow(p.set.Boundary, action)
		c.parts = append(c.parts, n)
		c.set.Boundary = n.policy
		key = binary.AppendUvarint(key, uint64(n.number))
	}
	if !p.linked {
		c.set.SCP = t.scp[action]
	}
	control := t.scpLooks[action]
	c.parts = append(c.parts, control)
	if t.own != nil {
		c.parts = append(c.parts, t.own)
	}
	for _, n := range c.parts {
		c.facts.add(&n.facts)
	}
	text := func(s string) {
		key = binary.AppendUvarint(key, uint64(len(s)))
		key = append(key, s...)
	}
	flag := func(b bool) {
		if b {
			key = append(key, 1)
		} else {
			key = append(key, 0)
		}
	}
	text(p.set.IdentityUnread)
	text(p.set.BoundaryUnread)
	text(p.set.SCPUnread)
	flag(p.set.HasBoundary)
	flag(p.linked)
	key = append(key, byte(p.who.Kind))
	if c.facts.keys || len(control.looks.Resources) > 0 {
		// What a key has may depend on the action; and so do organization policies.
		key = append(key, byte(action)+1)
	}
	if c.facts.principal || t.own != nil {
		text(p.arn)
	} else if len(c.facts.principalTags) > 0 {
		flag(p.who.TagsKnown)
		flag(p.who.TagsOpen)
		for _, tag := range sorted(c.facts.principalTags) {
			text(tag)
			text(tagsLike(p.who.Tags, tag))
		}
	}
	c.key = string(key)
	return c
}

// sorted is a list sorted, with nothing twice.
func sorted(list []string) []string {
	if len(list) < 2 {
		return list
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// tagsLike is a text that is equal for equal values of the tags whose keys differ from a key in case at most.
func tagsLike(tags map[string]string, key string) string {
	var found []string
	for k, v := range tags {
		if len(k) == len(key) && strings.EqualFold(k, key) {
			found = append(found, k+"\x00"+v)
		}
	}
	slices.Sort(found)
	return strings.Join(found, "\x01")
}

// row decides an action for the class of a principal. It is nil where nothing allows it.
func (t *table) row(p *principal, action int) *row {
	c := t.classOf(p, action)
	if c.none {
		return nil
	}
	r, ok := t.rows[c.key]
	if !ok {
		r = t.decide(p, action, &c)
		if t.own != nil {
			return r // nobody else has it
		}
		if t.held += len(r.cells); t.held > maxHeld {
			clear(t.rows)
			t.held = len(r.cells)
		}
		t.rows[c.key] = r
	}
	return r
}

// maxHeld is how many cells the rows of a table may have together, 4 bytes each, before they are worked out again for who still asks.
const maxHeld = 16 << 20

// decide evaluates one pair of each cell.
func (t *table) decide(p *principal, action int, c *class) *row {
	cells := t.cells(p, c)
	r := &row{cells: cells.cells, answers: make([]*Answer, cells.next)}
	for i, n := range r.cells {
		if r.answers[n] != nil {
			continue
		}
		req := t.request(p, action, c.set, i)
		if t.plain && policy.Quick(req) == policy.Denied {
			r.answers[n] = denied
			continue
		}
		r.answers[n] = answerOf(policy.Evaluate(req))
	}
	return r
}

func (t *table) request(p *principal, action int, set policy.Set, i int) *policy.Request {
	r := t.resources[i]
	set.Resource, set.HasResource, set.ResourceUnread = r.policy, r.HasPolicy, r.PolicyUnread
	if r.Account != t.account.id {
		set.RCP, set.RCPUnread = r.owner.rcp, r.owner.rcpUnread
	}
	return &policy.Request{Action: t.actions[action], Resource: r.asks, Principal: p.who, Context: t.context, Policies: set}
}

// column numbers what a fact of the resources is: equal numbers are equal facts.
type column struct {
	values []int32 // by resource, from 0 on
	kinds  int32   // how many numbers there are
}

// columnOf makes a column of texts.
func (t *table) columnOf(text func(r *resource) string) *column {
	c := &column{values: make([]int32, len(t.resources))}
	numbers := map[string]int32{}
	for i, r := range t.resources {
		word := text(r)
		n, ok := numbers[word]
		if !ok {
			n = c.kinds
			c.kinds++
			numbers[word] = n
		}
		c.values[i] = n
	}
	return c
}

// kept is a column that many classes ask for.
func (t *table) kept(name string, text func(r *resource) string) *column {
	c := t.columns[name]
	if c == nil {
		c = t.columnOf(text)
		t.columns[name] = c
	}
	return c
}

// partition are the cells of the resources, from 0 on.
type partition struct {
	cells []int32
	next  int32
	room  []int32
}

// split gives each pair of a cell and a value a cell of its own.
func (p *partition) split(c *column) {
	if c.kinds < 2 {
		return
	}
	size := int64(p.next) * int64(c.kinds)
	if size > 1<<20 {
		p.splitMany(c)
		return
	}
	// seen has one more than the new cell of a pair; taken says that a cell's number went to one of its pairs.
	p.room = append(p.room[:0], make([]int32, size+int64(p.next))...)
	seen, taken := p.room[:size], p.room[size:]
	for i, cell := range p.cells {
		at := &seen[int64(cell)*int64(c.kinds)+int64(c.values[i])]
		if *at == 0 {
			*at = cell + 1
			if taken[cell] != 0 {
				p.next++
				*at = p.next
			}
			taken[cell] = 1
		}
		p.cells[i] = *at - 1
	}
}

func (p *partition) splitMany(c *column) {
	type pair struct{ cell, value int32 }
	seen, taken := map[pair]int32{}, map[int32]bool{}
	for i, cell := range p.cells {
		k := pair{cell, c.values[i]}
		n, ok := seen[k]
		if !ok {
			n = cell
			if taken[cell] {
				n = p.next
				p.next++
			}
			taken[cell] = true
			seen[k] = n
		}
		p.cells[i] = n
	}
}

// one gives one resource a cell of its own.
func (p *partition) one(i int) {
	p.cells[i] = p.next
	p.next++
}

// cells numbers the cells of the resources for a class, and says how many there are.
func (t *table) cells(p *principal, c *class) partition {
	cells := partition{cells: make([]int32, len(t.resources)), next: 1}
	done := map[string]bool{}
	for _, part := range c.parts {
		for _, rp := range part.looks.Resources {
			// What a "$" means depends on the version of the policy.
			plain := !strings.Contains(rp.Text, "$")
			if rp.Text == "*" || plain && done[rp.Text] {
				continue
			}
			done[rp.Text] = true
			switch {
			case rp.Varies:
				cells.split(t.varying(p, rp))
			case plain && !strings.ContainsAny(rp.Text, "*?["):
				// An ARN as it stands: it is one resource's, or none's.
				if i, ok := t.index[rp.Text]; ok {
					cells.one(i)
				}
			case plain:
				cells.split(t.kept("pattern "+rp.Text, func(r *resource) string { return rp.Match(r.ARN).String() }))
			default:
				cells.split(t.columnOf(func(r *resource) string { return rp.Match(r.ARN).String() }))
			}
		}
	}
	for _, tag := range sorted(c.facts.resourceTags) {
		cells.split(t.kept("tag "+tag, func(r *resource) string {
			if r.TagsUnread != "" {
				return ""
			}
			return "k" + tagsLike(r.Tags, tag)
		}))
	}
	if c.facts.region {
		cells.split(t.kept("region", func(r *resource) string { return r.asks.Region + " " + ARNRegion(r.ARN) }))
	}
	if t.mixed {
		cells.split(t.kept("account", func(r *resource) string { return r.Account }))
	}
	if t.own != nil {
		cells.split(t.kept("policy", func(r *resource) string {
			if r.policy == nil || r.PolicyUnread != "" {
				return " " + r.PolicyUnread
			}
			return r.policy.ID
		}))
	}
	return cells
}

// varying says which resources a pattern with variables matches for a principal: what a statement of that pattern alone would do.
func (t *table) varying(p *principal, rp *policy.ResourcePattern) *column {
	text, _ := json.Marshal(rp.Text)
	probe := policy.Parse("", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":`+string(text)+`}}`)
	req := policy.Request{Action: t.actions[0], Principal: p.who, Context: t.context, Policies: policy.Set{Identity: []*policy.Policy{probe}}}
	return t.columnOf(func(r *resource) string {
		req.Resource = r.asks
		return policy.Quick(&req).String()
	})
}
