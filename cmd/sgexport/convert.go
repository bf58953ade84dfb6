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
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Required: true, Usage: "`DIR` to create, or - for one format on stdout"},
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: "jsonl,parquet,graphml,cypher", Usage: "comma-separated `LIST` of formats"},
			&cli.StringFlag{Name: "compress", Usage: "`HOW` to pack JSONL: zstd, gzip or none (default: zstd; none for --out -)"},
			&cli.BoolFlag{Name: "overwrite", Usage: "replace the snapshot that is at DIR, when the new one is complete"},
		},
		Action: func(c *cli.Context) (err error) {
			path, err := oneArgument(c, "snapshot")
			if err != nil {
				return err
			}
			chosen, err := parseFormats(c.String("format"))
			if err != nil {
				return err
			}
			out := c.String("out")
			compression, err := compressionOf(c.String("compress"), out)
			if err != nil {
				return err
			}
			snap, err := snapshot.Open(path)
			if err != nil {
				return err
			}
			source := jsonl.NewReader(snap.Open, snap.Schema)
			header := snap.Header()
			header.Tool = tool // this program writes the files, whichever made the snapshot
			var opens []graph.Open
			var names []string
			for _, f := range chosen {
				opens = append(opens, f.open(formatOptions{compression}))
				names = append(names, f.name)
			}
			counter := snapshot.NewCounter(snap.Schema)
			if out == "-" {
				if err := oneStream(chosen); err != nil {
					return err
				}
				if err := copyGraph(source, counter, opens, streamTo(c.App.Writer, chosen[0].stream, compression), header); err != nil {
					return err
				}
				return sameCounts(path, snap.Manifest, counter.Counts())
			}
			target, err := snapshot.Create(out, snapshot.CreateOptions{Overwrite: c.Bool("overwrite")})
			if errors.Is(err, snapshot.ErrExists) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, target.Abort()) }()
			if err := copyGraph(source, counter, opens, interruptible(c, target.Create), header); err != nil {
				return err
			}
			if err := sameCounts(path, snap.Manifest, counter.Counts()); err != nil {
				return err
			}
			m := *snap.Manifest
			m.Tool, m.ToolVersion, m.Files, m.Formats = "sgexport", version, nil, names
			m.Counts = counter.Counts()
			if err := target.Publish(&m, snap.Schema); err != nil {
				return err
			}
			fmt.Fprintf(c.App.ErrWriter, "wrote %s: %s nodes, %s edges\nnext: %s\n", out, grouped(m.Counts.Nodes), grouped(m.Counts.Edges), nextCommand(out, names))
			return nil
		},
	}
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
