package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// A sure is an answer that may be unknown.
type sure uint8

// The answers, ordered so that the larger of two is the one that decides where
// one yes is enough.
const (
	no sure = iota
	unsure
	yes
)

// worse orders subnets: what a resource's subnets come to is the worst of them.
func (s Subnet) worse() int {
	return slices.Index([]Subnet{NoSubnet, PrivateSubnet, UnknownSubnet, PublicSubnet}, s)
}

// farther orders egress: the farthest decides.
func (e Egress) farther() int {
	return slices.Index([]Egress{EgressNone, EgressOutside, EgressUnknown, EgressInternet}, e)
}

// A netAnswer is what is found out about a subnet, or about the security groups
// of a resource.
type netAnswer struct {
	subnet  Subnet
	public  [2]sure // by family
	egress  Egress
	ingress sure
	reasons []Reason
	unknown []string
	lacks   []view.Part
}

func (a *netAnswer) reason(code, resource, format string, args ...any) {
	a.reasons = append(a.reasons, Reason{Code: code, Detail: fmt.Sprintf(format, args...), Resource: resource})
}

// lack notes that something of a label was not read.
func (a *netAnswer) lack(scope, label, format string, args ...any) {
	a.unknown = append(a.unknown, fmt.Sprintf(format, args...))
	a.lacks = append(a.lacks, view.Part{Scope: scope, Label: label})
}

// take adds what another answer rests on.
func (a *netAnswer) take(b *netAnswer) {
	a.reasons = append(a.reasons, b.reasons...)
	a.unknown = append(a.unknown, b.unknown...)
	a.lacks = append(a.lacks, b.lacks...)
}

// A network answers questions about subnets and security groups, each once.
type network struct {
	g        *Graph
	families [2]family
	explicit map[string][]association // by subnet
	main     map[string][]*Node       // main route tables by VPC
	edge     map[string][]*Node       // tables of gateways, by VPC
	vague    []*Node                  // tables of which the associations are not known
	subnets  map[string]*netAnswer
	layouts  map[*Node]*layout
	lists    map[string]*prefixList
	visiting map[string]bool
	cycles   int
	again    int
	groups   map[string]*groupRules
}

// An association is a route table that a subnet is said to have.
type association struct {
	table  *Node
	moving bool // it is about to begin or to end
}

const (
	subnetLabel     = "AWSEC2Subnet"
	routeTableLabel = "AWSEC2RouteTable"
	igwLabel        = "AWSInternetGateway"
	natLabel        = "AWSNatGateway"
	endpointLabel   = "AWSVpcEndpoint"
	listLabel       = "AWSManagedPrefixList"
	groupLabel      = "AWSEC2SecurityGroup"
	interfaceLabel  = "AWSNetworkInterface"
)

func newNetwork(g *Graph) *network {
	n := &network{
		g: g, families: families(), explicit: map[string][]association{}, main: map[string][]*Node{}, edge: map[string][]*Node{},
		subnets: map[string]*netAnswer{}, layouts: map[*Node]*layout{}, lists: map[string]*prefixList{}, visiting: map[string]bool{}, groups: map[string]*groupRules{},
	}
	for _, table := range g.Nodes(routeTableLabel) {
		n.index(table)
	}
	return n
}

// index notes what a route table is associated with.
func (n *network) index(table *Node) {
	var list []struct {
		Main                *bool
		SubnetId, GatewayId string
		AssociationState    struct{ State string }
	}
	if !table.Known("associations") || !parseJSON(table.JSON("associations"), &list) {
		n.vague = append(n.vague, table)
		return
	}
	for _, a := range list {
		moving := false
		switch a.AssociationState.State {
		case "associated", "": // older answers have no state
		case "associating", "disassociating":
			moving = true
		case "disassociated", "failed":
			continue
		default:
			moving = true
		}
		vpc := table.Text("vpc_id")
		switch {
		case a.SubnetId != "":
			n.explicit[a.SubnetId] = append(n.explicit[a.SubnetId], association{table, moving})
		case a.Main != nil && *a.Main:
			n.main[vpc] = append(n.main[vpc], table)
		case a.GatewayId != "":
			n.edge[vpc] = append(n.edge[vpc], table)
		}
	}
}

// node returns the node that a VPC resource's id names, or nil.
func (n *network) node(label, id string) *Node {
	if one := n.g.Node(id); one != nil && one.Label == label {
		return one
	}
	if one := n.g.Node(label + ":" + id); one != nil {
		return one
	}
	return nil
}

