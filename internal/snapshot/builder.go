package snapshot

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/graph"
)

// Names of the files that every snapshot has.
const (
	manifestName = "manifest.json"
	schemaName   = "schema.json"
	sumsName     = "SHA256SUMS"
)

// scratchName is the folder of the run's own files in the hidden directory.
const scratchName = ".scratch"

// ErrExists says that something is in the place of the snapshot to be made.
var ErrExists = errors.New("the output exists")

// CreateOptions say what may be in the way.
type CreateOptions struct {
	Overwrite bool // a snapshot may be there, and is replaced at the end
}

// A Builder is a snapshot in the making. Create may be called from several
// goroutines.
type Builder struct {
	path string // where it will be
	temp string // where it is
	opt  CreateOptions
	done bool // published or aborted

	mu    sync.Mutex
	files map[string]*File
}

// Create reserves path for a new snapshot. Nothing is changed there before
// [Builder.Publish]. Errors wrap [ErrExists] where something is in the way that
// is not to be replaced.
func Create(path string, opt CreateOptions) (*Builder, error) {
	// Absolute, for "." has neither a name nor a parent of its own.
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("look at the output: %w", err)
	}
	parent := filepath.Dir(path)
	if info, err := os.Stat(parent); err != nil {
		return nil, fmt.Errorf("%s: the folder %s is not there: create it first (%w)", path, parent, err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s: %s is a file, not a folder: choose another --out", path, parent)
	}
	if err := checkTarget(path, opt); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp(parent, "."+filepath.Base(path)+".sgexport-")
	if err != nil {
		return nil, fmt.Errorf("%s: cannot write in %s: choose another --out (%w)", path, parent, err)
	}
	return &Builder{path: path, temp: temp, opt: opt, files: map[string]*File{}}, nil
}

func checkTarget(path string, opt CreateOptions) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look at the output: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%w: %s is a file, not a folder: choose another --out", ErrExists, path)
	}
	entries, err := os.ReadDir(path)
	switch {
	case err != nil:
		return fmt.Errorf("look at the output: %w", err)
	case len(entries) == 0:
		return nil
	case !opt.Overwrite:
		return fmt.Errorf("%w: %s is not empty: choose another --out, or give --overwrite to replace a snapshot", ErrExists, path)
	}
	if _, err := readManifest(path); err != nil {
		return fmt.Errorf("%w: %s is no snapshot, so --overwrite does not replace it: choose another --out (%w)", ErrExists, path, err)
	}
	return nil
}

// Scratch returns a private directory on the snapshot's disk. Publish and Abort
// remove it.
func (b *Builder) Scratch() (string, error) {
	dir := filepath.Join(b.temp, scratchName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create a scratch folder: %w", err)
	}
	return dir, nil
}

// Create opens a file of the snapshot; it is a [graph.Create]. The file counts
// its bytes, rows and sum.
func (b *Builder) Create(name string) (io.WriteCloser, error) {
	if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("%q is no name for a file of a snapshot", name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.files[name] != nil {
		return nil, fmt.Errorf("%s is written twice", name)
	}
	path := filepath.Join(b.temp, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	b.files[name] = &File{Path: name}
	return &countedFile{name: name, file: file, w: bufio.NewWriterSize(file, 256<<10), sum: sha256.New(), entry: b.files[name]}, nil
}

// A countedFile is one file of a snapshot while it is written.
type countedFile struct {
	name  string
	file  *os.File
	w     *bufio.Writer
	sum   hash.Hash
	entry *File
}

func (f *countedFile) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	f.sum.Write(p[:n]) // never fails
	f.entry.Bytes += int64(n)
	return n, err
}

// Rows implements graph.RowCounter.
func (f *countedFile) Rows(n int64) { f.entry.Rows = n }

func (f *countedFile) Close() error {
	err := f.w.Flush()
	if err == nil {
		err = f.file.Sync()
	}
	if err := errors.Join(err, f.file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", f.name, err)
	}
	f.entry.SHA256 = hex.EncodeToString(f.sum.Sum(nil))
	return nil
}

// Publish completes the snapshot and puts it in its place, in one step. m is
// filled in: its files. After an error nothing is there that was not before,
// and Abort cleans up.
func (b *Builder) Publish(m *Manifest, s *graph.Schema) error {
	if err := os.RemoveAll(filepath.Join(b.temp, scratchName)); err != nil {
		return fmt.Errorf("remove the scratch folder: %w", err)
	}
	schema, err := MarshalSchema(s)
	if err != nil {
		return err
	}
	if err := b.put(schemaName, schema); err != nil {
		return err
	}
	m.fill()
	var sums strings.Builder
	for _, f := range b.files {
		if f.SHA256 == "" {
			return fmt.Errorf("publish %s: %s was not written to its end", b.path, f.Path)
		}
		m.Files = append(m.Files, *f)
	}
	slices.SortFunc(m.Files, func(x, y File) int { return strings.Compare(x.Path, y.Path) })
	for _, f := range m.Files {
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Path)
	}
	text, err := marshal(m)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(text), manifestName)
	if err := b.put(sumsName, []byte(sums.String())); err != nil {
		return err
	}
	if err := b.put(manifestName, text); err != nil {
		return err
	}
	if err := b.open(); err != nil {
		return fmt.Errorf("publish %s: %w", b.path, err)
	}
	if err := syncDirs(b.temp); err != nil {
		return fmt.Errorf("publish %s: %w", b.path, err)
	}
	old, err := b.rename()
	if err != nil {
		return fmt.Errorf("publish %s: %w", b.path, err)
	}
	b.done = true
	if err := syncDir(filepath.Dir(b.path)); err != nil {
		return fmt.Errorf("publish %s: %w", b.path, err)
	}
	if old != "" {
		if err := os.RemoveAll(old); err != nil {
			return fmt.Errorf("%s is published, but what it replaces is left in %s: %w", b.path, old, err)
		}
	}
	return nil
}

// open gives the directory, private until now, the mode that the user's umask
// gives to new ones.
func (b *Builder) open() error {
	probe := filepath.Join(b.temp, scratchName)
	if err := os.Mkdir(probe, 0o777); err != nil {
		return err
	}
	info, err := os.Stat(probe)
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(probe), os.Chmod(b.temp, info.Mode().Perm()))
}

func (b *Builder) put(name string, data []byte) error {
	w, err := b.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return errors.Join(err, w.Close())
}

// rename puts the snapshot in its place and returns where that which it
// replaces is now, or "". The two change places in one step where the system
// can do that; else the old one is moved aside first, and back where the second
// step fails.
func (b *Builder) rename() (old string, err error) {
	if err := checkTarget(b.path, b.opt); err != nil {
		return "", err // it has come since
	}
	if _, err := os.Lstat(b.path); errors.Is(err, fs.ErrNotExist) {
		return "", os.Rename(b.temp, b.path)
	}
	if exchange(b.temp, b.path) == nil {
		return b.temp, nil
	}
	old = b.temp + ".old"
	if err := os.Rename(b.path, old); err != nil {
		return "", err
	}
	if err := os.Rename(b.temp, b.path); err != nil {
		return "", errors.Join(err, os.Rename(old, b.path))
	}
	return old, nil
}

// Abort removes what was written, unless it was published. It may be called
// again.
func (b *Builder) Abort() error {
	if b.done {
		return nil
	}
	b.done = true
	if err := os.RemoveAll(b.temp); err != nil {
		return fmt.Errorf("remove what was begun: %w", err)
	}
	return nil
}

// syncDirs brings the entries of all directories below root to the disk.
func syncDirs(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
