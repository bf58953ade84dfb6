package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/arn"
	"github.com/sgexport/sgexport/audit/asff"
	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/audit/ocsf"
	"github.com/sgexport/sgexport/audit/sarif"
	"github.com/sgexport/sgexport/audit/waive"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

func auditCommand() *cli.Command {
	return &cli.Command{
		Name:      "audit",
		Usage:     "say who may do too much, what is exposed and wrong, offline",
		ArgsUsage: "SNAPSHOT [PRINCIPAL RESOURCE]",
		Description: `Answers who can invoke and open what, who can gain what, which roles can do too
much, what is exposed, and what checks find, from the JSON lines of a snapshot.
The table has what matters, the worst first; JSON has every answer with its
evidence (docs/audit.schema.json). What the snapshot does not hold is never
guessed: the answer is unknown or conditional, and the end of the table says
what was not read and how to export it.

--check ID prints one check with its evidence and what to do; --waive FILE names
what is known and borne with; --format sarif, asff and ocsf write what is worse
than info, or could be, for code scanning, Security Hub, and data lakes.

With --explain, the words after SNAPSHOT are a principal and a resource, by ARN
or name, and what decided is printed in its order. With one of the demo:

   sgexport audit snapshot --explain role/ForecastingRole churn-explain
   sgexport audit snapshot --explain internet fraud-public-test`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: "table", Usage: "`FORMAT` of the answers: table, json, sarif (code scanning), asff (Security Hub) or ocsf"},
			&cli.StringSliceFlag{Name: "check", Usage: "answer this alone: the `ID` of a check, or a list such as roles or roles/admin; may be given several times; the table of one has the evidence, and what to do"},
			&cli.BoolFlag{Name: "list-checks", Usage: "print what --check and --waive take, and end; needs no snapshot"},
			&cli.StringFlag{Name: "waive", Usage: "`FILE` that says what is known and borne with, why, and until when (docs/audit.md): it does not count for --fail-on"},
			&cli.StringFlag{Name: "now", Usage: "`TIME` by which waivers end, RFC 3339 (default: the clock)"},
			&cli.StringFlag{Name: "fail-on", Usage: "exit with 4 where an answer is as bad as `LEVEL`, or could be: critical, high, medium, low or info"},
			&cli.BoolFlag{Name: "allow-unknown", Usage: "with --fail-on, do not count what could be so bad because something was not read"},
			&cli.BoolFlag{Name: "explain", Usage: "print how the answers about a principal and a resource come about; the principal may be the word internet"},
		},
		Action: func(c *cli.Context) error {
			if c.Bool("list-checks") {
				return listChecks(c)
			}
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
	format              string
	only                []string    // names of checks and lists; none is all
	waivers             *waive.File // nil for none
	waiversPath         string
	now                 time.Time
	failOn              audit.Level // "" for none
	allowUnknown        bool
	explain             bool
	principal, resource string
}

// auditFormats write answers, each by its name.
var auditFormats = []string{"table", "json", "sarif", "asff", "ocsf"}

func auditOptionsOf(c *cli.Context) (o auditOptions, err error) {
	if o.format = c.String("format"); !slices.Contains(auditFormats, o.format) {
		return o, usagef("there is no format %q; there are %s%s", o.format, strings.Join(auditFormats, ", "), didYouMean(o.format, auditFormats))
	}
	o.allowUnknown, o.explain = c.Bool("allow-unknown"), c.Bool("explain")
	if o.failOn, err = levelOf(c.String("fail-on")); err != nil {
		return o, err
	}
	if o.only, err = checksOf(c.StringSlice("check")); err != nil {
		return o, err
	}
	if o.explain {
		return o, o.explained(c)
	}
	if o.path, err = oneArgument(c, "snapshot"); err != nil {
		return o, err
	}
	return o, o.readWaivers(c)
}

// levelOf is the level that a word names; "" is none.
func levelOf(word string) (audit.Level, error) {
	var names []string
	for _, l := range audit.Levels() {
		names = append(names, string(l))
	}
	if word != "" && !slices.Contains(names, word) {
		return "", usagef("there is no level %q; there are %s%s", word, strings.Join(names, ", "), didYouMean(word, names))
	}
	return audit.Level(word), nil
}

// checksOf fails where one of some names is none of a check or list.
func checksOf(names []string) ([]string, error) {
	all := checks.List()
	for _, n := range names {
		if _, ok := audit.ListOf(n, all); !ok {
			return nil, usagef("there is no check %q (see 'sgexport audit --list-checks')%s", n, didYouMean(n, audit.Names(all)))
		}
	}
	return names, nil
}

// readWaivers reads the file of --waive, if there is one.
func (o *auditOptions) readWaivers(c *cli.Context) (err error) {
	if o.now, err = timeOf(c.String("now")); err != nil {
		return err
	}
	if o.now.IsZero() {
		o.now = time.Now()
	}
	if o.waiversPath = c.String("waive"); o.waiversPath == "" {
		return nil
	}
	text, err := readBounded(o.waiversPath, mostWaivers)
	if err != nil {
		return usagef("--waive: %w", err)
	}
	if o.waivers, err = waive.Parse(o.waiversPath, text, checks.List(), didYouMean); err != nil {
		return usageError{err}
	}
	return nil
}

