package main_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Two snapshots that can be told apart, and that of a run that may end early.
const (
	oldTime  = "2026-01-01T00:00:00Z"
	otherDay = "2026-02-02T00:00:00Z"
	newTime  = "2026-03-03T00:00:00Z"
)

// TestKilled ends exports and conversions over an older snapshot at random
// moments, in five ways. Whatever comes, the old snapshot or the new one is there
// and is whole; and the next run into the same place works, and leaves nothing of
// the dead one. What an export had read may stay beside it, and one that resumes it
// makes the same files as one that was not disturbed.
func TestKilled(t *testing.T) {
	rounds := 350 // of which 200 are killed
	if testing.Short() {
		rounds = 56
	}
	k := &killing{sgexport: buildProgram(t), home: t.TempDir()}
	k.prepare(t)
	const lanes = 4
	t.Run("lanes", func(t *testing.T) {
		for lane := range lanes {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(20261127, uint64(lane)))
				l := k.lane(t, lane)
				for round := range rounds / lanes {
					l.round(t, random, round)
				}
			})
		}
	})
	t.Logf("after %d runs: the old snapshot was there %d times, the new one %d times, none before the first %d times", rounds, k.old.Load(), k.new.Load(), k.none.Load())
	if k.old.Load() == 0 || k.new.Load() == 0 {
		t.Error("all runs ended alike: their moments are not those that matter")
	}
}

// killing is what the rounds have in common.
type killing struct {
	sgexport, home string
	took           map[string]time.Duration // a whole run of each command
	whole          string                   // sums of the export that is not disturbed
	old, new, none atomic.Int64
}

// prepare makes the snapshots to convert, and measures how long runs take.
func (k *killing) prepare(t *testing.T) {
	for name, now := range map[string]string{"old": oldTime, "other": otherDay} {
		k.mustRun(t, k.export(filepath.Join(k.home, name), now)...)
	}
	k.took = map[string]time.Duration{}
	for name, args := range map[string][]string{
		"export": k.export(filepath.Join(k.home, "x"), newTime), "convert": k.convert("other", filepath.Join(k.home, "y")),
	} {
		start := time.Now()
		k.mustRun(t, args...)
		k.took[name] = time.Since(start)
	}
	k.whole = sumsOf(t, filepath.Join(k.home, "x"))
}

func (k *killing) export(out, now string) []string {
	return []string{
		"export", "--demo", "--out", out, "--overwrite", "--now", now, "--quiet",
		"--kinds", "Model,Endpoint,EndpointConfig,TrainingJob", "--neighbors", "none", "--format", "jsonl,cypher",
	}
}

func (k *killing) convert(from, out string) []string {
	return []string{"convert", "--out", out, "--overwrite", "--format", "jsonl,cypher", filepath.Join(k.home, from)}
}

func (k *killing) mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(k.sgexport, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("sgexport %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// A killLane does one round after the other in a folder of its own.
type killLane struct {
	*killing
	dir, place, tmp string
}

func (k *killing) lane(t *testing.T, n int) *killLane {
	l := &killLane{killing: k, dir: filepath.Join(k.home, fmt.Sprint("lane", n))}
	l.place, l.tmp = filepath.Join(l.dir, "s"), filepath.Join(k.home, fmt.Sprint("tmp", n))
	for _, dir := range []string{l.dir, l.tmp} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	k.mustRun(t, k.convert("old", l.place)...)
	return l
}

// round ends one run, looks what is there, and runs once more.
func (l *killLane) round(t *testing.T, random *rand.Rand, round int) {
	command := []string{"export", "export", "export", "convert"}[random.IntN(4)]
	args := l.export(l.place, newTime)
	made := newTime
	if command == "convert" {
		args, made = l.convert("other", l.place), otherDay
	}
	first := random.IntN(8) == 0 // nothing is there before
	if first {
		if err := os.RemoveAll(l.place); err != nil {
			t.Fatal(err)
		}
	}
	cmd, end, what := l.ending(random, command, args, round)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Env = append(os.Environ(), append(cmd.Env, "TMPDIR="+l.tmp)...)
	err := end(cmd)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", what, err)
	}
	what = fmt.Sprintf("round %d, %s %s, exit %d", round, command, what, cmd.ProcessState.ExitCode())
	switch got, err := snapshotTime(l.place); {
	case err != nil && first && errors.Is(err, fs.ErrNotExist) && !exists(l.place):
		l.none.Add(1)
	case err != nil:
		t.Fatalf("%s: the snapshot is damaged or gone: %v\n%s", what, err, tail(stderr.String()))
	case got == made:
		l.new.Add(1)
	case got == oldTime && !first:
		l.old.Add(1)
	default:
		t.Fatalf("%s: the snapshot is that of %s", what, got)
	}
	// Go's own wake-up of the network is a write too, whose failure it does not survive.
	if strings.Contains(stderr.String(), "goroutine ") && !strings.Contains(stderr.String(), "netpollBreak write failed") {
		t.Errorf("%s: it panics:\n%s", what, tail(stderr.String()))
	}
	if cleansUp := !strings.Contains(what, "EIO") && !strings.Contains(what, "killed"); cleansUp {
		l.leftNothing(t, what, first)
		said := strings.Count(stderr.String(), "sgexport: ") - strings.Count(stderr.String(), "sgexport: nothing was published, and what was read")
		if n := said; n > 1 || cmd.ProcessState.ExitCode() > 0 && n != 1 {
			t.Errorf("%s: the error is said %d times:\n%s", what, n, stderr.String())
		}
	}
	if command == "export" {
		l.resume(t, what)
	}
	l.next(t, what)
}

// resume goes on with an export that ended early.
func (l *killLane) resume(t *testing.T, what string) {
	l.mustRun(t, append(l.export(l.place, newTime), "--resume")...)
	if sumsOf(t, l.place) != l.whole {
		t.Fatalf("%s: what resumes it makes other files", what)
	}
	l.leftNothing(t, what+", and resumed", false)
}

// sumsOf are the sums of all files of a snapshot.
func sumsOf(t *testing.T, dir string) string {
	t.Helper()
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	return string(sums)
}

// next is the run after one that ended early.
func (l *killLane) next(t *testing.T, what string) {
	entries, err := os.ReadDir(filepath.Join(l.dir, ".s.sgexport"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	left := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != "lock" })
	read := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "spool" })
	said := l.mustRun(t, l.convert("old", l.place)...)
	if got, err := snapshotTime(l.place); err != nil || got != oldTime {
		t.Fatalf("%s: the run after it leaves the snapshot of %s (%v)", what, got, err)
	}
	if left != strings.Contains(said, "removed what a") || read != strings.Contains(said, "--resume would have gone on from it") {
		t.Errorf("%s: it left something: %v, and the next run says:\n%s", what, left, said)
	}
	l.leftNothing(t, what+", and then another", false)
}

