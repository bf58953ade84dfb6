package audit

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
)

// What kinds of resources say of their networks, each with what the Amazon
// SageMaker Developer Guide and API Reference say that it means.

// A vpcConfig is the VpcConfig of most kinds.
type vpcConfig struct{ Subnets, SecurityGroupIds []string }

// A scopeOf says when a kind is answered for.
type scopeOf uint8

const (
	always    scopeOf = iota // without a subnet it runs in the service's network, which has internet
	inSubnets                // only where it names subnets
)

// notebookSetting: with DirectInternetAccess the service gives a network
// interface that leads to the internet, beside that in the subnet if there is one.
func notebookSetting(x *exposer, n *Node) *setting {
	s := &setting{}
	p := place{groups: n.Strings("security_groups")}
	if id := n.Text("subnet_id"); id != "" {
		p.subnets = []string{id}
	}
	switch access := n.Text("direct_internet_access"); {
	case access == "Enabled":
		p.direct = yes
		s.reason("direct-internet", "DirectInternetAccess is Enabled")
	case access == "Disabled":
		s.reason("direct-internet", "DirectInternetAccess is Disabled")
	case access == "" && n.Known("direct_internet_access"):
		p.direct = yes
		s.reason("direct-internet", "DirectInternetAccess is not set, and then it is enabled")
	default:
		p.direct = unsure
		s.lack(n.Scope, n.Label, "DirectInternetAccess was not read")
	}
	if !n.Known("subnet_id") {
		s.lack(n.Scope, n.Label, "SubnetId was not read")
		p.unknown = true
	}
	if !n.Known("security_groups") {
		s.lack(n.Scope, n.Label, "SecurityGroups was not read")
		p.vague = true
	}
	s.places = append(s.places, p)
	x.publicAddress(n, s)
	return s
}

// publicAddress looks for the public address of a notebook's interface: one that
// is associated with it, or of IPv6 where its subnet is public by that. Each address
// of IPv6 is unique, and says nothing in a private subnet.
func (x *exposer) publicAddress(n *Node, s *setting) {
	id := n.Text("network_interface_id")
	if id == "" {
		s.publicUnknown = !n.Known("network_interface_id")
		return
	}
	one := x.net.node(interfaceLabel, id)
	if one == nil || !one.Known("association_public_ip") {
		s.publicUnknown = true
		return
	}
	s.public = one.Text("association_public_ip")
	if public := x.isPublicIPv6(n); s.public == "" && public != no {
		address := publicIPv6(one)
		s.publicUnknown = !one.Known("ipv6_addresses") || public == unsure && address != ""
		if public == yes {
			s.public = address
		}
	}
	if s.public != "" {
		s.reasons = append(s.reasons, Reason{Code: "public-address", Detail: fmt.Sprintf("%s has the public address %s", id, s.public), Resource: id})
	}
}

// isPublicIPv6 reports whether a notebook's subnet is public by IPv6.
func (x *exposer) isPublicIPv6(n *Node) sure {
	switch id := n.Text("subnet_id"); {
	case id != "":
		return x.net.subnet(id, n.Scope).public[1]
	case !n.Known("subnet_id"):
		return unsure
	}
	return no
}

// publicIPv6 is the first address of IPv6 of an interface that is public, or "".
func publicIPv6(n *Node) string {
	var list []struct{ IPv6Address string }
	parseJSON(n.JSON("ipv6_addresses"), &list)
	for _, a := range list {
		if address, err := netip.ParseAddr(a.IPv6Address); err == nil && families()[1].public.Contains(address) {
			return a.IPv6Address
		}
	}
	return ""
}

// domainSetting: PublicInternetOnly leads all but the traffic of the file system
// through a network of the service, which has internet; VpcOnly leads everything
// through the subnets. Where no group is named, the service makes some that let
// in NFS from one another.
func domainSetting(_ *exposer, n *Node) *setting {
	s := &setting{guarded: true}
	p := place{
		subnets: n.Strings("subnet_ids"),
		groups: distinct(slices.Concat(n.Strings("default_user_settings_security_groups"), n.Strings("default_space_settings_security_groups"),
			n.Strings("domain_settings_security_group_ids"))),
	}
	domainAccess(n, s, &p)
	for _, c := range []string{"default_user_settings_security_groups", "default_space_settings_security_groups", "domain_settings_security_group_ids"} {
		if !n.Known(c) {
			s.lack(n.Scope, n.Label, "%s was not read", c)
			s.guarded, p.vague = false, true
		}
	}
	s.places = append(s.places, p)
	return s
}

