package simulator_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/sgexport/sgexport/simulator"
)

// networkSorts are the operations of EC2, and what they describe.
var networkSorts = []struct{ operation, section, id string }{
	{"DescribeSubnets", "Subnets", "subnet-1"},
	{"DescribeVpcs", "Vpcs", "vpc-1"},
	{"DescribeRouteTables", "RouteTables", "rtb-1"},
	{"DescribeInternetGateways", "InternetGateways", "igw-1"},
	{"DescribeNatGateways", "NatGateways", "nat-1"},
	{"DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways", "eigw-1"},
	{"DescribeTransitGateways", "TransitGateways", "tgw-1"},
	{"DescribeTransitGatewayAttachments", "TransitGatewayAttachments", "tgw-attach-1"},
	{"DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments", "tgw-attach-1"},
	{"DescribeVpcEndpoints", "VpcEndpoints", "vpce-1"},
	{"DescribeSecurityGroups", "SecurityGroups", "sg-1"},
	{"DescribeManagedPrefixLists", "PrefixLists", "pl-1"},
	{"DescribeNetworkInterfaces", "NetworkInterfaces", "eni-1"},
}

// networkIDs are what members with ids have in a filled document.
var networkIDs = map[string]any{
	"SubnetId": "subnet-1", "SubnetIds": "subnet-1", "VpcId": "vpc-1", "RouteTableId": "rtb-1", "RouteTableIds": "rtb-1",
	"InternetGatewayId": "igw-1", "NatGatewayId": "nat-1", "EgressOnlyInternetGatewayId": "eigw-1", "TransitGatewayId": "tgw-1",
	"TransitGatewayAttachmentId": "tgw-attach-1", "VpcEndpointId": "vpce-1", "GroupId": "sg-1", "PrefixListId": "pl-1",
	"NetworkInterfaceId": "eni-1",
}

// TestNetworkMembers reads resources back in which every member of the API has
// a value: a member with a wrong name in the XML would be lost.
func TestNetworkMembers(t *testing.T) {
	file := map[string]any{}
	client := reflect.TypeFor[*ec2.Client]()
	for _, sort := range networkSorts {
		method, _ := client.MethodByName(sort.operation)
		list, _ := method.Type.Out(0).Elem().FieldByName(sort.section)
		doc := filledWith(list.Type.Elem(), "", networkIDs).(map[string]any)
		if associations, ok := doc["Associations"].([]any); ok { // a subnet has one table
			doc["Associations"] = associations[:1]
		}
		file[sort.section] = []any{doc}
	}
	entry := filledWith(reflect.TypeFor[types.PrefixListEntry](), "", nil)
	file["PrefixListEntries"] = []any{map[string]any{"PrefixListId": "pl-1", "Entries": []any{entry, entry}}}
	server := serve(t, simulator.Options{}, map[string]string{"us-east-1/EC2.json": asJSON(file)})
	api := ec2.NewFromConfig(start(t, server, "us-east-1"))
	for _, sort := range networkSorts {
		out, err := invokeOn(t.Context(), api, sort.operation, nil)
		if err != nil {
			t.Errorf("%s: %v", sort.operation, err)
			continue
		}
		list := reflect.ValueOf(out).Elem().FieldByName(sort.section)
		if list.Len() != 1 {
			t.Errorf("%s: %d", sort.operation, list.Len())
			continue
		}
		var want any
		if err := json.Unmarshal([]byte(asJSON(file[sort.section].([]any)[0])), &want); err != nil {
			t.Fatal(err)
		}
		compare(t, sort.operation, list.Index(0).Interface(), want.(map[string]any))
	}
	out, err := api.GetManagedPrefixListEntries(t.Context(), &ec2.GetManagedPrefixListEntriesInput{PrefixListId: aws.String("pl-1")})
	if err != nil || asJSON(out.Entries) != asJSON([]any{entry, entry}) {
		t.Errorf("entries: %s, %v", asJSON(out), err)
	}
}