// mostAgain is how often subnets that lead to one another in a circle are worked
// out again, each time as seen from another one. Networks that lead anywhere have
// no such circles.
const mostAgain = 1000

// subnet returns what a subnet is. Scope is where it is looked for.
func (n *network) subnet(id, scope string) *netAnswer {
	if a := n.subnets[id]; a != nil {
		return a
	}
	switch {
	case n.visiting[id]: // it leads back to itself, and that is no way out
		n.cycles++
		return &netAnswer{subnet: PrivateSubnet, egress: EgressNone}
	case n.again > mostAgain && len(n.visiting) > 0:
		a := unknownNet()
		a.lack(scope, routeTableLabel, "%s and other subnets lead to one another in circles", id)
		return a
	}
	before := n.cycles
	n.visiting[id] = true
	a := n.answer(id, scope)
	delete(n.visiting, id)
	if n.cycles == before || len(n.visiting) == 0 { // else it rests on what is being worked out
		n.subnets[id] = a
	} else {
		n.again++
	}
	return a
}

// unknownNet is a subnet of which nothing is known.
func unknownNet() *netAnswer {
	return &netAnswer{subnet: UnknownSubnet, public: [2]sure{unsure, unsure}, egress: EgressUnknown}
}

func (n *network) answer(id, scope string) *netAnswer {
	a := unknownNet()
	one := n.node(subnetLabel, id)
	vpc := ""
	if one != nil {
		scope = one.Scope
		vpc = one.Text("vpc_id")
	}
	tables := n.tables(a, id, one, vpc, scope)
	if tables == nil {
		return a
	}
	var first *netAnswer
	for _, t := range tables {
		b := n.through(t, one, id)
		if first != nil && (b.subnet != first.subnet || b.egress != first.egress) {
			a.reasons = append(a.reasons, first.reasons...)
			a.reasons = append(a.reasons, b.reasons...)
			a.lack(scope, routeTableLabel, "%s has several route tables, which do not agree", id)
			return a
		}
		first = cmp.Or(first, b)
	}
	a.subnet, a.public, a.egress = first.subnet, first.public, first.egress
	a.take(first)
	return a
}

// A way is a route table by which a subnet may be routed.
type way struct {
	table *Node
	how   string
}

// tables returns the route tables that decide for a subnet: one, but where its
// association is changing. Without any it says in a why that is not known.
func (n *network) tables(a *netAnswer, id string, one *Node, vpc, scope string) []way {
	var settled, moving []way
	for _, e := range n.explicit[id] {
		if v := e.table.Text("vpc_id"); vpc != "" && v != "" && v != vpc {
			a.lack(scope, routeTableLabel, "%s is associated with %s of %s and belongs to %s", id, e.table.ID, v, vpc)
			return nil
		}
		w := way{e.table, "associated with it"}
		if e.moving {
			w.how = "whose association with it is changing"
			moving = append(moving, w)
		} else {
			settled = append(settled, w)
		}
	}
	if len(settled) > 0 {
		return append(settled, moving...)
	}
	main := n.mainTables(a, id, one, vpc, scope)
	if main == nil {
		return nil
	}
	return append(moving, main...)
}

// mainTables returns the main table of a subnet's VPC, which is that of every
// subnet without one of its own. Only who has seen all tables knows that a subnet
// has none.
func (n *network) mainTables(a *netAnswer, id string, one *Node, vpc, scope string) []way {
	switch {
	case one == nil || !one.Known("vpc_id") || vpc == "":
		a.lack(scope, subnetLabel, "%s was not read, and so neither its VPC nor its route table is known", id)
		return nil
	case !n.g.Listed(scope, routeTableLabel):
		a.lack(scope, routeTableLabel, "not all route tables of %s were read: %s may have one of its own", scope, id)
		return nil
	}
	if t := n.isVague(vpc); t != nil {
		a.lack(t.Scope, routeTableLabel, "the associations of %s were not read: it may be that of %s", t.ID, id)
		return nil
	}
	account, _, _ := strings.Cut(scope, "/")
	if owner := one.Text("owner_id"); !one.Known("owner_id") || owner != "" && owner != account {
		a.lack(scope, routeTableLabel, "%s is shared by account %s, which alone sees all of its route tables", id, cmp.Or(owner, "that is not known"))
		return nil
	}
	var ways []way
	for _, t := range n.main[vpc] {
		ways = append(ways, way{t, "the main one of " + vpc})
	}
	if ways == nil {
		a.lack(scope, routeTableLabel, "the main route table of %s was not found", vpc)
	}
	return ways
}

