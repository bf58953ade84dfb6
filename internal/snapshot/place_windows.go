package snapshot

import (
	"io/fs"
	"os"
)

// movesOntoFolders says that a folder can be moved onto an empty one.
const movesOntoFolders = false

func moveOnto(from, to string) error { return os.Rename(from, to) }

// ownedByUser is left to the folder's own rights here.
func ownedByUser(fs.FileInfo) bool { return true }
