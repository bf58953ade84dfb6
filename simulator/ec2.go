package simulator

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ec2Data is <account>/<region>/EC2.json. The attachments of VPCs to transit
// gateways are among all attachments without being there twice.
type ec2Data struct {
	Subnets                      []types.Subnet
	Vpcs                         []types.Vpc
	RouteTables                  []types.RouteTable
	InternetGateways             []types.InternetGateway
	NatGateways                  []types.NatGateway
	EgressOnlyInternetGateways   []types.EgressOnlyInternetGateway
	TransitGateways              []types.TransitGateway
	TransitGatewayAttachments    []types.TransitGatewayAttachment
	TransitGatewayVpcAttachments []types.TransitGatewayVpcAttachment
	VpcEndpoints                 []types.VpcEndpoint
	SecurityGroups               []types.SecurityGroup
	PrefixLists                  []types.ManagedPrefixList
	PrefixListEntries            []prefixListEntries
	NetworkInterfaces            []types.NetworkInterface
}

// prefixListEntries are the entries of one of the PrefixLists.
type prefixListEntries struct {
	PrefixListId string
	Entries      []types.PrefixListEntry
}

// An ec2Listing is an operation that describes resources of one sort.
type ec2Listing struct {
	operation, section string
	list               string // of the answer
	id                 string // member of a document
	begin              string // of ids
	ids                string // parameter with ids
	missing, malformed string // codes of the errors about ids
	names              string // parameter with names, for another member; "": there is none
	high               int    // the largest page
	low                int    // the smallest
	exclusive          bool   // ids and MaxResults exclude each other
	filters            map[string]string
}

