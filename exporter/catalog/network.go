package catalog

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/graph"
)

// Labels of networks, as Cartography has them.
const (
	subnetLabel     = "AWSEC2Subnet"
	vpcLabel        = "AWSVpc"
	groupLabelEC2   = "AWSEC2SecurityGroup"
	interfaceLabel  = "AWSNetworkInterface"
	routeTableLabel = "AWSEC2RouteTable"
	igwLabel        = "AWSInternetGateway"
	natLabel        = "AWSNatGateway"
	eigwLabel       = "AWSEgressOnlyInternetGateway"
	tgwLabel        = "AWSTransitGateway"
	endpointLabel   = "AWSVpcEndpoint"
	prefixListLabel = "AWSManagedPrefixList"
)

const (
	attachedTo       Edge = "ATTACHED_TO"
	associatedSubnet Edge = "ASSOCIATED_SUBNET"
	routesToGateway  Edge = "ROUTES_TO_GATEWAY"
	routesToEndpoint Edge = "ROUTES_TO_VPC_ENDPOINT"
	routesToList     Edge = "ROUTES_TO_PREFIX_LIST"
	allowsFrom       Edge = "ALLOWS_FROM"
)

// An ec2Method is an operation of EC2's client.
type ec2Method[In, Out any] func(*ec2.Client, context.Context, *In, ...func(*ec2.Options)) (*Out, error)

const (
	// ec2Page is the largest page of most of EC2's lists, routePage that of route tables,
	// and ec2Values how many values a filter takes. Source: Amazon EC2 API Reference.
	ec2Page   = 1000
	routePage = 100
	ec2Values = 200
)

// ec2Of makes a list of what EC2 has, filtered by ids: of a label, or, where of is "",
// of those of the entry itself that something refers to.
func ec2Of[In, Out any](f ec2Method[In, Out], items, filter, of string) *List {
	l := listOf(operation.EC2, f, items)
	l.Operation = l.Sized(ec2Page).Rooted(l.Name + "Response")
	l.Batch = &Batch{Of: of, Most: ec2Values, Set: func(in any, ids []string) {
		v := reflect.ValueOf(in).Elem()
		filters := v.FieldByName("Filters")
		if !filters.IsValid() {
			filters = v.FieldByName("Filter")
		}
		filters.Set(reflect.ValueOf([]ec2types.Filter{{Name: &filter, Values: ids}}))
	}}
	return l
}

// ofAll makes a list one of which a label's resources may have any, and that has no
// filter for them: all is listed where there are some.
func ofAll(label string, l *List) *List {
	l.Batch = &Batch{Of: label, Most: math.MaxInt, Set: func(any, []string) {}}
	return l
}

// byTag is the name of what has none but the tag Name.
var byTag = Naming{Tag: "Name"}

