package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// roleFlags say which accounts are read; policy has them too.
func roleFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "role-arn", Usage: "`ARN` of a role to assume, whose account is read; may be given several times, as a list, or as @FILE with one a line"},
		&cli.BoolFlag{Name: "organization", Usage: "read all active accounts of the organization, by the role of --role-name in each"},
		&cli.StringFlag{Name: "role-name", Usage: "`NAME` of the role that each account of the organization has, with its path"},
	}
}

// accountFlags are those of export alone.
func accountFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "accounts", Usage: "comma-separated `LIST` of the organization's accounts to read (default: all)"},
		&cli.StringFlag{Name: "skip-accounts", Usage: "comma-separated `LIST` of the organization's accounts not to read"},
		&cli.StringFlag{Name: "role-session-name", Value: "sgexport", Usage: "`NAME` of the sessions of roles, as CloudTrail shows it"},
		&cli.StringFlag{Name: "external-id", Usage: "external `ID` that the roles' trust policies ask for"},
		&cli.DurationFlag{Name: "role-duration", Value: time.Hour, Usage: "`TIME` that a role's credentials are good for, 15m to 12h; they are renewed in time"},
	}
}

// accountOptions say whose inventory is read: the caller's own where there is neither a
// role nor an organization.
type accountOptions struct {
	roles        []string // ARNs, in the order given
	organization bool
	roleName     string   // with its path
	only, skip   []string // accounts of the organization; nil is all, none
	session      string
	externalID   string
	duration     time.Duration

	accounts int      // how many are read, once that is known
	closed   []string // accounts of the organization that are not active, once that is known
}

// parseAccounts reads them.
func (a *accountOptions) parseAccounts(c *cli.Context) (err error) {
	if err := a.parseRoles(c); err != nil {
		return err
	}
	for _, list := range []struct {
		option string
		into   *[]string
	}{{"accounts", &a.only}, {"skip-accounts", &a.skip}} {
		if c.String(list.option) == "" {
			continue
		}
		if !a.organization {
			return usagef("--%s chooses among the accounts of --organization", list.option)
		}
		if *list.into, err = accountsOf(list.option, c.String(list.option)); err != nil {
			return err
		}
	}
	for _, option := range []string{"role-session-name", "external-id", "role-duration"} {
		if c.IsSet(option) && !a.assumes() {
			return usagef("--%s is for roles: give --role-arn, or --organization with --role-name", option)
		}
	}
	a.session, a.externalID, a.duration = c.String("role-session-name"), c.String("external-id"), c.Duration("role-duration")
	return a.checkSession()
}

// assumes reports whether roles are assumed.
func (a *accountOptions) assumes() bool { return len(a.roles) > 0 || a.organization }

// parseRoles reads what roleFlags say.
func (a *accountOptions) parseRoles(c *cli.Context) (err error) {
	if a.roles, err = rolesOf(c.StringSlice("role-arn")); err != nil {
		return err
	}
	a.organization, a.roleName = c.Bool("organization"), c.String("role-name")
	switch {
	case a.organization && len(a.roles) > 0:
		return usagef("--role-arn and --organization exclude one another: the roles of an organization's accounts are named by --role-name")
	case a.organization && a.roleName == "":
		return usagef("--organization needs --role-name, the role to assume in each account, such as --role-name sgexport")
	case !a.organization && a.roleName != "":
		return usagef("--role-name is for --organization; one role is given with --role-arn")
	case a.roleName != "" && !roleNameForm.MatchString(a.roleName):
		return usagef("--role-name is the name of a role, with its path where it has one (audit/sgexport), not %q", a.roleName)
	}
	return nil
}

// Source of the forms: IAM and STS API References (Role, AssumeRole).
var (
	roleNameForm   = regexp.MustCompile(`^(?:[\w+=,.@-]+/)*[\w+=,.@-]{1,64}$`)
	sessionForm    = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	externalIDForm = regexp.MustCompile(`^[\w+=,.@:/-]{2,}$`)
)

