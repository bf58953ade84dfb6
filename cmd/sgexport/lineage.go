package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/lineage"
)

func lineageCommand() *cli.Command {
	return &cli.Command{
		Name:      "lineage",
		Usage:     "show what a resource came of and what came of it, offline",
		ArgsUsage: "SNAPSHOT RESOURCE",
		Description: `Reads the JSON lines of a snapshot. RESOURCE is an ARN, a name, a name with its
kind before it, or a location in S3. With a snapshot of the demo:

   sgexport lineage snapshot us-east-1:endpoint/churn-prod --up
   sgexport lineage snapshot model/churn-xgboost-v3 --depth 3
   sgexport lineage snapshot s3://lumen-raw-data/churn/ --down
   sgexport lineage snapshot churn-explain --format svg --out churn.svg

Who reads a location came of who wrote what lies there, and of nobody else who
uses the bucket. docs/lineage.md says which way data goes along each edge. What
the snapshot does not hold and could have led further is said first.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: "tree", Usage: "`FORMAT`: " + strings.Join(lineageFormats, ", ")},
			&cli.BoolFlag{Name: "up", Usage: "only what it came of"},
			&cli.BoolFlag{Name: "down", Usage: "only what came of it"},
			&cli.IntFlag{Name: "depth", Usage: "at most `N` hops; from a job to a location is one; 0 is no bound"},
			&cli.BoolFlag{Name: "guesses", Usage: "also from notebooks to the jobs that have the same role (CALLED_BY)"},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "-", Usage: "`FILE` to create, or - for stdout"},
			&cli.BoolFlag{Name: "overwrite", Usage: "replace the file that is at FILE, when the new one is complete"},
		},
		Action: func(c *cli.Context) error {
			o, err := lineageOptionsOf(c)
			if err != nil {
				return err
			}
			return o.run(c)
		},
	}
}

// lineageFormats are the values of --format.
var lineageFormats = []string{"tree", "json", "dot", "svg"}

// lineageOptions are the command line of lineage, checked.
type lineageOptions struct {
	path, resource, format, out string
	overwrite                   bool
	walk                        lineage.Options
}

func lineageOptionsOf(c *cli.Context) (o lineageOptions, err error) {
	o = lineageOptions{
		format: c.String("format"), out: c.String("out"), overwrite: c.Bool("overwrite"),
		walk: lineage.Options{Up: c.Bool("up"), Down: c.Bool("down"), Depth: c.Int("depth"), Guesses: c.Bool("guesses")},
	}
	switch {
	case !slices.Contains(lineageFormats, o.format):
		return o, usagef("there is no format %q; there are %s%s", o.format, strings.Join(lineageFormats, ", "), didYouMean(o.format, lineageFormats))
	case o.walk.Depth < 0:
		return o, usagef("--depth is a number of hops, not %d", o.walk.Depth)
	case c.NArg() == 0:
		return o, usagef("lineage: snapshot is missing%s", thereAre("snapshot"))
	case c.NArg() == 1:
		return o, usagef("lineage: resource is missing: an ARN, a name, or s3://bucket/prefix")
	case c.NArg() > 2:
		return o, usagef("lineage takes a snapshot and a resource, and got %d arguments", c.NArg())
	}
	o.path, o.resource = c.Args().Get(0), c.Args().Get(1)
	if !isSnapshot(o.path) && isSnapshot(o.resource) {
		o.path, o.resource = o.resource, o.path
	}
	return o, nil
}

func (o *lineageOptions) run(c *cli.Context) error {
	if o.out != "-" {
		if err := mayWrite(o.out, o.overwrite); err != nil {
			return err
		}
	}
	g, err := readView(c, o.path, lineage.Keep())
	if err != nil {
		return err
	}
	l := lineage.New(g)
	start, err := l.Find(o.resource)
	if err != nil {
		return withNearest(err, l.Names())
	}
	walk := l.Of(start, o.walk)
	write := func(out io.Writer) error { return o.write(out, walk) }
	if o.out == "-" {
		return buffered(c.App.Writer, write)
	}
	_, err = writeFile(o.out, o.overwrite, func(w io.Writer) error { return buffered(w, write) })
	return err
}

// withNearest adds to an error about a name that there is not which ones there are.
func withNearest(err error, names []string) error {
	var none *view.NotFoundError
	if !errors.As(err, &none) {
		return err
	}
	for _, name := range names {
		if _, last, ok := strings.Cut(name, "/"); ok {
			names = append(names, last)
		}
	}
	return fmt.Errorf("%w%s", err, didYouMean(bare(none.Text), unique(names)))
}

// bare is what stands in a text that names a resource without the account and region
// before it; of a location, the bucket.
func bare(text string) string {
	if bucket, _, ok := location.Split(text); ok {
		return bucket
	}
	return text[strings.LastIndexByte(text, ':')+1:]
}

// buffered writes by way of a buffer.
func buffered(w io.Writer, write func(io.Writer) error) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if err := write(out); err != nil {
		return err
	}
	return out.Flush()
}

func (o *lineageOptions) write(out io.Writer, walk *lineage.Walk) error {
	switch o.format {
	case "json":
		return walk.WriteJSON(out)
	case "dot":
		return walk.WriteDOT(out)
	case "svg":
		return walk.WriteSVG(out)
	}
	printLineage(out, walk)
	return nil
}
