package audit_test

import (
	"testing"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph"
)

// TestPublicIn compares the edges of subnets with what the audit of the same graph says
// of resources that have one subnet: in all cases of the exposure test.
func TestPublicIn(t *testing.T) {
	cases, graphs := readCases(t, "exposure.json")
	seen := map[audit.Subnet]int{}
	for i, c := range cases {
		g := graphs[i]
		g.nodes = merge(g.nodes, map[string]map[string]properties{"AWSVpc": {}})
		for _, label := range []string{"AWSEC2Subnet", "AWSEC2RouteTable"} {
			for _, p := range g.nodes[label] {
				if vpc, _ := p["vpc_id"].(string); vpc != "" {
					g.nodes["AWSVpc"][vpc] = properties{}
				}
			}
		}
		is := map[string]audit.Subnet{}
		gather(t, g, "PUBLIC_IN", func(e *graph.Edge, value func(string) graph.Value) {
			is[e.From] = audit.PublicSubnet
			if conditional := value("conditional").Bool(); conditional != (e.Path == "Unread") || conditional == value("conditions").IsNull() {
				t.Errorf("%s: %s is conditional=%t because of %v", c.Name, e.From, conditional, value("conditions"))
			} else if conditional {
				is[e.From] = audit.UnknownSubnet
			}
		})
		for _, e := range audit.Run(g.read(t)).Exposure {
			if len(e.Subnets) != 1 {
				continue
			}
			subnet := e.Subnets[0]
			got, there := is[subnet]
			if !there {
				got = audit.PrivateSubnet
				if p := g.nodes["AWSEC2Subnet"][subnet]; p == nil || p["vpc_id"] == nil {
					got = audit.UnknownSubnet // nothing is known of it
				}
			}
			seen[got]++
			if got != e.Subnet {
				t.Errorf("%s: %s is %s by its edges, and audit says %s: %v", c.Name, subnet, got, e.Subnet, e.Reasons)
			}
		}
	}
	for _, s := range []audit.Subnet{audit.PublicSubnet, audit.PrivateSubnet, audit.UnknownSubnet} {
		if seen[s] < 5 {
			t.Errorf("only %d subnets are %s", seen[s], s)
		}
	}
}