// domainAccess says what AppNetworkAccessType of a domain means.
func domainAccess(n *Node, s *setting, p *place) {
	switch access := n.Text("app_network_access_type"); {
	case access == "PublicInternetOnly":
		p.direct = yes
		s.reason("app-network-access", "AppNetworkAccessType is PublicInternetOnly")
	case access == "VpcOnly":
		s.reason("app-network-access", "AppNetworkAccessType is VpcOnly")
	case access == "" && n.Known("app_network_access_type"):
		p.direct = yes
		s.reason("app-network-access", "AppNetworkAccessType is not set, and then it is PublicInternetOnly")
	default:
		p.direct = unsure
		s.lack(n.Scope, n.Label, "AppNetworkAccessType was not read")
	}
	if !n.Known("subnet_ids") {
		s.lack(n.Scope, n.Label, "SubnetIds was not read")
		p.unknown = true
	}
}

// profileSetting: a user profile has the network of its domain; the security
// groups of both count together. One without its own says nothing of its own.
func profileSetting(x *exposer, n *Node) *setting {
	own := n.Strings("user_settings_security_groups")
	if len(own) == 0 && n.Known("user_settings_security_groups") {
		return nil
	}
	domain := x.domains[n.ID]
	if domain == nil || !domain.Observed() {
		s := &setting{}
		s.lack(n.Scope, sagemaker+"Domain", "the domain of the user profile was not read")
		s.unknownPlace()
		return s
	}
	s := &setting{guarded: true}
	p := place{subnets: domain.Strings("subnet_ids"), groups: distinct(slices.Concat(domain.Strings("default_user_settings_security_groups"), own))}
	domainAccess(domain, s, &p)
	for _, at := range []struct {
		n      *Node
		column string
	}{{domain, "default_user_settings_security_groups"}, {n, "user_settings_security_groups"}} {
		if !at.n.Known(at.column) {
			s.lack(at.n.Scope, at.n.Label, "%s was not read", at.column)
			s.guarded, p.vague = false, true
		}
	}
	s.places = append(s.places, p)
	return s
}

// columnsSetting is for kinds whose VpcConfig stands in columns of its own.
func columnsSetting(subnets, groups, isolation string, when scopeOf) settings {
	return func(_ *exposer, n *Node) *setting {
		s := &setting{}
		s.columns(n, subnets, groups, isolation)
		return s.when(n, when)
	}
}

// configSetting is for kinds whose VpcConfig stands in one column.
func configSetting(config, isolation string, when scopeOf) settings {
	return func(_ *exposer, n *Node) *setting {
		s := &setting{}
		var c *vpcConfig
		if !n.Known(config) || !parseJSON(n.JSON(config), &c) {
			s.lack(n.Scope, n.Label, "%s was not read", config)
			s.unknownPlace()
			return s
		}
		s.vpc(c, s.isolation(n, isolation))
		return s.when(n, when)
	}
}

// when drops a setting of a kind that is only answered for in subnets.
func (s *setting) when(n *Node, when scopeOf) *setting {
	if when == always {
		return s
	}
	for i := range s.places {
		if len(s.places[i].subnets) == 0 && !s.places[i].unknown {
			return nil // what runs there is AWS's own
		}
	}
	return s
}

// columns adds a place from columns.
func (s *setting) columns(n *Node, subnets, groups, isolation string) {
	if !n.Known(subnets) {
		s.lack(n.Scope, n.Label, "%s was not read", subnets)
		s.unknownPlace()
		return
	}
	s.vpc(&vpcConfig{n.Strings(subnets), n.Strings(groups)}, s.isolation(n, isolation))
	if !n.Known(groups) {
		s.lack(n.Scope, n.Label, "%s was not read", groups)
		s.places[len(s.places)-1].vague = true
	}
}

