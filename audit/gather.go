package audit

import (
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// A Gatherer makes the edges CAN_INVOKE, PERMISSIVE_IN and PUBLIC_IN while an export
// writes its nodes, from them alone: by the time of the first edge it is complete. It
// keeps what stands for IAM, organizations, routes, endpoints and their components, and
// of all else that principals act on the regions.
type Gatherer struct {
	schema  *graph.Schema
	keeper  *view.Keeper
	regions map[string]int             // index of the column observed, by labels of which the regions count; -1 for all
	used    map[string]map[string]bool // regions where an account has something
}

// gatheredLabels are those of which a Gatherer keeps the nodes.
const gatheredLabels = `
AWSAccount AWSOrganizationalUnit AWSOrganizationRoot AWSOrganizationPolicy AWSRole AWSUser AWSGroup AWSManagedPolicy
AWSEC2Subnet AWSVpc AWSEC2RouteTable AWSInternetGateway AWSNatGateway AWSTransitGatewayAttachment AWSVpcEndpoint AWSManagedPrefixList
AWSSageMakerEndpoint AWSSageMakerInferenceComponent
`

// NewGatherer returns one for the nodes of a snapshot. The report says what is known.
func NewGatherer(h *graph.Header, report *graph.Report) *Gatherer {
	keep := &view.Keep{Labels: view.Columns(keptText)}
	gathered := strings.Fields(gatheredLabels)
	maps.DeleteFunc(keep.Labels, func(label string, _ []graph.Column) bool { return !slices.Contains(gathered, label) })
	x := &Gatherer{schema: h.Schema, keeper: view.NewKeeper(h, report, keep), regions: map[string]int{"AWSECRRepository": -1}, used: map[string]map[string]bool{}}
	for _, name := range resourceKinds() {
		if l := h.Schema.Label(sagemaker + name); l != nil {
			x.regions[l.Name] = l.Column("observed")
		}
	}
	return x
}

// Node takes note of a node, and keeps nothing of n itself.
func (x *Gatherer) Node(n *graph.Node) error {
	if at, ok := x.regions[n.Label.Name]; ok && (at < 0 || n.Values[at].Type() == graph.Bool && n.Values[at].Bool()) {
		account, region := access.ARNAccount(n.ID), access.ARNRegion(n.ID)
		if x.used[account] == nil {
			x.used[account] = map[string]bool{}
		}
		x.used[account][region] = true
	}
	return x.keeper.Node(n)
}

// Edges calls add with each edge once.
func (x *Gatherer) Edges(add func(*graph.Edge) error) error {
	b := newModeler(x.keeper.Graph())
	for account, regions := range x.used {
		for region := range regions {
			b.b.AddRegion(account, region)
		}
	}
	m := b.build()
	if err := x.canInvoke(m, add); err != nil {
		return err
	}
	if err := x.permissiveIn(m, add); err != nil {
		return err
	}
	return x.publicIn(add)
}

// An edgePart is what becomes one edge.
type edgePart struct {
	conditional              bool
	actions, via, conditions []string
}

// allowing makes an edge of what policies allow: with the path Action where they decide
// alone, Condition where it depends on more.
func (x *Gatherer) allowing(typ *graph.EdgeType, from, to *Node, ref string, p *edgePart) *graph.Edge {
	e := x.edge(typ, from, to, "IAM policies", p)
	e.Ref, e.Path = ref, "Action"
	if p.conditional {
		e.Path = "Condition"
	}
	e.Values[typ.Column("actions")] = graph.StringsValue(sorted(p.actions))
	return e
}

// edge makes an edge of a type, without path and reference.
func (x *Gatherer) edge(typ *graph.EdgeType, from, to *Node, basis string, p *edgePart) *graph.Edge {
	e := &graph.Edge{
		Type: typ, From: from.ID, To: to.ID, Scope: from.Scope,
		FromLabel: x.schema.Label(from.Label), ToLabel: x.schema.Label(to.Label), Values: make([]graph.Value, len(typ.Columns)),
	}
	set := func(column string, v graph.Value) { e.Values[typ.Column(column)] = v }
	set("inferred", graph.BoolValue(true))
	set("basis", graph.StringValue(basis))
	set("via", graph.StringsValue(sorted(p.via)))
	set("conditional", graph.BoolValue(p.conditional))
	if p.conditional {
		set("conditions", graph.StringsValue(sorted(p.conditions)))
	}
	return e
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