// ec2Listings are the operations, with the filters that the API Reference
// lists for them. A filter is the path of a member.
func ec2Listings() []ec2Listing {
	return []ec2Listing{
		{
			operation: "DescribeSubnets", section: "Subnets", list: "subnetSet", low: 5, high: 1000,
			id: "SubnetId", begin: "subnet-", ids: "SubnetId", missing: "InvalidSubnetID.NotFound", malformed: "InvalidSubnetId.Malformed",
			filters: map[string]string{
				"availability-zone": "AvailabilityZone", "availabilityZone": "AvailabilityZone",
				"availability-zone-id": "AvailabilityZoneId", "availabilityZoneId": "AvailabilityZoneId",
				"available-ip-address-count": "AvailableIpAddressCount",
				"cidr-block":                 "CidrBlock", "cidr": "CidrBlock", "cidrBlock": "CidrBlock",
				"customer-owned-ipv4-pool": "CustomerOwnedIpv4Pool",
				"default-for-az":           "DefaultForAz", "defaultForAz": "DefaultForAz",
				"enable-dns64":                                "EnableDns64",
				"enable-lni-at-device-index":                  "EnableLniAtDeviceIndex",
				"ipv6-cidr-block-association.association-id":  "Ipv6CidrBlockAssociationSet.AssociationId",
				"ipv6-cidr-block-association.ipv6-cidr-block": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
				"ipv6-cidr-block-association.state":           "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
				"ipv6-native":                                 "Ipv6Native",
				"map-customer-owned-ip-on-launch":             "MapCustomerOwnedIpOnLaunch",
				"map-public-ip-on-launch":                     "MapPublicIpOnLaunch",
				"outpost-arn":                                 "OutpostArn",
				"owner-id":                                    "OwnerId",
				"private-dns-name-options-on-launch.enable-resource-name-dns-a-record":    "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord",
				"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record": "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord",
				"private-dns-name-options-on-launch.hostname-type":                        "PrivateDnsNameOptionsOnLaunch.HostnameType",
				"state":      "State",
				"subnet-arn": "SubnetArn",
				"subnet-id":  "SubnetId",
				"tag":        "Tags", "tag-key": "Tags",
				"vpc-id": "VpcId",
			},
		},
		{
			operation: "DescribeVpcs", section: "Vpcs", list: "vpcSet", low: 5, high: 1000,
			id: "VpcId", begin: "vpc-", ids: "VpcId", missing: "InvalidVpcID.NotFound", malformed: "InvalidVpcId.Malformed",
			filters: map[string]string{
				"cidr":                                        "CidrBlock",
				"cidr-block-association.association-id":       "CidrBlockAssociationSet.AssociationId",
				"cidr-block-association.cidr-block":           "CidrBlockAssociationSet.CidrBlock",
				"cidr-block-association.state":                "CidrBlockAssociationSet.CidrBlockState.State",
				"dhcp-options-id":                             "DhcpOptionsId",
				"ipv6-cidr-block-association.association-id":  "Ipv6CidrBlockAssociationSet.AssociationId",
				"ipv6-cidr-block-association.ipv6-cidr-block": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
				"ipv6-cidr-block-association.ipv6-pool":       "Ipv6CidrBlockAssociationSet.Ipv6Pool",
				"ipv6-cidr-block-association.state":           "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
				"is-default":                                  "IsDefault", "isDefault": "IsDefault",
				"owner-id": "OwnerId",
				"state":    "State",
				"tag":      "Tags", "tag-key": "Tags",
				"vpc-id": "VpcId",
			},
		},
		{
			operation: "DescribeRouteTables", section: "RouteTables", list: "routeTableSet", low: 5, high: 100,
			id: "RouteTableId", begin: "rtb-", ids: "RouteTableId", missing: "InvalidRouteTableID.NotFound", malformed: "InvalidRouteTableId.Malformed",
			filters: map[string]string{
				"association.gateway-id":                 "Associations.GatewayId",
				"association.main":                       "Associations.Main",
				"association.route-table-association-id": "Associations.RouteTableAssociationId",
				"association.route-table-id":             "Associations.RouteTableId",
				"association.subnet-id":                  "Associations.SubnetId",
				"owner-id":                               "OwnerId",
				"route-table-id":                         "RouteTableId",
				"route.destination-cidr-block":           "Routes.DestinationCidrBlock",
				"route.destination-ipv6-cidr-block":      "Routes.DestinationIpv6CidrBlock",
				"route.destination-prefix-list-id":       "Routes.DestinationPrefixListId",
				"route.egress-only-internet-gateway-id":  "Routes.EgressOnlyInternetGatewayId",
				"route.gateway-id":                       "Routes.GatewayId",
				"route.instance-id":                      "Routes.InstanceId",
				"route.nat-gateway-id":                   "Routes.NatGatewayId",
				"route.origin":                           "Routes.Origin",
				"route.state":                            "Routes.State",
				"route.transit-gateway-id":               "Routes.TransitGatewayId",
				"route.vpc-peering-connection-id":        "Routes.VpcPeeringConnectionId",
				"tag":                                    "Tags", "tag-key": "Tags",
				"vpc-id": "VpcId",
			},
		},
		{
			operation: "DescribeInternetGateways", section: "InternetGateways", list: "internetGatewaySet", low: 5, high: 1000,
			id: "InternetGatewayId", begin: "igw-", ids: "InternetGatewayId", missing: "InvalidInternetGatewayID.NotFound", malformed: "InvalidInternetGatewayId.Malformed",
			filters: map[string]string{
				"attachment.state":    "Attachments.State",
				"attachment.vpc-id":   "Attachments.VpcId",
				"internet-gateway-id": "InternetGatewayId",
				"owner-id":            "OwnerId",
				"tag":                 "Tags", "tag-key": "Tags",
			},
		},
		{
			operation: "DescribeNatGateways", section: "NatGateways", list: "natGatewaySet", low: 5, high: 1000,
			id: "NatGatewayId", begin: "nat-", ids: "NatGatewayId", missing: "NatGatewayNotFound", malformed: "NatGatewayMalformed",
			filters: map[string]string{
				"nat-gateway-id": "NatGatewayId",
				"state":          "State",
				"subnet-id":      "SubnetId",
				"tag":            "Tags", "tag-key": "Tags",
				"vpc-id": "VpcId",
			},
		},
		{
			operation: "DescribeEgressOnlyInternetGateways", section: "EgressOnlyInternetGateways", list: "egressOnlyInternetGatewaySet", low: 5, high: 255,
			id: "EgressOnlyInternetGatewayId", begin: "eigw-", ids: "EgressOnlyInternetGatewayId", missing: "InvalidGatewayID.NotFound", malformed: "InvalidEgressOnlyInternetGatewayId.Malformed",
			filters: map[string]string{"tag": "Tags", "tag-key": "Tags"},
		},
		{
			operation: "DescribeTransitGateways", section: "TransitGateways", list: "transitGatewaySet", low: 5, high: 1000,
			id: "TransitGatewayId", begin: "tgw-", ids: "TransitGatewayIds", missing: "InvalidTransitGatewayID.NotFound", malformed: "InvalidTransitGatewayID.Malformed",
			filters: map[string]string{
				"options.amazon-side-asn":                    "Options.AmazonSideAsn",
				"options.association-default-route-table-id": "Options.AssociationDefaultRouteTableId",
				"options.auto-accept-shared-attachments":     "Options.AutoAcceptSharedAttachments",
				"options.default-route-table-association":    "Options.DefaultRouteTableAssociation",
				"options.default-route-table-propagation":    "Options.DefaultRouteTablePropagation",
				"options.dns-support":                        "Options.DnsSupport",
				"options.propagation-default-route-table-id": "Options.PropagationDefaultRouteTableId",
				"options.vpn-ecmp-support":                   "Options.VpnEcmpSupport",
				"owner-id":                                   "OwnerId",
				"state":                                      "State",
				"tag":                                        "Tags", "tag-key": "Tags",
				"transit-gateway-id": "TransitGatewayId",
			},
		},
		{
			operation: "DescribeTransitGatewayAttachments", section: "TransitGatewayAttachments", list: "transitGatewayAttachments", low: 5, high: 1000,
			id: "TransitGatewayAttachmentId", begin: "tgw-attach-", ids: "TransitGatewayAttachmentIds", missing: "InvalidTransitGatewayAttachmentID.NotFound", malformed: "InvalidTransitGatewayAttachmentID.Malformed",
			filters: map[string]string{
				"association.state":                          "Association.State",
				"association.transit-gateway-route-table-id": "Association.TransitGatewayRouteTableId",
				"resource-id":                                "ResourceId",
				"resource-owner-id":                          "ResourceOwnerId",
				"resource-type":                              "ResourceType",
				"state":                                      "State",
				"tag":                                        "Tags", "tag-key": "Tags",
				"transit-gateway-attachment-id": "TransitGatewayAttachmentId",
				"transit-gateway-id":            "TransitGatewayId",
				"transit-gateway-owner-id":      "TransitGatewayOwnerId",
			},
		},
		{
			operation: "DescribeTransitGatewayVpcAttachments", section: "TransitGatewayVpcAttachments", list: "transitGatewayVpcAttachments", low: 5, high: 1000,
			id: "TransitGatewayAttachmentId", begin: "tgw-attach-", ids: "TransitGatewayAttachmentIds", missing: "InvalidTransitGatewayAttachmentID.NotFound", malformed: "InvalidTransitGatewayAttachmentID.Malformed",
			filters: map[string]string{
				"state": "State",
				"tag":   "Tags", "tag-key": "Tags",
				"transit-gateway-attachment-id": "TransitGatewayAttachmentId",
				"transit-gateway-id":            "TransitGatewayId",
				"vpc-id":                        "VpcId",
			},
		},
		{
			operation: "DescribeVpcEndpoints", section: "VpcEndpoints", list: "vpcEndpointSet", low: 1, high: 1000,
			id: "VpcEndpointId", begin: "vpce-", ids: "VpcEndpointId", missing: "InvalidVpcEndpointId.NotFound", malformed: "InvalidVpcEndpointId.Malformed",
			filters: map[string]string{
				"ip-address-type": "IpAddressType",
				"service-name":    "ServiceName",
				"service-region":  "ServiceRegion",
				"tag":             "Tags", "tag-key": "Tags",
				"vpc-endpoint-id":    "VpcEndpointId",
				"vpc-endpoint-state": "State",
				"vpc-endpoint-type":  "VpcEndpointType",
				"vpc-id":             "VpcId",
			},
		},
		{
			operation: "DescribeSecurityGroups", section: "SecurityGroups", list: "securityGroupInfo", low: 5, high: 1000,
			id: "GroupId", begin: "sg-", ids: "GroupId", names: "GroupName", missing: "InvalidGroup.NotFound", malformed: "InvalidGroupId.Malformed",
			filters: map[string]string{
				"description":                         "Description",
				"egress.ip-permission.cidr":           "IpPermissionsEgress.IpRanges.CidrIp",
				"egress.ip-permission.from-port":      "IpPermissionsEgress.FromPort",
				"egress.ip-permission.group-id":       "IpPermissionsEgress.UserIdGroupPairs.GroupId",
				"egress.ip-permission.group-name":     "IpPermissionsEgress.UserIdGroupPairs.GroupName",
				"egress.ip-permission.ipv6-cidr":      "IpPermissionsEgress.Ipv6Ranges.CidrIpv6",
				"egress.ip-permission.prefix-list-id": "IpPermissionsEgress.PrefixListIds.PrefixListId",
				"egress.ip-permission.protocol":       "IpPermissionsEgress.IpProtocol",
				"egress.ip-permission.to-port":        "IpPermissionsEgress.ToPort",
				"egress.ip-permission.user-id":        "IpPermissionsEgress.UserIdGroupPairs.UserId",
				"group-id":                            "GroupId",
				"group-name":                          "GroupName",
				"ip-permission.cidr":                  "IpPermissions.IpRanges.CidrIp",
				"ip-permission.from-port":             "IpPermissions.FromPort",
				"ip-permission.group-id":              "IpPermissions.UserIdGroupPairs.GroupId",
				"ip-permission.group-name":            "IpPermissions.UserIdGroupPairs.GroupName",
				"ip-permission.ipv6-cidr":             "IpPermissions.Ipv6Ranges.CidrIpv6",
				"ip-permission.prefix-list-id":        "IpPermissions.PrefixListIds.PrefixListId",
				"ip-permission.protocol":              "IpPermissions.IpProtocol",
				"ip-permission.to-port":               "IpPermissions.ToPort",
				"ip-permission.user-id":               "IpPermissions.UserIdGroupPairs.UserId",
				"owner-id":                            "OwnerId",
				"tag":                                 "Tags", "tag-key": "Tags",
				"vpc-id": "VpcId",
			},
		},
		{
			operation: "DescribeManagedPrefixLists", section: "PrefixLists", list: "prefixListSet", low: 1, high: 100,
			id: "PrefixListId", begin: "pl-", ids: "PrefixListId", missing: "InvalidPrefixListID.NotFound", malformed: "InvalidPrefixListId.Malformed",
			filters: map[string]string{
				"owner-id":         "OwnerId",
				"prefix-list-id":   "PrefixListId",
				"prefix-list-name": "PrefixListName",
			},
		},
		{
			operation: "DescribeNetworkInterfaces", section: "NetworkInterfaces", list: "networkInterfaceSet", low: 5, high: 1000, exclusive: true,
			id: "NetworkInterfaceId", begin: "eni-", ids: "NetworkInterfaceId", missing: "InvalidNetworkInterfaceID.NotFound", malformed: "InvalidNetworkInterfaceId.Malformed",
			filters: map[string]string{
				"addresses.association.owner-id":   "PrivateIpAddresses.Association.IpOwnerId",
				"addresses.association.public-ip":  "PrivateIpAddresses.Association.PublicIp",
				"addresses.primary":                "PrivateIpAddresses.Primary",
				"addresses.private-ip-address":     "PrivateIpAddresses.PrivateIpAddress",
				"association.allocation-id":        "Association.AllocationId",
				"association.association-id":       "Association.AssociationId",
				"association.ip-owner-id":          "Association.IpOwnerId",
				"association.public-dns-name":      "Association.PublicDnsName",
				"association.public-ip":            "Association.PublicIp",
				"attachment.attachment-id":         "Attachment.AttachmentId",
				"attachment.delete-on-termination": "Attachment.DeleteOnTermination",
				"attachment.device-index":          "Attachment.DeviceIndex",
				"attachment.instance-id":           "Attachment.InstanceId",
				"attachment.instance-owner-id":     "Attachment.InstanceOwnerId",
				"attachment.status":                "Attachment.Status",
				"availability-zone":                "AvailabilityZone",
				"availability-zone-id":             "AvailabilityZoneId",
				"description":                      "Description",
				"group-id":                         "Groups.GroupId",
				"group-name":                       "Groups.GroupName",
				"interface-type":                   "InterfaceType",
				"ipv6-addresses.ipv6-address":      "Ipv6Addresses.Ipv6Address",
				"mac-address":                      "MacAddress",
				"network-interface-id":             "NetworkInterfaceId",
				"operator.managed":                 "Operator.Managed",
				"operator.principal":               "Operator.Principal",
				"owner-id":                         "OwnerId",
				"private-dns-name":                 "PrivateDnsName",
				"private-ip-address":               "PrivateIpAddress",
				"requester-id":                     "RequesterId",
				"requester-managed":                "RequesterManaged",
				"source-dest-check":                "SourceDestCheck",
				"status":                           "Status",
				"subnet-id":                        "SubnetId",
				"tag":                              "TagSet", "tag-key": "TagSet",
				"vpc-id": "VpcId",
			},
		},
	}
}