func (a *accountOptions) checkSession() error {
	switch {
	case !sessionForm.MatchString(a.session):
		return usagef("--role-session-name is 2 to 64 letters, digits and characters of _+=,.@-, not %q", a.session)
	case a.externalID != "" && (len(a.externalID) > 1224 || !externalIDForm.MatchString(a.externalID)):
		return usagef("--external-id is 2 to 1224 letters, digits and characters of _+=,.@:/-")
	case a.duration < 15*time.Minute || a.duration > 12*time.Hour:
		return usagef("--role-duration is a time from 15m to 12h, not %s", a.duration)
	}
	return nil
}

// mostRoleFile is the size of a file of roles, in bytes, at most.
const mostRoleFile = 4 << 20

// rolesOf reads ARNs of roles, and files of them; each stands once, and each is of
// another account.
func rolesOf(given []string) ([]string, error) {
	var roles []string
	byAccount := map[string]string{}
	for _, word := range given {
		lines := []string{word}
		if path, ok := strings.CutPrefix(word, "@"); ok {
			text, err := readBounded(expanded(path), mostRoleFile)
			if err != nil {
				return nil, usageError{fmt.Errorf("--role-arn %s: %w", word, err)}
			}
			lines = strings.Split(string(text), "\n")
		}
		for _, line := range lines {
			line, _, _ = strings.Cut(line, "#") // no ARN has one
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			a, err := roleOf(line)
			if err != nil {
				return nil, err
			}
			switch other := byAccount[a.Account]; {
			case other == line:
				continue
			case other != "":
				return nil, usagef("two roles of account %s, %s and %s: an account is read once, so give one", a.Account, other, line)
			case len(roles) > 0 && partitionOfARN(roles[0]) != a.Partition:
				return nil, usagef("%s and %s are of two partitions of AWS, and no credentials are good for both", roles[0], line)
			}
			byAccount[a.Account] = line
			roles = append(roles, line)
		}
	}
	if len(given) > 0 && len(roles) == 0 {
		return nil, usagef("--role-arn names no role")
	}
	return roles, nil
}

func roleOf(text string) (names.ARN, error) {
	a, ok := names.ParseARN(text)
	name, isRole := strings.CutPrefix(a.Resource, "role/")
	if !ok || !isRole || a.Service != "iam" || a.Region != "" || !names.IsAccountID(a.Account) || !roleNameForm.MatchString(name) {
		return a, usagef("--role-arn is the ARN of a role, such as arn:aws:iam::111122223333:role/sgexport, or @FILE, not %q", text)
	}
	return a, nil
}

func partitionOfARN(arn string) string {
	a, _ := names.ParseARN(arn)
	return a.Partition
}

func accountOfARN(arn string) string {
	a, _ := names.ParseARN(arn)
	return a.Account
}