var networkEntries = []Entry{
	{
		Label: subnetLabel, Prefix: "subnet", Extra: []string{"EC2Subnet"}, Doc: "subnet; id is its id",
		Group: "network", Named: byTag, Noun: "Subnet", ID: "{SubnetId}", Owner: "OwnerId",
		List:  ec2Of((*ec2.Client).DescribeSubnets, "Subnets", "subnet-id", ""),
		Edges: [][]Rule{memberOfVpc.to(toVpc, "VpcId")},
	},
	{
		Label: interfaceLabel, Prefix: "eni", Extra: []string{"NetworkInterface"}, Doc: "network interface; id is its id",
		Group: "network", Named: Naming{Tag: "Name", In: "tag_set"}, Noun: "NetworkInterface", ID: "{NetworkInterfaceId}", Owner: "OwnerId",
		Names: map[string]string{"Association.PublicIp": "association_public_ip"},
		List:  ec2Of((*ec2.Client).DescribeNetworkInterfaces, "NetworkInterfaces", "network-interface-id", ""),
		Edges: [][]Rule{
			partOfSubnet.to(toSubnet, "SubnetId"), memberOfVpc.to(toVpc, "VpcId"),
			memberOfSecurityGroup.to(toSecurityGroup, "Groups[].GroupId"),
		},
	},
	{
		Label: groupLabelEC2, Prefix: "sg", Extra: []string{"EC2SecurityGroup"}, Doc: "security group; id is its id",
		Group: "network", Noun: "Group", ID: "{GroupId}", Owner: "OwnerId", Names: map[string]string{"SecurityGroupArn": "arn"},
		List: ec2Of((*ec2.Client).DescribeSecurityGroups, "SecurityGroups", "group-id", ""),
		Edges: [][]Rule{
			memberOfVpc.to(toVpc, "VpcId"),
			allowsFrom.to(toSecurityGroup, "IpPermissions[].UserIdGroupPairs[].GroupId"),
			allowsFrom.to(toPrefixList, "IpPermissions[].PrefixListIds[].PrefixListId"),
		},
	},
	{
		Label: vpcLabel, Prefix: "vpc", Doc: "VPC; id is its id",
		Group: "network", Named: byTag, Noun: "Vpc", ID: "{VpcId}", Owner: "OwnerId",
		List: ec2Of((*ec2.Client).DescribeVpcs, "Vpcs", "vpc-id", ""),
	},
	{
		Label: routeTableLabel, Prefix: "rtb", Extra: []string{"EC2RouteTable"}, Doc: "route table of a VPC; id is its id",
		Group: "network", Named: byTag, Noun: "RouteTable", ID: "{RouteTableId}", Owner: "OwnerId",
		List: sized(ec2Of((*ec2.Client).DescribeRouteTables, "RouteTables", "vpc-id", vpcLabel), routePage),
		Edges: [][]Rule{
			memberOfVpc.to(toVpc, "VpcId"),
			associatedSubnet.to(toSubnet, "Associations[].SubnetId"),
			routesToGateway.to(toGateway, "Routes[].{GatewayId,NatGatewayId,EgressOnlyInternetGatewayId,TransitGatewayId}"),
			routesToList.to(toPrefixList, "Routes[].DestinationPrefixListId"),
		},
	},
	{
		Label: igwLabel, Prefix: "igw", Doc: "internet gateway; id is its id",
		Group: "network", Named: byTag, Noun: "InternetGateway", ID: "{InternetGatewayId}", Owner: "OwnerId",
		List:  ec2Of((*ec2.Client).DescribeInternetGateways, "InternetGateways", "attachment.vpc-id", vpcLabel),
		Edges: [][]Rule{attachedTo.to(toVpc, "Attachments[].VpcId")},
	},
	{
		Label: natLabel, Prefix: "nat", Doc: "NAT gateway; id is its id",
		Group: "network", Named: byTag, Noun: "NatGateway", ID: "{NatGatewayId}", Names: map[string]string{"CreateTime": "create_time", "DeleteTime": "delete_time"},
		List:  ec2Of((*ec2.Client).DescribeNatGateways, "NatGateways", "vpc-id", vpcLabel),
		Edges: [][]Rule{partOfSubnet.to(toSubnet, "SubnetId"), memberOfVpc.to(toVpc, "VpcId")},
	},
	{
		Label: eigwLabel, Prefix: "eigw", Doc: "egress-only internet gateway; id is its id",
		Group: "network", Named: byTag, Noun: "EgressOnlyInternetGateway", ID: "{EgressOnlyInternetGatewayId}",
		List:  ofAll(vpcLabel, rooted(sized(listOf(operation.EC2, (*ec2.Client).DescribeEgressOnlyInternetGateways, "EgressOnlyInternetGateways"), eigwPage), "DescribeEgressOnlyInternetGatewaysResponse")),
		Edges: [][]Rule{attachedTo.to(toVpc, "Attachments[].VpcId")},
	},
	{
		Label: "AWSTransitGatewayAttachment", Doc: "attachment of a VPC to a transit gateway; id is its id",
		Group: "network", Named: byTag, Noun: "TransitGatewayAttachment", ID: "{TransitGatewayAttachmentId}", Owner: "VpcOwnerId",
		List:  ec2Of((*ec2.Client).DescribeTransitGatewayVpcAttachments, "TransitGatewayVpcAttachments", "vpc-id", vpcLabel),
		Edges: [][]Rule{attachedTo.to(toGateway, "TransitGatewayId"), memberOfVpc.to(toVpc, "VpcId"), partOfSubnet.to(toSubnet, "SubnetIds[]")},
	},
	{
		Label: tgwLabel, Prefix: "tgw", Doc: "transit gateway; id is its id",
		Group: "network", Named: byTag, Noun: "TransitGateway", ID: "{TransitGatewayId}", Owner: "OwnerId",
		List: ec2Of((*ec2.Client).DescribeTransitGateways, "TransitGateways", "transit-gateway-id", ""),
	},
	{
		Label: endpointLabel, Prefix: "vpce", Doc: "VPC endpoint; id is its id",
		Group: "network", Named: byTag, Noun: "VpcEndpoint", ID: "{VpcEndpointId}", Owner: "OwnerId",
		List: ec2Of((*ec2.Client).DescribeVpcEndpoints, "VpcEndpoints", "vpc-id", vpcLabel),
		Edges: [][]Rule{
			memberOfVpc.to(toVpc, "VpcId"), partOfSubnet.to(toSubnet, "SubnetIds[]"),
			memberOfSecurityGroup.to(toSecurityGroup, "Groups[].GroupId"),
		},
	},
	{
		Label: prefixListLabel, Prefix: "pl", Doc: "prefix list; id is its id",
		Group: "network", Named: Naming{Column: "prefix_list_name"}, Columns: prefixListColumns, Known: func(id string) map[string]string { return map[string]string{"prefix_list_id": id} },
		Lookup: &Lookup{
			Details: reflect.TypeFor[prefixListDetails](),
			Pieces: []Piece{
				{
					Operation: operation.Of(operation.EC2, (*ec2.Client).DescribeManagedPrefixLists).Rooted("DescribeManagedPrefixListsResponse"),
					Member:    "List", Key: "PrefixListIds", First: "PrefixLists",
				},
				{
					Operation: operation.Of(operation.EC2, (*ec2.Client).GetManagedPrefixListEntries).Rooted("GetManagedPrefixListEntriesResponse"),
					Member:    "Entries", Key: "PrefixListId", Must: "Entries",
				},
			},
		},
	},
	{Label: "AWSVpnGateway", Prefix: "vgw", Doc: "virtual private gateway; id is its id"},
}

