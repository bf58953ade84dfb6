package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/simulator"
)

func simulateCommand() *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "serve the embedded SageMaker API on this machine",
		Description: `Serves an inventory the way SageMaker, the tagging API and STS do, until it is
interrupted. Any AWS client can talk to it:

   export AWS_ENDPOINT_URL=http://127.0.0.1:8088 AWS_REGION=us-east-1 \
          AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
   aws sagemaker list-models

An inventory is a directory of <account>/<region>/<Kind>.json, each a JSON array
of what Describe answers.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8088", Usage: "`ADDRESS` to listen on"},
			&cli.StringFlag{Name: "inventory", Usage: "`DIR` with the inventory (default: the demo account)"},
			&cli.IntFlag{Name: "scale", Value: 1, Usage: "serve `N` copies of every resource, each linked to its own neighbours"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			inventory, err := simulator.Demo()
			if dir := c.String("inventory"); dir != "" {
				inventory, err = simulator.Load(os.DirFS(dir))
			}
			if err != nil {
				return err
			}
			n := c.Int("scale")
			if n < 1 {
				return usagef("--scale is a number from 1, not %d", n)
			}
			inventory = inventory.Scale(n)
			url, stop, err := simulator.Serve(c.Context, simulator.New(inventory, simulator.Options{}), c.String("listen"))
			if err != nil {
				return err
			}
			fmt.Fprintf(c.App.ErrWriter, "serving %s resources of account %s at %s; stop with Ctrl-C\nnext: AWS_ENDPOINT_URL=%s AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x sgexport export --region %s\n",
				grouped(int64(inventory.Count())), inventory.Account(), url, url, largest(inventory))
			<-c.Done()
			return stop()
		},
	}
}

// largest is the region that has most resources.
func largest(inv *simulator.Inventory) string {
	count := func(region string) (n int) {
		for _, c := range inv.Counts(region) {
			n += c
		}
		return n
	}
	if len(inv.Regions()) == 0 {
		return "us-east-1"
	}
	return slices.MaxFunc(inv.Regions(), func(a, b string) int { return cmp.Compare(count(a), count(b)) })
}
