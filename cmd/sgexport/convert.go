package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

func convertCommand() *cli.Command {
	return &cli.Command{
		Name:      "convert",
		Usage:     "write a snapshot in other formats, offline",
		ArgsUsage: "SNAPSHOT",
		Description: `Reads the JSONL of a snapshot and writes a new snapshot from it. The files are
the same, byte for byte, as those that the export would have written.`,
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`DIR` to create, or - for one format on stdout"},
			&cli.BoolFlag{Name: "overwrite", Usage: "replace the snapshot that is at DIR, when the new one is complete"},
		}, formatFlags()),
		Action: func(c *cli.Context) error {
			o, err := convertOptionsOf(c)
			if err != nil {
				return err
			}
			return o.run(c)
		},
	}
}

// convertOptions are the command line of convert, checked.
type convertOptions struct {
	path, out string
	formats   []format
	how       formatOptions
	overwrite bool
}

func convertOptionsOf(c *cli.Context) (o convertOptions, err error) {
	o.out, o.overwrite = c.String("out"), c.Bool("overwrite")
	if o.path, err = oneArgument(c, "snapshot"); err != nil {
		return o, err
	}
	if o.out == "" {
		return o, usagef("convert: --out is missing: the directory to create, or - for stdout")
	}
	if o.formats, o.how, err = formatsOf(c, o.out); err != nil {
		return o, err
	}
	if !slices.Contains(namesOf(o.formats), "jsonl") && sameFolder(o.path, o.out) {
		return o, usagef("--out is the snapshot itself, which would lose its JSON lines: choose another folder, or a --format with jsonl")
	}
	return o, nil
}

func sameFolder(a, b string) bool {
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	return errOne == nil && errOther == nil && os.SameFile(one, other)
}

// run reads the JSON lines of a snapshot and writes its graph again.
func (o *convertOptions) run(c *cli.Context) (err error) {
	forLarge := boundMemory()
	var target *snapshot.Builder
	if o.out != "-" {
		target, err = snapshot.Create(o.out, snapshot.CreateOptions{
			Overwrite: o.overwrite, Notice: func(text string) { fmt.Fprintln(c.App.ErrWriter, snapshot.Printable(text)) },
		})
		if errors.Is(err, snapshot.ErrExists) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, target.Abort()) }()
	}
	snap, err := snapshot.OpenIntact(c.Context, o.path)
	if err != nil {
		return o.locate(c, err)
	}
	if err := hasLines(o.path, snap.Manifest); err != nil {
		return err
	}
	forLarge(snap.Manifest)
	counts, err := o.write(c, snap, target)
	if err != nil || target == nil {
		return err
	}
	m := *snap.Manifest
	m.Tool, m.ToolVersion, m.Files, m.Formats, m.Counts = "sgexport", version, nil, namesOf(o.formats), counts
	m.Options = maps.Clone(m.Options)
	o.how.record(m.Options)
	if err := c.Err(); err != nil {
		return err
	}
	if err := target.Publish(&m, snap.Schema); err != nil {
		return err
	}
	p := paragraphs{w: c.App.ErrWriter, columns: columnsOf(c.App.ErrWriter)}
	p.say("", "wrote %s: %s, %s", o.out, snapshot.Counted(m.Counts.Nodes, "node"), snapshot.Counted(m.Counts.Edges, "edge"))
	p.next(o.out, &m)
	return nil
}

// locate adds to the error of a damaged snapshot which line of it is wrong, where
// that can be told.
func (o *convertOptions) locate(c *cli.Context, err error) error {
	var damaged *snapshot.DamagedError
	if !errors.As(err, &damaged) {
		return err
	}
	snap, openErr := snapshot.Open(o.path)
	if openErr != nil {
		return err
	}
	var line *jsonl.LineError
	if _, readErr := o.copy(c, snap, nil, nil); errors.As(readErr, &line) {
		return fmt.Errorf("%w; %w", err, line)
	}
	return fmt.Errorf("%w; see 'sgexport verify %s'", err, quoted(o.path))
}

