package exporter_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// network is a subnet whose VPC has what decides where its packets go, a security group
// that lets another one in, which lets a third one in, and a VPC that nothing names.
const network = `{
  "Subnets": [
    {"SubnetId": "subnet-00000001", "VpcId": "vpc-00000001", "CidrBlock": "10.0.1.0/24", "OwnerId": "210987654321", "MapPublicIpOnLaunch": true, "State": "available"},
    {"SubnetId": "subnet-00000002", "VpcId": "vpc-00000001", "CidrBlock": "10.0.2.0/24", "OwnerId": "012345678901", "State": "available"},
    {"SubnetId": "subnet-00000009", "VpcId": "vpc-00000009", "CidrBlock": "10.9.1.0/24", "OwnerId": "012345678901", "State": "available"}],
  "Vpcs": [
    {"VpcId": "vpc-00000001", "CidrBlock": "10.0.0.0/16", "OwnerId": "012345678901", "State": "available"},
    {"VpcId": "vpc-00000009", "CidrBlock": "10.9.0.0/16", "OwnerId": "012345678901", "State": "available"}],
  "RouteTables": [
    {"RouteTableId": "rtb-00000001", "VpcId": "vpc-00000001", "OwnerId": "012345678901",
     "Associations": [{"Main": true, "RouteTableAssociationId": "rtbassoc-00000001", "RouteTableId": "rtb-00000001", "AssociationState": {"State": "associated"}}],
     "Routes": [
       {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"},
       {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-00000001", "State": "active", "Origin": "CreateRoute"},
       {"DestinationPrefixListId": "pl-00000001", "NatGatewayId": "nat-00000001", "State": "blackhole", "Origin": "CreateRoute"},
       {"DestinationCidrBlock": "172.16.0.0/12", "TransitGatewayId": "tgw-00000001", "State": "active", "Origin": "CreateRoute"}]}],
  "InternetGateways": [{"InternetGatewayId": "igw-00000001", "OwnerId": "012345678901", "Attachments": [{"VpcId": "vpc-00000001", "State": "available"}]}],
  "NatGateways": [{"NatGatewayId": "nat-00000001", "SubnetId": "subnet-00000002", "VpcId": "vpc-00000001", "State": "available", "ConnectivityType": "public"}],
  "TransitGateways": [{"TransitGatewayId": "tgw-00000001", "State": "available", "OwnerId": "012345678901"}],
  "PrefixLists": [{"PrefixListId": "pl-00000001", "PrefixListName": "partners", "PrefixListArn": "arn:aws:ec2:us-east-1:012345678901:prefix-list/pl-00000001", "AddressFamily": "IPv4", "OwnerId": "012345678901", "State": "create-complete", "MaxEntries": 1, "Version": 1}],
  "PrefixListEntries": [{"PrefixListId": "pl-00000001", "Entries": [{"Cidr": "203.0.113.0/24"}]}],
  "SecurityGroups": [
    {"GroupId": "sg-00000001", "GroupName": "one", "Description": "1", "VpcId": "vpc-00000001", "OwnerId": "012345678901", "IpPermissions": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-00000002"}]}], "IpPermissionsEgress": []},
    {"GroupId": "sg-00000002", "GroupName": "two", "Description": "2", "VpcId": "vpc-00000001", "OwnerId": "012345678901", "IpPermissions": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-00000003"}]}], "IpPermissionsEgress": []},
    {"GroupId": "sg-00000003", "GroupName": "three", "Description": "3", "VpcId": "vpc-00000001", "OwnerId": "012345678901", "IpPermissions": [], "IpPermissionsEgress": []}]
}`

