package main

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/simulator"
)

// mostAccounts is how many accounts a simulation may have.
const mostAccounts = 10_000

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
of what Describe answers.

With --accounts there are copies of the account, 200000000001 and so on, which
Organizations lists. The access key tells the account: AKIA200000000001; any
other key is one of the first account, and AssumeRole gives credentials of any
role of the accounts.

Answers may be wrong: --fault takes one of these, and may be given several
times. OPERATION is one as ListModels, or an action as s3:GetBucket*, with *
for any text; several are joined by +, and 200000000001/ or us-east-1/
before them say where. @ and which calls may follow: @5% of them, @3 the third,
@3- from there on, @3-5. What falls to chance depends on --seed.

` + faultHelp() + `

For example: --fault throttle:ListModels=10/20 --fault status:Describe*=503@5%`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8088", Usage: "`ADDRESS` to listen on"},
			&cli.StringFlag{Name: "inventory", Usage: "`DIR` with the inventory (default: the demo account)"},
			&cli.DurationFlag{Name: "delay", DefaultText: "none", Usage: "`TIME` until each answer comes, such as 200ms"},
			&cli.StringSliceFlag{Name: "deny", Usage: "`ACTION` that is not allowed, such as sagemaker:ListModels or s3:*; may be given several times"},
			&cli.StringSliceFlag{Name: "fault", Usage: "`FAULT` to commit, see above; may be given several times"},
			&cli.IntFlag{Name: "seed", Value: 1, Usage: "`N` that what falls to chance depends on"},
			&cli.IntFlag{Name: "scale", Value: 1, Usage: "serve `N` copies of every resource, each linked to its own neighbours"},
			&cli.StringSliceFlag{Name: "count", Usage: "`KIND=N`, such as TrainingJob=462178: serve N further resources of a kind that are made when they are asked for; may be given several times"},
			&cli.IntFlag{Name: "accounts", Value: 1, Usage: "serve the inventory as `N` accounts of one organization"},
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
			if inventory, err = enlarged(inventory, c.Int("scale"), c.StringSlice("count")); err != nil {
				return err
			}
			accounts := c.Int("accounts")
			if accounts < 1 || accounts > mostAccounts {
				return usagef("--accounts is a number from 1 to %d, not %d", mostAccounts, accounts)
			}
			faults, err := faultsOf(c)
			if err != nil {
				return err
			}
			p := paragraphs{w: c.App.ErrWriter, columns: columnsOf(c.App.ErrWriter)}
			for _, doubt := range deniedInVain(c.StringSlice("deny")) {
				p.say("", "%s", doubt)
			}
			url, stop, err := simulator.Serve(c.Context, simulator.NewAccounts(simulator.Copies(inventory, accounts), faults.Options(time.Now)), c.String("listen"))
			if err != nil {
				return err
			}
			p.say("", "serving %s of account %s at %s; stop with Ctrl-C", snapshot.Counted(inventory.Count(), "resource"), inventory.Account(), url)
			if accounts > 1 {
				p.say("", "and of %s like it, from %s on; the access key %s is of that account", snapshot.Counted(accounts-1, "account"), simulator.FirstCopy, simulator.AccessKey(simulator.FirstCopy))
			}
			p.say("", "regions that have some: %s", strings.Join(populated(inventory), ", "))
			p.commands([][]string{exportOf(url, accounts, populated(inventory))})
			<-c.Done()
			return stop()
		},
	}
}

// enlarged is an inventory of more resources.
func enlarged(inventory *simulator.Inventory, scale int, counts []string) (*simulator.Inventory, error) {
	if scale < 1 {
		return nil, usagef("--scale is a number from 1, not %d", scale)
	}
	inventory = inventory.Scale(scale)
	for _, text := range counts {
		kind, number, _ := strings.Cut(text, "=")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, usagef("--count is KIND=N, such as TrainingJob=1000, not %q", text)
		}
		if inventory, err = inventory.Add(kind, n); err != nil {
			return nil, usagef("--count %s: %w", text, err)
		}
	}
	return inventory, nil
}

// faultsOf is how slow, how strict and how wrong a simulation is.
func faultsOf(c *cli.Context) (simulator.Faults, error) {
	faults, err := simulator.ParseFaults(uint64(c.Int("seed")), c.StringSlice("fault")...)
	if err != nil {
		return faults, usagef("%s", strings.TrimSpace(err.Error()))
	}
	if delay := c.Duration("delay"); delay > 0 {
		faults.Rules = append(faults.Rules, simulator.Rule{Fault: "latency", Low: delay, High: delay})
	}
	if denied := c.StringSlice("deny"); len(denied) > 0 {
		faults.Rules = append(faults.Rules, simulator.Rule{Fault: "deny", Operations: denied})
	}
	return faults, nil
}

// faultHelp lists the faults as --help shows them.
func faultHelp() string {
	var b strings.Builder
	for _, f := range simulator.FaultHelp() {
		b.WriteString("   " + f[0] + "\n")
		wrapTo(&b, "      ", "      ", f[1], tableWidth-3)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// deniedInVain says which actions an export never asks for: to deny them changes nothing.
func deniedInVain(actions []string) []string {
	var said []string
	asked := append(exporter.Actions(nil, exporter.NeighborGroups()), "sts:GetCallerIdentity", "sts:AssumeRole", exporter.OrganizationAction(), exporter.RegionsAction())
	slices.Sort(asked)
	for _, pattern := range actions {
		if !slices.ContainsFunc(asked, func(action string) bool { return denies(pattern, action) }) {
			said = append(said, fmt.Sprintf("--deny %s: an export does not ask for that%s", pattern, didYouMean(pattern, asked)))
		}
	}
	return said
}

// denies reports whether what --deny takes is about an action: its name may stand
// without its service, and * in it for any text.
func denies(pattern, action string) bool {
	if !strings.Contains(pattern, ":") {
		_, action, _ = strings.Cut(action, ":")
	}
	fits, err := path.Match(pattern, action)
	return fits && err == nil
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

// exportOf is the command that reads all accounts of a simulation: it calls as the first
// one, in which Organizations lists them.
func exportOf(url string, accounts int, regions []string) []string {
	words := []string{"AWS_ENDPOINT_URL=" + url, "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x", "sgexport export"}
	if accounts > 1 {
		words = append(words, "--organization", "--role-name sgexport")
	}
	return append(words, regionOptions(regions)...)
}

// regionOptions are the options of export that read regions.
func regionOptions(regions []string) []string {
	var all []string
	for _, r := range regions {
		all = append(all, "--region "+r)
	}
	return all
}
