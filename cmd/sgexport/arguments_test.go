package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func TestOptionsFirst(t *testing.T) {
	app := newApp(strings.NewReader(""), io.Discard, io.Discard)
	for line, want := range map[string]string{
		"":                                    "",
		"--help":                              "--help",
		"exprot x --demo":                     "exprot x --demo",
		"convert s":                           "convert -- s",
		"convert s --out o":                   "convert --out o -- s",
		"convert --out o s":                   "convert --out o -- s",
		"convert s -o o --format=jsonl":       "convert -o o --format=jsonl -- s",
		"convert s --overwrite --out o":       "convert --overwrite --out o -- s",
		"convert s --out -":                   "convert --out - -- s",
		"convert --out o -- --odd":            "convert --out o -- --odd",
		"convert a --out":                     "convert --out -- a",
		"export --demo --region r --region s": "export --demo --region r --region s",
		"verify s --unknown x":                "verify --unknown -- s x",
	} {
		args := append([]string{"sgexport"}, strings.Fields(line)...)
		if got := strings.Join(optionsFirst(app, args)[1:], " "); got != want {
			t.Errorf("%q becomes %q, want %q", line, got, want)
		}
	}
}

// Each option of each command has an environment variable of its own.
func TestVariables(t *testing.T) {
	seen := map[string]string{}
	for _, c := range newApp(strings.NewReader(""), io.Discard, io.Discard).Commands {
		for _, f := range c.Flags {
			vars := f.(cli.DocGenerationFlag).GetEnvVars()
			if len(vars) != 1 || !strings.HasPrefix(vars[0], "SGEXPORT_") || seen[vars[0]] != "" {
				t.Errorf("%s --%s: %v (%s)", c.Name, f.Names()[0], vars, seen[strings.Join(vars, " ")])
				continue
			}
			seen[vars[0]] = c.Name
		}
	}
	for _, name := range []string{"SGEXPORT_OUT", "SGEXPORT_CONVERT_OUT", "SGEXPORT_PIPELINE_EXECUTIONS", "SGEXPORT_CALL_TIMEOUT", "SGEXPORT_QUIET"} {
		if seen[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
}

func TestNeighbors(t *testing.T) {
	for list, want := range map[string][]string{"s3": {"s3"}, "s3, s3": {"s3"}, "none": {}} {
		if got, err := neighborsOf(list); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v", list, got, err)
		}
	}
	for _, list := range []string{"", "s3,none", "nobody", "s3,"} {
		if got, err := neighborsOf(list); err == nil {
			t.Errorf("%q: %v", list, got)
		}
	}
}