// mostWaivers is how many bytes a file of waivers has at most: tens of thousands of
// entries.
const mostWaivers = 4 << 20

// readBounded reads a file, which may be a pipe, of so many bytes at most.
func readBounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, fmt.Errorf("%s has more than %s", path, size(most))
	}
	return text, err
}

// explained reads the arguments of --explain: the snapshot stands before or after
// the principal and the resource.
func (o *auditOptions) explained(c *cli.Context) error {
	if o.format != "table" || o.failOn != "" || len(o.only) > 0 || c.String("waive") != "" {
		return usagef("audit: --explain prints text, and has no --format, --fail-on, --check and --waive")
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
			return withNearest(err, namesIn(g))
		}
		printTraces(c.App.Writer, traces)
		return nil
	}
	report := ask(g, lineage.New(g))
	o.waive(c.App.ErrWriter, report)
	report.Restrict(o.only)
	out := bufio.NewWriterSize(c.App.Writer, 64<<10)
	err = o.write(out, c.App.ErrWriter, report)
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return err
	}
	return o.judge(c, report)
}

// namesIn returns what --explain takes for what SageMaker and IAM have: kind/name.
func namesIn(g *view.Graph) []string {
	var names []string
	for _, label := range g.Labels() {
		for _, n := range g.Nodes(label) {
			if a := arn.Parse(n.ID); a.Service == "sagemaker" || a.Service == "iam" {
				names = append(names, a.Resource)
			}
		}
	}
	return names
}

// write prints the answers.
func (o *auditOptions) write(out, stderr io.Writer, r *audit.Report) error {
	switch o.format {
	case "json":
		return r.WriteJSON(out)
	case "asff":
		return asff.Write(out, r)
	case "ocsf":
		return ocsf.Write(out, r, version)
	case "sarif":
		n, err := sarif.Write(out, r, version)
		if n > sarif.MostResults {
			fmt.Fprintf(stderr, "sgexport: GitHub takes no more than %s results of a run, and there are %s: choose some with --check\n", snapshot.Grouped(sarif.MostResults), snapshot.Grouped(int64(n)))
		}
		return err
	}
	if t := newTable(r); len(o.only) == 1 {
		t.printOne(out, o.path)
	} else {
		t.print(out, o.path)
	}
	return nil
}

// waive notes what is borne with, and says which entries of the file do nothing.
func (o *auditOptions) waive(stderr io.Writer, r *audit.Report) {
	if o.waivers == nil {
		return
	}
	o.waivers.Apply(r, o.now)
	for _, w := range r.Waivers {
		text := ""
		switch w.State {
		case audit.WaiverExpired:
			text = fmt.Sprintf("out of date since %s: it waives nothing", w.Until)
		case audit.WaiverUnused:
			text = "nothing is what it speaks of: take it out"
		default:
			continue
		}
		fmt.Fprintln(stderr, snapshot.Printable(fmt.Sprintf("sgexport: %s:%d: waiver of %s: %s", o.waiversPath, w.Line, w.Check, text)))
	}
}

// asked is the part of a graph that all questions need.
func asked() *view.Keep { return view.Union(audit.Kept(), lineage.Keep(), checks.Keep()) }

// ask answers all questions of a graph, whose lineage is l.
func ask(g *view.Graph, l *lineage.Lineage) *audit.Report {
	r := audit.Run(g)
	r.Pipelines = l.Pipelines()
	checks.Run(g, r)
	return r
}

// read loads the graph of all questions.
func (o *auditOptions) read(c *cli.Context) (*audit.Graph, error) {
	return readView(c, o.path, asked())
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
	if err := hasLines(path, snap.Manifest); err != nil {
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

// hasLines fails for a snapshot without JSON lines, and says how to get one with them.
func hasLines(path string, m *snapshot.Manifest) error {
	if slices.Contains(m.Formats, "jsonl") {
		return nil
	}
	have := strings.Join(m.Formats, ",")
	return fmt.Errorf("%s has no JSON lines, which this reads, only %s: export it again with 'sgexport export --format jsonl,%s'", path, have, have)
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
	waived := found.Waived
	found.Waived = 0
	if found == (audit.Found{}) {
		if waived > 0 {
			fmt.Fprintf(c.App.ErrWriter, "sgexport: --fail-on %s: nothing but %s waived\n", o.failOn, counted1(waived))
		}
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
	if found.Missing > 0 { // each is one kind in one region
		parts = append(parts, counted2(found.Missing, "list was", "lists were")+" not read, or not whole, so answers are missing")
	}
	add(waived, "%s more are waived")
	fmt.Fprintf(c.App.ErrWriter, "sgexport: --fail-on %s: %s\n", o.failOn, strings.Join(parts, "; "))
	if found.CouldBe+found.Missing > 0 {
		fmt.Fprintln(c.App.ErrWriter, "sgexport: the end of the table says how to export what was not read; --allow-unknown counts only what is known")
	}
	return errFound
}