// eigwPage is the largest page of DescribeEgressOnlyInternetGateways.
const eigwPage = 255

// prefixListDetails is what EC2 tells of a prefix list.
type prefixListDetails struct {
	List    *ec2types.ManagedPrefixList
	Entries *ec2.GetManagedPrefixListEntriesOutput
}

var prefixListColumns = []graph.Column{
	{Name: "prefix_list_id", Type: graph.String},
	{Name: "name", Type: graph.String},
	{Name: "region", Type: graph.String},
	{Name: "arn", Type: graph.String, Source: "List.PrefixListArn"},
	{Name: "prefix_list_name", Type: graph.String, Source: "List.PrefixListName"},
	{Name: "address_family", Type: graph.String, Source: "List.AddressFamily"},
	{Name: "owner_id", Type: graph.String, Source: "List.OwnerId"},
	{Name: "state", Type: graph.String, Source: "List.State"},
	{Name: "entries", Type: graph.JSON, Source: "Entries.Entries"},
}

// Targets in networks.
var (
	toPrefixList = toID(prefixListLabel, "pl-")
	// toGateway is what a route leads to, by its id. What is local is no gateway.
	toGateway = Target{gatewayLabels, func(c *Context, s string) (Reference, bool) {
		prefix, _, _ := strings.Cut(s, "-")
		label := c.Labels.prefixes[prefix]
		return Reference{Label: label, ID: s}, slices.Contains(gatewayLabels, label)
	}}
	gatewayLabels = []string{igwLabel, natLabel, eigwLabel, tgwLabel, endpointLabel, "AWSVpnGateway"}
)
