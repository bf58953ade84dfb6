//go:build !windows

package snapshot_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// The modes are those, whatever the umask.
func TestModes(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o277, 0o777} {
		t.Run(fmt.Sprintf("%03o", mask), func(t *testing.T) {
			parent := t.TempDir()
			defer syscall.Umask(syscall.Umask(mask))
			build(t, filepath.Join(parent, "s"), graphtest.Sample(), snapshot.CreateOptions{})
			b, err := snapshot.Create(filepath.Join(parent, "t"), snapshot.CreateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Abort()
			if _, err := b.Scratch(); err != nil {
				t.Fatal(err)
			}
			write(t, b, graphtest.Sample())
			err = filepath.WalkDir(parent, func(path string, d fs.DirEntry, err error) error {
				if err != nil || path == parent {
					return err
				}
				info, err := d.Info()
				if err != nil {
					return err
				}
				want := fs.FileMode(0o600)
				if d.IsDir() {
					want = 0o700
				}
				if info.Mode().Perm() != want {
					t.Errorf("%s has mode %03o", path, info.Mode().Perm())
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A hidden folder that others may write in was put there by somebody.
func TestHiddenFolderThatOthersWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	hidden := filepath.Join(filepath.Dir(dir), ".s.sgexport")
	if err := os.Mkdir(hidden, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(hidden, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Create(dir, snapshot.CreateOptions{}); err == nil {
		t.Error("it was taken")
	}
}
