//go:build !windows

package snapshot

import (
	"io/fs"
	"os"
	"syscall"
)

// movesOntoFolders says that a folder can be moved onto an empty one.
const movesOntoFolders = true

// moveOnto moves a folder, onto an empty one where one is there. os.Rename looks
// first, and refuses.
func moveOnto(from, to string) error { return syscall.Rename(from, to) }

// ownedByUser reports whether a folder is this user's, and nobody else may
// write in it.
func ownedByUser(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&0o022 == 0
}