// isolation reads whether containers have no network at all.
func (s *setting) isolation(n *Node, column string) sure {
	if column == "" {
		return no
	}
	b, ok := n.Bool(column)
	switch {
	case b:
		return yes
	case !ok && !n.Known(column):
		s.lack(n.Scope, n.Label, "%s was not read", column)
		return unsure
	}
	return no
}

// vpc adds a place: in the subnets of a VPC, or without any in the network of the
// service, from which containers reach the internet unless they are isolated.
func (s *setting) vpc(c *vpcConfig, isolated sure) {
	p := place{isolated: isolated}
	if c != nil {
		p.subnets, p.groups = c.Subnets, c.SecurityGroupIds
	}
	if isolated == yes {
		s.reason("network-isolation", "EnableNetworkIsolation is true: its containers have no network")
	}
	if len(p.subnets) == 0 {
		p.direct = yes - isolated
		if isolated != yes {
			s.reason("service-network", "it has no VpcConfig: it runs in a network of the service, which has internet")
		}
	}
	s.places = append(s.places, p)
}

// endpointSetting: an endpoint runs where its models do, and where its
// configuration says for variants without a model, which inference components
// fill. All configurations count, that of a deployment under way too.
func endpointSetting(x *exposer, n *Node) *setting {
	s := &setting{}
	configs := 0
	for _, e := range x.g.From("USED", n.ID) {
		if e.ToLabel != sagemaker+"EndpointConfig" {
			continue
		}
		configs++
		x.configPlaces(s, n, e.To)
	}
	if configs == 0 {
		s.lack(n.Scope, sagemaker+"EndpointConfig", "which configuration the endpoint has was not read")
		s.unknownPlace()
	}
	return s
}

// configPlaces adds where the variants of an endpoint's configuration run.
func (x *exposer) configPlaces(s *setting, n *Node, id string) {
	config := x.g.Node(id)
	if config == nil || !config.Observed() {
		s.lack(n.Scope, sagemaker+"EndpointConfig", "the configuration %s was not read, or is gone", nameOf(id))
		s.unknownPlace()
		return
	}
	type variant struct{ VariantName, ModelName string }
	own := false
	for _, column := range []string{"production_variants", "shadow_production_variants"} {
		var variants []variant
		if !config.Known(column) || !parseJSON(config.JSON(column), &variants) {
			s.lack(config.Scope, config.Label, "%s of the configuration %s was not read", column, nameOf(id))
			s.unknownPlace()
			continue
		}
		own = own || slices.ContainsFunc(variants, func(v variant) bool { return v.ModelName == "" })
	}
	if own || len(config.Strings("vpc_config_subnets")) > 0 || !config.Known("vpc_config_subnets") {
		s.columns(config, "vpc_config_subnets", "vpc_config_security_group_ids", "enable_network_isolation")
	}
	seen := map[string]bool{}
	for _, e := range x.g.From("REFERENCED", id) {
		if !seen[e.To] {
			seen[e.To] = true
			x.modelPlace(s, config, e.To)
		}
	}
}

// modelPlace adds where a model runs.
func (x *exposer) modelPlace(s *setting, by *Node, id string) {
	model := x.g.Node(id)
	if model == nil || !model.Observed() {
		s.lack(by.Scope, sagemaker+"Model", "the model %s was not read, or is gone", nameOf(id))
		s.unknownPlace()
		return
	}
	s.columns(model, "vpc_config_subnets", "vpc_config_security_group_ids", "enable_network_isolation")
}

// transformSetting: a transform job runs where its model does.
func transformSetting(x *exposer, n *Node) *setting {
	s := &setting{}
	for _, e := range x.g.From("USED", n.ID) {
		if e.ToLabel == sagemaker+"Model" {
			x.modelPlace(s, n, e.To)
			return s
		}
	}
	s.lack(n.Scope, sagemaker+"Model", "which model the job ran was not read")
	s.unknownPlace()
	return s
}

