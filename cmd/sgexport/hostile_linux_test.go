package main_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// irregularFiles are what nobody may open: a pipe that nobody writes to, and a
// device without an end.
func irregularFiles() []attack {
	pipe := func(path string) error { return syscall.Mkfifo(path, 0o600) }
	device := func(path string) error { return os.Symlink("/dev/zero", path) }
	var all []attack
	for _, name := range []string{"manifest.json", "SHA256SUMS", "schema.json", "jsonl/edges.jsonl"} {
		code := found
		if name == "manifest.json" || name == "SHA256SUMS" {
			code = failed
		}
		all = append(all,
			attack{name + " is a pipe", func(h *hostile) { h.replace(name, pipe) }, code, failed, "not a regular file"},
			attack{name + " is a device", func(h *hostile) { h.replace(name, device) }, code, failed, "not a regular file"},
		)
	}
	return append(all, attack{"a pipe too many", func(h *hostile) { h.replace("pipe", pipe) }, found, 0, "pipe: is not in the manifest"})
}

// TestReadingStops interrupts what reads a file of a tebibyte, which is as large
// as the manifest says.
func TestReadingStops(t *testing.T) {
	sgexport := buildProgram(t)
	h := &hostile{T: t, dir: filepath.Join(t.TempDir(), "s")}
	exportSmall(t, sgexport, h.dir)
	const size = 1 << 40
	h.manifest(func(m map[string]any) {
		for _, f := range m["files"].([]any) {
			if f := f.(map[string]any); f["path"] == "jsonl/nodes.jsonl" {
				f["bytes"] = size
			}
		}
	})
	h.grow("jsonl/nodes.jsonl", size)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		for _, args := range [][]string{{"verify", h.dir}, {"convert", h.dir, "--out", h.dir + "2"}} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, sgexport, args...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for !hasOpen(cmd.Process.Pid, h.path("jsonl/nodes.jsonl")) && ctx.Err() == nil {
				time.Sleep(10 * time.Millisecond)
			}
			if err := cmd.Process.Signal(s); err != nil {
				t.Error(err)
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 || strings.Count(stderr.String(), "interrupted") != 1 {
				t.Errorf("%s of %s: %v\n%s", s, args[0], err, stderr.String())
			}
			if left, err := os.ReadDir(filepath.Dir(h.dir)); err != nil || len(left) != 1 {
				t.Errorf("%s of %s leaves %v (%v)", s, args[0], left, err)
			}
		}
	}
}

// hasOpen reports whether a process has opened a file.
func hasOpen(pid int, path string) bool {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return false
	}
	return slices.ContainsFunc(files, func(f string) bool {
		target, err := os.Readlink(f)
		return err == nil && target == path
	})
}