// ec2Service is what EC2 says of networks.
func ec2Service() *service {
	v := &service{
		scope: "ec2", prefix: "ec2", version: "2016-11-15",
		protocol: ec2Query{"http://ec2.amazonaws.com/doc/2016-11-15/"},
		operations: map[string]operation{
			"GetManagedPrefixListEntries": (*Server).prefixListEntries,
		},
		file: "EC2.json", data: reflect.TypeFor[ec2Data](),
		texts: []string{"PolicyDocument"},
		keys:  map[string]string{"PrefixListEntries": "PrefixListId"},
		refers: []reference{
			{"RouteTables", "Associations.SubnetId", "Subnets", "SubnetId"},
			{"InternetGateways", "Attachments.VpcId", "Vpcs", "VpcId"},
			{"EgressOnlyInternetGateways", "Attachments.VpcId", "Vpcs", "VpcId"},
			{"NatGateways", "SubnetId", "Subnets", "SubnetId"},
			{"NetworkInterfaces", "SubnetId", "Subnets", "SubnetId"},
			{"NetworkInterfaces", "Groups.GroupId", "SecurityGroups", "GroupId"},
			{"TransitGatewayVpcAttachments", "SubnetIds", "Subnets", "SubnetId"},
			{"VpcEndpoints", "SubnetIds", "Subnets", "SubnetId"},
			{"VpcEndpoints", "RouteTableIds", "RouteTables", "RouteTableId"},
			{"VpcEndpoints", "Groups.GroupId", "SecurityGroups", "GroupId"},
			{"PrefixListEntries", "PrefixListId", "PrefixLists", "PrefixListId"},
		},
		complete: completeEC2,
	}
	for _, section := range []string{"Subnets", "RouteTables", "NatGateways", "NetworkInterfaces", "SecurityGroups", "TransitGatewayVpcAttachments", "VpcEndpoints"} {
		v.refers = append(v.refers, reference{section, "VpcId", "Vpcs", "VpcId"})
	}
	for _, l := range ec2Listings() {
		v.keys[l.section] = l.id
		v.operations[l.operation] = l.answer
	}
	v.operations["DescribeRegions"] = (*Server).describeRegions
	return v
}

