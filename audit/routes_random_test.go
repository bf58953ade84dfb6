package audit_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/sgexport/sgexport/audit"
)

// TestRoutesAddressByAddress compares the answer for random route tables with
// what following single addresses gives: of each stretch of addresses that all
// routes treat alike one is looked up, as a router does it.
func TestRoutesAddressByAddress(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	counts := map[bool]int{}
	for range 2000 {
		six := rnd.IntN(3) == 0
		table := randomTable(rnd, six)
		want := isPublic(table, six)
		counts[want]++
		subnet := properties{"vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "owner_id": testAccount}
		if six {
			subnet["ipv6_cidr_block_association_set"] = []any{map[string]any{"Ipv6CidrBlockState": map[string]any{"State": "associated"}}}
		}
		g := &testGraph{nodes: map[string]map[string]properties{
			"AWSSageMakerNotebookInstance": {"nb": {"direct_internet_access": "Disabled", "subnet_id": "subnet-1", "security_groups": []any{"sg-1"}}},
			"AWSEC2SecurityGroup":          {"sg-1": {}},
			"AWSEC2Subnet":                 {"subnet-1": subnet},
			"AWSInternetGateway":           {"igw-1": {"attachments": []any{map[string]any{"State": "available", "VpcId": "vpc-1"}}}, "igw-2": {"attachments": []any{}}},
			"AWSEC2RouteTable":             {"rtb-1": {"vpc_id": "vpc-1", "associations": []any{map[string]any{"SubnetId": "subnet-1"}}, "routes": routesOf(table, six)}},
		}}
		got := audit.Run(g.read(t)).Exposure[0].Subnet
		if (got == audit.PublicSubnet) != want || got == audit.UnknownSubnet {
			t.Errorf("%s, want public: %v\n%v", got, want, table)
		}
	}
	if counts[true] < 300 || counts[false] < 300 {
		t.Errorf("public and not: %v; the tables are too much alike", counts)
	}
}

// A randomRoute is a route of a table in a test.
type randomRoute struct {
	to         netip.Prefix
	target     string
	propagated bool
	blackhole  bool
}

func randomTable(rnd *rand.Rand, six bool) []randomRoute {
	blocks := []string{"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2", "10.0.0.0/8", "10.0.0.0/7", "8.0.0.0/5", "192.168.0.0/16", "224.0.0.0/3", "52.94.0.0/16", "100.64.0.0/10", "100.0.0.0/8"}
	if six {
		blocks = []string{"::/0", "::/1", "8000::/1", "2000::/3", "2000::/4", "3000::/4", "fd00::/8", "2600::/12", "4000::/2"}
	}
	var table []randomRoute
	seen := map[string]bool{}
	for range 1 + rnd.IntN(6) {
		r := randomRoute{
			to:         netip.MustParsePrefix(blocks[rnd.IntN(len(blocks))]),
			target:     []string{"igw-1", "igw-1", "igw-2", "nat-1", "tgw-1"}[rnd.IntN(5)],
			propagated: rnd.IntN(6) == 0, blackhole: rnd.IntN(8) == 0,
		}
		if key := fmt.Sprint(r.to, r.propagated); !seen[key] {
			seen[key] = true
			table = append(table, r)
		}
	}
	return table
}

func routesOf(table []randomRoute, six bool) []any {
	var routes []any
	for _, r := range table {
		one := map[string]any{"State": "active", "DestinationCidrBlock": r.to.String()}
		if six {
			one = map[string]any{"State": "active", "DestinationIpv6CidrBlock": r.to.String()}
		}
		switch r.target[:3] {
		case "igw":
			one["GatewayId"] = r.target
		case "nat":
			one["NatGatewayId"] = r.target
		case "tgw":
			one["TransitGatewayId"] = r.target
		}
		if r.propagated {
			one["Origin"] = "EnableVgwRoutePropagation"
		}
		if r.blackhole {
			one["State"] = "blackhole"
		}
		routes = append(routes, one)
	}
	return routes
}

// isPublic looks up one address of each stretch between the ends of blocks.
func isPublic(table []randomRoute, six bool) bool {
	special := []string{"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"}
	if six {
		special = []string{"::/3", "4000::/2", "8000::/1"} // all but 2000::/3
	}
	var private, all []netip.Prefix
	for _, s := range special {
		private = append(private, netip.MustParsePrefix(s))
	}
	all = append(all, private...)
	for _, r := range table {
		all = append(all, r.to)
	}
	starts := []netip.Addr{netip.IPv4Unspecified()}
	if six {
		starts = []netip.Addr{netip.IPv6Unspecified()}
	}
	for _, p := range all {
		starts = append(starts, p.Addr())
		if after := last(p).Next(); after.IsValid() {
			starts = append(starts, after)
		}
	}
	for _, a := range starts {
		if contains(private, a) {
			continue
		}
		var best *randomRoute
		for i := range table {
			r := &table[i]
			switch {
			case !r.to.Contains(a):
			case best == nil, r.to.Bits() > best.to.Bits(), r.to.Bits() == best.to.Bits() && !r.propagated:
				best = r
			}
		}
		if best != nil && best.target == "igw-1" && !best.blackhole {
			return true
		}
	}
	return false
}

func contains(all []netip.Prefix, a netip.Addr) bool {
	for _, p := range all {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// last is the last address of a prefix.
func last(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
