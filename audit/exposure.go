package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// A place is where something of a resource runs: in subnets, or, where it has
// none, in the service's own network.
type place struct {
	subnets, groups []string
	// isolated: its containers have no network at all.
	isolated sure
	// direct: the service gives it a way to the internet beside its subnets.
	direct sure
	// unknown: there may be other subnets than these; vague: other groups.
	unknown, vague bool
}

// A setting is what a resource says of its network.
type setting struct {
	places  []place
	reasons []Reason
	unknown []string
	lacks   []view.Part
	// guarded: where it names no security group, those that the service makes for
	// it let nothing in.
	guarded bool
	// public is the public address of its network interface.
	public        string
	publicUnknown bool
}

func (s *setting) reason(code, format string, args ...any) {
	s.reasons = append(s.reasons, Reason{Code: code, Detail: fmt.Sprintf(format, args...)})
}

func (s *setting) lack(scope, label, format string, args ...any) {
	s.unknown = append(s.unknown, fmt.Sprintf(format, args...))
	s.lacks = append(s.lacks, view.Part{Scope: scope, Label: label})
}

// unknownPlace adds a place of which nothing is known.
func (s *setting) unknownPlace() {
	s.places = append(s.places, place{isolated: unsure, direct: unsure, unknown: true})
}

// A settings function says how a resource of one kind stands in networks, or nil
// where it says nothing.
type settings func(x *exposer, n *Node) *setting

// An exposedKind is a kind of resource of which exposure is asked.
type exposedKind struct {
	label    string
	settings settings
}

// exposedKinds are all kinds that say in which network they run, but those that
// run AWS's own code alone and name no subnet.
func exposedKinds() []exposedKind {
	kind := func(noun string, s settings) exposedKind { return exposedKind{sagemaker + noun, s} }
	return []exposedKind{
		kind("NotebookInstance", notebookSetting),
		kind("Domain", domainSetting),
		kind("UserProfile", profileSetting),
		kind("Endpoint", endpointSetting),
		kind("Model", columnsSetting("vpc_config_subnets", "vpc_config_security_group_ids", "enable_network_isolation", always)),
		kind("TrainingJob", columnsSetting("vpc_config_subnets", "vpc_config_security_group_ids", "enable_network_isolation", always)),
		kind("TransformJob", transformSetting),
		kind("ProcessingJob", configSetting("network_config_vpc_config", "network_config_enable_network_isolation", always)),
		kind("AutoMLJob", configSetting("security_config_vpc_config", "", always)),
		kind("HyperParameterTuningJob", tuningSetting),
		kind("InferenceRecommendationsJob", configSetting("input_config_vpc_config", "", always)),
		kind("DataQualityJobDefinition", configSetting("network_config_vpc_config", "network_config_enable_network_isolation", always)),
		kind("ModelQualityJobDefinition", configSetting("network_config_vpc_config", "network_config_enable_network_isolation", always)),
		kind("ModelBiasJobDefinition", configSetting("network_config_vpc_config", "network_config_enable_network_isolation", always)),
		kind("ModelExplainabilityJobDefinition", configSetting("network_config_vpc_config", "network_config_enable_network_isolation", always)),
		kind("MonitoringSchedule", scheduleSetting),
		kind("Cluster", clusterSetting),
		kind("ClusterNode", columnsSetting("override_vpc_config_subnets", "override_vpc_config_security_group_ids", "", inSubnets)),
		kind("CompilationJob", columnsSetting("vpc_config_subnets", "vpc_config_security_group_ids", "", inSubnets)),
		kind("OptimizationJob", columnsSetting("vpc_config_subnets", "vpc_config_security_group_ids", "", inSubnets)),
		kind("TrainingSession", columnsSetting("vpc_config_subnets", "vpc_config_security_group_ids", "", inSubnets)),
		kind("AIBenchmarkJob", configSetting("network_config_vpc_config", "", inSubnets)),
		kind("LabelingJob", labelingSetting),
		kind("Workforce", columnsSetting("workforce_vpc_config_subnets", "workforce_vpc_config_security_group_ids", "", inSubnets)),
	}
}

// An exposer answers for each resource how it stands to the internet. Resources
// that say the same share an answer, for there may be millions of jobs.
type exposer struct {
	g       *Graph
	net     *network
	domains map[string]*Node // domain by what it contains
	seen    map[string]*exposureAnswer
	missing *view.Lacks
}

// An exposureAnswer is an Exposure without the resource.
type exposureAnswer struct {
	direct, ingress *bool
	subnet          Subnet
	egress          Egress
	subnets         []string
	reasons         []Reason
	unknown         []string
	lacks           []view.Part
}