// completeEC2 refuses ids that are not of their kind, and two main route
// tables of a VPC or two tables of a subnet. It makes general attachments of those of VPCs.
func completeEC2(st *store) error {
	for _, l := range ec2Listings() {
		for i, doc := range st.sections[l.section] {
			if id := text(doc.body[l.id]); !strings.HasPrefix(id, l.begin) {
				return fmt.Errorf("%s[%d].%s: %s does not begin with %s", l.section, i, l.id, id, l.begin)
			}
		}
	}
	seen := map[string]bool{}
	for i, table := range st.sections["RouteTables"] {
		for _, association := range objects(table.body["Associations"]) {
			of := text(association["SubnetId"])
			if association["Main"] == true {
				of = "main of " + text(table.body["VpcId"])
			}
			if of != "" && seen[of] {
				return fmt.Errorf("RouteTables[%d].Associations: %s has two route tables", i, of)
			}
			seen[of] = true
		}
	}
	for _, doc := range st.sections["TransitGatewayVpcAttachments"] {
		general := map[string]any{"ResourceType": "vpc", "ResourceId": doc.body["VpcId"], "ResourceOwnerId": doc.body["VpcOwnerId"], "TransitGatewayOwnerId": st.account}
		for _, member := range []string{"CreationTime", "State", "Tags", "TransitGatewayAttachmentId", "TransitGatewayId"} {
			if doc.body[member] != nil {
				general[member] = doc.body[member]
			}
		}
		if gateway := st.find("TransitGateways", "TransitGatewayId", text(doc.body["TransitGatewayId"])); gateway != nil && gateway.body["OwnerId"] != nil {
			general["TransitGatewayOwnerId"] = gateway.body["OwnerId"]
		}
		if st.find("TransitGatewayAttachments", "TransitGatewayAttachmentId", text(general["TransitGatewayAttachmentId"])) == nil {
			st.sections["TransitGatewayAttachments"] = append(st.sections["TransitGatewayAttachments"], &document{body: general})
		}
	}
	return nil
}

