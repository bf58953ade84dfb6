package report

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
)

const endpointLabel = "AWSSageMakerEndpoint"

// The endpoints stand with what they came of and who may call them.
type endpoints struct {
	Detailed  []endpoint
	Others    *table // nil where there is none
	Total     int
	Cut       string
	Lacks     int
	LineageOf int // entries of what was not read that lineage needs
}

// An endpoint has a picture, and the same as text.
type endpoint struct {
	Anchor string
	rating
	Ref      ref
	Open     bool // at first
	Status   string
	Observed bool
	Exposure string

	Picture  template.HTML // "" where it could not be drawn, or was not
	NoPic    string        // why not
	Steps    []step
	Told     int // steps, those below others too
	MoreStep int
	Lacks    []string // what lineage misses

	Invokers    []invoker
	Principals  int
	Allowed     int
	Outside     int
	MoreInvoker int
}

// An invoker is a principal that may call an endpoint.
type invoker struct {
	rating
	Principal            ref
	Allowed, Conditional []string // actions
	Components           int      // inference components that calls may name
	Conditions           []string
	Outside              bool
	Becomes              []ref // from outside, who may become it
	MoreBecomes          int
}

// An endpointPlan says which endpoints stand in the report in detail, the worst
// first, and what is known of all.
type endpointPlan struct {
	order    []*endpointSum
	detailed []*endpointSum
	count
}

// An endpointSum sums up who may call one endpoint.
type endpointSum struct {
	id   string
	node *view.Node
	rating
	principals, allowed, outside int
	invokers                     []*pair // the worst, where it is shown in detail
	isDetailed                   bool
}

// A pair is all that one principal may do with one endpoint.
type pair struct {
	principal, endpoint string
	rating
	allowed, conditional, conditions []string
	components                       map[string]bool
}

// eachPair joins the invokers of a principal and an endpoint, which come one after
// the other. One is the reader's until the next, unless it is cloned.
func eachPair(r *audit.Report, yield func(*pair)) {
	var p *pair
	for v := range r.EachInvoker {
		if p == nil || p.principal != v.Principal || p.endpoint != v.Endpoint {
			if p != nil {
				yield(p)
			}
			p = &pair{principal: v.Principal, endpoint: v.Endpoint, rating: rated(v.Rating)}
		}
		p.take(v)
	}
	if p != nil {
		yield(p)
	}
}

func (p *pair) take(v *audit.Invoker) {
	if r := rated(v.Rating); compareRatings(r, p.rating) < 0 {
		p.rating = r
	}
	actions := &p.allowed
	if v.Verdict != audit.Allowed {
		actions = &p.conditional
		for _, c := range slices.Concat(v.Conditions, v.Unknown) {
			if !slices.Contains(p.conditions, c) {
				p.conditions = append(p.conditions, c)
			}
		}
	}
	if v.Component != "" {
		if p.components == nil {
			p.components = map[string]bool{}
		}
		p.components[v.Component] = true
	}
	if action := strings.TrimPrefix(v.Action, "sagemaker:"); !slices.Contains(*actions, action) {
		*actions = append(*actions, action)
	}
}

// planEndpoints looks at all invokers, which may be millions, and gives those that
// stand in detail their anchors.
func (b *builder) planEndpoints() *endpointPlan {
	plan := &endpointPlan{}
	sums := map[string]*endpointSum{}
	begin := func(id string, n *view.Node) *endpointSum {
		s := &endpointSum{id: id, node: n, rating: rating{Level: audit.Info}}
		sums[id] = s
		plan.order = append(plan.order, s)
		return s
	}
	for _, n := range b.in.Graph.Nodes(endpointLabel) {
		begin(n.ID, n)
	}
	eachPair(b.in.Report, func(p *pair) {
		s := sums[p.endpoint]
		if s == nil {
			s = begin(strings.Clone(p.endpoint), nil)
		}
		s.take(p, b.isOutside(p.principal))
		plan.add(p.rating)
	})
	slices.SortStableFunc(plan.order, func(x, y *endpointSum) int {
		return cmp.Or(compareRatings(x.rating, y.rating), cmp.Compare(x.id, y.id))
	})
	plan.detailed = plan.order[:min(mostEndpoints, len(plan.order))]
	for i, s := range plan.detailed {
		s.isDetailed = true
		b.anchors[s.id] = fmt.Sprintf("endpoint%d", i+1)
		b.places[s.id] = append(b.places[s.id], b.anchors[s.id])
	}
	eachPair(b.in.Report, func(p *pair) {
		if s := sums[p.endpoint]; s.isDetailed {
			s.keep(p)
		}
	})
	return plan
}

func (s *endpointSum) take(p *pair, outside bool) {
	s.principals++
	if len(p.allowed) > 0 {
		s.allowed++
	}
	if outside {
		s.outside++
	}
	if compareRatings(p.rating, s.rating) < 0 {
		s.rating = p.rating
	}
}