// isVague returns a route table that may be of a VPC and of which it is not known
// what it is associated with, or nil.
func (n *network) isVague(vpc string) *Node {
	for _, t := range n.vague {
		if v := t.Text("vpc_id"); v == "" || v == vpc {
			return t
		}
	}
	return nil
}

// A route is one of a route table, as its API has it.
type route struct {
	DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId string

	GatewayId, NatGatewayId, EgressOnlyInternetGatewayId, TransitGatewayId, VpcPeeringConnectionId string
	NetworkInterfaceId, InstanceId, LocalGatewayId, CarrierGatewayId, CoreNetworkArn               string
	OdbNetworkArn                                                                                  string

	State, Origin string
}

func (r *route) target() string {
	return cmp.Or(r.GatewayId, r.NatGatewayId, r.EgressOnlyInternetGatewayId, r.TransitGatewayId, r.VpcPeeringConnectionId, r.LocalGatewayId, r.CarrierGatewayId,
		r.CoreNetworkArn, r.OdbNetworkArn, r.InstanceId, r.NetworkInterfaceId)
}

func (r *route) destination() string {
	return cmp.Or(r.DestinationCidrBlock, r.DestinationIpv6CidrBlock, r.DestinationPrefixListId)
}

// An entry is one destination of one route. A prefix list has several.
type entry struct {
	prefix netip.Prefix
	rank   int // of those with the same destination, the highest takes it
	route  int
}

// The order of routes of one destination. Source: Amazon VPC User Guide, "Route
// priority".
const (
	propagated = iota
	byList
	static
	local
)

// mostEntries is how many destinations a table may have. AWS allows a thousand,
// each entry of a prefix list being one.
const mostEntries = 2000

// through returns what a subnet is where a table routes it.
func (n *network) through(w way, one *Node, id string) *netAnswer {
	a := unknownNet()
	a.reason("route-table", w.table.ID, "%s: its route table is %s, %s", id, w.table.ID, w.how)
	t := n.layout(w.table)
	if t.wrong != "" {
		a.lack(w.table.Scope, routeTableLabel, "%s", t.wrong)
		return a
	}
	vpc := cmp.Or(w.table.Text("vpc_id"), nodeText(one, "vpc_id"))
	public, egress := no, EgressNone
	a.public = [2]sure{no, no}
	for f := range n.families {
		has := hasFamily(f, one)
		if has == no || len(t.entries[f]) == 0 && len(t.unread) == 0 {
			continue
		}
		p, e := n.leads(a, t, f, vpc, one, has)
		public = max(public, p)
		a.public[f] = p
		if e.farther() > egress.farther() {
			egress = e
		}
	}
	switch public {
	case yes:
		a.subnet = PublicSubnet
	case no:
		a.subnet = PrivateSubnet
		a.reason("no-public-route", w.table.ID, "no effective route of %s leads to an internet gateway", w.table.ID)
	}
	a.egress = egress
	return a
}

// A layout is a route table's routes and the destinations that each has.
type layout struct {
	table   *Node
	routes  []route
	entries [2][]entry
	// unread are prefix lists, by route, of which the entries are not known. Those
	// in bounded are AWS's own lists, which never have all public addresses.
	unread  map[int]string
	bounded map[int]bool
	wrong   string // why nothing is known of it
}

// layout returns a route table's layout, worked out once.
func (n *network) layout(table *Node) *layout {
	t := n.layouts[table]
	if t == nil {
		t = n.lay(table)
		n.layouts[table] = t
	}
	return t
}