// ec2XML is how EC2 writes its answers.
func ec2XML() *dialect {
	return &dialect{
		item: "item", times: "2006-01-02T15:04:05.000Z",
		rename: func(member string) string { return strings.ToLower(member[:1]) + member[1:] },
		names: map[string]string{
			"DnsOptions.PrivateDnsSpecifiedDomains": "privateDnsSpecifiedDomainSet",
			"EgressOnlyInternetGateway.Attachments": "attachmentSet",
			"EgressOnlyInternetGateway.Tags":        "tagSet",
			"InternetGateway.Attachments":           "attachmentSet",
			"InternetGateway.Tags":                  "tagSet",
			"IpPermission.UserIdGroupPairs":         "groups",
			"ManagedPrefixList.Tags":                "tagSet",
			"NatGateway.AttachedAppliances":         "attachedApplianceSet",
			"NatGateway.NatGatewayAddresses":        "natGatewayAddressSet",
			"NatGateway.Tags":                       "tagSet",
			"NetworkInterface.AssociatedSubnets":    "associatedSubnetSet",
			"NetworkInterface.Groups":               "groupSet",
			"NetworkInterface.Ipv4Prefixes":         "ipv4PrefixSet",
			"NetworkInterface.Ipv6Addresses":        "ipv6AddressesSet",
			"NetworkInterface.Ipv6Prefixes":         "ipv6PrefixSet",
			"NetworkInterface.PrivateIpAddresses":   "privateIpAddressesSet",
			"RouteTable.Associations":               "associationSet",
			"RouteTable.PropagatingVgws":            "propagatingVgwSet",
			"RouteTable.Routes":                     "routeSet",
			"RouteTable.Tags":                       "tagSet",
			"SecurityGroup.Description":             "groupDescription",
			"SecurityGroup.Tags":                    "tagSet",
			"Subnet.Tags":                           "tagSet",
			"SubnetIpPrefixes.IpPrefixes":           "ipPrefixSet",
			"TransitGateway.Tags":                   "tagSet",
			"TransitGatewayAttachment.Tags":         "tagSet",
			"TransitGatewayVpcAttachment.Tags":      "tagSet",
			"Vpc.Tags":                              "tagSet",
			"VpcEncryptionControl.Tags":             "tagSet",
			"VpcEndpoint.DnsEntries":                "dnsEntrySet",
			"VpcEndpoint.Groups":                    "groupSet",
			"VpcEndpoint.Ipv4Prefixes":              "ipv4PrefixSet",
			"VpcEndpoint.Ipv6Prefixes":              "ipv6PrefixSet",
			"VpcEndpoint.NetworkInterfaceIds":       "networkInterfaceIdSet",
			"VpcEndpoint.PayerResponsibilities":     "payerResponsibilitySet",
			"VpcEndpoint.RouteTableIds":             "routeTableIdSet",
			"VpcEndpoint.SubnetIds":                 "subnetIdSet",
			"VpcEndpoint.Tags":                      "tagSet",
		},
	}
}