// tuningSetting: each definition of a training job has its own network.
func tuningSetting(_ *exposer, n *Node) *setting {
	s := &setting{}
	var one *vpcConfig
	var list []struct {
		VpcConfig              *vpcConfig
		EnableNetworkIsolation bool
	}
	switch {
	case !n.Known("training_job_definitions") || !parseJSON(n.JSON("training_job_definitions"), &list):
		s.lack(n.Scope, n.Label, "training_job_definitions was not read")
		s.unknownPlace()
	case !n.Known("training_job_definition_vpc_config") || !parseJSON(n.JSON("training_job_definition_vpc_config"), &one):
		s.lack(n.Scope, n.Label, "training_job_definition_vpc_config was not read")
		s.unknownPlace()
	case len(list) == 0 || one != nil:
		s.vpc(one, s.isolation(n, "training_job_definition_enable_network_isolation"))
	}
	for _, d := range list {
		isolated := no
		if d.EnableNetworkIsolation {
			isolated = yes
		}
		s.vpc(d.VpcConfig, isolated)
	}
	return s
}

// scheduleSetting: a schedule says where its jobs run, or names a definition that
// does.
func scheduleSetting(_ *exposer, n *Node) *setting {
	s := &setting{}
	const column = "monitoring_schedule_config_monitoring_job_definition"
	var d *struct {
		NetworkConfig *struct {
			EnableNetworkIsolation bool
			VpcConfig              *vpcConfig
		}
	}
	if !n.Known(column) || !parseJSON(n.JSON(column), &d) {
		s.lack(n.Scope, n.Label, "%s was not read", column)
		s.unknownPlace()
		return s
	}
	if d == nil {
		return nil
	}
	if d.NetworkConfig == nil {
		s.vpc(nil, no)
		return s
	}
	isolated := no
	if d.NetworkConfig.EnableNetworkIsolation {
		isolated = yes
	}
	s.vpc(d.NetworkConfig.VpcConfig, isolated)
	return s
}

// clusterSetting: each group of instances runs in the cluster's subnets, or in its
// own.
func clusterSetting(_ *exposer, n *Node) *setting {
	s := &setting{}
	if !n.Known("vpc_config_subnets") {
		s.lack(n.Scope, n.Label, "vpc_config_subnets was not read")
		s.unknownPlace()
	}
	all := &vpcConfig{n.Strings("vpc_config_subnets"), n.Strings("vpc_config_security_group_ids")}
	vague := !n.Known("vpc_config_security_group_ids")
	if vague {
		s.lack(n.Scope, n.Label, "vpc_config_security_group_ids was not read")
	}
	own := func() {
		s.vpc(all, no)
		s.places[len(s.places)-1].vague = vague
	}
	groups := 0
	for _, column := range []string{"instance_groups", "restricted_instance_groups"} {
		var list []struct{ OverrideVpcConfig *vpcConfig }
		if !n.Known(column) || !parseJSON(n.JSON(column), &list) {
			s.lack(n.Scope, n.Label, "%s was not read", column)
			s.unknownPlace()
			continue
		}
		for _, g := range list {
			groups++
			switch {
			case g.OverrideVpcConfig != nil:
				s.vpc(g.OverrideVpcConfig, no)
			case n.Known("vpc_config_subnets"):
				own()
			}
		}
	}
	if groups == 0 && n.Known("vpc_config_subnets") {
		own()
	}
	s.reasons = slices.Compact(s.reasons)
	return s
}

// labelingSetting: the jobs of automated labeling.
func labelingSetting(_ *exposer, n *Node) *setting {
	s := &setting{}
	const column = "labeling_job_algorithms_config_labeling_job_resource_config"
	var c *struct{ VpcConfig *vpcConfig }
	if !n.Known(column) || !parseJSON(n.JSON(column), &c) {
		s.lack(n.Scope, n.Label, "%s was not read", column)
		s.unknownPlace()
		return s
	}
	if c == nil || c.VpcConfig == nil {
		return nil
	}
	s.vpc(c.VpcConfig, no)
	return s.when(n, inSubnets)
}

// nameOf is the last part of an ARN.
func nameOf(id string) string {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == '/' {
			return cmp.Or(id[i+1:], id)
		}
	}
	return id
}