// accountsOf reads a list of account ids.
func accountsOf(option, list string) ([]string, error) {
	var ids []string
	for _, id := range strings.Split(list, ",") {
		if id = strings.TrimSpace(id); !names.IsAccountID(id) {
			return nil, usagef("--%s is a list of account ids of 12 digits, not %q", option, id)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// targets are the accounts to read, each with its credentials. cfg has the caller's.
func (o *exportOptions) targets(ctx context.Context, cfg aws.Config) ([]exporter.Target, error) {
	own := exporter.Target{Name: o.profile, AWS: cfg, Regions: o.regions}
	if o.everywhere && !o.demo {
		own.Regions, own.Known = nil, regions
	}
	switch {
	case o.organization:
		return o.organizationTargets(ctx, own)
	case len(o.roles) == 0:
		return []exporter.Target{own}, nil
	}
	if err := o.checkPartition(partitionOfARN(o.roles[0])); err != nil {
		return nil, err
	}
	var all []exporter.Target
	for _, role := range o.roles {
		all = append(all, o.assumed(own, role))
	}
	return all, nil
}

// checkPartition fails for regions that roles of a partition cannot be used in.
func (o *exportOptions) checkPartition(partition string) error {
	for _, r := range o.regions {
		if p := names.PartitionOf(r); p != partition && o.endpoint == "" {
			return usagef("region %s is of the partition %s of AWS, and the roles are of %s", r, p, partition)
		}
	}
	return nil
}

// assumed is a target as a role sees it.
func (o *exportOptions) assumed(own exporter.Target, role string) exporter.Target {
	t := own
	t.Name, t.Account, t.AWS = role, accountOfARN(role), own.AWS.Copy()
	t.AWS.Credentials = o.roleCredentials(own.AWS, role)
	return t
}

// explainOrganization adds to an error of listing an organization's accounts what the
// user can do about it.
func (o *exportOptions) explainOrganization(err error) error {
	var d *exporter.DeniedError
	var e *exporter.EndpointError
	const instead = "or name the roles with --role-arn"
	switch {
	case errors.As(err, &d) && strings.Contains(err.Error(), exporter.OrganizationAction()):
		return fmt.Errorf("%w; run it with credentials of the organization's management account, or of a delegated administrator's, whose policy allows %s, %s", err, exporter.OrganizationAction(), instead)
	case errors.As(err, &e) && e.Code == "AWSOrganizationsNotInUseException":
		return fmt.Errorf("%w; the account is in no organization: use credentials of one that is, %s", err, instead)
	}
	return o.explain(err)
}

// organizationTargets are the accounts of the organization that are active and chosen.
// The caller's own account is read as it is: no role is needed there.
func (o *exportOptions) organizationTargets(ctx context.Context, own exporter.Target) ([]exporter.Target, error) {
	org, err := exporter.ReadOrganization(ctx, own, time.Now)
	if err != nil {
		return nil, o.explainOrganization(err)
	}
	if err := o.checkPartition(org.Partition); err != nil {
		return nil, err
	}
	if err := o.checkChosen(org); err != nil {
		return nil, err
	}
	var all []exporter.Target
	for _, a := range org.Accounts {
		switch role := fmt.Sprintf("arn:%s:iam::%s:role/%s", org.Partition, a.ID, o.roleName); {
		case o.only != nil && !slices.Contains(o.only, a.ID), slices.Contains(o.skip, a.ID):
		case !a.Active():
			o.closed = append(o.closed, a.ID)
		case a.ID == org.Caller:
			t := own
			t.Name, t.Account = a.ID, a.ID
			all = append(all, t)
		default:
			all = append(all, o.assumed(own, role))
		}
	}
	if len(o.closed) > 0 {
		o.notice(fmt.Sprintf("not active, and not read: %s of the organization (%s)", snapshot.Counted(len(o.closed), "account"), few(o.closed)))
	}
	if len(all) == 0 {
		return nil, usagef("no account of the organization is left to read: see --accounts and --skip-accounts")
	}
	return all, nil
}

// checkChosen fails for accounts to read that the organization does not have: a slip of
// the pen would be an account that is missing. Those to skip may be gone.
func (o *exportOptions) checkChosen(org *exporter.Organization) error {
	has := func(id string) bool {
		return slices.ContainsFunc(org.Accounts, func(a exporter.Account) bool { return a.ID == id })
	}
	for _, id := range o.only {
		if !has(id) {
			return usagef("--accounts: account %s is not in the organization", id)
		}
	}
	for _, id := range o.skip {
		if !has(id) {
			o.warn(fmt.Sprintf("--skip-accounts: account %s is not in the organization", id))
		}
	}
	return nil
}

// recordAccounts notes what decides whose inventory a snapshot has.
func (a *accountOptions) recordAccounts(m map[string]any) {
	if len(a.roles) > 0 {
		m["role_arns"] = slices.Sorted(slices.Values(a.roles))
	}
	if !a.organization {
		return
	}
	m["organization"], m["role_name"] = true, a.roleName
	for name, ids := range map[string][]string{"accounts": a.only, "skip_accounts": a.skip, "accounts_not_active": a.closed} {
		if len(ids) > 0 {
			m[name] = ids
		}
	}
}
