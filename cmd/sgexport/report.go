package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
	"github.com/sgexport/sgexport/report"
)

func reportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "write a snapshot and its answers as one HTML file, offline",
		ArgsUsage: "SNAPSHOT",
		Description: `Makes one file for people who have neither the snapshot nor this program:
findings, what was not read, endpoints with what they came of and who may call
them, roles, exposure, pipelines and the inventory. A browser opens it without a
network, and prints it; docs/report.md says what is in it, and what is left out
where there is very much.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "report.html", Usage: "`FILE` to create, or - for stdout"},
			&cli.StringFlag{Name: "title", Usage: "`TEXT` at the top (default: one that names the accounts)"},
			&cli.StringFlag{Name: "waive", Usage: "`FILE` that says what is known and borne with, why, and until when (docs/audit.md)"},
			&cli.StringFlag{Name: "now", Usage: "`TIME` by which waivers end, RFC 3339 (default: the clock)"},
			&cli.BoolFlag{Name: "overwrite", Usage: "replace the file that is at FILE, when the new one is complete"},
		},
		Action: func(c *cli.Context) error {
			o := reportOptions{out: c.String("out"), overwrite: c.Bool("overwrite"), Options: report.Options{Title: c.String("title"), Tool: tool}}
			var err error
			if o.path, err = oneArgument(c, "snapshot"); err != nil {
				return err
			}
			if err := o.audit.readWaivers(c); err != nil {
				return err
			}
			return o.run(c)
		},
	}
}

// reportOptions are the command line of report.
type reportOptions struct {
	path, out string
	overwrite bool
	audit     auditOptions // its waivers
	report.Options
}

func (o *reportOptions) run(c *cli.Context) error {
	if o.out != "-" {
		if err := mayWrite(o.out, o.overwrite); err != nil {
			return err
		}
	}
	in, err := o.read(c)
	if err != nil {
		return err
	}
	if o.out == "-" {
		return report.Write(c.Context, c.App.Writer, in, o.Options)
	}
	bytes, err := writeFile(o.out, o.overwrite, func(w io.Writer) error { return report.Write(c.Context, w, in, o.Options) })
	if err != nil {
		return err
	}
	fmt.Fprintf(c.App.ErrWriter, "wrote %s: %s; open it in a browser\n", snapshot.Printable(o.out), size(bytes))
	return nil
}

// read loads the snapshot and answers all questions of it.
func (o *reportOptions) read(c *cli.Context) (*report.Input, error) {
	var inventory *report.Inventory
	g, snap, err := readGraph(c, o.path, asked(), func(m *snapshot.Manifest) seeNode {
		inventory = report.NewInventory(m.Counts.Labels)
		return inventory.Node
	})
	if err != nil {
		return nil, err
	}
	l := lineage.New(g)
	answers := ask(g, l)
	o.audit.waive(c.App.ErrWriter, answers)
	return &report.Input{Graph: g, Report: answers, Lineage: l, Manifest: snap.Manifest, Inventory: inventory}, nil
}

// mayWrite fails where a file may not be put in a place: before the work, for it takes
// a while.
func mayWrite(path string, overwrite bool) error {
	if path == "" {
		return usagef("--out is a file, or - for stdout")
	}
	if dir := snapshotAround(path); dir != "" {
		return usagef("--out: %s is inside a snapshot, %s, which nothing may be added to: choose another file", path, dir)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("--out: %w", err)
	case !info.Mode().IsRegular():
		return usagef("--out: %s is not a file: give a file, or - for stdout", path)
	case !overwrite:
		return usagef("--out: %s is there already: choose another file, or give --overwrite", path)
	}
	return nil
}

// snapshotAround returns the snapshot that a file would be in, or "".
func snapshotAround(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if isSnapshot(dir) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// writeFile writes a file for its owner alone, which is there when it is complete, and
// returns how many bytes it has.
func writeFile(path string, overwrite bool, write func(io.Writer) error) (size int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return 0, fmt.Errorf("--out: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return 0, err
	}
	if size, err = f.Seek(0, io.SeekCurrent); err != nil {
		return 0, err
	}
	if err := f.Sync(); err != nil {
		return 0, err
	}
	if err := mayWrite(path, overwrite); err != nil { // it may have come meanwhile
		return 0, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return 0, fmt.Errorf("--out: %w", err)
	}
	return size, f.Close()
}