// network is a VPC with n subnets and a network interface in each.
func network(n int) string {
	var subnets, interfaces []string
	for i := range n {
		subnets = append(subnets, fmt.Sprintf(`{"SubnetId": "subnet-%02d", "VpcId": "vpc-1", "OwnerId": "012345678901", "MapPublicIpOnLaunch": %t,
			"Tags": [{"Key": "tier", "Value": "t%d"}, {"Key": "n", "Value": "%d"}]}`, i, i%2 == 0, i%3, i))
		interfaces = append(interfaces, fmt.Sprintf(`{"NetworkInterfaceId": "eni-%02d", "SubnetId": "subnet-%02d", "VpcId": "vpc-1", "Groups": [{"GroupId": "sg-%d"}]}`, i, i, i%2))
	}
	return `{
		"Vpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}],
		"Subnets": [` + strings.Join(subnets, ",") + `],
		"SecurityGroups": [{"GroupId": "sg-0", "GroupName": "even"}, {"GroupId": "sg-1", "GroupName": "odd"}],
		"NetworkInterfaces": [` + strings.Join(interfaces, ",") + `],
		"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true, "RouteTableId": "rtb-1"}],
			"Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active", "Origin": "CreateRoute"}]}],
		"InternetGateways": [{"InternetGatewayId": "igw-1", "OwnerId": "012345678901", "Attachments": [{"State": "available", "VpcId": "vpc-1"}]}],
		"TransitGateways": [{"TransitGatewayId": "tgw-1", "OwnerId": "210987654321"}],
		"TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1", "VpcOwnerId": "012345678901", "State": "available", "SubnetIds": ["subnet-00"]}],
		"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "office", "OwnerId": "012345678901"}],
		"PrefixListEntries": [{"PrefixListId": "pl-1", "Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "0.0.0.0/0"}, {"Cidr": "192.0.2.0/24"}]}],
		"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}]
	}`
}

func ec2Client(t *testing.T, options simulator.Options, n int, region string) *ec2.Client {
	t.Helper()
	return ec2.NewFromConfig(start(t, serve(t, options, map[string]string{"us-east-1/EC2.json": network(n)}), region))
}

func filters(pairs ...string) []types.Filter {
	var out []types.Filter
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, types.Filter{Name: &pairs[i], Values: strings.Split(pairs[i+1], ",")})
	}
	return out
}

func subnetIDs(subnets []types.Subnet) string {
	var ids []string
	for _, subnet := range subnets {
		ids = append(ids, strings.TrimPrefix(*subnet.SubnetId, "subnet-"))
	}
	return strings.Join(ids, " ")
}

