package audit

import (
	"cmp"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// publicIn calls add with an edge PUBLIC_IN from each subnet to its VPC that is public,
// with the path Routes; and from each of which that is not known, with the path Unread.
// Via are the route table and the gateways that decide. A subnet of which no VPC is known
// has none.
func (x *Gatherer) publicIn(add func(*graph.Edge) error) error {
	typ := x.schema.EdgeType("PUBLIC_IN")
	net := newNetwork(x.keeper.Graph())
	for _, n := range x.keeper.Graph().Nodes(subnetLabel) {
		id := strings.TrimPrefix(n.ID, subnetLabel+":")
		vpc := net.node("AWSVpc", cmp.Or(n.Text("vpc_id"), net.vpcOf(id)))
		if vpc == nil {
			continue
		}
		a := net.subnet(id, n.Scope)
		path, p := "Routes", edgePart{}
		switch a.subnet {
		case PublicSubnet:
		case UnknownSubnet:
			path, p.conditional, p.conditions = "Unread", true, a.unknown
		default:
			continue
		}
		for _, r := range a.reasons {
			if r.Resource != "" {
				p.via = append(p.via, r.Resource)
			}
		}
		e := x.edge(typ, n, vpc, "routes", &p)
		e.Path = path
		if err := add(e); err != nil {
			return err
		}
	}
	return nil
}

// vpcOf is the VPC of the route table that a subnet is associated with, or "".
func (n *network) vpcOf(subnet string) string {
	for _, e := range n.explicit[subnet] {
		return e.table.Text("vpc_id")
	}
	return ""
}
