package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

func auditCommand() *cli.Command {
	return &cli.Command{
		Name:      "audit",
		Usage:     "answer from a snapshot, offline: who can invoke and open what, which roles can do too much, what is exposed",
		ArgsUsage: "SNAPSHOT [PRINCIPAL RESOURCE]",
		Description: `Reads the JSON lines of a snapshot. The table has what matters, the worst first;
JSON has every answer with its evidence (docs/audit.schema.json). What the
snapshot does not hold is never guessed: the answer is unknown or conditional,
and the end of the table says what was not read and how to export it.

With --explain, the words after SNAPSHOT are a principal and a resource, by ARN or
name, and what decided is printed in its order:

   sgexport audit SNAPSHOT --explain role/DataScientist fraud-endpoint
   sgexport audit SNAPSHOT --explain internet fraud-notebook`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: "table", Usage: "`FORMAT` of the answers: table or json"},
			&cli.StringFlag{Name: "fail-on", Usage: "exit with 4 where an answer is as bad as `LEVEL`, or could be: critical, high, medium, low or info"},
			&cli.BoolFlag{Name: "allow-unknown", Usage: "with --fail-on, do not count what could be so bad because something was not read"},
			&cli.BoolFlag{Name: "explain", Usage: "print how the answers about a principal and a resource come about; the principal may be the word internet"},
		},
		Action: func(c *cli.Context) error {
			o, err := auditOptionsOf(c)
			if err != nil {
				return err
			}
			return o.run(c)
		},
	}
}

// auditOptions are the command line of audit, checked.
type auditOptions struct {
	path                string
	json                bool
	failOn              audit.Level // "" for none
	allowUnknown        bool
	explain             bool
	principal, resource string
}

func auditOptionsOf(c *cli.Context) (o auditOptions, err error) {
	formats := []string{"table", "json"}
	if f := c.String("format"); !slices.Contains(formats, f) {
		return o, usagef("there is no format %q; there are %s%s", f, strings.Join(formats, ", "), didYouMean(f, formats))
	}
	o.json, o.allowUnknown, o.explain = c.String("format") == "json", c.Bool("allow-unknown"), c.Bool("explain")
	if level := audit.Level(c.String("fail-on")); level != "" {
		var names []string
		for _, l := range audit.Levels() {
			names = append(names, string(l))
		}
		if !slices.Contains(names, string(level)) {
			return o, usagef("there is no level %q; there are %s%s", level, strings.Join(names, ", "), didYouMean(string(level), names))
		}
		o.failOn = level
	}
	if !o.explain {
		o.path, err = oneArgument(c, "snapshot")
		return o, err
	}
	return o, o.explained(c)
}

// explained reads the arguments of --explain: the snapshot stands before or after
// the principal and the resource.
func (o *auditOptions) explained(c *cli.Context) error {
	if o.json || o.failOn != "" {
		return usagef("audit: --explain prints text, and has no --format json and no --fail-on")
	}
	if c.NArg() != 3 {
		return usagef("audit: --explain takes a snapshot, a principal and a resource, and got %s", snapshot.Counted(c.NArg(), "argument"))
	}
	words := c.Args().Slice()
	if !isSnapshot(words[0]) && isSnapshot(words[2]) {
		words = []string{words[2], words[0], words[1]}
	}
	o.path, o.principal, o.resource = words[0], words[1], words[2]
	return nil
}

// isSnapshot reports whether a word of the command line is a folder with a
// manifest.
func isSnapshot(path string) bool {
	_, err := os.Lstat(filepath.Join(path, "manifest.json"))
	return err == nil
}

func (o *auditOptions) run(c *cli.Context) error {
	g, err := o.read(c)
	if err != nil {
		return err
	}
	if o.explain {
		traces, err := audit.Explain(g, o.principal, o.resource)
		if err != nil {
			return err
		}
		printTraces(c.App.Writer, traces)
		return nil
	}
	report := ask(g)
	out := bufio.NewWriterSize(c.App.Writer, 64<<10)
	if o.json {
		err = report.WriteJSON(out)
	} else {
		newTable(report).print(out, o.path)
	}
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return err
	}
	return o.judge(c, report)
}

// ask answers all questions of a graph.
func ask(g *view.Graph) *audit.Report {
	r := audit.Run(g)
	r.Pipelines = lineage.New(g).Pipelines()
	checks.Run(g, r)
	return r
}

// read loads the graph of all questions.
func (o *auditOptions) read(c *cli.Context) (*audit.Graph, error) {
	return readView(c, o.path, view.Union(audit.Kept(), lineage.Keep(), checks.Keep()))
}

// readView loads a part of a snapshot's graph.
func readView(c *cli.Context, path string, keep *view.Keep) (*view.Graph, error) {
	g, _, err := readGraph(c, path, keep, nil)
	return g, err
}

// A seeNode is shown each node that is read. It keeps nothing of it.
type seeNode = func(*graph.Node) error

// readGraph loads a part of a snapshot's graph, and checks it as convert does: a
// snapshot may be anybody's. Where see is not nil, what it returns is shown each node.
func readGraph(c *cli.Context, path string, keep *view.Keep, see func(*snapshot.Manifest) seeNode) (*view.Graph, *snapshot.Snapshot, error) {
	forLarge := boundMemory()
	snap, err := snapshot.OpenIntact(c.Context, path)
	if err != nil {
		return nil, nil, err
	}
	forLarge(snap.Manifest)
	counter := snapshot.NewCounter(snap.Schema)
	counter.AtMost(snap.Manifest.Counts)
	source := counted{jsonl.NewReader(snap.Opener(c.Context), snap.Schema), counter, nil}
	if see != nil {
		source.see = see(snap.Manifest)
	}
	g, err := view.Read(source, snap.Header(), &snap.Manifest.Report, keep)
	if err != nil {
		return nil, nil, err
	}
	return g, snap, sameCounts(path, snap.Manifest, counter.Counts())
}

// A counted source is one of which each node and edge is checked and counted.
type counted struct {
	snapshot.Source
	counter *snapshot.Counter
	see     seeNode // or nil
}

func (s counted) Nodes(yield func(*graph.Node) error) error {
	return s.Source.Nodes(func(n *graph.Node) error {
		if err := s.counter.Node(n); err != nil {
			return err
		}
		if s.see != nil {
			if err := s.see(n); err != nil {
				return err
			}
		}
		return yield(n)
	})
}

func (s counted) Edges(yield func(*graph.Edge) error) error {
	return s.Source.Edges(func(e *graph.Edge) error {
		if err := s.counter.Edge(e); err != nil {
			return err
		}
		return yield(e)
	})
}

// judge fails where --fail-on finds something. What could be so bad counts too,
// for an exit status of 0 is a promise.
func (o *auditOptions) judge(c *cli.Context, r *audit.Report) error {
	if o.failOn == "" {
		return nil
	}
	found := r.Count(o.failOn)
	if o.allowUnknown {
		found.CouldBe, found.Missing = 0, 0
	}
	if found == (audit.Found{}) {
		return nil
	}
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(text, snapshot.Grouped(int64(n))))
		}
	}
	add(found.Known, "%s are")
	add(found.CouldBe, "%s could be, for something was not read")
	add(found.Missing, "%s kinds were not listed, so there are no answers about them")
	fmt.Fprintf(c.App.ErrWriter, "sgexport: --fail-on %s: %s\n", o.failOn, strings.Join(parts, "; "))
	return errFound
}