// lay resolves the destinations of a table's routes.
func (n *network) lay(table *Node) *layout {
	t := &layout{table: table, unread: map[int]string{}, bounded: map[int]bool{}}
	if !table.Known("routes") || !parseJSON(table.JSON("routes"), &t.routes) {
		t.wrong = fmt.Sprintf("the routes of %s were not read", table.ID)
		return t
	}
	add := func(i int, cidr string, rank int) bool {
		p, ok := parsePrefix(cidr)
		if ok {
			t.entries[familyOf(p)] = append(t.entries[familyOf(p)], entry{p, rank, i})
		}
		return ok
	}
	for i := range t.routes {
		r := &t.routes[i]
		rank := static
		switch {
		case r.GatewayId == "local":
			rank = local
		case r.Origin == "EnableVgwRoutePropagation":
			rank = propagated
		}
		if r.DestinationPrefixListId != "" {
			n.layList(t, i, add)
		}
		for _, cidr := range []string{r.DestinationCidrBlock, r.DestinationIpv6CidrBlock} {
			if cidr != "" && !add(i, cidr, rank) {
				t.wrong = fmt.Sprintf("%s has a route to %q, which is no address block", table.ID, cidr)
				return t
			}
		}
		if len(t.entries[0])+len(t.entries[1]) > mostEntries {
			t.wrong = fmt.Sprintf("%s has more than %d destinations, which no route table has", table.ID, mostEntries)
			return t
		}
	}
	return t
}

// layList resolves a prefix list.
func (n *network) layList(t *layout, i int, add func(int, string, int) bool) {
	id := t.routes[i].DestinationPrefixListId
	prefixes, ok := n.listed(id)
	for _, p := range prefixes[:min(len(prefixes), mostEntries+1)] {
		add(i, p.String(), byList)
	}
	if !ok {
		t.unread[i] = id
		t.bounded[i] = n.ofAWS(id) || n.isGatewayEndpoint(t.routes[i].GatewayId)
	}
}

// A prefixList is the entries of a prefix list.
type prefixList struct {
	prefixes []netip.Prefix
	ok       bool
}

// listed returns the entries of a prefix list; ok is false where they were not
// all read.
func (n *network) listed(id string) (prefixes []netip.Prefix, ok bool) {
	l := n.lists[id]
	if l == nil {
		l = &prefixList{}
		l.prefixes, l.ok = n.parseList(id)
		n.lists[id] = l
	}
	return l.prefixes, l.ok
}

func (n *network) parseList(id string) (prefixes []netip.Prefix, ok bool) {
	one := n.node(listLabel, id)
	if one == nil || !one.Known("entries") {
		return nil, false
	}
	var entries []struct{ Cidr string }
	if !parseJSON(one.JSON("entries"), &entries) {
		return nil, false
	}
	for _, e := range entries {
		p, isPrefix := parsePrefix(e.Cidr)
		if !isPrefix {
			return nil, false
		}
		prefixes = append(prefixes, p)
	}
	return prefixes, true
}

// ofAWS reports whether a prefix list is one of AWS's own, which has the
// addresses of one service.
func (n *network) ofAWS(id string) bool {
	one := n.node(listLabel, id)
	return one != nil && (one.Text("owner_id") == "AWS" || strings.HasPrefix(one.Text("prefix_list_name"), "com.amazonaws."))
}

// isGatewayEndpoint reports whether it is known that a target is the endpoint of
// a service such as S3, and not one of a load balancer.
func (n *network) isGatewayEndpoint(id string) bool {
	one := n.node(endpointLabel, id)
	return one != nil && one.Text("vpc_endpoint_type") == "Gateway"
}

// hasFamily reports whether what is in a subnet has addresses of a family. IPv4
// it always has: SageMaker runs nothing with IPv6 alone (IpAddressType is ipv4 or
// dualstack).
func hasFamily(f int, one *Node) sure {
	if f == 0 {
		return yes
	}
	var blocks []struct {
		Ipv6CidrBlockState struct{ State string }
	}
	if one == nil || !one.Known("ipv6_cidr_block_association_set") || !parseJSON(one.JSON("ipv6_cidr_block_association_set"), &blocks) {
		return unsure
	}
	for _, b := range blocks {
		if s := b.Ipv6CidrBlockState.State; s != "disassociated" && s != "failed" && s != "failing" {
			return yes
		}
	}
	return no
}

