package audit

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// openShare is the part of all public addresses from which on what a security
// group lets in is open to the internet: as many as one /8 of IPv4 has, or a /16
// of IPv6. An office, a partner or a service of AWS has far fewer.
const (
	openShare4 = 1.0 / 256
	openShare6 = 1.0 / (1 << 13)
)

// groupRules are what a security group lets in.
type groupRules struct {
	from    [2][]netip.Prefix // by family
	where   [2][]string       // the rule of each
	unknown []string
	lacks   []view.Part
}

// A permission is a rule of a security group, as its API has it. What it lets in
// from another group (UserIdGroupPairs) is inside of the network, whatever that
// group lets in itself.
type permission struct {
	IpProtocol       string
	FromPort, ToPort *int64
	IpRanges         []struct{ CidrIp string }
	Ipv6Ranges       []struct{ CidrIpv6 string }
	PrefixListIds    []struct{ PrefixListId string }
}

// ports says what a rule is for.
func (p *permission) ports() string {
	protocol := strings.ToLower(p.IpProtocol)
	switch {
	case protocol == "-1" || protocol == "":
		return "everything"
	case p.FromPort == nil || p.ToPort == nil || *p.FromPort == -1:
		return protocol
	case *p.FromPort == *p.ToPort:
		return fmt.Sprintf("%s %d", protocol, *p.FromPort)
	}
	return fmt.Sprintf("%s %d-%d", protocol, *p.FromPort, *p.ToPort)
}

// group returns what a security group lets in, by its rules. Scope is where it is
// looked for.
func (n *network) group(id, scope string) *groupRules {
	if g := n.groups[id]; g != nil {
		return g
	}
	g := &groupRules{}
	n.groups[id] = g
	one := n.node(groupLabel, id)
	var list []permission
	if one == nil || !one.Known("ip_permissions") || !parseJSON(one.JSON("ip_permissions"), &list) {
		g.unknown = append(g.unknown, fmt.Sprintf("the rules of %s were not read", id))
		g.lacks = append(g.lacks, view.Part{Scope: cmp.Or(nodeScope(one), scope), Label: groupLabel})
		return g
	}
	for i := range list {
		n.permit(g, one, &list[i])
	}
	return g
}

// permit adds the sources of one rule.
func (n *network) permit(g *groupRules, one *Node, p *permission) {
	add := func(prefix netip.Prefix, source string) {
		f := familyOf(prefix)
		g.from[f] = append(g.from[f], prefix)
		g.where[f] = append(g.where[f], fmt.Sprintf("%s lets in %s from %s", one.ID, p.ports(), source))
	}
	block := func(cidr string) {
		prefix, ok := parsePrefix(cidr)
		if !ok {
			g.unknown = append(g.unknown, fmt.Sprintf("%s lets in from %q, which is no address block", one.ID, cidr))
			g.lacks = append(g.lacks, view.Part{Scope: one.Scope, Label: groupLabel})
			return
		}
		add(prefix, cidr)
	}
	for _, r := range p.IpRanges {
		block(r.CidrIp)
	}
	for _, r := range p.Ipv6Ranges {
		block(r.CidrIpv6)
	}
	for _, l := range p.PrefixListIds {
		prefixes, ok := n.listed(l.PrefixListId)
		if !ok && !n.ofAWS(l.PrefixListId) {
			g.unknown = append(g.unknown, fmt.Sprintf("the entries of %s, from which %s lets in, were not read", l.PrefixListId, one.ID))
			g.lacks = append(g.lacks, view.Part{Scope: one.Scope, Label: listLabel})
		}
		for _, prefix := range prefixes {
			add(prefix, fmt.Sprintf("%s (%s)", l.PrefixListId, prefix))
		}
	}
}

// mostRules is how many rules stand as evidence of what is let in.
const mostRules = 5

// ingress says whether security groups together let in what comes from the
// internet.
func (n *network) ingress(groups []string, scope string) *netAnswer {
	a := &netAnswer{}
	var from [2][]netip.Prefix
	var where [2][]string
	for _, id := range groups {
		g := n.group(id, scope)
		for f := range n.families {
			from[f] = append(from[f], g.from[f]...)
			where[f] = append(where[f], g.where[f]...)
		}
		a.unknown = append(a.unknown, g.unknown...)
		a.lacks = append(a.lacks, g.lacks...)
	}
	for f, least := range [2]float64{openShare4, openShare6} {
		share := n.families[f].share(from[f])
		if share == 0 {
			continue
		}
		code := "ingress-some"
		if share >= least {
			code = "ingress-open"
			a.ingress = yes
		}
		said := 0
		for i, p := range from[f] {
			if n.families[f].hasPublic(p, nil) && said < mostRules {
				said++
				id, _, _ := strings.Cut(where[f][i], " ")
				a.reason(code, id, "%s", where[f][i])
			}
		}
	}
	if a.ingress != yes && len(a.unknown) > 0 {
		a.ingress = unsure
	}
	return a
}
