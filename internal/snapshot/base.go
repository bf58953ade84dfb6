package snapshot

import (
	"context"
	"path/filepath"
)

// BaseFile is the file of a snapshot that a later export can begin with: what it had
// read of resources of which nothing changes any more. No format is made from it.
const BaseFile = "base/records.zst"

// Base returns the path of the BaseFile of the snapshot in dir, after it has checked
// its sum; "" where the snapshot has none. What is wrong with it is a [*DamagedError].
func Base(ctx context.Context, dir string) (path string, err error) {
	v := &Verification{}
	m, listed, err := v.begin(dir)
	if m == nil {
		if err == nil {
			err = &DamagedError{dir, v.Problems[0]}
		}
		return "", err
	}
	found := false
	if _, err := v.sums(ctx, dir, m, listed, func(f File) bool {
		found = found || f.Path == BaseFile
		return f.Path == BaseFile
	}); err != nil {
		return "", err
	}
	for _, p := range v.Problems {
		if p.File == BaseFile {
			return "", &DamagedError{dir, p}
		}
	}
	if !found {
		return "", nil
	}
	return filepath.Join(dir, filepath.FromSlash(BaseFile)), nil
}