// leads says whether a table's routes of one family make a subnet public, and how
// far they lead. Has says whether the subnet has such addresses at all.
func (n *network) leads(a *netAnswer, t *layout, f int, vpc string, one *Node, has sure) (public sure, egress Egress) {
	egress = EgressNone
	public = no
	note := func(e Egress) {
		if e.farther() > egress.farther() {
			egress = e
		}
	}
	entries := t.entries[f]
	said := map[int]bool{}
	for i, e := range entries {
		r := &t.routes[e.route]
		if r.State == "blackhole" || r.GatewayId == "local" {
			if r.State == "blackhole" && !said[e.route] && n.families[f].hasPublic(e.prefix, nil) {
				said[e.route] = true
				a.reason("blackhole", t.table.ID, "%s to %s is a blackhole: its target is gone or detached", r.destination(), r.target())
			}
			continue
		}
		to := n.target(r, vpc, one)
		if to.public == no && to.egress == EgressNone && to.detail == "" {
			continue
		}
		holes := overridden(entries, i)
		if !n.families[f].hasPublic(e.prefix, holes) {
			// An internet gateway carries nothing to a private address.
			if to.egress != EgressNone && !strings.HasPrefix(r.GatewayId, "igw-") && !covers(holes, e.prefix) {
				note(EgressOutside)
			}
			if to.public != no && n.families[f].hasPublic(e.prefix, nil) {
				a.reason("hidden-route", r.target(), "%s to %s gets no public address: other routes are more specific", describeDestination(r, e), r.target())
			}
			continue // what is left to it is private
		}
		if has == unsure && to.egress != EgressNone {
			note(EgressUnknown)
		} else {
			note(to.egress)
		}
		is := to.public
		if r.State != "active" {
			is = min(is, unsure)
		}
		if has == unsure {
			is = min(is, unsure)
		}
		if is == unsure {
			a.take(&to.why)
			if has == unsure && to.public != no {
				a.lack(t.table.Scope, subnetLabel, "%s to %s: whether the subnet has IPv6 addresses was not read", r.destination(), r.target())
			}
			if to.public == yes && has != unsure {
				a.lack(t.table.Scope, routeTableLabel, "%s to %s: the state of the route was not read", r.destination(), r.target())
			}
		}
		public = max(public, is)
		if !said[e.route] {
			said[e.route] = true
			a.reason("route", r.target(), "%s to %s%s", describeDestination(r, e), r.target(), to.detail)
		}
	}
	return n.unreadLists(a, t, f, vpc, one, public, egress)
}

// unreadLists says what prefix lists that were not read can change: they may lead
// to the internet themselves, or be where the route that does would have led.
func (n *network) unreadLists(a *netAnswer, t *layout, f int, vpc string, one *Node, public sure, egress Egress) (sure, Egress) {
	for i := range t.routes {
		id, unread := t.unread[i]
		r := &t.routes[i]
		if !unread || r.State == "blackhole" && public != yes {
			continue
		}
		to := n.target(r, vpc, one)
		if r.State == "blackhole" {
			to = goal{}
		}
		before := public
		switch {
		case to.public != no && public != yes:
			public = unsure
		case public == yes && to.public != yes && !t.bounded[i]:
			public = unsure
		}
		if to.egress.farther() > egress.farther() {
			egress = max1(egress, EgressUnknown)
		}
		if public != before {
			a.lack(t.table.Scope, listLabel, "the entries of %s, which %s routes to %s, were not read", id, t.table.ID, r.target())
		}
	}
	return public, egress
}

func max1(a, b Egress) Egress {
	if b.farther() > a.farther() {
		return b
	}
	return a
}

// describeDestination is a route's destination, with the entry where it is one of
// a prefix list.
func describeDestination(r *route, e entry) string {
	if r.DestinationPrefixListId != "" {
		return fmt.Sprintf("%s (%s)", r.DestinationPrefixListId, e.prefix)
	}
	return r.destination()
}

// overridden returns the prefixes that go elsewhere than by the entry at i: more
// specific ones, and the same by a route that comes first.
func overridden(entries []entry, i int) []netip.Prefix {
	var holes []netip.Prefix
	e := entries[i]
	for _, o := range entries {
		switch {
		case o.route == e.route || !o.prefix.Overlaps(e.prefix):
		case o.prefix.Bits() > e.prefix.Bits(), o.prefix == e.prefix && o.rank > e.rank:
			holes = append(holes, o.prefix)
		}
	}
	return holes
}

// A goal is where a route leads.
type goal struct {
	public sure // whether what is there can reach the subnet from the internet
	egress Egress
	detail string
	why    netAnswer // what is not known
}

// target returns where a route leads.
func (n *network) target(r *route, vpc string, one *Node) goal {
	g := n.goalOf(r, vpc, one)
	g.egress = cmp.Or(g.egress, EgressNone)
	return g
}