// TestNetworks reads what a subnet's packets depend on, from one thing to the next, and
// nothing else.
func TestNetworks(t *testing.T) {
	cfg, server := serve(t, withNeighbors(t, map[string]string{"us-east-1/EC2.json": network}), simulator.Options{})
	cfg.Neighbors = []string{"network"}
	r := collect(t, cfg)
	if r.report.HasGaps() {
		t.Fatalf("gaps %s", r.gaps())
	}
	for _, want := range []string{
		"arn:aws:sagemaker:us-east-1:012345678901:notebook-instance/n -PART_OF_SUBNET(SubnetId)-> subnet-00000001 subnet-00000001",
		"subnet-00000001 -MEMBER_OF_AWS_VPC(VpcId)-> vpc-00000001 vpc-00000001",
		"rtb-00000001 -MEMBER_OF_AWS_VPC(VpcId)-> vpc-00000001 vpc-00000001",
		"rtb-00000001 -ROUTES_TO_GATEWAY(Routes[].GatewayId)-> igw-00000001 igw-00000001",
		"rtb-00000001 -ROUTES_TO_GATEWAY(Routes[].NatGatewayId)-> nat-00000001 nat-00000001",
		"rtb-00000001 -ROUTES_TO_GATEWAY(Routes[].TransitGatewayId)-> tgw-00000001 tgw-00000001",
		"rtb-00000001 -ROUTES_TO_PREFIX_LIST(Routes[].DestinationPrefixListId)-> pl-00000001 pl-00000001",
		"nat-00000001 -PART_OF_SUBNET(SubnetId)-> subnet-00000002 subnet-00000002",
		"sg-00000002 -ALLOWS_FROM(IpPermissions[].UserIdGroupPairs[].GroupId)-> sg-00000003 sg-00000003",
		// Shared by the account that owns it.
		"210987654321 -RESOURCE()-> subnet-00000001 ",
		"012345678901 -RESOURCE()-> vpc-00000001 ",
	} {
		r.hasEdge(t, want)
	}
	for key, columns := range map[string]map[string]string{
		"AWSEC2Subnet subnet-00000001":     {"observed": "true", "account_id": `"210987654321"`, "region": `"us-east-1"`, "map_public_ip_on_launch": "true"},
		"AWSEC2Subnet subnet-00000002":     {"observed": "true"}, // the NAT gateway's
		"AWSEC2SecurityGroup sg-00000003":  {"observed": "true", "name": `"three"`},
		"AWSTransitGateway tgw-00000001":   {"observed": "true", "state": `"available"`},
		"AWSManagedPrefixList pl-00000001": {"observed": "true", "entries": `"[{\"Cidr\":\"203.0.113.0/24\"}]"`},
		"AWSInternetGateway igw-00000001":  {"observed": "true"},
		"AWSNatGateway nat-00000001":       {"observed": "true", "connectivity_type": `"public"`},
	} {
		label, id, _ := strings.Cut(key, " ")
		n := r.node(t, label, id)
		for column, want := range columns {
			if n[column] != want {
				t.Errorf("%s: %s is %s, want %s", key, column, n[column], want)
			}
		}
	}
	for _, key := range []string{"AWSVpc vpc-00000009", "AWSEC2Subnet subnet-00000009"} {
		if r.nodes[key] != nil {
			t.Errorf("%s was read, and nothing refers to it", key)
		}
	}
	for action, n := range server.Calls() {
		if strings.HasPrefix(action, "ec2:") && n > 3 {
			t.Errorf("%s was called %d times", action, n)
		}
	}
	if k, _ := r.kindIn("us-east-1", "AWSEC2RouteTable"); k.State != graph.Complete || k.IDs != graph.AllIDs {
		t.Errorf("%+v", k)
	}
}

// TestNetworksDenied may not read one thing after the other: what was referred to is
// there, and what could not be read is a gap.
func TestNetworksDenied(t *testing.T) {
	for action, label := range map[string]string{
		"ec2:DescribeSubnets": "AWSEC2Subnet", "ec2:DescribeVpcs": "AWSVpc", "ec2:DescribeRouteTables": "AWSEC2RouteTable",
		"ec2:DescribeInternetGateways": "AWSInternetGateway", "ec2:GetManagedPrefixListEntries": "AWSManagedPrefixList",
	} {
		cfg, _ := serve(t, withNeighbors(t, map[string]string{"us-east-1/EC2.json": network}), simulator.Options{Fault: failing(action, "UnauthorizedOperation", "You are not authorized to perform this operation.")})
		cfg.Neighbors = []string{"network"}
		r := collect(t, cfg)
		if !strings.Contains(r.gaps(), label+" "+action) || !strings.Contains(r.gaps(), "UnauthorizedOperation") {
			t.Errorf("%s: gaps %s", action, r.gaps())
		}
		k, _ := r.kindIn("us-east-1", label)
		if label == "AWSManagedPrefixList" { // which has another piece
			if k.State != graph.Partial || k.IDs != graph.AllIDs {
				t.Errorf("%s: %+v", action, k)
			}
		} else if k.State != graph.Denied || k.IDs != graph.NoIDs {
			t.Errorf("%s: %+v", action, k)
		}
		r.node(t, "AWSEC2Subnet", "subnet-00000001")
	}
}

