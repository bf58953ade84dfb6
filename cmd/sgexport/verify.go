package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "check a snapshot: sums, counts, both ends of every edge, and that the formats agree",
		ArgsUsage: "SNAPSHOT",
		Description: `Says what it looked at and found: a line each for what was checked, what could
not be checked, what the snapshot lacks by its own account, and what is wrong.
Only what is wrong makes it fail.`,
		Action: func(c *cli.Context) error {
			path, err := oneArgument(c, "snapshot")
			if err != nil {
				return err
			}
			return verify(c, path)
		},
	}
}

// verify checks a snapshot and says on stdout what it looked at and found.
func verify(c *cli.Context, path string) error {
	opt := snapshot.VerifyOptions{
		ToolVersion: version,
		Source: func(s *snapshot.Snapshot) snapshot.Source {
			if !slices.Contains(s.Manifest.Formats, "jsonl") {
				return nil
			}
			return jsonl.NewReader(s.Open, s.Schema)
		},
		Formats: func(m *snapshot.Manifest) map[string]graph.Open {
			opens := map[string]graph.Open{}
			for _, f := range formats {
				opens[f.name] = f.open(formatOptions{compressionIn(m)})
			}
			return opens
		},
	}
	v, err := snapshot.Verify(c.Context, path, opt)
	if err != nil {
		return err
	}
	out := c.App.Writer
	for _, line := range v.Checked {
		fmt.Fprintf(out, "checked      %s\n", line)
	}
	for _, line := range v.Unchecked {
		fmt.Fprintf(out, "not checked  %s\n", line)
	}
	for _, line := range v.Missing {
		fmt.Fprintf(out, "missing      %s\n", line)
	}
	for _, p := range v.Problems {
		fmt.Fprintf(out, "problem      %s\n", p)
	}
	if len(v.Problems) > 0 {
		return errFound
	}
	fmt.Fprintf(out, "ok           %s\n", path)
	return nil
}

// compressionIn returns how the JSON lines of a snapshot are packed.
func compressionIn(m *snapshot.Manifest) jsonl.Compression {
	for _, f := range m.Files {
		if name, ok := strings.CutPrefix(f.Path, "jsonl/nodes.jsonl"); ok {
			for _, c := range compressions {
				if c.Suffix() == name {
					return c
				}
			}
		}
	}
	return jsonl.Zstd
}