// keep notes a pair if it is among the worst.
func (s *endpointSum) keep(p *pair) {
	s.invokers = append(s.invokers, p)
	if len(s.invokers) > 2*mostInvokers {
		s.worst()
	}
}

func (s *endpointSum) worst() {
	slices.SortStableFunc(s.invokers, func(x, y *pair) int {
		return cmp.Or(compareRatings(x.rating, y.rating), cmp.Compare(len(y.allowed), len(x.allowed)), cmp.Compare(x.principal, y.principal))
	})
	if len(s.invokers) > mostInvokers {
		clear(s.invokers[mostInvokers:])
		s.invokers = s.invokers[:mostInvokers]
	}
}

// isOutside reports whether a principal belongs to no account that was read.
func (b *builder) isOutside(principal string) bool {
	account, _ := placeOf(principal)
	return !b.in.Graph.IsExported(account)
}

// endpoints describes those of a plan.
func (b *builder) endpoints(ctx context.Context, plan *endpointPlan) (endpoints, error) {
	all := endpoints{Total: len(plan.order), Lacks: b.lacks("invokers"), LineageOf: b.lacks("lineage")}
	outsiders := b.outsiders()
	exposed := map[string]*audit.Exposure{}
	for i := range b.in.Report.Exposure {
		exposed[b.in.Report.Exposure[i].Resource] = &b.in.Report.Exposure[i]
	}
	pictures, err := b.pictures(ctx, plan.detailed)
	if err != nil {
		return all, err
	}
	for i, s := range plan.detailed {
		s.worst()
		e := b.endpoint(s, pictures[i], exposed[s.id], outsiders)
		e.Open = i == 0
		all.Detailed = append(all.Detailed, e)
	}
	if others := plan.order[len(plan.detailed):]; len(others) > 0 {
		all.Others = b.otherEndpoints(others)
		all.Cut = b.cut("Of %s endpoints, the %d whose invokers are the worst have pictures and their invokers; the others are lines of a table. All of one: sgexport lineage SNAPSHOT ENDPOINT, and sgexport audit SNAPSHOT --format json", snapshot.Grouped(int64(all.Total)), len(plan.detailed))
	}
	return all, nil
}

func (b *builder) endpoint(s *endpointSum, pic picture, exposure *audit.Exposure, outsiders map[string][]string) endpoint {
	e := endpoint{
		Anchor: b.anchors[s.id], rating: s.rating, Ref: b.ref(s.id), Principals: s.principals, Allowed: s.allowed, Outside: s.outside,
		Picture: pic.svg, NoPic: pic.why, Steps: pic.steps, Told: pic.told, MoreStep: pic.more, Lacks: pic.lacks, MoreInvoker: s.principals - len(s.invokers),
	}
	e.Ref.Link = ""
	if s.node != nil {
		e.Status, e.Observed = text(s.node.Text("status")), s.node.Observed()
	}
	if exposure != nil {
		e.Exposure = text(fmt.Sprintf("direct internet: %s, subnet: %s, open to the internet: %s, reaches: %s", audit.Say(exposure.DirectInternet), exposure.Subnet, audit.Say(exposure.OpenIngress), exposure.Egress))
	}
	for _, p := range s.invokers {
		one := invoker{
			rating: p.rating, Principal: b.ref(p.principal), Allowed: texts(p.allowed), Conditional: texts(p.conditional), Components: len(p.components),
			Conditions: b.briefs(p.conditions), Outside: b.isOutside(p.principal),
		}
		one.Becomes, one.MoreBecomes = b.refs(outsiders[p.principal])
		e.Invokers = append(e.Invokers, one)
	}
	return e
}

// outsiders returns by role who may become it from outside of the accounts that were
// read.
func (b *builder) outsiders() map[string][]string {
	by := map[string][]string{}
	for i := range b.in.Report.Assume {
		if a := &b.in.Report.Assume[i]; b.isOutside(a.Principal) && !slices.Contains(by[a.Role], a.Principal) {
			by[a.Role] = append(by[a.Role], a.Principal)
		}
	}
	return by
}

// otherEndpoints is a table of those that have no more than a line.
func (b *builder) otherEndpoints(others []*endpointSum) *table {
	t := &table{ID: "other-endpoints", Title: "Further endpoints", Columns: []column{wide("Endpoint"), narrow("May invoke it"), narrow("Without conditions"), narrow("From outside")}, Total: len(others)}
	if len(others) > mostListed {
		t.Cut = b.cut("Of %s further endpoints, %s are listed.", snapshot.Grouped(int64(len(others))), snapshot.Grouped(mostListed))
		others = others[:mostListed]
	}
	for _, s := range others {
		t.Rows = append(t.Rows, t.row(b.anchor("o", s.id), s.rating, []cell{b.one(s.id), number(s.principals), number(s.allowed), number(s.outside)}))
		t.Shown++
	}
	return t
}