func (n *network) goalOf(r *route, vpc string, one *Node) goal {
	switch id := r.target(); {
	case r.CarrierGatewayId != "":
		return goal{public: yes, egress: EgressInternet, detail: ", a carrier gateway: the network of a mobile carrier, and the internet"}
	case strings.HasPrefix(r.GatewayId, "igw-"):
		return n.internetGateway(r, vpc, one)
	case r.NatGatewayId != "":
		return n.nat(r.NatGatewayId)
	case r.EgressOnlyInternetGatewayId != "":
		return goal{egress: EgressInternet, detail: ", which lets out alone"}
	case strings.HasPrefix(r.GatewayId, "vpce-"):
		return n.endpoint(r.GatewayId, vpc, one)
	case r.InstanceId != "" || r.NetworkInterfaceId != "":
		return n.appliance(r, vpc, one)
	case strings.HasPrefix(r.GatewayId, "vgw-"), r.TransitGatewayId != "", r.VpcPeeringConnectionId != "", r.LocalGatewayId != "", r.CoreNetworkArn != "", r.OdbNetworkArn != "":
		return goal{egress: EgressOutside, detail: ", another network"}
	default:
		g := goal{public: unsure, egress: EgressUnknown, detail: ", which is not known to sgexport"}
		g.why.unknown = []string{fmt.Sprintf("where %s leads is not known: what %q is", r.destination(), id)}
		return g
	}
}

// internetGateway says whether a gateway is attached to the VPC. One that is
// detached, or another VPC's, leads nowhere.
func (n *network) internetGateway(r *route, vpc string, one *Node) goal {
	id := r.GatewayId
	igw := n.node(igwLabel, id)
	scope := nodeScope(igw, one)
	var list []struct{ State, VpcId string }
	if igw == nil || !igw.Known("attachments") || !parseJSON(igw.JSON("attachments"), &list) {
		if (igw == nil || !igw.Observed()) && n.allGateways(vpc, one) {
			return goal{detail: ", which is not among those that are attached to " + vpc}
		}
		g := goal{public: unsure, egress: EgressUnknown, detail: ", of which the attachment was not read"}
		g.why.lack(scope, igwLabel, "whether %s is attached to %s was not read", id, vpc)
		return g
	}
	elsewhere := ""
	for _, at := range list {
		switch {
		case vpc == "":
		case at.VpcId != vpc:
			elsewhere = ", but to " + at.VpcId
			continue
		case at.State == "available" || at.State == "attached":
			return goal{public: yes, egress: EgressInternet, detail: ", attached to " + vpc}
		case at.State == "detached":
			continue
		}
		g := goal{public: unsure, egress: EgressUnknown, detail: ", whose attachment is " + cmp.Or(at.State, "of no known state")}
		g.why.lack(scope, igwLabel, "whether %s is attached to %s is not settled: %s", id, vpc, cmp.Or(at.State, "no state"))
		return g
	}
	return goal{detail: fmt.Sprintf(", which is not attached to %s%s", vpc, elsewhere)}
}

// allGateways says whether all internet gateways that are attached to a subnet's VPC
// were read. Those of a VPC that another account owns are not told.
func (n *network) allGateways(vpc string, subnet *Node) bool {
	if vpc == "" || subnet == nil || !subnet.Known("owner_id") || !n.g.Listed(subnet.Scope, igwLabel) {
		return false
	}
	account, _, _ := strings.Cut(subnet.Scope, "/")
	owner := subnet.Text("owner_id")
	return owner == "" || owner == account
}

// nat says how far a NAT gateway leads: outwards, and never in.
func (n *network) nat(id string) goal {
	one := n.node(natLabel, id)
	if one == nil || !one.Known("connectivity_type") || !one.Known("state") {
		return goal{egress: EgressUnknown, detail: ", a NAT gateway that was not read"}
	}
	switch state := one.Text("state"); {
	case state != "available" && state != "":
		return goal{detail: ", a NAT gateway that is " + state}
	case one.Text("connectivity_type") == "private":
		return goal{egress: EgressOutside, detail: ", a private NAT gateway, which has no internet"}
	case one.Text("subnet_id") == "": // one for all zones stands in no subnet
		return goal{egress: EgressInternet, detail: ", a NAT gateway"}
	}
	switch own := n.subnet(one.Text("subnet_id"), one.Scope); own.subnet {
	case PublicSubnet:
		return goal{egress: EgressInternet, detail: ", a NAT gateway in a public subnet"}
	case PrivateSubnet:
		return goal{egress: own.egress, detail: ", a NAT gateway in a private subnet"}
	}
	return goal{egress: EgressUnknown, detail: ", a NAT gateway in a subnet of which the route is not known"}
}