func TestNetworkFilters(t *testing.T) {
	client := ec2Client(t, simulator.Options{}, 8, "us-east-1")
	for name, c := range map[string]struct {
		input ec2.DescribeSubnetsInput
		want  string // ids or an error's code
	}{
		"all":           {ec2.DescribeSubnetsInput{}, "00 01 02 03 04 05 06 07"},
		"ids":           {ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-03", "subnet-01", "subnet-03"}}, "03 01"},
		"filter by id":  {ec2.DescribeSubnetsInput{Filters: filters("subnet-id", "subnet-02,subnet-99,subnet-05")}, "02 05"},
		"bool":          {ec2.DescribeSubnetsInput{Filters: filters("map-public-ip-on-launch", "true")}, "00 02 04 06"},
		"two filters":   {ec2.DescribeSubnetsInput{Filters: filters("map-public-ip-on-launch", "true", "tag:tier", "t0,t2")}, "00 02 06"},
		"wildcards":     {ec2.DescribeSubnetsInput{Filters: filters("subnet-id", "*-0?", "tag:n", "[1-3]*,5*")}, "05"},
		"ids, filtered": {ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-03", "subnet-04"}, Filters: filters("tag:tier", "t1")}, "04"},
		"tag key":       {ec2.DescribeSubnetsInput{Filters: filters("tag-key", "ti*", "vpc-id", "vpc-1", "owner-id", "012345678901")}, "00 01 02 03 04 05 06 07"},
		"no such tag":   {ec2.DescribeSubnetsInput{Filters: filters("tag:colour", "*")}, ""},
		"other VPC":     {ec2.DescribeSubnetsInput{Filters: filters("vpc-id", "vpc-2")}, ""},
		"no filter":     {ec2.DescribeSubnetsInput{Filters: filters("colour", "red")}, "InvalidParameterValue"},
		"no value":      {ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: aws.String("vpc-id")}}}, "InvalidParameterValue"},
		"many values":   {ec2.DescribeSubnetsInput{Filters: filters("subnet-id", strings.Repeat("x,", 200)+"y")}, "FilterLimitExceeded"},
		"unknown id":    {ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-01", "subnet-99"}}, "InvalidSubnetID.NotFound"},
		"no id":         {ec2.DescribeSubnetsInput{SubnetIds: []string{"vpc-1"}}, "InvalidSubnetId.Malformed"},
		"small page":    {ec2.DescribeSubnetsInput{MaxResults: aws.Int32(4)}, "InvalidParameterValue"},
		"large page":    {ec2.DescribeSubnetsInput{MaxResults: aws.Int32(1001)}, "InvalidParameterValue"},
		"token":         {ec2.DescribeSubnetsInput{NextToken: aws.String("x")}, "InvalidNextToken"},
		"dry run":       {ec2.DescribeSubnetsInput{DryRun: aws.Bool(true)}, "DryRunOperation"},
	} {
		out, err := client.DescribeSubnets(t.Context(), &c.input)
		got := code(err)
		if err == nil {
			got = subnetIDs(out.Subnets)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for name, c := range map[string]struct {
		operation string
		input     map[string]any
		want      string
	}{
		"VPC":                 {"DescribeVpcs", map[string]any{"VpcIds": []string{"vpc-9"}}, "InvalidVpcID.NotFound"},
		"route table":         {"DescribeRouteTables", map[string]any{"RouteTableIds": []string{"rtb-9"}}, "InvalidRouteTableID.NotFound"},
		"internet gateway":    {"DescribeInternetGateways", map[string]any{"InternetGatewayIds": []string{"igw-9"}}, "InvalidInternetGatewayID.NotFound"},
		"NAT gateway":         {"DescribeNatGateways", map[string]any{"NatGatewayIds": []string{"nat-9"}}, "NatGatewayNotFound"},
		"egress-only":         {"DescribeEgressOnlyInternetGateways", map[string]any{"EgressOnlyInternetGatewayIds": []string{"eigw-9"}}, "InvalidGatewayID.NotFound"},
		"transit gateway":     {"DescribeTransitGateways", map[string]any{"TransitGatewayIds": []string{"tgw-9"}}, "InvalidTransitGatewayID.NotFound"},
		"attachment":          {"DescribeTransitGatewayAttachments", map[string]any{"TransitGatewayAttachmentIds": []string{"tgw-attach-9"}}, "InvalidTransitGatewayAttachmentID.NotFound"},
		"attachment of VPC":   {"DescribeTransitGatewayVpcAttachments", map[string]any{"TransitGatewayAttachmentIds": []string{"tgw-attach-9"}}, "InvalidTransitGatewayAttachmentID.NotFound"},
		"VPC endpoint":        {"DescribeVpcEndpoints", map[string]any{"VpcEndpointIds": []string{"vpce-9"}}, "InvalidVpcEndpointId.NotFound"},
		"security group":      {"DescribeSecurityGroups", map[string]any{"GroupIds": []string{"sg-9"}}, "InvalidGroup.NotFound"},
		"security group name": {"DescribeSecurityGroups", map[string]any{"GroupNames": []string{"prime"}}, "InvalidGroup.NotFound"},
		"prefix list":         {"DescribeManagedPrefixLists", map[string]any{"PrefixListIds": []string{"pl-9"}}, "InvalidPrefixListID.NotFound"},
		"entries":             {"GetManagedPrefixListEntries", map[string]any{"PrefixListId": "pl-9"}, "InvalidPrefixListID.NotFound"},
		"interface":           {"DescribeNetworkInterfaces", map[string]any{"NetworkInterfaceIds": []string{"eni-9"}}, "InvalidNetworkInterfaceID.NotFound"},
		"interface and page":  {"DescribeNetworkInterfaces", map[string]any{"NetworkInterfaceIds": []string{"eni-01"}, "MaxResults": 5}, "InvalidParameterCombination"},
		"not served":          {"DescribeInstances", nil, "InvalidAction"},
	} {
		if _, err := invokeOn(t.Context(), client, c.operation, c.input); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	groups, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupNames: []string{"odd"}})
	if err != nil || len(groups.SecurityGroups) != 1 || *groups.SecurityGroups[0].GroupId != "sg-1" {
		t.Errorf("by name: %s, %v", asJSON(groups), err)
	}
	gateways, err := client.DescribeInternetGateways(t.Context(), &ec2.DescribeInternetGatewaysInput{Filters: filters("attachment.vpc-id", "vpc-1,vpc-2", "attachment.state", "available")})
	if err != nil || len(gateways.InternetGateways) != 1 {
		t.Errorf("gateways: %s, %v", asJSON(gateways), err)
	}
	tables, err := client.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{Filters: filters("association.main", "true", "route.gateway-id", "igw-1", "vpc-id", "vpc-1")})
	if err != nil || len(tables.RouteTables) != 1 {
		t.Errorf("tables: %s, %v", asJSON(tables), err)
	}
	interfaces, err := client.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{Filters: filters("group-id", "sg-1")})
	if err != nil || len(interfaces.NetworkInterfaces) != 4 {
		t.Errorf("interfaces: %s, %v", asJSON(interfaces), err)
	}
	attachments, err := client.DescribeTransitGatewayAttachments(t.Context(), &ec2.DescribeTransitGatewayAttachmentsInput{Filters: filters("resource-id", "vpc-1", "transit-gateway-owner-id", "210987654321")})
	if err != nil || len(attachments.TransitGatewayAttachments) != 1 || attachments.TransitGatewayAttachments[0].ResourceType != "vpc" {
		t.Errorf("attachments: %s, %v", asJSON(attachments), err)
	}
	endpoints, err := client.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{})
	if err != nil || *endpoints.VpcEndpoints[0].PolicyDocument != `{"Statement":[],"Version":"2012-10-17"}` {
		t.Errorf("endpoints: %s, %v", asJSON(endpoints), err)
	}
}

