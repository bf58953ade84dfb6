package snapshot_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// put writes a file, and the folders that it is in.
func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whatever somebody added to a snapshot is named, and not replaced.
func TestOverwriteKeepsWhatWasAdded(t *testing.T) {
	for name, add := range map[string]func(t *testing.T, dir string){
		"notes.md":       func(t *testing.T, dir string) { put(t, filepath.Join(dir, "notes.md"), "mine") },
		"cypher/mine.cy": func(t *testing.T, dir string) { put(t, filepath.Join(dir, "cypher/mine.cy"), "mine") },
		"photos":         func(t *testing.T, dir string) { put(t, filepath.Join(dir, "photos/a/b.jpg"), "mine") },
		"empty": func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, "empty"), 0o700); err != nil {
				t.Fatal(err)
			}
		},
		`\x1b[31mred`: func(t *testing.T, dir string) { put(t, filepath.Join(dir, "\x1b[31mred"), "mine") },
		"cypher/out.cypher": func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "cypher/out.cypher")); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, "cypher/out.cypher/mine"), "mine")
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			build(t, dir, graphtest.Sample(), snapshot.CreateOptions{})
			add(t, dir)
			_, err := snapshot.Create(dir, snapshot.CreateOptions{Overwrite: true})
			if !errors.Is(err, snapshot.ErrExists) || !strings.Contains(err.Error(), ": "+name+";") {
				t.Errorf("got %v", err)
			}
			if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"s"}) {
				t.Errorf("left behind: %v", got)
			}
		})
	}
}

// A file that is added while the new snapshot is made is kept too.
func TestOverwriteKeepsWhatIsAddedMeanwhile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	build(t, dir, graphtest.Empty(), snapshot.CreateOptions{})
	b, err := snapshot.Create(dir, snapshot.CreateOptions{Overwrite: true})
	if err != nil {
		t.Fatal(err)
	}
	m := write(t, b, graphtest.Sample())
	put(t, filepath.Join(dir, "notes.md"), "mine")
	if err := b.Publish(m, graphtest.Schema()); !errors.Is(err, snapshot.ErrExists) || !strings.Contains(err.Error(), "notes.md") {
		t.Errorf("got %v", err)
	}
	if err := b.Abort(); err != nil {
		t.Fatal(err)
	}
	if s, err := snapshot.Open(dir); err != nil || s.Manifest.Counts.Nodes != 0 {
		t.Errorf("the old snapshot is gone: %v", err)
	}
}

// A damaged snapshot can be replaced: nothing of it is anybody's but ours.
func TestOverwriteOfADamagedSnapshot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	build(t, dir, graphtest.Sample(), snapshot.CreateOptions{})
	if err := os.Remove(filepath.Join(dir, "SHA256SUMS")); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "cypher/out.cypher"), 3); err != nil {
		t.Fatal(err)
	}
	build(t, dir, graphtest.Sample(), snapshot.CreateOptions{Overwrite: true})
	if got := problems(verify(t, dir)); got != "" {
		t.Error(got)
	}
}

func TestTwoRunsIntoOnePlace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	first, err := snapshot.Create(dir, snapshot.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Create(dir, snapshot.CreateOptions{}); err == nil || !strings.Contains(err.Error(), "another run (process ") {
		t.Errorf("the second run: %v", err)
	}
	other, err := snapshot.Create(dir+"2", snapshot.CreateOptions{})
	if err != nil {
		t.Fatalf("a run into another place: %v", err)
	}
	for _, b := range []*snapshot.Builder{first, other} {
		if err := b.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	build(t, dir, graphtest.Empty(), snapshot.CreateOptions{})
	if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"s"}) {
		t.Errorf("left behind: %v", got)
	}
}

// What a run leaves that cannot clean up, by what stands in its hidden folder.
func TestNextRunRemovesWhatADeadOneLeft(t *testing.T) {
	for name, c := range map[string]struct {
		files  []string
		notice string
	}{
		"an empty folder": {nil, ""},
		"only the lock":   {[]string{"lock"}, ""},
		"half a snapshot": {[]string{"lock", "new/jsonl/nodes.jsonl.zst", "scratch/a.log.zst"}, "removed what a run that was killed had left"},
		"the old one":     {[]string{"lock", "new/manifest.json"}, "removed what a run that was killed had left"},
		"a probe":         {[]string{"lock", "probe/full/x"}, "removed what a run that was killed had left"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			build(t, dir, graphtest.Empty(), snapshot.CreateOptions{})
			hidden := filepath.Join(filepath.Dir(dir), ".s.sgexport")
			if err := os.Mkdir(hidden, 0o700); err != nil {
				t.Fatal(err)
			}
			for _, f := range c.files {
				put(t, filepath.Join(hidden, f), "1")
			}
			var notice string
			build(t, dir, graphtest.Sample(), snapshot.CreateOptions{Overwrite: true, Notice: func(text string) { notice += text }})
			if !strings.Contains(notice, c.notice) || (notice == "") != (c.notice == "") || c.notice != "" && !strings.Contains(notice, hidden) {
				t.Errorf("it says %q", notice)
			}
			if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"s"}) {
				t.Errorf("left behind: %v", got)
			}
		})
	}
}

