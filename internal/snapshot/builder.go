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
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/sgexport/sgexport/graph"
)

// Names of the files that every snapshot has.
const (
	manifestName = "manifest.json"
	schemaName   = "schema.json"
	sumsName     = "SHA256SUMS"
)

// toolName is what the manifests of snapshots name.
const toolName = "sgexport"

// ErrExists says that something is in the place of the snapshot to be made.
var ErrExists = errors.New("the output exists")

// CreateOptions say what may be in the way.
type CreateOptions struct {
	Overwrite bool         // a snapshot may be there, and is replaced at the end
	Resume    bool         // what an earlier run left in its spool stays there
	Notice    func(string) // is told what is no error; may be nil
}

// A Builder is a snapshot in the making. Create may be called from several
// goroutines.
type Builder struct {
	place *place
	opt   CreateOptions
	done  bool // published or aborted
	keep  bool // the spool

	mu    sync.Mutex
	files map[string]*File
	bytes atomic.Int64 // of all files
}

// Create reserves path for a new snapshot, and removes what a run that was
// killed left beside it. Nothing is changed there before [Builder.Publish].
// Errors wrap [ErrExists] where something is in the way that is not to be
// replaced.
func Create(path string, opt CreateOptions) (*Builder, error) {
	if opt.Notice == nil {
		opt.Notice = func(string) {}
	}
	// Absolute, for "." has neither a name nor a parent of its own.
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("look at the output: %w", err)
	}
	parent := filepath.Dir(path)
	if info, err := os.Stat(parent); errors.Is(err, syscall.ENAMETOOLONG) {
		return nil, tooLong(path)
	} else if err != nil {
		return nil, fmt.Errorf("%s: the folder %s is not there: create it first (%w)", path, parent, err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s: %s is a file, not a folder: choose another --out", path, parent)
	}
	p, err := reserve(path, opt)
	if err != nil {
		return nil, err
	}
	b := &Builder{place: p, opt: opt, keep: opt.Resume, files: map[string]*File{}}
	if err := mkdirs(p.dir, newName); err != nil {
		return nil, errors.Join(p.notWritable(err), b.Abort())
	}
	return b, nil
}

// Scratch returns a private directory on the snapshot's disk. Publish and Abort
// remove it.
func (b *Builder) Scratch() (string, error) {
	if err := mkdirs(b.place.dir, scratchName); err != nil {
		return "", fmt.Errorf("create a scratch folder: %w", err)
	}
	return b.place.in(scratchName), nil
}

// Spool returns a private directory on the snapshot's disk for what is read. Publish
// removes it, and Abort, unless [Builder.Keep] was called.
func (b *Builder) Spool() (string, error) {
	if err := mkdirs(b.place.dir, spoolName); err != nil {
		return "", fmt.Errorf("create a folder for the spool: %w", err)
	}
	return b.place.in(spoolName), nil
}

// Keep says whether Abort leaves the spool, for a run with CreateOptions.Resume. It
// does not, unless the run is such a one itself.
func (b *Builder) Keep(keep bool) { b.keep = keep }

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
	if dir := path.Dir(name); dir != "." {
		if err := mkdirs(b.place.in(newName), dir); err != nil {
			return nil, fmt.Errorf("create %s: %w", name, err)
		}
	}
	full := filepath.Join(b.place.in(newName), filepath.FromSlash(name))
	file, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	setMode(full, fileMode, true)
	b.files[name] = &File{Path: name}
	return &countedFile{name: name, file: file, w: bufio.NewWriterSize(file, 256<<10), sum: sha256.New(), entry: b.files[name], all: &b.bytes}, nil
}

// Bytes is how many are written so far.
func (b *Builder) Bytes() int64 { return b.bytes.Load() }

// A countedFile is one file of a snapshot while it is written.
type countedFile struct {
	name  string
	file  *os.File
	w     *bufio.Writer
	sum   hash.Hash
	entry *File
	all   *atomic.Int64
}

func (f *countedFile) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	f.sum.Write(p[:n]) // never fails
	f.entry.Bytes += int64(n)
	f.all.Add(int64(n))
	return n, err
}

// Rows implements graph.RowCounter.
func (f *countedFile) Rows(n int64) { f.entry.Rows = n }

// Losses implements graph.LossCounter.
func (f *countedFile) Losses(byRule map[string]int64) { f.entry.Losses = byRule }

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
	if err := b.place.remove(scratchName); err != nil {
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
			return fmt.Errorf("publish %s: %s was not written to its end", b.place.path, f.Path)
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
	if err := syncDirs(b.place.in(newName)); err != nil {
		return fmt.Errorf("publish %s: %w", b.place.path, err)
	}
	if err := b.place.publish(b.opt); err != nil {
		return fmt.Errorf("publish %s: %w", b.place.path, err)
	}
	b.done = true
	if err := b.place.release(false); err != nil {
		b.opt.Notice(fmt.Sprintf("%s is published, but what it replaces is left in %s (%v): the next run into the same place removes it", b.place.path, b.place.dir, err))
	}
	return nil
}

func (b *Builder) put(name string, data []byte) error {
	w, err := b.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return errors.Join(err, w.Close())
}

// Abort removes what was written, unless it was published, and the spool, unless
// it is to be kept. It may be called again.
func (b *Builder) Abort() error {
	if b.done {
		return nil
	}
	b.done = true
	if err := b.place.release(b.keep); err != nil {
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
