package collect

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
)

// An Organization is what AWS Organizations tells of one.
type Organization struct {
	Caller    string // account that asks
	Partition string
	Accounts  []Account // sorted by id, each once
}

// An Account is one of an organization.
type Account struct {
	ID    string
	State string // ACTIVE, SUSPENDED, PENDING_CLOSURE …
}

// Active reports whether an account can be called in.
func (a Account) Active() bool { return a.State == "ACTIVE" }

// ReadOrganization lists the accounts of the organization of a target, of which the
// regions say where it is asked. An error is a [DeniedError] where the caller may
// not list them, a [calling.CredentialsError] where AWS does not take the credentials,
// and an [EndpointError] otherwise, with the code of the answer. A list that breaks off
// is an error: nobody would know which accounts are missing.
func ReadOrganization(ctx context.Context, of Target, calls calling.Options) (*Organization, error) {
	t := &target{run: &run{cfg: Config{Calls: calls}}, Target: of}
	if err := t.identify(ctx); err != nil {
		return nil, err
	}
	o := &Organization{Caller: t.identity.Account, Partition: t.identity.Partition}
	op := &catalog.OrganizationAccounts
	cfg := t.AWS.Copy()
	cfg.Region = names.HomeRegion(o.Partition)
	known := map[string]bool{}
	failure, err := calling.New(cfg, t.identity.Account, calls).Pages(ctx, op, op.Input(""), nil, func(out reflect.Value) (calling.Page, error) {
		accounts := out.Addr().Interface().(*organizations.ListAccountsOutput).Accounts
		page := calling.Page{Items: len(accounts)}
		for _, a := range accounts {
			if a.Id == nil || !names.IsAccountID(*a.Id) {
				return page, &EndpointError{Err: fmt.Errorf("list the accounts of the organization (%s): an account has no id", op.Action)}
			}
			item := reflect.ValueOf(a) // endpoints that are older than State have Status
			state := cmp.Or(operation.Text(item, "State"), operation.Text(item, "Status"))
			if !known[*a.Id] {
				known[*a.Id] = true
				page.New++
				o.Accounts = append(o.Accounts, Account{*a.Id, state})
			}
		}
		return page, nil
	})
	if err != nil {
		return nil, err
	}
	if failure != nil {
		return nil, t.organizationError(ctx, failure)
	}
	slices.SortFunc(o.Accounts, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
	return o, nil
}

// organizationError says what a failed list of accounts means.
func (t *target) organizationError(ctx context.Context, failure error) error {
	f := calling.Classify(ctx, failure)
	err := fmt.Errorf("list the accounts of the organization (%s): %s: %s", catalog.OrganizationAccounts.Action, f.Code, f.Message)
	switch f.Class {
	case calling.Credentials:
		return credentialsError(f, failure)
	case calling.Cancelled:
		return ctx.Err()
	case calling.Denied:
		return &DeniedError{Err: err, Code: f.Code}
	}
	return &EndpointError{Err: err, Code: f.Code}
}
