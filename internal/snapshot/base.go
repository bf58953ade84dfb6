package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// BaseFile is the file of a snapshot that a later export can begin with: what it had
// read of resources of which nothing changes any more. No format is made from it.
const BaseFile = "base/records.zst"

// A Kept is what a snapshot keeps for a later export, and which snapshot that is.
type Kept struct {
	Path     string    // of its BaseFile; "" where it has none
	Snapshot time.Time // that it is known by
	SHA256   string    // of its manifest
}

// Base returns what the snapshot in dir keeps, after it has checked the sum of that.
// What is wrong with it is a [*DamagedError].
func Base(ctx context.Context, dir string) (*Kept, error) {
	v := &Verification{}
	m, listed, err := v.begin(dir)
	if m == nil {
		if err == nil {
			err = &DamagedError{dir, v.Problems[0]}
		}
		return nil, err
	}
	found := false
	if _, err := v.sums(ctx, dir, m, listed, func(f File) bool {
		found = found || f.Path == BaseFile
		return f.Path == BaseFile
	}); err != nil {
		return nil, err
	}
	for _, p := range v.Problems {
		if p.File == BaseFile {
			return nil, &DamagedError{dir, p}
		}
	}
	kept := &Kept{Snapshot: m.Snapshot, SHA256: v.manifestSum}
	if found {
		kept.Path = filepath.Join(dir, filepath.FromSlash(BaseFile))
	}
	return kept, nil
}

// CopyBase copies the BaseFile of a snapshot, where it is there. It is the file that the
// manifest tells of, or an error.
func CopyBase(ctx context.Context, s *Snapshot, create graph.Create) (err error) {
	i := slices.IndexFunc(s.Manifest.Files, func(f File) bool { return f.Path == BaseFile })
	if i < 0 {
		return nil
	}
	f := s.Manifest.Files[i]
	file, err := openRegular(s.Dir, BaseFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the JSON lines are enough
	}
	if err != nil {
		return fmt.Errorf("copy %s of %s: %w", BaseFile, s.Dir, err)
	}
	defer file.Close() // opened for reading: nothing to lose
	to, err := create(BaseFile)
	if err != nil {
		return err
	}
	graph.SetRows(to, f.Rows)
	defer func() { err = errors.Join(err, to.Close()) }()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, h), io.LimitReader(stoppable{ctx, file}, f.Bytes+1))
	if err != nil {
		return fmt.Errorf("copy %s of %s: %w", BaseFile, s.Dir, err)
	}
	if n != f.Bytes || hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return &DamagedError{s.Dir, Problem{BaseFile, "was changed: it is not what the manifest says"}}
	}
	return nil
}