// endpoint says where a VPC endpoint as a target leads. One of a service leads to
// that service. What a Gateway Load Balancer inspects goes on from the endpoint's
// own subnet with the addresses that it came with: so a subnet behind one is as
// public as that.
func (n *network) endpoint(id, vpc string, subnet *Node) goal {
	one := n.node(endpointLabel, id)
	if one == nil || !one.Known("vpc_endpoint_type") || !one.Known("subnet_ids") {
		g := goal{public: unsure, egress: EgressUnknown, detail: ", a VPC endpoint that was not read"}
		g.why.lack(nodeScope(one, subnet), endpointLabel, "%s was not read: it may be one of a Gateway Load Balancer", id)
		return g
	}
	if one.Text("vpc_endpoint_type") == "Gateway" {
		return goal{}
	}
	g := goal{detail: ", an endpoint of a Gateway Load Balancer"}
	for _, s := range one.Strings("subnet_ids") {
		if subnet != nil && s == subnet.ID {
			continue
		}
		own := n.subnet(s, one.Scope)
		g.egress = max1(g.egress, own.egress)
		switch own.subnet {
		case PublicSubnet:
			g.public, g.detail = yes, fmt.Sprintf(", an endpoint of a Gateway Load Balancer in %s, which is public: what it inspects keeps its addresses", s)
		case UnknownSubnet:
			g.public = max(g.public, unsure)
			g.why.take(own)
		}
	}
	g.egress = max1(g.egress, EgressOutside)
	return g
}

// appliance says where an instance or a network interface as a target leads: to
// another network, unless a gateway's own route table sends what comes from the
// internet to the subnet through the same one.
func (n *network) appliance(r *route, vpc string, subnet *Node) goal {
	g := goal{egress: EgressOutside, detail: ", an instance or its network interface"}
	scope := nodeScope(subnet)
	doubt := func(scope, label, format string, args ...any) {
		g.public, g.egress = unsure, EgressUnknown
		g.why.lack(scope, label, format, args...)
	}
	if !n.g.Listed(scope, routeTableLabel) || n.isVague(vpc) != nil {
		doubt(scope, routeTableLabel, "not all route tables were read: one of an internet gateway may lead through %s", r.target())
	}
	cidr, known := parsePrefix(nodeText(subnet, "cidr_block"))
	for _, t := range slices.Concat(n.edge[vpc], n.edge[""]) {
		var routes []route
		if !t.Known("routes") || !parseJSON(t.JSON("routes"), &routes) {
			doubt(t.Scope, routeTableLabel, "the routes of %s were not read", t.ID)
			continue
		}
		for _, in := range routes {
			same := in.NetworkInterfaceId != "" && in.NetworkInterfaceId == r.NetworkInterfaceId || in.InstanceId != "" && in.InstanceId == r.InstanceId
			to, isBlock := parsePrefix(in.DestinationCidrBlock)
			switch {
			case !same || in.State == "blackhole" || isBlock && known && !to.Overlaps(cidr):
			case isBlock && known && t.Text("vpc_id") != "":
				g.public, g.egress = yes, EgressInternet
				g.detail = fmt.Sprintf(", through which %s of an internet gateway leads to the subnet", t.ID)
				return g
			default:
				doubt(nodeScope(subnet, t), subnetLabel, "%s of an internet gateway leads through %s; whether to the subnet is not known", t.ID, r.target())
			}
		}
	}
	return g
}

// nodeText returns a column of a node, or "" where there is no node.
func nodeText(n *Node, column string) string {
	if n == nil {
		return ""
	}
	return n.Text(column)
}

// nodeScope returns the scope of the first node that there is.
func nodeScope(nodes ...*Node) string {
	for _, n := range nodes {
		if n != nil {
			return n.Scope
		}
	}
	return ""
}

// parseJSON reads a column of JSON; no text is an empty list.
func parseJSON(text string, v any) bool {
	return text == "" || json.Unmarshal([]byte(text), v) == nil
}

func splitWords(s string) []string { return strings.Fields(s) }
