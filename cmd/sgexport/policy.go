package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/exporter/names"
)

func policyCommand() *cli.Command {
	return &cli.Command{
		Name:  "policy",
		Usage: "print the least-privilege IAM policy that an export needs",
		Description: `Prints what the credentials of an export need. With --region all, --role-arn or
--organization it says what these need besides: whoever assumes roles needs the
statements SgexportRoles and SgexportOrganization, and each role all others.`,
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "kinds", Usage: "comma-separated `LIST` of kinds to collect (default: all)"},
			&cli.StringFlag{Name: "skip-kinds", Usage: "comma-separated `LIST` of kinds not to collect"},
			neighborsFlag(),
			&cli.StringFlag{Name: "condition-regions", Usage: "comma-separated `LIST` of regions: what is asked for in regions is allowed in these alone"},
			&cli.StringFlag{Name: "beside", Usage: "print only what a managed `POLICY` of AWS lacks that is attached too: SecurityAudit"},
			&cli.StringFlag{Name: "region", Usage: "all: for an export with --region all, which asks what regions there are"},
		}, roleFlags()),
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			kinds, err := kindsOf(c.String("kinds"), c.String("skip-kinds"))
			if err != nil {
				return err
			}
			neighbors, err := neighborsOf(c.String("neighbors"))
			if err != nil {
				return err
			}
			regions, err := conditionRegions(c.String("condition-regions"))
			if err != nil {
				return err
			}
			audit := securityAudit()
			beside := c.String("beside")
			if beside != "" && beside != audit.Name {
				return usagef("--beside is %s, not %q", audit.Name, beside)
			}
			further, err := furtherStatements(c, regions)
			if err != nil {
				return err
			}
			left := func(action string) bool { return beside != "" && audit.covers(action) }
			statements := policyStatements(exporter.Permissions(kinds, neighbors), regions, left)
			for _, s := range further {
				if s.Action = slices.DeleteFunc(s.Action, left); len(s.Action) > 0 {
					statements = append(statements, s)
				}
			}
			e := json.NewEncoder(c.App.Writer)
			e.SetIndent("", "  ")
			if err := e.Encode(policyDocument{"2012-10-17", statements}); err != nil {
				return err
			}
			fmt.Fprintln(c.App.ErrWriter, audit.note(exporter.Actions(kinds, neighbors)))
			return nil
		},
	}
}

// A policyDocument is an IAM policy.
type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  oneOrMore
	Condition map[string]map[string][]string `json:",omitempty"`
}

// oneOrMore are texts, of which one stands without a list around it.
type oneOrMore []string

// MarshalJSON implements json.Marshaler.
func (o oneOrMore) MarshalJSON() ([]byte, error) {
	if len(o) == 1 {
		return json.Marshal(o[0])
	}
	return json.Marshal([]string(o))
}

var anyResource = oneOrMore{"*"}

// furtherStatements are what reading all regions, roles and an organization needs
// besides. The roles of an organization are in the partition of regions, where there
// are some.
func furtherStatements(c *cli.Context, regions []string) (all []policyStatement, err error) {
	var a accountOptions
	if err := a.parseRoles(c); err != nil {
		return nil, err
	}
	switch r := c.String("region"); r {
	case "":
	case allRegions:
		all = append(all, policyStatement{Sid: "SgexportRegions", Effect: "Allow", Action: []string{exporter.RegionsAction()}, Resource: anyResource})
	default:
		return nil, usagef("--region is all, not %q; --condition-regions binds the policy to regions", r)
	}
	roles := slices.Sorted(slices.Values(a.roles))
	if a.organization {
		all = append(all, policyStatement{Sid: "SgexportOrganization", Effect: "Allow", Action: []string{exporter.OrganizationAction()}, Resource: anyResource})
		partition := names.PartitionOf(strings.Join(regions[:min(1, len(regions))], ""))
		roles = []string{fmt.Sprintf("arn:%s:iam::*:role/%s", partition, a.roleName)}
	}
	if len(roles) > 0 {
		all = append(all, policyStatement{Sid: "SgexportRoles", Effect: "Allow", Action: []string{"sts:AssumeRole"}, Resource: roles})
	}
	return all, nil
}

// policyStatements are a statement for each choice, and for what of it is asked for in
// regions another one than for the rest. Actions that left says are left out.
func policyStatements(permissions []exporter.Permission, regions []string, left func(action string) bool) []policyStatement {
	statements := []policyStatement{}
	for _, p := range permissions {
		s := policyStatement{Sid: "Sgexport" + strings.ToUpper(p.Choice[:1]) + p.Choice[1:], Effect: "Allow", Resource: anyResource}
		if !p.Regional {
			s.Sid += "Account"
		}
		s.Action = slices.DeleteFunc(slices.Clone(p.Actions), left)
		if p.Regional && len(regions) > 0 {
			s.Condition = map[string]map[string][]string{"StringEquals": {"aws:RequestedRegion": regions}}
		}
		if len(s.Action) > 0 {
			statements = append(statements, s)
		}
	}
	return statements
}

// conditionRegions reads the regions that a policy is bound to.
func conditionRegions(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	chosen := strings.Split(list, ",")
	for i, region := range chosen {
		chosen[i] = strings.TrimSpace(region)
		if err := checkRegion(chosen[i], false); err != nil {
			return nil, err
		}
	}
	return chosen, nil
}

//go:embed securityaudit.json
var securityAuditFile []byte

// A managedPolicy is what a managed policy of AWS allows on every resource.
type managedPolicy struct {
	Name, Version, Updated string
	Actions                []string // patterns
}

// securityAudit is AWS's own policy for auditors.
func securityAudit() *managedPolicy {
	var p managedPolicy
	if err := json.Unmarshal(securityAuditFile, &p); err != nil {
		panic(fmt.Sprintf("securityaudit.json: %v", err))
	}
	return &p
}

func (p *managedPolicy) covers(action string) bool {
	return slices.ContainsFunc(p.Actions, func(pattern string) bool {
		ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(action))
		return ok && err == nil
	})
}

// note says which of some actions the policy covers.
func (p *managedPolicy) note(actions []string) string {
	lacks := slices.DeleteFunc(slices.Clone(actions), p.covers)
	if len(lacks) == 0 {
		return fmt.Sprintf("AWS's managed policy %s (%s of %s) covers all %d actions.", p.Name, p.Version, p.Updated, len(actions))
	}
	return fmt.Sprintf("AWS's managed policy %s (%s of %s) covers %d of the %d actions. It lacks %s; --beside %s prints a policy of these alone.",
		p.Name, p.Version, p.Updated, len(actions)-len(lacks), len(actions), strings.Join(lacks, ", "), p.Name)
}