// leftNothing checks that nothing is there but the snapshot and what was read.
func (l *killLane) leftNothing(t *testing.T, what string, maybeNone bool) {
	t.Helper()
	for dir, want := range map[string][]string{l.dir: {"s"}, l.tmp: {}} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for _, e := range entries {
			if kept, _ := os.ReadDir(filepath.Join(dir, e.Name())); len(kept) == 1 && kept[0].Name() == "spool" {
				continue
			}
			names = append(names, e.Name())
		}
		if !slices.Equal(names, want) && !(maybeNone && len(names) == 0) {
			t.Fatalf("%s: it leaves %v", what, names)
		}
	}
}

// ending returns the command, and what runs it and ends it in one of five ways.
func (l *killLane) ending(random *rand.Rand, command string, args []string, round int) (cmd *exec.Cmd, end func(*exec.Cmd) error, what string) {
	// The first quarter is the program's start; with others beside it, it takes longer.
	after := l.took[command]/4 + time.Duration(random.Int64N(2*int64(l.took[command])))
	signaled := func(s syscall.Signal) func(*exec.Cmd) error {
		return func(cmd *exec.Cmd) error {
			if err := cmd.Start(); err != nil {
				return err
			}
			defer time.AfterFunc(after, func() { _ = cmd.Process.Signal(s) }).Stop() // it may be over
			return cmd.Wait()
		}
	}
	plain := exec.Command(l.sgexport, args...)
	switch round % 7 {
	case 0, 2, 4, 6:
		return plain, signaled(syscall.SIGKILL), fmt.Sprintf("killed after %s", after)
	case 1:
		stop := []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP}[round/7%2]
		return plain, signaled(stop), fmt.Sprintf("told to stop by %s after %s", stop, after)
	case 3: // the disk is full where a file reaches some size
		blocks := random.IntN(1200)
		return exec.Command("sh", append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, blocks), l.sgexport}, args...)...), (*exec.Cmd).Run, fmt.Sprintf("with a disk of %d blocks", blocks)
	}
	fault := fmt.Sprintf("%s %d", []string{"write", "fsync"}[random.IntN(2)], 3+random.IntN(20))
	if random.IntN(3) == 0 {
		fault = []string{"renameat", "renameat2", "mkdirat", "unlinkat", "fchmodat", "flock"}[random.IntN(6)] + " -1"
	}
	cmd = exec.Command(os.Args[0], append([]string{l.sgexport}, args...)...)
	cmd.Env = []string{"SGEXPORT_TEST_FAULT=" + fault}
	return cmd, (*exec.Cmd).Run, "with EIO of " + fault
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// snapshotTime returns the time of a snapshot that is whole: each file has the
// sum that SHA256SUMS says, and there is no other.
func snapshotTime(dir string) (string, error) {
	var m struct {
		Snapshot string
		Files    []struct{ Path string }
	}
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return "", err
	}
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		return "", err
	}
	want := map[string]string{}
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		want[name] = sum
	}
	for _, f := range m.Files {
		if want[f.Path] == "" {
			return "", fmt.Errorf("%s has no sum", f.Path)
		}
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "SHA256SUMS" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if sum := fmt.Sprintf("%x", sha256.Sum256(data)); err == nil && want[name] != sum {
			err = fmt.Errorf("%s has the sum %s, want %s", name, sum, want[name])
		}
		delete(want, name)
		return err
	})
	if err == nil && len(want) > 0 {
		err = fmt.Errorf("files are missing: %v", want)
	}
	return m.Snapshot, err
}
