package main

import (
	"runtime/debug"
	"testing"
)

func TestCommit(t *testing.T) {
	build := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	git := []debug.BuildSetting{{Key: "vcs.revision", Value: "2e3c71b"}, {Key: "vcs.time", Value: "2026-11-27T22:03:41Z"}}
	for want, info := range map[string]*debug.BuildInfo{
		"2e3c71b (2026-11-27T22:03:41Z)":                                 build("(devel)", git...),
		"2e3c71b (2026-11-27T22:03:41Z, with changes)":                   build("(devel)", append(git, debug.BuildSetting{Key: "vcs.modified", Value: "true"})...),
		"v0.1.1-0.20261127220341-2e3c71b0a1b2":                           build("v0.1.1-0.20261127220341-2e3c71b0a1b2"),
		"unknown (go run, git worktrees and -buildvcs=false do not say)": build("(devel)"),
		"unknown": nil,
	} {
		if got := commitIn(info); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
