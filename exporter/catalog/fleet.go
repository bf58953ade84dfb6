package catalog

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/sgexport/sgexport/exporter/operation"
)

// Operations that say what there is to read.
var (
	// EnabledRegions names the regions of an account, without those that it has not
	// enabled.
	EnabledRegions = operation.Of(operation.EC2, (*ec2.Client).DescribeRegions).Rooted("DescribeRegionsResponse")
	// OrganizationAccounts names all accounts of an organization, those that are closed
	// included. Its management account may ask, and a delegated administrator.
	OrganizationAccounts = operation.Of(operation.Organizations, (*organizations.Client).ListAccounts).Sized(orgPage)
)
