package main

import (
	"encoding/json"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
)

func policyCommand() *cli.Command {
	return &cli.Command{
		Name:  "policy",
		Usage: "print the least-privilege IAM policy that an export needs",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "kinds", Usage: "comma-separated `LIST` of kinds to collect (default: all)"},
			&cli.StringFlag{Name: "skip-kinds", Usage: "comma-separated `LIST` of kinds not to collect"},
			neighborsFlag(),
		},
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
			type statement struct {
				Sid      string
				Effect   string
				Action   []string
				Resource string
			}
			e := json.NewEncoder(c.App.Writer)
			e.SetIndent("", "  ")
			return e.Encode(struct {
				Version   string
				Statement []statement
			}{"2012-10-17", []statement{{"SgexportRead", "Allow", exporter.Actions(kinds, neighbors), "*"}}})
		},
	}
}