// answer describes resources: those with the ids that are given, or all, and
// of these the ones that fit all filters.
func (l ec2Listing) answer(s *Server, r *request) (any, *apiError) {
	if failure := r.known(append([]string{l.ids, "Filter", "IncludeManagedResources"}, l.names)...); failure != nil {
		return nil, failure
	}
	ids, names := texts(r.input[l.ids]), texts(r.input[l.names])
	if l.exclusive && len(ids) > 0 && r.input["MaxResults"] != nil {
		return nil, &apiError{code: "InvalidParameterCombination", message: "The parameter " + l.ids + " cannot be used with the parameter MaxResults"}
	}
	fits, failure := l.fits(r)
	if failure != nil {
		return nil, failure
	}
	st := s.store(r.service, r)
	docs := st.sections[l.section]
	if len(ids) > 0 || len(names) > 0 {
		docs = nil
		for _, id := range ids {
			doc := st.find(l.section, l.id, id)
			switch {
			case !strings.HasPrefix(id, l.begin):
				return nil, &apiError{code: l.malformed, message: fmt.Sprintf("Invalid id: %q (expecting %q)", id, l.begin+"...")}
			case s.one(r, doc) == nil:
				return nil, &apiError{code: l.missing, message: fmt.Sprintf("The ID '%s' does not exist", id)}
			case !slices.Contains(docs, doc):
				docs = append(docs, doc)
			}
		}
		for _, name := range names {
			doc := st.find(l.section, l.names, name)
			if s.one(r, doc) == nil {
				return nil, &apiError{code: l.missing, message: fmt.Sprintf("The group '%s' does not exist", name)}
			}
			docs = append(docs, doc)
		}
	}
	items, tail, failure := s.ec2Page(r, docs, fits, l.low, l.high)
	if failure != nil {
		return nil, failure
	}
	return append([]node{ec2XML().list(l.list, r.service.item(l.section), bodies(items))}, tail...), nil
}

