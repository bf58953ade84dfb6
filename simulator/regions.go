package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// regionsOf are the regions of a partition: those that accounts have from the
// beginning, and those that they opt in to. Source: AWS Account Management
// Reference Guide, "Enable or disable AWS Regions in your account".
func regionsOf(partition string) (enabled, further []string) {
	switch partition {
	case "aws-cn":
		return strings.Fields("cn-north-1 cn-northwest-1"), nil
	case "aws-us-gov":
		return strings.Fields("us-gov-east-1 us-gov-west-1"), nil
	}
	return strings.Fields(`ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2
			ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`),
		strings.Fields(`af-south-1 ap-east-1 ap-south-2 ap-southeast-3 ap-southeast-4 ca-west-1 eu-central-2 eu-south-1 eu-south-2
			il-central-1 me-central-1 me-south-1`)
}

// describeRegions gives the regions that the account may use: those of the
// partition that need no opting in, and those that the inventory has something
// in. With AllRegions it gives the others too.
func (s *Server) describeRegions(r *request) (any, *apiError) {
	if failure := r.known("AllRegions", "RegionName", "Filter"); failure != nil {
		return nil, failure
	}
	enabled, further := regionsOf(r.region.partition())
	status := map[string]string{}
	if r.input["AllRegions"] == "true" {
		for _, name := range further {
			status[name] = "not-opted-in"
		}
	}
	for _, name := range r.inventory.Regions() {
		if newRegion(name, "").partition() == r.region.partition() {
			status[name] = "opted-in"
		}
	}
	for _, name := range enabled {
		status[name] = "opt-in-not-required"
	}
	names := texts(r.input["RegionName"])
	for _, name := range names {
		if status[name] == "" {
			return nil, &apiError{code: "InvalidParameterValue", message: fmt.Sprintf("Invalid region names: [%s]", name)}
		}
	}
	fits := func(name string) bool { return names == nil || slices.Contains(names, name) }
	for _, filter := range objects(r.input["Filter"]) {
		wanted, before := texts(filter["Value"]), fits
		switch filter["Name"] {
		case "region-name":
			fits = func(name string) bool { return before(name) && slices.Contains(wanted, name) }
		case "opt-in-status":
			fits = func(name string) bool { return before(name) && slices.Contains(wanted, status[name]) }
		default:
			return nil, &apiError{code: "InvalidParameterValue", message: fmt.Sprintf("The filter '%v' is invalid", filter["Name"])}
		}
	}
	list := node{name: "regionInfo"}
	for _, name := range sortedKeys(status) {
		if fits(name) {
			list.children = append(list.children, node{name: "item", children: []node{
				{name: "regionName", text: name},
				{name: "regionEndpoint", text: "ec2." + name + ".amazonaws.com"},
				{name: "optInStatus", text: status[name]},
			}})
		}
	}
	return []node{list}, nil
}