// askExposure answers how each resource stands to the internet.
func askExposure(g *Graph, r *Report, lacks *view.Lacks) {
	x := &exposer{g: g, net: newNetwork(g), domains: map[string]*Node{}, seen: map[string]*exposureAnswer{}, missing: lacks}
	for _, e := range g.Edges("CONTAINS") {
		if e.FromLabel == sagemaker+"Domain" {
			x.domains[e.To] = g.Node(e.From)
		}
	}
	for _, k := range exposedKinds() {
		for _, n := range g.Nodes(k.label) {
			if !n.Observed() {
				continue // it is only referred to: of another account, or deleted
			}
			if s := k.settings(x, n); s != nil {
				r.Exposure = append(r.Exposure, x.expose(n, s))
			}
		}
		lacks.Kind("exposure", k.label)
	}
	slices.SortFunc(r.Exposure, func(a, b Exposure) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Kind, b.Kind))
	})
}

// expose makes the answer for one resource.
func (x *exposer) expose(n *Node, s *setting) Exposure {
	a := x.answer(n, s)
	return Exposure{
		Resource: n.ID, Kind: n.Label, Status: n.Text("status"),
		DirectInternet: a.direct, Subnet: a.subnet, OpenIngress: a.ingress, Egress: a.egress, PublicAddress: s.public, publicUnknown: s.publicUnknown,
		Subnets: a.subnets, Reasons: a.reasons, Unknown: a.unknown,
	}
}

// answer works out what a setting comes to.
func (x *exposer) answer(n *Node, s *setting) *exposureAnswer {
	key := s.key(n.Scope)
	if a := x.seen[key]; a != nil {
		return a
	}
	a := x.workOut(n, s)
	x.seen[key] = a
	for _, l := range a.lacks {
		x.missing.Add("exposure", l.Scope, l.Label)
	}
	return a
}

// key is a text that settings with the same answer have in common.
func (s *setting) key(scope string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%v|%q|%q|%q", scope, s.guarded, s.reasons, s.unknown, s.lacks)
	for _, p := range s.places {
		fmt.Fprintf(&b, "|%q %q %d %d %v %v", p.subnets, p.groups, p.isolated, p.direct, p.unknown, p.vague)
	}
	return b.String()
}

func (x *exposer) workOut(n *Node, s *setting) *exposureAnswer {
	a := &exposureAnswer{subnet: NoSubnet, egress: EgressNone, subnets: []string{}}
	all := &netAnswer{reasons: slices.Clone(s.reasons), unknown: slices.Clone(s.unknown), lacks: slices.Clone(s.lacks)}
	direct, ingress := no, no
	seen := map[string]bool{}
	for _, p := range s.places {
		direct = max(direct, p.direct)
		if p.direct != no {
			a.egress = max1(a.egress, map[sure]Egress{yes: EgressInternet, unsure: EgressUnknown}[p.direct])
		}
		if p.unknown {
			if UnknownSubnet.worse() > a.subnet.worse() {
				a.subnet = UnknownSubnet
			}
			a.egress = max1(a.egress, EgressUnknown)
			ingress = max(ingress, unsure)
		}
		for _, id := range p.subnets {
			b := x.net.subnet(id, n.Scope)
			if b.subnet.worse() > a.subnet.worse() {
				a.subnet = b.subnet
			}
			switch {
			case p.isolated == no || b.egress == EgressNone:
				a.egress = max1(a.egress, b.egress)
			case p.isolated == unsure:
				a.egress = max1(a.egress, EgressUnknown)
			}
			if !seen[id] {
				seen[id] = true
				a.subnets = append(a.subnets, id)
				all.reason(string(b.subnet)+"-subnet", id, "%s is %s", id, describeSubnet(b.subnet))
				all.take(b)
			}
		}
		if len(p.subnets) > 0 {
			ingress = max(ingress, x.groups(n, s, &p, all, seen))
			if p.vague {
				ingress = max(ingress, unsure)
			}
		}
	}
	slices.Sort(a.subnets)
	a.direct, a.ingress = truth(direct), truth(ingress)
	a.reasons, a.unknown, a.lacks = notNil(all.reasons), distinct(all.unknown), all.lacks
	return a
}

// groups says whether the security groups of one place are open.
func (x *exposer) groups(n *Node, s *setting, p *place, all *netAnswer, seen map[string]bool) sure {
	if len(p.groups) == 0 {
		switch {
		case s.guarded:
			return no
		case p.vague: // and that has been said
			return unsure
		}
		all.lack(n.Scope, groupLabel, "it names no security group; which one its network interfaces have is not known")
		return unsure
	}
	b := x.net.ingress(p.groups, n.Scope)
	if key := "groups " + strings.Join(p.groups, " "); !seen[key] {
		seen[key] = true
		all.take(b)
	}
	return b.ingress
}

func describeSubnet(s Subnet) string {
	if s == UnknownSubnet {
		return "public or private: what decides was not read"
	}
	return string(s)
}

// truth is nil where an answer is not known.
func truth(s sure) *bool {
	if s == unsure {
		return nil
	}
	b := s == yes
	return &b
}

// distinct returns a list without what is there twice, in order; nil where it is
// empty.
func distinct(list []string) []string {
	var all []string
	for _, s := range list {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