// mostFilterValues is how many values the filters of a call may have.
const mostFilterValues = 200

// fits makes the test of the request's filters: each must fit, by one of its
// values.
func (l ec2Listing) fits(r *request) (func(map[string]any) bool, *apiError) {
	var tests []func(map[string]any) bool
	values := 0
	for _, filter := range objects(r.input["Filter"]) {
		name, wanted := text(filter["Name"]), texts(filter["Value"])
		values += len(wanted)
		key, isTag := strings.CutPrefix(name, "tag:")
		path := l.filters[name]
		if isTag {
			path = l.filters["tag"]
		}
		switch {
		case path == "" || name == "tag":
			return nil, &apiError{code: "InvalidParameterValue", message: fmt.Sprintf("The filter '%s' is invalid", name)}
		case len(wanted) == 0:
			return nil, &apiError{code: "InvalidParameterValue", message: fmt.Sprintf("The filter value for '%s' is missing", name)}
		}
		tests = append(tests, func(doc map[string]any) bool {
			var have []string
			for _, tag := range objects(doc[path]) {
				switch {
				case isTag && tag["Key"] == key:
					have = append(have, text(tag["Value"]))
				case name == "tag-key":
					have = append(have, text(tag["Key"]))
				}
			}
			if !isTag && name != "tag-key" {
				have = lookup(doc, path)
			}
			return slices.ContainsFunc(wanted, func(pattern string) bool {
				return slices.ContainsFunc(have, func(text string) bool { return matches(pattern, text) })
			})
		})
	}
	if values > mostFilterValues {
		return nil, &apiError{code: "FilterLimitExceeded", message: "The maximum number of filter values specified on a single call is " + strconv.Itoa(mostFilterValues)}
	}
	return func(doc map[string]any) bool {
		return !slices.ContainsFunc(tests, func(fits func(map[string]any) bool) bool { return !fits(doc) })
	}, nil
}