// TestNetworkPages follows tokens, also after pages without items.
func TestNetworkPages(t *testing.T) {
	for _, empty := range []bool{false, true} {
		client := ec2Client(t, simulator.Options{EmptyPages: empty}, 12, "us-east-1")
		var sizes []int
		seen := map[string]bool{}
		for p := ec2.NewDescribeSubnetsPaginator(client, &ec2.DescribeSubnetsInput{MaxResults: aws.Int32(5)}); p.HasMorePages(); {
			out, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, len(out.Subnets))
			for _, subnet := range out.Subnets {
				seen[*subnet.SubnetId] = true
			}
		}
		want := []int{5, 5, 2}
		if empty {
			want = []int{0, 5, 5, 2}
		}
		if len(seen) != 12 || !slices.Equal(sizes, want) {
			t.Errorf("pages of %v, %d subnets", sizes, len(seen))
		}
		var cidrs []string
		for p := ec2.NewGetManagedPrefixListEntriesPaginator(client, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: aws.String("pl-1"), MaxResults: aws.Int32(2)}); p.HasMorePages(); {
			out, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range out.Entries {
				cidrs = append(cidrs, *entry.Cidr)
			}
		}
		if strings.Join(cidrs, " ") != "10.0.0.0/8 0.0.0.0/0 192.0.2.0/24" {
			t.Errorf("entries %v", cidrs)
		}
	}
}

// TestNetworkOptions denies, edits and asks elsewhere.
func TestNetworkOptions(t *testing.T) {
	options := simulator.Options{
		Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if action == "ec2:DescribeVpcs" {
				return &simulator.Fault{Status: 403, Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation."}
			}
			return nil
		},
		Edit: func(action string, doc map[string]any) []map[string]any {
			if action == "ec2:DescribeSubnets" && doc["SubnetId"] == "subnet-01" {
				return nil
			}
			return []map[string]any{doc}
		},
	}
	client := ec2Client(t, options, 3, "us-east-1")
	if _, err := client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{}); code(err) != "UnauthorizedOperation" {
		t.Errorf("denied: %v", err)
	}
	out, err := client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	if err != nil || subnetIDs(out.Subnets) != "00 02" {
		t.Errorf("edited: %s, %v", asJSON(out), err)
	}
	if _, err := client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-01"}}); code(err) != "InvalidSubnetID.NotFound" {
		t.Errorf("edited away: %v", err)
	}
	abroad := ec2Client(t, options, 3, "eu-west-1")
	if out, err := abroad.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{}); err != nil || len(out.Subnets) != 0 {
		t.Errorf("abroad: %s, %v", asJSON(out), err)
	}
	if _, err := abroad.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-02"}}); code(err) != "InvalidSubnetID.NotFound" {
		t.Errorf("abroad, by id: %v", err)
	}
}
