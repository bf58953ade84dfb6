package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version, the commit and the Go version",
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprintf(c.App.Writer, "%s\ncommit %s\n%s %s/%s\n", tool, commitIn(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// commitIn is the commit that a program was built from: of a checkout what git says, of
// go install the version of the module.
func commitIn(info *debug.BuildInfo) string {
	if info == nil {
		return "unknown"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	switch commit := settings["vcs.revision"]; {
	case commit != "" && settings["vcs.modified"] == "true":
		return commit + " (" + settings["vcs.time"] + ", with changes)"
	case commit != "":
		return commit + " (" + settings["vcs.time"] + ")"
	case info.Main.Version != "" && info.Main.Version != "(devel)":
		return info.Main.Version
	}
	return "unknown (go run, git worktrees and -buildvcs=false do not say)"
}