// known refuses parameters that an operation does not have, and answers a dry
// run, which asks for permissions alone.
func (r *request) known(names ...string) *apiError {
	names = append(names, "DryRun", "MaxResults", "NextToken")
	for _, name := range sortedKeys(r.input) {
		if !slices.Contains(names, name) {
			return &apiError{code: "UnknownParameter", message: "The parameter " + name + " is not recognized"}
		}
	}
	if r.input["DryRun"] == "true" {
		return &apiError{code: "DryRunOperation", message: "Request would have succeeded, but DryRun flag is set.", status: 412}
	}
	return nil
}

// ec2Page are the documents of the page that a request asks for, and the
// element with the token of the next. Without MaxResults a page has as many
// as it may.
func (s *Server) ec2Page(r *request, docs []*document, fits func(map[string]any) bool, low, high int) ([]item, []node, *apiError) {
	r.numbers("MaxResults")
	limit, failure := r.limit("MaxResults", "InvalidParameterValue", low, high, high)
	if failure != nil {
		return nil, nil, failure
	}
	items, next, failure := s.items(r, listing{docs: docs, match: fits, limit: limit, token: "NextToken", badToken: "InvalidNextToken"})
	if failure != nil || next == "" {
		return items, nil, failure
	}
	return items, []node{{name: "nextToken", text: next}}, nil
}

// prefixListEntries gives the entries of a prefix list, by page.
func (s *Server) prefixListEntries(r *request) (any, *apiError) {
	if failure := r.known("PrefixListId", "TargetVersion"); failure != nil {
		return nil, failure
	}
	id := text(r.input["PrefixListId"])
	st := s.store(r.service, r)
	switch {
	case id == "":
		return nil, &apiError{code: "MissingParameter", message: "The request must contain the parameter PrefixListId"}
	case st.find("PrefixLists", "PrefixListId", id) == nil:
		return nil, &apiError{code: "InvalidPrefixListID.NotFound", message: fmt.Sprintf("The prefix list ID '%s' does not exist", id)}
	}
	var docs []*document
	if all := st.find("PrefixListEntries", "PrefixListId", id); all != nil {
		for _, entry := range objects(all.body["Entries"]) {
			docs = append(docs, &document{body: entry})
		}
	}
	items, tail, failure := s.ec2Page(r, docs, nil, 1, 100)
	if failure != nil {
		return nil, failure
	}
	entry := r.service.item("PrefixListEntries").fields["Entries"].elem
	return append([]node{ec2XML().list("entrySet", entry, bodies(items))}, tail...), nil
}