// A run that was killed between the two steps of a replacement has left the old
// snapshot aside: it comes back, and is there if the next run fails too.
func TestNextRunPutsBackWhatWasMovedAside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	hidden := filepath.Join(filepath.Dir(dir), ".s.sgexport")
	build(t, dir, graphtest.Sample(), snapshot.CreateOptions{})
	put(t, filepath.Join(hidden, "new/manifest.json"), "{}")
	if err := os.Chmod(hidden, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, filepath.Join(hidden, "old")); err != nil {
		t.Fatal(err)
	}
	var notice string
	b, err := snapshot.Create(dir, snapshot.CreateOptions{Overwrite: true, Notice: func(text string) { notice += text }})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Abort(); err != nil {
		t.Fatal(err)
	}
	if got := problems(verify(t, dir)); got != "" {
		t.Error(got)
	}
	if !strings.Contains(notice, "put "+dir+" back") {
		t.Errorf("it says %q", notice)
	}
	if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"s"}) {
		t.Errorf("left behind: %v", got)
	}
}

// Nothing is removed that no run of ours put there.
func TestHiddenFolderOfSomebody(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	mine := filepath.Join(filepath.Dir(dir), ".s.sgexport", "mine")
	put(t, mine, "1")
	if _, err := snapshot.Create(dir, snapshot.CreateOptions{}); err == nil || !strings.Contains(err.Error(), "(mine)") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
	file := filepath.Join(filepath.Dir(dir), ".t.sgexport")
	put(t, file, "1")
	if _, err := snapshot.Create(filepath.Join(filepath.Dir(dir), "t"), snapshot.CreateOptions{}); err == nil || !strings.Contains(err.Error(), "in the way") {
		t.Errorf("got %v", err)
	}
}

// Names that the system takes as they are, and not with what a run adds.
func TestLongNames(t *testing.T) {
	parent := t.TempDir()
	for _, c := range []struct {
		path string
		want string
	}{
		{filepath.Join(parent, strings.Repeat("n", 255)), "<nil>"},
		{filepath.Join(parent, strings.Repeat("n", 256)), "too long"},
		{filepath.Join(parent, strings.Repeat("d/", 2100)), "too long"},
	} {
		b, err := snapshot.Create(c.path, snapshot.CreateOptions{})
		if err == nil {
			err = b.Abort()
		}
		if got := fmt.Sprint(err); !strings.Contains(got, c.want) {
			t.Errorf("a path of %d bytes: %v", len(c.path), err)
		}
	}
	deep := parent
	for len(deep) < 3900 {
		deep = filepath.Join(deep, strings.Repeat("d", 200))
	}
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Create(filepath.Join(deep, "s"), snapshot.CreateOptions{}); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("a path with no room for a snapshot's files: %v", err)
	}
}

func TestSymlinksAreNotReplaced(t *testing.T) {
	dir := t.TempDir()
	build(t, filepath.Join(dir, "s"), graphtest.Empty(), snapshot.CreateOptions{})
	for link, target := range map[string]string{"to a snapshot": "s", "dangling": "nowhere", "\x1b[31mred": "\x1b[31m"} {
		path := filepath.Join(dir, link)
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
		if _, err := snapshot.Create(path, snapshot.CreateOptions{Overwrite: true}); !errors.Is(err, snapshot.ErrExists) || !strings.Contains(err.Error(), "symbolic link") {
			t.Errorf("%q: %v", link, err)
		}
	}
}

// Runs that come and go all the time never have the place together, and each
// that has it publishes.
func TestManyRunsIntoOnePlace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	build(t, dir, graphtest.Empty(), snapshot.CreateOptions{})
	var writing, published, refused atomic.Int64
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() {
			for range 20 {
				b, err := snapshot.Create(dir, snapshot.CreateOptions{Overwrite: true})
				if err != nil {
					if !strings.Contains(err.Error(), "another run") {
						t.Error(err)
					}
					refused.Add(1)
					continue
				}
				if n := writing.Add(1); n != 1 {
					t.Errorf("%d runs have the place", n)
				}
				m := &snapshot.Manifest{Tool: "sgexport", ToolVersion: "test"}
				writing.Add(-1) // the place is free before Publish returns
				if err := b.Publish(m, graphtest.Schema()); err != nil {
					t.Error(err)
				}
				published.Add(1)
			}
		})
	}
	runs.Wait()
	if published.Load() == 0 {
		t.Errorf("none of %d runs got the place", refused.Load())
	}
	if _, err := snapshot.Open(dir); err != nil {
		t.Error(err)
	}
	if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"s"}) {
		t.Errorf("left behind: %v", got)
	}
}
