package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/simulator"
)

func simulateCommand() *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "serve the embedded SageMaker API on this machine",
		Description: `Serves an inventory the way SageMaker does, and what is asked of IAM, EC2, S3,
KMS, ECR, Lambda, Organizations, RAM, STS and tagging, until it is interrupted.
Any AWS client can talk to it:

   export AWS_ENDPOINT_URL=http://127.0.0.1:8088 AWS_REGION=us-east-1 \
          AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
   aws sagemaker list-models

An inventory is a directory of <account>/<region>/<Kind>.json, each a JSON array
of what Describe answers.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8088", Usage: "`ADDRESS` to listen on"},
			&cli.StringFlag{Name: "inventory", Usage: "`DIR` with the inventory (default: the demo account)"},
			&cli.DurationFlag{Name: "delay", DefaultText: "none", Usage: "`TIME` until each answer comes, such as 200ms"},
			&cli.StringSliceFlag{Name: "deny", Usage: "`ACTION` that is not allowed, such as sagemaker:ListModels; may be given several times"},
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
			p := paragraphs{w: c.App.ErrWriter, columns: columnsOf(c.App.ErrWriter)}
			for _, doubt := range deniedInVain(c.StringSlice("deny")) {
				p.say("", "%s", doubt)
			}
			url, stop, err := simulator.Serve(c.Context, simulator.New(inventory, simulationOf(c)), c.String("listen"))
			if err != nil {
				return err
			}
			p.say("", "serving %s of account %s at %s; stop with Ctrl-C", snapshot.Counted(inventory.Count(), "resource"), inventory.Account(), url)
			p.say("", "regions that have some: %s", strings.Join(populated(inventory), ", "))
			p.commands([][]string{append([]string{"AWS_ENDPOINT_URL=" + url, "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x", "sgexport export"}, regionOptions(populated(inventory))...)})
			<-c.Done()
			return stop()
		},
	}
}

// simulationOf is how slow and how strict a simulation is.
func simulationOf(c *cli.Context) simulator.Options {
	var o simulator.Options
	if delay := c.Duration("delay"); delay > 0 {
		o.Delay = func(string, int) time.Duration { return delay }
	}
	if denied := c.StringSlice("deny"); len(denied) > 0 {
		o.Fault = func(action string, _ int, _ []byte) *simulator.Fault {
			if !slices.Contains(denied, action) {
				return nil
			}
			return &simulator.Fault{Status: 400, Code: "AccessDeniedException", Message: "the caller is not authorized to perform: " + action}
		}
	}
	return o
}

// deniedInVain says which actions an export never asks for: to deny them changes nothing.
func deniedInVain(actions []string) []string {
	var said []string
	asked := append(exporter.Actions(nil, exporter.NeighborGroups()), "sts:GetCallerIdentity")
	for _, action := range actions {
		if !slices.Contains(asked, action) {
			said = append(said, fmt.Sprintf("--deny %s: an export does not ask for that%s", action, didYouMean(action, asked)))
		}
	}
	return said
}

// populated are the regions that have resources, the most first.
func populated(inv *simulator.Inventory) []string {
	sum := map[string]int64{}
	for _, region := range inv.Regions() {
		for _, n := range inv.Counts(region) {
			sum[region] += int64(n)
		}
	}
	var all []string
	for _, c := range counts(sum) {
		all = append(all, c.Name)
	}
	if len(all) == 0 {
		return []string{"us-east-1"} // where AWS has what belongs to no region
	}
	return all
}

// regionOptions are the options of export that read regions.
func regionOptions(regions []string) []string {
	var all []string
	for _, r := range regions {
		all = append(all, "--region "+r)
	}
	return all
}
