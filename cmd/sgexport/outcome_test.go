package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/graph"
)

func TestSay(t *testing.T) {
	cause := errors.New("the disk is on fire")
	full := func(file string) error { return &fs.PathError{Op: "write", Path: file, Err: syscall.ENOSPC} }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"one":                     {cause, "the disk is on fire"},
		"the same twice":          {errors.Join(cause, cause), "the disk is on fire"},
		"with more around it":     {errors.Join(cause, fmt.Errorf("publish: %w", cause)), "publish: the disk is on fire"},
		"the other way round":     {errors.Join(fmt.Errorf("publish: %w", cause), errors.Join(nil, cause)), "publish: the disk is on fire"},
		"two":                     {errors.Join(cause, errors.New("so is the house")), "the disk is on fire\nsgexport: so is the house"},
		"one cause of two files":  {errors.Join(full("a"), full("b")), full("a").Error()},
		"two causes":              {errors.Join(full("a"), &fs.PathError{Op: "remove", Path: "b", Err: syscall.EACCES}), full("a").Error() + "\nsgexport: remove b: " + syscall.EACCES.Error()},
		"two that are one":        {fmt.Errorf("%w: %w", cause, errors.New("again")), "the disk is on fire: again"},
		"what is not printable":   {errors.New("a\n\x1b[31mb"), `a\n\x1b[31mb`},
		"advice after a sentence": {errors.New("AWS: It has ended.; log in"), "AWS: It has ended; log in"},
		"joined within, and more": {fmt.Errorf("see: %w", errors.Join(cause, errors.New("x"))), `see: the disk is on fire\nx`},
	} {
		var b bytes.Buffer
		say(&b, c.err)
		if got := b.String(); got != "sgexport: "+c.want+"\n" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "stdout", Err: syscall.ENOSPC}
}

// TestFullStdout: a command whose output cannot be written fails, whatever it has found,
// and says so.
func TestFullStdout(t *testing.T) {
	snap := export(t, "--format", "jsonl")
	damaged := export(t, "--kinds", "Model", "--neighbors", "none", "--format", "jsonl")
	if err := os.WriteFile(filepath.Join(damaged, "schema.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	prints := [][]string{
		{},
		{"--help"},
		{"--version"},
		{"help", "audit"},
		{"version"},
		{"completion", "bash"},
		{"completion", "zsh"},
		{"completion", "fish"},
		{"schema"},
		{"schema", "--format", "json"},
		{"schema", "--format", "sql"},
		{"policy"},
		{"policy", "--beside", "SecurityAudit"},
		{"stats", snap},
		{"stats", snap, "--format", "json"},
		{"verify", snap},
		{"verify", damaged},
		{"lineage", snap, "arn:aws:sagemaker:us-east-1:012345678901:endpoint/churn-prod"},
		{"lineage", snap, "arn:aws:sagemaker:us-east-1:012345678901:endpoint/churn-prod", "--format", "json"},
		{"lineage", snap, "arn:aws:sagemaker:us-east-1:012345678901:endpoint/churn-prod", "--format", "svg"},
		{"report", snap, "--out", "-"},
		{"convert", snap, "--format", "graphml", "--out", "-"},
		{"export", "--demo", "--format", "jsonl", "--out", "-", "--quiet"},
	}
	for _, format := range []string{"table", "json", "sarif", "asff", "ocsf"} {
		prints = append(prints, []string{"audit", snap, "--format", format}, []string{"audit", snap, "--format", format, "--fail-on", "low"})
	}
	tried := map[string]bool{"simulate": true} // which prints nothing on stdout
	for _, args := range prints {
		var stderr strings.Builder
		if len(args) > 0 {
			tried[args[0]] = true
		}
		if code := run(append([]string{"sgexport"}, args...), strings.NewReader(""), full{}, &stderr); code != exitFailed || strings.Count(stderr.String(), syscall.ENOSPC.Error()) != 1 {
			t.Errorf("%v: exit code %d, and it says %q", args, code, stderr.String())
		}
	}
	for _, c := range newApp(nil, nil, nil).Commands {
		if !tried[c.Name] {
			t.Errorf("%s is not tried", c.Name)
		}
	}
}

// A panic, also one in a goroutine of a run, is a failure with a report, and the
// place of the snapshot is cleaned up.
func TestPanic(t *testing.T) {
	inSink := []graph.Open{func(graph.Create, *graph.Header) (graph.Sink, error) { return panics{}, nil }, formats[0].open(formatOptions{})}
	for name, act := range map[string]func(o *exportOptions, c *cli.Context) error{
		"a command": func(*exportOptions, *cli.Context) error { panic("\x1b[31moops") },
		"a format": func(o *exportOptions, c *cli.Context) error {
			o.formats = nil
			for _, open := range inSink {
				o.formats = append(o.formats, format{name: "jsonl", open: func(formatOptions) graph.Open { return open }})
			}
			return o.run(c.Context, c.App.Writer, c.App.ErrWriter)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var stdout, stderr bytes.Buffer
			app := newApp(strings.NewReader(""), &stdout, &stderr)
			export := app.Command("export")
			export.Action = func(c *cli.Context) error {
				o, err := exportOptionsOf(c)
				if err != nil {
					return err
				}
				o.stderr = &stderr
				return act(&o, c)
			}
			args := []string{"sgexport", "export", "--demo", "--quiet", "--kinds", "Model", "--neighbors", "none", "--out", filepath.Join(dir, "s")}
			code := finish(context.Background(), app, args, &outlet{w: &stdout}, &stderr, func() bool { return false })
			if code != exitFailed {
				t.Errorf("exit code %d", code)
			}
			for _, want := range []string{"this is a fault of sgexport", "Nothing was published", "version " + version, "goroutine ", "outcome_test.go"} {
				if strings.Count(stderr.String(), want) == 0 {
					t.Errorf("it does not say %q", want)
				}
			}
			if strings.Contains(stderr.String(), "\x1b") {
				t.Error("it writes escape codes to the terminal")
			}
			left, err := os.ReadDir(dir)
			if spool, _ := os.ReadDir(filepath.Join(dir, ".s.sgexport")); len(spool) == 1 && spool[0].Name() == "spool" {
				left = left[1:] // what was read to its end
			}
			if err != nil || len(left) > 0 {
				t.Errorf("it leaves %v (%v)", left, err)
			}
		})
	}
}

// panics is a format with a fault.
type panics struct{}

func (panics) Node(*graph.Node) error { panic("oops") }
func (panics) Edge(*graph.Edge) error { panic("oops") }
func (panics) Close() error           { return nil }
