package main

import (
	"fmt"
	"math"
	"runtime/debug"
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
		Usage:     "check sums, counts and edges of a snapshot, and its formats",
		ArgsUsage: "SNAPSHOT",
		Description: `Says what it looked at and found: a line each for what was checked, what could
not be checked, what the snapshot lacks by its own account, and what is wrong.
It fails where something is wrong or could not be checked; what the snapshot
lacks is no fault of it. The formats are made again from the JSON lines and
compared byte for byte; those of another version may differ, and then it says so.`,
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
	forLarge := boundMemory()
	opt := snapshot.VerifyOptions{
		ToolVersion: version,
		Source: func(s *snapshot.Snapshot) snapshot.Source {
			if !slices.Contains(s.Manifest.Formats, "jsonl") {
				return nil
			}
			forLarge(s.Manifest)
			return jsonl.NewReader(s.Opener(c.Context), s.Schema)
		},
		Formats: func(m *snapshot.Manifest) map[string]graph.Open {
			opens := map[string]graph.Open{}
			for _, f := range formats {
				opens[f.name] = f.open(formatOptionsIn(m))
			}
			return opens
		},
	}
	v, err := snapshot.Verify(c.Context, path, opt)
	if err != nil {
		return err
	}
	out := c.App.Writer
	line := func(what, text string) {
		wrapTo(out, pad(what, 12)+" ", strings.Repeat(" ", 15), cutEnd(text, longestLine), columnsOf(out))
	}
	for _, text := range v.Checked {
		line("checked", text)
	}
	for _, text := range v.Unchecked {
		line("not checked", text)
	}
	for _, text := range v.Missing[:min(mostMissing, len(v.Missing))] {
		line("missing", text)
	}
	if more := len(v.Missing) - mostMissing; more > 0 {
		line("missing", fmt.Sprintf("%d more", more))
	}
	for _, p := range v.Problems {
		line("problem", p.String())
	}
	switch {
	case len(v.Problems) > 0:
		line("not ok", fmt.Sprintf("%s: %s", path, snapshot.Counted(len(v.Problems), "problem")))
		return errFound
	case len(v.Unchecked) > 0:
		line("not ok", path+": it could not be checked in full")
		return errFound
	}
	line("ok", path)
	return nil
}

const (
	longestLine = 2000 // characters that verify says of one thing
	mostMissing = 1000 // things of which it says that they are missing
)

// boundMemory makes the collector of garbage hurry before a process that reads a
// snapshot, which may be anybody's, takes half a gigabyte. It returns what lets
// it take its time again for a large snapshot, of which more is in use at once.
func boundMemory() (forLarge func(*snapshot.Manifest)) {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 { // the user has said how much
		return func(*snapshot.Manifest) {}
	}
	debug.SetMemoryLimit(384 << 20)
	return func(m *snapshot.Manifest) {
		var lines int64
		for _, f := range m.Files {
			if strings.HasPrefix(f.Path, "jsonl/") {
				lines += f.Bytes
			}
		}
		if lines > 64<<20 {
			debug.SetMemoryLimit(math.MaxInt64)
		}
	}
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