// write sends the graph to the formats. What goes to stdout cannot be taken
// back, so the graph is checked before.
func (o *convertOptions) write(c *cli.Context, snap *snapshot.Snapshot, target *snapshot.Builder) (snapshot.Counts, error) {
	if target != nil {
		counts, err := o.copy(c, snap, opensOf(o.formats, o.how), interruptible(c, target.Create))
		if err == nil { // so that an export can begin with the new snapshot as well
			err = snapshot.CopyBase(c.Context, snap, interruptible(c, target.Create))
		}
		return counts, err
	}
	if counts, err := o.copy(c, snap, nil, nil); err != nil {
		return counts, err
	}
	return o.copy(c, snap, opensOf(o.formats, o.how), interruptible(c, streamTo(c.App.Writer, o.formats[0].stream, o.how.compression)))
}

// copy sends the graph to formats, and checks it.
func (o *convertOptions) copy(c *cli.Context, snap *snapshot.Snapshot, opens []graph.Open, create graph.Create) (snapshot.Counts, error) {
	header := snap.Header()
	header.Tool = tool // this program writes the files, whichever made the snapshot
	counter := snapshot.NewCounter(snap.Schema)
	counter.AtMost(snap.Manifest.Counts)
	ends := snapshot.NewEnds(c.Context)
	opens = append([]graph.Open{func(graph.Create, *graph.Header) (graph.Sink, error) { return ends, nil }}, opens...)
	if err := copyGraph(jsonl.NewReader(snap.Opener(c.Context), snap.Schema), counter, opens, create, header); err != nil {
		return counter.Counts(), err
	}
	if err := sameCounts(o.path, snap.Manifest, counter.Counts()); err != nil {
		return counter.Counts(), err
	}
	if wrong := ends.Problems(); len(wrong) > 0 {
		return counter.Counts(), fmt.Errorf("%s: %s; see 'sgexport verify %s'", o.path, wrong[0], quoted(o.path))
	}
	return counter.Counts(), nil
}

// sameCounts fails where the JSON lines lack some: a file that was cut between
// two lines reads like a shorter one.
func sameCounts(path string, m *snapshot.Manifest, got snapshot.Counts) error {
	wrong := func(what string, got, want int64) error {
		return fmt.Errorf("%s: the JSON lines have %d %s, and the manifest says %d: the snapshot is damaged; see 'sgexport verify %s'", path, got, what, want, quoted(path))
	}
	for _, c := range []struct {
		unit      string
		got, want int64
		by        map[string]int64
		wanted    map[string]int64
	}{
		{"nodes", got.Nodes, m.Counts.Nodes, got.Labels, m.Counts.Labels},
		{"edges", got.Edges, m.Counts.Edges, got.EdgeTypes, m.Counts.EdgeTypes},
	} {
		if c.got != c.want {
			return wrong(c.unit, c.got, c.want)
		}
		for _, name := range slices.Sorted(maps.Keys(c.by)) {
			if c.by[name] != c.wanted[name] {
				return wrong(name, c.by[name], c.wanted[name])
			}
		}
	}
	return nil
}

// copyGraph sends a snapshot's graph to one sink of each format.
func copyGraph(source snapshot.Source, counter *snapshot.Counter, opens []graph.Open, create graph.Create, h *graph.Header) error {
	sink, err := openAll(opens, create, h)
	if err != nil {
		return err
	}
	counter.To(sink)
	return errors.Join(snapshot.Copy(source, counter), counter.Close())
}

// interruptible makes every write fail once the program is told to stop.
func interruptible(c *cli.Context, create graph.Create) graph.Create {
	return func(name string) (io.WriteCloser, error) {
		w, err := create(name)
		if err != nil {
			return nil, err
		}
		return stoppable{c, w}, nil
	}
}

type stoppable struct {
	c *cli.Context
	io.WriteCloser
}

func (s stoppable) Write(p []byte) (int, error) {
	if err := s.c.Err(); err != nil {
		return 0, err
	}
	return s.WriteCloser.Write(p)
}

// Rows passes a count on, as graph.RowCounter has it.
func (s stoppable) Rows(n int64) { graph.SetRows(s.WriteCloser, n) }

// Losses passes them on, as graph.LossCounter has it.
func (s stoppable) Losses(byRule map[string]int64) { graph.SetLosses(s.WriteCloser, byRule) }
