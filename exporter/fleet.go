package exporter

import (
	"context"
	"time"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/collect"
)

// An Organization is what AWS Organizations tells of one.
type Organization = collect.Organization

// An Account is one of an organization.
type Account = collect.Account

// A RegionsError says that it cannot be known which regions to read.
type RegionsError = collect.RegionsError

// ReadOrganization lists the accounts of the organization that a target's account
// belongs to; clock is as in [Config]. For errors see [collect.ReadOrganization].
func ReadOrganization(ctx context.Context, of Target, clock func() time.Time) (*Organization, error) {
	return collect.ReadOrganization(ctx, of, calling.Options{Clock: clock})
}

// OrganizationAction is the IAM action of listing the accounts of an organization.
func OrganizationAction() string { return catalog.OrganizationAccounts.Action }

// RegionsAction is that of asking which regions an account has enabled.
func RegionsAction() string { return catalog.EnabledRegions.Action }