// TestVanishedNetwork has a notebook whose subnet is deleted: that is no gap.
func TestVanishedNetwork(t *testing.T) {
	cfg, _ := serve(t, withNeighbors(t, map[string]string{"us-east-1/EC2.json": `{}`}), simulator.Options{})
	cfg.Neighbors = []string{"network"}
	r := collect(t, cfg)
	if r.report.HasGaps() {
		t.Errorf("gaps %s", r.gaps())
	}
	if n := r.node(t, "AWSEC2Subnet", "subnet-00000001"); n["observed"] != "false" {
		t.Errorf("%v", n)
	}
	if k, ok := r.kindIn("us-east-1", "AWSEC2Subnet"); !ok || k.State != graph.Complete || k.Gone != 1 {
		t.Errorf("%+v", k)
	}
}

// TestManySubnets asks for them many at a time.
func TestManySubnets(t *testing.T) {
	var subnets, notebooks []string
	for i := range 450 {
		id := "subnet-" + strings.Repeat("0", 5) + string(rune('a'+i/100)) + string(rune('a'+i/10%10)) + string(rune('a'+i%10))
		subnets = append(subnets, `{"SubnetId": "`+id+`", "VpcId": "vpc-00000001", "CidrBlock": "10.0.1.0/24", "OwnerId": "012345678901", "State": "available"}`)
		notebooks = append(notebooks, `{"NotebookInstanceName": "`+id+`", "NotebookInstanceArn": "arn:aws:sagemaker:us-east-1:012345678901:notebook-instance/`+id+`", "NotebookInstanceStatus": "InService", "CreationTime": "2025-01-02T03:04:05Z", "SubnetId": "`+id+`"}`)
	}
	files := withNeighbors(t, map[string]string{
		"us-east-1/EC2.json":              `{"Subnets": ` + list(subnets...) + `, "Vpcs": [{"VpcId": "vpc-00000001", "CidrBlock": "10.0.0.0/16", "OwnerId": "012345678901", "State": "available"}]}`,
		"us-east-1/NotebookInstance.json": list(notebooks...),
	})
	cfg, server := serve(t, files, simulator.Options{})
	cfg.Neighbors = []string{"network"}
	r := collect(t, cfg)
	observed := 0
	for key, n := range r.nodes {
		if strings.HasPrefix(key, "AWSEC2Subnet ") && n["observed"] == "true" {
			observed++
		}
	}
	if n := server.Calls()["ec2:DescribeSubnets"]; observed != 450 || n != 3 {
		t.Errorf("%d subnets by %d calls", observed, n)
	}
	if got := server.Actions(); slices.Contains(got, "ec2:DescribeNetworkInterfaces") {
		t.Errorf("network interfaces were asked for, and nothing refers to one: %v", got)
	}
}

// TestOrganization walks from the account up to the root, and reads each policy once.
func TestOrganization(t *testing.T) {
	text, err := os.ReadFile("../simulator/demo/012345678901/Organizations.json")
	if err != nil {
		t.Fatal(err)
	}
	cfg, server := serve(t, withNeighbors(t, map[string]string{"Organizations.json": string(text)}), simulator.Options{})
	cfg.Neighbors = []string{"iam", "org", "s3"}
	r := collect(t, cfg)
	account := r.node(t, "AWSAccount", "012345678901")
	if account["observed"] != "true" || account["organization_id"] == "" || account["unread"] != "" || !strings.Contains(account["service_control_policies"], "p-") {
		t.Errorf("%v", account)
	}
	policies := 0
	for key, n := range r.nodes {
		if strings.HasPrefix(key, "AWSOrganizationPolicy ") && n["content"] != "" {
			policies++
		}
	}
	if n := server.Calls()["organizations:DescribePolicy"]; policies == 0 || n != policies {
		t.Errorf("%d policies by %d calls", policies, n)
	}

	// Without the group, the account is read and says what was not asked for.
	cfg, server = serve(t, withNeighbors(t, map[string]string{"Organizations.json": string(text)}), simulator.Options{})
	cfg.Neighbors = []string{"iam", "s3"}
	r = collect(t, cfg)
	account = r.node(t, "AWSAccount", "012345678901")
	for _, column := range []string{"parents", "service_control_policies", "resource_control_policies"} {
		if !strings.Contains(account["unread"], column) {
			t.Errorf("%s was not asked for, and unread is %s", column, account["unread"])
		}
	}
	if r.report.HasGaps() || server.Calls()["organizations:ListPoliciesForTarget"] > 0 {
		t.Errorf("gaps %s, calls %v", r.gaps(), server.Calls())
	}
	if k, _ := r.kindIn("global", "AWSAccount"); k.State != graph.Limited {
		t.Errorf("%+v", k)
	}
}
