package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit"
)

// TestHostileNetworks gives networks that no AWS account has: answers come all
// the same, and are unknown where they cannot be worked out.
func TestHostileNetworks(t *testing.T) {
	notebook := map[string]properties{"nb": {"direct_internet_access": "Disabled", "subnet_id": "subnet-0", "security_groups": []any{"sg-1"}}}
	subnet := func() properties {
		return properties{"vpc_id": "vpc-1", "cidr_block": "10.0.0.0/24", "owner_id": testAccount}
	}
	base := func(nodes map[string]map[string]properties) *testGraph {
		return &testGraph{nodes: merge(map[string]map[string]properties{
			"AWSSageMakerNotebookInstance": notebook, "AWSEC2Subnet": {"subnet-0": subnet()}, "AWSEC2SecurityGroup": {"sg-1": {}},
			"AWSInternetGateway": {"igw-1": {"attachments": []any{map[string]any{"State": "available", "VpcId": "vpc-1"}}}},
		}, nodes)}
	}
	main := func(routes ...any) map[string]properties {
		return map[string]properties{"rtb-1": {"vpc_id": "vpc-1", "associations": []any{map[string]any{"Main": true}}, "routes": routes}}
	}
	t.Run("a ring of endpoints", func(t *testing.T) {
		const n = 60
		subnets, endpoints, tables := map[string]properties{}, map[string]properties{}, map[string]properties{}
		for i := range n {
			id := fmt.Sprint("subnet-", i)
			subnets[id] = subnet()
			var others, routes []any
			for j := range n {
				others = append(others, fmt.Sprint("subnet-", j))
			}
			endpoints[fmt.Sprint("vpce-", i)] = properties{"vpc_endpoint_type": "GatewayLoadBalancer", "subnet_ids": others}
			for j := range n {
				routes = append(routes, map[string]any{"DestinationCidrBlock": fmt.Sprintf("%d.0.0.0/8", 20+j), "GatewayId": fmt.Sprint("vpce-", j), "State": "active"})
			}
			tables[fmt.Sprint("rtb-", i)] = properties{"vpc_id": "vpc-1", "associations": []any{map[string]any{"SubnetId": id}}, "routes": routes}
		}
		got := audit.Run(base(map[string]map[string]properties{"AWSEC2Subnet": subnets, "AWSVpcEndpoint": endpoints, "AWSEC2RouteTable": tables}).read(t)).Exposure[0]
		if got.Subnet == audit.PublicSubnet {
			t.Errorf("a ring without a way out is %s", got.Subnet)
		}
	})
	t.Run("a chain that ends in the internet", func(t *testing.T) {
		const n = 30
		subnets, endpoints, tables := map[string]properties{}, map[string]properties{}, map[string]properties{}
		for i := range n {
			id := fmt.Sprint("subnet-", i)
			subnets[id] = subnet()
			to := map[string]any{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": fmt.Sprint("vpce-", i+1), "State": "active"}
			if i == n-1 {
				to["GatewayId"] = "igw-1"
			}
			endpoints[fmt.Sprint("vpce-", i)] = properties{"vpc_endpoint_type": "GatewayLoadBalancer", "subnet_ids": []any{id}}
			tables[fmt.Sprint("rtb-", i)] = properties{"vpc_id": "vpc-1", "associations": []any{map[string]any{"SubnetId": id}}, "routes": []any{to}}
		}
		got := audit.Run(base(map[string]map[string]properties{"AWSEC2Subnet": subnets, "AWSVpcEndpoint": endpoints, "AWSEC2RouteTable": tables}).read(t)).Exposure[0]
		if got.Subnet != audit.PublicSubnet {
			t.Errorf("a chain to the internet is %s", got.Subnet)
		}
	})
	t.Run("more routes than there can be", func(t *testing.T) {
		var routes []any
		for i := range 50_000 {
			routes = append(routes, map[string]any{"DestinationCidrBlock": fmt.Sprintf("%d.%d.%d.0/24", 20+i>>16, i>>8&255, i&255), "GatewayId": "igw-1", "State": "active"})
		}
		got := audit.Run(base(map[string]map[string]properties{"AWSEC2RouteTable": main(routes...)}).read(t)).Exposure[0]
		if got.Subnet != audit.UnknownSubnet || len(got.Unknown) == 0 {
			t.Errorf("it is %s, %v", got.Subnet, got.Unknown)
		}
	})
	t.Run("a list of lists", func(t *testing.T) {
		var routes, entries []any
		for range 100_000 {
			entries = append(entries, map[string]any{"Cidr": "no"})
		}
		for range 500 {
			routes = append(routes, map[string]any{"DestinationPrefixListId": "pl-1", "GatewayId": "igw-1", "State": "active"})
		}
		got := audit.Run(base(map[string]map[string]properties{"AWSEC2RouteTable": main(routes...), "AWSManagedPrefixList": {"pl-1": {"entries": entries}}}).read(t)).Exposure[0]
		if got.Subnet != audit.UnknownSubnet {
			t.Errorf("it is %s", got.Subnet)
		}
	})
	t.Run("documents that are none", func(t *testing.T) {
		for _, text := range []string{"null", "{}", "[null]", `[{"Main":"yes"}]`, "[[]]", `"text"`, "[1]", strings.Repeat("[", 5000), "\x00", `[{"attachments":null}]`} {
			g := base(map[string]map[string]properties{
				"AWSEC2RouteTable":                    {"rtb-1": {"vpc_id": "vpc-1", "associations": text, "routes": text}},
				"AWSEC2SecurityGroup":                 {"sg-1": {"ip_permissions": text}},
				"AWSInternetGateway":                  {"igw-1": {"attachments": text}},
				"AWSEC2Subnet":                        {"subnet-0": {"vpc_id": "vpc-1", "owner_id": testAccount, "ipv6_cidr_block_association_set": text}},
				"AWSSageMakerCluster":                 {"c": {"instance_groups": text, "restricted_instance_groups": text}},
				"AWSSageMakerHyperParameterTuningJob": {"h": {"training_job_definitions": text}},
				"AWSSageMakerProcessingJob":           {"p": {"network_config_vpc_config": text}},
				"AWSSageMakerMonitoringSchedule":      {"m": {"monitoring_schedule_config_monitoring_job_definition": text}},
				"AWSSageMakerEndpointConfig":          {"e": {"production_variants": text}},
			})
			for _, e := range audit.Run(g.read(t)).Exposure {
				if e.Resource == "nb" && e.Subnet == audit.PrivateSubnet {
					t.Errorf("%.20q: %s is private", text, e.Resource)
				}
			}
		}
	})
}
