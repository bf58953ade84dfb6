package main

import (
	"errors"
	"fmt"
	"io"

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
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`DIR` to create, or - for one format on stdout"},
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: "jsonl,parquet,graphml,cypher", Usage: "comma-separated `LIST` of formats"},
			&cli.StringFlag{Name: "compress", Usage: "`HOW` to pack JSONL: zstd, gzip or none (default: zstd; none for --out -)"},
			&cli.BoolFlag{Name: "overwrite", Usage: "replace the snapshot that is at DIR, when the new one is complete"},
		},
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
	path, out   string
	formats     []format
	compression jsonl.Compression
	overwrite   bool
}

func convertOptionsOf(c *cli.Context) (o convertOptions, err error) {
	o.out, o.overwrite = c.String("out"), c.Bool("overwrite")
	if o.path, err = oneArgument(c, "snapshot"); err != nil {
		return o, err
	}
	if o.out == "" {
		return o, usagef("convert: --out is missing")
	}
	if o.formats, err = parseFormats(c.String("format")); err != nil {
		return o, err
	}
	if o.compression, err = compressionOf(c.String("compress"), o.out); err != nil {
		return o, err
	}
	if o.out == "-" {
		return o, oneStream(o.formats)
	}
	return o, nil
}

// run reads the JSON lines of a snapshot and writes its graph again.
func (o *convertOptions) run(c *cli.Context) (err error) {
	snap, err := snapshot.Open(o.path)
	if err != nil {
		return err
	}
	create := streamTo(c.App.Writer, o.formats[0].stream, o.compression)
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
		create = interruptible(c, target.Create)
	}
	header := snap.Header()
	header.Tool = tool // this program writes the files, whichever made the snapshot
	counter := snapshot.NewCounter(snap.Schema)
	if err := copyGraph(jsonl.NewReader(snap.Open, snap.Schema), counter, opensOf(o.formats, o.compression), create, header); err != nil {
		return err
	}
	if err := sameCounts(o.path, snap.Manifest, counter.Counts()); err != nil || target == nil {
		return err
	}
	m := *snap.Manifest
	m.Tool, m.ToolVersion, m.Files, m.Formats, m.Counts = "sgexport", version, nil, namesOf(o.formats), counter.Counts()
	if err := target.Publish(&m, snap.Schema); err != nil {
		return err
	}
	fmt.Fprintf(c.App.ErrWriter, "wrote %s: %s nodes, %s edges\nnext: %s\n", o.out, grouped(m.Counts.Nodes), grouped(m.Counts.Edges), nextCommand(o.out, m.Formats))
	return nil
}

// sameCounts fails where the JSON lines lack some: a file that was cut between
// two lines reads like a shorter one.
func sameCounts(path string, m *snapshot.Manifest, got snapshot.Counts) error {
	for _, c := range []struct {
		file, unit string
		got, want  int64
	}{{"nodes", "nodes", got.Nodes, m.Counts.Nodes}, {"edges", "edges", got.Edges, m.Counts.Edges}} {
		if c.got != c.want {
			return fmt.Errorf("%s: jsonl/%s.jsonl has %d %s, and the manifest says %d: the snapshot is damaged; see 'sgexport verify %s'", path, c.file, c.got, c.unit, c.want, quoted(path))
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
